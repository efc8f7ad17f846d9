// Answering windows from snapshots.
#include "rules/window.h"

static an_day first_of_month(struct an_date d, int months_later) {
    int month = d.year * 12 + d.month - 1 + months_later;
    if (month < 12)                     // the year 1 is as early as days go
        month = 12;
    return an_date_to_day((struct an_date) {month / 12, month % 12 + 1, 1});
}

// The same day of the month so many months before; the last day of a month that is shorter.
static an_day months_before(an_day day, unsigned months) {
    struct an_date d = an_day_to_date(day);
    an_day first = first_of_month(d, -(int) months), next = first_of_month(an_day_to_date(first), 1);
    an_day same = first + d.day - 1;
    return same < next ? same : next - 1;
}

// The year of days that begins with the last MM-DD up to `day`.
static void year_of(an_day day, const struct an_window *w, an_day *ret_first, an_day *ret_last) {
    struct an_date start = {an_day_to_date(day).year, (int) w->month, (int) w->day};
    if (an_date_to_day(start) > day && start.year > 1)
        start.year--;
    *ret_first = an_date_to_day(start);
    start.year++;
    *ret_last = start.year > 9999 ? day : an_date_to_day(start) - 1;
}

void an_window_days(const struct an_window *w, an_day day, an_day *ret_first, an_day *ret_last) {
    struct an_date d = an_day_to_date(day);
    *ret_first = *ret_last = day;
    switch (w->kind) {
    case AN_WINDOW_STOCK:
    case AN_WINDOW_INCIDENT:
        return;
    case AN_WINDOW_SINCE:
        year_of(day, w, ret_first, ret_last);
        *ret_last = day;
        return;
    case AN_WINDOW_PRECEDING_YEAR:
        *ret_first = first_of_month(d, -12 - d.month + 1);
        *ret_last = first_of_month(d, -d.month + 1) - 1;
        return;
    case AN_WINDOW_PEAK:
    case AN_WINDOW_MEAN_DAILY:
        *ret_first = months_before(day, w->months) + 1;
        return;
    case AN_WINDOW_MEAN_MONTHLY:        // a month that ends on the day is whole
        *ret_last = first_of_month(an_day_to_date(day + 1), 0) - 1;
        *ret_first = first_of_month(an_day_to_date(*ret_last), 1 - (int) w->months);
        return;
    }
}

static void narrow(struct an_bounds *b, const struct an_snapshot *s) {
    b->lo = s->lo > b->lo ? s->lo : b->lo;
    b->hi = s->hi < b->hi ? s->hi : b->hi;
}

// All that was counted on one day; *at walks over days up to it.
static struct an_bounds on(an_day day, const struct an_snapshot *s, size_t count, size_t *at) {
    struct an_bounds b = {0, AN_FACT_INFINITE};
    for (; *at < count && s[*at].day <= day; (*at)++)
        if (s[*at].day == day)
            narrow(&b, &s[*at]);
    return b;
}

// A sum that only grows from `first` on, as it stands on `day`: at least what it was before, at most what it
// came to later in the same period.
static struct an_bounds grown(an_day first, an_day day, an_day last, const struct an_snapshot *s, size_t count) {
    struct an_bounds b = {0, AN_FACT_INFINITE};
    for (size_t i = 0; i < count; i++) {
        if (s[i].day >= first && s[i].day <= day && s[i].lo > b.lo)
            b.lo = s[i].lo;
        if (s[i].day >= day && s[i].day <= last && s[i].hi < b.hi)
            b.hi = s[i].hi;
    }
    return b;
}

// Whole number and remainder of a mean of n numbers, so that no sum runs over.
struct mean { uint64_t n, whole, rest; bool endless; };

static void add(struct mean *m, uint64_t number) {
    m->endless |= number == AN_FACT_INFINITE;
    m->whole += number / m->n;
    m->rest += number % m->n;
    m->whole += m->rest / m->n;
    m->rest %= m->n;
}

static struct an_bounds between(const struct mean *lo, const struct mean *hi) {
    return (struct an_bounds) {lo->whole, hi->endless ? AN_FACT_INFINITE : hi->whole + (hi->rest != 0)};
}

static struct an_bounds daily(an_day first, an_day last, bool peak, const struct an_snapshot *s, size_t count) {
    uint64_t days = (uint64_t) last - (uint64_t) first + 1;
    struct mean lo = {.n = days}, hi = {.n = days};
    struct an_bounds most = {0, 0};
    size_t at = 0;
    for (an_day day = first; day <= last; day++) {
        struct an_bounds b = on(day, s, count, &at);
        add(&lo, b.lo);
        add(&hi, b.hi);
        most.lo = b.lo > most.lo ? b.lo : most.lo;
        most.hi = b.hi > most.hi ? b.hi : most.hi;
    }
    return peak ? most : between(&lo, &hi);
}

static struct an_bounds monthly(an_day first, unsigned months, const struct an_snapshot *s, size_t count) {
    struct mean lo = {.n = months}, hi = {.n = months};
    for (unsigned i = 0; i < months; i++) {
        an_day next = first_of_month(an_day_to_date(first), 1);
        struct an_bounds b = grown(first, next - 1, next - 1, s, count);
        add(&lo, b.lo);
        add(&hi, b.hi);
        first = next;
    }
    return between(&lo, &hi);
}

struct an_bounds an_window_answer(const struct an_window *w, an_day day, const struct an_snapshot *s, size_t count) {
    an_day first, last;
    size_t at = 0;
    an_window_days(w, day, &first, &last);
    switch (w->kind) {
    case AN_WINDOW_STOCK:
        return on(day, s, count, &at);
    case AN_WINDOW_SINCE:
        year_of(day, w, &first, &last);
        return grown(first, day, last, s, count);
    case AN_WINDOW_PRECEDING_YEAR:
        return grown(first, last, last, s, count);
    case AN_WINDOW_PEAK:
    case AN_WINDOW_MEAN_DAILY:
        return daily(first, last, w->kind == AN_WINDOW_PEAK, s, count);
    case AN_WINDOW_MEAN_MONTHLY:
        return monthly(first, w->months, s, count);
    case AN_WINDOW_INCIDENT:
        break;
    }
    return (struct an_bounds) {0, AN_FACT_INFINITE};
}
