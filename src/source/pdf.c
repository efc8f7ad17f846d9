// PDF documents: the text of their pages as running text, forms and metadata as records, attachments as stores of their own.
//
// Poppler is loaded when a PDF is met, in the process that parses it: it would burden every start of the program, and where it is
// missing everything else works.
#define _GNU_SOURCE     // memmem
#include <dlfcn.h>
#include <poppler.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "source/apart.h"
#include "source/names.h"
#include "source/source.h"
#include "source/uri.h"

#define FUNCTIONS(F) \
    F(poppler_document_new_from_bytes) F(poppler_document_get_n_pages) F(poppler_document_get_page) \
    F(poppler_document_get_title) F(poppler_document_get_author) F(poppler_document_get_subject) \
    F(poppler_document_get_keywords) F(poppler_document_get_attachments) F(poppler_page_get_text) \
    F(poppler_page_get_text_layout) F(poppler_page_get_bounding_box) F(poppler_page_get_annot_mapping) \
    F(poppler_page_free_annot_mapping) F(poppler_annot_get_contents) F(poppler_page_get_form_field_mapping) \
    F(poppler_page_free_form_field_mapping) F(poppler_form_field_get_field_type) F(poppler_form_field_get_name) \
    F(poppler_form_field_text_get_text) F(poppler_form_field_choice_get_text) F(poppler_attachment_save_to_callback) \
    F(poppler_index_iter_new) F(poppler_index_iter_next) F(poppler_index_iter_free) F(poppler_index_iter_get_child) \
    F(poppler_index_iter_get_action) F(poppler_action_free) F(poppler_page_get_image_mapping) F(poppler_page_free_image_mapping) \
    F(poppler_page_get_size) F(g_bytes_new_static) F(g_bytes_unref) F(g_free) F(g_list_free) F(g_object_unref) F(g_error_free)

enum {
    PAGES_MAX = 1000 * 1000, OUTLINE_DEPTH = 16, OUTLINE_MAX = 100 * 1000, FIELDS_MAX = 10 * 1000, ENCRYPTED = 1,
    END_SEARCHED = 2048, PAGE_TEXT_SMALL = 300,
    PIECES_MAX = 20 * 1000,             // of a page that are put in order
};

