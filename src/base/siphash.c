#include "base/siphash.h"

#include <sodium.h>
#include <string.h>

_Static_assert(AN_SIPHASH_OUT == crypto_shorthash_siphashx24_BYTES, "the 128-bit output");
_Static_assert(AN_SIPHASH_KEY == crypto_shorthash_siphashx24_KEYBYTES, "its key");

void an_siphash_many_portable(const struct an_sip_message *messages, size_t count, unsigned char (*ret)[AN_SIPHASH_OUT]) {
    for (size_t i = 0; i < count; i++)
        (void) crypto_shorthash_siphashx24(ret[i], messages[i].text, messages[i].len, messages[i].key);
}

void an_siphash_texts_portable(const an_sip_text *texts, const uint8_t *lens, size_t count, const unsigned char *key,
                               unsigned char (*ret)[AN_SIPHASH_OUT]) {
    for (size_t i = 0; i < count; i++)
        (void) crypto_shorthash_siphashx24(ret[i], texts[i], lens[i], key);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

enum { LANES = 4, WORDS = (AN_SIPHASH_SHORT + 1) / 8 };

struct state { __m256i v0, v1, v2, v3; };

AVX2 static inline __m256i turn(__m256i v, int bits) {
    return _mm256_or_si256(_mm256_slli_epi64(v, bits), _mm256_srli_epi64(v, 64 - bits));
}

AVX2 static inline __m256i turn_16(__m256i v) {
    return _mm256_shuffle_epi8(v, _mm256_setr_epi8(6, 7, 0, 1, 2, 3, 4, 5, 14, 15, 8, 9, 10, 11, 12, 13,
                                                   6, 7, 0, 1, 2, 3, 4, 5, 14, 15, 8, 9, 10, 11, 12, 13));
}

AVX2 static inline __m256i turn_32(__m256i v) { return _mm256_shuffle_epi32(v, 0xB1); }

AVX2 static inline void sip_round(struct state *s) {
    s->v0 = _mm256_add_epi64(s->v0, s->v1);
    s->v2 = _mm256_add_epi64(s->v2, s->v3);
    s->v1 = _mm256_xor_si256(turn(s->v1, 13), s->v0);
    s->v3 = _mm256_xor_si256(turn_16(s->v3), s->v2);
    s->v0 = turn_32(s->v0);
    s->v2 = _mm256_add_epi64(s->v2, s->v1);
    s->v0 = _mm256_add_epi64(s->v0, s->v3);
    s->v1 = _mm256_xor_si256(turn(s->v1, 17), s->v2);
    s->v3 = _mm256_xor_si256(turn(s->v3, 21), s->v0);
    s->v2 = turn_32(s->v2);
}

// The words of four texts that lie `stride` bytes apart, word k of all in ret[k].
AVX2 static inline void words_of(const unsigned char *text, size_t stride, __m256i ret[WORDS]) {
    __m256i a = _mm256_loadu_si256((const __m256i_u *) (const void *) text);
    __m256i b = _mm256_loadu_si256((const __m256i_u *) (const void *) (text + stride));
    __m256i c = _mm256_loadu_si256((const __m256i_u *) (const void *) (text + 2 * stride));
    __m256i d = _mm256_loadu_si256((const __m256i_u *) (const void *) (text + 3 * stride));
    __m256i ab = _mm256_unpacklo_epi64(a, b), cd = _mm256_unpacklo_epi64(c, d);
    ret[0] = _mm256_permute2x128_si256(ab, cd, 0x20);
    ret[2] = _mm256_permute2x128_si256(ab, cd, 0x31);
    ab = _mm256_unpackhi_epi64(a, b);
    cd = _mm256_unpackhi_epi64(c, d);
    ret[1] = _mm256_permute2x128_si256(ab, cd, 0x20);
    ret[3] = _mm256_permute2x128_si256(ab, cd, 0x31);
}

// From the halves of four keys.
AVX2 static inline struct state begin(__m256i low, __m256i high) {
    return (struct state) {
        _mm256_xor_si256(low, _mm256_set1_epi64x(0x736f6d6570736575)),
        _mm256_xor_si256(high, _mm256_set1_epi64x(0x646f72616e646f6d ^ 0xee)),
        _mm256_xor_si256(low, _mm256_set1_epi64x(0x6c7967656e657261)),
        _mm256_xor_si256(high, _mm256_set1_epi64x(0x7465646279746573)),
    };
}

AVX2 static inline struct state begin_many(const struct an_sip_message *m) {
    __m128i one = _mm_loadu_si128((const __m128i_u *) (const void *) m[0].key);
    __m128i two = _mm_loadu_si128((const __m128i_u *) (const void *) m[1].key);
    __m128i three = _mm_loadu_si128((const __m128i_u *) (const void *) m[2].key);
    __m128i four = _mm_loadu_si128((const __m128i_u *) (const void *) m[3].key);
    return begin(_mm256_set_m128i(_mm_unpacklo_epi64(three, four), _mm_unpacklo_epi64(one, two)),
                 _mm256_set_m128i(_mm_unpackhi_epi64(three, four), _mm_unpackhi_epi64(one, two)));
}

AVX2 static inline struct state begin_one(const unsigned char *key) {
    __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i_u *) (const void *) key));
    return begin(_mm256_unpacklo_epi64(both, both), _mm256_unpackhi_epi64(both, both));
}

AVX2 static inline void take_word(struct state *s, __m256i word) {
    s->v3 = _mm256_xor_si256(s->v3, word);
    sip_round(s);
    sip_round(s);
    s->v0 = _mm256_xor_si256(s->v0, word);
}

