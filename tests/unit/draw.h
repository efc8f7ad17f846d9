// Chance that is the same in every run: splitmix64 (Steele, Lea and Flood, 2014).
#ifndef AN_TESTS_DRAW_H
#define AN_TESTS_DRAW_H

#include <stdint.h>

static uint64_t draw_state;             // set it to begin again

static inline uint64_t draw(void) {
    uint64_t z = (draw_state += 0x9E3779B97F4A7C15u);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

#endif
