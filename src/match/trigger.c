#include "match/trigger.h"

typedef unsigned __int128 two_words;

static two_words pair(const uint64_t *words, size_t w) { return words[w] | (two_words) words[w + 1] << 64; }

// Positions from which a run of at least seven bits begins, or of nine.
static uint64_t runs_7(two_words d) {
    two_words r = d & d >> 1;
    r &= r >> 2;
    return (uint64_t) (r & r >> 3);
}

static uint64_t runs_9(two_words j) {
    two_words r = j & j >> 1;
    r &= r >> 2;
    r &= r >> 4;
    return (uint64_t) (r & r >> 1);
}

// Of runs, their first bits: those that do not follow another bit of `of`, whose last one before the word is `low`.
static uint64_t starts(uint64_t runs, uint64_t of, uint64_t low) { return runs & ~(of << 1 | low); }

// Digits, and the single blanks or hyphens between them. `low` is the bit before the pair; one past it is not seen: a run that
// needs it is at most the last bits', which the next word's turn finds again.
static two_words joined(two_words d, two_words s, uint64_t low) { return d | (s & (d << 1 | low) & d >> 1); }

// One word's classes with the word behind them, and the last bits of the word before.
struct window {
    two_words digit, join, dot, colon, star;
    uint64_t upper, high, digit_before, high_before;
    uint64_t digit_seen, joined_seen;       // like digit_before, but no bit before the first word: what began there begins anew
};

static void triggers_in(const struct window *m, uint64_t ret[AN_TRIGGER_COUNT]) {
    two_words d = m->digit, c = m->colon, s = m->join, o = m->star;
    two_words j = joined(d, s, m->digit_before);
    ret[AN_TRIGGER_NUMBER] = (uint64_t) d ? starts(runs_7(d), (uint64_t) d, m->digit_seen) |
                                            starts(runs_9(j), (uint64_t) j, m->joined_seen) : 0;
    two_words p = m->dot & d >> 1, q = p & (p >> 2 | p >> 3 | p >> 4);
    ret[AN_TRIGGER_DOTTED] = (uint64_t) (q & (q >> 2 | q >> 3 | q >> 4));
    two_words thirds = s & s >> 3 & s >> 6;
    ret[AN_TRIGGER_COLON] = (uint64_t) ((c & (c >> 1 | c >> 4 | c >> 5 | (c >> 2 & c >> 4) | (c >> 3 & c >> 6))) |
                                        (m->dot & m->dot >> 5) | (thirds & s >> 9 & s >> 12));     // d050.9984.a2a0
    ret[AN_TRIGGER_STAR] = (uint64_t) ((o & o >> 1 & o >> 2) | (o & d >> 1));
    ret[AN_TRIGGER_PLATE] = m->upper & (m->high << 1 | m->high_before);
}

void an_triggers_make_portable(const struct an_bitmaps *m, size_t words, bool digit, bool high, struct an_triggers *ret) {
    for (size_t w = 0; w < words; w++) {
        const uint64_t *d = m->of[AN_CLASS_DIGIT] + w, *s = m->of[AN_CLASS_JOIN] + w;
        uint64_t t[AN_TRIGGER_COUNT], any = m->of[AN_CLASS_AT][w], seen = w ? d[-1] >> 63 : 0;
        triggers_in(&(struct window) {
            .digit = pair(m->of[AN_CLASS_DIGIT], w),
            .join = pair(m->of[AN_CLASS_JOIN], w),
            .dot = pair(m->of[AN_CLASS_DOT], w),
            .colon = pair(m->of[AN_CLASS_COLON], w),
            .star = pair(m->of[AN_CLASS_STAR], w),
            .upper = m->of[AN_CLASS_UPPER][w],
            .high = m->of[AN_CLASS_HIGH][w],
            .digit_before = w ? seen : digit,
            .digit_seen = seen,
            .joined_seen = w ? seen | (s[-1] >> 63 & d[-1] >> 62 & d[0] & 1) : 0,
            .high_before = w ? m->of[AN_CLASS_HIGH][w - 1] >> 63 : high,
        }, t);
        for (size_t k = 0; k < AN_TRIGGER_COUNT; k++) {
            ret->of[k][w] = t[k];
            any |= t[k];
        }
        ret->any[w] = any;
    }
}

