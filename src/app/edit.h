// A change tried on the law without writing it: whether the rules' own tests and checks would notice.
#ifndef AN_APP_EDIT_H
#define AN_APP_EDIT_H

#include "app/packs.h"

struct an_edit {                        // bytes [from, from + len) of a file become `text`
    struct an_str file;                 // below the law folder: "cn/review.rule"
    size_t from, len;
    struct an_str text;
};

enum an_edit_result {
    AN_EDIT_MALFORMED,  // no rule file any more: says nothing about its tests
    AN_EDIT_REFUSED,    // a rule is refused with it
    AN_EDIT_SAME,       // accepted, and proven to mean what was there before
    AN_EDIT_SURVIVES,   // accepted with another meaning: a test is missing
};

// Tries one edit inside the formulas of a law without complaints. Looks at the rules whose text changed and, where
// these stay unnoticed, at all that ask applies(). USAGE: no such file or place, or a rule came or went.
enum an_code an_edit_try(const struct an_law *law, const struct an_edit *edit, enum an_edit_result *ret,
                         struct an_err *err) AN_MUST_USE;

#endif
