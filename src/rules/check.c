// The checks of a rule set.
#include "rules/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "rules/edge.h"
#include "rules/eval.h"
#include "rules/lint.h"
#include "rules/list.h"
#include "rules/vocabulary.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct checker {
    const struct an_packs *packs;
    struct an_arena *arena;
    struct an_check *check;
    struct an_err *err;
};

enum an_code an_check_add(struct an_check *check, const char *file, unsigned line, unsigned column,
                          struct an_str rule, const char *text, struct an_arena *arena, struct an_err *err) {
    struct an_str kept = an_arena_copy(arena, an_str_from_c(text));
    struct an_complaint *c = kept.ptr ? AN_PUSH(arena, check->complaints, check->complaint_count) : NULL;
    if (!c)
        return an_fail(err, AN_NOMEM, "no memory for a complaint");
    *c = (struct an_complaint) {file, line, column, rule, kept};
    return AN_OK;
}

AN_PRINTF(5, 6) static enum an_code complain(struct checker *c, const struct an_rule *r, unsigned line,
          unsigned column, const char *fmt, ...) {
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    (void) vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return an_check_add(c->check, r->file, line, column, r->id, text, c->arena, c->err);
}

static enum an_code check_present(struct checker *c, const struct an_rule *r) {
    const struct { bool there; const char *what; } parts[] = {
        {r->is_define || r->title.en.len, "no title in English (title en \"...\")"},
        {r->is_define || r->title.zh.len, "no title in Chinese (title zh \"...\")"},
        {r->is_define || r->instrument.len, "no citation (instrument \"...\" article \"...\")"},
        {!r->is_define || r->cite.len, "no citation (cite \"...\")"},
        {r->is_define || r->status != AN_STATUS_NONE, "no status"},
        {r->quote_count || r->digest.en.len || r->digest.zh.len,
         "no quote of the instrument's words (or a digest, where they were not seen)"},
        {!r->digest.zh.len || r->digest.en.len, "no digest in English (digest en \"...\")"},
        {!r->digest.en.len || r->digest.zh.len, "no digest in Chinese (digest zh \"...\")"},
        {!r->quote_count || !r->digest.en.len, "a digest stands in place of a quote, not beside it"},
        {r->scope.len, "no scope"},
        {r->when, "no formula (when ...)"},
        {r->test_count, "no test"},
    };
    for (size_t i = 0; i < AN_COUNT(parts); i++)
        if (!parts[i].there)
            TRY(complain(c, r, r->line, r->column, "%s", parts[i].what));
    return AN_OK;
}

static enum an_code want_name(struct checker *c, const struct an_rule *r, enum an_name_kind kind,
                              struct an_str name) {
    static const char *const what[] = {[AN_NAME_FACT] = "fact", [AN_NAME_METRIC] = "metric",
                                       [AN_NAME_EVENT] = "event", [AN_NAME_BODY] = "body",
                                       [AN_NAME_VERB] = "verb", [AN_NAME_WORD] = "word"};
    if (!name.len || an_name_find(c->packs, kind, name))
        return AN_OK;
    struct an_str near = an_vocabulary_near(c->packs, name), shown = an_str_slice(name, 0, 64);
    return complain(c, r, r->line, r->column, "unknown %s %.*s%s%.*s%s", what[kind], AN_STR_ARG(shown),
                    near.len ? " (did you mean " : "", AN_STR_ARG(near), near.len ? "?)" : "");
}

static enum an_code want_metric(struct checker *c, const struct an_rule *r, struct an_str name) {
    char room[128];
    int n = snprintf(room, sizeof room, "count(%.*s)", AN_STR_ARG(an_str_slice(name, 0, 100)));
    return want_name(c, r, AN_NAME_METRIC, (struct an_str) {room, (size_t) n});
}

