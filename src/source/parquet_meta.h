// What a Parquet file says of itself: its schema, and where the columns of its row groups lie.
//
// Source: Apache Parquet, parquet.thrift and LogicalTypes.md (format 2.11).
#ifndef AN_SOURCE_PARQUET_META_H
#define AN_SOURCE_PARQUET_META_H

#include "base/arena.h"
#include "base/err.h"
#include "source/thrift.h"

enum an_parquet_type {                  // physical
    AN_PARQUET_BOOLEAN, AN_PARQUET_INT32, AN_PARQUET_INT64, AN_PARQUET_INT96, AN_PARQUET_FLOAT, AN_PARQUET_DOUBLE,
    AN_PARQUET_BYTES, AN_PARQUET_FIXED,
};
enum an_parquet_repetition { AN_PARQUET_REQUIRED, AN_PARQUET_OPTIONAL, AN_PARQUET_REPEATED };

// How a value is shown.
enum an_parquet_form {
    AN_FORM_PLAIN,                      // as its physical type says
    AN_FORM_TEXT, AN_FORM_UNSIGNED, AN_FORM_DECIMAL, AN_FORM_DATE, AN_FORM_TIME, AN_FORM_MOMENT, AN_FORM_UUID, AN_FORM_HALF,
};

enum {
    AN_PARQUET_NODES = 1 << 17,         // of a schema
    AN_PARQUET_DEPTH = 100,             // of its groups
};

struct an_parquet_node {
    struct an_str name;                 // UTF-8, padded
    unsigned repetition;
    unsigned def, rep;                  // highest levels of what is here
    uint32_t child_count, below;        // below: nodes under this one, which follow it; 0: a leaf
    bool list, map;                     // a group that stands for one
    // of a leaf
    unsigned type;
    uint32_t length;                    // of FIXED
    uint32_t leaf;                      // its number
    unsigned form;
    unsigned scale;                     // DECIMAL: digits behind the point; TIME, MOMENT: a second's parts: 3, 6 or 9 digits
    bool utc;
};

struct an_parquet_chunk {               // a column of a row group
    uint64_t offset, bytes;             // of its pages
    uint64_t values;                    // with those that are not there
    int codec;                          // as the file numbers them
    bool elsewhere;                     // in another file
    bool encrypted;
};

struct an_parquet_meta {                // {0}, then an_parquet_meta_read
    struct an_parquet_node *nodes;      // in the order of the file; the first is the root
    size_t node_count;
    uint32_t *leaves;                   // their nodes
    size_t leaf_count;
    bool nested;                        // some of them repeat
    bool encrypted;                     // some of its columns may be
    uint64_t rows;                      // as it says
    uint64_t groups;
    // private
    struct an_arena arena;
    struct an_thrift at;                // the next row group
    uint64_t groups_left;
};

// Reads what is in `footer`, borrowed as long as `m` is used. Errors: INPUT, LIMIT, NOMEM.
enum an_code an_parquet_meta_read(struct an_parquet_meta *m, struct an_str footer, struct an_err *err) AN_MUST_USE;
void an_parquet_meta_release(struct an_parquet_meta *m);

// The next row group: its rows and the chunks of all leaves. *ret_any false: there is none. Errors: INPUT.
enum an_code an_parquet_meta_group(struct an_parquet_meta *m, struct an_parquet_chunk *chunks, uint64_t *ret_rows, bool *ret_any,
                                   struct an_err *err) AN_MUST_USE;

#endif
