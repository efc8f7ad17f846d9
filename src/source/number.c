// Numbers of spreadsheets.
#include "source/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/date.h"

enum { KEPT = 15 };                 // digits that spreadsheet programs keep

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c; }

struct an_number_format an_number_format_of(struct an_str code) {
    bool date = false, time = false, month = false, only_zeros = code.len > 1;
    size_t zeros = 0;
    if (code.len >= 7 && lower(code.ptr[0]) == 'g' && lower(code.ptr[1]) == 'e')        // General
        return (struct an_number_format) {0};
    for (size_t i = 0; i < code.len && code.ptr[i] != ';'; i++) {
        char c = lower(code.ptr[i]);
        only_zeros &= c == '0';
        zeros += c == '0';
        if (c == '\\' || c == '_' || c == '*') {
            i++;
        } else if (c == '"') {
            for (i++; i < code.len && code.ptr[i] != '"'; i++) {}
        } else if (c == '[') {      // a colour, a condition, a locale; or hours that go beyond a day
            char first = i + 1 < code.len ? lower(code.ptr[i + 1]) : 0;
            char second = i + 2 < code.len ? lower(code.ptr[i + 2]) : 0;
            time |= (first == 'h' || first == 'm' || first == 's') && (second == first || second == ']');
            for (; i < code.len && code.ptr[i] != ']'; i++) {}
        } else {
            date |= c == 'y' || c == 'd';
            time |= c == 'h' || c == 's';
            month |= c == 'm';
        }
    }
    date |= month && !time;
    if (only_zeros && zeros < AN_NUMBER_TEXT / 2)
        return (struct an_number_format) {AN_NUMBER_ZEROS, (unsigned char) zeros};
    return (struct an_number_format) {date && time ? AN_NUMBER_DATE_TIME : date ? AN_NUMBER_DATE : time ? AN_NUMBER_TIME : 0, 0};
}

struct an_number_format an_number_format_builtin(unsigned id) {
    unsigned char form = AN_NUMBER_PLAIN;
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58)
        form = AN_NUMBER_DATE;
    else if (id == 22)
        form = AN_NUMBER_DATE_TIME;
    else if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 || id == 56)
        form = AN_NUMBER_TIME;
    return (struct an_number_format) {form, 0};
}

static struct an_str written(const char *out, int len) { return (struct an_str) {out, (size_t) len}; }

static struct an_str whole_digits(struct an_str digits, struct an_number_format format, char out[AN_NUMBER_TEXT]) {
    size_t pad = format.form == AN_NUMBER_ZEROS && format.zeros > digits.len ? format.zeros - digits.len : 0;
    memset(out, '0', pad);
    memcpy(out + pad, digits.ptr, digits.len);
    return (struct an_str) {out, pad + digits.len};
}

// d.dddE+nn of a whole number's digits.
static struct an_str damaged(struct an_str digits, char out[AN_NUMBER_TEXT]) {
    size_t n = digits.len;
    while (n > 2 && digits.ptr[n - 1] == '0')
        n--;
    return written(out, snprintf(out, AN_NUMBER_TEXT, "%c.%.*sE+%02zu", digits.ptr[0], (int) (n - 1), digits.ptr + 1,
                                 digits.len - 1));
}

static bool lost_digits(struct an_str digits) {
    for (size_t i = KEPT; i < digits.len; i++)
        if (digits.ptr[i] != '0')
            return false;
    return digits.len > KEPT;
}

static struct an_str date_text(double days, unsigned form, bool is_1904, char out[AN_NUMBER_TEXT]) {
    enum { EPOCH_1900 = -25569, EPOCH_1904 = -24107, DAY = 86400 };     // 1899-12-30 and 1904-01-01, from 1970-01-01
    double whole = floor(days);
    long second = lround((days - whole) * DAY);
    if (second == DAY) {
        second = 0;
        whole += 1;
    }
    // before the day that was never there, 1900-02-29, dates are one day late
    int early = !is_1904 && whole < 60;
    char day[AN_DAY_TEXT_MAX], time[16];
    (void) an_day_text((an_day) whole + (is_1904 ? EPOCH_1904 : EPOCH_1900) + early, day);
    (void) snprintf(time, sizeof time, "%02ld:%02ld:%02ld", second / 3600 % 24, second / 60 % 60, second % 60);
    bool shows_time = form != AN_NUMBER_DATE && (form == AN_NUMBER_TIME || second);
    if (form == AN_NUMBER_TIME && whole < 1)
        return written(out, snprintf(out, AN_NUMBER_TEXT, "%s", time));
    return written(out, snprintf(out, AN_NUMBER_TEXT, shows_time ? "%s %s" : "%s", day, time));
}

struct an_str an_number_text(struct an_str text, struct an_number_format format, bool is_1904, char out[AN_NUMBER_TEXT]) {
    enum { LAST_DAY = 2958465 };    // 9999-12-31
    struct an_str digits = an_str_slice(text, text.len && text.ptr[0] == '-', text.len);
    size_t n = 0;
    while (n < digits.len && is_digit(digits.ptr[n]))
        n++;
    bool negative = digits.len < text.len, is_date = format.form >= AN_NUMBER_DATE && format.form <= AN_NUMBER_DATE_TIME;
    if (!n || text.len >= AN_NUMBER_TEXT)
        return text;
    if (n == digits.len && !is_date)
        return negative || n >= AN_NUMBER_TEXT / 2 ? text : lost_digits(digits) ? damaged(digits, out) : whole_digits(digits,
                format, out);
    for (size_t i = 0; i < text.len; i++)       // strtod knows more: hexadecimal, blanks
        if (!is_digit(text.ptr[i]) && !strchr("+-.eE", text.ptr[i]))
            return text;
    char copy[AN_NUMBER_TEXT];
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = 0;
    char *end;
    double value = strtod(copy, &end);
    if (end != copy + text.len || !isfinite(value))
        return text;
    if (is_date && value >= 0 && value < LAST_DAY + 1)
        return date_text(value, format.form, is_1904, out);
    if (value == floor(value) && fabs(value) < 1e15) {
        char plain[AN_NUMBER_TEXT];
        int len = snprintf(plain, sizeof plain, "%.0f", value);
        return value < 0 ? written(out, snprintf(out, AN_NUMBER_TEXT, "%s", plain)) : whole_digits(written(plain, len),
                format, out);
    }
    if (value >= 1e15 && value < 1e22)
        return written(out, snprintf(out, AN_NUMBER_TEXT, "%.14E", value));
    int len = 0;
    for (int k = KEPT; k <= KEPT + 2; k++) {        // the shortest decimal that means this number
        len = snprintf(out, AN_NUMBER_TEXT, "%.*g", k, value);
        if (strtod(out, NULL) == value)
            break;
    }
    return written(out, len);
}
