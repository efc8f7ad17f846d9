// Synthetic data stores whose truth is known exactly: for tests, benches, the demo, and trying things.
//
// People are numbered from 0. Every attribute of a person is a pure function of (seed, number), and no two
// people have an identifier in common unless the options ask for it. The same options give the same bytes on
// every machine; of compressed files and databases that holds for what is in them.
#ifndef AN_GEN_H
#define AN_GEN_H

#include <stdbool.h>
#include <stdint.h>
#include "base/date.h"
#include "base/err.h"

enum { AN_GEN_PEOPLE_MAX = 500000000 };

struct an_gen_person {          // all text NUL-ended
    uint64_t number;
    bool male;
    an_day born;                // 1940..2010
    char id[19];                // resident ID: a division code of some era, check digit valid
    char old_id[16];            // the 15-digit form; empty for people born from 2000 on
    char mobile[12];
    char email[48];             // lower case
    char card[20];              // 16 or 19 digits, Luhn, a real issuer's range
    char name[32];              // UTF-8
};

// The person of that number, below AN_GEN_PEOPLE_MAX. Pure.
void an_gen_person(uint64_t seed, uint64_t number, struct an_gen_person *ret_person);

enum an_gen_shape {
    AN_GEN_COMPANY,     // a folder of stores of one company, overlapping in known ways
    AN_GEN_DENSE,       // one table, eight columns, nearly every cell an identifier
    AN_GEN_USERS,       // the same people as JSON objects
    AN_GEN_SPARSE,      // log lines, few of which name anybody
};

// Shares are in parts per million (AN_GEN_WHOLE in random.h is all of them).
struct an_gen_shares {
    uint32_t repeats;           // of rows: about a person who had one before, often written otherwise
    uint32_t no_id;             // of mentions: without a resident ID
    uint32_t names_only;        // of mentions: only a name
    uint32_t placeholders;      // of mentions: with 13800138000, test@test.com and the like
    uint32_t typos;             // of resident IDs: with one wrong digit, so that the check digit fails
    uint32_t damaged;           // of resident IDs: turned into 4.40308E+17 by a spreadsheet
    uint32_t masked;            // of resident IDs and mobiles: 138****5678
    uint32_t legacy15;          // of resident IDs of people born before 2000: in the 15-digit form
    uint32_t shared;            // of people: use somebody else's phone: a relative's, or one of dozens
    uint32_t recycled;          // of people: got, halfway through each store, the number of another
};

struct an_gen_options {
    enum an_gen_shape shape;
    const char *format;         // NULL: the shape's own; one of an_gen_formats; not for COMPANY
    uint64_t seed;
    uint64_t people, rows;      // 0: follows from the other and the repeats; COMPANY: only people
    struct an_gen_shares shares;    // shared + recycled at most half
    const char *out;            // a file or "-"; for COMPANY a folder, made where it does not exist
    const char *truth;          // file for the truth (its form: truth.h); NULL: none
    uint32_t threads;           // stores written at a time; 0: one
};

// The shares a shape has unless others are asked for.
struct an_gen_shares an_gen_default_shares(enum an_gen_shape shape);

extern const char *const an_gen_formats[];      // "csv", "jsonl", ...; NULL-ended

struct an_gen_result {
    uint64_t stores, records, bytes;
    uint64_t people;            // distinct natural persons mentioned
    uint64_t floor;             // distinct valid 18-digit resident IDs
};

// Writes the stores and the truth; files already there are replaced. Memory: about one bit for each person,
// store and kind of identifier. Errors: USAGE for options that contradict each other, IO (files written so
// far stay), NOMEM.
enum an_code an_gen_run(const struct an_gen_options *options, struct an_gen_result *ret_result,
                        struct an_err *err) AN_MUST_USE;

#endif
