// Remarks on the law: what is allowed, but could be better.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/law.h"
#include "cmd/verb.h"

struct linter {
    struct an_law_job *job;
    struct an_json *json;
    const struct an_rule *rule;
    size_t remarks;
};

AN_PRINTF(5, 6) static enum an_code say_at(struct linter *l, const char *file, unsigned line, struct an_str name,
                                           const char *fmt, ...) {
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    (void) vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    l->remarks++;
    an_json_open(l->json, '{');
    an_json_key(l->json, "file");
    an_json_cstr(l->json, file);
    an_json_key(l->json, "line");
    an_json_u64(l->json, line);
    an_law_put_str(l->json, "name", name);
    an_json_key(l->json, "text");
    an_json_cstr(l->json, text);
    an_json_close(l->json, '}');
    return an_buf_addf(l->job->text, l->job->err, "%s:%u: %.*s: %s\n", file, line, AN_STR_ARG(name), text);
}

static bool gives(const struct an_rule *r, struct an_str fact, uint64_t lo, uint64_t hi) {
    for (size_t i = 0; i < r->test_count; i++) {
        const struct an_fact *f = an_facts_find(&r->tests[i].given, fact);
        if (f && f->known == AN_KNOWN_RANGE && f->lo == lo && f->hi == hi)
            return true;
    }
    return false;
}

static bool straddles(const struct an_rule *r, struct an_str fact, uint64_t number) {
    for (size_t i = 0; i < r->test_count; i++) {
        const struct an_fact *f = an_facts_find(&r->tests[i].given, fact);
        if (f && f->known == AN_KNOWN_RANGE && f->lo < f->hi && f->lo <= number && f->hi >= number)
            return true;
    }
    return false;
}

static bool leaves_out(const struct an_rule *r, struct an_str fact) {
    for (size_t i = 0; i < r->test_count; i++)
        if (!an_facts_find(&r->tests[i].given, fact))
            return true;
    return false;
}

static enum an_code lint_number(struct linter *l, const struct an_expr *e, uint64_t n) {
    const struct an_rule *r = l->rule;
    char shown[AN_GROUPED_MAX];
    for (uint64_t x = n ? n - 1 : 0; x <= n + 1; x++)
        if (!gives(r, e->fact, x, x))
            AN_TRY(say_at(l, r->file, e->line, r->id, "no test with %.*s = %s", AN_STR_ARG(an_str_slice(e->fact, 0, 64)),
                          an_grouped(x, shown)));
    return straddles(r, e->fact, n) ? AN_OK
               : say_at(l, r->file, e->line, r->id, "no test with an interval of %.*s across %s",
                        AN_STR_ARG(an_str_slice(e->fact, 0, 64)), an_grouped(n, shown));
}

static enum an_code lint_expr(struct linter *l, const struct an_expr *e) {
    for (size_t i = 0; i < e->kid_count; i++)
        AN_TRY(lint_expr(l, e->kids[i]));
    if (e->kind != AN_EXPR_COMPARE && e->kind != AN_EXPR_IN)
        return AN_OK;
    if (!leaves_out(l->rule, e->fact))
        AN_TRY(say_at(l, l->rule->file, e->line, l->rule->id, "no test without %.*s",
                      AN_STR_ARG(an_str_slice(e->fact, 0, 64))));
    return e->kind == AN_EXPR_COMPARE && e->consts[0].kind == AN_CONST_NUMBER ? lint_number(l, e, e->consts[0].number)
                                                                              : AN_OK;
}

static enum an_code lint_rule(struct linter *l, const struct an_rule *r) {
    const struct { bool bad; const char *text; } parts[] = {
        {!r->quote_count, "restated, not quoted"},
        {!r->source_count, "no source: where its words were read"},
        {!r->is_define && r->duty_count && !r->enforced_by_count, "no enforcing body (enforced_by ...)"},
        {r->status == AN_STATUS_ADOPTED && r->from == AN_DAY_NONE, "adopted, but no day from which it counts"},
    };
    l->rule = r;
    for (size_t i = 0; i < AN_COUNT(parts); i++)
        if (parts[i].bad)
            AN_TRY(say_at(l, r->file, r->line, r->id, "%s", parts[i].text));
    return r->when ? lint_expr(l, r->when) : AN_OK;
}

static bool uses(const struct an_expr *e, struct an_str fact) {
    bool yes = e->fact.len && an_str_eq(e->fact, fact);
    for (size_t i = 0; i < e->kid_count && !yes; i++)
        yes = uses(e->kids[i], fact);
    return yes;
}

static bool is_used(const struct an_packs *p, const struct an_name *n) {
    bool yes = n->census != AN_CENSUS_NONE || (n->kind != AN_NAME_FACT && n->kind != AN_NAME_METRIC);
    for (size_t i = 0; i < p->rule_count && !yes; i++) {
        yes = p->rules[i]->when && uses(p->rules[i]->when, n->name);
        for (size_t k = 0; k < p->rules[i]->clock_count && !yes; k++)
            yes = p->rules[i]->clocks[k].condition && uses(p->rules[i]->clocks[k].condition, n->name);
    }
    for (size_t i = 0; i < p->relation_count && !yes; i++)
        yes = an_str_eq(p->relations[i].large, n->name);
    return yes;
}

enum an_code an_law_lint(struct an_law_job *job) {
    const struct an_law *law = job->law;
    struct an_json j = {.out = job->json};
    struct linter l = {.job = job, .json = &j};
    size_t rules = 0;
    an_json_open(&j, '{');
    an_json_key(&j, "remarks");
    an_json_open(&j, '[');
    for (size_t i = 0; i < law->packs.rule_count; i++) {
        if (!an_law_has(law, law->packs.rules[i]))
            continue;
        rules++;
        AN_TRY(lint_rule(&l, law->packs.rules[i]));
    }
    for (size_t i = 0; i < law->packs.name_count; i++) {
        const struct an_name *n = &law->packs.names[i];
        if (!law->only_count && !is_used(&law->packs, n))
            AN_TRY(say_at(&l, n->file, n->line, n->name, "declared, but no rule uses it"));
    }
    an_json_close(&j, ']');
    an_json_close(&j, '}');
    AN_TRY(an_buf_addf(job->text, job->err, job->lang == AN_ZH ? "%zu 条规则，%zu 条提示\n" : "%zu rules, %zu remarks\n",
                       rules, l.remarks));
    if (law->check.complaint_count) {
        job->status = AN_EXIT_FAILED;
        AN_TRY(an_buf_addf(job->text, job->err, job->lang == AN_ZH ? "规则未通过检查（见 anshen law test）\n"
                                                                   : "these rules are refused (see: anshen law test)\n"));
    }
    return an_json_end(&j, job->err);
}
