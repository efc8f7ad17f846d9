// XML documents: a record is an element that is repeated beside others of its name and holds elements or attributes.
//
// What stands in such an element belongs to its record, under the names on the way to it joined with '.'; a repeated element
// inside it is a record of its own, whose names begin below the outermost. A document without repeated elements is one record.
// Which elements are repeated the first bytes say, and later ones as they come. XML that office programs write as one file (Excel
// and Word of 2003, flat OpenDocument) is read as those documents are.
#define _GNU_SOURCE     // memmem
#include "source/source.h"

#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "source/chunk.h"
#include "source/content.h"
#include "source/prose.h"
#include "source/xmlin.h"

enum {
    PATHS_MAX = 4096,               // ways to an element or attribute that are told apart
    VALUE_COST = 32,                // what a value weighs against limits.record_bytes beside its text
};
#define LOST (AN_NO_NAME - 1)       // a way beyond PATHS_MAX

struct way {                        // to an element, from the root
    uint64_t parent;                // serial number of the element that the last one stood in
    bool repeated, holds;           // several in one parent; it holds elements, or attributes and no text
};

struct frame {                      // an element that is open
    uint32_t way, column, text_column;      // column: the way below the outermost record; AN_NO_NAME for that itself
    uint64_t serial;
    size_t text_at;                 // of text that waits
    bool record, has_text, has_parts, has_attributes;
};

struct value { uint32_t column; size_t at, len; };

struct record {                     // that is open
    struct an_buf text;
    struct value *values;
    size_t count, cap;
};

struct work {
    struct an_content content;
    struct an_textin in;
    bool learns;                    // only looks which elements are repeated
    struct an_names ways, columns;
    struct way *seen;               // by way
    size_t seen_cap;
    struct frame *frames;
    size_t depth, frame_cap;
    struct record *records;
    size_t record_count, record_cap;
    uint64_t serial;
    struct an_buf text;             // of open elements that waits
    struct an_str *names, *texts;   // of the record being given
    size_t given_cap;
};

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for XML"); }

static void work_release(struct work *w) {
    for (size_t i = 0; i < w->record_cap; i++) {
        an_buf_release(&w->records[i].text);
        an_free(w->records[i].values);
    }
    an_content_release(&w->content);
    an_textin_release(&w->in);
    an_names_release(&w->ways);
    an_names_release(&w->columns);
    an_free(w->seen);
    an_free(w->frames);
    an_free(w->records);
    an_free(w->names);
    an_free(w->texts);
    an_buf_release(&w->text);
}

// Records.

static enum an_code open_record(struct work *w, struct an_err *err) {
    if (w->record_count == w->record_cap) {
        size_t cap = w->record_cap ? 2 * w->record_cap : 8;
        struct record *records = an_realloc(w->records, cap * sizeof *records);
        if (!records)
            return no_memory(err);
        memset(records + w->record_cap, 0, (cap - w->record_cap) * sizeof *records);
        w->records = records;
        w->record_cap = cap;
    }
    w->record_count++;
    return AN_OK;
}

static enum an_code give_record(struct work *w, struct record *r, struct an_err *err) {
    if (r->count > w->given_cap) {
        size_t cap = 2 * r->count;
        struct an_str *names = an_realloc(w->names, cap * sizeof *names);
        w->names = names ? names : w->names;
        struct an_str *texts = names ? an_realloc(w->texts, cap * sizeof *texts) : NULL;
        w->texts = texts ? texts : w->texts;
        if (!texts)
            return no_memory(err);
        w->given_cap = cap;
    }
    for (size_t i = 0; i < r->count; i++) {
        uint32_t column = r->values[i].column;
        w->names[i] = column < w->columns.count ? w->columns.items[column].text : (struct an_str) {0};
        w->texts[i] = (struct an_str) {r->text.ptr + r->values[i].at, r->values[i].len};
    }
    enum an_code code = an_content_record(&w->content, w->names, w->texts, r->count, err);
    r->count = r->text.len = 0;
    return code;
}

