// Redis (and Valkey, KeyDB): each database a store; what stands at keys are records.
//
//     redis://USER:PASSWORD@HOST:PORT/DATABASE        without DATABASE: all that hold keys
//
// Keys are walked with SCAN, twice: first some of them, to see which of their parts are names (redis_key.h), then all. A string,
// an element of a list or set, an entry of a stream is a record; so is a hash under a key that is one of many, its fields the
// columns; the fields of any other hash are records each. Values that are JSON are read as JSON.
//
// There is no snapshot: a key is read as it is when its turn comes. SCAN gives every key that is there all the time, at least
// once.
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "remote/feed.h"
#include "remote/redis_key.h"
#include "remote/secret.h"
#include "source/blob.h"

enum {
    PORT = 6379,
    CONNECT_SECONDS = 20,
    WAIT_SECONDS = 60,                      // for the next bytes of a reply
    REPLY_SECONDS = 600,                    // for all of it
    REPLY_MAX = 600 << 20,                  // bytes: a value may be of 512 MiB
    ELEMENTS_MAX = 1 << 20,                 // of one reply
    LINE_MAX = 64 * 1024,                   // bytes of a reply that is a line
    LEARN_KEYS = 20000,
    BATCH = 2048,                           // keys held at once
    SCAN_KEYS = 128,                        // asked for at once; a server may give more
    SMALL_STRING = 256 * 1024,              // bytes; larger ones are read alone
    SMALL_COLLECTION = 128,                 // elements; larger ones in pieces
    PIECE = 4 << 20,                        // bytes of a large string
    PIECE_TAIL = 4096,                      // in which a piece looks for where it may end
    ELEMENTS = 512,                         // of a large collection at once
    FIELDS_MAX = 64,                        // of a hash that is a record
    DATABASES_MAX = 1024,
    CURSOR_MAX = 24,
    EMPTY_MAX = 1000000,                    // replies to SCAN one after another without a key
};

enum kind { GONE, STRING, HASH, LIST, SET, ZSET, STREAM, JSON, OTHER };

struct key { char *name; size_t len; enum kind kind; uint64_t size; };

// A walk with SCAN or one of its kin.
struct walk {
    char cursor[CURSOR_MAX];
    char kept[CURSOR_MAX];                  // one from before; kept anew after twice as many steps (Brent's way to see a circle)
    uint64_t steps, keep_at, empty;
};

// Replies of more elements than may be are not made room for.
struct limits { redisReplyObjectFunctions own; const redisReplyObjectFunctions *theirs; int64_t elements; };

struct work {
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    redisContext *c;
    struct limits limits;
    struct an_redis_keys *keys;
    struct an_blob blob;
    struct an_buf text, value;              // of one value: as text, as JSON
    struct walk keys_walk;                  // over keys
    bool walked;
    struct key batch[BATCH];
    size_t batch_count, batch_at;           // [batch_at, batch_count) are still to be read
    struct key large;                       // being read in pieces; name NULL: none
    struct walk large_walk;
    uint64_t large_at;
    char *stream_from; size_t stream_len;   // id of the stream's entry read last
    uint64_t denied, strange;               // keys of this database: no permission; of a type nobody here knows
};

static void key_release(struct key *k) {
    an_free(k->name);
    *k = (struct key) {0};
}

static void end_database(struct work *w) {
    for (size_t i = 0; i < w->batch_count; i++)
        key_release(&w->batch[i]);
    key_release(&w->large);
    an_free(AN_TAKE(w->stream_from));
    w->batch_count = w->batch_at = 0;
}

static void work_release(struct work *w) {
    end_database(w);
    if (w->c)
        redisFree(w->c);
    if (w->keys)
        an_redis_keys_release(w->keys);
    an_free(w->keys);
    an_blob_release(&w->blob);
    an_buf_release(&w->text);
    an_buf_release(&w->value);
}

static void reply_release(redisReply **r) {
    if (*r)
        freeReplyObject(*r);
}
#define REPLY AN_CLEANUP(reply_release) redisReply

// Talking.

