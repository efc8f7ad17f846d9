#define _GNU_SOURCE       // strerrordesc_np
#include "gen/table.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/utf8.h"

enum { ROWS_PER_INSERT = 500 };

static char *put(char *at, struct an_str s) {
    if (s.len)
        memcpy(at, s.ptr, s.len);
    return at + s.len;
}

static const char *column_name(const struct an_gen_table *t, unsigned i) {
    return t->chinese ? t->layout->columns[i].title : t->layout->columns[i].name;
}

// Between double quotes, which are doubled: RFC 4180.
static char *put_quoted(char *at, struct an_str s) {
    *at++ = '"';
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            *at++ = '"';
        *at++ = s.ptr[i];
    }
    *at++ = '"';
    return at;
}

// With a backslash before quotes and backslashes, line feeds and tabs by letter: as mysqldump, pg_dump and
// JSON do.
static char *put_escaped(char *at, struct an_str s, char quote) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool letter = c == '\n' || c == '\t';
        if (letter || c == '\\' || (quote && c == quote))
            *at++ = '\\';
        *at++ = c == '\n' ? 'n' : c == '\t' ? 't' : c;
    }
    return at;
}

static char *put_unit(char *at, uint32_t unit) {
    static const char hex[] = "0123456789abcdef";
    char text[6] = {'\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15],
                    hex[unit & 15]};
    return put(at, (struct an_str) {text, sizeof text});
}

static char *put_ascii(char *at, struct an_str s) {
    while (s.len) {
        size_t used;
        uint32_t point = an_utf8_get(s, &used);
        if (point < 0x80)
            at = put_escaped(at, (struct an_str) {s.ptr, 1}, '"');
        else if (point < 0x10000)
            at = put_unit(at, point);
        else
            at = put_unit(put_unit(at, 0xd800 + ((point - 0x10000) >> 10)), 0xdc00 + (point & 0x3ff));
        s = an_str_slice(s, used, s.len);
    }
    return at;
}

static bool is_plain_number(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len == 11 && s.ptr[0] != '0';
}

static size_t group_len(const char *path) {
    const char *dot = strchr(path, '.');
    return dot ? (size_t) (dot - path) : 0;
}

static char *put_json(const struct an_gen_table *t, char *at, const struct an_str *cells) {
    const char *group = "";
    size_t open = 0;                // length of the open group's name; 0 is none
    *at++ = '{';
    for (unsigned i = 0; i < t->layout->count; i++) {
        const struct an_gen_column *c = &t->layout->columns[i];
        struct an_str s = cells[c->cell];
        size_t len = group_len(c->path);
        bool same = len == open && memcmp(group, c->path, len) == 0;
        if (!same && open)
            *at++ = '}';
        if (i)
            at = put(at, AN_STR(", "));
        if (!same && len) {
            *at++ = '"';
            at = put(at, (struct an_str) {c->path, len});
            at = put(at, AN_STR("\": {"));
        }
        group = c->path;
        open = len;
        *at++ = '"';
        at = put(at, an_str_from_c(c->path + (len ? len + 1 : 0)));
        at = put(at, AN_STR("\": "));
        if (!s.len)
            at = put(at, AN_STR("null"));
        else if (c->type == AN_GEN_NUMBER || (t->escapes && t->rows % 4 == 3 && is_plain_number(s)))
            at = put(at, s);
        else {
            *at++ = '"';
            at = t->escapes && t->rows % 2 ? put_ascii(at, s)
               : c->type == AN_GEN_TEXT ? put_escaped(at, s, '"') : put(at, s);
            *at++ = '"';
        }
    }
    if (open)
        *at++ = '}';
    return put(at, AN_STR("}\n"));
}

static char *put_delimited(const struct an_gen_table *t, char *at, const struct an_str *cells) {
    char delimiter = t->form == AN_GEN_CSV ? ',' : '\t';
    for (unsigned i = 0; i < t->layout->count; i++) {
        const struct an_gen_column *c = &t->layout->columns[i];
        struct an_str s = cells[c->cell];
        if (i)
            *at++ = delimiter;
        if (t->form == AN_GEN_COPY)
            at = s.len ? put_escaped(at, s, 0) : put(at, AN_STR("\\N"));
        else
            at = c->type == AN_GEN_TEXT && s.len ? put_quoted(at, s) : put(at, s);
    }
    if (t->form == AN_GEN_TSV)
        *at++ = '\r';
    *at++ = '\n';
    return at;
}

