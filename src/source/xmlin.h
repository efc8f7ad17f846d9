// XML read front to back through libxml2: elements, attributes and text as they come, nothing kept.
//
// What a document declares in a DTD is not used: no entity is expanded but the five of XML itself, nothing else is opened, no
// address is asked. Elements may lie 250 deep, and one run of text may be ten million bytes (libxml2's limits).
// Source: XML 1.0, fifth edition; Namespaces in XML 1.0. Names are given without their prefix.
#ifndef AN_SOURCE_XMLIN_H
#define AN_SOURCE_XMLIN_H

#include "source/source.h"

// Attributes of one element, borrowed for the call.
struct an_xml_attributes {
    const unsigned char *const *items;  // libxml2's: five pointers each
    size_t count;
};

struct an_str an_xml_attribute_name(const struct an_xml_attributes *a, size_t i);
struct an_str an_xml_attribute_value(const struct an_xml_attributes *a, size_t i);  // references undone
// The value of the first attribute of that name; ptr NULL when there is none.
struct an_str an_xml_attribute(const struct an_xml_attributes *a, const char *name);

struct an_xml_events {              // a NULL member is not told
    void *arg;
    enum an_code (*start)(void *arg, struct an_str name, const struct an_xml_attributes *attributes, struct an_err *err);
    enum an_code (*text)(void *arg, struct an_str text, struct an_err *err);     // a run may come in pieces
    enum an_code (*end)(void *arg, struct an_str name, struct an_err *err);
    enum an_code (*comment)(void *arg, struct an_str text, struct an_err *err);
};

struct an_xmlin;                    // one object, one thread

// `is_utf8`: the bytes given are UTF-8, whatever the document says of itself.
enum an_code an_xmlin_open(const struct an_xml_events *events, bool is_utf8, struct an_xmlin **ret,
                           struct an_err *err) AN_MUST_USE;

// Takes the next bytes. `last`: there are no more. Failure: the machine's, or what an event returned. What is wrong with the
// document is in an_xmlin_fault, and nothing after it is told.
enum an_code an_xmlin_feed(struct an_xmlin *x, struct an_str bytes, bool last, struct an_err *err) AN_MUST_USE;

// What is wrong with the document, in words; NULL while nothing is.
const char *an_xmlin_fault(const struct an_xmlin *x);

// Where it is: bytes from the beginning, as far as libxml2 knows.
uint64_t an_xmlin_fault_at(const struct an_xmlin *x);

void an_xmlin_free(struct an_xmlin *x);

// Reads the rest of an input, `head` before it. What breaks it off, the input's fault or the document's, is in *ret_what and
// `fault`; bytes read in *ret_bytes.
enum an_code an_xmlin_read(struct an_input *input, struct an_str head, const struct an_xml_events *events,
                           enum an_code *ret_what, struct an_err *fault, uint64_t *ret_bytes, struct an_err *err) AN_MUST_USE;

enum { AN_XML_NAME = 64 };

// The name of the first element, without its prefix, of a document that begins with `head`: written to `name`, and returned.
// Empty where it is no XML, or the element does not begin there.
struct an_str an_xml_root(struct an_str head, char name[AN_XML_NAME]);

#endif
