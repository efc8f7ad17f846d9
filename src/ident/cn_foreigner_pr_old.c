// The number on a foreigner's permanent residence card of the forms before 2023.
#include "ident/cn_document.h"
#include "ident/digits.h"
#include "ident/kinds.h"

// Three letters of nationality, twelve digits. The last is said to be a check digit; how it is made is not
// published.
enum { LETTERS = 3, LEN = 15 };

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char number[AN_DOCUMENT_MAX];
    if (an_document_read(text, number) != LEN || !an_digits_are(number + LETTERS, LEN - LETTERS))
        return AN_GRADE_NONE;
    for (size_t i = 0; i < LETTERS; i++)
        if (number[i] < 'A')
            return AN_GRADE_NONE;
    if (!an_document_context(context, &an_ident_cn_foreigner_pr_old) &&
        !an_context_names(context, &an_ident_cn_foreigner_pr))
        return AN_GRADE_NONE;
    return an_document_answer(number, LEN, LEN - LETTERS, ret_key);
}

static const char *const headers[] = {"旧版外国人永久居留证号", "旧版永居证号", "oldforeignerprno", NULL};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("USA310120394857"), AN_GRADE_CEILING, true, "USA310120394857", "the column says so"},
    {AN_STR_INIT("deu110120394857"), AN_GRADE_CEILING, true, "DEU110120394857", "lower case"},
    {AN_STR_INIT("FRA 3101 2039 4857"), AN_GRADE_CEILING, true, "FRA310120394857", "in groups"},
    {AN_STR_INIT("USA310120394857"), AN_GRADE_NONE, false, NULL, "nothing says what it is"},
    {AN_STR_INIT("US3310120394857"), AN_GRADE_NONE, true, NULL, "two letters"},
    {AN_STR_INIT("USA31012039485"), AN_GRADE_NONE, true, NULL, "a digit too few"},
};

const struct an_ident an_ident_cn_foreigner_pr_old = {
    .code = 60,
    .name = "cn-foreigner-pr-old",
    .title = {"Foreigner's permanent residence card (China), before 2023",
              "外国人永久居留身份证号（2023年前）"},
    .source = "Measures for the approval of permanent residence of foreigners in China (2004)",
    .shape = AN_SHAPE_WORD,
    .min = LEN,
    .max = LEN,
    .rank = 13,
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
