// What the cells of a store's columns read like, and secrets in them and in running text, by a few of each.
//
// Which are looked at depends on their number in the store alone: the first AN_LOOKING_FIRST records, then about 12 of each
// doubling of their number; of running text the lines that begin in the first 16 KiB, then in 1 KiB of each 128. So the same
// store gives the same however many threads read it, and nothing is kept but counts.
#ifndef AN_CENSUS_LOOKING_H
#define AN_CENSUS_LOOKING_H

#include "census/store.h"

enum { AN_LOOKING_FIRST = 64 };

struct an_looking;                      // of one store, while it is read

// NULL: no memory.
struct an_looking *an_looking_new(an_day today, struct an_err *err);
void an_looking_free(struct an_looking *l);             // NULL is fine

// Records, rows and lines in the order of the store, each told once. The store's columns are known.
enum an_code an_looking_record(struct an_looking *l, const struct an_store *s, const struct an_record *record,
                               struct an_err *err) AN_MUST_USE;
enum an_code an_looking_rows(struct an_looking *l, const struct an_store *s, const struct an_rows *rows,
                             struct an_err *err) AN_MUST_USE;
enum an_code an_looking_lines(struct an_looking *l, struct an_str block, struct an_err *err) AN_MUST_USE;

// Writes what was seen so far to the store, and over what was written before.
enum an_code an_looking_tell(const struct an_looking *l, struct an_store *s, struct an_err *err) AN_MUST_USE;

#endif
