// Statements of an SQL dump: the heads of those that bring rows or columns; the others are passed over.
#define _GNU_SOURCE     // memmem, memrchr
#include "source/sql_dump.h"

#include "base/alloc.h"

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
static enum an_code read_name(struct an_dump *d, size_t *pos, struct an_buf *out, enum an_unit *ret_unit,
                              struct an_err *err) {
    for (;;) {
        struct an_sql_piece p = an_dump_piece(d, *pos);
        *ret_unit = p.token == AN_SQL_MORE ? AN_UNIT_MORE : an_sql_is_name(&p) ? AN_UNIT_DONE : AN_UNIT_WRONG;
        if (*ret_unit != AN_UNIT_DONE)
            return AN_OK;
        enum an_code code = add_name(&p, out, err);
        if (code)
            return code;
        *pos = p.end;
        struct an_sql_piece dot = an_dump_piece(d, *pos);
        if (dot.token == AN_SQL_MORE)
            *ret_unit = AN_UNIT_MORE;
        if (!an_dump_is_mark(d, &dot, '.'))
            return AN_OK;
        *pos = dot.end;
        code = an_buf_add(out, AN_STR("."), err);
        if (code)
            return code;
    }
}

// "(a, b, c)" at *pos, where it is a list of names: each name's column goes into d->map. WRONG when it is something
// else.
static enum an_code read_columns(struct an_dump *d, struct an_dump_table *t, size_t *pos, enum an_unit *ret_unit,
                                 struct an_err *err) {
    struct an_sql_piece p = an_dump_piece(d, *pos);
    d->map_count = 0;
    do {
        size_t at = p.end;
        AN_AUTO(an_buf) name = {0};
        enum an_code code = read_name(d, &at, &name, ret_unit, err);
        if (code || *ret_unit != AN_UNIT_DONE)
            return code;
        p = an_dump_piece(d, at);
        if (p.token == AN_SQL_MORE || (!an_dump_is_mark(d, &p, ',') && !an_dump_is_mark(d, &p, ')'))) {
            *ret_unit = p.token == AN_SQL_MORE ? AN_UNIT_MORE : AN_UNIT_WRONG;
            return AN_OK;
        }
        uint32_t column;
        code = an_dump_column_of(d, t, an_buf_str(&name), d->map_count, &column, err);
        if (code)
            return code;
        if (d->map_count < AN_DUMP_COLUMNS_MAX)
            d->map[d->map_count++] = column;
    } while (!an_dump_is_mark(d, &p, ')'));
    *pos = p.end;
    return AN_OK;
}

// The columns of a row of a statement that does not list them.
static void use_defined(struct an_dump *d, const struct an_dump_table *t) {
    d->map_count = t->defined_count;
    if (t->defined_count)
        memcpy(d->map, t->defined, t->defined_count * sizeof *d->map);
}

// "t" or "t (a, b)" at *pos: whose rows come, and in which columns. *ret_table is AN_DUMP_NO_TABLE where that cannot be
// told: for good (DONE), or until there is more text.
static enum an_code read_target(struct an_dump *d, size_t *pos, uint32_t *ret_table, enum an_unit *ret_unit,
                                struct an_err *err) {
    AN_AUTO(an_buf) name = {0};
    uint32_t table = AN_DUMP_NO_TABLE;
    enum an_code code = read_name(d, pos, &name, ret_unit, err);
    if (!code && *ret_unit == AN_UNIT_DONE)
        code = an_dump_table_of(d, an_buf_str(&name), &table, err);
    if (!code && table != AN_DUMP_NO_TABLE) {
        struct an_sql_piece p = an_dump_piece(d, *pos);
        use_defined(d, &d->tables[table]);
        if (an_dump_is_mark(d, &p, '('))
            code = read_columns(d, &d->tables[table], pos, ret_unit, err);
    }
    *ret_table = !code && *ret_unit == AN_UNIT_DONE ? table : AN_DUMP_NO_TABLE;
    if (*ret_unit == AN_UNIT_WRONG)
        *ret_unit = AN_UNIT_DONE;
    return code;
}

