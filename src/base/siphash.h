// Many SipHash-2-4 values of 128 bits at once: short messages, each under its own key.
//
// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; the 128-bit output as in their reference code.
// The same values as libsodium's crypto_shorthash_siphashx24, at a third of the time where the processor has AVX2.
#ifndef AN_BASE_SIPHASH_H
#define AN_BASE_SIPHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/copy.h"

enum { AN_SIPHASH_SHORT = 31, AN_SIPHASH_OUT = 16, AN_SIPHASH_KEY = 16 };

// A message of up to AN_SIPHASH_SHORT bytes as the hash reads it: padded with zeros, its length in the last byte of its last
// word. {0} before it is filled.
struct an_sip_message {
    unsigned char text[AN_SIPHASH_SHORT + 1];
    const unsigned char *key;       // AN_SIPHASH_KEY bytes
    size_t len;
};

static inline void an_sip_fill(struct an_sip_message *m, const char *text, size_t len, const unsigned char *key) {
    an_copy_short(m->text, text, len);
    m->text[len | 7] = (unsigned char) len;
    m->len = len;
    m->key = key;
}

void an_siphash_many(const struct an_sip_message *messages, size_t count, unsigned char (*ret)[AN_SIPHASH_OUT]);

// The same for texts under one key: each padded with zeros, its length in the byte text[len | 7], as an_sip_fill leaves them.
// Up to AN_SIPHASH_LANES - 1 texts, lengths and values past the last may be read and written: there must be room for those,
// and no length among them over AN_SIPHASH_SHORT.
typedef unsigned char an_sip_text[AN_SIPHASH_SHORT + 1];
enum { AN_SIPHASH_LANES = 8 };
void an_siphash_texts(const an_sip_text *texts, const uint8_t *lens, size_t count, const unsigned char *key,
                      unsigned char (*ret)[AN_SIPHASH_OUT]);
void an_siphash_texts_portable(const an_sip_text *texts, const uint8_t *lens, size_t count, const unsigned char *key,
                               unsigned char (*ret)[AN_SIPHASH_OUT]);

// The first without vectors: what the other is tested against, and what a processor without AVX2 gets.
void an_siphash_many_portable(const struct an_sip_message *messages, size_t count, unsigned char (*ret)[AN_SIPHASH_OUT]);

#endif
