#define _GNU_SOURCE       // strerrordesc_np
#include "gen/sink.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/utf8.h"

enum { TEXT_BYTES = 256 * 1024, CODED_BYTES = 2 * TEXT_BYTES + 16, KNOWN = 4096, TIME_OF_ALL = 1793491200 };

static void fail_errno(struct an_gen_sink *s, const char *what) {
    if (!s->err.code)
        AN_IGNORE(an_fail(&s->err, AN_IO, "%s: %s", what, strerrordesc_np(errno)));
}

static void fail_archive(struct an_gen_sink *s) {
    if (!s->err.code)
        AN_IGNORE(an_fail(&s->err, AN_IO, "cannot be packed: %s", archive_error_string(s->archive)));
}

static void write_out(struct an_gen_sink *s, const char *bytes, size_t len) {
    s->bytes += len;
    if (s->archive) {
        if (!s->err.code && archive_write_data(s->archive, bytes, len) != (la_ssize_t) len)
            fail_archive(s);
        return;
    }
    while (len && !s->err.code) {
        ssize_t n = write(s->fd, bytes, len);
        if (n < 0 && errno != EINTR)
            fail_errno(s, "cannot be written");
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t) n : 0;
    }
}

static size_t put_gb18030(struct an_gen_sink *s, struct an_str one, uint32_t point, char *out) {
    struct an_gen_known *k = &s->known[(point ^ point >> 12) % KNOWN];
    if (k->point != point) {
        char in[4], *in_at = in, *out_at = k->bytes;
        size_t in_left = one.len, out_left = sizeof k->bytes;
        memcpy(in, one.ptr, one.len);
        if (iconv(s->gb, &in_at, &in_left, &out_at, &out_left) == (size_t) -1)
            fail_errno(s, "a character has no GB18030 form");
        k->point = point;
        k->len = (uint32_t) (sizeof k->bytes - out_left);
    }
    memcpy(out, k->bytes, sizeof k->bytes);
    return k->len;
}

static size_t put_utf16(uint32_t point, char *out) {
    uint32_t high = point < 0x10000 ? point : 0xd800 + ((point - 0x10000) >> 10);
    uint32_t low = 0xdc00 + (point & 0x3ff);
    out[0] = (char) (high & 0xff);
    out[1] = (char) (high >> 8);
    if (point < 0x10000)
        return 2;
    out[2] = (char) (low & 0xff);
    out[3] = (char) (low >> 8);
    return 4;
}

static void flush(struct an_gen_sink *s) {
    struct an_str rest = {s->text, s->len};
    if (s->encoding == AN_GEN_UTF8) {
        write_out(s, s->text, s->len);
        rest.len = 0;
    }
    size_t len = 0;
    while (rest.len) {
        size_t used = 1;
        uint32_t point = (unsigned char) *rest.ptr;
        if (point >= 0x80)
            point = an_utf8_get(rest, &used);
        if (s->encoding == AN_GEN_UTF16LE)
            len += put_utf16(point, s->coded + len);
        else if (point < 0x80)
            s->coded[len++] = (char) point;
        else
            len += put_gb18030(s, (struct an_str) {rest.ptr, used}, point, s->coded + len);
        rest = an_str_slice(rest, used, rest.len);
    }
    if (len)
        write_out(s, s->coded, len);
    s->len = 0;
}

// A gzip file or a zip archive of one member, without the time of day.
static enum an_code open_archive(struct an_gen_sink *s, const char *member, enum an_gen_packing packing,
                                 struct an_err *err) {
    s->archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    if (!s->archive || !entry) {
        archive_entry_free(entry);
        return an_fail(err, AN_NOMEM, "no memory for an archive");
    }
    archive_entry_set_pathname(entry, member);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, TIME_OF_ALL, 0);
    bool good = packing == AN_GEN_ZIP
        ? archive_write_set_format_zip(s->archive) == ARCHIVE_OK &&
          archive_write_set_options(s->archive, "zip:compression-level=1") == ARCHIVE_OK
        : archive_write_set_format_raw(s->archive) == ARCHIVE_OK &&
          archive_write_add_filter_gzip(s->archive) == ARCHIVE_OK &&
          archive_write_set_options(s->archive, "gzip:compression-level=1,gzip:!timestamp") == ARCHIVE_OK;
    good = good && archive_write_open_fd(s->archive, s->fd) == ARCHIVE_OK &&
           archive_write_header(s->archive, entry) == ARCHIVE_OK;
    archive_entry_free(entry);
    return good ? AN_OK : an_fail(err, AN_IO, "cannot be packed: %s", archive_error_string(s->archive));
}