static char *put_insert(const struct an_gen_table *t, char *at, const struct an_str *cells) {
    if (t->rows % ROWS_PER_INSERT == 0) {
        at = put(at, t->rows ? AN_STR(";\nINSERT INTO `") : AN_STR("INSERT INTO `"));
        at = put(at, an_str_from_c(t->layout->table));
        at = put(at, AN_STR("` VALUES "));
    } else {
        *at++ = ',';
    }
    *at++ = '(';
    for (unsigned i = 0; i < t->layout->count; i++) {
        const struct an_gen_column *c = &t->layout->columns[i];
        struct an_str s = cells[c->cell];
        if (i)
            *at++ = ',';
        if (!s.len) {
            at = put(at, AN_STR("NULL"));
            continue;
        }
        if (c->type == AN_GEN_NUMBER) {
            at = put(at, s);
            continue;
        }
        *at++ = '\'';
        at = c->type == AN_GEN_TEXT || s.ptr[0] == '\'' ? put_escaped(at, s, '\'') : put(at, s);
        *at++ = '\'';
    }
    *at++ = ')';
    return at;
}

static void fail_sqlite(struct an_gen_table *t) {
    if (!t->sink.err.code)
        AN_IGNORE(an_fail(&t->sink.err, AN_IO, "database: %s", sqlite3_errmsg(t->db)));
}

