// A store as a document gives it: lines of running text, and rows of cells that become records under headings.
//
// Rows come in tables. Of each the first rows are looked at together: where they are a form (form.h) each label names its value;
// else titles above the table become lines, a first row that names the columns does so (text/dialect.h), two rows of headings
// where one spans several columns are joined with '.', and what follows are records. Columns of the same name in several
// tables of
// a store are one. Nothing is opened until something is said.
#ifndef AN_SOURCE_CONTENT_H
#define AN_SOURCE_CONTENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "source/gather.h"
#include "source/names.h"
#include "source/source.h"

struct an_content_cell { uint32_t column, after, flags; size_t at, len; };     // of the grid; bytes of the text of cells
struct an_content_row { size_t first, count; uint64_t offset; };               // cells

enum {
    AN_CONTENT_HELD = 64,              // rows of a table that are looked at together
    AN_CONTENT_COLUMNS = 4096,         // of a store; values beyond have no column
};

struct an_content {                    // {0}, then an_content_begin
    const struct an_sink *sink;
    struct an_store_info info;
    uint64_t offset;                // set by whoever reads: where in the store what comes next begins
    enum an_store_status status;

    // the rest is private
    uint64_t record_bytes;
    bool opened;
    uint64_t number;                // records and lines given
    struct an_buf lines;            // that wait
    uint64_t line_count, line_offset;
    char *text;                     // of cells
    size_t text_len, text_cap;
    struct an_content_cell *cells;     // of the rows that wait to be looked at, and of the one being made
    size_t cell_count, cell_cap;
    size_t row_first, row_at;       // of the one being made: first cell, first byte of text
    struct an_content_row rows[AN_CONTENT_HELD];
    size_t row_count;
    bool streaming;                 // the table was looked at
    bool has_table;                 // a table with headings came before
    uint32_t *map;                  // grid column to the store's; AN_NO_COLUMN where not known yet
    size_t map_count;
    uint64_t taken[AN_CONTENT_COLUMNS / 64];   // columns of the store that this table has
    struct an_names names;          // of columns; a second one of a name stands under the first
    struct an_str *columns;
    size_t column_count, column_cap, announced;
    struct an_value *values;
    size_t value_cap;
    uint64_t cut;                   // rows given in pieces
    struct an_gather gather;
};

// `uri` and `format` are borrowed until the end.
void an_content_begin(struct an_content *p, const struct an_reading *reading, struct an_str uri, const char *format);

// Line feeds in it end lines; empty ones are left out.
enum an_code an_content_line(struct an_content *p, struct an_str text, struct an_err *err) AN_MUST_USE;

// The next cell of the row being made; `span` columns wide. Empty ones need not come. The text is copied.
enum an_code an_content_cell(struct an_content *p, uint32_t column, uint32_t span, struct an_str text, uint32_t flags,
                          struct an_err *err) AN_MUST_USE;

// Ends the row. One without cells divides tables.
enum an_code an_content_row_end(struct an_content *p, struct an_err *err) AN_MUST_USE;
enum an_code an_content_table_end(struct an_content *p, struct an_err *err) AN_MUST_USE;

// One record by itself, under names of its own.
enum an_code an_content_record(struct an_content *p, const struct an_str *names, const struct an_str *values, size_t count,
                            struct an_err *err) AN_MUST_USE;

// Tells the sink what is wrong. `lost`: records (AN_UNKNOWN_COUNT: nobody can say). The store is PARTLY read from here on.
enum an_code an_content_tell(struct an_content *p, enum an_code what, uint64_t lost, struct an_str text, struct an_err *err)
        AN_MUST_USE;

// Gives the lines and records that wait: before somebody else tells the sink something.
enum an_code an_content_flush(struct an_content *p, struct an_err *err) AN_MUST_USE;

// Opens the store even if nothing was said.
enum an_code an_content_open(struct an_content *p, struct an_err *err) AN_MUST_USE;

// Gives what waits, and closes the store where it was opened. `why`: a remark on it, or empty.
enum an_code an_content_close(struct an_content *p, uint64_t bytes, struct an_str why, struct an_err *err) AN_MUST_USE;

void an_content_release(struct an_content *p);

// Whether an attribute, a formula or the like may be a value: it holds '@', a character beyond ASCII, or ten digits and more.
bool an_content_is_worth(struct an_str text);

#endif
