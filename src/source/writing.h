// Text as word processors of before 2007 keep it: characters one after another, with marks among them that end paragraphs, cells
// and rows. They become lines, and rows of tables, of a store.
//
// Of a paragraph with tracked changes the line is what it reads now; one more is what it read before them.
#ifndef AN_SOURCE_WRITING_H
#define AN_SOURCE_WRITING_H

#include "source/content.h"
#include "source/prose.h"

enum an_change { AN_CHANGE_NONE = 0, AN_CHANGE_INSERTED = 1, AN_CHANGE_DELETED = 2 };       // both: it was there for a while

struct an_writing {                 // {.content, .people}
    struct an_content *content;
    struct an_prose_people *people;

    // the rest is private
    struct an_buf text, before;     // of the paragraph; without changes, where there are any
    bool changed;
    struct an_buf cell, cell_before;
    bool in_table, has_row;         // in_table: cells of a row were given; has_row: so were rows
    uint32_t column;
};

// More characters of the paragraph. UTF-8; a line feed in it is a line of its own.
enum an_code an_writing_add(struct an_writing *w, struct an_str text, unsigned change, struct an_err *err) AN_MUST_USE;

// Ends a paragraph; one of a cell is a line of the cell's text.
enum an_code an_writing_paragraph(struct an_writing *w, bool in_cell, struct an_err *err) AN_MUST_USE;

// Ends a cell, and the paragraph it ends in.
enum an_code an_writing_cell(struct an_writing *w, struct an_err *err) AN_MUST_USE;
enum an_code an_writing_row(struct an_writing *w, struct an_err *err) AN_MUST_USE;

// Ends whatever is open.
enum an_code an_writing_end(struct an_writing *w, struct an_err *err) AN_MUST_USE;
void an_writing_release(struct an_writing *w);

#endif
