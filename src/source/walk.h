// The files under some paths, sorted, each once.
#ifndef AN_SOURCE_WALK_H
#define AN_SOURCE_WALK_H

#include "base/arena.h"
#include "base/err.h"

struct an_found {
    struct an_str path;         // as given, or the given folder and the way down from it; NUL-ended past its length
    uint64_t bytes;             // size when it was found; 0 for standard input
    // why it cannot be read (a socket, no permission, a loop of links ...); empty when it can
    struct an_str trouble;
    bool skip;                  // trouble is no loss: a socket, a pipe or a device met in a folder holds no records
};

struct an_found_list { struct an_found *items; size_t count; };

// Walks `paths` (files, folders, "-"). Symbolic links are followed only where given as a path; inside folders a link
// to a
// file or folder that the walk reaches anyway is passed over, any other is trouble. Two ways to one file (same device
// and
// inode) give it once. Sorted by path, bytewise. A link given to
// a file goes by the path of that file, since files are opened without following links. A path that does not exist is
// USAGE.
enum an_code an_walk(const struct an_str *paths, size_t count, struct an_arena *arena, struct an_found_list *ret_list,
                     struct an_err *err) AN_MUST_USE;

#endif
