// Codecs of Avro: zlib for deflate, libsnappy for snappy, and libarchive for bzip2, xz and zstandard, which do not say how long
// what they hold is.
#include "source/avro_codec.h"

#include <archive.h>
#include <snappy-c.h>
#include <string.h>
#include <zlib.h>
#include "base/alloc.h"
#include "source/codec.h"

enum { STEP = 64 * 1024 };

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory to unpack a block"); }
static enum an_code damaged(struct an_err *err) { return an_fail(err, AN_INPUT, "cannot be unpacked"); }

static enum an_code add(struct an_buf *out, struct an_str s, struct an_err *err) {
    if (s.len > out->limit - out->len)
        return an_fail(err, AN_LIMIT, "unpacks to more than is held of a block");
    return an_buf_add(out, s, err);
}

static enum an_code unpack_none(struct an_str packed, struct an_buf *out, struct an_err *err) { return add(out, packed, err); }

static enum an_code unpack_deflate(struct an_str packed, struct an_buf *out, struct an_err *err) {
    char step[STEP];
    z_stream z = {.avail_in = (uInt) packed.len};
    memcpy(&z.next_in, &packed.ptr, sizeof packed.ptr);
    if (packed.len > UINT32_MAX)
        return an_fail(err, AN_LIMIT, "is larger than is held of a block");
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return no_memory(err);
    int status = Z_OK;
    enum an_code code = AN_OK;
    while (status == Z_OK && !code) {
        void *to = step;
        z.next_out = to;
        z.avail_out = sizeof step;
        status = inflate(&z, Z_NO_FLUSH);
        code = add(out, (struct an_str) {step, sizeof step - z.avail_out}, err);
    }
    (void) inflateEnd(&z);
    if (code)
        return code;
    return status == Z_STREAM_END ? AN_OK : status == Z_MEM_ERROR ? no_memory(err) : damaged(err);
}

static enum an_code unpack_with(int (*filter)(struct archive *), struct an_str packed, struct an_buf *out,
                                struct an_err *err) {
    struct archive *a = archive_read_new();
    struct archive_entry *entry;
    if (!a)
        return no_memory(err);
    bool ok = filter(a) == ARCHIVE_OK && archive_read_support_format_raw(a) == ARCHIVE_OK &&
              archive_read_support_format_empty(a) == ARCHIVE_OK &&
              archive_read_open_memory(a, packed.ptr, packed.len) == ARCHIVE_OK;
    int status = ok ? archive_read_next_header(a, &entry) : ARCHIVE_FATAL;
    char step[STEP];
    enum an_code code = AN_OK;
    // an archive without an entry is an empty block
    for (la_ssize_t n = status == ARCHIVE_OK; n > 0 && !code;) {
        n = archive_read_data(a, step, sizeof step);
        code = n < 0 ? damaged(err) : add(out, (struct an_str) {step, (size_t) n}, err);
    }
    // what is in no such format would be taken as it is
    if (!code && (status == ARCHIVE_FATAL || archive_filter_count(a) < 2))
        code = damaged(err);
    (void) archive_read_free(a);
    return code;
}

static enum an_code unpack_bzip2(struct an_str packed, struct an_buf *out, struct an_err *err) {
    return unpack_with(archive_read_support_filter_bzip2, packed, out, err);
}

static enum an_code unpack_xz(struct an_str packed, struct an_buf *out, struct an_err *err) {
    return unpack_with(archive_read_support_filter_xz, packed, out, err);
}

static enum an_code unpack_zstandard(struct an_str packed, struct an_buf *out, struct an_err *err) {
    return unpack_with(archive_read_support_filter_zstd, packed, out, err);
}

// Behind each block stands its CRC-32, the highest byte first.
static enum an_code unpack_snappy(struct an_str packed, struct an_buf *out, struct an_err *err) {
    enum { CHECK = 4 };
    struct an_str s = an_str_slice(packed, 0, packed.len < CHECK ? 0 : packed.len - CHECK);
    size_t whole, len;
    uint32_t check;
    if (!s.len || snappy_uncompressed_length(s.ptr, s.len, &whole) != SNAPPY_OK)
        return damaged(err);
    if (whole > out->limit)
        return an_fail(err, AN_LIMIT, "unpacks to more than is held of a block");
    if (out->cap < whole) {
        char *room = an_realloc(out->ptr, whole);
        if (!room)
            return no_memory(err);
        out->ptr = room;
        out->cap = whole;
    }
    AN_TRY(an_codec_unpack(AN_CODEC_SNAPPY, s, out->ptr, whole, &len, err) == AN_OK ? AN_OK : damaged(err));
    out->len = len;
    memcpy(&check, packed.ptr + s.len, sizeof check);
    struct an_str made = an_buf_str(out);
    const void *bytes = made.ptr;
    return len == whole && crc32(0, bytes, (uInt) len) == __builtin_bswap32(check) ? AN_OK : damaged(err);
}

const struct an_avro_codec *an_avro_codec_named(struct an_str name) {
    static const struct an_avro_codec codecs[] = {
        {"null", unpack_none}, {"deflate", unpack_deflate}, {"snappy", unpack_snappy}, {"zstandard", unpack_zstandard},
        {"bzip2", unpack_bzip2}, {"xz", unpack_xz},
    };
    for (size_t i = 0; i < AN_COUNT(codecs); i++)
        if (an_str_eq(name.len ? name : AN_STR("null"), an_str_from_c(codecs[i].name)))
            return &codecs[i];
    return NULL;
}
