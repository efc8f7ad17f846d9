// Archives and compressed files, through libarchive: members are stores of their own, read as they stream by, never unpacked to
// disk.
#ifndef AN_SOURCE_CONTAINER_H
#define AN_SOURCE_CONTAINER_H

#include <archive.h>
#include "source/source.h"

enum an_container_access {
    AN_CONTAINER_STREAM,            // front to back
    AN_CONTAINER_SEEK_SMALL,        // better with seeking: files, and what is small enough to hold
    AN_CONTAINER_SEEK,              // impossible without: files, and what limits.memory_bytes allow to hold
};

struct an_container {               // one format; const, static
    const char *name;               // the source's
    enum an_container_access access;
    bool wrapper;                   // compresses one file, which keeps its uri
    bool end_mark;                  // ends in a block of zeros; libarchive does not miss it
    bool gunzip;                    // what libarchive gets is unpacked by gunzip.h
    // Bytes that a container with this head says it has, or, where no entry was found in it, that say there is none;
    // what stands behind them is told, unless it is zeros. Only of what is sought in; NULL: nobody can tell.
    uint64_t (*extent)(struct an_str head, bool has_entries);
    int (*support[3])(struct archive *);    // filters and formats of libarchive to switch on
};

// Reads `input`. A member is "uri!name"; what the container as a whole suffers is told in a store with its own uri. Bounded by
// reading->limits: depth, members, expansion, total_bytes.
enum an_code an_container_read(const struct an_container *container, struct an_reading *reading, struct an_input *input,
                               const struct an_sniff *sniff, struct an_err *err) AN_MUST_USE;

// A document whose members are its parts: it is gone through several times, and the members are told to `part` instead of being
// read as stores. What `part` does not take of a member is passed over.
struct an_container_parts {
    void *arg;
    int passes;
    // `ordinal` counts members from 0, the same in every pass; `name` is UTF-8. A part that is encrypted never comes here: it
    // is a store of its own, unread.
    enum an_code (*part)(void *arg, int pass, size_t ordinal, struct an_str name, struct an_input *input, struct an_err *err);
};

// Reads `input` so. What the archive as a whole suffers is told once, by the last pass, as for an_container_read.
enum an_code an_container_read_parts(const struct an_container *container, struct an_reading *reading, struct an_input *input,
                                     const struct an_sniff *sniff, const struct an_container_parts *parts,
                                     struct an_err *err) AN_MUST_USE;

// 100 when the head begins with `magic` (of len bytes), else 0.
int an_container_sniff(const struct an_sniff *sniff, const char *magic, size_t len);

#endif
