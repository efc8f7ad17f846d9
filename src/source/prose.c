// The text of a part of a document.
#include "source/prose.h"

#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "base/utf8.h"

enum {
    PEOPLE_MAX = 1000,              // persons named in passing; those beyond are lines
    TAIL = 64,                      // letters and digits before a deletion that belong to its word
    SPACES_MAX = 64,
};

enum element {
    OTHER, PARAGRAPH, TABLE, ROW, CELL, COVERED, TAB, SPACES, BREAK, SPAN, INSERTED, DELETED, DELETED_TEXT, FIELD, PHONETIC,
        PERSON,
};

static const struct { struct an_str name; enum element element; } elements[] = {
    {AN_STR_INIT("p"), PARAGRAPH}, {AN_STR_INIT("h"), PARAGRAPH}, {AN_STR_INIT("tbl"), TABLE}, {AN_STR_INIT("table"), TABLE},
    {AN_STR_INIT("tr"), ROW}, {AN_STR_INIT("table-row"), ROW}, {AN_STR_INIT("tc"), CELL}, {AN_STR_INIT("table-cell"), CELL},
    {AN_STR_INIT("covered-table-cell"), COVERED}, {AN_STR_INIT("tab"), TAB}, {AN_STR_INIT("ptab"), TAB},
    {AN_STR_INIT("s"), SPACES}, {AN_STR_INIT("br"), BREAK}, {AN_STR_INIT("cr"), BREAK}, {AN_STR_INIT("line-break"), BREAK},
    {AN_STR_INIT("gridSpan"), SPAN}, {AN_STR_INIT("ins"), INSERTED}, {AN_STR_INIT("moveTo"), INSERTED},
    {AN_STR_INIT("del"), DELETED}, {AN_STR_INIT("moveFrom"), DELETED}, {AN_STR_INIT("delText"), DELETED_TEXT},
    {AN_STR_INIT("instrText"), FIELD}, {AN_STR_INIT("delInstrText"), FIELD}, {AN_STR_INIT("rPh"), PHONETIC},
    {AN_STR_INIT("Table"), TABLE}, {AN_STR_INIT("Row"), ROW}, {AN_STR_INIT("Cell"), CELL},      // of Excel's XML of 2003
    {AN_STR_INIT("text"), PARAGRAPH},           // of a comment in a workbook
    {AN_STR_INIT("creator"), PERSON}, {AN_STR_INIT("initial-creator"), PERSON}, {AN_STR_INIT("lastModifiedBy"), PERSON},
    {AN_STR_INIT("Manager"), PERSON}, {AN_STR_INIT("printed-by"), PERSON}, {AN_STR_INIT("author"), PERSON},
    {AN_STR_INIT("contributor"), PERSON},
};

// Attributes that name a person.
static const struct an_str person_attributes[] = {
    AN_STR_INIT("author"), AN_STR_INIT("displayName"), AN_STR_INIT("lastModifiedBy"), AN_STR_INIT("userName"),
};

// What a paragraph was made of so far. Those around it wait, as around a text box.
struct paragraph {
    struct an_buf text, field, deleted;
    char tail[TAIL];                // letters and digits that the text before ends in, without insertions
    size_t tail_len;
    bool deleting;                  // the word of the last deletion may go on
};

struct prose {
    struct an_content *content;
    struct an_prose_people *people;
    struct paragraph *paragraphs;   // open ones; the first is text outside any
    size_t depth, cap;
    struct an_buf cell;
    size_t tables, inserted, deleted, deleted_text, field, phonetic;    // elements of each that are open
    bool in_cell;
    uint32_t column, span, cells;
    struct an_buf person;           // text of the element that names one
    bool in_person;
};

void an_prose_people_release(struct an_prose_people *people) { an_names_release(&people->names); }

static enum element element_of(struct an_str name) {
    for (size_t i = 0; i < AN_COUNT(elements); i++)
        if (elements[i].name.ptr[0] == name.ptr[0] && an_str_eq(elements[i].name, name))
            return elements[i].element;
    return OTHER;
}

static struct paragraph *now(struct prose *p) { return &p->paragraphs[p->depth - 1]; }

static void release_paragraph(struct paragraph *g) {
    an_buf_release(&g->text);
    an_buf_release(&g->field);
    an_buf_release(&g->deleted);
}

