#include "census/kinds.h"

#include <assert.h>

enum { DEGREE = 5 };

static enum an_grade check_account(struct an_str text, const struct an_context *context,
                                   struct an_ident_key *ret_key) {
    (void) text;
    (void) context;
    (void) ret_key;
    return AN_GRADE_NONE;           // never found by looking: a declared column says so
}

static const char *const no_headers[] = {NULL};

const struct an_ident an_ident_account = {
    .code = AN_ACCOUNT_CODE, .name = "account", .title = {"Account key (declared column)", "账号键（声明列）"},
    .source = "company file", .shape = AN_SHAPE_CELL, .rank = UINT16_MAX, .use = AN_USE_PERSON,
    .charge = AN_ACCOUNT_CHARGE,
    .m = AN_MANY, .c = 1, .headers = no_headers, .check = check_account,
};

size_t an_kind_count(void) {
    assert(an_ident_count + 1 <= AN_KINDS_MAX);
    return an_ident_count + 1;
}

const struct an_ident *an_kind_at(size_t index) { return index ? an_idents[index - 1] : &an_ident_account; }

size_t an_kind_index(const struct an_ident *kind) {
    for (size_t i = 0; i < an_ident_count; i++)
        if (an_idents[i] == kind)
            return i + 1;
    return 0;
}

void an_kind_indices(uint8_t ret_index[AN_CODES]) {
    for (size_t code = 0; code < AN_CODES; code++)
        ret_index[code] = UINT8_MAX;
    for (size_t i = 0; i < an_kind_count(); i++)
        ret_index[an_kind_at(i)->code] = (uint8_t) i;
}

const struct an_ident *an_kind_by_code(uint8_t code) {
    return code == AN_ACCOUNT_CODE ? &an_ident_account : an_ident_by_code(code);
}

struct an_caps an_caps_default(void) {
    struct an_caps caps = {.degree = DEGREE};
    for (size_t i = 0; i < an_kind_count(); i++) {
        caps.m[an_kind_at(i)->code] = an_kind_at(i)->m;
        caps.c[an_kind_at(i)->code] = an_kind_at(i)->c;
    }
    return caps;
}
