// A place on earth as a pair of numbers.
#include <string.h>
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    enum { DECIMALS = 3, SUM = 360, STEP = 26 };
    struct an_str s = cell->text, first;
    if (s.len > 7 && memcmp(s.ptr, "POINT(", 6) == 0 && s.ptr[s.len - 1] == ')')
        s = an_str_slice(s, 6, s.len - 1);
    else if (s.len > 2 && strchr("[(", s.ptr[0]))
        s = an_str_slice(s, 1, s.len - 1);
    char between = memchr(s.ptr, ',', s.len) ? ',' : memchr(s.ptr, ';', s.len) ? ';' : ' ';
    if (!an_str_next(&s, between, &first))
        return 0;
    while (s.len && s.ptr[0] == ' ')
        s = an_str_slice(s, 1, s.len);
    unsigned a, b;
    if (!an_look_number(first, DECIMALS, 180, &a) || !an_look_number(s, DECIMALS, 180, &b) || (a > 90 && b > 90))
        return 0;
    return (a + b) % SUM / STEP + 1;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("39.90420,116.40740"), true},
    {AN_STR_INIT("POINT(116.407 39.904)"), true},
    {AN_STR_INIT("[31.230, 121.473]"), true},
    {AN_STR_INIT("39.9,116.4"), false},
    {AN_STR_INIT("129.9042,116.4074"), false},
};

const struct an_look an_look_coordinates = {
    .code = 39,
    .name = "coordinates",
    .title = {"a place on earth (latitude and longitude)", "经纬度坐标"},
    .category = "location",
    .source = "ISO 6709:2022",
    .made_of = AN_LOOK_DIGIT | AN_LOOK_STOP,
    .min = 11,
    .max = 64,
    .alone = 90,
    .covers = true,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