static enum an_code open_paragraph(struct prose *p, struct an_err *err) {
    if (!an_alloc_room(&p->paragraphs, p->depth, &p->cap, sizeof *p->paragraphs))
        return an_fail(err, AN_NOMEM, "no memory for a document");
    p->paragraphs[p->depth++] = (struct paragraph) {0};
    return AN_OK;
}

// A line, or a line of the cell.
static enum an_code give_text(struct prose *p, struct an_str text, struct an_err *err) {
    if (!p->in_cell)
        return an_content_line(p->content, text, err);
    if (p->cell.len && text.len)
        AN_TRY(an_buf_add(&p->cell, AN_STR("\n"), err));
    return an_buf_add(&p->cell, text, err);
}

// Gives what the innermost paragraph holds so far.
static enum an_code give_paragraph(struct prose *p, struct an_err *err) {
    struct paragraph *g = now(p);
    AN_TRY(give_text(p, an_buf_str(&g->text), err));
    AN_TRY(an_content_line(p->content, an_buf_str(&g->deleted), err));
    AN_TRY(an_content_line(p->content, an_buf_str(&g->field), err));
    g->text.len = g->field.len = g->deleted.len = g->tail_len = 0;
    g->deleting = false;
    return AN_OK;
}

static enum an_code close_paragraph(struct prose *p, struct an_err *err) {
    enum an_code code = give_paragraph(p, err);
    release_paragraph(now(p));
    p->depth--;
    return code;
}

static bool is_word(char c) {
    unsigned char u = (unsigned char) c;
    return (u >= '0' && u <= '9') || ((u | 0x20) >= 'a' && (u | 0x20) <= 'z') || u >= 0x80 || (u && strchr("@._+-", c));
}

// The letters and digits that `text` begins with go on with the word that was partly deleted.
static enum an_code go_on_deleting(struct paragraph *g, struct an_str text, struct an_err *err) {
    size_t n = 0;
    while (n < text.len && is_word(text.ptr[n]))
        n++;
    AN_TRY(an_buf_add(&g->deleted, an_str_slice(text, 0, n), err));
    g->deleting = n == text.len;
    return g->deleting ? AN_OK : an_buf_add(&g->deleted, AN_STR("\n"), err);
}

static void keep_tail(struct paragraph *g, struct an_str text) {
    size_t from = text.len;
    while (from && text.len - from < TAIL && is_word(text.ptr[from - 1]))
        from--;
    while (from < text.len && ((unsigned char) text.ptr[from] & 0xC0) == 0x80)
        from++;                             // not from the middle of a character
    if (from)
        g->tail_len = 0;
    size_t n = text.len - from;
    if (g->tail_len + n > TAIL)
        g->tail_len = 0;                    // a word so long is none
    if (n)
        memcpy(g->tail + g->tail_len, text.ptr + from, n);
    g->tail_len += n;
}

static enum an_code add_deleted(struct paragraph *g, struct an_str text, struct an_err *err) {
    if (!g->deleting)
        AN_TRY(an_buf_add(&g->deleted, (struct an_str) {g->tail, g->tail_len}, err));
    g->deleting = true;
    return an_buf_add(&g->deleted, text, err);
}

static enum an_code add_text(struct prose *p, struct an_str text, struct an_err *err) {
    struct paragraph *g = now(p);
    if (p->field)
        return an_buf_add(&g->field, text, err);
    if (p->deleted || p->deleted_text)
        return add_deleted(g, text, err);
    if (!p->inserted && g->deleting)
        AN_TRY(go_on_deleting(g, text, err));
    if (!p->inserted)
        keep_tail(g, text);
    AN_TRY(an_buf_add(&g->text, text, err));
    return g->text.len > p->content->record_bytes ? give_paragraph(p, err) : AN_OK;
}

// Tables.

static enum an_code open_table(struct prose *p, struct an_err *err) {
    // one inside another: what stood in the outer is over, for its rows no longer tell what belongs together
    if (p->in_cell)
        AN_TRY(an_content_cell(p->content, p->column, p->span, an_buf_str(&p->cell), 0, err));
    p->cell.len = 0;
    p->in_cell = false;
    p->tables++;
    return an_content_table_end(p->content, err);
}

