// Periods of time as law counts them: where one ends, and what a pause adds to it.
//
// A period is counted from the day after it starts (Civil Code of the PRC arts 201, 203). Pure.
#ifndef AN_RULES_PERIOD_H
#define AN_RULES_PERIOD_H

#include "calendar/calendar.h"
#include "rules/pack.h"

// The last day of `length` units after `start`, not yet moved to a working day. Months end on the same day, or on the
// last of a shorter month; hours count as whole days, the last one begun in full. *provisional is set where a year without
// data was counted through, else left. At most AN_WORKDAYS_MAX units are counted.
an_day an_period_end(const struct an_calendar *cal, an_day start, enum an_unit unit, uint64_t length, bool *provisional);

// The last day of a period that starts on `start` and would end on `day`, after a pause that takes out the days after
// `from` up to `until`: what of it lies in the period. Never earlier than `day`.
an_day an_period_paused(const struct an_calendar *cal, an_day start, enum an_unit unit, an_day day, an_day from,
                        an_day until, bool *provisional);

// The last day moved to the next working day where the unit asks for it (days, months, years) and it is none. `cal`
// NULL: the country has no calendar, so it stays.
an_day an_period_moved(const struct an_calendar *cal, an_day start, enum an_unit unit, an_day day, bool *provisional);

#endif
