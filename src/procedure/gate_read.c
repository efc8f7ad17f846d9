// Reading a gate: docs/PROCEDURES.md section 7.
#include "procedure/canon.h"
#include "procedure/gate.h"
#include "procedure/parse.h"
#include "rules/canon.h"
#include "rules/list.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct work {
    struct an_reader *p;
    struct an_gate *gate;
    unsigned seen;
};

static enum an_code item_question(struct work *w) { return an_read_pair(w->p, false, &w->gate->question); }

static enum an_code condition_part(struct work *w, struct an_gate_condition *c, bool *ret_more) {
    struct an_reader *p = w->p;
    *ret_more = true;
    if (an_read_is(p, "when") && !c->rule->when) {
        TRY(an_read_next(p));
        return an_read_formula(p, &c->rule->when);
    }
    if (an_read_is(p, "article") && !c->article.len) {
        TRY(an_read_next(p));
        return an_read_string(p, "the article, as in \"9\"", &c->article);
    }
    if (an_read_is(p, "settle") && !c->settle.en.len) {
        TRY(an_read_next(p));
        return an_read_pair(p, false, &c->settle);
    }
    if (an_read_is(p, "title") && !c->title.en.len) {
        TRY(an_read_next(p));
        return an_read_pair(p, false, &c->title);
    }
    *ret_more = false;
    return AN_OK;
}

static enum an_code item_condition(struct work *w) {
    struct an_reader *p = w->p;
    struct an_lexeme at = p->lex.now;
    struct an_str name;
    bool more = true;
    TRY(an_read_name(p, "the condition's name", &name));
    for (size_t i = 0; i < w->gate->condition_count; i++)
        if (an_str_eq(w->gate->conditions[i].name, name))
            return an_read_twice(p, &at);
    if (w->gate->condition_count == AN_PROCEDURE_ITEMS_MAX)
        return an_lex_fail(&p->lex, &at, p->err, "more than %d conditions", AN_PROCEDURE_ITEMS_MAX);
    struct an_rule *rule = AN_NEW(p->arena, struct an_rule);
    struct an_gate_condition *c = rule ? AN_PUSH(p->arena, w->gate->conditions, w->gate->condition_count) : NULL;
    if (!c)
        return an_read_no_memory(p);
    *c = (struct an_gate_condition) {.name = name, .rule = rule};
    TRY(an_read_mark(p, "{"));
    while (more)
        TRY(condition_part(w, c, &more));
    if (!rule->when || !c->title.en.len || !c->title.zh.len)
        return an_lex_fail(&p->lex, &at, p->err, "a condition has `title en \"...\" zh \"...\"` and `when CONDITION`");
    return an_read_mark(p, "}");
}

static enum an_code item_then(struct work *w) {
    struct an_gate_then *then = AN_PUSH(w->p->arena, w->gate->thens, w->gate->then_count);
    if (!then)
        return an_read_no_memory(w->p);
    TRY(an_read_mark(w->p, "article"));
    TRY(an_read_string(w->p, "the article, as in \"16\"", &then->article));
    return an_read_pair(w->p, false, &then->title);
}

static enum an_code item_test(struct work *w) {
    struct an_reader *p = w->p;
    struct an_gate_test *t = AN_PUSH(p->arena, w->gate->tests, w->gate->test_count);
    bool more;
    if (!t)
        return an_read_no_memory(p);
    t->line = p->lex.now.line;
    t->column = p->lex.now.column;
    TRY(an_read_string(p, "what the test shows", &t->name));
    TRY(an_read_mark(p, "given"));
    TRY(an_read_given(p, &t->given));
    TRY(an_read_answer(p, &t->expect));
    TRY(an_read_maybe(p, "unmet", &more));
    while (more) {
        struct an_str *name = AN_PUSH(p->arena, t->open, t->open_count);
        if (!name)
            return an_read_no_memory(p);
        TRY(an_read_name(p, "a condition that is not met", name));
        TRY(an_read_maybe(p, ",", &more));
    }
    return AN_OK;
}

#define NORM(name) static enum an_code item_##name(struct work *w) { return an_read_##name(w->p, &w->gate->head); }
NORM(title) NORM(instrument) NORM(status) NORM(quote) NORM(digest) NORM(note) NORM(source)

static const struct item {
    const char *word;
    enum an_code (*read)(struct work *);
    bool many;
} items[] = {
    {"title", item_title, true},   {"instrument", item_instrument, false}, {"status", item_status, false},
    {"quote", item_quote, true},   {"digest", item_digest, false},         {"note", item_note, true},
    {"source", item_source, true}, {"question", item_question, false},     {"condition", item_condition, true},
    {"then", item_then, true},     {"test", item_test, true},
};

static enum an_code body(struct work *w) {
    TRY(an_read_mark(w->p, "{"));
    while (!an_read_is(w->p, "}")) {
        size_t i = 0;
        while (i < AN_COUNT(items) && !an_read_is(w->p, items[i].word))
            i++;
        if (i == AN_COUNT(items))
            return an_read_fail_expected(w->p, "title, instrument, status, quote, digest, note, source, question, condition, "
                                               "then, test or '}'");
        if (!items[i].many && (w->seen & 1u << i))
            return an_read_twice(w->p, &w->p->lex.now);
        w->seen |= 1u << i;
        TRY(an_read_next(w->p));
        TRY(items[i].read(w));
    }
    return AN_OK;
}

// All conditions as one formula, so that one certificate shows the whole.
static enum an_code join(struct work *w) {
    struct an_gate *g = w->gate;
    struct an_expr *all = AN_NEW(w->p->arena, struct an_expr);
    if (!all)
        return an_read_no_memory(w->p);
    *all = (struct an_expr) {.kind = AN_EXPR_AND, .line = g->head.line, .column = g->head.column};
    for (size_t i = 0; i < g->condition_count; i++) {
        struct an_rule *rule = g->conditions[i].rule;
        struct an_expr **kid = AN_PUSH(w->p->arena, all->kids, all->kid_count), *when = rule->when;
        if (!kid)
            return an_read_no_memory(w->p);
        *kid = when;
        *rule = g->head;                // dated and named like the gate
        rule->when = when;
        rule->line = when->line;
        rule->column = when->column;
        TRY(an_rule_canonise(rule, w->p->arena, w->p->err));
    }
    g->head.when = all->kid_count == 1 ? all->kids[0] : all->kid_count ? all : NULL;
    return g->head.when ? an_rule_canonise(&g->head, w->p->arena, w->p->err) : AN_OK;
}

enum an_code an_gate_read(struct an_reader *p, struct an_gate **ret) {
    struct work w = {.p = p, .gate = AN_NEW(p->arena, struct an_gate)};
    if (!w.gate)
        return an_read_no_memory(p);
    struct an_rule *head = &w.gate->head;
    *head = (struct an_rule) {.file = p->lex.file, .line = p->lex.now.line, .column = p->lex.now.column,
                              .from = AN_DAY_NONE, .to = AN_DAY_NONE, .published = AN_DAY_NONE, .scope = AN_STR("listing")};
    TRY(an_read_mark(p, "gate"));
    TRY(an_read_name(p, "the gate's id", &head->id));
    TRY(an_read_mark(p, "version"));
    TRY(an_read_version(p, &head->version));
    TRY(body(&w));
    TRY(join(&w));
    *ret = w.gate;
    return an_read_next(p);
}
