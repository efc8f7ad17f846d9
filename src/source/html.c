// HTML pages: text as lines, rows of tables as records; also what is in attributes, scripts and comments.
//
// libxml2's parser makes elements of whatever is written. It is given UTF-8: the encoding is told from the bytes, and where those
// leave it open, by what the page says of itself.
#define _GNU_SOURCE     // memmem
#include "source/source.h"

#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "source/chunk.h"
#include "source/content.h"

enum {
    COLUMNS = 1000,                 // of a table; cells beyond stand in the last
    ROWSPAN_MAX = 65534,            // HTML's own limit
};

struct page {
    struct an_content content;
    struct an_textin in;
    htmlParserCtxtPtr parser;
    struct an_buf line, cell;
    size_t tables, skipped;         // elements that are open; of style
    bool in_cell, in_row;
    uint32_t column, span;
    uint32_t rows_left[COLUMNS];    // a cell above reaches down so far
    enum an_code code;              // an event's failure
    struct an_err err;
};

static const char *const inlines[] = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd",
        "label",
    "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
};

static bool is(const xmlChar *name, const char *other) { return strcasecmp((const char *) name, other) == 0; }

static bool is_inline(const xmlChar *name) {
    for (size_t i = 0; i < AN_COUNT(inlines); i++)
        if (is(name, inlines[i]))
            return true;
    return false;
}

// Text.

static enum an_code end_line(struct page *p, struct an_err *err) {
    enum an_code code = AN_OK;
    if (p->in_cell) {
        if (p->line.len && p->cell.len)
            code = an_buf_add(&p->cell, AN_STR("\n"), err);
        if (!code)
            code = an_buf_add(&p->cell, an_buf_str(&p->line), err);
    } else {
        code = an_content_line(&p->content, an_buf_str(&p->line), err);
    }
    p->line.len = 0;
    return code;
}

// Blanks, however many, are one; what is not UTF-8 is none of ours, for the text was decoded.
static enum an_code add_text(struct page *p, struct an_str text, struct an_err *err) {
    while (text.len) {
        size_t n = 0;
        while (n < text.len && text.ptr[n] != ' ' && (text.ptr[n] < '\t' || text.ptr[n] > '\r'))
            n++;
        AN_TRY(an_buf_add(&p->line, an_str_slice(text, 0, n), err));
        if (n < text.len && p->line.len && p->line.ptr[p->line.len - 1] != ' ')
            AN_TRY(an_buf_add(&p->line, AN_STR(" "), err));
        text = an_str_slice(text, n < text.len ? n + 1 : n, text.len);
        if (p->line.len > p->content.record_bytes)
            AN_TRY(end_line(p, err));
    }
    return AN_OK;
}

// Tables.

static enum an_code end_cell(struct page *p, struct an_err *err) {
    AN_TRY(end_line(p, err));
    if (!p->in_cell)
        return AN_OK;
    p->in_cell = false;
    struct an_str text = an_buf_str(&p->cell);
    while (text.len && text.ptr[text.len - 1] == ' ')
        text.len--;
    AN_TRY(an_content_cell(&p->content, p->column, p->span, text, 0, err));
    p->column += p->span;
    p->cell.len = 0;
    return AN_OK;
}

static enum an_code end_row(struct page *p, struct an_err *err) {
    AN_TRY(end_cell(p, err));
    if (!p->in_row)
        return AN_OK;
    p->in_row = false;
    return an_content_row_end(&p->content, err);
}

static enum an_code end_table(struct page *p, struct an_err *err) {
    AN_TRY(end_row(p, err));
    return an_content_table_end(&p->content, err);
}

// One inside another: the outer lays out the page, and what comes of it later is a table by itself.
static enum an_code begin_table(struct page *p, struct an_err *err) {
    AN_TRY(end_table(p, err));
    p->tables++;
    memset(p->rows_left, 0, sizeof p->rows_left);
    return AN_OK;
}

static enum an_code begin_row(struct page *p, struct an_err *err) {
    AN_TRY(end_row(p, err));
    p->in_row = true;
    p->column = 0;
    for (size_t i = 0; i < COLUMNS; i++)
        p->rows_left[i] -= p->rows_left[i] > 0;
    return AN_OK;
}

static const char *attribute(const xmlChar **list, const char *name) {
    for (; list && list[0]; list += 2)
        if (list[1] && is(list[0], name))
            return (const char *) list[1];
    return "";
}

static uint32_t span_of(const char *text, uint32_t most) {
    uint32_t n = 0;
    for (; *text >= '0' && *text <= '9' && n < most; text++)
        n = n * 10 + (uint32_t) (*text - '0');
    return n == 0 ? 1 : n < most ? n : most;
}

