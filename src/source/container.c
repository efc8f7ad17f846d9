#define _GNU_SOURCE
#include "source/container.h"

#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "source/blob.h"
#include "source/gunzip.h"
#include "source/uri.h"

enum {
    CHUNK = 64 * 1024,
    SMALL = 64 << 20,               // bytes of a container inside another that may be held to seek in it
    FREE = 1 << 20,                 // what is unpacked before the ratio is looked at
    RETRIES_MAX = 16,
    BLOCK = 512,                    // tar's
};

struct work {
    const struct an_container *container;
    struct an_reading *reading;
    const struct an_sink *sink;
    struct an_input *input;
    struct an_str head;             // sniffed, and not yet given to libarchive
    struct archive *archive;

    int fd;                         // -1 when the input is no file
    struct an_buf held;             // the whole input
    bool holds;
    uint64_t at, counted;           // in the file or in `held`; bytes of the file counted as progress
    char *chunk;
    struct an_gunzip gunzip;
    struct an_str zipped;           // of the input, and not yet unpacked
    bool zipped_last;
    bool ends_in_zeros;             // the last block that libarchive took
    char *plain;

    uint64_t packed, unpacked;      // bytes libarchive took, bytes it made
    uint64_t member_packed, member_unpacked;    // since the member began
    struct an_str block;            // of the member, and not yet given; libarchive's
    uint64_t hole;                  // zeros that come before it
    uint64_t members;
    uint64_t extent[2];             // container->extent without and with entries
    bool has_entries;
    enum an_code what;              // first failure below or above libarchive that is not the container's own
    struct an_err fault;
    struct an_blob blob;            // decodes names
    bool opened;
    bool stop;                      // nothing more can be had
    bool office;                    // its members are the parts of a document
    const struct an_container_parts *parts;     // NULL: members are stores
    int pass;
};

static void work_release(struct work *w) {
    if (w->archive)
        (void) archive_read_free(w->archive);
    if (w->fd >= 0)
        (void) close(w->fd);
    an_buf_release(&w->held);
    an_free(w->chunk);
    an_free(w->plain);
    an_gunzip_release(&w->gunzip);
    an_blob_release(&w->blob);
}

static bool is_ours(enum an_code code) { return code == AN_NOMEM || code == AN_BUG || code == AN_USAGE; }

// What libarchive reads from.

static la_ssize_t fail_input(struct work *w, struct archive *a, enum an_code what) {
    w->what = what;
    archive_set_error(a, EIO, "input failed");
    return -1;
}

static void count(struct work *w, size_t n) {
    w->packed += n;
    if (w->input->depth == 0)
        w->reading->packed += n;
}

static la_ssize_t read_file(struct work *w, struct archive *a) {
    ssize_t n;
    do
        n = pread(w->fd, w->chunk, CHUNK, (off_t) w->at);
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        AN_IGNORE(an_fail(&w->fault, AN_IO, "cannot be read further: %m"));
        return fail_input(w, a, AN_IO);
    }
    w->at += (uint64_t) n;
    if (w->at > w->counted && w->reading->progress) {
        (void) __atomic_fetch_add(w->reading->progress, w->at - w->counted, __ATOMIC_RELAXED);
        w->counted = w->at;
    }
    return n;
}

static la_ssize_t take(struct work *w, struct archive *a, const void **ret_bytes) {
    *ret_bytes = w->chunk;
    size_t n = 0;
    if (w->fd >= 0) {
        la_ssize_t got = read_file(w, a);
        if (got < 0)
            return got;
        n = (size_t) got;
    } else if (w->holds) {
        struct an_str rest = an_str_slice(an_buf_str(&w->held), (size_t) w->at, (size_t) w->at + CHUNK);
        *ret_bytes = rest.ptr;
        n = rest.len;
        w->at += n;
    } else if (w->head.len) {
        *ret_bytes = w->head.ptr;
        n = w->head.len;
        w->head.len = 0;
    } else {
        // full chunks, so that how the input comes makes no difference to what is told
        for (size_t got = 1; n < CHUNK && got && !w->what; n += got) {
            got = 0;
            w->what = w->input->read(w->input->arg, w->chunk + n, CHUNK - n, &got, &w->fault);
        }
        if (w->what && (n == 0 || is_ours(w->what)))
            return fail_input(w, a, w->what);
    }
    count(w, n);
    return (la_ssize_t) n;
}

