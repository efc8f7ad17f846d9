// What compound files have in common.
#define _GNU_SOURCE     // memmem
#include "source/office.h"

#include <stdio.h>
#include <strings.h>
#include "base/alloc.h"
#include "source/apart.h"
#include "source/codepage.h"
#include "source/little.h"
#include "source/uri.h"

static const struct { const char *stream, *format; an_office_reader *give; } kinds[] = {
    {"Workbook", "xls", an_xls_give}, {"Book", "xls", an_xls_give}, {"WordDocument", "doc", an_doc_give},
    {"PowerPoint Document", "ppt", an_ppt_give}, {"__properties_version1.0", "msg", an_msg_give},
};
enum { PROPERTIES_MAX = 10000, DRAWING_DEPTH = 16, SNIFFED = 128 };

static size_t kind_of(const struct an_compound *c, uint32_t folder) {
    size_t k = 0;
    while (k < AN_COUNT(kinds) && an_compound_find(c, folder, kinds[k].stream) == AN_COMPOUND_NONE)
        k++;
    return k;
}

// Telling.

enum an_code an_office_unread(struct an_office *o, enum an_code what, const char *why, struct an_err *err) {
    AN_TRY(an_content_tell(&o->content, what, AN_UNKNOWN_COUNT, an_str_from_c(why), err));
    o->content.status = AN_STORE_UNREAD;
    return an_content_close(&o->content, 0, an_str_from_c(why), err);
}

enum an_code an_office_stream(struct an_office *o, const char *name, struct an_str *ret, struct an_err *err) {
    uint32_t entry = an_compound_find(o->compound, o->folder, name);
    bool whole = true;
    *ret = (struct an_str) {0};
    if (entry == AN_COMPOUND_NONE || o->compound->entries[entry].type != AN_COMPOUND_STREAM)
        return AN_OK;
    AN_TRY(an_compound_read(o->compound, entry, ret, &whole, err));
    if (whole)
        return AN_OK;
    char text[128];
    (void) snprintf(text, sizeof text, "a part of it (%s) is not whole: what is missing is not read; get a whole copy", name);
    return an_content_tell(&o->content, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(text), err);
}

// Properties: who wrote it, and what for.

struct properties { struct an_office *o; struct an_codepage *page; unsigned number; bool summary; };

static bool names_person(bool summary, uint32_t id) { return summary ? id == 4 || id == 8 : id == 14; }

static enum an_code give_text(struct properties *p, uint32_t id, struct an_str text, struct an_err *err) {
    while (text.len && !text.ptr[text.len - 1])
        text.len--;
    return names_person(p->summary, id) ? an_prose_add_person(&p->o->content, &p->o->people, text, err)
                                        : an_content_line(&p->o->content, text, err);
}

// A text at `at`: its length in characters or bytes stands before it. Returns where the next may begin; 0: nowhere.
static enum an_code give_string(struct properties *p, uint32_t id, bool wide, struct an_str set, size_t *at, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    uint64_t len = (uint64_t) an_little32(set, *at) * (wide ? 2 : 1);
    size_t from = *at + 4;
    *at = 0;
    if (from > set.len || len > set.len - from)
        return AN_OK;
    struct an_str bytes = an_str_slice(set, from, from + (size_t) len);
    *at = from + ((size_t) len + 3) / 4 * 4;
    AN_TRY(wide ? an_utf16_add(bytes, &text, err) : an_codepage_add(p->page, p->number, bytes, &text, err));
    return give_text(p, id, an_buf_str(&text), err);
}

