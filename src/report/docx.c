// Filling a Word document: blocks first, as trees of paragraphs and table rows; then the marks in each paragraph.
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>
#include <stdio.h>
#include "base/near.h"
#include "report/out.h"
#include "report/paper.h"
#include "zip/zip.h"

enum {
    PART_MAX = 16 << 20,            // bytes of one part
    COPIES_MAX = 100000,            // of repeated blocks
    NODES_MAX = 4000000,            // in those copies
    TOKENS_MAX = 10000,             // in one paragraph or row
    DEPTH_MAX = 32,                 // of blocks within blocks
    SHOWN = 48,                     // bytes of a mark that an error shows
    NAMED = 3,                      // nearest names that an error lists
};

struct scope {                      // the row that is being written, and those around it
    const struct scope *above;
    const struct an_paper_set *set;
    const struct an_paper_value *row;
};

struct uses {                       // evidence, in the order of its use
    unsigned *number;               // of each of the paper's; 0: not used
    struct an_paper_set set;        // {{#evidence}}
    struct an_arena *arena;
};

struct fill {
    const struct an_paper *paper;
    struct uses *uses;
    const char *part;
    size_t copies, nodes, depth;
    struct an_err *err;
};

static enum an_code no_memory(const struct fill *f) { return an_fail(f->err, AN_NOMEM, "no memory to fill a document"); }

static enum an_code wrong(const struct fill *f, struct an_str mark, const char *what) {
    return an_fail(f->err, AN_INPUT, "%s: %.*s %s", f->part, AN_STR_ARG(an_str_slice(mark, 0, SHOWN)), what);
}

static bool is_word(const xmlNode *n, const char *name) {
    static const char *const names[] = {"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                                        "http://purl.oclc.org/ooxml/wordprocessingml/main"};
    return n->type == XML_ELEMENT_NODE && n->ns && n->ns->href && strcmp((const char *) n->name, name) == 0 &&
           (strcmp((const char *) n->ns->href, names[0]) == 0 || strcmp((const char *) n->ns->href, names[1]) == 0);
}

// The texts of a paragraph or row, one after the other, and where each came from.

struct piece { xmlNode *node; size_t from, to; };

struct text {
    struct an_arena arena;
    struct an_buf all;
    struct piece *pieces;
    size_t count, cap;
    struct token *tokens;
    size_t token_count;
};

static void text_release(struct text *t) {
    an_arena_release(&t->arena);
    an_buf_release(&t->all);
}

static bool room(struct text *t) {
    if (t->count < t->cap)
        return true;
    struct piece *bigger = AN_NEW_N(&t->arena, t->cap * 2 + 16, struct piece);
    if (!bigger)
        return false;
    if (t->count)
        memcpy(bigger, t->pieces, t->count * sizeof *bigger);
    t->pieces = bigger;
    t->cap = t->cap * 2 + 16;
    return true;
}

// `deep`: also what lies in paragraphs further in.
static enum an_code gather(const struct fill *f, xmlNode *in, bool deep, struct text *t) {
    for (xmlNode *n = in->children; n; n = n->next) {
        if (is_word(n, "t")) {
            xmlChar *said = xmlNodeGetContent(n);
            if (!said || !room(t)) {
                xmlFree(said);
                return no_memory(f);
            }
            size_t from = t->all.len;
            enum an_code code = an_buf_add(&t->all, an_str_from_c((const char *) said), f->err);
            xmlFree(said);
            if (code)
                return code;
            t->pieces[t->count++] = (struct piece) {n, from, t->all.len};
        } else if (n->type == XML_ELEMENT_NODE && (deep || !(is_word(n, "p") || is_word(n, "txbxContent")))) {
            enum an_code code = gather(f, n, deep, t);
            if (code)
                return code;
        }
    }
    return AN_OK;
}

struct token {
    size_t from, to;                // with its brackets
    char sign;                      // '#', '?', '!', '/', or 0 for a field
    struct an_str name, mark;       // the mark is the whole of it, as errors show it
};

static bool is_name(struct an_str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !memchr("_.-()", c, 5))
            return false;
    }
    return s.len > 0;
}

