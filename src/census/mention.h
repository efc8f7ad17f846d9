// From what one record holds to rows of the census: who is described, by which identifiers, charged to which.
//
// A row says that identifier x was seen in mentions with centre m. The centre is the exclusive identifier the mention
// is first
// charged to; where it has none, a hash of all its identifiers, so that equal mentions are one row. From the rows
// alone, sorted
// and folded, floor, ceiling and linked follow (count.h).
//
//   key[0..16)   token of x        key[16..28)  first 12 bytes of the centre's token, or the hash
//   tag          kind code of x    flags        below         count  mentions charged to x for the ceiling
//
// Where the data do not say that two identifiers of a record are one person's, each is a mention of its own for the
// ceiling
// (SURE is not set, each is charged), while the estimate still links them as long as no kind occurs twice among them.
// Source: the definitions in docs/COUNTING.md.
#ifndef AN_CENSUS_MENTION_H
#define AN_CENSUS_MENTION_H

#include "base/key.h"
#include "census/kinds.h"
#include "distinct/set.h"

enum {
    AN_ROW_FLOOR = 1,       // x was seen floor-grade
    AN_ROW_SURE = 2,        // x and the centre stood in one mention of one person for certain
    AN_ROW_EXCLUSIVE = 4,   // the centre is an exclusive identifier
    AN_ROW_RESIDENT = 8,    // the centre is a resident ID
    AN_ROW_ANCHOR = 16,     // this row stands for its mention: exactly one of the rows of a centre that is a hash
    AN_ROW_MANY_IDS = 32,   // x stood beside two or more resident IDs in one mention
    AN_ROW_FIRM = 64,       // x stood in a column of its own, or beside another identifier: not alone in running text
};

struct an_sighting {                       // one identifier of a record
    const struct an_ident *kind;
    enum an_grade grade;                // CEILING or FLOOR
    bool sure;                          // stands alone in a column that names a kind: it is the role's own
    struct an_str key;
};

// What else a role group of a record holds: in columns that are the role's own, and elsewhere (counted, since each
// may be of
// somebody else).
struct an_evidence {
    bool name, test_name, blocked, obscured, trace;
    bool described;                     // sex, birth, address ...: of somebody, but nobody in particular
    bool unlabelled;                    // nothing says what the record's columns are
    uint32_t loose_blocked, loose_obscured, loose_traces;
};

struct an_mention_counts {              // plain counters; added up over records
    uint64_t mentions;                  // for the ceiling: claims that somebody is described
    // mentions without a usable identifier, that name somebody or hold a placeholder
    uint64_t nameless;
    // the same, beside identifiers that may be somebody else's: in the ceiling only
    uint64_t beside;
    uint64_t tests;                     // those that name themselves a test; likewise, as the two that follow
    uint64_t obscured;                  // those that hold only a masked or damaged identifier
    uint64_t traces;                    // those that hold only a device, an address, a vehicle
    uint64_t described;                 // those that hold only what people are like
    uint64_t unlabelled;                // records that may describe somebody, for all their columns say
    uint64_t mixed;                     // single-subject groups that held two resident IDs
};

// An identifier that is certainly the role's own, with its token.
struct an_sure { struct an_token token; uint8_t code; bool floor, exclusive; };       // code: of its kind

// The order in which a mention is charged to kinds: smaller first. No two kinds have the same.
static inline unsigned an_charge_order(const struct an_ident *kind) { return (unsigned) kind->charge << 8 | kind->code; }

// Writes the rows of a mention that holds nothing but such identifiers, of different kinds, in the order of charging.
enum an_code an_mention_add_sure(const struct an_sure *items, size_t count, struct an_set *rows, struct an_err *err) AN_MUST_USE;

// Writes the row of an identifier that is counted but stands for no person (`exclusive` is not looked at).
enum an_code an_mention_add_trace(const struct an_sure *item, struct an_set *rows, struct an_err *err) AN_MUST_USE;

// Writes the rows of one role group of one record.
enum an_code an_mention_add(const struct an_key *key, const struct an_caps *caps, const struct an_sighting *found,
                            size_t count,
                            struct an_evidence evidence, struct an_set *rows, struct an_mention_counts *counts,
                            uint64_t *ret_mentions, struct an_err *err) AN_MUST_USE;

// An identifier that is counted but stands for no person.
enum an_code an_mention_trace(const struct an_key *key, const struct an_ident *kind, struct an_str value,
                              bool floor_grade,
                              struct an_set *rows, struct an_err *err) AN_MUST_USE;

enum { AN_RESIDENT_CODE = 1, AN_MAIL_CODE = 13 };   // of cn-resident-id, which counts people best, and email

#endif
