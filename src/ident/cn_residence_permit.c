// The number on the residence permit for people of Hong Kong, Macao and Taiwan.
#include <string.h>

#include "ident/id18.h"
#include "ident/ident.h"

// Built as a resident's number, but for the place: 810000 Hong Kong, 820000 Macao, 830000 Taiwan.
enum { PLACE_LEN = 6 };

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char id[AN_ID18_LEN];
    if (!text.len || text.ptr[0] != '8' || !an_id18_read(text, id))
        return AN_GRADE_NONE;
    if (id[1] < '1' || id[1] > '3' || memcmp(id + 2, "0000", 4) != 0)
        return AN_GRADE_NONE;
    if (!an_id18_is_birth(id + PLACE_LEN, context->today) || an_id18_check(id) != id[AN_ID18_LEN - 1])
        return AN_GRADE_NONE;
    memcpy(ret_key->text, id, sizeof id);
    ret_key->len = sizeof id;
    return AN_GRADE_FLOOR;
}

static const char *const headers[] = {
    "居住证", "居住证号", "居住证号码", "港澳台居民居住证", "港澳台居民居住证号", "港澳台居民居住证号码",
    "港澳台居住证", "港澳台居住证号", "jzz", "jzzh", "jzzhm", "juzhuzheng", "residencepermit",
    "residencepermitno", "residencepermitnumber", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("810000199408230021"), AN_GRADE_FLOOR, false, "810000199408230021", "Hong Kong"},
    {AN_STR_INIT("820000200009100032"), AN_GRADE_FLOOR, false, "820000200009100032", "Macao"},
    {AN_STR_INIT("830000 19850615 0016"), AN_GRADE_FLOOR, false, "830000198506150016",
     "Taiwan, written in groups"},
    {AN_STR_INIT("810000199408230022"), AN_GRADE_NONE, true, NULL, "wrong check character"},
    {AN_STR_INIT("840000199408230027"), AN_GRADE_NONE, true, NULL, "no such place, check character right"},
    {AN_STR_INIT("810000199413230026"), AN_GRADE_NONE, true, NULL, "month 13, check character right"},
};

const struct an_ident an_ident_cn_residence_permit = {
    .code = 2,
    .name = "cn-residence-permit",
    .title = {"Residence permit for Hong Kong, Macao and Taiwan residents", "港澳台居民居住证号"},
    .source = "State Council Office Document 81 of 2018; GB 11643-1999",
    .shape = AN_SHAPE_DIGITS,
    .min = AN_ID18_LEN,
    .max = AN_ID18_LEN,
    .first = AN_FIRST_RANGE(8, 8),
    .rank = 11,
    .use = AN_USE_PERSON,
    .charge = 2,
    .sensitive = true,
    .m = AN_MANY,
    .c = 1,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
