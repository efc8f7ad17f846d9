// ODBC: every table that a driver lists, through unixODBC and the driver of a data source.
//
//     odbc://USER@DSN/DATABASE                            a data source of odbc.ini
//     odbc://USER@HOST:PORT/DATABASE?driver=NAME&...      a driver of odbcinst.ini; HOST may be missing, then DATABASE is a path
//
// A driver is others' code in our process. What is asked of it is the least that all have: lists of tables, rows from front to
// back, cells in parts, as UTF-16 or bytes. Nothing is written.
#define _GNU_SOURCE     // explicit_bzero
#include <dlfcn.h>
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "remote/remote.h"
#include "remote/secret.h"
#include "remote/table.h"
#include "source/uri.h"

#define FUNCTIONS(F) \
    F(SQLAllocHandle) F(SQLFreeHandle) F(SQLSetEnvAttr) F(SQLSetConnectAttr) F(SQLDriverConnectW) F(SQLDisconnect) \
    F(SQLGetInfoW) F(SQLTablesW) F(SQLExecDirectW) F(SQLNumResultCols) F(SQLDescribeColW) F(SQLFetch) F(SQLGetData) \
    F(SQLGetDiagRecW) F(SQLEndTran) F(SQLSetStmtAttr)

static const char format[] = "odbc", library[] = "libodbc.so.2";

enum {
    CONNECT_SECONDS = 20, SILENCE_SECONDS = 120,
    TOOK = 1 << 16,                     // bytes that are read before progress hears of them
    WORDS_MAX = 200,
    NAME_UNITS = 512,                   // of a name, in UTF-16
    PART = 16 * 1024,                   // bytes of a cell that are asked for at once
    CELL_MAX = 256 << 20,               // of a cell
    COLUMNS_MAX = 4096, TABLES_MAX = 1000000,
    CONNECTION_MAX = 16 * 1024,
};

struct odbc {
#define MEMBER(name) __typeof__(&name) name;
    FUNCTIONS(MEMBER)
#undef MEMBER
    SQLHANDLE env, dbc;
    bool connected;
};

struct relation { struct an_str catalog, schema, table, name, kind; };      // name: as it is shown

struct work {
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    struct odbc o;
    struct an_table table;
    struct an_arena arena;
    char current[256];                  // catalog that was connected to; "": none
    char quote[8], separator[8];        // around names; between a catalog and what follows. "" where there is none
    bool has_catalogs, has_schemas, catalog_last;
    bool snapshot, lost, cut;           // cut: of this table's cells some were longer than can be held
    struct an_buf cell, text;           // at hand: as it comes, as UTF-8
};

static void work_release(struct work *w) {
    an_table_release(&w->table);
    an_arena_release(&w->arena);
    an_buf_release(&w->cell);
    an_buf_release(&w->text);
    if (w->o.connected) {
        AN_IGNORE(w->o.SQLEndTran(SQL_HANDLE_DBC, w->o.dbc, SQL_ROLLBACK));
        AN_IGNORE(w->o.SQLDisconnect(w->o.dbc));
    }
    if (w->o.dbc)
        AN_IGNORE(w->o.SQLFreeHandle(SQL_HANDLE_DBC, w->o.dbc));
    if (w->o.env)
        AN_IGNORE(w->o.SQLFreeHandle(SQL_HANDLE_ENV, w->o.env));
    w->o = (struct odbc) {0};
}

static bool load_library(struct odbc *o) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);      // stays: drivers are not made to be unloaded
    (void) dlopen("libodbcinst.so.2", RTLD_NOW | RTLD_LOCAL);   // drivers load it, and it keeps what it read of settings
    bool ok = handle;
#define LOAD(name) do { \
        void *f_ = ok ? dlsym(handle, #name) : NULL; \
        ok = f_; \
        memcpy(&o->name, &f_, sizeof f_); \
    } while (0);
    FUNCTIONS(LOAD)
#undef LOAD
    return ok;
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a database"); }

static bool is_ours(enum an_code code) { return code == AN_NOMEM || code == AN_BUG; }

// UTF-16.

// `units` of UTF-16 as UTF-8; what is half a character is '?'.
static enum an_code add_wide(struct an_buf *out, const char *bytes, size_t units, struct an_err *err) {
    char part[256];
    size_t n = 0;
    for (size_t i = 0; i < units; i++) {
        SQLWCHAR unit, low = 0;
        memcpy(&unit, bytes + 2 * i, 2);
        uint32_t c = unit;
        if (i + 1 < units)
            memcpy(&low, bytes + 2 * i + 2, 2);
        if (c >= 0xD800 && c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00u);
            i++;
        } else if (c >= 0xD800 && c < 0xE000) {
            c = '?';
        }
        n += an_utf8_put(c, part + n);
        if (n > sizeof part - 4 || i + 1 >= units) {
            AN_TRY(an_buf_add(out, (struct an_str) {part, n}, err));
            n = 0;
        }
    }
    return AN_OK;
}

