// Evaluating a rule, and telling why.
#include "rules/eval.h"

#include <stdlib.h>
#include <string.h>
#include "rules/canon.h"
#include "rules/certificate.h"
#include "rules/list.h"
#include "rules/settle.h"

struct work {
    struct an_formula formula;
    struct an_search search;
    struct an_box *box;
};

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory to judge"); }

// The boxes and the search of a formula that is there.
static enum an_code settle_ready(struct work *w, const struct an_facts *facts, struct an_arena *arena,
                                 struct an_err *err) {
    w->box = AN_NEW_N(arena, w->formula.variable_count + 1, struct an_box);
    if (!w->box)
        return no_memory(err);
    enum an_code code;
    if ((code = an_formula_boxes(&w->formula, facts, w->box, err)) ||
        (code = an_search_start(&w->search, &w->formula, arena, err)))
        return code;
    if (!an_formula_tighten(&w->formula, w->box))
        return an_fail(err, AN_INPUT, "facts contradict each other: %.*s is above a count that contains it",
                       AN_STR_ARG(w->formula.variables[w->formula.ties[0].small].name));
    return AN_OK;
}

static enum an_code prepare(struct work *w, const struct an_rule *rule, const struct an_expr *expr,
                            const struct an_packs *packs, const struct an_question *q, struct an_arena *arena,
                            struct an_err *err) {
    enum an_code code = an_formula_build(rule, expr, packs, q->as_of, arena, &w->formula, err);
    if (code)
        return code;
    an_formula_prune(&w->formula, q->facts);
    return settle_ready(w, q->facts, arena, err);
}

static enum an_code keep(struct an_arena *arena, const struct an_buf *text, struct an_str *ret,
                         struct an_err *err) {
    *ret = an_arena_copy(arena, an_buf_str(text));
    return ret->ptr ? AN_OK : no_memory(err);
}

struct tracer {
    const struct work *w;
    const struct an_facts *facts;
    struct an_arena *arena;
    struct an_verdict *v;
    struct an_err *err;
};

static enum an_code new_step(struct tracer *t, struct an_step step) {
    struct an_step *place = AN_PUSH(t->arena, t->v->steps, t->v->step_count);
    if (!place)
        return no_memory(t->err);
    *place = step;
    return AN_OK;
}

static enum an_code say_fact(struct tracer *t, const struct an_node *n, struct an_step *step) {
    const struct an_variable *v = &t->w->formula.variables[n->variable];
    const struct an_fact *given = an_facts_find(t->facts, v->name);
    struct an_fact fact = v->kind == AN_VAR_NUMBER || v->kind == AN_VAR_DAY || !given
                              ? an_variable_fact(v, t->w->box[n->variable]) : *given;
    AN_AUTO(an_buf) en = {0};
    AN_AUTO(an_buf) zh = {0};
    enum an_code code;
    if ((code = an_fact_say(&fact, AN_EN, &en, t->err)) || (code = an_fact_say(&fact, AN_ZH, &zh, t->err)) ||
        (code = keep(t->arena, &en, &step->fact, t->err)))
        return code;
    return keep(t->arena, &zh, &step->fact_zh, t->err);
}

static enum an_code trace(struct tracer *t, const struct an_node *n, unsigned depth) {
    static const enum an_step_kind kinds[] = {
        [AN_NODE_AND] = AN_STEP_AND, [AN_NODE_OR] = AN_STEP_OR, [AN_NODE_NOT] = AN_STEP_NOT,
        [AN_NODE_LEAF] = AN_STEP_LEAF, [AN_NODE_APPLIES] = AN_STEP_APPLIES, [AN_NODE_NEVER] = AN_STEP_NEVER};
    struct an_step step = {.kind = kinds[n->kind], .depth = depth, .value = an_node_value(n, t->w->box),
                           .expr = n->expr};
    AN_AUTO(an_buf) text = {0};
    enum an_code code = an_expr_say(n->expr, &text, t->err);
    if (!code && n->kind == AN_NODE_NEVER)
        code = an_buf_add(&text, AN_STR(": no version in force"), t->err);
    if (!code)
        code = keep(t->arena, &text, &step.text, t->err);
    if (code)
        return code;
    step.text_zh = n->kind == AN_NODE_AND ? AN_STR("且") : n->kind == AN_NODE_OR ? AN_STR("或")
                 : n->kind == AN_NODE_NOT ? AN_STR("非") : step.text;
    if (n->kind == AN_NODE_LEAF && (code = say_fact(t, n, &step)))
        return code;
    if ((code = new_step(t, step)))
        return code;
    for (size_t i = 0; i < n->kid_count; i++)
        if ((code = trace(t, n->kids[i], depth + 1)))
            return code;
    return AN_OK;
}

