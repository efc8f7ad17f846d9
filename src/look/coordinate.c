// One of the two numbers of a place on earth.
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    enum { FARTHEST = 180, STEP = 13, DECIMALS = 3 };
    unsigned whole;
    return an_look_number(cell->text, DECIMALS, FARTHEST, &whole) ? whole / STEP + 1 : 0;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("39.90420"), true},
    {AN_STR_INIT("-116.4074"), true},
    {AN_STR_INIT("190.1234"), false},
    {AN_STR_INIT("39.9"), false},
};

const struct an_look an_look_coordinate = {
    .code = 38,
    .name = "coordinate",
    .title = {"a latitude or longitude", "经度或纬度"},
    .category = "location",
    .source = "ISO 6709:2022",
    .made_of = AN_LOOK_DIGIT | AN_LOOK_STOP,
    .only = AN_LOOK_DIGIT | AN_LOOK_STOP | AN_LOOK_SIGN,
    .min = 5,
    .max = 24,
    .covers = true,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
