// What the keys of a Redis database have in common: which of their parts are names, and which are data.
//
// Keys are texts whose parts stand between ':' by convention: user:1001:orders. A part is a name when it looks like one and few
// others stand in its place; else it is data. Names become the path of a column (user.orders), data a value of the record.
#ifndef AN_REMOTE_REDIS_KEY_H
#define AN_REMOTE_REDIS_KEY_H

#include "base/buf.h"
#include "source/names.h"

enum { AN_REDIS_NAMES_MAX = 4096 };

struct an_redis_place {             // what was seen to stand in one place of keys
    uint32_t named, data;           // different names; keys with data there
    bool many;                      // so many that all is data
};

struct an_redis_keys {              // {0} knows none
    struct an_names names;          // parts under parts; "*" for those that are data
    struct an_redis_place top, below[AN_REDIS_NAMES_MAX];       // at the beginning of keys; below each name
};

void an_redis_keys_release(struct an_redis_keys *k);

// Learns from a key. Bounded: what comes when there are AN_REDIS_NAMES_MAX names is data.
enum an_code an_redis_keys_learn(struct an_redis_keys *k, struct an_str key, struct an_err *err) AN_MUST_USE;

// Whether a part of a key, or a field of a hash, looks like a name and not like data.
bool an_redis_is_name(struct an_str part);

// Appends a line of JSON for a value (itself JSON) at a key: {"user":{"orders":VALUE},"*":["1001"]}. `field`: of a hash whose
// fields are records of their own; ptr NULL: none. `score`: of a member of a sorted set; ptr NULL: none.
enum an_code an_redis_line(const struct an_redis_keys *k, struct an_str key, struct an_str field, struct an_str value,
                           struct an_str score, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// Whether any part of the key is data: it is one of many alike.
bool an_redis_key_has_data(const struct an_redis_keys *k, struct an_str key);

#endif
