// What loops over whole columns share where the processor has AVX2. A cell can be read 64 bytes past its
// end, so that a load needs no care; what lies behind the cell is masked off.
#ifndef AN_MATCH_LANES_H
#define AN_MATCH_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#define AN_LANES 1
#include <immintrin.h>

#define AN_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))     // as an_bitmap_has_avx2 asks for

AN_AVX2 static inline __m128i an_lane_load(const char *p) { return _mm_loadu_si128((const __m128i_u *) (const void *) p); }

AN_AVX2 static inline __m256i an_lane_load_32(const char *p) { return _mm256_loadu_si256((const __m256i_u *) (const void *) p); }

// The highest bit of each byte.
AN_AVX2 static inline uint32_t an_lane_bits(__m256i v) { return (uint32_t) _mm256_movemask_epi8(v); }

// Ones where a byte is c.
AN_AVX2 static inline __m256i an_lane_is(__m256i v, char c) { return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c)); }

// Ones where a byte is one of first..last, two ASCII characters.
AN_AVX2 static inline __m256i an_lane_between(__m256i v, char first, char last) {
    return _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8((char) (first - 1))),
                            _mm256_cmpgt_epi8(_mm256_set1_epi8((char) (last + 1)), v));
}

AN_AVX2 static inline void an_lane_store(void *p, __m128i v) { _mm_storeu_si128((__m128i_u *) p, v); }

AN_AVX2 static inline void an_lane_store_32(void *p, __m256i v) { _mm256_storeu_si256((__m256i_u *) p, v); }

// The digits' values; *ret_digits: a bit for each byte that is one.
AN_AVX2 static inline __m128i an_lane_digits(__m128i v, unsigned *ret_digits) {
    __m128i value = _mm_sub_epi8(v, _mm_set1_epi8('0'));
    *ret_digits = (unsigned) _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value));
    return value;
}

// A bit for each byte that equals the one `apart` bytes behind it. A macro, since the distance must be a constant.
#define AN_LANE_EQUAL(v, apart) ((unsigned) _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_srli_si128(v, apart))))

// The sixteen characters that 48 bytes at p spell in full-width forms (U+FF01..FF5E, three bytes each: EF BC or EF BD, then a
// third that differs from the ASCII character by 0x60, or 0x20). *ret_wide: a bit for each that is one.
AN_AVX2 static inline __m128i an_lane_narrow(const char *p, unsigned *ret_wide) {
    const __m128i a = an_lane_load(p), b = an_lane_load(p + 16), c = an_lane_load(p + 32);
#define THIRD(v, ...) _mm_shuffle_epi8(v, _mm_setr_epi8(__VA_ARGS__))
    __m128i first = _mm_or_si128(_mm_or_si128(
        THIRD(a, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
        THIRD(b, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1)),
        THIRD(c, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13));
    __m128i second = _mm_or_si128(_mm_or_si128(
        THIRD(a, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
        THIRD(b, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1)),
        THIRD(c, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14));
    __m128i third = _mm_or_si128(_mm_or_si128(
        THIRD(a, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
        THIRD(b, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1)),
        THIRD(c, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15));
#undef THIRD
    __m128i later = _mm_and_si128(second, _mm_set1_epi8(1));            // BD
    __m128i is_wide = _mm_and_si128(_mm_cmpeq_epi8(first, _mm_set1_epi8((char) 0xEF)),
                                    _mm_cmpeq_epi8(_mm_sub_epi8(second, later), _mm_set1_epi8((char) 0xBC)));
    *ret_wide = (unsigned) _mm_movemask_epi8(is_wide);
    return _mm_add_epi8(_mm_sub_epi8(third, _mm_set1_epi8(0x60)), _mm_slli_epi16(later, 6));
}

// 1 when every bit of `all` is set in `of`, else 0: to be joined without a jump.
static inline unsigned an_lane_has(unsigned of, unsigned all) { return (of & all) == all; }

// The first n of 32 bytes, zeros behind them.
AN_AVX2 static inline __m256i an_lane_first(__m256i v, size_t n) {
    const __m256i place = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                                           24, 25, 26, 27, 28, 29, 30, 31);
    return _mm256_and_si256(v, _mm256_cmpgt_epi8(_mm256_set1_epi8((char) n), place));
}

#else
#define AN_LANES 0
#endif

#endif
