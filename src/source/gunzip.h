// Unpacks gzip streams (RFC 1952) through zlib: any number, one after the other, each held to its checksum and length, which
// libarchive's filter for them does not look at.
#ifndef AN_SOURCE_GUNZIP_H
#define AN_SOURCE_GUNZIP_H

#include <stdbool.h>
#include <zlib.h>
#include "base/err.h"
#include "base/str.h"

struct an_gunzip {                  // {0} is one before its first byte
    z_stream z;
    bool ready, inside, failed;     // zlib has its state; in the middle of a stream; the next call fails
};

void an_gunzip_release(struct an_gunzip *g);

// Unpacks from *in, and cuts off its front what was taken. *ret_len: bytes in buf; 0 when all of *in is taken and there is
// nothing to give. `last`: nothing comes after *in. Zeros after a stream are padding. Errors: NOMEM; INPUT (damaged, cut, or
// followed by something else), once all that came before has been given.
enum an_code an_gunzip_more(struct an_gunzip *g, struct an_str *in, bool last, char *buf, size_t cap, size_t *ret_len,
                            struct an_err *err) AN_MUST_USE;

#endif
