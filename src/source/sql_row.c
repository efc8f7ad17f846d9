// Rows of an SQL dump: tuples of VALUES, and lines of a COPY block.
#include "source/sql_dump.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "source/uri.h"

static enum an_code announce(struct an_dump *d, const struct an_dump_table *t, struct an_err *err) {
    if (d->announced >= t->count)
        return AN_OK;
    d->announced = t->count;
    return d->sink->columns(d->sink->arg, t->columns, t->count, err);
}

// Columns for the positions of a row that nothing names: "1", "2", ...
static enum an_code name_positions(struct an_dump *d, struct an_dump_table *t, uint32_t count,
                                   struct an_err *err) {
    for (uint32_t i = d->map_count; i < count && i < AN_DUMP_COLUMNS_MAX; i++) {
        AN_AUTO(an_buf) name = {0};
        enum an_code code = an_buf_addf(&name, err, "%u", i + 1);
        if (!code)
            code = an_dump_column_of(d, t, an_buf_str(&name), i, &d->map[i], err);
        if (code)
            return code;
    }
    d->map_count = count < AN_DUMP_COLUMNS_MAX ? count : AN_DUMP_COLUMNS_MAX;
    return an_dump_define(d, t, d->map_count, err);
}

static enum an_code give_row(struct an_dump *d, size_t start, uint32_t positions, size_t count,
                             struct an_err *err) {
    struct an_dump_table *t = &d->tables[d->table];
    enum an_code code = an_dump_open_table(d, start, err);
    if (!code && d->map_count == 0)
        code = name_positions(d, t, positions, err);
    if (!code)
        code = announce(d, t, err);
    if (code)
        return code;
    for (size_t i = 0; i < count; i++) {
        uint32_t position = d->values[i].column;
        d->values[i].column = position < d->map_count ? d->map[position] : AN_NO_COLUMN;
    }
    struct an_record record = {.values = d->values, .count = count, .number = ++t->rows,
                               .offset = an_textin_offset(&d->in, start), .loose = positions != d->map_count};
    code = d->sink->record(d->sink->arg, &record, err);
    if (d->row_arena.top)
        an_arena_release(&d->row_arena);
    return code;
}

// Bytes that are not, or may not be, UTF-8, as text that lives as long as the row.
static enum an_code make_text(struct an_dump *d, struct an_str bytes, struct an_str *ret_text,
                              struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    enum an_code code = an_blob_text(&d->blob, bytes, &text, err);
    if (code)
        return code;
    *ret_text = an_source_padded(&d->row_arena, an_buf_str(&text));
    return ret_text->ptr ? AN_OK : an_dump_no_memory(err);
}

static bool is_hex_string(struct an_str s) {
    return s.len > 2 && s.len % 2 == 0 && s.ptr[0] == '\\' && s.ptr[1] == 'x';
}

// A literal as text. *ret_any false where it is bytes without any.
static enum an_code literal_text(struct an_dump *d, const struct an_dump_item *item, struct an_value *value,
                                 bool *ret_any, struct an_err *err) {
    char *window = an_textin_writable(&d->in);
    const struct an_sql_piece *p = &item->piece;
    value->text = p->text;
    *ret_any = true;
    if (p->token == AN_SQL_NUMBER) {
        value->flags = AN_VALUE_NUMBER;
        if (item->negative)
            value->text = an_str_slice(d->in.text, p->start - 1, p->end);
        return AN_OK;
    }
    struct an_str hex = p->text;
    if (p->token == AN_SQL_STRING && is_hex_string(p->text))       // a bytea of PostgreSQL
        hex = an_str_slice(p->text, 2, p->text.len);
    else if (p->token != AN_SQL_HEX)
        hex.len = 0;
    struct an_str bytes = hex.len ? an_sql_unhex(window, hex) : (struct an_str) {0};
    if (bytes.len) {
        enum an_code code = make_text(d, bytes, &value->text, err);
        *ret_any = value->text.len > 0;
        return code;
    }
    if (!p->escaped)
        return AN_OK;
    value->text = an_sql_unescape(window, p, d->dialect);
    // only PostgreSQL's escapes can write a byte
    if (p->backslash && !d->dialect.mysql && an_utf8_valid(value->text) != value->text.len)
        return make_text(d, value->text, &value->text, err);
    return AN_OK;
}

static enum an_code give_items(struct an_dump *d, size_t start, uint32_t positions, struct an_err *err) {
    while (d->value_cap < d->item_count)
        if (!an_alloc_room(&d->values, d->value_cap, &d->value_cap, sizeof *d->values))
            return an_dump_no_memory(err);
    size_t count = 0;
    for (size_t i = 0; i < d->item_count; i++) {
        struct an_value value = {.column = d->items[i].position};
        bool any;
        enum an_code code = literal_text(d, &d->items[i], &value, &any, err);
        if (code)
            return code;
        if (any)
            d->values[count++] = value;
    }
    return give_row(d, start, positions, count, err);
}

