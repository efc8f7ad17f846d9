// Reading a rule file: the grammar of docs/RULES.md, by hand.
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "rules/canon.h"
#include "rules/lex.h"
#include "rules/list.h"
#include "rules/pack.h"
#include "rules/read.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

static enum an_code disjunction(struct an_reader *p, struct an_expr **ret);

// NULL with p->err filled when there is no room for one more.
static struct an_expr *new_expr(struct an_reader *p, enum an_expr_kind kind, const struct an_lexeme *at) {
    struct an_expr *e = NULL;
    if (++p->nodes > AN_RULE_NODES_MAX)
        an_lex_fail(&p->lex, at, p->err, "formula too long; at most %d conditions", AN_RULE_NODES_MAX);
    else if (!(e = AN_NEW(p->arena, struct an_expr)))
        an_read_no_memory(p);
    else
        *e = (struct an_expr) {.kind = kind, .line = at->line, .column = at->column};
    return e;
}

static enum an_code constant(struct an_reader *p, struct an_expr *e) {
    struct an_const *c = AN_PUSH(p->arena, e->consts, e->const_count);
    if (!c)
        return an_read_no_memory(p);
    const struct an_lexeme *x = &p->lex.now;
    switch (x->kind) {
    case AN_LEX_NUMBER:
        *c = (struct an_const) {.kind = AN_CONST_NUMBER, .number = x->number};
        return an_read_next(p);
    case AN_LEX_DATE:
        *c = (struct an_const) {.kind = AN_CONST_DAY, .day = x->day};
        return an_read_next(p);
    case AN_LEX_NAME:
    case AN_LEX_STRING:
        *c = (struct an_const) {.kind = AN_CONST_WORD, .word = x->raw};
        return an_read_next(p);
    case AN_LEX_END:
    case AN_LEX_YEARLY:
    case AN_LEX_MARK:
        break;
    }
    return an_read_fail_expected(p, "a number, a date or a word");
}

static enum an_code comparison(struct an_reader *p, struct an_expr **ret) {
    struct an_lexeme at = p->lex.now;
    struct an_expr *e = *ret = new_expr(p, AN_EXPR_COMPARE, &at);
    if (!e)
        return p->err->code;
    TRY(an_fact_name_read(&p->lex, &e->fact, p->err));
    if (an_read_is(p, "in")) {
        e->kind = AN_EXPR_IN;
        TRY(an_read_next(p));
        TRY(an_read_mark(p, "{"));
        bool more = true;
        while (more) {
            TRY(constant(p, e));
            TRY(an_read_maybe(p, ",", &more));
        }
        return an_read_mark(p, "}");
    }
    for (e->compare = AN_EQ; e->compare <= AN_GE; e->compare++)
        if (an_read_is(p, an_compare_name(e->compare)))
            break;
    if (e->compare > AN_GE)
        return an_read_fail_expected(p, "one of = != < <= > >= in");
    TRY(an_read_next(p));
    struct an_lexeme value = p->lex.now;
    TRY(constant(p, e));
    if (e->consts[0].kind == AN_CONST_WORD && e->compare != AN_EQ && e->compare != AN_NE)
        return an_lex_fail(&p->lex, &value, p->err, "words have no order; use = or !=");
    if (value.kind == AN_LEX_NUMBER && an_read_is(p, ","))
        return an_lex_fail(&p->lex, &p->lex.now, p->err, "group digits with '_', not ','; or write 100万");
    return AN_OK;
}

