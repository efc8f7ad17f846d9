// An object on a server, read as a file would be: whatever format or container it is.
#ifndef AN_REMOTE_OBJECT_H
#define AN_REMOTE_OBJECT_H

#include "remote/http.h"
#include "remote/remote.h"

struct an_object {
    struct an_str uri;              // of its store
    struct an_str url;              // to get it from
    uint64_t bytes;                 // it has by the server's list; AN_HTTP_NO_LENGTH: not told
};

// Gets it and reads it. What is wrong with it or with the server goes to the sink, as a store `uri`.
enum an_code an_object_read(struct an_reading *reading, const struct an_remote_ask *ask, struct an_http *http,
                            const struct an_object *object, struct an_err *err) AN_MUST_USE;

// Says of a store `uri` that it could not be read.
enum an_code an_object_unread(struct an_reading *reading, struct an_str uri, enum an_code what, const char *why,
                              struct an_err *err) AN_MUST_USE;

// Whether a failure is the machine's own rather than the server's.
static inline bool an_object_is_ours(enum an_code code) { return code == AN_NOMEM || code == AN_BUG; }

#endif