static bool is_zero(const char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

static la_ssize_t on_read(struct archive *a, void *arg, const void **ret_bytes) {
    struct work *w = arg;
    if (!w->container->gunzip) {
        la_ssize_t n = take(w, a, ret_bytes);
        if (n > 0) {
            size_t block = n < BLOCK ? (size_t) n : BLOCK;
            w->ends_in_zeros = is_zero((const char *) *ret_bytes + n - block, block);
        }
        return n;
    }
    size_t len = 0;
    while (!len && !(w->zipped_last && !w->zipped.len && !w->gunzip.inside && !w->gunzip.failed)) {
        if (!w->zipped.len && !w->zipped_last) {
            const void *bytes;
            la_ssize_t n = take(w, a, &bytes);
            if (n < 0)
                return n;
            w->zipped = (struct an_str) {bytes, (size_t) n};
            w->zipped_last = n == 0;
        }
        enum an_code code = an_gunzip_more(&w->gunzip, &w->zipped, w->zipped_last, w->plain, CHUNK, &len, &w->fault);
        if (code)
            return fail_input(w, a, code);
    }
    *ret_bytes = w->plain;
    return (la_ssize_t) len;
}

static la_int64_t on_seek(struct archive *a, void *arg, la_int64_t offset, int whence) {
    struct work *w = arg;
    la_int64_t end = w->holds ? (la_int64_t) w->held.len : (la_int64_t) lseek(w->fd, 0, SEEK_END);
    la_int64_t from = whence == SEEK_CUR ? (la_int64_t) w->at : whence == SEEK_END ? end : 0;
    if (end < 0 || offset > end - from || offset < -from) {
        archive_set_error(a, EINVAL, "seek out of range");
        return ARCHIVE_FATAL;
    }
    w->at = (uint64_t) (from + offset);
    return (la_int64_t) w->at;
}

// Takes the input into memory; *ret_holds false when it is over `most`: what was taken comes first then.
static enum an_code hold(struct work *w, uint64_t most, bool *ret_holds, struct an_err *err) {
    enum an_code code = an_buf_add(&w->held, w->head, err);
    w->head.len = 0;
    while (!code && w->held.len <= most) {
        size_t n;
        code = w->input->read(w->input->arg, w->chunk, CHUNK, &n, err);
        if (code || n == 0)
            break;
        code = an_buf_add(&w->held, (struct an_str) {w->chunk, n}, err);
    }
    *ret_holds = w->held.len <= most;
    if (!*ret_holds)
        w->head = an_buf_str(&w->held);
    return code;
}

// The container's own store.

static enum an_code give_container(struct work *w, enum an_store_status status, enum an_code what, struct an_str text,
                                   struct an_err *err) {
    struct an_store_info info = {.uri = w->input->uri, .format = w->container->name};
    struct an_trouble trouble = {.code = what, .offset = w->packed, .records_lost = AN_UNKNOWN_COUNT,
                                 .bytes_lost = AN_UNKNOWN_COUNT, .text = text};
    enum an_code code = w->sink->open(w->sink->arg, &info, err);
    if (!code && what)
        code = w->sink->trouble(w->sink->arg, &trouble, err);
    return code ? code : w->sink->close(w->sink->arg, status, 0, (struct an_str) {0}, err);
}

// All but the last time through a document nothing is told: it is met again.
static bool is_quiet(const struct work *w) { return w->parts && w->pass + 1 < w->parts->passes; }

// Something keeps the rest of the container from being read.
static enum an_code give_up(struct work *w, enum an_code what, struct an_str text, struct an_err *err) {
    w->stop = true;
    if (is_quiet(w))
        return AN_OK;
    return give_container(w, w->members ? AN_STORE_PARTLY : AN_STORE_UNREAD, what, text, err);
}

// The failure libarchive just had. Its own texts may hold names.
static enum an_code archive_fault(struct work *w, struct an_str *ret_text) {
    if (w->what) {
        *ret_text = an_str_from_c(w->fault.text);
        return w->what;
    }
    if (archive_errno(w->archive) == ENOMEM) {  // what damage makes it ask for looks the same as a machine without memory
        *ret_text = AN_STR("asks for more memory than there is: it is damaged, or packed for larger machines");
        return AN_LIMIT;
    }
    // libarchive may be asked only once it knows the format
    if (w->opened && archive_read_has_encrypted_entries(w->archive) == 1) {
        *ret_text = AN_STR("encrypted: unpack it with its password and read the folder");
        return AN_INPUT;
    }
    *ret_text = AN_STR("damaged or cut: what comes after this place is not read; get a whole copy");
    return AN_INPUT;
}

// Members.

static enum an_code out_of_proportion(const struct work *w, struct an_err *err) {
    return an_fail(err, AN_LIMIT, "unpacks to more than %llu times its size, as archives made to do harm do",
                   (unsigned long long) w->reading->limits.expansion);
}

// Whether the top-level container has given what it may, on all its levels together.
static enum an_code check_all(const struct work *w, struct an_err *err) {
    const struct an_source_limits *l = &w->reading->limits;
    if (w->reading->unpacked > l->total_bytes)
        return an_fail(err, AN_LIMIT, "unpacks to more than %llu bytes in all", (unsigned long long) l->total_bytes);
    bool over = w->reading->unpacked > FREE && w->reading->unpacked / l->expansion > w->reading->packed;
    return over ? out_of_proportion(w, err) : AN_OK;
}

// The same for one member.
static enum an_code check_member(const struct work *w, struct an_err *err) {
    uint64_t taken = w->packed - w->member_packed + CHUNK;
    bool over = w->member_unpacked > FREE && w->member_unpacked / w->reading->limits.expansion > taken;
    return over ? out_of_proportion(w, err) : check_all(w, err);
}

// By blocks, because archive_read_data keeps what came before a fault to itself.
static enum an_code next_block(struct work *w, struct an_err *err) {
    const void *bytes = NULL;
    size_t len = 0;
    la_int64_t offset = 0;
    int r = ARCHIVE_RETRY;
    bool more = true;               // an empty block is not the end
    for (int i = 0; i < RETRIES_MAX && more; i++) {
        r = archive_read_data_block(w->archive, &bytes, &len, &offset);
        more = r == ARCHIVE_RETRY || (r == ARCHIVE_OK && !len);
    }
    if (r == ARCHIVE_EOF)
        return AN_OK;
    if (more || r != ARCHIVE_OK) {      // a wrong checksum is but a warning to libarchive
        struct an_str text;
        enum an_code code = archive_fault(w, &text);
        return an_fail(err, code, "%.*s", AN_STR_ARG(text));
    }
    w->block = (struct an_str) {bytes, len};
    if (offset > 0 && (uint64_t) offset > w->member_unpacked)
        w->hole = (uint64_t) offset - w->member_unpacked;       // a sparse file's
    return AN_OK;
}

static enum an_code read_member(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct work *w = arg;
    *ret_len = 0;
    enum an_code code = check_member(w, err);
    if (code)
        return code;
    size_t n = 0;
    if (!w->block.len && !w->hole) {
        code = next_block(w, err);
        if (code)
            return code;
    }
    if (w->hole) {
        n = w->hole < cap ? (size_t) w->hole : cap;
        memset(buf, 0, n);
        w->hole -= n;
    } else if (w->block.len) {
        n = w->block.len < cap ? w->block.len : cap;
        memcpy(buf, w->block.ptr, n);
        w->block = an_str_slice(w->block, n, w->block.len);
    }
    w->member_unpacked += n;
    w->unpacked += n;
    w->reading->unpacked += n;
    *ret_len = n;
    return AN_OK;
}

// The member's name as UTF-8; zip files made in China hold GBK without saying so.
static enum an_code member_name(struct work *w, struct archive_entry *entry, struct an_buf *name, struct an_err *err) {
    const char *raw = archive_entry_pathname(entry);
    if (!raw)
        raw = archive_entry_pathname_utf8(entry);
    struct an_str bytes = an_str_from_c(raw);
    enum an_code code = AN_OK;
    if (bytes.len && an_utf8_valid(bytes) == bytes.len)
        code = an_buf_add(name, bytes, err);
    else if (bytes.len)
        code = an_blob_text(&w->blob, bytes, name, err);
    if (!code && name->len == 0 && !w->container->wrapper)
        code = an_buf_addf(name, err, "member %llu", (unsigned long long) w->members);
    return code;
}

// What a Mac puts beside each file it packs.
static bool is_apple_double(struct an_str name) {
    const char *slash = memrchr(name.ptr, '/', name.len);
    struct an_str last = slash ? an_str_slice(name, (size_t) (slash - name.ptr) + 1, name.len) : name;
    return memmem(name.ptr, name.len, "__MACOSX/", 9) == name.ptr || (last.len > 2 && last.ptr[0] == '.' && last.ptr[1] == '_');
}

// The list of parts that every Office Open XML file has, and the first part of every OpenDocument file.
static bool is_office_part(struct an_str name) {
    return an_str_eq(name, AN_STR("[Content_Types].xml")) || an_str_eq(name, AN_STR("mimetype"));
}

static enum an_code give_unread(struct work *w, struct an_str uri, enum an_store_status status, struct an_str text,
                                struct an_err *err) {
    if (is_quiet(w))
        return AN_OK;
    struct an_store_info info = {.uri = uri, .format = status == AN_STORE_SKIPPED ? "binary" : w->container->name};
    struct an_trouble trouble = {.code = AN_INPUT, .offset = 0, .records_lost = AN_UNKNOWN_COUNT,
                                 .bytes_lost = AN_UNKNOWN_COUNT, .text = text};
    enum an_code code = w->sink->open(w->sink->arg, &info, err);
    if (!code && status == AN_STORE_UNREAD)
        code = w->sink->trouble(w->sink->arg, &trouble, err);
    return code ? code : w->sink->close(w->sink->arg, status, 0, status == AN_STORE_SKIPPED ? text : (struct an_str) {0}, err);
}

static enum an_code read_entry(struct work *w, struct archive_entry *entry, struct an_err *err) {
    // A raw stream has no type; folders, links and devices hold no bytes of their own.
    __LA_MODE_T type = archive_entry_filetype(entry);
    if ((type != AE_IFREG && type != 0) || archive_entry_hardlink(entry))
        return AN_OK;
    w->members++;
    w->member_packed = w->packed;
    w->member_unpacked = w->hole = 0;
    w->block.len = 0;
    AN_AUTO(an_buf) name = {0};
    AN_AUTO(an_buf) uri = {0};
    enum an_code code = member_name(w, entry, &name, err);
    if (!code)
        code = w->container->wrapper ? an_buf_add(&uri, w->input->uri, err)
                                     : an_source_uri_below(&uri, w->input->uri, an_buf_str(&name), err);
    if (code)
        return code;
    if (archive_entry_is_data_encrypted(entry) || archive_entry_is_metadata_encrypted(entry))
        return give_unread(w, an_buf_str(&uri), AN_STORE_UNREAD,
                           AN_STR("encrypted: unpack it with its password and read the folder"), err);
    w->office |= is_office_part(an_buf_str(&name));
    if (!w->container->wrapper && is_apple_double(an_buf_str(&name)))
        return give_unread(w, an_buf_str(&uri), AN_STORE_SKIPPED, AN_STR("a Mac's note on another file"), err);
    struct an_input member = {.uri = an_buf_str(&uri), .arg = w, .read = read_member, .depth = w->input->depth + 1};
    if (w->parts)
        return w->parts->part(w->parts->arg, w->pass, (size_t) w->members - 1, an_buf_str(&name), &member, err);
    return an_source_read(w->reading, &member, err);
}

static const struct an_str office_text = AN_STR_INIT(
    "an office document: its text was searched, but this version cannot tell cells and rows; save it as CSV or text");

static const struct an_str no_end_mark = AN_STR_INIT(
    "ends without the mark of its end, or goes on behind it: members may be missing; get a whole copy");

// Whether bytes that are not zero stand behind what the container says it has.
static bool goes_on(struct work *w) {
    if (!w->container->extent || w->what)
        return false;
    w->at = w->extent[w->has_entries];
    const void *bytes;
    la_ssize_t n;
    while ((n = take(w, w->archive, &bytes)) > 0)
        if (!is_zero(bytes, (size_t) n))
            return true;
    return n < 0;
}

static const struct an_str undescribed = AN_STR_INIT(
    "bytes stand in it that its header does not describe: it was not written to its end, or is damaged; get a whole copy");

static enum an_code read_members(struct work *w, struct an_err *err) {
    const struct an_source_limits *l = &w->reading->limits;
    int retries = 0;
    while (!w->stop) {
        struct archive_entry *entry;
        struct an_err fault = {0};
        int r = archive_read_next_header(w->archive, &entry);
        if (r == ARCHIVE_EOF && w->container->end_mark && w->members && !w->ends_in_zeros)
            return give_up(w, AN_INPUT, no_end_mark, err);
        if (r == ARCHIVE_EOF && goes_on(w))
            return give_up(w, AN_INPUT, undescribed, err);
        if (r == ARCHIVE_EOF && w->parts)
            return AN_OK;
        if (r == ARCHIVE_EOF)
            return w->office ? give_container(w, AN_STORE_PARTLY, AN_LIMIT, office_text, err) :
                   w->members ? AN_OK : give_container(w, AN_STORE_READ, AN_OK, (struct an_str) {0}, err);
        if (r == ARCHIVE_RETRY && ++retries < RETRIES_MAX)
            continue;
        if (r != ARCHIVE_OK && r != ARCHIVE_WARN) {
            struct an_str text;
            enum an_code what = archive_fault(w, &text);
            return is_ours(what) ? an_fail(err, what, "%.*s", AN_STR_ARG(text)) : give_up(w, what, text, err);
        }
        w->has_entries = true;
        enum an_code what = check_all(w, &fault);
        if (what)
            return give_up(w, what, an_str_from_c(fault.text), err);
        if (w->members >= l->members)
            return give_up(w, AN_LIMIT, AN_STR("more members than are read of one archive"), err);
        enum an_code code = read_entry(w, entry, err);
        if (code)
            return code;
    }
    return AN_OK;
}

// Opening.

static enum an_code open_archive(struct work *w, bool seeks, struct an_err *err) {
    w->archive = archive_read_new();
    if (!w->archive)
        return an_fail(err, AN_NOMEM, "no memory to unpack");
    for (size_t i = 0; i < AN_COUNT(w->container->support) && w->container->support[i]; i++)
        (void) w->container->support[i](w->archive);
    (void) archive_read_set_read_callback(w->archive, on_read);
    if (seeks)
        (void) archive_read_set_seek_callback(w->archive, on_seek);
    (void) archive_read_set_callback_data(w->archive, w);
    w->opened = archive_read_open1(w->archive) == ARCHIVE_OK;
    if (w->opened)
        return AN_OK;
    struct an_str text;
    enum an_code what = archive_fault(w, &text);
    return is_ours(what) ? an_fail(err, what, "%.*s", AN_STR_ARG(text)) : give_up(w, what, text, err);
}

// Makes the input one that can be sought in, where the format wants it. *ret_seeks: it can.
static enum an_code make_seekable(struct work *w, bool *ret_seeks, struct an_err *err) {
    enum an_container_access access = w->container->access;
    *ret_seeks = false;
    if (access == AN_CONTAINER_STREAM)
        return AN_OK;
    if (w->input->path) {
        w->fd = open(w->input->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
        w->counted = w->head.len;           // whoever sniffed it took it
        *ret_seeks = w->fd >= 0;
        if (w->fd < 0)
            return give_up(w, AN_IO, AN_STR("cannot be opened again"), err);
        return AN_OK;
    }
    uint64_t most = w->reading->limits.memory_bytes;
    if (access == AN_CONTAINER_SEEK_SMALL && most > SMALL)
        most = SMALL;
    enum an_code code = hold(w, most, &w->holds, &w->fault);
    *ret_seeks = w->holds;
    if (is_ours(code)) {
        *err = w->fault;
        return code;
    }
    if (code)                               // what came before is looked at; the fault is met again at its end
        w->holds = *ret_seeks = true;
    w->what = code;
    if (!w->holds && access == AN_CONTAINER_SEEK)
        return give_up(w, AN_LIMIT, AN_STR("in a container or a stream, and too large for memory: read it as a file"), err);
    return AN_OK;
}

// Before another time through: only what was taken of the input stays counted.
static void rewind_archive(struct work *w, enum an_code cut) {
    (void) archive_read_free(w->archive);
    w->archive = NULL;
    w->at = 0;
    w->what = cut;
    w->block = (struct an_str) {0};
    w->hole = w->members = 0;
    w->opened = w->stop = w->has_entries = false;
}

static enum an_code read_container(struct work *w, struct an_err *err) {
    bool seeks;
    if (w->input->depth >= w->reading->limits.depth)
        return give_up(w, AN_LIMIT, AN_STR("containers inside containers, too deep"), err);
    w->chunk = an_alloc(CHUNK);
    w->plain = w->container->gunzip ? an_alloc(CHUNK) : NULL;
    if (!w->chunk || (w->container->gunzip && !w->plain))
        return an_fail(err, AN_NOMEM, "no memory to unpack");
    int passes = w->parts ? w->parts->passes : 1;
    w->pass = passes - 1;                   // what hinders the opening is told
    enum an_code code = make_seekable(w, &seeks, err);
    bool hopeless = w->stop;
    enum an_code cut = w->what;             // how the input broke off, met at its end each time
    for (w->pass = 0; w->pass < passes && !code && !hopeless; w->pass++) {
        if (w->pass)
            rewind_archive(w, cut);
        code = open_archive(w, seeks, err);
        if (!code && !w->stop)
            code = read_members(w, err);
    }
    return code;
}

static enum an_code read_in_utf8(struct work *w, struct an_err *err) {
    // libarchive writes names in the locale's characters: those of this thread, while it works.
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t) 0);
    locale_t before = utf8 ? uselocale(utf8) : (locale_t) 0;
    enum an_code code = read_container(w, err);
    work_release(w);
    if (utf8) {
        (void) uselocale(before);
        freelocale(utf8);
    }
    return code;
}

enum an_code an_container_read_parts(const struct an_container *container, struct an_reading *reading, struct an_input *input,
                                     const struct an_sniff *sniff, const struct an_container_parts *parts, struct an_err *err) {
    struct work w = {.container = container, .reading = reading, .sink = reading->sink, .input = input, .head = sniff->head,
                     .fd = -1, .parts = parts};
    if (input->depth == 0)
        reading->packed = reading->unpacked = 0;
    return read_in_utf8(&w, err);
}

enum an_code an_container_read(const struct an_container *container, struct an_reading *reading, struct an_input *input,
                               const struct an_sniff *sniff, struct an_err *err) {
    struct work w = {.container = container, .reading = reading, .sink = reading->sink, .input = input, .head = sniff->head,
                     .fd = -1};
    for (size_t i = 0; container->extent && i < AN_COUNT(w.extent); i++)
        w.extent[i] = container->extent(sniff->head, i);
    if (input->depth == 0)
        reading->packed = reading->unpacked = 0;
    return read_in_utf8(&w, err);
}

int an_container_sniff(const struct an_sniff *sniff, const char *magic, size_t len) {
    return sniff->head.len >= len && memcmp(sniff->head.ptr, magic, len) == 0 ? 100 : 0;
}
