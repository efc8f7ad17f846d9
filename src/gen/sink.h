// Where the text of a generated store goes: UTF-8 in; encoded, perhaps packed, and written in large pieces.
//
// A sink never fails half-way: the first failure is kept, what follows is dropped, and an_gen_sink_close
// returns it.
#ifndef AN_GEN_SINK_H
#define AN_GEN_SINK_H

#include <iconv.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

// UTF-16LE begins with a byte order mark
enum an_gen_encoding { AN_GEN_UTF8, AN_GEN_GB18030, AN_GEN_UTF16LE };
enum an_gen_packing { AN_GEN_PLAIN, AN_GEN_GZIP, AN_GEN_ZIP };

struct an_gen_known { uint32_t point; uint32_t len; char bytes[4]; };      // a character's GB18030 form

struct an_gen_sink {
    enum an_gen_encoding encoding;
    int fd;
    struct archive *archive;            // NULL: written to fd
    char *text, *coded;                 // owned; UTF-8 not yet written, and room for its encoded form
    size_t len;                         // bytes in `text`
    iconv_t gb;
    bool has_gb;
    struct an_gen_known *known;         // owned; a cache, GB18030 only
    uint64_t bytes;                     // encoded, before packing
    struct an_err err;
};

// `path` may be "-" where nothing is packed. `member`: the name inside the zip archive.
enum an_code an_gen_sink_open(struct an_gen_sink *s, const char *path, const char *member,
                              enum an_gen_encoding encoding,
                              enum an_gen_packing packing, struct an_err *err) AN_MUST_USE;

enum { AN_GEN_ROOM_MAX = 16384 };       // most bytes at a time; whole characters only

// Room for `n` bytes of text, to be filled and then added to s->len.
char *an_gen_sink_room(struct an_gen_sink *s, size_t n);
void an_gen_sink_put(struct an_gen_sink *s, struct an_str text);

// Writes what is left, and releases. The first failure, or the bytes of the encoded text (before packing).
enum an_code an_gen_sink_close(struct an_gen_sink *s, uint64_t *ret_bytes, struct an_err *err) AN_MUST_USE;
void an_gen_sink_release(struct an_gen_sink *s);       // drops what is not yet written; *s is {0} after

#endif
