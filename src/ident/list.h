// Short lists of words that every identifier of a kind is compared with: told apart by a bitmap before any comparing.
#ifndef AN_IDENT_LIST_H
#define AN_IDENT_LIST_H

#include <string.h>
#include "base/str.h"

enum { AN_LIST_LEN_MAX = 63, AN_LIST_MARKS = 8 };       // bytes of the longest word; words of the bitmap

struct an_list {
    const struct an_str *words; size_t count;
    uint64_t marks[AN_LIST_MARKS];                      // two bits for the mark of each word
};

// Fifteen bits of a word's first, second and last byte and its length: odd factors, so that each byte reaches all of them. The
// lower six and the upper six are two bits of one word of the bitmap, those between say which. A word of one byte has it for its
// second, too.
#define AN_LIST_MARK(first, second, last, len) \
    (((unsigned) (unsigned char) (first) * 0x9E3779B1u + (unsigned) (unsigned char) (second) * 0x85EBCA6Bu + \
      (unsigned) (unsigned char) (last) * 0xC2B2AE35u + (unsigned) (len) * 0x27D4EB2Fu) >> 17)
#define AN_LIST_WORD_OF(mark) ((mark) / 64 % AN_LIST_MARKS)
#define AN_LIST_BITS_OF(mark) ((uint64_t) 1 << (mark) % 64 | (uint64_t) 1 << (mark) / (64 * AN_LIST_MARKS))

// AN_LIST(nobody, NOBODY) after #define NOBODY(X) X("noreply") X("no-reply")
#define AN_LIST(name, WORDS) \
    static const struct an_str name##_words[] = {WORDS(AN_LIST_WORD_)}; \
    static const struct an_list name = {name##_words, AN_COUNT(name##_words), AN_LIST_MARKS_OF(WORDS)};
#define AN_LIST_WORD_(text) AN_STR_INIT(text),
// The bitmap alone: for a first look at several lists in one.
#define AN_LIST_MARKS_OF(WORDS) \
    {0 WORDS(AN_LIST_0_), 0 WORDS(AN_LIST_1_), 0 WORDS(AN_LIST_2_), 0 WORDS(AN_LIST_3_), \
     0 WORDS(AN_LIST_4_), 0 WORDS(AN_LIST_5_), 0 WORDS(AN_LIST_6_), 0 WORDS(AN_LIST_7_)}
#define AN_LIST_MARK_(text) \
    AN_LIST_MARK((text)[0], (text)[sizeof (text) > 2], (text)[sizeof (text) - 2], sizeof (text) - 1)
#define AN_LIST_BIT_(text, w) | (AN_LIST_WORD_OF(AN_LIST_MARK_(text)) == w ? AN_LIST_BITS_OF(AN_LIST_MARK_(text)) : 0)
#define AN_LIST_0_(text) AN_LIST_BIT_(text, 0)
#define AN_LIST_1_(text) AN_LIST_BIT_(text, 1)
#define AN_LIST_2_(text) AN_LIST_BIT_(text, 2)
#define AN_LIST_3_(text) AN_LIST_BIT_(text, 3)
#define AN_LIST_4_(text) AN_LIST_BIT_(text, 4)
#define AN_LIST_5_(text) AN_LIST_BIT_(text, 5)
#define AN_LIST_6_(text) AN_LIST_BIT_(text, 6)
#define AN_LIST_7_(text) AN_LIST_BIT_(text, 7)

// Of a text that is not empty.
static inline unsigned an_list_mark(struct an_str s) {
    return AN_LIST_MARK(s.ptr[0], s.ptr[s.len > 1], s.ptr[s.len - 1], s.len);
}

// Whether a text of this mark may be one of the words: 0 or 1, to be joined without a jump.
static inline unsigned an_list_may_have(const uint64_t marks[static AN_LIST_MARKS], unsigned mark) {
    uint64_t word = marks[AN_LIST_WORD_OF(mark)];
    return (unsigned) (word >> mark % 64 & word >> mark / (64 * AN_LIST_MARKS) & 1);
}

static inline bool an_list_has(const struct an_list *l, struct an_str s) {
    if (!s.len || s.len > AN_LIST_LEN_MAX)
        return false;
    if (!an_list_may_have(l->marks, an_list_mark(s)))   // one jump, which nearly always goes the same way
        return false;
    for (size_t i = 0; i < l->count; i++) {
        const char *word = l->words[i].ptr;
        if (l->words[i].len == s.len && word[0] == s.ptr[0] && word[s.len - 1] == s.ptr[s.len - 1] &&
            memcmp(word, s.ptr, s.len) == 0)
            return true;
    }
    return false;
}

#endif