static void *create_array(const redisReadTask *task, int count) {
    struct limits *l = task->privdata;
    l->elements += count;
    return l->elements > ELEMENTS_MAX ? NULL : l->theirs->createArray(task, count);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for Redis"); }

static enum an_code broke(const struct work *w, struct an_err *err) {
    switch (w->c->err) {
    case REDIS_ERR_EOF:
        return an_fail(err, AN_IO, "the server closed the connection");
    case REDIS_ERR_PROTOCOL:
        return an_fail(err, AN_INPUT, "the server does not speak Redis's protocol");
    case REDIS_ERR_OOM:
        return an_fail(err, AN_LIMIT, "the server's reply is larger than can be held");
    case REDIS_ERR_IO:
        return an_fail(err, AN_IO, "the connection broke off, or nothing came for %d seconds", WAIT_SECONDS);
    default:
        return an_fail(err, AN_IO, "the server cannot be reached");
    }
}

static int64_t now(void) {
    struct timespec t;
    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

// The next reply. Its size and the time it takes are bounded.
static enum an_code get_reply(struct work *w, redisReply **ret, struct an_err *err) {
    void *reply = NULL;
    int sent = 0;
    *ret = NULL;
    while (!sent)
        if (redisBufferWrite(w->c, &sent) != REDIS_OK)
            return broke(w, err);
    int64_t begin = now();
    uint64_t took = 0;
    w->limits.elements = 0;
    for (;;) {
        if (redisGetReplyFromReader(w->c, &reply) != REDIS_OK)
            return broke(w, err);
        if (reply)
            break;
        size_t before = w->c->reader->len - w->c->reader->pos;
        if (redisBufferRead(w->c) != REDIS_OK)
            return broke(w, err);
        size_t waits = w->c->reader->len - w->c->reader->pos;
        took += waits - before;
        // the reader looks for a line's end from its beginning each time: for one that never ends, for ever
        if (waits > LINE_MAX && !memchr(w->c->reader->buf + w->c->reader->pos, '\n', LINE_MAX))
            return an_fail(err, AN_INPUT, "the server does not speak Redis's protocol");
        if (took > REPLY_MAX)
            return an_fail(err, AN_LIMIT, "the server's reply is larger than can be held");
        if (now() - begin > REPLY_SECONDS)
            return an_fail(err, AN_IO, "the server sends too slowly to wait for it");
    }
    an_remote_took(w->reading, w->ask, took);
    *ret = reply;
    return AN_OK;
}

// Puts a command in line: words, NULL-ended, then a key (ptr NULL: none) and words behind it.
static enum an_code ask_for(struct work *w, const char *const *words, struct an_str key, const char *const *after,
                            struct an_err *err) {
    const char *args[12];
    size_t lens[12];
    int n = 0;
    for (; *words; words++) {
        args[n] = *words;
        lens[n++] = strlen(*words);
    }
    if (key.ptr) {
        args[n] = key.ptr;
        lens[n++] = key.len;
    }
    for (; after && *after; after++) {
        args[n] = *after;
        lens[n++] = strlen(*after);
    }
    return redisAppendCommandArgv(w->c, n, args, lens) == REDIS_OK ? AN_OK : no_memory(err);
}
#define WORDS(...) ((const char *const[]) {__VA_ARGS__, NULL})

// Asks and waits for the reply. One that is an error is a failure: `what` was refused.
static enum an_code call(struct work *w, const char *const *words, struct an_str key, const char *const *after,
                         redisReply **ret, struct an_err *err) {
    enum an_code code = ask_for(w, words, key, after, err);
    return code ? code : get_reply(w, ret, err);
}

static bool is_error(const redisReply *r, const char *word) {
    return r->type == REDIS_REPLY_ERROR && strncmp(r->str, word, strlen(word)) == 0;
}

static enum an_code refused(const redisReply *r, const char *command, struct an_err *err) {
    if (is_error(r, "NOAUTH") || is_error(r, "WRONGPASS") || is_error(r, "ERR invalid password"))
        return an_fail(err, AN_IO, "wants a password, or another one than this");
    if (is_error(r, "NOPERM"))
        return an_fail(err, AN_IO, "this user has no permission for %s", command);
    if (is_error(r, "LOADING"))
        return an_fail(err, AN_IO, "the server is still loading its data; try again later");
    return an_fail(err, AN_IO, "the server refused %s", command);
}

// Values.

// A reply's text as a value of JSON, in w->value. Bytes that are no text give what text is in them.
static enum an_code make_value(struct work *w, struct an_str bytes, struct an_err *err) {
    w->text.len = w->value.len = 0;
    enum an_code code = an_blob_text(&w->blob, bytes, &w->text, err);
    return code ? code : an_feed_value(&w->value, an_buf_str(&w->text), err);
}

static struct an_str text_of(const redisReply *r, char number[static 24]) {
    if (r->type == REDIS_REPLY_INTEGER) {
        int n = snprintf(number, 24, "%lld", r->integer);
        return (struct an_str) {number, (size_t) n};
    }
    bool text = r->type == REDIS_REPLY_STRING || r->type == REDIS_REPLY_STATUS;
    return text ? (struct an_str) {r->str, (size_t) r->len} : (struct an_str) {"", 0};
}

// A field or part of a key as text: in a line it may only be that.
static enum an_code make_text(struct work *w, struct an_str bytes, struct an_str *ret, struct an_err *err) {
    w->text.len = 0;
    enum an_code code = an_blob_text(&w->blob, bytes, &w->text, err);
    *ret = an_buf_str(&w->text);
    return code;
}

static enum an_code give_value(struct work *w, const struct key *k, struct an_str field, struct an_str value, struct an_str score,
                               struct an_buf *out, struct an_err *err) {
    enum an_code code = make_value(w, value, err);
    struct an_str text = {0};
    if (!code && field.ptr)
        code = make_text(w, field, &text, err);
    return code ? code : an_redis_line(w->keys, (struct an_str) {k->name, k->len}, text, an_buf_str(&w->value), score, out, err);
}

// What is in w->value, at a key.
static enum an_code give_line(struct work *w, const struct key *k, struct an_buf *out, struct an_err *err) {
    return an_redis_line(w->keys, (struct an_str) {k->name, k->len}, (struct an_str) {0}, an_buf_str(&w->value),
                         (struct an_str) {0}, out, err);
}

// Pairs of field and value as one object, in w->value.
static enum an_code make_object(struct work *w, const redisReply *pairs, struct an_err *err) {
    AN_AUTO(an_buf) object = {0};
    char number[24];
    enum an_code code = an_buf_add(&object, AN_STR("{"), err);
    for (size_t i = 0; !code && i + 1 < pairs->elements; i += 2) {
        struct an_str name;
        code = make_text(w, text_of(pairs->element[i], number), &name, err);
        if (!code && i)
            code = an_buf_add(&object, AN_STR(","), err);
        if (!code)
            code = an_feed_text(&object, name, err);
        if (!code)
            code = an_buf_add(&object, AN_STR(":"), err);
        if (!code)
            code = make_value(w, text_of(pairs->element[i + 1], number), err);
        if (!code)
            code = an_buf_add(&object, an_buf_str(&w->value), err);
    }
    w->value.len = 0;
    if (!code)
        code = an_buf_add(&object, AN_STR("}"), err);
    return code ? code : an_buf_add(&w->value, an_buf_str(&object), err);
}

static bool are_names(const redisReply *pairs) {
    char number[24];
    for (size_t i = 0; i < pairs->elements; i += 2)
        if (!an_redis_is_name(text_of(pairs->element[i], number)))
            return false;
    return true;
}

// A hash, or part of a large one. `whole`: it is a record where it can be one.
static enum an_code give_hash(struct work *w, const struct key *k, const redisReply *pairs, bool whole, struct an_buf *out,
                              struct an_err *err) {
    struct an_str name = {k->name, k->len};
    char number[24];
    enum an_code code = AN_OK;
    if (whole && pairs->elements <= 2 * FIELDS_MAX && are_names(pairs) && an_redis_key_has_data(w->keys, name)) {
        code = make_object(w, pairs, err);
        return code ? code : give_line(w, k, out, err);
    }
    for (size_t i = 0; !code && i + 1 < pairs->elements; i += 2)
        code = give_value(w, k, text_of(pairs->element[i], number), text_of(pairs->element[i + 1], number), (struct an_str) {0},
                          out, err);
    return code;
}

// Elements of a list, a set or (with their scores) a sorted set.
static enum an_code give_elements(struct work *w, const struct key *k, const redisReply *r, struct an_buf *out,
                                  struct an_err *err) {
    size_t step = k->kind == ZSET ? 2 : 1;
    char number[24], score[24];
    enum an_code code = AN_OK;
    for (size_t i = 0; !code && i + step <= r->elements; i += step)
        code = give_value(w, k, (struct an_str) {0}, text_of(r->element[i], number),
                          k->kind == ZSET ? text_of(r->element[i + 1], score) : (struct an_str) {0}, out, err);
    return code;
}

static enum an_code give_entries(struct work *w, const struct key *k, const redisReply *r, struct an_buf *out,
                                 struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; !code && i < r->elements; i++) {
        const redisReply *entry = r->element[i];
        if (entry->type != REDIS_REPLY_ARRAY || entry->elements != 2 || entry->element[1]->type != REDIS_REPLY_ARRAY)
            continue;                       // deleted meanwhile
        code = make_object(w, entry->element[1], err);
        if (!code)
            code = give_line(w, k, out, err);
    }
    return code;
}

static enum an_code give(struct work *w, const struct key *k, const redisReply *r, bool whole, struct an_buf *out,
                         struct an_err *err) {
    bool one = k->kind == STRING || k->kind == JSON;
    char number[24];
    if (r->type == REDIS_REPLY_NIL)         // gone since it was listed
        return AN_OK;
    if (r->type != (one ? REDIS_REPLY_STRING : REDIS_REPLY_ARRAY)) {
        w->denied++;
        return AN_OK;
    }
    if (one)
        return give_value(w, k, (struct an_str) {0}, text_of(r, number), (struct an_str) {0}, out, err);
    if (k->kind == HASH)
        return give_hash(w, k, r, whole, out, err);
    return k->kind == STREAM ? give_entries(w, k, r, out, err) : give_elements(w, k, r, out, err);
}

// Large ones, in pieces.

// As much of a piece as may be taken for itself: up to the last place where something ends.
static size_t piece_end(struct an_str s, bool last) {
    if (last || s.len <= PIECE_TAIL)
        return s.len;
    for (size_t i = s.len; i > s.len - PIECE_TAIL; i--)
        if (strchr("\n,; \t", s.ptr[i - 1]) && s.ptr[i - 1])
            return i;
    return s.len;
}

static enum an_code more_of_string(struct work *w, struct an_buf *out, bool *ret_done, struct an_err *err) {
    char from[24], to[24];
    struct key *k = &w->large;
    REPLY *r = NULL;
    (void) snprintf(from, sizeof from, "%llu", (unsigned long long) w->large_at);
    (void) snprintf(to, sizeof to, "%llu", (unsigned long long) (w->large_at + PIECE - 1));
    enum an_code code = call(w, WORDS("GETRANGE"), (struct an_str) {k->name, k->len}, WORDS(from, to), &r, err);
    if (code)
        return code;
    struct an_str text = r->type == REDIS_REPLY_STRING ? (struct an_str) {r->str, (size_t) r->len} : (struct an_str) {"", 0};
    w->denied += r->type == REDIS_REPLY_ERROR;
    bool last = text.len < PIECE;
    text.len = piece_end(text, last);
    w->large_at += text.len;
    *ret_done = last || !text.len;
    return text.len ? give_value(w, k, (struct an_str) {0}, text, (struct an_str) {0}, out, err) : AN_OK;
}

static enum an_code more_of_list(struct work *w, struct an_buf *out, bool *ret_done, struct an_err *err) {
    char from[24], to[24];
    REPLY *r = NULL;
    (void) snprintf(from, sizeof from, "%llu", (unsigned long long) w->large_at);
    (void) snprintf(to, sizeof to, "%llu", (unsigned long long) (w->large_at + ELEMENTS - 1));
    enum an_code code = call(w, WORDS("LRANGE"), (struct an_str) {w->large.name, w->large.len}, WORDS(from, to), &r, err);
    if (code)
        return code;
    w->large_at += ELEMENTS;
    *ret_done = r->type != REDIS_REPLY_ARRAY || !r->elements;
    return give(w, &w->large, r, false, out, err);
}

static enum an_code more_of_stream(struct work *w, struct an_buf *out, bool *ret_done, struct an_err *err) {
    char from[64], count[16];
    REPLY *r = NULL;
    (void) snprintf(from, sizeof from, "%s%.*s", w->stream_from ? "(" : "-", (int) w->stream_len,
                    w->stream_from ? w->stream_from : "");
    (void) snprintf(count, sizeof count, "%d", ELEMENTS);
    enum an_code code = call(w, WORDS("XRANGE"), (struct an_str) {w->large.name, w->large.len}, WORDS(from, "+", "COUNT", count),
                             &r, err);
    if (code)
        return code;
    *ret_done = r->type != REDIS_REPLY_ARRAY || r->elements < ELEMENTS;
    const redisReply *last = *ret_done ? NULL : r->element[r->elements - 1];
    if (last && last->type == REDIS_REPLY_ARRAY && last->elements && last->element[0]->type == REDIS_REPLY_STRING &&
        last->element[0]->len < 48) {
        size_t n = (size_t) last->element[0]->len;
        char *id = an_alloc(n + 1);
        if (!id)
            return no_memory(err);
        memcpy(id, last->element[0]->str, n);
        if (w->stream_from && w->stream_len == n && memcmp(id, w->stream_from, n) == 0)
            *ret_done = true;               // it would never end
        an_free(w->stream_from);
        w->stream_from = id;
        w->stream_len = n;
    } else {
        *ret_done = true;
    }
    return give(w, &w->large, r, false, out, err);
}

static void walk_begin(struct walk *walk) { *walk = (struct walk) {.cursor = "0", .keep_at = 1}; }

static bool walk_is_over(const struct walk *walk) { return strcmp(walk->cursor, "0") == 0; }

// Takes a reply of SCAN and its kin: the next cursor, and what it came with. False: it is no such reply, or the walk goes in a
// circle.
static bool walk_step(struct walk *walk, const redisReply *r) {
    if (r->type != REDIS_REPLY_ARRAY || r->elements != 2 || r->element[0]->type != REDIS_REPLY_STRING ||
        r->element[1]->type != REDIS_REPLY_ARRAY || (size_t) r->element[0]->len >= CURSOR_MAX)
        return false;
    memcpy(walk->cursor, r->element[0]->str, (size_t) r->element[0]->len);
    walk->cursor[r->element[0]->len] = 0;
    walk->empty = r->element[1]->elements ? 0 : walk->empty + 1;
    if (walk_is_over(walk))
        return true;
    if (strcmp(walk->cursor, walk->kept) == 0 || walk->empty > EMPTY_MAX)
        return false;
    if (++walk->steps == walk->keep_at) {
        memcpy(walk->kept, walk->cursor, sizeof walk->kept);
        walk->keep_at *= 2;
    }
    return true;
}

static enum an_code more_of_set(struct work *w, const char *command, struct an_buf *out, bool *ret_done, struct an_err *err) {
    char count[16];
    REPLY *r = NULL;
    (void) snprintf(count, sizeof count, "%d", ELEMENTS);
    enum an_code code = call(w, WORDS(command), (struct an_str) {w->large.name, w->large.len},
                             WORDS(w->large_walk.cursor, "COUNT", count), &r, err);
    if (code)
        return code;
    if (!walk_step(&w->large_walk, r)) {
        w->denied++;
        *ret_done = true;
        return AN_OK;
    }
    *ret_done = walk_is_over(&w->large_walk);
    return give(w, &w->large, r->element[1], false, out, err);
}

static enum an_code more_of_large(struct work *w, struct an_buf *out, struct an_err *err) {
    bool done = true;
    enum an_code code = AN_OK;
    switch (w->large.kind) {
    case STRING: code = more_of_string(w, out, &done, err); break;
    case LIST: code = more_of_list(w, out, &done, err); break;
    case STREAM: code = more_of_stream(w, out, &done, err); break;
    case HASH: code = more_of_set(w, "HSCAN", out, &done, err); break;
    case SET: code = more_of_set(w, "SSCAN", out, &done, err); break;
    case ZSET: code = more_of_set(w, "ZSCAN", out, &done, err); break;
    case GONE: case JSON: case OTHER: break;
    }
    if (done || code) {
        key_release(&w->large);
        an_free(AN_TAKE(w->stream_from));
    }
    return code;
}

// Batches.

static enum kind kind_of(const redisReply *r) {
    static const struct { const char *name; enum kind kind; } kinds[] = {
        {"none", GONE}, {"string", STRING}, {"hash", HASH}, {"list", LIST}, {"set", SET}, {"zset", ZSET}, {"stream", STREAM},
        {"ReJSON-RL", JSON},
    };
    for (size_t i = 0; r->type == REDIS_REPLY_STATUS && i < AN_COUNT(kinds); i++)
        if (strcmp(r->str, kinds[i].name) == 0)
            return kinds[i].kind;
    return OTHER;
}

static const char *size_command(enum kind kind) {
    static const char *const commands[] = {
        [STRING] = "STRLEN", [HASH] = "HLEN", [LIST] = "LLEN", [SET] = "SCARD", [ZSET] = "ZCARD", [STREAM] = "XLEN",
        [OTHER] = NULL,
    };
    return commands[kind];
}

static enum an_code get_kinds(struct work *w, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; !code && i < w->batch_count; i++)
        code = ask_for(w, WORDS("TYPE"), (struct an_str) {w->batch[i].name, w->batch[i].len}, NULL, err);
    for (size_t i = 0; !code && i < w->batch_count; i++) {
        REPLY *r = NULL;
        code = get_reply(w, &r, err);
        if (code)
            break;
        w->batch[i].kind = kind_of(r);
        if (r->type == REDIS_REPLY_ERROR)
            w->denied++;
        else
            w->strange += w->batch[i].kind == OTHER;
    }
    for (size_t i = 0; !code && i < w->batch_count; i++) {
        const struct key *k = &w->batch[i];
        if (size_command(k->kind))
            code = ask_for(w, WORDS(size_command(k->kind)), (struct an_str) {k->name, k->len}, NULL, err);
    }
    for (size_t i = 0; !code && i < w->batch_count; i++) {
        REPLY *r = NULL;
        if (!size_command(w->batch[i].kind))
            continue;
        code = get_reply(w, &r, err);
        if (!code && r->type == REDIS_REPLY_ERROR) {
            w->denied++;
            w->batch[i].kind = OTHER;
        } else if (!code) {
            w->batch[i].size = r->type == REDIS_REPLY_INTEGER && r->integer > 0 ? (uint64_t) r->integer : 0;
        }
    }
    return code;
}