static size_t len_of(const SQLWCHAR *wide, size_t most) {
    size_t n = 0;
    while (n < most && wide[n])
        n++;
    return n;
}

// `text` as UTF-16, NUL-ended.
static enum an_code make_wide(struct an_buf *out, struct an_str text, struct an_err *err) {
    while (text.len) {
        size_t len;
        uint32_t c = an_utf8_get(text, &len);
        SQLWCHAR units[2] = {(SQLWCHAR) c};
        if (c >= 0x10000) {
            units[0] = (SQLWCHAR) (0xD800 + ((c - 0x10000) >> 10));
            units[1] = (SQLWCHAR) (0xDC00 + ((c - 0x10000) & 0x3FF));
        }
        AN_TRY(an_buf_add(out, (struct an_str) {(const char *) units, c >= 0x10000 ? 4 : 2}, err));
        text = an_str_slice(text, len, text.len);
    }
    return an_buf_add(out, (struct an_str) {"\0", 2}, err);
}

static SQLWCHAR *wide_of(const struct an_buf *b) { return (SQLWCHAR *) (void *) b->ptr; }

// What is wrong, in our own words: a driver's message may quote a value.

static const struct { const char *state, *text; } words[] = {
    {"IM002", "no data source and no driver of this name; `odbcinst -q -s` and `odbcinst -q -d` list them"},
    {"IM003", "the driver cannot be loaded; install its package, as odbc-postgresql, odbc-mariadb or libsqliteodbc"},
    {"IM", "the driver lacks what is needed to read with it"},
    {"28", "the server does not take this user and password"},
    {"42501", "permission denied: grant SELECT to the user who reads"},
    {"42S02", "the table is gone: it was dropped while the database was read"},
    {"42P01", "the table is gone: it was dropped while the database was read"},
    {"42", "the server refuses the query: there is no permission, or the table was changed meanwhile"},
    {"08", "the connection to the server was lost"},
    {"57P", "the server was shut down while it was read"},
    {"HYT", "nothing came for longer than is waited for"},
    {"HY001", "the driver has no memory for it"},
    {"22", "a value in it cannot be given as text"},
    {"40", "the server ended the transaction"},
    {"25", "the server ended the transaction"},
};

// The state of what failed last, and what is said of it, as UTF-8 where `said` is not NULL.
static enum an_code diagnose(struct work *w, SQLSMALLINT kind, SQLHANDLE handle, char state[static 6], struct an_buf *said,
                             struct an_err *err) {
    SQLWCHAR wide_state[8] = {0}, message[512] = {0};
    SQLSMALLINT len = 0;
    SQLINTEGER native = 0;
    memset(state, 0, 6);
    SQLRETURN r = w->o.SQLGetDiagRecW(kind, handle, 1, wide_state, &native, message, (SQLSMALLINT) AN_COUNT(message), &len);
    if (!SQL_SUCCEEDED(r))
        return AN_OK;
    for (size_t i = 0; i < 5; i++)
        state[i] = wide_state[i] >= '0' && wide_state[i] <= 'Z' ? (char) wide_state[i] : '?';
    return said ? add_wide(said, (const char *) message, len_of(message, AN_COUNT(message)), err) : AN_OK;
}

static void say_state(struct work *w, const char *state, char why[static WORDS_MAX]) {
    w->lost |= strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0;
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (strncmp(state, words[i].state, strlen(words[i].state)) == 0) {
            (void) snprintf(why, WORDS_MAX, "%s (SQLSTATE %.5s)", words[i].text, state);
            return;
        }
    (void) snprintf(why, WORDS_MAX, "the driver reports an error (SQLSTATE %.5s)", *state ? state : "?");
}

static void say(struct work *w, SQLHANDLE statement, char why[static WORDS_MAX]) {
    char state[6];
    struct an_err err;
    AN_IGNORE(diagnose(w, SQL_HANDLE_STMT, statement, state, NULL, &err));
    say_state(w, state, why);
}

// Connecting.

static bool is_name(struct an_str name, const char *const *list) {
    for (; *list; list++)
        if (name.len == strlen(*list) && strncasecmp(name.ptr, *list, name.len) == 0)
            return true;
    return false;
}

static enum an_code add_pair(struct an_buf *out, const char *name, struct an_str value, struct an_err *err) {
    bool plain = true;
    for (size_t i = 0; i < value.len; i++)
        plain &= !strchr(";{}[]()=*?!@, ", value.ptr[i]);
    if (memchr(value.ptr, '}', value.len))
        return an_fail(err, AN_USAGE, "a '}' in the URL or the password, which no connection string can hold");
    return an_buf_addf(out, err, plain ? "%s=%.*s;" : "%s={%.*s};", name, AN_STR_ARG(value));
}