static enum an_code add_value(struct work *w, uint32_t column, struct an_str text, struct an_err *err) {
    if (w->learns || !text.len)
        return AN_OK;
    struct record *r = &w->records[w->record_count - 1];
    if (!an_alloc_room(&r->values, r->count, &r->cap, sizeof *r->values))
        return no_memory(err);
    r->values[r->count++] = (struct value) {column, r->text.len, text.len};
    AN_TRY(an_buf_add(&r->text, text, err));
    // a record beyond the limit goes in pieces: it may count for more people then, never for fewer
    return r->text.len + r->count * VALUE_COST > w->content.record_bytes ? give_record(w, r, err) : AN_OK;
}

// Ways and columns.

static enum an_code way_of(struct work *w, uint32_t parent, struct an_str name, uint32_t *ret_way, struct an_err *err) {
    *ret_way = parent == LOST ? LOST : an_names_find(&w->ways, parent, name);
    if (*ret_way != AN_NO_NAME)
        return AN_OK;
    *ret_way = LOST;
    if (w->ways.count >= PATHS_MAX)
        return AN_OK;
    if (!an_alloc_room(&w->seen, w->ways.count, &w->seen_cap, sizeof *w->seen))
        return no_memory(err);
    w->seen[w->ways.count] = (struct way) {0};
    return an_names_add(&w->ways, parent, name, ret_way, err);
}

// The column `name` below another: "address.city".
static enum an_code column_below(struct work *w, uint32_t column, struct an_str name, uint32_t *ret_column, struct an_err *err) {
    AN_AUTO(an_buf) joined = {0};
    *ret_column = LOST;
    if (column == LOST)
        return AN_OK;
    if (column != AN_NO_NAME) {
        AN_TRY(an_buf_add(&joined, w->columns.items[column].text, err));
        AN_TRY(an_buf_add(&joined, AN_STR("."), err));
    }
    AN_TRY(an_buf_add(&joined, name, err));
    uint32_t found = an_names_find(&w->columns, AN_NO_NAME, an_buf_str(&joined));
    if (found == AN_NO_NAME && w->columns.count >= PATHS_MAX)
        return AN_OK;
    return an_names_add(&w->columns, AN_NO_NAME, an_buf_str(&joined), ret_column, err);
}

// Events.

static bool is_blank(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ' && (s.ptr[i] < '\t' || s.ptr[i] > '\r'))
            return false;
    return true;
}

// The text of the innermost element so far is a value.
static enum an_code give_text(struct work *w, struct an_err *err) {
    struct frame *f = &w->frames[w->depth - 1];
    struct an_str text = an_str_slice(an_buf_str(&w->text), f->text_at, w->text.len);
    enum an_code code = is_blank(text) ? AN_OK : add_value(w, f->text_column, text, err);
    w->text.len = f->text_at;
    return code;
}

static enum an_code on_start(void *arg, struct an_str name, const struct an_xml_attributes *a, struct an_err *err) {
    struct work *w = arg;
    struct frame *around = w->depth ? &w->frames[w->depth - 1] : NULL;
    struct frame f = {.serial = ++w->serial, .has_attributes = a->count > 0};
    if (around) {
        AN_TRY(give_text(w, err));
        around->has_parts = true;
    }
    AN_TRY(way_of(w, around ? around->way : AN_NO_NAME, name, &f.way, err));
    if (f.way != LOST) {
        struct way *way = &w->seen[f.way];
        way->repeated |= around && way->parent == around->serial;
        way->parent = around ? around->serial : 0;
        f.record = way->repeated && way->holds;
    }
    f.record |= !around;
    // names begin below the outermost repeated element, and below the root where there is none around
    bool outermost = !around || (f.record && w->record_count == 1);
    f.column = AN_NO_NAME;
    AN_TRY(column_below(w, outermost ? AN_NO_NAME : around->column, name, &f.text_column, err));
    if (!outermost)
        f.column = f.text_column;
    if (f.record && !w->learns)
        AN_TRY(open_record(w, err));
    f.text_at = w->text.len;
    if (!an_alloc_room(&w->frames, w->depth, &w->frame_cap, sizeof *w->frames))
        return no_memory(err);
    w->frames[w->depth++] = f;
    for (size_t i = 0; i < a->count && !w->learns; i++) {
        uint32_t column;
        AN_TRY(column_below(w, f.column, an_xml_attribute_name(a, i), &column, err));
        AN_TRY(add_value(w, column, an_xml_attribute_value(a, i), err));
    }
    return AN_OK;
}

