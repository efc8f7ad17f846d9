// SQL dumps: mysqldump, Navicat, phpMyAdmin, pg_dump, SQLite's .dump, SQL Server scripts. Each table is a store of its own.
//
// Rows come from INSERT and REPLACE ... VALUES and from COPY ... FROM stdin. What stands outside of rows goes, where it may hold
// an identifier, to the store of the dump itself, as lines. The text is read in units (a statement's head, a row) that either
// lie in the block whole or are begun again when more of the text is there.
#define _GNU_SOURCE
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "source/blob.h"
#include "source/names.h"
#include "source/source.h"
#include "source/textin.h"
#include "source/uri.h"
#include "text/sql.h"

enum {
    TABLES_MAX = 65536,
    COLUMNS_MAX = 4096,             // of a table; values beyond have no column
    LONG_DIGITS = 7,                // so many digits in a row may be an identifier
    OUTSIDE_MAX = 1 << 20,          // bytes of lines outside rows that are kept until a table ends
    DELIMITER_MAX = 16,
};
#define NO_TABLE AN_NO_NAME

enum mode {
    STATEMENT,                      // at the start of one
    ROW,                            // where a row of VALUES must begin
    ROW_END,                        // behind a row
    COPY,                           // at the start of a line of a COPY block
    SKIP,                           // inside a statement that holds no rows
    RESYNC,                         // inside something that could not be read
};

// How a unit ended.
enum outcome {
    DONE,                           // w->pos is behind it
    MORE,                           // it needs more text: w->pos is where to begin again
    WRONG,                          // it is malformed: w->why at w->pos
};

struct table {
    struct an_str *columns;         // as the sink knows them
    uint32_t *defined;              // by position in CREATE TABLE: index into columns
    uint32_t count, defined_count;
    uint64_t rows;
};

struct item {                       // a literal of a row
    struct an_sql_piece piece;
    uint32_t position;
    bool negative;
};

struct outside { size_t start, len; uint64_t offset; };     // a line kept in `kept`

struct work {
    struct an_reading *reading;
    const struct an_sink *sink;
    struct an_str uri;
    const char *encoding;
    struct an_textin in;
    size_t pos;
    enum mode mode;
    struct an_sql_dialect dialect;
    char delimiter[DELIMITER_MAX];  // of statements; empty is ';'
    const char *why;

    struct an_names names;          // of tables
    struct table *tables;
    size_t table_cap;
    struct an_arena arena;
    struct an_buf schema, first_schema;     // USE: names of a second database are told apart

    uint32_t table;                 // whose rows are being read
    uint32_t map[COLUMNS_MAX];      // by position in the row
    uint32_t map_count;
    bool raw_copy;                  // a COPY block in another format: its lines are loose
    int skip_depth;                 // SKIP: brackets open
    bool skip_data;                 // SKIP: the statement may have had rows
    bool at_fault;                  // RESYNC: on the line of the fault itself
    bool long_line;                 // inside a line that is longer than the window

    uint32_t open;                  // table whose store is open, or NO_TABLE
    uint32_t announced;
    uint64_t open_at, tables_bytes; // where its bytes begin; bytes of all tables so far
    enum an_store_status status, dump_status;   // of the open table; of the dump

    struct item *items;
    size_t item_count, item_cap;
    struct an_value *values;
    size_t value_cap;
    struct an_blob blob;
    struct an_arena row_arena;      // texts made for the row

    struct an_buf kept;
    struct outside *outside;
    size_t outside_count, outside_cap;
    uint64_t outside_number;
    const char *cut;                // what is wrong with a statement that holds no rows; NULL: nothing
    uint64_t cut_at;
};

