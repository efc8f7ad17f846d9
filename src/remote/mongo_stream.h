// What MongoDB's client library is given to read from a server: whole messages that are what they say.
//
// The library (1.23) follows the lengths in a message past its end. So each is read and looked at here before the library sees a
// byte of it; one that is no answer ends the connection. Compressed messages are none: they are not asked for.
// Source: MongoDB wire protocol, OP_MSG and OP_REPLY.
#ifndef AN_REMOTE_MONGO_STREAM_H
#define AN_REMOTE_MONGO_STREAM_H

#include <mongoc/mongoc.h>
#include "base/str.h"

enum {
    AN_MONGO_HEAD = 16,                     // bytes of a message before its body
    AN_MONGO_MESSAGE_MAX = 50 << 20,        // servers say 48 MB
};

// The length a message says that it has, from its first AN_MONGO_HEAD bytes; 0: none that an answer can have.
size_t an_mongo_message_len(const char head[static AN_MONGO_HEAD]);

// Whether a message of that length is an answer: one document, which ends where the message does, and is BSON; what is inside the
// documents of a batch may be anything.
bool an_mongo_message_is_whole(struct an_str message);

struct an_mongo_streams {                   // of the library; lives as long as what is made of it
    ssize_t (*read)(mongoc_stream_t *stream, void *buf, size_t count, size_t min_bytes, int32_t timeout_msec);
    void (*destroy)(mongoc_stream_t *stream);
    bool *bad;                              // set when something came that is no answer
};

// A stream over `base`, which it owns from here on. NULL, and `base` destroyed: no memory.
mongoc_stream_t *an_mongo_stream_new(const struct an_mongo_streams *streams, mongoc_stream_t *base);

#endif
