// Rows of a table, taken column by column: all that is asked of a column is asked of many cells in one loop.
//
// A row goes this way when each of its cells is what its column's heading promises and its identifiers are one person's; every
// other row is left to whoever asks. Each row that was taken is counted as it would be by itself, so that it does not matter
// which were.
#ifndef AN_CENSUS_BATCH_H
#define AN_CENSUS_BATCH_H

#include "census/pending.h"
#include "census/store.h"
#include "ident/scan.h"

// How the cells of a column are taken. Whatever is out of the ordinary in a cell takes the long way.
struct an_way {
    enum { AN_WAY_LONG, AN_WAY_KIND, AN_WAY_TRACE, AN_WAY_NAME, AN_WAY_TEXT, AN_WAY_OTHER } how;
    uint8_t index;              // of the kind the header names, among those counted
    struct an_pending_kind of;
    struct an_context context;  // for the kind's check
};

struct an_batch;                // of one store after another; one object, one thread

// `never`: every row is left. NULL: no memory.
struct an_batch *an_batch_new(bool never, struct an_err *err);
void an_batch_free(struct an_batch *b);         // NULL is fine

// The table: a way for each of the store's columns, which stay where they are until the next plan. labelled: some heading is a
// word. repeats: rows that say the headings again are left.
enum an_code an_batch_plan(struct an_batch *b, const struct an_way *ways, const struct an_store *store, bool labelled,
                           bool repeats, struct an_err *err) AN_MUST_USE;

// Takes rows into the store; *ret_odd: those left.
enum an_code an_batch_take(struct an_batch *b, struct an_scanner *scanner, const struct an_rows *rows, struct an_store *store,
                           struct an_cell_bits *ret_odd, struct an_err *err) AN_MUST_USE;

#endif
