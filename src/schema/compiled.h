// A schema as it is compiled: what compiling makes and checking reads. Inside this folder only.
#ifndef AN_SCHEMA_COMPILED_H
#define AN_SCHEMA_COMPILED_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include "schema/schema.h"

// Bits, so that a set of types is a number. A whole number is a number, too.
enum { AN_SCHEMA_NULL = 1, AN_SCHEMA_BOOLEAN = 2, AN_SCHEMA_INTEGER = 4, AN_SCHEMA_NUMBER = 8,
       AN_SCHEMA_STRING = 16, AN_SCHEMA_ARRAY = 32, AN_SCHEMA_OBJECT = 64 };

enum { AN_SCHEMA_TYPES = 7 };

struct an_schema_type { const char *name; unsigned bit; };
extern const struct an_schema_type an_schema_types[AN_SCHEMA_TYPES];

struct an_schema_format { const char *name; bool (*is)(struct an_str s); };

// NULL: none that can be checked here.
const struct an_schema_format *an_schema_format(const char *name);

struct an_schema_node;
struct an_schema_property { struct an_str key; const struct an_schema_node *node; };
struct an_schema_list { const struct an_schema_node **items; size_t count; };

struct an_schema_node {                 // one schema; {0} lets everything pass
    const json_t *from;
    bool never;                         // the schema `false`
    const struct an_schema_node *ref;
    unsigned types;                     // 0: any
    const json_t *values, *value;       // enum, const
    struct an_schema_property *properties; size_t property_count;    // sorted by key
    struct an_str *required; size_t required_count;
    const struct an_schema_node *additional, *names, *items, *not;
    struct an_schema_list all, any, one;
    size_t min_items, max_items, min_properties, max_properties, min_len, max_len;
    bool has_minimum, has_maximum;
    double minimum, maximum, multiple;  // multiple 0: none
    pcre2_code *pattern;
    const struct an_schema_format *format;
};

struct an_schema {
    struct an_arena arena;
    struct an_tree tree;
    const struct an_schema_node *root;
    pcre2_code **patterns; size_t pattern_count, pattern_cap;
    pcre2_match_context *limits;
};

// The schema that `properties` has for the key; NULL: none.
const struct an_schema_node *an_schema_property(const struct an_schema_node *node, struct an_str key);

#endif
