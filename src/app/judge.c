#include "app/judge.h"

#include "rules/vocabulary.h"
#include "rules/window.h"

const char *an_verdict_name(enum an_tri value) {
    static const char *const names[] = {[AN_NO] = "does-not-apply", [AN_UNKNOWN] = "undetermined",
                                        [AN_YES] = "applies"};
    return names[value];
}

static bool holds_users(void *arg, const struct an_store *s) {
    (void) arg;
    return s->subjects == AN_SUBJECTS_USERS;
}

static bool may_hold_users(void *arg, const struct an_store *s) {
    (void) arg;
    return s->subjects == AN_SUBJECTS_USERS || s->subjects == AN_SUBJECTS_UNDECLARED;
}

enum an_code an_users_of(const struct an_census *census, const struct an_total *total, struct an_people *ret,
                         struct an_err *err) {
    size_t users = 0, others = 0;
    for (size_t i = 0; i < census->count; i++) {
        users += holds_users(NULL, census->stores[i]);
        others += !may_hold_users(NULL, census->stores[i]);
    }
    *ret = total->people;
    struct an_total part;
    if (others) {
        enum an_code code = an_census_total(census, may_hold_users, NULL, &part, err);
        if (code)
            return code;
        *ret = part.people;
    }
    if (users && users < census->count) {
        enum an_code code = an_census_total(census, holds_users, NULL, &part, err);
        if (code)
            return code;
        ret->floor = part.people.floor;
    }
    return AN_OK;
}

static const char measured[] = "measured";

static enum an_code set(struct an_facts *facts, struct an_fact fact, const struct an_packs *packs,
                        struct an_arena *arena, struct an_err *err) {
    bool said = fact.known != AN_KNOWN_NOT && (fact.known != AN_KNOWN_WORD || fact.word.len);
    if (!said || !an_term_find(packs, fact.name))       // a law that does not ask for it need not declare it
        return AN_OK;
    enum an_code code = an_vocabulary_check(&fact, packs, err);
    return code ? code : an_facts_set(facts, fact, arena, err);
}

static struct an_fact people(struct an_str name, struct an_people p) {
    uint64_t hi = p.ceiling == AN_UNKNOWN_COUNT ? AN_FACT_INFINITE : p.ceiling;
    if (hi < p.floor)
        // a contradiction, reported as one; the floor's own assumption is the stronger
        hi = p.floor;
    return (struct an_fact) {.name = name, .known = AN_KNOWN_RANGE, .lo = p.floor, .hi = hi, .from = measured};
}

// Says what is wrong without a word of the file, which may hold anything.
static enum an_code wrong(const struct an_company *c, const struct an_given *g, const struct an_packs *packs,
                          struct an_err *err) {
    const struct an_name *term = an_term_find(packs, g->fact.name);
    struct an_str near = term ? AN_STR("") : an_vocabulary_near(packs, g->fact.name);
    if (term)
        return an_fail(err, AN_USAGE, "%.80s:%zu: %.*s must be %s", c->file, g->line, AN_STR_ARG(term->name),
                       g->day != AN_DAY_NONE ? "a metric's number" : an_term_needs(term));
    return an_fail(err, AN_USAGE, "%.80s:%zu: no fact has this name%s%.*s%s", c->file, g->line,
                   near.len ? " (did you mean " : "", AN_STR_ARG(near), near.len ? "?)" : "");
}

static enum an_code given(const struct an_company *c, const struct an_packs *packs, struct an_arena *arena,
                          struct an_facts *ret, struct an_err *err) {
    struct an_err why = {0};
    for (size_t i = 0; i < c->given_count; i++) {
        const struct an_given *g = &c->given[i];
        bool dated = g->day != AN_DAY_NONE;
        if (an_vocabulary_check(&g->fact, packs, &why) ||
            (dated && (g->fact.known != AN_KNOWN_RANGE || !an_name_find(packs, AN_NAME_METRIC, g->fact.name))))
            return wrong(c, g, packs, err);
        if (dated || (an_facts_find(ret, g->fact.name) && an_facts_find(ret, g->fact.name)->from == measured))
            continue;
        enum an_code code = an_facts_set(ret, g->fact, arena, err);
        if (code)
            return code;
    }
    return AN_OK;
}

