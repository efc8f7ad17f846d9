// UUIDs: names that programs give.
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    for (size_t i = 0; i < cell->text.len; i++) {
        char c = cell->text.ptr[i];
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? c != '-' : !an_look_is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f'))
            return 0;
    }
    return 1;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("0f8fad5b-d9cb-469f-a165-70867728950e"), true},
    {AN_STR_INIT("0F8FAD5B-D9CB-469F-A165-70867728950E"), true},
    {AN_STR_INIT("0f8fad5b-d9cb-469f-a165-70867728950g"), false},
    {AN_STR_INIT("0f8fad5bd9cb-469f-a165-70867728950e0"), false},
};

const struct an_look an_look_uuid = {
    .code = 51,
    .name = "uuid",
    .title = {"a UUID", "UUID"},
    .category = "-",
    .source = "RFC 9562",
    .made_of = AN_LOOK_SIGN,
    .only = AN_LOOK_DIGIT | AN_LOOK_LETTER | AN_LOOK_SIGN,
    .min = 36,
    .max = 36,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