static enum an_code open_all(struct an_gen_sink *s, const char *path, const char *member,
                             enum an_gen_packing packing,
                             struct an_err *err) {
    s->text = an_alloc(TEXT_BYTES);
    if (!s->text)
        return an_fail(err, AN_NOMEM, "no memory for a buffer");
    if (s->encoding != AN_GEN_UTF8 && !(s->coded = an_alloc(CODED_BYTES)))
        return an_fail(err, AN_NOMEM, "no memory for a buffer");
    if (s->encoding == AN_GEN_GB18030) {
        s->known = an_alloc(KNOWN * sizeof *s->known);
        if (!s->known)
            return an_fail(err, AN_NOMEM, "no memory for a buffer");
        memset(s->known, 0, KNOWN * sizeof *s->known);
        s->gb = iconv_open("GB18030", "UTF-8");
        s->has_gb = (intptr_t) s->gb != -1;
        if (!s->has_gb)
            return an_fail(err, AN_IO, "this system cannot write GB18030");
    }
    s->fd = strcmp(path, "-") == 0 ? STDOUT_FILENO
                                   : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (s->fd < 0)
        return an_fail(err, AN_IO, "cannot be created: %s", strerrordesc_np(errno));
    return packing == AN_GEN_PLAIN ? AN_OK : open_archive(s, member, packing, err);
}

enum an_code an_gen_sink_open(struct an_gen_sink *s, const char *path, const char *member,
                              enum an_gen_encoding encoding,
                              enum an_gen_packing packing, struct an_err *err) {
    *s = (struct an_gen_sink) {.encoding = encoding, .fd = -1};
    enum an_code code = open_all(s, path, member, packing, err);
    if (code) {
        an_gen_sink_release(s);
        return code;
    }
    if (encoding == AN_GEN_UTF16LE)
        an_gen_sink_put(s, AN_STR("\xef\xbb\xbf"));
    return AN_OK;
}

char *an_gen_sink_room(struct an_gen_sink *s, size_t n) {
    if (n > TEXT_BYTES - s->len)
        flush(s);
    return s->text + s->len;
}

void an_gen_sink_put(struct an_gen_sink *s, struct an_str text) {
    assert(text.len <= AN_GEN_ROOM_MAX);
    memcpy(an_gen_sink_room(s, text.len), text.ptr, text.len);
    s->len += text.len;
}

enum an_code an_gen_sink_close(struct an_gen_sink *s, uint64_t *ret_bytes, struct an_err *err) {
    flush(s);
    if (s->archive && archive_write_close(s->archive) != ARCHIVE_OK)
        fail_archive(s);
    if (s->fd > STDERR_FILENO && close(s->fd) != 0)
        fail_errno(s, "cannot be written");
    s->fd = -1;
    enum an_code code = s->err.code;
    if (code)
        *err = s->err;
    else
        *ret_bytes = s->bytes;
    an_gen_sink_release(s);
    return code;
}

void an_gen_sink_release(struct an_gen_sink *s) {
    archive_write_free(s->archive);         // NULL is fine
    if (s->fd > STDERR_FILENO)
        (void) close(s->fd);
    if (s->has_gb)
        (void) iconv_close(s->gb);
    an_free(s->text);
    an_free(s->coded);
    an_free(s->known);
    *s = (struct an_gen_sink) {.fd = -1};
}
