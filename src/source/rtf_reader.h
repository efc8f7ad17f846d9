// The text in RTF, told as it comes: characters, what ends paragraphs, cells and rows, and what stands beside the text.
//
// Source: Rich Text Format specification 1.9.1; [MS-OXRTFEX] for HTML inside RTF.
#ifndef AN_SOURCE_RTF_READER_H
#define AN_SOURCE_RTF_READER_H

#include "base/err.h"
#include "base/str.h"

enum an_rtf_mark { AN_RTF_PARAGRAPH, AN_RTF_CELL_PARAGRAPH, AN_RTF_CELL, AN_RTF_ROW };
enum an_rtf_aside { AN_RTF_PERSON, AN_RTF_LINE };       // who wrote it; properties, codes of fields, variables

struct an_rtf_events {
    void *arg;
    enum an_code (*text)(void *arg, struct an_str text, unsigned change, struct an_err *err);       // UTF-8; an_change
    enum an_code (*mark)(void *arg, enum an_rtf_mark mark, struct an_err *err);
    enum an_code (*aside)(void *arg, enum an_rtf_aside kind, struct an_str text, struct an_err *err);
};

struct an_rtf {                         // what was met
    uint64_t pictures, objects;         // that are not read
    uint64_t lost;                      // characters that mean nothing in their code page
    bool cut;                           // it ends inside a group
    size_t behind;                      // bytes behind its end that are no blanks
    bool is_html, is_text;              // it holds a page of HTML, a plain text
};

bool an_rtf_is(struct an_str head);

// Tells `events` the text of `bytes`. `unwrap`: where it holds HTML, that comes as text, in lines, instead of what shows it.
// Failure: no memory, and what an event returns.
enum an_code an_rtf_read(struct an_str bytes, bool unwrap, const struct an_rtf_events *events, struct an_rtf *ret,
                         struct an_err *err) AN_MUST_USE;

#endif
