#define _GNU_SOURCE     // memmem
#include "remote/listing.h"

#include <jansson.h>
#include <libxml/xmlreader.h>
#include <string.h>
#include "base/alloc.h"
#include "base/utf8.h"

enum { TEXT_MAX = 16 * 1024, DEPTH_MAX = 16 };

static void reader_release(xmlTextReaderPtr *xml) {
    if (*xml)
        xmlFreeTextReader(*xml);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a listing"); }

static enum an_code malformed(const char *why, struct an_err *err) {
    return an_fail(err, AN_INPUT, "the server's listing is malformed: %s", why);
}

static void say_nothing(void *arg, const char *msg, xmlParserSeverities severity, xmlTextReaderLocatorPtr where) {
    (void) arg, (void) msg, (void) severity, (void) where;
}

static bool holds(struct an_str text, const char *what) {
    return text.len && memmem(text.ptr, text.len, what, strlen(what)) != NULL;
}

static struct an_str name_of(xmlTextReaderPtr xml) {
    return an_str_from_c((const char *) xmlTextReaderConstLocalName(xml));
}

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct an_str an_listing_decode(struct an_arena *arena, struct an_str s, bool plus) {
    char *out = an_arena_alloc(arena, s.len + 1, 1);
    size_t n = 0;
    for (size_t i = 0; out && i < s.len; i++) {
        char c = s.ptr[i];
        bool coded = c == '%' && i + 2 < s.len;
        int high = coded ? hex(s.ptr[i + 1]) : -1, low = coded ? hex(s.ptr[i + 2]) : -1;
        if (high >= 0 && low >= 0) {
            out[n++] = (char) (high << 4 | low);
            i += 2;
        } else {
            out[n++] = c == '+' && plus ? ' ' : c;
        }
    }
    return (struct an_str) {out, out ? n : 0};
}

// Digits and nothing else.
static bool read_size(struct an_str s, uint64_t *ret) {
    uint64_t n = 0;
    if (!s.len || s.len > 18)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        n = n * 10 + (uint64_t) (s.ptr[i] - '0');
    }
    *ret = n;
    return true;
}

// What was found on the way down to a text.
struct page {
    struct an_arena *arena;
    struct an_listing *list;
    struct an_listed *items;        // grown; copied into the arena at the end
    size_t count, cap;
    struct an_listed *last;         // which elements inside an item speak of; before the first item, none of the list
    char path[DEPTH_MAX];           // which of the elements we know is open at each depth: a letter, 0 for any other
    char text[TEXT_MAX];
    size_t text_len;
    bool has_key, has_size, url_encoded;
    bool dav;
};

static void page_release(struct page *p) { an_free(p->items); }

// The elements that mean something: name, the path of letters they stand at, their own letter.
static const struct { struct an_str name; const char *under; char letter; } elements[] = {
    {AN_STR_INIT("ListBucketResult"), "", 'l'},
    {AN_STR_INIT("Contents"), "l", 'c'},
    {AN_STR_INIT("Key"), "lc", 'k'},
    {AN_STR_INIT("Size"), "lc", 's'},
    {AN_STR_INIT("StorageClass"), "lc", 'w'},
    {AN_STR_INIT("IsTruncated"), "l", 't'},
    {AN_STR_INIT("NextContinuationToken"), "l", 'n'},
    {AN_STR_INIT("EncodingType"), "l", 'e'},
    {AN_STR_INIT("multistatus"), "", 'm'},
    {AN_STR_INIT("response"), "m", 'r'},
    {AN_STR_INIT("href"), "mr", 'h'},
    {AN_STR_INIT("status"), "mr", 'a'},
    {AN_STR_INIT("propstat"), "mr", 'p'},
    {AN_STR_INIT("prop"), "mrp", 'q'},
    {AN_STR_INIT("getcontentlength"), "mrpq", 'g'},
    {AN_STR_INIT("resourcetype"), "mrpq", 'y'},
    {AN_STR_INIT("collection"), "mrpqy", 'o'},
};

static char letter_of(const struct page *p, size_t depth, struct an_str name) {
    for (size_t i = 0; i < AN_COUNT(elements); i++)
        if (strlen(elements[i].under) == depth && memcmp(elements[i].under, p->path, depth) == 0 &&
            an_str_eq(elements[i].name, name))
            return elements[i].letter;
    return 0;
}

