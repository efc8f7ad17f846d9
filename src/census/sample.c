#include "census/sample.h"

#include <assert.h>
#include <math.h>
#include <sodium.h>
#include "base/alloc.h"
#include "base/buf.h"

enum { BLOCK = 64, WORDS = 8, ABOUT = 32, SURE_UNITS = 10000 };

static const char label[] = "anshen.draw/1";        // hashed with its final zero

static const long double doubt = 1e-12L;            // far above what rounding adds up to, far below what one thing more changes

static void put_u64(unsigned char *to, uint64_t n) {
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char) (n >> 8 * i);
}

static uint64_t get_u64(const unsigned char *from) {
    uint64_t n = 0;
    for (int i = 7; i >= 0; i--)
        n = n << 8 | from[i];
    return n;
}

static void block(const unsigned char about[ABOUT], uint64_t N, uint64_t i, struct an_str seed, unsigned char ret[BLOCK]) {
    crypto_generichash_state state;
    unsigned char numbers[16];
    put_u64(numbers, N);
    put_u64(numbers + 8, i);
    (void) crypto_generichash_init(&state, NULL, 0, BLOCK);
    (void) crypto_generichash_update(&state, (const unsigned char *) label, sizeof label);
    (void) crypto_generichash_update(&state, about, ABOUT);
    (void) crypto_generichash_update(&state, numbers, sizeof numbers);
    (void) crypto_generichash_update(&state, (const unsigned char *) seed.ptr, seed.len);
    (void) crypto_generichash_final(&state, ret, BLOCK);
}

// What was drawn: open addressing, at most half full; numbers are kept as one more, so that 0 is free.
struct drawn { uint64_t *slots; size_t mask; };

static bool add(struct drawn *d, uint64_t value) {
    for (size_t at = (size_t) (value * 0x9E3779B97F4A7C15u >> 20);; at++) {
        uint64_t *slot = &d->slots[at & d->mask];
        if (*slot == value + 1)
            return false;
        if (!*slot) {
            *slot = value + 1;
            return true;
        }
    }
}

static void drawn_release(struct drawn *d) { an_free(d->slots); }

enum an_code an_sample_draw(const unsigned char about[ABOUT], uint64_t N, size_t n, struct an_str seed, uint64_t *ret_drawn,
                            struct an_err *err) {
    if (!seed.len || seed.len > AN_SAMPLE_SEED_MAX)
        return an_fail(err, AN_USAGE, "the seed must have 1 to %d bytes", AN_SAMPLE_SEED_MAX);
    if (n > AN_SAMPLE_MAX)
        return an_fail(err, AN_USAGE, "at most %d can be drawn at once", AN_SAMPLE_MAX);
    if (!n || n > N)
        return an_fail(err, AN_USAGE, "%zu cannot be drawn from %llu", n, (unsigned long long) N);
    size_t slots = 16;
    while (slots < 2 * n)
        slots *= 2;
    AN_CLEANUP(drawn_release) struct drawn seen = {an_alloc(slots * sizeof(uint64_t)), slots - 1};
    if (!seen.slots)
        return an_fail(err, AN_NOMEM, "no memory to draw %zu", n);
    memset(seen.slots, 0, slots * sizeof(uint64_t));
    uint64_t over = (UINT64_MAX % N + 1) % N;       // 2^64 mod N: the last values of a word that would favour small numbers
    size_t got = 0;
    for (uint64_t i = 0; got < n; i++) {
        unsigned char b[BLOCK];
        block(about, N, i, seed, b);
        for (size_t w = 0; w < WORDS && got < n; w++) {
            uint64_t v = get_u64(b + 8 * w);
            if ((!over || v < 0 - over) && add(&seen, v % N))
                ret_drawn[got++] = v % N;
        }
    }
    return AN_OK;
}

// Products of very many factors, too small for any floating type: value * 2^twos.
struct tiny { long double value; long twos; };

static void multiply(struct tiny *t, long double by) {
    int e;
    t->value = frexpl(t->value * by, &e);
    t->twos += e;
}

static void add_tiny(struct tiny *sum, struct tiny t) {
    if (sum->value == 0 || t.twos > sum->twos + 16000)
        *sum = t;
    else if (t.twos > sum->twos - 16000)
        sum->value += ldexpl(t.value, (int) (t.twos - sum->twos));
}

