// The answer on the one-million rule in words: what holds, why, what comes next, and what would settle it.
#ifndef AN_APP_ANSWER_H
#define AN_APP_ANSWER_H

#include "app/model.h"
#include "census/census.h"

#define AN_MAIN_RULE "cn.crm.art7"
enum { AN_MAIN_LINE = 1000000 };

// Fills headline, advice and method of a model whose numbers are in place. `total` is NULL when nothing was measured.
enum an_code an_answer(const struct an_findings *f, const struct an_total *total, struct an_arena *arena,
                       struct an_model *model,
                       struct an_err *err) AN_MUST_USE;

#endif
