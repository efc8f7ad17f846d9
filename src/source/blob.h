// The text in a value that is bytes: a BLOB, a hexadecimal literal, a TEXT that is not in its database's encoding.
#ifndef AN_SOURCE_BLOB_H
#define AN_SOURCE_BLOB_H

#include <stdbool.h>
#include "base/buf.h"
#include "text/encoding.h"

struct an_blob {                    // {0} is ready; keeps a decoder from one value to the next
    struct an_decoder *decoder;
    const char *encoding;
    bool is_bytes;              // the last value was no text in any encoding we know: runs were given
};

void an_blob_release(struct an_blob *b);

// Appends to `out`, as UTF-8: the bytes themselves where they are text in any encoding we know, else the runs of printable
// characters in them (RUN_MIN bytes and more), a line each. May append nothing.
enum an_code an_blob_text(struct an_blob *b, struct an_str bytes, struct an_buf *out, struct an_err *err) AN_MUST_USE;

#endif
