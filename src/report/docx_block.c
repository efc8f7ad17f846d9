// Blocks of a Word document, as trees of paragraphs and table rows: which elements one has, and how often they are there.
#include "report/docx.h"

enum {
    COPIES_MAX = 100000,                // of repeated blocks
    NODES_MAX = 4000000,                // in those copies
    DEPTH_MAX = 32,                     // of blocks within blocks
};

static enum an_code copy_before(struct an_docx_fill *f, xmlNode *from, xmlNode *place, xmlNode **ret) {
    xmlNode *copy = an_docx_copy(from, &f->nodes);
    if (!copy)
        return an_docx_no_memory(f);
    (void) xmlAddPrevSibling(place, copy);
    if (f->nodes > NODES_MAX)
        return an_fail(f->err, AN_LIMIT, "%s: the repeated parts grow to more than %d elements", f->part, NODES_MAX);
    *ret = copy;
    return AN_OK;
}

struct block {
    xmlNode *last;
    struct an_docx_token open;
    bool keeps_ends;                    // its first and last are part of it
};

// Whether a paragraph is one mark and nothing else.
static bool is_alone(const struct an_docx_text *t) {
    return t->token_count == 1 && t->tokens[0].sign &&
           an_str_eq(an_docx_trim(an_buf_str(&t->all)), t->tokens[0].mark);
}

static enum an_code paragraph_block(const struct an_docx_fill *f, xmlNode *n, xmlNode *end,
                                    const struct an_docx_text *t, struct block *ret) {
    ret->open = t->tokens[0];
    if (ret->open.sign == '/')
        return an_docx_wrong(f, ret->open.mark, "closes nothing that began in this place");
    size_t depth = 1;
    for (n = n->next; n != end; n = n->next) {
        if (!an_docx_is(n, "p"))
            continue;
        AN_CLEANUP(an_docx_text_release) struct an_docx_text other = {0};
        enum an_code code = an_docx_read(f, n, false, &other);
        if (code)
            return code;
        if (!is_alone(&other) || !an_str_eq(other.tokens[0].name, ret->open.name))
            continue;
        depth = other.tokens[0].sign == '/' ? depth - 1 : depth + 1;
        if (!depth) {
            ret->last = n;
            return AN_OK;
        }
    }
    return an_docx_wrong(f, ret->open.mark, "stands alone in a paragraph and is not closed in the same place");
}

static bool is_bare(const struct an_docx_text *t, size_t from, size_t to) {
    return !an_docx_trim(an_str_slice(an_buf_str(&t->all), from, to)).len;
}

static const xmlNode *above(const xmlNode *n, const char *name) {
    while (n && !an_docx_is(n, name))
        n = n->parent;
    return n;
}

static const xmlNode *node_at(const struct an_docx_text *t, size_t at) {
    size_t i = 0;
    while (t->pieces[i].to <= at)
        i++;
    return t->pieces[i].node;
}

// Whether two marks stand in different paragraphs of one cell: a block of paragraphs, even if nothing else is in the row.
static bool is_within_cell(const struct an_docx_text *t, const struct an_docx_token *a, const struct an_docx_token *b) {
    const xmlNode *x = node_at(t, a->from), *y = node_at(t, b->from);
    return above(x, "tc") == above(y, "tc") && above(x, "p") != above(y, "p");
}

// Rows that begin with a mark and end with its end. `ret->last` stays NULL where the row begins with none, or with one that
// is closed before the row ends.
static enum an_code row_block(const struct an_docx_fill *f, xmlNode *row, xmlNode *end, struct an_docx_text *t,
                              struct block *ret) {
    if (!t->token_count || !t->tokens[0].sign || t->tokens[0].sign == '/' || !is_bare(t, 0, t->tokens[0].from))
        return AN_OK;
    size_t close = an_docx_close(t, 0);
    ret->open = t->tokens[0];
    if (close < t->token_count) {
        if (!is_bare(t, t->tokens[close].to, t->all.len) || is_within_cell(t, &t->tokens[0], &t->tokens[close]))
            return AN_OK;
        ret->last = row;
        enum an_code code = an_docx_replace(f, t, t->tokens[close].from, t->tokens[close].to, NULL);
        return code ? code : an_docx_replace(f, t, ret->open.from, ret->open.to, NULL);
    }
    for (xmlNode *n = row->next; n != end; n = n->next) {
        if (!an_docx_is(n, "tr"))
            continue;
        AN_CLEANUP(an_docx_text_release) struct an_docx_text other = {0};
        enum an_code code = an_docx_read(f, n, true, &other);
        if (code)
            return code;
        const struct an_docx_token *k = other.token_count ? &other.tokens[other.token_count - 1] : NULL;
        if (!k || k->sign != '/' || !an_str_eq(k->name, ret->open.name) || !is_bare(&other, k->to, other.all.len))
            continue;
        ret->last = n;
        code = an_docx_replace(f, &other, k->from, k->to, NULL);
        return code ? code : an_docx_replace(f, t, ret->open.from, ret->open.to, NULL);
    }
    return an_docx_wrong(f, ret->open.mark, "begins a row, and no row of the table ends with its end");
}

