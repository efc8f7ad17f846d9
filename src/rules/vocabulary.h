// The names that rules and facts may use, each with its type and what people call it. A name not here is a
// slip of the pen, and would be "not known" for ever: it is refused.
#ifndef AN_RULES_VOCABULARY_H
#define AN_RULES_VOCABULARY_H

#include "base/lang.h"
#include "rules/fact.h"
#include "rules/formula.h"
#include "rules/pack.h"

enum an_term_type { AN_TERM_FLAG, AN_TERM_WORD, AN_TERM_NUMBER, AN_TERM_DAY };

struct an_term {
    const char *name;                   // "listing.venue"; metrics as "count(users_pi_held)"
    enum an_term_type type;
    struct an_words title;
    const char *const *values;          // WORD: all it can be, NULL-ended; NULL: any word (a country code)
};

struct an_name { const char *name; struct an_words title; };    // an event or a body
// duties: file .. with CRO, apply .. to CAC
struct an_verb_name { const char *name, *with; const char *zh; };

extern const struct an_term an_terms[];             // sorted by name
extern const size_t an_term_count;

// peak(m, ...) is found as count(m); NULL when unknown
const struct an_term *an_term_find(struct an_str name);
const struct an_name *an_event_find(struct an_str name);
const struct an_name *an_body_find(struct an_str name);
const struct an_verb_name *an_duty_verb_find(struct an_str name);

// The nearest known name of any of the four lists, for "did you mean"; NULL when none is near.
const char *an_vocabulary_near(struct an_str name);

// What a fact's word means to people: "a foreign country" for FOREIGN. {NULL, NULL}: it has no other name.
struct an_words an_value_words(struct an_str value);

// Whether a fact given by a person has a known name, the right type and a possible value. USAGE with a hint
// if not.
enum an_code an_vocabulary_check(const struct an_fact *fact, const struct an_packs *packs, struct an_err *err)
    AN_MUST_USE;

// Relations that hold of every company: whoever is counted on the left is counted on the right.
extern const struct an_relation an_relations[];
extern const size_t an_relation_count;

#endif