// The next keys.
static enum an_code next_keys(struct work *w, struct an_err *err) {
    char count[16];
    (void) snprintf(count, sizeof count, "%d", SCAN_KEYS);
    REPLY *r = NULL;
    enum an_code code = call(w, WORDS("SCAN", w->keys_walk.cursor, "COUNT", count), (struct an_str) {0}, NULL, &r, err);
    if (code)
        return code;
    if (r->type == REDIS_REPLY_ERROR)
        return refused(r, "SCAN", err);
    if (!walk_step(&w->keys_walk, r))
        return an_fail(err, AN_INPUT, "the server's reply to SCAN is malformed, or leads in a circle");
    w->walked = walk_is_over(&w->keys_walk);
    const redisReply *names = r->element[1];
    if (names->elements > BATCH)
        return an_fail(err, AN_LIMIT, "the server's reply to SCAN has more than %d keys", BATCH);
    for (size_t i = 0; i < names->elements; i++) {
        const redisReply *name = names->element[i];
        if (name->type != REDIS_REPLY_STRING)
            return an_fail(err, AN_INPUT, "the server's reply to SCAN is malformed");
        struct key *k = &w->batch[w->batch_count];
        *k = (struct key) {.name = an_alloc((size_t) name->len + 1), .len = (size_t) name->len};
        if (!k->name)
            return no_memory(err);
        memcpy(k->name, name->str, k->len);
        w->batch_count++;
    }
    return AN_OK;
}

