// The identifiers of a column: many cells checked together, their canonical forms laid out for hashing.
//
// A column's cells are nearly all alike, so a kind may bring a loop of its own for them (an_ident.many): no call and no copy a
// cell, and what cells usually look like is told first. It answers as the kind's check does, cell by cell.
#ifndef AN_IDENT_KEYS_H
#define AN_IDENT_KEYS_H

#include "base/cell.h"
#include "base/siphash.h"
#include "ident/scan.h"

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

#endif
