// Rows in blocks of one size, cut from large pieces of memory; what is given back is used again.
//
// Large pieces ask the system for huge pages: the first touch of a page costs more than the sorting of what is in it. For the
// same reason rows that wait to be sorted are kept short (form.h).
#ifndef AN_DISTINCT_BLOCK_H
#define AN_DISTINCT_BLOCK_H

#include "distinct/form.h"

enum { AN_BLOCK_ROWS = 254, AN_BLOCK_BYTES = AN_BLOCK_ROWS * sizeof(struct an_row) };   // of what a block holds

struct an_block {
    struct an_block *next;
    const struct an_likes *likes;   // what its rows are like, where they are short ones
    uint64_t count;
    char pad[40];                   // rows begin a line of the cache
    union {
        struct an_row rows[AN_BLOCK_ROWS];
        unsigned char bytes[AN_BLOCK_BYTES];
    };
};

struct an_blocks {                  // {0} is none
    struct an_piece *pieces;
    struct an_block *idle;          // given back
    struct an_block *fresh, *end;   // of the last piece: not yet cut
    uint64_t live;                  // blocks in use
};

// An empty block. NULL with *err filled: no memory.
struct an_block *an_blocks_take(struct an_blocks *b, struct an_budget *budget, struct an_err *err);
void an_blocks_give(struct an_blocks *b, struct an_block *block);
// All memory of `from` is `to`'s from now on, what is in use in it too. (What was not yet cut of it stays unused.)
void an_blocks_join(struct an_blocks *to, struct an_blocks *from);
void an_blocks_release(struct an_blocks *b, struct an_budget *budget);      // all of them, in use or not

#endif
