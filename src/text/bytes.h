// Passes over bytes at memory speed: counting, checking UTF-8, finding the characters that structure a text.
//
// Two engines with one meaning: portable C, and AVX2 where the machine has it. Tests hold them against each
// other.
#ifndef AN_TEXT_BYTES_H
#define AN_TEXT_BYTES_H

#include "base/str.h"

enum { AN_BYTES_FIND_SLACK = 8 };

struct an_found {
    size_t count;           // positions
    size_t lines;           // of line feeds among them
    bool quoted, marked;    // a quote is there; an apostrophe is
};

struct an_bytes {
    const char *name;                               // "portable", "avx2"

    size_t (*count)(struct an_str s, char c);       // how often c occurs

    // Bytes of the longest well-formed UTF-8 prefix of s, as an_utf8_valid of base says it.
    size_t (*utf8)(struct an_str s);

    // The positions of what structures separated values: `delimiter`, quotes and line feeds, ascending. s.len < 2^32; `out` has
    // room for s.len + AN_BYTES_FIND_SLACK entries (those after the answer may be written to).
    struct an_found (*find)(struct an_str s, char delimiter, uint32_t *out);
};

extern const struct an_bytes an_bytes_portable;

// The fastest engine of this machine. Pure; any thread.
const struct an_bytes *an_bytes_best(void);

#endif