static bool exceeds(struct tiny t, long double line) {
    return t.twos > -16000 && ldexpl(t.value, (int) t.twos) > line;
}

// Probability that k or fewer of n drawn are bad, when K of N are.
static struct tiny at_most(uint64_t N, uint64_t K, uint64_t n, uint64_t k) {
    uint64_t good = N - K, first = n > good ? n - good : 0;         // as few as `first` can be bad
    struct tiny term = {.value = 1}, sum = {0};
    if (first > k)
        return sum;
    if (first) {                        // all good ones are drawn: C(K, first) / C(N, n) = product of (n - i) / (N - i), i < good
        for (uint64_t i = 0; i < good; i++)
            multiply(&term, (long double) (n - i) / (long double) (N - i));
    } else {                            // no bad one is: the smaller of two ways to write it
        uint64_t steps = n < K ? n : K, other = n < K ? K : n;
        for (uint64_t i = 0; i < steps; i++)
            multiply(&term, (long double) (N - other - i) / (long double) (N - i));
    }
    for (uint64_t j = first;; j++) {
        add_tiny(&sum, term);
        if (j == k || j == n || j == K)
            return sum;
        multiply(&term, (long double) (K - j) / (long double) (j + 1));
        multiply(&term, (long double) (n - j) / (long double) (good - n + j + 1));
    }
}

static long double line_of(unsigned sure) {
    assert(sure && sure < SURE_UNITS);
    return (long double) (SURE_UNITS - sure) / SURE_UNITS * (1 - doubt);
}

uint64_t an_sample_most_bad(uint64_t N, uint64_t n, uint64_t k, unsigned sure) {
    assert(k <= n && n <= N);
    uint64_t least = k, beyond = N - (n - k) + 1;       // `least` is never ruled out; as many as `beyond` cannot be
    while (beyond - least > 1) {
        uint64_t middle = least + (beyond - least) / 2;
        if (exceeds(at_most(N, middle, n, k), line_of(sure)))
            least = middle;
        else
            beyond = middle;
    }
    return least;
}

// Probability of k or fewer bad ones among n, each bad with probability p, 0 < p < 1.
static struct tiny at_most_of(uint64_t n, uint64_t k, long double p) {
    struct tiny term = {.value = 1}, sum = {0}, power = {.value = 1 - p};
    for (uint64_t left = n; left; left >>= 1) {
        if (left & 1) {
            multiply(&term, power.value);
            term.twos += power.twos;
        }
        struct tiny twice = {power.value, 2 * power.twos};
        multiply(&twice, power.value);
        power = twice;
    }
    for (uint64_t j = 0;; j++) {
        add_tiny(&sum, term);
        if (j == k)
            return sum;
        multiply(&term, (long double) (n - j) / (long double) (j + 1));
        multiply(&term, p / (1 - p));
    }
}

uint64_t an_sample_most_share(uint64_t n, uint64_t k, unsigned sure) {
    enum { WHOLE = 1000000000 };
    assert(k <= n);
    if (k == n)
        return WHOLE;
    uint64_t least = 0, beyond = WHOLE;
    while (beyond - least > 1) {
        uint64_t middle = least + (beyond - least) / 2;
        if (exceeds(at_most_of(n, k, (long double) middle / WHOLE), line_of(sure)))
            least = middle;
        else
            beyond = middle;
    }
    return beyond;
}

uint64_t an_sample_needed(uint64_t N, uint64_t most_bad, unsigned sure) {
    if (most_bad >= N)
        return 0;
    uint64_t few = 0, enough = N;
    while (enough - few > 1) {
        uint64_t middle = few + (enough - few) / 2;
        if (exceeds(at_most(N, most_bad + 1, middle, 0), line_of(sure)))
            few = middle;
        else
            enough = middle;
    }
    return enough;
}

uint64_t an_sample_chance(uint64_t N, uint64_t K, uint64_t n) {
    enum { MILLION = 1000000 };
    assert(K <= N && n <= N);
    struct tiny none = at_most(N, K, n, 0);
    long double p = none.twos > -16000 ? ldexpl(none.value, (int) none.twos) : 0;
    return (uint64_t) ((1 - p) * MILLION);
}