// Drivers that hold all of a result, or make a database that is not there, unless told otherwise. Others pass over it.
static const struct { const char *name, *value; } manners[] = {
    {"UseDeclareFetch", "1"}, {"Fetch", "1000"},        // psqlodbc
    {"NO_CACHE", "1"}, {"FORWARDONLY", "1"},            // MySQL; MariaDB's knows no way
    {"StepAPI", "1"}, {"NoCreat", "1"},                 // SQLite
};

static enum an_code write_connection(const struct an_url *url, const struct an_secret *secret, struct an_buf *out,
                                     struct an_err *err) {
    bool has_driver = an_url_value(url, "driver").ptr;
    struct an_str database = an_str_slice(url->path, url->host.len || !has_driver ? 1 : 0, url->path.len);
    char port[8];
    (void) snprintf(port, sizeof port, "%u", (unsigned) url->port);
    if (!has_driver)
        AN_TRY(add_pair(out, "DSN", url->host, err));
    if (has_driver)
        AN_TRY(add_pair(out, "DRIVER", an_url_value(url, "driver"), err));
    if (has_driver && url->host.len)
        AN_TRY(add_pair(out, "SERVER", url->host, err));
    if (url->port)
        AN_TRY(add_pair(out, "PORT", an_str_from_c(port), err));
    if (database.len)
        AN_TRY(add_pair(out, "DATABASE", database, err));
    for (size_t i = 0; i < url->pair_count; i++)
        if (!an_str_eq(url->pairs[i].name, AN_STR("driver")))
            AN_TRY(add_pair(out, url->pairs[i].name.ptr, url->pairs[i].value, err));
    for (size_t i = 0; i < AN_COUNT(manners); i++)
        if (!an_url_value(url, manners[i].name).ptr)
            AN_TRY(add_pair(out, manners[i].name, an_str_from_c(manners[i].value), err));
    if (secret->user)
        AN_TRY(add_pair(out, "UID", an_str_from_c(secret->user), err));
    return secret->password ? add_pair(out, "PWD", an_str_from_c(secret->password), err) : AN_OK;
}

static void wipe(struct an_buf *b) {
    if (b->cap)
        explicit_bzero(b->ptr, b->cap);
    an_buf_release(b);
}

static enum an_code refuse(struct work *w, struct an_str secret, struct an_err *err) {
    AN_AUTO(an_buf) said = {0}, text = {0};
    char state[6], why[WORDS_MAX];
    AN_TRY(diagnose(w, SQL_HANDLE_DBC, w->o.dbc, state, &said, err));
    AN_TRY(an_buf_add(&said, (struct an_str) {"", 1}, err));
    // the manager itself tells of a library that is not there in no state of its own
    bool no_driver = strcmp(state, "01000") == 0 && strstr(said.ptr, "open lib");
    if (no_driver || strncmp(state, "IM", 2) == 0 || strncmp(state, "28", 2) == 0) {
        say_state(w, no_driver ? "IM003" : state, why);
        return an_fail(err, AN_IO, "%s", why);
    }
    AN_TRY(an_remote_plain(said.ptr, secret, &text, err));
    return an_fail(err, AN_IO, "cannot connect: %.*s", AN_STR_ARG(an_buf_str(&text)));
}

static enum an_code connect_to(struct work *w, struct an_err *err) {
    AN_AUTO(an_secret) secret = {0};
    AN_CLEANUP(wipe) struct an_buf text = {.limit = CONNECTION_MAX};
    AN_CLEANUP(wipe) struct an_buf wide = {0};
    struct odbc *o = &w->o;
    if (!load_library(o))
        return an_fail(err, AN_IO, "%s is not there: install libodbc2 to have databases read through ODBC", library);
    AN_TRY(an_secret_find(w->ask, "ODBC_PASSWORD", &secret, err));
    AN_TRY(write_connection(w->ask->url, &secret, &text, err));
    AN_TRY(make_wide(&wide, an_buf_str(&text), err));
    if (!SQL_SUCCEEDED(o->SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &o->env)) ||
        !SQL_SUCCEEDED(o->SQLSetEnvAttr(o->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER) SQL_OV_ODBC3, 0)) ||
        !SQL_SUCCEEDED(o->SQLAllocHandle(SQL_HANDLE_DBC, o->env, &o->dbc)))
        return no_memory(err);
    AN_IGNORE(o->SQLSetConnectAttr(o->dbc, SQL_ATTR_LOGIN_TIMEOUT, (SQLPOINTER) CONNECT_SECONDS, 0));
    AN_IGNORE(o->SQLSetConnectAttr(o->dbc, SQL_ATTR_ACCESS_MODE, (SQLPOINTER) SQL_MODE_READ_ONLY, 0));
    SQLRETURN r = o->SQLDriverConnectW(o->dbc, NULL, wide_of(&wide), SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT);
    if (!SQL_SUCCEEDED(r))
        return refuse(w, an_str_from_c(secret.password ? secret.password : ""), err);
    o->connected = true;
    AN_IGNORE(o->SQLSetConnectAttr(o->dbc, SQL_ATTR_CONNECTION_TIMEOUT, (SQLPOINTER) SILENCE_SECONDS, 0));
    return AN_OK;
}

