// Whole files: read with a limit, written so that a reader sees the old one or the new one and nothing between.
//
// Every error names the path. What a caller calls the file ("key file") it puts in front itself.
#ifndef AN_BASE_FILE_H
#define AN_BASE_FILE_H

#include "base/buf.h"

enum {
    AN_FILE_NOFOLLOW = 1,   // reading: the path's last part may not be a link
    AN_FILE_PRIVATE = 2,    // reading: refused (USAGE) when others than its owner may read or change it; NOFOLLOW too
    AN_FILE_STREAM = 4,     // a pipe, a device or (when written) a link is used as it is, else only regular files are
};

// Adds the file at `path`, at most `limit` bytes of it, to `out`. Errors: IO, USAGE when it is not
// a regular file, LIMIT when it is longer; `out` then may hold a part of it.
enum an_code an_file_read(const char *path, size_t limit, int flags, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// The same into memory of the caller's, for what must not be left behind on the heap: `to` has room for `cap` bytes.
enum an_code an_file_read_into(const char *path, int flags, void *to, size_t cap, size_t *ret_len,
                               struct an_err *err) AN_MUST_USE;

// Writes `bytes` to `path` with this mode (0666 leaves it to the umask): to a temporary file beside it (its name with
// ".tmp" added), which is brought to the disk and renamed, and the folder is brought to the disk. Errors: USAGE when there
// is something at `path` that is no regular file (unless STREAM), IO; the file at `path` is then as it was.
enum an_code an_file_write(const char *path, struct an_str bytes, unsigned mode, int flags, struct an_err *err) AN_MUST_USE;

// The same in steps, for what is larger than memory. Between begin and commit nothing is seen at `path`; release before
// commit removes the temporary file.
struct an_file_out {        // {0} is no file: fd is one more than the descriptor
    int fd;
    const char *path;       // borrowed
    char *temporary;        // owned
};
enum an_code an_file_begin(const char *path, unsigned mode, struct an_file_out *ret_out, struct an_err *err) AN_MUST_USE;
enum an_code an_file_add(struct an_file_out *out, struct an_str bytes, struct an_err *err) AN_MUST_USE;
enum an_code an_file_commit(struct an_file_out *out, struct an_err *err) AN_MUST_USE;
void an_file_out_release(struct an_file_out *out);

// Makes a file that was not there (errors: IO also when it was) and brings it to the disk. For keys.
enum an_code an_file_create(const char *path, struct an_str bytes, unsigned mode, struct an_err *err) AN_MUST_USE;

// Brings the folder of `path` to the disk: a new name in it is then there to stay.
enum an_code an_file_sync_folder(const char *path, struct an_err *err) AN_MUST_USE;

#endif
