// A page of documents as Elasticsearch and OpenSearch give it: the answer to a search, read where it stands.
#ifndef AN_REMOTE_HITS_H
#define AN_REMOTE_HITS_H

#include "base/buf.h"

struct an_hits {                    // texts lie in the page, as written there: escapes are not undone
    struct an_str cursor;           // of the view that is searched: `pit_id` or `_scroll_id`; empty: none
    uint64_t total;                 // documents that match on all pages, where has_total
    bool has_total;                 // exactly known to the server
    bool timed_out;                 // or stopped early: documents are missing
    uint64_t shards_failed;
    uint64_t count;                 // documents on this page
    uint64_t without;               // of them those without `_source`
    struct an_str first;            // `_id` of the first
    uint64_t last;                  // sort value of the last, where `ordered`
};

struct an_hits_ask {
    bool ordered;                   // each document has one sort value, a number greater than that of the one before
    bool has_after;
    uint64_t after;                 // sort value of the last on the page before
};

// Appends each document to `out` as a line: its `_source` with its `_id` in front. Errors: INPUT: no such page, or one that is
// out of order; `out` then may hold documents of it. NOMEM. No byte of the page is in an error.
enum an_code an_hits_read(struct an_str page, const struct an_hits_ask *ask, struct an_hits *ret, struct an_buf *out,
                          struct an_err *err) AN_MUST_USE;

#endif
