// Files that MongoDB keeps in two collections, one of names and one of pieces: each is read as the file it is.
#ifndef AN_REMOTE_GRIDFS_H
#define AN_REMOTE_GRIDFS_H

#include "remote/mongo.h"

struct an_gridfs {
    struct an_reading *reading;
    const struct an_remote_ask *ask;    // its URI as the database is named
    struct an_mongo *m;
    const char *database, *bucket;      // the collections are BUCKET.files and BUCKET.chunks
    const bson_t *options;              // of a cursor that reads pieces
    bool snapshot;
};

// Opens and closes a store for each file: BUCKET/ID/NAME. Errors: the machine's own.
enum an_code an_gridfs_read(const struct an_gridfs *g, struct an_err *err) AN_MUST_USE;

#endif
