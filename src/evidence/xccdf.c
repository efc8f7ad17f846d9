#define _GNU_SOURCE
// XCCDF results (NIST IR 7275, 1.1 and 1.2), alone or within an ARF collection: one finding a rule-result.
//
// Read as a stream, so that a collection with all its OVAL costs no tree. XML's dangers are shut out before the parser sees a
// byte: there is no document type, hence no entity but the five; UTF-8 is the only encoding; nothing is fetched.
#include <libxml/xmlreader.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "evidence/take.h"

static const char NS[] = "http://checklists.nist.gov/xccdf/1.";

static bool holds(struct an_str bytes, const char *what) { return memmem(bytes.ptr, bytes.len, what, strlen(what)) != NULL; }

static bool is(const struct an_evidence_in *in) { return in->is_xml && holds(in->bytes, NS); }

struct title { struct an_str id, text; };

struct reader {
    const struct an_evidence_in *in;
    xmlTextReader *xml;
    struct an_evidence_report *ret;
    struct an_err *err;
    struct title *titles; size_t title_count;
    struct an_str rule;                 // the Rule we are in; its title comes next
    int rule_depth;
    struct an_str target;               // of the TestResult we are in
    an_day day;
    bool results;                       // there was one
};

static void reader_release(struct reader *r) {
    if (r->xml)
        xmlFreeTextReader(r->xml);
}

static struct an_str borrowed(const xmlChar *s) { return an_str_from_c(s ? (const char *) s : ""); }

static struct an_str attribute(struct reader *r, const char *name) {
    xmlChar *value = xmlTextReaderGetAttribute(r->xml, (const xmlChar *) name);
    struct an_str taken = an_evidence_take(r->in, borrowed(value));
    xmlFree(value);
    return taken;
}

static struct an_str content(struct reader *r) {
    xmlChar *value = xmlTextReaderReadString(r->xml);
    struct an_str taken = an_evidence_take(r->in, borrowed(value));
    xmlFree(value);
    return taken;
}

static enum an_code add_title(struct reader *r, struct an_str id, struct an_str text) {
    size_t n = r->title_count;
    if (n == AN_EVIDENCE_FINDINGS_MAX)
        return an_fail(r->err, AN_LIMIT, "more than %d rules", AN_EVIDENCE_FINDINGS_MAX);
    if ((n & (n - 1)) == 0) {
        struct title *more = AN_NEW_N(r->in->arena, n ? 2 * n : 1, struct title);
        if (!more)
            return an_fail(r->err, AN_NOMEM, "no memory for the titles of rules");
        if (n)
            memcpy(more, r->titles, n * sizeof *more);
        r->titles = more;
    }
    r->titles[r->title_count++] = (struct title) {id, text};
    return AN_OK;
}

static struct an_str text_of(struct reader *r, const xmlNode *node) {
    xmlChar *value = xmlNodeGetContent(node);
    struct an_str taken = an_evidence_take(r->in, borrowed(value));
    xmlFree(value);
    return taken;
}

static enum an_code rule_result(struct reader *r) {
    struct an_str id = attribute(r, "idref"), time = attribute(r, "time"), severity = attribute(r, "severity"), word = AN_STR("");
    struct an_str ident = AN_STR("");
    const xmlNode *node = xmlTextReaderExpand(r->xml);
    enum an_evidence_result result;
    for (const xmlNode *kid = node ? node->children : NULL; kid; kid = kid->next) {
        if (kid->type == XML_ELEMENT_NODE && xmlStrcmp(kid->name, (const xmlChar *) "result") == 0)
            word = text_of(r, kid);
        if (kid->type == XML_ELEMENT_NODE && xmlStrcmp(kid->name, (const xmlChar *) "ident") == 0 && !ident.len)
            ident = text_of(r, kid);
    }
    if (!node)                          // cut short: the reader says so when it goes on
        return AN_OK;
    if (!id.len || !word.len)
        return an_fail(r->err, AN_INPUT, "a rule-result without %s", id.len ? "a result" : "an idref");
    if (!an_evidence_xccdf(word, &result)) {
        r->ret->passed_over++;
        return AN_OK;
    }
    struct an_evidence_finding *f = an_evidence_add(r->in, r->ret, r->err);
    if (!f)
        return r->err->code;
    f->id = id;
    f->title = id;                      // until all titles are known
    f->result = result;
    f->severity = an_evidence_severity(severity);
    f->subject = r->target;
    f->control = ident;
    f->day = an_evidence_day(time);
    if (f->day == AN_DAY_NONE)
        f->day = r->day;
    return AN_OK;
}

static void test_result(struct reader *r) {
    r->results = true;
    r->target = AN_STR("");
    r->day = an_evidence_day(attribute(r, "end-time"));
    if (r->day == AN_DAY_NONE)
        r->day = an_evidence_day(attribute(r, "start-time"));
    if (!r->ret->tool.len)
        r->ret->tool = attribute(r, "test-system");
}

