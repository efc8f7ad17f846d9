// Social security numbers of the United States.
#include "ident/blocked.h"
#include "ident/canon.h"
#include "ident/digits.h"
#include "ident/kinds.h"

enum { LEN = 9, GROUPED = 0x324 };

// Numbers printed in advertisements and on sample cards, which thousands then used as their own, and what
// forms are filled with.
static const char *const samples[] = {
    "078051120", "111223333", "123121234", "123456789", "165167999", "189092294", "212097694", "212099999",
    "219099999", "306302348", "308125070", "457555462", "468288779", "549241889",
};

// There is no check digit, and in FEBRL and in the field distinct numbers exceed the people who hold them by
// 2 to 15 per cent: never good enough for the floor.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    struct an_digits number;
    if (!an_digits_read(text, &number) || number.has_x || number.count != LEN)
        return AN_GRADE_NONE;
    bool hyphens = number.layout == GROUPED && memchr(text.ptr, '-', text.len);
    bool other = number.layout == 0 || number.layout == GROUPED;
    if (!hyphens && !(other && an_context_names(context, &an_ident_us_ssn)))
        return AN_GRADE_NONE;
    const char *d = number.digit;
    if (d[0] == '9' || memcmp(d, "000", 3) == 0 || memcmp(d, "666", 3) == 0)     // areas never used
        return AN_GRADE_NONE;
    if (memcmp(d + 3, "00", 2) == 0 || memcmp(d + 5, "0000", 4) == 0)
        return AN_GRADE_NONE;
    an_canon_put(ret_key, d, LEN);
    for (size_t i = 0; i < AN_COUNT(samples); i++)
        if (memcmp(samples[i], d, LEN) == 0)
            return AN_GRADE_BLOCKED;
    return an_blocked_digits((struct an_str) {d, LEN}) ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

static const char *const headers[] = {
    "ssn", "ssnno", "ssnnumber", "socialsecurity", "socialsecurityno", "socialsecuritynumber",
    "socialsecuritynum", "socsecid", "socsecno", "socialsecurityid", "ussn", "usssn", "美国社会安全号",
    "社会安全号", "社会安全号码", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("536-90-4399"), AN_GRADE_CEILING, false, "536904399", "with hyphens"},
    {AN_STR_INIT("536904399"), AN_GRADE_CEILING, true, "536904399", "bare, in a column of them"},
    {AN_STR_INIT("536 90 4399"), AN_GRADE_CEILING, true, "536904399", "with blanks, in a column of them"},
    {AN_STR_INIT("078-05-1120"), AN_GRADE_BLOCKED, false, NULL, "printed in a wallet's sample card"},
    {AN_STR_INIT("123-45-6789"), AN_GRADE_BLOCKED, false, NULL, "counting up"},
    {AN_STR_INIT("536904399"), AN_GRADE_NONE, false, NULL, "bare, and nothing names it"},
    {AN_STR_INIT("666-90-4399"), AN_GRADE_NONE, false, NULL, "area 666"},
    {AN_STR_INIT("536-00-4399"), AN_GRADE_NONE, false, NULL, "group 00"},
    {AN_STR_INIT("536-90-0000"), AN_GRADE_NONE, false, NULL, "serial 0000"},
    {AN_STR_INIT("53-690-4399"), AN_GRADE_NONE, true, NULL, "other groups"},
};

const struct an_ident an_ident_us_ssn = {
    .code = 23,
    .name = "us-ssn",
    .title = {"Social security number (US)", "社会安全号码（美国）"},
    .source = "20 CFR 422.103; SSA randomization rule of 2011-06-25",
    .shape = AN_SHAPE_DIGITS,
    .min = LEN,
    .max = LEN,
    .rank = 36,
    .use = AN_USE_PERSON,
    .charge = 7,
    .linker = true,
    .sensitive = true,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
