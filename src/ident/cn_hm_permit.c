// The permit with which residents of Hong Kong and Macao travel to the mainland (回乡证).
#include "ident/cn_document.h"
#include "ident/kinds.h"

static const struct an_document_form form = {"HM", NULL, 8};
static const struct an_document_form renewed = {"HM", NULL, 10};     // two digits that count renewals
enum { LEN = 9 };

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char number[AN_DOCUMENT_MAX];
    size_t len = an_document_read(text, number);
    if (!an_document_is(number, len, &form) && !an_document_is(number, len, &renewed))
        return AN_GRADE_NONE;
    if (!an_document_context(context, &an_ident_cn_hm_permit))
        return AN_GRADE_NONE;
    return an_document_answer(number, LEN, form.digits, ret_key);
}

static const char *const headers[] = {
    "回乡证", "回乡证号", "回乡证号码", "来往内地通行证", "来往内地通行证号", "港澳居民来往内地通行证",
    "港澳居民来往内地通行证号", "港澳居民来往内地通行证号码", "港澳来往内地通行证", "回鄉證", "回鄉卡", "hxz",
    "hxzh", "huixiangzheng", "homereturnpermit", "homereturnpermitno", "hmpermit", "hmpermitno", "hkmopermit",
    "hkmopermitno", "mainlandtravelpermit", "mainlandtravelpermitno", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("M32031177"), AN_GRADE_CEILING, true, "M32031177", "Macao"},
    {AN_STR_INIT("h3203117707"), AN_GRADE_CEILING, true, "H32031177",
     "Hong Kong, renewed seven times, lower case"},
    {AN_STR_INIT("H32031177 01"), AN_GRADE_CEILING, true, "H32031177", "renewal set apart"},
    {AN_STR_INIT("H88888888"), AN_GRADE_BLOCKED, true, "H88888888", "fills the field"},
    {AN_STR_INIT("M32031177"), AN_GRADE_NONE, false, NULL, "nothing says what it is"},
    {AN_STR_INIT("T32031177"), AN_GRADE_NONE, true, NULL, "neither H nor M"},
    {AN_STR_INIT("M320311770"), AN_GRADE_NONE, true, NULL, "one digit of renewal"},
};

const struct an_ident an_ident_cn_hm_permit = {
    .code = 5,
    .name = "cn-hm-permit",
    .title = {"Mainland travel permit for Hong Kong and Macao residents", "港澳居民来往内地通行证号"},
    .source = "Exit and Entry Administration Law of the PRC (2012); card of 1999 and 2013",
    .shape = AN_SHAPE_WORD,
    .min = LEN,
    .max = 11,
    .rank = 41,
    .use = AN_USE_PERSON,
    .charge = 5,
    .sensitive = true,
    .m = AN_MANY,
    .c = 1,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
