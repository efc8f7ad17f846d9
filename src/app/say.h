// Sentences made for a report: formatted text that lives in an arena.
#ifndef AN_APP_SAY_H
#define AN_APP_SAY_H

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/lang.h"
#include "base/str.h"

// NUL-ended. On lack of memory: "" and *failed set, so that many can be made and looked at once.
const char *an_sayf(struct an_arena *arena, bool *failed, const char *fmt, ...) AN_PRINTF(3, 4);

#endif
