// Samples: which of N things are looked at, and what it proves when so many of them were found wanting.
//
// All of it can be done again by hand or by another program; docs/DOSSIER.md has the formulas and an example.
#ifndef AN_CENSUS_SAMPLE_H
#define AN_CENSUS_SAMPLE_H

#include "base/err.h"
#include "base/str.h"

enum {
    AN_SAMPLE_MAX = 100000,             // things drawn at once
    AN_SAMPLE_SEED_MAX = 256,           // bytes
    AN_SAMPLE_SURE = 9500,              // 95 %: the usual confidence, in hundredths of a percent
};

// Draws n different numbers below N, each set of n as likely as any other, in the order they were drawn.
//
// The i-th block, i from 0, is BLAKE2b-512 (no key) of: "anshen.draw/1", a zero byte, `about` (32 bytes), N, `i`, and the seed;
// numbers have 64 bits, least significant byte first. A block is eight numbers v of the same form. v is passed over where it is
// not below the largest multiple of N that 64 bits hold; else v mod N is drawn, unless it was drawn before.
//
// `about` ties the draw to what is drawn from (a root, a hash of a store's name), so that no seed serves two; the seed has to
// come from the examiner, after `about` was fixed. Errors: USAGE for n above N or AN_SAMPLE_MAX, N = 0, a seed that is empty or
// too long; NOMEM.
enum an_code an_sample_draw(const unsigned char about[32], uint64_t N, size_t n, struct an_str seed, uint64_t *ret_drawn,
                            struct an_err *err) AN_MUST_USE;

// Of N things n were drawn without putting back, and k of those were bad. The largest number of bad ones among all N that this
// does not rule out: the largest K for which k or fewer are drawn with a probability above 1 - confidence (hypergeometric; the
// exact one-sided upper bound). So: with that confidence at most so many are bad. `sure`: confidence in hundredths of a
// percent, 1 to 9999. Where a probability is within 10^-12 (relative) of the line, the larger bound is told. Needs k <= n <= N;
// n = 0 tells N. Cost: about min(n, K) steps for each of log N trials.
uint64_t an_sample_most_bad(uint64_t N, uint64_t n, uint64_t k, unsigned sure);

// The same where N is not known, or without limit: the largest share that is not ruled out, in billionths (10^-9), rounded up
// (Clopper and Pearson, 1934, one-sided). n = 0 tells 10^9.
uint64_t an_sample_most_share(uint64_t n, uint64_t k, unsigned sure);

// How many of N must be drawn, and all be good, to know that at most `most_bad` are bad. N where nothing less will do.
uint64_t an_sample_needed(uint64_t N, uint64_t most_bad, unsigned sure);

// The probability that some bad one is among n drawn of N of which K are bad, in millionths, rounded down.
uint64_t an_sample_chance(uint64_t N, uint64_t K, uint64_t n);

#endif
