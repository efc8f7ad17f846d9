// Measuring: reads stores with all threads and makes a census of them.
#ifndef AN_APP_MEASURE_H
#define AN_APP_MEASURE_H

#include "app/company.h"
#include "census/census.h"
#include "remote/remote.h"

struct an_progress {
    uint64_t bytes_done, bytes_total, stores_done, stores_total;
    double seconds;
    bool remote;                        // some stores are reached by a URL: bytes_total is without these
};

struct an_measuring {
    const struct an_str *paths; size_t path_count;      // files, folders, "-", URLs; for a company with stores: none
    struct an_remote_options remote;                    // for what URLs lead to
    const struct an_company *company;                   // declarations; never NULL
    const struct an_key *key;
    struct an_budget *budget;
    size_t threads;
    const char *ocr;                                    // languages to recognise in pictures (source/ocr.h); NULL: none
    an_day today;
    const char *resume;                 // folder where what is finished is kept, and taken over from (app/resume.h); or NULL
    // Called about four times a second while stores are read, by a thread of its own; may be NULL.
    void (*tick)(void *arg, const struct an_progress *progress);
    void *tick_arg;
};

struct an_resumed {
    size_t parts;                       // taken over from an earlier run
    bool stopped;                       // not all could be kept for a later one; `why` says why
    struct an_err why;
};

// Fills an empty census (its key id, caps, budget too), sorted. What is wrong with a store is in the store; errors
// are the
// machine's, or a path that does not exist, or a URL that makes no sense or is given twice.
enum an_code an_measure(const struct an_measuring *m, struct an_census *ret, struct an_resumed *ret_resumed,
                        struct an_err *err) AN_MUST_USE;

#endif
