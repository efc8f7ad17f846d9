// Temporary files without a name: what is in them is gone when they are closed, whatever happens.
#ifndef AN_DISTINCT_SPILL_H
#define AN_DISTINCT_SPILL_H

#include "base/err.h"

// A new empty file in $TMPDIR (or /tmp), open for reading and writing. -1 with *err filled when there can be none.
int an_spill_open(struct an_err *err);

#endif
