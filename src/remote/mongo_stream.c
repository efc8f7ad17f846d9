#include "remote/mongo_stream.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

enum {
    PART = 256 * 1024,                      // bytes for which the time that may pass is counted anew
    PATIENCE = 10 * 1000,                   // milliseconds, where the library would rather come back later
    OP_REPLY = 1, OP_MSG = 2013,
    SMALLEST = 5,                           // bytes of a document
    DEPTH_MAX = 100,                        // of an answer, documents of a collection aside
};

static uint32_t number_at(const char *p) {
    const unsigned char *b = (const unsigned char *) p;
    return b[0] | (uint32_t) b[1] << 8 | (uint32_t) b[2] << 16 | (uint32_t) b[3] << 24;
}

// Bytes between the head and the document; 0: no answer.
static size_t before_document(uint32_t kind) {
    return kind == OP_MSG ? 4 + 1 : kind == OP_REPLY ? 4 + 8 + 4 + 4 : 0;
}

size_t an_mongo_message_len(const char head[static AN_MONGO_HEAD]) {
    uint32_t len = number_at(head);
    size_t before = before_document(number_at(head + 12));
    return before && len >= AN_MONGO_HEAD + before + SMALLEST && len <= AN_MONGO_MESSAGE_MAX ? len : 0;
}

// The document inside an element, as far as it is one.
static bool is_document(const bson_iter_t *at) {
    const uint8_t *data = NULL;
    uint32_t len = 0;
    bson_t document;
    if (BSON_ITER_HOLDS_ARRAY(at))
        bson_iter_array(at, &len, &data);
    else
        bson_iter_document(at, &len, &data);
    return data && bson_init_static(&document, data, len);
}

static bool is_sound(bson_iter_t *at, uint32_t depth) {
    while (bson_iter_next(at)) {
        bson_iter_t inside;
        if (!BSON_ITER_HOLDS_DOCUMENT(at) && !BSON_ITER_HOLDS_ARRAY(at))
            continue;
        if (depth == DEPTH_MAX || !is_document(at) || !bson_iter_recurse(at, &inside) || !is_sound(&inside, depth + 1))
            return false;
    }
    return !at->err_off;
}

static bool is_batch(bson_iter_t *at) {
    while (bson_iter_next(at))
        if (!BSON_ITER_HOLDS_DOCUMENT(at) || !is_document(at))
            return false;
    return !at->err_off;
}

static bool is_cursor(bson_iter_t *at) {
    while (bson_iter_next(at)) {
        bson_iter_t inside;
        const char *key = bson_iter_key(at);
        bool batch = strcmp(key, "firstBatch") == 0 || strcmp(key, "nextBatch") == 0;
        bool fits = strcmp(key, "id") == 0 ? BSON_ITER_HOLDS_INT(at) : strcmp(key, "ns") == 0 ? BSON_ITER_HOLDS_UTF8(at)
                  : strcmp(key, "atClusterTime") == 0 ? BSON_ITER_HOLDS_TIMESTAMP(at) : !batch || BSON_ITER_HOLDS_ARRAY(at);
        if (!fits)
            return false;
        if (!BSON_ITER_HOLDS_DOCUMENT(at) && !BSON_ITER_HOLDS_ARRAY(at))
            continue;
        if (!is_document(at) || !bson_iter_recurse(at, &inside) || !(batch ? is_batch(&inside) : is_sound(&inside, 2)))
            return false;
    }
    return !at->err_off;
}

// Whether nothing in an answer is damaged, but what is inside the documents of a cursor's batch: these are looked at one by one
// when they are read (bson.h). The library ends the program over the rest.
static bool is_answer(struct an_str document) {
    bson_iter_t at, inside;
    if (!bson_iter_init_from_data(&at, (const uint8_t *) document.ptr, document.len))
        return false;
    while (bson_iter_next(&at)) {
        bool cursor = strcmp(bson_iter_key(&at), "cursor") == 0 && BSON_ITER_HOLDS_DOCUMENT(&at);
        if (!BSON_ITER_HOLDS_DOCUMENT(&at) && !BSON_ITER_HOLDS_ARRAY(&at))
            continue;
        if (!is_document(&at) || !bson_iter_recurse(&at, &inside) || !(cursor ? is_cursor(&inside) : is_sound(&inside, 1)))
            return false;
    }
    return !at.err_off;
}

bool an_mongo_message_is_whole(struct an_str message) {
    if (message.len < AN_MONGO_HEAD || an_mongo_message_len(message.ptr) != message.len)
        return false;
    uint32_t kind = number_at(message.ptr + 12);
    const char *body = message.ptr + AN_MONGO_HEAD;
    size_t at = AN_MONGO_HEAD + before_document(kind);
    bool one = kind == OP_MSG ? !number_at(body) && !body[4]        // no flags; a section that is a document
                              : number_at(body + 16) == 1;
    return one && number_at(message.ptr + at) == message.len - at && is_answer(an_str_slice(message, at, message.len));
}

