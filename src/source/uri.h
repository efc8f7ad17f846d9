// Names of stores inside stores, and texts as a sink wants them.
#ifndef AN_SOURCE_URI_H
#define AN_SOURCE_URI_H

#include "base/arena.h"
#include "base/buf.h"

// Appends "uri!name" to `out`; control characters and bytes that are no UTF-8 in the name become U+FFFD, and a long name is cut.
enum an_code an_source_uri_below(struct an_buf *out, struct an_str uri, struct an_str name, struct an_err *err) AN_MUST_USE;

// A copy of s that lives as long as `arena` and is padded as a sink's texts are. ptr NULL when out of memory.
struct an_str an_source_padded(struct an_arena *arena, struct an_str s);

#endif