static enum an_code begin_cell(struct page *p, const xmlChar **list, struct an_err *err) {
    AN_TRY(end_cell(p, err));
    if (!p->in_row)
        AN_TRY(begin_row(p, err));
    while (p->column < COLUMNS - 1 && p->rows_left[p->column])
        p->column++;
    p->column = p->column < COLUMNS ? p->column : COLUMNS - 1;
    p->span = span_of(attribute(list, "colspan"), COLUMNS - p->column);
    uint32_t rows = span_of(attribute(list, "rowspan"), ROWSPAN_MAX);
    for (uint32_t i = 0; i < p->span && rows > 1; i++)
        p->rows_left[p->column + i] = rows;
    p->in_cell = true;
    return AN_OK;
}

// Attributes.

static bool holds_text(const char *name) {
    static const char *const names[] = {"value", "alt", "title", "content", "placeholder", "label", "summary"};
    for (size_t i = 0; i < AN_COUNT(names); i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return strncasecmp(name, "data-", 5) == 0;
}

// A field of a form says what its value is: "mobile: 139...".
static enum an_code give_attributes(struct page *p, const xmlChar *element, const xmlChar **list, struct an_err *err) {
    struct an_str field = an_str_from_c(attribute(list, "name"));
    if (is(element, "meta") && strcasecmp(attribute(list, "name"), "generator") == 0)
        return AN_OK;               // a program and its version, which looks like a network address
    for (; list && list[0]; list += 2) {
        struct an_str value = an_str_from_c((const char *) list[1]);
        if (!value.len || (!holds_text((const char *) list[0]) && !an_content_is_worth(value)))
            continue;
        AN_AUTO(an_buf) line = {0};
        if (is(list[0], "value") && field.len && !is(element, "option"))
            AN_TRY(an_buf_addf(&line, err, "%.*s: ", AN_STR_ARG(field)));
        AN_TRY(an_buf_add(&line, value, err));
        if (an_utf8_valid(an_buf_str(&line)) == line.len)
            AN_TRY(an_content_line(&p->content, an_buf_str(&line), err));
    }
    return AN_OK;
}

// Events.

static void stop(struct page *p, enum an_code code) {
    p->code = code;
    if (code)
        xmlStopParser(p->parser);
}

static enum an_code begin_element(struct page *p, const xmlChar *name, const xmlChar **list, struct an_err *err) {
    AN_TRY(give_attributes(p, name, list, err));
    p->skipped += is(name, "style");
    if (is(name, "table"))
        return begin_table(p, err);
    if (is(name, "tr") && p->tables)
        return begin_row(p, err);
    if ((is(name, "td") || is(name, "th")) && p->tables)
        return begin_cell(p, list, err);
    return is_inline(name) ? AN_OK : end_line(p, err);
}

static enum an_code end_element(struct page *p, const xmlChar *name, struct an_err *err) {
    p->skipped -= is(name, "style") && p->skipped;
    if (is(name, "table")) {
        p->tables -= p->tables > 0;
        return end_table(p, err);
    }
    if (is(name, "tr") && p->tables)
        return end_row(p, err);
    if ((is(name, "td") || is(name, "th")) && p->tables)
        return end_cell(p, err);
    return is_inline(name) ? AN_OK : end_line(p, err);
}

static void on_start(void *arg, const xmlChar *name, const xmlChar **list) {
    struct page *p = arg;
    if (!p->code)
        stop(p, begin_element(p, name, list, &p->err));
}

static void on_end(void *arg, const xmlChar *name) {
    struct page *p = arg;
    if (!p->code)
        stop(p, end_element(p, name, &p->err));
}

static void on_text(void *arg, const xmlChar *text, int len) {
    struct page *p = arg;
    struct an_str s = {(const char *) text, len > 0 ? (size_t) len : 0};
    if (!p->code && !p->skipped && an_utf8_valid(s) == s.len)
        stop(p, add_text(p, s, &p->err));
}

// Scripts and comments keep their lines.
static void on_lines(void *arg, const xmlChar *text, int len) {
    struct page *p = arg;
    struct an_str s = {(const char *) text, len > 0 ? (size_t) len : 0};
    if (!p->code && !p->skipped && an_utf8_valid(s) == s.len)
        stop(p, an_content_line(&p->content, s, &p->err));
}

static void on_comment(void *arg, const xmlChar *text) { on_lines(arg, text, (int) strnlen((const char *) text, INT32_MAX)); }

static void on_error(void *arg, xmlErrorPtr error) {
    struct page *p = arg;
    if (error->code == XML_ERR_NO_MEMORY && !p->code)
        p->code = an_fail(&p->err, AN_NOMEM, "no memory for HTML");
}

// Reading.

static enum an_code feed(struct page *p, struct an_str text, bool last, struct an_err *err) {
    (void) htmlParseChunk(p->parser, text.ptr, (int) text.len, last);
    if (p->code)
        *err = p->err;
    return p->code;
}

static enum an_code parse(struct page *p, char *chunk, struct an_err *err) {
    for (size_t n = AN_CHUNK; n == AN_CHUNK;) {
        AN_TRY(an_chunk_next(&p->in, chunk, &n, err));
        AN_TRY(feed(p, (struct an_str) {chunk, n}, n < AN_CHUNK, err));
        p->content.offset += n;
    }
    return AN_OK;
}

static enum an_code read_page(struct page *p, struct an_err *err) {
    htmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC, .startElement = on_start, .endElement = on_end, .characters = on_text,
                          .ignorableWhitespace = on_text, .cdataBlock = on_lines, .comment = on_comment, .serror = on_error};
    xmlInitParser();
    p->parser = htmlCreatePushParserCtxt(&sax, p, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
    char *chunk = an_alloc(AN_CHUNK);
    enum an_code code = p->parser && chunk ? AN_OK : an_fail(err, AN_NOMEM, "no memory for HTML");
    if (!code)
        (void) htmlCtxtUseOptions(p->parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
    if (!code)
        code = parse(p, chunk, err);
    an_free(chunk);
    if (p->parser && p->parser->myDoc)
        xmlFreeDoc(p->parser->myDoc);
    if (p->parser)
        htmlFreeParserCtxt(p->parser);
    if (!code)
        code = end_table(p, err);
    return code;
}

// What the page says its encoding is, where we read it so; NULL: nothing that matters.
static const char *declared_encoding(struct an_str head) {
    static const struct { const char *says, *is; } known[] = {
        {"gb2312", "gb18030"}, {"gbk", "gb18030"}, {"gb18030", "gb18030"}, {"big5", "big5"}, {"shift_jis", "shift_jis"},
        {"euc-jp", "euc-jp"}, {"euc-kr", "euc-kr"}, {"windows-1252", "windows-1252"}, {"iso-8859-1", "windows-1252"},
        {"windows-1251", "windows-1251"}, {"windows-1250", "windows-1250"}, {"iso-8859-2", "iso-8859-2"},
    };
    enum { LOOK = 4096, NAME = 16 };
    head = an_str_slice(head, 0, LOOK);
    const char *at = memmem(head.ptr, head.len, "charset=", 8);
    if (!at)
        return NULL;
    size_t left = head.len - (size_t) (at - head.ptr) - 8;
    struct an_str name = {at + 8, left < NAME ? left : NAME};
    name = an_str_slice(name, name.len && strchr("\"'", name.ptr[0]), name.len);
    for (size_t i = 0; i < AN_COUNT(known); i++)
        if (name.len >= strlen(known[i].says) && strncasecmp(name.ptr, known[i].says, strlen(known[i].says)) == 0)
            return known[i].is;
    return NULL;
}

static enum an_code read_html(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniffed,
                              struct an_err *err) {
    struct an_sniff sniff = *sniffed;
    const char *declared = declared_encoding(sniff.head);
    if (declared && sniff.encoding && strcmp(sniff.encoding, "utf-8") != 0 && an_encoding_unit(sniff.encoding) == 1)
        sniff.encoding = declared;
    struct page *p = an_alloc(sizeof *p);
    if (!p)
        return an_fail(err, AN_NOMEM, "no memory for HTML");
    memset(p, 0, sizeof *p);
    an_content_begin(&p->content, reading, input->uri, "html");
    p->content.info.encoding = sniff.encoding;
    enum an_code code = an_content_open(&p->content, err);
    if (!code)
        code = an_textin_open(&p->in, reading, input, &sniff, err);
    if (!code)
        code = read_page(p, err);
    if (!code)
        code = an_content_table_end(&p->content, err);
    if (!code)
        code = an_content_flush(&p->content, err);
    an_textin_excuse_long_lines(&p->in);
    if (!code)
        code = an_textin_finish(&p->in, &p->content.status, err);
    if (!code)
        code = an_content_close(&p->content, an_textin_bytes(&p->in), (struct an_str) {0}, err);
    an_textin_release(&p->in);
    an_content_release(&p->content);
    an_buf_release(&p->line);
    an_buf_release(&p->cell);
    an_free(p);
    return code;
}

static int sniff_html(const struct an_sniff *sniff) {
    static const char *const tags[] = {"<!doctype html", "<html", "<head", "<body", "<table", "<meta "};
    enum { LOOK = 2048 };
    struct an_str s = an_str_slice(sniff->text, 0, LOOK);
    size_t at = 0;
    while (at < s.len && (s.ptr[at] == ' ' || (s.ptr[at] >= '\t' && s.ptr[at] <= '\r')))
        at++;
    if (at == s.len || s.ptr[at] != '<')
        return 0;
    size_t count = an_str_eq(an_str_slice(s, at, at + 5), AN_STR("<?xml")) ? 2 : AN_COUNT(tags);      // of XML only the first two
    for (; at < s.len; at++)
        for (size_t i = 0; s.ptr[at] == '<' && i < count; i++)
            if (s.len - at >= strlen(tags[i]) && strncasecmp(s.ptr + at, tags[i], strlen(tags[i])) == 0)
                return 85;
    return 0;
}

const struct an_source an_source_html = {
    .name = "html",
    .title = {"HTML page", "HTML 页面"},
    .spec = "HTML Living Standard; as libxml2 reads it",
    .sniff = sniff_html,
    .read = read_html,
};
