// A census: stores that were measured under one key, their totals, and the file they are kept in.
//
// Order-free: stores are kept sorted by uri, and rows are sets, so the same stores give the same census and the same
// file,
// whatever the number of threads, the order of reading, or the way they were split over files and merged again.
#ifndef AN_CENSUS_CENSUS_H
#define AN_CENSUS_CENSUS_H

#include "base/key.h"
#include "census/store.h"

#define AN_DETECTORS "1"                // raised whenever an identifier kind changes what it accepts or its canonical form
#define AN_TOKEN_NAME "siphash-2-4-128"

struct an_census {
    unsigned char key_id[AN_KEY_ID_BYTES];
    struct an_caps caps;
    struct an_budget *budget;
    struct an_store **stores; size_t count, cap;        // sorted by uri once an_census_sort was called
};

void an_census_release(struct an_census *c);

// Takes over the stores (and frees the array). On failure all of them are freed.
enum an_code an_census_add(struct an_census *c, struct an_store **stores, size_t count,
                           struct an_err *err) AN_MUST_USE;

// Sorts by uri. Two stores of one uri are two measurements of the same thing: USAGE, naming it.
enum an_code an_census_sort(struct an_census *c, struct an_err *err) AN_MUST_USE;

// What all stores for which `in` says yes (NULL: all) hold together.
struct an_total {
    struct an_count count;
    struct an_mention_counts mentions;
    struct an_kind_tally tally[AN_KINDS_MAX];
    struct an_people people;
    uint64_t stores, by_status[4];      // by enum an_store_status
    uint64_t records, bytes, records_lost, bytes_lost, most_mentions;
};
enum an_code an_census_total(const struct an_census *c, bool (*in)(void *arg, const struct an_store *s), void *arg,
                             struct an_total *ret, struct an_err *err) AN_MUST_USE;

// The file, format: docs/CENSUS_FILE.md. Written whole or not at all (to path.tmp, then renamed). Holds tokens,
// numbers,
// store and column names; no personal value. Still personal information in law: mode 0600.
enum an_code an_census_write(const struct an_census *c, const char *path, struct an_err *err) AN_MUST_USE;

// Reads a file into an empty or filled census. Errors: INPUT (truncated, altered, not a census: with the offset),
// USAGE
// (another key, other detectors, a newer format: says what to do).
enum an_code an_census_read(struct an_census *c, const char *path, struct an_err *err) AN_MUST_USE;

#endif
