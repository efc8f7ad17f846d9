// Schemas of Avro: what the values of a file are, one after another, as a list of types that point to each other.
#ifndef AN_SOURCE_AVRO_SCHEMA_H
#define AN_SOURCE_AVRO_SCHEMA_H

#include "base/arena.h"
#include "base/err.h"

enum an_avro_kind {
    AN_AVRO_NULL, AN_AVRO_BOOLEAN, AN_AVRO_INT, AN_AVRO_LONG, AN_AVRO_FLOAT, AN_AVRO_DOUBLE, AN_AVRO_BYTES, AN_AVRO_STRING,
    AN_AVRO_RECORD, AN_AVRO_ENUM, AN_AVRO_ARRAY, AN_AVRO_MAP, AN_AVRO_UNION, AN_AVRO_FIXED,
};

enum an_avro_meaning {
    AN_AVRO_PLAIN, AN_AVRO_DATE, AN_AVRO_TIME_MILLIS, AN_AVRO_TIME_MICROS, AN_AVRO_STAMP_MILLIS, AN_AVRO_STAMP_MICROS,
    AN_AVRO_STAMP_NANOS, AN_AVRO_DECIMAL, AN_AVRO_UUID,
};

struct an_avro_type {
    enum an_avro_kind kind;
    enum an_avro_meaning meaning;   // its logical type, where it has one that fits
    uint32_t size;                  // fixed: bytes
    uint32_t scale;                 // decimal: digits behind the point
    uint32_t first, count;          // parts: fields, branches, symbols; of an array or map the one element
};

struct an_avro_part {
    struct an_str name;             // of a field or symbol, as a JSON string with its quotes
    uint32_t type;
};

struct an_avro_schema {             // {0}; released after an_avro_schema_read, whatever it said
    struct an_avro_type *types;     // [0] is the value itself
    struct an_avro_part *parts;
    size_t type_count, type_cap, part_count, part_cap;
    struct an_arena arena;
};

// Reads a schema in JSON. Errors: INPUT, LIMIT (nested too deeply, too many types), NOMEM.
// Source: Apache Avro 1.11.1 specification, "Schema Declaration", "Logical Types".
enum an_code an_avro_schema_read(struct an_avro_schema *s, struct an_str text, struct an_err *err) AN_MUST_USE;
void an_avro_schema_release(struct an_avro_schema *s);

#endif
