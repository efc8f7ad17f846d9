// PostgreSQL: every table of a database, in one read-only transaction that sees one state of it.
//
// Rows come by COPY ... TO STDOUT in text form. What makes a table look emptier than it is makes its store say so: row-level
// security is turned off (the server then refuses rather than leave rows out), a table that was truncated or rewritten after
// the transaction began is noticed by its file, and the server's own count of the rows is held against ours.
#include "remote/remote.h"

#include <libpq-fe.h>
#include <libpq/libpq-fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "remote/copy.h"
#include "remote/heading.h"
#include "source/uri.h"

static const char format[] = "postgresql";

enum {
    OLDEST = 100000,                // server versions as libpq counts them: 10 has relispartition
    TOOK = 1 << 16,                 // bytes that are read before progress hears of them
    WORDS_MAX = 192,
};

struct relation {
    struct an_str schema, table, name;      // name: as it is shown
    struct an_str oid;              // decimal
    char kind;                      // of pg_class: r, p, m, f
    bool populated;
};

struct column {
    struct an_str name, shown;      // shown: in UTF-8, with what its comment says
    enum an_copy_cell cell;
};

struct work {
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    PGconn *conn;
    struct an_table table;
    struct an_arena arena;          // of the database
    char asked[AN_SECRET_MAX];      // the password a person gave; "" when nobody was asked
};

static void disconnect(struct work *w) {
    an_arena_release(&w->arena);
    PQfinish(w->conn);
    w->conn = NULL;
}

static void work_release(struct work *w) {
    an_table_release(&w->table);
    disconnect(w);
    explicit_bzero(w->asked, sizeof w->asked);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a database"); }

// What is wrong, in our own words: a server's message may quote a value.

static const struct { const char *state, *text; } words[] = {
    {"42501", "permission denied: grant SELECT (and USAGE of the schema) to the user who reads"},
    {"42P01", "the table is gone: it was dropped while the database was read"},
    {"42703", "a column is gone: the table was changed while the database was read"},
    {"42",    "the server refuses the query"},
    {"57P01", "the server was shut down while it was read"},
    {"57P02", "the server broke down while it was read"},
    {"57014", "the server cancelled the reading"},
    {"25P0",  "the server ended the transaction"},
    {"40",    "the server ended the transaction: on a standby, raise max_standby_streaming_delay"},
    {"55P03", "locked by somebody else for more than a minute"},
    {"55",    "not in a state to be read"},
    {"22",    "a value in it cannot be given as UTF-8 text"},
    {"53",    "the server ran out of memory, disk or connections"},
    {"54",    "a value is over the server's own limits"},
    {"58",    "the server's disk failed"},
    {"XX001", "the table is damaged"},
    {"XX002", "an index of the table is damaged"},
    {"08",    "the connection was lost"},
};

static void say(const char *state, char out[static WORDS_MAX]) {
    for (size_t i = 0; state && i < AN_COUNT(words); i++)
        if (strncmp(state, words[i].state, strlen(words[i].state)) == 0) {
            (void) snprintf(out, WORDS_MAX, "%s (SQLSTATE %.5s)", words[i].text, state);
            return;
        }
    if (state)
        (void) snprintf(out, WORDS_MAX, "the server reports an error (SQLSTATE %.5s)", state);
    else
        (void) snprintf(out, WORDS_MAX, "the connection to the server was lost");
}

static void say_result(const struct work *w, const PGresult *r, char out[static WORDS_MAX]) {
    bool lost = PQstatus(w->conn) != CONNECTION_OK;
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    say(state && *state ? state : lost ? NULL : "", out);
}

static bool is_lost(const struct work *w) { return PQstatus(w->conn) != CONNECTION_OK; }

static void drop_notice(void *arg, const PGresult *r) { (void) arg, (void) r; }

// Connecting.

// What a URL may set, beside its own parts. Not what would say where another part of the URL already does.
static const char *const settings[] = {
    "application_name", "channel_binding", "connect_timeout", "gssencmode", "gsslib", "hostaddr", "keepalives",
    "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname", "options", "passfile", "require_auth", "sslcert",
    "sslcrl", "sslcrldir", "sslkey", "sslmode", "sslpassword", "sslrootcert", "sslsni", "ssl_max_protocol_version",
    "ssl_min_protocol_version", "target_session_attrs", "tcp_user_timeout",
};

static enum an_code check(const struct an_url *url, struct an_err *err) {
    for (size_t i = 0; i < url->pair_count; i++) {
        bool known = false;
        for (size_t k = 0; k < AN_COUNT(settings); k++)
            known |= an_str_eq(url->pairs[i].name, an_str_from_c(settings[k]));
        if (!known)
            return an_fail(err, AN_USAGE, "a parameter that is not taken (host, port, user and database are written in the URL "
                           "itself; a socket's folder as %%2Fvar%%2Frun%%2Fpostgresql in place of the host)");
    }
    struct an_str database = an_str_slice(url->path, 1, url->path.len);
    return database.len && memchr(database.ptr, '/', database.len)
        ? an_fail(err, AN_USAGE, "a '/' in the name of the database; one is written %%2F where it is meant") : AN_OK;
}

struct parameters { const char *names[48], *values[48]; size_t count; };

static void set(struct parameters *p, const char *name, const char *value) {
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->names[i], name) == 0)
            return;                             // what was said first stays
    if (p->count + 1 < AN_COUNT(p->names) && value && *value) {
        p->names[p->count] = name;
        p->values[p->count++] = value;
        p->names[p->count] = p->values[p->count] = NULL;
    }
}

