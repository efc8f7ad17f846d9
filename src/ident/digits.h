// A number as people write it: digits, in one run or in groups.
#ifndef AN_IDENT_DIGITS_H
#define AN_IDENT_DIGITS_H

#include <string.h>
#include "base/str.h"

enum { AN_DIGITS_MAX = 24 };

struct an_digits {
    uint8_t count;              // digits, and the final X if there is one
    bool has_x;                 // the last of them is X
    uint32_t layout;            // lengths of the groups, a hexadecimal digit each (3-4-4: 0x344); 0: one run
    char digit[AN_DIGITS_MAX];  // '0'..'9', 'X' only at the end
};

// Reads digits, a final X or x, and between them single spaces or hyphens, all of one sort. False, with *ret
// undefined, for anything else, for more than AN_DIGITS_MAX digits, seven groups or fifteen digits in one of
// several groups.
bool an_digits_read(struct an_str text, struct an_digits *ret);

// Whether all eight of them are '0'..'9': the high half of each must be 3, and stay 3 when 6 is added.
static inline bool an_digits_are_8(const char *text) {
    uint64_t v;
    memcpy(&v, text, sizeof v);
    const uint64_t high = 0xf0f0f0f0f0f0f0f0u, three = 0x3030303030303030u;
    return (v & high) == three && ((v + 0x0606060606060606u) & high) == three;
}

bool an_digits_are(const char *text, size_t len);       // likewise, all `len`

#endif
