// The security code of a payment card.
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    (void) cell;                        // three or four digits, and nothing else
    return 1;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("371"), true},
    {AN_STR_INIT("0042"), true},
    {AN_STR_INIT("12"), false},
    {AN_STR_INIT("12a"), false},
};

const struct an_look an_look_card_security = {
    .code = 35,
    .name = "card-security-code",
    .title = {"a code of three or four digits", "三至四位数字代码"},
    .category = "financial-account",
    .source = "PCI DSS 4.0, 3.3.1",
    .made_of = AN_LOOK_DIGIT,
    .only = AN_LOOK_DIGIT,
    .min = 3,
    .max = 4,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
