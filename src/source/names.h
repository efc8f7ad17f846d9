// Names met while reading, each once and numbered in the order met: the paths of a JSON text, the tables of a dump.
#ifndef AN_SOURCE_NAMES_H
#define AN_SOURCE_NAMES_H

#include "base/arena.h"
#include "base/err.h"

#define AN_NO_NAME UINT32_MAX

struct an_name {
    struct an_str text;             // owned by the list; padded as a sink's texts are
    uint32_t parent;                // number of the name it stands under; AN_NO_NAME at the top
    uint32_t hash;
};

struct an_names {                   // {0} is an empty list
    struct an_name *items;          // by number
    uint32_t count;
    uint32_t *slots;                // number + 1; 0 is free
    uint32_t slot_count;            // a power of two
    struct an_arena arena;
};

void an_names_release(struct an_names *names);

// The number of `text` under `parent`; AN_NO_NAME when it was never added.
uint32_t an_names_find(const struct an_names *names, uint32_t parent, struct an_str text);

// The same, adding it where it is new.
enum an_code an_names_add(struct an_names *names, uint32_t parent, struct an_str text, uint32_t *ret_number,
                          struct an_err *err) AN_MUST_USE;

#endif
