#include "base/siphash.h"

#include <sodium.h>
#include <string.h>

_Static_assert(AN_SIPHASH_OUT == crypto_shorthash_siphashx24_BYTES, "the 128-bit output");
_Static_assert(AN_SIPHASH_KEY == crypto_shorthash_siphashx24_KEYBYTES, "its key");

void an_siphash_many_portable(const struct an_sip_message *messages, size_t count, unsigned char (*ret)[AN_SIPHASH_OUT]) {
    for (size_t i = 0; i < count; i++)
        (void) crypto_shorthash_siphashx24(ret[i], messages[i].text, messages[i].len, messages[i].key);
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

// Word k of four messages: those of 8k bytes and more end no sooner; the last word has the length on top.
AVX2 static inline __m256i words_of(const struct an_sip_message *m, size_t k) {
    uint64_t w[LANES];
    for (size_t i = 0; i < LANES; i++) {
        memcpy(&w[i], (const char *) m[i].text + 8 * k, sizeof w[i]);
        if (k == WORDS - 1)
            w[i] &= ~(uint64_t) 0 >> 8;             // its last byte is `len`
        w[i] |= m[i].len / 8 == k ? (uint64_t) m[i].len << 56 : 0;
    }
    return _mm256_setr_epi64x((long long) w[0], (long long) w[1], (long long) w[2], (long long) w[3]);
}

_Static_assert(offsetof(struct an_sip_message, len) == AN_SIPHASH_SHORT, "a word may be read over the length");

AVX2 static inline struct state begin(const struct an_sip_message *m) {
    uint64_t k0[LANES], k1[LANES];
    for (size_t i = 0; i < LANES; i++) {
        memcpy(&k0[i], m[i].key, sizeof k0[i]);
        memcpy(&k1[i], m[i].key + 8, sizeof k1[i]);
    }
    __m256i a = _mm256_loadu_si256((const __m256i_u *) (const void *) k0);
    __m256i b = _mm256_loadu_si256((const __m256i_u *) (const void *) k1);
    return (struct state) {
        _mm256_xor_si256(a, _mm256_set1_epi64x(0x736f6d6570736575)),
        _mm256_xor_si256(b, _mm256_set1_epi64x(0x646f72616e646f6d ^ 0xee)),
        _mm256_xor_si256(a, _mm256_set1_epi64x(0x6c7967656e657261)),
        _mm256_xor_si256(b, _mm256_set1_epi64x(0x7465646279746573)),
    };
}

AVX2 static inline void take_word(struct state *s, const struct an_sip_message *m, size_t k) {
    __m256i w = words_of(m, k);
    struct state old = *s;
    s->v3 = _mm256_xor_si256(s->v3, w);
    sip_round(s);
    sip_round(s);
    s->v0 = _mm256_xor_si256(s->v0, w);
    if (k == 0)
        return;                                     // every message has a first word
    long long live[LANES];
    for (size_t i = 0; i < LANES; i++)
        live[i] = m[i].len / 8 >= k ? -1 : 0;
    __m256i mask = _mm256_setr_epi64x(live[0], live[1], live[2], live[3]);
    s->v0 = _mm256_blendv_epi8(old.v0, s->v0, mask);
    s->v1 = _mm256_blendv_epi8(old.v1, s->v1, mask);
    s->v2 = _mm256_blendv_epi8(old.v2, s->v2, mask);
    s->v3 = _mm256_blendv_epi8(old.v3, s->v3, mask);
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

// Eight messages: two groups of lanes keep the processor busy where one would wait for itself.
AVX2 static void eight(const struct an_sip_message *m, unsigned char (*ret)[AN_SIPHASH_OUT]) {
    struct state a = begin(m), b = begin(m + LANES);
    size_t longest = 0;
    for (size_t i = 0; i < 2 * LANES; i++)
        longest = m[i].len > longest ? m[i].len : longest;
    for (size_t k = 0; k <= longest / 8; k++) {
        take_word(&a, m, k);
        take_word(&b, m + LANES, k);
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

void an_siphash_many(const struct an_sip_message *messages, size_t count, unsigned char (*ret)[AN_SIPHASH_OUT]) {
    size_t i = 0;
    if (__builtin_cpu_supports("avx2"))
        for (; i + 2 * LANES <= count; i += 2 * LANES)
            eight(messages + i, ret + i);
    an_siphash_many_portable(messages + i, count - i, ret + i);
}

#else

void an_siphash_many(const struct an_sip_message *messages, size_t count, unsigned char (*ret)[AN_SIPHASH_OUT]) {
    an_siphash_many_portable(messages, count, ret);
}

#endif
