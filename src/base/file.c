#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"

#define SHOWN "%.160s"              // of a path, so that the reason behind it is not cut

enum { PIECE = 64 * 1024, FOLDER_MAX = 4096 };

static void close_fd(int *fd) {
    if (*fd >= 0) {
        int before = errno;
        (void) close(*fd);
        errno = before;
    }
}

static enum an_code check_kind(int fd, const char *path, int flags, struct an_err *err) {
    struct stat st;
    if (fstat(fd, &st))
        return an_fail(err, AN_IO, SHOWN ": %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode) || !(S_ISREG(st.st_mode) || flags & AN_FILE_STREAM))
        return an_fail(err, AN_USAGE, SHOWN ": not a regular file", path);
    if (flags & AN_FILE_PRIVATE && st.st_mode & 077)
        return an_fail(err, AN_USAGE, "%.80s: others may read or change it; run: chmod 600 %.80s", path, path);
    return AN_OK;
}

static enum an_code open_file(const char *path, int flags, int *ret_fd, struct an_err *err) {
    bool nofollow = flags & (AN_FILE_NOFOLLOW | AN_FILE_PRIVATE);
    int how = O_RDONLY | O_CLOEXEC | (nofollow ? O_NOFOLLOW : 0) | (flags & AN_FILE_STREAM ? 0 : O_NONBLOCK);
    int fd = open(path, how);
    if (fd < 0)
        return an_fail(err, AN_IO, SHOWN ": cannot be opened: %s", path, strerror(errno));
    enum an_code code = check_kind(fd, path, flags, err);
    if (code)
        close_fd(&fd);
    else
        *ret_fd = fd;
    return code;
}

// Fills `to` as far as the file goes.
static enum an_code fill(int fd, const char *path, char *to, size_t cap, size_t *ret_len, struct an_err *err) {
    size_t len = 0;
    while (len < cap) {
        ssize_t n = read(fd, to + len, cap - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return an_fail(err, AN_IO, SHOWN ": cannot be read: %s", path, strerror(errno));
        if (n == 0)
            break;
        len += (size_t) n;
    }
    *ret_len = len;
    return AN_OK;
}

enum an_code an_file_read(const char *path, size_t limit, int flags, struct an_buf *out, struct an_err *err) {
    AN_CLEANUP(close_fd) int fd = -1;
    char piece[PIECE];
    AN_TRY(open_file(path, flags, &fd, err));
    for (size_t total = 0, n = sizeof piece; n == sizeof piece; total += n) {
        AN_TRY(fill(fd, path, piece, sizeof piece, &n, err));
        if (n > limit - total)
            return an_fail(err, AN_LIMIT, SHOWN ": larger than %zu bytes", path, limit);
        if (an_buf_add(out, (struct an_str) {piece, n}, err))
            return an_err_context(err, SHOWN, path);
    }
    return AN_OK;
}

enum an_code an_file_read_into(const char *path, int flags, void *to, size_t cap, size_t *ret_len, struct an_err *err) {
    AN_CLEANUP(close_fd) int fd = -1;
    size_t len = 0, more = 0;
    char one;
    AN_TRY(open_file(path, flags, &fd, err));
    AN_TRY(fill(fd, path, to, cap, &len, err));
    AN_TRY(fill(fd, path, &one, 1, &more, err));
    if (more)
        return an_fail(err, AN_LIMIT, SHOWN ": larger than %zu bytes", path, cap);
    *ret_len = len;
    return AN_OK;
}

static enum an_code cannot_write(const char *path, struct an_err *err) {
    return an_fail(err, AN_IO, SHOWN ": cannot be written: %s", path, strerror(errno));
}

static enum an_code put(int fd, const char *path, struct an_str bytes, struct an_err *err) {
    for (size_t done = 0; done < bytes.len;) {
        ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cannot_write(path, err);
        done += (size_t) n;
    }
    return AN_OK;
}

// A rename or a new name is on the disk when its folder is. Where a file system knows no such thing, nothing is lost.
enum an_code an_file_sync_folder(const char *path, struct an_err *err) {
    char folder[FOLDER_MAX] = ".";
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t) (slash - path) : 0;
    if (len >= sizeof folder)
        return an_fail(err, AN_USAGE, SHOWN ": its name is too long", path);
    if (slash) {
        memcpy(folder, len ? path : "/", len ? len : 1);
        folder[len ? len : 1] = '\0';
    }
    AN_CLEANUP(close_fd) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && fsync(fd) && errno != EINVAL && errno != ENOTSUP)
        return cannot_write(path, err);
    return AN_OK;
}

enum an_code an_file_begin(const char *path, unsigned mode, struct an_file_out *ret_out, struct an_err *err) {
    struct stat st;                     // a rename would put a file in the place of a device or a link
    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return an_fail(err, AN_USAGE, SHOWN ": not a regular file", path);
    size_t size = strlen(path) + sizeof ".tmp";
    char *temporary = an_alloc(size);
    if (!temporary)
        return an_fail(err, AN_NOMEM, SHOWN ": no memory for its name", path);
    (void) snprintf(temporary, size, "%s.tmp", path);
    (void) unlink(temporary);           // left by a run that was stopped; it may have another mode
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) {
        enum an_code code = cannot_write(path, err);
        an_free(temporary);             // another's, or none: it stays
        return code;
    }
    *ret_out = (struct an_file_out) {.path = path, .temporary = temporary, .fd = 1 + fd};
    return AN_OK;
}

enum an_code an_file_add(struct an_file_out *out, struct an_str bytes, struct an_err *err) {
    return put(out->fd - 1, out->path, bytes, err);
}

enum an_code an_file_commit(struct an_file_out *out, struct an_err *err) {
    if (fsync(out->fd - 1) || rename(out->temporary, out->path))
        return cannot_write(out->path, err);
    const char *path = out->path;
    an_free(out->temporary);
    out->temporary = NULL;
    an_file_out_release(out);
    return an_file_sync_folder(path, err);
}

void an_file_out_release(struct an_file_out *out) {
    if (out->fd)
        (void) close(out->fd - 1);
    if (out->temporary)
        (void) unlink(out->temporary);
    an_free(out->temporary);
    *out = (struct an_file_out) {0};
}

static enum an_code write_stream(const char *path, struct an_str bytes, struct an_err *err) {
    AN_CLEANUP(close_fd) int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    return fd < 0 ? cannot_write(path, err) : put(fd, path, bytes, err);
}

enum an_code an_file_write(const char *path, struct an_str bytes, unsigned mode, int flags, struct an_err *err) {
    AN_AUTO(an_file_out) out = {0};
    struct stat st;
    if (flags & AN_FILE_STREAM && lstat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return write_stream(path, bytes, err);
    AN_TRY(an_file_begin(path, mode, &out, err));
    AN_TRY(an_file_add(&out, bytes, err));
    return an_file_commit(&out, err);
}

enum an_code an_file_create(const char *path, struct an_str bytes, unsigned mode, struct an_err *err) {
    AN_CLEANUP(close_fd) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return an_fail(err, AN_IO, SHOWN ": cannot be made: %s", path, strerror(errno));
    enum an_code code = put(fd, path, bytes, err);
    if (!code && fsync(fd))
        code = cannot_write(path, err);
    if (code) {
        (void) unlink(path);            // half a key is worse than none
        return code;
    }
    return an_file_sync_folder(path, err);
}
