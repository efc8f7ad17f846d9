// Folders on a server and the files in them, walked to the end: each file a store, read as a file would be.
//
// The server is taken to be hostile. Names that a server lists are only ever put behind the path that was asked for, so that a
// walk never leaves its root; how deep and how many is bounded. A folder that cannot be listed is an unread store.
#ifndef AN_REMOTE_FOLDERS_H
#define AN_REMOTE_FOLDERS_H

#include "base/arena.h"
#include "remote/listing.h"
#include "remote/remote.h"

struct an_folder {             // what stands at a path
    struct an_listed *items; size_t count;      // names: of members, without any '/'; any bytes
    bool is_file;                   // it is none; then `bytes` are its own
    uint64_t bytes;                 // AN_NO_SIZE: not told
    uint64_t strange;               // members that are listed as somewhere else, and left out of `items`
    uint64_t links;                 // that lead to other places, and are not followed
};

struct an_folders {
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    void *arg;
    // Paths begin with '/', and do not end with one but for "/" itself; any bytes without NUL.
    enum an_code (*list)(void *arg, struct an_str path, struct an_arena *arena, struct an_folder *ret, struct an_err *err);
    // Reads a file as the store `uri`, whatever is wrong with it.
    enum an_code (*read)(void *arg, struct an_str path, struct an_str uri, uint64_t bytes, struct an_err *err);
};

// Walks what stands at the path of the URL. Errors are the machine's own.
enum an_code an_folders_read(const struct an_folders *t, struct an_err *err) AN_MUST_USE;

enum an_dav_place { AN_DAV_SELF, AN_DAV_CHILD, AN_DAV_STRANGE };

// What an href that a server at `server` (scheme://host:port) lists for the folder `path` is: the folder itself, a member of it,
// whose name is copied decoded into `arena`, or anything else. ret_name->ptr NULL: out of memory.
enum an_dav_place an_dav_place(struct an_str server, struct an_str path, struct an_str href, struct an_arena *arena,
                               struct an_str *ret_name);

#endif
