// Digests in hexadecimal: MD5, SHA-1, SHA-224, SHA-256 or SM3, SHA-384, SHA-512.
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    size_t n = cell->text.len;
    if (n != 32 && n != 40 && n != 56 && n != 64 && n != 96 && n != 128)
        return 0;
    for (size_t i = 0; i < n; i++) {
        char c = cell->text.ptr[i];
        if (!an_look_is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f'))
            return 0;
    }
    return (unsigned) n / 16;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("5f4dcc3b5aa765d61d8327deb882cf99"), true},
    {AN_STR_INIT("5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"), true},
    {AN_STR_INIT("5f4dcc3b5aa765d61d8327deb882cf9"), false},
    {AN_STR_INIT("5f4dcc3b5aa765d61d8327deb882cf9g"), false},
};

const struct an_look an_look_hex_digest = {
    .code = 44,
    .name = "hex-digest",
    .title = {"a digest in hexadecimal", "十六进制摘要"},
    .category = "credential",
    .source = "FIPS 180-4; GB/T 32905-2016; RFC 1321",
    .made_of = AN_LOOK_DIGIT,
    .only = AN_LOOK_DIGIT | AN_LOOK_LETTER,
    .min = 32,
    .max = 128,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
