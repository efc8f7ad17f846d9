// Short lists of words that every identifier of a kind is compared with: told apart by three bitmaps before any comparing.
#ifndef AN_IDENT_LIST_H
#define AN_IDENT_LIST_H

#include "base/str.h"

enum { AN_LIST_LEN_MAX = 63 };          // bytes of the longest word

struct an_list {
    const struct an_str *words; size_t count;
    // a bit for the lower six bits of each second and last byte, and for each length (of Han characters the first byte says
    // little)
    uint64_t seconds, lasts, lens;
};

// AN_LIST(nobody, NOBODY) after #define NOBODY(X) X("noreply") X("no-reply")
#define AN_LIST(name, WORDS) \
    static const struct an_str name##_words[] = {WORDS(AN_LIST_WORD_)}; \
    static const struct an_list name = { \
        name##_words, AN_COUNT(name##_words), 0 WORDS(AN_LIST_SECOND_), 0 WORDS(AN_LIST_LAST_), 0 WORDS(AN_LIST_LEN_), \
    };
#define AN_LIST_WORD_(text)   AN_STR_INIT(text),
#define AN_LIST_SECOND_(text) | (uint64_t) 1 << ((text)[sizeof (text) > 2] & 63)
#define AN_LIST_LAST_(text)   | (uint64_t) 1 << ((text)[sizeof (text) - 2] & 63)
#define AN_LIST_LEN_(text)    | (uint64_t) 1 << (sizeof (text) - 1)

static inline bool an_list_has(const struct an_list *l, struct an_str s) {
    if (!s.len || s.len > AN_LIST_LEN_MAX)
        return false;
    uint64_t may_be = l->lens >> s.len & l->seconds >> (s.ptr[s.len > 1] & 63) & l->lasts >> (s.ptr[s.len - 1] & 63);
    if (!(may_be & 1))                  // one jump, which nearly always goes the same way
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
