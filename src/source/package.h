// Documents that are zip archives of parts: Office Open XML and OpenDocument.
//
// Every member of the archive is read once: as part of the document, or as a store of its own (what is embedded: a workbook in a
// report, an image, a program). The archive is gone through four times, each time for other members, because parts need what
// stands
// in others (a sheet its strings) and stores may not nest:
//     LOAD    what other parts need is taken into memory
//     STORE   parts that are stores of their own: worksheets
//     TEXT    all other XML, into one store that has the document's uri
//     rest    members that are no XML
// Source: ECMA-376 part 2 (open packaging), OpenDocument 1.3 part 2. What a part is, its first element says: names of parts are
// free, and lists of content types have been wrong.
#ifndef AN_SOURCE_PACKAGE_H
#define AN_SOURCE_PACKAGE_H

#include "source/content.h"
#include "source/prose.h"

enum { AN_PART_LOAD = 1, AN_PART_STORE = 2, AN_PART_TEXT = 4 };

struct an_part {                    // borrowed for the call
    struct an_str name, root;       // its first element
    struct an_str head;             // taken from `input` already, and before its next byte
    struct an_input *input;
};

struct an_package_format {          // const, static; functions get the state given to an_package_read
    const char *name;               // the source's
    // What to do with an XML part: AN_PART_LOAD with or without one of the others. NULL: all are TEXT.
    int (*sort)(void *state, struct an_str name, struct an_str root);
    enum an_code (*load)(void *state, const struct an_part *part, struct an_err *err);
    enum an_code (*store)(void *state, const struct an_part *part, struct an_err *err);
    // Of a TEXT part that is read in a way of its own; *ret_taken false: as prose. NULL: all are.
    enum an_code (*text)(void *state, const struct an_part *part, struct an_content *content, bool *ret_taken,
                         struct an_err *err);
    // Once all text is read. NULL: nothing more.
    enum an_code (*finish)(void *state, struct an_content *content, struct an_err *err);
    bool is_book;                   // its own store is opened only where something is to be said
};

enum an_code an_package_read(const struct an_package_format *format, void *state, struct an_reading *reading,
                             struct an_input *input, const struct an_sniff *sniff, struct an_err *err) AN_MUST_USE;

// 100 when the head is that of an Office Open XML file with a part below `folder` ("xl/"), else 0.
int an_package_sniff_ooxml(const struct an_sniff *sniff, struct an_str folder);

// 100 when the head is that of an OpenDocument file of a type that begins with `type`
// ("application/vnd.oasis.opendocument.text"), else 0.
int an_package_sniff_odf(const struct an_sniff *sniff, struct an_str type);

#endif
