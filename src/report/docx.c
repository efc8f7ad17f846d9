// Filling a Word document: the package, and each part in it that has text.
#include <libxml/parser.h>
#include <libxml/xmlsave.h>
#include <stdio.h>
#include "report/docx.h"
#include "zip/zip.h"

enum { PART_MAX = 16 << 20 };           // bytes of one part

static void free_doc(xmlDoc **doc) { xmlFreeDoc(*doc); }
static void free_parser(xmlParserCtxt **parser) { xmlFreeParserCtxt(*parser); }

static bool has_doctype(struct an_str xml) {
    static const char word[] = "<!DOCTYPE";
    for (size_t i = 0; i + sizeof word - 1 <= xml.len; i++)
        if (memcmp(xml.ptr + i, word, sizeof word - 1) == 0)
            return true;
    return false;
}

static enum an_code fill_part(const struct an_paper *paper, struct an_docx_uses *uses, const struct an_zip_member *in,
                              struct an_arena *arena, struct an_str *ret, struct an_err *err) {
    char part[64];
    (void) snprintf(part, sizeof part, "%.*s", AN_STR_ARG(in->name));
    if (in->bytes.len > PART_MAX)
        return an_fail(err, AN_LIMIT, "%s: larger than %d bytes", part, PART_MAX);
    if (has_doctype(in->bytes))
        return an_fail(err, AN_INPUT, "%s: has a document type declaration, which Word's parts never have", part);
    AN_CLEANUP(free_parser) xmlParserCtxt *parser = xmlNewParserCtxt();
    if (!parser)
        return an_fail(err, AN_NOMEM, "no memory to read a document");
    AN_CLEANUP(free_doc) xmlDoc *doc = xmlCtxtReadMemory(parser, in->bytes.ptr, (int) in->bytes.len, NULL, NULL,
                                                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (!root || doc->intSubset) {
        const xmlError *e = xmlCtxtGetLastError(parser);
        if (e && e->code == XML_ERR_NO_MEMORY)
            return an_fail(err, AN_NOMEM, "no memory to read a document");
        return an_fail(err, AN_INPUT, "%s: not well-formed XML, at line %d", part, e ? e->line : 1);
    }
    struct an_docx_fill f = {.paper = paper, .uses = uses, .part = part, .err = err};
    enum an_code code = an_docx_expand(&f, root, NULL);
    if (code)
        return code;
    xmlChar *bytes = NULL;
    int len = 0;
    xmlDocDumpFormatMemoryEnc(doc, &bytes, &len, "UTF-8", 0);
    if (!bytes)
        return an_docx_no_memory(&f);
    *ret = an_arena_copy(arena, (struct an_str) {(const char *) bytes, (size_t) len});
    xmlFree(bytes);
    return ret->ptr ? AN_OK : an_docx_no_memory(&f);
}

// Body, headers, footers, foot- and endnotes: word/document.xml, word/header1.xml ...
static bool is_filled(struct an_str name) {
    static const char *const parts[] = {"word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes"};
    bool is_xml = name.len > 4 && memcmp(name.ptr + name.len - 4, ".xml", 4) == 0;
    for (size_t i = 0; is_xml && i < AN_COUNT(parts); i++) {
        size_t n = strlen(parts[i]), digits = n;
        if (name.len < n + 4 || memcmp(name.ptr, parts[i], n) != 0)
            continue;
        while (digits < name.len - 4 && name.ptr[digits] >= '0' && name.ptr[digits] <= '9')
            digits++;
        if (digits == name.len - 4)
            return true;
    }
    return false;
}

enum an_code an_paper_docx(const struct an_paper *paper, struct an_str template, struct an_buf *out,
                           struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct an_zip zip = {0};
    struct an_zip_limits limits = {.members = 2000, .member_bytes = 64 << 20, .total_bytes = 256 << 20};
    enum an_code code = an_zip_read(template, &limits, &arena, &zip, err);
    if (code)
        return an_err_context(err, "not a Word document that can be filled");
    if (!an_zip_find(&zip, AN_STR("[Content_Types].xml")) || !an_zip_find(&zip, AN_STR("word/document.xml")))
        return an_fail(err, AN_INPUT, "not a Word document: it has no word/document.xml; save the template as .docx");
    if (an_zip_find(&zip, AN_STR("word/vbaProject.bin")))
        return an_fail(err, AN_INPUT, "the template has macros; save it as .docx, which has none");
    struct an_docx_uses uses;
    code = an_docx_uses_begin(&uses, paper, &arena, err);
    for (size_t i = 0; i < zip.count && !code; i++) {
        zip.members[i].stored = false;
        if (is_filled(zip.members[i].name))
            code = fill_part(paper, &uses, &zip.members[i], &arena, &zip.members[i].bytes, err);
    }
    return code ? code : an_zip_write(zip.members, zip.count, out, err);
}
