// Three-valued truth (Kleene's strong logic): what follows from facts some of which nobody has answered yet.
//
// An error is not a truth value: a rule that cannot be evaluated fails with an_err, it does not say UNKNOWN.
#ifndef AN_RULES_TRI_H
#define AN_RULES_TRI_H

#include "base/lang.h"

// The order is the logic: AND is the smaller, OR is the larger, NOT mirrors about UNKNOWN.
enum an_tri { AN_NO = 0, AN_UNKNOWN = 1, AN_YES = 2 };

static inline enum an_tri an_tri_and(enum an_tri a, enum an_tri b) { return a < b ? a : b; }
static inline enum an_tri an_tri_or(enum an_tri a, enum an_tri b)  { return a > b ? a : b; }
static inline enum an_tri an_tri_not(enum an_tri a)                { return (enum an_tri) (2 - (int) a); }

const char *an_tri_name(enum an_tri t);     // as rule files write it: "no", "undetermined", "yes"
const char *an_tri_verdict(enum an_tri t);  // in results: "does-not-apply", "undetermined", "applies"
struct an_words an_tri_words(enum an_tri t);    // for people: "does not apply", ...

#endif
