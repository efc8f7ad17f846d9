#define _GNU_SOURCE
// Census files from anybody: reading ends in order, and what is accepted is written back as it was; of an older format, as the
// newest has it, which then stays so. Each input is read twice: as it stands, and with the hash that fits it, since no fuzzer
// will guess one.
#include <assert.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "census/census.h"

enum { HASH = 32, PATH_MAX_HERE = 64, FORMAT_AT = 8, NEWEST = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct an_budget budget = {.limit = 64 << 20};

static bool read_bytes(struct an_str bytes, struct an_census *ret) {
    int fd = memfd_create("census", MFD_CLOEXEC);
    char path[PATH_MAX_HERE];
    struct an_err err = {0};
    if (fd < 0 || write(fd, bytes.ptr, bytes.len) != (ssize_t) bytes.len)
        abort();
    (void) snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    *ret = (struct an_census) {.budget = &budget, .caps = an_caps_default()};
    enum an_code code = an_census_read(ret, path, &err);
    (void) close(fd);
    assert(code == AN_OK || (code == err.code && err.text[0]));
    assert(code == AN_OK || code == AN_INPUT || code == AN_USAGE);      // no other machine trouble is expected here
    return code == AN_OK;
}

static void write_bytes(const struct an_census *c, struct an_buf *ret) {
    char folder[] = "/tmp/fuzz-census-XXXXXX", path[PATH_MAX_HERE], piece[4096];
    struct an_err err = {0};
    if (!mkdtemp(folder))
        abort();
    (void) snprintf(path, sizeof path, "%s/c", folder);
    enum an_code code = an_census_write(c, path, &err);
    FILE *f = fopen(path, "rb");
    if (code || !f)
        abort();
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        if (an_buf_add(ret, (struct an_str) {piece, n}, &err))
            abort();
    (void) fclose(f);
    (void) unlink(path);
    (void) rmdir(folder);
}

static void check(struct an_str bytes) {
    struct an_census c;
    AN_AUTO(an_buf) written = {0};
    if (read_bytes(bytes, &c)) {
        write_bytes(&c, &written);
        if (bytes.ptr[FORMAT_AT] == NEWEST)
            assert(an_str_eq(bytes, an_buf_str(&written)));
        else
            check(an_buf_str(&written));
    }
    an_census_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct an_str bytes = {(const char *) data, size};
    AN_AUTO(an_buf) whole = {0};
    struct an_err err = {0};
    check(bytes);
    unsigned char hash[HASH];
    size_t body = size > HASH ? size - HASH : size;         // a seed's own hash is replaced
    crypto_generichash(hash, sizeof hash, data, body, NULL, 0);
    if (an_buf_add(&whole, an_str_slice(bytes, 0, body), &err) ||
        an_buf_add(&whole, (struct an_str) {(const char *) hash, sizeof hash}, &err))
        abort();
    check(an_buf_str(&whole));
    return 0;
}