static enum an_code on_text(void *arg, struct an_str text, struct an_err *err) {
    struct work *w = arg;
    struct frame *f = &w->frames[w->depth - 1];
    if (!is_blank(text))
        f->has_text = true;
    AN_TRY(an_buf_add(&w->text, text, err));
    return w->text.len - f->text_at > w->content.record_bytes ? give_text(w, err) : AN_OK;
}

static enum an_code on_end(void *arg, struct an_str name, struct an_err *err) {
    (void) name;
    struct work *w = arg;
    struct frame *f = &w->frames[w->depth - 1];
    AN_TRY(give_text(w, err));
    if (f->way != LOST)
        w->seen[f->way].holds |= f->has_parts || (f->has_attributes && !f->has_text);
    w->depth--;
    return f->record && !w->learns ? give_record(w, &w->records[--w->record_count], err) : AN_OK;
}

static enum an_code on_comment(void *arg, struct an_str text, struct an_err *err) {
    struct work *w = arg;
    return w->learns ? AN_OK : an_content_line(&w->content, text, err);
}

// Reading.

// What the first bytes say of which elements are repeated.
static enum an_code learn(struct work *w, struct an_str text, struct an_err *err) {
    const struct an_xml_events events = {w, on_start, on_text, on_end, NULL};
    struct an_xmlin *x = NULL;
    w->learns = true;
    enum an_code code = an_xmlin_open(&events, true, &x, err);
    if (!code)
        code = an_xmlin_feed(x, text, false, err);
    an_xmlin_free(x);
    w->learns = false;
    w->depth = w->text.len = 0;
    w->serial++;                        // the document begins anew
    return code;
}

// What stands from a fault on is no longer XML to us, but may hold what we look for.
static enum an_code give_rest(struct work *w, const struct an_xmlin *x, char *chunk, size_t n, uint64_t at, struct an_err *err) {
    char text[160];
    uint64_t fault = an_xmlin_fault_at(x);
    size_t from = fault > at ? (size_t) (fault - at) : 0;
    if (w->depth)
        AN_TRY(give_text(w, err));
    while (w->record_count)             // what was complete in records that are not
        AN_TRY(give_record(w, &w->records[--w->record_count], err));
    (void) snprintf(text, sizeof text, "%s: from here on it is read as text", an_xmlin_fault(x));
    w->content.offset = fault;
    AN_TRY(an_content_tell(&w->content, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(text), err));
    while (from < n && ((unsigned char) chunk[from] & 0xC0) == 0x80)
        from++;                         // not from the middle of a character
    // whole lines, however the chunks divide them
    AN_AUTO(an_buf) rest = {0};
    while (n) {
        AN_TRY(an_buf_add(&rest, an_str_slice((struct an_str) {chunk, n}, from, n), err));
        const char *lf = rest.len ? memrchr(rest.ptr, '\n', rest.len) : NULL;
        size_t whole = n < AN_CHUNK || rest.len > w->content.record_bytes ? rest.len : lf ? (size_t) (lf - rest.ptr) + 1 : 0;
        AN_TRY(an_content_line(&w->content, an_str_slice(an_buf_str(&rest), 0, whole), err));
        if (whole < rest.len)
            memmove(rest.ptr, rest.ptr + whole, rest.len - whole);
        rest.len -= whole;
        from = 0;
        if (n < AN_CHUNK)
            break;
        AN_TRY(an_chunk_next(&w->in, chunk, &n, err));
    }
    return an_content_line(&w->content, an_buf_str(&rest), err);
}

static enum an_code parse(struct work *w, struct an_xmlin *x, char *chunk, struct an_err *err) {
    uint64_t at = 0;
    for (size_t n = AN_CHUNK; n == AN_CHUNK; at += n) {
        AN_TRY(an_chunk_next(&w->in, chunk, &n, err));
        w->content.offset = at;
        AN_TRY(an_xmlin_feed(x, (struct an_str) {chunk, n}, n < AN_CHUNK, err));
        if (an_xmlin_fault(x))
            return give_rest(w, x, chunk, n, at, err);
    }
    return AN_OK;
}

