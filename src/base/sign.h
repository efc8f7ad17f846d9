// Ed25519 keys and signatures in the file formats of minisign, so that `minisign -V` alone verifies ours: docs/SIGNATURES.md.
#ifndef AN_BASE_SIGN_H
#define AN_BASE_SIGN_H

#include <stdbool.h>
#include "base/buf.h"

enum {
    AN_SIGN_ID_BYTES = 8, AN_SIGN_KEY_BYTES = 32, AN_SIGN_SEED_BYTES = 32,
    AN_SIGN_COMMENT_MAX = 1000, AN_SIGN_TRUSTED_MAX = 8000,     // bytes of a comment; minisign's own limits are a little wider
    AN_SIGN_TEXT_MAX = 10000,       // bytes of a signature file
    AN_SIGN_PASSWORD_MAX = 1000,
    AN_PUBLIC_TEXT_MAX = 57,        // a public key as text, and its NUL
    AN_PUBLIC_ID_TEXT_MAX = 17,
};

// A public key, and the number that signature files name it by. The number is chosen by whoever made the key: only the
// key itself proves anything.
struct an_public {
    unsigned char id[AN_SIGN_ID_BYTES];
    unsigned char key[AN_SIGN_KEY_BYTES];
};

// From the one line of base64 (`RW...`, as after `minisign -P`), or from the whole text of a public key file. Errors: INPUT.
enum an_code an_public_parse(struct an_str text, struct an_public *ret, struct an_err *err) AN_MUST_USE;
enum an_code an_public_read(const char *path, struct an_public *ret, struct an_err *err) AN_MUST_USE;

// The line of base64 and the number in hexadecimal as minisign shows it, NUL-ended; both return `out`.
const char *an_public_text(const struct an_public *key, char out[AN_PUBLIC_TEXT_MAX]);
const char *an_public_id_text(const struct an_public *key, char out[AN_PUBLIC_ID_TEXT_MAX]);
bool an_public_eq(const struct an_public *a, const struct an_public *b);

// Writes a public key file (mode 0644 before the umask).
enum an_code an_public_write(const struct an_public *key, const char *path, struct an_err *err) AN_MUST_USE;

// A secret key: in locked memory where the system allows it, zeroed when freed.
struct an_secret;

enum an_code an_secret_make(struct an_secret **ret_secret, struct an_err *err) AN_MUST_USE;
// The key of a seed: for tests, whose keys must be the same each time.
enum an_code an_secret_from_seed(const unsigned char seed[AN_SIGN_SEED_BYTES], struct an_secret **ret_secret,
                                 struct an_err *err) AN_MUST_USE;
void an_secret_free(struct an_secret *secret);      // NULL is fine
static inline void an_secret_cleanup(struct an_secret **secret) { an_secret_free(*secret); }

// The secret key file at `path`, made by `minisign -G` or by an_secret_write. `password` is empty for none. A file that
// others than its owner may read or change is refused (USAGE). Errors: USAGE when a password is needed and none is given;
// INPUT when the password or the file is wrong, which nobody can tell apart; LIMIT when it asks for more work than minisign
// ever does.
enum an_code an_secret_read(const char *path, struct an_str password, struct an_secret **ret_secret,
                            struct an_err *err) AN_MUST_USE;
// The same from the text of such a file. The caller zeroes the text.
enum an_code an_secret_parse(struct an_str text, struct an_str password, struct an_secret **ret_secret,
                             struct an_err *err) AN_MUST_USE;
// Whether that file wants a password.
enum an_code an_secret_wants_password(const char *path, bool *ret_wants, struct an_err *err) AN_MUST_USE;

// How hard a password is made to try: minisign's own choice takes seconds and a GiB of memory each time.
enum an_secret_cost { AN_SECRET_SENSITIVE, AN_SECRET_INTERACTIVE };

// Makes the file at `path` with mode 0600; there may be none before. An empty password leaves the key unencrypted
// (as `minisign -G -W`).
enum an_code an_secret_write(const struct an_secret *secret, const char *path, struct an_str password,
                             enum an_secret_cost cost, struct an_err *err) AN_MUST_USE;

void an_secret_public(const struct an_secret *secret, struct an_public *ret);

// Adds the text of a signature file for `bytes`: prehashed (BLAKE2b-512), with both comments (one line each, tabs allowed;
// the trusted one is signed as well). The same each time.
enum an_code an_sign(const struct an_secret *secret, struct an_str bytes, struct an_str untrusted, struct an_str trusted,
                     struct an_buf *out, struct an_err *err) AN_MUST_USE;

// A signature file taken apart, not yet checked. The comments are borrowed from its text.
struct an_signature {
    bool is_legacy;             // of the bytes themselves (`Ed`), not of their hash: accepted, never made
    unsigned char id[AN_SIGN_ID_BYTES];
    unsigned char sig[64], global[64];
    struct an_str untrusted, trusted;
};
enum an_code an_signature_parse(struct an_str text, struct an_signature *ret, struct an_err *err) AN_MUST_USE;

// AN_OK when this is key's signature of `bytes` and of the trusted comment. Errors: INPUT, with what does not fit.
enum an_code an_signature_check(const struct an_signature *signature, const struct an_public *key, struct an_str bytes,
                                struct an_err *err) AN_MUST_USE;

#endif