// The same where not all have the word: `last` is the number of each one's last word, and what it has not changes nothing.
AVX2 static inline void may_take_word(struct state *s, __m256i word, __m256i last, long long k) {
    struct state old = *s;
    take_word(s, word);
    __m256i over = _mm256_cmpgt_epi64(_mm256_set1_epi64x(k), last);
    s->v0 = _mm256_blendv_epi8(s->v0, old.v0, over);
    s->v1 = _mm256_blendv_epi8(s->v1, old.v1, over);
    s->v2 = _mm256_blendv_epi8(s->v2, old.v2, over);
    s->v3 = _mm256_blendv_epi8(s->v3, old.v3, over);
}

AVX2 static inline __m256i last_of(const uint8_t lens[LANES]) {
    return _mm256_setr_epi64x(lens[0] / 8, lens[1] / 8, lens[2] / 8, lens[3] / 8);
}

AVX2 static inline __m256i sum(const struct state *s) {
    return _mm256_xor_si256(_mm256_xor_si256(s->v0, s->v1), _mm256_xor_si256(s->v2, s->v3));
}

AVX2 static inline void put(__m256i first, __m256i second, unsigned char (*ret)[AN_SIPHASH_OUT]) {
    __m256i low = _mm256_unpacklo_epi64(first, second), high = _mm256_unpackhi_epi64(first, second);
    _mm_storeu_si128((__m128i_u *) (void *) ret[0], _mm256_castsi256_si128(low));
    _mm_storeu_si128((__m128i_u *) (void *) ret[1], _mm256_castsi256_si128(high));
    _mm_storeu_si128((__m128i_u *) (void *) ret[2], _mm256_extracti128_si256(low, 1));
    _mm_storeu_si128((__m128i_u *) (void *) ret[3], _mm256_extracti128_si256(high, 1));
}

// Eight texts: two groups of lanes keep the processor busy where one would wait for itself.
AVX2 static inline void eight(struct state a, struct state b, const unsigned char *text, size_t stride, const uint8_t *lens,
                              unsigned char (*ret)[AN_SIPHASH_OUT]) {
    __m256i words_a[WORDS], words_b[WORDS], last_a = last_of(lens), last_b = last_of(lens + LANES);
    words_of(text, stride, words_a);
    words_of(text + LANES * stride, stride, words_b);
    unsigned longest = 0, shortest = AN_SIPHASH_SHORT;
    for (size_t i = 0; i < 2 * LANES; i++) {
        longest = lens[i] > longest ? lens[i] : longest;
        shortest = lens[i] < shortest ? lens[i] : shortest;
    }
    unsigned k = 0;
    for (; k <= shortest / 8; k++) {
        take_word(&a, words_a[k]);
        take_word(&b, words_b[k]);
    }
    for (; k <= longest / 8; k++) {
        may_take_word(&a, words_a[k], last_a, k);
        may_take_word(&b, words_b[k], last_b, k);
    }
    const __m256i ee = _mm256_set1_epi64x(0xee), dd = _mm256_set1_epi64x(0xdd);
    a.v2 = _mm256_xor_si256(a.v2, ee);
    b.v2 = _mm256_xor_si256(b.v2, ee);
    for (int i = 0; i < 4; i++) {
        sip_round(&a);
        sip_round(&b);
    }
    __m256i first_a = sum(&a), first_b = sum(&b);
    a.v1 = _mm256_xor_si256(a.v1, dd);
    b.v1 = _mm256_xor_si256(b.v1, dd);
    for (int i = 0; i < 4; i++) {
        sip_round(&a);
        sip_round(&b);
    }
    put(first_a, sum(&a), ret);
    put(first_b, sum(&b), ret + LANES);
}

_Static_assert((int) AN_SIPHASH_LANES == 2 * (int) LANES, "so many at once");

AVX2 static void eight_messages(const struct an_sip_message *m, unsigned char (*ret)[AN_SIPHASH_OUT]) {
    uint8_t lens[AN_SIPHASH_LANES];
    for (size_t i = 0; i < AN_SIPHASH_LANES; i++)
        lens[i] = (uint8_t) m[i].len;
    eight(begin_many(m), begin_many(m + LANES), m->text, sizeof *m, lens, ret);
}

AVX2 static void all_texts(const an_sip_text *texts, const uint8_t *lens, size_t count, const unsigned char *key,
                           unsigned char (*ret)[AN_SIPHASH_OUT]) {
    struct state s = begin_one(key);
    for (size_t i = 0; i < count; i += AN_SIPHASH_LANES)
        eight(s, s, texts[i], sizeof *texts, lens + i, ret + i);
}

void an_siphash_many(const struct an_sip_message *messages, size_t count, unsigned char (*ret)[AN_SIPHASH_OUT]) {
    size_t i = 0;
    if (__builtin_cpu_supports("avx2"))
        for (; i + AN_SIPHASH_LANES <= count; i += AN_SIPHASH_LANES)
            eight_messages(messages + i, ret + i);
    an_siphash_many_portable(messages + i, count - i, ret + i);
}

void an_siphash_texts(const an_sip_text *texts, const uint8_t *lens, size_t count, const unsigned char *key,
                      unsigned char (*ret)[AN_SIPHASH_OUT]) {
    if (__builtin_cpu_supports("avx2"))
        all_texts(texts, lens, count, key, ret);
    else
        an_siphash_texts_portable(texts, lens, count, key, ret);
}

#else

void an_siphash_many(const struct an_sip_message *messages, size_t count, unsigned char (*ret)[AN_SIPHASH_OUT]) {
    an_siphash_many_portable(messages, count, ret);
}

void an_siphash_texts(const an_sip_text *texts, const uint8_t *lens, size_t count, const unsigned char *key,
                      unsigned char (*ret)[AN_SIPHASH_OUT]) {
    an_siphash_texts_portable(texts, lens, count, key, ret);
}

#endif