static enum an_code read_records(struct work *w, const struct an_sniff *sniff, struct an_err *err) {
    const struct an_xml_events events = {w, on_start, on_text, on_end, on_comment};
    struct an_xmlin *x = NULL;
    enum an_code code = learn(w, sniff->text, err);
    char *chunk = code ? NULL : an_alloc(AN_CHUNK);
    if (!code)
        code = chunk ? an_xmlin_open(&events, true, &x, err) : no_memory(err);
    if (!code)
        code = parse(w, x, chunk, err);
    an_xmlin_free(x);
    an_free(chunk);
    return code;
}

// Documents that office programs write as one file.
static bool is_office(const struct an_sniff *sniff) {
    static const struct an_str names[] = {
        AN_STR_INIT("urn:schemas-microsoft-com:office:spreadsheet"),
            AN_STR_INIT("http://schemas.microsoft.com/office/word/2003/wordml"),
        AN_STR_INIT("http://schemas.microsoft.com/office/2006/xmlPackage"),
            AN_STR_INIT("urn:oasis:names:tc:opendocument:xmlns:office"),
    };
    enum { LOOK = 4096 };
    struct an_str s = an_str_slice(sniff->text, 0, LOOK);
    for (size_t i = 0; i < AN_COUNT(names); i++)
        if (s.len && memmem(s.ptr, s.len, names[i].ptr, names[i].len))
            return true;
    return false;
}

static enum an_code read_prose(struct work *w, struct an_input *input, const struct an_sniff *sniff, struct an_err *err) {
    struct an_prose_people people = {0};
    enum an_code code = an_prose_read(&w->content, &people, input, sniff->head, AN_STR("it"), err);
    if (!code)
        code = an_prose_give_people(&w->content, &people, err);
    an_prose_people_release(&people);
    return code ? code : an_content_close(&w->content, w->content.offset, (struct an_str) {0}, err);
}

static enum an_code read_all(struct work *w, struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                             struct an_err *err) {
    an_content_begin(&w->content, reading, input->uri, "xml");
    w->content.info.encoding = sniff->encoding;
    AN_TRY(an_content_open(&w->content, err));
    if (is_office(sniff))
        return read_prose(w, input, sniff, err);
    AN_TRY(an_textin_open(&w->in, reading, input, sniff, err));
    AN_TRY(read_records(w, sniff, err));
    AN_TRY(an_content_flush(&w->content, err));
    an_textin_excuse_long_lines(&w->in);
    AN_TRY(an_textin_finish(&w->in, &w->content.status, err));
    return an_content_close(&w->content, an_textin_bytes(&w->in), (struct an_str) {0}, err);
}

static enum an_code read_xml(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                             struct an_err *err) {
    struct work *w = an_alloc(sizeof *w);
    if (!w)
        return no_memory(err);
    memset(w, 0, sizeof *w);
    enum an_code code = read_all(w, reading, input, sniff, err);
    work_release(w);
    an_free(w);
    return code;
}

// Text that begins with an XML declaration, or with an element that has others or an end.
static int sniff_xml(const struct an_sniff *sniff) {
    char name[AN_XML_NAME];
    struct an_str s = sniff->text;
    while (s.len && is_blank(an_str_slice(s, 0, 1)))
        s = an_str_slice(s, 1, s.len);
    bool declared = an_str_eq(an_str_slice(s, 0, 5), AN_STR("<?xml"));
    struct an_str root = an_xml_root(s, name);
    if (!root.len)
        return 0;
    for (size_t i = 0; i < root.len; i++)
        if ((root.ptr[i] & 0x80) == 0 && !strchr("-._", root.ptr[i]) && (root.ptr[i] < '0' || root.ptr[i] > '9') &&
            ((root.ptr[i] | 0x20) < 'a' || (root.ptr[i] | 0x20) > 'z'))
            return 0;
    const char *close = memmem(s.ptr, s.len, "</", 2);
    return declared ? 80 : close ? 60 : 0;
}

const struct an_source an_source_xml = {
    .name = "xml",
    .title = {"XML document", "XML 文档"},
    .spec = "XML 1.0 (fifth edition)",
    .sniff = sniff_xml,
    .read = read_xml,
};
