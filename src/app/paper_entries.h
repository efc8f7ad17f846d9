// The entries of a case file as papers take them, and the facts that they state.
#ifndef AN_APP_PAPER_ENTRIES_H
#define AN_APP_PAPER_ENTRIES_H

#include "app/papers.h"
#include "case/case.h"
#include "rules/fact.h"

// The entries that a person of `role` (case/secrecy.h) may see, into ret->entries, which live as long as `c` and `arena`.
// USAGE for a role that there is not.
enum an_code an_paper_entries(const struct an_case *c, struct an_str role, struct an_arena *arena,
                              struct an_paper_source *ret, struct an_err *err) AN_MUST_USE;

// What the `fact` entries state, the last of each name. With `counts` also what the last measurement (people and users) and
// the last snapshots of each metric say of counts, where no fact states them. INPUT for a fact that is none, with its entry.
enum an_code an_paper_facts(const struct an_paper_source *source, bool counts, struct an_arena *arena, struct an_facts *ret,
                            struct an_err *err) AN_MUST_USE;

// Puts the people, stores and records of the last measurement into a model that measured nothing itself. False when the
// case has no measurement.
bool an_paper_measured(const struct an_paper_source *source, struct an_model *model);

// The day as of which the last verdict on the main rule was given; AN_DAY_NONE when there is none.
an_day an_paper_verdict_day(const struct an_paper_source *source);

#endif
