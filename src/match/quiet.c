#include "match/quiet.h"

#include <stdint.h>
#include <string.h>
#include "match/bitmap.h"

// Digits, what may join them, capitals, and bytes outside ASCII; one bit a byte.
struct marks { uint64_t digit, join, upper, high; };

static inline bool is_loud(const struct marks *m) {
    uint64_t d = m->digit, r = d & d >> 1;
    r &= r >> 2;
    uint64_t run = r & r >> 3;                                          // seven digits
    uint64_t j = d | (m->join & d << 1 & d >> 1), q = j & j >> 1;
    q &= q >> 2;
    q &= q >> 4;
    uint64_t joined = q & q >> 1;                                       // nine characters
    uint64_t thirds = m->join & m->join >> 3 & m->join >> 6;
    return (run | joined | thirds | (m->upper & m->high << 1)) != 0;
}

bool an_text_is_quiet_portable(const char *text, size_t len) {
    struct marks m = {0};
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char) text[i];
        uint64_t bit = (uint64_t) 1 << i;
        if (c == 0xEF || (c < 0x80 && c && strchr("@:.*+%&", c)))
            return false;
        m.digit |= c >= '0' && c <= '9' ? bit : 0;
        m.join |= c == ' ' || c == '-' ? bit : 0;
        m.upper |= c >= 'A' && c <= 'Z' ? bit : 0;
        m.high |= c >= 0x80 ? bit : 0;
    }
    return !is_loud(&m);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

struct half { uint32_t digit, join, upper, high, sign; };

AVX2 static inline uint32_t bits(__m256i v) { return (uint32_t) _mm256_movemask_epi8(v); }

AVX2 static inline __m256i between(__m256i v, char first, char last) {
    __m256i above = _mm256_sub_epi8(v, _mm256_set1_epi8(first));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(above, _mm256_set1_epi8((char) (last - first))), above);
}

// Signs by their lower half: a byte is one when the table has it there. 0xEF is none of these.
AVX2 static inline struct half half_of(const char *text) {
    const __m256i signs = _mm256_broadcastsi128_si256(
        _mm_setr_epi8('@', 0, 0, 0, 0, '%', '&', 0, 0, 0, '*', '+', 0, 0, '.', 0));
    __m256i v = _mm256_loadu_si256((const __m256i_u *) (const void *) text);
    // the shuffle takes the lower half of each byte, and gives 0 for bytes outside ASCII
    __m256i sign = _mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_shuffle_epi8(signs, v)),
                                   _mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8(':')),
                                                   _mm256_cmpeq_epi8(v, _mm256_set1_epi8((char) 0xEF))));
    __m256i join = _mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8(' ')), _mm256_cmpeq_epi8(v, _mm256_set1_epi8('-')));
    return (struct half) {
        .digit = bits(between(v, '0', '9')), .join = bits(join), .upper = bits(between(v, 'A', 'Z')), .high = bits(v),
        .sign = bits(sign),
    };
}

AVX2 bool an_text_is_quiet_avx2(const char *text, size_t len) {
    struct half a = half_of(text), b = {0};
    if (len > 32)
        b = half_of(text + 32);
    uint64_t keep = len == AN_QUIET_MAX ? ~(uint64_t) 0 : ((uint64_t) 1 << len) - 1;
    if ((a.sign | (uint64_t) b.sign << 32) & keep)
        return false;
    struct marks m = {
        .digit = (a.digit | (uint64_t) b.digit << 32) & keep, .join = (a.join | (uint64_t) b.join << 32) & keep,
        .upper = (a.upper | (uint64_t) b.upper << 32) & keep, .high = (a.high | (uint64_t) b.high << 32) & keep,
    };
    return !is_loud(&m);
}

bool an_text_is_quiet(const char *text, size_t len) {
    return an_bitmap_has_avx2() ? an_text_is_quiet_avx2(text, len) : an_text_is_quiet_portable(text, len);
}

#else

bool an_text_is_quiet_avx2(const char *text, size_t len) { return an_text_is_quiet_portable(text, len); }
bool an_text_is_quiet(const char *text, size_t len) { return an_text_is_quiet_portable(text, len); }

#endif