static enum an_code atom(struct an_reader *p, struct an_expr **ret) {
    struct an_lexeme at = p->lex.now;
    if (p->depth >= AN_RULE_DEPTH_MAX)
        return an_lex_fail(&p->lex, &at, p->err, "formula nested too deep; at most %d levels",
                           AN_RULE_DEPTH_MAX);
    if (an_read_is(p, "not")) {
        struct an_expr *e = *ret = new_expr(p, AN_EXPR_NOT, &at);
        if (!e)
            return p->err->code;
        if (!AN_PUSH(p->arena, e->kids, e->kid_count))
            return an_read_no_memory(p);
        TRY(an_read_next(p));
        p->depth++;
        TRY(atom(p, &e->kids[0]));
        p->depth--;
        return AN_OK;
    }
    if (an_read_is(p, "(")) {
        TRY(an_read_next(p));
        p->depth++;
        TRY(disjunction(p, ret));
        p->depth--;
        return an_read_mark(p, ")");
    }
    if (!an_read_is(p, "applies"))
        return comparison(p, ret);
    struct an_expr *e = *ret = new_expr(p, AN_EXPR_APPLIES, &at);
    if (!e)
        return p->err->code;
    TRY(an_read_next(p));
    TRY(an_read_mark(p, "("));
    TRY(an_read_id_version(p, &e->id, &e->version));
    return an_read_mark(p, ")");
}

// One or more of `part` with `word` between them: a list of one is that one.
static enum an_code series(struct an_reader *p, enum an_expr_kind kind, const char *word,
                           enum an_code (*part)(struct an_reader *, struct an_expr **), struct an_expr **ret) {
    struct an_lexeme at = p->lex.now;
    struct an_expr *one = NULL;
    TRY(part(p, &one));
    *ret = one;
    if (!an_read_is(p, word))
        return AN_OK;
    struct an_expr *e = *ret = new_expr(p, kind, &at);
    if (!e)
        return p->err->code;
    for (;;) {
        struct an_expr **kid = AN_PUSH(p->arena, e->kids, e->kid_count);
        if (!kid)
            return an_read_no_memory(p);
        *kid = one;
        if (!an_read_is(p, word))
            return AN_OK;
        TRY(an_read_next(p));
        TRY(part(p, &one));
    }
}

static enum an_code conjunction(struct an_reader *p, struct an_expr **ret) {
    return series(p, AN_EXPR_AND, "and", atom, ret);
}

static enum an_code disjunction(struct an_reader *p, struct an_expr **ret) {
    return series(p, AN_EXPR_OR, "or", conjunction, ret);
}

enum an_code an_read_formula(struct an_reader *p, struct an_expr **ret) {
    p->nodes = 0;
    p->depth = 0;
    return disjunction(p, ret);
}

static enum an_code item_cite(struct an_reader *p, struct an_rule *r) {
    return an_read_string(p, "a citation", &r->cite);
}

static enum an_code item_scope(struct an_reader *p, struct an_rule *r) {
    static const char *const scopes[] = {"company", "group", "listing", "counterparty", "incident", "product",
                                         "transfer"};
    for (size_t i = 0; i < AN_COUNT(scopes); i++)
        if (an_read_is(p, scopes[i]))
            return an_read_name(p, "a scope", &r->scope);
    return an_read_fail_expected(p, "company, group, listing, counterparty, incident, product or transfer");
}

static enum an_code item_drafted_by(struct an_reader *p, struct an_rule *r) {
    return an_read_names(p, "a body, as in CAC", &r->drafted_by, &r->drafted_by_count);
}

static enum an_code item_enforced_by(struct an_reader *p, struct an_rule *r) {
    return an_read_names(p, "a body, as in CAC", &r->enforced_by, &r->enforced_by_count);
}

static enum an_code item_when(struct an_reader *p, struct an_rule *r) { return an_read_formula(p, &r->when); }

static enum an_code item_except(struct an_reader *p, struct an_rule *r) {
    struct an_except *e = AN_PUSH(p->arena, r->excepts, r->except_count);
    if (!e)
        return an_read_no_memory(p);
    TRY(an_read_string(p, "what is taken out, with its citation", &e->text));
    TRY(an_read_mark(p, "metric"));
    return an_read_names(p, "the name of a metric", &e->metrics, &e->metric_count);
}

