// What came and what went between two measurements under one key: identifiers, kind by kind.
#ifndef AN_CENSUS_CHANGE_H
#define AN_CENSUS_CHANGE_H

#include "census/census.h"

struct an_change { uint64_t kept, gone, come; };        // distinct identifiers

// By an_kind_index; ret has AN_KINDS_MAX. Account keys are left out: they are names inside one store. Errors: USAGE, where the
// keys differ; of memory and disk.
enum an_code an_change_make(const struct an_census *before, const struct an_census *after, struct an_change *ret,
                            struct an_err *err) AN_MUST_USE;

#endif