static enum an_code check_events(const struct an_company *c, const struct an_packs *packs, struct an_err *err) {
    for (size_t i = 0; i < c->event_count; i++) {
        if (an_name_find(packs, AN_NAME_EVENT, c->events[i].name))
            continue;
        struct an_str near = an_vocabulary_near(packs, c->events[i].name);
        return an_fail(err, AN_USAGE, "%.80s:%zu: no event has this name%s%.*s%s", c->file, c->events[i].line,
                       near.len ? " (did you mean " : "", AN_STR_ARG(near), near.len ? "?)" : "");
    }
    return AN_OK;
}

// What the dated counts of a metric come to on the day; they are ascending in c->given.
static enum an_code dated(const struct an_company *c, const struct an_name *metric, an_day as_of,
                          struct an_snapshot *room, struct an_arena *arena, struct an_facts *ret,
                          struct an_err *err) {
    size_t count = 0;
    for (size_t i = 0; i < c->given_count; i++) {
        const struct an_given *g = &c->given[i];
        if (g->day != AN_DAY_NONE && an_str_eq(g->fact.name, metric->name))
            room[count++] = (struct an_snapshot) {g->day, g->fact.lo, g->fact.hi};
    }
    if (!count || an_facts_find(ret, metric->name))
        return AN_OK;
    struct an_bounds b = an_window_answer(&metric->window, as_of, room, count);
    if (b.lo > b.hi)
        return an_fail(err, AN_USAGE, "%.80s: the snapshots of %.*s contradict each other", c->file,
                       AN_STR_ARG(metric->name));
    if (b.lo == 0 && b.hi == AN_FACT_INFINITE)
        return AN_OK;
    return an_facts_set(ret, (struct an_fact) {.name = metric->name, .known = AN_KNOWN_RANGE, .lo = b.lo,
                                               .hi = b.hi, .from = "snapshots"}, arena, err);
}

enum an_code an_company_facts(const struct an_packs *packs, const struct an_company *company, an_day as_of,
                              struct an_arena *arena, struct an_facts *ret, struct an_err *err) {
    const struct an_fact facts[] = {
        an_fact_word("company.cii", company->cii, "declared"),
        an_fact_word("listing.country", company->country, "declared"),
        {.name = AN_STR("listing.planned"), .from = "declared", .first = company->planned,
         .last = company->planned, .known = company->planned == AN_DAY_NONE ? AN_KNOWN_NOT : AN_KNOWN_DAYS},
    };
    const struct an_fact role = an_fact_word("company.role", company->role, "declared");
    struct an_snapshot *room = AN_NEW_N(arena, company->given_count + 1, struct an_snapshot);
    enum an_code code = room ? AN_OK : an_fail(err, AN_NOMEM, "no memory for snapshots");
    if (!code)
        code = check_events(company, packs, err);
    if (!code)
        code = given(company, packs, arena, ret, err);
    if (!code && set(ret, role, packs, arena, err))
        return err->code == AN_USAGE && company->role_line
                   ? wrong(company, &(struct an_given) {role, AN_DAY_NONE, company->role_line}, packs, err) : err->code;
    for (size_t i = 0; i < AN_COUNT(facts) && !code; i++)
        code = set(ret, facts[i], packs, arena, err);
    const struct an_fact *country = an_facts_find(ret, AN_STR("listing.country"));
    if (!code && country && !an_facts_find(ret, AN_STR("listing.venue")))
        code = set(ret, an_fact_word("listing.venue", an_str_from_c(an_listing_venue(country->word)), "derived"), packs,
                   arena, err);
    for (size_t i = 0; i < packs->name_count && !code; i++)
        if (packs->names[i].kind == AN_NAME_METRIC)
            code = dated(company, &packs->names[i], as_of, room, arena, ret, err);
    return code;
}

