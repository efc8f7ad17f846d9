// Hashes of passwords in the forms that say how they were made.
#include <string.h>
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    static const struct an_str heads[] = {
        AN_STR_INIT("$2a$"), AN_STR_INIT("$2b$"), AN_STR_INIT("$2y$"), AN_STR_INIT("$argon2"), AN_STR_INIT("$1$"),
        AN_STR_INIT("$5$"),
        AN_STR_INIT("$6$"), AN_STR_INIT("$y$"), AN_STR_INIT("$scrypt$"), AN_STR_INIT("pbkdf2"), AN_STR_INIT("$pbkdf2"),
        AN_STR_INIT("{SSHA"), AN_STR_INIT("{SHA"), AN_STR_INIT("$apr1$"), AN_STR_INIT("{bcrypt}"),
    };
    struct an_str s = cell->text;
    if (s.ptr[0] != '$' && s.ptr[0] != '{' && s.ptr[0] != 'p')
        return 0;
    for (size_t i = 0; i < AN_COUNT(heads); i++)
        if (memcmp(s.ptr, heads[i].ptr, heads[i].len) == 0 && !memchr(s.ptr, ' ', s.len))
            return (unsigned) i + 1;
    return 0;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("$6$saltsalt$abcdefghijklmnop"), true},
    {AN_STR_INIT("$2b$12$abcdefghijklmnopqrstuv"), true},
    {AN_STR_INIT("$100 for the whole thing"), false},
    {AN_STR_INIT("abcdefghijklmnopqrstuvwxyz"), false},
};

const struct an_look an_look_password_hash = {
    .code = 48,
    .name = "password-hash",
    .title = {"the hash of a password", "口令的哈希值"},
    .category = "credential",
    .source = "crypt(5); RFC 9106; RFC 8018; RFC 2307",
    .made_of = AN_LOOK_SIGN,
    .min = 20,
    .max = 512,
    .alone = 50,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
