// Passes over bytes at memory speed, portable and AVX2.
#include "text/bytes.h"

#include <string.h>
#include "base/utf8.h"

#define ONES  0x0101010101010101u
#define HIGHS 0x8080808080808080u

static uint64_t load(const char *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

// The high bit of every byte of `word` that is zero; exact, unlike the shorter well-known form.
static uint64_t zero_bytes(uint64_t word) {
    return ~(((word & ~HIGHS) + ~HIGHS) | word | ~HIGHS);
}

static size_t count_portable(struct an_str s, char c) {
    size_t n = 0, i = 0;
    uint64_t pattern = ONES * (unsigned char) c;
    for (; i + sizeof pattern <= s.len; i += sizeof pattern)
        n += (size_t) __builtin_popcountll(zero_bytes(load(s.ptr + i) ^ pattern));
    for (; i < s.len; i++)
        n += s.ptr[i] == c;
    return n;
}

// From byte i on, one by one.
static void find_rest(struct an_str s, size_t i, char delimiter, uint32_t *out, struct an_found *found) {
    for (; i < s.len; i++) {
        char c = s.ptr[i];
        found->quoted |= c == '"';
        found->marked |= c == '\'';
        found->lines += c == '\n';
        if (c == delimiter || c == '"' || c == '\n')
            out[found->count++] = (uint32_t) i;
    }
}

static struct an_found find_portable(struct an_str s, char delimiter, uint32_t *out) {
    struct an_found found = {0};
    size_t i = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t a = ONES * (unsigned char) delimiter, quotes = 0, marks = 0;
    for (; i + sizeof a <= s.len; i += sizeof a) {
        uint64_t word = load(s.ptr + i), quote = zero_bytes(word ^ ONES * '"'), line = zero_bytes(word ^ ONES * '\n');
        quotes |= quote;
        marks |= zero_bytes(word ^ ONES * '\'');
        found.lines += (size_t) __builtin_popcountll(line);
        for (uint64_t hits = zero_bytes(word ^ a) | quote | line; hits; hits &= hits - 1)
            out[found.count++] = (uint32_t) (i + (size_t) __builtin_ctzll(hits) / 8);
    }
    found.quoted = quotes != 0;
    found.marked = marks != 0;
#endif
    find_rest(s, i, delimiter, out, &found);
    return found;
}

const struct an_bytes an_bytes_portable = {
    .name = "portable", .count = count_portable, .utf8 = an_utf8_valid, .find = find_portable,
};

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,popcnt,lzcnt")))

AVX2 static inline __m256i load32(const char *p) {
    return _mm256_loadu_si256((const __m256i *) (const void *) p);
}

AVX2 static inline uint64_t equal64(__m256i low, __m256i high, __m256i c) {
    uint32_t l = (uint32_t) _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, c));
    uint32_t h = (uint32_t) _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, c));
    return (uint64_t) h << 32 | l;
}

AVX2 static size_t count_avx2(struct an_str s, char c) {
    size_t i = 0;
    __m256i pattern = _mm256_set1_epi8(c), total = _mm256_setzero_si256();
    enum { STEP = 4 * 32, STEPS = 255 / 4 };        // a byte lane counts to 255
    while (i + STEP <= s.len) {
        __m256i sums = _mm256_setzero_si256();
        size_t steps = (s.len - i) / STEP, end = i + (steps < STEPS ? steps : STEPS) * STEP;
        for (; i < end; i += STEP) {
            const char *p = s.ptr + i;
            __m256i one = _mm256_add_epi8(_mm256_cmpeq_epi8(load32(p), pattern), _mm256_cmpeq_epi8(load32(p + 32), pattern));
            __m256i two = _mm256_add_epi8(_mm256_cmpeq_epi8(load32(p + 64), pattern), _mm256_cmpeq_epi8(load32(p + 96), pattern));
            sums = _mm256_sub_epi8(sums, _mm256_add_epi8(one, two));
        }
        total = _mm256_add_epi64(total, _mm256_sad_epu8(sums, _mm256_setzero_si256()));
    }
    uint64_t lanes[4];
    memcpy(lanes, &total, sizeof lanes);
    return (size_t) (lanes[0] + lanes[1] + lanes[2] + lanes[3]) +
           count_portable((struct an_str) {s.ptr + i, s.len - i}, c);
}

