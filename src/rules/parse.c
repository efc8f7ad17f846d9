// Reading a rule file: the grammar of docs/RULES.md, by hand.
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "rules/canon.h"
#include "rules/lex.h"
#include "rules/list.h"
#include "rules/pack.h"

struct parser {
    struct an_lex lex;
    struct an_arena *arena;
    struct an_err *err;
    unsigned depth;             // of the formula being read
    size_t nodes;
};

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

static enum an_code no_memory(struct parser *p) { return an_fail(p->err, AN_NOMEM, "no memory for a rule"); }

static enum an_code next(struct parser *p) { return an_lex_next(&p->lex, p->err); }

static bool is(const struct parser *p, const char *word) { return an_lex_is(&p->lex, word); }

static enum an_code fail_expected(struct parser *p, const char *what) {
    struct an_str seen = an_lex_seen(&p->lex);
    return an_lex_fail(&p->lex, &p->lex.now, p->err, "expected %s, found '%.*s'", what, AN_STR_ARG(seen));
}

static enum an_code want(struct parser *p, const char *word) {
    if (is(p, word))
        return next(p);
    char what[32];
    (void) snprintf(what, sizeof what, "'%s'", word);
    return fail_expected(p, what);
}

// Takes `word` if it is next; *ret says whether it was.
static enum an_code maybe(struct parser *p, const char *word, bool *ret) {
    *ret = is(p, word);
    return *ret ? next(p) : AN_OK;
}

static enum an_code want_name(struct parser *p, const char *what, struct an_str *ret) {
    if (p->lex.now.kind != AN_LEX_NAME)
        return fail_expected(p, what);
    *ret = p->lex.now.raw;
    return next(p);
}

static enum an_code want_number(struct parser *p, const char *what, uint64_t *ret) {
    if (p->lex.now.kind != AN_LEX_NUMBER)
        return fail_expected(p, what);
    *ret = p->lex.now.number;
    return next(p);
}

static enum an_code want_day(struct parser *p, an_day *ret) {
    if (p->lex.now.kind != AN_LEX_DATE)
        return fail_expected(p, "a date (YYYY-MM-DD)");
    *ret = p->lex.now.day;
    return next(p);
}

// Strings that follow one another are one string: how a long quote wraps.
static enum an_code want_string(struct parser *p, const char *what, struct an_str *ret) {
    if (p->lex.now.kind != AN_LEX_STRING)
        return fail_expected(p, what);
    struct an_str said = p->lex.now.raw;
    TRY(next(p));
    while (p->lex.now.kind == AN_LEX_STRING) {
        struct an_str more = p->lex.now.raw;
        char *both = an_arena_alloc(p->arena, said.len + more.len + 1, 1);
        if (!both)
            return no_memory(p);
        memcpy(both, said.ptr, said.len);
        memcpy(both + said.len, more.ptr, more.len);
        said = (struct an_str) {both, said.len + more.len};
        TRY(next(p));
    }
    if (!said.len)
        return an_lex_fail(&p->lex, &p->lex.now, p->err, "empty string where %s should be", what);
    *ret = said;
    return AN_OK;
}

static enum an_code want_version(struct parser *p, struct an_str *ret) {
    enum an_lexeme_kind kind = p->lex.now.kind;
    if (kind != AN_LEX_NAME && kind != AN_LEX_NUMBER && kind != AN_LEX_DATE)
        return fail_expected(p, "a version");
    *ret = p->lex.now.raw;
    return next(p);
}

static enum an_code want_event(struct parser *p, struct an_str *ret) {
    TRY(want(p, "event"));
    TRY(want(p, "("));
    TRY(want_name(p, "the name of an event", ret));
    return want(p, ")");
}

static enum an_code want_id_version(struct parser *p, struct an_str *ret_id, struct an_str *ret_version) {
    TRY(want_name(p, "the id of a rule", ret_id));
    if (!is(p, "@"))
        return AN_OK;
    TRY(next(p));
    return want_version(p, ret_version);
}

