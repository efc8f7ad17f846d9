#include "match/bitmap.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define AN_HAS_X86 1
#else
#define AN_HAS_X86 0
#endif

// The first eight classes as bits of a byte: a byte b is in class k when bit k is set in both low[b & 15] and high[b
// >> 4].
static const uint8_t low[16] = {
    [0x0] = 1 | 1 << AN_CLASS_AT | 1 << AN_CLASS_JOIN,
    [0x1] = 1, [0x2] = 1, [0x3] = 1, [0x4] = 1,
    [0x5] = 1 | 1 << AN_CLASS_ESCAPE, [0x6] = 1 | 1 << AN_CLASS_ESCAPE,
    [0x7] = 1, [0x8] = 1, [0x9] = 1,
    [0xA] = 1 << AN_CLASS_COLON | 1 << AN_CLASS_STAR | 1 << AN_CLASS_LINE,
    [0xB] = 1 << AN_CLASS_STAR,
    [0xD] = 1 << AN_CLASS_JOIN,
    [0xE] = 1 << AN_CLASS_DOT,
};
static const uint8_t high[16] = {
    [0x0] = 1 << AN_CLASS_LINE,
    [0x2] = 1 << AN_CLASS_JOIN | 1 << AN_CLASS_DOT | 1 << AN_CLASS_STAR | 1 << AN_CLASS_ESCAPE,
    [0x3] = 1 | 1 << AN_CLASS_COLON,
    [0x4] = 1 << AN_CLASS_AT,
};
enum { NIBBLE_CLASSES = 8 };

static void finish(size_t len, struct an_bitmaps *ret) {
    size_t words = (len + 63) / 64;
    uint64_t keep = len % 64 ? ~0ull >> (64 - len % 64) : ~0ull;
    for (size_t k = 0; k < AN_CLASS_COUNT; k++) {
        if (words)
            ret->of[k][words - 1] &= keep;
        ret->of[k][words] = ret->of[k][words + 1] = 0;
    }
}

#if AN_HAS_X86

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i classes(__m256i v, __m256i low_t, __m256i high_t) {
    const __m256i nibble = _mm256_set1_epi8(15);
    __m256i lo = _mm256_shuffle_epi8(low_t, _mm256_and_si256(v, nibble));
    __m256i hi = _mm256_shuffle_epi8(high_t, _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble));
    return _mm256_and_si256(lo, hi);
}

AVX2 static inline __m256i table(const uint8_t t[16]) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i_u *) (const void *) t));
}

AVX2 static inline uint64_t bits(__m256i a, __m256i b) {
    return (uint32_t) _mm256_movemask_epi8(a) | (uint64_t) (uint32_t) _mm256_movemask_epi8(b) << 32;
}

AVX2 static inline __m256i upper(__m256i v) {
    return _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8('A' - 1)), _mm256_cmpgt_epi8(_mm256_set1_epi8('Z' + 1), v));
}

// Class k's bit is moved to the top of its byte; what spills over from the neighbour stays below it.
#define CLASS(k) bits(_mm256_slli_epi16(a, 7 - (k)), _mm256_slli_epi16(b, 7 - (k)))

