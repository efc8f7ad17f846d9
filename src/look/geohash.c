// Places on earth as geohashes.
#include <string.h>
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    for (size_t i = 0; i < cell->text.len; i++)
        if (!memchr("0123456789bcdefghjkmnpqrstuvwxyz", cell->text.ptr[i], 32))
            return 0;
    return 1;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("wx4g0ec1"), true},
    {AN_STR_INIT("9q8yyk8"), true},
    {AN_STR_INIT("wx4"), false},
    {AN_STR_INIT("wx4gail1"), false},
};

const struct an_look an_look_geohash = {
    .code = 40,
    .name = "geohash",
    .title = {"a geohash", "geohash 编码"},
    .category = "location",
    .source = "geohash.org, base 32",
    .made_of = AN_LOOK_DIGIT | AN_LOOK_LOWER,
    .only = AN_LOOK_DIGIT | AN_LOOK_LOWER,
    .min = 5,
    .max = 12,
    .covers = true,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
