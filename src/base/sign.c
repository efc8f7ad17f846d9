#include "base/sign.h"

#include <sodium.h>
#include <string.h>
#include "base/file.h"
#include "base/utf8.h"

enum {
    SIG = 64, HASH = 64, SECRET = 64, CHECK = 32, SALT = 32,
    PUBLIC_RAW = 2 + AN_SIGN_ID_BYTES + AN_SIGN_KEY_BYTES,
    HIDDEN = AN_SIGN_ID_BYTES + SECRET + CHECK,             // what a password encrypts
    SECRET_RAW = 2 + 2 + 2 + SALT + 8 + 8 + HIDDEN,
    SIG_RAW = 2 + AN_SIGN_ID_BYTES + SIG,
    PUBLIC_FILE_MAX = 2048, SECRET_FILE_MAX = 2048,
};
_Static_assert(AN_PUBLIC_TEXT_MAX == sodium_base64_ENCODED_LEN(PUBLIC_RAW, sodium_base64_VARIANT_ORIGINAL), "42 bytes");

#define UNTRUSTED "untrusted comment: "
#define TRUSTED   "trusted comment: "

// Offsets into the raw form of a secret key.
enum { KDF_AT = 2, CHECK_NAME_AT = 4, SALT_AT = 6, OPS_AT = 38, MEMORY_AT = 46, HIDDEN_AT = 54 };

struct an_secret {
    struct an_public public;
    unsigned char key[SECRET];          // seed, then the public key
};

static enum an_code start(struct an_err *err) {
    return sodium_init() < 0 ? an_fail(err, AN_BUG, "libsodium cannot be started") : AN_OK;
}

// Takes one line off, with the carriage return that an editor may have put at its end.
static bool next_line(struct an_str *rest, struct an_str *ret_line) {
    if (!an_str_next(rest, '\n', ret_line))
        return false;
    if (ret_line->len && ret_line->ptr[ret_line->len - 1] == '\r')
        ret_line->len--;
    return true;
}

static bool begins(struct an_str s, struct an_str with) { return s.len >= with.len && memcmp(s.ptr, with.ptr, with.len) == 0; }

static bool is_base64(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

// Exactly `len` bytes, in the one way to write them. libsodium would take some characters above 127 for others.
static bool decode(struct an_str line, unsigned char *ret, size_t len) {
    size_t got = 0;
    for (size_t i = 0; i < line.len; i++)
        if (!is_base64(line.ptr[i]))
            return false;
    return line.len == sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL) - 1 &&
           sodium_base642bin(ret, len, line.ptr, line.len, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 && got == len;
}

static bool is_line(struct an_str s, size_t max) {
    if (s.len > max || an_utf8_valid(s) != s.len)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (((unsigned char) s.ptr[i] < ' ' && s.ptr[i] != '\t') || s.ptr[i] == 0x7F)
            return false;
    return true;
}

// The line of base64 of a key file: behind a comment, or (of a public key) alone.
static bool key_line(struct an_str text, bool alone, struct an_str *ret_line) {
    struct an_str comment;
    if (!next_line(&text, &comment))
        return false;
    if (alone && !begins(comment, AN_STR(UNTRUSTED))) {
        *ret_line = comment;
        return text.len == 0;
    }
    return begins(comment, AN_STR(UNTRUSTED)) && next_line(&text, ret_line) && text.len == 0;
}

enum an_code an_public_parse(struct an_str text, struct an_public *ret, struct an_err *err) {
    unsigned char raw[PUBLIC_RAW];
    struct an_str line;
    AN_TRY(start(err));
    if (text.len > PUBLIC_FILE_MAX || !key_line(text, true, &line) || !decode(line, raw, sizeof raw) ||
        memcmp(raw, "Ed", 2) != 0)
        return an_fail(err, AN_INPUT, "no public key of minisign: not one line of %d characters that begins with RW",
                       AN_PUBLIC_TEXT_MAX - 1);
    memcpy(ret->id, raw + 2, sizeof ret->id);
    memcpy(ret->key, raw + 2 + AN_SIGN_ID_BYTES, sizeof ret->key);
    return AN_OK;
}

enum an_code an_public_read(const char *path, struct an_public *ret, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    if (an_file_read(path, PUBLIC_FILE_MAX, 0, &text, err))
        return an_err_context(err, "public key file");
    return an_public_parse(an_buf_str(&text), ret, err) ? an_err_context(err, "public key file %.160s", path) : AN_OK;
}

const char *an_public_text(const struct an_public *key, char out[AN_PUBLIC_TEXT_MAX]) {
    unsigned char raw[PUBLIC_RAW] = {'E', 'd'};
    memcpy(raw + 2, key->id, sizeof key->id);
    memcpy(raw + 2 + AN_SIGN_ID_BYTES, key->key, sizeof key->key);
    return sodium_bin2base64(out, AN_PUBLIC_TEXT_MAX, raw, sizeof raw, sodium_base64_VARIANT_ORIGINAL);
}

const char *an_public_id_text(const struct an_public *key, char out[AN_PUBLIC_ID_TEXT_MAX]) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < AN_SIGN_ID_BYTES; i++) {         // a number, least significant byte first
        unsigned char byte = key->id[AN_SIGN_ID_BYTES - 1 - i];
        out[2 * i] = digits[byte >> 4];
        out[2 * i + 1] = digits[byte & 15];
    }
    out[2 * AN_SIGN_ID_BYTES] = '\0';
    return out;
}

