// Any lines as rows of COPY: columns first (how many, and what each holds), then lines. Given together they are the same rows.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "remote/copy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

enum { COLUMNS_MAX = 5 };

struct notes { struct an_sink sink; struct an_buf text; };

static void note(struct notes *n, struct an_str s) {
    struct an_err err;
    MUST(an_utf8_valid(s) == s.len);
    MUST(an_buf_addf(&n->text, &err, "%zu:", s.len) == AN_OK && an_buf_add(&n->text, s, &err) == AN_OK);
    volatile unsigned char sum = 0;                         // a sanitizer sees what may not be read
    for (size_t i = 0; s.len && i < s.len + AN_SOURCE_PADDING; i++)
        sum = (unsigned char) (sum + (unsigned char) s.ptr[i]);
}

static void end_row(struct notes *n) {
    struct an_err err;
    MUST(an_buf_add(&n->text, AN_STR("."), &err) == AN_OK);
}

static enum an_code on_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    (void) arg, (void) names, (void) count, (void) err;
    return AN_OK;
}

static enum an_code on_record(void *arg, const struct an_record *r, struct an_err *err) {
    struct notes *n = arg;
    (void) err;
    for (uint32_t column = 0, i = 0; column < COLUMNS_MAX; column++)
        note(n, i < r->count && r->values[i].column == column ? r->values[i++].text : AN_STR(""));
    end_row(n);
    return AN_OK;
}

static enum an_code on_rows(void *arg, const struct an_rows *rows, struct an_err *err) {
    struct notes *n = arg;
    (void) err;
    for (size_t i = 0; i < rows->count; i++) {
        for (size_t c = 0; c < COLUMNS_MAX; c++) {
            const struct an_span *cell = &rows->cells[i * rows->columns + c];
            note(n, c < rows->columns ? (struct an_str) {rows->text + cell->at, cell->len} : AN_STR(""));
        }
        end_row(n);
    }
    return AN_OK;
}

// The lines are written to, so each reading has its own copy.
static void read_lines(struct notes *n, struct an_str lines, const enum an_copy_cell *cells, size_t count) {
    static const struct an_str names[COLUMNS_MAX] = {AN_STR_INIT("a"), AN_STR_INIT("b"), AN_STR_INIT("c"), AN_STR_INIT("d"),
                                                     AN_STR_INIT("e")};
    AN_AUTO(an_table) t = {0};
    struct an_err err = {0};
    n->sink = (struct an_sink) {.arg = n, .columns = on_columns, .record = on_record, .rows = n->sink.rows};
    MUST(an_table_begin(&t, &n->sink, names, count, &err) == AN_OK);
    for (struct an_str line; an_str_next(&lines, '\n', &line);) {
        bool fits;
        char *own = malloc(line.len);
        MUST(own || !line.len);
        if (line.len)
            memcpy(own, line.ptr, line.len);
        MUST(an_copy_line(&t, own, line.len, cells, count, &fits, &err) == AN_OK);
        free(own);
        if (fits)
            MUST(an_table_end_row(&t, &err) == AN_OK);
        else
            an_table_drop_row(&t);
    }
    MUST(an_table_flush(&t, &err) == AN_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum an_copy_cell cells[COLUMNS_MAX];
    size_t count = size ? data[0] % (COLUMNS_MAX + 1) : 0;
    if (size < 1 + count)
        return 0;
    for (size_t i = 0; i < count; i++)
        cells[i] = data[1 + i] == 'B' ? AN_COPY_BYTES : data[1 + i] == 'M' ? AN_COPY_MIXED : AN_COPY_TEXT;
    struct an_str lines = {(const char *) data + 1 + count, size - 1 - count};
    struct notes together = {.sink.rows = on_rows}, alone = {0};
    read_lines(&together, lines, cells, count);
    read_lines(&alone, lines, cells, count);
    MUST(an_str_eq(an_buf_str(&together.text), an_buf_str(&alone.text)));
    an_buf_release(&together.text);
    an_buf_release(&alone.text);
    return 0;
}