struct poppler {
    void *handle;
#define MEMBER(name) __typeof__(&name) name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

struct page_line { struct an_str text; double top, bottom, left; };

struct work {
    struct an_reading *reading;
    const struct an_sink *sink;
    struct an_input *input;
    struct poppler p;
    PopplerDocument *document;
    struct an_whole whole;
    struct an_arena arena;              // of the document
    struct an_buf text;                 // of a page
    struct page_line *lines;
    size_t line_cap;
    struct an_names names;              // of attachments
    struct an_str *columns;
    struct an_value *values;
    size_t column_count, column_cap, value_cap;
    uint64_t number;                    // of the last record or line
    int pages, pictures, lost;          // pages: all, pictures without text, that could not be read
    enum an_store_status status;
};

static const char library[] = "libpoppler-glib.so.8";

static bool load_library(struct poppler *p) {
    p->handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    bool ok = p->handle;
#define LOAD(name) do { \
        void *f_ = ok ? dlsym(p->handle, #name) : NULL; \
        ok = f_; \
        memcpy(&p->name, &f_, sizeof f_); \
    } while (0);
    FUNCTIONS(LOAD)
#undef LOAD
    return ok;
}

static void work_release(struct work *w) {
    if (w->document)
        w->p.g_object_unref(w->document);
    an_whole_release(&w->whole);
    an_arena_release(&w->arena);
    an_buf_release(&w->text);
    an_names_release(&w->names);
    an_free(w->lines);
    an_free(w->columns);
    an_free(w->values);
}

static enum an_code tell(struct work *w, enum an_code what, const char *text, struct an_err *err) {
    struct an_trouble trouble = {.code = what, .records_lost = AN_UNKNOWN_COUNT, .bytes_lost = AN_UNKNOWN_COUNT,
                                 .text = an_str_from_c(text)};
    w->status = AN_STORE_PARTLY;
    return w->sink->trouble(w->sink->arg, &trouble, err);
}

// A copy of what the library gives, which is not always UTF-8.
static enum an_code keep(struct work *w, const char *text, struct an_str *ret, struct an_err *err) {
    struct an_str rest = an_str_from_c(text);
    char *p = an_arena_alloc(&w->arena, rest.len + AN_SOURCE_PADDING, 1);
    size_t n = 0;
    if (!p)
        return an_fail(err, AN_NOMEM, "no memory for a text");
    while (rest.len) {
        size_t len = an_utf8_len(rest);
        for (size_t i = 0; i < len; i++)
            p[n++] = rest.ptr[i];
        if (!len)
            p[n++] = '?';
        rest = an_str_slice(rest, len ? len : 1, rest.len);
    }
    *ret = (struct an_str) {p, n};
    return AN_OK;
}

// --- metadata and forms: each a record

static enum an_code add_value(struct work *w, struct an_str column, const char *text, struct an_err *err) {
    struct an_value value = {.column = (uint32_t) w->column_count};
    if (!text || !*text)
        return AN_OK;
    if (!an_alloc_room(&w->columns, w->column_count, &w->column_cap, sizeof *w->columns) ||
        !an_alloc_room(&w->values, w->column_count, &w->value_cap, sizeof *w->values))
        return an_fail(err, AN_NOMEM, "no memory for columns");
    AN_TRY(keep(w, text, &value.text, err));
    w->columns[w->column_count] = column;
    w->values[w->column_count++] = value;
    return AN_OK;
}

static enum an_code add_metadata(struct work *w, struct an_err *err) {
    const struct { struct an_str column; char *(*get)(PopplerDocument *); } entries[] = {
        {AN_STR("document.title"), w->p.poppler_document_get_title},
        {AN_STR("author.full_name"), w->p.poppler_document_get_author},
        {AN_STR("document.subject"), w->p.poppler_document_get_subject},
        {AN_STR("document.keywords"), w->p.poppler_document_get_keywords},
    };
    for (size_t i = 0; i < AN_COUNT(entries); i++) {
        char *text = entries[i].get(w->document);
        enum an_code code = add_value(w, entries[i].column, text, err);
        w->p.g_free(text);
        AN_TRY(code);
    }
    return AN_OK;
}

static enum an_code add_field(struct work *w, PopplerFormField *field, struct an_err *err) {
    PopplerFormFieldType type = w->p.poppler_form_field_get_field_type(field);
    char *text = type == POPPLER_FORM_FIELD_TEXT ? w->p.poppler_form_field_text_get_text(field)
               : type == POPPLER_FORM_FIELD_CHOICE ? w->p.poppler_form_field_choice_get_text(field) : NULL;
    char *name = text ? w->p.poppler_form_field_get_name(field) : NULL;
    struct an_str column;
    enum an_code code = keep(w, name ? name : "field", &column, err);
    if (!code)
        code = add_value(w, column, text, err);
    w->p.g_free(name);
    w->p.g_free(text);
    return code;
}

static enum an_code add_fields(struct work *w, struct an_err *err) {
    enum an_code code = AN_OK;
    for (int i = 0; i < w->pages && !code && w->column_count < FIELDS_MAX; i++) {
        PopplerPage *page = w->p.poppler_document_get_page(w->document, i);
        GList *fields = page ? w->p.poppler_page_get_form_field_mapping(page) : NULL;
        for (GList *f = fields; f && !code && w->column_count < FIELDS_MAX; f = f->next)
            code = add_field(w, ((PopplerFormFieldMapping *) f->data)->field, err);
        if (fields)
            w->p.poppler_page_free_form_field_mapping(fields);
        if (page)
            w->p.g_object_unref(page);
    }
    return code;
}

static enum an_code give_record(struct work *w, size_t from, size_t to, struct an_err *err) {
    if (from == to)
        return AN_OK;
    struct an_record record = {.values = w->values + from, .count = to - from, .number = ++w->number};
    return w->sink->record(w->sink->arg, &record, err);
}

// What the document says of itself is one record, what its form holds another: their persons may differ.
static enum an_code give_records(struct work *w, struct an_err *err) {
    AN_TRY(add_metadata(w, err));
    size_t metadata = w->column_count;
    AN_TRY(add_fields(w, err));
    if (w->column_count)
        AN_TRY(w->sink->columns(w->sink->arg, w->columns, w->column_count, err));
    AN_TRY(give_record(w, 0, metadata, err));
    AN_TRY(give_record(w, metadata, w->column_count, err));
    return w->column_count >= FIELDS_MAX ? tell(w, AN_LIMIT, "has more fields than are read of one form", err) : AN_OK;
}

// --- pages

static enum an_code add_text(struct work *w, struct an_str text, struct an_err *err) {
    while (text.len) {
        size_t n = an_utf8_len(text);
        AN_TRY(an_buf_add(&w->text, n ? an_str_slice(text, 0, n) : AN_STR("?"), err));
        text = an_str_slice(text, n ? n : 1, text.len);
    }
    return AN_OK;
}

static enum an_code flush(struct work *w, struct an_err *err) {
    static const char padding[AN_SOURCE_PADDING];
    size_t len = w->text.len;
    uint64_t lines = 0;
    if (!len)
        return AN_OK;
    AN_TRY(an_buf_add(&w->text, (struct an_str) {padding, sizeof padding}, err));
    for (size_t i = 0; i < len; i++)
        lines += w->text.ptr[i] == '\n';
    AN_TRY(w->sink->lines(w->sink->arg, (struct an_str) {w->text.ptr, len}, w->number + 1, 0, err));
    w->number += lines;
    w->text.len = 0;
    return AN_OK;
}

static enum an_code add_line(struct work *w, const char *text, struct an_err *err) {
    if (!text || !*text)
        return AN_OK;
    AN_TRY(add_text(w, an_str_from_c(text), err));
    return an_buf_add(&w->text, AN_STR("\n"), err);
}

// The library gives a page block by block; cells of a table's row are blocks. So lines of one height on the page are put into
// one, from left to right: a row reads as a row.

static size_t characters(struct an_str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char) s.ptr[i] & 0xC0) != 0x80;
    return n;
}

