// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#ifndef AN_BASE_UTF8_H
#define AN_BASE_UTF8_H

#include "base/str.h"

// Bytes in the well-formed character that s begins with; 0 when it begins with none (or is empty or cut short).
size_t an_utf8_len(struct an_str s);

// The code point s begins with, and its length in *ret_len. Where there is none, U+FFFD and length 1 (0 when empty).
uint32_t an_utf8_get(struct an_str s, size_t *ret_len);

// Writes code point c (a scalar value) and returns how many bytes: 1..4.
size_t an_utf8_put(uint32_t c, char out[static 4]);

// Bytes of the longest well-formed prefix of s. Fast over ASCII.
size_t an_utf8_valid(struct an_str s);

#endif
