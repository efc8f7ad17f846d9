// The text of a paragraph of a Word document: values in the place of marks, in the look of the run that the mark began in.
// Last mark first, so that what comes before keeps its places.
#include <stdio.h>
#include "report/docx.h"
#include "report/out.h"

static bool set_text(xmlNode *t, struct an_str s) {
    xmlNodeSetContent(t, NULL);
    xmlNodeSetSpacePreserve(t, 1);
    if (s.len)
        xmlNodeAddContentLen(t, (const xmlChar *) s.ptr, (int) s.len);
    return !s.len || t->children;
}

static xmlNode *add_text(xmlNode *after, struct an_str s) {
    xmlNode *t = xmlNewNode(after->ns, (const xmlChar *) "t");
    if (!t)
        return NULL;
    (void) xmlAddNextSibling(after, t);
    return set_text(t, s) ? t : NULL;
}

static xmlNode *look_of(xmlNode *run) {
    for (xmlNode *n = run->children; n; n = n->next)
        if (an_docx_is(n, "rPr"))
            return n;
    return NULL;
}

// A run of the same look, behind `run`, with nothing in it but its look (the only child, where there is one).
static xmlNode *add_run(xmlNode *run) {
    xmlNode *other = xmlNewNode(run->ns, (const xmlChar *) "r"), *look = look_of(run);
    if (!other)
        return NULL;
    (void) xmlAddNextSibling(run, other);
    size_t nodes = 0;
    xmlNode *copy = look ? an_docx_copy(look, &nodes) : NULL;
    if (look && !copy)
        return NULL;
    if (copy)
        (void) xmlAddChild(other, copy);
    return other;
}

// Raised text, where the schema wants it: before the last few members of rPr.
static bool raise(xmlNode *run) {
    static const char *const later[] = {"rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath", "rPrChange"};
    xmlNode *look = look_of(run), *place = NULL;
    if (!look) {
        look = xmlNewNode(run->ns, (const xmlChar *) "rPr");
        if (!look)
            return false;
        (void) xmlAddChild(run, look);
    }
    for (xmlNode *n = look->children, *next; n; n = next) {
        next = n->next;
        for (size_t i = 0; !place && i < AN_COUNT(later); i++)
            if (an_docx_is(n, later[i]))
                place = n;
        if (an_docx_is(n, "vertAlign")) {
            xmlUnlinkNode(n);
            xmlFreeNode(n);
        }
    }
    xmlNode *align = xmlNewNode(run->ns, (const xmlChar *) "vertAlign");
    if (!align || !xmlNewNsProp(align, run->ns, (const xmlChar *) "val", (const xmlChar *) "superscript")) {
        xmlFreeNode(align);
        return false;
    }
    return place ? xmlAddPrevSibling(place, align) : xmlAddChild(look, align);
}

// Lines of `text` behind the node `at` of a run; control characters and what is no UTF-8 made visible.
static enum an_code put_lines(const struct an_docx_fill *f, xmlNode *at, struct an_str text) {
    for (size_t from = 0; from <= text.len;) {
        size_t to = from;
        while (to < text.len && text.ptr[to] != '\n')
            to++;
        AN_AUTO(an_buf) line = {0};
        struct an_out out = {.buf = &line, .lang = f->paper->lang};
        struct an_str said = an_str_slice(text, from, to);
        if (said.len && said.ptr[said.len - 1] == '\r')
            said.len--;
        an_out_text(&out, said);
        if (from) {
            xmlNode *br = xmlNewNode(at->ns, (const xmlChar *) "br");
            if (!br)
                return an_docx_no_memory(f);
            at = xmlAddNextSibling(at, br);
        }
        if (out.err.code || !(at = add_text(at, an_buf_str(&line))))
            return an_docx_no_memory(f);
        from = to + 1;
    }
    return AN_OK;
}

// What is behind `t` in its run goes to a run of its own, which is returned; NULL without memory.
static xmlNode *split(xmlNode *t) {
    xmlNode *rest = add_run(t->parent);
    for (xmlNode *n = t->next, *next; rest && n; n = next) {
        next = n->next;
        xmlUnlinkNode(n);
        (void) xmlAddChild(rest, n);
    }
    return rest;
}

static enum an_code put_value(const struct an_docx_fill *f, xmlNode *t, struct an_str tail, const struct an_paper_value *v) {
    xmlNode *run = t->parent;
    if (!an_docx_is(run, "r"))
        return an_fail(f->err, AN_INPUT, "%s: a text that stands in no run", f->part);
    xmlNode *rest = split(t);
    if (!rest)
        return an_docx_no_memory(f);
    if (tail.len) {
        xmlNode *look = look_of(rest), *more = xmlNewNode(t->ns, (const xmlChar *) "t");
        if (!more)
            return an_docx_no_memory(f);
        if (look)
            (void) xmlAddNextSibling(look, more);
        else if (rest->children)
            (void) xmlAddPrevSibling(rest->children, more);
        else
            (void) xmlAddChild(rest, more);
        if (!set_text(more, tail))
            return an_docx_no_memory(f);
    }
    if (!rest->children || (rest->children == look_of(rest) && !rest->children->next)) {
        xmlUnlinkNode(rest);
        xmlFreeNode(rest);
    }
    enum an_code code = put_lines(f, t, v->is_blank ? an_str_from_c(an_say(an_paper_blank, f->paper->lang)) : v->text);
    if (code || !v->evidence || v->is_blank)
        return code;
    char number[16];
    unsigned shown = an_docx_number(f, v->evidence);
    if (!shown)
        return an_docx_no_memory(f);
    int len = snprintf(number, sizeof number, "[%u]", shown);
    xmlNode *mark = add_run(run);
    if (!mark || !raise(mark) || !add_text(mark->last, (struct an_str) {number, (size_t) len}))
        return an_docx_no_memory(f);
    return AN_OK;
}

