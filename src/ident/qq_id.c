// QQ account numbers.
#include "ident/blocked.h"
#include "ident/canon.h"
#include "ident/digits.h"
#include "ident/kinds.h"

enum { MIN = 5, MAX = 11 };

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    if (!context->cell || !an_context_names(context, &an_ident_qq_id))
        return AN_GRADE_NONE;
    if (text.len < MIN || text.len > MAX || text.ptr[0] == '0' || !an_digits_are(text.ptr, text.len))
        return AN_GRADE_NONE;
    an_canon_put(ret_key, text.ptr, text.len);
    // the operator's own, and one too short to be told by its pattern
    bool nobody = an_str_eq(text, AN_STR("10000")) || an_str_eq(text, AN_STR("12345"));
    return nobody || an_blocked_digits(text) ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

static const char *const headers[] = {
    "qq", "qq号", "qq号码", "qq账号", "qq帐号", "联系qq", "qqh", "qqhm", "qqno", "qqnum", "qqnumber", "qqid",
    "qqaccount", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("903013545"), AN_GRADE_CEILING, true, "903013545", "nine digits"},
    {AN_STR_INIT("52847"), AN_GRADE_CEILING, true, "52847", "five digits"},
    {AN_STR_INIT("31415926535"), AN_GRADE_CEILING, true, NULL, "eleven digits"},
    {AN_STR_INIT("123456789"), AN_GRADE_BLOCKED, true, NULL, "counting up"},
    {AN_STR_INIT("903013545"), AN_GRADE_NONE, false, NULL, "nothing names it"},
    {AN_STR_INIT("5284"), AN_GRADE_NONE, true, NULL, "four digits"},
    {AN_STR_INIT("0903013545"), AN_GRADE_NONE, true, NULL, "begins with 0"},
};

const struct an_ident an_ident_qq_id = {
    .code = 21,
    .name = "qq-id",
    .title = {"QQ account", "QQ 号"},
    .source = "Tencent, QQ number rules",
    .shape = AN_SHAPE_CELL,
    .rank = 71,
    .use = AN_USE_PERSON,
    .charge = 14,
    .linker = true,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