static enum an_code begin_element(struct page *p, size_t depth, struct an_str name, struct an_err *err) {
    if (depth >= DEPTH_MAX)
        return malformed("elements too deep in each other", err);
    p->path[depth] = letter_of(p, depth, name);
    p->text_len = 0;
    if (depth == 0 && p->path[0] != (p->dav ? 'm' : 'l'))
        return an_fail(err, AN_INPUT, "the server's answer is no listing of a %s", p->dav ? "folder" : "bucket");
    if (p->path[depth] == 'o')
        p->last->folder = true;
    if (p->path[depth] != 'c' && p->path[depth] != 'r')
        return AN_OK;
    size_t most = p->dav ? AN_COLLECTED_MAX : AN_LISTED_MAX;
    if (p->count == most)
        return an_fail(err, AN_LIMIT, "the server lists more than %zu objects at once", most);
    if (!an_alloc_room(&p->items, p->count, &p->cap, sizeof *p->items))
        return no_memory(err);
    p->last = &p->items[p->count++];
    *p->last = (struct an_listed) {.bytes = AN_NO_SIZE};
    p->has_key = p->has_size = false;
    return AN_OK;
}

static enum an_code end_element(struct page *p, size_t depth, struct an_err *err) {
    struct an_str text = {p->text, p->text_len};
    struct an_listed *last = p->last;
    switch (p->path[depth]) {
    case 'k':
        last->name = an_arena_copy(p->arena, text);
        p->has_key = text.len != 0;
        if (!last->name.ptr)
            return no_memory(err);
        break;
    case 'h':
        if (p->has_key || !text.len)
            return malformed("an answer that is not for one name", err);
        last->name = an_arena_copy(p->arena, text);
        p->has_key = true;
        if (!last->name.ptr)
            return no_memory(err);
        break;
    case 'a':                           // "HTTP/1.1 403 Forbidden"
        last->refused = text.len < 10 || text.ptr[9] != '2';
        break;
    case 'g':
        (void) read_size(text, &last->bytes);           // empty where the server does not know it
        break;
    case 'r':
        if (!p->has_key)
            return malformed("an answer without a name", err);
        break;
    case 's':
        p->has_size = read_size(text, &last->bytes);
        break;
    case 'w':
        last->cold = an_str_eq(text, AN_STR("GLACIER")) || an_str_eq(text, AN_STR("DEEP_ARCHIVE")) ||
                     an_str_eq(text, AN_STR("Archive")) || an_str_eq(text, AN_STR("ColdArchive")) ||
                     an_str_eq(text, AN_STR("DeepColdArchive")) || an_str_eq(text, AN_STR("ARCHIVE"));
        break;
    case 'c':
        if (!p->has_key || !p->has_size)
            return malformed("an object without a key or a size", err);
        break;
    case 't':
        p->list->truncated = an_str_eq(text, AN_STR("true"));
        if (!p->list->truncated && !an_str_eq(text, AN_STR("false")))
            return malformed("it does not say whether it is the last page", err);
        break;
    case 'n':
        p->list->next = an_arena_copy(p->arena, text);
        if (!p->list->next.ptr)
            return no_memory(err);
        break;
    case 'e':
        p->url_encoded = an_str_eq(text, AN_STR("url"));
        break;
    default:
        break;
    }
    p->path[depth] = 0;
    p->text_len = 0;
    return AN_OK;
}

static enum an_code add_text(struct page *p, struct an_str s, struct an_err *err) {
    if (s.len > TEXT_MAX - p->text_len)
        return an_fail(err, AN_LIMIT, "the server lists a name or token of more than %d bytes", TEXT_MAX);
    memcpy(p->text + p->text_len, s.ptr, s.len);
    p->text_len += s.len;
    return AN_OK;
}

static enum an_code take_node(struct page *p, xmlTextReaderPtr xml, struct an_err *err) {
    int depth = xmlTextReaderDepth(xml);
    enum an_code code;
    switch (xmlTextReaderNodeType(xml)) {
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:          // what it stands for could be anything
        return malformed("an entity, which no listing has", err);
    case XML_READER_TYPE_ELEMENT:
        code = begin_element(p, (size_t) depth, name_of(xml), err);
        return code || !xmlTextReaderIsEmptyElement(xml) ? code : end_element(p, (size_t) depth, err);
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_WHITESPACE:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        if (depth < 1 || depth > DEPTH_MAX || !p->path[depth - 1] || strchr("lcmrpqyo", p->path[depth - 1]))
            return AN_OK;
        return add_text(p, an_str_from_c((const char *) xmlTextReaderConstValue(xml)), err);
    case XML_READER_TYPE_END_ELEMENT:
        return end_element(p, (size_t) depth, err);
    default:
        return AN_OK;
    }
}

