// Text on its way to a reader: words in the reader's language, and text from outside made fit to be seen.
//
// What comes from the data (names of stores and columns, a company's name) is hostile. In HTML it is escaped;
// everywhere, what nobody could see or what would drive a terminal (control characters, changes of direction,
// zero-width blanks) is written as <U+202E>, and a byte that is not UTF-8 as U+FFFD. A writer never fails
// half-way: the first failure is kept.
#ifndef AN_REPORT_OUT_H
#define AN_REPORT_OUT_H

#include "base/buf.h"
#include "base/lang.h"

struct an_out {
    struct an_buf *buf;
    enum an_lang lang;
    bool html;                  // text is escaped for HTML, attributes included
    struct an_err err;          // the first failure; everything after it is ignored
};

#define AN_WORDS(en, zh) ((struct an_words) {en, zh})

void an_out_raw(struct an_out *o, const char *markup);      // as it is: never anything from outside
void an_out_rawf(struct an_out *o, const char *fmt, ...) AN_PRINTF(2, 3);
void an_out_text(struct an_out *o, struct an_str s);
void an_out_cstr(struct an_out *o, const char *s);          // NULL writes nothing
void an_out_words(struct an_out *o, struct an_words w);

// The words with {0}..{9} replaced by args: a number stands in another place in another language.
void an_out_fill(struct an_out *o, struct an_words w, const struct an_str *args);

// The text in at most `columns` columns (at least 8); what is too much is left out of its middle, since the
// end of a path says most. Returns the columns it took.
size_t an_out_clip(struct an_out *o, struct an_str s, size_t columns);

// Columns a terminal needs for the text as an_out_text shows it: wide characters take two, combining ones
// none.
size_t an_columns(struct an_str s);

#endif
