// Layout, check character and birth date of identity numbers of 18 characters.
#include "ident/id18.h"

#include <string.h>

#include "ident/digits.h"

enum { FIRST_YEAR = 1900, EPOCH = 1970, YEAR_MOST = 366 };        // of an_day; days

bool an_id18_read(struct an_str text, char out[static AN_ID18_LEN]) {
    if (text.len == AN_ID18_LEN) {
        char last = text.ptr[17] == 'x' ? 'X' : text.ptr[17];
        if (!an_digits_are_8(text.ptr) || !an_digits_are_8(text.ptr + 8) || text.ptr[16] < '0' || text.ptr[16] > '9')
            return false;
        if (last != 'X' && (last < '0' || last > '9'))
            return false;
        memcpy(out, text.ptr, AN_ID18_LEN - 1);
        out[17] = last;
        return true;
    }
    struct an_digits d;
    if (text.len < AN_ID18_LEN || !an_digits_read(text, &d) || d.count != AN_ID18_LEN ||
        (d.layout != 0x684 && d.layout != 0x6444))
        return false;
    memcpy(out, d.digit, AN_ID18_LEN);
    return true;
}

char an_id18_check(const char d[static AN_ID18_LEN - 1]) {
    unsigned sum = 0;
    static const uint8_t weight[AN_ID18_LEN - 1] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    for (size_t i = 0; i < AN_ID18_LEN - 1; i++)
        sum += (unsigned) (d[i] - '0') * weight[i];
    return "10X98765432"[sum % 11];
}

static int number2(const char *d) {
    return (d[0] - '0') * 10 + d[1] - '0';
}

bool an_id18_is_birth(const char d[static 8], an_day today) {
    // Most numbers that are no identity number fall here: the first two digits of a year are 19 or 20.
    int century = number2(d);
    if ((unsigned) (century - 19) > 1)
        return false;
    struct an_date date = {century * 100 + number2(d + 2), number2(d + 4), number2(d + 6)};
    if (date.year < FIRST_YEAR || !an_date_is_real(date))
        return false;
    if (today >= 0 && (date.year - EPOCH + 1) * YEAR_MOST <= today)        // long ago: no need to count days
        return true;
    return today == AN_DAY_NONE || an_date_to_day(date) <= today;
}
