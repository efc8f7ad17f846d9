// Tables of any headings and cells: the short ways of taking their records against the long way.
//
// The short ones get rows together where the lines have as many cells as the first.
//
// Input: lines of cells parted by tabs; the first are the headings, and a line that begins with '!' is a loose record.
#include <stdlib.h>
#include "../unit/both_ways.h"
#include "base/key.h"

enum { COLUMNS_MAX = 16, RECORDS_MAX = 400 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A copy of its own for each cell, with the bytes behind it that a source promises.
static struct an_str own(struct an_str cell) {
    char *p = malloc(cell.len + AN_SOURCE_PADDING);
    if (!p)
        abort();
    if (cell.len)
        memcpy(p, cell.ptr, cell.len);
    memset(p + cell.len, '7', AN_SOURCE_PADDING);
    return (struct an_str) {p, cell.len};
}

static size_t cells_of(struct an_str line, struct an_str cells[COLUMNS_MAX]) {
    size_t n = 0;
    struct an_str cell;
    while (n < COLUMNS_MAX && an_str_next(&line, '\t', &cell))
        cells[n++] = own(cell);
    return n;
}

static void forget(struct an_str *cells, size_t n) {
    for (size_t i = 0; i < n; i++)
        free((char *) (uintptr_t) cells[i].ptr);
}

static void must(enum an_code code) {
    if (code)
        abort();
}

// Gathers rows of one text, of as many cells as there are columns, and gives them when others come.
struct gathered { const struct an_sink *sink; struct an_rows rows; struct an_span cells[RECORDS_MAX * COLUMNS_MAX]; };

static void flush(struct gathered *g) {
    struct an_err err;
    if (g->rows.count)
        must(g->sink->rows(g->sink->arg, &g->rows, &err));
    g->rows.count = 0;
}

// False: it is no row of these.
static bool gather(struct gathered *g, struct an_str line, unsigned number) {
    size_t n = 0, columns = g->rows.columns;
    struct an_span *cells = g->cells + g->rows.count * columns;
    struct an_str cell;
    while (n < columns && an_str_next(&line, '\t', &cell))
        cells[n++] = (struct an_span) {(uint32_t) (cell.ptr - g->rows.text), (uint32_t) cell.len};
    if (n != columns || line.len || !n)
        return false;
    g->rows.number = g->rows.count++ ? g->rows.number : number;
    if (g->rows.count == AN_CELLS_MAX)
        flush(g);
    return true;
}

static void give(struct way_taken *w, struct an_str text, bool together) {
    const struct an_sink *sink = an_intake_sink(w->in);
    struct an_str line, cells[COLUMNS_MAX];
    struct an_err err;
    struct an_store_info info = {.uri = AN_STR("t"), .format = "csv"};
    static struct gathered g;
    g.sink = sink;
    g.rows = (struct an_rows) {.text = text.ptr, .cells = g.cells};
    must(sink->open(sink->arg, &info, &err));
    for (unsigned r = 0; r < RECORDS_MAX && an_str_next(&text, '\n', &line); r++) {
        bool loose = line.len && line.ptr[0] == '!';
        if (together && r && !loose && gather(&g, line, r))
            continue;
        flush(&g);
        size_t n = cells_of(an_str_slice(line, loose, line.len), cells);
        struct an_value values[COLUMNS_MAX];
        for (size_t i = 0; i < n; i++)
            values[i] = (struct an_value) {.text = cells[i], .column = (uint32_t) i};
        struct an_record record = {.values = values, .count = n, .number = r, .loose = loose};
        g.rows.columns = r ? g.rows.columns : n;
        must(r == 0 ? sink->columns(sink->arg, cells, n, &err) : sink->record(sink->arg, &record, &err));
        forget(cells, n);
    }
    flush(&g);
    must(sink->close(sink->arg, AN_STORE_READ, 1, (struct an_str) {0}, &err));
    must(an_intake_take(w->in, &w->stores, &w->count, &err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const unsigned char bytes[AN_KEY_BYTES] = {7};
    static struct an_key *key;              // these for the whole run: making them costs more than a table does
    static struct way_taken shorter, longer;
    struct an_err err;
    if (!key) {
        must(an_key_from_bytes(bytes, &key, &err));
        must(way_begin(&shorter, key, false, &err));
        must(way_begin(&longer, key, true, &err));
    }
    char *padded = malloc(size + AN_SOURCE_PADDING);
    if (!padded)
        abort();
    if (size)
        memcpy(padded, data, size);
    memset(padded + size, '7', AN_SOURCE_PADDING);
    struct an_str text = {padded, size};
    give(&shorter, text, true);
    give(&longer, text, false);
    free(padded);
    if (ways_differ(&shorter, &longer))
        abort();
    way_forget(&shorter);
    way_forget(&longer);
    return 0;
}
