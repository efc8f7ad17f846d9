// Edge tests: what a rule's own tests leave unsaid about the numbers in its quotes.
//
// What they expect comes from the quote's operator word and the rule's own tests, never from the formula: a test
// made from the formula could not fail. Where two inline tests differ in one number only, one expects yes and the
// other no, and the quote draws its line between the two, then every number between them has its answer.
#ifndef AN_RULES_EDGE_H
#define AN_RULES_EDGE_H

#include "rules/formula.h"

// Of several such pairs the nearest counts. A formula that answers otherwise somewhere between is refused: if it is
// right, an inline test nearer to the line says so.

// For each such line N, as far as the two tests reach: N-1, N, N+1, the interval below, the one above, one across,
// less those that the rule tests itself. None where a quote speaks of another number between the two, or draws lines
// on both sides of N. `f` tells only which facts are compared with N.
enum an_code an_edges_make(const struct an_rule *rule, const struct an_formula *f, struct an_arena *arena,
                           struct an_rule_test **ret_tests, size_t *ret_count, struct an_err *err) AN_MUST_USE;

#endif
