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

#define AN_AVX2 __attribute__((target("avx2")))

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
