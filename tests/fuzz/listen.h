// A sink for fuzz targets: holds a source to the contract of source.h, and hashes what it is told.
#ifndef AN_TESTS_LISTEN_H
#define AN_TESTS_LISTEN_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "source/source.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

struct listener { bool open; size_t columns; uint64_t hash, calls; };

static inline void mix(struct listener *l, const void *p, size_t n) {
    const unsigned char *bytes = p;
    for (size_t i = 0; i < n; i++)
        l->hash = (l->hash ^ bytes[i]) * 0x100000001B3u;
}

static inline void hear(struct listener *l, struct an_str s) {
    MUST(an_utf8_valid(s) == s.len);
    volatile char past = 0;
    for (size_t i = s.len; s.ptr && i < s.len + AN_SOURCE_PADDING; i++)
        past = (char) (past ^ s.ptr[i]);
    mix(l, &s.len, sizeof s.len);
    mix(l, s.ptr, s.len);
}

static inline enum an_code on_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    (void) err;
    struct listener *l = arg;
    MUST(!l->open && info->format);
    l->open = true;
    l->columns = 0;
    mix(l, info->format, strlen(info->format));
    return AN_OK;
}

static inline enum an_code on_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    (void) err;
    struct listener *l = arg;
    MUST(l->open && count >= l->columns && (names || !count));
    l->columns = count;
    return AN_OK;
}

static inline enum an_code on_record(void *arg, const struct an_record *r, struct an_err *err) {
    (void) err;
    struct listener *l = arg;
    MUST(l->open && r->number);
    mix(l, &r->number, sizeof r->number);
    mix(l, &r->loose, sizeof r->loose);
    for (size_t i = 0; i < r->count; i++) {
        hear(l, r->values[i].text);
        MUST(r->loose || r->values[i].column == AN_NO_COLUMN || r->values[i].column < l->columns);
    }
    return AN_OK;
}

static inline enum an_code on_lines(void *arg, struct an_str block, uint64_t first, uint64_t offset,
                             struct an_err *err) {
    (void) err, (void) first, (void) offset;
    struct listener *l = arg;
    MUST(l->open && block.len && an_utf8_valid(block) == block.len);
    mix(l, block.ptr, block.len);           // blocks may be cut elsewhere; their text may not differ
    return AN_OK;
}

static inline enum an_code on_trouble(void *arg, const struct an_trouble *t, struct an_err *err) {
    (void) err;
    struct listener *l = arg;
    MUST(l->open && t->code && t->text.len);
    mix(l, &t->offset, sizeof t->offset);
    return AN_OK;
}

static inline enum an_code on_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why,
                             struct an_err *err) {
    (void) err, (void) bytes;
    struct listener *l = arg;
    MUST(l->open && (status != AN_STORE_SKIPPED || why.len));
    l->open = false;
    l->calls++;
    mix(l, &status, sizeof status);
    return AN_OK;
}

struct bytes { struct an_str left; size_t step; };

static inline enum an_code read_bytes(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    (void) err;
    struct bytes *b = arg;
    size_t n = b->left.len < cap ? b->left.len : cap;
    if (b->step && n > b->step)
        n = b->step;
    if (n)
        memcpy(buf, b->left.ptr, n);
    b->left = an_str_slice(b->left, n, b->left.len);
    *ret_len = n;
    return AN_OK;
}

// Reads `data` as a store, `step` bytes at a time (0: as many as asked for). The same bytes give the same hash.
static inline uint64_t listen(struct an_str data, struct an_str uri, size_t step) {
    struct listener l = {.hash = 0xCBF29CE484222325u};
    const struct an_sink sink = {&l, on_open, on_columns, on_record, on_lines, on_trouble, on_close, NULL};
    struct bytes bytes = {data, step};
    struct an_input input = {.uri = uri, .arg = &bytes, .read = read_bytes};
    struct an_reading reading = {.sink = &sink, .inside = true, .limits = {.record_bytes = 4096, .total_bytes = 16u << 20,
                                                           .memory_bytes = 64u << 20, .members = 1000}};
    struct an_err err;
    MUST(an_source_read(&reading, &input, &err) == AN_OK);
    MUST(!l.open && l.calls);
    return l.hash;
}

// The same for a sink that takes rows (as they come), or that does not: what is in the cells must be the same, whichever way they
// came. The hash does not depend on the order of a record's values.
struct cells { uint64_t sum; };

static inline void add_cell(struct cells *c, uint64_t number, uint64_t place, struct an_str text) {
    struct listener l = {.hash = 0xCBF29CE484222325u};
    mix(&l, &number, sizeof number);
    mix(&l, &place, sizeof place);
    hear(&l, text);
    c->sum += l.hash;
}

static inline enum an_code cells_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    (void) arg, (void) info, (void) err;
    return AN_OK;
}

static inline enum an_code cells_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    (void) arg, (void) names, (void) count, (void) err;
    return AN_OK;
}

static inline enum an_code cells_record(void *arg, const struct an_record *r, struct an_err *err) {
    (void) err;
    add_cell(arg, r->number, r->loose ? UINT64_MAX : UINT64_MAX - 1, (struct an_str) {0});
    for (size_t i = 0; i < r->count; i++)
        if (r->values[i].text.len)
            add_cell(arg, r->number, r->values[i].column, r->values[i].text);
    return AN_OK;
}

static inline enum an_code cells_rows(void *arg, const struct an_rows *rows, struct an_err *err) {
    (void) err;
    for (size_t r = 0; r < rows->count; r++) {
        const struct an_span *row = &rows->cells[r * rows->columns];
        add_cell(arg, rows->number + r, UINT64_MAX - 1, (struct an_str) {0});
        for (size_t c = 0; c < rows->columns; c++)
            if (row[c].len)
                add_cell(arg, rows->number + r, c, (struct an_str) {rows->text + row[c].at, row[c].len});
    }
    return AN_OK;
}

static inline enum an_code cells_lines(void *arg, struct an_str block, uint64_t first, uint64_t offset, struct an_err *err) {
    (void) arg, (void) block, (void) first, (void) offset, (void) err;
    return AN_OK;
}

static inline enum an_code cells_trouble(void *arg, const struct an_trouble *t, struct an_err *err) {
    (void) err;
    add_cell(arg, t->record, t->offset, (struct an_str) {0});
    return AN_OK;
}

static inline enum an_code cells_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why,
                                       struct an_err *err) {
    (void) why, (void) err;
    add_cell(arg, bytes, status, (struct an_str) {0});
    return AN_OK;
}

static inline uint64_t sum_cells(struct an_str data, struct an_str uri, size_t step, bool rows) {
    struct cells c = {0};
    const struct an_sink sink = {&c, cells_open, cells_columns, cells_record, cells_lines, cells_trouble, cells_close,
                                 rows ? cells_rows : NULL};
    struct bytes bytes = {data, step};
    struct an_input input = {.uri = uri, .arg = &bytes, .read = read_bytes};
    struct an_reading reading = {.sink = &sink, .inside = true, .limits = {.record_bytes = 4096, .total_bytes = 16u << 20,
                                                           .memory_bytes = 64u << 20, .members = 1000}};
    struct an_err err;
    MUST(an_source_read(&reading, &input, &err) == AN_OK);
    return c.sum;
}

#endif
