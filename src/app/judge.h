// Judging: facts from a census and a company's declarations, and what the rules say of them.
#ifndef AN_APP_JUDGE_H
#define AN_APP_JUDGE_H

#include "app/company.h"
#include "app/packs.h"
#include "census/census.h"
#include "rules/eval.h"

// The facts that follow. What is neither measured nor declared is absent, that is: unknown. Two are assumed when no
// company file
// is there and the caller asks for it, and say so in `from`: the company's role, and that all data subjects found are
// users.
// The numbers go to the metrics that `packs` declare a census to answer. `total` covers all stores, `users` those
// that describe users (the same where nothing is declared).
enum an_code an_facts_make(const struct an_packs *packs, const struct an_total *total,
                           const struct an_people *users, const struct an_company *company, an_day as_of,
                           bool assume_role, struct an_arena *arena, struct an_facts *ret,
                           struct an_err *err) AN_MUST_USE;

// What a company declares, as facts, and what its dated counts come to on the day (window.h); nothing measured, and
// nothing that was measured is replaced. USAGE, with file and line, when the packs declare no such fact or value,
// or snapshots contradict each other.
enum an_code an_company_facts(const struct an_packs *packs, const struct an_company *company, an_day as_of,
                              struct an_arena *arena, struct an_facts *ret, struct an_err *err) AN_MUST_USE;

// People described as users: floor from stores declared to hold users (from all, where none is declared), ceiling
// from all stores
// not declared to hold others.
enum an_code an_users_of(const struct an_census *census, const struct an_total *total, struct an_people *ret,
                         struct an_err *err) AN_MUST_USE;

struct an_judgement {
    struct an_verdict *verdicts; size_t count;      // rules in force on the day, then those to come, drafts, guidance
};

// Judges the rules of `law` that count on the day (pack.h) and that its choice of packs has.
enum an_code an_judge(const struct an_law *law, const struct an_facts *facts, an_day as_of, struct an_arena *arena,
                      struct an_judgement *ret, struct an_err *err) AN_MUST_USE;

// Whether a rule about an incident, a transfer, a product or another party is undetermined while no fact of one is known:
// there is nothing to judge until something is described.
bool an_verdict_stands_by(const struct an_verdict *verdict, const struct an_packs *packs, const struct an_facts *facts);

const char *an_verdict_name(enum an_tri value);     // "applies", "does-not-apply", "undetermined"

#endif
