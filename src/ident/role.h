// Who in a record a column is about: its subject, or another person with a part in it.
#ifndef AN_IDENT_ROLE_H
#define AN_IDENT_ROLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct an_role {
    const char *name;               // stable, used in JSON; "" for the subject
    // Folded words that say so in a header (as an_header_fold gives them), Chinese, pinyin and English;
    // NULL-ended.
    const char *const *words;
};

// Number n of this table is what an_header.role and an_role_name mean by n. 0 is the record's own subject:
// its words are what subjects are called (customer, user, profile ...), so that they can be taken off a
// header.
extern const struct an_role an_roles[];
extern const size_t an_role_count;

#endif
