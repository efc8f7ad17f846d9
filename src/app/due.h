// Deadlines: on which day a clock of a rule ends, where the day it starts from is known.
#ifndef AN_APP_DUE_H
#define AN_APP_DUE_H

#include "app/company.h"
#include "app/packs.h"

struct an_due {
    bool started;                       // false: the day it is counted from is not known; the rest means nothing
    bool stopped;                       // a pause began and has not ended; `day` is as if it ended at once
    bool provisional;                   // counted through a year whose calendar is not there
    an_day day;                         // the last day
    an_day latest;                      // with the longest fixed extension; AN_DAY_NONE where there is none
};

// Counted from the next day by the days of the company's events. Working days by the clock's calendar; of days, months
// and years the last one, where it is no working day in the rule's country, moves to the next. Hours are counted as
// whole days, the last one begun counting in full. A pause takes out what lies after its first day and up to its last.
struct an_due an_clock_due(const struct an_law *law, const struct an_rule *rule, const struct an_clock *clock,
                           const struct an_company *company);

#endif
