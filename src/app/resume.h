// What a run that broke off had finished, so that the next one does not read it again: a folder with a census file for each input
// (a file, a table, an object) that was read in full.
//
// A part is found by a digest of all that it depends on: the key, the version, what is declared of stores, the input's name, and
// of a file its size, times and number. So whatever changed is read again. The folder is personal information in law, as a
// census file is: mode 0700, its files 0600.
#ifndef AN_APP_RESUME_H
#define AN_APP_RESUME_H

#include "census/census.h"
#include "census/intake.h"

struct an_resume;

// `folder` is made unless it is there. `census` (its key id, caps, budget), `options` (what is declared) and `words` (what
// else of the command line decides what is counted) as the run has them; borrowed. Errors: USAGE when it is no folder, or others
// may read it; IO; NOMEM.
enum an_code an_resume_open(const char *folder, const struct an_census *census, const struct an_intake_options *options,
                            const char *const *words, size_t word_count, struct an_resume **ret, struct an_err *err) AN_MUST_USE;
void an_resume_free(struct an_resume *r);

struct an_resume_part { char name[80]; };       // "" is no part: it is neither found nor kept

// The part of a table or an object (a store or more, all of that name or below it), and of a file as it is now. Pure but for
// looking at the file; any thread.
struct an_resume_part an_resume_of(const struct an_resume *r, struct an_str uri);
struct an_resume_part an_resume_of_file(const struct an_resume *r, struct an_str path);

// The stores of a part, when an earlier run kept it: *ret_have. One that cannot be read is none. `dated`: each says of itself
// when it was read. The caller owns what comes. Errors: NOMEM. Any thread.
enum an_code an_resume_take(struct an_resume *r, const struct an_resume_part *part, bool dated, struct an_store ***ret_stores,
                            size_t *ret_count, bool *ret_have, struct an_err *err) AN_MUST_USE;

// Keeps the stores of a part, unless one of them was not read in full. A disk that is full is no reason to end a run of hours:
// then nothing more is kept, and an_resume_trouble says why. Any thread.
void an_resume_keep(struct an_resume *r, const struct an_resume_part *part, struct an_store **stores, size_t count);

bool an_resume_trouble(const struct an_resume *r, struct an_err *ret);     // whether, and why, not all was kept
size_t an_resume_taken(const struct an_resume *r);                         // how many parts were taken over

// Everything was read in full, and its result is kept elsewhere: removes the parts, and the folder when nothing else is in it.
void an_resume_remove(const char *folder);

#endif