// What the database says of itself; "" when it does not.
static void ask_text(struct work *w, SQLUSMALLINT what, char *to, size_t cap) {
    AN_AUTO(an_buf) text = {0};
    SQLWCHAR wide[256] = {0};
    SQLSMALLINT len = 0;
    struct an_err err;
    *to = 0;
    if (!SQL_SUCCEEDED(w->o.SQLGetInfoW(w->o.dbc, what, wide, sizeof wide, &len)) || len < 0)
        return;
    if (!add_wide(&text, (const char *) wide, len_of(wide, AN_COUNT(wide)), &err))
        (void) snprintf(to, cap, "%.*s", AN_STR_ARG(an_buf_str(&text)));
}

static SQLUINTEGER ask_number(struct work *w, SQLUSMALLINT what) {
    SQLUINTEGER n = 0;
    SQLSMALLINT len = 0;
    return SQL_SUCCEEDED(w->o.SQLGetInfoW(w->o.dbc, what, &n, sizeof n, &len)) ? len == 2 ? n & 0xFFFF : n : 0;
}

// One state of all tables, where that keeps nobody from writing: others would hold locks on all that is read.
static void begin_snapshot(struct work *w) {
    static const struct { const char *name; SQLUINTEGER level; } known[] = {
        {"PostgreSQL", SQL_TXN_REPEATABLE_READ}, {"MariaDB", SQL_TXN_REPEATABLE_READ}, {"MySQL", SQL_TXN_REPEATABLE_READ},
        {"SQLite", SQL_TXN_SERIALIZABLE}, {"Oracle", SQL_TXN_SERIALIZABLE},
    };
    char name[64];
    ask_text(w, SQL_DBMS_NAME, name, sizeof name);
    SQLUINTEGER can = ask_number(w, SQL_TXN_ISOLATION_OPTION);
    for (size_t i = 0; i < AN_COUNT(known) && !w->snapshot; i++)
        if (strncmp(name, known[i].name, strlen(known[i].name)) == 0 && (can & known[i].level)) {
            SQLRETURN r = w->o.SQLSetConnectAttr(w->o.dbc, SQL_ATTR_TXN_ISOLATION, (SQLPOINTER) (uintptr_t) known[i].level, 0);
            SQLRETURN off = w->o.SQLSetConnectAttr(w->o.dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER) SQL_AUTOCOMMIT_OFF, 0);
            w->snapshot = SQL_SUCCEEDED(r) && SQL_SUCCEEDED(off);
        }
}

static void learn_names(struct work *w) {
    ask_text(w, SQL_DATABASE_NAME, w->current, sizeof w->current);
    ask_text(w, SQL_IDENTIFIER_QUOTE_CHAR, w->quote, sizeof w->quote);
    ask_text(w, SQL_CATALOG_NAME_SEPARATOR, w->separator, sizeof w->separator);
    if (*w->quote == ' ')
        *w->quote = 0;
    w->has_catalogs = *w->separator && (ask_number(w, SQL_CATALOG_USAGE) & SQL_CU_DML_STATEMENTS);
    w->has_schemas = ask_number(w, SQL_SCHEMA_USAGE) & SQL_SU_DML_STATEMENTS;
    w->catalog_last = ask_number(w, SQL_CATALOG_LOCATION) == SQL_CL_END;
}

// Cells.

// The cell of a row into w->cell, in parts. *ret_null: there is none. False: the driver failed.
static bool get_cell(struct work *w, SQLHANDLE s, SQLUSMALLINT column, SQLSMALLINT type, bool *ret_null, enum an_code *ret_code,
                     struct an_err *err) {
    char part[PART];
    size_t end = type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 0;        // the driver ends each part with a NUL
    w->cell.len = 0;
    *ret_null = false;
    for (;;) {
        SQLLEN left = 0;
        SQLRETURN r = w->o.SQLGetData(s, column, type, part, sizeof part, &left);
        if (r == SQL_NO_DATA)
            return true;
        if (!SQL_SUCCEEDED(r))
            return false;
        if (left == SQL_NULL_DATA) {
            *ret_null = true;
            return true;
        }
        bool whole = r == SQL_SUCCESS || (left >= 0 && (size_t) left <= sizeof part - end);
        size_t n = left >= 0 && (size_t) left <= sizeof part - end ? (size_t) left : sizeof part - end;
        if (w->cell.len + n > CELL_MAX)
            w->cut = true;
        else
            *ret_code = an_buf_add(&w->cell, (struct an_str) {part, n}, err);
        if (*ret_code || whole || w->cut)
            return true;
    }
}

