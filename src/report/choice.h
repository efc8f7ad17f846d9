// What of a model is shown first, where not all of it can be.
#ifndef AN_REPORT_CHOICE_H
#define AN_REPORT_CHOICE_H

#include "base/arena.h"
#include "report/model.h"

// The rule the main answer is about; NULL when there is none.
const struct an_model_rule *an_choice_main_rule(const struct an_model *model);

// The `most` kinds with most distinct identifiers, as indices into model->kinds, in the model's order; kinds
// with none are left out. Returns how many were written.
size_t an_choice_kinds(const struct an_model *model, size_t most, size_t *ret_indices);

// Whether the store was read at least in part: it has numbers to show.
bool an_store_is_read(const struct an_model_store *store);

// Whether it was passed over because it holds no records by its nature: nothing is missing.
bool an_store_is_skipped(const struct an_model_store *store);

// All stores of the model, most people first (linked, then ceiling, then the model's order); those not read
// come after all that were, those skipped last. Array of store_count pointers, owned by `arena`; NULL when
// out of memory.
const struct an_model_store **an_choice_stores(const struct an_model *model, struct an_arena *arena);

#endif
