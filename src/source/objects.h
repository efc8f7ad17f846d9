// Objects that a source makes one after another as JSON, read as source/json.c reads them: columns by the paths of keys, a record
// the nearest object.
#ifndef AN_SOURCE_OBJECTS_H
#define AN_SOURCE_OBJECTS_H

#include "base/buf.h"
#include "source/source.h"

struct an_objects {
    // Appends whole objects to `out`, or arrays; none when there are no more. Failure ends all.
    enum an_code (*more)(void *arg, struct an_buf *out, struct an_err *err);
    void *arg;
};

// Reads them into a store `uri` that is open, and stays it. *ret_status: PARTLY when JSON itself had to be told of.
enum an_code an_objects_read(const struct an_objects *objects, const struct an_reading *reading, struct an_str uri,
                             enum an_store_status *ret_status, struct an_err *err) AN_MUST_USE;

// Appends a text, which is UTF-8, in quotes.
enum an_code an_objects_quote(struct an_buf *out, struct an_str text, struct an_err *err) AN_MUST_USE;

#endif
