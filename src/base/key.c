#include "base/key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void close_fd(int *fd) {
    if (*fd >= 0)
        (void) close(*fd);
}

static enum an_code create_file(const char *path, struct an_err *err) {
    if (sodium_init() < 0)
        return an_fail(err, AN_BUG, "libsodium cannot be started");
    unsigned char bytes[AN_KEY_BYTES];
    char text[HEX + 2];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(text, HEX + 1, bytes, sizeof bytes);
    text[HEX] = '\n';
    AN_CLEANUP(close_fd) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    enum an_code code = AN_OK;
    if (fd < 0)
        code = an_fail(err, AN_IO, "key file %s: cannot be made: %s", path, strerror(errno));
    else if (write(fd, text, HEX + 1) != HEX + 1 || fsync(fd))
        code = an_fail(err, AN_IO, "key file %s: cannot be written: %s", path, strerror(errno));
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(text, sizeof text);
    return code;
}

enum an_code an_key_open(const char *path, bool create, struct an_key **ret_key, struct an_err *err) {
    AN_CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT && create) {
        enum an_code code = create_file(path, err);
        if (code)
            return code;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    }
    if (fd < 0)
        return an_fail(err, AN_IO, "key file %s: cannot be opened: %s", path, strerror(errno));
    struct stat st;
    if (fstat(fd, &st))
        return an_fail(err, AN_IO, "key file %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return an_fail(err, AN_USAGE, "key file %s: not a regular file", path);
    if (st.st_mode & 077)
        return an_fail(err, AN_USAGE, "key file %s: others may read or change it; run: chmod 600 %s", path, path);
    char text[HEX + 2];
    ssize_t n = read(fd, text, sizeof text);
    unsigned char bytes[AN_KEY_BYTES];
    size_t got = 0;
    bool ok = (n == HEX || (n == HEX + 1 && text[HEX] == '\n')) &&
              sodium_hex2bin(bytes, sizeof bytes, text, HEX, NULL, &got, NULL) == 0 && got == sizeof bytes;
    enum an_code code = ok ? an_key_from_bytes(bytes, ret_key, err)
                           : an_fail(err, AN_INPUT, "key file %s: not %d hexadecimal digits", path, HEX);
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
