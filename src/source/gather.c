#include "source/gather.h"

#include <string.h>
#include "base/alloc.h"

size_t an_rows_most(size_t columns) {
    enum { CELLS = 8192, FEW = 8 };
    size_t most = columns ? CELLS / columns : 0;
    return most < FEW ? 0 : most < AN_CELLS_MAX ? most : AN_CELLS_MAX;
}

enum an_code an_gather_begin(struct an_gather *g, const struct an_sink *sink, size_t columns, struct an_err *err) {
    an_gather_release(g);
    g->sink = sink;
    g->rows.columns = columns;
    g->most = sink->rows ? an_rows_most(columns) : 0;
    if (!g->most)
        return AN_OK;
    g->cells = an_alloc(g->most * columns * sizeof *g->cells);
    return g->cells ? AN_OK : an_fail(err, AN_NOMEM, "no memory for %zu rows", g->most);
}

enum an_code an_gather_flush(struct an_gather *g, struct an_err *err) {
    if (!g->rows.count)
        return AN_OK;
    g->rows.cells = g->cells;
    enum an_code code = g->sink->rows(g->sink->arg, &g->rows, err);
    g->rows.count = 0;
    return code;
}

struct an_span *an_gather_place(struct an_gather *g, struct an_str text) {
    if (!g->cells || text.len > UINT32_MAX)
        return NULL;
    struct an_span *row = g->cells + g->rows.count * g->rows.columns;
    memset(row, 0, g->rows.columns * sizeof *row);
    return row;
}

// The record as the next row. False: it cannot be one.
static bool put(struct an_gather *g, struct an_str text, const struct an_record *r) {
    struct an_span *row = r->loose || !r->count ? NULL : an_gather_place(g, text);
    if (!row)
        return false;
    for (size_t i = 0; i < r->count; i++) {
        const struct an_value *v = &r->values[i];
        if (!v->text.len)
            continue;
        size_t at = (size_t) (v->text.ptr - text.ptr);  // huge when it lies before
        if (v->column >= g->rows.columns || row[v->column].len || at > text.len || v->text.len > text.len - at)
            return false;
        row[v->column] = (struct an_span) {(uint32_t) at, (uint32_t) v->text.len};
    }
    return true;
}

enum an_code an_gather_add(struct an_gather *g, struct an_str text, const struct an_record *record, struct an_err *err) {
    if (!put(g, text, record)) {
        enum an_code code = an_gather_flush(g, err);
        return code ? code : g->sink->record(g->sink->arg, record, err);
    }
    return an_gather_take(g, text, record->number, err);
}

enum an_code an_gather_take(struct an_gather *g, struct an_str text, uint64_t number, struct an_err *err) {
    if (!g->rows.count++) {
        g->rows.text = text.ptr;
        g->rows.number = number;
    }
    return g->rows.count == g->most ? an_gather_flush(g, err) : AN_OK;
}

void an_gather_release(struct an_gather *g) {
    an_free(g->cells);
    *g = (struct an_gather) {0};
}
