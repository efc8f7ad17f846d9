// Reading one input, whatever it is.
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/buf.h"
#include "source/apart.h"
#include "text/encoding.h"

#define AN_ROW(name) extern const struct an_source an_source_##name;
#include "source_table.h"
#undef AN_ROW

const struct an_source *const an_sources[] = {
#define AN_ROW(name) &an_source_##name,
#include "source_table.h"
#undef AN_ROW
    NULL,
};
const size_t an_source_count = AN_COUNT(an_sources) - 1;

enum { HEAD = 64 * 1024 };

const char *an_store_status_name(enum an_store_status status) {
    static const char *const names[] = {
        [AN_STORE_READ] = "read", [AN_STORE_PARTLY] = "partly", [AN_STORE_UNREAD] = "unread",
        [AN_STORE_SKIPPED] = "skipped",
    };
    return names[status];
}

static void set_defaults(struct an_source_limits *l) {
    const uint64_t mib = (uint64_t) 1 << 20;
    if (!l->record_bytes)
        l->record_bytes = 64 * mib;
    if (!l->expansion)
        l->expansion = 200;
    if (!l->total_bytes)
        l->total_bytes = mib * mib;
    if (!l->memory_bytes)
        l->memory_bytes = 1024 * mib;
    if (!l->depth)
        l->depth = 8;
    if (!l->members)
        l->members = 1000 * 1000;
}

// A store of which nothing could be read: it is opened only to say so.
static enum an_code unread(const struct an_reading *reading, struct an_str uri, const struct an_err *why,
                           struct an_err *err) {
    const struct an_sink *sink = reading->sink;
    struct an_store_info info = {.uri = uri, .format = "unknown"};
    struct an_trouble trouble = {.code = why->code, .records_lost = AN_UNKNOWN_COUNT,
                                 .bytes_lost = AN_UNKNOWN_COUNT,
                                 .text = an_str_from_c(why->text)};
    enum an_code code = sink->open(sink->arg, &info, err);
    if (!code)
        code = sink->trouble(sink->arg, &trouble, err);
    return code ? code : sink->close(sink->arg, AN_STORE_UNREAD, 0, trouble.text, err);
}

// An input that broke off inside its head breaks off again where the head ends, for the source to see.
struct broken { enum an_code code; struct an_err why; };

static enum an_code read_broken(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    const struct broken *broken = arg;
    (void) buf, (void) cap;
    *ret_len = 0;
    *err = broken->why;
    return broken->code;
}

static struct an_str last_part(struct an_str uri) {
    size_t from = uri.len;
    while (from && uri.ptr[from - 1] != '/' && uri.ptr[from - 1] != '!')
        from--;
    return an_str_slice(uri, from, uri.len);
}

void an_source_feed_lines(char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\r')
            text[i] = '\n';
}

// Decodes the head for those who look at it: whole lines, or all where it is all.
static enum an_code decode_head(struct an_sniff *sniff, struct an_buf *out, struct an_err *err) {
    struct an_str head = an_str_slice(sniff->head, an_encoding_mark(sniff->encoding, sniff->head),
                                      sniff->head.len);
    size_t line = sniff->whole ? 0 : an_encoding_last_line(sniff->encoding, sniff->line_end, head);
    if (line)
        head = an_str_slice(head, 0, line);
    struct an_decoder *decoder = NULL;
    char *text = an_alloc(AN_DECODED_MAX(head.len));
    enum an_code code = text ? an_decoder_open(sniff->encoding, sniff->line_end, &decoder, err)
                             : an_fail(err, AN_NOMEM, "no memory for a head");
    size_t n = 0;
    while (!code && head.len) {
        struct an_decoded decoded = an_decoder_run(decoder, head, 0, text + n);
        n += decoded.text;
        head = an_str_slice(head, decoded.raw, head.len);
    }
    an_decoder_free(decoder);
    if (sniff->line_end == '\r')
        an_source_feed_lines(text, n);
    *out = (struct an_buf) {.ptr = text, .len = n, .cap = n};
    sniff->text = an_buf_str(out);
    return code;
}

static const struct an_source *surest(const struct an_sniff *sniff) {
    const struct an_source *best = NULL;
    int sure = 0;
    for (size_t i = 0; i < an_source_count; i++) {
        int n = an_sources[i]->sniff(sniff);
        if (n > sure) {
            sure = n;
            best = an_sources[i];
        }
    }
    return best;
}

