// What a set of rules must pass before anything is judged by it.
#ifndef AN_RULES_CHECK_H
#define AN_RULES_CHECK_H

#include "rules/formula.h"
#include "rules/pack.h"

struct an_complaint {
    const char *file;
    unsigned line, column;              // 0 when the whole file is meant
    struct an_str rule;                 // id, "" when not one rule's
    struct an_str text;                 // lower case, no full stop
};

struct an_check {                       // {0}; lives in the arena given
    struct an_complaint *complaints; size_t complaint_count;
    size_t tests_passed, tests_failed;  // inline tests; a failed one is a complaint too
    size_t edges_passed;                // generated ones (edge.h); a failed one is a complaint
};

// Sorts the set and looks at every declaration (declared once, or alike) and every rule: title in both
// languages, citation, quote or digest, and test present; declared facts, events, bodies and verbs, each of its
// type; applies() resolvable and without circles; versions of one id not in force on the same day; `final`
// known; the quote's 超过 / 以上 / 不满 / 达到 (more than, at
// least, ...) agreeing with the coded comparisons; every inline and every generated test giving what it
// expects. Adds to *check. Fails only with NOMEM or BUG.
enum an_code an_packs_check(struct an_packs *packs, struct an_arena *arena, struct an_check *check,
                            struct an_err *err) AN_MUST_USE;

// The same for one rule of a set that is sorted: all but what needs the set as a whole.
enum an_code an_rule_check(const struct an_packs *packs, const struct an_rule *rule, struct an_arena *arena,
                           struct an_check *check, struct an_err *err) AN_MUST_USE;

// The day that a rule's own tests speak of: its first day as law, or of its draft.
an_day an_rule_test_day(const struct an_rule *rule);

// Adds a complaint: for loaders, whose files may not even parse.
enum an_code an_check_add(struct an_check *check, const char *file, unsigned line, unsigned column,
                          struct an_str rule, const char *text, struct an_arena *arena, struct an_err *err)
    AN_MUST_USE;

#endif
