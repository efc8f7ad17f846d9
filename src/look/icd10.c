// Codes of diseases with their subdivision: E11.9, S52.501.
#include <string.h>
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    enum { LETTERS = 2 };               // of the alphabet, in one class
    const char *s = cell->text.ptr;
    size_t n = cell->text.len;
    if (s[0] < 'A' || s[0] > 'Z' || !an_look_is_digit(s[1]) || !an_look_is_digit(s[2]) || s[3] != '.' || !an_look_is_digit(s[4]))
        return 0;
    for (size_t i = 5; i < n; i++)
        if (!an_look_is_digit(s[i]) && !(i + 1 == n && (s[i] == 'x' || s[i] == '+' || s[i] == '*')) && !strchr("xAD", s[i]))
            return 0;
    return (unsigned) (s[0] - 'A') / LETTERS + 1;
}

static const char *const not_below[] = {"version", "model", "sku", "partno", "版本", "型号", NULL};

static const struct an_look_example examples[] = {
    {AN_STR_INIT("E11.9"), true},
    {AN_STR_INIT("S52.501"), true},
    {AN_STR_INIT("I10.x00"), false},
    {AN_STR_INIT("E11"), false},
    {AN_STR_INIT("1E1.9"), false},
};

const struct an_look an_look_icd10 = {
    .code = 45,
    .name = "icd-10",
    .title = {"a code of a disease (ICD-10)", "疾病代码（ICD-10）"},
    .category = "health",
    .source = "ICD-10; GB/T 14396-2016",
    .made_of = AN_LOOK_UPPER | AN_LOOK_DIGIT | AN_LOOK_STOP,
    .min = 5,
    .max = 10,
    .alone = 70,
    .classes = 3,
    .not_below = not_below,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
