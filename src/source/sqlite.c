// SQLite databases: each table is a store, each row a record.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "db/db.h"
#include "source/blob.h"
#include "source/source.h"
#include "source/uri.h"

static const struct an_str magic = AN_STR_INIT("SQLite format 3\0");
static const struct an_str log_magic[] = {AN_STR_INIT("\x37\x7f\x06\x82"), AN_STR_INIT("\x37\x7f\x06\x83")};

struct work {
    struct an_reading *reading;
    const struct an_sink *sink;
    struct an_str uri;              // of the database
    struct an_db *db;
    struct an_blob blob;
    struct an_buf text;             // of a row's values, one after another
    struct an_value *values;
    size_t value_cap;
};

static void work_release(struct work *w) {
    an_db_free(w->db);
    an_blob_release(&w->blob);
    an_buf_release(&w->text);
    an_free(w->values);
}

static enum an_code tell(struct work *w, enum an_code what, uint64_t record, struct an_str text, struct an_err *err) {
    struct an_trouble trouble = {.code = what, .record = record, .records_lost = AN_UNKNOWN_COUNT, .text = text};
    return w->sink->trouble(w->sink->arg, &trouble, err);
}

// A store of which nothing can be had.
static enum an_code give_unread(struct work *w, enum an_code what, struct an_str text, struct an_err *err) {
    struct an_store_info info = {.uri = w->uri, .format = "sqlite"};
    enum an_code code = w->sink->open(w->sink->arg, &info, err);
    if (!code)
        code = tell(w, what, 0, text, err);
    return code ? code : w->sink->close(w->sink->arg, AN_STORE_UNREAD, 0, (struct an_str) {0}, err);
}

// Whether a failure is the machine's own rather than the input's.
static bool is_ours(enum an_code code) { return code == AN_NOMEM || code == AN_BUG || code == AN_USAGE; }

// Rows.

static enum an_code add_real(struct work *w, double real, struct an_err *err) {
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {     // the shortest decimal that means this number
        (void) snprintf(text, sizeof text, "%.*g", digits, real);
        if (strtod(text, NULL) == real)
            break;
    }
    return an_buf_add(&w->text, an_str_from_c(text), err);
}

static enum an_code add_value(struct work *w, const struct an_db_rows *rows, int column, enum an_db_type type,
                              struct an_err *err) {
    struct an_str bytes;
    switch (type) {
    case AN_DB_INTEGER:
        return an_buf_addf(&w->text, err, "%lld", (long long) an_db_i64(rows, column));
    case AN_DB_REAL:
        return add_real(w, an_db_real(rows, column), err);
    case AN_DB_TEXT:
        bytes = an_db_bytes(rows, column);
        if (!bytes.ptr)
            return an_fail(err, AN_NOMEM, "no memory for a value");
        // Nobody checks what programs put into a TEXT: GBK in a database that says UTF-8 is common.
        if (an_utf8_valid(bytes) != bytes.len)
            return an_blob_text(&w->blob, bytes, &w->text, err);
        return an_buf_add(&w->text, bytes, err);
    case AN_DB_BLOB:
        return an_blob_text(&w->blob, an_db_bytes(rows, column), &w->text, err);
    case AN_DB_NULL:
        break;
    }
    return AN_OK;
}

static enum an_code give_row(struct work *w, const struct an_db_rows *rows, uint64_t number, uint64_t offset,
                             struct an_err *err) {
    int columns = an_db_column_count(rows);
    size_t count = 0, ends = 0;
    w->text.len = 0;
    for (int i = 0; i < columns; i++) {
        enum an_db_type type = an_db_type(rows, i);
        if (type == AN_DB_NULL)
            continue;
        enum an_code code = add_value(w, rows, i, type, err);
        if (code)
            return code;
        w->values[count++] = (struct an_value) {.text = {NULL, w->text.len - ends}, .column = (uint32_t) i,
                                                .flags = type == AN_DB_INTEGER || type == AN_DB_REAL ? AN_VALUE_NUMBER : 0};
        ends = w->text.len;
    }
    static const char padding[AN_SOURCE_PADDING];
    enum an_code code = an_buf_add(&w->text, (struct an_str) {padding, sizeof padding}, err);
    if (code)
        return code;
    const char *text = w->text.ptr;         // only now it stays where it is
    for (size_t i = 0; i < count; i++) {
        w->values[i].text.ptr = text;
        text += w->values[i].text.len;
    }
    w->text.len = ends;
    struct an_record record = {.values = w->values, .count = count, .number = number, .offset = offset};
    return w->sink->record(w->sink->arg, &record, err);
}