static enum an_code years(struct an_reader *p, uint64_t *ret) {
    TRY(an_read_next(p));
    TRY(an_read_number(p, "a number of years", ret));
    return an_read_mark(p, "years");
}

static enum an_code item_duty(struct an_reader *p, struct an_rule *r) {
    struct an_duty *d = AN_PUSH(p->arena, r->duties, r->duty_count);
    if (!d)
        return an_read_no_memory(p);
    TRY(an_read_name(p, "a verb, as in file \"...\"", &d->verb));
    TRY(an_read_string(p, "what must be done", &d->what));
    for (;;) {
        if (an_read_is(p, "zh")) {
            TRY(an_read_next(p));
            TRY(an_read_string(p, "what must be done", &d->what_zh));
        } else if (an_read_is(p, "to")) {
            TRY(an_read_next(p));
            TRY(an_read_name(p, "a body, as in CRO", &d->to));
        } else if (an_read_is(p, "before")) {
            TRY(an_read_next(p));
            TRY(an_read_event(p, &d->before));
        } else if (an_read_is(p, "every")) {
            TRY(years(p, &d->every));
        } else if (an_read_is(p, "for")) {
            TRY(years(p, &d->for_years));
        } else {
            return AN_OK;
        }
    }
}

static enum an_code item_clock(struct an_reader *p, struct an_rule *r) {
    struct an_clock *c = AN_PUSH(p->arena, r->clocks, r->clock_count);
    if (!c)
        return an_read_no_memory(p);
    TRY(an_read_name(p, "the clock's name", &c->name));
    TRY(an_read_period(p, &c->length, &c->unit, &c->calendar));
    TRY(an_read_mark(p, "from"));
    TRY(an_read_event(p, &c->from));
    bool has;
    TRY(an_read_maybe(p, "extend", &has));
    if (has) {
        TRY(an_read_maybe(p, "open", &c->extend_open));
        if (!c->extend_open)
            TRY(an_read_number(p, "a number, or open", &c->extend));
    }
    TRY(an_read_maybe(p, "if", &has));
    if (has)
        TRY(an_read_formula(p, &c->condition));
    return an_read_pair(p, true, &c->title);
}

static enum an_code item_pause(struct an_reader *p, struct an_rule *r) {
    struct an_pause *pause = AN_PUSH(p->arena, r->pauses, r->pause_count);
    if (!pause)
        return an_read_no_memory(p);
    TRY(an_read_event(p, &pause->from));
    TRY(an_read_mark(p, "until"));
    return an_read_event(p, &pause->until);
}

static enum an_code item_penalty(struct an_reader *p, struct an_rule *r) {
    struct an_penalty *penalty = AN_PUSH(p->arena, r->penalties, r->penalty_count);
    if (!penalty)
        return an_read_no_memory(p);
    penalty->from = AN_DAY_NONE;
    TRY(an_read_string(p, "the citation of the penalty", &penalty->citation));
    bool has;
    TRY(an_read_maybe(p, "from", &has));
    if (has)
        TRY(an_read_day(p, &penalty->from));
    return an_read_pair(p, false, &penalty->amounts);
}

static enum an_code item_test(struct an_reader *p, struct an_rule *r) {
    struct an_rule_test *t = AN_PUSH(p->arena, r->tests, r->test_count);
    if (!t)
        return an_read_no_memory(p);
    t->line = p->lex.now.line;
    t->column = p->lex.now.column;
    TRY(an_read_string(p, "what the test shows", &t->name));
    TRY(an_read_mark(p, "given"));
    TRY(an_read_given(p, &t->given));
    return an_read_answer(p, &t->expect);
}

