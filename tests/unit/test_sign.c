// Keys and signatures: ours against minisign's own, what is altered, and what hostile files ask for.
#include "folder.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/file.h"
#include "base/sign.h"

static void must(enum an_code code, const struct an_err *err) {
    if (code)
        fail_msg("%s", err->text);
}

static void put(const char *path, struct an_str bytes, unsigned mode) {
    struct an_err err = {0};
    must(an_file_write(path, bytes, mode, 0, &err), &err);
}

static void get(const char *path, struct an_buf *out) {
    struct an_err err = {0};
    must(an_file_read(path, 1 << 20, 0, out, &err), &err);
}

static void run(const char *command) {
    int status = system(command);
    if (status)
        fail_msg("status %d: %s", status, command);
}

static void need_minisign(void) {
    if (system("command -v minisign >/dev/null"))
        skip();
}

static struct an_secret *secret_of(unsigned char first) {
    struct an_secret *s = NULL;
    struct an_err err = {0};
    unsigned char seed[AN_SIGN_SEED_BYTES] = {first};
    must(an_secret_from_seed(seed, &s, &err), &err);
    return s;
}

// The seed and public key of RFC 8032, section 7.1, test 1.
static void a_key_is_the_one_of_its_seed(void **state) {
    (void) state;
    unsigned char seed[AN_SIGN_SEED_BYTES];
    char hex[2 * AN_SIGN_KEY_BYTES + 1];
    struct an_secret *s = NULL;
    struct an_public public, again;
    struct an_err err = {0};
    char line[AN_PUBLIC_TEXT_MAX];
    assert_int_equal(sodium_hex2bin(seed, sizeof seed, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                                    64, NULL, NULL, NULL), 0);
    must(an_secret_from_seed(seed, &s, &err), &err);
    an_secret_public(s, &public);
    assert_string_equal(sodium_bin2hex(hex, sizeof hex, public.key, sizeof public.key),
                        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    must(an_public_parse(an_str_from_c(an_public_text(&public, line)), &again, &err), &err);
    assert_true(an_public_eq(&public, &again));
    an_secret_free(s);
}

static void sign(const struct an_secret *s, struct an_str bytes, struct an_buf *out) {
    struct an_err err = {0};
    must(an_sign(s, bytes, AN_STR("made by a test"), AN_STR("file:\xe6\x96\x87\xe4\xbb\xb6\tday:2026-11-23"), out, &err), &err);
}

static enum an_code check(struct an_str text, const struct an_public *key, struct an_str bytes, struct an_err *err) {
    struct an_signature s;
    enum an_code code = an_signature_parse(text, &s, err);
    return code ? code : an_signature_check(&s, key, bytes, err);
}

static void a_signature_fits_its_bytes_and_its_key_alone(void **state) {
    (void) state;
    struct an_secret *s = secret_of(1), *t = secret_of(2);
    struct an_public public, other;
    struct an_err err = {0};
    struct an_signature taken;
    AN_AUTO(an_buf) text = {0};
    AN_AUTO(an_buf) again = {0};
    an_secret_public(s, &public);
    an_secret_public(t, &other);
    sign(s, AN_STR("bytes"), &text);
    sign(s, AN_STR("bytes"), &again);
    assert_true(an_str_eq(an_buf_str(&text), an_buf_str(&again)));
    assert_int_equal(check(an_buf_str(&text), &public, AN_STR("bytes"), &err), AN_OK);
    assert_int_equal(check(an_buf_str(&text), &public, AN_STR("bytez"), &err), AN_INPUT);
    assert_string_equal(err.text, "signature: does not fit what it is said to sign");
    assert_int_equal(check(an_buf_str(&text), &public, (struct an_str) {0}, &err), AN_INPUT);
    assert_int_equal(check(an_buf_str(&text), &other, AN_STR("bytes"), &err), AN_INPUT);
    assert_string_equal(err.text, "signature: made with another key");
    memcpy(other.id, public.id, sizeof other.id);           // a number that anybody can choose
    assert_int_equal(check(an_buf_str(&text), &other, AN_STR("bytes"), &err), AN_INPUT);
    must(an_signature_parse(an_buf_str(&text), &taken, &err), &err);
    assert_true(an_str_eq(taken.trusted, AN_STR("file:\xe6\x96\x87\xe4\xbb\xb6\tday:2026-11-23")));
    assert_true(an_str_eq(taken.untrusted, AN_STR("made by a test")));
    an_secret_free(s);
    an_secret_free(t);
}

static void any_bit_turned_behind_the_first_line_is_refused(void **state) {
    (void) state;
    struct an_secret *s = secret_of(1);
    struct an_public public;
    struct an_err err = {0};
    AN_AUTO(an_buf) text = {0};
    an_secret_public(s, &public);
    sign(s, AN_STR("bytes"), &text);
    size_t from = (size_t) ((char *) memchr(text.ptr, '\n', text.len) - text.ptr);
    assert_true(text.len - from > 200);
    for (size_t i = from; i + 1 < text.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            text.ptr[i] = (char) (text.ptr[i] ^ 1 << bit);
            if (check(an_buf_str(&text), &public, AN_STR("bytes"), &err) != AN_INPUT)
                fail_msg("byte %zu, bit %d", i, bit);
            text.ptr[i] = (char) (text.ptr[i] ^ 1 << bit);
        }
    for (size_t len = 0; len + 1 < text.len; len++)         // the last line feed may be missing
        assert_int_equal(check((struct an_str) {text.ptr, len}, &public, AN_STR("bytes"), &err), AN_INPUT);
    assert_int_equal(check(an_buf_str(&text), &public, AN_STR("bytes"), &err), AN_OK);
    must(an_buf_add(&text, AN_STR("\n"), &err), &err);
    assert_int_equal(check(an_buf_str(&text), &public, AN_STR("bytes"), &err), AN_INPUT);
    an_secret_free(s);
}

static void a_comment_is_one_line_within_its_limit(void **state) {
    (void) state;
    struct an_secret *s = secret_of(1);
    struct an_err err = {0};
    AN_AUTO(an_buf) out = {0};
    static char longest[AN_SIGN_TRUSTED_MAX + 1];
    memset(longest, 'x', sizeof longest);
    struct an_str most = {longest, AN_SIGN_TRUSTED_MAX}, more = {longest, AN_SIGN_TRUSTED_MAX + 1};
    assert_int_equal(an_sign(s, AN_STR("b"), AN_STR("two\nlines"), AN_STR("t"), &out, &err), AN_USAGE);
    assert_int_equal(an_sign(s, AN_STR("b"), AN_STR("u"), AN_STR("two\rlines"), &out, &err), AN_USAGE);
    assert_int_equal(an_sign(s, AN_STR("b"), AN_STR("u"), AN_STR("no \xff text"), &out, &err), AN_USAGE);
    assert_int_equal(an_sign(s, AN_STR("b"), AN_STR("u"), more, &out, &err), AN_USAGE);
    assert_int_equal(an_sign(s, AN_STR("b"), AN_STR(""), most, &out, &err), AN_OK);
    an_secret_free(s);
}

static void minisign_verifies_what_we_sign(void **state) {
    (void) state;
    need_minisign();
    struct an_secret *s = NULL;
    struct an_public public;
    struct an_err err = {0};
    char command[256], line[AN_PUBLIC_TEXT_MAX];
    AN_AUTO(an_buf) text = {0};
    must(an_secret_make(&s, &err), &err);
    an_secret_public(s, &public);
    must(an_public_write(&public, "k.pub", &err), &err);
    put("m", AN_STR("message\n"), 0600);
    sign(s, AN_STR("message\n"), &text);
    put("m.minisig", an_buf_str(&text), 0600);
    run("minisign -V -H -q -p k.pub -m m");
    (void) snprintf(command, sizeof command, "minisign -V -Q -P %s -m m | grep -q day:2026-11-23", an_public_text(&public, line));
    run(command);
    put("m", AN_STR("massage\n"), 0600);
    assert_int_not_equal(system("minisign -V -q -p k.pub -m m 2>/dev/null"), 0);
    run("rm k.pub m m.minisig");
    an_secret_free(s);
}

static void minisign_signs_with_our_key_files(void **state) {
    (void) state;
    need_minisign();
    struct an_secret *s = NULL;
    struct an_public public;
    struct an_err err = {0};
    must(an_secret_make(&s, &err), &err);
    an_secret_public(s, &public);
    must(an_secret_write(s, "open.key", (struct an_str) {0}, AN_SECRET_INTERACTIVE, &err), &err);
    must(an_secret_write(s, "shut.key", AN_STR("p\xc3\xa4ss"), AN_SECRET_INTERACTIVE, &err), &err);
    put("m", AN_STR("message\n"), 0600);
    static const char *const commands[] = {
        "minisign -S -W -s open.key -m m </dev/null >/dev/null",
        "printf 'p\\303\\244ss\\n' | minisign -S -s shut.key -m m >/dev/null 2>&1",
    };
    for (size_t i = 0; i < AN_COUNT(commands); i++) {
        AN_AUTO(an_buf) text = {0};
        run(commands[i]);
        get("m.minisig", &text);
        must(check(an_buf_str(&text), &public, AN_STR("message\n"), &err), &err);
        run("rm m.minisig");
    }
    run("rm open.key shut.key m");
    an_secret_free(s);
}

static void we_verify_what_minisign_signs_in_both_of_its_ways(void **state) {
    (void) state;
    need_minisign();
    struct an_secret *s = NULL;
    struct an_public public, its;
    struct an_signature taken;
    struct an_err err = {0};
    bool wants = true;
    run("minisign -G -W -p k.pub -s k.key >/dev/null && printf 'message\\n' >m");
    must(an_public_read("k.pub", &public, &err), &err);
    must(an_secret_wants_password("k.key", &wants, &err), &err);
    assert_false(wants);
    must(an_secret_read("k.key", (struct an_str) {0}, &s, &err), &err);
    an_secret_public(s, &its);
    assert_true(an_public_eq(&public, &its));
    static const char *const commands[] = {
        "minisign -S -W -s k.key -m m >/dev/null", "minisign -S -l -W -s k.key -m m >/dev/null",
    };
    for (size_t i = 0; i < AN_COUNT(commands); i++) {
        AN_AUTO(an_buf) text = {0};
        run(commands[i]);
        get("m.minisig", &text);
        must(an_signature_parse(an_buf_str(&text), &taken, &err), &err);
        assert_int_equal(taken.is_legacy, i == 1);
        must(an_signature_check(&taken, &public, AN_STR("message\n"), &err), &err);
        assert_int_equal(an_signature_check(&taken, &public, AN_STR("massage\n"), &err), AN_INPUT);
    }
    run("rm k.pub k.key m m.minisig");
    an_secret_free(s);
}

static void a_key_that_minisign_locked_opens_with_its_password(void **state) {
    (void) state;
    need_minisign();
    struct an_secret *s = NULL;
    struct an_public public, its;
    struct an_err err = {0};
    bool wants = false;
    if (system("printf 'secret\\nsecret\\n' | minisign -G -p k.pub -s k.key >/dev/null 2>&1"))
        skip();                         // it wants a GiB of memory
    must(an_public_read("k.pub", &public, &err), &err);
    must(an_secret_wants_password("k.key", &wants, &err), &err);
    assert_true(wants);
    must(an_secret_read("k.key", AN_STR("secret"), &s, &err), &err);
    an_secret_public(s, &its);
    assert_true(an_public_eq(&public, &its));
    run("rm k.pub k.key");
    an_secret_free(s);
}

static void a_password_must_be_the_one(void **state) {
    (void) state;
    struct an_secret *s = secret_of(7), *t = NULL;
    struct an_err err = {0};
    static char much[AN_SIGN_PASSWORD_MAX + 1];
    memset(much, 'x', sizeof much);
    must(an_secret_write(s, "k.key", AN_STR("secret"), AN_SECRET_INTERACTIVE, &err), &err);
    assert_int_equal(an_secret_read("k.key", (struct an_str) {0}, &t, &err), AN_USAGE);
    assert_string_equal(err.text, "secret key file k.key: needs a password");
    assert_int_equal(an_secret_read("k.key", AN_STR("Secret"), &t, &err), AN_INPUT);
    assert_string_equal(err.text, "secret key file k.key: wrong password, or a damaged file");
    assert_int_equal(an_secret_read("k.key", (struct an_str) {much, sizeof much}, &t, &err), AN_LIMIT);
    assert_null(t);
    must(an_secret_read("k.key", AN_STR("secret"), &t, &err), &err);
    assert_int_equal(an_secret_write(s, "k.key", (struct an_str) {0}, AN_SECRET_INTERACTIVE, &err), AN_IO);     // is there
    assert_int_equal(an_secret_write(s, "l.key", (struct an_str) {much, sizeof much}, AN_SECRET_INTERACTIVE, &err), AN_LIMIT);
    assert_int_equal(unlink("k.key"), 0);
    an_secret_free(s);
    an_secret_free(t);
}

static void a_key_file_that_others_can_read_is_refused(void **state) {
    (void) state;
    struct an_secret *s = secret_of(7), *t = NULL;
    struct an_err err = {0};
    struct stat st;
    must(an_secret_write(s, "k.key", (struct an_str) {0}, AN_SECRET_INTERACTIVE, &err), &err);
    assert_int_equal(stat("k.key", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(chmod("k.key", 0640), 0);
    assert_int_equal(an_secret_read("k.key", (struct an_str) {0}, &t, &err), AN_USAGE);
    assert_string_equal(err.text, "secret key file: k.key: others may read or change it; run: chmod 600 k.key");
    assert_int_equal(chmod("k.key", 0600) | symlink("k.key", "link.key"), 0);
    assert_int_equal(an_secret_read("link.key", (struct an_str) {0}, &t, &err), AN_IO);
    assert_int_equal(unlink("k.key") | unlink("link.key"), 0);
    an_secret_free(s);
}

// Byte by byte of the raw form: no key comes out that is not the one that went in.
static void a_damaged_key_file_is_refused(void **state) {
    (void) state;
    struct an_secret *s = secret_of(7);
    struct an_public public, its;
    struct an_err err = {0};
    AN_AUTO(an_buf) text = {0};
    an_secret_public(s, &public);
    must(an_secret_write(s, "k.key", (struct an_str) {0}, AN_SECRET_INTERACTIVE, &err), &err);
    get("k.key", &text);
    size_t from = (size_t) ((char *) memchr(text.ptr, '\n', text.len) - text.ptr) + 1, refused = 0;
    for (size_t i = from; i + 1 < text.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct an_secret *t = NULL;
            text.ptr[i] = (char) (text.ptr[i] ^ 1 << bit);
            if (an_secret_parse(an_buf_str(&text), (struct an_str) {0}, &t, &err)) {
                refused++;
            } else {                    // salt and cost say nothing where there is no password
                an_secret_public(t, &its);
                assert_true(an_public_eq(&public, &its));
            }
            text.ptr[i] = (char) (text.ptr[i] ^ 1 << bit);
            an_secret_free(t);
        }
    assert_true(refused > 1000);
    assert_int_equal(unlink("k.key"), 0);
    an_secret_free(s);
}

static void a_key_file_that_asks_for_much_work_is_refused(void **state) {
    (void) state;
    struct an_secret *s = secret_of(7), *t = NULL;
    struct an_err err = {0};
    enum { RAW = 158, OPS_AT = 38, MEMORY_AT = 46 };
    must(an_secret_write(s, "k.key", AN_STR("secret"), AN_SECRET_INTERACTIVE, &err), &err);
    static const size_t places[] = {OPS_AT + 3, OPS_AT + 7, MEMORY_AT + 4, MEMORY_AT + 7};
    for (size_t i = 0; i < AN_COUNT(places); i++) {
        AN_AUTO(an_buf) text = {0};
        unsigned char raw[RAW];
        get("k.key", &text);
        char *line = (char *) memchr(text.ptr, '\n', text.len) + 1;
        assert_int_equal(sodium_base642bin(raw, RAW, line, 212, NULL, NULL, NULL, sodium_base64_VARIANT_ORIGINAL), 0);
        raw[places[i]] = 0x7F;
        sodium_bin2base64(line, 213, raw, RAW, sodium_base64_VARIANT_ORIGINAL);
        line[212] = '\n';
        assert_int_equal(an_secret_parse(an_buf_str(&text), AN_STR("secret"), &t, &err), AN_LIMIT);
        assert_string_equal(err.text, "asks for more work than minisign ever does");
    }
    assert_int_equal(unlink("k.key"), 0);
    an_secret_free(s);
}

static void what_is_no_public_key_is_refused(void **state) {
    (void) state;
    static const char *const wrong[] = {
        "", "\n", "RW", "RWTxHFWhgLnbsTGAfGoqIjLH6h7GkU33Bi9los++8leUTtUWu/Ow1PJ",
        "RWTxHFWhgLnbsTGAfGoqIjLH6h7GkU33Bi9los++8leUTtUWu/Ow1PJ99",
        "RUTxHFWhgLnbsTGAfGoqIjLH6h7GkU33Bi9los++8leUTtUWu/Ow1PJ9", "RWTxHFWhgLnbsTGAfGoqIjLH6h7GkU33Bi9los++8leUTtUWu/Ow1P 9",
        "untrusted comment: x\n", "comment\nRWTxHFWhgLnbsTGAfGoqIjLH6h7GkU33Bi9los++8leUTtUWu/Ow1PJ9\n",
        "RWTxHFWhgLnbsTGAfGoqIjLH6h7GkU33Bi9los++8leUTtUWu/Ow1PJ9\nmore",
    };
    struct an_public public;
    struct an_err err = {0};
    for (size_t i = 0; i < AN_COUNT(wrong); i++)
        assert_int_equal(an_public_parse(an_str_from_c(wrong[i]), &public, &err), AN_INPUT);
    must(an_public_parse(AN_STR("untrusted comment: x\r\nRWTxHFWhgLnbsTGAfGoqIjLH6h7GkU33Bi9los++8leUTtUWu/Ow1PJ9\r\n"), &public,
                         &err), &err);
    char id[AN_PUBLIC_ID_TEXT_MAX];
    assert_string_equal(an_public_id_text(&public, id), "B1DBB980A1551CF1");
}

static void no_memory_is_an_error_and_no_leak(void **state) {
    (void) state;
    struct an_secret *s = secret_of(1);
    struct an_public public;
    struct an_err err = {0};
    enum an_code code = AN_NOMEM;
    an_secret_public(s, &public);
    for (uint64_t n = 1; code; n++) {
        AN_AUTO(an_buf) text = {0};
        an_alloc_fail_nth(n);
        code = an_sign(s, AN_STR("bytes"), AN_STR("u"), AN_STR("t"), &text, &err);
        if (!code)
            code = check(an_buf_str(&text), &public, AN_STR("bytes"), &err);
        an_alloc_fail_nth(0);
        assert_true(code == AN_OK || code == AN_NOMEM);
        assert_true(n < 100);
    }
    an_secret_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_the_one_of_its_seed),
        cmocka_unit_test(a_signature_fits_its_bytes_and_its_key_alone),
        cmocka_unit_test(any_bit_turned_behind_the_first_line_is_refused),
        cmocka_unit_test(a_comment_is_one_line_within_its_limit),
        cmocka_unit_test(minisign_verifies_what_we_sign),
        cmocka_unit_test(minisign_signs_with_our_key_files),
        cmocka_unit_test(we_verify_what_minisign_signs_in_both_of_its_ways),
        cmocka_unit_test(a_key_that_minisign_locked_opens_with_its_password),
        cmocka_unit_test(a_password_must_be_the_one),
        cmocka_unit_test(a_key_file_that_others_can_read_is_refused),
        cmocka_unit_test(a_damaged_key_file_is_refused),
        cmocka_unit_test(a_key_file_that_asks_for_much_work_is_refused),
        cmocka_unit_test(what_is_no_public_key_is_refused),
        cmocka_unit_test(no_memory_is_an_error_and_no_leak),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