static enum an_code give_columns(struct work *w, const struct an_db_rows *rows, struct an_err *err) {
    int count = an_db_column_count(rows);
    if ((size_t) count > w->value_cap) {
        struct an_value *values = an_realloc(w->values, (size_t) count * sizeof *values);
        if (!values)
            return an_fail(err, AN_NOMEM, "no memory for a row");
        w->values = values;
        w->value_cap = (size_t) count;
    }
    AN_AUTO(an_arena) arena = {0};
    struct an_str *names = AN_NEW_N(&arena, (size_t) count, struct an_str);
    for (int i = 0; names && i < count; i++) {
        names[i] = an_source_padded(&arena, an_db_column_name(rows, i));
        if (!names[i].ptr)
            names = NULL;
    }
    return names ? w->sink->columns(w->sink->arg, names, (size_t) count, err) : an_fail(err, AN_NOMEM, "no memory for names");
}

// All rows of a table whose store is open. *ret_fault: what stopped it short of the end, in `fault`.
static enum an_code give_rows(struct work *w, struct an_str table, uint64_t *ret_bytes, uint64_t *ret_rows,
                              enum an_code *ret_fault, struct an_err *fault, struct an_err *err) {
    AN_AUTO(an_buf) sql = {0};
    enum an_code code = an_buf_add(&sql, AN_STR("SELECT * FROM \""), err);
    for (size_t i = 0; i < table.len && !code; i++)
        code = an_buf_add(&sql, table.ptr[i] == '"' ? AN_STR("\"\"") : an_str_slice(table, i, i + 1), err);
    if (!code)
        code = an_buf_add(&sql, AN_STR("\""), err);
    if (code)
        return code;
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    *ret_fault = an_db_query(w->db, an_buf_str(&sql), &rows, fault);
    if (*ret_fault)
        return AN_OK;
    code = give_columns(w, rows, err);
    while (!code) {
        bool any;
        *ret_fault = an_db_next(rows, &any, fault);
        if (*ret_fault || !any)
            return AN_OK;
        code = give_row(w, rows, ++*ret_rows, *ret_bytes, err);
        *ret_bytes += w->text.len;
    }
    return code;
}

static enum an_code give_table(struct work *w, struct an_str table, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    enum an_code code = an_source_uri_below(&uri, w->uri, table, err);
    struct an_store_info info = {.uri = an_buf_str(&uri), .format = "sqlite"};
    if (!code)
        code = w->sink->open(w->sink->arg, &info, err);
    if (code)
        return code;
    uint64_t bytes = 0, rows = 0;
    enum an_code what = AN_OK;
    struct an_err fault = {0};
    code = give_rows(w, table, &bytes, &rows, &what, &fault, err);
    if (!code && is_ours(what)) {
        *err = fault;
        code = what;
    }
    if (!code && what)
        code = tell(w, what, rows + 1, an_str_from_c(fault.text), err);
    enum an_store_status status = !what ? AN_STORE_READ : rows ? AN_STORE_PARTLY : AN_STORE_UNREAD;
    return code ? code : w->sink->close(w->sink->arg, status, bytes, (struct an_str) {0}, err);
}

