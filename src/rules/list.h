// Lists that grow inside an arena: a pointer and a count, doubled when full. Small, and never freed one by
// one.
#ifndef AN_RULES_LIST_H
#define AN_RULES_LIST_H

#include <string.h>
#include "base/arena.h"

// Room for one more element of `size` bytes at the end of (*items, *count), zeroed; NULL when out of memory.
// *items may move: pointers to elements are good until the next push.
static inline void *an_list_push(struct an_arena *arena, void **items, size_t *count, size_t size) {
    size_t n = *count;
    if ((n & (n - 1)) == 0) {           // full exactly when the count is 0 or a power of two
        void *bigger = an_arena_alloc(arena, n ? n * 2 : 1, size);
        if (!bigger)
            return NULL;
        if (n)
            memcpy(bigger, *items, n * size);
        *items = bigger;
    }
    return (char *) *items + (*count)++ * size;
}

#define AN_PUSH(arena, items, count) \
    ((__typeof__(items)) an_list_push((arena), (void **) &(items), &(count), sizeof *(items)))

#endif
