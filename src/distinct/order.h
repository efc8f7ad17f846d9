// Rows that waited, put in order. Inside this folder only.
#ifndef AN_DISTINCT_ORDER_H
#define AN_DISTINCT_ORDER_H

#include "distinct/run.h"

enum { AN_PARTS = 256, AN_FEW_MAX = 1 << 15 };     // parts of a set; rows before it has any

// A word for each row of a part is sorted instead of the rows: five bytes of its key, then where it is, as the number of its
// block and its place there.
enum { AN_PLACE_BITS = 9, AN_PART_BLOCKS = 1 << 15 };   // a part has fewer blocks than that

// Bytes of a block that are rows of the form when it is full: whole stages.
static inline size_t an_chain_full(enum an_form form) { return AN_BLOCK_BYTES / an_form_stage(form) * an_form_stage(form); }

// Rows that the chain's block holds: all but the first block are full. The set has to be settled.
static inline size_t an_chain_rows(const struct an_chain *c, enum an_form form, const struct an_block *b) {
    size_t staged = c->end ? an_form_stage(form) - (size_t) (c->end - c->at) : 0;
    return (b == c->first ? (size_t) c->filled + staged : an_chain_full(form)) / an_form_bytes(form);
}

// What is on stage stands in the blocks, too: to be called before anything is read. Adding may go on.
enum an_code an_set_settle(struct an_set *s, struct an_err *err) AN_MUST_USE;

uint64_t an_part_rows(const struct an_part *p);
uint64_t an_part_blocks(const struct an_part *p);

// Puts the part's rows out, sorted and folded; `first` is the first byte of their keys.
enum an_code an_part_order(struct an_set *s, const struct an_part *p, unsigned char first, struct an_out *o,
                           struct an_err *err) AN_MUST_USE;

// Sorts rows that agree on their first `depth` bytes, and folds those of one identity. How many are left.
enum an_code an_rows_order(struct an_row *rows, size_t n, size_t depth, size_t *ret_count, struct an_err *err) AN_MUST_USE;

// Gives back what waits, sorted or not.
void an_set_drop_part(struct an_set *s, struct an_part *p);
void an_set_drop_waiting(struct an_set *s);
enum an_code an_set_split(struct an_set *s, struct an_err *err) AN_MUST_USE;        // from few rows to parts
bool an_budget_is_over(const struct an_budget *b);

#endif
