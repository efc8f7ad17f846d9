// Documents that are zip archives of parts.
#define _GNU_SOURCE     // memmem
#include "source/package.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/alloc.h"
#include "source/container.h"
#include "source/uri.h"

enum pass { LOAD, STORE, TEXT, REST, PASSES };
enum { HEAD = 64 * 1024, IMAGE = 16, ENCRYPTED = 32 };  // the flags beside AN_PART_

struct package {
    const struct an_package_format *format;
    void *state;
    struct an_reading *reading;
    struct an_str uri;
    struct an_content content;
    struct an_prose_people people;
    unsigned char *sorts;           // of members, by ordinal
    size_t count, cap;
    uint64_t images, encrypted;     // the latter: of OpenDocument parts, as its list of parts says
    char *head;
    bool finished;
};

static bool ends_with(struct an_str name, const char *ending) {
    size_t n = strlen(ending);
    return name.len >= n && strncasecmp(name.ptr + name.len - n, ending, n) == 0;
}

static enum an_code read_head(struct package *k, struct an_input *input, struct an_str *ret_head, struct an_err *fault) {
    size_t len = 0;
    enum an_code what = AN_OK;
    for (size_t n = 1; len < HEAD && n && !what; len += n) {
        n = 0;
        what = input->read(input->arg, k->head + len, HEAD - len, &n, fault);
    }
    *ret_head = (struct an_str) {k->head, len};
    return what;
}

// A member whose first bytes were taken gives them again.
struct again { struct an_str head; struct an_input *input; };

static enum an_code read_again(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct again *a = arg;
    if (!a->head.len)
        return a->input->read(a->input->arg, buf, cap, ret_len, err);
    *ret_len = a->head.len < cap ? a->head.len : cap;
    memcpy(buf, a->head.ptr, *ret_len);
    a->head = an_str_slice(a->head, *ret_len, a->head.len);
    return AN_OK;
}

// What documents carry that holds no records by its nature, and that no first bytes tell. NULL: it is something else.
static const char *nature_of(struct an_str name) {
    static const struct { const char *part, *why; } natures[] = {
        {"printerSettings", "it is settings of a printer, which hold no records by their nature"},
        {"vbaProject.bin", "it is the code of macros, which holds no records by its nature"},
        {"vbaProjectSignature.bin", "it is the signature of macros, which holds no records by its nature"},
        {".odttf", "it is a font, which holds no records by its nature"},
        {".fntdata", "it is a font, which holds no records by its nature"},
    };
    for (size_t i = 0; i < AN_COUNT(natures); i++)
        if (memmem(name.ptr, name.len, natures[i].part, strlen(natures[i].part)))
            return natures[i].why;
    return NULL;
}

static bool is_image(struct an_str head) {
    static const struct { size_t at; struct an_str bytes; } magics[] = {
        {0, AN_STR_INIT("\x89PNG")}, {0, AN_STR_INIT("\xFF\xD8\xFF")}, {0, AN_STR_INIT("GIF8")}, {0, AN_STR_INIT("BM")},
        {0, AN_STR_INIT("II*\0")}, {0, AN_STR_INIT("MM\0*")}, {0, AN_STR_INIT("II\xBC\1")}, {40, AN_STR_INIT(" EMF")},
        {0, AN_STR_INIT("\xD7\xCD\xC6\x9A")}, {8, AN_STR_INIT("WEBP")},
    };
    for (size_t i = 0; i < AN_COUNT(magics); i++)
        if (an_str_eq(an_str_slice(head, magics[i].at, magics[i].at + magics[i].bytes.len), magics[i].bytes))
            return true;
    return false;
}

// Pictures that may say where and by whom they were taken have a source of their own, which needs a process of its own.
static bool tells_of_itself(const struct package *k, struct an_str head) {
    static const struct { size_t at; struct an_str bytes; } magics[] = {
        {0, AN_STR_INIT("\x89PNG")}, {0, AN_STR_INIT("\xFF\xD8\xFF")}, {0, AN_STR_INIT("II*\0")}, {0, AN_STR_INIT("MM\0*")},
        {8, AN_STR_INIT("WEBP")},
    };
    for (size_t i = 0; i < AN_COUNT(magics); i++)
        if (an_str_eq(an_str_slice(head, magics[i].at, magics[i].at + magics[i].bytes.len), magics[i].bytes))
            return k->reading->apart != NULL;
    return false;
}

static bool is_thumbnail(struct an_str name) { return memmem(name.ptr, name.len, "humbnail", 8) != NULL; }

static enum an_code sort_member(struct package *k, size_t ordinal, struct an_str name, struct an_str head, struct an_str root,
                                struct an_err *err) {
    while (k->count <= ordinal) {           // encrypted ones never came
        if (!an_alloc_room(&k->sorts, k->count, &k->cap, 1))
            return an_fail(err, AN_NOMEM, "no memory for a document");
        k->sorts[k->count++] = 0;
    }
    bool is_list = an_str_eq(root, AN_STR("manifest"));     // of an OpenDocument file's parts
    int sort = !root.len ? 0 : is_list ? AN_PART_LOAD | AN_PART_TEXT : k->format->sort ? k->format->sort(k->state, name,
            root) : AN_PART_TEXT;
    if (!root.len && is_image(head)) {
        sort = IMAGE;
        k->images += !is_thumbnail(name);
    }
    k->sorts[ordinal] = (unsigned char) sort;
    return AN_OK;
}

