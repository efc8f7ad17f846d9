// Union-find over the numbers 0..n-1, with a byte of flags each.
//
// The root of a tree is its smallest number, so the result does not depend on the order of unions. Memory: 5 bytes a
// number,
// from the system; beyond the budget it is a mapped file without a name, which the system pages in and out.
#ifndef AN_DISTINCT_FOREST_H
#define AN_DISTINCT_FOREST_H

#include "distinct/set.h"

struct an_forest {
    uint32_t *parent;
    uint8_t *flags;
    uint32_t count;
    size_t mapped;                  // bytes of the mapping both live in
    struct an_budget *budget;
};

// Numbers 0..count-1, each alone, without flags.
enum an_code an_forest_make(struct an_forest *f, uint32_t count, struct an_budget *budget,
                            struct an_err *err) AN_MUST_USE;
void an_forest_release(struct an_forest *f);

// The smallest number of i's tree.
uint32_t an_forest_root(struct an_forest *f, uint32_t i);
void an_forest_unite(struct an_forest *f, uint32_t a, uint32_t b);

#endif