static void run_sqlite(struct an_gen_table *t, const char *sql) {
    if (sqlite3_exec(t->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_sqlite(t);
}

static void insert_row(struct an_gen_table *t, const struct an_str *cells) {
    for (unsigned i = 0; i < t->layout->count; i++) {
        struct an_str s = cells[t->layout->columns[i].cell];
        int at = (int) i + 1;
        int code = s.len ? sqlite3_bind_text(t->insert, at, s.ptr, (int) s.len, SQLITE_STATIC)
                         : sqlite3_bind_null(t->insert, at);
        if (code != SQLITE_OK)
            fail_sqlite(t);
    }
    if (sqlite3_step(t->insert) != SQLITE_DONE)
        fail_sqlite(t);
    (void) sqlite3_reset(t->insert);
}

void an_gen_table_row(struct an_gen_table *t, const struct an_str *cells) {
    if (t->form == AN_GEN_SQLITE) {
        insert_row(t, cells);
        t->rows++;
        return;
    }
    char *from = an_gen_sink_room(&t->sink, AN_GEN_ROOM_MAX);
    char *to = t->form == AN_GEN_JSONL ? put_json(t, from, cells)
             : t->form == AN_GEN_SQL ? put_insert(t, from, cells) : put_delimited(t, from, cells);
    t->sink.len += (size_t) (to - from);
    t->rows++;
}

static const char *sql_type(const struct an_gen_column *c) {
    return c->type == AN_GEN_NUMBER ? "bigint" : "varchar(255)";
}

static enum an_code head_sql(const struct an_gen_table *t, struct an_buf *b, struct an_err *err) {
    const char *name = t->layout->table;
    enum an_code code = an_buf_addf(b, err, "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n"
                                            "-- Host: localhost    Database: shop\n"
                                            "-- ------------------------------------------------------\n"
                                            "/*!40101 SET NAMES utf8mb4 */;\n\n"
                                            "DROP TABLE IF EXISTS `%s`;\nCREATE TABLE `%s` (\n", name, name);
    for (unsigned i = 0; i < t->layout->count && !code; i++) {
        const struct an_gen_column *c = &t->layout->columns[i];
        code = an_buf_addf(b, err, "  `%s` %s %s COMMENT '%s',\n", column_name(t, i), sql_type(c),
                           i ? "DEFAULT NULL" : "NOT NULL", c->title);
    }
    if (code)
        return code;
    return an_buf_addf(b, err, "  PRIMARY KEY (`%s`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n\n"
                               "LOCK TABLES `%s` WRITE;\n", column_name(t, 0), name);
}

static enum an_code head_copy(const struct an_gen_table *t, struct an_buf *b, struct an_err *err) {
    enum an_code code = an_buf_addf(b, err, "--\n-- PostgreSQL database dump\n--\n\n"
                                            "SET client_encoding = 'UTF8';\n\n"
                                            "CREATE TABLE public.%s (\n", t->layout->table);
    for (unsigned i = 0; i < t->layout->count && !code; i++)
        code = an_buf_addf(b, err, "    \"%s\" %s%s\n", column_name(t, i), sql_type(&t->layout->columns[i]),
                           i + 1 < t->layout->count ? "," : "");
    if (!code)
        code = an_buf_addf(b, err, ");\n\nCOPY public.%s (", t->layout->table);
    for (unsigned i = 0; i < t->layout->count && !code; i++)
        code = an_buf_addf(b, err, "%s\"%s\"", i ? ", " : "", column_name(t, i));
    return code ? code : an_buf_addf(b, err, ") FROM stdin;\n");
}

static enum an_code head_delimited(const struct an_gen_table *t, struct an_buf *b, struct an_err *err) {
    enum an_code code = AN_OK;
    for (unsigned i = 0; i < t->layout->count && !code; i++)
        code = an_buf_addf(b, err, "%s%s", i == 0 ? "" : t->form == AN_GEN_CSV ? "," : "\t",
                           column_name(t, i));
    return code ? code : an_buf_addf(b, err, "%s\n", t->form == AN_GEN_TSV ? "\r" : "");
}

static enum an_code head_sqlite(struct an_gen_table *t, struct an_err *err) {
    AN_AUTO(an_buf) create = {0};
    AN_AUTO(an_buf) insert = {0};
    enum an_code code = an_buf_addf(&create, err, "CREATE TABLE \"%s\" (", t->layout->table);
    if (!code)
        code = an_buf_addf(&insert, err, "INSERT INTO \"%s\" VALUES (", t->layout->table);
    for (unsigned i = 0; i < t->layout->count && !code; i++) {
        code = an_buf_addf(&create, err, "%s\"%s\" %s", i ? ", " : "", column_name(t, i),
                           t->layout->columns[i].type == AN_GEN_NUMBER ? "INTEGER" : "TEXT");
        if (!code)
            code = an_buf_addf(&insert, err, "%s?", i ? ", " : "");
    }
    if (!code)
        code = an_buf_addf(&create, err, ")");
    if (!code)
        code = an_buf_addf(&insert, err, ")");
    if (code)
        return code;
    // The file is new and nobody's: a crash half-way leaves one that is thrown away.
    run_sqlite(t, "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA journal_mode = OFF;"
                  "PRAGMA synchronous = OFF; BEGIN");
    run_sqlite(t, create.ptr);          // an_buf_addf leaves a NUL behind the text
    if (!t->sink.err.code &&
        sqlite3_prepare_v2(t->db, insert.ptr, (int) insert.len, &t->insert, NULL) != SQLITE_OK)
        fail_sqlite(t);
    if (t->sink.err.code)
        *err = t->sink.err;
    return t->sink.err.code;
}

static enum an_code open_sqlite(struct an_gen_table *t, struct an_err *err) {
    if (unlink(t->path) != 0 && errno != ENOENT)
        return an_fail(err, AN_IO, "cannot be replaced: %s", strerrordesc_np(errno));
    if (sqlite3_open_v2(t->path, &t->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        return an_fail(err, AN_IO, "cannot be created: %s", t->db ? sqlite3_errmsg(t->db) : "no memory");
    return head_sqlite(t, err);
}

static enum an_code open_text(struct an_gen_table *t, struct an_err *err) {
    AN_AUTO(an_buf) head = {.limit = AN_GEN_ROOM_MAX};
    enum an_code code = AN_OK;
    if (t->form == AN_GEN_SQL)
        code = head_sql(t, &head, err);
    if (t->form == AN_GEN_COPY)
        code = head_copy(t, &head, err);
    if (t->form == AN_GEN_CSV || t->form == AN_GEN_TSV)
        code = head_delimited(t, &head, err);
    if (!code)
        an_gen_sink_put(&t->sink, an_buf_str(&head));
    return code;
}

enum an_code an_gen_table_open(struct an_gen_table *t, const struct an_gen_format *format, const char *path,
                               const char *member,
                               struct an_err *err) {
    t->form = format->form;
    t->path = path;
    t->sink.fd = -1;
    enum an_code code;
    if (t->form == AN_GEN_SQLITE)
        code = open_sqlite(t, err);
    else if ((code = an_gen_sink_open(&t->sink, path, member, format->encoding, format->packing,
                                      err)) == AN_OK)
        code = open_text(t, err);
    if (code)
        an_gen_table_release(t);
    return code;
}

static enum an_code close_sqlite(struct an_gen_table *t, uint64_t *ret_bytes, struct an_err *err) {
    run_sqlite(t, "COMMIT");
    struct stat s = {0};
    if (stat(t->path, &s) != 0 && !t->sink.err.code)
        AN_IGNORE(an_fail(&t->sink.err, AN_IO, "cannot be looked at: %s", strerrordesc_np(errno)));
    if (t->sink.err.code)
        *err = t->sink.err;
    *ret_bytes = (uint64_t) s.st_size;
    return t->sink.err.code;
}

enum an_code an_gen_table_close(struct an_gen_table *t, uint64_t *ret_bytes, struct an_err *err) {
    enum an_code code;
    if (t->form == AN_GEN_SQLITE) {
        code = close_sqlite(t, ret_bytes, err);
    } else {
        if (t->form == AN_GEN_SQL)
            an_gen_sink_put(&t->sink, t->rows ? AN_STR(";\nUNLOCK TABLES;\n") : AN_STR("UNLOCK TABLES;\n"));
        if (t->form == AN_GEN_COPY)
            an_gen_sink_put(&t->sink, AN_STR("\\.\n"));
        code = an_gen_sink_close(&t->sink, ret_bytes, err);
    }
    an_gen_table_release(t);
    return code;
}

void an_gen_table_release(struct an_gen_table *t) {
    (void) sqlite3_finalize(t->insert);
    (void) sqlite3_close(t->db);
    an_gen_sink_release(&t->sink);
    t->insert = NULL;
    t->db = NULL;
}
