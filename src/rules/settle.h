// The exact answer of a formula: by cases where one fact is met more than once.
//
// Plain three-valued evaluation is sound but may say "undetermined" although every possible value gives one
// answer. So: while the value is open and a fact that is met twice keeps it open, cut that fact's interval at
// the formula's own constants and settle each piece. What is left open then is met once each, and truly open.
#ifndef AN_RULES_SETTLE_H
#define AN_RULES_SETTLE_H

#include "rules/formula.h"

enum { AN_SPLIT_MAX = 20 };     // facts cut within one another

struct an_search {
    const struct an_formula *f;
    bool *split;                // by variable: it was cut somewhere
    struct an_box *witness[2];  // [0] values that make it no, [1] yes; each whole and exact
    bool has_witness[2];
    struct an_box *rows;        // scratch
    size_t *live;
    uint64_t visits_left;
};

enum an_code an_search_start(struct an_search *s, const struct an_formula *f, struct an_arena *arena,
                             struct an_err *err) AN_MUST_USE;

// The value over every point of `box` that the ties allow; `box` must be tight. `depth` is 0 for a caller.
// UNKNOWN with a witness for both answers is proven; without, the work allowed was not enough to find out.
enum an_tri an_settle(struct an_search *s, const struct an_box *box, unsigned depth);

// The variable that an_settle cuts next in this box; SIZE_MAX when none. The same answer every time.
size_t an_search_pick(struct an_search *s, const struct an_box *box);

// Walks the pieces of `whole`: on each, every comparison with the variable has one answer.
// for (struct an_box c = an_cell_first(v, whole); ; ) { ...; if (!an_cell_next(v, whole, &c)) break; }
struct an_box an_cell_first(const struct an_variable *v, struct an_box whole);
bool an_cell_next(const struct an_variable *v, struct an_box whole, struct an_box *cell);

#endif
