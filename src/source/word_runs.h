// Properties of the text in a Word document: which of its bytes were inserted or deleted, are pictures, end rows of tables.
//
// They stand in pages of 512 bytes, each for a run of the text's bytes, and are written as changes of what a style says.
// Source: [MS-DOC] 2.6 (single property modifiers), 2.8.25 and 2.8.6 (places of the pages), 2.9.33 and 2.9.174 (pages).
#ifndef AN_SOURCE_WORD_RUNS_H
#define AN_SOURCE_WORD_RUNS_H

#include "base/err.h"
#include "base/str.h"

enum an_word_property {
    AN_WORD_DELETED = 1, AN_WORD_INSERTED = 2, AN_WORD_PICTURE = 4,             // of characters
    AN_WORD_IN_TABLE = 8, AN_WORD_ROW_END = 16,                                 // of paragraphs
};

struct an_word_run { uint32_t from, to; unsigned properties; };     // bytes of the text's stream

struct an_word_runs {               // {0} is empty. Ascending; only those with properties
    struct an_word_run *runs;
    size_t count, cap;
    bool damaged;                   // some could not be read
};

void an_word_runs_release(struct an_word_runs *r);

// Reads the runs whose pages `places` lists, of characters or of paragraphs, from `stream`. Failure: no memory.
enum an_code an_word_runs_read(struct an_word_runs *r, struct an_str stream, struct an_str places, bool of_paragraphs,
                               struct an_err *err) AN_MUST_USE;

// The properties at byte `at`, and the byte up to which they are the same.
unsigned an_word_runs_at(const struct an_word_runs *r, uint32_t at, uint32_t *ret_to);

// What a list of changes of properties makes of those before.
unsigned an_word_change(struct an_str changes, unsigned properties);

#endif