static bool is_small(const struct key *k) {
    return k->size <= (k->kind == STRING ? SMALL_STRING : SMALL_COLLECTION);
}

static enum an_code ask_for_value(struct work *w, const struct key *k, struct an_err *err) {
    struct an_str name = {k->name, k->len};
    switch (k->kind) {
    case STRING: return ask_for(w, WORDS("GET"), name, NULL, err);
    case JSON: return ask_for(w, WORDS("JSON.GET"), name, NULL, err);
    case HASH: return ask_for(w, WORDS("HGETALL"), name, NULL, err);
    case LIST: return ask_for(w, WORDS("LRANGE"), name, WORDS("0", "-1"), err);
    case SET: return ask_for(w, WORDS("SMEMBERS"), name, NULL, err);
    case ZSET: return ask_for(w, WORDS("ZRANGE"), name, WORDS("0", "-1", "WITHSCORES"), err);
    case STREAM: return ask_for(w, WORDS("XRANGE"), name, WORDS("-", "+"), err);
    case GONE: case OTHER: break;
    }
    return AN_OK;
}

// Reads small keys of the batch up to the first large one, which it takes out to be read in pieces.
static enum an_code read_batch(struct work *w, struct an_buf *out, struct an_err *err) {
    size_t end = w->batch_at;
    enum an_code code = AN_OK;
    while (!code && end < w->batch_count && is_small(&w->batch[end]))
        code = ask_for_value(w, &w->batch[end++], err);
    for (size_t i = w->batch_at; !code && i < end; i++) {
        struct key *k = &w->batch[i];
        REPLY *r = NULL;
        if (k->kind == GONE || k->kind == OTHER)
            continue;
        code = get_reply(w, &r, err);
        if (!code)
            code = give(w, k, r, true, out, err);
    }
    w->batch_at = end;
    if (code || end == w->batch_count)
        return code;
    w->large = w->batch[end];
    w->batch[end].name = NULL;
    w->batch_at++;
    w->large_at = 0;
    walk_begin(&w->large_walk);
    return AN_OK;
}

