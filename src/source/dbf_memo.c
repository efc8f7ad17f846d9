// Memos of dBASE and FoxPro tables.
#include "source/dbf_memo.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 512, STEP = 4096, PATH_LEN = 4096 };

// `path` with the last letters of its name replaced; false where that makes no name.
static bool beside(const char *path, const char *ending, char out[PATH_LEN]) {
    size_t n = strlen(path), k = strlen(ending);
    if (n <= k || n >= PATH_LEN)
        return false;
    memcpy(out, path, n + 1);
    for (size_t i = 0; i < k; i++) {
        bool upper = isupper((unsigned char) path[n - 1]);
        out[n - k + i] = (char) (upper ? toupper((unsigned char) ending[i]) : ending[i]);
    }
    return true;
}

static bool is_named(const char *path, const char *ending) {
    size_t n = strlen(path), k = strlen(ending);
    for (size_t i = 0; i < k; i++)
        if (n < k || tolower((unsigned char) path[n - k + i]) != ending[i])
            return false;
    return true;
}

static int open_plain(const char *path, struct stat *st) {
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, st) == 0 && S_ISREG(st->st_mode))
        return fd;
    if (fd >= 0)
        (void) close(fd);
    return -1;
}

static bool take(const struct an_dbf_memos *m, uint64_t at, void *to, size_t len) {
    return at <= m->size && len <= m->size - at && pread(m->descriptor, to, len, (off_t) at) == (ssize_t) len;
}

static uint32_t big(const unsigned char b[4]) {
    return (uint32_t) b[0] << 24 | (uint32_t) b[1] << 16 | (uint32_t) b[2] << 8 | b[3];
}

static uint32_t little(const unsigned char b[4]) {
    return (uint32_t) b[3] << 24 | (uint32_t) b[2] << 16 | (uint32_t) b[1] << 8 | b[0];
}

bool an_dbf_memos_open(struct an_dbf_memos *m, const char *path) {
    static const char *const endings[] = {"fpt", "dbt"};
    char name[PATH_LEN];
    unsigned char head[32];
    struct stat st;
    int fd = -1;
    bool is_foxpro = false;
    if (is_named(path, ".dbc")) {
        fd = beside(path, "dct", name) ? open_plain(name, &st) : -1;
        is_foxpro = true;
    }
    for (size_t i = 0; i < AN_COUNT(endings) && fd < 0; i++) {
        fd = is_named(path, ".dbf") && beside(path, endings[i], name) ? open_plain(name, &st) : -1;
        is_foxpro = i == 0;
    }
    if (fd < 0)
        return false;
    *m = (struct an_dbf_memos) {.descriptor = fd, .size = (uint64_t) st.st_size, .block = BLOCK};
    if (!take(m, 0, head, sizeof head)) {
        an_dbf_memos_release(m);
        return false;
    }
    if (is_foxpro) {
        m->form = AN_DBF_MEMOS_FOXPRO;
        m->block = (uint64_t) head[6] << 8 | head[7];
        m->block = m->block ? m->block : 1;
        return true;
    }
    unsigned block = head[20] | (unsigned) head[21] << 8;       // III+ has none, and one more mark
    if (head[16] != 3) {
        m->form = AN_DBF_MEMOS_IV;
        m->block = block ? block : BLOCK;
    }
    return true;
}

void an_dbf_memos_release(struct an_dbf_memos *m) {
    if (m->descriptor > 0)
        (void) close(m->descriptor);
    *m = (struct an_dbf_memos) {0};
}

bool an_dbf_has_table(const char *path) {
    char name[PATH_LEN];
    struct stat st;
    const char *ending = is_named(path, ".dct") || is_named(path, ".dcx") ? "dbc" : "dbf";
    int fd = beside(path, ending, name) ? open_plain(name, &st) : -1;
    if (fd >= 0)
        (void) close(fd);
    return fd >= 0;
}

static enum an_code take_text(const struct an_dbf_memos *m, uint64_t at, uint64_t len, struct an_buf *out, bool *ret_ok,
                              struct an_err *err) {
    char step[STEP];
    *ret_ok = at <= m->size && len <= m->size - at && len <= out->limit;
    while (len && *ret_ok) {
        size_t n = len < sizeof step ? (size_t) len : sizeof step;
        *ret_ok = take(m, at, step, n);
        if (*ret_ok)
            AN_TRY(an_buf_add(out, (struct an_str) {step, n}, err));
        at += n;
        len -= n;
    }
    return AN_OK;
}

// A memo of dBASE III+ has no length: it ends with the byte that ends files in DOS.
static enum an_code take_ended(const struct an_dbf_memos *m, uint64_t at, struct an_buf *out, bool *ret_ok, struct an_err *err) {
    *ret_ok = at < m->size;
    while (*ret_ok) {
        char step[STEP];
        uint64_t left = m->size - at;
        size_t n = left < sizeof step ? (size_t) left : sizeof step;
        *ret_ok = n && out->len + n <= out->limit && take(m, at, step, n);
        const char *end = *ret_ok ? memchr(step, 0x1A, n) : NULL;
        if (*ret_ok)
            AN_TRY(an_buf_add(out, (struct an_str) {step, end ? (size_t) (end - step) : n}, err));
        if (end || (*ret_ok && n == left))
            break;
        at += n;
    }
    return AN_OK;
}

enum an_code an_dbf_memo(const struct an_dbf_memos *m, uint64_t number, struct an_buf *out, bool *ret_ok, bool *ret_text,
                         struct an_err *err) {
    unsigned char head[8];
    uint64_t at = number * m->block;
    *ret_text = true;
    *ret_ok = m->descriptor > 0 && number < m->size;
    out->len = 0;
    if (*ret_ok && m->form == AN_DBF_MEMOS_III)
        return take_ended(m, at, out, ret_ok, err);
    *ret_ok = *ret_ok && take(m, at, head, sizeof head);
    if (!*ret_ok)
        return AN_OK;
    if (m->form == AN_DBF_MEMOS_FOXPRO) {
        *ret_text = big(head) == 1;
        return take_text(m, at + sizeof head, big(head + 4), out, ret_ok, err);
    }
    uint32_t len = little(head + 4);
    if (head[0] != 0xFF || head[1] != 0xFF || len < sizeof head)
        return take_ended(m, at, out, ret_ok, err);            // written by a program of III+
    return take_text(m, at + sizeof head, len - sizeof head, out, ret_ok, err);
}
