// A row: 32 bytes, a key of 28 and a tag (together its identity and its order, compared as bytes), flags and a count.
#ifndef AN_DISTINCT_ROW_H
#define AN_DISTINCT_ROW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "base/err.h"

enum { AN_ROW_KEY = 28, AN_ROW_COUNT_MAX = UINT16_MAX };

struct an_row {
    unsigned char key[AN_ROW_KEY];
    uint8_t tag, flags;
    uint16_t count;
};
_Static_assert(sizeof(struct an_row) == 32, "rows are stored as they are");

// Memory that several sets share. `limit` bytes, of which `used` are taken; spilling starts when it is reached.
struct an_budget {
    uint64_t limit;
    _Atomic uint64_t used;
    _Atomic uint64_t spilled;       // bytes written to disk so far, for the report
};

static inline uint64_t an_row_word(const struct an_row *r, size_t at) {
    uint64_t w;
    memcpy(&w, r->key + at, sizeof w);
    return w;
}

// By key and tag: less than 0, 0, more than 0.
static inline int an_row_compare(const struct an_row *a, const struct an_row *b) {
    for (size_t at = 0; at < 24; at += sizeof(uint64_t)) {
        uint64_t x = __builtin_bswap64(an_row_word(a, at)), y = __builtin_bswap64(an_row_word(b, at));
        if (x != y)
            return x < y ? -1 : 1;
    }
    return memcmp(a->key + 24, b->key + 24, AN_ROW_KEY + 1 - 24);
}

static inline bool an_row_is_same(const struct an_row *a, const struct an_row *b) {
    uint64_t x = (an_row_word(a, 0) ^ an_row_word(b, 0)) | (an_row_word(a, 8) ^ an_row_word(b, 8)) |
                 (an_row_word(a, 16) ^ an_row_word(b, 16)) | (an_row_word(a, 20) ^ an_row_word(b, 20));
    return !x && a->tag == b->tag;
}

#endif
