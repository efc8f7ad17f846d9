// The data map: copies of the same people in several stores, and the company's own inventory beside what was found.
#ifndef AN_APP_DATAMAP_H
#define AN_APP_DATAMAP_H

#include "app/model.h"

// Fills copies, inventory and gaps of a model whose stores are there, in the order of the census. What it adds lives as long as
// `arena` and what `f` points to. Errors: of memory and disk only.
enum an_code an_datamap_fill(const struct an_findings *f, struct an_arena *arena, struct an_model *m,
                             struct an_err *err) AN_MUST_USE;

#endif
