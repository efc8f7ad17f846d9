// The text of an input in pieces of one size, for parsers that may say something else of another division.
#ifndef AN_SOURCE_CHUNK_H
#define AN_SOURCE_CHUNK_H

#include "source/textin.h"

enum { AN_CHUNK = 64 * 1024 };

// Fills `chunk`, which has room for AN_CHUNK bytes, with what comes next; *ret_len is less only at the end. NUL bytes, which
// end a
// text for some parsers, come as blanks; textin tells of them.
enum an_code an_chunk_next(struct an_textin *in, char *chunk, size_t *ret_len, struct an_err *err) AN_MUST_USE;

#endif