static bool same_height(const struct page_line *a, const struct page_line *b) {
    double middle = (b->top + b->bottom) / 2;
    return a->top < middle && middle < a->bottom;
}

typedef bool line_order(const struct page_line *a, const struct page_line *b);

// Sorts [0, count) by insertion, which is quick for what is nearly sorted, as pages are.
static void sort_lines(struct page_line *lines, size_t count, line_order *before) {
    for (size_t i = 1; i < count; i++) {
        struct page_line line = lines[i];
        size_t k = i;
        for (; k && before(&line, &lines[k - 1]); k--)
            lines[k] = lines[k - 1];
        lines[k] = line;
    }
}

static bool is_higher(const struct page_line *a, const struct page_line *b) { return a->top < b->top; }
static bool is_further_left(const struct page_line *a, const struct page_line *b) { return a->left < b->left; }

static enum an_code lay_out(struct work *w, size_t count, struct an_err *err) {
    sort_lines(w->lines, count, is_higher);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && same_height(&w->lines[i], &w->lines[end]);)
            end++;
        sort_lines(w->lines + i, end - i, is_further_left);
        for (size_t k = i; k < end; k++) {
            AN_TRY(add_text(w, w->lines[k].text, err));
            AN_TRY(an_buf_add(&w->text, k + 1 < end ? AN_STR("  ") : AN_STR("\n"), err));
        }
    }
    return AN_OK;
}

// Whether there is a gap between two neighbours: cells of a row may follow each other without as much as a blank.
static bool is_gap(const PopplerRectangle *before, const PopplerRectangle *after) {
    double height = before->y2 - before->y1, gap = after->x1 - before->x2;
    return gap > height / 2 || gap < -height;
}

// Adds a line of the page's text, in pieces where it has gaps. `places` has one for each of its characters.
static enum an_code add_pieces(struct work *w, struct an_str line, const PopplerRectangle *places, size_t *count,
                               struct an_err *err) {
    size_t from = 0, character = 0, begun = 0;
    for (size_t i = 0; i <= line.len; i++) {
        if (i < line.len && ((unsigned char) line.ptr[i] & 0xC0) == 0x80)
            continue;
        bool cut = i == line.len || (character > begun && is_gap(&places[character - 1], &places[character]));
        if (cut && i > from) {
            if (!an_alloc_room(&w->lines, *count, &w->line_cap, sizeof *w->lines))
                return an_fail(err, AN_NOMEM, "no memory for a page");
            const PopplerRectangle *p = &places[begun];
            w->lines[(*count)++] = (struct page_line) {an_str_slice(line, from, i), p->y1, p->y2, p->x1};
            from = i;
            begun = character;
        }
        character++;
    }
    return AN_OK;
}

