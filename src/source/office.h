// What office programs of before 2007 keep in a compound file: which document it is, and what all of them have in common.
//
// A document is a folder of the file with streams of known names. Folders inside it may be documents of their own (a workbook in
// a report, a message in a message): they become stores of their own, once the document's store is closed.
// Sources: [MS-CFB], [MS-OLEPS] (properties), [MS-OLEDS] (what is embedded), [MS-ODRAW] (pictures).
#ifndef AN_SOURCE_OFFICE_H
#define AN_SOURCE_OFFICE_H

#include "source/compound.h"
#include "source/content.h"
#include "source/prose.h"

struct an_office {                      // a document, and what is known of it by those who read it
    struct an_reading *reading;
    struct an_compound *compound;
    uint32_t folder;
    struct an_str uri;
    uint32_t depth;                     // containers around it
    const char *format;                 // the source's name
    const struct an_err *broken;        // how the file's bytes broke off; NULL: they did not

    // the document's own store; a workbook's sheets are others
    struct an_content content;
    struct an_prose_people people;
    uint64_t pictures;
    bool is_book;                       // its own store is opened only where something is to be said
};

// One way to read: gives the document's stores. The content was begun, and is ended by an_office_finish.
typedef enum an_code an_office_reader(struct an_office *o, struct an_err *err);
an_office_reader an_doc_give, an_msg_give, an_ppt_give, an_xls_give;

// Reads an input that is a compound file, whatever document it holds. `format`: of the store where it is none we know.
enum an_code an_office_read(const char *format, struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                            struct an_err *err) AN_MUST_USE;

// 100 when the head shows that the input is a document of the source of that name; the directory may lie behind it.
int an_office_sniff(const struct an_sniff *sniff, const char *format);

// The bytes of the stream of that name; empty where there is none. What is missing of it is told.
enum an_code an_office_stream(struct an_office *o, const char *name, struct an_str *ret, struct an_err *err) AN_MUST_USE;

// Closes the document's store as unread.
enum an_code an_office_unread(struct an_office *o, enum an_code what, const char *why, struct an_err *err) AN_MUST_USE;

// Ends the document's own store: its properties, persons, and a remark on pictures.
enum an_code an_office_finish(struct an_office *o, uint64_t bytes, struct an_err *err) AN_MUST_USE;

// Counts the pictures among drawing records. Source: [MS-ODRAW] 2.2.23.
uint64_t an_office_pictures(struct an_str records);

// A folder inside the document as stores of their own: what it is, or what its streams and folders are.
enum an_code an_office_give_folder(struct an_office *o, uint32_t folder, struct an_str name, struct an_err *err) AN_MUST_USE;

// A store below the document's of which nothing is read.
enum an_code an_office_give_unread(struct an_office *o, struct an_str name, enum an_code what, const char *why,
                                   struct an_err *err) AN_MUST_USE;

// Bytes as a store of their own below the document's.
enum an_code an_office_give_bytes(struct an_office *o, struct an_str name, struct an_str bytes, struct an_err *err) AN_MUST_USE;

#endif
