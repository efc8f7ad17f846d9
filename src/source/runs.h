// Small numbers as Parquet packs them: runs of one number, and groups of eight side by side.
//
// Source: Apache Parquet, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)" and "Bit-packed (Deprecated)
// (BIT_PACKED = 4)".
#ifndef AN_SOURCE_RUNS_H
#define AN_SOURCE_RUNS_H

#include "base/str.h"

struct an_runs {                    // {0}: nothing
    // private
    const unsigned char *at, *end;
    unsigned width;                 // bits of a number, 0..32
    bool only_bits;                 // one group for all, first bits highest
    uint32_t value;                 // of the run
    uint64_t same;                  // left of it
    uint64_t packed;                // left in the groups
    unsigned bit;                   // of *at, where the next one begins
};

// False when no number is that wide. `width` 0: all are 0, without a byte.
bool an_runs_begin(struct an_runs *r, struct an_str bytes, unsigned width);
bool an_runs_begin_bits(struct an_runs *r, struct an_str bytes, unsigned width);

// The next n numbers; fewer where they end, or make no sense.
size_t an_runs_read(struct an_runs *r, uint32_t *out, size_t n);

// Numbers of `width` bits (0..64) from the lowest bit on; at + bits lies in the text, which the caller sees to.
uint64_t an_bits_low(const unsigned char *bytes, size_t bit, unsigned width);

#endif