static enum an_code add_page_text(struct work *w, PopplerPage *page, struct an_str text, struct an_err *err) {
    PopplerRectangle *places = NULL;
    guint place_count = 0;
    size_t count = 0, at = 0;
    struct an_str rest = text, line;
    enum an_code code = AN_OK;
    // as many places as characters, or nothing is known of where they are
    bool placed = w->p.poppler_page_get_text_layout(page, &places, &place_count) && place_count == characters(text);
    while (placed && !code && an_str_next(&rest, '\n', &line)) {
        code = add_pieces(w, line, places + at, &count, err);
        at += characters(line) + 1;
        placed = count <= PIECES_MAX;
    }
    w->p.g_free(places);
    if (code || placed)
        return code ? code : lay_out(w, count, err);
    AN_TRY(add_text(w, text, err));
    return text.ptr[text.len - 1] == '\n' ? AN_OK : an_buf_add(&w->text, AN_STR("\n"), err);
}

static bool is_blank(const char *text) { return !text || !text[strspn(text, " \t\r\n\f")]; }

// The share of the page that its largest picture takes up.
static double largest_picture(struct work *w, PopplerPage *page) {
    double width, height, most = 0;
    GList *pictures = w->p.poppler_page_get_image_mapping(page);
    w->p.poppler_page_get_size(page, &width, &height);
    for (const GList *i = pictures; i; i = i->next) {
        const PopplerRectangle *r = &((const PopplerImageMapping *) i->data)->area;
        double area = (r->x2 - r->x1) * (r->y2 - r->y1);
        most = area > most ? area : most;
    }
    w->p.poppler_page_free_image_mapping(pictures);
    return width > 0 && height > 0 ? most / (width * height) : most;
}

// Whether what can be seen of a page is a picture, or letters that are drawn as lines. What its annotations draw is no picture:
// their text is had otherwise.
static bool is_picture(struct work *w, PopplerPage *page, const char *text) {
    static const double half = 0.5;
    PopplerRectangle box;
    double share = largest_picture(w, page);
    if (!is_blank(text))
        return share >= half && strlen(text) < PAGE_TEXT_SMALL;         // a scan with a footer
    GList *annotations = w->p.poppler_page_get_annot_mapping(page);
    bool drawn = share > 0 || (!annotations && w->p.poppler_page_get_bounding_box(page, &box));
    w->p.poppler_page_free_annot_mapping(annotations);
    return drawn;
}

static enum an_code add_annotations(struct work *w, PopplerPage *page, struct an_err *err) {
    GList *all = w->p.poppler_page_get_annot_mapping(page);
    enum an_code code = AN_OK;
    for (const GList *i = all; i && !code; i = i->next) {
        char *text = w->p.poppler_annot_get_contents(((const PopplerAnnotMapping *) i->data)->annot);
        code = add_line(w, text, err);
        w->p.g_free(text);
    }
    w->p.poppler_page_free_annot_mapping(all);
    return code;
}

static enum an_code give_page(struct work *w, PopplerPage *page, struct an_err *err) {
    char *text = w->p.poppler_page_get_text(page);
    enum an_code code = is_blank(text) ? AN_OK : add_page_text(w, page, an_str_from_c(text), err);
    w->pictures += is_picture(w, page, text);
    w->p.g_free(text);
    AN_TRY(code);
    AN_TRY(add_annotations(w, page, err));
    return flush(w, err);
}

static enum an_code give_pages(struct work *w, struct an_err *err) {
    enum an_code code = AN_OK;
    for (int i = 0; i < w->pages && !code; i++) {
        PopplerPage *page = w->p.poppler_document_get_page(w->document, i);
        if (page)
            code = give_page(w, page, err);
        else
            w->lost++;
        if (page)
            w->p.g_object_unref(page);
    }
    return code;
}

static enum an_code give_outline(struct work *w, PopplerIndexIter *at, int depth, size_t *left, struct an_err *err) {
    do {
        PopplerAction *action = w->p.poppler_index_iter_get_action(at);
        PopplerIndexIter *below = depth < OUTLINE_DEPTH && *left ? w->p.poppler_index_iter_get_child(at) : NULL;
        enum an_code code = action ? add_line(w, action->any.title, err) : AN_OK;
        *left -= *left > 0;
        if (action)
            w->p.poppler_action_free(action);
        if (below && !code)
            code = give_outline(w, below, depth + 1, left, err);
        if (below)
            w->p.poppler_index_iter_free(below);
        AN_TRY(code);
    } while (*left && w->p.poppler_index_iter_next(at));
    return AN_OK;
}