static enum an_code expand_list(struct an_docx_fill *f, xmlNode *first, xmlNode *end, const struct an_docx_scope *s);

static enum an_code expand_block(struct an_docx_fill *f, xmlNode *n, const struct block *b, const struct an_docx_scope *s) {
    const struct an_paper_set *set;
    size_t count;
    enum an_code code = an_docx_times(f, s, &b->open, &set, &count);
    xmlNode *from = b->keeps_ends ? n : n->next, *to = b->keeps_ends ? b->last->next : b->last;
    f->copies += count;
    if (f->copies > COPIES_MAX)
        return an_fail(f->err, AN_LIMIT, "%s: more than %d repeated parts", f->part, COPIES_MAX);
    if (f->depth == DEPTH_MAX)
        return an_fail(f->err, AN_LIMIT, "%s: blocks within blocks, more than %d deep", f->part, DEPTH_MAX);
    f->depth++;
    for (size_t i = 0; i < count && !code; i++) {
        struct an_docx_scope inner = {s, set, set ? set->values + i * set->column_count : NULL};
        xmlNode *first = NULL, *copy = NULL;
        for (xmlNode *k = from; k != to && !code; k = k->next) {
            if (k->type != XML_ELEMENT_NODE)        // blanks between elements, which libxml2 would merge
                continue;
            code = copy_before(f, k, n, &copy);
            if (!code && !first)
                first = copy;
        }
        if (!code && first)
            code = expand_list(f, first, n, set ? &inner : s);
    }
    f->depth--;
    if (code)
        return code;
    for (xmlNode *stop = b->last->next, *next; n != stop; n = next) {
        next = n->next;
        an_docx_drop(n);
    }
    return AN_OK;
}

// The siblings from `first` up to, not including, `end`.
static enum an_code expand_list(struct an_docx_fill *f, xmlNode *first, xmlNode *end, const struct an_docx_scope *s) {
    for (xmlNode *n = first, *next; n != end; n = next) {
        next = n->next;
        bool is_row = an_docx_is(n, "tr");
        struct block b = {.keeps_ends = is_row};
        enum an_code code = AN_OK;
        if (is_row || an_docx_is(n, "p")) {
            AN_CLEANUP(an_docx_text_release) struct an_docx_text t = {0};
            code = an_docx_read(f, n, is_row, &t);
            if (!code && is_row)
                code = row_block(f, n, end, &t, &b);
            else if (!code && is_alone(&t))
                code = paragraph_block(f, n, end, &t, &b);
            // a token's texts live in `t`; what the block needs of them is used before it goes
            if (!code && b.last) {
                next = b.last->next;
                code = expand_block(f, n, &b, s);
            }
        }
        if (!code && !b.last)
            code = an_docx_expand(f, n, s);
        if (code)
            return code;
    }
    return AN_OK;
}

static xmlNode *last_element(xmlNode *n) {
    for (n = n->last; n && n->type != XML_ELEMENT_NODE; n = n->prev) {}
    return n;
}

enum an_code an_docx_expand(struct an_docx_fill *f, xmlNode *n, const struct an_docx_scope *s) {
    if (n->type != XML_ELEMENT_NODE)
        return AN_OK;
    enum an_code code = an_docx_is(n, "p") ? an_docx_fill_text(f, n, s) : AN_OK;
    if (!code && n->children)
        code = expand_list(f, n->children, NULL, s);
    if (code)
        return code;
    xmlNode *last = last_element(n);
    if (an_docx_is(n, "tbl") && !(last && (an_docx_is(last, "tr") || an_docx_is(last, "sdt") || an_docx_is(last, "bookmarkEnd"))))
        an_docx_drop(n);                    // a table without rows is no table
    else if ((an_docx_is(n, "tc") || an_docx_is(n, "hdr") || an_docx_is(n, "ftr")) && !(last && an_docx_is(last, "p"))) {
        xmlNode *p = xmlNewNode(n->ns, (const xmlChar *) "p");
        if (!p)
            return an_docx_no_memory(f);
        (void) xmlAddChild(n, p);   // these end in a paragraph, even where all of them went
    }
    return AN_OK;
}
