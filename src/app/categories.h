// Categories of personal information beside identifiers, by what columns are headed and what their cells read like.
#ifndef AN_APP_CATEGORIES_H
#define AN_APP_CATEGORIES_H

#include "app/model.h"

// Fills the categories of a model. What it adds lives as long as `arena`. Errors: of memory only.
enum an_code an_categories_fill(const struct an_census *census, struct an_arena *arena, struct an_model *m,
                                struct an_err *err) AN_MUST_USE;

#endif
