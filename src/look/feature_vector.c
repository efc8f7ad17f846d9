// Vectors of numbers, as programs that recognise faces and voices make them of a person.
#include <string.h>
#include "look/looks.h"

// [0.0123, -0.5521, ...]: at least so many numbers.
static bool is_list(struct an_str s) {
    enum { FEWEST = 64 };
    size_t numbers = 0;
    if (s.ptr[0] != '[' && s.ptr[0] != '{')
        return false;
    for (size_t i = 1; i < s.len; i++) {
        numbers += s.ptr[i] == ',';
        if (!an_look_is_digit(s.ptr[i]) && !strchr(" ,.-+eE]}", s.ptr[i]))
            return false;
    }
    return numbers + 1 >= FEWEST;
}

static unsigned see(const struct an_look_cell *cell) {
    enum { FLOAT = 4, STEP = 64 };      // 128, 256, 512 numbers and the like, packed
    struct an_str s = cell->text;
    if (is_list(s))
        return 1;
    if (!an_look_is_base64(s))
        return 0;
    size_t len = s.len;
    while (len && s.ptr[len - 1] == '=')
        len--;
    return len * 3 / 4 % (size_t) (FLOAT * STEP) == 0 ? 2 : 0;
}

// Ten numbers.
#define TEN "0.1,-0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1e-3,"

static const struct an_look_example examples[] = {
    {AN_STR_INIT("[" TEN TEN TEN TEN TEN TEN TEN "0.5]"), true},
    {AN_STR_INIT("[" TEN TEN TEN TEN TEN "0.5]"), false},
    {AN_STR_INIT("0.25"), false},
};

const struct an_look an_look_feature_vector = {
    .code = 43,
    .name = "feature-vector",
    .title = {"a vector of features", "特征向量"},
    .category = "biometric",
    .source = "ISO/IEC 19794 (templates); RFC 4648",
    .made_of = AN_LOOK_DIGIT,
    .min = 128,
    .max = 65536,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