// The classes of 64 bytes, v and w. Those that most texts have little of are looked for together first.
AVX2 static inline void sort_out(__m256i v, __m256i w, __m256i low_t, __m256i high_t, uint64_t *ret, size_t stride) {
    const __m256i rare = _mm256_set1_epi8(1 << AN_CLASS_AT | 1 << AN_CLASS_STAR | 1 << AN_CLASS_ESCAPE);
    const __m256i top = _mm256_set1_epi8((char) 0x80);
    __m256i a = classes(v, low_t, high_t), b = classes(w, low_t, high_t);
    ret[AN_CLASS_DIGIT * stride] = CLASS(AN_CLASS_DIGIT);
    ret[AN_CLASS_COLON * stride] = CLASS(AN_CLASS_COLON);
    ret[AN_CLASS_JOIN * stride] = CLASS(AN_CLASS_JOIN);
    ret[AN_CLASS_DOT * stride] = CLASS(AN_CLASS_DOT);
    ret[AN_CLASS_LINE * stride] = CLASS(AN_CLASS_LINE);
    ret[AN_CLASS_UPPER * stride] = bits(upper(v), upper(w));
    __m256i any = _mm256_or_si256(_mm256_and_si256(_mm256_or_si256(a, b), rare), _mm256_and_si256(_mm256_or_si256(v, w), top));
    if (_mm256_testz_si256(any, any)) {
        ret[AN_CLASS_AT * stride] = ret[AN_CLASS_STAR * stride] = ret[AN_CLASS_ESCAPE * stride] = 0;
        ret[AN_CLASS_HIGH * stride] = ret[AN_CLASS_WIDE * stride] = 0;
        return;
    }
    const __m256i wide = _mm256_set1_epi8((char) 0xEF);
    ret[AN_CLASS_AT * stride] = CLASS(AN_CLASS_AT);
    ret[AN_CLASS_STAR * stride] = CLASS(AN_CLASS_STAR);
    ret[AN_CLASS_ESCAPE * stride] = CLASS(AN_CLASS_ESCAPE);
    ret[AN_CLASS_HIGH * stride] = bits(v, w);
    ret[AN_CLASS_WIDE * stride] = bits(_mm256_cmpeq_epi8(v, wide), _mm256_cmpeq_epi8(w, wide));
}

AVX2 static inline __m256i load(const char *p) { return _mm256_loadu_si256((const __m256i_u *) (const void *) p); }

AVX2 void an_bitmaps_make_avx2(const char *text, size_t len, struct an_bitmaps *ret) {
    const __m256i low_t = table(low), high_t = table(high);
    size_t words = (len + 63) / 64;
    for (size_t w = 0; w < words; w++)
        sort_out(load(text + w * 64), load(text + w * 64 + 32), low_t, high_t, &ret->of[0][w],
                 sizeof ret->of[0] / sizeof ret->of[0][0]);
    finish(len, ret);
}

AVX2 static void word_avx2(const char *text, struct an_word *ret) {
    sort_out(load(text), load(text + 32), table(low), table(high), ret->of, 1);
}

bool an_bitmap_has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}

#else

bool an_bitmap_has_avx2(void) {
    return false;
}

void an_bitmaps_make_avx2(const char *text, size_t len, struct an_bitmaps *ret) {
    an_bitmaps_make_portable(text, len, ret);
}

#endif

static void word_portable(const char *text, size_t n, uint64_t m[AN_CLASS_COUNT]) {
    for (size_t k = 0; k < AN_CLASS_COUNT; k++)
        m[k] = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t b = (uint8_t) text[i];
        uint64_t bit = 1ull << i;
        for (unsigned rest = low[b & 15] & high[b >> 4]; rest; rest &= rest - 1)
            m[__builtin_ctz(rest)] |= bit;
        if (b >= 'A' && b <= 'Z')
            m[AN_CLASS_UPPER] |= bit;
        if (b & 0x80)
            m[AN_CLASS_HIGH] |= bit;
        if (b == 0xEF)
            m[AN_CLASS_WIDE] |= bit;
    }
}

void an_bitmaps_make_portable(const char *text, size_t len, struct an_bitmaps *ret) {
    size_t words = (len + 63) / 64;
    for (size_t w = 0; w < words; w++) {
        uint64_t m[AN_CLASS_COUNT];
        word_portable(text + w * 64, len - w * 64 < 64 ? len - w * 64 : 64, m);
        for (size_t k = 0; k < AN_CLASS_COUNT; k++)
            ret->of[k][w] = m[k];
    }
    finish(len, ret);
}

void an_bitmaps_make(const char *text, size_t len, struct an_bitmaps *ret) {
    if (an_bitmap_has_avx2())
        an_bitmaps_make_avx2(text, len, ret);
    else
        an_bitmaps_make_portable(text, len, ret);
}

void an_word_make(const char *text, size_t len, struct an_word *ret) {
#if AN_HAS_X86
    if (an_bitmap_has_avx2()) {
        uint64_t keep = len == 64 ? ~0ull : (1ull << len) - 1;
        word_avx2(text, ret);
        for (size_t k = 0; k < AN_CLASS_COUNT; k++)
            ret->of[k] &= keep;
        return;
    }
#endif
    word_portable(text, len, ret->of);
}
