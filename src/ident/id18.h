// The identity numbers of 18 characters: 17 digits and a check character (GB 11643-1999, ISO 7064 MOD 11-2).
#ifndef AN_IDENT_ID18_H
#define AN_IDENT_ID18_H

#include "base/date.h"

enum { AN_ID18_LEN = 18 };

// Reads 17 digits and a digit or X, in one run or in groups of 6-8-4 or 6-4-4-4; x becomes X. False for
// anything else.
bool an_id18_read(struct an_str text, char out[static AN_ID18_LEN]);

// The check character that belongs to the 17 digits.
char an_id18_check(const char digits[static AN_ID18_LEN - 1]);

// Whether the eight digits are a day from 1900-01-01 to `today`; AN_DAY_NONE is no limit.
bool an_id18_is_birth(const char date[static 8], an_day today);

#endif