bool an_word_has_trigger(const struct an_word *m) {
    uint64_t t[AN_TRIGGER_COUNT], any = m->of[AN_CLASS_AT];
    triggers_in(&(struct window) {
        .digit = m->of[AN_CLASS_DIGIT],
        .join = m->of[AN_CLASS_JOIN],
        .dot = m->of[AN_CLASS_DOT],
        .colon = m->of[AN_CLASS_COLON],
        .star = m->of[AN_CLASS_STAR],
        .upper = m->of[AN_CLASS_UPPER],
        .high = m->of[AN_CLASS_HIGH],
    }, t);
    for (size_t k = 0; k < AN_TRIGGER_COUNT; k++)
        any |= t[k];
    return any != 0;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AND _mm256_and_si256
#define OR  _mm256_or_si256

// Four words and the four that follow each, as four numbers of 128 bits.
struct two { __m256i low, high; };

AVX2 static inline __m256i load(const uint64_t *words) { return _mm256_loadu_si256((const __m256i_u *) (const void *) words); }

AVX2 static inline struct two two_at(const uint64_t *words, size_t w) {
    return (struct two) {load(words + w), load(words + w + 1)};
}

#define DOWN(x, k) ((struct two) {OR(_mm256_srli_epi64((x).low, k), _mm256_slli_epi64((x).high, 64 - (k))), \
                                  _mm256_srli_epi64((x).high, k)})
#define BOTH(x, y) ((struct two) {AND((x).low, (y).low), AND((x).high, (y).high)})
#define EITHER(x, y) ((struct two) {OR((x).low, (y).low), OR((x).high, (y).high)})

// The low words of x and x >> k.
#define LOW(x, k) OR(_mm256_srli_epi64((x).low, k), _mm256_slli_epi64((x).high, 64 - (k)))

// As `starts`; `seen` has the bit before each word on top.
AVX2 static inline __m256i starts_4(__m256i runs, __m256i of, __m256i seen) {
    return _mm256_andnot_si256(OR(_mm256_slli_epi64(of, 1), _mm256_srli_epi64(seen, 63)), runs);
}

// The words before words[w..w+4), where the first of all has `bit` on top of the one before it.
AVX2 static inline __m256i before(const uint64_t *words, size_t w, bool bit) {
    if (w)
        return load(words + w - 1);
    uint64_t all[4] = {(uint64_t) bit << 63, words[0], words[1], words[2]};
    return load(all);
}

// `digits_seen`, `joins_seen`: the words before, as far as they are seen; `digits_before`: with the bit before the first word.
AVX2 static inline __m256i numbers(struct two d, struct two s, __m256i digits_before, __m256i digits_seen, __m256i joins_seen) {
    struct two r = BOTH(d, DOWN(d, 1));
    r = BOTH(r, DOWN(r, 2));
    __m256i sevens = AND(r.low, LOW(r, 3));
    struct two up = {OR(_mm256_slli_epi64(d.low, 1), _mm256_srli_epi64(digits_before, 63)),
                     OR(_mm256_slli_epi64(d.high, 1), _mm256_srli_epi64(d.low, 63))};
    struct two links = BOTH(s, up), j = BOTH(links, DOWN(d, 1));
    j = EITHER(d, j);
    __m256i joined = j.low, tied = AND(AND(joins_seen, _mm256_slli_epi64(digits_seen, 1)), _mm256_slli_epi64(d.low, 63));
    r = BOTH(j, DOWN(j, 1));
    r = BOTH(r, DOWN(r, 2));
    r = BOTH(r, DOWN(r, 4));
    return OR(starts_4(sevens, d.low, digits_seen), starts_4(AND(r.low, LOW(r, 1)), joined, OR(digits_seen, tied)));
}

