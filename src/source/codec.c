#include "source/codec.h"

#include <brotli/decode.h>
#include <limits.h>
#include <lz4.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

static enum an_code damaged(struct an_err *err) { return an_fail(err, AN_INPUT, "damaged compressed data"); }

static enum an_code unpack_zlib(struct an_str packed, int window_bits, char *room, size_t cap, size_t *ret_len,
                                struct an_err *err) {
    unsigned char *in;
    memcpy(&in, &packed.ptr, sizeof in);        // zlib wants it writable, and does not write
    z_stream z = {.next_in = in, .avail_in = (unsigned) packed.len,
                  .next_out = (unsigned char *) room, .avail_out = (unsigned) cap};
    if (packed.len > UINT_MAX || cap > UINT_MAX)
        return damaged(err);
    if (inflateInit2(&z, window_bits) != Z_OK)
        return an_fail(err, AN_NOMEM, "no memory to decompress");
    int result = inflate(&z, Z_FINISH);
    while (result == Z_STREAM_END && window_bits > MAX_WBITS && z.avail_in && inflateReset(&z) == Z_OK)
        result = inflate(&z, Z_FINISH);         // the next member
    *ret_len = cap - z.avail_out;
    (void) inflateEnd(&z);
    if (result == Z_MEM_ERROR)
        return an_fail(err, AN_NOMEM, "no memory to decompress");
    return result == Z_STREAM_END ? AN_OK : damaged(err);
}

static uint32_t big_u32(const char *p) {
    const unsigned char *b = (const unsigned char *) p;
    return (uint32_t) b[0] << 24 | (uint32_t) b[1] << 16 | (uint32_t) b[2] << 8 | b[3];
}

static bool unpack_lz4(struct an_str packed, char *room, size_t cap, size_t *ret_len) {
    if (packed.len > INT_MAX)
        return false;
    int n = LZ4_decompress_safe(packed.ptr, room, (int) packed.len, cap < INT_MAX ? (int) cap : INT_MAX);
    *ret_len = n > 0 ? (size_t) n : 0;
    return n >= 0;
}

// Blocks: bytes they unpack to, then pieces until there are as many, each behind its packed length.
static bool unpack_hadoop(struct an_str packed, char *room, size_t cap, size_t *ret_len) {
    size_t at = 0, len = 0;
    while (at < packed.len) {
        if (packed.len - at < 8)
            return false;
        size_t want = big_u32(packed.ptr + at), made = 0;
        for (at += 4; made < want;) {
            size_t n, piece = packed.len - at < 4 ? SIZE_MAX : big_u32(packed.ptr + at);
            at += 4;
            if (piece > packed.len - (at < packed.len ? at : packed.len) || want - made > cap - len)
                return false;
            if (!unpack_lz4(an_str_slice(packed, at, at + piece), room + len, want - made, &n) || !n)
                return false;
            at += piece;
            made += n;
            len += n;
        }
    }
    *ret_len = len;
    return true;
}

enum an_code an_codec_unpack(enum an_codec codec, struct an_str packed, char *room, size_t cap, size_t *ret_len,
                             struct an_err *err) {
    size_t n = cap;
    bool good = false;
    *ret_len = 0;
    if (!packed.len && !cap)
        return AN_OK;
    switch (codec) {
    case AN_CODEC_NONE:
        good = packed.len <= cap;
        n = good ? packed.len : 0;
        if (n)
            memcpy(room, packed.ptr, n);
        break;
    case AN_CODEC_SNAPPY:
        good = snappy_uncompressed_length(packed.ptr, packed.len, &n) == SNAPPY_OK && n <= cap &&
               snappy_uncompress(packed.ptr, packed.len, room, &n) == SNAPPY_OK;
        break;
    case AN_CODEC_GZIP:
        return unpack_zlib(packed, MAX_WBITS + 32, room, cap, ret_len, err);
    case AN_CODEC_DEFLATE:
        return unpack_zlib(packed, -MAX_WBITS, room, cap, ret_len, err);
    case AN_CODEC_ZSTD:
        n = ZSTD_decompress(room, cap, packed.ptr, packed.len);
        good = !ZSTD_isError(n);
        break;
    case AN_CODEC_BROTLI:
        good = BrotliDecoderDecompress(packed.len, (const uint8_t *) packed.ptr, &n, (uint8_t *) room) ==
               BROTLI_DECODER_RESULT_SUCCESS;
        break;
    case AN_CODEC_LZ4:
        good = unpack_lz4(packed, room, cap, &n);
        break;
    case AN_CODEC_LZ4_HADOOP:
        good = unpack_hadoop(packed, room, cap, &n) || unpack_lz4(packed, room, cap, &n);
        break;
    }
    *ret_len = good ? n : 0;
    return good ? AN_OK : damaged(err);
}
