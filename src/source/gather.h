// Records gathered to rows, for a sink that is quicker with many at once.
#ifndef AN_SOURCE_GATHER_H
#define AN_SOURCE_GATHER_H

#include "source/source.h"

struct an_gather {                  // {0}, then an_gather_begin
    const struct an_sink *sink;
    struct an_span *cells;          // NULL: nothing can be gathered
    size_t most;                    // rows
    struct an_rows rows;            // those that wait
};

// So many rows of so many columns go together: few enough to stay in the nearer caches. 0: too many columns.
size_t an_rows_most(size_t columns);

// From here on records have these columns; none waits. Failure: no memory.
enum an_code an_gather_begin(struct an_gather *g, const struct an_sink *sink, size_t columns, struct an_err *err) AN_MUST_USE;

// Takes a record whose values lie in `text`, with at most one in each column: it waits for others. Anything else goes straight
// to the sink, after what waits. A value's flags, and where a record begins, are not kept.
enum an_code an_gather_add(struct an_gather *g, struct an_str text, const struct an_record *record,
                           struct an_err *err) AN_MUST_USE;

// The place of a row to be filled by the caller, with no value yet; NULL: rows are not gathered. Then the row, with at least one
// value, is taken; else nothing is.
struct an_span *an_gather_place(struct an_gather *g, struct an_str text);
enum an_code an_gather_take(struct an_gather *g, struct an_str text, uint64_t number, struct an_err *err) AN_MUST_USE;

// Gives what waits: before the text goes, and before the sink is told anything else.
enum an_code an_gather_flush(struct an_gather *g, struct an_err *err) AN_MUST_USE;

void an_gather_release(struct an_gather *g);

#endif
