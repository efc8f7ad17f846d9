// Any text: tokenised whole by the portable engine, and in blocks by the fastest, with plain rows together, to the same records.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "text/csv.h"
#include "text/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

static void add(struct an_buf *out, const void *p, size_t n) {
    struct an_err err;
    MUST(an_buf_add(out, (struct an_str) {p, n}, &err) == AN_OK);
}

static void add_cell(struct an_buf *out, const char *p, size_t len) {
    add(out, &len, sizeof len);
    add(out, p, len);
}

// The plain rows that come next, of as many cells as the record before.
static void add_rows(struct an_csv *csv, struct an_str text, size_t columns, struct an_buf *out) {
    enum { ROWS = 5, CELLS = 100 };
    const bool balanced = false;
    struct an_span cells[ROWS * CELLS];
    for (size_t n = ROWS; n == ROWS && columns && columns <= CELLS;) {
        n = an_csv_rows(csv, text, columns, cells, ROWS);
        for (size_t i = 0; i < n * columns; i++) {
            if (i % columns == 0) {
                add(out, &columns, sizeof columns);
                add(out, &balanced, sizeof balanced);
            }
            add_cell(out, text.ptr + cells[i].at, cells[i].len);
        }
    }
}

static void tokenise(struct an_str text, char delimiter, const struct an_bytes *bytes, size_t step,
                     struct an_buf *out) {
    struct an_csv *csv = calloc(1, sizeof *csv);
    MUST(csv);
    csv->delimiter = delimiter;
    csv->bytes = bytes;
    csv->quoted_max = 64;
    size_t from = 0, to = step ? 0 : text.len, columns = 0;
    for (;;) {
        enum an_csv_step s;
        struct an_err err;
        // ends where the text ends, so that a step too far is seen
        char *block = malloc(to - from + 1);
        MUST(block);
        if (to > from)
            memcpy(block, text.ptr + from, to - from);
        for (;;) {
            if (step)
                add_rows(csv, (struct an_str) {block, to - from}, columns, out);
            MUST(an_csv_next(csv, (struct an_str) {block, to - from}, to == text.len, &s, &err) == AN_OK);
            if (s != AN_CSV_RECORD)
                break;
            columns = csv->count;
            add(out, &csv->count, sizeof csv->count);
            add(out, &csv->unbalanced, sizeof csv->unbalanced);
            for (size_t i = 0; i < csv->count; i++)
                add_cell(out, csv->cells[i].ptr, csv->cells[i].len);
        }
        free(block);
        if (s == AN_CSV_END)
            break;
        MUST(csv->used <= to - from);
        from += csv->used;
        to = to + step < text.len ? to + step : text.len;
    }
    an_csv_release(csv);
    free(csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    struct an_str text = {(const char *) data + 2, size - 2};
    struct an_buf whole = {0}, parts = {0};
    char delimiter = ",\t;|"[data[0] & 3];
    tokenise(text, delimiter, &an_bytes_portable, 0, &whole);
    tokenise(text, delimiter, an_bytes_best(), 1 + data[1], &parts);
    MUST(an_str_eq(an_buf_str(&whole), an_buf_str(&parts)));
    an_buf_release(&whole);
    an_buf_release(&parts);
    struct an_dialect dialect;
    struct an_err err;
    MUST(an_dialect_detect(text, data[0] & 4, &dialect, &err) == AN_OK);
    return 0;
}