static bool is_binary(SQLSMALLINT type) {
    return type == SQL_BINARY || type == SQL_VARBINARY || type == SQL_LONGVARBINARY;
}

// The text of a small cell, as of a list; ptr NULL: no memory or no answer.
static struct an_str get_text(struct work *w, SQLHANDLE s, SQLUSMALLINT column) {
    struct an_err err;
    enum an_code code = AN_OK;
    bool null;
    w->text.len = 0;
    if (!get_cell(w, s, column, SQL_C_WCHAR, &null, &code, &err) || code)
        return (struct an_str) {0};
    if (!null && add_wide(&w->text, an_buf_str(&w->cell).ptr, w->cell.len / 2, &err))
        return (struct an_str) {0};
    return an_arena_copy(&w->arena, an_buf_str(&w->text));
}

// Queries.

struct query { struct work *w; SQLHANDLE s; };
static void query_release(struct query *q) {
    if (q->s)
        AN_IGNORE(q->w->o.SQLFreeHandle(SQL_HANDLE_STMT, q->s));
}

static bool begin_query(struct query *q, struct work *w, char why[static WORDS_MAX]) {
    *q = (struct query) {.w = w};
    if (SQL_SUCCEEDED(w->o.SQLAllocHandle(SQL_HANDLE_STMT, w->o.dbc, &q->s))) {
        AN_IGNORE(w->o.SQLSetStmtAttr(q->s, SQL_ATTR_CURSOR_TYPE, (SQLPOINTER) SQL_CURSOR_FORWARD_ONLY, 0));
        AN_IGNORE(w->o.SQLSetStmtAttr(q->s, SQL_ATTR_CONCURRENCY, (SQLPOINTER) SQL_CONCUR_READ_ONLY, 0));
        return true;
    }
    q->s = NULL;
    (void) snprintf(why, WORDS_MAX, "the connection to the server was lost");
    w->lost = true;
    return false;
}

static bool run_query(struct query *q, struct work *w, struct an_str sql, char why[static WORDS_MAX]) {
    AN_AUTO(an_buf) wide = {0};
    struct an_err err;
    if (!begin_query(q, w, why))
        return false;
    if (make_wide(&wide, sql, &err)) {
        (void) snprintf(why, WORDS_MAX, "no memory for a query");
        return false;
    }
    SQLRETURN r = w->o.SQLExecDirectW(q->s, wide_of(&wide), SQL_NTS);
    if (SQL_SUCCEEDED(r) || r == SQL_NO_DATA)
        return true;
    say(w, q->s, why);
    return false;
}

static enum an_code add_name(const struct work *w, struct an_buf *out, struct an_str name, struct an_err *err) {
    AN_TRY(an_buf_addf(out, err, "%s", w->quote));
    for (size_t i = 0; i < name.len; i++) {
        AN_TRY(an_buf_add(out, an_str_slice(name, i, i + 1), err));
        if (name.ptr[i] == w->quote[0])
            AN_TRY(an_buf_add(out, an_str_slice(name, i, i + 1), err));
    }
    return an_buf_addf(out, err, "%s", w->quote);
}

static enum an_code add_from(const struct work *w, const struct relation *t, struct an_buf *sql, struct an_err *err) {
    bool catalog = w->has_catalogs && t->catalog.len;
    AN_TRY(an_buf_add(sql, AN_STR(" FROM "), err));
    if (catalog && !w->catalog_last) {
        AN_TRY(add_name(w, sql, t->catalog, err));
        AN_TRY(an_buf_addf(sql, err, "%s", w->separator));
    }
    if (w->has_schemas && t->schema.len) {
        AN_TRY(add_name(w, sql, t->schema, err));
        AN_TRY(an_buf_add(sql, AN_STR("."), err));
    }
    AN_TRY(add_name(w, sql, t->table, err));
    if (catalog && w->catalog_last) {
        AN_TRY(an_buf_addf(sql, err, "%s", w->separator));
        AN_TRY(add_name(w, sql, t->catalog, err));
    }
    return AN_OK;
}

// Rows of a table, as the server counts them; AN_UNKNOWN_COUNT: it does not say.
static uint64_t count_rows(struct work *w, const struct relation *t) {
    AN_AUTO(an_buf) sql = {0};
    AN_AUTO(query) q = {0};
    char why[WORDS_MAX];
    struct an_err err;
    if (w->lost || an_buf_add(&sql, AN_STR("SELECT COUNT(*)"), &err) || add_from(w, t, &sql, &err) ||
        !run_query(&q, w, an_buf_str(&sql), why) || !SQL_SUCCEEDED(w->o.SQLFetch(q.s)))
        return AN_UNKNOWN_COUNT;
    struct an_str text = get_text(w, q.s, 1);
    return text.len && text.ptr[0] >= '0' && text.ptr[0] <= '9' ? strtoull(text.ptr, NULL, 10) : AN_UNKNOWN_COUNT;
}

