// Where candidates may begin: one bit a byte, one bitmap a shape, drawn from the bitmaps of classes.
//
// A trigger is cheap to find and says little; what stands around it is looked at by whoever asked. Two engines, AVX2 and
// portable C, give the same bits.
#ifndef AN_MATCH_TRIGGER_H
#define AN_MATCH_TRIGGER_H

#include "match/bitmap.h"

enum an_trigger {
    // the first of seven digits, or of nine characters of digits with single blanks or hyphens between; also the first bit of all
    // where such a run goes on that began before
    AN_TRIGGER_NUMBER,
    AN_TRIGGER_COLON,   // a colon, hyphen or full stop with others as far behind it as in a MAC or IPv6 address
    AN_TRIGGER_DOTTED,  // the first of three full stops, one to three digits apart, digits behind each
    AN_TRIGGER_STAR,    // the first of three stars, or a star (plus sign) before a digit
    AN_TRIGGER_PLATE,   // a capital behind a byte outside ASCII
    AN_TRIGGER_COUNT,
};

struct an_triggers {
    uint64_t of[AN_TRIGGER_COUNT][AN_BITMAP_WORDS + 2];
    uint64_t any[AN_BITMAP_WORDS + 2];      // all of them, and '@'
};

// Triggers in the first `words` words of the bitmaps; `digit` and `high`: whether the byte before the first is a digit, and
// one outside ASCII. Words past `words` are undefined.
void an_triggers_make(const struct an_bitmaps *m, size_t words, bool digit, bool high, struct an_triggers *ret);

// The engines, for tests. The AVX2 one may only be called where an_bitmap_has_avx2.
void an_triggers_make_portable(const struct an_bitmaps *m, size_t words, bool digit, bool high, struct an_triggers *ret);
void an_triggers_make_avx2(const struct an_bitmaps *m, size_t words, bool digit, bool high, struct an_triggers *ret);

// Whether a short text with nothing around it has any.
bool an_word_has_trigger(const struct an_word *m);

#endif
