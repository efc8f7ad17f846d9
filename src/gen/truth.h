// What is true of generated stores, counted while they are written: exact, one bit for each person and set.
//
// The truth file is one JSON object, schema anshen.truth/1, integers exact. In it: schema; parameters {shape,
// format (null: the shape's own), seed, people and rows as asked for (0: not), and every share}; the counts
// below for all stores together; stores [{file, member (in an archive; of a database the table; else null),
// format, encoding, and the same counts for that store}].
//   people           distinct natural persons who are mentioned at least once
//   floor            distinct valid 18-digit resident IDs: what these prove
//   records          rows or lines, without the header
//   bytes            before packing; of a database: of the file
//   mentions         (record, person described): two in a row of orders.sql, none in most log lines
//   mentions_without_identifier
//                    of these: with no valid resident ID in either form, no mobile, e-mail or card
//   identifiers      {kind: {occurrences, distinct}} of bank-card, cn-mobile, cn-resident-id, email, ipv4
//                    (public ones), in any spelling; 15-digit IDs are among cn-resident-id and
//                    equal to their 18-digit form; placeholders, typing errors, masked and damaged values
//                    are not among them
//   legacy15         of these occurrences: 15-digit IDs
//   variants         of these occurrences: not in the plainest spelling
//   typos, damaged   resident IDs written with a wrong digit; as 4.40308E+17
//   placeholders, masked
//                    {cn-resident-id, cn-mobile, email}: occurrences; the ID fails its check digit
//   shared_mobiles   distinct mobiles written of two or more persons who hold them together
//   recycled_mobiles distinct mobiles written of one person and later of another
#ifndef AN_GEN_TRUTH_H
#define AN_GEN_TRUTH_H

#include "gen/person.h"
#include "base/json.h"

enum an_gen_kind { AN_GEN_ID, AN_GEN_MOBILE, AN_GEN_EMAIL, AN_GEN_CARD, AN_GEN_IP, AN_GEN_KINDS };

// Sets of people. A kind's set holds those whose identifier was written; OLD_ID: in the 15-digit form; LENT:
// people seen with the number of the person just before them.
enum an_gen_set { AN_GEN_SEEN, AN_GEN_HAS_ID, AN_GEN_HAS_OLD_ID, AN_GEN_HAS_MOBILE, AN_GEN_HAS_LENT,
                  AN_GEN_HAS_EMAIL, AN_GEN_HAS_CARD, AN_GEN_HAS_IP, AN_GEN_SETS };

struct an_gen_truth {               // of one store, or of several together
    uint64_t first, people;         // speaks of first (a multiple of AN_GEN_HUB) .. first + people - 1
    uint64_t *sets[AN_GEN_SETS];    // owned
    uint16_t *hubs;                 // owned; per hotline: who was seen with it: 0 nobody, 65535 several,
                                    // else 1 + the one person's number modulo AN_GEN_HUB
    uint64_t records, bytes;
    uint64_t mentions;              // (record, role): somebody is described
    uint64_t bare;                  // mentions without any usable identifier
    uint64_t written[AN_GEN_KINDS]; // identifiers, every time they occur, in any form
    uint64_t old_ids;               // of these, 15-digit ones
    uint64_t variants;              // of these, not in the plainest form
    uint64_t placeholders[AN_GEN_KINDS], masked[AN_GEN_KINDS];
    uint64_t typos, damaged;        // of resident IDs
};

// Ready to count people lo..hi-1.
enum an_code an_gen_truth_init(struct an_gen_truth *t, uint64_t lo, uint64_t hi,
                               struct an_err *err) AN_MUST_USE;
void an_gen_truth_release(struct an_gen_truth *t);

static inline void an_gen_truth_mark(struct an_gen_truth *t, enum an_gen_set set, uint64_t person) {
    uint64_t i = person - t->first;
    t->sets[set][i / 64] |= (uint64_t) 1 << i % 64;
}
void an_gen_truth_mark_hub(struct an_gen_truth *t, uint64_t hub, uint64_t person);

// Adds a store's truth to that of all. The people of `one` must lie within those of `all`.
void an_gen_truth_join(struct an_gen_truth *all, const struct an_gen_truth *one);

uint64_t an_gen_truth_size(const struct an_gen_truth *t, enum an_gen_set set);

// Writes the counts as keys of the object that is open in `j`. `is_recycled` says of somebody in LENT that
// the number was not shared but passed on.
void an_gen_truth_write(const struct an_gen_truth *t, bool (*is_recycled)(const void *arg, uint64_t person),
                        const void *arg,
                        struct an_json *j);

#endif