static enum an_code give_property(struct properties *p, uint32_t id, struct an_str set, size_t at, struct an_err *err) {
    enum { TEXT = 0x1E, WIDE = 0x1F, VECTOR = 0x1000 };
    uint32_t type = an_little32(set, at) & 0xFFFF;
    uint32_t count = type & VECTOR ? an_little32(set, at + 4) : 1;
    at += type & VECTOR ? 8 : 4;
    type &= ~(uint32_t) VECTOR;
    if (type != TEXT && type != WIDE)
        return AN_OK;
    for (uint32_t i = 0; i < count && i < PROPERTIES_MAX && at; i++)
        AN_TRY(give_string(p, id, type == WIDE, set, &at, err));
    return AN_OK;
}

static enum an_code give_set(struct properties *p, struct an_str set, struct an_err *err) {
    uint32_t count = an_little32(set, 4);
    count = count > PROPERTIES_MAX ? PROPERTIES_MAX : count;
    for (uint32_t i = 0; i < count; i++)                // which code page comes first
        if (an_little32(set, 8 + 8 * (size_t) i) == 1)
            p->number = an_little16(set, (size_t) an_little32(set, 12 + 8 * (size_t) i) + 4);
    for (uint32_t i = 0; i < count && 16 + 8 * (size_t) i <= set.len; i++) {
        uint32_t id = an_little32(set, 8 + 8 * (size_t) i);
        if (id > 1)
            AN_TRY(give_property(p, id, set, an_little32(set, 12 + 8 * (size_t) i), err));
    }
    return AN_OK;
}

static enum an_code give_properties(struct an_office *o, const char *name, bool summary, struct an_err *err) {
    struct an_str bytes;
    AN_TRY(an_office_stream(o, name, &bytes, err));
    AN_AUTO(an_codepage) page = {0};
    uint32_t sets = an_little16(bytes, 0) == 0xFFFE ? an_little32(bytes, 24) : 0;
    enum an_code code = AN_OK;
    for (uint32_t i = 0; i < sets && i < 2 && !code; i++) {
        struct properties p = {.o = o, .page = &page, .summary = summary};
        uint32_t at = an_little32(bytes, 44 + 20 * (size_t) i);
        code = give_set(&p, an_str_slice(bytes, at, bytes.len), err);
        summary = false;
    }
    return code;
}

// Pictures.

uint64_t an_office_pictures(struct an_str records) {
    enum { CONTAINER = 0xF, HEADER = 8, BLIP_FIRST = 0xF01A, BLIP_LAST = 0xF117, ENTRY = 0xF007 };
    uint64_t count = 0;
    while (records.len >= HEADER) {
        unsigned kind = an_little16(records, 0), type = an_little16(records, 2);
        size_t len = an_little32(records, 4);
        count += (type >= BLIP_FIRST && type <= BLIP_LAST) || type == ENTRY;
        size_t skip = (kind & 0xF) == CONTAINER ? 0 : len;      // what is in a container comes next
        records = an_str_slice(records, HEADER < records.len && skip < records.len - HEADER ? HEADER + skip : records.len,
                               records.len);
    }
    return count;
}

static enum an_code remark_pictures(struct an_office *o, char *why, size_t cap, struct an_err *err) {
    if (!o->pictures)
        return AN_OK;
    bool only = !o->people.letters && !o->is_book;
    (void) snprintf(why, cap, "unread images: %llu%s", (unsigned long long) o->pictures,
                    only ? ", and no text beside them; have a person look, or make them text" :
                        "; what they show is not counted");
    if (only)
        AN_TRY(an_content_tell(&o->content, AN_LIMIT, AN_UNKNOWN_COUNT, an_str_from_c(why), err));
    return an_content_open(&o->content, err);
}