// Tables.

struct taking { const struct relation *t; struct query q; SQLSMALLINT count; SQLSMALLINT types[COLUMNS_MAX]; };

// The columns of what a query gives.
static enum an_code give_columns(struct work *w, struct taking *k, struct an_arena *arena, struct an_err *err) {
    struct an_str *names = AN_NEW_N(arena, (size_t) k->count + 1, struct an_str);
    if (!names)
        return no_memory(err);
    for (SQLSMALLINT i = 0; i < k->count; i++) {
        SQLWCHAR wide[NAME_UNITS] = {0};
        SQLSMALLINT len = 0, digits, nullable;
        SQLULEN size;
        w->text.len = 0;
        k->types[i] = SQL_WVARCHAR;
        if (SQL_SUCCEEDED(w->o.SQLDescribeColW(k->q.s, (SQLUSMALLINT) (i + 1), wide, NAME_UNITS, &len, &k->types[i], &size,
                                               &digits, &nullable)))
            AN_TRY(add_wide(&w->text, (const char *) wide, len_of(wide, NAME_UNITS - 1), err));     // `len` may be of bytes
        names[i] = an_source_padded(arena, an_buf_str(&w->text));
        if (!names[i].ptr)
            return no_memory(err);
    }
    return an_table_begin(&w->table, w->reading->sink, names, (size_t) k->count, err);
}

// *ret_good false: the driver failed inside the row.
static enum an_code take_row(struct work *w, const struct taking *k, uint64_t *bytes, bool *ret_good, struct an_err *err) {
    *ret_good = true;
    for (SQLSMALLINT i = 0; i < k->count; i++) {
        bool binary = is_binary(k->types[i]), null;
        enum an_code code = AN_OK;
        *ret_good = get_cell(w, k->q.s, (SQLUSMALLINT) (i + 1), binary ? SQL_C_BINARY : SQL_C_WCHAR, &null, &code, err);
        if (code || !*ret_good)
            return code;
        *bytes += w->cell.len + 1;
        w->text.len = 0;
        if (!null && !binary)
            AN_TRY(add_wide(&w->text, an_buf_str(&w->cell).ptr, w->cell.len / 2, err));
        AN_TRY(null ? an_table_text(&w->table, AN_STR(""), err) : binary ? an_table_bytes(&w->table, an_buf_str(&w->cell), err)
                                                                       : an_table_text(&w->table, an_buf_str(&w->text), err));
    }
    return an_table_end_row(&w->table, err);
}

// *why empty: all rows came, as far as the driver says.
static enum an_code take_rows(struct work *w, struct taking *k, char why[static WORDS_MAX], struct an_err *err) {
    uint64_t told = 0, bytes = 0;
    SQLRETURN r;
    while (SQL_SUCCEEDED(r = w->o.SQLFetch(k->q.s))) {
        bool good;
        AN_TRY(take_row(w, k, &bytes, &good, err));
        if (!good) {
            an_table_drop_row(&w->table);
            break;
        }
        if (bytes - told >= TOOK) {
            an_remote_took(w->reading, w->ask, bytes - told);
            told = bytes;
        }
    }
    an_remote_took(w->reading, w->ask, bytes - told);
    if (r != SQL_NO_DATA)
        say(w, k->q.s, why);
    return an_table_flush(&w->table, err);
}

// What there is to say of a table whose rows came.
static enum an_code end_table(struct work *w, const struct relation *t, uint64_t before, bool where,
                              enum an_store_status *status, struct an_err *err) {
    uint64_t came = w->table.rows;
    char text[WORDS_MAX];
    if (w->cut) {
        *status = AN_STORE_PARTLY;
        AN_TRY(an_remote_tell(w->reading, AN_LIMIT, 0, AN_UNKNOWN_COUNT, "values of over 256 MiB in it are not read to their end",
                              err));
    }
    if (where) {
        uint64_t all = before, lost = all == AN_UNKNOWN_COUNT ? all : all > came ? all - came : 0;
        *status = lost ? AN_STORE_PARTLY : *status;
        return lost ? an_remote_tell(w->reading, AN_USAGE, 0, lost, "read as far as --where says; the other rows were not read",
                                     err) : AN_OK;
    }
    if (before == AN_UNKNOWN_COUNT || came >= before)
        return AN_OK;
    uint64_t after = w->snapshot ? before : count_rows(w, t);           // rows may have been deleted
    if (after != AN_UNKNOWN_COUNT && came >= after)
        return AN_OK;
    *status = AN_STORE_PARTLY;
    (void) snprintf(text, sizeof text, "the server counts %llu rows, and gave %llu", (unsigned long long) before,
                    (unsigned long long) came);
    return an_remote_tell(w->reading, AN_IO, came + 1, AN_UNKNOWN_COUNT, text, err);
}