static PGconn *try_connect(const struct an_url *url, const char *database, const char *password) {
    struct parameters p = {0};
    char port[8];
    (void) snprintf(port, sizeof port, "%u", (unsigned) url->port);
    set(&p, "host", url->host.ptr);
    set(&p, "port", url->port ? port : NULL);
    set(&p, "user", url->user.ptr);
    set(&p, "dbname", database);
    set(&p, "password", password);
    for (size_t i = 0; i < url->pair_count; i++)
        set(&p, url->pairs[i].name.ptr, url->pairs[i].value.ptr);
    set(&p, "client_encoding", "UTF8");
    set(&p, "fallback_application_name", "anshen");
    set(&p, "connect_timeout", getenv("PGCONNECT_TIMEOUT") ? NULL : "20");
    set(&p, "keepalives_idle", "60");           // a server that is gone without a word is noticed
    set(&p, "keepalives_interval", "10");
    set(&p, "keepalives_count", "6");
    set(&p, "tcp_user_timeout", "120000");
    PGconn *conn = PQconnectdbParams(p.names, p.values, 0);
    if (conn)
        (void) PQsetNoticeReceiver(conn, drop_notice, NULL);
    return conn;
}

// *ret_connected false: a store that says why was given.
static enum an_code connect_to(struct work *w, const char *database, bool *ret_connected, struct an_err *err) {
    const struct an_url *url = w->ask->url;
    bool any = false;
    enum an_code code = AN_OK;
    *ret_connected = false;
    w->conn = try_connect(url, database, *w->asked ? w->asked : url->password.ptr);
    if (w->conn && is_lost(w) && PQconnectionNeedsPassword(w->conn) && !url->password.ptr && !*w->asked) {
        code = an_remote_secret(w->ask, PQuser(w->conn), w->asked, &any, err);
        if (!code && any) {
            PQfinish(w->conn);
            w->conn = try_connect(url, database, w->asked);
        }
    }
    AN_AUTO(an_buf) text = {0};
    if (!code && !w->conn)
        code = no_memory(err);
    if (!code && is_lost(w)) {
        code = an_buf_add(&text, AN_STR("cannot connect: "), err);
        if (!code)
            code = an_remote_plain(PQerrorMessage(w->conn), *w->asked ? an_str_from_c(w->asked) : url->password, &text, err);
        if (!code)
            code = an_remote_unread(w->reading, w->ask, format, (struct an_str) {0}, AN_IO, an_buf_str(&text), err);
    } else if (!code && PQserverVersion(w->conn) < OLDEST) {
        code = an_remote_unread(w->reading, w->ask, format, (struct an_str) {0}, AN_USAGE,
                                AN_STR("the server is older than PostgreSQL 10: make a dump and read that"), err);
    } else {
        *ret_connected = !code;
    }
    return code;
}

