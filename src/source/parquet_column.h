// A column of a Parquet row group, read a page at a time: levels, and values as text.
//
// Source: Apache Parquet, README.md (pages, checksums), Encodings.md, Compression.md (format 2.11).
#ifndef AN_SOURCE_PARQUET_COLUMN_H
#define AN_SOURCE_PARQUET_COLUMN_H

#include "source/at.h"
#include "source/blob.h"
#include "source/delta.h"
#include "source/parquet_meta.h"
#include "source/runs.h"
#include "source/typed.h"

struct an_parquet_file {                // what the columns of a file share
    struct an_at *at;
    uint64_t memory;                    // bytes that pages and dictionaries may take together
    uint64_t held;                      // of them that they take
    uint64_t made;                      // bytes of all pages, unpacked
    uint64_t most_made;
};

enum { AN_PARQUET_BATCH = 256 };

struct an_parquet_column {              // {.node, .file}, then an_parquet_column_begin for every chunk
    const struct an_parquet_node *node;
    struct an_parquet_file *file;
    enum an_code broken;                // the chunk cannot be read further; `why` says it
    struct an_err why;
    uint64_t left;                      // entries of the page at hand that were not taken
    bool lost;                          // its values cannot be had; `why` says it

    // the rest is private
    int codec;
    uint64_t next, end, values;         // the next page; where the chunk ends; entries it says it has that are in no page yet
    struct an_buf raw, text;            // a page as it lies in the file; text of the dictionary
    size_t raw_held;
    char *page;                         // unpacked
    size_t page_cap;
    struct an_span *words;              // of the dictionary
    size_t word_count, word_cap;
    bool has_words;
    struct an_runs def, rep;
    int encoding;
    const char *at, *stop;              // values that are to come
    size_t bit;                         // truths: the next one; streams of bytes: the next value
    struct an_runs runs;
    uint32_t numbers[AN_PARQUET_BATCH];
    struct an_delta delta, prefixes;
    int64_t longs[AN_PARQUET_BATCH], prefix[AN_PARQUET_BATCH];
    size_t taken, ready, prefix_taken, prefix_ready;        // of numbers or longs; of prefix
    struct an_buf before;               // the value before, where the next begins with part of it
    struct an_blob blob;
    struct an_buf made;
    char room[AN_TYPED_TEXT];
};

void an_parquet_column_release(struct an_parquet_column *c);

// Turns to a chunk. What is wrong with it makes the column `broken`.
void an_parquet_column_begin(struct an_parquet_column *c, const struct an_parquet_chunk *chunk);

// Goes to the next page with entries when the one at hand has none left. *ret_any false: the chunk has no more, or is `broken`.
// Failure: no memory.
enum an_code an_parquet_column_page(struct an_parquet_column *c, bool *ret_any, struct an_err *err) AN_MUST_USE;

// The levels of the next n entries of the page, at most AN_PARQUET_BATCH and `left`. `rep` may be NULL where the column does not
// repeat. False: they make no sense, and the page is `lost`.
bool an_parquet_column_levels(struct an_parquet_column *c, size_t n, uint32_t *def, uint32_t *rep);

// The next value that is there, as UTF-8, borrowed until the next call. *ret_good false: there is none, and the page is `lost`.
// Failure: no memory.
enum an_code an_parquet_column_text(struct an_parquet_column *c, struct an_str *ret, bool *ret_good,
                                    struct an_err *err) AN_MUST_USE;

#endif
