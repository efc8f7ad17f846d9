// Spot checks of a count: the examiner draws, the filer answers from the census and the live stores, and anybody sees what that
// proves. Forms and formulas: docs/DOSSIER.md, section 6.
#ifndef AN_APP_CHALLENGE_H
#define AN_APP_CHALLENGE_H

#include "app/dossier.h"
#include "base/key.h"
#include "census/census.h"
#include "remote/remote.h"

#define AN_CHALLENGE_FORM "anshen.challenge/1"
#define AN_PROOF_FORM "anshen.proof/1"

struct an_challenge_request {
    const struct an_dossier *of;            // verified, and not WRONG
    struct an_str seed;                     // of the examiner, made after he had the dossier
    uint64_t n;                             // identifiers to draw; 0: none
    struct an_str kind;                     // of them; empty: the one that the floor rests on
    uint64_t entry;                         // the measurement; 0: the last one with a commitment
    struct an_str store;                    // to draw `rows` of its records from; empty: none
    uint64_t rows;
};

// Adds the challenge (canonical JSON) to `out`. The same request gives the same draws. USAGE for what there is nothing of.
enum an_code an_challenge_make(const struct an_challenge_request *r, struct an_buf *out, struct an_err *err) AN_MUST_USE;

struct an_record_name { struct an_str store; uint64_t record; };

struct an_proving {
    const struct an_census *census;         // that was committed to
    const struct an_key *key;               // of the census; NULL where only draws are answered, without looking into stores
    struct an_str challenge;                // its text; empty: none
    const struct an_str *stores; size_t store_count;            // live ones to find drawn identifiers in; may be none
    const struct an_record_name *records; size_t record_count;  // that the examiner picked
    struct an_str values;                   // that he gave, one a line; AN_SCAN_PADDING bytes behind can be read; empty: none
    an_day today;
    struct an_remote_options remote;        // how stores at a URL are read
};

// Adds the answers (canonical JSON) to `out`: proofs, names of stores, numbers of records; no value and no token. USAGE for a
// census
// of another root than the challenge's, or another key.
enum an_code an_prove(const struct an_proving *p, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// What answers prove. Of draws: how many, and how many of them were bad.
struct an_tally { uint64_t of, drawn, bad; };
struct an_proven {
    uint64_t entry;                         // the measurement
    const char *kind;                       // of the drawn identifiers
    bool searched;                          // they were looked for in live stores
    struct an_tally leaves;                 // drawn identifiers: bad where no proof holds, or nothing was found
    struct an_tally rows;                   // drawn records: bad where not there, or an identifier of it is not counted
    struct an_tally picked;                 // records that the examiner picked; `of` is 0
    struct an_tally values;                 // identifiers that he gave
    uint64_t without;                       // records, of rows and picked, that hold no identifier to be counted by
};

// Checks answers against the dossier and, where there is one, the challenge, whose draws are made again. INPUT for answers that
// are none, or to another commitment or challenge. A single bad answer is no error: it is counted.
enum an_code an_proof_check(const struct an_dossier *of, struct an_str text, struct an_str challenge_text, struct an_proven *ret,
                            struct an_err *err) AN_MUST_USE;

// In words, and as canonical JSON "anshen.proof-check/1". `sure`: confidence in hundredths of a percent.
enum an_code an_proven_say(const struct an_proven *p, unsigned sure, enum an_lang lang, struct an_buf *out,
                           struct an_err *err) AN_MUST_USE;
enum an_code an_proven_json(const struct an_proven *p, unsigned sure, struct an_buf *out, struct an_err *err) AN_MUST_USE;

#endif
