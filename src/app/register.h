// The authority's register: many cases beside each other, each as it stands on a day, and what they come to together.
#ifndef AN_APP_REGISTER_H
#define AN_APP_REGISTER_H

#include "app/review.h"

struct an_register_row {
    const char *path;                   // of the case file
    struct an_str fault;                // why it could not be looked at; the rest is then empty
    struct an_review review;
    struct an_str phase, phase_zh;      // of the case's own procedure
    struct an_str verdict;              // the last on the one-million line; empty: not judged
    an_day deadline;                    // the next last day of whoever must act; AN_DAY_NONE: none runs
    struct an_str waits;                // the period that ends then
    bool late;
    bool has_people;
    struct an_review_people people;
    bool has_share;                     // security spending as a share of IT spending was declared
    struct an_bounds_share { uint64_t lo, hi; } share;      // in per cent
};

// What they come to. Sums over companies count a person once for each company, since nobody may join their data: `floor` is
// the largest of the floors (that many people there are for certain), `ceiling` the sum of the ceilings.
struct an_register_sum {
    size_t cases, faults, measured, late;
    uint64_t floor, floor_sum, ceiling;         // ceiling AN_FACT_INFINITE when one is
    size_t applies, does_not_apply, undetermined, not_judged;
    size_t share_known, share_reached;          // companies that declared a share; those at AN_REGISTER_SHARE or more
};

// Of IT spending, for security: the draft three-year plan's target for key sectors (MIIT, 12 July 2021). A benchmark of a
// sector, no company's duty.
enum { AN_REGISTER_SHARE = 10 };

struct an_register {
    struct an_register_row *rows; size_t count;     // by deadline, late ones first; then by company
    struct an_register_sum sum;
    an_day as_of;
};

// Looks at every case. `files` stay the caller's and must outlive the result; one that is NULL has its `faults` text.
enum an_code an_register_make(struct an_case *const *files, const char *const *paths, const struct an_str *faults, size_t count,
                              const struct an_law *law, an_day as_of, struct an_arena *arena, struct an_register *ret,
                              struct an_err *err) AN_MUST_USE;

enum an_code an_register_say(const struct an_register *reg, enum an_lang lang, struct an_buf *out,
                             struct an_err *err) AN_MUST_USE;
struct an_json;
void an_register_json(const struct an_register *reg, struct an_json *j);     // keys: docs/REVIEW.md

#endif
