// Making edge tests.
#include "rules/edge.h"

#include <stdio.h>
#include "rules/lint.h"
#include "rules/list.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct maker {
    const struct an_rule *rule;
    struct an_arena *arena;
    struct an_rule_test *tests; size_t count;
    struct an_err *err;
};

// One line: the numbers up to `last` are on its lower side.
struct line {
    const struct an_variable *variable;
    uint64_t number, last;
    const struct an_rule_test *low, *high;      // inline tests on either side, alike in all else
    uint64_t first, end;                        // and the numbers they give
};

static const struct an_fact *exact(const struct an_rule_test *t, struct an_str name) {
    const struct an_fact *f = an_facts_find(&t->given, name);
    return f && f->known == AN_KNOWN_RANGE && f->lo == f->hi ? f : NULL;
}

static bool same_value(const struct an_fact *a, const struct an_fact *b) {
    if (!a || !b || a->known != b->known)
        return false;
    switch (a->known) {
    case AN_KNOWN_NOT:   return true;
    case AN_KNOWN_WORD:  return an_str_eq(a->word, b->word);
    case AN_KNOWN_RANGE: return a->lo == b->lo && a->hi == b->hi;
    case AN_KNOWN_DAYS:  return a->first == b->first && a->last == b->last;
    }
    return false;
}

static bool alike_but_for(struct an_str name, const struct an_rule_test *a, const struct an_rule_test *b) {
    if (a->given.count != b->given.count)
        return false;
    for (size_t i = 0; i < a->given.count; i++)
        if (!an_str_eq(a->given.items[i].name, name) &&
            !same_value(&a->given.items[i], an_facts_find(&b->given, a->given.items[i].name)))
            return false;
    return true;
}

// The nearest two inline tests with the line between them, alike in all else, of opposite answers.
static bool find_tests(const struct an_rule *r, struct line *line) {
    uint64_t nearest = UINT64_MAX;
    for (size_t i = 0; i < r->test_count; i++) {
        const struct an_rule_test *a = &r->tests[i];
        const struct an_fact *low = a->expect == AN_UNKNOWN ? NULL : exact(a, line->variable->name);
        for (size_t k = 0; low && low->lo <= line->last && k < r->test_count; k++) {
            const struct an_rule_test *b = &r->tests[k];
            const struct an_fact *high = b->expect == an_tri_not(a->expect) ? exact(b, line->variable->name) : NULL;
            if (!high || high->lo <= line->last || high->lo - low->lo >= nearest ||
                !alike_but_for(line->variable->name, a, b))
                continue;
            nearest = high->lo - low->lo;
            line->low = a;
            line->high = b;
            line->first = low->lo;
            line->end = high->lo;
        }
    }
    return nearest < UINT64_MAX;
}

static bool is_tested(const struct maker *m, const struct an_rule_test *like, const struct an_fact *fact) {
    for (size_t i = 0; i < m->rule->test_count; i++)
        if (alike_but_for(fact->name, like, &m->rule->tests[i]) &&
            same_value(fact, an_facts_find(&m->rule->tests[i].given, fact->name)))
            return true;
    return false;
}

static enum an_code add(struct maker *m, const struct line *line, uint64_t lo, uint64_t hi, enum an_tri expect) {
    char a[AN_GROUPED_MAX], b[AN_GROUPED_MAX], name[192];
    struct an_fact fact = {.name = line->variable->name, .known = AN_KNOWN_RANGE, .lo = lo, .hi = hi};
    if (lo > hi || is_tested(m, line->low, &fact))
        return AN_OK;
    int n = snprintf(name, sizeof name, lo == hi ? "%.*s = %s" : "%.*s = %s..%s",
                     AN_STR_ARG(an_str_slice(fact.name, 0, 80)), an_grouped(lo, a), an_grouped(hi, b));
    struct an_rule_test *t = AN_PUSH(m->arena, m->tests, m->count);
    if (!t)
        return an_fail(m->err, AN_NOMEM, "no memory for edge tests");
    *t = (struct an_rule_test) {.name = an_arena_copy(m->arena, (struct an_str) {name, (size_t) n}), .expect = expect,
                                .line = line->low->line, .column = line->low->column};
    if (!t->name.ptr)
        return an_fail(m->err, AN_NOMEM, "no memory for edge tests");
    for (size_t i = 0; i < line->low->given.count; i++)
        TRY(an_facts_set(&t->given, line->low->given.items[i], m->arena, m->err));
    return an_facts_set(&t->given, fact, m->arena, m->err);
}

static enum an_code add_line(struct maker *m, const struct line *line) {
    uint64_t n = line->number, last = line->last, first = line->first, end = line->end;
    enum an_tri below = line->low->expect, above = line->high->expect;
    for (uint64_t x = n > first ? n - 1 : first; x <= n + 1 && x <= end; x++)
        TRY(add(m, line, x, x, x <= last ? below : above));
    TRY(add(m, line, first, last, below));
    TRY(add(m, line, last + 1, end, above));
    return add(m, line, last, last + 1, AN_UNKNOWN);
}

// Whether a quote speaks of a number between the tests other than the line's: what holds there is not known.
static bool is_clear(const struct an_rule *r, const struct line *line) {
    struct an_quoted one;
    for (size_t q = 0; q < an_quoted_texts(r); q++)
        for (size_t at = 0; an_quoted_next(an_quoted_text(r, q), &at, &one);)
            if (one.number != line->number && one.number >= line->first && one.number <= line->end)
                return false;
    return true;
}

// Where the quotes draw the line at a number: false when they do not agree, or say nothing of it.
static bool last_below(const struct an_rule *r, uint64_t number, uint64_t *ret) {
    bool any = false;
    struct an_quoted one;
    for (size_t q = 0; q < an_quoted_texts(r); q++)
        for (size_t at = 0; an_quoted_next(an_quoted_text(r, q), &at, &one);) {
            bool counts_in = one.compare == AN_GT || one.compare == AN_LE;      // the number is on the lower side
            uint64_t last = counts_in ? number : number - 1;
            if (one.number != number)
                continue;
            if ((!counts_in && number == 0) || (any && last != *ret))
                return false;
            *ret = last;
            any = true;
        }
    return any;
}

enum an_code an_edges_make(const struct an_rule *rule, const struct an_formula *f, struct an_arena *arena,
                           struct an_rule_test **ret_tests, size_t *ret_count, struct an_err *err) {
    struct maker m = {.rule = rule, .arena = arena, .err = err};
    for (size_t i = 0; i < f->variable_count; i++)
        for (size_t p = 0; f->variables[i].kind == AN_VAR_NUMBER && p < f->variables[i].point_count; p++) {
            struct line line = {.variable = &f->variables[i], .number = f->variables[i].points[p]};
            if (last_below(rule, line.number, &line.last) && find_tests(rule, &line) && is_clear(rule, &line))
                TRY(add_line(&m, &line));
        }
    *ret_tests = m.tests;
    *ret_count = m.count;
    return AN_OK;
}
