// The text of a part of a document: paragraphs as lines, tables as records, whatever the markup language calls them.
//
// Elements are told by their names without prefix: those of WordprocessingML, DrawingML and OpenDocument that make paragraphs,
// tables, blanks and deletions, and the properties that name persons. The text of any other element is a line of its own, so that
// nothing in a part goes unread, and so is an attribute that may hold a value (an_content_is_worth).
// Of a paragraph with tracked changes the line is what it reads now; each deletion is a line more, with the letters and digits
// around it that it was one word with. The text of fields (HYPERLINK "mailto:...") is a line of its own.
#ifndef AN_SOURCE_PROSE_H
#define AN_SOURCE_PROSE_H

#include "source/content.h"
#include "source/xmlin.h"

// Persons that the markup names in passing (authors of comments and changes), each once.
struct an_prose_people {
    struct an_names names;
    uint64_t letters;               // and digits of text, of all parts: none means that there may be only pictures
};

void an_prose_people_release(struct an_prose_people *people);

// Reads the rest of `part`, with `head` before it, into `content`. What is wrong with the part is told there.
enum an_code an_prose_read(struct an_content *content, struct an_prose_people *people, struct an_input *part, struct an_str head,
                           struct an_str name, struct an_err *err) AN_MUST_USE;

// Notes a person named in passing. Where there are too many, the name becomes a line.
enum an_code an_prose_add_person(struct an_content *content, struct an_prose_people *people, struct an_str name,
                                 struct an_err *err) AN_MUST_USE;

// One record each, once all parts are read.
enum an_code an_prose_give_people(struct an_content *content, const struct an_prose_people *people,
                                  struct an_err *err) AN_MUST_USE;

#endif
