// Counting periods.
#include "app/due.h"

#include "rules/period.h"

static an_day event_day(const struct an_company *c, struct an_str name) {
    for (size_t i = 0; i < c->event_count; i++)
        if (an_str_eq(c->events[i].name, name))
            return c->events[i].day;
    return AN_DAY_NONE;
}

// The calendar that days are counted by: the clock's; else that of the rule's country, by its folder; NULL: none.
static const struct an_calendar *calendar_of(const struct an_law *law, const struct an_rule *rule,
                                             const struct an_clock *clock) {
    struct an_str rest = an_str_from_c(rule->file), country = AN_STR("");
    if (!clock->calendar.len)
        (void) an_str_next(&rest, '/', &country);
    const struct an_calendar *cal = an_law_calendar(law, clock->calendar.len ? clock->calendar : country);
    return cal->first_year || clock->calendar.len ? cal : NULL;
}

// The last day of a period of that length, with the pauses that are known, moved to a working day.
static an_day last_day(const struct an_calendar *cal, an_day start, const struct an_rule *rule,
                       const struct an_clock *clock, uint64_t length, const struct an_company *company,
                       struct an_due *due) {
    an_day day = an_period_end(cal, start, clock->unit, length, &due->provisional);
    for (size_t i = 0; i < rule->pause_count; i++) {
        an_day from = event_day(company, rule->pauses[i].from), until = event_day(company, rule->pauses[i].until);
        if (from == AN_DAY_NONE)
            continue;
        due->stopped |= until == AN_DAY_NONE && from < day;
        day = an_period_paused(cal, start, clock->unit, day, from, until, &due->provisional);
    }
    return an_period_moved(cal, start, clock->unit, day, &due->provisional);
}

struct an_due an_clock_due(const struct an_law *law, const struct an_rule *rule, const struct an_clock *clock,
                           const struct an_company *company) {
    struct an_due due = {.latest = AN_DAY_NONE};
    const struct an_calendar *cal = calendar_of(law, rule, clock);
    an_day start = event_day(company, clock->from);
    due.started = start != AN_DAY_NONE;
    if (!due.started)
        return due;
    due.day = last_day(cal, start, rule, clock, clock->length, company, &due);
    if (clock->extend)
        due.latest = last_day(cal, start, rule, clock, clock->length + clock->extend, company, &due);
    return due;
}