// A member of which nothing is read.
static enum an_code give_closed(struct package *k, struct an_str uri, enum an_store_status status, struct an_str why,
                                struct an_err *err) {
    const struct an_sink *sink = k->reading->sink;
    struct an_store_info info = {.uri = uri, .format = status == AN_STORE_SKIPPED ? "binary" : k->format->name};
    struct an_trouble trouble = {.code = AN_INPUT, .records_lost = AN_UNKNOWN_COUNT, .bytes_lost = AN_UNKNOWN_COUNT, .text = why};
    enum an_code code = sink->open(sink->arg, &info, err);
    if (!code && status == AN_STORE_UNREAD)
        code = sink->trouble(sink->arg, &trouble, err);
    return code ? code : sink->close(sink->arg, status, 0, why, err);
}

static enum an_code read_rest(struct package *k, int sort, struct an_str name, struct an_str head, struct an_input *input,
                              struct an_err *err) {
    if (an_str_eq(name, AN_STR("mimetype")))        // it told what the document is
        return AN_OK;
    if (k->encrypted)
        return give_closed(k, input->uri, AN_STORE_UNREAD, AN_STR("encrypted: save it without a password"), err);
    const char *why = sort & IMAGE && !tells_of_itself(k, head) ? "it is an image in a document: what it shows is not read" :
        nature_of(name);
    if (why)
        return give_closed(k, input->uri, AN_STORE_SKIPPED, an_str_from_c(why), err);
    struct again again = {head, input};
    struct an_input whole = {.uri = input->uri, .arg = &again, .read = read_again, .depth = input->depth};
    return an_source_read(k->reading, &whole, err);
}

// What stops a part that is XML, or may be, at its first bytes.
static enum an_code tell_broken(struct package *k, int pass, enum an_code what, const struct an_err *fault, struct an_err *err) {
    if (what == AN_NOMEM || what == AN_BUG) {
        *err = *fault;
        return what;
    }
    AN_TRY(an_content_tell(&k->content, what, AN_UNKNOWN_COUNT, an_str_from_c(fault->text), err));
    // stores of parts are still to come: the document's is opened again for its text
    return pass < TEXT ? an_content_close(&k->content, 0, (struct an_str) {0}, err) : AN_OK;
}

static enum an_code read_text(struct package *k, const struct an_part *part, struct an_err *err) {
    bool taken = false;
    enum an_code code = k->format->text ? k->format->text(k->state, part, &k->content, &taken, err) : AN_OK;
    return code || taken ? code : an_prose_read(&k->content, &k->people, part->input, part->head, part->name, err);
}

// What its images show is not read. A document of nothing else is most likely paper that was scanned.
static enum an_code remark_images(struct package *k, char *why, size_t cap, struct an_err *err) {
    if (!k->images)
        return AN_OK;
    bool only = !k->people.letters && !k->format->is_book;
    (void) snprintf(why, cap, "unread images: %llu%s", (unsigned long long) k->images,
                    only ? ", and no text beside them; have a person look, or make them text" :
                        "; what they show is not counted");
    if (only)
        AN_TRY(an_content_tell(&k->content, AN_LIMIT, AN_UNKNOWN_COUNT, an_str_from_c(why), err));
    return an_content_open(&k->content, err);
}

// The document's own store ends, so that others can be opened.
static enum an_code finish(struct package *k, struct an_err *err) {
    char why[160] = "";
    if (k->finished)
        return AN_OK;
    k->finished = true;
    AN_TRY(an_content_table_end(&k->content, err));
    if (k->format->finish)
        AN_TRY(k->format->finish(k->state, &k->content, err));
    AN_TRY(an_prose_give_people(&k->content, &k->people, err));
    AN_TRY(remark_images(k, why, sizeof why, err));
    if (!k->format->is_book)
        AN_TRY(an_content_open(&k->content, err));
    return an_content_close(&k->content, k->content.offset, an_str_from_c(why), err);
}

static enum an_code manifest_start(void *arg, struct an_str name, const struct an_xml_attributes *a, struct an_err *err) {
    (void) a, (void) err;
    struct package *k = arg;
    k->encrypted += an_str_eq(name, AN_STR("encryption-data"));
    return AN_OK;
}

static enum an_code load_part(struct package *k, const struct an_part *part, struct an_err *err) {
    if (!an_str_eq(part->root, AN_STR("manifest")))
        return k->format->load(k->state, part, err);
    const struct an_xml_events events = {k, manifest_start, NULL, NULL, NULL};
    enum an_code what;                      // told when it is read as text
    struct an_err fault = {0};
    uint64_t bytes;
    return an_xmlin_read(part->input, part->head, &events, &what, &fault, &bytes, err);
}

