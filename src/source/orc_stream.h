// A stream of an ORC file: bytes in compressed blocks, and the small languages they are written in.
//
// Source: Apache ORC Specification v1, "Compression", "Run Length Encoding".
#ifndef AN_SOURCE_ORC_STREAM_H
#define AN_SOURCE_ORC_STREAM_H

#include "source/at.h"
#include "source/codec.h"

struct an_orc_file {                    // what the streams of a file share
    struct an_at *at;
    enum an_codec codec;
    bool packed;                        // in blocks
    size_t block;                       // bytes one may unpack to
    uint64_t memory;                    // bytes that blocks and dictionaries may take together
    uint64_t held;                      // of them that they take
    uint64_t made;                      // bytes of all blocks, unpacked
    uint64_t most_made;
};

enum { AN_ORC_RUN = 512 };              // numbers of a run at most

struct an_orc_stream {                  // {0} has nothing; an_orc_stream_begin for every stripe
    struct an_orc_file *file;
    enum an_code fault; struct an_err why;      // why it cannot be read further, where it is not at its end

    // the rest is private
    bool there;
    uint64_t next, end;                 // the next block; where the stream ends
    struct an_buf raw;                  // a block as it lies in the file
    size_t raw_held;
    char *block;                        // unpacked
    size_t block_cap;
    const unsigned char *at, *stop;     // bytes of it that are to come
    int64_t run[AN_ORC_RUN];            // numbers that were read together
    size_t taken, ready;
    uint64_t same;                      // byte runs: left of one
    size_t literal;                     // ... bytes left as they are
    unsigned char byte;
    unsigned bits;                      // truths: left of `truths`
    unsigned char truths;
};

void an_orc_stream_release(struct an_orc_stream *s);

// Nothing is there until it begins again.
void an_orc_stream_forget(struct an_orc_stream *s);

// Turns to the bytes [from, from + len) of the file.
void an_orc_stream_begin(struct an_orc_stream *s, struct an_orc_file *file, uint64_t from, uint64_t len);
static inline bool an_orc_stream_is_there(const struct an_orc_stream *s) { return s->there; }

// Each takes the next of its kind. *ret_good false: there is none, or `fault`. Failure: no memory.
enum an_code an_orc_byte(struct an_orc_stream *s, unsigned char *ret, bool *ret_good, struct an_err *err) AN_MUST_USE;
enum an_code an_orc_run_byte(struct an_orc_stream *s, unsigned char *ret, bool *ret_good, struct an_err *err) AN_MUST_USE;
enum an_code an_orc_truth(struct an_orc_stream *s, bool *ret, bool *ret_good, struct an_err *err) AN_MUST_USE;
enum an_code an_orc_number(struct an_orc_stream *s, bool is_signed, bool v2, int64_t *ret, bool *ret_good,
                           struct an_err *err) AN_MUST_USE;

// All bytes that are left, added to `out`, which may not grow over `most`.
enum an_code an_orc_all(struct an_orc_stream *s, size_t most, struct an_buf *out, bool *ret_good, struct an_err *err) AN_MUST_USE;

// The next `len` bytes: they lie in the block, or are put into `joined`. Never more than limits allow.
enum an_code an_orc_bytes(struct an_orc_stream *s, uint64_t len, struct an_buf *joined, struct an_str *ret, bool *ret_good,
                          struct an_err *err) AN_MUST_USE;

#endif
