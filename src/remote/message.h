// A message of a log (Kafka) as a line of JSON: its key, its headers and what its value is.
#ifndef AN_REMOTE_MESSAGE_H
#define AN_REMOTE_MESSAGE_H

#include "base/buf.h"
#include "source/blob.h"

struct an_message_header { struct an_str name, value; };       // of a value ptr NULL: it has none

struct an_message {                     // any bytes; ptr NULL: it has none
    struct an_str key, value;
    const struct an_message_header *headers; size_t header_count;
};

struct an_message_maker {               // {0} is ready; keeps what is needed from one message to the next
    struct an_blob blob;
    struct an_buf text;
};

void an_message_maker_release(struct an_message_maker *m);

// Appends a line {"key":...,"headers":{...},...}: a value that is a JSON object gives its members, any other stands under
// "value". JSON behind the number of its schema in a registry is read as JSON. Where the key, the value or a header is no text in
// any encoding we know, the runs of text in it are given, and *ret_bytes is true: numbers in it, or words in an encoding of its
// own, may have been missed. Errors: NOMEM.
enum an_code an_message_line(struct an_message_maker *m, const struct an_message *message, struct an_buf *out, bool *ret_bytes,
                             struct an_err *err) AN_MUST_USE;

#endif