// Questions.

// NULL, with what is wrong in `why`, when the server has no answer.
static PGresult *query(struct work *w, const char *sql, const char *parameter, char why[static WORDS_MAX]) {
    const char *const values[] = {parameter};
    PGresult *r = PQexecParams(w->conn, sql, parameter ? 1 : 0, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(r) == PGRES_TUPLES_OK || PQresultStatus(r) == PGRES_COMMAND_OK)
        return r;
    say_result(w, r, why);
    PQclear(r);
    return NULL;
}

static bool command(struct work *w, const char *sql, char why[static WORDS_MAX]) {
    PGresult *r = query(w, sql, NULL, why);
    PQclear(r);
    return r;
}

static void result_cleanup(PGresult **r) { PQclear(*r); }

static struct an_str cell(const PGresult *r, int row, int column) {
    return (struct an_str) {PQgetvalue(r, row, column), (size_t) PQgetlength(r, row, column)};
}

static const char list_relations[] =
    "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispopulated FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition AND n.nspname !~ '^pg_' "
    "AND n.nspname <> 'information_schema' ORDER BY n.nspname, c.relname";

// Of a domain the type below it, at any depth.
static const char list_columns[] =
    "WITH RECURSIVE base(num, oid) AS ("
    "SELECT a.attnum, a.atttypid FROM pg_catalog.pg_attribute a "
    "WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped "
    "UNION ALL SELECT b.num, t.typbasetype FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.oid WHERE t.typtype = 'd') "
    "SELECT a.attname, bool_or(b.oid = 'pg_catalog.bytea'::pg_catalog.regtype), "
    "pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'), "
    "bool_or(t.typtype = 'c' OR e.typtype IN ('c', 'd') OR e.oid = 'pg_catalog.bytea'::pg_catalog.regtype), "
    "pg_catalog.col_description(a.attrelid, a.attnum) "
    "FROM pg_catalog.pg_attribute a JOIN base b ON b.num = a.attnum JOIN pg_catalog.pg_type t ON t.oid = b.oid "
    "LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem WHERE a.attrelid = $1::pg_catalog.oid "
    "GROUP BY a.attnum, a.attname, a.attrelid ORDER BY a.attnum";

// Tables at and below one whose file is not the one it had when the transaction began.
static const char count_rewritten[] =
    "WITH RECURSIVE below(oid) AS (SELECT $1::pg_catalog.oid UNION ALL SELECT i.inhrelid FROM below b "
    "JOIN pg_catalog.pg_inherits i ON i.inhparent = b.oid JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition) "
    "SELECT count(*) FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.oid WHERE c.relfilenode <> 0 "
    "AND pg_catalog.pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode";

static const char *const begin[] = {
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL search_path = pg_catalog",
    "SET LOCAL row_security = off",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL lock_timeout = '60s'",
    "SET LOCAL bytea_output = hex",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL extra_float_digits = 1",
};

// Names.

static enum an_code add_name(struct an_buf *out, struct an_str name, struct an_err *err) {
    bool plain = !name.len || (!memchr(name.ptr, '.', name.len) && !memchr(name.ptr, '"', name.len));
    enum an_code code = plain ? AN_OK : an_buf_add(out, AN_STR("\""), err);
    if (!code)
        code = an_buf_add(out, name, err);
    return code || plain ? code : an_buf_add(out, AN_STR("\""), err);
}

static enum an_code add_quoted(struct an_buf *out, struct an_str name, struct an_err *err) {
    enum an_code code = an_buf_add(out, AN_STR("\""), err);
    for (size_t i = 0; i < name.len && !code; i++)
        code = an_buf_add(out, name.ptr[i] == '"' ? AN_STR("\"\"") : an_str_slice(name, i, i + 1), err);
    return code ? code : an_buf_add(out, AN_STR("\""), err);
}

// Rows.

