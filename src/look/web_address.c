// Addresses of the web and of networks.
#define _GNU_SOURCE
#include <string.h>
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    struct an_str s = cell->text;
    if (memmem(s.ptr, s.len, "://", 3) || memcmp(s.ptr, "www.", 4) == 0)
        return 1;
    size_t stops = 0;
    for (size_t i = 0; i < s.len; i++) {
        stops += s.ptr[i] == '.';
        if (s.ptr[i] != '.' && !an_look_is_digit(s.ptr[i]))
            return 0;
    }
    return stops == 3 ? 2 : 0;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("https://example.com/a"), true},
    {AN_STR_INIT("10.0.0.17"), true},
    {AN_STR_INIT("a sentence. Another."), false},
    {AN_STR_INIT("1.2.3"), false},
};

const struct an_look an_look_web_address = {
    .code = 52,
    .name = "web-address",
    .title = {"an address of the web or of a network", "网址或网络地址"},
    .category = "-",
    .source = "RFC 3986; RFC 791",
    .made_of = AN_LOOK_STOP,
    .min = 7,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
