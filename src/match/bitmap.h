// Where the bytes that matter are: one bit a byte, one bitmap a class.
//
// Two engines, AVX2 and portable C, give the same bits on every input (tests compare them); the faster one that the
// processor
// has is taken at run time. Cost: about 40 instructions for 64 bytes with AVX2.
#ifndef AN_MATCH_BITMAP_H
#define AN_MATCH_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum an_class {
    AN_CLASS_DIGIT,     // 0-9
    AN_CLASS_AT,        // @
    AN_CLASS_COLON,     // :
    AN_CLASS_JOIN,      // blank or hyphen: what may stand between the groups of one number
    AN_CLASS_DOT,       // .
    AN_CLASS_STAR,      // * or +
    AN_CLASS_ESCAPE,    // % or &
    AN_CLASS_LINE,      // line feed
    AN_CLASS_UPPER,     // A-Z
    AN_CLASS_HIGH,      // 0x80 and above
    AN_CLASS_WIDE,      // 0xEF: the first byte of full-width forms in UTF-8
    AN_CLASS_COUNT,
};

enum { AN_BITMAP_WORDS = 256, AN_BITMAP_BYTES = AN_BITMAP_WORDS * 64 };

// Bitmaps of up to AN_BITMAP_BYTES bytes; the two words after the last are zero, so that looking ahead is always
// allowed.
struct an_bitmaps {
    uint64_t of[AN_CLASS_COUNT][AN_BITMAP_WORDS + 2];
};

// Classes of the len bytes at `text`, len <= AN_BITMAP_BYTES. Bytes up to the next multiple of 64 past `text + len`
// must be
// readable; their bits come out as zero.
void an_bitmaps_make(const char *text, size_t len, struct an_bitmaps *ret);

// The engines themselves, for tests. The AVX2 one may only be called where an_bitmap_has_avx2.
bool an_bitmap_has_avx2(void);
void an_bitmaps_make_avx2(const char *text, size_t len, struct an_bitmaps *ret);
void an_bitmaps_make_portable(const char *text, size_t len, struct an_bitmaps *ret);

// The same for at most 64 bytes, all 64 readable: a short cell, in registers.
struct an_word { uint64_t of[AN_CLASS_COUNT]; };
void an_word_make(const char *text, size_t len, struct an_word *ret);

#endif