static enum an_code close_cell(struct prose *p, struct an_err *err) {
    if (!p->in_cell)
        return AN_OK;
    p->in_cell = false;
    AN_TRY(an_content_cell(p->content, p->column, p->span, an_buf_str(&p->cell), 0, err));
    p->column += p->cells;
    p->cell.len = 0;
    return AN_OK;
}

static uint32_t number_of(struct an_str text) {
    uint32_t n = 0;
    for (size_t i = 0; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && n < 100000; i++)
        n = n * 10 + (uint32_t) (text.ptr[i] - '0');
    return n ? n : 1;
}

static void open_cell(struct prose *p, const struct an_xml_attributes *a) {
    p->in_cell = true;
    p->cell.len = 0;
    // merged cells come one by one in OpenDocument and DrawingML, as one with a gridSpan of its own in WordprocessingML
    p->span = number_of(an_xml_attribute(a, "number-columns-spanned"));
    p->cells = number_of(an_xml_attribute(a, "number-columns-repeated"));
    struct an_str span = an_xml_attribute(a, "gridSpan");
    if (span.len)
        p->span = number_of(span);
}

// Persons.

enum an_code an_prose_add_person(struct an_content *content, struct an_prose_people *people, struct an_str name,
                                 struct an_err *err) {
    uint32_t number;
    if (people->names.count >= PEOPLE_MAX && an_names_find(&people->names, AN_NO_NAME, name) == AN_NO_NAME)
        return an_content_line(content, name, err);
    return name.len ? an_names_add(&people->names, AN_NO_NAME, name, &number, err) : AN_OK;
}

static enum an_code note_person(struct prose *p, struct an_str name, struct an_err *err) {
    return an_prose_add_person(p->content, p->people, name, err);
}

// Attributes that are of the layout, and may look like values.
static bool is_layout(struct an_str name) {
    static const struct an_str names[] = {AN_STR_INIT("typeface"), AN_STR_INIT("formatCode"), AN_STR_INIT("uri"),
                                          AN_STR_INIT("uid")};
    for (size_t i = 0; i < AN_COUNT(names); i++)
        if (an_str_eq(name, names[i]))
            return true;
    return false;
}

static enum an_code look_at_attributes(struct prose *p, const struct an_xml_attributes *a, struct an_err *err) {
    for (size_t i = 0; i < a->count; i++) {
        struct an_str name = an_xml_attribute_name(a, i), value = an_xml_attribute_value(a, i);
        bool person = false;
        for (size_t k = 0; k < AN_COUNT(person_attributes) && !person; k++)
            person = an_str_eq(name, person_attributes[k]);
        if (person)
            AN_TRY(note_person(p, value, err));
        else if (an_str_eq(name, AN_STR("v")) || (an_content_is_worth(value) && !is_layout(name)))      // v: of pivot caches
            AN_TRY(an_content_line(p->content, value, err));
    }
    return AN_OK;
}

// Events.

static enum an_code on_start(void *arg, struct an_str name, const struct an_xml_attributes *a, struct an_err *err) {
    struct prose *p = arg;
    AN_TRY(look_at_attributes(p, a, err));
    enum element element = element_of(name);
    if (p->depth == 1)
        AN_TRY(give_paragraph(p, err));         // outside paragraphs each element is by itself
    switch (element) {
    case PARAGRAPH: return open_paragraph(p, err);
    case TABLE: return open_table(p, err);
    case ROW: p->column = 0; return AN_OK;
    case CELL: open_cell(p, a); return AN_OK;
    case COVERED: p->column += number_of(an_xml_attribute(a, "number-columns-repeated")); return AN_OK;
    case TAB: return add_text(p, AN_STR("\t"), err);
    case BREAK: return add_text(p, AN_STR("\n"), err);
    case SPAN: p->span = p->cells = number_of(an_xml_attribute(a, "val")); return AN_OK;
    case INSERTED: p->inserted++; return AN_OK;
    case DELETED: p->deleted++; return AN_OK;
    case DELETED_TEXT: p->deleted_text++; return AN_OK;
    case FIELD: p->field++; return AN_OK;
    case PHONETIC: p->phonetic++; return AN_OK;
    case PERSON: p->in_person = true; p->person.len = 0; return AN_OK;
    case SPACES: break;
    case OTHER: return AN_OK;
    }
    uint32_t n = number_of(an_xml_attribute(a, "c"));
    for (uint32_t i = 0; i < n && i < SPACES_MAX; i++)
        AN_TRY(add_text(p, AN_STR(" "), err));
    return AN_OK;
}