enum an_code an_office_finish(struct an_office *o, uint64_t bytes, struct an_err *err) {
    char why[160] = "";
    AN_TRY(an_content_table_end(&o->content, err));
    AN_TRY(give_properties(o, "\005SummaryInformation", true, err));
    AN_TRY(give_properties(o, "\005DocumentSummaryInformation", false, err));
    AN_TRY(an_prose_give_people(&o->content, &o->people, err));
    AN_TRY(remark_pictures(o, why, sizeof why, err));
    if (o->broken)
        AN_TRY(an_content_tell(&o->content, o->broken->code, AN_UNKNOWN_COUNT, an_str_from_c(o->broken->text), err));
    if (o->compound->damage) {
        char text[200];
        (void) snprintf(text, sizeof text, "%s: parts of it may be missing; get a whole copy", o->compound->damage);
        AN_TRY(an_content_tell(&o->content, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(text), err));
    }
    if (!o->is_book)
        AN_TRY(an_content_open(&o->content, err));
    return an_content_close(&o->content, bytes, an_str_from_c(why), err);
}

// What is embedded.

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

enum an_code an_office_give_bytes(struct an_office *o, struct an_str name, struct an_str bytes, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    AN_TRY(an_source_uri_below(&uri, o->uri, name, err));
    struct an_input member = {.uri = an_buf_str(&uri), .arg = &bytes, .read = read_bytes, .depth = o->depth + 1};
    return an_source_read(o->reading, &member, err);
}

static enum an_code give_closed(struct an_office *o, struct an_str name, enum an_store_status status, enum an_code what,
                                const char *why, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    const struct an_sink *sink = o->reading->sink;
    AN_TRY(an_source_uri_below(&uri, o->uri, name, err));
    struct an_store_info info = {.uri = an_buf_str(&uri), .format = status == AN_STORE_SKIPPED ? "binary" : o->format};
    struct an_trouble trouble = {.code = what, .records_lost = AN_UNKNOWN_COUNT, .bytes_lost = AN_UNKNOWN_COUNT,
                                 .text = an_str_from_c(why)};
    AN_TRY(sink->open(sink->arg, &info, err));
    if (status == AN_STORE_UNREAD)
        AN_TRY(sink->trouble(sink->arg, &trouble, err));
    return sink->close(sink->arg, status, 0, an_str_from_c(why), err);
}

enum an_code an_office_give_unread(struct an_office *o, struct an_str name, enum an_code what, const char *why,
                                   struct an_err *err) {
    return give_closed(o, name, AN_STORE_UNREAD, what, why, err);
}

// A file that was dropped into a document: label, path, path again, and its bytes. Source: [MS-OLEDS] 2.3.6, and what the
// packager writes into it.
static enum an_code give_packaged(struct an_office *o, struct an_str name, struct an_str native, struct an_err *err) {
    struct an_str rest = an_str_slice(native, 6, native.len), label, path;
    bool is = an_little16(native, 4) == 2 && an_str_next(&rest, '\0', &label) && an_str_next(&rest, '\0', &path);
    size_t at = is ? 8 + (size_t) an_little32(rest, 4) : SIZE_MAX;
    uint64_t len = is && at <= rest.len ? an_little32(rest, at) : 0;
    if (!is || at > rest.len || len > rest.len - at || len + 4 > rest.len - at)
        return an_office_give_bytes(o, name, an_str_slice(native, 4, native.len), err);
    AN_AUTO(an_codepage) page = {0};
    AN_AUTO(an_buf) text = {0};
    AN_TRY(an_codepage_add(&page, 936, label, &text, err));
    return an_office_give_bytes(o, text.len ? an_buf_str(&text) : name, an_str_slice(rest, at + 4, at + 4 + (size_t) len), err);
}

// Streams that say how an object is shown and where it came from.
static bool is_about(struct an_str name) {
    static const char *const names[] = {
        "\001Ole", "\001CompObj", "\003ObjInfo", "\003EPRINT", "\003PIC", "\003META", "\003LINK", "\003LPSTR",
        "\003ACCESSOBJSITEDATA", "\002OlePres000", "\002OlePres001", "\003OCXNAME", "\003PRINT", "\005SummaryInformation",
        "\005DocumentSummaryInformation", "Equation Native", "Properties",
    };
    for (size_t i = 0; i < AN_COUNT(names); i++)
        if (an_str_eq(name, an_str_from_c(names[i])))
            return true;
    return false;
}