// All rows of a query that is at its COPY. *ret_whole false: it broke off, as `why` says.
static enum an_code take_copy(struct work *w, const enum an_copy_cell *cells, size_t count, bool *ret_whole,
                              char why[static WORDS_MAX], struct an_err *err) {
    enum an_code code = AN_OK;
    uint64_t told = 0, bytes = 0;
    *ret_whole = false;
    for (;;) {
        char *line = NULL;
        int n = PQgetCopyData(w->conn, &line, 0);
        if (n <= 0)
            break;
        size_t len = (size_t) n - (line[n - 1] == '\n');
        bool fits;
        code = an_copy_line(&w->table, line, len, cells, count, &fits, err);
        PQfreemem(line);
        if (!code && !fits) {
            an_table_drop_row(&w->table);
            (void) snprintf(why, WORDS_MAX, "a row whose cells are not as many as the columns: this is no PostgreSQL");
            return an_table_flush(&w->table, err);
        }
        if (!code)
            code = an_table_end_row(&w->table, err);
        if (code)
            return code;
        bytes += (size_t) n;
        if (bytes - told >= TOOK) {
            an_remote_took(w->reading, w->ask, bytes - told);
            told = bytes;
        }
    }
    an_remote_took(w->reading, w->ask, bytes - told);
    code = an_table_flush(&w->table, err);
    PGresult *r = PQgetResult(w->conn);
    char counted[24];
    (void) snprintf(counted, sizeof counted, "%llu", (unsigned long long) w->table.rows);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        say_result(w, r, why);
    else if (strcmp(PQcmdTuples(r), counted) != 0)
        (void) snprintf(why, WORDS_MAX, "the server counts other rows than it gave");
    else
        *ret_whole = true;
    for (; r; r = PQgetResult(w->conn))
        PQclear(r);
    return code;
}

static enum an_code add_table(struct an_buf *sql, const struct relation *t, struct an_err *err) {
    enum an_code code = add_quoted(sql, t->schema, err);
    if (!code)
        code = an_buf_add(sql, AN_STR("."), err);
    return code ? code : add_quoted(sql, t->table, err);
}

static enum an_code add_columns(struct an_buf *sql, const struct column *columns, size_t count, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < count && !code; i++) {
        code = i ? an_buf_add(sql, AN_STR(", "), err) : AN_OK;
        if (!code)
            code = add_quoted(sql, columns[i].name, err);
    }
    return code;
}

// FROM the table, of which the rows of tables that inherit from it are no part, WHERE the condition is what `after` says.
static enum an_code add_from(struct an_buf *sql, const struct relation *t, struct an_str where, const char *after,
                             struct an_err *err) {
    enum an_code code = an_buf_add(sql, t->kind == 'r' ? AN_STR(" FROM ONLY ") : AN_STR(" FROM "), err);
    if (!code)
        code = add_table(sql, t, err);
    if (!code && where.len)                             // a comment in the condition ends before the bracket
        code = an_buf_addf(sql, err, " WHERE (%.*s\n)%s", AN_STR_ARG(where), after);
    return code;
}

static enum an_code write_copy(const struct relation *t, const struct column *columns, size_t count, struct an_str where,
                               struct an_buf *sql, struct an_err *err) {
    bool plain = t->kind == 'r' && count && !where.len;     // quicker than a query
    enum an_code code = an_buf_add(sql, plain ? AN_STR("COPY ") : AN_STR("COPY (SELECT "), err);
    if (!code && plain)
        code = add_table(sql, t, err);
    if (!code && plain)
        code = an_buf_add(sql, AN_STR(" ("), err);
    if (!code)
        code = add_columns(sql, columns, count, err);
    if (!code && !plain)
        code = add_from(sql, t, where, "", err);
    return code ? code : an_buf_addf(sql, err, ") TO STDOUT%c", '\0');
}

// How many rows --where left out, as the server counts them in the same state of the database.
static enum an_code count_left_out(struct work *w, const struct relation *t, struct an_str where, struct an_err *err) {
    AN_AUTO(an_buf) sql = {0};
    char why[WORDS_MAX], text[WORDS_MAX];
    enum an_code code = an_buf_add(&sql, AN_STR("SELECT count(*)"), err);
    if (!code)
        code = add_from(&sql, t, where, " IS NOT TRUE", err);
    if (!code)
        code = an_buf_add(&sql, (struct an_str) {"", 1}, err);
    if (code)
        return code;
    AN_CLEANUP(result_cleanup) PGresult *r = query(w, sql.ptr, NULL, why);
    uint64_t lost = r ? strtoull(PQgetvalue(r, 0, 0), NULL, 10) : AN_UNKNOWN_COUNT;
    if (!lost)
        return AN_OK;
    (void) snprintf(text, sizeof text, "read as far as --where says; the other rows were not read");
    return an_remote_tell(w->reading, AN_USAGE, 0, lost, text, err);
}