// --- attachments

struct attachment { struct an_buf *to; enum an_code code; struct an_err why; };

static gboolean on_bytes(const char *bytes, gsize len, gpointer arg, GError **error) {
    struct attachment *a = arg;
    (void) error;
    a->code = an_buf_add(a->to, (struct an_str) {bytes, len}, &a->why);
    return !a->code;
}

static enum an_code read_bytes(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct an_str *left = arg;
    size_t n = left->len < cap ? left->len : cap;
    (void) err;
    if (n)
        memcpy(buf, left->ptr, n);
    *left = an_str_slice(*left, n, left->len);
    *ret_len = n;
    return AN_OK;
}

static enum an_code give_unread(struct work *w, struct an_str uri, enum an_code what, const char *text, struct an_err *err) {
    struct an_store_info info = {.uri = uri, .format = "pdf"};
    AN_TRY(w->sink->open(w->sink->arg, &info, err));
    AN_TRY(tell(w, what, text, err));
    return w->sink->close(w->sink->arg, AN_STORE_UNREAD, 0, an_str_from_c(text), err);
}

static enum an_code give_attachment(struct work *w, PopplerAttachment *attachment, unsigned place, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    AN_AUTO(an_buf) bytes = {.limit = w->reading->limits.memory_bytes / 2};
    AN_AUTO(an_buf) numbered = {0};
    struct attachment a = {.to = &bytes};
    const char *name = attachment->name ? attachment->name : "";
    struct an_str below = an_str_from_c(name);
    uint32_t number;
    if (!below.len || an_names_find(&w->names, AN_NO_NAME, below) != AN_NO_NAME) {
        AN_TRY(an_buf_addf(&numbered, err, "%u %s", place, name));
        below = an_buf_str(&numbered);
    }
    AN_TRY(an_names_add(&w->names, AN_NO_NAME, below, &number, err));
    AN_TRY(an_source_uri_below(&uri, w->input->uri, below, err));
    bool whole = w->p.poppler_attachment_save_to_callback(attachment, on_bytes, &a, NULL);
    if (a.code == AN_LIMIT)
        return give_unread(w, an_buf_str(&uri), AN_LIMIT, "is too large to be read where it is: save it as a file", err);
    if (!whole)
        return give_unread(w, an_buf_str(&uri), AN_INPUT, "cannot be unpacked", err);
    struct an_str left = an_buf_str(&bytes);
    struct an_input member = {.uri = an_buf_str(&uri), .arg = &left, .read = read_bytes, .depth = w->input->depth + 1};
    return an_source_read(w->reading, &member, err);
}

static enum an_code give_attachments(struct work *w, struct an_err *err) {
    GList *all = w->p.poppler_document_get_attachments(w->document);
    enum an_code code = AN_OK;
    unsigned place = 0;
    for (const GList *i = all; i && !code; i = i->next) {
        if (++place <= w->reading->limits.members)
            code = give_attachment(w, i->data, place, err);
    }
    for (const GList *i = all; i; i = i->next)
        w->p.g_object_unref(i->data);
    w->p.g_list_free(all);
    return code;
}

// --- the document

static bool ends_well(struct an_str bytes) {
    struct an_str end = an_str_slice(bytes, bytes.len > END_SEARCHED ? bytes.len - END_SEARCHED : 0, bytes.len);
    return memmem(end.ptr, end.len, "%%EOF", 5);
}

static enum an_code tell_pages(struct work *w, struct an_err *err) {
    char text[160];
    if (w->lost) {
        (void) snprintf(text, sizeof text, "%d of %d pages are damaged and could not be read", w->lost, w->pages);
        AN_TRY(tell(w, AN_INPUT, text, err));
    }
    if (w->pictures) {
        (void) snprintf(text, sizeof text, "%d of %d pages are pictures, whose text was not read", w->pictures, w->pages);
        AN_TRY(tell(w, AN_LIMIT, text, err));
    }
    if (w->pages == 0)
        AN_TRY(tell(w, AN_INPUT, "has no pages that can be found: it is damaged", err));
    if (!ends_well(w->whole.bytes))
        AN_TRY(tell(w, AN_INPUT, "ends without the mark of its end: pages may be missing; get a whole copy", err));
    if (w->pages && w->pictures + w->lost == w->pages)
        w->status = AN_STORE_UNREAD;
    return AN_OK;
}