enum an_code an_facts_make(const struct an_packs *packs, const struct an_total *total,
                           const struct an_people *users, const struct an_company *company, an_day as_of,
                           bool assume_role, struct an_arena *arena, struct an_facts *ret, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < packs->name_count && !code; i++) {
        const struct an_name *n = &packs->names[i];
        if (n->census != AN_CENSUS_NONE)
            code = an_facts_set(ret, people(n->name, n->census == AN_CENSUS_USERS ? *users : total->people),
                                arena, err);
    }
    if (!code && assume_role && !company->role.len)
        code = set(ret, an_fact_word("company.role", AN_STR("network_platform_operator"), "assumed"), packs,
                   arena, err);
    return code ? code : an_company_facts(packs, company, as_of, arena, ret, err);
}

// Rules in force, then those to come, drafts, guidance: the order of an_standing.
enum an_code an_judge(const struct an_law *law, const struct an_facts *facts, an_day as_of, struct an_arena *arena,
                      struct an_judgement *ret, struct an_err *err) {
    const struct an_packs *packs = &law->packs;
    struct an_question q = {.facts = facts, .as_of = as_of};
    ret->verdicts = AN_NEW_N(arena, packs->rule_count + 1, struct an_verdict);
    if (!ret->verdicts)
        return an_fail(err, AN_NOMEM, "no memory for %zu verdicts", packs->rule_count);
    for (int standing = AN_STANDING_IN_FORCE; standing <= AN_STANDING_GUIDANCE; standing++)
        for (size_t i = 0; i < packs->rule_count; i++) {
            const struct an_rule *r = packs->rules[i];
            if ((int) an_rule_standing(r, as_of) != standing || !an_rule_counts(packs, r, as_of) ||
                !an_law_has(law, r))
                continue;
            enum an_code code = an_rule_eval(r, packs, &q, arena, &ret->verdicts[ret->count++], err);
            if (code)
                return an_err_context(err, "%.*s", AN_STR_ARG(r->id));
        }
    return AN_OK;
}

static bool ends_in(struct an_str s, struct an_str end) {
    return s.len >= end.len && an_str_eq(an_str_slice(s, s.len - end.len, s.len), end);
}

// Whether a fact is of the company or its listing as such (company.cii, kr_company.x, a stock of people), not of an incident,
// a transfer, a product or another party.
static bool is_of_company(const struct an_packs *packs, struct an_str name) {
    const struct an_name *n = an_term_find(packs, name);
    if (n && n->kind == AN_NAME_METRIC)
        return n->window.kind != AN_WINDOW_INCIDENT;
    const char *dot = name.len ? memchr(name.ptr, '.', name.len) : NULL;
    struct an_str of = an_str_slice(name, 0, dot ? (size_t) (dot - name.ptr) : name.len);
    return ends_in(of, AN_STR("company")) || an_str_eq(of, AN_STR("listing"));
}

bool an_verdict_stands_by(const struct an_verdict *v, const struct an_packs *packs, const struct an_facts *facts) {
    static const char *const own[] = {"company", "group", "listing"};
    for (size_t i = 0; i < AN_COUNT(own); i++)
        if (an_str_eq(v->rule->scope, an_str_from_c(own[i])))
            return false;
    for (size_t i = 0; i < v->step_count; i++) {
        const struct an_step *s = &v->steps[i];
        if (s->kind != AN_STEP_LEAF || !s->expr || is_of_company(packs, s->expr->fact))
            continue;
        const struct an_fact *f = an_facts_find(facts, s->expr->fact);
        if (f && f->known != AN_KNOWN_NOT)
            return false;
    }
    return v->value == AN_UNKNOWN;
}