static enum an_code finish(struct page *p, struct an_err *err) {
    struct an_listing *list = p->list;
    list->items = AN_NEW_N(p->arena, p->count, struct an_listed);
    if (!list->items)
        return no_memory(err);
    list->count = p->count;
    for (size_t i = 0; i < p->count; i++) {
        list->items[i] = p->items[i];
        if (p->url_encoded)
            list->items[i].name = an_listing_decode(p->arena, p->items[i].name, true);
        if (!list->items[i].name.ptr)
            return no_memory(err);
    }
    if (list->truncated && !list->next.len)
        return malformed("there is more, but not behind which token", err);
    return AN_OK;
}

static enum an_code read_xml(struct an_str text, bool dav, struct an_arena *arena, struct an_listing *ret, struct an_err *err) {
    *ret = (struct an_listing) {0};
    if (text.len > INT32_MAX)
        return an_fail(err, AN_LIMIT, "the server's listing is longer than it may be");
    if (an_utf8_valid(text) != text.len)
        return malformed("it is not UTF-8", err);
    if (holds(text, "<!DOCTYPE") || holds(text, "<!ENTITY"))        // refused unread: they can make much of little
        return malformed("a document type or entities, which no listing has", err);
    struct an_listed none = {0};
    AN_CLEANUP(page_release) struct page work = {.arena = arena, .list = ret, .last = &none, .dav = dav};
    int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
    AN_CLEANUP(reader_release) xmlTextReaderPtr xml = xmlReaderForMemory(text.ptr, (int) text.len, NULL, "UTF-8", options);
    if (!xml)
        return no_memory(err);
    xmlTextReaderSetErrorHandler(xml, say_nothing, NULL);
    enum an_code code = AN_OK;
    int more = 0;
    while (!code && (more = xmlTextReaderRead(xml)) == 1)
        code = take_node(&work, xml, err);
    if (!code && more < 0)
        code = malformed("it is no XML, or breaks off", err);
    return code ? code : finish(&work, err);
}

enum an_code an_listing_s3(struct an_str text, struct an_arena *arena, struct an_listing *ret, struct an_err *err) {
    return read_xml(text, false, arena, ret, err);
}

enum an_code an_listing_dav(struct an_str text, struct an_arena *arena, struct an_listing *ret, struct an_err *err) {
    return read_xml(text, true, arena, ret, err);
}

// WebHDFS.

typedef json_t *json;
static void json_release(json *j) { json_decref(*j); }

static enum an_code take_status(json_t *status, struct an_arena *arena, struct an_listed *ret, struct an_err *err) {
    json_t *name = json_object_get(status, "pathSuffix"), *length = json_object_get(status, "length");
    const char *type = json_string_value(json_object_get(status, "type"));
    bool folder = type && strcmp(type, "DIRECTORY") == 0, link = type && strcmp(type, "SYMLINK") == 0;
    if (!json_is_string(name) || !type || (!folder && !link && strcmp(type, "FILE") != 0))
        return malformed("an entry without a name or a type", err);
    bool known = json_is_integer(length) && json_integer_value(length) >= 0;
    uint64_t bytes = known ? (uint64_t) json_integer_value(length) : AN_NO_SIZE;
    *ret = (struct an_listed) {.bytes = bytes, .folder = folder, .link = link};
    ret->name = an_arena_copy(arena, (struct an_str) {json_string_value(name), json_string_length(name)});
    return ret->name.ptr ? AN_OK : no_memory(err);
}

enum an_code an_listing_hdfs(struct an_str text, struct an_arena *arena, struct an_listing *ret, struct an_err *err) {
    AN_CLEANUP(json_release) json root = json_loadb(text.ptr, text.len, JSON_ALLOW_NUL, NULL);
    json_t *batch = json_object_get(root, "DirectoryListing"), *left = json_object_get(batch, "remainingEntries");
    json_t *inside = batch ? json_object_get(batch, "partialListing") : root;
    json_t *list = json_object_get(json_object_get(inside, "FileStatuses"), "FileStatus");
    *ret = (struct an_listing) {0};
    if (!json_is_array(list) || (batch && !json_is_integer(left)))
        return malformed("it is no list of WebHDFS, or breaks off", err);
    size_t count = json_array_size(list);
    if (count > AN_COLLECTED_MAX)
        return an_fail(err, AN_LIMIT, "the server lists more than %d objects at once", AN_COLLECTED_MAX);
    ret->items = AN_NEW_N(arena, count + 1, struct an_listed);
    if (!ret->items)
        return no_memory(err);
    for (; ret->count < count; ret->count++)
        AN_TRY(take_status(json_array_get(list, ret->count), arena, &ret->items[ret->count], err));
    ret->truncated = batch && json_integer_value(left) > 0;
    if (ret->truncated && !count)
        return malformed("there is more, but not behind which name", err);
    ret->next = count ? ret->items[count - 1].name : AN_STR("");
    return AN_OK;
}
