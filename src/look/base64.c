// What was encrypted or packed: it may be anything, and nobody can read it.
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    return cell->text.len % 4 == 0 && an_look_is_base64(cell->text);
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("q83vEjRWeJq83vEjRWeJqw=="), true},
    {AN_STR_INIT("AbCdEfGhIjKlMnOpQrStUvWx"), true},
    {AN_STR_INIT("AbCdEfGhIjKl"), false},
    {AN_STR_INIT("AbCdEfGhIjKlMnOpQrStUvW."), false},
};

const struct an_look an_look_base64 = {
    .code = 33,
    .name = "base64",
    .title = {"data in base64, which may be encrypted", "base64 编码数据（可能已加密）"},
    .category = "credential",
    .source = "RFC 4648",
    .made_of = AN_LOOK_LOWER | AN_LOOK_UPPER,
    .only = AN_LOOK_LETTER | AN_LOOK_DIGIT | AN_LOOK_SIGN,
    .min = 24,
    .max = 512,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
