// The number of a SIM card in a machine, or for data only: somebody pays for it, nobody answers it.
#include <string.h>

#include "ident/cn_phone.h"
#include "ident/digits.h"
#include "ident/kinds.h"

enum { LEN = 11, LONG_LEN = 13 };

// Ranges of eleven digits that libphonenumber (2026-07) does not count as mobile.
static const char *const ranges[] = {"140", "141", "144", "146", "148", "149"};

// Ranges of thirteen digits: machines only.
static const char *const long_ranges[] = {"10646", "10647", "10648", "10649", "1400", "1410", "1440", "1441",
                                          "146", "148"};

static bool begins(const char *digits, const char *const *heads, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!memcmp(digits, heads[i], strlen(heads[i])))
            return true;
    return false;
}

static bool is_number(const char *digits, size_t len, bool is_named) {
    if (len == LEN)
        return begins(digits, ranges, AN_COUNT(ranges));
    // Milliseconds since 1970 begin in the same way from 2003 to 2017, so that thirteen digits alone say
    // nothing.
    return len == LONG_LEN && is_named && begins(digits, long_ranges, AN_COUNT(long_ranges));
}

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    bool is_named = an_cn_phone_strip_country(&text);
    struct an_digits number;
    if (text.len > 1 && text.ptr[1] != '0' && text.ptr[1] != '4')       // 10648, 14x: most candidates end here
        return AN_GRADE_NONE;
    if (!text.len || text.ptr[0] != '1' || !an_digits_read(text, &number) || number.has_x)
        return AN_GRADE_NONE;
    if (number.layout && number.layout != 0x344 && number.layout != 0x38 && number.layout != 0x544)
        return AN_GRADE_NONE;
    if (!is_number(number.digit, number.count, true))       // before context is looked at, which costs more
        return AN_GRADE_NONE;
    // They stand in columns of telephone numbers, too.
    is_named = is_named || an_context_names(context, &an_ident_cn_iot_number) ||
        context->expected == &an_ident_cn_mobile;
    if (!is_number(number.digit, number.count, is_named))
        return AN_GRADE_NONE;
    memcpy(ret_key->text, number.digit, number.count);
    ret_key->len = number.count;
    return AN_GRADE_CEILING;
}

// 10648, 14x, or behind a country code.
static bool bare(size_t n, unsigned a, unsigned b) {
    (void) n;
    return a != 1 || b == 0 || b == 4;
}

static const char *const headers[] = {
    "物联网号码", "物联网卡号", "物联网卡", "物联网卡号码", "物联卡", "物联卡号", "流量卡号", "数据卡号",
    "wlkh", "wlwkh", "wulianka", "iotnumber", "iotno", "iotmsisdn", "iotcard", "iotcardno", "m2mnumber",
    "datacardno", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("14852333233"), AN_GRADE_CEILING, false, "14852333233", "machines"},
    {AN_STR_INIT("149 5233 3233"), AN_GRADE_CEILING, false, "14952333233", "data only, in groups"},
    {AN_STR_INIT("1064852333233"), AN_GRADE_CEILING, true, "1064852333233",
     "thirteen digits, and the column says so"},
    {AN_STR_INIT("1064852333233"), AN_GRADE_NONE, false, NULL,
     "thirteen digits: milliseconds, for all one knows"},
    {AN_STR_INIT("14752333233"), AN_GRADE_NONE, true, NULL, "147 is a mobile range"},
    {AN_STR_INIT("148523332333"), AN_GRADE_NONE, true, NULL, "a digit too many"},
    {AN_STR_INIT("1065052333233"), AN_GRADE_NONE, true, NULL, "no such range of thirteen digits"},
};

const struct an_ident an_ident_cn_iot_number = {
    .code = 27,
    .name = "cn-iot-number",
    .title = {"IoT or data-only SIM number (China)", "物联网或数据卡号码"},
    .source = "MIIT telephone numbering plan; ranges of thirteen digits as operators publish them",
    .shape = AN_SHAPE_DIGITS,
    .min = LEN,
    .max = 17,
    .first = AN_FIRST_RANGE(0, 1) | AN_FIRST_RANGE(8, 8),
    .rank = 31,
    .use = AN_USE_TRACE,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .bare = bare,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
