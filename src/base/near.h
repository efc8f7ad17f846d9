// "Did you mean": the known word nearest to one that is not known.
#ifndef AN_BASE_NEAR_H
#define AN_BASE_NEAR_H

#include <stddef.h>
#include "base/str.h"

enum { AN_NEAR_MAX = 48 };      // longer words are compared with nothing

// Letters to insert, drop, change or swap with a neighbour to make one word of the other; SIZE_MAX when
// either is longer than AN_NEAR_MAX.
size_t an_near_distance(struct an_str a, struct an_str b);

// Whether `known` is a likely slip for `word`, and nearer than *best: then *best becomes its distance.
// Start with *best = SIZE_MAX.
bool an_near_better(struct an_str word, struct an_str known, size_t *best);

#endif
