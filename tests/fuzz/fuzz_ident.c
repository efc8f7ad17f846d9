// The check of every kind, in any context: none reads past its text or writes past its key, and a canonical
// form is its own canonical form. Byte 0 chooses the kind the column names, byte 1 whether the text is a
// cell, byte 2 how much of the rest stands before it, byte 3 how much behind.
#include <assert.h>

#include "ident/ident.h"

enum { HEAD = 4, AROUND_MAX = 48, TODAY = 20780 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < HEAD)
        return 0;
    struct an_str rest = {(const char *) data + HEAD, size - HEAD};
    size_t chosen = data[0] % (an_ident_count + 1), before = data[2] % (AROUND_MAX + 1),
        behind = data[3] % (AROUND_MAX + 1);
    before = before > rest.len ? rest.len : before;
    behind = behind > rest.len - before ? rest.len - before : behind;
    struct an_context context = {
        .expected = an_idents[chosen],          // the last is NULL
        .cell = data[1] & 1,
        .before = an_str_slice(rest, 0, before),
        .after = an_str_slice(rest, rest.len - behind, rest.len),
        .today = TODAY,
    };
    struct an_str text = an_str_slice(rest, before, rest.len - behind);
    for (size_t i = 0; i < an_ident_count; i++) {
        struct an_ident_key key, again;
        if (an_idents[i]->check(text, &context, &key) == AN_GRADE_NONE)
            continue;
        assert(key.len && key.len <= AN_IDENT_KEY_MAX);
        struct an_context column = {.expected = an_idents[i], .cell = true, .today = TODAY};
        enum an_grade grade = an_idents[i]->check((struct an_str) {key.text, key.len}, &column, &again);
        assert(grade != AN_GRADE_NONE);
        assert(an_str_eq((struct an_str) {key.text, key.len}, (struct an_str) {again.text, again.len}));
    }
    return 0;
}
