// Subscriber numbers of SIM cards (IMSI).
#include "ident/blocked.h"
#include "ident/canon.h"
#include "ident/digits.h"
#include "ident/kinds.h"

enum { LEN = 15, NETWORK = 5 };     // digits; those of country and network

// No check digit: always needs the context's word, and in running text the country code of China as well.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    struct an_digits number;
    if (!an_digits_read(text, &number) || number.has_x || number.count != LEN)
        return AN_GRADE_NONE;
    const char *digits = number.digit;
    // mobile country codes: 2 to 7 by continent, 901 for those of no country
    bool country = (digits[0] >= '2' && digits[0] <= '7') || memcmp(digits, "901", 3) == 0;
    if (!country || (!context->cell && memcmp(digits, "460", 3) != 0))
        return AN_GRADE_NONE;
    if (!an_context_names(context, &an_ident_imsi))
        return AN_GRADE_NONE;
    an_canon_put(ret_key, digits, LEN);
    struct an_str subscriber = {digits + NETWORK, LEN - NETWORK};
    return an_blocked_digits(subscriber) ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

static const char *const headers[] = { "imsi", "imsi号", "imsi码", "simimsi", "imsino", "imsinumber", NULL };

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("460001357924680"), AN_GRADE_CEILING, true, "460001357924680", "China"},
    {AN_STR_INIT("460 00 1357924680"), AN_GRADE_CEILING, true, "460001357924680", "the same, in groups"},
    {AN_STR_INIT("310150135792468"), AN_GRADE_CEILING, true, NULL, "another country, in a column"},
    {AN_STR_INIT("460000000000000"), AN_GRADE_BLOCKED, true, NULL, "subscriber number all zeros"},
    {AN_STR_INIT("460001357924680"), AN_GRADE_NONE, false, NULL, "nothing names it"},
    {AN_STR_INIT("46000135792468"), AN_GRADE_NONE, true, NULL, "14 digits"},
    {AN_STR_INIT("860001357924680"), AN_GRADE_NONE, true, NULL, "no such country code"},
};

const struct an_ident an_ident_imsi = {
    .code = 16,
    .name = "imsi",
    .title = {"Mobile subscriber number (IMSI)", "国际移动用户识别码（IMSI）"},
    .source = "ITU-T E.212 (2016)",
    .shape = AN_SHAPE_DIGITS,
    .min = LEN,
    .max = LEN,
    .rank = 61,
    .use = AN_USE_TRACE,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
