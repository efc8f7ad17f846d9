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

enum { DAY = 10, SECOND = 19 };
static const char moment[] = "0000-00-00 00:00:00";
// its digits; and what stands between them, but for the T
enum { DIGITS = 0x6DB6F, SIGNS = 0x12090, GAP = 1 << DAY };

static bool is_moment(struct an_str s) {
    if ((s.len != DAY && s.len != SECOND) || (s.ptr[0] != '1' && s.ptr[0] != '2'))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        bool is_digit = s.ptr[i] >= '0' && s.ptr[i] <= '9', is_gap = i == DAY && (s.ptr[i] == ' ' || s.ptr[i] == 'T');
        if (moment[i] == '0' ? !is_digit : s.ptr[i] != moment[i] && !is_gap)
            return false;
    }
    return true;
}

void an_cells_listen_portable(const struct an_cells *cells, size_t short_len, struct an_quiet *ret) {
    *ret = (struct an_quiet) {0};
    for (size_t i = 0; i < cells->count; i++) {
        struct an_str s = an_cells_at(cells, i);
        if (!s.len)
            continue;
        an_cell_bits_add(&ret->filled, i);
        if (s.len >= short_len && !is_moment(s) && (s.len > AN_QUIET_MAX || !an_text_is_quiet_portable(s.ptr, s.len)))
            an_cell_bits_add(&ret->loud, i);
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2")))

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

AVX2 static inline bool is_quiet(size_t len, struct half a, struct half b) {
    uint64_t keep = len == AN_QUIET_MAX ? ~(uint64_t) 0 : ((uint64_t) 1 << len) - 1;
    if ((a.sign | (uint64_t) b.sign << 32) & keep)
        return false;
    struct marks m = {
        .digit = (a.digit | (uint64_t) b.digit << 32) & keep, .join = (a.join | (uint64_t) b.join << 32) & keep,
        .upper = (a.upper | (uint64_t) b.upper << 32) & keep, .high = (a.high | (uint64_t) b.high << 32) & keep,
    };
    return !is_loud(&m);
}

AVX2 bool an_text_is_quiet_avx2(const char *text, size_t len) {
    struct half a = half_of(text), b = {0};
    if (len > 32)
        b = half_of(text + 32);
    return is_quiet(len, a, b);
}

// A day or a moment, told by the form of its signs and by where digits are. part: a bit for each of its bytes.
AVX2 static inline bool has_form(const char *text, uint32_t part) {
    const __m256i form = _mm256_setr_epi8('0', '0', '0', '0', '-', '0', '0', '-', '0', '0', ' ', '0', '0', ':', '0', '0',
                                          ':', '0', '0', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    __m256i v = _mm256_loadu_si256((const __m256i_u *) (const void *) text);
    uint32_t digit = bits(between(v, '0', '9')), same = bits(_mm256_cmpeq_epi8(v, form)) | (text[DAY] == 'T' ? GAP : 0);
    uint32_t well = (digit & DIGITS) | (same & (SIGNS | GAP));
    return (well & part) == part && (text[0] == '1' || text[0] == '2');
}

AVX2 static inline bool is_moment_by(const char *text, size_t len) {
    if (len == SECOND)
        return has_form(text, (1 << SECOND) - 1);
    return len == DAY && has_form(text, (1 << DAY) - 1);
}

// Of 32 bytes: the digits, and whatever else is_quiet looks at, but for bytes outside ASCII other than 0xEF.
struct few { uint32_t digit, other; };

AVX2 static inline struct few few_of(const char *text) {
    // by halves of a byte: SIGNS of 0x2., capitals of 0x4. with the '@', capitals of 0x5., the colon
    enum { SIGN = 1, UPPER_EARLY = 2, UPPER_LATE = 4, COLON = 8, ALL = SIGN | UPPER_EARLY, MOST = UPPER_EARLY | UPPER_LATE,
           EVERY = SIGN | UPPER_EARLY | UPPER_LATE };
    const __m256i low = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        EVERY, MOST, MOST, MOST, MOST, EVERY, EVERY, MOST, MOST, MOST, EVERY | COLON, ALL, UPPER_EARLY, ALL, ALL, UPPER_EARLY));
    const __m256i high = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        0, 0, SIGN, COLON, UPPER_EARLY, UPPER_LATE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    __m256i v = _mm256_loadu_si256((const __m256i_u *) (const void *) text);
    __m256i half = _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0F));
    // the first shuffle gives 0 for bytes outside ASCII
    __m256i none = _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(low, v), _mm256_shuffle_epi8(high, half)),
                                     _mm256_setzero_si256());
    return (struct few) {
        .digit = bits(between(v, '0', '9')),
        .other = ~bits(none) | bits(_mm256_cmpeq_epi8(v, _mm256_set1_epi8((char) 0xEF))),
    };
}

// Quiet by its digits alone, which most texts are.
AVX2 static inline bool is_plainly_quiet(const char *text, size_t len) {
    struct few a = few_of(text), b = {0};
    if (len > 32)
        b = few_of(text + 32);
    uint64_t keep = ~(uint64_t) 0 >> (AN_QUIET_MAX - len);
    uint64_t other = (a.other | (uint64_t) b.other << 32) & keep, d = (a.digit | (uint64_t) b.digit << 32) & keep;
    uint64_t r = d & d >> 1;
    r &= r >> 2;
    return !(other | (r & r >> 3));
}

AVX2 void an_cells_listen_avx2(const struct an_cells *cells, size_t short_len, struct an_quiet *ret) {
    *ret = (struct an_quiet) {0};
    short_len += !short_len;                            // an empty cell is no loud one
    const struct an_span *cell = cells->first;
    for (size_t w = 0; w < AN_CELLS_WORDS && 64 * w < cells->count; w++) {
        uint64_t filled = 0, loud = 0;
        size_t n = cells->count - 64 * w < 64 ? cells->count - 64 * w : 64;
        for (size_t i = 0; i < n; i++, cell += cells->stride) {
            const char *text = cells->text + cell->at;
            size_t len = cell->len;
            filled |= (uint64_t) (len != 0) << i;
            if (len < short_len || is_moment_by(text, len))
                continue;
            if (len > AN_QUIET_MAX || (!is_plainly_quiet(text, len) && !an_text_is_quiet_avx2(text, len)))
                loud |= (uint64_t) 1 << i;
        }
        ret->filled.word[w] = filled;
        ret->loud.word[w] = loud;
    }
}

bool an_text_is_quiet(const char *text, size_t len) {
    return an_bitmap_has_avx2() ? an_text_is_quiet_avx2(text, len) : an_text_is_quiet_portable(text, len);
}

void an_cells_listen(const struct an_cells *cells, size_t short_len, struct an_quiet *ret) {
    if (an_bitmap_has_avx2())
        an_cells_listen_avx2(cells, short_len, ret);
    else
        an_cells_listen_portable(cells, short_len, ret);
}

#else

bool an_text_is_quiet_avx2(const char *text, size_t len) { return an_text_is_quiet_portable(text, len); }
bool an_text_is_quiet(const char *text, size_t len) { return an_text_is_quiet_portable(text, len); }
void an_cells_listen_avx2(const struct an_cells *cells, size_t short_len, struct an_quiet *ret) {
    an_cells_listen_portable(cells, short_len, ret);
}
void an_cells_listen(const struct an_cells *cells, size_t short_len, struct an_quiet *ret) {
    an_cells_listen_portable(cells, short_len, ret);
}

#endif
