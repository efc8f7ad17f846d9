// What a server lists: pages of an S3 bucket, answers of WebDAV's PROPFIND. Read from memory; hostile.
#ifndef AN_REMOTE_LISTING_H
#define AN_REMOTE_LISTING_H

#include "base/arena.h"
#include "base/err.h"

struct an_listed {
    struct an_str name;             // an object's key, decoded; any bytes
    uint64_t bytes;                 // AN_NO_SIZE when not told
    bool folder;                    // (WebDAV, HDFS) a collection
    bool link;                      // (HDFS) leads to another place
    bool refused;                   // (WebDAV) the server says that it may not be had
    bool cold;                      // (S3) in an archive class, not to be read before it is restored
};
#define AN_NO_SIZE UINT64_MAX

struct an_listing {
    struct an_listed *items;
    size_t count;
    bool truncated;                 // (S3, HDFS) there is more, behind `next`
    struct an_str next;             // a token, any bytes
};

enum {
    AN_LISTED_MAX = 10000,          // items on a page: S3 gives at most 1000
    AN_COLLECTED_MAX = 500 * 1000,  // members of a collection, which has no pages
};

// A page of ListObjectsV2. Everything is owned by `arena`. Errors: INPUT (no XML, another document, a document type, an object
// without key or size), LIMIT.
enum an_code an_listing_s3(struct an_str text, struct an_arena *arena, struct an_listing *ret, struct an_err *err) AN_MUST_USE;

// A 207 answer of WebDAV (RFC 4918): a collection and its members, or a file. Names are hrefs as the server wrote them. Errors:
// as above.
enum an_code an_listing_dav(struct an_str text, struct an_arena *arena, struct an_listing *ret, struct an_err *err) AN_MUST_USE;

// A status or a page of them as WebHDFS answers LISTSTATUS and LISTSTATUS_BATCH. A file that was asked for itself has no name.
enum an_code an_listing_hdfs(struct an_str text, struct an_arena *arena, struct an_listing *ret, struct an_err *err) AN_MUST_USE;

// Percent-encoding undone; `plus`: '+' is a blank. What is no encoding stays as it is. ptr NULL when out of memory.
struct an_str an_listing_decode(struct an_arena *arena, struct an_str s, bool plus);

#endif
