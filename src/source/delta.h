// Integers as Parquet writes them by their differences, in blocks of miniblocks.
//
// Source: Apache Parquet, Encodings.md, "Delta Encoding (DELTA_BINARY_PACKED = 5)".
#ifndef AN_SOURCE_DELTA_H
#define AN_SOURCE_DELTA_H

#include "base/str.h"

struct an_delta {
    uint64_t left;                  // numbers that are still to come
    bool bad;                       // they make no sense from here on
    // private
    const unsigned char *at, *end, *widths;
    uint32_t mini_size, minis, mini;        // numbers in a miniblock; miniblocks in a block; the one at hand
    uint32_t used;                          // numbers taken of it
    uint64_t value, least;
    bool first;
};

// False when the bytes do not begin with a head that makes sense.
bool an_delta_begin(struct an_delta *d, struct an_str bytes);

// The next n numbers; fewer when they end, or `bad`.
size_t an_delta_read(struct an_delta *d, int64_t *out, size_t n);

// What follows the numbers in the bytes. False: nobody can say.
bool an_delta_rest(struct an_delta d, struct an_str *ret);

#endif
