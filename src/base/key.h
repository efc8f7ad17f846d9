// The secret key of a count, and the tokens made with it.
//
// A token stands for an identifier: PRF(key, kind, canonical value). Tokens of two runs compare only under one key.
// Source: SipHash-2-4 with 128-bit output (libsodium crypto_shorthash_siphashx24); subkeys by BLAKE2b
// (libsodium crypto_kdf).
#ifndef AN_BASE_KEY_H
#define AN_BASE_KEY_H

#include "base/err.h"
#include "base/str.h"

enum { AN_KEY_BYTES = 32, AN_KEY_ID_BYTES = 8, AN_TOKEN_BYTES = 16, AN_KEY_PURPOSES = 256 };

struct an_token { unsigned char byte[AN_TOKEN_BYTES]; };

struct an_key;                      // opaque, in locked memory; shared read-only by every thread

// Reads the key file at `path` (64 hexadecimal digits and a line feed). A file that others than its owner may read
// or write is refused (USAGE). When it does not exist and `create` is set, makes one with mode 0600.
enum an_code an_key_open(const char *path, bool create, struct an_key **ret_key, struct an_err *err) AN_MUST_USE;

// A key from 32 bytes given: tests, and runs that promise nobody comparability.
enum an_code an_key_from_bytes(const unsigned char bytes[AN_KEY_BYTES], struct an_key **ret_key,
                               struct an_err *err) AN_MUST_USE;

void an_key_free(struct an_key *key);               // zeroes it; NULL is fine
static inline void an_key_cleanup(struct an_key **key) { an_key_free(*key); }

// What may be shown and stored: tells keys apart, says nothing of the key.
void an_key_id(const struct an_key *key, unsigned char ret_id[AN_KEY_ID_BYTES]);

// The token of `value` for one purpose (an identifier kind's code, 0..255).
struct an_token an_key_token(const struct an_key *key, unsigned purpose, struct an_str value);

// The part of the key for one purpose, for base/siphash.h: many tokens at once, the same as an_key_token's. Borrowed.
const unsigned char *an_key_part(const struct an_key *key, unsigned purpose);

#endif
