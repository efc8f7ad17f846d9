// Categories of personal information beside identifiers, and the headings that name them. What the cells hold, `look` says. Data:
// assets/category.tsv.
#ifndef AN_IDENT_CATEGORY_H
#define AN_IDENT_CATEGORY_H

#include "base/lang.h"
#include "base/str.h"

struct an_category {
    const char *name;                   // stable, kebab-case
    struct an_words title;
    bool sensitive;                     // sensitive personal information
    const char *source;                 // the law or standard it comes from
    const char *const *headings;        // folded, NULL-ended
};

extern const struct an_category an_categories[];        // sorted by name
extern const size_t an_category_count;

// The category that a column's header (or a JSON path) names; NULL: none.
const struct an_category *an_category_of(struct an_str header);

const struct an_category *an_category_named(const char *name);     // NULL when there is none

#endif