// What can make the rows that came fewer than those there were.
static enum an_code check_state(struct work *w, const struct relation *t, enum an_store_status *status, struct an_err *err) {
    char why[WORDS_MAX];
    AN_CLEANUP(result_cleanup) PGresult *r = query(w, count_rewritten, t->oid.ptr, why);
    if (r && an_str_eq(cell(r, 0, 0), AN_STR("0")))
        return AN_OK;
    *status = AN_STORE_PARTLY;
    return an_remote_tell(w->reading, AN_INPUT, 0, AN_UNKNOWN_COUNT,
                r ? "emptied or rewritten while the database was read: read it again" : why, err);
}

static enum an_code take_table(struct work *w, const struct relation *t, const struct column *columns, size_t count,
                               enum an_store_status *status, struct an_err *err) {
    AN_AUTO(an_buf) sql = {0};
    AN_AUTO(an_arena) arena = {0};
    enum an_copy_cell *cells = AN_NEW_N(&arena, count + 1, enum an_copy_cell);
    if (!cells)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        cells[i] = columns[i].cell;
    char why[WORDS_MAX] = "";
    struct an_str where = an_remote_where(w->ask, t->name, t->table);
    enum an_code code = write_copy(t, columns, count, where, &sql, err);
    if (code)
        return code;
    PGresult *r = PQexec(w->conn, sql.ptr);
    bool begun = PQresultStatus(r) == PGRES_COPY_OUT, whole = false;
    if (!begun && where.len && r && strncmp(PQresultErrorField(r, PG_DIAG_SQLSTATE), "42", 2) == 0)
        (void) snprintf(why, sizeof why, "the server refuses what --where says of it (SQLSTATE %.5s)",
                        PQresultErrorField(r, PG_DIAG_SQLSTATE));
    else if (!begun)
        say_result(w, r, why);
    PQclear(r);
    if (begun)
        code = take_copy(w, cells, count, &whole, why, err);
    if (!code && !whole) {
        *status = w->table.rows ? AN_STORE_PARTLY : AN_STORE_UNREAD;
        code = an_remote_tell(w->reading, is_lost(w) ? AN_IO : AN_INPUT, w->table.rows + 1, AN_UNKNOWN_COUNT, why, err);
    }
    if (!code && whole)
        code = check_state(w, t, status, err);
    if (!code && whole && where.len) {
        *status = AN_STORE_PARTLY;
        code = count_left_out(w, t, where, err);
    }
    return code;
}

// The columns that may be read; *ret_hidden: how many others there are. *ret_columns NULL: the server does not say.
static enum an_code find_columns(struct work *w, const struct relation *t, struct an_arena *arena, struct column **ret_columns,
                                 size_t *ret_count, size_t *ret_hidden, char why[static WORDS_MAX], struct an_err *err) {
    AN_CLEANUP(result_cleanup) PGresult *r = query(w, list_columns, t->oid.ptr, why);
    size_t all = r ? (size_t) PQntuples(r) : 0;
    *ret_columns = NULL;
    *ret_count = *ret_hidden = 0;
    if (!r)
        return AN_OK;
    struct column *columns = AN_NEW_N(arena, all + 1, struct column);
    if (!columns)
        return no_memory(err);
    for (size_t i = 0; i < all; i++) {
        if (*PQgetvalue(r, (int) i, 2) != 't') {
            ++*ret_hidden;
            continue;
        }
        struct column *c = &columns[(*ret_count)++];
        c->name = an_source_padded(arena, cell(r, (int) i, 0));
        bool bytes = *PQgetvalue(r, (int) i, 1) == 't', inside = *PQgetvalue(r, (int) i, 3) == 't';
        c->cell = bytes ? AN_COPY_BYTES : inside ? AN_COPY_MIXED : AN_COPY_TEXT;
        if (!c->name.ptr)
            return no_memory(err);
        c->shown = c->name;
        AN_AUTO(an_buf) text = {0};
        if (an_utf8_valid(c->name) != c->name.len) {
            AN_TRY(an_blob_text(&w->table.blob, c->name, &text, err));
            c->shown = an_source_padded(arena, an_buf_str(&text));
        }
        if (!c->shown.ptr)
            return no_memory(err);
        struct an_str comment = cell(r, (int) i, 4);
        bool good = an_utf8_valid(comment) == comment.len;
        AN_TRY(an_remote_heading(c->shown, good ? comment : AN_STR(""), arena, &c->shown, err));
    }
    *ret_columns = columns;
    return AN_OK;
}