static const struct item {
    const char *word;
    enum an_code (*read)(struct an_reader *, struct an_rule *);
    bool many, in_define;
} items[] = {
    {"title",      an_read_title,      true,  false}, {"instrument", an_read_instrument, false, false},
    {"cite",       item_cite,       false, true},  {"status",     an_read_status,     false, false},
    {"quote",      an_read_quote,      true,  true},  {"digest",     an_read_digest,     false, true},
    {"scope",      item_scope,      false, false}, {"drafted_by", item_drafted_by, false, false},
    {"when",       item_when,       false, true},  {"enforced_by", item_enforced_by, false, false},
    {"except",     item_except,     true,  false},
    {"duty",       item_duty,       true,  false}, {"clock",      item_clock,      true,  false},
    {"pause",      item_pause,      true,  false}, {"penalty",    item_penalty,    true,  false},
    {"note",       an_read_note,       true,  true},  {"source",     an_read_source,     true,  true},
    {"test",       item_test,       true,  true},
};

static const struct item *item_at(const struct an_reader *p) {
    for (size_t i = 0; i < AN_COUNT(items); i++)
        if (an_read_is(p, items[i].word))
            return &items[i];
    return NULL;
}

static enum an_code fail_item(struct an_reader *p) {
    struct an_str seen = an_lex_seen(&p->lex);
    const char *near = NULL;
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < AN_COUNT(items); i++)
        if (p->lex.now.kind == AN_LEX_NAME &&
            an_near_better(p->lex.now.raw, an_str_from_c(items[i].word), &best))
            near = items[i].word;
    if (near)
        return an_lex_fail(&p->lex, &p->lex.now, p->err, "'%.*s' is not understood here (did you mean '%s'?)",
                           AN_STR_ARG(seen), near);
    return an_lex_fail(&p->lex, &p->lex.now, p->err, "'%.*s' is not understood here; expected an item or '}'",
                       AN_STR_ARG(seen));
}

static enum an_code body(struct an_reader *p, struct an_rule *r) {
    bool seen[AN_COUNT(items)] = {0};
    TRY(an_read_mark(p, "{"));
    while (!an_read_is(p, "}")) {
        const struct item *item = item_at(p);
        if (!item)
            return fail_item(p);
        if (r->is_define && !item->in_define)
            return an_lex_fail(&p->lex, &p->lex.now, p->err, "a define has no '%s'", item->word);
        if (!r->is_define && item->read == item_cite)
            return an_lex_fail(&p->lex, &p->lex.now, p->err, "a rule is cited by 'instrument', not 'cite'");
        if (seen[item - items] && !item->many)
            return an_read_twice(p, &p->lex.now);
        seen[item - items] = true;
        TRY(an_read_next(p));
        TRY(item->read(p, r));
    }
    return an_read_next(p);
}

static enum an_code rule(struct an_reader *p, bool is_define, struct an_packs *found) {
    struct an_rule *r = AN_NEW(p->arena, struct an_rule);
    if (!r)
        return an_read_no_memory(p);
    *r = (struct an_rule) {.is_define = is_define, .file = p->lex.file, .line = p->lex.now.line,
                           .column = p->lex.now.column, .from = AN_DAY_NONE, .to = AN_DAY_NONE,
                           .published = AN_DAY_NONE};
    TRY(an_read_next(p));
    TRY(an_read_name(p, "the rule's id", &r->id));
    if (is_define) {
        TRY(an_read_mark(p, "scope"));
        TRY(item_scope(p, r));
    } else {
        TRY(an_read_mark(p, "version"));
        TRY(an_read_version(p, &r->version));
    }
    TRY(body(p, r));
    TRY(an_rule_canonise(r, p->arena, p->err));
    struct an_rule **place = AN_PUSH(p->arena, found->rules, found->rule_count);
    if (!place)
        return an_read_no_memory(p);
    *place = r;
    return AN_OK;
}

// Declarations: names of facts, metrics, events, bodies, verbs and words.

