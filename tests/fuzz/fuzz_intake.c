// Tables of any headings and cells: the short ways of taking their records against the long way.
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

static void give(struct way_taken *w, struct an_str text) {
    const struct an_sink *sink = an_intake_sink(w->in);
    struct an_str line, cells[COLUMNS_MAX];
    struct an_err err;
    struct an_store_info info = {.uri = AN_STR("t"), .format = "csv"};
    must(sink->open(sink->arg, &info, &err));
    for (unsigned r = 0; r < RECORDS_MAX && an_str_next(&text, '\n', &line); r++) {
        bool loose = line.len && line.ptr[0] == '!';
        size_t n = cells_of(an_str_slice(line, loose, line.len), cells);
        struct an_value values[COLUMNS_MAX];
        for (size_t i = 0; i < n; i++)
            values[i] = (struct an_value) {.text = cells[i], .column = (uint32_t) i};
        struct an_record record = {.values = values, .count = n, .number = r, .loose = loose};
        must(r == 0 ? sink->columns(sink->arg, cells, n, &err) : sink->record(sink->arg, &record, &err));
        forget(cells, n);
    }
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
    struct an_str text = {(const char *) data, size};
    give(&shorter, text);
    give(&longer, text);
    if (ways_differ(&shorter, &longer))
        abort();
    way_forget(&shorter);
    way_forget(&longer);
    return 0;
}
