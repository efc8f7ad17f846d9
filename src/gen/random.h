// The chance gen draws on: the same numbers on every machine.
//
// Sources: splitmix64 (its finaliser is `mix`) and xoshiro256**, D. Blackman and S. Vigna, 2018 (public
// domain).
#ifndef AN_GEN_RANDOM_H
#define AN_GEN_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

enum { AN_GEN_WHOLE = 1000000 };            // a share of all of them, in parts per million

struct an_gen_random { uint64_t s[4]; };

static inline uint64_t an_gen_mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static inline struct an_gen_random an_gen_random_seed(uint64_t seed, uint64_t stream) {
    struct an_gen_random r;
    uint64_t x = an_gen_mix(seed) ^ an_gen_mix(~stream);
    for (unsigned i = 0; i < 4; i++)
        r.s[i] = an_gen_mix(x += 0x9e3779b97f4a7c15u);
    return r;
}

static inline uint64_t an_gen_next(struct an_gen_random *r) {
    uint64_t *s = r->s, x = s[1] * 5, t = s[1] << 17;
    uint64_t result = ((x << 7) | (x >> 57)) * 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return result;
}

// The high word of h * n: h, spread evenly over 0..n-1.
static inline uint64_t an_gen_scale(uint64_t h, uint64_t n) {
    return (uint64_t) (((unsigned __int128) h * n) >> 64);
}

static inline uint64_t an_gen_below(struct an_gen_random *r, uint64_t n) {
    return an_gen_scale(an_gen_next(r), n);
}

// True in `ppm` of a million cases.
static inline bool an_gen_chance(struct an_gen_random *r, uint32_t ppm) {
    return ppm && an_gen_below(r, AN_GEN_WHOLE) < ppm;
}

#endif
