// Saying what is wrong with a document: where, in what words, and which of several tries is told. Inside this folder only.
#ifndef AN_SCHEMA_FAULT_H
#define AN_SCHEMA_FAULT_H

#include "schema/schema.h"

struct an_schema_at {                             // where in the document, as a chain up to its root
    const struct an_schema_at *up;
    struct an_str key;                  // ptr NULL: an item of an array
    size_t index;
    bool named;                         // the schema names the key, so that it may be shown
    unsigned depth;
};

struct an_schema_telling {
    struct an_arena *arena;
    struct an_schema_faults *faults;
    unsigned trying;                    // inside anyOf, oneOf, not: faults are no faults yet, the deepest is kept
    struct an_schema_fault best;
    unsigned best_depth;
    bool has_best;
    enum an_code code;                  // of what stops the checking
    struct an_err *err;
};

// Stops the checking; the first reason stays.
void an_schema_stop(struct an_schema_telling *t, enum an_code code, const char *why);

// Adds a fault; while trying, keeps it where it is deeper than the best so far. False, so that a check can return it.
bool an_schema_tell(struct an_schema_telling *t, const struct an_schema_at *at, const char *fmt, ...) AN_PRINTF(3, 4);

// After trying: the best of what was tried becomes a fault, where there is one.
void an_schema_tell_best(struct an_schema_telling *t);

// Into `out`: "array", or "string or null", in the order of the table; "a, b, c" as far as there is room.
const char *an_schema_type_names(unsigned bits, char *out, size_t room);
const char *an_schema_value_names(const json_t *values, char *out, size_t room);

#endif