// `en "..."` and `zh "..."`, each at most once, in any order; at least one unless `optional`.
static enum an_code want_pair(struct parser *p, bool optional, struct an_pair *pair) {
    bool any = false;
    for (;;) {
        struct an_str *side = is(p, "en") ? &pair->en : is(p, "zh") ? &pair->zh : NULL;
        if (!side)
            break;
        if (side->len)
            return an_lex_fail(&p->lex, &p->lex.now, p->err, "said twice in the same language");
        TRY(next(p));
        TRY(want_string(p, "a string", side));
        any = true;
    }
    return any || optional ? AN_OK : fail_expected(p, "en \"...\" or zh \"...\"");
}

static enum an_code disjunction(struct parser *p, struct an_expr **ret);

// NULL with p->err filled when there is no room for one more.
static struct an_expr *new_expr(struct parser *p, enum an_expr_kind kind, const struct an_lexeme *at) {
    struct an_expr *e = NULL;
    if (++p->nodes > AN_RULE_NODES_MAX)
        an_lex_fail(&p->lex, at, p->err, "formula too long; at most %d conditions", AN_RULE_NODES_MAX);
    else if (!(e = AN_NEW(p->arena, struct an_expr)))
        no_memory(p);
    else
        *e = (struct an_expr) {.kind = kind, .line = at->line, .column = at->column};
    return e;
}

static enum an_code constant(struct parser *p, struct an_expr *e) {
    struct an_const *c = AN_PUSH(p->arena, e->consts, e->const_count);
    if (!c)
        return no_memory(p);
    const struct an_lexeme *x = &p->lex.now;
    switch (x->kind) {
    case AN_LEX_NUMBER:
        *c = (struct an_const) {.kind = AN_CONST_NUMBER, .number = x->number};
        return next(p);
    case AN_LEX_DATE:
        *c = (struct an_const) {.kind = AN_CONST_DAY, .day = x->day};
        return next(p);
    case AN_LEX_NAME:
    case AN_LEX_STRING:
        *c = (struct an_const) {.kind = AN_CONST_WORD, .word = x->raw};
        return next(p);
    case AN_LEX_END:
    case AN_LEX_YEARLY:
    case AN_LEX_MARK:
        break;
    }
    return fail_expected(p, "a number, a date or a word");
}

static enum an_code comparison(struct parser *p, struct an_expr **ret) {
    struct an_lexeme at = p->lex.now;
    struct an_expr *e = *ret = new_expr(p, AN_EXPR_COMPARE, &at);
    if (!e)
        return p->err->code;
    TRY(an_fact_name_read(&p->lex, &e->fact, p->err));
    if (is(p, "in")) {
        e->kind = AN_EXPR_IN;
        TRY(next(p));
        TRY(want(p, "{"));
        bool more = true;
        while (more) {
            TRY(constant(p, e));
            TRY(maybe(p, ",", &more));
        }
        return want(p, "}");
    }
    for (e->compare = AN_EQ; e->compare <= AN_GE; e->compare++)
        if (is(p, an_compare_name(e->compare)))
            break;
    if (e->compare > AN_GE)
        return fail_expected(p, "one of = != < <= > >= in");
    TRY(next(p));
    struct an_lexeme value = p->lex.now;
    TRY(constant(p, e));
    if (e->consts[0].kind == AN_CONST_WORD && e->compare != AN_EQ && e->compare != AN_NE)
        return an_lex_fail(&p->lex, &value, p->err, "words have no order; use = or !=");
    if (value.kind == AN_LEX_NUMBER && is(p, ","))
        return an_lex_fail(&p->lex, &p->lex.now, p->err, "group digits with '_', not ','; or write 100万");
    return AN_OK;
}

