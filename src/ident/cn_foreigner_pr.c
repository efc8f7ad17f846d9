// The number on a foreigner's permanent residence card of the 2023 form.
#include <string.h>

#include "ident/cn_place.h"
#include "ident/id18.h"
#include "ident/kinds.h"

// 9, two digits of province, three of nationality, eight of birth date, three of sequence, a check character
// (MOD 11-2).
enum { PROVINCE = 1, NATIONALITY = 3, BIRTH = 6 };

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char id[AN_ID18_LEN];
    if (!text.len || text.ptr[0] != '9' || !an_id18_read(text, id))
        return AN_GRADE_NONE;
    // ISO 3166-1 numeric codes run from 004 to 894.
    bool is_country = memcmp(id + NATIONALITY, "004", 3) >= 0 && memcmp(id + NATIONALITY, "894", 3) <= 0;
    if (!is_country || !an_cn_province_is_known(id + PROVINCE) ||
        !an_id18_is_birth(id + BIRTH, context->today) ||
        an_id18_check(id) != id[AN_ID18_LEN - 1])
        return AN_GRADE_NONE;
    memcpy(ret_key->text, id, sizeof id);
    ret_key->len = sizeof id;
    // Where the fields stand is inferred from one card, so the number alone does not prove a person.
    return an_context_names(context, &an_ident_cn_foreigner_pr) ? AN_GRADE_FLOOR : AN_GRADE_CEILING;
}

static const char *const headers[] = {
    "外国人永久居留身份证", "外国人永久居留身份证号", "外国人永久居留身份证号码", "外国人永久居留证",
    "外国人永久居留证号", "永久居留证号", "永居证号", "五星卡号", "wgryjjlz", "wgryjjlzh", "yjjlz", "yjjlzh",
    "yongjiujuliuzheng", "foreignerpr", "foreignerprno", "permanentresidenceno", "permanentresidentcard",
    "permanentresidentcardno", "prcardno", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("932682198501010017"), AN_GRADE_FLOOR, true, "932682198501010017", "the column says so"},
    {AN_STR_INIT("932682198501010017"), AN_GRADE_CEILING, false, "932682198501010017", "nothing says so"},
    {AN_STR_INIT("932682 19850101 0017"), AN_GRADE_FLOOR, true, "932682198501010017", "written in groups"},
    {AN_STR_INIT("932682198501010018"), AN_GRADE_NONE, true, NULL, "wrong check character"},
    {AN_STR_INIT("990682198501010016"), AN_GRADE_NONE, true, NULL, "no such province, check character right"},
    {AN_STR_INIT("932682198513010014"), AN_GRADE_NONE, true, NULL, "month 13, check character right"},
};

const struct an_ident an_ident_cn_foreigner_pr = {
    .code = 3,
    .name = "cn-foreigner-pr",
    .title = {"Foreigner's permanent residence card (China)", "外国人永久居留身份证号"},
    .source = "National Immigration Administration, card of 2023; ISO 7064 MOD 11-2",
    .shape = AN_SHAPE_DIGITS,
    .min = AN_ID18_LEN,
    .max = AN_ID18_LEN,
    .first = AN_FIRST_RANGE(9, 9),
    .rank = 12,
    .use = AN_USE_PERSON,
    .charge = 3,
    .sensitive = true,
    .m = AN_MANY,
    .c = 1,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
