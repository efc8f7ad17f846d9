// Thrift's compact protocol, read from memory that may be hostile.
//
// Source: Apache Thrift, doc/specs/thrift-compact-protocol.md.
#ifndef AN_SOURCE_THRIFT_H
#define AN_SOURCE_THRIFT_H

#include "base/str.h"

enum an_thrift_type {
    AN_THRIFT_STOP = 0, AN_THRIFT_TRUE = 1, AN_THRIFT_FALSE = 2, AN_THRIFT_BYTE = 3, AN_THRIFT_I16 = 4, AN_THRIFT_I32 = 5,
    AN_THRIFT_I64 = 6, AN_THRIFT_DOUBLE = 7, AN_THRIFT_BINARY = 8, AN_THRIFT_LIST = 9, AN_THRIFT_SET = 10, AN_THRIFT_MAP = 11,
    AN_THRIFT_STRUCT = 12, AN_THRIFT_UUID = 13,
};

struct an_thrift {                  // {.bytes = ...}
    struct an_str bytes;
    size_t at;
    bool bad;                       // what came last made no sense, or was cut off; stays. All that is read from here on is 0
    bool cut;                       // ... because the bytes ended
};

struct an_thrift_field { int id; unsigned type; };      // {0} before the first of a struct

// The next field of a struct. False at its end, or where there is none.
bool an_thrift_next(struct an_thrift *t, struct an_thrift_field *f);

// The value of a field. One of another type is passed over, and 0 or empty.
int64_t an_thrift_int(struct an_thrift *t, const struct an_thrift_field *f);
struct an_str an_thrift_binary(struct an_thrift *t, const struct an_thrift_field *f);
bool an_thrift_bool(const struct an_thrift_field *f);

// Enters a struct. False, with the field passed over, when it is none.
bool an_thrift_enter(struct an_thrift *t, const struct an_thrift_field *f);

// Elements of a list of `type`, which come next; 0, with the field passed over, when it is none of that. There are never more
// than bytes are left.
size_t an_thrift_list(struct an_thrift *t, const struct an_thrift_field *f, unsigned type);

void an_thrift_skip(struct an_thrift *t, const struct an_thrift_field *f);

#endif