static void work_release(struct work *w) {
    an_textin_release(&w->in);
    for (uint32_t i = 0; i < w->names.count; i++) {
        an_free(w->tables[i].columns);
        an_free(w->tables[i].defined);
    }
    an_free(w->tables);
    an_names_release(&w->names);
    an_arena_release(&w->arena);
    an_buf_release(&w->schema);
    an_buf_release(&w->first_schema);
    an_free(w->items);
    an_free(w->values);
    an_blob_release(&w->blob);
    an_arena_release(&w->row_arena);
    an_buf_release(&w->kept);
    an_free(w->outside);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a dump"); }

static struct an_sql_piece piece_at(struct work *w, size_t pos) {
    struct an_sql_piece p;
    an_sql_read(w->in.text, pos, w->in.last, w->dialect, &p);
    return p;
}

static bool is_word(const struct an_sql_piece *p, const char *word) {
    return p->token == AN_SQL_WORD && p->text.len == strlen(word) && strncasecmp(p->text.ptr, word, p->text.len) == 0;
}

static bool is_one_of(const struct an_sql_piece *p, const char *const *words) {
    for (; *words; words++)
        if (is_word(p, *words))
            return true;
    return false;
}

static bool is_mark(struct work *w, const struct an_sql_piece *p, char c) {
    return p->token == AN_SQL_MARK && w->in.text.ptr[p->start] == c;
}

static bool is_name(const struct an_sql_piece *p) { return p->token == AN_SQL_WORD || p->token == AN_SQL_NAME; }

// The dump's own store.

static void note_cut(struct work *w, size_t pos, const char *why) {
    if (w->cut)
        return;
    w->cut = why;
    w->cut_at = an_textin_offset(&w->in, pos);
}

static enum an_code close_table(struct work *w, struct an_err *err) {
    if (w->open == NO_TABLE)
        return AN_OK;
    uint64_t now = an_textin_offset(&w->in, w->pos), bytes = now > w->open_at ? now - w->open_at : 0;
    w->open = NO_TABLE;
    w->tables_bytes += bytes;
    return w->sink->close(w->sink->arg, w->status, bytes, (struct an_str) {0}, err);
}

static enum an_code open_dump(struct work *w, struct an_err *err) {
    struct an_store_info info = {.uri = w->uri, .format = "sql", .encoding = w->encoding};
    return w->sink->open(w->sink->arg, &info, err);
}

static enum an_code give_outside(struct work *w, struct an_err *err) {
    static const char padding[AN_SOURCE_PADDING];
    enum an_code code = an_buf_add(&w->kept, (struct an_str) {padding, sizeof padding}, err);
    for (size_t i = 0; i < w->outside_count && !code; i++) {
        struct an_str line = {w->kept.ptr + w->outside[i].start, w->outside[i].len};
        code = w->sink->lines(w->sink->arg, line, ++w->outside_number, w->outside[i].offset, err);
    }
    w->kept.len = w->outside_count = 0;
    return code;
}

// Between two tables, when too much has gathered.
static enum an_code flush_outside(struct work *w, struct an_err *err) {
    enum an_code code = close_table(w, err);
    if (!code)
        code = open_dump(w, err);
    if (!code)
        code = give_outside(w, err);
    return code ? code : w->sink->close(w->sink->arg, w->dump_status, 0, (struct an_str) {0}, err);
}

static bool may_identify(struct an_str line) {
    if (memchr(line.ptr, '@', line.len))
        return true;
    size_t run = 0;
    for (size_t i = 0; i < line.len && run < LONG_DIGITS; i++)
        run = line.ptr[i] >= '0' && line.ptr[i] <= '9' ? run + 1 : 0;
    return run >= LONG_DIGITS;
}

// Keeps those lines of the block's [from, to) that may identify somebody.
static enum an_code add_outside(struct work *w, size_t from, size_t to, struct an_err *err) {
    struct an_str rest = an_str_slice(w->in.text, from, to), line;
    while (an_str_next(&rest, '\n', &line)) {
        if (line.len == 0 || !may_identify(line))
            continue;
        if (!an_alloc_room(&w->outside, w->outside_count, &w->outside_cap, sizeof *w->outside))
            return no_memory(err);
        uint64_t offset = an_textin_offset(&w->in, (size_t) (line.ptr - w->in.text.ptr));
        w->outside[w->outside_count++] = (struct outside) {w->kept.len, line.len, offset};
        enum an_code code = an_buf_add(&w->kept, line, err);
        if (!code && w->kept.len > OUTSIDE_MAX)
            code = flush_outside(w, err);
        if (code)
            return code;
    }
    return AN_OK;
}

// Tables.

static enum an_code open_table(struct work *w, size_t pos, struct an_err *err) {
    if (w->open == w->table)
        return AN_OK;
    enum an_code code = close_table(w, err);
    AN_AUTO(an_buf) uri = {0};
    if (!code)
        code = an_source_uri_below(&uri, w->uri, w->names.items[w->table].text, err);
    struct an_store_info info = {.uri = an_buf_str(&uri), .format = "sql", .encoding = w->encoding};
    if (!code)
        code = w->sink->open(w->sink->arg, &info, err);
    if (code)
        return code;
    w->open = w->table;
    w->announced = 0;
    w->open_at = an_textin_offset(&w->in, pos);
    w->status = AN_STORE_READ;
    return AN_OK;
}

static enum an_code tell(struct work *w, enum an_code what, size_t pos, uint64_t record, uint64_t lost, const char *text,
                         struct an_err *err) {
    struct an_trouble trouble = {.code = what, .offset = an_textin_offset(&w->in, pos), .record = record, .records_lost = lost,
                                 .text = an_str_from_c(text)};
    w->status = AN_STORE_PARTLY;
    return w->sink->trouble(w->sink->arg, &trouble, err);
}

// The number of a table, in *ret_table; NO_TABLE when there are too many.
static enum an_code table_of(struct work *w, struct an_str name, uint32_t *ret_table, struct an_err *err) {
    AN_AUTO(an_buf) whole = {0};
    enum an_code code = an_buf_add(&whole, an_buf_str(&w->schema), err);
    if (!code && w->schema.len)
        code = an_buf_add(&whole, AN_STR("."), err);
    if (!code)
        code = an_buf_add(&whole, name, err);
    if (code)
        return code;
    *ret_table = an_names_find(&w->names, AN_NO_NAME, an_buf_str(&whole));
    if (*ret_table != AN_NO_NAME || w->names.count == TABLES_MAX)
        return AN_OK;
    if (!an_alloc_room(&w->tables, w->names.count, &w->table_cap, sizeof *w->tables))
        return no_memory(err);
    w->tables[w->names.count] = (struct table) {0};
    return an_names_add(&w->names, AN_NO_NAME, an_buf_str(&whole), ret_table, err);
}

// The index of a column of `t`, which is made where it is new; AN_NO_COLUMN when there are too many. `likely` is tried first.
static enum an_code column_of(struct work *w, struct table *t, struct an_str name, uint32_t likely, uint32_t *ret_column,
                              struct an_err *err) {
    if (likely < t->count && an_str_eq(t->columns[likely], name)) {
        *ret_column = likely;
        return AN_OK;
    }
    for (*ret_column = 0; *ret_column < t->count; ++*ret_column)
        if (an_str_eq(t->columns[*ret_column], name))
            return AN_OK;
    *ret_column = AN_NO_COLUMN;
    if (t->count == COLUMNS_MAX)
        return AN_OK;
    size_t cap = t->count;          // grows by doubling: count is a power of two whenever it is full
    if ((t->count & (t->count - 1)) == 0) {
        cap = t->count ? t->count * 2 : 1;
        struct an_str *columns = an_realloc(t->columns, cap * sizeof *columns);
        if (!columns)
            return no_memory(err);
        t->columns = columns;
    }
    struct an_str copy = an_source_padded(&w->arena, name);
    if (!copy.ptr)
        return no_memory(err);
    *ret_column = t->count;
    t->columns[t->count++] = copy;
    return AN_OK;
}

// A name as written, quotes undone, in `out`.
static enum an_code add_name(const struct an_sql_piece *p, struct an_buf *out, struct an_err *err) {
    if (!p->escaped)
        return an_buf_add(out, p->text, err);
    char quote = p->quote == '[' ? ']' : p->quote;
    for (size_t i = 0; i < p->text.len; i++) {
        enum an_code code = an_buf_add(out, an_str_slice(p->text, i, i + 1), err);
        if (code)
            return code;
        i += p->text.ptr[i] == quote;       // doubled
    }
    return AN_OK;
}

// a, a.b or a.b.c at *pos. DONE with *pos behind it, MORE, or WRONG when there is no name.
static enum an_code read_name(struct work *w, size_t *pos, struct an_buf *out, enum outcome *ret_outcome, struct an_err *err) {
    for (;;) {
        struct an_sql_piece p = piece_at(w, *pos);
        *ret_outcome = p.token == AN_SQL_MORE ? MORE : is_name(&p) ? DONE : WRONG;
        if (*ret_outcome != DONE)
            return AN_OK;
        enum an_code code = add_name(&p, out, err);
        if (code)
            return code;
        *pos = p.end;
        struct an_sql_piece dot = piece_at(w, *pos);
        if (dot.token == AN_SQL_MORE)
            *ret_outcome = MORE;
        if (!is_mark(w, &dot, '.'))
            return AN_OK;
        *pos = dot.end;
        code = an_buf_add(out, AN_STR("."), err);
        if (code)
            return code;
    }
}

// The statement's heads.

// "(a, b, c)" at *pos, where it is a list of names: each name's column goes into `map`. WRONG when it is something else.
static enum an_code read_columns(struct work *w, struct table *t, size_t *pos, uint32_t *map, uint32_t *ret_count,
                                 enum outcome *ret_outcome, struct an_err *err) {
    struct an_sql_piece p = piece_at(w, *pos);
    *ret_count = 0;
    do {
        size_t at = p.end;
        AN_AUTO(an_buf) name = {0};
        enum an_code code = read_name(w, &at, &name, ret_outcome, err);
        if (code || *ret_outcome != DONE)
            return code;
        p = piece_at(w, at);
        if (p.token == AN_SQL_MORE || (!is_mark(w, &p, ',') && !is_mark(w, &p, ')'))) {
            *ret_outcome = p.token == AN_SQL_MORE ? MORE : WRONG;
            return AN_OK;
        }
        uint32_t column;
        code = column_of(w, t, an_buf_str(&name), *ret_count, &column, err);
        if (code)
            return code;
        if (*ret_count < COLUMNS_MAX)
            map[(*ret_count)++] = column;
    } while (!is_mark(w, &p, ')'));
    *pos = p.end;
    return AN_OK;
}

// The columns of a row of a statement that does not list them.
static void use_defined(struct work *w, const struct table *t) {
    w->map_count = t->defined_count;
    if (t->defined_count)
        memcpy(w->map, t->defined, t->defined_count * sizeof *w->map);
}

// INSERT or REPLACE: DONE and mode ROW when rows follow, DONE and mode SKIP when not.
static enum an_code read_insert(struct work *w, size_t pos, enum outcome *ret_outcome, struct an_err *err) {
    static const char *const noise[] = {"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO", "OR", "ABORT", "ROLLBACK",
                                        "REPLACE", "FAIL", "OVERWRITE", "TABLE", NULL};
    static const char *const between[] = {"OVERRIDING", "SYSTEM", "USER", "VALUE", NULL};
    struct an_sql_piece p = piece_at(w, pos);
    while (is_one_of(&p, noise) || p.token == AN_SQL_COMMENT)
        p = piece_at(w, p.end);
    AN_AUTO(an_buf) name = {0};
    size_t at = p.start;
    enum an_code code = p.token == AN_SQL_MORE ? AN_OK : read_name(w, &at, &name, ret_outcome, err);
    if (p.token == AN_SQL_MORE)
        *ret_outcome = MORE;
    if (code || *ret_outcome == MORE)
        return code;
    w->mode = SKIP;
    if (*ret_outcome == WRONG) {
        *ret_outcome = DONE;
        return AN_OK;
    }
    uint32_t table;
    code = table_of(w, an_buf_str(&name), &table, err);
    if (code || table == NO_TABLE)
        return code;
    struct table *t = &w->tables[table];
    use_defined(w, t);
    p = piece_at(w, at);
    if (is_mark(w, &p, '(')) {
        code = read_columns(w, t, &at, w->map, &w->map_count, ret_outcome, err);
        if (code || *ret_outcome == MORE)
            return code;
        if (*ret_outcome == WRONG) {
            *ret_outcome = DONE;
            return AN_OK;
        }
        p = piece_at(w, at);
    }
    for (; p.token == AN_SQL_COMMENT || is_one_of(&p, between); p = piece_at(w, p.end))
        if (is_word(&p, "VALUE")) {
            struct an_sql_piece next = piece_at(w, p.end);
            if (next.token == AN_SQL_MORE || is_mark(w, &next, '('))
                break;
        }
    *ret_outcome = p.token == AN_SQL_MORE ? MORE : DONE;
    if (!is_word(&p, "VALUES") && !is_word(&p, "VALUE"))
        return AN_OK;
    struct an_sql_piece next = piece_at(w, p.end);
    if (next.token == AN_SQL_MORE) {
        *ret_outcome = MORE;
        return AN_OK;
    }
    w->table = table;
    w->mode = ROW;
    w->pos = p.end;
    return AN_OK;
}

// CREATE TABLE: remembers the columns. The statement's end is skipped.
static enum an_code read_create(struct work *w, size_t pos, enum outcome *ret_outcome, struct an_err *err) {
    static const char *const before[] = {"TEMPORARY", "TEMP", "UNLOGGED", "GLOBAL", "LOCAL", "EXTERNAL", "FOREIGN", "OR",
                                         "REPLACE", NULL};
    static const char *const no_column[] = {"PRIMARY", "KEY", "UNIQUE", "INDEX", "CONSTRAINT", "FOREIGN", "CHECK", "FULLTEXT",
                                            "SPATIAL", "EXCLUDE", "LIKE", "PERIOD", NULL};
    *ret_outcome = DONE;
    w->mode = SKIP;
    struct an_sql_piece p = piece_at(w, pos);
    while (is_one_of(&p, before) || p.token == AN_SQL_COMMENT)
        p = piece_at(w, p.end);
    if (p.token == AN_SQL_MORE)
        *ret_outcome = MORE;
    if (!is_word(&p, "TABLE"))
        return AN_OK;
    p = piece_at(w, p.end);
    static const char *const exists[] = {"IF", "NOT", "EXISTS", NULL};
    while (is_one_of(&p, exists))
        p = piece_at(w, p.end);
    AN_AUTO(an_buf) name = {0};
    size_t at = p.start;
    enum an_code code = read_name(w, &at, &name, ret_outcome, err);
    if (code || *ret_outcome != DONE) {
        *ret_outcome = *ret_outcome == WRONG ? DONE : *ret_outcome;
        return code;
    }
    p = piece_at(w, at);
    *ret_outcome = p.token == AN_SQL_MORE ? MORE : DONE;
    if (!is_mark(w, &p, '('))
        return AN_OK;
    uint32_t table, count = 0, *map = w->map;
    code = table_of(w, an_buf_str(&name), &table, err);
    if (code || table == NO_TABLE)
        return code;
    struct table *t = &w->tables[table];
    bool first = true;
    for (int depth = 1; depth; at = p.end) {
        p = piece_at(w, p.end);
        if (p.token == AN_SQL_MORE || p.token == AN_SQL_END || p.token == AN_SQL_BAD) {
            *ret_outcome = p.token == AN_SQL_MORE ? MORE : DONE;
            return AN_OK;
        }
        if (first && depth == 1 && is_name(&p) && !is_one_of(&p, no_column) && count < COLUMNS_MAX) {
            AN_AUTO(an_buf) column = {0};
            code = add_name(&p, &column, err);
            if (!code)
                code = column_of(w, t, an_buf_str(&column), count, &map[count], err);
            if (code)
                return code;
            count++;
        }
        if (p.token != AN_SQL_COMMENT)
            first = depth == 1 && is_mark(w, &p, ',');
        depth += is_mark(w, &p, '(') - is_mark(w, &p, ')');
    }
    uint32_t *defined = an_alloc((count ? count : 1) * sizeof *defined);
    if (!defined)
        return no_memory(err);
    if (count)
        memcpy(defined, map, count * sizeof *defined);
    an_free(t->defined);
    t->defined = defined;
    t->defined_count = count;
    return AN_OK;
}

// COPY t (a, b) FROM stdin;
static enum an_code read_copy_head(struct work *w, size_t pos, enum outcome *ret_outcome, struct an_err *err) {
    AN_AUTO(an_buf) name = {0};
    size_t at = pos;
    w->mode = SKIP;
    enum an_code code = read_name(w, &at, &name, ret_outcome, err);
    if (code || *ret_outcome != DONE) {
        *ret_outcome = *ret_outcome == WRONG ? DONE : *ret_outcome;
        return code;
    }
    uint32_t table;
    code = table_of(w, an_buf_str(&name), &table, err);
    if (code || table == NO_TABLE)
        return code;
    struct table *t = &w->tables[table];
    use_defined(w, t);
    struct an_sql_piece p = piece_at(w, at);
    if (is_mark(w, &p, '(')) {
        code = read_columns(w, t, &at, w->map, &w->map_count, ret_outcome, err);
        if (code || *ret_outcome != DONE) {
            *ret_outcome = *ret_outcome == WRONG ? DONE : *ret_outcome;
            return code;
        }
        p = piece_at(w, at);
    }
    if (!is_word(&p, "FROM")) {
        *ret_outcome = p.token == AN_SQL_MORE ? MORE : DONE;
        return AN_OK;
    }
    bool from_stdin = false;
    w->raw_copy = false;
    while (!is_mark(w, &p, ';')) {
        p = piece_at(w, p.end);
        if (p.token == AN_SQL_MORE || p.token == AN_SQL_END || p.token == AN_SQL_BAD) {
            *ret_outcome = p.token == AN_SQL_MORE ? MORE : DONE;
            return AN_OK;
        }
        from_stdin |= is_word(&p, "stdin");
        w->raw_copy |= is_word(&p, "CSV") || is_word(&p, "DELIMITER") || is_word(&p, "DELIMITERS");
    }
    if (!from_stdin)
        return AN_OK;
    const char *lf = memchr(w->in.text.ptr + p.end, '\n', w->in.text.len - p.end);
    *ret_outcome = lf || w->in.last ? DONE : MORE;
    w->table = table;
    w->mode = COPY;
    w->pos = lf ? (size_t) (lf - w->in.text.ptr) + 1 : w->in.text.len;
    return AN_OK;
}

// USE db: names of tables of a second database get its name in front.
static enum an_code read_use(struct work *w, size_t pos, enum outcome *ret_outcome, struct an_err *err) {
    AN_AUTO(an_buf) name = {0};
    w->mode = SKIP;
    enum an_code code = read_name(w, &pos, &name, ret_outcome, err);
    if (code || *ret_outcome == MORE)
        return code;
    *ret_outcome = DONE;
    if (w->first_schema.len == 0)
        return an_buf_add(&w->first_schema, an_buf_str(&name), err);
    w->schema.len = 0;
    return an_str_eq(an_buf_str(&w->first_schema), an_buf_str(&name)) ? AN_OK : an_buf_add(&w->schema, an_buf_str(&name), err);
}

// The whole line at `pos`, without its end. False when the block ends before it does.
static bool line_at(struct work *w, size_t pos, struct an_str *ret_line, size_t *ret_next) {
    struct an_str rest = an_str_slice(w->in.text, pos, w->in.text.len);
    const char *lf = rest.len ? memchr(rest.ptr, '\n', rest.len) : NULL;
    if (!lf && !w->in.last)
        return false;
    size_t len = lf ? (size_t) (lf - rest.ptr) : rest.len;
    *ret_next = pos + len + (lf != NULL);
    if (len && rest.ptr[len - 1] == '\r')
        len--;
    *ret_line = an_str_slice(rest, 0, len);
    return true;
}

// DELIMITER xx, a word to the mysql client: to the end of its line.
static enum outcome read_delimiter(struct work *w, size_t pos) {
    struct an_str line;
    size_t next;
    if (!line_at(w, pos, &line, &next))
        return MORE;
    while (line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t'))
        line = an_str_slice(line, 1, line.len);
    while (line.len && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t'))
        line.len--;
    memset(w->delimiter, 0, sizeof w->delimiter);
    if (line.len < DELIMITER_MAX && !an_str_eq(line, AN_STR(";")))
        memcpy(w->delimiter, line.ptr, line.len);
    w->pos = next;
    return DONE;
}

static const char open_ended[] = "the dump ends in the middle of a statement: it is cut, or a quote does not close";

static enum an_code read_statement(struct work *w, enum outcome *ret_outcome, struct an_err *err) {
    static const char *const client_lines[] = {"REM", "REMARK", "PROMPT", "GO", NULL};
    struct an_sql_piece p = piece_at(w, w->pos);
    *ret_outcome = DONE;
    struct an_str line;
    size_t start = w->pos, next;
    enum an_code code = AN_OK;
    switch (p.token) {
    case AN_SQL_MORE:
        w->pos = p.start;
        *ret_outcome = MORE;
        return AN_OK;
    case AN_SQL_END:
        w->pos = w->in.text.len;
        return AN_OK;
    case AN_SQL_BAD:
        note_cut(w, p.start, open_ended);
        w->pos = w->in.text.len;
        return add_outside(w, p.start, w->pos, err);
    case AN_SQL_COMMENT:
        w->pos = p.end;
        return add_outside(w, p.start, p.end, err);
    case AN_SQL_MARK:
        w->pos = p.end;
        if (is_mark(w, &p, '\\')) {     // \connect and the like, to psql
            *ret_outcome = line_at(w, p.start, &line, &next) ? DONE : MORE;
            w->pos = *ret_outcome == DONE ? next : p.start;
        }
        return AN_OK;
    case AN_SQL_WORD:
        w->skip_depth = 0;
        w->skip_data = is_word(&p, "INSERT") || is_word(&p, "REPLACE") || is_word(&p, "COPY");
        if (is_word(&p, "INSERT") || is_word(&p, "REPLACE"))
            code = read_insert(w, p.end, ret_outcome, err);
        else if (is_word(&p, "CREATE"))
            code = read_create(w, p.end, ret_outcome, err);
        else if (is_word(&p, "COPY"))
            code = read_copy_head(w, p.end, ret_outcome, err);
        else if (is_word(&p, "USE"))
            code = read_use(w, p.end, ret_outcome, err);
        else if (is_word(&p, "DELIMITER") && w->dialect.mysql) {
            *ret_outcome = read_delimiter(w, p.end);
        } else if (is_one_of(&p, client_lines)) {
            *ret_outcome = line_at(w, p.start, &line, &next) ? DONE : MORE;
            w->pos = *ret_outcome == DONE ? next : p.start;
        } else {
            w->mode = SKIP;
        }
        if (*ret_outcome == MORE) {
            w->mode = STATEMENT;
            w->pos = start;
        }
        return code;
    case AN_SQL_NAME:
    case AN_SQL_STRING:
    case AN_SQL_HEX:
    case AN_SQL_NUMBER:
        break;
    }
    w->mode = SKIP;
    return AN_OK;
}

// A statement without rows: to its end. Each token is a unit.
static enum an_code skip_statement(struct work *w, enum outcome *ret_outcome, struct an_err *err) {
    size_t start = w->pos, to = start;
    *ret_outcome = DONE;
    if (w->delimiter[0]) {
        const char *end = memmem(w->in.text.ptr + start, w->in.text.len - start, w->delimiter, strlen(w->delimiter));
        const char *lf = memrchr(w->in.text.ptr + start, '\n', w->in.text.len - start);
        if (end) {
            w->pos = (size_t) (end - w->in.text.ptr) + strlen(w->delimiter);
            w->mode = STATEMENT;
        } else if (w->in.last) {
            w->pos = w->in.text.len;
            w->mode = STATEMENT;
        } else {
            w->pos = lf ? (size_t) (lf - w->in.text.ptr) + 1 : start;
            *ret_outcome = MORE;
        }
        return add_outside(w, start, w->pos, err);
    }
    for (;;) {
        struct an_sql_piece p = piece_at(w, to);
        bool new_line = p.start > 0 && p.start < w->in.text.len && w->in.text.ptr[p.start - 1] == '\n';
        if (p.token == AN_SQL_MORE || p.token == AN_SQL_BAD || p.token == AN_SQL_END) {
            *ret_outcome = p.token == AN_SQL_MORE ? MORE : DONE;
            w->pos = p.token == AN_SQL_MORE ? p.start : w->in.text.len;
            if (p.token == AN_SQL_MORE)
                break;
            // a last statement without its ';' is no loss by itself
            if (p.token == AN_SQL_BAD || w->skip_depth > 0 || w->skip_data)
                note_cut(w, start, open_ended);
            w->mode = STATEMENT;
            break;
        }
        // scripts for SQL Server end statements as they like
        if (w->dialect.brackets && new_line && to > start && (is_word(&p, "INSERT") || is_word(&p, "GO"))) {
            w->pos = p.start;
            w->mode = STATEMENT;
            break;
        }
        to = w->pos = p.end;
        w->skip_depth += is_mark(w, &p, '(') - is_mark(w, &p, ')');
        if (is_mark(w, &p, ';')) {
            w->mode = STATEMENT;
            break;
        }
    }
    return add_outside(w, start, w->pos, err);
}

// Rows.

static enum an_code announce(struct work *w, const struct table *t, struct an_err *err) {
    if (w->announced >= t->count)
        return AN_OK;
    w->announced = t->count;
    return w->sink->columns(w->sink->arg, t->columns, t->count, err);
}

// Columns for the positions of a row that nothing names: "1", "2", ...
static enum an_code name_positions(struct work *w, struct table *t, uint32_t count, struct an_err *err) {
    for (uint32_t i = w->map_count; i < count && i < COLUMNS_MAX; i++) {
        AN_AUTO(an_buf) name = {0};
        enum an_code code = an_buf_addf(&name, err, "%u", i + 1);
        if (!code)
            code = column_of(w, t, an_buf_str(&name), i, &w->map[i], err);
        if (code)
            return code;
    }
    w->map_count = count < COLUMNS_MAX ? count : COLUMNS_MAX;
    uint32_t *defined = an_alloc((w->map_count ? w->map_count : 1) * sizeof *defined);
    if (!defined)
        return no_memory(err);
    if (w->map_count)
        memcpy(defined, w->map, w->map_count * sizeof *defined);
    an_free(t->defined);
    t->defined = defined;
    t->defined_count = w->map_count;
    return AN_OK;
}

static enum an_code give_row(struct work *w, size_t start, uint32_t positions, size_t count, struct an_err *err) {
    struct table *t = &w->tables[w->table];
    enum an_code code = open_table(w, start, err);
    if (!code && w->map_count == 0)
        code = name_positions(w, t, positions, err);
    if (!code)
        code = announce(w, t, err);
    if (code)
        return code;
    for (size_t i = 0; i < count; i++) {
        uint32_t position = w->values[i].column;
        w->values[i].column = position < w->map_count ? w->map[position] : AN_NO_COLUMN;
    }
    struct an_record record = {.values = w->values, .count = count, .number = ++t->rows,
                               .offset = an_textin_offset(&w->in, start), .loose = positions != w->map_count};
    code = w->sink->record(w->sink->arg, &record, err);
    if (w->row_arena.top)
        an_arena_release(&w->row_arena);
    return code;
}

// Bytes that are not, or may not be, UTF-8, as text that lives as long as the row.
static enum an_code make_text(struct work *w, struct an_str bytes, struct an_str *ret_text, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    enum an_code code = an_blob_text(&w->blob, bytes, &text, err);
    if (code)
        return code;
    *ret_text = an_source_padded(&w->row_arena, an_buf_str(&text));
    return ret_text->ptr ? AN_OK : no_memory(err);
}

static bool is_hex_string(struct an_str s) {
    return s.len > 2 && s.len % 2 == 0 && s.ptr[0] == '\\' && s.ptr[1] == 'x';
}

// A literal as text. *ret_any false where it is bytes without any.
static enum an_code literal_text(struct work *w, const struct item *item, struct an_value *value, bool *ret_any,
                                 struct an_err *err) {
    char *window = an_textin_writable(&w->in);
    const struct an_sql_piece *p = &item->piece;
    value->text = p->text;
    *ret_any = true;
    if (p->token == AN_SQL_NUMBER) {
        value->flags = AN_VALUE_NUMBER;
        if (item->negative)
            value->text = an_str_slice(w->in.text, p->start - 1, p->end);
        return AN_OK;
    }
    struct an_str hex = p->text;
    if (p->token == AN_SQL_STRING && is_hex_string(p->text))       // a bytea of PostgreSQL
        hex = an_str_slice(p->text, 2, p->text.len);
    else if (p->token != AN_SQL_HEX)
        hex.len = 0;
    struct an_str bytes = hex.len ? an_sql_unhex(window, hex) : (struct an_str) {0};
    if (bytes.len) {
        enum an_code code = make_text(w, bytes, &value->text, err);
        *ret_any = value->text.len > 0;
        return code;
    }
    if (!p->escaped)
        return AN_OK;
    value->text = an_sql_unescape(window, p, w->dialect);
    // only PostgreSQL's escapes can write a byte
    if (p->backslash && !w->dialect.mysql && an_utf8_valid(value->text) != value->text.len)
        return make_text(w, value->text, &value->text, err);
    return AN_OK;
}

static enum an_code give_items(struct work *w, size_t start, uint32_t positions, struct an_err *err) {
    while (w->value_cap < w->item_count)
        if (!an_alloc_room(&w->values, w->value_cap, &w->value_cap, sizeof *w->values))
            return no_memory(err);
    size_t count = 0;
    for (size_t i = 0; i < w->item_count; i++) {
        struct an_value value = {.column = w->items[i].position};
        bool any;
        enum an_code code = literal_text(w, &w->items[i], &value, &any, err);
        if (code)
            return code;
        if (any)
            w->values[count++] = value;
    }
    return give_row(w, start, positions, count, err);
}

static enum an_code read_row(struct work *w, enum outcome *ret_outcome, struct an_err *err) {
    struct an_sql_piece p = piece_at(w, w->pos);
    while (p.token == AN_SQL_COMMENT || is_word(&p, "ROW")) {
        if (p.token == AN_SQL_COMMENT) {        // done with, so that it is kept once
            enum an_code code = add_outside(w, p.start, p.end, err);
            if (code)
                return code;
            w->pos = p.end;
        }
        p = piece_at(w, p.end);
    }
    *ret_outcome = p.token == AN_SQL_MORE ? MORE : WRONG;
    w->pos = p.start;
    if (!is_mark(w, &p, '(')) {
        w->why = "no row where one must be";
        return AN_OK;
    }
    size_t start = p.start, end = p.end;
    uint32_t position = 0;
    bool literal = false, minus = false;    // the position has one, and no operator since; the last token was a '-'
    w->item_count = 0;
    for (int depth = 1; depth;) {
        if (!an_alloc_room(&w->items, w->item_count, &w->item_cap, sizeof *w->items))
            return no_memory(err);
        struct item *item = &w->items[w->item_count];
        an_sql_read(w->in.text, end, w->in.last, w->dialect, &item->piece);
        item->position = position;
        item->negative = minus && item->piece.start == end;
        minus = false;
        end = item->piece.end;
        switch (item->piece.token) {
        case AN_SQL_COMMENT:
        case AN_SQL_WORD:
            continue;
        case AN_SQL_MORE:
        case AN_SQL_END:
        case AN_SQL_BAD:
            *ret_outcome = item->piece.token == AN_SQL_MORE ? MORE : WRONG;
            w->why = "cut in the middle of a row, or a quote that does not close";
            return AN_OK;
        case AN_SQL_MARK:
            literal = false;
            switch (w->in.text.ptr[item->piece.start]) {
            case '(': depth++; break;
            case ')': depth--; break;
            case ',': position += depth == 1; break;
            case '-': minus = true; break;
            default:  break;
            }
            continue;
        case AN_SQL_NAME:
            if (item->piece.quote != '"')
                continue;
            break;
        case AN_SQL_NUMBER:
            if (depth > 1 && item->piece.text.len < LONG_DIGITS)
                continue;
            break;
        case AN_SQL_STRING:
        case AN_SQL_HEX:
            break;
        }
        if (literal && depth == 1) {
            *ret_outcome = WRONG;
            w->why = "two values without a comma: a quote is missing or too many";
            return AN_OK;
        }
        literal = true;
        w->item_count++;
    }
    *ret_outcome = DONE;
    enum an_code code = give_items(w, start, position + 1, err);
    w->pos = end;
    w->mode = ROW_END;
    return code;
}

static enum an_code read_row_end(struct work *w, enum outcome *ret_outcome, struct an_err *err) {
    static const char *const statements[] = {"INSERT", "REPLACE", "CREATE", "GO", NULL};
    struct an_sql_piece p = piece_at(w, w->pos);
    size_t start = w->pos;
    bool commented = p.token == AN_SQL_COMMENT;
    while (p.token == AN_SQL_COMMENT)
        p = piece_at(w, p.end);
    *ret_outcome = p.token == AN_SQL_MORE ? MORE : DONE;
    if (*ret_outcome == MORE)
        return AN_OK;
    w->mode = is_mark(w, &p, ',') ? ROW : STATEMENT;
    if (is_mark(w, &p, ',') || is_mark(w, &p, ';')) {
        w->pos = p.end;
    } else if (p.token == AN_SQL_END || p.token == AN_SQL_BAD) {
        w->pos = w->in.text.len;
        // Behind a row only scripts for SQL Server end without a ';'.
        if (!w->dialect.brackets)
            note_cut(w, start, "the last statement does not end: the dump may be cut");
    } else if (!is_one_of(&p, statements)) {
        w->mode = SKIP;             // ON DUPLICATE KEY, RETURNING ...
        w->skip_depth = 0;
        w->skip_data = false;
    }
    return commented ? add_outside(w, start, p.start, err) : AN_OK;
}

static enum an_code give_copy_line(struct work *w, struct an_str line, struct an_err *err) {
    char *p = an_textin_writable(&w->in) + (line.ptr - w->in.text.ptr);
    size_t count = 0, start = (size_t) (line.ptr - w->in.text.ptr);
    uint32_t position = 0;
    for (size_t from = 0;; position++) {
        char *tab = memchr(p + from, '\t', line.len - from);
        size_t len = tab && !w->raw_copy ? (size_t) (tab - p) - from : line.len - from;
        if (!an_alloc_room(&w->values, count, &w->value_cap, sizeof *w->values))
            return no_memory(err);
        bool null = false, escaped = !w->raw_copy && memchr(p + from, '\\', len) != NULL;
        struct an_value value = {.text = {p + from, len}, .column = w->raw_copy ? AN_NO_COLUMN : position};
        if (escaped)
            value.text = an_sql_unescape_copy(p + from, len, &null);
        struct an_str made = {0};
        if (escaped && is_hex_string(value.text))
            made = an_sql_unhex(p, an_str_slice(value.text, 2, value.text.len));
        if (made.len || (escaped && an_utf8_valid(value.text) != value.text.len)) {
            enum an_code code = make_text(w, made.len ? made : value.text, &value.text, err);
            if (code)
                return code;
            null |= value.text.len == 0;
        }
        if (!null)
            w->values[count++] = value;
        if (!tab || w->raw_copy)
            break;
        from += len + 1;
    }
    return give_row(w, start, w->raw_copy ? w->map_count + 1 : position + 1, count, err);
}

static enum an_code read_copy(struct work *w, enum outcome *ret_outcome, struct an_err *err) {
    struct an_str line;
    size_t next;
    *ret_outcome = WRONG;
    w->why = "a COPY block that does not end: the dump is cut";
    if (w->in.last && w->pos == w->in.text.len)
        return AN_OK;
    *ret_outcome = MORE;
    if (!line_at(w, w->pos, &line, &next))
        return AN_OK;
    bool whole = w->in.text.ptr[next - 1] == '\n';
    *ret_outcome = whole || an_str_eq(line, AN_STR("\\.")) ? DONE : WRONG;
    if (*ret_outcome == WRONG)
        return AN_OK;
    enum an_code code = AN_OK;
    if (an_str_eq(line, AN_STR("\\.")))
        w->mode = STATEMENT;
    else
        code = give_copy_line(w, line, err);
    w->pos = next;
    return code;
}

// Going on after a fault.

static bool begins_statement(struct an_str line) {
    static const char *const words[] = {"INSERT ", "REPLACE ", "CREATE ", "COPY ", "DROP ", "LOCK ", "UNLOCK ", "ALTER ", "SET ",
                                        "/*!", "-- "};
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (line.len >= strlen(words[i]) && strncasecmp(line.ptr, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

// Passes over a piece of a line that is longer than the window, cut where no identifier is. False when more is needed.
static bool pass_piece(struct work *w) {
    enum { PIECE = 1 << 20, UNBROKEN = 4096 };
    struct an_str piece = an_str_slice(w->in.text, w->pos, w->pos + PIECE);
    const char *lf = memchr(piece.ptr, '\n', piece.len);
    w->long_line = !lf;
    size_t len = lf ? (size_t) (lf - piece.ptr) + 1 : piece.len;
    while (!lf && len && !strchr("', \t", piece.ptr[len - 1]))
        len--;
    if (!len && piece.len < UNBROKEN && !w->in.last)
        return false;
    w->pos += len ? len : piece.len;
    return true;
}

// Passes over lines, the faulty one first, until one begins a statement or a row.
static enum an_code resync(struct work *w, enum outcome *ret_outcome, struct an_err *err) {
    size_t start = w->pos, next;
    struct an_str line;
    *ret_outcome = DONE;
    while (w->pos < w->in.text.len) {
        if (!w->long_line && !line_at(w, w->pos, &line, &next)) {
            w->long_line = w->in.full && w->pos == 0;
            if (!w->long_line) {
                *ret_outcome = MORE;
                break;
            }
        }
        if (w->long_line) {
            if (!pass_piece(w))
                *ret_outcome = MORE;
            w->at_fault = w->long_line;
            break;
        }
        bool row = line.len && line.ptr[0] == '(';
        if (!w->at_fault && (row || begins_statement(line))) {
            w->mode = row ? ROW : STATEMENT;
            break;
        }
        w->at_fault = false;
        w->pos = next;
    }
    size_t to = w->pos;
    // What the end cut off must not look like a shorter identifier.
    if (w->in.last && to == w->in.text.len)
        while (to > start && !strchr("',\t\n", w->in.text.ptr[to - 1]))
            to--;
    return add_outside(w, start, to, err);
}

static enum an_code read_units(struct work *w, struct an_err *err) {
    for (;;) {
        enum outcome outcome = DONE;
        enum an_code code = AN_OK;
        if (w->pos >= w->in.text.len && !w->in.last)
            outcome = MORE;
        else if (w->pos >= w->in.text.len && (w->mode == STATEMENT || w->mode == RESYNC))
            return AN_OK;
        else switch (w->mode) {
        case STATEMENT: code = read_statement(w, &outcome, err); break;
        case ROW:       code = read_row(w, &outcome, err); break;
        case ROW_END:   code = read_row_end(w, &outcome, err); break;
        case COPY:      code = read_copy(w, &outcome, err); break;
        case SKIP:      code = skip_statement(w, &outcome, err); break;
        case RESYNC:    code = resync(w, &outcome, err); break;
        }
        if (code)
            return code;
        if (outcome == DONE)
            continue;
        if (outcome == MORE && w->in.last)
            return an_fail(err, AN_BUG, "a unit of a dump wants more than there is");
        if (outcome == MORE && w->in.full && w->pos == 0) {
            w->why = "one row or statement over the size limit";
            outcome = WRONG;
        }
        if (outcome == WRONG) {
            if (w->mode == ROW || w->mode == COPY) {
                code = open_table(w, w->pos, err);
                if (!code)
                    code = tell(w, AN_INPUT, w->pos, w->tables[w->table].rows + 1, AN_UNKNOWN_COUNT, w->why, err);
            } else {
                note_cut(w, w->pos, w->why);
            }
            w->mode = RESYNC;
            w->at_fault = true;
            if (code)
                return code;
            continue;
        }
        code = an_textin_more(&w->in, w->pos, err);
        w->pos = 0;
        if (code)
            return code;
    }
}

static enum an_code finish(struct work *w, struct an_err *err) {
    enum an_code code = close_table(w, err);
    if (!code)
        code = open_dump(w, err);
    if (!code)
        code = give_outside(w, err);
    if (!code && w->cut) {
        struct an_trouble trouble = {.code = AN_INPUT, .offset = w->cut_at, .records_lost = AN_UNKNOWN_COUNT,
                                     .text = an_str_from_c(w->cut)};
        w->dump_status = AN_STORE_PARTLY;
        code = w->sink->trouble(w->sink->arg, &trouble, err);
    }
    an_textin_excuse_long_lines(&w->in);
    if (!code)
        code = an_textin_finish(&w->in, &w->dump_status, err);
    uint64_t all = an_textin_bytes(&w->in);
    if (!code)
        code = w->sink->close(w->sink->arg, w->dump_status, all > w->tables_bytes ? all - w->tables_bytes : 0,
                              (struct an_str) {0}, err);
    return code;
}

// Recognition.

static bool begins_with(struct an_str s, const char *word) {
    return s.len >= strlen(word) && strncasecmp(s.ptr, word, strlen(word)) == 0;
}

static bool is_sql_file(struct an_str name) {
    return name.len >= 4 && begins_with(an_str_slice(name, name.len - 4, name.len), ".sql");
}

static int sniff_sql(const struct an_sniff *sniff) {
    static const char *const data[] = {"INSERT INTO ", "INSERT IGNORE INTO ", "REPLACE INTO ", "INSERT [", "CREATE TABLE "};
    static const char *const first[] = {"INSERT ", "REPLACE ", "CREATE ", "DROP ", "SET ", "USE ", "BEGIN", "START TRANSACTION",
                                        "LOCK ", "PRAGMA ", "ALTER ", "COPY ", "DELETE ", "TRUNCATE ", "DELIMITER ", "GO", "--",
                                        "/*", "#", "\\", "IF ", "REM ", "PROMPT ", "COMMENT ", "UPDATE "};
    struct an_str rest = sniff->text, line;
    bool begun = false, named = is_sql_file(sniff->name);
    int hits = 0;
    while (an_str_next(&rest, '\n', &line) && hits < 3) {
        size_t i = 0;
        while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t' || line.ptr[i] == '\r' || line.ptr[i] == ';'))
            i++;
        line = an_str_slice(line, i, line.len);
        if (line.len == 0)
            continue;
        bool fits = false;
        for (size_t k = 0; !begun && k < AN_COUNT(first); k++)
            fits |= begins_with(line, first[k]);
        if (!begun && !fits)
            return 0;
        begun = true;
        for (size_t k = 0; k < AN_COUNT(data); k++)
            hits += begins_with(line, data[k]);
        hits += begins_with(line, "COPY ") && memmem(line.ptr, line.len, " FROM stdin", 11);
    }
    return hits ? 85 + 10 * named : begun && named ? 70 : 0;
}

static enum an_code read_sql(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                             struct an_err *err) {
    struct work *w = an_alloc(sizeof *w);
    if (!w)
        return no_memory(err);
    memset(w, 0, sizeof *w);
    w->reading = reading;
    w->sink = reading->sink;
    w->uri = input->uri;
    w->encoding = sniff->encoding;
    w->dialect = an_sql_detect(sniff->text);
    w->open = w->table = NO_TABLE;
    enum an_code code = an_textin_open(&w->in, reading, input, sniff, err);
    if (!code)
        code = read_units(w, err);
    if (!code)
        code = finish(w, err);
    work_release(w);
    an_free(w);
    return code;
}

const struct an_source an_source_sql = {
    .name = "sql",
    .title = {"SQL dump", "SQL 转储"},
    .spec = "MySQL 8.0 reference manual, 9.1 and 15.2.7; PostgreSQL 15 manual, COPY and 4.1",
    .sniff = sniff_sql,
    .read = read_sql,
};
