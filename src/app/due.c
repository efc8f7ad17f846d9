// Counting periods.
#include "app/due.h"

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

static an_day months_later(an_day day, unsigned months) {
    struct an_date d = an_day_to_date(day);
    unsigned month = (unsigned) d.month - 1 + months;
    d.year += (int) (month / 12);
    d.month = (int) (month % 12) + 1;
    while (!an_date_is_real(d) && d.day > 28)
        d.day--;                        // the last day of a shorter month
    return an_date_is_real(d) ? an_date_to_day(d) : day;
}

static an_day end_of(const struct an_calendar *cal, an_day start, enum an_unit unit, uint64_t length,
                     bool *provisional) {
    unsigned n = (unsigned) (length < AN_WORKDAYS_MAX ? length : AN_WORKDAYS_MAX);
    an_day day = start;
    bool unsure = false;
    switch (unit) {
    case AN_UNIT_WORKDAYS:
        an_calendar_add_workdays(cal, start, n, &day, &unsure);
        *provisional |= unsure;
        return day;
    case AN_UNIT_HOURS:  return start + (an_day) ((n + 23) / 24);
    case AN_UNIT_DAYS:   return start + (an_day) n;
    case AN_UNIT_MONTHS: return months_later(start, n);
    case AN_UNIT_YEARS:  return months_later(start, 12 * n);
    }
    return day;
}

// What a pause adds to a period that would end on `day`: the days of it that the period counts.
static an_day paused(const struct an_calendar *cal, an_day start, enum an_unit unit, an_day day, an_day from,
                     an_day until, bool *provisional) {
    if (from < start)
        from = start;
    if (from >= day || until <= from)
        return day;
    if (unit != AN_UNIT_WORKDAYS)
        return day + (until - from);
    bool unsure = false;
    unsigned left = an_calendar_count(cal, from, day, &unsure);
    an_calendar_add_workdays(cal, until, left, &day, provisional);
    *provisional |= unsure;
    return day;
}

// The last day of a period of that length, with the pauses that are known, moved to a working day.
static an_day last_day(const struct an_calendar *cal, an_day start, const struct an_rule *rule,
                       const struct an_clock *clock, uint64_t length, const struct an_company *company,
                       struct an_due *due) {
    an_day day = end_of(cal, start, clock->unit, length, &due->provisional);
    for (size_t i = 0; i < rule->pause_count; i++) {
        an_day from = event_day(company, rule->pauses[i].from), until = event_day(company, rule->pauses[i].until);
        if (from == AN_DAY_NONE)
            continue;
        due->stopped |= until == AN_DAY_NONE && from < day;
        day = paused(cal, start, clock->unit, day, from, until, &due->provisional);
    }
    bool counts_days = clock->unit != AN_UNIT_WORKDAYS && clock->unit != AN_UNIT_HOURS;
    if (cal && counts_days && day > start) {    // one day from its eve: itself, or the next working day
        bool unsure = false;
        an_calendar_add_days(cal, day - 1, 1, &day, &unsure);
        due->provisional |= unsure;
    }
    return day;
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