struct stream {
    mongoc_stream_t head;                   // what the library sees; first
    mongoc_stream_t *base;
    const struct an_mongo_streams *streams;
    char *text; size_t len, cap, at;        // of the message at hand
};

static struct stream *own(mongoc_stream_t *s) { return (struct stream *) s; }

static void destroy(mongoc_stream_t *s) {
    struct stream *w = own(s);
    w->streams->destroy(w->base);
    an_free(w->text);
    an_free(w);
}

static int do_close(mongoc_stream_t *s) { return own(s)->base->close(own(s)->base); }
static int do_flush(mongoc_stream_t *s) { return own(s)->base->flush(own(s)->base); }
static mongoc_stream_t *get_base(mongoc_stream_t *s) { return own(s)->base; }
static bool is_closed(mongoc_stream_t *s) { return own(s)->base->check_closed(own(s)->base); }

static bool timed_out(mongoc_stream_t *s) {
    mongoc_stream_t *base = own(s)->base;
    return base->timed_out && base->timed_out(base);
}

static bool should_retry(mongoc_stream_t *s) {
    (void) s;
    return false;                           // what is read here is waited for
}

static ssize_t do_write(mongoc_stream_t *s, mongoc_iovec_t *parts, size_t count, int32_t timeout) {
    mongoc_stream_t *base = own(s)->base;
    return base->writev(base, parts, count, timeout ? timeout : PATIENCE);
}

static int set_option(mongoc_stream_t *s, int level, int name, void *value, mongoc_socklen_t len) {
    mongoc_stream_t *base = own(s)->base;
    return base->setsockopt ? base->setsockopt(base, level, name, value, len) : 0;
}

// `count` bytes to the end of the message; false: they do not come.
static bool take(struct stream *w, size_t count, int32_t timeout) {
    while (count) {
        size_t n = count < PART ? count : PART;
        ssize_t got = w->streams->read(w->base, w->text + w->len, n, n, timeout);
        if (got <= 0 || (size_t) got > n)
            return false;
        w->len += (size_t) got;
        count -= (size_t) got;
    }
    return true;
}

static bool make_room(struct stream *w, size_t cap) {
    char *text = cap > w->cap ? an_realloc(w->text, cap) : w->text;
    if (!text)
        return false;
    w->text = text;
    w->cap = cap > w->cap ? cap : w->cap;
    return true;
}

// The next message. False: the connection broke off, or something else than an answer came.
static bool next_message(struct stream *w, int32_t timeout) {
    w->at = w->len = 0;
    if (!make_room(w, PART) || !take(w, AN_MONGO_HEAD, timeout))
        return false;
    size_t len = an_mongo_message_len(w->text);
    if (len && (!make_room(w, len) || !take(w, len - AN_MONGO_HEAD, timeout)))
        return false;
    if (len && an_mongo_message_is_whole((struct an_str) {w->text, len}))
        return true;
    *w->streams->bad = true;
    return false;
}

static ssize_t do_read(mongoc_stream_t *s, mongoc_iovec_t *parts, size_t count, size_t least, int32_t timeout) {
    struct stream *w = own(s);
    ssize_t given = 0;
    (void) least;                           // the library asks within a message, and all of it is here
    if (w->at == w->len && !next_message(w, timeout > 0 ? timeout : PATIENCE)) {
        w->at = w->len = 0;
        errno = ECONNRESET;
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        size_t n = parts[i].iov_len < w->len - w->at ? parts[i].iov_len : w->len - w->at;
        memcpy(parts[i].iov_base, w->text + w->at, n);
        w->at += n;
        given += (ssize_t) n;
    }
    return given;
}

mongoc_stream_t *an_mongo_stream_new(const struct an_mongo_streams *streams, mongoc_stream_t *base) {
    struct stream *w = an_alloc(sizeof *w);
    if (!w) {
        streams->destroy(base);
        return NULL;
    }
    *w = (struct stream) {
        .head = {.type = 4,                 // MONGOC_STREAM_BUFFERED, which it is like
                 .destroy = destroy, .close = do_close, .flush = do_flush, .writev = do_write, .readv = do_read,
                 .setsockopt = set_option, .get_base_stream = get_base, .check_closed = is_closed, .failed = destroy,
                 .timed_out = timed_out, .should_retry = should_retry},
        .base = base, .streams = streams,
    };
    return &w->head;
}
