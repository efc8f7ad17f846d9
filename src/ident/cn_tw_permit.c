// The permit with which residents of Taiwan travel to the mainland (台胞证).
#include "base/date.h"
#include "ident/cn_document.h"
#include "ident/digits.h"
#include "ident/kinds.h"

enum { LEN = 8, YEAR_FIRST = 1900, YEAR_LAST = 2099 };

static int number(const char *digits, size_t count) {
    int n = 0;
    for (size_t i = 0; i < count; i++)
        n = n * 10 + digits[i] - '0';
    return n;
}

static bool is_date(const char d[static LEN]) {
    struct an_date date = {number(d, 4), number(d + 4, 2), number(d + 6, 2)};
    return date.year >= YEAR_FIRST && date.year <= YEAR_LAST && an_date_is_real(date);
}

// Eight digits are a permit only where the column or the words before say so; after words, a date is rather
// how long it is valid.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char permit[AN_DOCUMENT_MAX];
    size_t len = an_document_read(text, permit);
    if (len != LEN || !an_digits_are(permit, len) || !an_context_names(context, &an_ident_cn_tw_permit))
        return AN_GRADE_NONE;
    if (context->expected != &an_ident_cn_tw_permit && is_date(permit))
        return AN_GRADE_NONE;
    return an_document_answer(permit, len, len, ret_key);
}

static const char *const headers[] = {
    "台胞证", "台胞证号", "台胞证号码", "台湾居民来往大陆通行证", "台湾居民来往大陆通行证号",
    "台湾居民来往大陆通行证号码", "台胞證", "臺胞證", "tbz", "tbzh", "taibaozheng", "taiwanpermit",
    "taiwanpermitno", "mtptw", "twpermit", "twpermitno", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("01928374"), AN_GRADE_CEILING, true, "01928374", "the column says so"},
    {AN_STR_INIT("0192 8374"), AN_GRADE_CEILING, true, "01928374", "in two groups"},
    {AN_STR_INIT("19850101"), AN_GRADE_CEILING, true, "19850101",
     "looks like a date, but the column says so"},
    {AN_STR_INIT("12345678"), AN_GRADE_BLOCKED, true, "12345678", "digits counted up"},
    {AN_STR_INIT("01928374"), AN_GRADE_NONE, false, NULL, "nothing says what it is"},
    {AN_STR_INIT("0192837"), AN_GRADE_NONE, true, NULL, "a digit too few"},
    {AN_STR_INIT("0192837A"), AN_GRADE_NONE, true, NULL, "a letter"},
};

const struct an_ident an_ident_cn_tw_permit = {
    .code = 6,
    .name = "cn-tw-permit",
    .title = {"Mainland travel permit for Taiwan residents", "台湾居民来往大陆通行证号"},
    .source = "Measures for travel of Chinese citizens to and from Taiwan (1991, revised 2015)",
    .shape = AN_SHAPE_DIGITS,
    .min = LEN,
    .max = LEN,
    .rank = 42,
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
