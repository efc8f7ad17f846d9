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

#endif
