// The company file: what a company declares about itself, its listing, and its stores. YAML; docs/COMPANY_FILE.md.
//
// Everything is optional, and what is missing is unknown, not no. An unknown key or a wrong value is an error with
// its line.
#ifndef AN_APP_COMPANY_H
#define AN_APP_COMPANY_H

#include "base/arena.h"
#include "base/date.h"
#include "census/intake.h"
#include "rules/fact.h"

struct an_given { struct an_fact fact; an_day day; size_t line; };     // day AN_DAY_NONE: a fact, else a snapshot

// What the company's own inventory says of a store, beside what measuring needs. "" and none: not said.
struct an_inventory {
    struct an_str controller, processor, purpose, retention, basis;
    struct an_str grade;                // general, important or core (GB/T 43697): the company's own claim
    const struct an_ident **kinds; size_t kind_count;   // identifiers it is said to hold
    bool lists_kinds;                   // it says which, maybe none
};

struct an_company {                     // {0}: nothing declared
    const char *file;                   // as errors show it
    struct an_str name, role, cii;      // "" where unknown; role and cii are words of the rules' vocabulary
    size_t role_line;                   // where the file says the role; 0 when it does not
    struct an_str country, exchange;    // of the listing; country is an ISO 3166-1 code in capitals
    an_day planned;                     // AN_DAY_NONE when unknown
    struct an_declared *stores; size_t store_count;     // uri resolved against the file's folder
    struct an_inventory *inventory;     // of the stores, one each
    struct an_given *given; size_t given_count;         // facts in the file's order, then snapshots ascending by day
    struct an_event { struct an_str name; an_day day; size_t line; } *events; size_t event_count;
    struct an_caps caps;                // defaults with what the file declares
    struct an_str *cap_words; size_t cap_word_count;    // each declared cap, as it is to be printed
};

// Reads the file; its texts live as long as `arena`. Errors: IO, INPUT ("company.yaml:7: ...").
enum an_code an_company_read(const char *path, struct an_arena *arena, struct an_company *ret,
                             struct an_err *err) AN_MUST_USE;

// Reads it from memory; `folder` is what relative store paths start from ("" for none), `name` what errors show.
enum an_code an_company_parse(struct an_str yaml, const char *name, struct an_str folder, struct an_arena *arena,
                              struct an_company *ret, struct an_err *err) AN_MUST_USE;

// Where a listing takes place, in the rules' words: MAINLAND, HK, MO, TW or FOREIGN. "" for "".
const char *an_listing_venue(struct an_str country);

#endif
