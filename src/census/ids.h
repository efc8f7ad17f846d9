// The identifiers of one or more sealed sets, each once, in the order of their tokens.
#ifndef AN_CENSUS_IDS_H
#define AN_CENSUS_IDS_H

#include "base/key.h"
#include "distinct/set.h"

struct an_ids {                         // {0}: released
    struct an_cursor *cursor;
    struct an_row next;                 // the first row behind the identifier at hand
    bool has_next;
    struct an_row at;                   // key and tag are the identifier's, flags those of all its rows
    bool live;                          // there is one at hand
};

// Stands at the first identifier, where there is any. The sets must not change meanwhile.
enum an_code an_ids_open(struct an_ids *ids, struct an_set *const *sets, size_t count, struct an_err *err) AN_MUST_USE;
// To the next one.
enum an_code an_ids_next(struct an_ids *ids, struct an_err *err) AN_MUST_USE;
void an_ids_release(struct an_ids *ids);

// The order of the identifiers at hand of two.
static inline int an_ids_compare(const struct an_ids *a, const struct an_ids *b) {
    return memcmp(a->at.key, b->at.key, AN_TOKEN_BYTES);
}

#endif
