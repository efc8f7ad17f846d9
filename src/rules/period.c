// Where periods end.
#include "rules/period.h"

static an_day months_later(an_day day, unsigned months) {
    struct an_date d = an_day_to_date(day);
    unsigned month = (unsigned) d.month - 1 + months;
    d.year += (int) (month / 12);
    d.month = (int) (month % 12) + 1;
    while (!an_date_is_real(d) && d.day > 28)
        d.day--;                        // the last day of a shorter month
    return an_date_is_real(d) ? an_date_to_day(d) : day;
}

an_day an_period_end(const struct an_calendar *cal, an_day start, enum an_unit unit, uint64_t length, bool *provisional) {
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

an_day an_period_paused(const struct an_calendar *cal, an_day start, enum an_unit unit, an_day day, an_day from,
                        an_day until, bool *provisional) {
    if (from < start)
        from = start;
    if (from >= day || until <= from)
        return day;
    if (unit != AN_UNIT_WORKDAYS)
        return day + (until - from);
    bool before = false, after = false;
    unsigned left = an_calendar_count(cal, from, day, &before);
    an_calendar_add_workdays(cal, until, left, &day, &after);
    *provisional |= before || after;
    return day;
}

an_day an_period_moved(const struct an_calendar *cal, an_day start, enum an_unit unit, an_day day, bool *provisional) {
    bool counts_days = unit != AN_UNIT_WORKDAYS && unit != AN_UNIT_HOURS, unsure = false;
    if (cal && counts_days && day > start)      // one day from its eve: itself, or the next working day
        an_calendar_add_days(cal, day - 1, 1, &day, &unsure);
    *provisional |= unsure;
    return day;
}
