#include "source/at.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "base/alloc.h"

void an_at_release(struct an_at *at) {
    if (at->fd >= 0)
        (void) close(at->fd);
    at->fd = -1;
    an_buf_release(&at->held);
}

static enum an_code open_file(struct an_at *at, const char *path, struct an_err *fault) {
    at->fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (at->fd < 0 || fstat(at->fd, &at->before) != 0)
        return an_fail(fault, AN_IO, "cannot be opened: %m");
    if (!S_ISREG(at->before.st_mode))
        return an_fail(fault, AN_IO, "is not a plain file");
    at->size = (uint64_t) at->before.st_size;
    return AN_OK;
}

enum an_code an_at_open(struct an_at *at, const struct an_reading *reading, struct an_input *input, struct an_str head,
                        enum an_code *ret_what, struct an_err *fault, struct an_err *err) {
    enum { STEP = 1 << 18 };
    *at = (struct an_at) {.fd = -1};
    *ret_what = input->path ? open_file(at, input->path, fault) : AN_OK;
    if (input->path)
        return AN_OK;
    enum an_code code = an_buf_add(&at->held, head, err);
    char *step = code ? NULL : an_alloc(STEP);
    if (!code && !step)
        code = an_fail(err, AN_NOMEM, "no memory for a file");
    for (size_t n = 1; !code && !*ret_what && n;) {
        *ret_what = input->read(input->arg, step, STEP, &n, fault);
        if (*ret_what == AN_NOMEM || *ret_what == AN_BUG) {
            *err = *fault;
            code = *ret_what;
        } else if (!*ret_what && at->held.len + n > reading->limits.memory_bytes) {
            *ret_what = an_fail(fault, AN_LIMIT, "in an archive or a stream, too large for memory: read it as a file");
        } else if (!*ret_what) {
            code = an_buf_add(&at->held, (struct an_str) {step, n}, err);
        }
    }
    an_free(step);
    at->size = at->held.len;
    return code;
}

static enum an_code read_at(const struct an_at *at, uint64_t from, char *to, size_t len, struct an_err *err) {
    while (len) {
        ssize_t n = pread(at->fd, to, len, (off_t) from);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n ? an_fail(err, AN_IO, "cannot be read further: %m")
                     : an_fail(err, AN_IO, "became shorter while it was read");
        to += n;
        from += (uint64_t) n;
        len -= (size_t) n;
    }
    return AN_OK;
}

enum an_code an_at_get(struct an_at *at, uint64_t from, size_t len, struct an_buf *buf, struct an_str *ret, struct an_err *err) {
    *ret = (struct an_str) {0};
    if (from > at->size || len > at->size - from)
        return an_fail(err, AN_INPUT, "the file ends before what it says it holds");
    if (at->fd < 0) {
        *ret = (struct an_str) {at->held.ptr ? at->held.ptr + from : "", len};
        return AN_OK;
    }
    if (buf->cap < len + 1) {
        an_buf_release(buf);
        buf->ptr = an_alloc(len + 1);
        if (!buf->ptr)
            return an_fail(err, AN_NOMEM, "no memory for %zu bytes", len);
        buf->cap = len + 1;
    }
    buf->len = len;
    *ret = (struct an_str) {buf->ptr, len};
    return read_at(at, from, buf->ptr, len, err);
}

bool an_at_changed(const struct an_at *at) {
    struct stat now;
    return at->fd >= 0 && fstat(at->fd, &now) == 0 &&
           (now.st_size != at->before.st_size || now.st_mtim.tv_sec != at->before.st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != at->before.st_mtim.tv_nsec);
}