static enum an_code atom(struct parser *p, struct an_expr **ret) {
    struct an_lexeme at = p->lex.now;
    if (p->depth >= AN_RULE_DEPTH_MAX)
        return an_lex_fail(&p->lex, &at, p->err, "formula nested too deep; at most %d levels",
                           AN_RULE_DEPTH_MAX);
    if (is(p, "not")) {
        struct an_expr *e = *ret = new_expr(p, AN_EXPR_NOT, &at);
        if (!e)
            return p->err->code;
        if (!AN_PUSH(p->arena, e->kids, e->kid_count))
            return no_memory(p);
        TRY(next(p));
        p->depth++;
        TRY(atom(p, &e->kids[0]));
        p->depth--;
        return AN_OK;
    }
    if (is(p, "(")) {
        TRY(next(p));
        p->depth++;
        TRY(disjunction(p, ret));
        p->depth--;
        return want(p, ")");
    }
    if (!is(p, "applies"))
        return comparison(p, ret);
    struct an_expr *e = *ret = new_expr(p, AN_EXPR_APPLIES, &at);
    if (!e)
        return p->err->code;
    TRY(next(p));
    TRY(want(p, "("));
    TRY(want_id_version(p, &e->id, &e->version));
    return want(p, ")");
}

// One or more of `part` with `word` between them: a list of one is that one.
static enum an_code series(struct parser *p, enum an_expr_kind kind, const char *word,
                           enum an_code (*part)(struct parser *, struct an_expr **), struct an_expr **ret) {
    struct an_lexeme at = p->lex.now;
    struct an_expr *one = NULL;
    TRY(part(p, &one));
    *ret = one;
    if (!is(p, word))
        return AN_OK;
    struct an_expr *e = *ret = new_expr(p, kind, &at);
    if (!e)
        return p->err->code;
    for (;;) {
        struct an_expr **kid = AN_PUSH(p->arena, e->kids, e->kid_count);
        if (!kid)
            return no_memory(p);
        *kid = one;
        if (!is(p, word))
            return AN_OK;
        TRY(next(p));
        TRY(part(p, &one));
    }
}

static enum an_code conjunction(struct parser *p, struct an_expr **ret) {
    return series(p, AN_EXPR_AND, "and", atom, ret);
}

static enum an_code disjunction(struct parser *p, struct an_expr **ret) {
    return series(p, AN_EXPR_OR, "or", conjunction, ret);
}

static enum an_code formula(struct parser *p, struct an_expr **ret) {
    p->nodes = 0;
    p->depth = 0;
    return disjunction(p, ret);
}

static enum an_code twice(struct parser *p, const struct an_lexeme *at) {
    return an_lex_fail(&p->lex, at, p->err, "'%.*s' said twice", AN_STR_ARG(at->raw));
}

static enum an_code item_title(struct parser *p, struct an_rule *r) { return want_pair(p, false, &r->title); }

static enum an_code item_instrument(struct parser *p, struct an_rule *r) {
    bool has;
    TRY(want_string(p, "the name of the instrument", &r->instrument));
    TRY(maybe(p, "en", &has));
    if (has)
        TRY(want_string(p, "its English name", &r->instrument_en));
    TRY(want(p, "article"));
    return want_string(p, "the article, as in \"7\"", &r->article);
}

static enum an_code item_cite(struct parser *p, struct an_rule *r) {
    return want_string(p, "a citation", &r->cite);
}

