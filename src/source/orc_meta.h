// What an ORC file says of itself: its types, its stripes, and the streams of a stripe.
//
// Source: Apache ORC Specification v1, "File Tail", "Stripes"; orc_proto.proto.
#ifndef AN_SOURCE_ORC_META_H
#define AN_SOURCE_ORC_META_H

#include "base/arena.h"
#include "base/err.h"
#include "source/protobuf.h"

enum an_orc_kind {                      // as the file numbers them
    AN_ORC_BOOLEAN, AN_ORC_BYTE, AN_ORC_SHORT, AN_ORC_INT, AN_ORC_LONG, AN_ORC_FLOAT, AN_ORC_DOUBLE, AN_ORC_STRING, AN_ORC_BINARY,
    AN_ORC_TIMESTAMP, AN_ORC_LIST, AN_ORC_MAP, AN_ORC_STRUCT, AN_ORC_UNION, AN_ORC_DECIMAL, AN_ORC_DATE, AN_ORC_VARCHAR,
    AN_ORC_CHAR, AN_ORC_INSTANT, AN_ORC_UNKNOWN,
};

enum an_orc_stream_kind {
    AN_ORC_PRESENT, AN_ORC_DATA, AN_ORC_LENGTH, AN_ORC_DICTIONARY, AN_ORC_COUNT, AN_ORC_SECOND, AN_ORC_STREAMS,
};

enum {
    AN_ORC_TYPES = 1 << 14,             // of a file
    AN_ORC_DEPTH = 100,                 // of types in each other
};

struct an_orc_type {
    unsigned kind;
    uint32_t child_count, *children;    // types; their numbers are higher
    struct an_str name;                 // that a struct gives it; UTF-8, padded
    uint32_t parent;                    // the root's is itself
    bool encrypted, repeats;            // repeats: or is below what does
};

struct an_orc_tail {                    // of the postscript
    uint64_t footer_len, metadata_len, block;
    unsigned codec;                     // as the file numbers them
};

// What a postscript says. Errors: INPUT.
enum an_code an_orc_tail_read(struct an_str postscript, struct an_orc_tail *ret, struct an_err *err) AN_MUST_USE;

struct an_orc_meta {                    // {0}, then an_orc_meta_read
    struct an_orc_type *types;
    size_t type_count;
    bool nested;                        // some of them repeat
    bool encrypted;                     // some of them have values that are kept elsewhere
    uint64_t rows;
    struct an_arena arena;
    struct an_protobuf at;              // private: the next stripe
};

// `footer` is unpacked, and borrowed as long as `m` is used. Errors: INPUT, LIMIT, NOMEM.
enum an_code an_orc_meta_read(struct an_orc_meta *m, struct an_str footer, struct an_err *err) AN_MUST_USE;
void an_orc_meta_release(struct an_orc_meta *m);

struct an_orc_stripe { uint64_t offset, index_len, data_len, footer_len, rows; };
// The next stripe. *ret_any false: there is none. Errors: INPUT.
enum an_code an_orc_meta_stripe(struct an_orc_meta *m, struct an_orc_stripe *ret, bool *ret_any,
                                struct an_err *err) AN_MUST_USE;

struct an_orc_piece { unsigned kind; uint32_t column; uint64_t len; };      // a stream, as a stripe's footer lists it
struct an_orc_coding { unsigned kind; uint64_t words; };                    // of a column: DIRECT, DICTIONARY, both as V2

// The next of either in a stripe's footer, *p; the other is passed over. False: there is none.
bool an_orc_piece_next(struct an_protobuf *p, struct an_orc_piece *ret);
bool an_orc_coding_next(struct an_protobuf *p, struct an_orc_coding *ret);

#endif