static enum an_code check_names(struct checker *c, const struct an_rule *r) {
    for (size_t i = 0; i < r->duty_count; i++) {
        TRY(want_name(c, r, AN_NAME_VERB, r->duties[i].verb));
        TRY(want_name(c, r, AN_NAME_BODY, r->duties[i].to));
        TRY(want_name(c, r, AN_NAME_EVENT, r->duties[i].before));
    }
    for (size_t i = 0; i < r->clock_count; i++)
        TRY(want_name(c, r, AN_NAME_EVENT, r->clocks[i].from));
    for (size_t i = 0; i < r->pause_count; i++) {
        TRY(want_name(c, r, AN_NAME_EVENT, r->pauses[i].from));
        TRY(want_name(c, r, AN_NAME_EVENT, r->pauses[i].until));
    }
    for (size_t i = 0; i < r->drafted_by_count; i++)
        TRY(want_name(c, r, AN_NAME_BODY, r->drafted_by[i]));
    for (size_t i = 0; i < r->enforced_by_count; i++)
        TRY(want_name(c, r, AN_NAME_BODY, r->enforced_by[i]));
    for (size_t i = 0; i < r->except_count; i++)
        for (size_t k = 0; k < r->excepts[i].metric_count; k++)
            TRY(want_metric(c, r, r->excepts[i].metrics[k]));
    if (r->final_id.len && !an_packs_find(c->packs, r->final_id, r->final_version))
        TRY(complain(c, r, r->line, r->column, "the final text it names is not in the packs"));
    return AN_OK;
}

// A constant is checked as if a person had given it as the fact's value.
static enum an_code check_expr(struct checker *c, const struct an_rule *r, const struct an_expr *e) {
    static const enum an_known known[] = {[AN_CONST_NUMBER] = AN_KNOWN_RANGE, [AN_CONST_DAY] = AN_KNOWN_DAYS,
                                          [AN_CONST_WORD] = AN_KNOWN_WORD};
    for (size_t i = 0; i < e->const_count; i++) {
        struct an_err why = {0};
        struct an_fact fact = {.name = e->fact, .known = known[e->consts[i].kind], .word = e->consts[i].word};
        if (an_vocabulary_check(&fact, c->packs, &why)) {
            TRY(complain(c, r, e->line, e->column, "%s", why.text));
            break;
        }
    }
    for (size_t i = 0; i < e->kid_count; i++)
        TRY(check_expr(c, r, e->kids[i]));
    return AN_OK;
}

// The days [from, to] on which a version is or was law; false when it never was.
static bool law_days(const struct an_rule *r, int64_t *from, int64_t *to) {
    if (r->is_define || r->status == AN_STATUS_DRAFT || r->status == AN_STATUS_GUIDANCE ||
        r->from == AN_DAY_NONE)
        return false;
    *from = r->from;
    *to = r->to == AN_DAY_NONE ? INT64_MAX : r->to;
    return true;
}

static enum an_code check_versions(struct checker *c) {
    const struct an_packs *p = c->packs;
    for (size_t i = 0; i < p->rule_count; i++)
        for (size_t k = i + 1; k < p->rule_count && an_str_eq(p->rules[k]->id, p->rules[i]->id); k++) {
            const struct an_rule *a = p->rules[i], *b = p->rules[k];
            int64_t from_a, to_a, from_b, to_b;
            if (an_str_eq(a->version, b->version))
                TRY(complain(c, b, b->line, b->column, "the same version is also in %.100s, line %u", a->file,
                             a->line));
            else if (law_days(a, &from_a, &to_a) && law_days(b, &from_b, &to_b) && from_a <= to_b &&
                     from_b <= to_a)
                TRY(complain(c, b, b->line, b->column, "in force on the same days as version %.*s",
                             AN_STR_ARG(a->version)));
        }
    return AN_OK;
}

an_day an_rule_test_day(const struct an_rule *r) {
    return r->from != AN_DAY_NONE ? r->from : r->published != AN_DAY_NONE ? r->published : 0;
}

