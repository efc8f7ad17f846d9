// Passport numbers of other countries than China.
#include "ident/canon.h"
#include "ident/cn_document.h"
#include "ident/digits.h"
#include "ident/kinds.h"

enum { MIN = 6, MAX = 10, TAIL = 6, TEXT_DIGITS = 5 };

// Six to ten letters and digits, as ICAO Doc 9303 leaves room for; no country's check is public. Letters
// alone are a word, and digits alone a passport only in a column of passports.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char number[AN_DOCUMENT_MAX];
    size_t len = an_document_read(text, number), digits = 0;
    if (len < MIN || len > MAX)
        return AN_GRADE_NONE;
    for (size_t i = 0; i < len; i++)
        digits += an_canon_is_digit(number[i]);
    // in running text words of letters and digits are everywhere: only those that are mostly digits
    if (digits == 0 || (!context->cell && digits < TEXT_DIGITS))
        return AN_GRADE_NONE;
    bool allowed = an_canon_allows(context, &an_ident_passport);
    if (digits < len)
        allowed = allowed || an_document_context(context, &an_ident_passport);
    else
        allowed = allowed && context->cell;
    if (!allowed)
        return AN_GRADE_NONE;
    // the tail typed in a pattern: XX123456, 000000
    return an_document_answer(number, len, TAIL, ret_key);
}

static const char *const headers[] = {
    "外国护照", "外国护照号", "外国护照号码", "外籍护照", "外籍护照号", "国外护照", "foreignpassport",
    "foreignpassportno", "foreignpassportnumber", "护照", "护照号", "护照号码", "passport", "passportno",
    "passportnum", "passportnumber", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("ZS 0000177"), AN_GRADE_CEILING, true, "ZS0000177", "two letters, a blank, seven digits"},
    {AN_STR_INIT("c26vmvvc3"), AN_GRADE_CEILING, true, "C26VMVVC3", "letters among digits, lower case"},
    {AN_STR_INIT("790369937"), AN_GRADE_CEILING, true, "790369937", "digits only, in a column of passports"},
    {AN_STR_INIT("AB000000"), AN_GRADE_BLOCKED, true, NULL, "fills the field"},
    {AN_STR_INIT("ZS0000177"), AN_GRADE_NONE, false, NULL, "nothing names it"},
    {AN_STR_INIT("ZS017"), AN_GRADE_NONE, true, NULL, "five characters"},
    {AN_STR_INIT("PASSPORT"), AN_GRADE_NONE, true, NULL, "no digit"},
};

const struct an_ident an_ident_passport = {
    .code = 14,
    .name = "passport",
    .title = {"Passport number (other countries)", "护照号码（外国）"},
    .source = "ICAO Doc 9303 part 3 (2021)",
    .shape = AN_SHAPE_WORD,
    .min = MIN,
    .max = MAX,
    .rank = 44,
    .use = AN_USE_PERSON,
    .charge = 4,
    .sensitive = true,
    .m = AN_MANY,
    .c = 1,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