// INSERT or REPLACE: DONE and mode ROW when rows follow, DONE and mode SKIP when not.
static enum an_code read_insert(struct an_dump *d, size_t pos, enum an_unit *ret_unit, struct an_err *err) {
    static const char *const noise[] = {"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO", "OR",
                                        "ABORT", "ROLLBACK", "REPLACE", "FAIL", "OVERWRITE", "TABLE", NULL};
    static const char *const between[] = {"OVERRIDING", "SYSTEM", "USER", "VALUE", NULL};
    struct an_sql_piece p = an_dump_piece(d, pos);
    while (an_sql_is_one_of(&p, noise) || p.token == AN_SQL_COMMENT)
        p = an_dump_piece(d, p.end);
    uint32_t table;
    size_t at = p.start;
    d->mode = AN_DUMP_SKIP;
    enum an_code code = read_target(d, &at, &table, ret_unit, err);
    if (code || table == AN_DUMP_NO_TABLE)
        return code;
    p = an_dump_piece(d, at);
    for (; p.token == AN_SQL_COMMENT || an_sql_is_one_of(&p, between); p = an_dump_piece(d, p.end))
        if (an_sql_is_word(&p, "VALUE")) {
            struct an_sql_piece next = an_dump_piece(d, p.end);
            if (next.token == AN_SQL_MORE || an_dump_is_mark(d, &next, '('))
                break;
        }
    *ret_unit = p.token == AN_SQL_MORE ? AN_UNIT_MORE : AN_UNIT_DONE;
    if (!an_sql_is_word(&p, "VALUES") && !an_sql_is_word(&p, "VALUE"))
        return AN_OK;
    struct an_sql_piece next = an_dump_piece(d, p.end);
    if (next.token == AN_SQL_MORE) {
        *ret_unit = AN_UNIT_MORE;
        return AN_OK;
    }
    d->table = table;
    d->mode = AN_DUMP_ROW;
    d->pos = p.end;
    return AN_OK;
}

// CREATE TABLE: remembers the columns. The statement's end is skipped.
static enum an_code read_create(struct an_dump *d, size_t pos, enum an_unit *ret_unit, struct an_err *err) {
    static const char *const before[] = {"TEMPORARY", "TEMP", "UNLOGGED", "GLOBAL", "LOCAL", "EXTERNAL",
                                         "FOREIGN", "OR", "REPLACE", NULL};
    static const char *const no_column[] = {"PRIMARY", "KEY", "UNIQUE", "INDEX", "CONSTRAINT", "FOREIGN",
                                            "CHECK", "FULLTEXT", "SPATIAL", "EXCLUDE", "LIKE", "PERIOD",
                                            NULL};
    *ret_unit = AN_UNIT_DONE;
    d->mode = AN_DUMP_SKIP;
    struct an_sql_piece p = an_dump_piece(d, pos);
    while (an_sql_is_one_of(&p, before) || p.token == AN_SQL_COMMENT)
        p = an_dump_piece(d, p.end);
    if (p.token == AN_SQL_MORE)
        *ret_unit = AN_UNIT_MORE;
    if (!an_sql_is_word(&p, "TABLE"))
        return AN_OK;
    p = an_dump_piece(d, p.end);
    static const char *const exists[] = {"IF", "NOT", "EXISTS", NULL};
    while (an_sql_is_one_of(&p, exists))
        p = an_dump_piece(d, p.end);
    AN_AUTO(an_buf) name = {0};
    size_t at = p.start;
    enum an_code code = read_name(d, &at, &name, ret_unit, err);
    if (code || *ret_unit != AN_UNIT_DONE) {
        *ret_unit = *ret_unit == AN_UNIT_WRONG ? AN_UNIT_DONE : *ret_unit;
        return code;
    }
    p = an_dump_piece(d, at);
    *ret_unit = p.token == AN_SQL_MORE ? AN_UNIT_MORE : AN_UNIT_DONE;
    if (!an_dump_is_mark(d, &p, '('))
        return AN_OK;
    uint32_t table, count = 0;
    code = an_dump_table_of(d, an_buf_str(&name), &table, err);
    if (code || table == AN_DUMP_NO_TABLE)
        return code;
    struct an_dump_table *t = &d->tables[table];
    bool first = true;
    for (int depth = 1; depth; at = p.end) {
        p = an_dump_piece(d, p.end);
        if (p.token == AN_SQL_MORE || p.token == AN_SQL_END || p.token == AN_SQL_BAD) {
            *ret_unit = p.token == AN_SQL_MORE ? AN_UNIT_MORE : AN_UNIT_DONE;
            return AN_OK;
        }
        if (first && depth == 1 && an_sql_is_name(&p) && !an_sql_is_one_of(&p, no_column) &&
            count < AN_DUMP_COLUMNS_MAX) {
            AN_AUTO(an_buf) column = {0};
            code = add_name(&p, &column, err);
            if (!code)
                code = an_dump_column_of(d, t, an_buf_str(&column), count, &d->map[count], err);
            if (code)
                return code;
            count++;
        }
        if (p.token != AN_SQL_COMMENT)
            first = depth == 1 && an_dump_is_mark(d, &p, ',');
        depth += an_dump_is_mark(d, &p, '(') - an_dump_is_mark(d, &p, ')');
    }
    return an_dump_define(d, t, count, err);
}

