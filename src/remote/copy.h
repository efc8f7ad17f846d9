// Rows in the text form of PostgreSQL's COPY: cells between tabs, a backslash before what would be taken for something else,
// \N for nothing (PostgreSQL 15 manual, COPY, "Text Format"; bytea in hexadecimal, 8.4.1).
#ifndef AN_REMOTE_COPY_H
#define AN_REMOTE_COPY_H

#include "remote/table.h"

enum an_copy_cell {
    AN_COPY_TEXT,
    AN_COPY_BYTES,              // a bytea: \x and pairs of digits
    AN_COPY_MIXED,              // such may be inside: an array of them, a row
};

// Takes a line, without its end, as the row at hand of `t`, which has `count` columns of these cells. The line is written to.
// *ret_fits false when its cells are not as many: then some were taken (an_table_drop_row).
enum an_code an_copy_line(struct an_table *t, char *line, size_t len, const enum an_copy_cell *cells, size_t count,
                          bool *ret_fits, struct an_err *err) AN_MUST_USE;

#endif