static enum an_code item_status(struct parser *p, struct an_rule *r) {
    struct an_lexeme at = p->lex.now;
    for (r->status = AN_STATUS_DRAFT; r->status <= AN_STATUS_GUIDANCE; r->status++)
        if (is(p, an_status_name(r->status)))
            break;
    if (r->status > AN_STATUS_GUIDANCE)
        return fail_expected(p, "in_force, draft, adopted, superseded or guidance");
    TRY(next(p));
    for (;;) {
        an_day *day = is(p, "from") ? &r->from : is(p, "to") ? &r->to : NULL;
        if (is(p, "published"))
            day = &r->published;
        if (day) {
            TRY(next(p));
            TRY(want_day(p, day));
        } else if (is(p, "final")) {
            TRY(next(p));
            TRY(want_id_version(p, &r->final_id, &r->final_version));
        } else {
            break;
        }
    }
    bool dated = r->status == AN_STATUS_IN_FORCE || r->status == AN_STATUS_SUPERSEDED;
    if (dated && r->from == AN_DAY_NONE)
        return an_lex_fail(&p->lex, &at, p->err, "%s needs a date: from YYYY-MM-DD",
                           an_status_name(r->status));
    if (r->status == AN_STATUS_SUPERSEDED && r->to == AN_DAY_NONE)
        return an_lex_fail(&p->lex, &at, p->err, "superseded needs its last day: to YYYY-MM-DD");
    if (r->status == AN_STATUS_DRAFT && r->published == AN_DAY_NONE)
        return an_lex_fail(&p->lex, &at, p->err, "a draft needs its date: published YYYY-MM-DD");
    if (r->status == AN_STATUS_DRAFT && (r->from != AN_DAY_NONE || r->to != AN_DAY_NONE))
        return an_lex_fail(&p->lex, &at, p->err, "a draft is never in force; it has no from or to");
    if (r->from != AN_DAY_NONE && r->to != AN_DAY_NONE && r->to < r->from)
        return an_lex_fail(&p->lex, &at, p->err, "the last day is before the first");
    return AN_OK;
}

static enum an_code item_quote(struct parser *p, struct an_rule *r) {
    struct an_str lang = p->lex.now.raw;
    if (!is(p, "zh") && !is(p, "en"))
        return fail_expected(p, "zh \"...\" or en \"...\"");
    struct an_quote *q = AN_PUSH(p->arena, r->quotes, r->quote_count);
    if (!q)
        return no_memory(p);
    q->lang = lang;
    TRY(next(p));
    return want_string(p, "the words of the instrument", &q->text);
}

static enum an_code item_scope(struct parser *p, struct an_rule *r) {
    static const char *const scopes[] = {"company", "group", "listing", "counterparty", "incident", "product",
                                         "transfer"};
    for (size_t i = 0; i < AN_COUNT(scopes); i++)
        if (is(p, scopes[i]))
            return want_name(p, "a scope", &r->scope);
    return fail_expected(p, "company, group, listing, counterparty, incident, product or transfer");
}

static enum an_code item_digest(struct parser *p, struct an_rule *r) { return want_pair(p, false, &r->digest); }

// Names to the end of the line, at least one.
static enum an_code names_here(struct parser *p, const char *what, struct an_str **names, size_t *count) {
    bool more = true;
    while (more) {
        struct an_str *name = AN_PUSH(p->arena, *names, *count);
        if (!name)
            return no_memory(p);
        TRY(want_name(p, what, name));
        more = p->lex.now.kind == AN_LEX_NAME && !p->lex.now.first;
    }
    return AN_OK;
}

static enum an_code item_drafted_by(struct parser *p, struct an_rule *r) {
    return names_here(p, "a body, as in CAC", &r->drafted_by, &r->drafted_by_count);
}

static enum an_code item_enforced_by(struct parser *p, struct an_rule *r) {
    return names_here(p, "a body, as in CAC", &r->enforced_by, &r->enforced_by_count);
}

static enum an_code item_when(struct parser *p, struct an_rule *r) { return formula(p, &r->when); }

static enum an_code item_except(struct parser *p, struct an_rule *r) {
    struct an_except *e = AN_PUSH(p->arena, r->excepts, r->except_count);
    if (!e)
        return no_memory(p);
    TRY(want_string(p, "what is taken out, with its citation", &e->text));
    TRY(want(p, "metric"));
    return names_here(p, "the name of a metric", &e->metrics, &e->metric_count);
}

