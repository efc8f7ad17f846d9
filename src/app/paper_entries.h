// The entries of a case file as papers take them, and the facts that they state.
#ifndef AN_APP_PAPER_ENTRIES_H
#define AN_APP_PAPER_ENTRIES_H

#include "app/papers.h"
#include "app/review.h"
#include "rules/fact.h"

// The entries that a person of `role` (case/secrecy.h) may see, into ret->entries, which live as long as `c` and `arena`.
// USAGE for a role that there is not.
enum an_code an_paper_entries(const struct an_case *c, struct an_str role, struct an_arena *arena,
                              struct an_paper_source *ret, struct an_err *err) AN_MUST_USE;

// What the `fact` entries state, the last of each name. With `counts` also what the last measurement (people and users) and
// the last snapshots of each metric say of counts, where no fact states them. INPUT for a fact that is none, with its entry.
enum an_code an_paper_facts(const struct an_paper_source *source, bool counts, struct an_arena *arena, struct an_facts *ret,
                            struct an_err *err) AN_MUST_USE;

// Where the case's procedures stand: the phase, who acts, and every period that began, in words of `lang`.
enum an_code an_paper_status(const struct an_review *review, enum an_lang lang, struct an_arena *arena,
                             struct an_paper_source *ret, struct an_err *err) AN_MUST_USE;

// Puts the last measurement of the case into a model that measured nothing itself: people, stores, kinds. Without a
// measurement nothing changes. Errors: those of the object of its census header, and an_paper_census.
enum an_code an_paper_measured(const struct an_paper_source *source, struct an_arena *arena, struct an_model *model,
                               struct an_err *err) AN_MUST_USE;

// The part of it that is in the census header (docs/DOSSIER.md, section 4). INPUT when it is none.
enum an_code an_paper_census(struct an_str header, struct an_arena *arena, struct an_model *model,
                             struct an_err *err) AN_MUST_USE;

// The day as of which the last verdict on the main rule was given; AN_DAY_NONE when there is none.
an_day an_paper_verdict_day(const struct an_paper_source *source);

#endif