// Tables that hold rows of their own: no views, no virtual tables, none of the indexes that full-text and R-tree tables keep
// beside their content.
static const struct an_str list_tables = AN_STR_INIT(
    "SELECT name FROM sqlite_schema AS t WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "AND NOT EXISTS (SELECT 1 FROM sqlite_schema AS v WHERE v.type = 'table' AND coalesce(v.rootpage, 0) = 0 AND t.name IN ("
    "v.name || '_data', v.name || '_idx', v.name || '_docsize', v.name || '_config', v.name || '_segments', "
    "v.name || '_segdir', v.name || '_stat', v.name || '_node', v.name || '_parent', v.name || '_rowid')) ORDER BY rowid");

// The tables' names, gathered first: reading one while listing the others would keep two statements open. *ret_fault: what
// stopped the list short.
static enum an_code gather(struct work *w, struct an_arena *arena, struct an_str **ret_names, size_t *ret_count,
                           enum an_code *ret_fault, struct an_err *fault, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    size_t cap = 0;
    *ret_names = NULL;
    *ret_count = 0;
    *ret_fault = an_db_query(w->db, list_tables, &rows, fault);
    while (!*ret_fault) {
        bool any;
        *ret_fault = an_db_next(rows, &any, fault);
        if (*ret_fault || !any)
            break;
        if (*ret_count == cap) {
            cap = cap ? cap * 2 : 32;
            struct an_str *names = AN_NEW_N(arena, cap, struct an_str);
            if (!names)
                return an_fail(err, AN_NOMEM, "no memory for names");
            if (*ret_count)
                memcpy(names, *ret_names, *ret_count * sizeof *names);
            *ret_names = names;
        }
        struct an_str name = an_arena_copy(arena, an_db_bytes(rows, 0));
        if (!name.ptr)
            return an_fail(err, AN_NOMEM, "no memory for names");
        (*ret_names)[(*ret_count)++] = name;
    }
    return AN_OK;
}

// The database as a store of its own: for what concerns all of it, and for one without tables.
static enum an_code give_whole(struct work *w, enum an_code what, struct an_str text, struct an_err *err) {
    struct an_store_info info = {.uri = w->uri, .format = "sqlite"};
    enum an_code code = w->sink->open(w->sink->arg, &info, err);
    if (!code && what)
        code = tell(w, what, 0, text, err);
    return code ? code : w->sink->close(w->sink->arg, what ? AN_STORE_PARTLY : AN_STORE_READ, 0, (struct an_str) {0}, err);
}

static enum an_code give_tables(struct work *w, enum an_db_mode mode, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct an_str *tables;
    size_t count;
    enum an_code what;
    struct an_err fault = {0};
    enum an_code code = gather(w, &arena, &tables, &count, &what, &fault, err);
    if (!code && is_ours(what)) {
        *err = fault;
        code = what;
    }
    for (size_t i = 0; i < count && !code; i++)
        code = give_table(w, tables[i], err);
    if (!code && what)
        code = give_whole(w, what, an_str_from_c(fault.text), err);
    else if (!code && an_db_is_cut(w->db))
        code = give_whole(w, AN_INPUT, AN_STR("shorter than it says itself: its end is missing; get a whole copy"), err);
    else if (!code && mode == AN_DB_FROZEN)
        code = give_whole(w, AN_IO, AN_STR("log or journal beside the database not applied: read a copy in a folder that can be "
                                           "written to"), err);
    else if (!code && an_db_changed(w->db))
        code = give_whole(w, AN_IO, AN_STR("changed while it was read: read a copy"), err);
    else if (!code && count == 0)
        code = give_whole(w, AN_OK, (struct an_str) {0}, err);
    return code;
}

// Input.

// All bytes of the input into memory. *ret_fits false when there are more than may be.
static enum an_code take_all(struct an_reading *reading, struct an_input *input, struct an_str head, struct an_buf *bytes,
                             bool *ret_fits, struct an_err *err) {
    enum { STEP = 1 << 18 };
    *ret_fits = head.len <= reading->limits.memory_bytes;
    enum an_code code = an_buf_add(bytes, head, err);
    char *step = code ? NULL : an_alloc(STEP);
    if (!code && !step)
        code = an_fail(err, AN_NOMEM, "no memory for a database");
    while (!code && *ret_fits) {
        size_t n;
        code = input->read(input->arg, step, STEP, &n, err);
        if (code || n == 0)
            break;
        *ret_fits = bytes->len + n <= reading->limits.memory_bytes;
        if (*ret_fits)
            code = an_buf_add(bytes, (struct an_str) {step, n}, err);
    }
    an_free(step);
    return code;
}

static enum an_code read_database(struct work *w, struct an_input *input, struct an_str head, struct an_err *err) {
    enum an_db_mode mode = AN_DB_PLAIN;
    struct an_err fault = {0};
    AN_AUTO(an_buf) bytes = {0};
    AN_AUTO(an_buf) path = {0};
    enum an_code code, what;
    if (input->path) {
        code = an_buf_addf(&path, err, "%s", input->path);
        what = code ? code : an_db_open(path.ptr, &w->db, &mode, &fault);
    } else {
        bool fits;
        code = take_all(w->reading, input, head, &bytes, &fits, &fault);
        if (code && !is_ours(code))
            return give_unread(w, code, an_str_from_c(fault.text), err);
        if (code)
            *err = fault;
        else if (!fits)
            return give_unread(w, AN_LIMIT, AN_STR("database in an archive or a stream, too large for memory: read it as a file"),
                               err);
        what = code ? code : an_db_open_bytes(bytes.ptr, bytes.len, &w->db, &fault);
    }
    if (code)
        return code;
    if (is_ours(what)) {
        *err = fault;
        return what;
    }
    if (what)
        return give_unread(w, what, an_str_from_c(fault.text), err);
    code = give_tables(w, mode, err);
    an_db_free(AN_TAKE(w->db));     // before the bytes it reads
    struct stat file;
    if (input->path && w->reading->progress && stat(input->path, &file) == 0 && (uint64_t) file.st_size > head.len)
        (void) __atomic_fetch_add(w->reading->progress, (uint64_t) file.st_size - head.len, __ATOMIC_RELAXED);
    return code;
}

static bool begins(struct an_str s, struct an_str with) {
    return s.len >= with.len && memcmp(s.ptr, with.ptr, with.len) == 0;
}

static bool is_log(const struct an_sniff *sniff) {
    return sniff->head.len >= 32 && (begins(sniff->head, log_magic[0]) || begins(sniff->head, log_magic[1]));
}

static int sniff_sqlite(const struct an_sniff *sniff) {
    return begins(sniff->head, magic) || is_log(sniff) ? 100 : 0;
}

// A write-ahead log: read with the database it belongs to where that is a file beside it.
static enum an_code read_log(struct work *w, const struct an_input *input, struct an_err *err) {
    if (!input->path)
        return give_unread(w, AN_INPUT, AN_STR("write-ahead log of a database in an archive or a stream: unpack both into a "
                                               "folder and read that"), err);
    struct an_store_info info = {.uri = w->uri, .format = "sqlite"};
    enum an_code code = w->sink->open(w->sink->arg, &info, err);
    return code ? code : w->sink->close(w->sink->arg, AN_STORE_SKIPPED, 0,
                                        AN_STR("write-ahead log, read with the database it belongs to"), err);
}

static enum an_code read_sqlite(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                                struct an_err *err) {
    struct work w = {.reading = reading, .sink = reading->sink, .uri = input->uri};
    enum an_code code = is_log(sniff) ? read_log(&w, input, err) : read_database(&w, input, sniff->head, err);
    work_release(&w);
    return code;
}

const struct an_source an_source_sqlite = {
    .name = "sqlite",
    .title = {"SQLite database", "SQLite 数据库"},
    .spec = "sqlite.org/fileformat2.html",
    .sniff = sniff_sqlite,
    .read = read_sqlite,
};
