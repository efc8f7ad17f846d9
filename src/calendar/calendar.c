// Working days: reading the moved days, and counting.
#include "calendar/calendar.h"

#include <stdlib.h>
#include <string.h>

enum { MOVED_MAX = 100 * 1000 };        // days in one file: centuries of them

// 0 Monday .. 6 Sunday
static int weekday(an_day day) { return (int) ((((int64_t) day + 3) % 7 + 7) % 7); }

static int by_day(const void *a, const void *b) {
    const struct an_calendar_day *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

static bool year_of(struct an_str s, int *ret) {
    int year = 0;
    if (s.len != 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        year = year * 10 + s.ptr[i] - '0';
    }
    *ret = year;
    return year > 0;
}

static enum an_code read_years(struct an_str rest, size_t line, struct an_calendar *cal, struct an_err *err) {
    struct an_str first;
    if (cal->first_year || !an_str_next(&rest, ',', &first) || !year_of(first, &cal->first_year) ||
        !year_of(rest, &cal->last_year) || cal->last_year < cal->first_year)
        return an_fail(err, AN_INPUT, "line %zu: expected once `years,FIRST,LAST`", line);
    return AN_OK;
}

static enum an_code read_day(struct an_str row, size_t line, struct an_calendar_day *ret,
                             struct an_err *err) {
    struct an_str date, name;
    if (!an_str_next(&row, ',', &date) || !an_str_next(&row, ',', &name) || !an_day_parse(date, &ret->day))
        return an_fail(err, AN_INPUT, "line %zu: expected `YYYY-MM-DD,name,off` or `...,makeup_workday`",
                       line);
    ret->works = an_str_eq(row, AN_STR("makeup_workday"));
    if (!ret->works && !an_str_eq(row, AN_STR("off")))
        return an_fail(err, AN_INPUT, "line %zu: a day is off or makeup_workday", line);
    return AN_OK;
}

static enum an_code in_order(struct an_calendar *cal, struct an_err *err) {
    char text[AN_DAY_TEXT_MAX];
    if (cal->moved_count)
        qsort(cal->moved, cal->moved_count, sizeof *cal->moved, by_day);
    for (size_t i = 1; i < cal->moved_count; i++)
        if (cal->moved[i].day == cal->moved[i - 1].day)
            return an_fail(err, AN_INPUT, "%s stands twice", an_day_text(cal->moved[i].day, text));
    return AN_OK;
}

enum an_code an_calendar_parse(struct an_str bytes, struct an_arena *arena, struct an_calendar *ret_calendar,
                               struct an_err *err) {
    struct an_calendar cal = {0};
    size_t lines = 1, line = 0;
    for (size_t i = 0; i < bytes.len; i++)
        lines += bytes.ptr[i] == '\n';
    if (lines > MOVED_MAX)
        return an_fail(err, AN_LIMIT, "more than %d lines", MOVED_MAX);
    cal.moved = AN_NEW_N(arena, lines, struct an_calendar_day);
    if (!cal.moved)
        return an_fail(err, AN_NOMEM, "no memory for a calendar");
    struct an_str row;
    while (an_str_next(&bytes, '\n', &row)) {
        line++;
        if (row.len && row.ptr[row.len - 1] == '\r')
            row.len--;
        enum an_code code = AN_OK;
        if (!row.len || row.ptr[0] == '#' || an_str_eq(an_str_slice(row, 0, 5), AN_STR("date,")))
            continue;
        if (an_str_eq(an_str_slice(row, 0, 6), AN_STR("years,")))
            code = read_years(an_str_slice(row, 6, row.len), line, &cal, err);
        else
            code = read_day(row, line, &cal.moved[cal.moved_count++], err);
        if (code)
            return code;
    }
    enum an_code code = in_order(&cal, err);
    if (!code)
        *ret_calendar = cal;
    return code;
}

bool an_calendar_is_workday(const struct an_calendar *cal, an_day day) {
    struct an_calendar_day key = {.day = day};
    const struct an_calendar_day *moved =
        cal->moved_count ? bsearch(&key, cal->moved, cal->moved_count, sizeof key, by_day) : NULL;
    return moved ? moved->works : weekday(day) < 5;
}

bool an_calendar_knows(const struct an_calendar *cal, an_day day) {
    int year = an_day_to_date(day).year;
    return year >= cal->first_year && year <= cal->last_year;
}

// Moves *day on, day by day, until `left` of those passed are working days.
static void walk(const struct an_calendar *cal, unsigned left, an_day *day, bool *provisional) {
    while (left) {
        (*day)++;
        *provisional = *provisional || !an_calendar_knows(cal, *day);
        left -= an_calendar_is_workday(cal, *day);
    }
}

void an_calendar_add_workdays(const struct an_calendar *cal, an_day start, unsigned n, an_day *ret_day,
                              bool *ret_provisional) {
    *ret_day = start;
    *ret_provisional = false;
    walk(cal, n < AN_WORKDAYS_MAX ? n : AN_WORKDAYS_MAX, ret_day, ret_provisional);
}

void an_calendar_add_days(const struct an_calendar *cal, an_day start, unsigned n, an_day *ret_day,
                          bool *ret_provisional) {
    an_day last = start + (an_day) (n < AN_WORKDAYS_MAX ? n : AN_WORKDAYS_MAX);
    *ret_provisional = !an_calendar_knows(cal, last);
    if (n && !an_calendar_is_workday(cal, last))
        walk(cal, 1, &last, ret_provisional);
    *ret_day = last;
}

unsigned an_calendar_count(const struct an_calendar *cal, an_day from, an_day to, bool *ret_provisional) {
    unsigned count = 0;
    *ret_provisional = false;
    for (an_day day = from; day < to;) {
        day++;
        *ret_provisional = *ret_provisional || !an_calendar_knows(cal, day);
        count += an_calendar_is_workday(cal, day);
    }
    return count;
}