// Writes eight positions at a time, whether there are eight or not: no branch for each one.
AVX2 static inline size_t spread(uint64_t hits, uint32_t at, uint32_t *out) {
    size_t n = (size_t) __builtin_popcountll(hits);
    for (size_t done = 0; done < n; done += 8)
        for (size_t k = 0; k < 8; k++) {
            out[done + k] = at + (uint32_t) _tzcnt_u64(hits);
            hits &= hits - 1;
        }
    return n;
}

AVX2 static struct an_found find_avx2(struct an_str s, char delimiter, uint32_t *out) {
    struct an_found found = {0};
    size_t i = 0;
    const __m256i a = _mm256_set1_epi8(delimiter), quote = _mm256_set1_epi8('"'), line = _mm256_set1_epi8('\n');
    const __m256i apostrophe = _mm256_set1_epi8('\'');
    __m256i quotes = _mm256_setzero_si256(), marks = quotes;
    for (; i + 64 <= s.len; i += 64) {
        __m256i low = load32(s.ptr + i), high = load32(s.ptr + i + 32);
        __m256i low_quote = _mm256_cmpeq_epi8(low, quote), high_quote = _mm256_cmpeq_epi8(high, quote);
        uint64_t lines = equal64(low, high, line);
        __m256i low_hit = _mm256_or_si256(_mm256_cmpeq_epi8(low, a), low_quote);
        __m256i high_hit = _mm256_or_si256(_mm256_cmpeq_epi8(high, a), high_quote);
        uint64_t hits = (uint32_t) _mm256_movemask_epi8(low_hit) | (uint64_t) (uint32_t) _mm256_movemask_epi8(high_hit) << 32;
        quotes = _mm256_or_si256(quotes, _mm256_or_si256(low_quote, high_quote));
        marks = _mm256_or_si256(marks, _mm256_or_si256(_mm256_cmpeq_epi8(low, apostrophe), _mm256_cmpeq_epi8(high, apostrophe)));
        found.lines += (size_t) __builtin_popcountll(lines);
        found.count += spread(hits | lines, (uint32_t) i, out + found.count);
    }
    found.quoted = !_mm256_testz_si256(quotes, quotes);
    found.marked = !_mm256_testz_si256(marks, marks);
    find_rest(s, i, delimiter, out, &found);
    return found;
}

// Where the character begins that byte i of s belongs to or follows: at most three bytes back.
static size_t character_start(struct an_str s, size_t i) {
    for (int back = 0; back < 3 && i > 0 && ((unsigned char) s.ptr[i] & 0xC0) == 0x80; back++)
        i--;
    return i;
}

static size_t utf8_from(struct an_str s, size_t i) {
    size_t begin = i ? character_start(s, i - 1) : 0;
    return begin + an_utf8_valid((struct an_str) {s.ptr + begin, s.len - begin});
}

// What three nibbles in a row say of a byte pair. A set bit in all three tables is an error of that name.
// Source: Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte", 2021, section 6.
enum {
    SHORT = 1,          // a lead byte, or ASCII, where a trail byte must be
    LONG = 2,           // a trail byte after ASCII
    OVER3 = 4,          // E0 80..9F
    LARGE = 8,          // F4 90.., F5..
    SURROGATE = 16,     // ED A0..
    OVER2 = 32,         // C0, C1
    LARGE_OR_OVER4 = 64,    // F5.. 80..8F; F0 80..8F
    TWO_TRAILS = 128,   // legal only in third and fourth place
    CARRY = SHORT | LONG | TWO_TRAILS,
};

#define TABLE16(...) _mm256_broadcastsi128_si256(_mm_setr_epi8(__VA_ARGS__))
#define B(flags) ((char) (flags))

AVX2 static inline __m256i nibble_high(__m256i v) {
    return _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0F));
}