static enum an_code give_columns(struct work *w, const struct column *columns, size_t count, struct an_arena *arena,
                                 struct an_err *err) {
    struct an_str *names = AN_NEW_N(arena, count + 1, struct an_str);
    if (!names)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        names[i] = columns[i].shown;
    return an_table_begin(&w->table, w->reading->sink, names, count, err);
}

static enum an_code read_table(struct work *w, const struct relation *t, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct column *columns;
    size_t count, hidden;
    char why[WORDS_MAX];
    enum an_code code = find_columns(w, t, &arena, &columns, &count, &hidden, why, err);
    if (code)
        return code;
    if (!columns || (!count && hidden)) {
        if (columns)
            say("42501", why);
        return an_remote_unread(w->reading, w->ask, format, t->name, AN_IO, an_str_from_c(why), err);
    }
    AN_AUTO(an_buf) uri = {0};
    enum an_store_status status = AN_STORE_READ;
    const struct an_sink *sink = w->reading->sink;
    code = an_source_uri_below(&uri, w->ask->uri, t->name, err);
    struct an_store_info info = {.uri = an_buf_str(&uri), .format = format, .encoding = "utf-8"};
    if (!code)
        code = sink->open(sink->arg, &info, err);
    if (!code)
        code = give_columns(w, columns, count, &arena, err);
    if (!code && hidden) {
        (void) snprintf(why, sizeof why, "%zu of its columns may not be read, or gone: grant SELECT on the table", hidden);
        status = AN_STORE_PARTLY;
        code = an_remote_tell(w->reading, AN_IO, 0, AN_UNKNOWN_COUNT, why, err);
    }
    if (!code)
        code = take_table(w, t, columns, count, &status, err);
    return code ? code : sink->close(sink->arg, status, w->table.bytes, (struct an_str) {0}, err);
}

static enum an_code give_table(struct work *w, const struct relation *t, struct an_err *err) {
    char why[WORDS_MAX];
    struct an_str reason;
    if (!an_remote_wants(w->ask, t->name, t->table, &reason))
        return an_remote_skip(w->reading, w->ask, format, t->name, reason, err);
    if (t->kind == 'f')
        return an_remote_skip(w->reading, w->ask, format, t->name,
                              AN_STR("a foreign table: its rows lie in another store, to be read there"), err);
    if (!t->populated)
        return an_remote_skip(w->reading, w->ask, format, t->name,
                              AN_STR("a materialized view that was never filled: it holds no rows"), err);
    if (!command(w, "SAVEPOINT anshen", why))
        return an_remote_unread(w->reading, w->ask, format, t->name, AN_IO, an_str_from_c(why), err);
    enum an_code code = read_table(w, t, err);
    if (!code && !is_lost(w))                           // also lets the table's lock go
        (void) command(w, "ROLLBACK TO SAVEPOINT anshen", why);
    return code;
}

// Large objects: bytes without a table, each read as the file it is.

enum { OBJECTS_MAX = 100000 };
static const char list_objects[] = "SELECT oid FROM pg_catalog.pg_largeobject_metadata ORDER BY oid LIMIT 100001";

struct object { struct work *w; int fd; };

