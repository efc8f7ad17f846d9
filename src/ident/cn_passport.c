// The number of a Chinese passport, Hong Kong's and Macao's included.
#include "ident/cn_document.h"
#include "ident/digits.h"
#include "ident/kinds.h"

// Letters that stand for a digit once those are used up: all but I and O.
#define SERIAL "ABCDEFGHJKLMNPQRSTUVWXYZ"

static const struct an_document_form forms[] = {
    {"E", NULL, 8}, {"E", SERIAL, 7},                           // ordinary, since 2012
    {"G", NULL, 8},                                             // ordinary, before
    {"DSP", NULL, 7}, {"DSP", NULL, 8}, {"DSP", "E", 7}, {"DSP", "E", 8},  // diplomatic, service, official
    {"HK", NULL, 8}, {"HK", "JM", 7},                           // Hong Kong
    {"M", "AB", 7},                                             // Macao
};

enum { OLD_LEN = 9 };       // ordinary, the earliest: 14 or 15 and seven digits

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char number[AN_DOCUMENT_MAX];
    size_t len = an_document_read(text, number);
    if (!len)
        return AN_GRADE_NONE;
    for (size_t i = 0; i < AN_COUNT(forms); i++)
        if (an_document_is(number, len, &forms[i]) && an_document_context(context, &an_ident_cn_passport))
            return an_document_answer(number, len, forms[i].digits, ret_key);
    bool is_old = len == OLD_LEN && number[0] == '1' && (number[1] == '4' || number[1] == '5') &&
        an_digits_are(number, len);
    if (is_old && context->cell && context->expected == &an_ident_cn_passport)
        return an_document_answer(number, len, OLD_LEN - 2, ret_key);
    return AN_GRADE_NONE;
}

static const char *const headers[] = {
    "护照", "护照号", "护照号码", "护照编号", "中国护照", "因私护照", "因公护照", "護照", "護照號碼",
    "旅行证件号", "旅行证件号码", "hz", "hzh", "hzhm", "huzhao", "huzhaohao", "huzhaohaoma", "passport",
    "passportno", "passportnum", "passportnumber", "passportid", "traveldocno", "traveldocumentno", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("E20394857"), AN_GRADE_CEILING, true, "E20394857", "ordinary passport"},
    {AN_STR_INIT("ek1029384"), AN_GRADE_CEILING, true, "EK1029384",
     "a letter in the second place, lower case"},
    {AN_STR_INIT("K25345719"), AN_GRADE_CEILING, true, "K25345719", "Hong Kong"},
    {AN_STR_INIT("MA 0293847"), AN_GRADE_CEILING, true, "MA0293847", "Macao, with a space"},
    {AN_STR_INIT("E12345678"), AN_GRADE_BLOCKED, true, "E12345678", "digits counted up"},
    {AN_STR_INIT("E20394857"), AN_GRADE_NONE, false, NULL, "nothing says what it is"},
    {AN_STR_INIT("EI1029384"), AN_GRADE_NONE, true, NULL, "I is not used"},
    {AN_STR_INIT("K2534571"), AN_GRADE_NONE, true, NULL, "a digit too few"},
    {AN_STR_INIT("X20394857"), AN_GRADE_NONE, true, NULL, "no passport begins so"},
};

const struct an_ident an_ident_cn_passport = {
    .code = 4,
    .name = "cn-passport",
    .title = {"Passport number (China)", "护照号码（中国）"},
    .source = "Passport Law of the PRC (2006); ICAO Doc 9303; notices of the NIA",
    .shape = AN_SHAPE_WORD,
    .min = 8,
    .max = 10,
    .rank = 40,
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