static enum an_code tell_end(const struct work *w, struct an_err *err) {
    if (w->denied)
        return an_fail(err, AN_IO, "%llu keys could not be read: no permission, or they became something else meanwhile",
                       (unsigned long long) w->denied);
    if (w->strange)
        return an_fail(err, AN_IO, "%llu keys hold types of modules, which are not read", (unsigned long long) w->strange);
    return AN_OK;
}

// The feed of a database.
static enum an_code more(void *arg, struct an_buf *out, struct an_err *err) {
    struct work *w = arg;
    size_t before = out->len;
    enum an_code code = AN_OK;
    while (!code && out->len == before) {
        if (w->large.name) {
            code = more_of_large(w, out, err);
        } else if (w->batch_at < w->batch_count) {
            code = read_batch(w, out, err);
        } else if (w->walked) {
            return tell_end(w, err);
        } else {
            end_database(w);                // the batch's keys
            code = next_keys(w, err);
            if (!code)
                code = get_kinds(w, err);
        }
    }
    return code;
}

// Databases.

static enum an_code learn(struct work *w, struct an_err *err) {
    an_redis_keys_release(w->keys);
    memset(w->keys, 0, sizeof *w->keys);
    walk_begin(&w->keys_walk);
    w->walked = false;
    enum an_code code = AN_OK;
    for (size_t learnt = 0, turns = 0; !code && !w->walked && learnt < LEARN_KEYS && turns < LEARN_KEYS; turns++) {
        end_database(w);
        code = next_keys(w, err);
        for (size_t i = 0; !code && i < w->batch_count; i++, learnt++)
            code = an_redis_keys_learn(w->keys, (struct an_str) {w->batch[i].name, w->batch[i].len}, err);
    }
    end_database(w);
    walk_begin(&w->keys_walk);
    w->walked = false;
    w->denied = w->strange = 0;
    return code;
}

