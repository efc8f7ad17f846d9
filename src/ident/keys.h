// The identifiers of a column: many cells checked together, their canonical forms laid out for hashing.
//
// A column's cells are nearly all alike, so a kind may bring a loop of its own for them (an_ident.many): no call and no copy a
// cell, and what cells usually look like is told first. It answers as the kind's check does, cell by cell.
#ifndef AN_IDENT_KEYS_H
#define AN_IDENT_KEYS_H

#include "base/cell.h"
#include "base/siphash.h"
#include "ident/scan.h"
#include "match/lanes.h"

enum { AN_KEYS_ROOM = AN_CELLS_MAX + AN_SIPHASH_LANES };

struct an_keys {
    struct an_cell_bits filled;         // cells that hold something
    // cells that hold something which is no identifier, or nobody's, or too long, or not the cell's first and last byte: they
    // have to be looked at by themselves
    struct an_cell_bits odd;
    // the others' identifiers, in order: as base/siphash.h wants them (not of names: those have no token)
    size_t count;
    uint8_t len[AN_KEYS_ROOM];
    uint8_t floor[AN_KEYS_ROOM];        // whether the grade is FLOOR; else it is CEILING
    an_sip_text text[AN_KEYS_ROOM];
    struct an_ident_key draft;
    char narrow[AN_SCAN_WIDE];
};

// Reads a column whose header names `kind`: context->expected is the kind, context->cell is set. text[0..AN_KEYS_ROOM) is zero
// before. Pure.
void an_keys_read(const struct an_ident *kind, const struct an_cells *cells, const struct an_context *context,
                  struct an_keys *ret);

// The same by the kind's check alone: what its `many` is tested against.
void an_keys_read_each(const struct an_ident *kind, const struct an_cells *cells, const struct an_context *context,
                       struct an_keys *ret);

// Cell i by the kind's check: for a `many` that meets something unusual.
void an_keys_look(const struct an_ident *kind, const struct an_cells *cells, size_t i, const struct an_context *context,
                  struct an_keys *ret);

// Ends the last identifier: `len` bytes of text[count], zeros behind them.
static inline void an_keys_end(struct an_keys *k, size_t len, bool floor) {
    k->text[k->count][len | 7] = (unsigned char) len;
    k->len[k->count] = (uint8_t) len;
    k->floor[k->count++] = floor;
}

// Notes which cells hold something, and forgets what was read before.
static inline void an_keys_begin(const struct an_cells *cells, struct an_keys *ret) {
    ret->odd = (struct an_cell_bits) {0};
    ret->count = 0;
    for (size_t w = 0; w < AN_CELLS_WORDS; w++) {
        uint64_t filled = 0;
        size_t n = cells->count > 64 * w ? cells->count - 64 * w : 0;
        const struct an_span *cell = cells->first + 64 * w * cells->stride;
        for (size_t i = 0; i < n && i < 64; i++, cell += cells->stride)
            filled |= (uint64_t) (cell->len != 0) << i;
        ret->filled.word[w] = filled;
    }
}

#if AN_LANES

// What a kind's loop asks of a cell that is not empty: the length of the canonical form of one that nothing is odd about, and the
// form at `text`, zeros behind it; 0, whatever is at `text` then, where the kind's check must look at the cell. `with` is the
// kind's own. A condition that holds for one cell and not for the next is best no jump: one guessed wrong costs as much as all
// the rest. One that nearly always holds is best one.
typedef size_t an_keys_plain(struct an_str cell, const void *with, unsigned char *text, bool *ret_floor);

// A kind's loop: `plain` is known where this is written, and becomes a part of it.
AN_AVX2 __attribute__((always_inline)) static inline void an_keys_walk(const struct an_ident *kind, const struct an_cells *cells,
                                                                       const struct an_context *context, struct an_keys *ret,
                                                                       an_keys_plain *plain, const void *with) {
    an_keys_begin(cells, ret);
    for (size_t w = 0; w < AN_CELLS_WORDS; w++)
        for (uint64_t rest = ret->filled.word[w]; rest; rest &= rest - 1) {
            size_t i = 64 * w + (size_t) __builtin_ctzll(rest);
            bool floor;
            size_t len = plain(an_cells_at(cells, i), with, ret->text[ret->count], &floor);
            if (len) {
                an_keys_end(ret, len, floor);
                continue;
            }
            an_lane_store_32(ret->text[ret->count], _mm256_setzero_si256());
            an_keys_look(kind, cells, i, context, ret);
        }
}

#endif

#endif
