// A column of an ORC stripe: whether the next value is there, and what it is as text.
//
// Source: Apache ORC Specification v1, "Column Encodings".
#ifndef AN_SOURCE_ORC_COLUMN_H
#define AN_SOURCE_ORC_COLUMN_H

#include "source/blob.h"
#include "source/orc_meta.h"
#include "source/orc_stream.h"
#include "source/typed.h"

struct an_orc_column {                  // {.type, .file}, then an_orc_column_begin for every stripe
    const struct an_orc_type *type;
    struct an_orc_file *file;
    bool dead;                          // nothing more can be had of it in this stripe; `why` says it. Nothing is there then
    struct an_err why;

    // the rest is private
    struct an_orc_stream streams[AN_ORC_STREAMS];       // by an_orc_stream_kind
    struct an_orc_coding coding;
    bool has_words;                     // the dictionary was read
    struct an_buf text;                 // of the dictionary
    struct an_span *words;
    size_t word_count, word_cap;
    struct an_blob blob;
    struct an_buf made, joined;
    char room[AN_TYPED_TEXT];
};

void an_orc_column_release(struct an_orc_column *c);

// Turns to a stripe: no stream is known yet. Streams then come by an_orc_stream_begin.
void an_orc_column_begin(struct an_orc_column *c, struct an_orc_coding coding);

// Nothing more can be had of it.
void an_orc_column_lose(struct an_orc_column *c, enum an_code what, const char *why);

// Whether the next entry is there. Failure of all of them: no memory.
enum an_code an_orc_column_there(struct an_orc_column *c, bool *ret, struct an_err *err) AN_MUST_USE;

// The value that is there, as UTF-8, borrowed until the next call; of a type without others in it. Nothing when it is `dead`
// then.
enum an_code an_orc_column_text(struct an_orc_column *c, struct an_str *ret, struct an_err *err) AN_MUST_USE;

// Elements of a list or map that is there; which of its types a union has. 0 when it is `dead` then.
enum an_code an_orc_column_count(struct an_orc_column *c, uint64_t *ret, struct an_err *err) AN_MUST_USE;

#endif
