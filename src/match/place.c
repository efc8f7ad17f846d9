#include "match/place.h"

#include "match/lanes.h"

size_t an_places_list_portable(const uint64_t *a, const uint64_t *b, size_t words, uint16_t *out) {
    size_t n = 0;
    for (size_t w = 0; w < words; w++)
        for (uint64_t rest = a[w] | b[w]; rest; rest &= rest - 1)
            out[n++] = (uint16_t) (w * 64 + (size_t) __builtin_ctzll(rest));
    return n;
}

static inline bool is_solid(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

struct an_word_span an_word_around_portable(const char *p) {
    struct an_word_span s = {0};
    while (s.before < AN_WORD_REACH && is_solid(p[-1 - (ptrdiff_t) s.before]))
        s.before++;
    while (s.after < AN_WORD_REACH && is_solid(p[s.after]))
        s.after++;
    return s;
}

#if AN_LANES

#define PLACES __attribute__((target("avx2,bmi,popcnt")))

bool an_place_has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

// Writes two places a word, whether there are two or not: most words of a log have one, or two, and which it is nobody can
// foretell.
PLACES size_t an_places_list_avx2(const uint64_t *a, const uint64_t *b, size_t words, uint16_t *out) {
    size_t n = 0;
    for (size_t w = 0; w < words; w++) {
        uint64_t bits = a[w] | b[w];
        uint16_t *to = out + n;
        n += (size_t) _mm_popcnt_u64(bits);
        for (size_t k = 0; k < 2; k++) {
            *to++ = (uint16_t) (w * 64 + _tzcnt_u64(bits));
            bits = _blsr_u64(bits);
        }
        for (; bits; bits = _blsr_u64(bits))
            *to++ = (uint16_t) (w * 64 + _tzcnt_u64(bits));
    }
    return n;
}

// Letters and digits among 64 bytes.
PLACES static inline uint64_t solid(const char *p) {
    uint64_t bits = 0;
    for (unsigned half = 0; half < 2; half++) {
        __m256i v = _mm256_loadu_si256((const __m256i_u *) (const void *) (p + 32 * half));
        __m256i small = _mm256_or_si256(v, _mm256_set1_epi8(0x20));     // '@' becomes '`', and no sign a letter
        __m256i letter = _mm256_and_si256(_mm256_cmpgt_epi8(small, _mm256_set1_epi8('a' - 1)),
                                          _mm256_cmpgt_epi8(_mm256_set1_epi8('z' + 1), small));
        __m256i digit = _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8('0' - 1)),
                                         _mm256_cmpgt_epi8(_mm256_set1_epi8('9' + 1), v));
        bits |= (uint64_t) (uint32_t) _mm256_movemask_epi8(_mm256_or_si256(letter, digit)) << 32 * half;
    }
    return bits;
}

PLACES struct an_word_span an_word_around_avx2(const char *p) {
    uint64_t gaps = ~solid(p - AN_WORD_REACH);
    return (struct an_word_span) {gaps ? (unsigned) __builtin_clzll(gaps) : AN_WORD_REACH, (unsigned) _tzcnt_u64(~solid(p))};
}

#else

bool an_place_has_avx2(void) { return false; }

size_t an_places_list_avx2(const uint64_t *a, const uint64_t *b, size_t words, uint16_t *out) {
    return an_places_list_portable(a, b, words, out);
}

struct an_word_span an_word_around_avx2(const char *p) { return an_word_around_portable(p); }

#endif

size_t an_places_list(const uint64_t *a, const uint64_t *b, size_t words, uint16_t *out) {
    return an_place_has_avx2() ? an_places_list_avx2(a, b, words, out) : an_places_list_portable(a, b, words, out);
}

struct an_word_span an_word_around(const char *p) {
    return an_place_has_avx2() ? an_word_around_avx2(p) : an_word_around_portable(p);
}
