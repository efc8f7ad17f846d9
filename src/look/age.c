// Ages in whole years.
#include <string.h>
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    enum { OLDEST = 120, STEP = 10 };
    unsigned years;
    struct an_str s = cell->text;
    if (s.len > 3 && memcmp(s.ptr + s.len - 3, "岁", 3) == 0)
        s.len -= 3;
    return an_look_number(s, 0, OLDEST, &years) && an_look_is_digit(s.ptr[0]) && s.len <= 3 ? years / STEP + 1 : 0;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("36"), true},
    {AN_STR_INIT("7岁"), true},
    {AN_STR_INIT("121"), false},
    {AN_STR_INIT("3.5"), false},
    {AN_STR_INIT("-4"), false},
};

const struct an_look an_look_age = {
    .code = 32,
    .name = "age",
    .title = {"an age in years", "年龄（岁）"},
    .category = "age",
    .source = "GB/T 35273-2020 A",
    .made_of = AN_LOOK_DIGIT,
    .only = AN_LOOK_DIGIT | AN_LOOK_HAN | AN_LOOK_HIGH,
    .min = 1,
    .max = 6,
    .covers = true,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
