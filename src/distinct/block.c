#define _GNU_SOURCE
#include "distinct/block.h"

#include <sys/mman.h>
#include "base/alloc.h"

enum { LINE = 64, PIECE_FIRST = 4, PIECE_MAX = 1024, HUGE_PAGE = 2 * 1024 * 1024 };     // pieces in blocks

struct an_piece { struct an_piece *next; size_t bytes, blocks; };

_Static_assert(sizeof(struct an_block) % LINE == 0, "blocks begin with a line of the cache");
_Static_assert(offsetof(struct an_block, bytes) == LINE, "and so do their rows");

// Pieces double, but stay a small part of the budget, so that it is not passed by much.
static size_t next_size(const struct an_blocks *b, const struct an_budget *budget) {
    size_t n = b->pieces ? 2 * b->pieces->blocks : PIECE_FIRST, most = budget->limit / 64 / sizeof(struct an_block);
    if (most > PIECE_MAX)
        most = PIECE_MAX;
    return n < most ? n : most > PIECE_FIRST ? most : PIECE_FIRST;
}

static void ask_for_huge_pages(void *p, size_t n) {
    uintptr_t from = ((uintptr_t) p + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    uintptr_t to = ((uintptr_t) p + n) / HUGE_PAGE * HUGE_PAGE;
    if (from < to)
        (void) madvise((void *) from, to - from, MADV_HUGEPAGE);        // refused: ordinary pages do
}

static enum an_code add_piece(struct an_blocks *b, struct an_budget *budget, struct an_err *err) {
    size_t blocks = next_size(b, budget), bytes = (blocks * sizeof(struct an_block)) + 2 * LINE;
    struct an_piece *piece = an_alloc(bytes);
    if (!piece)
        return an_fail(err, AN_NOMEM, "no memory for %zu bytes", bytes);
    ask_for_huge_pages(piece, bytes);
    *piece = (struct an_piece) {b->pieces, bytes, blocks};
    atomic_fetch_add_explicit(&budget->used, bytes, memory_order_relaxed);
    b->pieces = piece;
    b->fresh = (struct an_block *) (((uintptr_t) (piece + 1) + LINE - 1) / LINE * LINE);
    b->end = b->fresh + blocks;
    return AN_OK;
}

_Static_assert(sizeof(struct an_piece) <= LINE, "its head fits before the first line");

struct an_block *an_blocks_take(struct an_blocks *b, struct an_budget *budget, struct an_err *err) {
    struct an_block *block = b->idle;
    if (block)
        b->idle = block->next;
    else if (b->fresh == b->end && add_piece(b, budget, err))
        return NULL;
    else
        block = b->fresh++;
    block->next = NULL;
    block->count = 0;
    b->live++;
    return block;
}

void an_blocks_give(struct an_blocks *b, struct an_block *block) {
    block->next = b->idle;
    b->idle = block;
    b->live--;
}

void an_blocks_join(struct an_blocks *to, struct an_blocks *from) {
    struct an_piece **piece = &to->pieces;              // behind to's own, which say how large the next will be
    while (*piece)
        piece = &(*piece)->next;
    *piece = from->pieces;
    struct an_block **idle = &to->idle;
    while (*idle)
        idle = &(*idle)->next;
    *idle = from->idle;
    to->live += from->live;
    *from = (struct an_blocks) {0};
}

void an_blocks_release(struct an_blocks *b, struct an_budget *budget) {
    while (b->pieces) {
        struct an_piece *piece = b->pieces;
        b->pieces = piece->next;
        atomic_fetch_sub_explicit(&budget->used, piece->bytes, memory_order_relaxed);
        an_free(piece);
    }
    *b = (struct an_blocks) {0};
}