static struct an_str trim(struct an_str s) {
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

static enum an_code tokenise(const struct fill *f, struct text *t) {
    struct an_str all = an_buf_str(&t->all);
    size_t count = 0;
    for (size_t at = find(all, 0, '{'); at != SIZE_MAX; at = find(all, at + 2, '{'))
        count++;
    if (count > TOKENS_MAX)
        return an_fail(f->err, AN_LIMIT, "%s: more than %d marks in one paragraph or row", f->part, TOKENS_MAX);
    t->tokens = AN_NEW_N(&t->arena, count + 1, struct token);
    if (!t->tokens)
        return no_memory(f);
    for (size_t at = 0; (at = find(all, at, '{')) != SIZE_MAX;) {
        size_t end = find(all, at + 2, '}');
        if (end == SIZE_MAX)
            return wrong(f, an_str_slice(all, at, at + SHOWN), "begins a mark that is not closed by }}");
        struct token *k = &t->tokens[t->token_count];
        *k = (struct token) {.from = at, .to = end + 2, .mark = an_str_slice(all, at, end + 2)};
        k->name = trim(an_str_slice(all, at + 2, end));
        if (k->name.len && memchr("#?!/", *k->name.ptr, 4)) {
            k->sign = *k->name.ptr;
            k->name = trim(an_str_slice(k->name, 1, k->name.len));
        }
        if (!is_name(k->name))
            return wrong(f, k->mark, "is no mark: a name has small letters, digits, and . _ - ( )");
        t->token_count++;
        at = end + 2;
    }
    return AN_OK;
}

static enum an_code read_text(const struct fill *f, xmlNode *in, bool deep, struct text *t) {
    enum an_code code = gather(f, in, deep, t);
    return code ? code : tokenise(f, t);
}

// What a name stands for.

const struct an_words an_paper_blank = {"(to be completed)", "（待填写）"};

const struct an_paper_value *an_paper_value(const struct an_paper *paper, struct an_str name) {
    for (size_t i = 0; i < paper->field_count; i++)
        if (an_str_eq(an_str_from_c(paper->fields[i].name), name))
            return &paper->fields[i].value;
    return NULL;
}

const struct an_paper_set *an_paper_set(const struct an_paper *paper, struct an_str name) {
    for (size_t i = 0; i < paper->set_count; i++)
        if (an_str_eq(an_str_from_c(paper->sets[i].name), name))
            return &paper->sets[i];
    return NULL;
}

static const char *const evidence_columns[] = {"number", "text"};

static enum an_code uses_begin(struct uses *u, const struct an_paper *paper, struct an_arena *arena, struct an_err *err) {
    *u = (struct uses) {
        .number = AN_NEW_N(arena, paper->evidence_count + 1, unsigned), .arena = arena,
        .set = {.name = "evidence", .columns = evidence_columns, .column_count = AN_COUNT(evidence_columns),
                .values = AN_NEW_N(arena, paper->evidence_count * AN_COUNT(evidence_columns) + 1, struct an_paper_value)},
    };
    return u->number && u->set.values ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a list of evidence");
}

// The number an evidence has in this document; 0 without memory.
static unsigned number_of(const struct fill *f, unsigned evidence) {
    struct uses *u = f->uses;
    if (evidence > f->paper->evidence_count)
        return evidence;
    if (u->number[evidence - 1])
        return u->number[evidence - 1];
    char text[16];
    int len = snprintf(text, sizeof text, "%zu", u->set.row_count + 1);
    struct an_str kept = an_arena_copy(u->arena, (struct an_str) {text, (size_t) len});
    if (!kept.ptr)
        return 0;
    struct an_paper_value *row = u->set.values + u->set.row_count * AN_COUNT(evidence_columns);
    row[0] = (struct an_paper_value) {.text = kept};
    row[1] = (struct an_paper_value) {.text = f->paper->evidence[evidence - 1]};
    return u->number[evidence - 1] = (unsigned) ++u->set.row_count;
}

static const struct an_paper_set *set_of(const struct fill *f, struct an_str name) {
    return an_str_eq(name, AN_STR("evidence")) ? &f->uses->set : an_paper_set(f->paper, name);
}

static const struct an_paper_value *value_of(const struct fill *f, const struct scope *s, struct an_str name) {
    static const struct an_paper_value blank = {.is_blank = true};
    for (; s; s = s->above)
        for (size_t i = 0; i < s->set->column_count; i++)
            if (an_str_eq(an_str_from_c(s->set->columns[i]), name))
                return &s->row[i];
    const struct an_paper_value *v = an_paper_value(f->paper, name);
    size_t n = f->paper->open ? strlen(f->paper->open) : 0;
    return v || !n || name.len <= n || memcmp(name.ptr, f->paper->open, n) != 0 ? v : &blank;
}

struct near { struct an_str names[NAMED]; size_t distances[NAMED], count; };

static void consider(struct near *near, struct an_str word, const char *known) {
    struct an_str name = an_str_from_c(known);
    size_t d = an_near_distance(word, name), at = near->count;
    while (at && near->distances[at - 1] > d)
        at--;
    if (at == NAMED)
        return;
    size_t last = near->count < NAMED ? near->count++ : NAMED - 1;
    for (size_t i = last; i > at; i--) {
        near->names[i] = near->names[i - 1];
        near->distances[i] = near->distances[i - 1];
    }
    near->names[at] = name;
    near->distances[at] = d;
}

static enum an_code unknown(const struct fill *f, const struct scope *s, const struct token *k) {
    struct near near = {0};
    for (; s && k->sign != '#'; s = s->above)
        for (size_t i = 0; i < s->set->column_count; i++)
            consider(&near, k->name, s->set->columns[i]);
    for (size_t i = 0; i < f->paper->field_count && k->sign != '#'; i++)
        consider(&near, k->name, f->paper->fields[i].name);
    for (size_t i = 0; i < f->paper->set_count && k->sign; i++)
        consider(&near, k->name, f->paper->sets[i].name);
    if (k->sign)
        consider(&near, k->name, f->uses->set.name);
    char list[3 * SHOWN + 8] = "";
    size_t len = 0;
    for (size_t i = 0; i < near.count && len < sizeof list; i++)
        len += (size_t) snprintf(list + len, sizeof list - len, "%s%.*s", i ? ", " : "",
                                 AN_STR_ARG(an_str_slice(near.names[i], 0, SHOWN)));
    return an_fail(f->err, AN_INPUT, "%s: %.*s: no %s of that name; the nearest: %s", f->part,
                   AN_STR_ARG(an_str_slice(k->mark, 0, SHOWN)), k->sign == '#' ? "repeated part" : "field", list);
}

// How often a block is there: for '#' the rows of *ret_set, else 0 or 1.
static enum an_code times(const struct fill *f, const struct scope *s, const struct token *k,
                          const struct an_paper_set **ret_set, size_t *ret) {
    const struct an_paper_set *set = set_of(f, k->name);
    *ret_set = k->sign == '#' ? set : NULL;
    if (k->sign == '#') {
        *ret = set ? set->row_count : 0;
        return set ? AN_OK : unknown(f, s, k);
    }
    const struct an_paper_value *v = value_of(f, s, k->name);
    if (!v && !set)
        return unknown(f, s, k);
    bool is_there = v ? v->text.len && !v->is_blank : set->row_count > 0;
    *ret = is_there == (k->sign == '?');
    return AN_OK;
}

static void drop(xmlNode *n) {
    xmlUnlinkNode(n);
    xmlFreeNode(n);
}

// Whether a namespace is declared in the tree below `root`, on the way from `n` up.
static bool is_own(const xmlNode *n, const xmlNode *root, const xmlNs *ns) {
    for (;; n = n->parent) {
        for (const xmlNs *d = n->nsDef; d; d = d->next)
            if (d == ns)
                return true;
        if (n == root)
            return false;
    }
}

// Gives a copy the namespaces of what it was made from (libxml2 declares anew, at its root, those from above it), and takes
// away what may be in a document once only.
static void tidy(xmlNode *copy, const xmlNode *from, const xmlNode *root, size_t *nodes) {
    ++*nodes;
    if (!is_own(from, root, from->ns))
        copy->ns = from->ns;
    const xmlAttr *b = from->properties;
    for (xmlAttr *a = copy->properties, *next; a && b; a = next, b = b->next) {
        next = a->next;
        if (!is_own(from, root, b->ns))
            a->ns = b->ns;
        if (strcmp((const char *) a->name, "paraId") == 0 || strcmp((const char *) a->name, "textId") == 0)
            (void) xmlRemoveProp(a);
    }
    const xmlNode *y = from->children;
    for (xmlNode *x = copy->children, *next; x && y; x = next, y = y->next) {
        next = x->next;
        if (x->type != XML_ELEMENT_NODE)
            continue;
        tidy(x, y, root, nodes);
        if (is_word(x, "bookmarkStart") || is_word(x, "bookmarkEnd"))
            drop(x);
    }
}

// NULL without memory. Adds the elements in it to *nodes.
static xmlNode *copy_node(xmlNode *from, size_t *nodes) {
    xmlNode *copy = xmlDocCopyNode(from, from->doc, 1);
    if (!copy || copy->type != XML_ELEMENT_NODE)
        return copy;
    tidy(copy, from, from, nodes);
    xmlNs **extra = &copy->nsDef;
    for (const xmlNs *d = from->nsDef; d && *extra; d = d->next)
        extra = &(*extra)->next;
    xmlFreeNsList(*extra);
    *extra = NULL;
    return copy;
}

// Changing the text of a paragraph. Last mark first, so that what comes before keeps its places.

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
        if (is_word(n, "rPr"))
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
    xmlNode *copy = look ? copy_node(look, &nodes) : NULL;
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
            if (is_word(n, later[i]))
                place = n;
        if (is_word(n, "vertAlign")) {
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
static enum an_code put_lines(const struct fill *f, xmlNode *at, struct an_str text) {
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
                return no_memory(f);
            at = xmlAddNextSibling(at, br);
        }
        if (out.err.code || !(at = add_text(at, an_buf_str(&line))))
            return no_memory(f);
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

static enum an_code put_value(const struct fill *f, xmlNode *t, struct an_str tail, const struct an_paper_value *v) {
    xmlNode *run = t->parent;
    if (!is_word(run, "r"))
        return an_fail(f->err, AN_INPUT, "%s: a text that stands in no run", f->part);
    xmlNode *rest = split(t);
    if (!rest)
        return no_memory(f);
    if (tail.len) {
        xmlNode *look = look_of(rest), *more = xmlNewNode(t->ns, (const xmlChar *) "t");
        if (!more)
            return no_memory(f);
        if (look)
            (void) xmlAddNextSibling(look, more);
        else if (rest->children)
            (void) xmlAddPrevSibling(rest->children, more);
        else
            (void) xmlAddChild(rest, more);
        if (!set_text(more, tail))
            return no_memory(f);
    }
    if (!rest->children || (rest->children == look_of(rest) && !rest->children->next)) {
        xmlUnlinkNode(rest);
        xmlFreeNode(rest);
    }
    enum an_code code = put_lines(f, t, v->is_blank ? an_str_from_c(an_say(an_paper_blank, f->paper->lang)) : v->text);
    if (code || !v->evidence || v->is_blank)
        return code;
    char number[16];
    unsigned shown = number_of(f, v->evidence);
    if (!shown)
        return no_memory(f);
    int len = snprintf(number, sizeof number, "[%u]", shown);
    xmlNode *mark = add_run(run);
    if (!mark || !raise(mark) || !add_text(mark->last, (struct an_str) {number, (size_t) len}))
        return no_memory(f);
    return AN_OK;
}

// Puts `v` (NULL: nothing) in place of the bytes [from, to) of the gathered text.
static enum an_code replace(const struct fill *f, const struct text *t, size_t from, size_t to,
                            const struct an_paper_value *v) {
    size_t i = 0, j;
    while (t->pieces[i].to <= from)
        i++;
    for (j = i; t->pieces[j].to < to; j++) {}
    AN_AUTO(an_buf) head = {0};
    AN_AUTO(an_buf) tail = {0};
    xmlChar *first = xmlNodeGetContent(t->pieces[i].node), *last = xmlNodeGetContent(t->pieces[j].node);
    enum an_code code = first && last ? AN_OK : no_memory(f);
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
            return no_memory(f);
    if (i < j && !set_text(t->pieces[j].node, an_buf_str(&tail)))
        return no_memory(f);
    if (i == j && !v && an_buf_add(&head, an_buf_str(&tail), f->err))
        return f->err->code;
    if (!set_text(t->pieces[i].node, an_buf_str(&head)))
        return no_memory(f);
    return v ? put_value(f, t->pieces[i].node, i == j ? an_buf_str(&tail) : AN_STR(""), v) : AN_OK;
}

struct edit { size_t from, to; const struct an_paper_value *value; };

// The index of the token that closes tokens[k]; token_count when none does.
static size_t close_of(const struct text *t, size_t k) {
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

static enum an_code plan_edits(const struct fill *f, const struct scope *s, struct text *t, struct edit *edits,
                               size_t *count) {
    size_t *closes = AN_NEW_N(&t->arena, t->token_count + 1, size_t), open = 0;
    if (!closes)
        return no_memory(f);
    for (size_t i = 0; i < t->token_count; i++) {
        const struct token *k = &t->tokens[i];
        if (k->sign == '/') {
            if (!open || closes[open - 1] != i)
                return wrong(f, k->mark, "closes nothing that began in this paragraph");
            open--;
            edits[(*count)++] = (struct edit) {k->from, k->to, NULL};
        } else if (k->sign) {
            const struct an_paper_set *set;
            size_t n, close = close_of(t, i);
            enum an_code code = times(f, s, k, &set, &n);
            if (code)
                return code;
            if (close == t->token_count)
                return wrong(f, k->mark, "is not closed; it and its end stand alone in two paragraphs of one place, or "
                             "begin and end rows of one table");
            if (open && close > closes[open - 1])
                return wrong(f, k->mark, "overlaps the block around it");
            if (set)
                return wrong(f, k->mark, "repeats within a line; put it and its end in paragraphs of their own");
            if (n)
                closes[open++] = close;
            edits[(*count)++] = (struct edit) {k->from, n ? k->to : t->tokens[close].to, NULL};
            i = n ? i : close;
        } else {
            const struct an_paper_value *v = value_of(f, s, k->name);
            if (!v)
                return unknown(f, s, k);
            edits[(*count)++] = (struct edit) {k->from, k->to, v};
        }
    }
    return AN_OK;
}

static enum an_code fill_text(const struct fill *f, xmlNode *p, const struct scope *s) {
    AN_CLEANUP(text_release) struct text t = {0};
    enum an_code code = read_text(f, p, false, &t);
    if (code || !t.token_count)
        return code;
    struct edit *edits = AN_NEW_N(&t.arena, t.token_count + 1, struct edit);
    size_t count = 0;
    if (!edits)
        return no_memory(f);
    code = plan_edits(f, s, &t, edits, &count);
    while (!code && count--)
        code = replace(f, &t, edits[count].from, edits[count].to, edits[count].value);
    return code;
}

// Copies of blocks.

static enum an_code copy_before(struct fill *f, xmlNode *from, xmlNode *place, xmlNode **ret) {
    xmlNode *copy = copy_node(from, &f->nodes);
    if (!copy)
        return no_memory(f);
    (void) xmlAddPrevSibling(place, copy);
    if (f->nodes > NODES_MAX)
        return an_fail(f->err, AN_LIMIT, "%s: the repeated parts grow to more than %d elements", f->part, NODES_MAX);
    *ret = copy;
    return AN_OK;
}

static enum an_code expand_node(struct fill *f, xmlNode *n, const struct scope *s);

struct block { xmlNode *last; struct token open; bool keeps_ends; };   // keeps_ends: its first and last are part of it

// Whether a paragraph is one mark and nothing else.
static bool is_alone(const struct text *t) {
    return t->token_count == 1 && t->tokens[0].sign &&
           an_str_eq(trim(an_buf_str(&t->all)), t->tokens[0].mark);
}

static enum an_code paragraph_block(const struct fill *f, xmlNode *n, xmlNode *end, const struct text *t,
                                    struct block *ret) {
    ret->open = t->tokens[0];
    if (ret->open.sign == '/')
        return wrong(f, ret->open.mark, "closes nothing that began in this place");
    size_t depth = 1;
    for (n = n->next; n != end; n = n->next) {
        if (!is_word(n, "p"))
            continue;
        AN_CLEANUP(text_release) struct text other = {0};
        enum an_code code = read_text(f, n, false, &other);
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
    return wrong(f, ret->open.mark, "stands alone in a paragraph and is not closed in the same place");
}

static bool is_bare(const struct text *t, size_t from, size_t to) {
    return !trim(an_str_slice(an_buf_str(&t->all), from, to)).len;
}

static const xmlNode *above(const xmlNode *n, const char *name) {
    while (n && !is_word(n, name))
        n = n->parent;
    return n;
}

static const xmlNode *node_at(const struct text *t, size_t at) {
    size_t i = 0;
    while (t->pieces[i].to <= at)
        i++;
    return t->pieces[i].node;
}

// Whether two marks stand in different paragraphs of one cell: a block of paragraphs, even if nothing else is in the row.
static bool is_within_cell(const struct text *t, const struct token *a, const struct token *b) {
    const xmlNode *x = node_at(t, a->from), *y = node_at(t, b->from);
    return above(x, "tc") == above(y, "tc") && above(x, "p") != above(y, "p");
}

// Rows that begin with a mark and end with its end. `ret->last` stays NULL where the row begins with none, or with one that
// is closed before the row ends.
static enum an_code row_block(const struct fill *f, xmlNode *row, xmlNode *end, struct text *t, struct block *ret) {
    if (!t->token_count || !t->tokens[0].sign || t->tokens[0].sign == '/' || !is_bare(t, 0, t->tokens[0].from))
        return AN_OK;
    size_t close = close_of(t, 0);
    ret->open = t->tokens[0];
    if (close < t->token_count) {
        if (!is_bare(t, t->tokens[close].to, t->all.len) || is_within_cell(t, &t->tokens[0], &t->tokens[close]))
            return AN_OK;
        ret->last = row;
        enum an_code code = replace(f, t, t->tokens[close].from, t->tokens[close].to, NULL);
        return code ? code : replace(f, t, ret->open.from, ret->open.to, NULL);
    }
    for (xmlNode *n = row->next; n != end; n = n->next) {
        if (!is_word(n, "tr"))
            continue;
        AN_CLEANUP(text_release) struct text other = {0};
        enum an_code code = read_text(f, n, true, &other);
        if (code)
            return code;
        const struct token *k = other.token_count ? &other.tokens[other.token_count - 1] : NULL;
        if (!k || k->sign != '/' || !an_str_eq(k->name, ret->open.name) || !is_bare(&other, k->to, other.all.len))
            continue;
        ret->last = n;
        code = replace(f, &other, k->from, k->to, NULL);
        return code ? code : replace(f, t, ret->open.from, ret->open.to, NULL);
    }
    return wrong(f, ret->open.mark, "begins a row, and no row of the table ends with its end");
}

static enum an_code expand_list(struct fill *f, xmlNode *first, xmlNode *end, const struct scope *s);

static enum an_code expand_block(struct fill *f, xmlNode *n, const struct block *b, const struct scope *s) {
    const struct an_paper_set *set;
    size_t count;
    enum an_code code = times(f, s, &b->open, &set, &count);
    xmlNode *from = b->keeps_ends ? n : n->next, *to = b->keeps_ends ? b->last->next : b->last;
    f->copies += count;
    if (f->copies > COPIES_MAX)
        return an_fail(f->err, AN_LIMIT, "%s: more than %d repeated parts", f->part, COPIES_MAX);
    if (f->depth == DEPTH_MAX)
        return an_fail(f->err, AN_LIMIT, "%s: blocks within blocks, more than %d deep", f->part, DEPTH_MAX);
    f->depth++;
    for (size_t i = 0; i < count && !code; i++) {
        struct scope inner = {s, set, set ? set->values + i * set->column_count : NULL};
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
        drop(n);
    }
    return AN_OK;
}

// The siblings from `first` up to, not including, `end`.
static enum an_code expand_list(struct fill *f, xmlNode *first, xmlNode *end, const struct scope *s) {
    for (xmlNode *n = first, *next; n != end; n = next) {
        next = n->next;
        bool is_row = is_word(n, "tr");
        struct block b = {.keeps_ends = is_row};
        enum an_code code = AN_OK;
        if (is_row || is_word(n, "p")) {
            AN_CLEANUP(text_release) struct text t = {0};
            code = read_text(f, n, is_row, &t);
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
            code = expand_node(f, n, s);
        if (code)
            return code;
    }
    return AN_OK;
}

static xmlNode *last_element(xmlNode *n) {
    for (n = n->last; n && n->type != XML_ELEMENT_NODE; n = n->prev) {}
    return n;
}

static enum an_code expand_node(struct fill *f, xmlNode *n, const struct scope *s) {
    if (n->type != XML_ELEMENT_NODE)
        return AN_OK;
    enum an_code code = is_word(n, "p") ? fill_text(f, n, s) : AN_OK;
    if (!code && n->children)
        code = expand_list(f, n->children, NULL, s);
    if (code)
        return code;
    xmlNode *last = last_element(n);
    if (is_word(n, "tbl") && !(last && (is_word(last, "tr") || is_word(last, "sdt") || is_word(last, "bookmarkEnd"))))
        drop(n);                    // a table without rows is no table
    else if ((is_word(n, "tc") || is_word(n, "hdr") || is_word(n, "ftr")) && !(last && is_word(last, "p"))) {
        xmlNode *p = xmlNewNode(n->ns, (const xmlChar *) "p");
        if (!p)
            return no_memory(f);
        (void) xmlAddChild(n, p);   // these end in a paragraph, even where all of them went
    }
    return AN_OK;
}

static void free_doc(xmlDoc **doc) { xmlFreeDoc(*doc); }
static void free_parser(xmlParserCtxt **parser) { xmlFreeParserCtxt(*parser); }

static bool has_doctype(struct an_str xml) {
    static const char word[] = "<!DOCTYPE";
    for (size_t i = 0; i + sizeof word - 1 <= xml.len; i++)
        if (memcmp(xml.ptr + i, word, sizeof word - 1) == 0)
            return true;
    return false;
}

static enum an_code fill_part(const struct an_paper *paper, struct uses *uses, const struct an_zip_member *in,
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
    struct fill f = {.paper = paper, .uses = uses, .part = part, .err = err};
    enum an_code code = expand_node(&f, root, NULL);
    if (code)
        return code;
    xmlChar *bytes = NULL;
    int len = 0;
    xmlDocDumpFormatMemoryEnc(doc, &bytes, &len, "UTF-8", 0);
    if (!bytes)
        return no_memory(&f);
    *ret = an_arena_copy(arena, (struct an_str) {(const char *) bytes, (size_t) len});
    xmlFree(bytes);
    return ret->ptr ? AN_OK : no_memory(&f);
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
    struct uses uses;
    code = uses_begin(&uses, paper, &arena, err);
    for (size_t i = 0; i < zip.count && !code; i++) {
        zip.members[i].stored = false;
        if (is_filled(zip.members[i].name))
            code = fill_part(paper, &uses, &zip.members[i], &arena, &zip.members[i].bytes, err);
    }
    return code ? code : an_zip_write(zip.members, zip.count, out, err);
}
