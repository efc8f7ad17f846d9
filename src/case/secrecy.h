// Who may see what of a case: article 17 of the Measures for Cybersecurity Review (2022) binds those who take part to keep
// business secrets and what was handed in undisclosed, and to use it for nothing but the review.
#ifndef AN_CASE_SECRECY_H
#define AN_CASE_SECRECY_H

#include <stdbool.h>
#include "case/case.h"

// Whether a person of this role (a word of the person entry's `role`) may see what is marked with this class (a word of the
// document entry's `secrecy`). A word that is not known sees nothing and is seen by nobody. Pure.
bool an_secrecy_lets(struct an_str role, struct an_str secrecy);

// The class of an entry: what its own `secrecy` says; else `filer`, but for the reviewers' own work (opinions, and factors in
// an authority's case file), which is `authority`. A withdrawal is of the class of what it withdraws.
struct an_str an_entry_secrecy(const struct an_case *c, const struct an_entry *entry);

// The roles and classes there are; each list ends with NULL.
extern const char *const an_secrecy_roles[];
extern const char *const an_secrecy_classes[];

#endif
