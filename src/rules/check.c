// The checks of a rule set.
#include "rules/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "rules/eval.h"
#include "rules/lint.h"
#include "rules/list.h"
#include "rules/vocabulary.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct checker {
    struct an_packs *packs;
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
        {r->quote_count, "no quote of the instrument's words"},
        {r->scope.len, "no scope"},
        {r->when, "no formula (when ...)"},
        {r->test_count, "no test"},
    };
    for (size_t i = 0; i < AN_COUNT(parts); i++)
        if (!parts[i].there)
            TRY(complain(c, r, r->line, r->column, "%s", parts[i].what));
    return AN_OK;
}

static enum an_code unknown_name(struct checker *c, const struct an_rule *r, const char *what,
                                 struct an_str name) {
    const char *near = an_vocabulary_near(name);
    struct an_str shown = an_str_slice(name, 0, 64);
    return complain(c, r, r->line, r->column, "unknown %s %.*s%s%s%s", what, AN_STR_ARG(shown),
                    near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}

static enum an_code check_names(struct checker *c, const struct an_rule *r) {
    for (size_t i = 0; i < r->duty_count; i++) {
        const struct an_duty *d = &r->duties[i];
        if (!an_duty_verb_find(d->verb))
            TRY(unknown_name(c, r, "verb", d->verb));
        if (d->to.len && !an_body_find(d->to))
            TRY(unknown_name(c, r, "body", d->to));
        if (d->before.len && !an_event_find(d->before))
            TRY(unknown_name(c, r, "event", d->before));
    }
    for (size_t i = 0; i < r->clock_count; i++)
        if (!an_event_find(r->clocks[i].from))
            TRY(unknown_name(c, r, "event", r->clocks[i].from));
    for (size_t i = 0; i < r->pause_count; i++) {
        if (!an_event_find(r->pauses[i].from))
            TRY(unknown_name(c, r, "event", r->pauses[i].from));
        if (!an_event_find(r->pauses[i].until))
            TRY(unknown_name(c, r, "event", r->pauses[i].until));
    }
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

// The day a rule's own tests speak of: its first day as law, or of its draft.
static an_day test_day(const struct an_rule *r) {
    return r->from != AN_DAY_NONE ? r->from : r->published != AN_DAY_NONE ? r->published : 0;
}

static enum an_code run_test(struct checker *c, const struct an_rule *r, const struct an_rule_test *t) {
    struct an_question q = {.facts = &t->given, .as_of = test_day(r), .relations = an_relations,
                            .relation_count = an_relation_count};
    struct an_verdict v;
    struct an_err why = {0};
    for (size_t i = 0; i < t->given.count; i++)
        if (an_vocabulary_check(&t->given.items[i], c->packs, &why)) {
            c->check->tests_failed++;
            return complain(c, r, t->line, t->column, "test: %s", why.text);
        }
    AN_AUTO(an_arena) scratch = {0};
    enum an_code code = an_rule_eval(r, c->packs, &q, &scratch, &v, &why);
    if (code == AN_NOMEM)
        return an_fail(c->err, code, "%s", why.text);
    if (!code && v.value == t->expect && !v.gave_up) {
        c->check->tests_passed++;
        return AN_OK;
    }
    c->check->tests_failed++;
    struct an_str name = an_str_slice(t->name, 0, 100);
    if (code)
        return complain(c, r, t->line, t->column, "test \"%.*s\" failed: %s", AN_STR_ARG(name), why.text);
    return complain(c, r, t->line, t->column, "test \"%.*s\" failed: expected %s, got %s", AN_STR_ARG(name),
                    an_tri_name(t->expect), an_tri_name(v.value));
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
    enum an_code code = an_formula_build(r, r->when, c->packs, test_day(r), NULL, 0, &scratch, &f, &why);
    if (code == AN_NOMEM)
        return an_fail(c->err, code, "%s", why.text);
    if (code)                           // its text begins with the place already: no test can run
        return an_check_add(c->check, r->file, 0, 0, r->id, why.text, c->arena, c->err);
    char said[160];
    if (!an_lint_operators(r, &f, said))
        TRY(complain(c, r, r->line, r->column, "%s", said));
    for (size_t i = 0; i < r->test_count; i++)
        TRY(run_test(c, r, &r->tests[i]));
    return AN_OK;
}

enum an_code an_packs_check(struct an_packs *packs, struct an_arena *arena, struct an_check *check,
                            struct an_err *err) {
    struct checker c = {packs, arena, check, err};
    an_packs_sort(packs);
    TRY(check_versions(&c));
    for (size_t i = 0; i < packs->rule_count; i++)
        TRY(check_rule(&c, packs->rules[i]));
    return AN_OK;
}
