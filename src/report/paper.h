// A paper to be handed in: what it says, as named texts; and the writer that fills a Word document with them.
//
// The names are what templates know (docs/PAPERS.md lists them). Whoever makes a paper decides every text in it,
// figures included; the writer only puts them where the template wants them.
#ifndef AN_REPORT_PAPER_H
#define AN_REPORT_PAPER_H

#include "base/buf.h"
#include "base/lang.h"

struct an_paper_value {
    struct an_str text;         // lines end in '\n'; hostile
    unsigned evidence;          // what it rests on: place in the paper's list, from 1; 0 where it rests on none
    bool is_blank;              // nobody said it: the paper shows where it is to be written, and blocks treat it as absent
};

struct an_paper_field { const char *name; struct an_paper_value value; };

struct an_paper_set {           // a repeated part: the rows of a table, the items of a list
    const char *name;
    const char *const *columns; size_t column_count;
    struct an_paper_value *values; size_t row_count;        // row after row, column_count in each
};

struct an_paper {               // borrowed
    enum an_lang lang;
    struct an_paper_field *fields; size_t field_count;
    struct an_paper_set *sets; size_t set_count;
    const struct an_str *evidence; size_t evidence_count;
    const char *open;           // names that begin with this and are no field are blank, not wrong; NULL: none
};

extern const struct an_words an_paper_blank;    // "(to be completed)"

// NULL where there is none.
const struct an_paper_value *an_paper_value(const struct an_paper *paper, struct an_str name);
const struct an_paper_set *an_paper_set(const struct an_paper *paper, struct an_str name);

// Fills the Word document `template` (docx) and adds the document that comes out to `out`: the same template and paper give
// the same bytes. In the text of body, headers, footers, notes and text boxes
//
//   {{name}}                    becomes the field's text, after it the number of its evidence in brackets, raised
//   {{#set}} ... {{/set}}       is there once for each row, whose columns are then fields too; the two stand alone in two
//                               paragraphs of one place, or begin and end rows of one table
//   {{?name}} ... {{/name}}     is there when the field has a text or the set has rows; also within one line
//   {{!name}} ... {{/name}}     is there when not
//
// Evidence is numbered in the order of its first use. The set `evidence` (columns number, text) has what was used up to its
// place, so it comes last. Word may have cut a mark into several runs; the first one's look counts. The texts are never
// read as marks or markup.
// A template is hostile: INPUT says what part and mark is wrong (with the nearest names for one nobody knows), LIMIT what
// grows too large. Nothing is fetched, no entity is expanded; a document with macros is refused.
enum an_code an_paper_docx(const struct an_paper *paper, struct an_str template, struct an_buf *out,
                           struct an_err *err) AN_MUST_USE;

#endif
