// A number as people write it: digits, in one run or in groups.
#ifndef AN_IDENT_DIGITS_H
#define AN_IDENT_DIGITS_H

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

bool an_digits_are(const char *text, size_t len);       // whether all of them are '0'..'9'

#endif