static enum an_code read_object(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    enum { MOST = 1 << 18 };
    struct object *o = arg;
    int n = lo_read(o->w->conn, o->fd, buf, cap < MOST ? cap : MOST);
    *ret_len = n > 0 ? (size_t) n : 0;
    an_remote_took(o->w->reading, o->w->ask, *ret_len);
    return n >= 0 ? AN_OK : an_fail(err, AN_IO, "a large object that breaks off: the server or the connection failed");
}

static enum an_code give_object(struct work *w, const char *oid, struct an_err *err) {
    AN_AUTO(an_buf) name = {0}, uri = {0};
    char why[WORDS_MAX];
    struct an_str reason;
    enum an_code code = an_buf_addf(&name, err, "large object %s", oid);
    if (!code)
        code = an_source_uri_below(&uri, w->ask->uri, an_buf_str(&name), err);
    if (code)
        return code;
    if (!an_remote_wants(w->ask, an_buf_str(&name), AN_STR("large object"), &reason))
        return an_remote_skip(w->reading, w->ask, format, an_buf_str(&name), reason, err);
    if (!command(w, "SAVEPOINT anshen", why))
        return an_remote_unread(w->reading, w->ask, format, an_buf_str(&name), AN_IO, an_str_from_c(why), err);
    struct object o = {w, lo_open(w->conn, (Oid) strtoul(oid, NULL, 10), INV_READ)};
    struct an_input input = {.uri = an_buf_str(&uri), .arg = &o, .read = read_object};
    if (o.fd < 0)
        code = an_remote_unread(w->reading, w->ask, format, an_buf_str(&name), AN_IO,
                                AN_STR("may not be read, or is gone: grant SELECT on the large object"), err);
    else
        code = an_source_read(w->reading, &input, err);
    if (!code && !is_lost(w))
        (void) command(w, "ROLLBACK TO SAVEPOINT anshen", why);
    return code;
}

static enum an_code give_objects(struct work *w, struct an_err *err) {
    char why[WORDS_MAX];
    AN_CLEANUP(result_cleanup) PGresult *r = query(w, list_objects, NULL, why);
    enum an_code code = AN_OK;
    if (!r)
        return an_remote_unread(w->reading, w->ask, format, AN_STR("large objects"), AN_IO, an_str_from_c(why), err);
    for (int i = 0; i < PQntuples(r) && i < OBJECTS_MAX && !code; i++)
        code = give_object(w, PQgetvalue(r, i, 0), err);
    if (!code && PQntuples(r) > OBJECTS_MAX)
        code = an_remote_unread(w->reading, w->ask, format, AN_STR("large objects"), AN_LIMIT,
                                AN_STR("more than 100,000 large objects: the others were not read"), err);
    return code;
}

// The database.

static struct an_str keep(struct work *w, struct an_str s) { return an_arena_copy(&w->arena, s); }

static enum an_code find_tables(struct work *w, struct relation **ret_tables, size_t *ret_count, char why[static WORDS_MAX],
                                struct an_err *err) {
    AN_CLEANUP(result_cleanup) PGresult *r = query(w, list_relations, NULL, why);
    *ret_count = 0;
    *ret_tables = NULL;
    if (!r)
        return AN_OK;
    struct relation *tables = AN_NEW_N(&w->arena, (size_t) PQntuples(r) + 1, struct relation);
    for (int i = 0; tables && i < PQntuples(r); i++) {
        AN_AUTO(an_buf) name = {0};
        struct relation *t = &tables[*ret_count];
        enum an_code code = add_name(&name, cell(r, i, 1), err);
        if (!code)
            code = an_buf_add(&name, AN_STR("."), err);
        if (!code)
            code = add_name(&name, cell(r, i, 2), err);
        if (code)
            return code;
        *t = (struct relation) {.schema = keep(w, cell(r, i, 1)), .table = keep(w, cell(r, i, 2)), .oid = keep(w, cell(r, i, 0)),
                                .name = keep(w, an_buf_str(&name)), .kind = *PQgetvalue(r, i, 3),
                                .populated = *PQgetvalue(r, i, 4) == 't'};
        if (!t->schema.ptr || !t->table.ptr || !t->oid.ptr || !t->name.ptr)
            return no_memory(err);
        ++*ret_count;
    }
    *ret_tables = tables;
    return tables ? AN_OK : no_memory(err);
}

