// Rows of a table that is made column by column, on their way to a sink.
#ifndef AN_SOURCE_GRID_H
#define AN_SOURCE_GRID_H

#include "source/source.h"

struct an_grid {                // {0}, then an_grid_begin
    const struct an_sink *sink;
    char *text; size_t len, cap;            // of the cells of the rows at hand
    struct an_span *cells; size_t columns;
    size_t most;                            // rows that go together
    struct an_value *values;                // for a record; NULL: rows go together
    uint64_t rows, bytes;                   // given; of their text
};

// From here on rows have these columns. Failure: no memory, or the sink's.
enum an_code an_grid_begin(struct an_grid *g, const struct an_sink *sink, const struct an_str *names, size_t columns,
                           struct an_err *err) AN_MUST_USE;

// Sets a cell (row below `most`) to a copy of a text. Those that are not set are empty. Errors: LIMIT: rows of over 1 GiB; NOMEM.
enum an_code an_grid_put(struct an_grid *g, size_t row, size_t column, struct an_str text, struct an_err *err) AN_MUST_USE;

// Gives the first `count` rows, and begins anew.
enum an_code an_grid_give(struct an_grid *g, size_t count, struct an_err *err) AN_MUST_USE;

void an_grid_release(struct an_grid *g);

#endif
