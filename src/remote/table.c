#include "remote/table.h"

#include <string.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "source/gather.h"
#include "text/bytes.h"

enum {
    WAIT = 1 << 18,             // bytes of text that may wait for more rows
    FIRST = 1 << 16,
    QUICK_MAX = 4096,      // bytes of a line whose cells are looked for all at once
};
#define ROW_MAX ((size_t) 1 << 31)      // places in the text are 32 bits wide

void an_table_release(struct an_table *t) {
    an_blob_release(&t->blob);
    an_buf_release(&t->made);
    an_buf_release(&t->undone);
    an_free(t->text);
    an_free(t->cells);
    an_free(t->values);
    *t = (struct an_table) {0};
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for rows"); }

enum an_code an_table_begin(struct an_table *t, const struct an_sink *sink, const struct an_str *names, size_t columns,
                            struct an_err *err) {
    an_table_release(t);
    t->sink = sink;
    t->columns = columns;
    t->most = sink->rows ? an_rows_most(columns) : 0;
    t->cell_cap = columns * (t->most ? t->most : 1);
    t->cells = an_alloc((t->cell_cap + 1) * sizeof *t->cells);
    t->values = an_alloc((columns + 1) * sizeof *t->values);
    t->text = an_alloc(FIRST + AN_SOURCE_PADDING);
    t->cap = FIRST;
    if (!t->cells || !t->values || !t->text)
        return no_memory(err);
    memset(t->text, 0, FIRST + AN_SOURCE_PADDING);
    return sink->columns(sink->arg, names, columns, err);
}

// Room for `more` bytes of text, and the padding.
static enum an_code make_room(struct an_table *t, size_t more, struct an_err *err) {
    if (more <= t->cap - t->len)
        return AN_OK;
    if (more > ROW_MAX || t->len + more > ROW_MAX)
        return an_fail(err, AN_LIMIT, "a row of over 2 GiB");
    size_t cap = t->len + more > 2 * t->cap ? t->len + more : 2 * t->cap;
    char *text = an_realloc(t->text, cap + AN_SOURCE_PADDING);
    if (!text)
        return no_memory(err);
    memset(text + t->cap, 0, cap + AN_SOURCE_PADDING - t->cap);
    t->text = text;
    t->cap = cap;
    return AN_OK;
}

static enum an_code put(struct an_table *t, struct an_str text, struct an_err *err) {
    if (t->cell == t->columns)
        return an_fail(err, AN_BUG, "a row with more cells than columns");
    enum an_code code = make_room(t, text.len, err);
    if (code)
        return code;
    if (text.len)
        memcpy(t->text + t->len, text.ptr, text.len);
    t->cells[t->count * t->columns + t->cell++] = (struct an_span) {(uint32_t) t->len, (uint32_t) text.len};
    t->len += text.len;
    return AN_OK;
}

enum an_code an_table_bytes(struct an_table *t, struct an_str bytes, struct an_err *err) {
    t->made.len = 0;
    t->bytes += bytes.len;
    enum an_code code = an_blob_text(&t->blob, bytes, &t->made, err);
    return code ? code : put(t, an_buf_str(&t->made), err);
}

enum an_code an_table_text(struct an_table *t, struct an_str text, struct an_err *err) {
    if (an_utf8_valid(text) != text.len)
        return an_table_bytes(t, text, err);
    t->bytes += text.len;
    return put(t, text, err);
}

enum an_code an_table_line(struct an_table *t, struct an_str line, bool *ret_taken, struct an_err *err) {
    const struct an_bytes *bytes = an_bytes_best();
    uint32_t found[QUICK_MAX + AN_BYTES_FIND_SLACK];
    struct an_span *cells = &t->cells[t->count * t->columns];
    *ret_taken = false;
    if (t->cell || !t->columns)
        return an_fail(err, AN_BUG, "a line inside a row");
    if (line.len > QUICK_MAX || bytes->utf8(line) != line.len)
        return AN_OK;
    enum an_code code = make_room(t, line.len, err);
    if (code)
        return code;
    char *text = t->text + t->len;
    if (line.len)
        memcpy(text, line.ptr, line.len);
    size_t slashes = bytes->count(line, '\\'), n = bytes->find(line, '\t', found).count, cell = 0;
    found[n++] = (uint32_t) line.len;
    for (size_t i = 0, from = 0; i < n; i++) {
        size_t end = found[i];
        if (end < line.len && text[end] != '\t')        // a quote
            continue;
        if (cell == t->columns)
            return AN_OK;
        bool null = slashes && end - from == 2 && text[from] == '\\' && text[from + 1] == 'N';
        slashes -= null;
        cells[cell++] = (struct an_span) {(uint32_t) (t->len + from), null ? 0 : (uint32_t) (end - from)};
        from = end + 1;
    }
    if (slashes || cell < t->columns)
        return AN_OK;
    *ret_taken = true;
    t->cell = cell;
    t->len += line.len;
    t->bytes += line.len;
    return AN_OK;
}

void an_table_drop_row(struct an_table *t) {
    if (t->cell && t->columns)
        t->len = t->cells[t->count * t->columns].at;
    t->cell = 0;
}

static enum an_code give_record(struct an_table *t, uint64_t at, struct an_err *err) {
    struct an_record record = {.values = t->values, .number = t->rows, .offset = at};
    for (size_t i = 0; i < t->columns; i++)
        if (t->cells[i].len)
            t->values[record.count++] = (struct an_value) {.text = {t->text + t->cells[i].at, t->cells[i].len},
                                                           .column = (uint32_t) i};
    t->len = 0;
    return t->sink->record(t->sink->arg, &record, err);
}

enum an_code an_table_flush(struct an_table *t, struct an_err *err) {
    if (!t->count)
        return AN_OK;
    struct an_rows rows = {.text = t->text, .cells = t->cells, .count = t->count, .columns = t->columns,
                           .number = t->rows - t->count + 1};
    t->count = t->len = 0;
    t->first_at = t->bytes;
    return t->sink->rows(t->sink->arg, &rows, err);
}

enum an_code an_table_end_row(struct an_table *t, struct an_err *err) {
    while (t->cell < t->columns) {
        enum an_code code = put(t, (struct an_str) {0}, err);
        if (code)
            return code;
    }
    t->cell = 0;
    t->rows++;
    if (!t->most) {
        enum an_code code = give_record(t, t->first_at, err);
        t->first_at = t->bytes;
        return code;
    }
    t->count++;
    return t->count == t->most || t->len >= WAIT ? an_table_flush(t, err) : AN_OK;
}
