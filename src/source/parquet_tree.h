// Rows of a Parquet table with lists in it, put together from the levels of its columns and written as JSON objects.
//
// A list is an array, a map an object, also where they are groups in groups in the file; what is not there is left out.
// Source: Apache Parquet, LogicalTypes.md, "Lists" and "Maps" with their backward-compatibility rules (format 2.11).
#ifndef AN_SOURCE_PARQUET_TREE_H
#define AN_SOURCE_PARQUET_TREE_H

#include "source/parquet_column.h"

struct an_parquet_leaf {                // a column as it is gone through
    uint32_t def[AN_PARQUET_BATCH], rep[AN_PARQUET_BATCH];
    size_t at, count;                   // of the levels that were read; the next one
    uint64_t row;                       // the last one of which it gave something
    bool dead;                          // left out of the row group from here on
};

struct an_parquet_tree {                // {0}, then an_parquet_tree_begin
    const struct an_parquet_meta *meta;
    struct an_parquet_column *columns;
    uint64_t entries;                   // gone through so far
    uint64_t row_bytes;                 // that a row may be long, written
    size_t failed;                      // column that broke last
    enum an_code what; struct an_err why;

    // the rest is private
    struct an_parquet_leaf *leaves;
    uint32_t *first;                    // of each node: the first leaf below it that is not dead
    uint64_t row;
    size_t from;                        // of the text: where the row at hand begins
    struct an_buf *out;
};

enum an_parquet_step {
    AN_PARQUET_ROW,                     // written
    AN_PARQUET_LOST,                    // `failed` broke, and perhaps others: what there was of the row is not written
    AN_PARQUET_LESS,                    // `failed` broke before the row, which comes without it
    AN_PARQUET_END,                     // of the row group
};

// Borrows both for as long as it is used. Failure: no memory.
enum an_code an_parquet_tree_begin(struct an_parquet_tree *t, const struct an_parquet_meta *meta,
                                   struct an_parquet_column *columns, struct an_err *err) AN_MUST_USE;
void an_parquet_tree_release(struct an_parquet_tree *t);

// The columns were turned to a new row group.
void an_parquet_tree_group(struct an_parquet_tree *t);

// The next row, appended to `out` with a line feed. Failure: no memory.
enum an_code an_parquet_tree_row(struct an_parquet_tree *t, struct an_buf *out, enum an_parquet_step *ret_step,
                                 struct an_err *err) AN_MUST_USE;

static inline bool an_parquet_tree_is_dead(const struct an_parquet_tree *t, size_t leaf) { return t->leaves[leaf].dead; }

#endif
