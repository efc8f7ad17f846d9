// Trying changes of the law.
#include "app/edit.h"

#include <string.h>
#include "base/buf.h"
#include "rules/eval.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct trial {
    const struct an_law *law;
    struct an_arena *arena;
    struct an_packs packs;              // the law with the change in it
    const struct an_rule **before;      // by rule: what stood there, where it changed
    struct an_check check;
    struct an_err *err;
};

static enum an_code text_with(struct trial *t, const struct an_edit *e, const char **ret_file, struct an_str *ret) {
    for (size_t i = 0; i < t->law->rule_file_count; i++) {
        const struct an_law_file *f = &t->law->files[i];
        if (!an_str_eq(an_str_from_c(f->path), e->file) || e->from > f->text.len || e->len > f->text.len - e->from)
            continue;
        size_t rest = f->text.len - e->from - e->len;
        char *bytes = an_arena_alloc(t->arena, e->from + e->text.len + rest + 1, 1);
        if (!bytes)
            return an_fail(t->err, AN_NOMEM, "no memory for a change of the law");
        memcpy(bytes, f->text.ptr, e->from);
        memcpy(bytes + e->from, e->text.ptr, e->text.len);
        memcpy(bytes + e->from + e->text.len, f->text.ptr + e->from + e->len, rest);
        *ret = (struct an_str) {bytes, e->from + e->text.len + rest};
        *ret_file = f->path;
        return AN_OK;
    }
    return an_fail(t->err, AN_USAGE, "%.*s: no such file or place in it", AN_STR_ARG(an_str_slice(e->file, 0, 80)));
}

// Puts the changed rules where the old ones were.
static enum an_code exchange(struct trial *t, const struct an_packs *fresh) {
    size_t n = t->law->packs.rule_count, met = 0, of_file = 0;
    t->packs = t->law->packs;
    t->packs.rules = AN_NEW_N(t->arena, n + 1, struct an_rule *);
    t->before = AN_NEW_N(t->arena, n + 1, const struct an_rule *);
    if (!t->packs.rules || !t->before)
        return an_fail(t->err, AN_NOMEM, "no memory for a change of the law");
    for (size_t i = 0; i < n; i++) {
        struct an_rule *old = t->law->packs.rules[i];
        t->packs.rules[i] = old;
        of_file += strcmp(old->file, fresh->rules[0]->file) == 0;
        for (size_t k = 0; k < fresh->rule_count; k++) {
            struct an_rule *new = fresh->rules[k];
            if (!an_str_eq(new->id, old->id) || !an_str_eq(new->version, old->version))
                continue;
            met++;
            if (memcmp(new->hash, old->hash, sizeof new->hash) == 0)
                continue;
            t->packs.rules[i] = new;
            t->before[i] = old;
        }
    }
    return met == fresh->rule_count && met == of_file
               ? AN_OK : an_fail(t->err, AN_USAGE, "a change that adds, drops or renames a rule");
}

static bool asks(const struct an_expr *e) {
    bool yes = e->kind == AN_EXPR_APPLIES;
    for (size_t i = 0; i < e->kid_count && !yes; i++)
        yes = asks(e->kids[i]);
    return yes;
}

static enum an_code check(struct trial *t, bool changed) {
    for (size_t i = 0; i < t->packs.rule_count && !t->check.complaint_count; i++) {
        const struct an_rule *r = t->packs.rules[i];
        if (changed ? t->before[i] != NULL : !t->before[i] && r->when && asks(r->when))
            TRY(an_rule_check(&t->packs, r, t->arena, &t->check, t->err));
    }
    return AN_OK;
}

// Whether no facts at all make one of the two formulas true and the other not.
static enum an_code same(struct trial *t, const struct an_rule *r, struct an_expr *a, struct an_expr *b, bool *ret) {
    struct an_expr not_a = {.kind = AN_EXPR_NOT, .kids = &a, .kid_count = 1}, *na = &not_a;
    struct an_expr not_b = {.kind = AN_EXPR_NOT, .kids = &b, .kid_count = 1}, *nb = &not_b;
    struct an_expr *left[] = {a, nb}, *right[] = {na, b};
    struct an_expr one = {.kind = AN_EXPR_AND, .kids = left, .kid_count = 2};
    struct an_expr other = {.kind = AN_EXPR_AND, .kids = right, .kid_count = 2};
    struct an_expr *both[] = {&one, &other};
    struct an_expr differ = {.kind = AN_EXPR_OR, .kids = both, .kid_count = 2};
    struct an_facts none = {0};
    struct an_question q = {.facts = &none, .as_of = an_rule_test_day(r)};
    enum an_tri value = AN_UNKNOWN;
    struct an_err why = {0};
    enum an_code code = an_condition_eval(r, &differ, &t->packs, &q, t->arena, &value, &why);
    *ret = !code && value == AN_NO;
    return code == AN_NOMEM ? an_fail(t->err, code, "%s", why.text) : AN_OK;
}

enum an_code an_edit_try(const struct an_law *law, const struct an_edit *edit, enum an_edit_result *ret,
                         struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct trial t = {.law = law, .arena = &arena, .err = err};
    struct an_packs fresh = {0};
    struct an_str text = {0};
    struct an_err why = {0};
    const char *file = NULL;
    TRY(text_with(&t, edit, &file, &text));
    enum an_code code = an_pack_parse(&fresh, file, text, &arena, &why);
    *ret = AN_EDIT_MALFORMED;
    if (code)
        return code == AN_NOMEM ? an_fail(err, code, "%s", why.text) : AN_OK;
    if (!fresh.rule_count)
        return an_fail(err, AN_USAGE, "%s: no rule in it", file);
    TRY(exchange(&t, &fresh));
    TRY(check(&t, true));
    TRY(check(&t, false));
    *ret = AN_EDIT_REFUSED;
    if (t.check.complaint_count)
        return AN_OK;
    bool all_same = true;
    for (size_t i = 0; i < t.packs.rule_count && all_same; i++)
        if (t.before[i] && t.before[i]->when && t.packs.rules[i]->when)
            TRY(same(&t, t.packs.rules[i], t.before[i]->when, t.packs.rules[i]->when, &all_same));
    *ret = all_same ? AN_EDIT_SAME : AN_EDIT_SURVIVES;
    return AN_OK;
}
