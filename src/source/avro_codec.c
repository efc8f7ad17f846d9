// Codecs of Avro: zlib for deflate, libarchive for bzip2, xz and zstandard, and snappy, which is small enough to be read here.
#include "source/avro_codec.h"

#include <archive.h>
#include <string.h>
#include <zlib.h>

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

// --- snappy

// A number in groups of seven bits, the lowest first, off the front of *s.
static bool take_length(struct an_str *s, uint32_t *ret) {
    uint64_t n = 0;
    for (unsigned i = 0; i < 5 && i < s->len; i++) {
        unsigned char c = (unsigned char) s->ptr[i];
        n |= (uint64_t) (c & 0x7F) << 7 * i;
        if (c < 0x80) {
            *s = an_str_slice(*s, i + 1, s->len);
            *ret = (uint32_t) n;
            return n <= UINT32_MAX;
        }
    }
    return false;
}

static uint32_t take_little(struct an_str *s, unsigned bytes) {
    uint32_t n = 0;
    for (unsigned i = 0; i < bytes; i++)
        n |= (uint32_t) (unsigned char) s->ptr[i] << 8 * i;
    *s = an_str_slice(*s, bytes, s->len);
    return n;
}

// A run of bytes that stood `back` bytes before, and may reach into itself.
static enum an_code repeat(struct an_buf *out, uint32_t back, uint32_t len, struct an_err *err) {
    if (!back || back > out->len)
        return damaged(err);
    while (len) {
        char copy[64];
        uint32_t n = len < back ? len : back;
        n = n < sizeof copy ? n : (uint32_t) sizeof copy;
        memcpy(copy, out->ptr + out->len - back, n);
        AN_TRY(an_buf_add(out, (struct an_str) {copy, n}, err));
        len -= n;
    }
    return AN_OK;
}

// Source: Snappy compressed format description (format_description.txt). Behind each block stands its CRC-32, the highest byte
// first.
static enum an_code unpack_snappy(struct an_str packed, struct an_buf *out, struct an_err *err) {
    enum { CHECK = 4 };
    struct an_str s = an_str_slice(packed, 0, packed.len < CHECK ? 0 : packed.len - CHECK);
    uint32_t whole;
    if (packed.len < CHECK || !take_length(&s, &whole))
        return damaged(err);
    if (whole > out->limit)
        return an_fail(err, AN_LIMIT, "unpacks to more than is held of a block");
    while (s.len) {
        unsigned char tag = (unsigned char) s.ptr[0];
        unsigned more = (tag & 3) == 0 ? (tag >> 2 < 60 ? 0 : (tag >> 2) - 59u) : (tag & 3) == 3 ? 4 : (tag & 3);
        s = an_str_slice(s, 1, s.len);
        if (s.len < more)
            return damaged(err);
        uint32_t number = take_little(&s, more), len = (tag >> 2) + 1u, back = number;
        if ((tag & 3) == 0) {
            len = more ? number : len - 1;              // one less than there are
            if (len >= s.len || len >= whole - out->len)
                return damaged(err);
            AN_TRY(an_buf_add(out, an_str_slice(s, 0, (size_t) len + 1), err));
            s = an_str_slice(s, (size_t) len + 1, s.len);
            continue;
        }
        if ((tag & 3) == 1) {
            len = (tag >> 2 & 7) + 4u;
            back |= (uint32_t) (tag >> 5) << 8;
        }
        if (len > whole - out->len)
            return damaged(err);
        AN_TRY(repeat(out, back, len, err));
    }
    struct an_str end = an_str_slice(packed, packed.len - CHECK, packed.len), made = an_buf_str(out);
    const void *bytes = made.ptr;
    uint32_t check = take_little(&end, CHECK);
    if (made.len != whole || crc32(0, bytes, (uInt) made.len) != __builtin_bswap32(check))
        return damaged(err);
    return AN_OK;
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
