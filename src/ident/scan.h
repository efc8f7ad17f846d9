// Finds identifiers in text: the path every byte of every store goes through.
//
// Triggers come from bitmaps (match/): runs of seven digits, grouped runs of eleven characters, '@', chains of ':' or
// '.', stars,
// a Han character before a capital. Around a trigger the candidate is delimited as its kind's shape says and handed
// to the checks
// by rank. Only maximal runs are candidates: a piece of a longer number or word never is.
#ifndef AN_IDENT_SCAN_H
#define AN_IDENT_SCAN_H

#include "base/buf.h"
#include "ident/ident.h"
#include "match/bitmap.h"
#include "match/quiet.h"
#include "text/escape.h"

enum {
    AN_SCAN_PADDING = 64,               // bytes past the end of a text that must be readable
    AN_SCAN_WIDE = 64,                  // full-width forms that are made narrow at once
    AN_SCAN_SHORTEST = 7,               // bytes of the shortest identifier that is found without a header's help
};

struct an_hit {
    const struct an_ident *kind;
    enum an_grade grade;                // NONE for masked and damaged ones
    enum { AN_HIT_CLEAR, AN_HIT_MASKED, AN_HIT_DAMAGED } form;
    bool whole;                         // it is all that stands in the cell
    // of its first byte in the text scanned; approximate where escapes were undone
    size_t offset;
    struct an_str key;                  // canonical form; borrowed for the call; empty unless CLEAR
};
typedef enum an_code an_on_hit(void *arg, const struct an_hit *hit, struct an_err *err);

struct an_scanner;                      // dispatch tables and scratch; one a thread

enum an_code an_scanner_new(an_day today, struct an_scanner **ret, struct an_err *err) AN_MUST_USE;
void an_scanner_free(struct an_scanner *s);
static inline void an_scanner_cleanup(struct an_scanner **s) { an_scanner_free(*s); }

// 2026-11-01 00:00:00.000, and shorter: what most cells with a run of digits and hyphens are.
bool an_scan_is_timestamp(struct an_str cell);

// A cell in full-width forms as ASCII (in `room`); any other cell as it is.
static inline struct an_str an_scan_narrow(struct an_str cell, char room[static AN_SCAN_WIDE]) {
    size_t n = cell.len && (unsigned char) cell.ptr[0] == 0xEF ? an_escape_wide(cell, room, AN_SCAN_WIDE) : 0;
    return n ? (struct an_str) {room, n} : cell;
}

// Whether a cell that no header names holds nothing for certain: what most are, told at once.
static inline bool an_scan_is_idle(struct an_str cell) {
    if (cell.len < AN_SCAN_SHORTEST)
        return true;
    bool is_dated = (cell.ptr[0] == '1' || cell.ptr[0] == '2') && an_scan_is_timestamp(cell);
    return is_dated || (cell.len <= AN_QUIET_MAX && an_text_is_quiet(cell.ptr, cell.len));
}

// The cells of a column that no header names: those that hold something, and (loud) those that may hold an identifier.
void an_scan_column(struct an_scanner *s, const struct an_cells *cells, struct an_quiet *ret);

// One cell, whose column header names `expected` (or NULL).
enum an_code an_scan_cell(struct an_scanner *s, struct an_str cell, const struct an_ident *expected, an_on_hit *each,
                          void *arg,
                          struct an_err *err) AN_MUST_USE;

// A block of running text: whole lines, or one value. Hits of one line come together, lines
// in no particular order.
enum an_code an_scan_text(struct an_scanner *s, struct an_str text, an_on_hit *each, void *arg,
                          struct an_err *err) AN_MUST_USE;

#endif
