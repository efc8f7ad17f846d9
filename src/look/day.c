// Days and base64, as several looks read them.
#include "look/looks.h"

#include <string.h>

// Reads 1 to `most` digits off the front.
static bool take_number(struct an_str *s, size_t most, int *ret, size_t *ret_len) {
    size_t n = 0;
    int v = 0;
    while (n < most && n < s->len && an_look_is_digit(s->ptr[n]))
        v = v * 10 + (s->ptr[n++] - '0');
    *s = an_str_slice(*s, n, s->len);
    *ret = v;
    *ret_len = n;
    return n > 0;
}

static bool take(struct an_str *s, struct an_str what) {
    if (s->len < what.len || memcmp(s->ptr, what.ptr, what.len) != 0)
        return false;
    *s = an_str_slice(*s, what.len, s->len);
    return true;
}

static bool is_midnight(struct an_str s) {
    if (!s.len)
        return true;
    if (s.ptr[0] != ' ' && s.ptr[0] != 'T')
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (s.ptr[i] != '0' && s.ptr[i] != ':' && s.ptr[i] != '.' && s.ptr[i] != 'Z' && s.ptr[i] != '+')
            return false;
    return s.len >= 6;
}

static bool put(int year, int month, int day, an_day *ret) {
    struct an_date d = {year, month, day};
    if (!an_date_is_real(d))
        return false;
    *ret = an_date_to_day(d);
    return true;
}

bool an_look_day(struct an_str s, an_day *ret_day) {
    int a, b, c;
    size_t a_len, b_len, c_len;
    if (s.len == 8 && take_number(&s, 8, &a, &a_len) && a_len == 8)
        return put(a / 10000, a / 100 % 100, a % 100, ret_day);
    if (!take_number(&s, 4, &a, &a_len) || !s.len)
        return false;
    if (take(&s, AN_STR("年")))
        return take_number(&s, 2, &b, &b_len) && take(&s, AN_STR("月")) && take_number(&s, 2, &c, &c_len) &&
               take(&s, AN_STR("日")) && !s.len && put(a, b, c, ret_day);
    char sign = s.ptr[0];
    struct an_str between = {&sign, 1};
    if ((sign != '-' && sign != '/' && sign != '.') || !take(&s, between) || !take_number(&s, 2, &b, &b_len) ||
        !take(&s, between) || !take_number(&s, 4, &c, &c_len) || !is_midnight(s))
        return false;
    if (a_len == 4)
        return c_len <= 2 && put(a, b, c, ret_day);
    return c_len == 4 && (put(c, b, a, ret_day) || put(c, a, b, ret_day));
}

bool an_look_is_base64(struct an_str s) {
    while (s.len && s.ptr[s.len - 1] == '=')
        s.len--;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!an_look_is_digit(c) && !an_look_is_letter(c) && c != '+' && c != '/' && c != '-' && c != '_')
            return false;
    }
    return s.len > 0;
}