static enum an_code run_test(struct checker *c, const struct an_rule *r, const struct an_formula *f,
                             const struct an_rule_test *t, bool edge) {
    enum an_tri value = AN_UNKNOWN;
    struct an_err why = {0};
    for (size_t i = 0; i < t->given.count; i++)
        if (an_vocabulary_check(&t->given.items[i], c->packs, &why)) {
            c->check->tests_failed++;
            return complain(c, r, t->line, t->column, "test: %s", why.text);
        }
    AN_AUTO(an_arena) scratch = {0};
    enum an_code code = an_formula_value(f, &t->given, &scratch, &value, &why);
    if (code == AN_NOMEM)
        return an_fail(c->err, code, "%s", why.text);
    if (!code && value == t->expect) {
        c->check->tests_passed += !edge;
        c->check->edges_passed += edge;
        return AN_OK;
    }
    c->check->tests_failed++;
    struct an_str name = an_str_slice(t->name, 0, 100);
    if (code)
        return complain(c, r, t->line, t->column, "test \"%.*s\" failed: %s", AN_STR_ARG(name), why.text);
    return complain(c, r, t->line, t->column, "test \"%.*s\"%s failed: expected %s, got %s", AN_STR_ARG(name),
                    edge ? " (made of this one and the quote)" : "", an_tri_name(t->expect), an_tri_name(value));
}

static enum an_code check_rule(struct checker *c, const struct an_rule *r) {
    TRY(check_present(c, r));
    TRY(check_names(c, r));
    for (size_t i = 0; i < r->clock_count; i++)
        if (r->clocks[i].condition)
            TRY(check_expr(c, r, r->clocks[i].condition));
    if (!r->when)
        return AN_OK;
    TRY(check_expr(c, r, r->when));

    AN_AUTO(an_arena) scratch = {0};
    struct an_formula f;
    struct an_err why = {0};
    enum an_code code = an_formula_build(r, r->when, c->packs, an_rule_test_day(r), &scratch, &f, &why);
    if (code == AN_NOMEM)
        return an_fail(c->err, code, "%s", why.text);
    if (code)                           // its text begins with the place already: no test can run
        return an_check_add(c->check, r->file, 0, 0, r->id, why.text, c->arena, c->err);
    char said[160];
    if (!an_lint_operators(r, &f, said))
        TRY(complain(c, r, r->line, r->column, "%s", said));
    for (size_t i = 0; i < r->test_count; i++)
        TRY(run_test(c, r, &f, &r->tests[i], false));
    struct an_rule_test *edges = NULL;
    size_t edge_count = 0;
    TRY(an_edges_make(r, &f, &scratch, &edges, &edge_count, c->err));
    for (size_t i = 0; i < edge_count; i++)
        TRY(run_test(c, r, &f, &edges[i], true));
    return AN_OK;
}

enum an_code an_rule_check(const struct an_packs *packs, const struct an_rule *rule, struct an_arena *arena,
                           struct an_check *check, struct an_err *err) {
    struct checker c = {packs, arena, check, err};
    return check_rule(&c, rule);
}

AN_PRINTF(3, 4) static enum an_code complain_name(struct checker *c, const struct an_name *n, const char *fmt,
                                                  ...) {
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    (void) vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return an_check_add(c->check, n->file, n->line, n->column, n->name, text, c->arena, c->err);
}

// A name may be declared by several files, as long as they say the same of it.
static enum an_code check_declarations(struct checker *c) {
    const struct an_packs *p = c->packs;
    for (size_t i = 0; i < p->name_count; i++) {
        const struct an_name *n = &p->names[i], *first = an_name_find(p, n->kind, n->name);
        if (!an_str_eq(n->canonical, first->canonical))
            TRY(complain_name(c, n, "declared otherwise in %.100s, line %u", first->file, first->line));
        if (!n->title.zh.len || (!n->title.en.len && n->kind != AN_NAME_VERB))
            TRY(complain_name(c, n, "no name for people in both languages (en \"...\" zh \"...\")"));
        for (size_t k = 0; k < n->within_count; k++)
            if (!an_name_find(p, AN_NAME_METRIC, n->within[k]))
                TRY(complain_name(c, n, "is within %.*s, which no file declares",
                                  AN_STR_ARG(an_str_slice(n->within[k], 0, 64))));
    }
    return AN_OK;
}

enum an_code an_packs_check(struct an_packs *packs, struct an_arena *arena, struct an_check *check,
                            struct an_err *err) {
    struct checker c = {packs, arena, check, err};
    an_packs_sort(packs);
    TRY(check_declarations(&c));
    TRY(check_versions(&c));
    for (size_t i = 0; i < packs->rule_count; i++)
        TRY(check_rule(&c, packs->rules[i]));
    return AN_OK;
}
