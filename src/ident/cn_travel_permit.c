// The permits with which mainland residents travel to Hong Kong, Macao and Taiwan.
#include "ident/cn_document.h"
#include "ident/kinds.h"

#define SERIAL "ABCDEFGHJKLMNPQRSTUVWXYZ"   // all but I and O

static const struct an_document_form forms[] = {
    {"C", NULL, 8}, {"C", SERIAL, 7},       // Hong Kong and Macao: card, and card since 2018-12
    {"W", NULL, 8},                         // Hong Kong and Macao: booklet
    {"LT", NULL, 8},                        // Taiwan: card, booklet
};
enum { LEN = 9 };

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char number[AN_DOCUMENT_MAX];
    size_t len = an_document_read(text, number);
    if (len != LEN)
        return AN_GRADE_NONE;
    for (size_t i = 0; i < AN_COUNT(forms); i++)
        if (an_document_is(number, len, &forms[i]) &&
            an_document_context(context, &an_ident_cn_travel_permit))
            return an_document_answer(number, len, forms[i].digits, ret_key);
    return AN_GRADE_NONE;
}

static const char *const headers[] = {
    "往来港澳通行证", "往来港澳通行证号", "往来港澳通行证号码", "港澳通行证", "港澳通行证号",
    "港澳通行证号码", "往来台湾通行证", "往来台湾通行证号", "往来台湾通行证号码", "大陆居民往来台湾通行证",
    "台湾通行证", "大通证", "gatxz", "gatxzh", "wlgatxz", "wltwtxz", "gangaotongxingzheng", "exitentrypermit",
    "exitentrypermitno", "eepno", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("C20394857"), AN_GRADE_CEILING, true, "C20394857", "Hong Kong and Macao"},
    {AN_STR_INIT("cb0293847"), AN_GRADE_CEILING, true, "CB0293847",
     "Hong Kong and Macao since 2018-12, lower case"},
    {AN_STR_INIT("L20394857"), AN_GRADE_CEILING, true, "L20394857", "Taiwan"},
    {AN_STR_INIT("C00000000"), AN_GRADE_BLOCKED, true, "C00000000", "fills the field"},
    {AN_STR_INIT("C20394857"), AN_GRADE_NONE, false, NULL, "nothing says what it is"},
    {AN_STR_INIT("CO0293847"), AN_GRADE_NONE, true, NULL, "O is not used"},
    {AN_STR_INIT("W2039485"), AN_GRADE_NONE, true, NULL, "a digit too few"},
    {AN_STR_INIT("Q20394857"), AN_GRADE_NONE, true, NULL, "no permit begins so"},
};

const struct an_ident an_ident_cn_travel_permit = {
    .code = 7,
    .name = "cn-travel-permit",
    .title = {"Exit-entry permit to Hong Kong, Macao or Taiwan", "往来港澳台通行证号"},
    .source = "Exit and Entry Administration Law of the PRC (2012); notice of the NIA of 2018-12",
    .shape = AN_SHAPE_WORD,
    .min = LEN,
    .max = LEN,
    .rank = 43,
    .use = AN_USE_PERSON,
    .charge = 6,
    .sensitive = true,
    .m = AN_MANY,
    .c = 1,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