// A database without tables is a store without records.
static enum an_code give_empty(struct work *w, struct an_err *err) {
    const struct an_sink *sink = w->reading->sink;
    struct an_store_info info = {.uri = w->ask->uri, .format = format, .encoding = "utf-8"};
    enum an_code code = sink->open(sink->arg, &info, err);
    return code ? code : sink->close(sink->arg, AN_STORE_READ, 0, (struct an_str) {0}, err);
}

static enum an_code read_database(struct work *w, struct an_err *err) {
    char why[WORDS_MAX];
    bool begun = true;
    for (size_t i = 0; i < AN_COUNT(begin) && begun; i++)
        begun = command(w, begin[i], why);
    // A database that says nothing of its encoding holds any bytes: what they are is found out here, for each cell.
    const char *encoding = PQparameterStatus(w->conn, "server_encoding");
    bool any = encoding && strcmp(encoding, "SQL_ASCII") == 0;
    if (begun)
        begun = command(w, any ? "SET LOCAL client_encoding = 'SQL_ASCII'" : "SET LOCAL client_encoding = 'UTF8'", why);
    struct relation *tables = NULL;
    size_t count = 0;
    enum an_code code = begun ? find_tables(w, &tables, &count, why, err) : AN_OK;
    if (!code && !tables)
        return an_remote_unread(w->reading, w->ask, format, (struct an_str) {0}, AN_IO, an_str_from_c(why), err);
    for (size_t i = 0; i < count && !code; i++)
        code = give_table(w, &tables[i], err);
    if (!code && !count)
        code = give_empty(w, err);
    return code ? code : give_objects(w, err);
}

static const char list_databases[] =
    "SELECT datname, datallowconn FROM pg_catalog.pg_database WHERE NOT datistemplate ORDER BY datname";

// One of all databases of a server, named below its URL.
static enum an_code read_one(struct work *w, const struct an_remote_ask *server, const char *name, bool may, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    struct an_remote_ask ask = *server;
    bool connected = false;
    enum an_code code = an_remote_below(server->uri, an_str_from_c(name), &uri, err);
    ask.uri = an_buf_str(&uri);
    w->ask = &ask;
    if (!code && !may)
        code = an_remote_unread(w->reading, &ask, format, (struct an_str) {0}, AN_IO,
                                AN_STR("the server lets nobody connect to this database"), err);
    else if (!code)
        code = connect_to(w, name, &connected, err);
    if (!code && connected)
        code = read_database(w, err);
    disconnect(w);
    w->ask = server;
    return code;
}

static enum an_code read_databases(struct work *w, struct an_err *err) {
    char why[WORDS_MAX];
    bool connected;
    enum an_code code = connect_to(w, "postgres", &connected, err);
    if (code || !connected)
        return code;
    AN_CLEANUP(result_cleanup) PGresult *r = query(w, list_databases, NULL, why);
    disconnect(w);
    if (!r)
        return an_remote_unread(w->reading, w->ask, format, (struct an_str) {0}, AN_IO, an_str_from_c(why), err);
    const struct an_remote_ask *server = w->ask;
    for (int i = 0; i < PQntuples(r) && !code; i++)
        code = read_one(w, server, PQgetvalue(r, i, 0), *PQgetvalue(r, i, 1) == 't', err);
    return code;
}

static enum an_code read_postgresql(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_CLEANUP(work_release) struct work w = {.reading = reading, .ask = ask};
    struct an_str database = an_str_slice(ask->url->path, 1, ask->url->path.len);
    if (!database.len)
        return read_databases(&w, err);
    bool connected;
    enum an_code code = connect_to(&w, database.ptr, &connected, err);
    return code || !connected ? code : read_database(&w, err);
}

static const char *const schemes[] = {"postgresql", "postgres", NULL};

const struct an_remote an_remote_postgresql = {
    .name = format,
    .schemes = schemes,
    .title = {"PostgreSQL database", "PostgreSQL 数据库"},
    .spec = "PostgreSQL 15 manual, chapters 34 (libpq), 55 (protocol) and COPY",
    .check = check,
    .read = read_postgresql,
};