bool an_public_eq(const struct an_public *a, const struct an_public *b) {
    return memcmp(a->id, b->id, sizeof a->id) == 0 && memcmp(a->key, b->key, sizeof a->key) == 0;
}

enum an_code an_public_write(const struct an_public *key, const char *path, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    char id[AN_PUBLIC_ID_TEXT_MAX], line[AN_PUBLIC_TEXT_MAX];
    AN_TRY(an_buf_addf(&text, err, UNTRUSTED "minisign public key %s\n%s\n", an_public_id_text(key, id),
                       an_public_text(key, line)));
    return an_file_write(path, an_buf_str(&text), 0644, 0, err) ? an_err_context(err, "public key file") : AN_OK;
}

static enum an_code new_secret(struct an_secret **ret, struct an_err *err) {
    AN_TRY(start(err));
    *ret = sodium_malloc(sizeof **ret);         // locked where the system allows, zeroed when freed
    return *ret ? AN_OK : an_fail(err, AN_NOMEM, "no memory for the key");
}

enum an_code an_secret_from_seed(const unsigned char seed[AN_SIGN_SEED_BYTES], struct an_secret **ret_secret,
                                 struct an_err *err) {
    AN_CLEANUP(an_secret_cleanup) struct an_secret *s = NULL;
    AN_TRY(new_secret(&s, err));
    crypto_sign_seed_keypair(s->public.key, s->key, seed);
    crypto_generichash(s->public.id, sizeof s->public.id, s->public.key, sizeof s->public.key, NULL, 0);
    *ret_secret = AN_TAKE(s);
    return AN_OK;
}

enum an_code an_secret_make(struct an_secret **ret_secret, struct an_err *err) {
    AN_CLEANUP(an_secret_cleanup) struct an_secret *s = NULL;
    AN_TRY(new_secret(&s, err));
    crypto_sign_keypair(s->public.key, s->key);
    randombytes_buf(s->public.id, sizeof s->public.id);
    *ret_secret = AN_TAKE(s);
    return AN_OK;
}

void an_secret_free(struct an_secret *secret) { sodium_free(secret); }

void an_secret_public(const struct an_secret *secret, struct an_public *ret) { *ret = secret->public; }

static void put_u64(unsigned char *to, uint64_t v) {
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char) (v >> 8 * i);
}

static uint64_t get_u64(const unsigned char *from) {
    uint64_t v = 0;
    for (int i = 7; i >= 0; i--)
        v = v << 8 | from[i];
    return v;
}

static void make_check(const unsigned char *raw, unsigned char ret[CHECK]) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, CHECK);
    crypto_generichash_update(&state, raw, 2);
    crypto_generichash_update(&state, raw + HIDDEN_AT, AN_SIGN_ID_BYTES + SECRET);
    crypto_generichash_final(&state, ret, CHECK);
    sodium_memzero(&state, sizeof state);
}

// Encrypts or decrypts: a stream of the password's is added to the hidden part.
static enum an_code add_stream(unsigned char *raw, struct an_str password, struct an_err *err) {
    unsigned char *stream = sodium_malloc(HIDDEN);
    if (!stream)
        return an_fail(err, AN_NOMEM, "no memory for the key");
    enum an_code code = AN_OK;
    if (crypto_pwhash_scryptsalsa208sha256(stream, HIDDEN, password.ptr, password.len, raw + SALT_AT, get_u64(raw + OPS_AT),
                                           (size_t) get_u64(raw + MEMORY_AT)))
        code = an_fail(err, AN_NOMEM, "no memory to make a key of the password: %llu MiB are needed",
                       (unsigned long long) get_u64(raw + MEMORY_AT) >> 20);
    for (size_t i = 0; i < HIDDEN && !code; i++)
        raw[HIDDEN_AT + i] ^= stream[i];
    sodium_free(stream);
    return code;
}

