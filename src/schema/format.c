// The formats that a string can be held to.
#include "schema/compiled.h"

#include "base/date.h"

static bool digits(struct an_str s, size_t from, size_t count, unsigned most) {
    unsigned n = 0;
    for (size_t i = from; i < from + count; i++) {
        if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        n = n * 10 + (unsigned) (s.ptr[i] - '0');
    }
    return n <= most;
}

// RFC 3339; a leap second may be written.
static bool is_moment(struct an_str s) {
    an_day day;
    if (s.len < 20 || !an_day_parse(an_str_slice(s, 0, 10), &day) || (s.ptr[10] | 32) != 't' || !digits(s, 11, 2, 23) ||
        s.ptr[13] != ':' || !digits(s, 14, 2, 59) || s.ptr[16] != ':' || !digits(s, 17, 2, 60))
        return false;
    size_t i = 19;
    if (s.ptr[i] == '.') {
        size_t from = ++i;
        while (i < s.len && digits(s, i, 1, 9))
            i++;
        if (i == from)
            return false;
    }
    if (i + 1 == s.len)
        return (s.ptr[i] | 32) == 'z';
    return i + 6 == s.len && (s.ptr[i] == '+' || s.ptr[i] == '-') && digits(s, i + 1, 2, 23) && s.ptr[i + 3] == ':' &&
           digits(s, i + 4, 2, 59);
}

// The characters of RFC 3986; above ASCII, those of RFC 3987 are let through.
static bool is_reference(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char) s.ptr[i] <= ' ' || s.ptr[i] == 0x7F || strchr("\"<>\\^`{|}", s.ptr[i]))
            return false;
    return true;
}

static bool is_uri(struct an_str s) {
    size_t i = 0;
    while (i < s.len && s.ptr[i] != ':' && s.ptr[i] != '/' && s.ptr[i] != '?' && s.ptr[i] != '#')
        i++;
    bool letter = s.len && ((s.ptr[0] | 32) >= 'a' && (s.ptr[0] | 32) <= 'z');
    return letter && i > 0 && i < s.len && s.ptr[i] == ':' && is_reference(s);
}

static bool is_email(struct an_str s) {
    size_t at = 0, count = 0;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '@') {
            at = i;
            count++;
        } else if ((unsigned char) s.ptr[i] <= ' ')
            return false;
    return count == 1 && at > 0 && at + 1 < s.len;
}

static bool is_date(struct an_str s) {
    an_day day;
    return an_day_parse(s, &day);
}

static const struct an_schema_format formats[] = {
    {"date", is_date}, {"date-time", is_moment}, {"email", is_email}, {"uri", is_uri}, {"uri-reference", is_reference},
};

const struct an_schema_format *an_schema_format(const char *name) {
    for (size_t i = 0; i < AN_COUNT(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}
