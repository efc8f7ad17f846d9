// Key and signature files from anybody: what is accepted says the same when it is written again, and a signature that fits
// is none but the seed's own.
#include <assert.h>
#include <stdlib.h>

#include "base/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_public(struct an_str text) {
    struct an_public key, again;
    struct an_err err = {0};
    char line[AN_PUBLIC_TEXT_MAX];
    if (an_public_parse(text, &key, &err)) {
        assert(err.code == AN_INPUT && err.text[0]);
        return;
    }
    if (an_public_parse(an_str_from_c(an_public_text(&key, line)), &again, &err) || !an_public_eq(&key, &again))
        abort();
}

// Without a password: to try one takes too long for a fuzzer.
static void try_secret(struct an_str text) {
    struct an_secret *secret = NULL;
    struct an_err err = {0};
    if (an_secret_parse(text, (struct an_str) {0}, &secret, &err))
        assert(err.code == AN_INPUT || err.code == AN_USAGE);
    an_secret_free(secret);
}

static void try_signature(struct an_str text) {
    static const unsigned char seed[AN_SIGN_SEED_BYTES] = {1};
    struct an_secret *secret = NULL;
    struct an_public public;
    struct an_signature signature;
    struct an_err err = {0};
    if (an_signature_parse(text, &signature, &err)) {
        assert(err.code == AN_INPUT || err.code == AN_LIMIT);
        return;
    }
    AN_AUTO(an_buf) own = {0};
    if (an_secret_from_seed(seed, &secret, &err))
        abort();
    an_secret_public(secret, &public);
    enum an_code code = an_signature_check(&signature, &public, AN_STR("bytes"), &err);
    if (!code && !signature.is_legacy) {        // Ed25519 is deterministic: ours must be the same
        struct an_signature ours;
        if (an_sign(secret, AN_STR("bytes"), signature.untrusted, signature.trusted, &own, &err) ||
            an_signature_parse(an_buf_str(&own), &ours, &err))
            abort();
        assert(memcmp(ours.sig, signature.sig, sizeof ours.sig) == 0);
    }
    an_secret_free(secret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct an_str text = {(const char *) data, size};
    try_public(text);
    try_secret(text);
    try_signature(text);
    return 0;
}