static enum an_code element(struct reader *r) {
    struct an_str name = borrowed(xmlTextReaderConstLocalName(r->xml));
    const xmlChar *ns = xmlTextReaderConstNamespaceUri(r->xml);
    int depth = xmlTextReaderDepth(r->xml);
    if (!ns || strncmp((const char *) ns, NS, sizeof NS - 1) != 0)
        return AN_OK;
    if (an_str_eq(name, AN_STR("Rule"))) {
        r->rule = attribute(r, "id");
        r->rule_depth = depth;
    } else if (an_str_eq(name, AN_STR("title")) && r->rule.len && depth == r->rule_depth + 1) {
        enum an_code code = add_title(r, r->rule, content(r));
        r->rule = AN_STR("");
        return code;
    } else if (an_str_eq(name, AN_STR("TestResult"))) {
        test_result(r);
    } else if (an_str_eq(name, AN_STR("target")) && r->results && !r->target.len) {
        r->target = content(r);
    } else if (an_str_eq(name, AN_STR("fact")) && r->results) {
        struct an_str fact = attribute(r, "name");
        if (an_str_eq(fact, AN_STR("urn:xccdf:fact:scanner:name")))
            r->ret->tool = content(r);
        if (an_str_eq(fact, AN_STR("urn:xccdf:fact:scanner:version")))
            r->ret->tool_version = content(r);
    } else if (an_str_eq(name, AN_STR("rule-result")) && r->results)
        return rule_result(r);
    return AN_OK;
}

static int by_id(const void *a, const void *b) {
    const struct title *x = a, *y = b;
    size_t n = x->id.len < y->id.len ? x->id.len : y->id.len;
    int c = n ? memcmp(x->id.ptr, y->id.ptr, n) : 0;
    return c ? c : (x->id.len > y->id.len) - (x->id.len < y->id.len);
}

// Findings by the title of their rule, where the file has it.
static void entitle(struct reader *r) {
    if (!r->title_count)
        return;
    qsort(r->titles, r->title_count, sizeof *r->titles, by_id);
    for (size_t i = 0; i < r->ret->count; i++) {
        struct title wanted = {.id = r->ret->items[i].id};
        const struct title *t = bsearch(&wanted, r->titles, r->title_count, sizeof wanted, by_id);
        if (t && t->text.len)
            r->ret->items[i].title = t->text;
    }
}

// What the parser would say may quote the file; where it stopped does not.
static void say_nothing(void *arg, const char *message, xmlParserSeverities severity, xmlTextReaderLocatorPtr at) {
    (void) arg;
    (void) message;
    (void) severity;
    (void) at;
}

static enum an_code read(const struct an_evidence_in *in, struct an_evidence_report *ret, struct an_err *err) {
    struct reader r AN_CLEANUP(reader_release) = {.in = in, .ret = ret, .err = err, .day = AN_DAY_NONE, .target = AN_STR(""),
                                                  .rule = AN_STR("")};
    size_t valid = an_utf8_valid(in->bytes);
    if (valid != in->bytes.len)
        return an_fail_at(err, valid, "byte %zu is not UTF-8, the one encoding that is read", valid);
    if (holds(in->bytes, "<!DOCTYPE") || holds(in->bytes, "<!ENTITY"))
        return an_fail(err, AN_INPUT, "it declares a document type or entities, which no result file needs; refused unread");
    int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
    r.xml = xmlReaderForMemory(in->bytes.ptr, (int) in->bytes.len, NULL, "UTF-8", options);
    if (!r.xml)
        return an_fail(err, AN_NOMEM, "no memory for an XML reader");
    xmlTextReaderSetErrorHandler(r.xml, say_nothing, NULL);
    int more;
    enum an_code code = AN_OK;
    while ((more = xmlTextReaderRead(r.xml)) == 1 && !code) {
        if (xmlTextReaderNodeType(r.xml) == XML_READER_TYPE_ELEMENT)
            code = element(&r);
        if (code && code != AN_NOMEM)
            return an_err_context(err, "line %d", xmlTextReaderGetParserLineNumber(r.xml));
    }
    if (!code && more < 0)
        return an_fail(err, AN_INPUT, "line %d, column %d: XML that is not well-formed, or too deep",
                       xmlTextReaderGetParserLineNumber(r.xml), xmlTextReaderGetParserColumnNumber(r.xml));
    if (!code && !r.results)
        return an_fail(err, AN_INPUT, "a benchmark without a TestResult: nothing was checked yet");
    if (!code)
        entitle(&r);
    return code;
}

const struct an_evidence_format an_evidence_format_xccdf = {
    .name = "xccdf", .title = {"XCCDF or ARF results", "XCCDF 或 ARF 检查结果"}, .media = "application/xml", .is = is,
    .read = read,
};
