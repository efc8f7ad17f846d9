// Compound files made in memory, for tests of what they hold.
#ifndef AN_TESTS_OLE_H
#define AN_TESTS_OLE_H

#include "sink.h"

// A stream, or with `is_folder` a folder. `folder`: the number of the part it stands in, from 1; 0 is the root.
struct ole_part { const char *name; struct an_str bytes; uint32_t folder; bool is_folder; };

enum { OLE_SECTOR = 512, OLE_SMALL = 64, OLE_SMALL_MOST = 4096, OLE_END = -2, OLE_FREE = -1, OLE_TABLE = -3 };

static inline void ole_put(char *to, uint32_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        to[i] = (char) (value >> 8 * i & 0xFF);
}

static inline void ole_add(struct an_buf *b, struct an_str s, size_t unit) {
    static const char zeros[OLE_SECTOR];
    struct an_err err;
    assert_int_equal(an_buf_add(b, s, &err), AN_OK);
    if (b->len % unit)
        assert_int_equal(an_buf_add(b, (struct an_str) {zeros, unit - b->len % unit}, &err), AN_OK);
}

struct ole_chain { int32_t next[2048]; size_t count; };

// `count` more of a chain; returns its first.
static inline uint32_t ole_chain(struct ole_chain *c, size_t count) {
    uint32_t first = count ? (uint32_t) c->count : (uint32_t) OLE_END;
    assert_true(c->count + count <= AN_COUNT(c->next));
    for (size_t i = 0; i < count; i++, c->count++)
        c->next[c->count] = i + 1 < count ? (int32_t) c->count + 1 : OLE_END;
    return first;
}

static inline size_t ole_units(size_t len, size_t unit) { return (len + unit - 1) / unit; }

static inline void ole_entry(struct an_buf *directory, const char *name, int type, uint32_t next, uint32_t child, uint32_t start,
                             size_t size) {
    char e[128] = {0};
    size_t n = strlen(name);
    for (size_t i = 0; i < n; i++)
        e[2 * i] = name[i];
    ole_put(e + 64, n ? (uint32_t) (2 * n + 2) : 0, 2);
    ole_put(e + 66, (uint32_t) type, 1);
    ole_put(e + 68, (uint32_t) OLE_FREE, 4);
    ole_put(e + 72, next, 4);
    ole_put(e + 76, child, 4);
    ole_put(e + 116, start, 4);
    ole_put(e + 120, (uint32_t) size, 4);
    ole_add(directory, (struct an_str) {e, sizeof e}, 1);
}

// The next part in the same folder behind part `i` (from 0), as an entry's number.
static inline uint32_t ole_next(const struct ole_part *parts, size_t count, size_t i, uint32_t folder) {
    for (; i < count; i++)
        if (parts[i].folder == folder)
            return (uint32_t) i + 1;
    return (uint32_t) OLE_FREE;
}

// The file; released with an_buf_release.
static inline struct an_buf ole_file(const struct ole_part *parts, size_t count) {
    struct ole_chain sectors = {.count = 0}, smalls = {.count = 0};
    AN_AUTO(an_buf) large = {0}, small = {0}, directory = {0}, rows = {0};
    struct an_buf out = {0};
    uint32_t starts[64];
    char header[OLE_SECTOR] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", table[OLE_SECTOR];
    assert_true(count < AN_COUNT(starts));
    for (size_t i = 0; i < count; i++) {
        bool is_small = parts[i].bytes.len < OLE_SMALL_MOST;
        starts[i] = ole_chain(is_small ? &smalls : &sectors, ole_units(parts[i].bytes.len, is_small ? OLE_SMALL : OLE_SECTOR));
        ole_add(is_small ? &small : &large, parts[i].bytes, is_small ? OLE_SMALL : OLE_SECTOR);
    }
    uint32_t small_at = ole_chain(&sectors, ole_units(small.len, OLE_SECTOR));
    ole_entry(&directory, "Root Entry", 5, (uint32_t) OLE_FREE, ole_next(parts, count, 0, 0), small_at, small.len);
    for (size_t i = 0; i < count; i++)
        ole_entry(&directory, parts[i].name, parts[i].is_folder ? 1 : 2, ole_next(parts, count, i + 1, parts[i].folder),
                  parts[i].is_folder ? ole_next(parts, count, 0, (uint32_t) i + 1) : (uint32_t) OLE_FREE, starts[i],
                  parts[i].bytes.len);
    while (directory.len % OLE_SECTOR)
        ole_entry(&directory, "", 0, (uint32_t) OLE_FREE, (uint32_t) OLE_FREE, 0, 0);
    for (size_t i = 0; i < smalls.count; i++) {
        ole_put(table, (uint32_t) smalls.next[i], 4);
        ole_add(&rows, (struct an_str) {table, 4}, 1);
    }
    uint32_t directory_at = ole_chain(&sectors, directory.len / OLE_SECTOR);
    uint32_t rows_at = ole_chain(&sectors, ole_units(rows.len, OLE_SECTOR));
    size_t tables = 1;
    while (tables * (OLE_SECTOR / 4) < sectors.count + tables)
        tables++;
    ole_put(header + 24, 0x3E, 2);
    ole_put(header + 26, 3, 2);
    ole_put(header + 28, 0xFFFE, 2);
    ole_put(header + 30, 9, 2);
    ole_put(header + 32, 6, 2);
    ole_put(header + 44, (uint32_t) tables, 4);
    ole_put(header + 48, directory_at, 4);
    ole_put(header + 56, OLE_SMALL_MOST, 4);
    ole_put(header + 60, rows_at, 4);
    ole_put(header + 64, (uint32_t) ole_units(rows.len, OLE_SECTOR), 4);
    ole_put(header + 68, (uint32_t) OLE_END, 4);
    for (size_t i = 0; i < 109; i++)
        ole_put(header + 76 + 4 * i, i < tables ? (uint32_t) (sectors.count + i) : (uint32_t) OLE_FREE, 4);
    ole_add(&out, (struct an_str) {header, sizeof header}, OLE_SECTOR);
    ole_add(&out, an_buf_str(&large), OLE_SECTOR);
    ole_add(&out, an_buf_str(&small), OLE_SECTOR);
    ole_add(&out, an_buf_str(&directory), OLE_SECTOR);
    ole_add(&out, an_buf_str(&rows), OLE_SECTOR);
    for (size_t i = 0; i < tables * (OLE_SECTOR / 4); i++) {
        int32_t next = i < sectors.count ? sectors.next[i] : i < sectors.count + tables ? OLE_TABLE : OLE_FREE;
        ole_put(table, (uint32_t) next, 4);
        ole_add(&out, (struct an_str) {table, 4}, 1);
    }
    return out;
}

static inline void ole_check(const char *uri, const struct ole_part *parts, size_t count, const char *expected) {
    struct an_buf file = ole_file(parts, count);
    sink_check(uri, an_buf_str(&file), expected);
    an_buf_release(&file);
}

#endif
