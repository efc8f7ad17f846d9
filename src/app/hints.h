// What the data map points out of the content of stores: secrets and passwords in the clear, identity numbers in logs,
// children, columns whose content says another thing than their headings, and combinations.
#ifndef AN_APP_HINTS_H
#define AN_APP_HINTS_H

#include "app/model.h"

// Adds gaps to a model, by code. What it adds lives as long as `arena` and the census. Errors: of memory only.
enum an_code an_hints_fill(const struct an_census *census, struct an_arena *arena, struct an_model *m,
                           struct an_err *err) AN_MUST_USE;

#endif
