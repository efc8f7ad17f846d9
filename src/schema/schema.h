// JSON Schema: whether a document has the shape that a schema, itself a document, asks for; and where not, what would be right.
//
// Exactly the keywords that OSCAL's schemas and our own use, of draft-07 (2020-12 has them the same): type, enum, const,
// properties, required, additionalProperties, propertyNames, minProperties, maxProperties, items (one schema), minItems,
// maxItems, minLength, maxLength, pattern, format, minimum, maximum, multipleOf, allOf, anyOf, oneOf, not, $ref (within the
// document: by JSON pointer or by $id). A schema with any other keyword is refused: a keyword passed over would call valid
// what is not; and so is one of draft-07 that has a keyword beside a $ref, which would count in later drafts only.
// Patterns are searched for in UTF-8, \p{L} and the like included, under limits of work. format is checked for date, date-time,
// email, uri and uri-reference; contentEncoding says what a string is and is not checked.
// Source: draft-wright-json-schema-validation-01 (draft-07); RFC 6901 for pointers.
#ifndef AN_SCHEMA_SCHEMA_H
#define AN_SCHEMA_SCHEMA_H

#include "schema/tree.h"

struct an_schema;                       // compiled: immutable, shared by every thread

enum { AN_SCHEMA_FAULTS_MAX = 64, AN_SCHEMA_STEPS_MAX = 50 * 1000 * 1000 };

struct an_schema_fault {
    struct an_str pointer;              // RFC 6901, where in the document; "" is the whole of it. Keys that no schema names
                                        // and that could be data are shown as "?"
    struct an_str text;                 // what is wrong there and what would be right; never a value of the document
};

struct an_schema_faults {               // {0} is none
    struct an_schema_fault items[AN_SCHEMA_FAULTS_MAX];
    size_t count;                       // of items
    uint64_t total;                     // of faults; items holds the first of them
};

// Compiles the schema in `text`; `name` is what messages call it. INPUT: no JSON, a keyword that is not known or of the wrong
// type, a $ref that leads nowhere, a pattern that does not compile: "name: /pointer: what".
enum an_code an_schema_compile(struct an_str text, const char *name, struct an_schema **ret, struct an_err *err) AN_MUST_USE;

void an_schema_free(struct an_schema *schema);          // NULL is fine
static inline void an_schema_cleanup(struct an_schema **schema) { an_schema_free(*schema); }

// Holds `document` against the schema. What is wrong goes into *ret, in document order, its texts into `arena`; it is no error.
// LIMIT: the document asks for more work than AN_SCHEMA_STEPS_MAX, is deeper than AN_TREE_DEPTH_MAX, or a pattern ran too long.
enum an_code an_schema_check(const struct an_schema *schema, const json_t *document, struct an_arena *arena,
                             struct an_schema_faults *ret, struct an_err *err) AN_MUST_USE;

// Says the first fault as an error: INPUT, "/pointer: text (and 3 more)". AN_OK when there is none.
enum an_code an_schema_fail(const struct an_schema_faults *faults, struct an_err *err) AN_MUST_USE;

#endif
