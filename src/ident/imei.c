// Serial numbers of mobile devices (IMEI, and IMEISV with its software version).
#include "ident/blocked.h"
#include "ident/canon.h"
#include "ident/digits.h"
#include "ident/kinds.h"

// Digits without the check digit, with it, and with a software version in its place.
enum { BARE = 14, FULL = 15, VERSION = 16 };

// Nothing in the number tells it from a card or an old identity number: always needs the context's word.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    struct an_digits number;
    if (!an_digits_read(text, &number) || number.has_x || number.count < BARE || number.count > VERSION)
        return AN_GRADE_NONE;
    size_t n = number.count;
    // without a check digit only a column's word is enough
    if (n == FULL ? !an_canon_luhn(number.digit, n) : !context->cell)
        return AN_GRADE_NONE;
    if (!an_context_names(context, &an_ident_imei))
        return AN_GRADE_NONE;
    // the device: what follows is derived, or changes with its software
    an_canon_put(ret_key, number.digit, BARE);
    return an_blocked_digits((struct an_str) {number.digit, BARE}) ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

static const char *const headers[] = {
    "imei", "imei1", "imei2", "imei号", "imei码", "imeisv", "meid", "设备串号", "手机串号", "串号",
    "deviceimei", "imeino", "imeinumber", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("354178036859789"), AN_GRADE_CEILING, true, "35417803685978",
     "15 digits, check digit right"},
    {AN_STR_INIT("35-417803-685978-9"), AN_GRADE_CEILING, true, "35417803685978", "the same, in groups"},
    {AN_STR_INIT("3541780368597801"), AN_GRADE_CEILING, true, "35417803685978",
     "the same with a software version"},
    {AN_STR_INIT("000000000000000"), AN_GRADE_BLOCKED, true, NULL, "all zeros"},
    {AN_STR_INIT("354178036859788"), AN_GRADE_NONE, true, NULL, "wrong check digit"},
    {AN_STR_INIT("354178036859789"), AN_GRADE_NONE, false, NULL, "nothing names it"},
    {AN_STR_INIT("3541780368597"), AN_GRADE_NONE, true, NULL, "13 digits"},
};

const struct an_ident an_ident_imei = {
    .code = 15,
    .name = "imei",
    .title = {"Mobile device number (IMEI)", "移动设备识别码（IMEI）"},
    .source = "3GPP TS 23.003 clause 6",
    .shape = AN_SHAPE_DIGITS,
    .min = BARE,
    .max = VERSION,
    .rank = 60,
    .use = AN_USE_TRACE,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
