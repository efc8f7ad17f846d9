#include "source/grid.h"

#include "base/alloc.h"
#include "base/copy.h"
#include "source/gather.h"

enum { FIRST = 1 << 16 };
#define GRID_TEXT ((size_t) 1 << 30)        // of rows that go together

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for rows"); }

void an_grid_release(struct an_grid *g) {
    an_free(g->text);
    an_free(g->cells);
    an_free(g->values);
    *g = (struct an_grid) {0};
}

enum an_code an_grid_begin(struct an_grid *g, const struct an_sink *sink, const struct an_str *names, size_t columns,
                           struct an_err *err) {
    an_grid_release(g);
    g->sink = sink;
    g->columns = columns;
    g->most = sink->rows ? an_rows_most(columns) : 0;
    if (!g->most) {
        g->most = 1;
        g->values = an_alloc((columns + 1) * sizeof *g->values);
        if (!g->values)
            return no_memory(err);
    }
    size_t cells = (g->most * columns + 1) * sizeof *g->cells;
    g->cells = an_alloc(cells);
    g->text = an_alloc(FIRST + AN_SOURCE_PADDING);
    if (!g->cells || !g->text)
        return no_memory(err);
    memset(g->cells, 0, cells);
    memset(g->text, 0, FIRST + AN_SOURCE_PADDING);
    g->cap = FIRST;
    return sink->columns(sink->arg, names, columns, err);
}

static enum an_code make_room(struct an_grid *g, size_t more, struct an_err *err) {
    if (more <= g->cap - g->len)
        return AN_OK;
    if (more > GRID_TEXT - g->len)
        return an_fail(err, AN_LIMIT, "rows of over 1 GiB");
    size_t cap = g->len + more > 2 * g->cap ? g->len + more : 2 * g->cap;
    char *text = an_realloc(g->text, cap + AN_SOURCE_PADDING);
    if (!text)
        return no_memory(err);
    memset(text + g->cap, 0, cap + AN_SOURCE_PADDING - g->cap);
    g->text = text;
    g->cap = cap;
    return AN_OK;
}

enum an_code an_grid_put(struct an_grid *g, size_t row, size_t column, struct an_str text, struct an_err *err) {
    AN_TRY(make_room(g, text.len, err));
    if (text.len)
        an_copy_short(g->text + g->len, text.ptr, text.len);
    g->cells[row * g->columns + column] = (struct an_span) {(uint32_t) g->len, (uint32_t) text.len};
    g->len += text.len;
    return AN_OK;
}

static enum an_code give_record(struct an_grid *g, struct an_err *err) {
    struct an_record record = {.values = g->values, .number = g->rows + 1, .offset = g->bytes};
    for (size_t i = 0; i < g->columns; i++)
        if (g->cells[i].len)
            g->values[record.count++] = (struct an_value) {.text = {g->text + g->cells[i].at, g->cells[i].len},
                                                           .column = (uint32_t) i};
    return g->sink->record(g->sink->arg, &record, err);
}

enum an_code an_grid_give(struct an_grid *g, size_t count, struct an_err *err) {
    const struct an_rows rows = {.text = g->text, .cells = g->cells, .count = count, .columns = g->columns,
                                 .number = g->rows + 1};
    if (!count)
        return AN_OK;
    AN_TRY(g->values ? give_record(g, err) : g->sink->rows(g->sink->arg, &rows, err));
    g->rows += count;
    g->bytes += g->len;
    g->len = 0;
    memset(g->cells, 0, count * g->columns * sizeof *g->cells);
    return AN_OK;
}
