// Keys of JSON objects that are people's names, as in {"张伟": {"phone": ...}}. They are no column names, and are not kept.
#ifndef AN_CENSUS_HIDE_H
#define AN_CENSUS_HIDE_H

#include "census/store.h"

// Puts "*" in the place of every key below one parent, where three or more of them, and more than half, look like people's
// names, are no heading known, and lead to an object or to identifiers. For stores whose columns are paths joined by '.'.
// Errors: NOMEM.
enum an_code an_store_hide_keys(struct an_store *store, struct an_err *err) AN_MUST_USE;

#endif
