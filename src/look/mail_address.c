// Mail addresses: anshen counts them as identifiers; here they say what a column is not.
#include <string.h>
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    const char *at = memchr(cell->text.ptr, '@', cell->text.len);
    return at && at > cell->text.ptr && memchr(at, '.', cell->text.len - (size_t) (at - cell->text.ptr));
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("li.lei@corp.cn"), true},
    {AN_STR_INIT("a@b.cd"), true},
    {AN_STR_INIT("@b.cd"), false},
    {AN_STR_INIT("a.b.cd"), false},
};

const struct an_look an_look_mail_address = {
    .code = 46,
    .name = "mail-address",
    .title = {"a mail address", "电子邮箱地址"},
    .category = "-",
    .source = "RFC 5322",
    .made_of = AN_LOOK_SIGN | AN_LOOK_STOP,
    .only = AN_LOOK_DIGIT | AN_LOOK_LETTER | AN_LOOK_STOP | AN_LOOK_SIGN,
    .min = 6,
    .max = 254,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
