// A cell of a table where it lies in the text around it, and a column of such cells.
#ifndef AN_BASE_CELL_H
#define AN_BASE_CELL_H

#include "base/str.h"

struct an_span { uint32_t at, len; };   // bytes of the text

enum { AN_CELLS_MAX = 256, AN_CELLS_WORDS = AN_CELLS_MAX / 64 };       // cells of one column that are looked at together

// Cells one below the other: cell i is first[i * stride]. At most AN_CELLS_MAX.
struct an_cells {
    const char *text;
    const struct an_span *first;
    size_t stride, count;
};

static inline struct an_str an_cells_at(const struct an_cells *c, size_t i) {
    const struct an_span *cell = &c->first[i * c->stride];
    return (struct an_str) {c->text + cell->at, cell->len};
}

// A bit a cell.
struct an_cell_bits { uint64_t word[AN_CELLS_WORDS]; };

static inline void an_cell_bits_add(struct an_cell_bits *b, size_t i) { b->word[i / 64] |= (uint64_t) 1 << i % 64; }
static inline bool an_cell_bits_has(const struct an_cell_bits *b, size_t i) { return b->word[i / 64] >> i % 64 & 1; }

static inline size_t an_cell_bits_count(const struct an_cell_bits *b) {
    size_t n = 0;
    for (size_t w = 0; w < AN_CELLS_WORDS; w++)
        n += (size_t) __builtin_popcountll(b->word[w]);
    return n;
}

#endif
