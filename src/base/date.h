// Civil dates as day numbers. Proleptic Gregorian calendar, no time zones, no clock.
#ifndef AN_BASE_DATE_H
#define AN_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

typedef int32_t an_day;             // days since 1970-01-01; negative before

#define AN_DAY_NONE INT32_MIN       // "no day": unknown, open-ended, not given

struct an_date { int year, month, day; };   // month 1..12, day 1..31

bool an_date_is_real(struct an_date d);     // whether such a day exists, year 1..9999
an_day an_date_to_day(struct an_date d);    // d must be real
struct an_date an_day_to_date(an_day day);

// "YYYY-MM-DD", exactly. False, with *ret_day untouched, for anything else.
bool an_day_parse(struct an_str text, an_day *ret_day);

enum { AN_DAY_TEXT_MAX = 16 };
// Writes "YYYY-MM-DD", NUL-ended, and returns `out`.
const char *an_day_text(an_day day, char out[AN_DAY_TEXT_MAX]);

#endif
