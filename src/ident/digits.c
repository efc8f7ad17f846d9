// Reads a number that may be written in groups.
#include "ident/digits.h"

enum { GROUPS_MAX = 7, GROUP_MAX = 15 };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool an_digits_are(const char *text, size_t len) {
    if (len >= 8) {                                     // in words; the last may overlap the one before
        for (size_t i = 0; i + 8 < len; i += 8)
            if (!an_digits_are_8(text + i))
                return false;
        return an_digits_are_8(text + len - 8);
    }
    for (size_t i = 0; i < len; i++)
        if (!is_digit(text[i]))
            return false;
    return true;
}

// One run, the commonest.
static bool read_run(struct an_str text, struct an_digits *ret) {
    if (text.len < 8 || text.len > AN_DIGITS_MAX || !an_digits_are(text.ptr, text.len - 1))
        return false;
    char last = text.ptr[text.len - 1];
    bool is_x = last == 'X' || last == 'x';
    if (!is_digit(last) && !is_x)
        return false;
    memcpy(ret->digit, text.ptr, text.len);
    ret->digit[text.len - 1] = is_x ? 'X' : last;
    ret->count = (uint8_t) text.len;
    ret->has_x = is_x;
    ret->layout = 0;
    return true;
}

bool an_digits_read(struct an_str text, struct an_digits *ret) {
    if (read_run(text, ret))
        return true;
    unsigned group = 0, groups = 0, widest = 0, count = 0;
    uint32_t layout = 0;
    char sort = 0;
    bool has_x = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_x = (c == 'X' || c == 'x') && i && i + 1 == text.len;
        if (is_digit(c) || is_x) {
            if (count == AN_DIGITS_MAX)
                return false;
            ret->digit[count++] = is_x ? 'X' : c;
            has_x = is_x;
            group++;
            widest = group > widest ? group : widest;
            continue;
        }
        if ((c != ' ' && c != '-') || !group || (sort && c != sort) || ++groups == GROUPS_MAX)
            return false;
        sort = c;
        layout = layout << 4 | (group & GROUP_MAX);
        group = 0;
    }
    if (!group || (groups && widest > GROUP_MAX))
        return false;
    ret->count = (uint8_t) count;
    ret->has_x = has_x;
    ret->layout = groups ? layout << 4 | group : 0;
    return true;
}