// The bytes `back` before those of `now`, `before` being the 32 bytes in front of it.
#define EARLIER(now, before, back) \
    _mm256_alignr_epi8(now, _mm256_permute2x128_si256(before, now, 0x21), 16 - (back))

AVX2 static inline __m256i utf8_errors(__m256i now, __m256i before) {
    enum { ANY_LARGE = CARRY | LARGE | LARGE_OR_OVER4 };
    __m256i first_high = TABLE16(
        LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG,
        B(TWO_TRAILS), B(TWO_TRAILS), B(TWO_TRAILS), B(TWO_TRAILS),
        SHORT | OVER2, SHORT, SHORT | OVER3 | SURROGATE, SHORT | LARGE | LARGE_OR_OVER4);
    __m256i first_low = TABLE16(
        B(CARRY | OVER3 | OVER2 | LARGE_OR_OVER4), B(CARRY | OVER2), B(CARRY), B(CARRY),
        B(CARRY | LARGE), B(ANY_LARGE), B(ANY_LARGE), B(ANY_LARGE),
        B(ANY_LARGE), B(ANY_LARGE), B(ANY_LARGE), B(ANY_LARGE),
        B(ANY_LARGE), B(ANY_LARGE | SURROGATE), B(ANY_LARGE), B(ANY_LARGE));
    __m256i second_high = TABLE16(
        SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,
        B(LONG | OVER2 | TWO_TRAILS | OVER3 | LARGE_OR_OVER4), B(LONG | OVER2 | TWO_TRAILS | OVER3 | LARGE),
        B(LONG | OVER2 | TWO_TRAILS | SURROGATE | LARGE), B(LONG | OVER2 | TWO_TRAILS | SURROGATE | LARGE),
        SHORT, SHORT, SHORT, SHORT);
    __m256i one = EARLIER(now, before, 1), two = EARLIER(now, before, 2), three = EARLIER(now, before, 3);
    __m256i pair = _mm256_and_si256(
        _mm256_and_si256(_mm256_shuffle_epi8(first_high, nibble_high(one)),
                         _mm256_shuffle_epi8(first_low, _mm256_and_si256(one, _mm256_set1_epi8(0x0F)))),
        _mm256_shuffle_epi8(second_high, nibble_high(now)));
    // a second trail byte in a row must be there after a three or four byte lead, and nowhere else
    __m256i third = _mm256_subs_epu8(two, _mm256_set1_epi8(0xE0 - 0x80));
    __m256i fourth = _mm256_subs_epu8(three, _mm256_set1_epi8(0xF0 - 0x80));
    __m256i must = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8(B(0x80)));
    return _mm256_xor_si256(must, pair);
}

AVX2 static size_t utf8_avx2(struct an_str s) {
    size_t i = 0;
    __m256i before = _mm256_setzero_si256();
    while (i + 64 <= s.len) {
        __m256i low = load32(s.ptr + i), high = load32(s.ptr + i + 32);
        __m256i bad;
        if (_mm256_movemask_epi8(_mm256_or_si256(low, high)) == 0) {
            // only a character cut off just before can be wrong here
            __m256i most = _mm256_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                            -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                            B(0xF0 - 1), B(0xE0 - 1), B(0xC0 - 1));
            bad = _mm256_subs_epu8(before, most);
        } else {
            bad = _mm256_or_si256(utf8_errors(low, before), utf8_errors(high, low));
        }
        if (!_mm256_testz_si256(bad, bad))
            return utf8_from(s, i);
        before = high;
        i += 64;
    }
    return utf8_from(s, i);
}

static const struct an_bytes an_bytes_avx2 = {
    .name = "avx2", .count = count_avx2, .utf8 = utf8_avx2, .find = find_avx2,
};

const struct an_bytes *an_bytes_best(void) {
    bool fits = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                __builtin_cpu_supports("popcnt");
    return fits ? &an_bytes_avx2 : &an_bytes_portable;
}
#else
const struct an_bytes *an_bytes_best(void) { return &an_bytes_portable; }
#endif
