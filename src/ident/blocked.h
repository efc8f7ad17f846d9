// Numbers that somebody types to fill a field: in form one, and nobody's.
#ifndef AN_IDENT_BLOCKED_H
#define AN_IDENT_BLOCKED_H

#include "base/str.h"

// Whether the digits are made up by hand: all the same, counting up (…8901…) or down, or one to five digits
// over and over, at least three times. False for fewer than six digits and for anything that is not digits.
// Pure.
bool an_blocked_digits(struct an_str digits);

#endif