static bool is_zero(const unsigned char *p, size_t n) { return sodium_is_zero(p, n) == 1; }

// raw, decrypted, to a secret. minisign leaves the check out where there is no password.
static enum an_code take_secret(const unsigned char *raw, bool encrypted, struct an_secret **ret, struct an_err *err) {
    AN_CLEANUP(an_secret_cleanup) struct an_secret *s = NULL;
    unsigned char check[CHECK];
    const unsigned char *hidden = raw + HIDDEN_AT, *stored = hidden + AN_SIGN_ID_BYTES + SECRET;
    make_check(raw, check);
    if (sodium_memcmp(check, stored, CHECK) != 0 && (encrypted || !is_zero(stored, CHECK)))
        return encrypted ? an_fail(err, AN_INPUT, "wrong password, or a damaged file")
                         : an_fail(err, AN_INPUT, "damaged: its check does not fit");
    if (new_secret(&s, err) || !s)      // the second says to the compiler what the first means
        return err->code;
    crypto_sign_seed_keypair(s->public.key, s->key, hidden + AN_SIGN_ID_BYTES);
    memcpy(s->public.id, hidden, AN_SIGN_ID_BYTES);
    if (sodium_memcmp(s->key, hidden + AN_SIGN_ID_BYTES, SECRET) != 0)
        return an_fail(err, AN_INPUT, "damaged: its two halves do not fit");
    *ret = AN_TAKE(s);
    return AN_OK;
}

static enum an_code decode_secret(struct an_str text, unsigned char *raw, bool *ret_encrypted, struct an_err *err) {
    struct an_str line;
    if (!key_line(text, false, &line) || !decode(line, raw, SECRET_RAW) || memcmp(raw, "Ed", 2) != 0 ||
        memcmp(raw + CHECK_NAME_AT, "B2", 2) != 0)
        return an_fail(err, AN_INPUT, "no secret key of minisign");
    *ret_encrypted = memcmp(raw + KDF_AT, "Sc", 2) == 0;
    if (!*ret_encrypted && !is_zero(raw + KDF_AT, 2))
        return an_fail(err, AN_INPUT, "encrypted in a way that is not known here");
    return AN_OK;
}

static enum an_code parse(struct an_str text, struct an_str password, unsigned char *raw, struct an_secret **ret,
                          struct an_err *err) {
    bool encrypted;
    AN_TRY(decode_secret(text, raw, &encrypted, err));
    if (encrypted && !password.len)
        return an_fail(err, AN_USAGE, "needs a password");
    if (password.len > AN_SIGN_PASSWORD_MAX)
        return an_fail(err, AN_LIMIT, "the password is longer than %d bytes", AN_SIGN_PASSWORD_MAX);
    if (encrypted && (get_u64(raw + OPS_AT) > crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE ||
                      get_u64(raw + MEMORY_AT) > crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE))
        return an_fail(err, AN_LIMIT, "asks for more work than minisign ever does");
    if (encrypted)
        AN_TRY(add_stream(raw, password, err));
    return take_secret(raw, encrypted, ret, err);
}

enum an_code an_secret_parse(struct an_str text, struct an_str password, struct an_secret **ret_secret, struct an_err *err) {
    AN_TRY(start(err));
    unsigned char *raw = sodium_malloc(SECRET_RAW);
    if (!raw)
        return an_fail(err, AN_NOMEM, "no memory for the key");
    enum an_code code = parse(text, password, raw, ret_secret, err);
    sodium_free(raw);
    return code;
}

// The text of a secret key file, in memory that sodium_free zeroes. NULL on failure.
static char *read_text(const char *path, size_t *ret_len, struct an_err *err) {
    if (start(err))
        return NULL;
    char *text = sodium_malloc(SECRET_FILE_MAX);
    if (!text)
        AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for the key"));
    else if (an_file_read_into(path, AN_FILE_PRIVATE, text, SECRET_FILE_MAX, ret_len, err)) {
        AN_IGNORE(an_err_context(err, "secret key file"));
        sodium_free(text);
        text = NULL;
    }
    return text;
}

