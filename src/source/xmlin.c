// XML through libxml2's push parser, told to a reader of ours.
#define _GNU_SOURCE     // memmem
#include "source/xmlin.h"

#include <libxml/parser.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "base/alloc.h"

enum { FIELDS = 5, CHUNK = 64 * 1024 };         // of an attribute: name, prefix, namespace, begin and end of its value

struct an_xmlin {
    struct an_xml_events events;
    xmlParserCtxtPtr parser;
    uint64_t fed, fault_at;
    char why[96];
    bool faulty;
    enum an_code code;                          // an event's failure
    struct an_err err;
};

static struct an_str name_of(const xmlChar *name) { return an_str_from_c((const char *) name); }

struct an_str an_xml_attribute_name(const struct an_xml_attributes *a, size_t i) { return name_of(a->items[i * FIELDS]); }

struct an_str an_xml_attribute_value(const struct an_xml_attributes *a, size_t i) {
    const unsigned char *from = a->items[i * FIELDS + 3], *to = a->items[i * FIELDS + 4];
    return (struct an_str) {(const char *) from, (size_t) (to - from)};
}

struct an_str an_xml_attribute(const struct an_xml_attributes *a, const char *name) {
    for (size_t i = 0; i < a->count; i++)
        if (strcmp((const char *) a->items[i * FIELDS], name) == 0)
            return an_xml_attribute_value(a, i);
    return (struct an_str) {0};
}

static void stop(struct an_xmlin *x, enum an_code code) {
    x->code = code;
    if (code)
        xmlStopParser(x->parser);
}

static bool is_over(const struct an_xmlin *x) { return x->code || x->faulty; }

static void on_start(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                     const xmlChar **namespace_list, int count, int defaulted, const xmlChar **list) {
    (void) prefix, (void) uri, (void) namespaces, (void) namespace_list, (void) defaulted;
    struct an_xmlin *x = arg;
    const struct an_xml_attributes attributes = {list, (size_t) count};
    if (x->events.start && !is_over(x))
        stop(x, x->events.start(x->events.arg, name_of(name), &attributes, &x->err));
}

static void on_end(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
    (void) prefix, (void) uri;
    struct an_xmlin *x = arg;
    if (x->events.end && !is_over(x))
        stop(x, x->events.end(x->events.arg, name_of(name), &x->err));
}

static void on_text(void *arg, const xmlChar *text, int len) {
    struct an_xmlin *x = arg;
    if (x->events.text && len > 0 && !is_over(x))
        stop(x, x->events.text(x->events.arg, (struct an_str) {(const char *) text, (size_t) len}, &x->err));
}

static void on_comment(void *arg, const xmlChar *text) {
    struct an_xmlin *x = arg;
    if (x->events.comment && !is_over(x))
        stop(x, x->events.comment(x->events.arg, name_of(text), &x->err));
}

static void fail(struct an_xmlin *x, const char *why) {
    if (x->faulty)
        return;
    long at = xmlByteConsumed(x->parser);
    x->faulty = true;
    x->fault_at = at > 0 && (uint64_t) at > x->fed ? (uint64_t) at : x->fed;
    (void) snprintf(x->why, sizeof x->why, "%s", why);
}

// Text that stands in the DTD, which is not read.
static void on_reference(void *arg, const xmlChar *name) {
    (void) name;
    fail(arg, "uses an entity of its own making, which is not expanded");
}

// libxml2's own texts may hold bytes of the document.
static void on_error(void *arg, xmlErrorPtr error) {
    struct an_xmlin *x = arg;
    if (error->level != XML_ERR_FATAL || is_over(x))
        return;
    char text[sizeof x->why];
    int what = error->code;
    (void) snprintf(text, sizeof text, "is no well-formed XML (error %d of libxml2)", what);
    if (what == XML_ERR_NO_MEMORY)
        x->code = an_fail(&x->err, AN_NOMEM, "no memory for XML");
    else if (what == XML_ERR_UNDECLARED_ENTITY)
        on_reference(arg, NULL);
    else if (what == XML_ERR_INVALID_ENCODING || what == XML_ERR_UNKNOWN_ENCODING || what == XML_ERR_UNSUPPORTED_ENCODING)
        fail(x, "holds bytes that mean nothing in its encoding, or is in an unknown one");
    else
        fail(x, text);
}

enum an_code an_xmlin_open(const struct an_xml_events *events, bool is_utf8, struct an_xmlin **ret, struct an_err *err) {
    struct an_xmlin *x = an_alloc(sizeof *x);
    if (!x)
        return an_fail(err, AN_NOMEM, "no memory for XML");
    *x = (struct an_xmlin) {.events = *events};
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC, .startElementNs = on_start, .endElementNs = on_end,
                         .characters = on_text, .ignorableWhitespace = on_text, .cdataBlock = on_text,
                         .reference = on_reference, .comment = on_comment, .serror = on_error};
    xmlInitParser();
    x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
    if (!x->parser) {
        an_free(x);
        return an_fail(err, AN_NOMEM, "no memory for XML");
    }
    // NOENT: "&amp;" in an attribute comes as "&". Other entities are never known, since no event takes their declarations.
    int options = XML_PARSE_NONET | XML_PARSE_NOENT | (is_utf8 ? XML_PARSE_IGNORE_ENC : 0);
    (void) xmlCtxtUseOptions(x->parser, options);
    *ret = x;
    return AN_OK;
}

