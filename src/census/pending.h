// Mentions whose identifiers are all certain, waiting for their tokens: those are made many at a time.
//
// Most records of a table are such mentions. What waits is in locked memory (where the system allows it) and zeroed when it
// has become tokens.
#ifndef AN_CENSUS_PENDING_H
#define AN_CENSUS_PENDING_H

#include "base/siphash.h"
#include "census/mention.h"

enum { AN_PENDING_ITEMS = 128, AN_PENDING_MENTION = 8 };       // identifiers that wait; of one mention at most

// What is asked of a kind for each of its identifiers, once and for all.
struct an_pending_kind {
    const struct an_ident *kind;
    const unsigned char *part;      // of the key
    unsigned order;                 // of charging
    bool exclusive;
};

struct an_pending {
    size_t count;
    struct an_sip_message messages[AN_PENDING_ITEMS];
    struct an_sure items[AN_PENDING_ITEMS];
    uint8_t of_mention[AN_PENDING_ITEMS];       // how many the mention has that begins here
    struct an_ident_key drafts[AN_PENDING_MENTION + 1];     // room for the identifiers of the record at hand; the owner's
    size_t drafted;                             // of them, so many may have been used since the last flush
};

struct an_pending *an_pending_new(struct an_err *err);      // NULL: no memory
void an_pending_free(struct an_pending *p);                 // NULL is fine

struct an_pending_kind an_pending_kind_of(const struct an_key *key, const struct an_caps *caps, const struct an_ident *kind);

// One person's identifiers, the first `count` drafts, in any order: sure ones, of different kinds, none longer than
// AN_SIPHASH_SHORT bytes, at most AN_PENDING_MENTION. All mentions until the next flush go to the same rows.
enum an_code an_pending_add(struct an_pending *p, const struct an_pending_kind *const *kinds, const enum an_grade *grades,
                            size_t count, struct an_set *rows, struct an_err *err) AN_MUST_USE;
enum an_code an_pending_flush(struct an_pending *p, struct an_set *rows, struct an_err *err) AN_MUST_USE;

#endif