enum an_code an_secret_read(const char *path, struct an_str password, struct an_secret **ret_secret, struct an_err *err) {
    size_t len = 0;
    char *text = read_text(path, &len, err);
    if (!text)
        return err->code;
    enum an_code code = an_secret_parse((struct an_str) {text, len}, password, ret_secret, err);
    sodium_free(text);
    return code ? an_err_context(err, "secret key file %.160s", path) : AN_OK;
}

enum an_code an_secret_wants_password(const char *path, bool *ret_wants, struct an_err *err) {
    size_t len = 0;
    char *text = read_text(path, &len, err);
    if (!text)
        return err->code;
    unsigned char *raw = sodium_malloc(SECRET_RAW);
    enum an_code code = raw ? decode_secret((struct an_str) {text, len}, raw, ret_wants, err)
                            : an_fail(err, AN_NOMEM, "no memory for the key");
    sodium_free(raw);
    sodium_free(text);
    return code ? an_err_context(err, "secret key file %.160s", path) : AN_OK;
}

static void make_raw(const struct an_secret *secret, unsigned char *raw) {
    memset(raw, 0, SECRET_RAW);
    memcpy(raw, "Ed", 2);
    memcpy(raw + CHECK_NAME_AT, "B2", 2);
    memcpy(raw + HIDDEN_AT, secret->public.id, AN_SIGN_ID_BYTES);
    memcpy(raw + HIDDEN_AT + AN_SIGN_ID_BYTES, secret->key, SECRET);
    make_check(raw, raw + HIDDEN_AT + AN_SIGN_ID_BYTES + SECRET);
}

static enum an_code encrypt(unsigned char *raw, struct an_str password, enum an_secret_cost cost, struct an_err *err) {
    if (password.len > AN_SIGN_PASSWORD_MAX)
        return an_fail(err, AN_LIMIT, "the password is longer than %d bytes", AN_SIGN_PASSWORD_MAX);
    bool quick = cost == AN_SECRET_INTERACTIVE;
    memcpy(raw + KDF_AT, "Sc", 2);
    randombytes_buf(raw + SALT_AT, SALT);
    put_u64(raw + OPS_AT, quick ? crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_INTERACTIVE
                                : crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE);
    put_u64(raw + MEMORY_AT, quick ? crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_INTERACTIVE
                                   : crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE);
    return add_stream(raw, password, err);
}

enum an_code an_secret_write(const struct an_secret *secret, const char *path, struct an_str password,
                             enum an_secret_cost cost, struct an_err *err) {
    static const char head[] = UNTRUSTED "minisign encrypted secret key\n";       // what minisign says of both forms
    unsigned char *raw = sodium_malloc(SECRET_RAW);
    char *text = sodium_malloc(SECRET_FILE_MAX);
    enum an_code code = raw && text ? AN_OK : an_fail(err, AN_NOMEM, "no memory for the key");
    if (!code) {
        make_raw(secret, raw);
        if (password.len)
            code = encrypt(raw, password, cost, err);
    }
    if (!code) {
        memcpy(text, head, sizeof head - 1);
        sodium_bin2base64(text + sizeof head - 1, SECRET_FILE_MAX - sizeof head, raw, SECRET_RAW,
                          sodium_base64_VARIANT_ORIGINAL);
        size_t len = strlen(text);
        text[len++] = '\n';
        if (an_file_create(path, (struct an_str) {text, len}, 0600, err))
            code = an_err_context(err, "secret key file");
    }
    sodium_free(raw);
    sodium_free(text);
    return code;
}

static void sign_raw(const struct an_secret *secret, const unsigned char *bytes, size_t len, unsigned char ret[SIG]) {
    crypto_sign_detached(ret, NULL, bytes, len, secret->key);
}

// What the second signature is of: the first one, and the trusted comment.
static enum an_code make_global(const unsigned char sig[SIG], struct an_str trusted, struct an_buf *out, struct an_err *err) {
    AN_TRY(an_buf_add(out, (struct an_str) {(const char *) sig, SIG}, err));
    return an_buf_add(out, trusted, err);
}