static enum an_code dispatch(const struct an_source *best, struct an_reading *reading, struct an_input *input,
                             struct an_sniff *sniff, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    sniff->encoding = an_encoding_detect(sniff->head, sniff->whole);
    if (sniff->encoding) {
        sniff->line_end = an_encoding_line_end(sniff->encoding, sniff->head);
        enum an_code code = decode_head(sniff, &text, err);
        if (code == AN_USAGE)                   // an encoding that this system does not know: bytes, then
            sniff->encoding = NULL;
        else if (code)
            return code;
    }
    if (!best)
        best = surest(sniff);
    if (!best)
        return an_fail(err, AN_BUG, "no source claims an input");
    return best->apart && !reading->inside ? an_apart_read(best, reading, input, sniff, err)
                                           : best->read(reading, input, sniff, err);
}

enum an_code an_source_read(struct an_reading *reading, struct an_input *input, struct an_err *err) {
    return an_source_read_as(NULL, reading, input, err);
}

enum an_code an_source_read_as(const struct an_source *source, struct an_reading *reading, struct an_input *input,
                               struct an_err *err) {
    set_defaults(&reading->limits);
    char *head = an_alloc(HEAD + AN_SOURCE_PADDING);
    if (!head)
        return an_fail(err, AN_NOMEM, "no memory for the head of a store");
    size_t len = 0, got = 1;
    struct broken broken = {0};
    while (len < HEAD && got && !broken.code) {
        got = 0;
        broken.code = input->read(input->arg, head + len, HEAD - len, &got, &broken.why);
        len += broken.code ? 0 : got;
    }
    bool whole = !got && !broken.code;
    struct an_sniff sniff = {.name = last_part(input->uri), .head = {head, len}, .line_end = '\n', .whole = whole};
    struct an_input rest = *input;
    if (broken.code) {
        rest.arg = &broken;
        rest.read = read_broken;
        rest.path = NULL;
    }
    enum an_code code;
    if (broken.code == AN_NOMEM || broken.code == AN_BUG) {
        *err = broken.why;
        code = broken.code;
    } else if (broken.code && !len) {
        code = unread(reading, input->uri, &broken.why, err);
    } else {
        code = dispatch(source, reading, &rest, &sniff, err);
    }
    an_free(head);
    return code;
}

struct file {
    int fd;
    uint64_t *progress, taken;
    bool regular;
    struct stat before;
};

// A file that grows as fast as it is read would never end: what was there when it was opened is read. The system's own files
// (/proc) say 0 and hold something.
static size_t room_left(const struct file *f, size_t cap) {
    uint64_t size = f->regular ? (uint64_t) f->before.st_size : 0;
    return size && size - f->taken < cap ? (size_t) (size - f->taken) : cap;
}

static enum an_code read_file(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct file *f = arg;
    ssize_t n;
    do
        n = read(f->fd, buf, room_left(f, cap));
    while (n < 0 && errno == EINTR);
    f->taken += n > 0 ? (uint64_t) n : 0;
    *ret_len = n > 0 ? (size_t) n : 0;
    if (n < 0)
        return an_fail(err, AN_IO, "cannot be read further: %m");
    if (f->progress)
        (void) __atomic_fetch_add(f->progress, (uint64_t) n, __ATOMIC_RELAXED);
    struct stat now;
    if (n > 0 || !f->regular || fstat(f->fd, &now) != 0)
        return AN_OK;
    if (now.st_size != f->before.st_size || now.st_mtim.tv_sec != f->before.st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != f->before.st_mtim.tv_nsec)
        return an_fail(err, AN_IO, "changed while it was read; read a copy that nothing writes to");
    return AN_OK;
}

static enum an_code open_file(const char *path, struct file *f, struct an_err *err) {
    f->fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (f->fd < 0)
        return errno == ELOOP ? an_fail(err, AN_IO, "is a symbolic link, which is not followed")
                              : an_fail(err, AN_IO, "cannot be opened: %m");
    if (fstat(f->fd, &f->before) != 0)
        return an_fail(err, AN_IO, "cannot be looked at: %m");
    f->regular = S_ISREG(f->before.st_mode);
    if (!f->regular)
        return an_fail(err, AN_IO, "is not a plain file");
    (void) posix_fadvise(f->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return AN_OK;
}

enum an_code an_source_read_path(struct an_reading *reading, struct an_str path, struct an_err *err) {
    set_defaults(&reading->limits);
    struct file file = {.fd = STDIN_FILENO, .progress = reading->progress};
    struct an_input input = {.uri = path, .arg = &file, .read = read_file};
    if (an_str_eq(path, AN_STR("-")))
        return an_source_read(reading, &input, err);
    AN_AUTO(an_buf) name = {0};
    enum an_code code = an_buf_addf(&name, err, "%.*s", AN_STR_ARG(path));
    if (code)
        return code;
    struct an_err why = {0};
    file.fd = -1;
    if (open_file(name.ptr, &file, &why)) {
        code = unread(reading, path, &why, err);
    } else {
        input.path = name.ptr;
        code = an_source_read(reading, &input, err);
    }
    if (file.fd >= 0)
        (void) close(file.fd);
    return code;
}
