// A first look at a short text: whether anything in it could be the beginning of a candidate.
#ifndef AN_MATCH_QUIET_H
#define AN_MATCH_QUIET_H

#include "base/cell.h"

enum { AN_QUIET_MAX = 64 };

// Whether text[0..len) holds none of these: a run of seven digits; nine characters of digits with single blanks or hyphens
// between them; any of '@' ':' '.' '*' '+' '%' '&' or the byte 0xEF; blanks or hyphens three apart, three times; a capital
// behind a byte outside ASCII. len <= AN_QUIET_MAX, and all of AN_QUIET_MAX bytes readable. False says nothing.
bool an_text_is_quiet(const char *text, size_t len);

// Of a column: its cells that are not empty, and those that are neither quiet nor one of the commonest other things, a day or a
// moment to the second (2026-11-01, 2026-11-01 00:00:00, and the same with a T), nor shorter than `short_len`. All cells can
// be read AN_QUIET_MAX bytes past their end.
struct an_quiet { struct an_cell_bits filled, loud; };
void an_cells_listen(const struct an_cells *cells, size_t short_len, struct an_quiet *ret);

// The engines, for tests. The AVX2 one may only be called where an_bitmap_has_avx2.
bool an_text_is_quiet_portable(const char *text, size_t len);
bool an_text_is_quiet_avx2(const char *text, size_t len);
void an_cells_listen_portable(const struct an_cells *cells, size_t short_len, struct an_quiet *ret);
void an_cells_listen_avx2(const struct an_cells *cells, size_t short_len, struct an_quiet *ret);

#endif
