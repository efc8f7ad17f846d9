// Documents that come one after another from a service, read as lines of JSON are: one store, columns by the paths of keys.
#ifndef AN_REMOTE_FEED_H
#define AN_REMOTE_FEED_H

#include "remote/remote.h"

struct an_feed {
    struct an_str uri;              // of the store
    const char *format;             // it goes by
    // Appends lines to `out`, each a JSON object and a line feed; nothing when there are no more. A failure breaks the store off
    // there, and is told with its words: it is partly read.
    enum an_code (*more)(void *arg, struct an_buf *out, struct an_err *err);
    void *arg;
    // Looked at when all was given; NULL: none.
    const char *why;                // a remark on the store, NUL-ended
    const struct an_trouble *rest;  // what was not given, where its text is not empty: the store is partly read
};

// Errors are the machine's own, as those of an_source_read.
enum an_code an_feed_read(struct an_reading *reading, const struct an_feed *feed, struct an_err *err) AN_MUST_USE;

// Appends a value: what is a JSON object or array as it is, on one line; any other text quoted.
enum an_code an_feed_value(struct an_buf *out, struct an_str text, struct an_err *err) AN_MUST_USE;

// Appends a text in quotes, escaped.
enum an_code an_feed_text(struct an_buf *out, struct an_str text, struct an_err *err) AN_MUST_USE;

// Whether a text is one JSON object or array, and nothing else.
bool an_feed_is_json(struct an_str text);

#endif