static enum an_code take_part(void *arg, int pass, size_t ordinal, struct an_str name, struct an_input *input,
                              struct an_err *err) {
    struct package *k = arg;
    bool known = ordinal < k->count;
    int sort = known ? k->sorts[ordinal] : 0, wanted[PASSES] = {0, AN_PART_STORE, AN_PART_TEXT, 0};
    if (pass == REST)
        AN_TRY(finish(k, err));
    if (pass == REST ? (sort & (AN_PART_LOAD | AN_PART_STORE | AN_PART_TEXT)) : pass != LOAD && !(sort & wanted[pass]))
        return AN_OK;
    char root[AN_XML_NAME];
    struct an_err fault = {0};
    struct an_part part = {.name = name, .input = input};
    enum an_code what = read_head(k, input, &part.head, &fault);
    part.root = an_xml_root(part.head, root);
    if (pass == LOAD) {
        AN_TRY(sort_member(k, ordinal, name, part.head, part.root, err));
        if (!(k->sorts[ordinal] & AN_PART_LOAD))
            return what == AN_NOMEM || what == AN_BUG ? tell_broken(k, pass, what, &fault, err) : AN_OK;
    }
    if (what && pass != REST)
        return pass == TEXT || pass == STORE || (k->sorts[ordinal] & ~AN_PART_LOAD) == 0 ? tell_broken(k, pass, what, &fault,
                err) : AN_OK;
    switch ((enum pass) pass) {
    case LOAD: return load_part(k, &part, err);
    case STORE: return k->format->store(k->state, &part, err);
    case TEXT: return read_text(k, &part, err);
    case REST: case PASSES: break;
    }
    return read_rest(k, sort, name, part.head, input, err);
}

enum an_code an_package_read(const struct an_package_format *format, void *state, struct an_reading *reading,
                             struct an_input *input, const struct an_sniff *sniff, struct an_err *err) {
    static int (*const support)(struct archive *) = archive_read_support_format_zip;
    const struct an_container container = {.name = format->name, .access = AN_CONTAINER_SEEK, .support = {support}};
    struct package *k = an_alloc(sizeof *k);
    if (!k)
        return an_fail(err, AN_NOMEM, "no memory for a document");
    *k = (struct package) {.format = format, .state = state, .reading = reading, .uri = input->uri, .head = an_alloc(HEAD)};
    const struct an_container_parts parts = {k, PASSES, take_part};
    an_content_begin(&k->content, reading, input->uri, format->name);
    enum an_code code = k->head ? an_container_read_parts(&container, reading, input, sniff, &parts, err)
                                : an_fail(err, AN_NOMEM, "no memory for a document");
    if (!code)
        code = finish(k, err);
    an_content_release(&k->content);
    an_prose_people_release(&k->people);
    an_free(k->sorts);
    an_free(k->head);
    an_free(k);
    return code;
}

// Recognition: the names of the members that begin in the head.

enum { LOCAL = 30, NAME_AT = 26 };          // of a member's header: its size, and where in it the length of its name stands

static size_t u16(const char *p) { return (size_t) (unsigned char) p[0] | (size_t) (unsigned char) p[1] << 8; }

// The next member's name at or after *at; false when none begins there.
static bool next_name(struct an_str head, size_t *at, struct an_str *ret_name, size_t *ret_data) {
    if (*at >= head.len)
        return false;
    const char *p = memmem(head.ptr + *at, head.len - *at, "PK\3\4", 4);
    size_t from = p ? (size_t) (p - head.ptr) : head.len;
    if (head.len - from < LOCAL)
        return false;
    *ret_name = an_str_slice(head, from + LOCAL, from + LOCAL + u16(p + NAME_AT));
    *ret_data = from + LOCAL + u16(p + NAME_AT) + u16(p + NAME_AT + 2);
    *at = from + LOCAL;
    return true;
}

static bool begins(struct an_str s, struct an_str with) { return an_str_eq(an_str_slice(s, 0, with.len), with); }

int an_package_sniff_ooxml(const struct an_sniff *sniff, struct an_str folder) {
    struct an_str name;
    bool open = false, inside = false;
    if (!begins(sniff->head, AN_STR("PK\3\4")))
        return 0;
    for (size_t at = 0, data; next_name(sniff->head, &at, &name, &data);) {
        if (begins(name, AN_STR("/")))          // some writers begin names so
            name = an_str_slice(name, 1, name.len);
        inside |= begins(name, folder);
        open |= an_str_eq(name, AN_STR("[Content_Types].xml")) || begins(name, AN_STR("_rels/")) || begins(name,
                AN_STR("docProps/")) ||
                (begins(name, folder) && ends_with(name, ".xml"));
    }
    return inside && open ? 100 : 0;
}

int an_package_sniff_odf(const struct an_sniff *sniff, struct an_str type) {
    struct an_str name;
    size_t at = 0, data;
    if (!begins(sniff->head, AN_STR("PK\3\4")) || !next_name(sniff->head, &at, &name, &data) || !an_str_eq(name,
            AN_STR("mimetype")))
        return 0;
    return begins(an_str_slice(sniff->head, data, sniff->head.len), type) ? 100 : 0;
}