static enum an_code select_database(struct work *w, const char *number, struct an_err *err) {
    REPLY *r = NULL;
    enum an_code code = call(w, WORDS("SELECT", number), (struct an_str) {0}, NULL, &r, err);
    return code ? code : r->type == REDIS_REPLY_ERROR ? refused(r, "SELECT", err) : AN_OK;
}

static enum an_code read_database(struct work *w, uint64_t number, struct an_err *err) {
    char name[24];
    (void) snprintf(name, sizeof name, "%llu", (unsigned long long) number);
    struct an_err why;
    struct an_str no;
    AN_AUTO(an_buf) uri = {0};
    // redis://host:6379/0, whether or not the URL named it
    size_t end = w->ask->uri.len - w->ask->url->raw_path.len;
    enum an_code code = an_buf_addf(&uri, err, "%.*s/%s", (int) end, w->ask->uri.ptr, name);
    if (code)
        return code;
    struct an_remote_ask own = {.url = w->ask->url, .uri = an_buf_str(&uri), .options = w->ask->options};
    if (!an_remote_wants(w->ask, an_str_from_c(name), an_str_from_c(name), &no))
        return an_remote_skip(w->reading, &own, "redis", (struct an_str) {0}, no, err);
    code = select_database(w, name, &why);
    if (!code)
        code = learn(w, &why);
    if (code == AN_NOMEM || code == AN_BUG) {
        *err = why;
        return code;
    }
    if (code)
        return an_remote_unread(w->reading, &own, "redis", (struct an_str) {0}, code, an_str_from_c(why.text), err);
    struct an_feed feed = {.uri = an_buf_str(&uri), .format = "redis", .more = more, .arg = w};
    code = an_feed_read(w->reading, &feed, err);
    end_database(w);
    return code;
}

