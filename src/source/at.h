// The bytes of an input at any place: of a file where it lies, of anything else from memory.
#ifndef AN_SOURCE_AT_H
#define AN_SOURCE_AT_H

#include <sys/stat.h>
#include "base/buf.h"
#include "source/source.h"

struct an_at {
    uint64_t size;
    // private
    int fd;                         // -1: in memory
    struct stat before;
    struct an_buf held;
};

// Opens `input`, whose head was taken. *ret_what, told in `fault`: why it cannot be had (IO; LIMIT: no file, and more than
// limits.memory_bytes). Failure: no memory. Released by an_at_release in any case.
enum an_code an_at_open(struct an_at *at, const struct an_reading *reading, struct an_input *input, struct an_str head,
                        enum an_code *ret_what, struct an_err *fault, struct an_err *err) AN_MUST_USE;
void an_at_release(struct an_at *at);

// The bytes [from, from + len). They lie in `buf`, which is grown for it, or are borrowed as long as `at` is open. Errors: INPUT:
// not that many; IO; NOMEM.
enum an_code an_at_get(struct an_at *at, uint64_t from, size_t len, struct an_buf *buf, struct an_str *ret,
                       struct an_err *err) AN_MUST_USE;

// Whether somebody wrote to the file since it was opened.
bool an_at_changed(const struct an_at *at);

#endif