enum an_code an_sign(const struct an_secret *secret, struct an_str bytes, struct an_str untrusted, struct an_str trusted,
                     struct an_buf *out, struct an_err *err) {
    if (!is_line(untrusted, AN_SIGN_COMMENT_MAX) || !is_line(trusted, AN_SIGN_TRUSTED_MAX))
        return an_fail(err, AN_USAGE, "a signature's comment is one line of UTF-8 of at most %d bytes, a trusted one %d",
                       AN_SIGN_COMMENT_MAX, AN_SIGN_TRUSTED_MAX);
    unsigned char raw[SIG_RAW] = {'E', 'D'}, hash[HASH], global[SIG];
    char line[sodium_base64_ENCODED_LEN(SIG_RAW, sodium_base64_VARIANT_ORIGINAL)];
    memcpy(raw + 2, secret->public.id, AN_SIGN_ID_BYTES);
    crypto_generichash(hash, sizeof hash, (const unsigned char *) bytes.ptr, bytes.len, NULL, 0);
    sign_raw(secret, hash, sizeof hash, raw + 2 + AN_SIGN_ID_BYTES);
    AN_AUTO(an_buf) both = {0};
    AN_TRY(make_global(raw + 2 + AN_SIGN_ID_BYTES, trusted, &both, err));
    sign_raw(secret, (const unsigned char *) both.ptr, both.len, global);
    sodium_bin2base64(line, sizeof line, raw, sizeof raw, sodium_base64_VARIANT_ORIGINAL);
    AN_TRY(an_buf_addf(out, err, UNTRUSTED "%.*s\n%s\n" TRUSTED "%.*s\n", AN_STR_ARG(untrusted), line, AN_STR_ARG(trusted)));
    sodium_bin2base64(line, sizeof line, global, sizeof global, sodium_base64_VARIANT_ORIGINAL);
    return an_buf_addf(out, err, "%s\n", line);
}

enum an_code an_signature_parse(struct an_str text, struct an_signature *ret, struct an_err *err) {
    struct an_str untrusted, line, trusted, global;
    unsigned char raw[SIG_RAW];
    struct an_signature s = {0};
    AN_TRY(start(err));
    if (text.len > AN_SIGN_TEXT_MAX)
        return an_fail(err, AN_LIMIT, "signature: longer than %d bytes", AN_SIGN_TEXT_MAX);
    if (!next_line(&text, &untrusted) || !next_line(&text, &line) || !next_line(&text, &trusted) ||
        !next_line(&text, &global) || text.len)
        return an_fail(err, AN_INPUT, "signature: not the four lines of a signature of minisign");
    if (!begins(untrusted, AN_STR(UNTRUSTED)) || !begins(trusted, AN_STR(TRUSTED)))
        return an_fail(err, AN_INPUT, "signature: a line that says '" UNTRUSTED "' or '" TRUSTED "' is missing");
    s.untrusted = an_str_slice(untrusted, sizeof UNTRUSTED - 1, untrusted.len);
    s.trusted = an_str_slice(trusted, sizeof TRUSTED - 1, trusted.len);
    if (!is_line(s.untrusted, AN_SIGN_COMMENT_MAX) || !is_line(s.trusted, AN_SIGN_TRUSTED_MAX))
        return an_fail(err, AN_INPUT, "signature: a comment is too long or no text");
    if (!decode(line, raw, sizeof raw) || !decode(global, s.global, sizeof s.global) || raw[0] != 'E' ||
        (raw[1] != 'D' && raw[1] != 'd'))
        return an_fail(err, AN_INPUT, "signature: not of a kind known here");
    s.is_legacy = raw[1] == 'd';
    memcpy(s.id, raw + 2, sizeof s.id);
    memcpy(s.sig, raw + 2 + AN_SIGN_ID_BYTES, sizeof s.sig);
    *ret = s;
    return AN_OK;
}

enum an_code an_signature_check(const struct an_signature *signature, const struct an_public *key, struct an_str bytes,
                                struct an_err *err) {
    AN_TRY(start(err));
    if (memcmp(signature->id, key->id, sizeof key->id) != 0)
        return an_fail(err, AN_INPUT, "signature: made with another key");
    unsigned char hash[HASH];
    const unsigned char *message = (const unsigned char *) bytes.ptr;
    size_t len = bytes.len;
    if (!signature->is_legacy) {
        crypto_generichash(hash, sizeof hash, message, len, NULL, 0);
        message = hash;
        len = sizeof hash;
    }
    if (crypto_sign_verify_detached(signature->sig, message, len, key->key))
        return an_fail(err, AN_INPUT, "signature: does not fit what it is said to sign");
    AN_AUTO(an_buf) both = {0};
    AN_TRY(make_global(signature->sig, signature->trusted, &both, err));
    if (crypto_sign_verify_detached(signature->global, (const unsigned char *) both.ptr, both.len, key->key))
        return an_fail(err, AN_INPUT, "signature: its trusted comment was altered");
    return AN_OK;
}