static enum an_code years(struct parser *p, uint64_t *ret) {
    TRY(next(p));
    TRY(want_number(p, "a number of years", ret));
    return want(p, "years");
}

static enum an_code item_duty(struct parser *p, struct an_rule *r) {
    struct an_duty *d = AN_PUSH(p->arena, r->duties, r->duty_count);
    if (!d)
        return no_memory(p);
    TRY(want_name(p, "a verb, as in file \"...\"", &d->verb));
    TRY(want_string(p, "what must be done", &d->what));
    for (;;) {
        if (is(p, "zh")) {
            TRY(next(p));
            TRY(want_string(p, "what must be done", &d->what_zh));
        } else if (is(p, "to")) {
            TRY(next(p));
            TRY(want_name(p, "a body, as in CRO", &d->to));
        } else if (is(p, "before")) {
            TRY(next(p));
            TRY(want_event(p, &d->before));
        } else if (is(p, "every")) {
            TRY(years(p, &d->every));
        } else if (is(p, "for")) {
            TRY(years(p, &d->for_years));
        } else {
            return AN_OK;
        }
    }
}

static enum an_code item_clock(struct parser *p, struct an_rule *r) {
    struct an_clock *c = AN_PUSH(p->arena, r->clocks, r->clock_count);
    if (!c)
        return no_memory(p);
    TRY(want_name(p, "the clock's name", &c->name));
    struct an_lexeme at = p->lex.now;
    TRY(want_number(p, "the clock's length", &c->length));
    if (c->length == 0 || c->length > 10000)
        return an_lex_fail(&p->lex, &at, p->err, "a clock runs for 1 to 10000 units");
    for (c->unit = AN_UNIT_HOURS; c->unit <= AN_UNIT_YEARS; c->unit++)
        if (is(p, an_unit_name(c->unit)))
            break;
    if (c->unit > AN_UNIT_YEARS)
        return fail_expected(p, "workdays(CALENDAR), hours, days, months or years");
    TRY(next(p));
    if (c->unit == AN_UNIT_WORKDAYS) {
        TRY(want(p, "("));
        TRY(want_name(p, "a calendar, as in workdays(cn)", &c->calendar));
        TRY(want(p, ")"));
    }
    TRY(want(p, "from"));
    TRY(want_event(p, &c->from));
    bool has;
    TRY(maybe(p, "extend", &has));
    if (has) {
        TRY(maybe(p, "open", &c->extend_open));
        if (!c->extend_open)
            TRY(want_number(p, "a number, or open", &c->extend));
    }
    TRY(maybe(p, "if", &has));
    if (has)
        TRY(formula(p, &c->condition));
    return want_pair(p, true, &c->title);
}

static enum an_code item_pause(struct parser *p, struct an_rule *r) {
    struct an_pause *pause = AN_PUSH(p->arena, r->pauses, r->pause_count);
    if (!pause)
        return no_memory(p);
    TRY(want_event(p, &pause->from));
    TRY(want(p, "until"));
    return want_event(p, &pause->until);
}

static enum an_code item_penalty(struct parser *p, struct an_rule *r) {
    struct an_penalty *penalty = AN_PUSH(p->arena, r->penalties, r->penalty_count);
    if (!penalty)
        return no_memory(p);
    penalty->from = AN_DAY_NONE;
    TRY(want_string(p, "the citation of the penalty", &penalty->citation));
    bool has;
    TRY(maybe(p, "from", &has));
    if (has)
        TRY(want_day(p, &penalty->from));
    return want_pair(p, false, &penalty->amounts);
}

static enum an_code item_note(struct parser *p, struct an_rule *r) {
    struct an_pair *note = AN_PUSH(p->arena, r->notes, r->note_count);
    return note ? want_pair(p, false, note) : no_memory(p);
}

