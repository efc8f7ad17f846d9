// The marks in a paragraph or row of a Word document, which may have cut a mark into several runs.
#include "report/docx.h"

enum { TOKENS_MAX = 10000 };            // in one paragraph or row

enum an_code an_docx_wrong(const struct an_docx_fill *f, struct an_str mark, const char *what) {
    return an_fail(f->err, AN_INPUT, "%s: %.*s %s", f->part, AN_STR_ARG(an_str_slice(mark, 0, AN_DOCX_SHOWN)), what);
}

void an_docx_text_release(struct an_docx_text *t) {
    an_arena_release(&t->arena);
    an_buf_release(&t->all);
}

static bool room(struct an_docx_text *t) {
    if (t->count < t->cap)
        return true;
    struct an_docx_piece *bigger = AN_NEW_N(&t->arena, t->cap * 2 + 16, struct an_docx_piece);
    if (!bigger)
        return false;
    if (t->count)
        memcpy(bigger, t->pieces, t->count * sizeof *bigger);
    t->pieces = bigger;
    t->cap = t->cap * 2 + 16;
    return true;
}

static enum an_code gather(const struct an_docx_fill *f, xmlNode *in, bool deep, struct an_docx_text *t) {
    for (xmlNode *n = in->children; n; n = n->next) {
        if (an_docx_is(n, "t")) {
            xmlChar *said = xmlNodeGetContent(n);
            if (!said || !room(t)) {
                xmlFree(said);
                return an_docx_no_memory(f);
            }
            size_t from = t->all.len;
            enum an_code code = an_buf_add(&t->all, an_str_from_c((const char *) said), f->err);
            xmlFree(said);
            if (code)
                return code;
            t->pieces[t->count++] = (struct an_docx_piece) {n, from, t->all.len};
        } else if (n->type == XML_ELEMENT_NODE && (deep || !(an_docx_is(n, "p") || an_docx_is(n, "txbxContent")))) {
            enum an_code code = gather(f, n, deep, t);
            if (code)
                return code;
        }
    }
    return AN_OK;
}

static bool is_name(struct an_str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !memchr("_.-()", c, 5))
            return false;
    }
    return s.len > 0;
}

struct an_str an_docx_trim(struct an_str s) {
    while (s.len && (*s.ptr == ' ' || *s.ptr == '\n'))
        s = an_str_slice(s, 1, s.len);
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\n'))
        s.len--;
    return s;
}

static size_t find(struct an_str s, size_t from, char twice) {
    for (size_t i = from; i + 1 < s.len; i++)
        if (s.ptr[i] == twice && s.ptr[i + 1] == twice)
            return i;
    return SIZE_MAX;
}

static enum an_code tokenise(const struct an_docx_fill *f, struct an_docx_text *t) {
    struct an_str all = an_buf_str(&t->all);
    size_t count = 0;
    for (size_t at = find(all, 0, '{'); at != SIZE_MAX; at = find(all, at + 2, '{'))
        count++;
    if (count > TOKENS_MAX)
        return an_fail(f->err, AN_LIMIT, "%s: more than %d marks in one paragraph or row", f->part, TOKENS_MAX);
    t->tokens = AN_NEW_N(&t->arena, count + 1, struct an_docx_token);
    if (!t->tokens)
        return an_docx_no_memory(f);
    for (size_t at = 0; (at = find(all, at, '{')) != SIZE_MAX;) {
        size_t end = find(all, at + 2, '}');
        if (end == SIZE_MAX)
            return an_docx_wrong(f, an_str_slice(all, at, at + AN_DOCX_SHOWN), "begins a mark that is not closed by }}");
        struct an_docx_token *k = &t->tokens[t->token_count];
        *k = (struct an_docx_token) {.from = at, .to = end + 2, .mark = an_str_slice(all, at, end + 2)};
        k->name = an_docx_trim(an_str_slice(all, at + 2, end));
        if (k->name.len && memchr("#?!/", *k->name.ptr, 4)) {
            k->sign = *k->name.ptr;
            k->name = an_docx_trim(an_str_slice(k->name, 1, k->name.len));
        }
        if (!is_name(k->name))
            return an_docx_wrong(f, k->mark, "is no mark: a name has small letters, digits, and . _ - ( )");
        t->token_count++;
        at = end + 2;
    }
    return AN_OK;
}

enum an_code an_docx_read(const struct an_docx_fill *f, xmlNode *in, bool deep, struct an_docx_text *t) {
    enum an_code code = gather(f, in, deep, t);
    return code ? code : tokenise(f, t);
}

size_t an_docx_close(const struct an_docx_text *t, size_t k) {
    size_t depth = 0;
    for (size_t i = k; i < t->token_count; i++) {
        if (!an_str_eq(t->tokens[i].name, t->tokens[k].name) || !t->tokens[i].sign)
            continue;
        depth = t->tokens[i].sign == '/' ? depth - 1 : depth + 1;
        if (!depth)
            return i;
    }
    return t->token_count;
}
