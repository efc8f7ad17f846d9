// MySQL and MariaDB: every table of a database, or of all of them, in one read-only transaction that sees one state of it.
//
// Rows are taken as the server sends them, none kept. The server does not say which tables it hides from a user: where that user
// may not read all of a database, its own store says that there may be more.
#include "remote/remote.h"

#include <mysql.h>
#include <errmsg.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "remote/heading.h"
#include "remote/table.h"
#include "source/uri.h"

static const char format[] = "mysql";

enum {
    TOOK = 1 << 16,                 // bytes that are read before progress hears of them
    WORDS_MAX = 192,
};

struct relation {
    struct an_str schema, table, name;      // name: schema.table
    bool versioned;                 // also keeps the rows that were
    struct an_str elsewhere;        // why it holds no rows of its own; "" when it does
};

struct column {
    struct an_str name, heading;    // heading: with what its comment says
    bool bytes;
    const char *before, *after;     // of its name in a query
};

struct work {
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    MYSQL *conn;
    bool lost;
    struct an_table table;
    struct an_arena arena;
};

static void work_release(struct work *w) {
    an_table_release(&w->table);
    an_arena_release(&w->arena);
    if (w->conn)
        mysql_close(w->conn);
    w->conn = NULL;
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a database"); }

// What is wrong, in our own words: a server's message may quote a value.

static const struct { unsigned number; const char *text; } words[] = {
    {1044, "permission denied: grant SELECT to the user who reads"},
    {1142, "permission denied: grant SELECT to the user who reads"},
    {1143, "permission denied for a column: grant SELECT on the table to the user who reads"},
    {1146, "the table is gone: it was dropped while the database was read"},
    {1054, "a column is gone: the table was changed while the database was read"},
    {1412, "emptied or changed while the database was read: read it again"},
    {1053, "the server was shut down while it was read"},
    {1927, "the server ended the connection"},
    {1205, "locked by somebody else for more than a minute"},
    {1317, "the server cancelled the reading"},
    {1969, "the server cancelled the reading: it took longer than it allows"},
    {3024, "the server cancelled the reading: it took longer than it allows"},
    {1194, "the table is damaged"},
    {1195, "the table is damaged"},
    {1712, "the table is damaged"},
    {1030, "the server's storage failed"},
    {1153, "a row is larger than the server sends (max_allowed_packet)"},
    {2020, "a row is larger than the server sends (max_allowed_packet)"},
    {2027, "the server sent something that is no answer"},
    {CR_SERVER_GONE_ERROR, "the connection to the server was lost"},
    {CR_SERVER_LOST, "the connection to the server was lost"},
};

static void say_error(struct work *w, char out[static WORDS_MAX]) {
    unsigned n = mysql_errno(w->conn);
    w->lost |= n == CR_SERVER_GONE_ERROR || n == CR_SERVER_LOST || n == 1053 || n == 1927 || n == 2027;
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (words[i].number == n) {
            (void) snprintf(out, WORDS_MAX, "%s (error %u)", words[i].text, n);
            return;
        }
    (void) snprintf(out, WORDS_MAX, "the server reports error %u", n);
}

// Connecting.

static const struct { const char *name; enum mysql_option option; bool is_flag, is_number; } settings[] = {
    {"connect-timeout", MYSQL_OPT_CONNECT_TIMEOUT, false, true},
    {"ssl", MYSQL_OPT_SSL_ENFORCE, true, false},
    {"ssl-ca", MYSQL_OPT_SSL_CA, false, false},
    {"ssl-capath", MYSQL_OPT_SSL_CAPATH, false, false},
    {"ssl-cert", MYSQL_OPT_SSL_CERT, false, false},
    {"ssl-cipher", MYSQL_OPT_SSL_CIPHER, false, false},
    {"ssl-key", MYSQL_OPT_SSL_KEY, false, false},
    {"ssl-verify-server-cert", MYSQL_OPT_SSL_VERIFY_SERVER_CERT, true, false},
};

static bool is_number(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len && s.len < 6;
}

static enum an_code check(const struct an_url *url, struct an_err *err) {
    for (size_t i = 0; i < url->pair_count; i++) {
        const struct an_url_pair *p = &url->pairs[i];
        bool known = false;
        for (size_t k = 0; k < AN_COUNT(settings); k++)
            known |= an_str_eq(p->name, an_str_from_c(settings[k].name)) && (!settings[k].is_number || is_number(p->value)) &&
                     (!settings[k].is_flag || an_str_eq(p->value, AN_STR("0")) || an_str_eq(p->value, AN_STR("1")));
        if (!known)
            return an_fail(err, AN_USAGE, "a parameter that is not taken, or has no such value; taken are ssl=1, ssl-ca, "
                           "ssl-capath, ssl-cert, ssl-key, ssl-cipher, ssl-verify-server-cert=1, connect-timeout");
    }
    struct an_str database = an_str_slice(url->path, 1, url->path.len);
    return database.len && memchr(database.ptr, '/', database.len)
        ? an_fail(err, AN_USAGE, "a '/' in the name of the database; one is written %%2F where it is meant") : AN_OK;
}

static bool set_options(MYSQL *conn, const struct an_url *url) {
    const unsigned connect_timeout = 20, silence = 3600, none = 0;
    bool failed = mysql_options(conn, MYSQL_READ_DEFAULT_GROUP, "anshen");          // and [client], of my.cnf
    failed |= mysql_options(conn, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout) != 0;
    failed |= mysql_options(conn, MYSQL_OPT_READ_TIMEOUT, &silence) != 0;
    failed |= mysql_options(conn, MYSQL_OPT_LOCAL_INFILE, &none) != 0;              // a server may not ask for our files
    failed |= mysql_options(conn, MYSQL_SET_CHARSET_NAME, "utf8mb4") != 0;
    for (size_t i = 0; i < url->pair_count; i++)
        for (size_t k = 0; k < AN_COUNT(settings); k++) {
            const struct an_url_pair *p = &url->pairs[i];
            unsigned number = (unsigned) strtoul(p->value.ptr, NULL, 10);
            my_bool flag = *p->value.ptr == '1';
            if (!an_str_eq(p->name, an_str_from_c(settings[k].name)))
                continue;
            const void *value = settings[k].is_flag ? (const void *) &flag : settings[k].is_number ? &number
                                                                                                    : (const void *) p->value.ptr;
            failed |= mysql_options(conn, settings[k].option, value) != 0;
        }
    return !failed;
}

// NULL: no memory. Else a connection, or one that says why it is none.
static MYSQL *try_connect(const struct an_url *url, const char *password, bool *ret_connected) {
    MYSQL *conn = mysql_init(NULL);
    if (!conn || !set_options(conn, url)) {
        if (conn)
            mysql_close(conn);
        return NULL;
    }
    bool socket = url->host.len && url->host.ptr[0] == '/';
    const char *host = socket ? "localhost" : url->host.len ? url->host.ptr : NULL;
    *ret_connected = mysql_real_connect(conn, host, url->user.ptr, password, NULL, url->port, socket ? url->host.ptr : NULL, 0) &&
                     mysql_set_character_set(conn, "utf8mb4") == 0;     // whatever my.cnf says
    return conn;
}

static void begin_library(void) { AN_IGNORE(mysql_library_init(0, NULL, NULL)); }

// *ret_connected false: a store that says why was given.
static enum an_code connect_to(struct work *w, bool *ret_connected, struct an_err *err) {
    static pthread_once_t begun = PTHREAD_ONCE_INIT;        // the library begins itself, but not from two threads at once
    const struct an_url *url = w->ask->url;
    char asked[AN_SECRET_MAX] = "";
    bool any = false;
    enum an_code code = AN_OK;
    enum { DENIED = 1045 };
    *ret_connected = false;
    (void) pthread_once(&begun, begin_library);
    w->conn = try_connect(url, url->password.ptr, ret_connected);
    if (w->conn && !*ret_connected && mysql_errno(w->conn) == DENIED && strstr(mysql_error(w->conn), "password: NO")) {
        code = an_remote_secret(w->ask, url->user.ptr, asked, &any, err);
        if (!code && any) {
            mysql_close(w->conn);
            w->conn = try_connect(url, asked, ret_connected);
        }
    }
    AN_AUTO(an_buf) text = {0};
    if (!code && !w->conn)
        code = no_memory(err);
    if (!code && !*ret_connected) {
        code = an_buf_add(&text, AN_STR("cannot connect: "), err);
        if (!code)
            code = an_remote_plain(mysql_error(w->conn), any ? an_str_from_c(asked) : url->password, &text, err);
        if (!code)
            code = an_remote_unread(w->reading, w->ask, format, (struct an_str) {0}, AN_IO, an_buf_str(&text), err);
    }
    explicit_bzero(asked, sizeof asked);
    return code;
}

// Questions.

static bool command(struct work *w, struct an_str sql, char why[static WORDS_MAX]) {
    if (!mysql_real_query(w->conn, sql.ptr, sql.len))
        return true;
    say_error(w, why);
    return false;
}

static void result_cleanup(MYSQL_RES **r) {
    if (*r)
        mysql_free_result(*r);
    *r = NULL;
}

// A small answer, whole. NULL: `why` says why there is none.
static MYSQL_RES *query(struct work *w, struct an_str sql, char why[static WORDS_MAX]) {
    MYSQL_RES *r = command(w, sql, why) ? mysql_store_result(w->conn) : NULL;
    if (!r && !mysql_errno(w->conn))
        (void) snprintf(why, WORDS_MAX, "the server gives no answer");
    else if (!r)
        say_error(w, why);
    return r;
}

static struct an_str cell(MYSQL_RES *r, MYSQL_ROW row, unsigned column) {
    return row[column] ? (struct an_str) {row[column], mysql_fetch_lengths(r)[column]} : AN_STR("");
}

static enum an_code add_name(struct an_buf *out, struct an_str name, struct an_err *err) {
    enum an_code code = an_buf_add(out, AN_STR("`"), err);
    for (size_t i = 0; i < name.len && !code; i++)
        code = an_buf_add(out, name.ptr[i] == '`' ? AN_STR("``") : an_str_slice(name, i, i + 1), err);
    return code ? code : an_buf_add(out, AN_STR("`"), err);
}

// As a string: in hexadecimal, so that no setting of the server can read it otherwise.
static enum an_code add_string(struct an_buf *out, struct an_str s, struct an_err *err) {
    enum an_code code = an_buf_add(out, AN_STR("CONVERT(X'"), err);
    for (size_t i = 0; i < s.len && !code; i++)
        code = an_buf_addf(out, err, "%02X", (unsigned char) s.ptr[i]);
    return code ? code : an_buf_add(out, AN_STR("' USING utf8mb4)"), err);
}

// What the session's own settings could take away from what it reads. Not every server knows all of them.
static const struct an_str prepare[] = {
    AN_STR_INIT("SET SESSION sql_select_limit = 18446744073709551615"),
    AN_STR_INIT("SET SESSION net_write_timeout = 3600"),
    AN_STR_INIT("SET SESSION max_statement_time = 0"),
    AN_STR_INIT("SET SESSION max_execution_time = 0"),
    AN_STR_INIT("SET SESSION lock_wait_timeout = 60"),
    AN_STR_INIT("SET SESSION sql_big_selects = 1"),
};
static const struct an_str isolate = AN_STR_INIT("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
static const struct an_str begin = AN_STR_INIT("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");

#define SYSTEM_SCHEMAS "('mysql', 'information_schema', 'performance_schema', 'sys')"
static const char list_tables[] =
    "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, COALESCE(ENGINE, '') FROM information_schema.TABLES "
    "WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND TABLE_SCHEMA ";

// Whether the user may read all of a database (of the server), as itself and not by a role.
#define GRANTEE "GRANTEE = CONCAT('''', SUBSTRING(CURRENT_USER(), 1, CHAR_LENGTH(CURRENT_USER()) - " \
    "CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1), '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''')"
static const char may_all[] =
    "SELECT (SELECT count(*) FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE = 'SELECT' AND " GRANTEE ")";
static const char may_database[] =
    " + (SELECT count(*) FROM information_schema.SCHEMA_PRIVILEGES WHERE PRIVILEGE_TYPE = 'SELECT' AND " GRANTEE " AND ";

// Rows.

static enum an_code take_row(struct work *w, MYSQL_ROW row, const unsigned long *lengths, const struct column *columns,
                             size_t count, uint64_t *bytes, struct an_err *err) {
    for (size_t i = 0; i < count; i++) {
        struct an_str text = row[i] ? (struct an_str) {row[i], lengths[i]} : AN_STR("");
        enum an_code code = columns[i].bytes ? an_table_bytes(&w->table, text, err) : an_table_text(&w->table, text, err);
        if (code)
            return code;
        *bytes += text.len + 1;
    }
    return an_table_end_row(&w->table, err);
}

// *ret_whole false: it broke off, as `why` says.
static enum an_code take_rows(struct work *w, const struct column *columns, size_t count, bool *ret_whole,
                              char why[static WORDS_MAX], struct an_err *err) {
    uint64_t told = 0, bytes = 0;
    enum an_code code = AN_OK;
    *ret_whole = false;
    MYSQL_RES *r = mysql_use_result(w->conn);
    if (!r) {
        say_error(w, why);
        return AN_OK;
    }
    bool fits = mysql_num_fields(r) == count;
    for (MYSQL_ROW row; fits && !code && (row = mysql_fetch_row(r));) {
        code = take_row(w, row, mysql_fetch_lengths(r), columns, count, &bytes, err);
        if (bytes - told >= TOOK) {
            an_remote_took(w->reading, w->ask, bytes - told);
            told = bytes;
        }
    }
    an_remote_took(w->reading, w->ask, bytes - told);
    if (!code)
        code = an_table_flush(&w->table, err);
    if (!fits)
        (void) snprintf(why, WORDS_MAX, "rows whose cells are not as many as the columns");
    else if (mysql_errno(w->conn))
        say_error(w, why);
    else
        *ret_whole = true;
    if (code)
        (void) mariadb_cancel(w->conn);   // the rest is not waited for
    mysql_free_result(r);
    return code;
}

static enum an_code add_from(struct an_buf *sql, const struct relation *t, struct an_str where, const char *after,
                             struct an_err *err) {
    enum an_code code = an_buf_add(sql, AN_STR(" FROM "), err);
    if (!code)
        code = add_name(sql, t->schema, err);
    if (!code)
        code = an_buf_add(sql, AN_STR("."), err);
    if (!code)
        code = add_name(sql, t->table, err);
    if (!code && t->versioned)
        code = an_buf_add(sql, AN_STR(" FOR SYSTEM_TIME ALL"), err);
    if (!code && where.len)             // a comment in the condition ends before the bracket
        code = an_buf_addf(sql, err, " WHERE (%.*s\n)%s", AN_STR_ARG(where), after);
    return code;
}

static enum an_code write_query(const struct relation *t, const struct column *columns, size_t count, struct an_str where,
                                struct an_buf *sql, struct an_err *err) {
    enum an_code code = an_buf_add(sql, AN_STR("SELECT "), err);
    for (size_t i = 0; i < count && !code; i++) {
        code = an_buf_addf(sql, err, "%s%s", i ? ", " : "", columns[i].before);
        if (!code)
            code = add_name(sql, columns[i].name, err);
        if (!code)
            code = an_buf_add(sql, an_str_from_c(columns[i].after), err);
    }
    return code ? code : add_from(sql, t, where, "", err);
}

// How many rows --where left out, as the server counts them in the same state of the database.
static enum an_code count_left_out(struct work *w, const struct relation *t, struct an_str where, struct an_err *err) {
    AN_AUTO(an_buf) sql = {0};
    char why[WORDS_MAX];
    enum an_code code = an_buf_add(&sql, AN_STR("SELECT count(*)"), err);
    if (!code)
        code = add_from(&sql, t, where, " IS NOT TRUE", err);
    if (code)
        return code;
    AN_CLEANUP(result_cleanup) MYSQL_RES *r = query(w, an_buf_str(&sql), why);
    MYSQL_ROW row = r ? mysql_fetch_row(r) : NULL;
    uint64_t lost = row && row[0] ? strtoull(row[0], NULL, 10) : AN_UNKNOWN_COUNT;
    return lost ? an_remote_tell(w->reading, AN_USAGE, 0, lost, "read as far as --where says; the other rows were not read", err)
                : AN_OK;
}

static enum an_code take_table(struct work *w, const struct relation *t, const struct column *columns, size_t count,
                               enum an_store_status *status, struct an_err *err) {
    enum { SYNTAX = 1064, NO_COLUMN = 1054 };
    AN_AUTO(an_buf) sql = {0};
    char why[WORDS_MAX] = "";
    bool whole = false;
    struct an_str where = an_remote_where(w->ask, t->name, t->table);
    enum an_code code = write_query(t, columns, count, where, &sql, err);
    if (code)
        return code;
    if (command(w, an_buf_str(&sql), why))
        code = take_rows(w, columns, count, &whole, why, err);
    else if (where.len && (mysql_errno(w->conn) == SYNTAX || mysql_errno(w->conn) == NO_COLUMN))
        (void) snprintf(why, sizeof why, "the server refuses what --where says of it (error %u)", mysql_errno(w->conn));
    if (!code && !whole) {
        *status = w->table.rows ? AN_STORE_PARTLY : AN_STORE_UNREAD;
        code = an_remote_tell(w->reading, w->lost ? AN_IO : AN_INPUT, w->table.rows + 1, AN_UNKNOWN_COUNT, why, err);
    }
    if (!code && whole && where.len) {
        *status = AN_STORE_PARTLY;
        code = count_left_out(w, t, where, err);
    }
    return code;
}

static bool is_one_of(struct an_str word, const char *const *list) {
    for (; *list; list++)
        if (word.len == strlen(*list) && strncasecmp(word.ptr, *list, word.len) == 0)
            return true;
    return false;
}

// How a column of a type is asked for.
static void set_type(struct column *c, struct an_str type) {
    static const char *const bytes[] = {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", NULL};
    static const char *const shapes[] = {"geometry", "point", "linestring", "polygon", "multipoint", "multilinestring",
                                         "multipolygon", "geometrycollection", "geomcollection", NULL};
    c->before = c->after = "";
    c->bytes = is_one_of(type, bytes);
    if (is_one_of(type, shapes)) {
        c->before = "ST_AsText(";
        c->after = ")";
    } else if (is_one_of(type, (const char *const[]) {"bit", NULL})) {
        c->after = " + 0";
    }
}

// *ret_columns NULL: the server does not say.
static enum an_code find_columns(struct work *w, const struct relation *t, struct an_arena *arena, struct column **ret_columns,
                                 size_t *ret_count, char why[static WORDS_MAX], struct an_err *err) {
    AN_AUTO(an_buf) sql = {0};
    *ret_columns = NULL;
    *ret_count = 0;
    enum an_code code = an_buf_add(&sql, AN_STR("SELECT COLUMN_NAME, DATA_TYPE, COLUMN_COMMENT "
                                                "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "), err);
    if (!code)
        code = add_string(&sql, t->schema, err);
    if (!code)
        code = an_buf_add(&sql, AN_STR(" AND TABLE_NAME = "), err);
    if (!code)
        code = add_string(&sql, t->table, err);
    if (!code)
        code = an_buf_add(&sql, AN_STR(" ORDER BY ORDINAL_POSITION"), err);
    if (code)
        return code;
    AN_CLEANUP(result_cleanup) MYSQL_RES *r = query(w, an_buf_str(&sql), why);
    size_t all = r ? (size_t) mysql_num_rows(r) : 0;
    if (!all) {
        if (r)
            (void) snprintf(why, WORDS_MAX, "the table is gone: it was dropped while the database was read");
        return AN_OK;
    }
    struct column *columns = AN_NEW_N(arena, all, struct column);
    if (!columns)
        return no_memory(err);
    for (MYSQL_ROW row; *ret_count < all && (row = mysql_fetch_row(r));) {
        struct column *c = &columns[(*ret_count)++];
        c->name = an_source_padded(arena, cell(r, row, 0));
        set_type(c, cell(r, row, 1));
        if (!c->name.ptr)
            return no_memory(err);
        AN_TRY(an_remote_heading(c->name, cell(r, row, 2), arena, &c->heading, err));
    }
    *ret_columns = columns;
    return AN_OK;
}

static enum an_code give_columns(struct work *w, const struct column *columns, size_t count, struct an_arena *arena,
                                 struct an_err *err) {
    struct an_str *names = AN_NEW_N(arena, count, struct an_str);
    if (!names)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        names[i] = columns[i].heading;
    return an_table_begin(&w->table, w->reading->sink, names, count, err);
}

// `ask`: as its database is named.
static enum an_code give_table(struct work *w, const struct an_remote_ask *ask, const struct relation *t, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    char why[WORDS_MAX] = "the connection to the server was lost before";
    struct an_str reason;
    struct column *columns = NULL;
    size_t count = 0;
    if (!an_remote_wants(ask, t->name, t->table, &reason))
        return an_remote_skip(w->reading, ask, format, t->table, reason, err);
    if (t->elsewhere.len)
        return an_remote_skip(w->reading, ask, format, t->table, t->elsewhere, err);
    enum an_code code = w->lost ? AN_OK : find_columns(w, t, &arena, &columns, &count, why, err);
    if (code)
        return code;
    if (!columns)
        return an_remote_unread(w->reading, ask, format, t->table, AN_IO, an_str_from_c(why), err);
    AN_AUTO(an_buf) uri = {0};
    enum an_store_status status = AN_STORE_READ;
    const struct an_sink *sink = w->reading->sink;
    code = an_source_uri_below(&uri, ask->uri, t->table, err);
    struct an_store_info info = {.uri = an_buf_str(&uri), .format = format, .encoding = "utf-8"};
    if (!code)
        code = sink->open(sink->arg, &info, err);
    if (!code)
        code = give_columns(w, columns, count, &arena, err);
    if (!code)
        code = take_table(w, t, columns, count, &status, err);
    return code ? code : sink->close(sink->arg, status, w->table.bytes, (struct an_str) {0}, err);
}

// The database, or all of them.

static struct an_str elsewhere(struct an_str engine) {
    static const char *const far[] = {"FEDERATED", "CONNECT", "SPIDER", NULL};
    if (is_one_of(engine, far))
        return AN_STR("a table of another server or file: its rows are to be read there");
    if (is_one_of(engine, (const char *const[]) {"MRG_MyISAM", "MRG_MYISAM", NULL}))
        return AN_STR("a merge table: its rows are those of other tables");
    return AN_STR("");
}

// Of one database, or of all for "". *ret_tables NULL: the server does not say.
static enum an_code find_tables(struct work *w, struct an_str database, struct relation **ret_tables, size_t *ret_count,
                                char why[static WORDS_MAX], struct an_err *err) {
    AN_AUTO(an_buf) sql = {0};
    *ret_tables = NULL;
    *ret_count = 0;
    enum an_code code = an_buf_add(&sql, an_str_from_c(list_tables), err);
    if (!code)
        code = an_buf_add(&sql, database.len ? AN_STR("= ") : AN_STR("NOT IN " SYSTEM_SCHEMAS), err);
    if (!code && database.len)
        code = add_string(&sql, database, err);
    if (!code)
        code = an_buf_add(&sql, AN_STR(" ORDER BY TABLE_SCHEMA, TABLE_NAME"), err);
    if (code)
        return code;
    AN_CLEANUP(result_cleanup) MYSQL_RES *r = query(w, an_buf_str(&sql), why);
    if (!r)
        return AN_OK;
    size_t all = (size_t) mysql_num_rows(r);
    struct relation *tables = AN_NEW_N(&w->arena, all + 1, struct relation);
    if (!tables)
        return no_memory(err);
    for (MYSQL_ROW row; *ret_count < all && (row = mysql_fetch_row(r));) {
        AN_AUTO(an_buf) name = {0};
        struct relation *t = &tables[(*ret_count)++];
        code = an_buf_add(&name, cell(r, row, 0), err);
        if (!code)
            code = an_buf_add(&name, AN_STR("."), err);
        if (!code)
            code = an_buf_add(&name, cell(r, row, 1), err);
        if (code)
            return code;
        t->schema = an_arena_copy(&w->arena, cell(r, row, 0));
        t->table = an_arena_copy(&w->arena, cell(r, row, 1));
        t->name = an_arena_copy(&w->arena, an_buf_str(&name));
        t->versioned = an_str_eq(cell(r, row, 2), AN_STR("SYSTEM VERSIONED"));
        t->elsewhere = elsewhere(cell(r, row, 3));
        if (!t->schema.ptr || !t->table.ptr || !t->name.ptr)
            return no_memory(err);
    }
    *ret_tables = tables;
    return AN_OK;
}

// Whether there may be tables that the server does not show to this user.
static enum an_code look_for_hidden(struct work *w, struct an_str database, bool *ret_may_be, struct an_err *err) {
    AN_AUTO(an_buf) sql = {0};
    char why[WORDS_MAX];
    *ret_may_be = true;
    enum an_code code = an_buf_add(&sql, an_str_from_c(may_all), err);
    if (!code && database.len)
        code = an_buf_add(&sql, an_str_from_c(may_database), err);
    if (!code && database.len)
        code = add_string(&sql, database, err);
    if (!code && database.len)
        code = an_buf_add(&sql, AN_STR(" LIKE TABLE_SCHEMA)"), err);
    if (code || w->lost)
        return code;
    AN_CLEANUP(result_cleanup) MYSQL_RES *r = query(w, an_buf_str(&sql), why);
    MYSQL_ROW row = r ? mysql_fetch_row(r) : NULL;
    *ret_may_be = !row || !row[0] || strcmp(row[0], "0") == 0;
    return AN_OK;
}

// The store of the database (the server) itself: for one without tables, and where there may be more of them.
static enum an_code give_whole(struct work *w, bool hidden, struct an_err *err) {
    static const char more[] = "the server shows only tables that the user may read, and there may be others: grant SELECT "
                               "on all of it to the user itself";
    const struct an_sink *sink = w->reading->sink;
    struct an_store_info info = {.uri = w->ask->uri, .format = format, .encoding = "utf-8"};
    enum an_code code = sink->open(sink->arg, &info, err);
    if (!code && hidden)
        code = an_remote_tell(w->reading, AN_IO, 0, AN_UNKNOWN_COUNT, more, err);
    return code ? code : sink->close(sink->arg, hidden ? AN_STORE_PARTLY : AN_STORE_READ, 0, (struct an_str) {0}, err);
}

static enum an_code read_tables(struct work *w, struct an_str database, struct an_err *err) {
    struct relation *tables = NULL;
    size_t count = 0;
    char why[WORDS_MAX] = "";
    bool hidden = false, begun = command(w, isolate, why) && command(w, begin, why);
    for (size_t i = 0; i < AN_COUNT(prepare); i++) {
        char ignored[WORDS_MAX];
        (void) command(w, prepare[i], ignored);
    }
    enum an_code code = begun ? find_tables(w, database, &tables, &count, why, err) : AN_OK;
    if (!code && !tables)
        return an_remote_unread(w->reading, w->ask, format, (struct an_str) {0}, AN_IO, an_str_from_c(why), err);
    if (!code)
        code = look_for_hidden(w, database, &hidden, err);
    for (size_t i = 0; i < count && !code; i++) {
        AN_AUTO(an_buf) uri = {0};
        struct an_remote_ask ask = *w->ask;
        if (!database.len) {
            code = an_remote_below(w->ask->uri, tables[i].schema, &uri, err);
            ask.uri = an_buf_str(&uri);
        }
        if (!code)
            code = give_table(w, &ask, &tables[i], err);
    }
    return code || (count && !hidden) ? code : give_whole(w, hidden, err);
}

static enum an_code read_mysql(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_CLEANUP(work_release) struct work w = {.reading = reading, .ask = ask};
    bool connected;
    enum an_code code = connect_to(&w, &connected, err);
    return code || !connected ? code : read_tables(&w, an_str_slice(ask->url->path, 1, ask->url->path.len), err);
}

static const char *const schemes[] = {"mysql", "mariadb", NULL};

const struct an_remote an_remote_mysql = {
    .name = format,
    .schemes = schemes,
    .title = {"MySQL or MariaDB database", "MySQL 或 MariaDB 数据库"},
    .spec = "MySQL 8.0 reference manual, 15.3 and 28 (INFORMATION_SCHEMA); MariaDB Connector/C",
    .check = check,
    .read = read_mysql,
};
