// Reads a number that may be written in groups.
#include "ident/digits.h"

enum { GROUPS_MAX = 7, GROUP_MAX = 15 };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool an_digits_are(const char *text, size_t len) {
    unsigned others = 0;        // without a way out of the loop, it becomes a few vector instructions
    for (size_t i = 0; i < len; i++)
        others |= (unsigned char) (text[i] - '0') > 9;
    return !others;
}

bool an_digits_read(struct an_str text, struct an_digits *ret) {
    *ret = (struct an_digits) {0};
    unsigned group = 0, groups = 0, widest = 0;
    uint32_t layout = 0;
    char sort = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_x = (c == 'X' || c == 'x') && i && i + 1 == text.len;
        if (is_digit(c) || is_x) {
            if (ret->count == AN_DIGITS_MAX)
                return false;
            ret->digit[ret->count++] = is_x ? 'X' : c;
            ret->has_x = is_x;
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
    ret->layout = groups ? layout << 4 | group : 0;
    return true;
}
