// A store of lines and tables.
#include "source/content.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "source/form.h"
#include "source/uri.h"
#include "text/dialect.h"

enum {
    GRID_MAX = 16384,               // columns of a grid that are told apart
    LINES = 64 * 1024,              // of running text that go together
    TEXT = 1 << 20,                 // of cells
    HELD = 1 << 19,                 // of a table's first rows
};

void an_content_begin(struct an_content *p, const struct an_reading *reading, struct an_str uri, const char *format) {
    p->sink = reading->sink;
    p->record_bytes = reading->limits.record_bytes;
    p->info = (struct an_store_info) {.uri = uri, .format = format, .guessed = true};
    p->gather.sink = p->sink;
}

void an_content_release(struct an_content *p) {
    an_buf_release(&p->lines);
    an_free(p->text);
    an_free(p->cells);
    an_free(p->map);
    an_free(p->columns);
    an_free(p->values);
    an_names_release(&p->names);
    an_gather_release(&p->gather);
    *p = (struct an_content) {0};
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a document"); }

enum an_code an_content_open(struct an_content *p, struct an_err *err) {
    if (p->opened)
        return AN_OK;
    p->opened = true;
    return p->sink->open(p->sink->arg, &p->info, err);
}

// Lines.

static enum an_code flush_lines(struct an_content *p, struct an_err *err) {
    if (!p->line_count)
        return AN_OK;
    static const char padding[AN_SOURCE_PADDING];
    size_t len = p->lines.len;
    AN_TRY(an_content_open(p, err));
    AN_TRY(an_buf_add(&p->lines, (struct an_str) {padding, sizeof padding}, err));
    enum an_code code = p->sink->lines(p->sink->arg, (struct an_str) {p->lines.ptr, len}, p->number + 1, p->line_offset, err);
    p->number += p->line_count;
    p->lines.len = p->line_count = 0;
    return code;
}

enum an_code an_content_flush(struct an_content *p, struct an_err *err) {
    enum an_code code = flush_lines(p, err);
    return code ? code : an_gather_flush(&p->gather, err);
}

static bool is_blank(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ' && (s.ptr[i] < '\t' || s.ptr[i] > '\r'))
            return false;
    return true;
}

enum an_code an_content_line(struct an_content *p, struct an_str text, struct an_err *err) {
    struct an_str line;
    AN_TRY(an_gather_flush(&p->gather, err));
    while (an_str_next(&text, '\n', &line)) {
        if (is_blank(line))
            continue;
        if (!p->line_count)
            p->line_offset = p->offset;
        AN_TRY(an_buf_add(&p->lines, line, err));
        AN_TRY(an_buf_add(&p->lines, AN_STR("\n"), err));
        p->line_count++;
        if (p->lines.len >= LINES)
            AN_TRY(flush_lines(p, err));
    }
    return AN_OK;
}

// Columns.

static enum an_code add_column(struct an_content *p, struct an_str name, uint32_t under, uint32_t *ret_column,
                               struct an_err *err) {
    uint32_t number;
    AN_TRY(an_names_add(&p->names, under, name, &number, err));
    if (number == p->column_count) {
        if (!an_alloc_room(&p->columns, p->column_count, &p->column_cap, sizeof *p->columns))
            return no_memory(err);
        p->columns[p->column_count++] = p->names.items[number].text;
    }
    *ret_column = number;
    return AN_OK;
}

// The store's column of that name that no other column of this table has yet.
static enum an_code name_column(struct an_content *p, struct an_str name, uint32_t *ret_column, struct an_err *err) {
    uint32_t under = AN_NO_NAME;
    for (;;) {
        uint32_t number = an_names_find(&p->names, under, name);
        *ret_column = AN_NO_COLUMN;
        if (number == AN_NO_NAME && p->column_count == AN_CONTENT_COLUMNS)
            return AN_OK;
        if (number == AN_NO_NAME || !(p->taken[number / 64] >> number % 64 & 1)) {
            AN_TRY(add_column(p, name, under, ret_column, err));
            p->taken[*ret_column / 64] |= (uint64_t) 1 << *ret_column % 64;
            return AN_OK;
        }
        under = number;
    }
}

static enum an_code number_column(struct an_content *p, uint32_t column, uint32_t *ret_column, struct an_err *err) {
    char digits[16];
    int n = snprintf(digits, sizeof digits, "%u", column + 1);
    return name_column(p, (struct an_str) {digits, (size_t) n}, ret_column, err);
}

static enum an_code grow_map(struct an_content *p, uint32_t column, struct an_err *err) {
    size_t count = column < 64 ? 64 : column < GRID_MAX / 2 ? 2 * ((size_t) column + 1) : GRID_MAX;
    uint32_t *map = an_realloc(p->map, count * sizeof *map);
    if (!map)
        return no_memory(err);
    for (size_t i = p->map_count; i < count; i++)
        map[i] = AN_NO_COLUMN;
    p->map = map;
    p->map_count = count;
    return AN_OK;
}

// The store's column for one of the grid.
static inline enum an_code column_of(struct an_content *p, uint32_t column, uint32_t *ret_column, struct an_err *err) {
    *ret_column = AN_NO_COLUMN;
    if (column >= GRID_MAX)
        return AN_OK;
    if (column >= p->map_count)
        AN_TRY(grow_map(p, column, err));
    if (p->map[column] == AN_NO_COLUMN)
        AN_TRY(number_column(p, column, &p->map[column], err));
    *ret_column = p->map[column];
    return AN_OK;
}

static void forget_map(struct an_content *p) {
    for (size_t i = 0; i < p->map_count; i++)
        p->map[i] = AN_NO_COLUMN;
    memset(p->taken, 0, sizeof p->taken);
}

static enum an_code announce(struct an_content *p, struct an_err *err) {
    if (p->announced == p->column_count)
        return AN_OK;
    AN_TRY(an_content_flush(p, err));
    AN_TRY(an_content_open(p, err));
    AN_TRY(p->sink->columns(p->sink->arg, p->columns, p->column_count, err));
    p->announced = p->column_count;
    return an_gather_begin(&p->gather, p->sink, p->column_count, err);
}

// Records.

static enum an_code values_for(struct an_content *p, size_t count, struct an_err *err) {
    if (count <= p->value_cap)
        return AN_OK;
    struct an_value *values = an_realloc(p->values, 2 * count * sizeof *values);
    if (!values)
        return no_memory(err);
    p->values = values;
    p->value_cap = 2 * count;
    return AN_OK;
}

static enum an_code give_record(struct an_content *p, size_t count, uint64_t offset, struct an_err *err) {
    if (!count)
        return AN_OK;
    AN_TRY(announce(p, err));
    AN_TRY(flush_lines(p, err));
    AN_TRY(an_content_open(p, err));
    struct an_record record = {.values = p->values, .count = count, .number = ++p->number, .offset = offset};
    return an_gather_add(&p->gather, (struct an_str) {p->text, p->text_len}, &record, err);
}

static struct an_str cell_text(const struct an_content *p, const struct an_content_cell *cell) {
    return (struct an_str) {p->text + cell->at, cell->len};
}

static enum an_code give_row(struct an_content *p, const struct an_content_row *row, struct an_err *err) {
    AN_TRY(values_for(p, row->count, err));
    for (size_t i = 0; i < row->count; i++) {
        const struct an_content_cell *cell = &p->cells[row->first + i];
        p->values[i] = (struct an_value) {.text = cell_text(p, cell), .flags = cell->flags};
        AN_TRY(column_of(p, cell->column, &p->values[i].column, err));
    }
    return give_record(p, row->count, row->offset, err);
}

static enum an_code give_title(struct an_content *p, const struct an_content_row *row, struct an_err *err) {
    AN_AUTO(an_buf) line = {0};
    for (size_t i = 0; i < row->count; i++) {
        if (i)
            AN_TRY(an_buf_add(&line, AN_STR("\t"), err));
        AN_TRY(an_buf_add(&line, cell_text(p, &p->cells[row->first + i]), err));
    }
    return an_content_line(p, an_buf_str(&line), err);
}

// Tables.

static struct an_form_row *form_rows(const struct an_content *p, struct an_arena *arena) {
    struct an_form_row *rows = AN_NEW_N(arena, p->row_count + 1, struct an_form_row);
    struct an_form_cell *cells = AN_NEW_N(arena, p->cell_count + 1, struct an_form_cell);
    for (size_t i = 0; rows && cells && i < p->row_count; i++) {
        rows[i] = (struct an_form_row) {cells + p->rows[i].first, p->rows[i].count};
        for (size_t k = p->rows[i].first; k < p->rows[i].first + p->rows[i].count; k++)
            cells[k] = (struct an_form_cell) {cell_text(p, &p->cells[k]), p->cells[k].column, p->cells[k].after};
    }
    return cells ? rows : NULL;
}

static enum an_code label_column(struct an_content *p, struct an_str label, uint32_t *ret_column, struct an_err *err) {
    AN_AUTO(an_buf) name = {0};
    AN_TRY(an_buf_add(&name, label, err));
    name.len = label.len ? an_form_label(label, name.ptr) : 0;
    *ret_column = AN_NO_COLUMN;
    if (!name.len || (an_names_find(&p->names, AN_NO_NAME, an_buf_str(&name)) == AN_NO_NAME &&
                      p->column_count >= AN_CONTENT_COLUMNS))
        return AN_OK;
    return add_column(p, an_buf_str(&name), AN_NO_NAME, ret_column, err);
}

// The record of all n-th values of labels; *ret_count of them.
static enum an_code give_form_values(struct an_content *p, const struct an_form_row *rows, const struct an_form_role *roles,
                                     uint32_t nth, size_t *ret_count, struct an_err *err) {
    size_t n = 0;
    AN_TRY(values_for(p, p->cell_count, err));
    for (size_t i = 0; i < p->cell_count; i++) {
        if (roles[i].part != AN_FORM_VALUE || roles[i].nth != nth)
            continue;
        p->values[n] = (struct an_value) {.text = cell_text(p, &p->cells[i]), .flags = p->cells[i].flags};
        AN_TRY(label_column(p, rows[roles[i].row].cells[roles[i].label].text, &p->values[n++].column, err));
    }
    *ret_count = n;
    return give_record(p, n, p->rows[0].offset, err);
}

// What in a form is no value of a label: rows below headings are records, the rest lines.
static enum an_code give_form_row(struct an_content *p, const struct an_form_row *rows, size_t r,
                                  const struct an_form_role *roles,
                                  struct an_err *err) {
    size_t n = 0;
    const struct an_content_row *row = &p->rows[r];
    for (size_t i = 0; i < row->count; i++) {
        const struct an_form_role *role = &roles[row->first + i];
        if (role->part == AN_FORM_TEXT || role->part == AN_FORM_LABEL || role->part == AN_FORM_HEADING)
            AN_TRY(an_content_line(p, cell_text(p, &p->cells[row->first + i]), err));
    }
    AN_TRY(values_for(p, row->count, err));
    for (size_t i = 0; i < row->count; i++) {
        const struct an_form_role *role = &roles[row->first + i];
        const struct an_content_cell *cell = &p->cells[row->first + i];
        if (role->part != AN_FORM_CELL)
            continue;
        p->values[n] = (struct an_value) {.text = cell_text(p, cell), .flags = cell->flags};
        AN_TRY(label_column(p, rows[role->row].cells[role->label].text, &p->values[n++].column, err));
    }
    return give_record(p, n, row->offset, err);
}

static enum an_code give_form(struct an_content *p, const struct an_form_row *rows, struct an_arena *arena, struct an_err *err) {
    struct an_form_role *roles = AN_NEW_N(arena, p->cell_count + 1, struct an_form_role);
    if (!roles)
        return no_memory(err);
    an_form_read(rows, p->row_count, roles);
    size_t count = 1;
    for (uint32_t nth = 0; count; nth++)
        AN_TRY(give_form_values(p, rows, roles, nth, &count, err));
    for (size_t r = 0; r < p->row_count; r++)
        AN_TRY(give_form_row(p, rows, r, roles, err));
    return AN_OK;
}

// Rows as the header judge takes them: all with the same columns, those of the grid in which something stands.
struct grid {
    uint32_t used[AN_DIALECT_COLUMNS];
    size_t count;
    struct an_str *cells;           // row after row
    struct an_dialect_row rows[AN_CONTENT_HELD];
};

static size_t place_of(const struct grid *g, uint32_t column) {
    size_t from = 0, to = g->count;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (g->used[mid] < column)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

static struct grid *lay_out(const struct an_content *p, struct an_arena *arena) {
    struct grid *g = AN_NEW(arena, struct grid);
    if (!g)
        return NULL;
    for (size_t i = 0; i < p->cell_count && g->count < AN_COUNT(g->used); i++) {
        size_t at = place_of(g, p->cells[i].column);
        if (at < g->count && g->used[at] == p->cells[i].column)
            continue;
        memmove(g->used + at + 1, g->used + at, (g->count - at) * sizeof *g->used);
        g->used[at] = p->cells[i].column;
        g->count++;
    }
    g->cells = AN_NEW_N(arena, p->row_count * g->count + 1, struct an_str);
    for (size_t r = 0; g->cells && r < p->row_count; r++) {
        g->rows[r] = (struct an_dialect_row) {g->cells + r * g->count, g->count};
        for (size_t i = 0; i < p->rows[r].count; i++) {
            const struct an_content_cell *cell = &p->cells[p->rows[r].first + i];
            size_t at = place_of(g, cell->column);
            if (at < g->count && g->used[at] == cell->column)
                g->cells[r * g->count + at] = cell_text(p, cell);
        }
    }
    return g->cells ? g : NULL;
}

// Rows above the first that looks like one of the table: titles, dates, who made it.
static size_t title_rows(const struct an_content *p) {
    enum { TITLES_MAX = 8 };
    size_t widest = 0, n = 0;
    for (size_t r = 0; r < p->row_count; r++)
        widest = p->rows[r].count > widest ? p->rows[r].count : widest;
    while (widest > 1 && n < TITLES_MAX && n + 1 < p->row_count && p->rows[n].count * 2 <= widest)
        n++;
    return n == TITLES_MAX ? 0 : n;
}

struct heading { bool is, unsure, two; };

// Whether the row at `first` heads the table, alone or with the row below it.
static enum an_code judge(const struct an_content *p, const struct grid *g, size_t first, struct heading *ret,
                          struct an_err *err) {
    const struct an_dialect_row *rows = g->rows + first;
    size_t count = p->row_count - first;
    *ret = (struct heading) {0};
    AN_TRY(an_dialect_judge(rows, count, &ret->is, &ret->unsure, err));
    if (count < 3)
        return AN_OK;
    // a heading that spans several columns leaves gaps, which the row below it fills
    size_t gaps = 0, filled = 0, under = 0;
    for (size_t i = 1; i < g->count; i++) {
        bool gap = !rows[0].cells[i].len;
        gaps += gap;
        filled += gap && rows[1].cells[i].len;
        under += !gap && rows[1].cells[i].len && i + 1 < g->count && !rows[0].cells[i + 1].len;
    }
    bool below, unsure;
    AN_TRY(an_dialect_judge(rows + 1, count - 1, &below, &unsure, err));
    if (gaps && filled == gaps && under && below && !unsure)
        *ret = (struct heading) {.is = true, .two = true};
    return AN_OK;
}

static enum an_code name_columns(struct an_content *p, const struct grid *g, size_t first, bool two, struct an_err *err) {
    struct an_str above = {0};
    forget_map(p);
    for (size_t i = 0; i < g->count; i++) {
        struct an_str name = g->rows[first].cells[i], lower = two ? g->rows[first + 1].cells[i] : (struct an_str) {0};
        AN_AUTO(an_buf) joined = {0};
        above = name.len ? name : above;
        if (lower.len) {
            if (above.len)
                AN_TRY(an_buf_addf(&joined, err, "%.*s.", AN_STR_ARG(above)));
            AN_TRY(an_buf_add(&joined, lower, err));
            name = an_buf_str(&joined);
        }
        uint32_t column = g->used[i], mine;
        if (!name.len || column >= GRID_MAX)
            continue;
        if (column >= p->map_count)
            AN_TRY(grow_map(p, column, err));
        AN_TRY(name_column(p, name, &mine, err));
        p->map[column] = mine;
    }
    return AN_OK;
}

// The table is over: what its first rows say no longer waits.
static void drop_rows(struct an_content *p) {
    p->row_count = p->cell_count = p->row_first = 0;
}

// Looks at the rows held, and gives them. `whole`: the table has no others.
static enum an_code look(struct an_content *p, bool whole, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct an_form_row *forms = form_rows(p, &arena);
    struct grid *g = lay_out(p, &arena);
    if (!forms || !g)
        return no_memory(err);
    if (whole && an_form_is(forms, p->row_count))
        return give_form(p, forms, &arena, err);
    size_t first = title_rows(p), r = 0;
    for (; r < first; r++)
        AN_TRY(give_title(p, &p->rows[r], err));
    struct heading heading;
    AN_TRY(judge(p, g, first, &heading, err));
    // one cell alone is a title or a remark; below an empty row a table goes on, unless another is sure to begin
    if (whole && p->row_count == 1 && p->rows[0].count == 1)
        return give_title(p, &p->rows[0], err);
    if (heading.is && !(heading.unsure && p->has_table)) {
        AN_TRY(name_columns(p, g, first, heading.two, err));
        p->has_table = true;
        r += heading.unsure ? 0 : heading.two ? 2 : 1;
    }
    for (; r < p->row_count; r++)
        AN_TRY(give_row(p, &p->rows[r], err));
    return AN_OK;
}

static enum an_code look_and_drop(struct an_content *p, bool whole, struct an_err *err) {
    enum an_code code = p->row_count ? look(p, whole, err) : AN_OK;
    drop_rows(p);
    return code;
}

enum an_code an_content_table_end(struct an_content *p, struct an_err *err) {
    if (p->cell_count > p->row_first)
        AN_TRY(an_content_row_end(p, err));
    AN_TRY(look_and_drop(p, true, err));
    p->streaming = p->has_table = false;
    forget_map(p);
    return AN_OK;
}

enum an_code an_content_row_end(struct an_content *p, struct an_err *err) {
    struct an_content_row row = {p->row_first, p->cell_count - p->row_first, p->offset};
    if (!row.count) {
        AN_TRY(look_and_drop(p, true, err));
        p->streaming = false;
        return AN_OK;
    }
    if (p->streaming) {
        AN_TRY(give_row(p, &row, err));
        p->cell_count = p->row_first;
        p->row_at = p->text_len;
        return AN_OK;
    }
    p->rows[p->row_count++] = row;
    p->row_first = p->cell_count;
    p->row_at = p->text_len;
    size_t held = p->text_len - p->cells[0].at;
    if (p->row_count < AN_CONTENT_HELD && held < HELD)
        return AN_OK;
    p->streaming = true;
    return look_and_drop(p, false, err);
}

// Room for n more bytes of text. What waits to go to the sink goes first, since the text moves.
static enum an_code make_room(struct an_content *p, size_t n, struct an_err *err) {
    size_t base = p->cell_count ? p->cells[0].at : p->text_len, kept = p->text_len - base;
    AN_TRY(an_gather_flush(&p->gather, err));
    if (kept && base)
        memmove(p->text, p->text + base, kept);
    for (size_t i = 0; i < p->cell_count; i++)
        p->cells[i].at -= base;
    p->row_at -= p->row_at < base ? p->row_at : base;
    p->text_len = kept;
    size_t need = kept + n + AN_SOURCE_PADDING;
    if (need <= p->text_cap && need <= p->text_cap / 2 + HELD)
        return AN_OK;
    size_t cap = need < TEXT ? TEXT : need > SIZE_MAX / 2 ? need : 2 * need;
    char *text = an_realloc(p->text, cap);
    if (!text)
        return no_memory(err);
    memset(text + p->text_cap, 0, cap > p->text_cap ? cap - p->text_cap : 0);
    p->text = text;
    p->text_cap = cap;
    return AN_OK;
}

// A row beyond the limit goes in pieces, each a record: it may count for more people then, never for fewer.
static enum an_code give_piece(struct an_content *p, struct an_err *err) {
    p->cut++;
    return an_content_row_end(p, err);
}

enum an_code an_content_cell(struct an_content *p, uint32_t column, uint32_t span, struct an_str text, uint32_t flags,
                          struct an_err *err) {
    if (!text.len)
        return AN_OK;
    if (p->text_len + text.len + AN_SOURCE_PADDING > p->text_cap)
        AN_TRY(make_room(p, text.len, err));
    if (!an_alloc_room(&p->cells, p->cell_count, &p->cell_cap, sizeof *p->cells))
        return no_memory(err);
    memcpy(p->text + p->text_len, text.ptr, text.len);
    uint32_t after = span > UINT32_MAX - column ? UINT32_MAX : column + span;
    p->cells[p->cell_count++] = (struct an_content_cell) {column, after, flags, p->text_len, text.len};
    p->text_len += text.len;
    return p->text_len - p->row_at > p->record_bytes ? give_piece(p, err) : AN_OK;
}

enum an_code an_content_record(struct an_content *p, const struct an_str *names, const struct an_str *values, size_t count,
                            struct an_err *err) {
    assert(!p->cell_count);
    AN_TRY(values_for(p, count, err));
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        AN_TRY(an_content_cell(p, (uint32_t) i, 1, values[i], 0, err));
    for (size_t i = 0; i < p->cell_count; i++) {
        const struct an_content_cell *cell = &p->cells[i];
        p->values[n] = (struct an_value) {.text = cell_text(p, cell)};
        AN_TRY(label_column(p, names[cell->column], &p->values[n++].column, err));
    }
    enum an_code code = give_record(p, n, p->offset, err);
    drop_rows(p);
    p->row_at = p->text_len;
    return code;
}

enum an_code an_content_tell(struct an_content *p, enum an_code what, uint64_t lost, struct an_str text, struct an_err *err) {
    AN_TRY(an_content_flush(p, err));
    AN_TRY(an_content_open(p, err));
    p->status = AN_STORE_PARTLY;
    struct an_trouble trouble = {.code = what, .offset = p->offset, .record = p->number + 1, .records_lost = lost,
                                 .bytes_lost = lost == AN_UNKNOWN_COUNT ? lost : 0, .text = text};
    return p->sink->trouble(p->sink->arg, &trouble, err);
}

enum an_code an_content_close(struct an_content *p, uint64_t bytes, struct an_str why, struct an_err *err) {
    AN_TRY(an_content_table_end(p, err));
    if (p->cut) {
        char text[96];
        (void) snprintf(text, sizeof text, "%llu rows over the size limit were read in pieces", (unsigned long long) p->cut);
        AN_TRY(an_content_tell(p, AN_LIMIT, 0, an_str_from_c(text), err));
    }
    AN_TRY(an_content_flush(p, err));
    if (!p->opened)
        return AN_OK;
    p->opened = false;
    return p->sink->close(p->sink->arg, p->status, bytes, why, err);
}

bool an_content_is_worth(struct an_str text) {
    enum { LONG = 10 };
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char) text.ptr[i];
        digits += c >= '0' && c <= '9';
        if (c == '@' || c >= 0x80 || digits >= LONG)
            return true;
    }
    return false;
}