static enum an_code trace_cases(struct tracer *t) {
    const struct an_formula *f = &t->w->formula;
    AN_AUTO(an_buf) en = {0};
    AN_AUTO(an_buf) zh = {0};
    enum an_code code = an_buf_add(&en, AN_STR("all cases of "), t->err);
    const char *between = "", *between_zh = "";
    for (size_t i = 0; i < f->variable_count && !code; i++) {
        if (!t->w->search.split[i])
            continue;
        code = an_buf_addf(&en, t->err, "%s%.*s", between, AN_STR_ARG(f->variables[i].name));
        if (!code)
            code = an_buf_addf(&zh, t->err, "%s%.*s", between_zh, AN_STR_ARG(f->variables[i].name));
        between = ", ";
        between_zh = "、";
    }
    struct an_step step = {.kind = AN_STEP_CASES, .value = t->v->value};
    if (!code)
        code = an_buf_add(&en, AN_STR(" agree"), t->err);
    if (!code)
        code = an_buf_add(&zh, AN_STR(" 的各种情形结论一致"), t->err);
    if (!code)
        code = keep(t->arena, &en, &step.text, t->err);
    if (!code)
        code = keep(t->arena, &zh, &step.text_zh, t->err);
    return code ? code : new_step(t, step);
}

static void mark_live(const struct an_node *n, const struct an_box *box, bool *live) {
    if (an_node_value(n, box) != AN_UNKNOWN)
        return;
    if (n->kind == AN_NODE_LEAF)
        live[n->variable] = true;
    for (size_t i = 0; i < n->kid_count; i++)
        mark_live(n->kids[i], box, live);
}

static int by_name(const void *a, const void *b) {
    const struct an_str *x = a, *y = b;
    int c = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);
    return c ? c : (x->len > y->len) - (x->len < y->len);
}

// What is open: the facts to establish, and for each a value on either side of the answer.
static enum an_code open_facts(const struct work *w, struct an_arena *arena, struct an_verdict *v,
                               struct an_err *err) {
    const struct an_formula *f = &w->formula;
    bool *live = AN_NEW_N(arena, f->variable_count + 1, bool);
    if (!live)
        return no_memory(err);
    mark_live(f->root, w->box, live);
    for (size_t i = 0; i < f->variable_count; i++) {
        if (!live[i])
            continue;
        struct an_str *name = AN_PUSH(arena, v->decide_by, v->decide_by_count);
        if (!name)
            return no_memory(err);
        *name = f->variables[i].name;
        if (v->gave_up)
            continue;
        struct an_fact *yes = AN_PUSH(arena, v->yes_if, v->yes_if_count);
        struct an_fact *no = AN_PUSH(arena, v->no_if, v->no_if_count);
        if (!yes || !no)
            return no_memory(err);
        *yes = an_variable_fact(&f->variables[i], w->search.witness[1][i]);
        *no = an_variable_fact(&f->variables[i], w->search.witness[0][i]);
    }
    if (v->decide_by_count)
        qsort(v->decide_by, v->decide_by_count, sizeof *v->decide_by, by_name);
    return AN_OK;
}

enum an_code an_rule_eval(const struct an_rule *rule, const struct an_packs *packs,
                          const struct an_question *q, struct an_arena *arena, struct an_verdict *ret_verdict,
                          struct an_err *err) {
    struct work w = {0};
    struct an_verdict v = {.rule = rule, .standing = an_rule_standing(rule, q->as_of)};
    if (!rule->when)
        return an_fail(err, AN_INPUT, "rule %.*s has no formula", AN_STR_ARG(rule->id));
    enum an_code code = prepare(&w, rule, rule->when, packs, q, arena, err);
    if (code)
        return code;
    v.value = an_settle(&w.search, w.box, 0);
    v.gave_up = v.value == AN_UNKNOWN && !(w.search.has_witness[0] && w.search.has_witness[1]);

    struct tracer t = {.w = &w, .facts = q->facts, .arena = arena, .v = &v, .err = err};
    bool by_cases = an_node_value(w.formula.root, w.box) != v.value;
    if ((by_cases && (code = trace_cases(&t))) || (code = trace(&t, w.formula.root, by_cases)))
        return code;
    if (v.value == AN_UNKNOWN && (code = open_facts(&w, arena, &v, err)))
        return code;

    AN_AUTO(an_buf) certificate = {0};
    if ((code = an_certificate_write(rule, q, &w.search, w.box, v.value, &certificate, err)) ||
        (code = keep(arena, &certificate, &v.certificate, err)))
        return code;
    *ret_verdict = v;
    return AN_OK;
}

enum an_code an_formula_value(const struct an_formula *f, const struct an_facts *facts, struct an_arena *arena,
                              enum an_tri *ret_value, struct an_err *err) {
    struct work w = {.formula = *f};
    enum an_code code = settle_ready(&w, facts, arena, err);
    if (code)
        return code;
    *ret_value = an_settle(&w.search, w.box, 0);
    bool gave_up = *ret_value == AN_UNKNOWN && !(w.search.has_witness[0] && w.search.has_witness[1]);
    return gave_up ? an_fail(err, AN_LIMIT, "the formula is too hard to decide on these facts") : AN_OK;
}

enum an_code an_condition_eval(const struct an_rule *rule, const struct an_expr *condition,
                               const struct an_packs *packs, const struct an_question *q,
                               struct an_arena *arena, enum an_tri *ret_value, struct an_err *err) {
    struct work w = {0};
    if (!condition) {
        *ret_value = AN_YES;
        return AN_OK;
    }
    enum an_code code = prepare(&w, rule, condition, packs, q, arena, err);
    if (code)
        return code;
    *ret_value = an_settle(&w.search, w.box, 0);
    return AN_OK;
}