static enum an_code declare_fact(struct an_reader *p, struct an_name *n) {
    static const char *const types[] = {[AN_TERM_FLAG] = "flag", [AN_TERM_WORD] = "word",
                                        [AN_TERM_NUMBER] = "number", [AN_TERM_DAY] = "day"};
    size_t type = 0;
    while (type < AN_COUNT(types) && !an_read_is(p, types[type]))
        type++;
    if (type == AN_COUNT(types))
        return an_read_fail_expected(p, "flag, word, number or day");
    n->type = (enum an_term_type) type;
    TRY(an_read_next(p));
    if (n->type != AN_TERM_WORD || !an_read_is(p, "{"))
        return AN_OK;
    TRY(an_read_next(p));
    bool more = true;
    while (more) {
        struct an_str *value = AN_PUSH(p->arena, n->values, n->value_count);
        if (!value)
            return an_read_no_memory(p);
        TRY(an_read_name(p, "a word that the fact can be", value));
        TRY(an_read_maybe(p, ",", &more));
    }
    return an_read_mark(p, "}");
}

static enum an_code window_months(struct an_reader *p, struct an_window *w) {
    uint64_t months = 0;
    struct an_lexeme at = p->lex.now;
    TRY(an_read_number(p, "a number of months", &months));
    if (months == 0 || months > 120)
        return an_lex_fail(&p->lex, &at, p->err, "a window is of 1 to 120 months");
    w->months = (unsigned) months;
    return an_read_mark(p, "months");
}

static enum an_code window(struct an_reader *p, struct an_window *w) {
    size_t kind = 0;
    while (kind <= AN_WINDOW_INCIDENT && !an_read_is(p, an_window_name((enum an_window_kind) kind)))
        kind++;
    if (kind > AN_WINDOW_INCIDENT)
        return an_read_fail_expected(p, "stock, since, preceding_year, peak, mean_daily, mean_monthly or incident");
    w->kind = (enum an_window_kind) kind;
    TRY(an_read_next(p));
    if (w->kind == AN_WINDOW_PEAK || w->kind == AN_WINDOW_MEAN_DAILY || w->kind == AN_WINDOW_MEAN_MONTHLY)
        return window_months(p, w);
    if (w->kind != AN_WINDOW_SINCE)
        return AN_OK;
    if (p->lex.now.kind != AN_LEX_YEARLY)
        return an_read_fail_expected(p, "a day of every year, as in since 01-01");
    w->month = p->lex.now.month;
    w->day = p->lex.now.month_day;
    return an_read_next(p);
}

static enum an_code within(struct an_reader *p, struct an_name *n, struct an_packs *found) {
    bool more = true;
    while (more) {
        struct an_str *large = AN_PUSH(p->arena, n->within, n->within_count);
        struct an_relation *r = AN_PUSH(p->arena, found->relations, found->relation_count);
        if (!large || !r)
            return an_read_no_memory(p);
        TRY(an_read_name(p, "the metric in which it is contained", large));
        TRY(an_metric_name(*large, p->arena, large, p->err));
        *r = (struct an_relation) {n->name, *large};
        TRY(an_read_maybe(p, ",", &more));
    }
    return AN_OK;
}

static enum an_code declare_metric(struct an_reader *p, struct an_name *n, struct an_packs *found) {
    static const char *const units[] = {"person", "device", "account", "household", "transaction", "record",
                                        "any"};
    size_t unit = 0;
    while (unit < AN_COUNT(units) && !an_read_is(p, units[unit]))
        unit++;
    if (unit == AN_COUNT(units))
        return an_read_fail_expected(p, "person, device, account, household, transaction, record or any");
    n->type = AN_TERM_NUMBER;
    TRY(an_metric_name(n->name, p->arena, &n->name, p->err));
    TRY(an_read_name(p, "a unit", &n->unit));
    TRY(an_read_mark(p, "window"));
    TRY(window(p, &n->window));
    bool has;
    TRY(an_read_maybe(p, "within", &has));
    if (has)
        TRY(within(p, n, found));
    TRY(an_read_maybe(p, "census", &has));
    if (!has)
        return AN_OK;
    n->census = an_read_is(p, "users") ? AN_CENSUS_USERS : an_read_is(p, "people") ? AN_CENSUS_PEOPLE : AN_CENSUS_NONE;
    if (n->census == AN_CENSUS_NONE)
        return an_read_fail_expected(p, "users or people");
    if (n->window.kind != AN_WINDOW_STOCK)
        return an_lex_fail(&p->lex, &p->lex.now, p->err, "a census answers only a stock");
    return an_read_next(p);
}

