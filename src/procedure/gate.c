// Asking a gate.
#include "procedure/gate.h"

#include <stdio.h>
#include "rules/list.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

static enum an_code set(struct an_facts *facts, const char *head, struct an_str of, struct an_fact fact, struct an_arena *arena,
                        struct an_err *err) {
    char text[256];
    int n = snprintf(text, sizeof text, "%s(%.*s)", head, AN_STR_ARG(an_str_slice(of, 0, 200)));
    fact.name = an_arena_copy(arena, (struct an_str) {text, (size_t) n});
    if (!fact.name.ptr)
        return an_fail(err, AN_NOMEM, "no memory for a fact");
    return an_facts_set(facts, fact, arena, err);
}

static struct an_fact word(struct an_str w) { return (struct an_fact) {.known = AN_KNOWN_WORD, .word = w}; }
static struct an_fact flag(bool yes) { return word(yes ? AN_STR("yes") : AN_STR("no")); }
static struct an_fact number(uint64_t n) { return (struct an_fact) {.known = AN_KNOWN_RANGE, .lo = n, .hi = n}; }

static struct an_str phase_name(const struct an_course *c, size_t phase) {
    return !c || phase == AN_PROCEDURE_NONE ? AN_STR("none") : c->procedure->phases[phase].name;
}

// Everything that a condition may ask for, as facts. A filer whose phase may have gone on without it knows no phase.
static enum an_code gather(const struct an_gate_question *q, struct an_facts *facts, struct an_arena *arena, struct an_err *err) {
    for (size_t i = 0; q->facts && i < q->facts->count; i++)
        TRY(an_facts_set(facts, q->facts->items[i], arena, err));
    for (size_t i = 0; i < q->course_count; i++) {
        const struct an_course *c = q->courses[i].course;
        TRY(set(facts, "outcome", q->courses[i].id, word(phase_name(c, c ? c->outcome : 0)), arena, err));
        TRY(set(facts, "begun", q->courses[i].id, flag(c && c->phase != AN_PROCEDURE_NONE), arena, err));
        if (!c || !c->perhaps_count)
            TRY(set(facts, "phase", q->courses[i].id, word(phase_name(c, c ? c->phase : 0)), arena, err));
    }
    for (size_t i = 0; i < q->verdict_count; i++)
        if (q->verdicts[i].value != AN_UNKNOWN)
            TRY(set(facts, "verdict", q->verdicts[i].rule, flag(q->verdicts[i].value == AN_YES), arena, err));
    if (!q->counts_known)
        return AN_OK;
    TRY(set(facts, "count", AN_STR("open_orders"), number(q->open_orders), arena, err));
    return set(facts, "count", AN_STR("open_conditions"), number(q->open_conditions), arena, err);
}

enum an_code an_gate_ask(const struct an_gate *gate, const struct an_gate_question *q, struct an_arena *arena,
                         struct an_gate_answer *ret_answer, struct an_err *err) {
    struct an_gate_answer a = {.gate = gate, .standing = an_rule_standing(&gate->head, q->as_of)};
    struct an_facts facts = {0};
    TRY(gather(q, &facts, arena, err));
    struct an_question question = {.facts = &facts, .as_of = q->as_of};
    a.verdicts = AN_NEW_N(arena, gate->condition_count + 1, struct an_verdict);
    if (!a.verdicts)
        return an_fail(err, AN_NOMEM, "no memory for a gate");
    for (size_t i = 0; i < gate->condition_count; i++)
        TRY(an_rule_eval(gate->conditions[i].rule, q->packs, &question, arena, &a.verdicts[i], err));
    TRY(an_rule_eval(&gate->head, q->packs, &question, arena, &a.whole, err));
    a.value = a.whole.value;
    *ret_answer = a;
    return AN_OK;
}