enum an_code an_xmlin_feed(struct an_xmlin *x, struct an_str bytes, bool last, struct an_err *err) {
    while (bytes.len && !is_over(x)) {
        struct an_str piece = an_str_slice(bytes, 0, CHUNK);
        (void) xmlParseChunk(x->parser, piece.ptr, (int) piece.len, 0);
        x->fed += piece.len;
        bytes = an_str_slice(bytes, piece.len, bytes.len);
    }
    if (last && !is_over(x))
        (void) xmlParseChunk(x->parser, "", 0, 1);
    if (x->code)
        *err = x->err;
    return x->code;
}

const char *an_xmlin_fault(const struct an_xmlin *x) { return x->faulty ? x->why : NULL; }
uint64_t an_xmlin_fault_at(const struct an_xmlin *x) { return x->fault_at; }

void an_xmlin_free(struct an_xmlin *x) {
    if (!x)
        return;
    if (x->parser->myDoc)
        xmlFreeDoc(x->parser->myDoc);
    xmlFreeParserCtxt(x->parser);
    an_free(x);
}

static enum an_code read_all(struct an_xmlin *x, struct an_input *input, struct an_str head, char *chunk, enum an_code *ret_what,
                             struct an_err *fault, uint64_t *ret_bytes, struct an_err *err) {
    *ret_what = AN_OK;
    *ret_bytes = head.len;
    enum an_code code = an_xmlin_feed(x, head, false, err);
    for (size_t n = 1; n && !code && !an_xmlin_fault(x);) {
        n = 0;
        *ret_what = input->read(input->arg, chunk, CHUNK, &n, fault);
        if (*ret_what == AN_NOMEM || *ret_what == AN_BUG) {
            *err = *fault;
            return *ret_what;
        }
        if (*ret_what)
            return AN_OK;
        *ret_bytes += n;
        code = an_xmlin_feed(x, (struct an_str) {chunk, n}, n == 0, err);
    }
    if (!code && an_xmlin_fault(x))
        *ret_what = an_fail(fault, AN_INPUT, "%s", an_xmlin_fault(x));
    return code;
}

enum an_code an_xmlin_read(struct an_input *input, struct an_str head, const struct an_xml_events *events,
                           enum an_code *ret_what, struct an_err *fault, uint64_t *ret_bytes, struct an_err *err) {
    struct an_xmlin *x = NULL;
    enum an_code code = an_xmlin_open(events, false, &x, err);
    char *chunk = an_alloc(CHUNK);
    if (!code && !chunk)
        code = an_fail(err, AN_NOMEM, "no memory for XML");
    if (!code)
        code = read_all(x, input, head, chunk, ret_what, fault, ret_bytes, err);
    an_free(chunk);
    an_xmlin_free(x);
    return code;
}

// The document's first bytes, a byte a character: enough for markup, which is ASCII in all encodings that matter here.
static size_t narrow(struct an_str head, char *out, size_t cap) {
    size_t step = 1, at = 0, n = 0;
    if (head.len >= 3 && memcmp(head.ptr, "\xEF\xBB\xBF", 3) == 0) {
        at = 3;
    } else if (head.len >= 2 && (memcmp(head.ptr, "\xFF\xFE", 2) == 0 || memcmp(head.ptr, "<\0", 2) == 0)) {
        step = 2;
        at = head.ptr[0] == '<' ? 0 : 2;
    } else if (head.len >= 2 && (memcmp(head.ptr, "\xFE\xFF", 2) == 0 || memcmp(head.ptr, "\0<", 2) == 0)) {
        step = 2;
        at = head.ptr[0] ? 3 : 1;
    }
    for (; at < head.len && n < cap; at += step)
        out[n++] = head.ptr[at];
    return n;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Past what is no element: blanks, the declaration, comments, a document type (without what it declares).
static struct an_str skip_prolog(struct an_str s) {
    static const struct { struct an_str opens, closes; } parts[] = {
        {AN_STR_INIT("<?"), AN_STR_INIT("?>")}, {AN_STR_INIT("<!--"), AN_STR_INIT("-->")}, {AN_STR_INIT("<!DOCTYPE"),
                AN_STR_INIT(">")},
    };
    for (bool moved = true; moved && s.len;) {
        moved = is_space(s.ptr[0]);
        s = an_str_slice(s, moved, s.len);
        for (size_t i = 0; i < AN_COUNT(parts) && !moved; i++) {
            if (!an_str_eq(an_str_slice(s, 0, parts[i].opens.len), parts[i].opens))
                continue;
            struct an_str closes = parts[i].closes;
            const char *list = memchr(s.ptr, '[', s.len), *end = memmem(s.ptr, s.len, closes.ptr, closes.len);
            if (i == 2 && list && end && list < end)    // <!DOCTYPE a [ ... ]>
                closes = AN_STR("]>");
            end = memmem(s.ptr, s.len, closes.ptr, closes.len);
            if (!end)
                return (struct an_str) {0};
            s = an_str_slice(s, (size_t) (end - s.ptr) + closes.len, s.len);
            moved = true;
        }
    }
    return s;
}

struct an_str an_xml_root(struct an_str head, char name[AN_XML_NAME]) {
    enum { LOOK = 8192 };
    char text[LOOK];
    struct an_str s = skip_prolog((struct an_str) {text, narrow(head, text, sizeof text)});
    size_t from = 1, to = 1;
    if (!s.len || s.ptr[0] != '<')
        return (struct an_str) {0};
    for (; to < s.len && !is_space(s.ptr[to]) && s.ptr[to] != '>' && s.ptr[to] != '/'; to++)
        if (s.ptr[to] == ':')
            from = to + 1;
    if (to == s.len || to == from || to - from > AN_XML_NAME)
        return (struct an_str) {0};
    memcpy(name, s.ptr + from, to - from);
    return (struct an_str) {name, to - from};
}
