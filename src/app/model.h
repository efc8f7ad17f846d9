// From a census and its judgement to the model that reports show.
#ifndef AN_APP_MODEL_H
#define AN_APP_MODEL_H

#include "app/judge.h"
#include "report/model.h"

struct an_findings {                    // all that a report is made of; borrowed
    const struct an_census *census;     // NULL: facts were given, nothing was measured
    const struct an_company *company;
    const struct an_law *law;
    const struct an_facts *facts;
    const struct an_judgement *judgement;
    an_day as_of;
    bool users_declared;                // of every store it is declared whom it describes
    enum an_lang lang;                  // of texts a model has in one language only: the trace, duties
    double seconds;
};

// Everything in *ret lives as long as `arena` and what `f` points to. Errors: of memory and disk only.
enum an_code an_model_make(const struct an_findings *f, struct an_arena *arena, struct an_model *ret,
                           struct an_err *err) AN_MUST_USE;

#endif
