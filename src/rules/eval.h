// Judging: what a rule says of given facts, why, and what would decide it.
#ifndef AN_RULES_EVAL_H
#define AN_RULES_EVAL_H

#include "rules/formula.h"
#include "rules/pack.h"

struct an_question {
    const struct an_facts *facts;
    an_day as_of;                               // the day whose law counts
};

enum an_step_kind { AN_STEP_CASES, AN_STEP_AND, AN_STEP_OR, AN_STEP_NOT, AN_STEP_APPLIES, AN_STEP_NEVER,
                    AN_STEP_LEAF };

// One line of the trace: the whole formula in the order written, nothing skipped.
struct an_step {
    enum an_step_kind kind;
    unsigned depth;
    enum an_tri value;
    struct an_str text, text_zh;        // `listing.venue = FOREIGN`, `and`, `all cases of company.cii agree`
    struct an_str fact, fact_zh;        // what was known of it, after relations; "" for all but leaves
    const struct an_expr *expr;         // where it stands in the rule; NULL for CASES
};

struct an_verdict {
    const struct an_rule *rule;
    enum an_tri value;                  // whatever the rule's standing: a draft is evaluated, but labelled
    enum an_standing standing;          // on as_of; only IN_FORCE makes a duty
    bool gave_up;                       // UNKNOWN because the formula was too hard, not because it is open
    struct an_step *steps; size_t step_count;
    struct an_str *decide_by; size_t decide_by_count;   // UNKNOWN: facts to establish, sorted by name
    // UNKNOWN: values of the open facts under which it applies, and under which it does not. A fact that is
    // AN_KNOWN_NOT here stands for any word that the formula does not name.
    struct an_fact *yes_if; size_t yes_if_count;
    struct an_fact *no_if; size_t no_if_count;
    struct an_str certificate;          // canonical JSON, see docs/RULES.md section 7
};

// Exact: NO and YES hold for every value the facts allow, UNKNOWN only where both can be (or gave_up is set).
// The result lives as long as `arena`, which must not outlive `rule`. Pure; any thread.
// INPUT: a fact of the wrong kind, facts that contradict a relation, a rule without formula or with a bad
// applies().
enum an_code an_rule_eval(const struct an_rule *rule, const struct an_packs *packs,
                          const struct an_question *question, struct an_arena *arena,
                          struct an_verdict *ret_verdict, struct an_err *err) AN_MUST_USE;

// The value of a formula that is ready, without trace and proof. LIMIT: it is open because the formula was too hard.
enum an_code an_formula_value(const struct an_formula *formula, const struct an_facts *facts, struct an_arena *arena,
                              enum an_tri *ret_value, struct an_err *err) AN_MUST_USE;

// As an_rule_eval for another formula of the rule (a clock's `if`), value only. NULL is always yes; too hard is UNKNOWN.
enum an_code an_condition_eval(const struct an_rule *rule, const struct an_expr *condition,
                               const struct an_packs *packs, const struct an_question *question,
                               struct an_arena *arena, enum an_tri *ret_value, struct an_err *err)
    AN_MUST_USE;

#endif
