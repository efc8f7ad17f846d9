// Finding people again in live stores: which record an identifier stands in, and which identifiers a record holds.
//
// The stores are read as for a census, with its key; what comes out is names of stores, numbers of records, and digests: no
// value.
#ifndef AN_APP_LOCATE_H
#define AN_APP_LOCATE_H

#include "base/arena.h"
#include "census/commit.h"
#include "census/intake.h"
#include "remote/remote.h"

struct an_wanted {                      // an identifier to be found again
    uint8_t kind;
    struct an_token token;
    bool found;                         // then where it was first met:
    struct an_str store;
    uint64_t record;
};

struct an_live {                        // stores as they are now
    const struct an_str *stores; size_t count;          // files, folders, URLs
    const struct an_remote_options *remote;             // for URLs
    an_day today;
};

// Looks for all of them in the stores, each once, files first. Texts are the arena's. Errors: the machine's, a path that does not
// exist, or a URL that makes no sense; a store that cannot be read holds nothing.
enum an_code an_locate(const struct an_live *live, const struct an_key *key, struct an_wanted *wanted, size_t count,
                       struct an_arena *arena, struct an_err *err) AN_MUST_USE;

struct an_located {                     // an identifier, as the floor counts it
    uint8_t kind;
    struct an_digest digest;
};
struct an_record_look {                 // a record to be looked at
    struct an_str store;                // as the census names it: what stands before the first '!' is a file
    uint64_t record;
    bool seen;                          // the record was there
    struct an_located *held; size_t held_count;     // its floor-grade identifiers of the kinds of `caps` with a finite m
};

// Looks at the records, each file read once. Errors as above; USAGE for a record of a store at a URL: a server gives rows in an
// order of its own, and their numbers are of one reading.
enum an_code an_look_at_records(struct an_record_look *looks, size_t count, const struct an_key *key,
                                const struct an_caps *caps, an_day today, struct an_arena *arena,
                                struct an_err *err) AN_MUST_USE;

// The identifiers of these kinds in a text, one a line: each line must hold at least one. `text` is followed by readable bytes
// (AN_SCAN_PADDING). INPUT with the number of the line that holds none.
enum an_code an_look_at_text(struct an_str text, const struct an_key *key, const struct an_caps *caps, an_day today,
                             struct an_arena *arena, struct an_located **ret, size_t *ret_count, struct an_err *err) AN_MUST_USE;

#endif
