#include "base/key.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include "base/file.h"

enum { HEX = 2 * AN_KEY_BYTES, ID_SUBKEY = AN_KEY_PURPOSES };

static const char context[crypto_kdf_CONTEXTBYTES] = {'a', 'n', 's', 'h', 'e', 'n', 't', '1'};

struct an_key {
    unsigned char id[AN_KEY_ID_BYTES];
    unsigned char sub[AN_KEY_PURPOSES][crypto_shorthash_siphashx24_KEYBYTES];
};

enum an_code an_key_from_bytes(const unsigned char bytes[AN_KEY_BYTES], struct an_key **ret_key, struct an_err *err) {
    if (sodium_init() < 0)
        return an_fail(err, AN_BUG, "libsodium cannot be started");
    struct an_key *k = sodium_malloc(sizeof *k);    // locked where the system allows, zeroed when freed
    if (!k)
        return an_fail(err, AN_NOMEM, "no memory for the key");
    for (unsigned i = 0; i < AN_KEY_PURPOSES; i++)
        crypto_kdf_derive_from_key(k->sub[i], sizeof k->sub[i], i, context, bytes);
    unsigned char id[crypto_kdf_BYTES_MIN];
    crypto_kdf_derive_from_key(id, sizeof id, ID_SUBKEY, context, bytes);
    memcpy(k->id, id, sizeof k->id);
    sodium_mprotect_readonly(k);
    *ret_key = k;
    return AN_OK;
}

static enum an_code create_file(const char *path, struct an_err *err) {
    unsigned char bytes[AN_KEY_BYTES];
    char text[HEX + 2];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(text, HEX + 1, bytes, sizeof bytes);
    text[HEX] = '\n';
    enum an_code code = an_file_create(path, (struct an_str) {text, HEX + 1}, 0600, err);
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(text, sizeof text);
    return code ? an_err_context(err, "key file") : AN_OK;
}

enum an_code an_key_open(const char *path, bool create, struct an_key **ret_key, struct an_err *err) {
    struct stat st;
    if (sodium_init() < 0)
        return an_fail(err, AN_BUG, "libsodium cannot be started");
    if (create && lstat(path, &st) && errno == ENOENT)
        AN_TRY(create_file(path, err));
    char text[HEX + 1];
    unsigned char bytes[AN_KEY_BYTES];
    size_t len = 0, got = 0;
    enum an_code code = an_file_read_into(path, AN_FILE_PRIVATE, text, sizeof text, &len, err);
    if (code && code != AN_LIMIT)
        return an_err_context(err, "key file");
    bool ok = !code && (len == HEX || (len == HEX + 1 && text[HEX] == '\n')) &&
              sodium_hex2bin(bytes, sizeof bytes, text, HEX, NULL, &got, NULL) == 0 && got == sizeof bytes;
    code = ok ? an_key_from_bytes(bytes, ret_key, err)
              : an_fail(err, AN_INPUT, "key file: %.160s: not %d hexadecimal digits", path, HEX);
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(text, sizeof text);
    return code;
}

void an_key_free(struct an_key *key) { sodium_free(key); }

void an_key_id(const struct an_key *key, unsigned char ret_id[AN_KEY_ID_BYTES]) {
    memcpy(ret_id, key->id, AN_KEY_ID_BYTES);
}

struct an_token an_key_token(const struct an_key *key, unsigned purpose, struct an_str value) {
    struct an_token t;
    crypto_shorthash_siphashx24(t.byte, (const unsigned char *) value.ptr, value.len, an_key_part(key, purpose));
    return t;
}

const unsigned char *an_key_part(const struct an_key *key, unsigned purpose) { return key->sub[purpose % AN_KEY_PURPOSES]; }
