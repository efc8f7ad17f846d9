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

static inline int an_row_compare(const struct an_row *a, const struct an_row *b) {
    return memcmp(a, b, AN_ROW_KEY + 1);
}

static inline bool an_row_is_same(const struct an_row *a, const struct an_row *b) {
    return memcmp(a, b, AN_ROW_KEY) == 0 && a->tag == b->tag;
}

#endif
