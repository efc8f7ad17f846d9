// The places of a bitmap's bits as numbers, and how far a word reaches: for whoever looks at many places one after another and
// cannot afford a jump that goes astray at each.
//
// Two engines, AVX2's and portable C, give the same.
#ifndef AN_MATCH_PLACE_H
#define AN_MATCH_PLACE_H

#include "match/bitmap.h"

enum { AN_PLACES_SLACK = 8 };

// Of the bits set in `a` or `b`, ascending; returns how many. `words` <= AN_BITMAP_WORDS. `out` has room for 64 * words +
// AN_PLACES_SLACK entries; those after the answer may be written to.
size_t an_places_list(const uint64_t *a, const uint64_t *b, size_t words, uint16_t *out);

enum { AN_WORD_REACH = 64 };

// ASCII letters and digits that follow each other right before `p`, and from `p` on: AN_WORD_REACH at most each way. So many
// bytes can be read on both sides.
struct an_word_span { unsigned before, after; };
struct an_word_span an_word_around(const char *p);

// The engines, for tests. The AVX2 ones may only be called where an_place_has_avx2.
bool an_place_has_avx2(void);
size_t an_places_list_portable(const uint64_t *a, const uint64_t *b, size_t words, uint16_t *out);
size_t an_places_list_avx2(const uint64_t *a, const uint64_t *b, size_t words, uint16_t *out);
struct an_word_span an_word_around_portable(const char *p);
struct an_word_span an_word_around_avx2(const char *p);

#endif
