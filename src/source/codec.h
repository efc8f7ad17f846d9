// Compressed blocks as tables in columns have them: each by itself, its length known.
#ifndef AN_SOURCE_CODEC_H
#define AN_SOURCE_CODEC_H

#include "base/buf.h"

enum an_codec {
    AN_CODEC_NONE,
    AN_CODEC_SNAPPY,            // the raw format
    AN_CODEC_GZIP,              // members of gzip (RFC 1952), or zlib (RFC 1950)
    AN_CODEC_DEFLATE,           // without a frame (RFC 1951)
    AN_CODEC_ZSTD,              // RFC 8878
    AN_CODEC_BROTLI,            // RFC 7932
    AN_CODEC_LZ4,               // the block format
    AN_CODEC_LZ4_HADOOP,        // pieces of it with their lengths in front, as Hadoop writes them; or one block alone
};

// Unpacks `packed` into `room`, to at most `cap` bytes: *ret_len of them. Errors: INPUT: damaged, or longer than `cap`; NOMEM.
// What is in `room` then means nothing.
enum an_code an_codec_unpack(enum an_codec codec, struct an_str packed, char *room, size_t cap, size_t *ret_len,
                             struct an_err *err) AN_MUST_USE;

#endif
