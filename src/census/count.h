// Floor, linked and ceiling from the rows of one or more sets. Definitions and proofs: docs/COUNTING.md.
#ifndef AN_CENSUS_COUNT_H
#define AN_CENSUS_COUNT_H

#include "census/kinds.h"
#include "distinct/set.h"

struct an_kind_count {
    uint64_t distinct, floor_grade;
    uint64_t charged;               // people this kind adds to the ceiling (kinds that are not exclusive)
    uint64_t shared;                // identifiers seen with two or more resident IDs
    uint64_t over_degree;           // identifiers that touch more exclusive identifiers than a linker may
    uint64_t over_cap;              // identifiers seen with more resident IDs than their cap c: contradict it
    uint32_t seen_c;                // the most resident IDs any one of them was seen with
    // resident IDs seen with more of them than the cap m; looked at only where the floor rests on it
    uint64_t over_m;
};

struct an_count {
    struct an_kind_count kinds[AN_KINDS_MAX];       // by an_kind_index
    struct an_caps caps;            // as used: a cap that the data contradicts is raised to what was seen
    uint64_t floor;                 // the largest lower bound of any kind
    size_t floor_kind;              // that kind's index
    uint64_t classes;               // |E|: exclusive identifiers joined where one mention holds both
    uint64_t linked;                // the estimate, without nameless mentions
    uint64_t ceiling;               // |E| and what is charged, without nameless mentions and unread records
    // mail addresses met alone in running text only, taken to be of people counted already
    uint64_t lone;
    uint64_t ambiguous;             // mentions (distinct) that may belong to somebody counted already
    uint64_t chained;               // linked components with two or more resident IDs
    uint64_t accounts_mixed;        // classes of exclusive identifiers with two or more resident IDs
};

// Account keys raise no floor here, as a person may have one in each store: see an_count_accounts. Errors: of memory and
// disk only.
enum an_code an_count_make(struct an_set *const *sets, size_t count, const struct an_caps *caps,
                           struct an_budget *budget,
                           struct an_count *ret, struct an_err *err) AN_MUST_USE;

// For the rows of one store: its accounts divided by what one person may hold are a floor, where a cap m is declared.
void an_count_accounts(struct an_count *count);

#endif