enum an_code an_docx_replace(const struct an_docx_fill *f, const struct an_docx_text *t, size_t from, size_t to,
                             const struct an_paper_value *v) {
    size_t i = 0, j;
    while (t->pieces[i].to <= from)
        i++;
    for (j = i; t->pieces[j].to < to; j++) {}
    AN_AUTO(an_buf) head = {0};
    AN_AUTO(an_buf) tail = {0};
    xmlChar *first = xmlNodeGetContent(t->pieces[i].node), *last = xmlNodeGetContent(t->pieces[j].node);
    enum an_code code = first && last ? AN_OK : an_docx_no_memory(f);
    if (!code)
        code = an_buf_add(&head, an_str_slice(an_str_from_c((const char *) first), 0, from - t->pieces[i].from), f->err);
    if (!code)
        code = an_buf_add(&tail, an_str_slice(an_str_from_c((const char *) last), to - t->pieces[j].from, SIZE_MAX), f->err);
    xmlFree(first);
    xmlFree(last);
    if (code)
        return code;
    for (size_t k = i + 1; k < j; k++)
        if (!set_text(t->pieces[k].node, AN_STR("")))
            return an_docx_no_memory(f);
    if (i < j && !set_text(t->pieces[j].node, an_buf_str(&tail)))
        return an_docx_no_memory(f);
    if (i == j && !v && an_buf_add(&head, an_buf_str(&tail), f->err))
        return f->err->code;
    if (!set_text(t->pieces[i].node, an_buf_str(&head)))
        return an_docx_no_memory(f);
    return v ? put_value(f, t->pieces[i].node, i == j ? an_buf_str(&tail) : AN_STR(""), v) : AN_OK;
}

struct edit { size_t from, to; const struct an_paper_value *value; };

static enum an_code plan_edits(const struct an_docx_fill *f, const struct an_docx_scope *s, struct an_docx_text *t,
                               struct edit *edits, size_t *count) {
    size_t *closes = AN_NEW_N(&t->arena, t->token_count + 1, size_t), open = 0;
    if (!closes)
        return an_docx_no_memory(f);
    for (size_t i = 0; i < t->token_count; i++) {
        const struct an_docx_token *k = &t->tokens[i];
        if (k->sign == '/') {
            if (!open || closes[open - 1] != i)
                return an_docx_wrong(f, k->mark, "closes nothing that began in this paragraph");
            open--;
            edits[(*count)++] = (struct edit) {k->from, k->to, NULL};
        } else if (k->sign) {
            const struct an_paper_set *set;
            size_t n, close = an_docx_close(t, i);
            enum an_code code = an_docx_times(f, s, k, &set, &n);
            if (code)
                return code;
            if (close == t->token_count)
                return an_docx_wrong(f, k->mark, "is not closed; it and its end stand alone in two paragraphs of one place, or "
                                     "begin and end rows of one table");
            if (open && close > closes[open - 1])
                return an_docx_wrong(f, k->mark, "overlaps the block around it");
            if (set)
                return an_docx_wrong(f, k->mark, "repeats within a line; put it and its end in paragraphs of their own");
            if (n)
                closes[open++] = close;
            edits[(*count)++] = (struct edit) {k->from, n ? k->to : t->tokens[close].to, NULL};
            i = n ? i : close;
        } else {
            const struct an_paper_value *v = an_docx_value(f, s, k->name);
            if (!v)
                return an_docx_unknown(f, s, k);
            edits[(*count)++] = (struct edit) {k->from, k->to, v};
        }
    }
    return AN_OK;
}

enum an_code an_docx_fill_text(const struct an_docx_fill *f, xmlNode *p, const struct an_docx_scope *s) {
    AN_CLEANUP(an_docx_text_release) struct an_docx_text t = {0};
    enum an_code code = an_docx_read(f, p, false, &t);
    if (code || !t.token_count)
        return code;
    struct edit *edits = AN_NEW_N(&t.arena, t.token_count + 1, struct edit);
    size_t count = 0;
    if (!edits)
        return an_docx_no_memory(f);
    code = plan_edits(f, s, &t, edits, &count);
    while (!code && count--)
        code = an_docx_replace(f, &t, edits[count].from, edits[count].to, edits[count].value);
    return code;
}