AVX2 static inline __m256i dotted(struct two dot, struct two d) {
    struct two p = BOTH(dot, DOWN(d, 1)), two = DOWN(p, 2), three = DOWN(p, 3), four = DOWN(p, 4);
    struct two any = EITHER(two, three), q = EITHER(any, four);
    q = BOTH(p, q);
    return AND(q.low, OR(OR(LOW(q, 2), LOW(q, 3)), LOW(q, 4)));
}

AVX2 static inline __m256i colons(struct two c, struct two s, struct two dot) {
    __m256i apart = OR(OR(LOW(c, 1), LOW(c, 4)), OR(LOW(c, 5), OR(AND(LOW(c, 2), LOW(c, 4)), AND(LOW(c, 3), LOW(c, 6)))));
    __m256i thirds = AND(AND(s.low, LOW(s, 3)), AND(LOW(s, 6), AND(LOW(s, 9), LOW(s, 12))));
    return OR(AND(c.low, apart), OR(AND(dot.low, LOW(dot, 5)), thirds));
}

AVX2 void an_triggers_make_avx2(const struct an_bitmaps *m, size_t words, bool digit, bool high, struct an_triggers *ret) {
    for (size_t w = 0; w < words; w += 4) {
        struct two d = two_at(m->of[AN_CLASS_DIGIT], w), s = two_at(m->of[AN_CLASS_JOIN], w);
        struct two dot = two_at(m->of[AN_CLASS_DOT], w), c = two_at(m->of[AN_CLASS_COLON], w);
        struct two o = two_at(m->of[AN_CLASS_STAR], w);
        __m256i t[AN_TRIGGER_COUNT];
        t[AN_TRIGGER_NUMBER] = numbers(d, s, before(m->of[AN_CLASS_DIGIT], w, digit), before(m->of[AN_CLASS_DIGIT], w, false),
                                       before(m->of[AN_CLASS_JOIN], w, false));
        t[AN_TRIGGER_DOTTED] = dotted(dot, d);
        t[AN_TRIGGER_COLON] = colons(c, s, dot);
        t[AN_TRIGGER_STAR] = t[AN_TRIGGER_PLATE] = _mm256_setzero_si256();
        if (!_mm256_testz_si256(o.low, o.low))          // most texts have long stretches without the one or the other
            t[AN_TRIGGER_STAR] = OR(AND(o.low, AND(LOW(o, 1), LOW(o, 2))), AND(o.low, LOW(d, 1)));
        __m256i highs = OR(_mm256_slli_epi64(load(m->of[AN_CLASS_HIGH] + w), 1),
                           _mm256_srli_epi64(before(m->of[AN_CLASS_HIGH], w, high), 63));
        if (!_mm256_testz_si256(highs, highs))
            t[AN_TRIGGER_PLATE] = AND(load(m->of[AN_CLASS_UPPER] + w), highs);
        __m256i any = load(m->of[AN_CLASS_AT] + w);
        for (size_t k = 0; k < AN_TRIGGER_COUNT; k++) {
            _mm256_storeu_si256((__m256i_u *) (void *) (ret->of[k] + w), t[k]);
            any = OR(any, t[k]);
        }
        _mm256_storeu_si256((__m256i_u *) (void *) (ret->any + w), any);
    }
}

_Static_assert(AN_BITMAP_WORDS % 4 == 0, "four words are always there");

#else

void an_triggers_make_avx2(const struct an_bitmaps *m, size_t words, bool digit, bool high, struct an_triggers *ret) {
    an_triggers_make_portable(m, words, digit, high, ret);
}

#endif

void an_triggers_make(const struct an_bitmaps *m, size_t words, bool digit, bool high, struct an_triggers *ret) {
    if (an_bitmap_has_avx2())
        an_triggers_make_avx2(m, words, digit, high, ret);
    else
        an_triggers_make_portable(m, words, digit, high, ret);
}