static bool is_macros(struct an_str name) {
    return an_str_eq(name, AN_STR("Macros")) || an_str_eq(name, AN_STR("_VBA_PROJECT_CUR")) ||
           an_str_eq(name, AN_STR("_VBA_PROJECT"));
}

static enum an_code give_embedded_stream(struct an_office *o, uint32_t entry, struct an_str folder, struct an_err *err) {
    const struct an_compound_entry *e = &o->compound->entries[entry];
    struct an_str bytes;
    bool whole;
    if (!e->size || is_about(e->name))
        return AN_OK;
    AN_TRY(an_compound_read(o->compound, entry, &bytes, &whole, err));
    if (!whole)
        return give_closed(o, folder, AN_STORE_UNREAD, AN_INPUT, "is embedded and not whole: get a whole copy", err);
    if (an_str_eq(e->name, AN_STR("\001Ole10Native")))
        return give_packaged(o, folder, bytes, err);
    return an_office_give_bytes(o, folder, bytes, err);
}

static enum an_code begin(struct an_office *o, struct an_err *err);

// An embedded document, or a folder with streams and folders of which each may be something.
enum an_code an_office_give_folder(struct an_office *o, uint32_t folder, struct an_str name, struct an_err *err) {
    static const char code_of_macros[] = "it is the code of macros, which holds no records by its nature";
    const struct an_compound *c = o->compound;
    if (is_macros(name))
        return give_closed(o, name, AN_STORE_SKIPPED, AN_OK, code_of_macros, err);
    if (o->depth + 1 >= o->reading->limits.depth)
        return give_closed(o, name, AN_STORE_UNREAD, AN_LIMIT, "containers inside containers, too deep", err);
    AN_AUTO(an_buf) uri = {0};
    AN_TRY(an_source_uri_below(&uri, o->uri, name, err));
    struct an_office *inner = an_alloc(sizeof *inner);
    if (!inner)
        return an_fail(err, AN_NOMEM, "no memory for a document");
    *inner = (struct an_office) {.reading = o->reading, .compound = o->compound, .folder = folder, .uri = an_buf_str(&uri),
                                 .depth = o->depth + 1, .format = o->format};
    enum an_code code = AN_OK;
    if (kind_of(c, folder) < AN_COUNT(kinds)) {
        code = begin(inner, err);
    } else {
        for (uint32_t i = 1; i < c->count && !code; i++) {
            const struct an_compound_entry *e = &c->entries[i];
            if (e->type == AN_COMPOUND_FREE || e->folder != folder)
                continue;
            code = e->type == AN_COMPOUND_STREAM ? give_embedded_stream(inner, i, e->name, err)
                                                 : an_office_give_folder(inner, i, e->name, err);
        }
    }
    an_free(inner);
    return code;
}

// Folders of the document that are no part of it.
static enum an_code give_embedded(struct an_office *o, struct an_err *err) {
    const struct an_compound *c = o->compound;
    enum an_code code = AN_OK;
    for (uint32_t i = 1; i < c->count && !code; i++) {
        const struct an_compound_entry *e = &c->entries[i];
        bool part = an_str_eq(e->name, AN_STR("_SX_DB_CUR"));       // of a workbook: it reads them
        if (e->type == AN_COMPOUND_FOLDER && e->folder == o->folder && !part)
            code = an_office_give_folder(o, i, e->name, err);
    }
    return code;
}

// Reading.

static enum an_code begin(struct an_office *o, struct an_err *err) {
    size_t k = kind_of(o->compound, o->folder);
    o->format = kinds[k].format;
    o->is_book = kinds[k].give == an_xls_give;
    an_content_begin(&o->content, o->reading, o->uri, o->format);
    enum an_code code = kinds[k].give(o, err);
    an_content_release(&o->content);
    an_prose_people_release(&o->people);
    // a message gives its attachments itself
    return code || kinds[k].give == an_msg_give ? code : give_embedded(o, err);
}

