// The canonical form of a procedure or gate: its own words, one blank between them, joined strings joined, comments gone.
//
// It is what is hashed; and it can be read again, as a file, and gives the same procedure.
#ifndef AN_PROCEDURE_CANON_H
#define AN_PROCEDURE_CANON_H

#include "procedure/procedure.h"

// Fills norm->canonical (in `arena`) and norm->hash (BLAKE2b-256) from the text it was read from, which is well-formed.
// `like`, unless NULL, is what it takes over: its canonical form stands before, on a line of its own.
enum an_code an_norm_canonise(struct an_rule *norm, const struct an_rule *like, struct an_str own, struct an_arena *arena,
                              struct an_err *err) AN_MUST_USE;

#endif
