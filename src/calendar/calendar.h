// Working days of a country, from the days that its government moved. Pure: the caller brings the data.
#ifndef AN_CALENDAR_CALENDAR_H
#define AN_CALENDAR_CALENDAR_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

// a weekday that is off, or a weekend day that is worked
struct an_calendar_day { an_day day; bool works; };

struct an_calendar {                    // {0}: Monday to Friday work, nothing is certain
    struct an_calendar_day *moved;      // ascending, each day once
    size_t moved_count;
    int first_year, last_year;          // years the data is complete for; 0, 0 when none
};

// Reads a calendar file: '#' comments, a line `years,FIRST,LAST`, then lines
// `YYYY-MM-DD,name,off|makeup_workday` in any order (a heading line `date,...` is passed over). UTF-8; LF
// or CRLF. INPUT with the line's number for anything else, and for a day given twice.
enum an_code an_calendar_parse(struct an_str bytes, struct an_arena *arena, struct an_calendar *ret_calendar,
                               struct an_err *err) AN_MUST_USE;

bool an_calendar_is_workday(const struct an_calendar *cal, an_day day);

// Whether the data is complete for the year of that day. A period that touches a year without is provisional.
bool an_calendar_knows(const struct an_calendar *cal, an_day day);

enum { AN_WORKDAYS_MAX = 10000 };       // longer periods are cut to it; no statute comes near

// The day on which a period of n working days from `start` ends: `start` itself is not counted, so n = 1 is
// the next working day; n = 0 is `start`. *ret_provisional: some day of the period lies in a year without
// data.
// Source: Civil Code of the PRC art. 201 (the first day is not counted).
void an_calendar_add_workdays(const struct an_calendar *cal, an_day start, unsigned n, an_day *ret_day,
                              bool *ret_provisional);

// The same for n calendar days; a last day that is no working day moves to the next one (Civil Code art.
// 203).
void an_calendar_add_days(const struct an_calendar *cal, an_day start, unsigned n, an_day *ret_day,
                          bool *ret_provisional);

// Working days after `from` up to and including `to`; 0 when to <= from. The inverse of
// an_calendar_add_workdays.
unsigned an_calendar_count(const struct an_calendar *cal, an_day from, an_day to, bool *ret_provisional);

#endif