// COPY t (a, b) FROM stdin;
static enum an_code read_copy_head(struct an_dump *d, size_t pos, enum an_unit *ret_unit,
                                   struct an_err *err) {
    uint32_t table;
    d->mode = AN_DUMP_SKIP;
    enum an_code code = read_target(d, &pos, &table, ret_unit, err);
    if (code || table == AN_DUMP_NO_TABLE)
        return code;
    struct an_sql_piece p = an_dump_piece(d, pos);
    if (!an_sql_is_word(&p, "FROM")) {
        *ret_unit = p.token == AN_SQL_MORE ? AN_UNIT_MORE : AN_UNIT_DONE;
        return AN_OK;
    }
    static const char *const other_format[] = {"CSV", "DELIMITER", "DELIMITERS", NULL};
    bool from_stdin = false;
    d->raw_copy = false;
    while (!an_dump_is_mark(d, &p, ';')) {
        p = an_dump_piece(d, p.end);
        if (p.token == AN_SQL_MORE || p.token == AN_SQL_END || p.token == AN_SQL_BAD) {
            *ret_unit = p.token == AN_SQL_MORE ? AN_UNIT_MORE : AN_UNIT_DONE;
            return AN_OK;
        }
        from_stdin |= an_sql_is_word(&p, "stdin");
        d->raw_copy |= an_sql_is_one_of(&p, other_format);
    }
    if (!from_stdin)
        return AN_OK;
    const char *lf = memchr(d->in.text.ptr + p.end, '\n', d->in.text.len - p.end);
    *ret_unit = lf || d->in.last ? AN_UNIT_DONE : AN_UNIT_MORE;
    d->table = table;
    d->mode = AN_DUMP_COPY;
    d->pos = lf ? (size_t) (lf - d->in.text.ptr) + 1 : d->in.text.len;
    return AN_OK;
}

// USE db: names of tables of a second database get its name in front.
static enum an_code read_use(struct an_dump *d, size_t pos, enum an_unit *ret_unit, struct an_err *err) {
    AN_AUTO(an_buf) name = {0};
    d->mode = AN_DUMP_SKIP;
    enum an_code code = read_name(d, &pos, &name, ret_unit, err);
    if (code || *ret_unit == AN_UNIT_MORE)
        return code;
    *ret_unit = AN_UNIT_DONE;
    if (d->first_schema.len == 0)
        return an_buf_add(&d->first_schema, an_buf_str(&name), err);
    d->schema.len = 0;
    bool is_first = an_str_eq(an_buf_str(&d->first_schema), an_buf_str(&name));
    return is_first ? AN_OK : an_buf_add(&d->schema, an_buf_str(&name), err);
}

bool an_dump_line(const struct an_dump *d, size_t pos, struct an_str *ret_line, size_t *ret_next) {
    struct an_str rest = an_str_slice(d->in.text, pos, d->in.text.len);
    const char *lf = rest.len ? memchr(rest.ptr, '\n', rest.len) : NULL;
    if (!lf && !d->in.last)
        return false;
    size_t len = lf ? (size_t) (lf - rest.ptr) : rest.len;
    *ret_next = pos + len + (lf != NULL);
    if (len && rest.ptr[len - 1] == '\r')
        len--;
    *ret_line = an_str_slice(rest, 0, len);
    return true;
}