static const char *const declared[] = {
    [AN_NAME_FACT] = "fact", [AN_NAME_METRIC] = "metric", [AN_NAME_EVENT] = "event", [AN_NAME_BODY] = "body",
    [AN_NAME_VERB] = "verb", [AN_NAME_WORD] = "word"};

// The kind of name that lex->now begins to declare; AN_COUNT(declared) when it begins none.
static size_t declared_kind(const struct an_reader *p) {
    size_t kind = 0;
    while (kind < AN_COUNT(declared) && !an_read_is(p, declared[kind]))
        kind++;
    return kind;
}

static enum an_code declaration(struct an_reader *p, enum an_name_kind kind, struct an_packs *found) {
    struct an_name n = {.kind = kind, .file = p->lex.file, .line = p->lex.now.line, .column = p->lex.now.column};
    TRY(an_read_next(p));
    TRY(an_read_name(p, "the name that is declared", &n.name));
    if (kind == AN_NAME_FACT)
        TRY(declare_fact(p, &n));
    else if (kind == AN_NAME_METRIC)
        TRY(declare_metric(p, &n, found));
    else if (kind == AN_NAME_VERB)
        TRY(an_read_string(p, "the word before the body, as in file \"with\"", &n.with));
    TRY(an_read_pair(p, false, &n.title));
    TRY(an_name_canonise(&n, p->arena, p->err));
    struct an_name *place = AN_PUSH(p->arena, found->names, found->name_count);
    if (!place)
        return an_read_no_memory(p);
    *place = n;
    return AN_OK;
}

static enum an_code file(struct an_reader *p, struct an_packs *found) {
    while (p->lex.now.kind != AN_LEX_END) {
        size_t kind = declared_kind(p);
        if (kind < AN_COUNT(declared))
            TRY(declaration(p, (enum an_name_kind) kind, found));
        else if (an_read_is(p, "rule") || an_read_is(p, "define"))
            TRY(rule(p, an_read_is(p, "define"), found));
        else
            return an_read_fail_expected(p, "rule, define, fact, metric, event, body, verb or word");
    }
    return AN_OK;
}

#define APPEND(to, from, arena, items, count, failed) do { \
        for (size_t i_ = 0; i_ < (from)->count && !(failed); i_++) { \
            __typeof__((to)->items) place_ = AN_PUSH((arena), (to)->items, (to)->count); \
            (failed) = !place_; \
            if (place_) \
                *place_ = (from)->items[i_]; \
        } \
    } while (0)

enum an_code an_pack_parse(struct an_packs *packs, const char *shown, struct an_str text,
                           struct an_arena *arena, struct an_err *err) {
    if (text.len > AN_PACK_BYTES_MAX)
        return an_fail(err, AN_LIMIT, "%s: larger than %d bytes", shown, AN_PACK_BYTES_MAX);
    struct an_reader p = {.arena = arena, .err = err};
    struct an_packs found = {0};
    TRY(an_lex_start(&p.lex, shown, text, arena, err));
    TRY(file(&p, &found));
    struct an_packs before = *packs;
    bool failed = false;
    APPEND(packs, &found, arena, rules, rule_count, failed);
    APPEND(packs, &found, arena, names, name_count, failed);
    APPEND(packs, &found, arena, relations, relation_count, failed);
    if (!failed)
        return AN_OK;
    *packs = before;
    return an_read_no_memory(&p);
}
