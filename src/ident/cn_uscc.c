// The unified social credit code: a company, an office, an association; never a person.
#include <string.h>

#include "ident/blocked.h"
#include "ident/digits.h"
#include "ident/kinds.h"

// GB 32100-2015: registering department, sort, six digits of place, nine characters of organisation (with a
// check character of their own, GB 11714), check character. I, O, S, V and Z are not used.
enum { LEN = 18, PLACE = 2, ORGANISATION = 8, ORGANISATION_LEN = 9, BASE = 31 };

static const char alphabet[BASE + 1] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// Value of a character of the alphabet, BASE for any other.
static unsigned value(char c) {
    if (c >= '0' && c <= '9')
        return (unsigned) (c - '0');
    const char *at = c >= 'A' && c <= 'Z' ? strchr(alphabet, c) : NULL;
    return at ? (unsigned) (at - alphabet) : BASE;
}

static bool has_check(const char code[static LEN]) {
    unsigned sum = 0, weight = 1;
    for (size_t i = 0; i < LEN - 1; i++) {
        unsigned v = value(code[i]);
        if (v == BASE)
            return false;
        sum += v * weight;
        weight = weight * 3 % BASE;
    }
    return code[LEN - 1] == alphabet[(BASE - sum % BASE) % BASE];
}

static bool has_organisation_check(const char code[static ORGANISATION_LEN]) {
    static const unsigned weight[ORGANISATION_LEN - 1] = {3, 7, 9, 10, 5, 8, 4, 2};
    unsigned sum = 0;
    for (size_t i = 0; i < ORGANISATION_LEN - 1; i++)
        sum += (unsigned) (code[i] <= '9' ? code[i] - '0' : code[i] - 'A' + 10) * weight[i];
    return code[ORGANISATION_LEN - 1] == "0X987654321"[sum % 11];
}

// Upper-cased, without single spaces and hyphens between characters.
static bool read_code(struct an_str text, char code[static LEN]) {
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if ((c == ' ' || c == '-') && len && len < LEN && text.ptr[i - 1] != c)
            continue;
        if (len == LEN)
            return false;
        code[len++] = c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
    }
    return len == LEN;
}

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char code[LEN];
    if (!read_code(text, code) || !code[0] || !strchr("123456789ANY", code[0]) || code[1] < '1' ||
        code[1] > '9' ||
        !an_digits_are(code + PLACE, ORGANISATION - PLACE) || !has_check(code))
        return AN_GRADE_NONE;
    // Eighteen digits may be anything.
    bool is_digits = an_digits_are(code, LEN);
    if (is_digits && !an_context_names(context, &an_ident_cn_uscc))
        return AN_GRADE_NONE;
    memcpy(ret_key->text, code, LEN);
    ret_key->len = LEN;
    if (an_blocked_digits((struct an_str) {code + ORGANISATION, ORGANISATION_LEN - 1}))
        return AN_GRADE_BLOCKED;
    return has_organisation_check(code + ORGANISATION) ? AN_GRADE_FLOOR : AN_GRADE_CEILING;
}

static const char *const headers[] = {
    "统一社会信用代码", "统一社会信用代码证号", "统一信用代码", "社会信用代码", "信用代码", "营业执照号",
    "营业执照号码", "营业执照注册号", "税号", "纳税人识别号", "纳税识别号", "组织机构代码", "企业代码",
    "tyshxydm", "xydm", "shxydm", "yyzzh", "nsrsbh", "zzjgdm", "uscc", "usci", "creditcode",
    "socialcreditcode", "unifiedsocialcreditcode", "businesslicense", "businesslicenseno", "taxno",
    "taxpayerid", "taxpayerno", "orgcode", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("91110000600037341L"), AN_GRADE_FLOOR, false, "91110000600037341L",
     "both check characters right"},
    {AN_STR_INIT("91 110000 600037341l"), AN_GRADE_FLOOR, true, "91110000600037341L",
     "in groups, lower case"},
    {AN_STR_INIT("911522010783762860"), AN_GRADE_FLOOR, true, "911522010783762860",
     "digits only, and the column says so"},
    {AN_STR_INIT("911522010783762860"), AN_GRADE_NONE, false, NULL,
     "digits only, and nothing says what it is"},
    {AN_STR_INIT("91110000600037341N"), AN_GRADE_NONE, true, NULL, "wrong check character"},
    {AN_STR_INIT("01110000600037341X"), AN_GRADE_NONE, true, NULL,
     "no such department, check character right"},
    {AN_STR_INIT("9111000060003734L"), AN_GRADE_NONE, true, NULL, "a character too few"},
};

const struct an_ident an_ident_cn_uscc = {
    .code = 8,
    .name = "cn-uscc",
    .title = {"Unified social credit code (organisation, China)", "统一社会信用代码"},
    .source = "GB 32100-2015; GB 11714-1997",
    .shape = AN_SHAPE_WORD,
    .min = LEN,
    .max = LEN,
    .rank = 20,
    .use = AN_USE_NOBODY,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
