// A workbook: sheets of rows, with numbers as numbers and days as days.
#ifndef AN_REPORT_BOOK_H
#define AN_REPORT_BOOK_H

#include "base/buf.h"
#include "base/date.h"
#include "base/lang.h"

struct an_cell {
    enum { AN_CELL_EMPTY, AN_CELL_TEXT, AN_CELL_NUMBER, AN_CELL_SHARE, AN_CELL_DAY } is;
    struct an_str text;
    uint64_t number;            // written as text above 2^53, where a spreadsheet would round it
    double share;               // 0..1
    an_day day;                 // AN_DAY_NONE: empty
};

struct an_column_head { struct an_words title, meaning; unsigned width; };     // width in characters

struct an_sheet {
    struct an_words name, about;        // name: at most 31 characters, none of []:*?/\ in it
    const struct an_column_head *columns; size_t column_count;
    struct an_cell *cells; size_t row_count;        // row after row
};

struct an_book {                // borrowed
    struct an_words title;
    struct an_str company;
    an_day day;                 // the only date in the file's properties
    struct an_sheet *sheets; size_t sheet_count;
};

// Adds the workbook (xlsx) to `out`; a last sheet, the data dictionary, says what every column means. The same book and
// language give the same bytes. Texts are never formulas or links. Errors: LIMIT when a sheet has more rows than a
// spreadsheet can show; IO, since the library writes through a file in `folder` (NULL: /tmp) that is gone afterwards.
enum an_code an_book_xlsx(const struct an_book *book, enum an_lang lang, const char *folder, struct an_buf *out,
                          struct an_err *err) AN_MUST_USE;

#endif
