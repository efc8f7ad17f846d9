#include "ident/category.h"

#include <string.h>
#include "ident/header.h"

const struct an_category an_categories[] = {
#include "category_table.h"
};
const size_t an_category_count = AN_COUNT(an_categories);

static const char *const decoys[] = {
#include "category_decoy_table.h"
    NULL,
};

// Of several, that with the longest word.
const struct an_category *an_category_of(struct an_str header) {
    const struct an_category *best = NULL;
    size_t most = an_header_ends_in(header, decoys);
    for (size_t i = 0; i < an_category_count; i++) {
        size_t len = an_header_ends_in(header, an_categories[i].headings);
        if (len > most) {
            best = &an_categories[i];
            most = len;
        }
    }
    return best;
}

const struct an_category *an_category_named(const char *name) {
    for (size_t i = 0; i < an_category_count; i++)
        if (strcmp(an_categories[i].name, name) == 0)
            return &an_categories[i];
    return NULL;
}
