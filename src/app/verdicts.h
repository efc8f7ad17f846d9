// Verdicts as a case keeps them: which of all that was judged become entries.
#ifndef AN_APP_VERDICTS_H
#define AN_APP_VERDICTS_H

#include "app/judge.h"
#include "app/review.h"

// Whether a verdict becomes an entry: it says something other than the last entry on that rule; or there is none, and the
// rule is in force and applies, or is the one that the one-million line stands in. (What all other rules said is in the result
// that each entry names.)
bool an_verdict_is_kept(const struct an_verdict *verdict, const struct an_case *file);

// The body of an entry, without the objects; NULL: no memory.
json_t *an_verdict_body(const struct an_verdict *verdict, an_day as_of);

#endif