// The databases that INFO says hold keys: lines "db0:keys=5,...".
static size_t list_databases(struct an_str info, uint64_t numbers[static DATABASES_MAX]) {
    size_t count = 0;
    for (struct an_str line; count < DATABASES_MAX && an_str_next(&info, '\n', &line);) {
        if (line.len < 4 || memcmp(line.ptr, "db", 2) != 0 || !memchr(line.ptr, ':', line.len))
            continue;
        uint64_t n = 0;
        size_t i = 2;
        for (; i < line.len && i < 12 && line.ptr[i] >= '0' && line.ptr[i] <= '9'; i++)
            n = n * 10 + (uint64_t) (line.ptr[i] - '0');
        if (i > 2 && i < line.len && line.ptr[i] == ':')
            numbers[count++] = n;
    }
    return count;
}

static bool has(const redisReply *r, const char *what) { return r->type == REDIS_REPLY_STRING && strstr(r->str, what); }

static enum an_code get_info(struct work *w, const char *section, redisReply **ret, struct an_err *err) {
    enum an_code code = call(w, WORDS("INFO", section), (struct an_str) {0}, NULL, ret, err);
    return *ret && (*ret)->type == REDIS_REPLY_ERROR ? refused(*ret, "INFO", err) : code;
}

static enum an_code log_in(struct work *w, const struct an_secret *secret, struct an_err *err) {
    REPLY *r = NULL;
    if (!secret->password)
        return AN_OK;
    bool named = secret->user && *secret->user;
    enum an_code code = named ? call(w, WORDS("AUTH", secret->user, secret->password), (struct an_str) {0}, NULL, &r, err)
                              : call(w, WORDS("AUTH", secret->password), (struct an_str) {0}, NULL, &r, err);
    return code ? code : r->type == REDIS_REPLY_ERROR ? refused(r, "AUTH", err) : AN_OK;
}

