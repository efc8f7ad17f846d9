// How a text of separated values is written, told from its first lines.
#ifndef AN_TEXT_DIALECT_H
#define AN_TEXT_DIALECT_H

#include "base/err.h"
#include "base/str.h"

struct an_dialect {
    char delimiter;
    bool header;            // the first record names the columns
    bool header_unsure;     // ... but the records below look no different: it may be a record as well
    size_t columns;
    int sure;               // 0: no separated values; else 1..100
};

// `text`: the first lines, whole ones; `named`: it is called .csv, .tsv or the like, which makes it surer.
// Tab, comma, semicolon, '|' and 0x01 (Hive) are tried: nine of ten of the first records must have the same
// number of cells, at least two; fewer do where the first is a header. A header has no cell that looks like
// data (digits, '@'). Failure: no memory.
enum an_code an_dialect_detect(struct an_str text, bool named, struct an_dialect *ret_dialect,
                               struct an_err *err) AN_MUST_USE;

struct an_dialect_row { const struct an_str *cells; size_t count; };

enum { AN_DIALECT_ROWS = 24, AN_DIALECT_COLUMNS = 256 };    // looked at, of a text or of rows

// Whether the first of some rows names the columns, by the same signs, where cells are told apart already (a worksheet, a
// table of
// a document). *ret_unsure: the rows below look no different. Rows and columns beyond those looked at do not matter.
enum an_code an_dialect_judge(const struct an_dialect_row *rows, size_t count, bool *ret_header, bool *ret_unsure,
                              struct an_err *err) AN_MUST_USE;

#endif