// DELIMITER xx, a word to the mysql client: to the end of its line.
static enum an_unit read_delimiter(struct an_dump *d, size_t pos) {
    struct an_str line;
    size_t next;
    if (!an_dump_line(d, pos, &line, &next))
        return AN_UNIT_MORE;
    while (line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t'))
        line = an_str_slice(line, 1, line.len);
    while (line.len && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t'))
        line.len--;
    memset(d->delimiter, 0, sizeof d->delimiter);
    if (line.len < AN_DUMP_DELIMITER_MAX && !an_str_eq(line, AN_STR(";")))
        memcpy(d->delimiter, line.ptr, line.len);
    d->pos = next;
    return AN_UNIT_DONE;
}

static const char open_ended[] = "the dump ends in the middle of a statement: it is cut, or a quote does not "
                                 "close";

enum an_code an_dump_read_statement(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) {
    static const char *const with_data[] = {"INSERT", "REPLACE", "COPY", NULL};
    static const char *const client_lines[] = {"REM", "REMARK", "PROMPT", "GO", NULL};
    struct an_sql_piece p = an_dump_piece(d, d->pos);
    *ret_unit = AN_UNIT_DONE;
    struct an_str line;
    size_t start = d->pos, next;
    enum an_code code = AN_OK;
    switch (p.token) {
    case AN_SQL_MORE:
        d->pos = p.start;
        *ret_unit = AN_UNIT_MORE;
        return AN_OK;
    case AN_SQL_END:
        d->pos = d->in.text.len;
        return AN_OK;
    case AN_SQL_BAD:
        an_dump_note_cut(d, p.start, open_ended);
        d->pos = d->in.text.len;
        return an_dump_add_outside(d, p.start, d->pos, err);
    case AN_SQL_COMMENT:
        d->pos = p.end;
        return an_dump_add_outside(d, p.start, p.end, err);
    case AN_SQL_MARK:
        d->pos = p.end;
        if (an_dump_is_mark(d, &p, '\\')) {     // \connect and the like, to psql
            *ret_unit = an_dump_line(d, p.start, &line, &next) ? AN_UNIT_DONE : AN_UNIT_MORE;
            d->pos = *ret_unit == AN_UNIT_DONE ? next : p.start;
        }
        return AN_OK;
    case AN_SQL_WORD:
        d->skip_depth = 0;
        d->skip_data = an_sql_is_one_of(&p, with_data);
        if (an_sql_is_word(&p, "INSERT") || an_sql_is_word(&p, "REPLACE"))
            code = read_insert(d, p.end, ret_unit, err);
        else if (an_sql_is_word(&p, "CREATE"))
            code = read_create(d, p.end, ret_unit, err);
        else if (an_sql_is_word(&p, "COPY"))
            code = read_copy_head(d, p.end, ret_unit, err);
        else if (an_sql_is_word(&p, "USE"))
            code = read_use(d, p.end, ret_unit, err);
        else if (an_sql_is_word(&p, "DELIMITER") && d->dialect.mysql) {
            *ret_unit = read_delimiter(d, p.end);
        } else if (an_sql_is_one_of(&p, client_lines)) {
            *ret_unit = an_dump_line(d, p.start, &line, &next) ? AN_UNIT_DONE : AN_UNIT_MORE;
            d->pos = *ret_unit == AN_UNIT_DONE ? next : p.start;
        } else {
            d->mode = AN_DUMP_SKIP;
        }
        if (*ret_unit == AN_UNIT_MORE) {
            d->mode = AN_DUMP_STATEMENT;
            d->pos = start;
        }
        return code;
    case AN_SQL_NAME:
    case AN_SQL_STRING:
    case AN_SQL_HEX:
    case AN_SQL_NUMBER:
        break;
    }
    d->mode = AN_DUMP_SKIP;
    return AN_OK;
}

enum an_code an_dump_skip_statement(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) {
    static const char *const next_statement[] = {"INSERT", "GO", NULL};
    size_t start = d->pos, to = start;
    *ret_unit = AN_UNIT_DONE;
    if (d->delimiter[0]) {
        struct an_str rest = an_str_slice(d->in.text, start, d->in.text.len);
        const char *end = memmem(rest.ptr, rest.len, d->delimiter, strlen(d->delimiter));
        const char *lf = memrchr(rest.ptr, '\n', rest.len);
        if (end) {
            d->pos = (size_t) (end - d->in.text.ptr) + strlen(d->delimiter);
            d->mode = AN_DUMP_STATEMENT;
        } else if (d->in.last) {
            d->pos = d->in.text.len;
            d->mode = AN_DUMP_STATEMENT;
        } else {
            d->pos = lf ? (size_t) (lf - d->in.text.ptr) + 1 : start;
            *ret_unit = AN_UNIT_MORE;
        }
        return an_dump_add_outside(d, start, d->pos, err);
    }
    for (;;) {
        struct an_sql_piece p = an_dump_piece(d, to);
        bool new_line = p.start > 0 && p.start < d->in.text.len && d->in.text.ptr[p.start - 1] == '\n';
        if (p.token == AN_SQL_MORE || p.token == AN_SQL_BAD || p.token == AN_SQL_END) {
            *ret_unit = p.token == AN_SQL_MORE ? AN_UNIT_MORE : AN_UNIT_DONE;
            d->pos = p.token == AN_SQL_MORE ? p.start : d->in.text.len;
            if (p.token == AN_SQL_MORE)
                break;
            // a last statement without its ';' is no loss by itself
            if (p.token == AN_SQL_BAD || d->skip_depth > 0 || d->skip_data)
                an_dump_note_cut(d, start, open_ended);
            d->mode = AN_DUMP_STATEMENT;
            break;
        }
        // scripts for SQL Server end statements as they like
        if (d->dialect.brackets && new_line && to > start && an_sql_is_one_of(&p, next_statement)) {
            d->pos = p.start;
            d->mode = AN_DUMP_STATEMENT;
            break;
        }
        to = d->pos = p.end;
        d->skip_depth += an_dump_is_mark(d, &p, '(') - an_dump_is_mark(d, &p, ')');
        if (an_dump_is_mark(d, &p, ';')) {
            d->mode = AN_DUMP_STATEMENT;
            break;
        }
    }
    return an_dump_add_outside(d, start, d->pos, err);
}
