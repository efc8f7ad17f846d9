// Amounts of money: numbers, and what is written around them.
#include <string.h>
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    enum { GROUPS = 24, LARGEST = 100000000 };
    char plain[GROUPS];
    size_t n = 0;
    struct an_str s = cell->text;
    static const struct an_str heads[] = {AN_STR_INIT("￥"), AN_STR_INIT("¥"), AN_STR_INIT("$"), AN_STR_INIT("€")};
    static const struct an_str tails[] = {AN_STR_INIT("元"), AN_STR_INIT("万"), AN_STR_INIT("万元"), AN_STR_INIT("k"),
                                          AN_STR_INIT("K")};
    for (size_t i = 0; !an_look_is_digit(s.ptr[0]) && i < AN_COUNT(heads); i++)
        if (s.len > heads[i].len && memcmp(s.ptr, heads[i].ptr, heads[i].len) == 0)
            s = an_str_slice(s, heads[i].len, s.len);
    for (size_t i = AN_COUNT(tails); s.len && !an_look_is_digit(s.ptr[s.len - 1]) && i-- > 0;)
        if (s.len > tails[i].len && memcmp(s.ptr + s.len - tails[i].len, tails[i].ptr, tails[i].len) == 0)
            s.len -= tails[i].len;
    for (size_t i = 0; i < s.len && n < sizeof plain; i++)
        if (s.ptr[i] != ',' && s.ptr[i] != ' ')
            plain[n++] = s.ptr[i];
    unsigned whole;
    return n < sizeof plain && an_look_number((struct an_str) {plain, n}, 0, LARGEST, &whole);
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("12,500.00"), true},
    {AN_STR_INIT("￥8000"), true},
    {AN_STR_INIT("30万元"), true},
    {AN_STR_INIT("20k-30k"), false},
    {AN_STR_INIT("A12"), false},
};

const struct an_look an_look_money = {
    .code = 47,
    .name = "amount",
    .title = {"an amount", "金额"},
    .category = "income",
    .source = "GB/T 45574-2025 A",
    .made_of = AN_LOOK_DIGIT,
    .min = 1,
    .max = 24,
    .covers = true,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
