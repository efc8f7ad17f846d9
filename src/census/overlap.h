// Copies of the same people: which identifiers stand in more than one store.
//
// An identifier that two stores hold is one person's in both if nobody shares it (c = 1); d of them, floor-grade in both and of a
// kind of which a person holds m at most, are of at least d / m people that both stores describe. Nothing is said of people whom
// the stores know by different identifiers.
#ifndef AN_CENSUS_OVERLAP_H
#define AN_CENSUS_OVERLAP_H

#include "census/kinds.h"
#include "distinct/set.h"

enum { AN_OVERLAP_SETS = 40 };          // at most so many at once

struct an_overlap {                     // of sets a < b, by their places
    uint32_t a, b;
    uint64_t shared;                    // distinct identifiers of persons in both (accounts are one store's: never)
    uint64_t people;                    // at least so many people are described in both: proven
};

// Those pairs of sealed sets that share something, ordered by a, then b. `ret` has room for count * (count - 1) / 2. Errors: of
// memory and disk only.
enum an_code an_overlap_make(struct an_set *const *sets, size_t count, const struct an_caps *caps, struct an_overlap *ret,
                             size_t *ret_count, struct an_err *err) AN_MUST_USE;

#endif
