// Rows of a table on their way to a sink: cells come one after another, and whole rows go many at once.
//
// Text is UTF-8 as a rule; a cell that is not, and one that is bytes, is given as the text that is in it (source/blob.h).
#ifndef AN_REMOTE_TABLE_H
#define AN_REMOTE_TABLE_H

#include "source/blob.h"
#include "source/source.h"

struct an_table {               // {0}, then an_table_begin
    const struct an_sink *sink;
    struct an_blob blob;
    char *text; size_t len, cap;        // of the cells that wait
    struct an_span *cells; size_t cell_cap;
    size_t columns, most;       // most: rows that go together; 0: none, each goes as a record
    size_t cell, count;         // cells of the row at hand; whole rows that wait
    struct an_value *values;    // for a record
    struct an_buf made;         // text of a cell that is no UTF-8
    struct an_buf undone;       // for the caller: a cell as it comes to be given
    uint64_t rows, bytes;       // given or waiting; of their cells as they came
    uint64_t first_at;          // where the next row to be given begins
};

// From here on rows have these columns. Failure: no memory, or the sink's.
enum an_code an_table_begin(struct an_table *t, const struct an_sink *sink, const struct an_str *names, size_t columns,
                            struct an_err *err) AN_MUST_USE;

// The next cell of the row. Cells over the number of columns are a BUG of the caller. A row may hold 2 GiB: LIMIT.
enum an_code an_table_text(struct an_table *t, struct an_str text, struct an_err *err) AN_MUST_USE;
enum an_code an_table_bytes(struct an_table *t, struct an_str bytes, struct an_err *err) AN_MUST_USE;

// All cells of a row that lies in one text between tabs; "\N" is an empty one. The quick way for a short line: *ret_taken false,
// and no cell taken, when it is long or no UTF-8, when there are other backslashes, or not as many cells as columns.
enum an_code an_table_line(struct an_table *t, struct an_str line, bool *ret_taken, struct an_err *err) AN_MUST_USE;

// Takes back the cells of a row that broke off.
void an_table_drop_row(struct an_table *t);

// The row is complete; what is missing of its cells is empty.
enum an_code an_table_end_row(struct an_table *t, struct an_err *err) AN_MUST_USE;

// Gives what waits: before the sink is told anything else.
enum an_code an_table_flush(struct an_table *t, struct an_err *err) AN_MUST_USE;

void an_table_release(struct an_table *t);

#endif
