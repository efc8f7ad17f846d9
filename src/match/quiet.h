// A first look at a short text: whether anything in it could be the beginning of a candidate.
#ifndef AN_MATCH_QUIET_H
#define AN_MATCH_QUIET_H

#include <stdbool.h>
#include <stddef.h>

enum { AN_QUIET_MAX = 64 };

// Whether text[0..len) holds none of these: a run of seven digits; nine characters of digits with single blanks or hyphens
// between them; any of '@' ':' '.' '*' '+' '%' '&' or the byte 0xEF; blanks or hyphens three apart, three times; a capital
// behind a byte outside ASCII. len <= AN_QUIET_MAX, and all of AN_QUIET_MAX bytes readable. False says nothing.
bool an_text_is_quiet(const char *text, size_t len);

// The engines, for tests. The AVX2 one may only be called where an_bitmap_has_avx2.
bool an_text_is_quiet_portable(const char *text, size_t len);
bool an_text_is_quiet_avx2(const char *text, size_t len);

#endif