// Ends a transaction that a failed statement may have spoiled; those that follow see a later state.
static void begin_anew(struct work *w) {
    if (!w->lost)
        AN_IGNORE(w->o.SQLEndTran(SQL_HANDLE_DBC, w->o.dbc, SQL_ROLLBACK));
}

static enum an_code read_table(struct work *w, const struct relation *t, struct taking *k, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) sql = {0}, uri = {0};
    char why[WORDS_MAX] = "the connection to the server was lost before";
    struct an_str where = an_remote_where(w->ask, t->name, t->table);
    uint64_t before = count_rows(w, t);
    AN_TRY(an_buf_add(&sql, AN_STR("SELECT *"), err));
    AN_TRY(add_from(w, t, &sql, err));
    if (where.len)                      // a comment in the condition ends before the bracket
        AN_TRY(an_buf_addf(&sql, err, " WHERE (%.*s\n)", AN_STR_ARG(where)));
    if (before == AN_UNKNOWN_COUNT)
        begin_anew(w);
    bool begun = !w->lost && run_query(&k->q, w, an_buf_str(&sql), why);
    if (begun && (!SQL_SUCCEEDED(w->o.SQLNumResultCols(k->q.s, &k->count)) || k->count < 1 || k->count > COLUMNS_MAX)) {
        (void) snprintf(why, sizeof why, "it has no columns, or more than can be read");
        begun = false;
    }
    if (!begun) {
        begin_anew(w);
        if (where.len && before != AN_UNKNOWN_COUNT && !w->lost)
            (void) snprintf(why, sizeof why, "the server refuses what --where says of it");
        return an_remote_unread(w->reading, w->ask, format, t->name, AN_IO, an_str_from_c(why), err);
    }
    enum an_store_status status = AN_STORE_READ;
    const struct an_sink *sink = w->reading->sink;
    AN_TRY(an_source_uri_below(&uri, w->ask->uri, t->name, err));
    struct an_store_info info = {.uri = an_buf_str(&uri), .format = format, .encoding = "utf-8"};
    AN_TRY(sink->open(sink->arg, &info, err));
    AN_TRY(give_columns(w, k, &arena, err));
    *why = 0;
    w->cut = false;
    AN_TRY(take_rows(w, k, why, err));
    if (*why) {
        status = w->table.rows ? AN_STORE_PARTLY : AN_STORE_UNREAD;
        begin_anew(w);
        AN_TRY(an_remote_tell(w->reading, AN_IO, w->table.rows + 1, AN_UNKNOWN_COUNT, why, err));
    } else {
        query_release(&k->q);
        k->q.s = NULL;
        AN_TRY(end_table(w, t, before, where.len, &status, err));
    }
    struct an_str remark = w->snapshot ? AN_STR("")
                                       : AN_STR("read without a snapshot: through ODBC this database gives none that lets others "
                                                "write");
    return sink->close(sink->arg, status, w->table.bytes, remark, err);
}

static enum an_code give_table(struct work *w, const struct relation *t, struct an_err *err) {
    static const char *const read[] = {"TABLE", "BASE TABLE", "MATVIEW", "MATERIALIZED VIEW", NULL};
    static const char *const unnamed[] = {"VIEW", "SYSTEM TABLE", "SYSTEM VIEW", "INDEX", "SEQUENCE", NULL};
    struct an_str no;
    if (is_name(t->kind, unnamed))
        return AN_OK;
    if (!an_remote_wants(w->ask, t->name, t->table, &no))
        return an_remote_skip(w->reading, w->ask, format, t->name, no, err);
    if (!is_name(t->kind, read))
        return an_remote_skip(w->reading, w->ask, format, t->name,
                              AN_STR("no table of its own, as the driver says: its rows lie elsewhere"), err);
    struct taking *k = an_alloc(sizeof *k);
    if (!k)
        return no_memory(err);
    *k = (struct taking) {.t = t};
    enum an_code code = read_table(w, t, k, err);
    query_release(&k->q);
    an_free(k);
    return code;
}

static enum an_code name_table(struct work *w, struct relation *t, struct an_err *err) {
    AN_AUTO(an_buf) name = {0};
    bool here = an_str_eq(t->catalog, an_str_from_c(w->current));
    struct an_str before = t->schema.len ? t->schema : here ? AN_STR("") : t->catalog;
    if (before.len && (w->has_schemas || w->has_catalogs)) {
        AN_TRY(an_buf_add(&name, before, err));
        AN_TRY(an_buf_add(&name, AN_STR("."), err));
    }
    AN_TRY(an_buf_add(&name, t->table, err));
    t->name = an_arena_copy(&w->arena, an_buf_str(&name));
    return t->name.ptr ? AN_OK : no_memory(err);
}