enum an_code an_dump_read_row(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) {
    struct an_sql_piece p = an_dump_piece(d, d->pos);
    while (p.token == AN_SQL_COMMENT || an_sql_is_word(&p, "ROW")) {
        if (p.token == AN_SQL_COMMENT) {        // done with, so that it is kept once
            enum an_code code = an_dump_add_outside(d, p.start, p.end, err);
            if (code)
                return code;
            d->pos = p.end;
        }
        p = an_dump_piece(d, p.end);
    }
    *ret_unit = p.token == AN_SQL_MORE ? AN_UNIT_MORE : AN_UNIT_WRONG;
    d->pos = p.start;
    if (!an_dump_is_mark(d, &p, '(')) {
        d->why = "no row where one must be";
        return AN_OK;
    }
    size_t start = p.start, end = p.end;
    uint32_t position = 0;
    bool literal = false;           // the position has one, and no operator since
    bool minus = false;             // the last token was a '-'
    d->item_count = 0;
    for (int depth = 1; depth;) {
        if (!an_alloc_room(&d->items, d->item_count, &d->item_cap, sizeof *d->items))
            return an_dump_no_memory(err);
        struct an_dump_item *item = &d->items[d->item_count];
        an_sql_read(d->in.text, end, d->in.last, d->dialect, &item->piece);
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
            *ret_unit = item->piece.token == AN_SQL_MORE ? AN_UNIT_MORE : AN_UNIT_WRONG;
            d->why = "cut in the middle of a row, or a quote that does not close";
            return AN_OK;
        case AN_SQL_MARK:
            literal = false;
            switch (d->in.text.ptr[item->piece.start]) {
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
            if (depth > 1 && item->piece.text.len < AN_DUMP_LONG_DIGITS)
                continue;
            break;
        case AN_SQL_STRING:
        case AN_SQL_HEX:
            break;
        }
        if (literal && depth == 1) {
            *ret_unit = AN_UNIT_WRONG;
            d->why = "two values without a comma: a quote is missing or too many";
            return AN_OK;
        }
        literal = true;
        d->item_count++;
    }
    *ret_unit = AN_UNIT_DONE;
    enum an_code code = give_items(d, start, position + 1, err);
    d->pos = end;
    d->mode = AN_DUMP_ROW_END;
    return code;
}

enum an_code an_dump_read_row_end(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) {
    static const char *const statements[] = {"INSERT", "REPLACE", "CREATE", "GO", NULL};
    struct an_sql_piece p = an_dump_piece(d, d->pos);
    size_t start = d->pos;
    bool commented = p.token == AN_SQL_COMMENT;
    while (p.token == AN_SQL_COMMENT)
        p = an_dump_piece(d, p.end);
    *ret_unit = p.token == AN_SQL_MORE ? AN_UNIT_MORE : AN_UNIT_DONE;
    if (*ret_unit == AN_UNIT_MORE)
        return AN_OK;
    d->mode = an_dump_is_mark(d, &p, ',') ? AN_DUMP_ROW : AN_DUMP_STATEMENT;
    if (an_dump_is_mark(d, &p, ',') || an_dump_is_mark(d, &p, ';')) {
        d->pos = p.end;
    } else if (p.token == AN_SQL_END || p.token == AN_SQL_BAD) {
        d->pos = d->in.text.len;
        // Behind a row only scripts for SQL Server end without a ';'.
        if (!d->dialect.brackets)
            an_dump_note_cut(d, start, "the last statement does not end: the dump may be cut");
    } else if (!an_sql_is_one_of(&p, statements)) {
        d->mode = AN_DUMP_SKIP;             // ON DUPLICATE KEY, RETURNING ...
        d->skip_depth = 0;
        d->skip_data = false;
    }
    return commented ? an_dump_add_outside(d, start, p.start, err) : AN_OK;
}

static enum an_code give_copy_line(struct an_dump *d, struct an_str line, struct an_err *err) {
    char *p = an_textin_writable(&d->in) + (line.ptr - d->in.text.ptr);
    size_t count = 0, start = (size_t) (line.ptr - d->in.text.ptr);
    uint32_t position = 0;
    for (size_t from = 0;; position++) {
        char *tab = memchr(p + from, '\t', line.len - from);
        size_t len = tab && !d->raw_copy ? (size_t) (tab - p) - from : line.len - from;
        if (!an_alloc_room(&d->values, count, &d->value_cap, sizeof *d->values))
            return an_dump_no_memory(err);
        bool null = false, escaped = !d->raw_copy && memchr(p + from, '\\', len) != NULL;
        struct an_value value = {.text = {p + from, len}, .column = d->raw_copy ? AN_NO_COLUMN : position};
        if (escaped)
            value.text = an_sql_unescape_copy(p + from, len, &null);
        struct an_str made = {0};
        if (escaped && is_hex_string(value.text))
            made = an_sql_unhex(p, an_str_slice(value.text, 2, value.text.len));
        if (made.len || (escaped && an_utf8_valid(value.text) != value.text.len)) {
            enum an_code code = make_text(d, made.len ? made : value.text, &value.text, err);
            if (code)
                return code;
            null |= value.text.len == 0;
        }
        if (!null)
            d->values[count++] = value;
        if (!tab || d->raw_copy)
            break;
        from += len + 1;
    }
    return give_row(d, start, d->raw_copy ? d->map_count + 1 : position + 1, count, err);
}

enum an_code an_dump_read_copy_line(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) {
    struct an_str line;
    size_t next;
    *ret_unit = AN_UNIT_WRONG;
    d->why = "a COPY block that does not end: the dump is cut";
    if (d->in.last && d->pos == d->in.text.len)
        return AN_OK;
    *ret_unit = AN_UNIT_MORE;
    if (!an_dump_line(d, d->pos, &line, &next))
        return AN_OK;
    bool whole = d->in.text.ptr[next - 1] == '\n';
    *ret_unit = whole || an_str_eq(line, AN_STR("\\.")) ? AN_UNIT_DONE : AN_UNIT_WRONG;
    if (*ret_unit == AN_UNIT_WRONG)
        return AN_OK;
    enum an_code code = AN_OK;
    if (an_str_eq(line, AN_STR("\\.")))
        d->mode = AN_DUMP_STATEMENT;
    else
        code = give_copy_line(d, line, err);
    d->pos = next;
    return code;
}
