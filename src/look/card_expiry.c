// The month a payment card ends in.
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    const char *s = cell->text.ptr;
    size_t n = cell->text.len;
    bool is_form = (n == 5 || n == 7) && (s[2] == '/' || s[2] == '-');
    for (size_t i = 0; i < n && is_form; i++)
        is_form = i == 2 || an_look_is_digit(s[i]);
    int month = is_form ? (s[0] - '0') * 10 + s[1] - '0' : 0;
    return month >= 1 && month <= 12;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("08/29"), true},
    {AN_STR_INIT("12/2031"), true},
    {AN_STR_INIT("13/29"), false},
    {AN_STR_INIT("8/29"), false},
};

const struct an_look an_look_card_expiry = {
    .code = 34,
    .name = "card-expiry",
    .title = {"the month a payment card ends in", "支付卡有效期"},
    .category = "financial-account",
    .source = "ISO/IEC 7813:2006",
    .made_of = AN_LOOK_DIGIT | AN_LOOK_SIGN,
    .only = AN_LOOK_DIGIT | AN_LOOK_SIGN,
    .min = 5,
    .max = 7,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
