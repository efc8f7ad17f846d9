// Forms: tables in which a label stands before its value (姓名 | 张三 | 电话 | …) instead of above it.
//
// Pure. What a label is, is told by a list of words that forms about persons use; without one of them no table is a form.
#ifndef AN_SOURCE_FORM_H
#define AN_SOURCE_FORM_H

#include "base/str.h"

struct an_form_cell {
    struct an_str text;
    uint32_t column, after;         // of the table's grid: its first, and the one behind its last
};

struct an_form_row { const struct an_form_cell *cells; size_t count; };     // cells that hold something, left to right

enum an_form_part {
    AN_FORM_TEXT,                   // stands for itself
    AN_FORM_LABEL,
    AN_FORM_VALUE,                  // of the label at `label` in its row; the `nth` of it, from 0
    AN_FORM_HEADING,                // names its column for the rows below
    AN_FORM_CELL,                   // of a row below headings: of the one at `label` in the row `row`
};

struct an_form_role { enum an_form_part part; uint32_t row, label, nth; };

// Whether the rows are a form.
bool an_form_is(const struct an_form_row *rows, size_t count);

// What each cell of a form is: roles[i] of the i-th cell, row after row.
void an_form_read(const struct an_form_row *rows, size_t count, struct an_form_role *roles);

// The label as a heading: without blanks between its characters (姓 名), a colon at its end, and what stands in brackets behind.
// Returns its length in `out`, which has room for label.len bytes.
size_t an_form_label(struct an_str label, char *out);

#endif
