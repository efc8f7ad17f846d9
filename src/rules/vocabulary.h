// The names that files declare: finding them, and holding facts to them. A name that nobody declared is a slip
// of the pen, and would be "not known" for ever: it is refused.
//
// Finding works on a set that an_packs_sort has sorted; before, nothing is found.
#ifndef AN_RULES_VOCABULARY_H
#define AN_RULES_VOCABULARY_H

#include "rules/fact.h"
#include "rules/pack.h"

// The declaration; NULL when there is none.
const struct an_name *an_name_find(const struct an_packs *packs, enum an_name_kind kind, struct an_str name);

// A fact or a metric by the name that conditions use. NULL when unknown.
const struct an_name *an_term_find(const struct an_packs *packs, struct an_str name);

// The nearest declared name of any kind, for "did you mean"; empty when none is near.
struct an_str an_vocabulary_near(const struct an_packs *packs, struct an_str name);

// What a value of it must be: "yes or no", "a number", ...
const char *an_term_needs(const struct an_name *term);

// What a fact's word means to people: "a foreign country" for FOREIGN. Both empty: it has no other name.
struct an_pair an_value_words(const struct an_packs *packs, struct an_str value);

// Whether a fact given by a person has a declared name, the right type and a possible value. USAGE with a hint
// if not.
enum an_code an_vocabulary_check(const struct an_fact *fact, const struct an_packs *packs, struct an_err *err)
    AN_MUST_USE;

#endif
