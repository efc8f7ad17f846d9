// A commitment to what the floor counts: one hash that fixes every identifier behind it, and short proofs about single ones.
//
// Committed are, kind by kind, the distinct identifiers that were seen floor-grade, of the kinds of which a person holds a known
// number at most (docs/COUNTING.md, section 2); account keys are not, since they raise the floor of single stores only. Each
// stands as a digest of its token, in ascending order, in a tree whose nodes carry counts and bounds:
//
//   digest  = H28(3, kind, token)                      28 bytes, in place of the token
//   leaf    = H(0, kind, digest)                       counts 1
//   node    = H(1, left, count of left, bound, right, count of right)
//   root    = H(2, key id, number of kinds, { kind, count, root of its tree } by kind code)
//
// H is BLAKE2b-256 (H28: 28 bytes of output) personalised with "anshen.commit/1", without a key; counts are 64 bits, least
// significant byte first; kinds are one byte. The shape is that of RFC 6962, section 2.1: the left part of n leaves has the
// largest power of two below n, so that no leaf is ever doubled. The bound parts left from right, as in a search tree:
// every digest on the left is below it, none on the right is. It is the first digest on the right, cut after the first bit that
// the last one on the left has not (zeros follow), so that it tells about nobody more than must be.
//
// Why bounds: a leaf whose digest agrees with all bounds on its way down is in its place. Two leaves in their places have
// different digests, the left one the smaller: so leaves drawn by chance also tell how many may be doubles, and one way
// down proves that a digest is in no such leaf.
#ifndef AN_CENSUS_COMMIT_H
#define AN_CENSUS_COMMIT_H

#include "base/arena.h"
#include "base/key.h"
#include "census/kinds.h"
#include "distinct/set.h"

enum { AN_COMMIT_HASH = 32, AN_COMMIT_DIGEST = 28, AN_COMMIT_DEPTH = 62 };     // DEPTH: steps of the longest way

struct an_digest { unsigned char byte[AN_COMMIT_DIGEST]; };

struct an_commit_kind {
    uint8_t code;
    uint32_t m;                         // cap the count used: a person holds at most so many; not part of the root
    uint64_t count;                     // 1 or more
    unsigned char root[AN_COMMIT_HASH];
};

struct an_commitment {
    unsigned char key_id[AN_KEY_ID_BYTES];
    struct an_commit_kind kinds[AN_KINDS_MAX]; size_t kind_count;      // ascending by code; none: nothing is floor-grade
    unsigned char root[AN_COMMIT_HASH];
};

struct an_digest an_commit_digest(uint8_t kind, const unsigned char token[AN_TOKEN_BYTES]);

// The digests of what is committed, from rows of one or more sealed sets, into a set with a budget: sealed after. `caps` as the
// count used them (an_count.caps). Errors: of memory and disk only.
enum an_code an_commit_gather(struct an_set *const *rows, size_t count, const struct an_caps *caps, struct an_set *digests,
                              struct an_err *err) AN_MUST_USE;

// Roots and counts, in one walk over the digests and memory for one way down a kind.
enum an_code an_commit_make(struct an_set *digests, const struct an_caps *caps,
                            const unsigned char key_id[AN_KEY_ID_BYTES], struct an_commitment *ret,
                            struct an_err *err) AN_MUST_USE;

// Whether the root is that of the kinds, the kinds are in order and their counts possible. INPUT, saying what is not.
enum an_code an_commit_check(const struct an_commitment *c, struct an_err *err) AN_MUST_USE;

const struct an_commit_kind *an_commit_find(const struct an_commitment *c, uint8_t kind);   // NULL when there is none

uint64_t an_commit_tokens(const struct an_commitment *c);       // of all kinds
uint64_t an_commit_floor(const struct an_commitment *c);        // people: the largest count / m, rounded up

struct an_commit_step {                 // from the leaf up: what it is joined with, and the bound between them
    unsigned char hash[AN_COMMIT_HASH];
    struct an_digest bound;
};

struct an_commit_proof {
    uint8_t kind;
    uint64_t index;                     // from 0, of the leaf in the kind's tree
    unsigned char leaf[AN_COMMIT_HASH];
    struct an_commit_step *steps; size_t step_count;
};

struct an_commit_question {
    uint8_t kind;
    bool by_digest;                     // where this digest is or would be; else the leaf of that index
    struct an_digest digest;            // filled in for questions by index: what stands there
    uint64_t index;                     // filled in for questions by digest
    struct an_commit_proof proof;       // the answer; its steps are the arena's
};

// Answers questions, in two walks over the digests. Every kind asked for must have a leaf, every index be below its count:
// else USAGE.
enum an_code an_commit_prove(struct an_set *digests, struct an_commit_question *questions, size_t count,
                             struct an_arena *arena, struct an_err *err) AN_MUST_USE;

enum an_presence { AN_ABSENT, AN_PRESENT };

// What a proof shows of a digest: that it is the leaf of that index, in its place (PRESENT), or that no leaf in its place has it
// (ABSENT). INPUT, with the reason, for a proof that shows neither. Pure; needs no key.
enum an_code an_commit_verify(const struct an_commit_kind *kind, const struct an_commit_proof *proof,
                              const struct an_digest *digest, enum an_presence *ret, struct an_err *err) AN_MUST_USE;

#endif
