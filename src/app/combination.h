// Kinds and categories that make ordinary data sensitive when they stand in one store. Data: assets/combination.tsv.
#ifndef AN_APP_COMBINATION_H
#define AN_APP_COMBINATION_H

#include "app/column_category.h"

struct an_combination {
    const char *name;
    struct an_words title;
    const char *source;
    const char *const *parts;           // each a kind or a category, or several with a bar between them; NULL-ended
};

extern const struct an_combination an_combinations[];
extern const size_t an_combination_count;

// Whether the store holds all parts: identifiers that were found, columns whose heading or content says the category. `of`: the
// category of each of its columns. Pure.
bool an_combination_is_in(const struct an_combination *c, const struct an_store *s, const struct an_column_category *of);

// Whether each part is the name of a kind or a category.
bool an_combination_is_known(const struct an_combination *c);

#endif