static const struct an_source *source_called(const char *name) {
    for (size_t i = 0; i < an_source_count; i++)
        if (strcmp(an_sources[i]->name, name) == 0)
            return an_sources[i];
    return NULL;
}

static enum an_code give_other(struct an_office *o, struct an_str bytes, struct an_err *err) {
    static const char locked[] = "encrypted: save it without a password";
    const struct an_compound *c = o->compound;
    an_content_begin(&o->content, o->reading, o->uri, o->format);
    enum an_code code = AN_OK;
    if (!c->unread && an_compound_find(c, AN_COMPOUND_TOP, "EncryptedPackage") != AN_COMPOUND_NONE) {
        code = an_office_unread(o, AN_INPUT, locked, err);
    } else {                                // damaged, or of another program: its bytes are looked at as they are
        struct an_input again = {.uri = o->uri, .arg = &bytes, .read = read_bytes, .depth = o->depth};
        code = an_source_read_as(source_called("binary"), o->reading, &again, err);
    }
    an_content_release(&o->content);
    return code;
}

// A document that is read apart, found to be one only here.
static enum an_code hand_over(const struct an_source *source, const struct an_office *o, struct an_input *input,
                              struct an_str bytes, struct an_err *err) {
    struct an_input again = {.uri = o->uri, .arg = &bytes, .read = read_bytes, .path = input->path, .depth = input->depth};
    return an_source_read_as(source, o->reading, &again, err);
}

enum an_code an_office_read(const char *format, struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                            struct an_err *err) {
    struct an_whole whole;
    AN_TRY(an_whole_take(&whole, input, sniff, reading->limits.memory_bytes, err));
    struct an_compound compound = {0};
    struct an_office *o = an_alloc(sizeof *o);
    enum an_code code = o ? an_compound_open(&compound, whole.bytes, err) : an_fail(err, AN_NOMEM, "no memory for a document");
    if (!code) {
        *o = (struct an_office) {.reading = reading, .compound = &compound, .uri = input->uri, .depth = input->depth,
                                 .format = format, .broken = whole.broken ? &whole.why : NULL};
        size_t k = compound.unread ? AN_COUNT(kinds) : kind_of(&compound, AN_COMPOUND_TOP);
        const struct an_source *source = k < AN_COUNT(kinds) ? source_called(kinds[k].format) : NULL;
        bool apart = source && source->apart && !reading->inside && !whole.broken;
        code = apart ? hand_over(source, o, input, whole.bytes, err) : source ? begin(o, err) : give_other(o, whole.bytes, err);
    }
    an_compound_release(&compound);
    an_free(o);
    an_whole_release(&whole);
    return code;
}

// Recognition: the directory, where it lies in the head.

int an_office_sniff(const struct an_sniff *sniff, const char *format) {
    unsigned shift = an_little16(sniff->head, 30);
    if (!an_compound_is(sniff->head) || (shift != 9 && shift != 12))
        return 0;
    uint64_t at = ((uint64_t) an_little32(sniff->head, 48) + 1) << shift;
    for (size_t i = 1; i < SNIFFED && at + 128 * (i + 1) <= sniff->head.len; i++) {
        struct an_str entry = an_str_slice(sniff->head, (size_t) at + 128 * i, (size_t) at + 128 * (i + 1));
        for (size_t k = 0; k < AN_COUNT(kinds); k++) {
            const char *name = kinds[k].stream;
            size_t n = 0;
            while (name[n] && an_little16(entry, 2 * n) == (unsigned char) name[n])
                n++;
            if (!name[n] && an_little16(entry, 64) == 2 * n + 2)        // with embedded ones the outermost comes first
                return strcmp(kinds[k].format, format) == 0 ? 100 : 0;
        }
    }
    return 0;
}