static enum an_code give_document(struct work *w, struct an_err *err) {
    size_t left = OUTLINE_MAX;
    AN_TRY(give_records(w, err));
    AN_TRY(give_pages(w, err));
    PopplerIndexIter *outline = w->p.poppler_index_iter_new(w->document);
    enum an_code code = outline ? give_outline(w, outline, 0, &left, err) : AN_OK;
    if (outline)
        w->p.poppler_index_iter_free(outline);
    AN_TRY(code);
    AN_TRY(flush(w, err));
    return tell_pages(w, err);
}

static enum an_code open_document(struct work *w, struct an_err *err) {
    GError *error = NULL;
    GBytes *bytes = w->p.g_bytes_new_static(w->whole.bytes.ptr, w->whole.bytes.len);
    w->document = w->p.poppler_document_new_from_bytes(bytes, NULL, &error);
    w->p.g_bytes_unref(bytes);
    if (w->document)
        return AN_OK;
    bool encrypted = error && error->code == ENCRYPTED;
    if (error)
        w->p.g_error_free(error);
    return encrypted ? tell(w, AN_INPUT, "is encrypted: save it without its password and read that", err)
                     : tell(w, AN_INPUT, "is damaged: no page of it can be found; restore it from where it came", err);
}

static enum an_code read_document(struct work *w, struct an_err *err) {
    struct an_store_info info = {.uri = w->input->uri, .format = "pdf"};
    bool loaded = load_library(&w->p);
    AN_TRY(w->sink->open(w->sink->arg, &info, err));
    if (!loaded)
        AN_TRY(tell(w, AN_IO, "PDF documents are read with Poppler (libpoppler-glib8), which is not installed here; or this one "
                    "lies inside a document that is read apart: save it as a file", err));
    else
        AN_TRY(open_document(w, err));
    if (w->document)
        w->pages = w->p.poppler_document_get_n_pages(w->document);
    if (w->pages > PAGES_MAX) {
        w->pages = PAGES_MAX;
        AN_TRY(tell(w, AN_LIMIT, "has more pages than are read of one document", err));
    }
    if (w->document)
        AN_TRY(give_document(w, err));
    else
        w->status = AN_STORE_UNREAD;
    if (w->whole.broken)
        AN_TRY(tell(w, w->whole.broken, w->whole.why.text, err));
    return w->sink->close(w->sink->arg, w->status, w->whole.bytes.len, (struct an_str) {0}, err);
}

static enum an_code read_pdf(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    AN_CLEANUP(work_release) struct work w = {.reading = reading, .sink = reading->sink, .input = input};
    AN_TRY(an_whole_take(&w.whole, input, s, reading->limits.memory_bytes, err));
    AN_TRY(read_document(&w, err));
    return w.document ? give_attachments(&w, err) : AN_OK;
}

// So that the library is there, and what it looks up once is looked up, before the first document. It forgets that with its last
// document: so one stays.
static void load(void) {
    static const char empty[] =
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R/Size 4>>\n%%EOF\n";
    struct poppler p;
    if (!load_library(&p))
        return;
    GBytes *bytes = p.g_bytes_new_static(empty, sizeof empty - 1);
    PopplerDocument *document = p.poppler_document_new_from_bytes(bytes, NULL, NULL);
    PopplerPage *page = document ? p.poppler_document_get_page(document, 0) : NULL;
    if (page) {
        p.g_free(p.poppler_page_get_text(page));
        p.g_object_unref(page);
    }
    p.g_bytes_unref(bytes);
}

// Real ones begin within the first KiB.
static int sniff(const struct an_sniff *s) {
    struct an_str head = an_str_slice(s->head, 0, 1024);
    const char *mark = head.len ? memmem(head.ptr, head.len, "%PDF-", 5) : NULL;
    if (!mark)
        return 0;
    return mark == head.ptr ? 100 : !s->encoding ? 60 : 0;
}

static const char *const folders[] = {"/usr/share/poppler", NULL};         // poppler-data: character maps of CJK fonts
static const struct an_apart_needs needs = {.load = load, .folders = folders};

const struct an_source an_source_pdf = {
    .name = "pdf",
    .title = {"PDF documents", "PDF 文档"},
    .spec = "ISO 32000-1:2008; read with Poppler",
    .sniff = sniff,
    .read = read_pdf,
    .apart = &needs,
};
