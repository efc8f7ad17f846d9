// Rows, sorted and folded: what a set becomes, in memory or in a file. Inside this folder only.
#ifndef AN_DISTINCT_RUN_H
#define AN_DISTINCT_RUN_H

#include "distinct/set.h"

struct an_run {
    struct an_block *first, *last;  // in memory; NULL when in a file, or
    struct an_row *few;             // when there are so few that they lie by themselves
    size_t few_cap;
    int fd;                         // -1 when in memory
    uint64_t rows;
};

enum { AN_RUN_READ = 2048 };        // rows that are written or read at once

// Where rows go that come in order; equal ones are folded on the way.
struct an_out {
    struct an_set *set;
    struct an_run *run;
    struct an_row *buffer;          // for files: rows not yet written
    size_t buffered;
    struct an_row row;              // the one at hand, and its whole count
    uint64_t count;
    bool has;
};

// A new, empty one, the set's last.
enum an_code an_run_add(struct an_set *s, struct an_run **ret, struct an_err *err) AN_MUST_USE;
enum an_code an_runs_join(struct an_set *s, struct an_set *from, struct an_err *err) AN_MUST_USE;     // all of from's are s's
void an_run_free(struct an_run *run, struct an_budget *budget);

// A new run of the set, or (append) its last one. Ended by an_out_end also after a failure.
enum an_code an_out_begin(struct an_out *o, struct an_set *set, bool in_file, bool append, struct an_err *err) AN_MUST_USE;
enum an_code an_out_put_slowly(struct an_out *o, const struct an_row *row, struct an_err *err) AN_MUST_USE;

// The row as it is. In line while there is room in memory.
AN_MUST_USE static inline enum an_code an_out_put(struct an_out *o, const struct an_row *row, struct an_err *err) {
    struct an_block *b = o->run->last;              // NULL of a run in a file
    if (!b || b->count == AN_BLOCK_ROWS)
        return an_out_put_slowly(o, row, err);
    o->run->rows++;
    b->rows[b->count++] = *row;
    return AN_OK;
}

enum an_code an_out_flush(struct an_out *o, struct an_err *err) AN_MUST_USE;        // what was folded, before something is put
enum an_code an_out_fold(struct an_out *o, const struct an_row *row, struct an_err *err) AN_MUST_USE;
enum an_code an_out_end(struct an_out *o, enum an_code code, struct an_err *err) AN_MUST_USE;   // code: of what came before

#endif
