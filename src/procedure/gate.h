// Gates: may this be done today? Conditions over outcomes of procedures, rules of law, open orders and facts, each answered
// yes, no or undetermined, with what the answer rests on.
//
// A condition is a condition of the rule language (docs/RULES.md section 2) over facts. Beside those that the caller gives it
// may ask for
//   outcome(ID)              the outcome of the procedure of that id; the word `none` while it has none
//   begun(ID)                yes or no
//   phase(ID)                its phase; `none` before it has begun; unknown where it may be further on than a filer was told
//   count(open_orders)       orders of an authority that are neither met nor lifted
//   count(open_conditions)   conditions of a decision, and commitments, that are due and not kept
//   verdict(ID)              yes or no, of a rule as it was judged elsewhere
//   applies(ID)              of a rule as the facts say now
// What is not given is unknown, and never becomes no.
#ifndef AN_PROCEDURE_GATE_H
#define AN_PROCEDURE_GATE_H

#include "procedure/course.h"
#include "rules/eval.h"

struct an_gate_condition {
    struct an_str name;                 // "review"
    struct an_pair title;               // what must hold
    struct an_pair settle;              // what to do when it does not, or is not known; may be ""
    struct an_str article;
    struct an_rule *rule;               // its formula, in the form that an_rule_eval wants
};

struct an_gate_then { struct an_pair title; struct an_str article; };  // what begins by doing it

struct an_gate_test {
    struct an_str name;
    struct an_facts given;
    enum an_tri expect;
    struct an_str *open; size_t open_count;     // the conditions that are not met then
    unsigned line, column;
};

struct an_gate {
    struct an_rule head;                // as a procedure's; `when` is all conditions
    struct an_pair question;            // "May the application be handed in today?"
    struct an_gate_condition *conditions; size_t condition_count;
    struct an_gate_then *thens; size_t then_count;
    struct an_gate_test *tests; size_t test_count;
};

struct an_gate_course { struct an_str id; const struct an_course *course; };   // course NULL: no such procedure was begun
struct an_gate_verdict { struct an_str rule; enum an_tri value; };

struct an_gate_question {
    const struct an_packs *packs;
    const struct an_facts *facts;               // NULL: none
    const struct an_gate_course *courses; size_t course_count;         // those not named are unknown
    const struct an_gate_verdict *verdicts; size_t verdict_count;      // those not named are unknown
    bool counts_known;                          // the two below are known
    uint64_t open_orders, open_conditions;
    an_day as_of;                               // whose law counts
};

struct an_gate_answer {
    const struct an_gate *gate;
    enum an_tri value;                          // the gate is open, shut, or nobody can say
    enum an_standing standing;                  // of the gate's text on that day: only IN_FORCE binds
    struct an_verdict *verdicts;                // of each condition, in the gate's order: value, trace, what would decide it
    struct an_verdict whole;                    // of all of them together; its certificate is the gate's
};

// YES: every condition holds whatever is not known; NO: some cannot hold. Lives as long as `arena`.
// INPUT: facts of the wrong kind, or that contradict each other.
enum an_code an_gate_ask(const struct an_gate *gate, const struct an_gate_question *question, struct an_arena *arena,
                         struct an_gate_answer *ret_answer, struct an_err *err) AN_MUST_USE;

const struct an_gate *an_gate_find(const struct an_procedures *set, struct an_str id, an_day day);

// For people: the answer, every condition with its value, why, its article and what would settle it; then what begins.
enum an_code an_gate_say(const struct an_gate_answer *answer, enum an_lang lang, struct an_buf *out,
                         struct an_err *err) AN_MUST_USE;
void an_gate_json(const struct an_gate_answer *answer, struct an_json *j);

#endif
