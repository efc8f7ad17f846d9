// Separated values (RFC 4180 and its relatives): a tokeniser over UTF-8 text that comes in blocks.
#ifndef AN_TEXT_CSV_H
#define AN_TEXT_CSV_H

#include "base/cell.h"
#include "base/err.h"
#include "base/str.h"
#include "text/bytes.h"

enum { AN_CSV_WINDOW = 8 * 1024, AN_CSV_CELLS_MAX = 64 * 1024 };
#define AN_CSV_QUOTED_MAX ((size_t) 1 << 20)    // bytes of a quoted cell, unless said otherwise

enum an_csv_step {
    AN_CSV_RECORD,      // a record is in cells[0..count)
    AN_CSV_MORE,        // the next needs more text: drop `used` bytes, come back with the rest and more
    AN_CSV_END,         // no record is left
};

// {.delimiter = ','} (an_dialect_detect of text/dialect.h tells it) stands at the start of a text.
// One object, one thread.
struct an_csv {
    char delimiter;
    size_t quoted_max;              // 0 is AN_CSV_QUOTED_MAX; a quote that closes later is a plain character
    const struct an_bytes *bytes;   // NULL is the best engine

    // The record: borrowed, valid until the next call. Quotes are undone, and ="..." and the apostrophe with
    // which spreadsheets mark text. An empty line is no record.
    struct an_str *cells;
    size_t count;
    size_t start;                   // of the record in the text given
    bool unbalanced;                // a quote opens in it and does not close: plain to the end of its line
    bool cut;                       // it has more than AN_CSV_CELLS_MAX cells: the rest is the next record
    size_t used;                    // after AN_CSV_MORE

    // the rest is private
    size_t pos, window, width, at, found, cell_cap, literal_from;
    bool marked;                    // there are apostrophes in them
    size_t regular;                 // rows at hand with nothing in them but cells, delimiters and a line feed
    char *scratch;                  // cells whose quotes had to be undone
    size_t scratch_len, scratch_cap;
    uint32_t index[AN_CSV_WINDOW + AN_BYTES_FIND_SLACK];
};

// The next record of `text`; `last` says that no text follows it. Cells lie in `text` or in memory that can
// be read AN_CSV_PADDING bytes past their end. Failure: no memory.
enum an_code an_csv_next(struct an_csv *csv, struct an_str text, bool last, enum an_csv_step *ret_step,
                         struct an_err *err) AN_MUST_USE;
enum { AN_CSV_PADDING = 64 };

// As many of the next records, up to `most`, as are plain: `columns` cells, each in one piece. Their cells go to `cells`, row
// after row, and lie in `text`. Returns how many; an_csv_next reads on. The shorter way to the same records. `columns` must be
// the same from call to call until an_csv_next is called: rows already seen to be regular are not counted anew.
size_t an_csv_rows(struct an_csv *csv, struct an_str text, size_t columns, struct an_span *cells, size_t most);

void an_csv_release(struct an_csv *csv);

#endif