static int by_name(const void *a, const void *b) {
    const struct relation *x = a, *y = b;
    return strcmp(x->name.ptr, y->name.ptr);
}

// Drivers list the tables of other databases, too, and some call the system's own by the name of tables.
static bool is_meant(const struct work *w, const struct relation *t) {
    static const char *const own[] = {"mysql", "information_schema", "performance_schema", "sys", "pg_catalog", NULL};
    bool here = !t->catalog.len || !*w->current || an_str_eq(t->catalog, an_str_from_c(w->current));
    bool named = *w->current && an_str_eq(t->catalog, an_str_from_c(w->current)) && !t->schema.len;
    return here && (named || !is_name(t->schema.len ? t->schema : t->catalog, own));
}

struct list { struct relation *items; size_t count, cap; };
static void list_release(struct list *l) { an_free(l->items); }

// Errors: IO: the driver does not list them.
static enum an_code find_tables(struct work *w, struct list *list, struct an_err *err) {
    AN_AUTO(query) q = {0};
    char why[WORDS_MAX] = "";
    SQLRETURN r = SQL_ERROR;
    if (begin_query(&q, w, why) && !SQL_SUCCEEDED(r = w->o.SQLTablesW(q.s, NULL, 0, NULL, 0, NULL, 0, NULL, 0)))
        say(w, q.s, why);
    while (!*why && SQL_SUCCEEDED(r = w->o.SQLFetch(q.s))) {
        struct relation t = {.catalog = get_text(w, q.s, 1), .schema = get_text(w, q.s, 2), .table = get_text(w, q.s, 3),
                             .kind = get_text(w, q.s, 4)};
        if (!t.catalog.ptr || !t.schema.ptr || !t.table.ptr || !t.kind.ptr)
            return an_fail(err, AN_IO, "the driver does not say what tables there are");
        if (!is_meant(w, &t))
            continue;
        if (list->count == TABLES_MAX)
            return an_fail(err, AN_LIMIT, "there are more than a million tables");
        AN_TRY(name_table(w, &t, err));
        if (!an_alloc_room(&list->items, list->count, &list->cap, sizeof *list->items))
            return no_memory(err);
        list->items[list->count++] = t;
    }
    if (!*why && r != SQL_NO_DATA)
        say(w, q.s, why);
    if (*why)
        return an_fail(err, AN_IO, "%s", why);
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_name);
    return AN_OK;
}

static enum an_code read_odbc(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_AUTO(work) w = {.reading = reading, .ask = ask, .cell = {.limit = CELL_MAX + PART}};
    AN_AUTO(list) list = {0};
    struct an_err why;
    enum an_code fault = connect_to(&w, &why);
    if (!fault) {
        begin_snapshot(&w);
        learn_names(&w);
        fault = find_tables(&w, &list, &why);
    }
    if (!fault && !list.count)
        fault = an_fail(&why, AN_USAGE, "the driver lists no table: is it the right database, and the right user?");
    if (is_ours(fault)) {
        *err = why;
        return fault;
    }
    if (fault)
        return an_remote_unread(reading, ask, format, (struct an_str) {0}, fault, an_str_from_c(why.text), err);
    for (size_t i = 0; i < list.count; i++)
        AN_TRY(give_table(&w, &list.items[i], err));
    return AN_OK;
}

static enum an_code check(const struct an_url *url, struct an_err *err) {
    static const char *const secret[] = {"pwd", "password", "uid", "user", "username", "dsn", "filedsn", "savefile", NULL};
    bool has_driver = an_url_value(url, "driver").len;
    if (!has_driver && !url->host.len)
        return an_fail(err, AN_USAGE, "behind \"//\" stands the name of a data source, or ?driver= names a driver");
    if (has_driver && !url->host.len && url->path.len < 2)
        return an_fail(err, AN_USAGE, "it names no host and no database, so it could not be told from others");
    for (size_t i = 0; i < url->pair_count; i++) {
        struct an_str name = url->pairs[i].name;
        for (size_t k = 0; k < name.len; k++)
            if (strchr(";{}=", name.ptr[k]))
                return an_fail(err, AN_USAGE, "a parameter that no connection string has");
        if (is_name(name, secret))
            return an_fail(err, AN_USAGE, "user and password stand before '@' (or the password in ODBC_PASSWORD), a data source "
                           "behind it");
    }
    return AN_OK;
}

static const char *const schemes[] = {"odbc", NULL};

const struct an_remote an_remote_odbc = {
    .name = format,
    .schemes = schemes,
    .title = {"Databases through ODBC", "ODBC 数据库"},
    .spec = "ODBC 3.8, ISO/IEC 9075-3 (SQL/CLI); unixODBC 2.3",
    .check = check,
    .read = read_odbc,
};