static enum an_code connect_to(struct work *w, struct an_err *err) {
    const struct an_url *url = w->ask->url;
    struct timeval wait = {.tv_sec = CONNECT_SECONDS};
    const char *host = url->host.len ? url->host.ptr : "localhost";
    bool socket = host[0] == '/';
    w->c = socket ? redisConnectUnixWithTimeout(host, wait) : redisConnectWithTimeout(host, url->port ? url->port : PORT, wait);
    if (!w->c)
        return no_memory(err);
    if (w->c->err)
        return an_fail(err, AN_IO, "the server cannot be reached");
    wait.tv_sec = WAIT_SECONDS;
    if (redisSetTimeout(w->c, wait) != REDIS_OK)
        return an_fail(err, AN_IO, "the connection cannot be set up");
    w->limits.theirs = w->c->reader->fn;
    w->limits.own = *w->c->reader->fn;
    w->limits.own.createArray = create_array;
    w->c->reader->fn = &w->limits.own;
    w->c->reader->privdata = &w->limits;
    return AN_OK;
}

// The database the URL names, or those there are.
static enum an_code find_databases(struct work *w, uint64_t numbers[static DATABASES_MAX], size_t *ret_count,
                                   struct an_err *err) {
    struct an_str path = an_str_slice(w->ask->url->path, 1, w->ask->url->path.len);
    *ret_count = 1;
    if (path.len) {
        numbers[0] = strtoull(path.ptr, NULL, 10);
        return AN_OK;
    }
    REPLY *r = NULL;
    enum an_code code = get_info(w, "keyspace", &r, err);
    if (r && r->type == REDIS_REPLY_STRING)
        *ret_count = list_databases((struct an_str) {r->str, (size_t) r->len}, numbers);
    return code;
}

static enum an_code begin(struct work *w, bool *ret_cluster, struct an_err *err) {
    AN_AUTO(an_secret) secret = {0};
    enum an_code code = an_secret_find(w->ask, "REDISCLI_AUTH", &secret, err);
    if (!code)
        code = connect_to(w, err);
    if (!code)
        code = log_in(w, &secret, err);
    REPLY *r = NULL;
    if (!code)
        code = get_info(w, "cluster", &r, err);
    *ret_cluster = r && has(r, "cluster_enabled:1");
    return code;
}

static enum an_code read_redis(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_AUTO(work) w = {.reading = reading, .ask = ask};
    uint64_t numbers[DATABASES_MAX] = {0};
    size_t count = 0;
    bool cluster = false;
    struct an_err why;
    w.keys = an_alloc(sizeof *w.keys);
    if (!w.keys)
        return no_memory(err);
    memset(w.keys, 0, sizeof *w.keys);
    enum an_code code = begin(&w, &cluster, &why);
    if (!code)
        code = find_databases(&w, numbers, &count, &why);
    if (code == AN_NOMEM || code == AN_BUG) {
        *err = why;
        return code;
    }
    if (code)
        return an_remote_unread(reading, ask, "redis", (struct an_str) {0}, code, an_str_from_c(why.text), err);
    if (!count)
        return an_remote_skip(reading, ask, "redis", (struct an_str) {0}, AN_STR("no database of it holds a key"), err);
    for (size_t i = 0; !code && i < count; i++)
        code = read_database(&w, numbers[i], err);
    bool others = an_str_eq(an_url_value(ask->url, "others"), AN_STR("named"));
    if (code || !cluster || others)
        return code;
    return an_remote_unread(reading, ask, "redis", AN_STR("cluster"), AN_IO,
                            AN_STR("this is one node of a cluster: what others hold is not read; name each of its masters, with "
                                   "?others=named"), err);
}

static enum an_code check(const struct an_url *url, struct an_err *err) {
    struct an_str path = an_str_slice(url->path, 1, url->path.len);
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] < '0' || path.ptr[i] > '9' || i > 5)
            return an_fail(err, AN_USAGE, "behind the host stands the number of a database, or nothing");
    return AN_OK;
}

static const char *const schemes[] = {"redis", NULL};

const struct an_remote an_remote_redis = {
    .name = "redis",
    .schemes = schemes,
    .title = {"Redis databases", "Redis 数据库"},
    .spec = "Redis serialization protocol (RESP2); Redis commands, 2.8 to 7",
    .check = check,
    .read = read_redis,
};
