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
    unsigned share_least, share_most;   // of the people in all cases that were measured, per cent, rounded outwards
};

// A target that a plan sets for a sector, as a rule of the law with the standing of guidance: a benchmark, no company's duty.
// What the sector's own facts decide is said of the sector; else how many of its companies reach it.
struct an_register_mark {
    const struct an_rule *rule;
    enum an_tri sector;
    size_t reached, missed, unknown;    // companies
};

// What they come to. Sums over companies count a person once for each company, since nobody may join their data: `floor` is
// the largest of the floors (that many people there are for certain), `ceiling` the sum of the ceilings.
struct an_register_sum {
    size_t cases, faults, measured, late;
    uint64_t floor, floor_sum, ceiling;         // ceiling AN_FACT_INFINITE when one is
    size_t applies, does_not_apply, undetermined, not_judged;
};

struct an_register {
    struct an_register_row *rows; size_t count;     // by deadline, late ones first; then by company
    struct an_register_mark *marks; size_t mark_count;      // of the plan's rules that the law has
    struct an_register_sum sum;
    an_day as_of;
};

struct an_register_question {               // borrowed
    struct an_case *const *files;           // stay the caller's and must outlive the result; NULL: its fault says why
    const char *const *paths;
    const struct an_str *faults;
    size_t count;
    const struct an_law *law;
    const struct an_facts *sector;          // facts of the sector as a whole: industry.cn_size_cny, ...
    an_day as_of;
};

enum an_code an_register_make(const struct an_register_question *q, struct an_arena *arena, struct an_register *ret,
                              struct an_err *err) AN_MUST_USE;

enum an_code an_register_say(const struct an_register *reg, enum an_lang lang, struct an_buf *out,
                             struct an_err *err) AN_MUST_USE;
struct an_json;
void an_register_json(const struct an_register *reg, struct an_json *j);     // keys: docs/REVIEW.md

#endif
