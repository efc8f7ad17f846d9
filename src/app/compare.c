// Comparing drafts with the law.
#include "app/compare.h"

#include <string.h>
#include "rules/list.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

static bool is_meant(const struct an_rule *r, struct an_str name) {
    size_t n = r->id.len;
    if (an_str_eq(name, AN_STR("all")) || an_str_eq(name, r->id) || an_rule_is_of(r, name))
        return true;
    return name.len == n + 1 + r->version.len && an_str_eq(an_str_slice(name, 0, n), r->id) && name.ptr[n] == '@' &&
           an_str_eq(an_str_slice(name, n + 1, name.len), r->version);
}

static const struct an_rule *beside(const struct an_packs *packs, const struct an_rule *draft, an_day as_of) {
    if (draft->final_id.len)
        return an_packs_find(packs, draft->final_id, draft->final_version);
    for (size_t i = 0; i < packs->rule_count; i++)
        if (an_str_eq(packs->rules[i]->id, draft->id) && !packs->rules[i]->is_define &&
            an_rule_standing(packs->rules[i], as_of) == AN_STANDING_IN_FORCE)
            return packs->rules[i];
    return NULL;
}

static bool same_clock(const struct an_clock *a, const struct an_clock *b) {
    return a->unit == b->unit && a->length == b->length && a->extend == b->extend &&
           a->extend_open == b->extend_open && an_str_eq(a->calendar, b->calendar) && an_str_eq(a->from, b->from);
}

static const struct an_clock *clock_of(const struct an_rule *r, struct an_str name) {
    for (size_t i = 0; r && i < r->clock_count; i++)
        if (an_str_eq(r->clocks[i].name, name))
            return &r->clocks[i];
    return NULL;
}

static enum an_code add_clock(struct an_compared *c, const struct an_clock *law, const struct an_clock *draft,
                              struct an_arena *arena, struct an_err *err) {
    struct an_clock_change *place = AN_PUSH(arena, c->clocks, c->clock_count);
    if (!place)
        return an_fail(err, AN_NOMEM, "no memory to compare");
    *place = (struct an_clock_change) {law, draft};
    return AN_OK;
}

static enum an_code clocks(struct an_compared *c, struct an_arena *arena, struct an_err *err) {
    for (size_t i = 0; c->law && i < c->law->clock_count; i++) {
        const struct an_clock *law = &c->law->clocks[i], *draft = clock_of(c->draft, law->name);
        if (!draft || !same_clock(law, draft))
            TRY(add_clock(c, law, draft, arena, err));
    }
    for (size_t i = 0; i < c->draft->clock_count; i++)
        if (!clock_of(c->law, c->draft->clocks[i].name))
            TRY(add_clock(c, NULL, &c->draft->clocks[i], arena, err));
    return AN_OK;
}

static enum an_code decide_by(struct an_compared *c, const struct an_verdict *v, struct an_arena *arena,
                              struct an_err *err) {
    for (size_t i = 0; i < v->decide_by_count; i++) {
        bool known = false;
        for (size_t k = 0; k < c->decide_by_count; k++)
            known |= an_str_eq(c->decide_by[k], v->decide_by[i]);
        if (known)
            continue;
        struct an_str *place = AN_PUSH(arena, c->decide_by, c->decide_by_count);
        if (!place)
            return an_fail(err, AN_NOMEM, "no memory to compare");
        *place = v->decide_by[i];
    }
    return AN_OK;
}

static enum an_code compare(const struct an_packs *packs, const struct an_question *q, struct an_compared *c,
                            struct an_arena *arena, struct an_err *err) {
    struct an_verdict v = {0};
    TRY(an_rule_eval(c->draft, packs, q, arena, &v, err));
    c->in_draft = v.value;
    TRY(decide_by(c, &v, arena, err));
    if (c->law) {
        TRY(an_rule_eval(c->law, packs, q, arena, &v, err));
        c->in_law = v.value;
        TRY(decide_by(c, &v, arena, err));
    }
    c->change = c->in_draft == AN_UNKNOWN || c->in_law == AN_UNKNOWN ? AN_CHANGE_OPEN
                : c->in_draft == c->in_law                           ? AN_CHANGE_SAME
                : c->in_draft == AN_YES                              ? AN_CHANGE_CAUGHT
                                                                     : AN_CHANGE_RELEASED;
    return clocks(c, arena, err);
}

enum an_code an_compare_drafts(const struct an_law *law, const char *name, const struct an_facts *facts, an_day as_of,
                               struct an_arena *arena, struct an_comparison *ret, struct an_err *err) {
    struct an_question q = {.facts = facts, .as_of = as_of};
    *ret = (struct an_comparison) {0};
    for (size_t i = 0; i < law->packs.rule_count; i++) {
        const struct an_rule *r = law->packs.rules[i];
        if (r->is_define || r->status != AN_STATUS_DRAFT || !is_meant(r, an_str_from_c(name)) || !an_law_has(law, r))
            continue;
        struct an_compared *c = AN_PUSH(arena, ret->items, ret->count);
        if (!c)
            return an_fail(err, AN_NOMEM, "no memory to compare");
        *c = (struct an_compared) {.draft = r, .law = beside(&law->packs, r, as_of)};
        TRY(compare(&law->packs, &q, c, arena, err));
    }
    return ret->count ? AN_OK : an_fail(err, AN_USAGE, "no draft is called '%.80s' (see: anshen law list)", name);
}
