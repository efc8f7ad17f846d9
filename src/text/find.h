// Short runs of bytes, inlined: the first of two bytes in one (where strings end and escapes begin), and whether two are equal.
#ifndef AN_TEXT_FIND_H
#define AN_TEXT_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

// The high bit of every byte of `word` that equals `c`; bytes above the lowest such byte may be wrong.
static inline uint64_t an_bytes_equal(uint64_t word, unsigned char c) {
    uint64_t x = word ^ UINT64_C(0x0101010101010101) * c;
    return (x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080);
}

// Offset of the first `a` or `b` in p[i..n); n when there is none (i when i > n). For runs that tend to be short: inlined,
// sixteen or eight bytes at a time.
static inline size_t an_find_either(const char *p, size_t i, size_t n, char a, char b) {
#ifdef __SSE2__
    const __m128i all_a = _mm_set1_epi8(a), all_b = _mm_set1_epi8(b);
    for (; i + 16 <= n; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *) (const void *) (p + i));
        int hit = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, all_a), _mm_cmpeq_epi8(bytes, all_b)));
        if (hit)
            return i + (size_t) __builtin_ctz((unsigned) hit);
    }
#endif
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (; i + 8 <= n; i += 8) {
        uint64_t word;
        memcpy(&word, p + i, sizeof word);
        uint64_t hit = an_bytes_equal(word, (unsigned char) a) | an_bytes_equal(word, (unsigned char) b);
        if (hit)
            return i + (size_t) __builtin_ctzll(hit) / 8;
    }
#endif
    while (i < n && p[i] != a && p[i] != b)
        i++;
    return i;
}

static inline uint64_t an_load8(const char *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

static inline uint32_t an_load4(const char *p) {
    uint32_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

// Whether a[0..n) and b[0..n) are equal; a call to memcmp costs more than most keys are long.
static inline bool an_same_bytes(const char *a, const char *b, size_t n) {
    if (n >= 8) {
        for (size_t i = 0; i + 8 < n; i += 8)
            if (an_load8(a + i) != an_load8(b + i))
                return false;
        return an_load8(a + n - 8) == an_load8(b + n - 8);
    }
    if (n >= 4)
        return an_load4(a) == an_load4(b) && an_load4(a + n - 4) == an_load4(b + n - 4);
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

#endif
