// The sink that every source fills: takes records, finds identifiers, sorts them into mentions, keeps only tokens.
#ifndef AN_CENSUS_INTAKE_H
#define AN_CENSUS_INTAKE_H

#include "base/key.h"
#include "census/store.h"
#include "ident/scan.h"

// What somebody declared about the stores at and below a uri.
struct an_declared {
    struct an_str uri;                  // the stores whose uri it is, or begins with it at a '/' or '!'
    struct an_str location;             // "" when not declared
    struct an_str account;              // name of the account key column, "" when none
    bool single_subject;
    enum an_subjects subjects;
};

// The declaration that holds for a store: of several that fit, the longest. NULL when none does.
const struct an_declared *an_declared_for(const struct an_declared *all, size_t count, struct an_str uri);

struct an_intake;                       // one a thread; takes one top-level input after another

struct an_intake_options {              // shared by all intakes of a run; outlives them
    const struct an_key *key;
    struct an_caps caps;
    struct an_budget *budget;
    an_day today;
    const struct an_declared *declared; size_t declared_count;
    size_t hands;                       // threads of its own that each intake may have for a large store
    uint64_t hands_after;               // bytes of such a store that are read before it has them; 0: a few megabytes
    bool plain;                         // every value takes the long way: slower, and what the short ways are tested against
};

enum an_code an_intake_new(const struct an_intake_options *options, struct an_intake **ret,
                           struct an_err *err) AN_MUST_USE;
void an_intake_free(struct an_intake *in);

// To be given to a reading. Valid as long as the intake.
const struct an_sink *an_intake_sink(struct an_intake *in);

// Ends an input: seals and counts its stores and hands them over, in the order they were opened. The array is the
// caller's
// to free with an_free, the stores with an_store_free.
enum an_code an_intake_take(struct an_intake *in, struct an_store ***ret_stores, size_t *ret_count,
                            struct an_err *err) AN_MUST_USE;

#endif
