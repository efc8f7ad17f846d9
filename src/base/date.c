#include "base/date.h"

#include <stdio.h>

bool an_date_is_real(struct an_date d) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (d.year < 1 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1)
        return false;
    bool leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
    return d.day <= days[d.month - 1] + (d.month == 2 && leap);
}

// Days from civil: years begin in March, so that the leap day is the last of its year.
an_day an_date_to_day(struct an_date d) {
    int y = d.year - (d.month <= 2), era = y / 400, yoe = y - era * 400;
    int doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct an_date an_day_to_date(an_day day) {
    int z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int month = mp + (mp < 10 ? 3 : -9);
    return (struct an_date) {yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1};
}

bool an_day_parse(struct an_str t, an_day *ret_day) {
    if (t.len != 10 || t.ptr[4] != '-' || t.ptr[7] != '-')
        return false;
    int part[3] = {0}, at = 0;
    for (size_t i = 0; i < t.len; i++) {
        if (i == 4 || i == 7) {
            at++;
            continue;
        }
        if (t.ptr[i] < '0' || t.ptr[i] > '9')
            return false;
        part[at] = part[at] * 10 + t.ptr[i] - '0';
    }
    struct an_date d = {part[0], part[1], part[2]};
    if (!an_date_is_real(d))
        return false;
    *ret_day = an_date_to_day(d);
    return true;
}

const char *an_day_text(an_day day, char out[AN_DAY_TEXT_MAX]) {
    struct an_date d = an_day_to_date(day);
    (void) snprintf(out, AN_DAY_TEXT_MAX, "%04d-%02d-%02d", d.year % 10000, d.month % 100, d.day % 100);
    return out;
}