static enum an_code item_source(struct parser *p, struct an_rule *r) {
    struct an_str *source = AN_PUSH(p->arena, r->sources, r->source_count);
    return source ? want_string(p, "where the words were read", source) : no_memory(p);
}

static enum an_code item_test(struct parser *p, struct an_rule *r) {
    struct an_rule_test *t = AN_PUSH(p->arena, r->tests, r->test_count);
    if (!t)
        return no_memory(p);
    t->line = p->lex.now.line;
    t->column = p->lex.now.column;
    TRY(want_string(p, "what the test shows", &t->name));
    TRY(want(p, "given"));
    while (!is(p, "expect")) {
        struct an_fact fact = {0};
        struct an_lexeme at = p->lex.now;
        TRY(an_fact_name_read(&p->lex, &fact.name, p->err));
        TRY(want(p, "="));
        TRY(an_fact_value_read(&p->lex, &fact, p->err));
        for (size_t i = 0; i < t->given.count; i++)
            if (an_str_eq(t->given.items[i].name, fact.name))
                return twice(p, &at);
        TRY(an_facts_set(&t->given, fact, p->arena, p->err));
    }
    TRY(next(p));
    for (t->expect = AN_NO; t->expect <= AN_YES; t->expect++)
        if (is(p, an_tri_name(t->expect)))
            return next(p);
    return fail_expected(p, "yes, no or undetermined");
}

static const struct item {
    const char *word;
    enum an_code (*read)(struct parser *, struct an_rule *);
    bool many, in_define;
} items[] = {
    {"title",      item_title,      true,  false}, {"instrument", item_instrument, false, false},
    {"cite",       item_cite,       false, true},  {"status",     item_status,     false, false},
    {"quote",      item_quote,      true,  true},  {"digest",     item_digest,     false, true},
    {"scope",      item_scope,      false, false}, {"drafted_by", item_drafted_by, false, false},
    {"when",       item_when,       false, true},  {"enforced_by", item_enforced_by, false, false},
    {"except",     item_except,     true,  false},
    {"duty",       item_duty,       true,  false}, {"clock",      item_clock,      true,  false},
    {"pause",      item_pause,      true,  false}, {"penalty",    item_penalty,    true,  false},
    {"note",       item_note,       true,  true},  {"source",     item_source,     true,  true},
    {"test",       item_test,       true,  true},
};

static const struct item *item_at(const struct parser *p) {
    for (size_t i = 0; i < AN_COUNT(items); i++)
        if (is(p, items[i].word))
            return &items[i];
    return NULL;
}

