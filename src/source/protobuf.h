// Protocol Buffers as they lie on the wire, read from memory that may be hostile.
//
// Source: protobuf.dev, "Encoding" (proto2 and proto3).
#ifndef AN_SOURCE_PROTOBUF_H
#define AN_SOURCE_PROTOBUF_H

#include "base/str.h"

struct an_protobuf {                // {.rest = ...}
    struct an_str rest;
    bool bad;                       // what came last made no sense, or was cut off
    // the field at hand
    uint32_t field;
    uint64_t number;                // of a varint or of 4 or 8 fixed bytes; 0 of anything else
    struct an_str bytes;            // of a string, a message, or packed numbers; empty of anything else
};

// The next field. False: there is none, or `bad`.
bool an_protobuf_next(struct an_protobuf *p);

// The next varint at the front of *rest. False: there is none.
bool an_protobuf_varint(struct an_str *rest, uint64_t *ret);

#endif
