#include "app/judge.h"

#include "rules/vocabulary.h"

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

static enum an_code set(struct an_facts *facts, struct an_fact fact, const struct an_packs *packs,
                        struct an_arena *arena, struct an_err *err) {
    if (fact.known == AN_KNOWN_WORD && !fact.word.len)
        return AN_OK;
    enum an_code code = an_vocabulary_check(&fact, packs, err);
    return code ? code : an_facts_set(facts, fact, arena, err);
}

static struct an_fact people(struct an_str name, struct an_people p) {
    uint64_t hi = p.ceiling == AN_UNKNOWN_COUNT ? AN_FACT_INFINITE : p.ceiling;
    if (hi < p.floor)
        // a contradiction, reported as one; the floor's own assumption is the stronger
        hi = p.floor;
    return (struct an_fact) {.name = name, .known = AN_KNOWN_RANGE, .lo = p.floor, .hi = hi, .from = "measured"};
}

enum an_code an_company_facts(const struct an_packs *packs, const struct an_company *company,
                              struct an_arena *arena, struct an_facts *ret, struct an_err *err) {
    const struct an_fact facts[] = {
        an_fact_word("company.role", company->role, "declared"),
        an_fact_word("company.cii", company->cii, "declared"),
        an_fact_word("listing.country", company->country, "declared"),
        an_fact_word("listing.venue", an_str_from_c(an_listing_venue(company->country)), "derived"),
    };
    enum an_code code = AN_OK;
    for (size_t i = 0; i < AN_COUNT(facts) && !code; i++)
        code = set(ret, facts[i], packs, arena, err);
    return code;
}

enum an_code an_facts_make(const struct an_packs *packs, const struct an_total *total,
                           const struct an_people *users, const struct an_company *company, bool assume_role,
                           struct an_arena *arena, struct an_facts *ret, struct an_err *err) {
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
    return code ? code : an_company_facts(packs, company, arena, ret, err);
}

enum an_code an_judge(const struct an_packs *packs, const struct an_facts *facts, an_day as_of,
                      struct an_arena *arena,
                      struct an_judgement *ret, struct an_err *err) {
    const struct an_rule **rules = NULL;
    size_t count = 0;
    enum an_code code = an_packs_at(packs, as_of, true, arena, &rules, &count, err);
    if (code)
        return code;
    ret->verdicts = AN_NEW_N(arena, count + 1, struct an_verdict);
    if (!ret->verdicts)
        return an_fail(err, AN_NOMEM, "no memory for %zu verdicts", count);
    struct an_question q = {.facts = facts, .as_of = as_of};
    for (size_t i = 0; i < count && !code; i++)
        code = an_rule_eval(rules[i], packs, &q, arena, &ret->verdicts[ret->count++], err);
    return code;
}
