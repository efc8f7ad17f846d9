// Rows of one head and one tag brought together, without putting anything in order: as sets hold them before they are sealed.
//
// Most rows are alone in their group, and of those most need only be counted by what they are like. So those are not even
// looked at one by one: only how many there are is told. Cost: two looks at each row, each part within the nearer caches.
#ifndef AN_DISTINCT_GROUP_H
#define AN_DISTINCT_GROUP_H

#include "distinct/set.h"

// What is told. `like` has tag, flags and count of a row; `own` says that its tail is the beginning of its head.
struct an_grouping {
    void *arg;
    bool (*is_plain)(void *arg, const struct an_row *like, bool own);               // such a row, if alone, need only be counted
    void (*plain)(void *arg, const struct an_row *like, bool own, uint64_t count);  // how many such were alone
    // All others, group by group: in order and folded within it. The groups come in any order.
    enum an_code (*group)(void *arg, const struct an_row *rows, size_t count, struct an_err *err);
};

// The groups of several sets together. *ret_done is false, and nothing was told, where some of the rows were sealed: then a
// cursor has to do. The sets must not change meanwhile.
enum an_code an_sets_group(struct an_set *const *sets, size_t count, const struct an_grouping *to, bool *ret_done,
                           struct an_err *err) AN_MUST_USE;

#endif