static enum an_code on_end(void *arg, struct an_str name, struct an_err *err) {
    struct prose *p = arg;
    switch (element_of(name)) {
    case PARAGRAPH: return close_paragraph(p, err);
    case CELL: return close_cell(p, err);
    case ROW: return an_content_row_end(p->content, err);
    case TABLE:
        p->tables--;
        return an_content_table_end(p->content, err);
    case INSERTED: p->inserted--; return AN_OK;
    case DELETED: p->deleted--; return AN_OK;
    case DELETED_TEXT: p->deleted_text--; return AN_OK;
    case FIELD: p->field--; return AN_OK;
    case PHONETIC: p->phonetic--; return AN_OK;
    case PERSON:
        p->in_person = false;
        return note_person(p, an_buf_str(&p->person), err);
    case TAB: case SPACES: case BREAK: case SPAN: case COVERED: case OTHER: break;
    }
    return p->depth == 1 ? give_paragraph(p, err) : AN_OK;
}

static bool is_blank(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ' && (s.ptr[i] < '\t' || s.ptr[i] > '\r'))
            return false;
    return true;
}

// How markup is laid out in its file means nothing: line feeds are blanks, and between elements not even those.
static enum an_code on_text(void *arg, struct an_str text, struct an_err *err) {
    struct prose *p = arg;
    if (p->phonetic)
        return AN_OK;
    if (p->in_person)
        return an_buf_add(&p->person, text, err);
    if (is_blank(text) && memchr(text.ptr, '\n', text.len))
        return AN_OK;
    for (size_t i = 0; i < text.len; i++)
        p->people->letters += is_word(text.ptr[i]);
    struct an_str line;
    for (bool more = false; an_str_next(&text, '\n', &line); more = true) {
        if (more)
            AN_TRY(add_text(p, AN_STR(" "), err));
        AN_TRY(add_text(p, line, err));
    }
    return AN_OK;
}

static enum an_code on_comment(void *arg, struct an_str text, struct an_err *err) {
    struct prose *p = arg;
    return an_content_is_worth(text) ? an_content_line(p->content, text, err) : AN_OK;
}

static void release(struct prose *p) {
    for (size_t i = 0; i < p->depth; i++)
        release_paragraph(&p->paragraphs[i]);
    an_free(p->paragraphs);
    an_buf_release(&p->cell);
    an_buf_release(&p->person);
}

// What broken markup leaves open.
static enum an_code close_all(struct prose *p, struct an_err *err) {
    while (p->depth)
        AN_TRY(close_paragraph(p, err));
    AN_TRY(close_cell(p, err));
    return an_content_table_end(p->content, err);
}

enum an_code an_prose_read(struct an_content *content, struct an_prose_people *people, struct an_input *part, struct an_str head,
                           struct an_str name, struct an_err *err) {
    struct prose p = {.content = content, .people = people};
    const struct an_xml_events events = {&p, on_start, on_text, on_end, on_comment};
    enum an_code what = AN_OK, code = open_paragraph(&p, err);
    struct an_err fault = {0};
    uint64_t bytes = 0;
    if (!code)
        code = an_xmlin_read(part, head, &events, &what, &fault, &bytes, err);
    if (!code)
        code = close_all(&p, err);
    release(&p);
    content->offset += bytes;
    if (code || !what)
        return code;
    char text[sizeof fault.text + 80];
    (void) snprintf(text, sizeof text, "%.*s %s: the rest of it is not read", (int) (name.len < 60 ? name.len : 60), name.ptr,
                    fault.text);
    return an_content_tell(content, what, AN_UNKNOWN_COUNT, an_str_from_c(text), err);
}

enum an_code an_prose_give_people(struct an_content *content, const struct an_prose_people *people, struct an_err *err) {
    static const struct an_str column = AN_STR_INIT("author");
    for (size_t i = 0; i < people->names.count; i++)
        AN_TRY(an_content_record(content, &column, &people->names.items[i].text, 1, err));
    return AN_OK;
}