static enum an_code fail_item(struct parser *p) {
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

static enum an_code body(struct parser *p, struct an_rule *r) {
    bool seen[AN_COUNT(items)] = {0};
    TRY(want(p, "{"));
    while (!is(p, "}")) {
        const struct item *item = item_at(p);
        if (!item)
            return fail_item(p);
        if (r->is_define && !item->in_define)
            return an_lex_fail(&p->lex, &p->lex.now, p->err, "a define has no '%s'", item->word);
        if (!r->is_define && item->read == item_cite)
            return an_lex_fail(&p->lex, &p->lex.now, p->err, "a rule is cited by 'instrument', not 'cite'");
        if (seen[item - items] && !item->many)
            return twice(p, &p->lex.now);
        seen[item - items] = true;
        TRY(next(p));
        TRY(item->read(p, r));
    }
    return next(p);
}

static enum an_code rule(struct parser *p, bool is_define, struct an_packs *found) {
    struct an_rule *r = AN_NEW(p->arena, struct an_rule);
    if (!r)
        return no_memory(p);
    *r = (struct an_rule) {.is_define = is_define, .file = p->lex.file, .line = p->lex.now.line,
                           .column = p->lex.now.column, .from = AN_DAY_NONE, .to = AN_DAY_NONE,
                           .published = AN_DAY_NONE};
    TRY(next(p));
    TRY(want_name(p, "the rule's id", &r->id));
    if (is_define) {
        TRY(want(p, "scope"));
        TRY(item_scope(p, r));
    } else {
        TRY(want(p, "version"));
        TRY(want_version(p, &r->version));
    }
    TRY(body(p, r));
    TRY(an_rule_canonise(r, p->arena, p->err));
    struct an_rule **place = AN_PUSH(p->arena, found->rules, found->rule_count);
    if (!place)
        return no_memory(p);
    *place = r;
    return AN_OK;
}

// Declarations: names of facts, metrics, events, bodies, verbs and words.

static enum an_code declare_fact(struct parser *p, struct an_name *n) {
    static const char *const types[] = {[AN_TERM_FLAG] = "flag", [AN_TERM_WORD] = "word",
                                        [AN_TERM_NUMBER] = "number", [AN_TERM_DAY] = "day"};
    size_t type = 0;
    while (type < AN_COUNT(types) && !is(p, types[type]))
        type++;
    if (type == AN_COUNT(types))
        return fail_expected(p, "flag, word, number or day");
    n->type = (enum an_term_type) type;
    TRY(next(p));
    if (n->type != AN_TERM_WORD || !is(p, "{"))
        return AN_OK;
    TRY(next(p));
    bool more = true;
    while (more) {
        struct an_str *value = AN_PUSH(p->arena, n->values, n->value_count);
        if (!value)
            return no_memory(p);
        TRY(want_name(p, "a word that the fact can be", value));
        TRY(maybe(p, ",", &more));
    }
    return want(p, "}");
}

static enum an_code window_months(struct parser *p, struct an_window *w) {
    uint64_t months = 0;
    struct an_lexeme at = p->lex.now;
    TRY(want_number(p, "a number of months", &months));
    if (months == 0 || months > 120)
        return an_lex_fail(&p->lex, &at, p->err, "a window is of 1 to 120 months");
    w->months = (unsigned) months;
    return want(p, "months");
}

static enum an_code window(struct parser *p, struct an_window *w) {
    size_t kind = 0;
    while (kind <= AN_WINDOW_INCIDENT && !is(p, an_window_name((enum an_window_kind) kind)))
        kind++;
    if (kind > AN_WINDOW_INCIDENT)
        return fail_expected(p, "stock, since, preceding_year, peak, mean_daily, mean_monthly or incident");
    w->kind = (enum an_window_kind) kind;
    TRY(next(p));
    if (w->kind == AN_WINDOW_PEAK || w->kind == AN_WINDOW_MEAN_DAILY || w->kind == AN_WINDOW_MEAN_MONTHLY)
        return window_months(p, w);
    if (w->kind != AN_WINDOW_SINCE)
        return AN_OK;
    if (p->lex.now.kind != AN_LEX_YEARLY)
        return fail_expected(p, "a day of every year, as in since 01-01");
    w->month = p->lex.now.month;
    w->day = p->lex.now.month_day;
    return next(p);
}

static enum an_code within(struct parser *p, struct an_name *n, struct an_packs *found) {
    bool more = true;
    while (more) {
        struct an_str *large = AN_PUSH(p->arena, n->within, n->within_count);
        struct an_relation *r = AN_PUSH(p->arena, found->relations, found->relation_count);
        if (!large || !r)
            return no_memory(p);
        TRY(want_name(p, "the metric in which it is contained", large));
        TRY(an_metric_name(*large, p->arena, large, p->err));
        *r = (struct an_relation) {n->name, *large};
        TRY(maybe(p, ",", &more));
    }
    return AN_OK;
}

static enum an_code declare_metric(struct parser *p, struct an_name *n, struct an_packs *found) {
    static const char *const units[] = {"person", "device", "account", "household", "transaction", "record",
                                        "any"};
    size_t unit = 0;
    while (unit < AN_COUNT(units) && !is(p, units[unit]))
        unit++;
    if (unit == AN_COUNT(units))
        return fail_expected(p, "person, device, account, household, transaction, record or any");
    n->type = AN_TERM_NUMBER;
    TRY(an_metric_name(n->name, p->arena, &n->name, p->err));
    TRY(want_name(p, "a unit", &n->unit));
    TRY(want(p, "window"));
    TRY(window(p, &n->window));
    bool has;
    TRY(maybe(p, "within", &has));
    if (has)
        TRY(within(p, n, found));
    TRY(maybe(p, "census", &has));
    if (!has)
        return AN_OK;
    n->census = is(p, "users") ? AN_CENSUS_USERS : is(p, "people") ? AN_CENSUS_PEOPLE : AN_CENSUS_NONE;
    if (n->census == AN_CENSUS_NONE)
        return fail_expected(p, "users or people");
    if (n->window.kind != AN_WINDOW_STOCK)
        return an_lex_fail(&p->lex, &p->lex.now, p->err, "a census answers only a stock");
    return next(p);
}

static const char *const declared[] = {
    [AN_NAME_FACT] = "fact", [AN_NAME_METRIC] = "metric", [AN_NAME_EVENT] = "event", [AN_NAME_BODY] = "body",
    [AN_NAME_VERB] = "verb", [AN_NAME_WORD] = "word"};

// The kind of name that lex->now begins to declare; AN_COUNT(declared) when it begins none.
static size_t declared_kind(const struct parser *p) {
    size_t kind = 0;
    while (kind < AN_COUNT(declared) && !is(p, declared[kind]))
        kind++;
    return kind;
}

static enum an_code declaration(struct parser *p, enum an_name_kind kind, struct an_packs *found) {
    struct an_name n = {.kind = kind, .file = p->lex.file, .line = p->lex.now.line, .column = p->lex.now.column};
    TRY(next(p));
    TRY(want_name(p, "the name that is declared", &n.name));
    if (kind == AN_NAME_FACT)
        TRY(declare_fact(p, &n));
    else if (kind == AN_NAME_METRIC)
        TRY(declare_metric(p, &n, found));
    else if (kind == AN_NAME_VERB)
        TRY(want_string(p, "the word before the body, as in file \"with\"", &n.with));
    TRY(want_pair(p, false, &n.title));
    TRY(an_name_canonise(&n, p->arena, p->err));
    struct an_name *place = AN_PUSH(p->arena, found->names, found->name_count);
    if (!place)
        return no_memory(p);
    *place = n;
    return AN_OK;
}

static enum an_code file(struct parser *p, struct an_packs *found) {
    while (p->lex.now.kind != AN_LEX_END) {
        size_t kind = declared_kind(p);
        if (kind < AN_COUNT(declared))
            TRY(declaration(p, (enum an_name_kind) kind, found));
        else if (is(p, "rule") || is(p, "define"))
            TRY(rule(p, is(p, "define"), found));
        else
            return fail_expected(p, "rule, define, fact, metric, event, body, verb or word");
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

enum an_code an_pack_parse(struct an_packs *packs, const char *name, struct an_str text,
                           struct an_arena *arena, struct an_err *err) {
    if (text.len > AN_PACK_BYTES_MAX)
        return an_fail(err, AN_LIMIT, "%s: larger than %d bytes", name, AN_PACK_BYTES_MAX);
    struct parser p = {.arena = arena, .err = err};
    struct an_packs found = {0};
    TRY(an_lex_start(&p.lex, name, text, arena, err));
    TRY(file(&p, &found));
    struct an_packs before = *packs;
    bool failed = false;
    APPEND(packs, &found, arena, rules, rule_count, failed);
    APPEND(packs, &found, arena, names, name_count, failed);
    APPEND(packs, &found, arena, relations, relation_count, failed);
    if (!failed)
        return AN_OK;
    *packs = before;
    return no_memory(&p);
}
