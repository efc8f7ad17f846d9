// The forms rows are kept in while they wait: short ones, for what most rows are.
//
// A row that waits stands in a part of its set, which says the first byte of its key. Of the rest, the head (the first 16 bytes
// of the key) is told by 15 bytes. The tail (12 more) is often the head's own beginning, and need not be told then. Tag, flags
// and count take few values together in one set: a byte says which (struct an_likes). So there are
//
//   OWN    16 bytes: head but its first byte, like                 the tail is the first 12 bytes of the head
//   PAIR   28 bytes: head but its first byte, like, tail
//   WHOLE  32 bytes: the row as it is; where no byte is left to say what it is like
#ifndef AN_DISTINCT_FORM_H
#define AN_DISTINCT_FORM_H

#include "distinct/row.h"

enum an_form { AN_FORM_OWN, AN_FORM_PAIR, AN_FORM_WHOLE, AN_FORMS };
enum { AN_HEAD = 16, AN_TAIL = AN_ROW_KEY - AN_HEAD, AN_OWN_BYTES = AN_HEAD, AN_PAIR_BYTES = AN_HEAD + AN_TAIL };

// Tag, flags and count in one word.
static inline uint32_t an_like_word(uint8_t tag, uint8_t flags, uint16_t count) {
    return tag | (uint32_t) flags << 8 | (uint32_t) count << 16;
}

enum { AN_LIKES_MAX = 255, AN_LIKES_BITS = 9, AN_LIKE_NONE = 255 };

struct an_likes {                   // the words that occur, numbered as they come; {0} is none
    struct an_likes *next;          // of the same owner
    uint32_t count, words[AN_LIKES_MAX];
    uint8_t slots[1 << AN_LIKES_BITS];      // a word's number plus 1, by hash; 0 is free
};

// The number of a word, which it gets when it is new. AN_LIKE_NONE: there are too many already.
static inline unsigned an_like_of(struct an_likes *l, uint32_t word) {
    uint32_t at = word * 0x9E3779B1u >> (32 - AN_LIKES_BITS);
    for (; l->slots[at]; at = (at + 1) % (1 << AN_LIKES_BITS))
        if (l->words[l->slots[at] - 1] == word)
            return l->slots[at] - 1u;
    if (l->count == AN_LIKES_MAX)
        return AN_LIKE_NONE;
    l->words[l->count++] = word;
    l->slots[at] = (uint8_t) l->count;
    return l->count - 1;
}

static inline bool an_row_is_own(const struct an_row *r) {
    uint32_t head, tail;
    memcpy(&head, r->key + 8, sizeof head);
    memcpy(&tail, r->key + AN_HEAD + 8, sizeof tail);
    return an_row_word(r, 0) == an_row_word(r, AN_HEAD) && head == tail;
}

// Head but its first byte, like. (Bytes of a number stand from the least significant one up, here and below.)
static inline void an_form_head(unsigned char *to, const unsigned char head[static AN_HEAD], unsigned like) {
    uint64_t low, high;
    memcpy(&low, head, sizeof low);
    memcpy(&high, head + 8, sizeof high);
    low = low >> 8 | high << 56;
    high = high >> 8 | (uint64_t) like << 56;
    memcpy(to, &low, sizeof low);
    memcpy(to + 8, &high, sizeof high);
}

static inline void an_form_head_back(unsigned char head[static AN_HEAD], unsigned char first, const unsigned char *from) {
    uint64_t low, high;
    memcpy(&low, from, sizeof low);
    memcpy(&high, from + 8, sizeof high);
    high = high << 8 | low >> 56;
    low = low << 8 | first;
    memcpy(head, &low, sizeof low);
    memcpy(head + 8, &high, sizeof high);
}

static inline size_t an_form_bytes(enum an_form form) {
    return form == AN_FORM_OWN ? AN_OWN_BYTES : form == AN_FORM_PAIR ? AN_PAIR_BYTES : sizeof(struct an_row);
}

// Bytes of whole rows that fill whole lines of the cache (of 64 bytes).
static inline size_t an_form_stage(enum an_form form) { return form == AN_FORM_PAIR ? 16 * AN_PAIR_BYTES : 64; }

// Where the head's second byte stands; 14 more follow.
static inline const unsigned char *an_form_rest(enum an_form form, const unsigned char *at) {
    return form == AN_FORM_WHOLE ? at + 1 : at;
}

static inline void an_form_back(struct an_row *row, enum an_form form, unsigned char first, const unsigned char *at,
                                const struct an_likes *likes) {
    if (form == AN_FORM_WHOLE) {
        memcpy(row, at, sizeof *row);
        return;
    }
    uint32_t word = likes->words[at[AN_HEAD - 1]];
    an_form_head_back(row->key, first, at);
    memcpy(row->key + AN_HEAD, form == AN_FORM_OWN ? row->key : at + AN_HEAD, AN_TAIL);
    row->tag = (uint8_t) word;
    row->flags = (uint8_t) (word >> 8);
    row->count = (uint16_t) (word >> 16);
}

#endif
