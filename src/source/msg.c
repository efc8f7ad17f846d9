// Messages of Outlook, one a file. What they hold is written as a message of the Internet, and read as those are (mail.h): the
// same persons, lines and attachments come of both.
//
// Source: [MS-OXMSG], [MS-OXPROPS].
#define _GNU_SOURCE     // memmem
#include <stdio.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "source/codepage.h"
#include "source/little.h"
#include "source/lzfu.h"
#include "source/mail.h"
#include "source/office.h"
#include "source/rtf_reader.h"
#include "text/mime.h"

enum { DEPTH = 14, WIDE = 0x001F, NARROW = 0x001E, BYTES = 0x0102, OBJECT = 0x000D, NUMBER = 0x0003, MANY = 0x1000 };

// Numbers of properties. Source: [MS-OXPROPS].
enum property {
    TRANSPORT_HEADERS = 0x007D, SUBJECT = 0x0037, BODY = 0x1000, BODY_RTF = 0x1009, BODY_HTML = 0x1013,
    RECIPIENT_KIND = 0x0C15, NAME = 0x3001, ADDRESS = 0x3003, SMTP = 0x39FE, RECIPIENT_NAME = 0x5FF6,
    DATA = 0x3701, METHOD = 0x3705, SHORT_FILE = 0x3704, LONG_FILE = 0x3707, MIME_TYPE = 0x370E,
    CODE_PAGE = 0x3FFD, INTERNET_CODE_PAGE = 0x3FDE,
};

struct lost { struct an_str name; const char *why; uint32_t folder; };     // folder: one that is a store of its own

struct message {
    struct an_office *o;
    struct an_buf out;                  // the message as it is written
    struct an_codepage codepage;
    struct an_arena arena;
    struct lost *lost;                  // what the message that is written cannot say
    size_t lost_count, lost_cap;
    uint64_t parts;                     // attachments so far, of all messages
};

// The message that is being written.
struct level { uint32_t folder; unsigned page, html_page, depth; bool has_recipients; };

static void release(struct message *m) {
    an_buf_release(&m->out);
    an_codepage_release(&m->codepage);
    an_arena_release(&m->arena);
    an_free(m->lost);
}

static enum an_code lose(struct message *m, struct an_str name, const char *why, uint32_t folder, struct an_err *err) {
    if (!an_alloc_room(&m->lost, m->lost_count, &m->lost_cap, sizeof *m->lost))
        return an_fail(err, AN_NOMEM, "no memory for a message");
    struct an_str kept = an_arena_copy(&m->arena, name);
    if (!kept.ptr)
        return an_fail(err, AN_NOMEM, "no memory for a message");
    m->lost[m->lost_count++] = (struct lost) {kept, why, folder};
    return AN_OK;
}

// Properties.

static uint32_t find(const struct message *m, uint32_t folder, unsigned property, unsigned type) {
    char name[32];
    (void) snprintf(name, sizeof name, "__substg1.0_%04X%04X", property, type);
    return an_compound_find(m->o->compound, folder, name);
}

static enum an_code bytes_of(struct message *m, uint32_t entry, struct an_str *ret, struct an_err *err) {
    const struct an_compound *c = m->o->compound;
    bool whole = true;
    *ret = (struct an_str) {0};
    if (entry != AN_COMPOUND_NONE && c->entries[entry].type == AN_COMPOUND_STREAM)
        AN_TRY(an_compound_read(m->o->compound, entry, ret, &whole, err));
    return whole ? AN_OK : lose(m, c->entries[entry].name, "a part of the message is not whole", AN_COMPOUND_NONE, err);
}

// A number of the list of short properties; `header`: bytes before its first.
static bool number_of(struct message *m, uint32_t folder, size_t header, unsigned property, uint32_t *ret, enum an_code *ret_code,
                      struct an_err *err) {
    struct an_str list;
    *ret_code = bytes_of(m, an_compound_find(m->o->compound, folder, "__properties_version1.0"), &list, err);
    for (size_t at = header; !*ret_code && at + 16 <= list.len; at += 16) {
        if (an_little32(list, at) != (property << 16 | NUMBER))
            continue;
        *ret = an_little32(list, at + 8);
        return true;
    }
    return false;
}

static enum an_code add_text(struct message *m, const struct level *l, uint32_t entry, bool wide, struct an_buf *out,
                             struct an_err *err) {
    struct an_str raw;
    AN_TRY(bytes_of(m, entry, &raw, err));
    if (wide)
        return an_utf16_add(raw, out, err);
    static const struct an_str unknown = {0};       // some writers say no code page
    return l->page ? an_codepage_add(&m->codepage, l->page, raw, out, err) : an_mime_text(unknown, raw, out, err);
}

// Appends a text; nothing where there is none.
static enum an_code text_of(struct message *m, const struct level *l, uint32_t folder, unsigned property, struct an_buf *out,
                            struct an_err *err) {
    uint32_t wide = find(m, folder, property, WIDE), narrow = find(m, folder, property, NARROW);
    return wide != AN_COMPOUND_NONE ? add_text(m, l, wide, true, out, err) : add_text(m, l, narrow, false, out, err);
}

// Writing.

static enum an_code write(struct message *m, const char *text, struct an_err *err) {
    return an_buf_add(&m->out, an_str_from_c(text), err);
}

// A value of a header: one line. `quoted`: within quotes.
static enum an_code write_value(struct message *m, struct an_str text, bool quoted, struct an_err *err) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (quoted && (c == '"' || c == '\\'))
            AN_TRY(write(m, "\\", err));
        c = (unsigned char) c < 0x20 || c == 0x7F ? ' ' : c;
        AN_TRY(an_buf_add(&m->out, (struct an_str) {&c, 1}, err));
    }
    return AN_OK;
}

static enum an_code write_header(struct message *m, const char *name, struct an_str value, struct an_err *err) {
    if (!value.len)
        return AN_OK;
    AN_TRY(an_buf_addf(&m->out, err, "%s: ", name));
    AN_TRY(write_value(m, value, false, err));
    return write(m, "\n", err);
}

static enum an_code write_base64(struct message *m, struct an_str bytes, struct an_err *err) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    enum { GROUPS = 19 };
    char line[4 * GROUPS + 1];
    while (bytes.len) {
        size_t n = 0;
        for (size_t g = 0; g < GROUPS && bytes.len; g++) {
            uint32_t bits = an_little8(bytes, 0) << 16 | an_little8(bytes, 1) << 8 | an_little8(bytes, 2);
            for (size_t k = 0; k < 4; k++)
                line[n++] = k <= bytes.len ? digits[bits >> (18 - 6 * k) & 63] : '=';
            bytes = an_str_slice(bytes, 3, bytes.len);
        }
        line[n++] = '\n';
        AN_TRY(an_buf_add(&m->out, (struct an_str) {line, n}, err));
    }
    return AN_OK;
}

static enum an_code write_boundary(struct message *m, const struct level *l, bool last, struct an_err *err) {
    return an_buf_addf(&m->out, err, "--=_part_%u%s\n", l->depth, last ? "--" : "");
}

static enum an_code write_part(struct message *m, const struct level *l, const char *type, struct an_str bytes,
                               struct an_err *err) {
    if (!bytes.len)
        return AN_OK;
    AN_TRY(write_boundary(m, l, false, err));
    AN_TRY(an_buf_addf(&m->out, err, "Content-Type: %s\nContent-Transfer-Encoding: base64\n\n", type));
    return write_base64(m, bytes, err);
}

// Persons.

static bool is_address(struct an_str s) { return s.len && memchr(s.ptr, '@', s.len) != NULL; }

static enum an_code write_person(struct message *m, const char *header, struct an_str name, struct an_str address,
                                 struct an_err *err) {
    if (!name.len && !address.len)
        return AN_OK;
    if (!is_address(address) && is_address(name))
        address = name;
    if (address.len && !is_address(address))            // a name within an Exchange server
        AN_TRY(write_header(m, "X-Exchange-Address", address, err));
    AN_TRY(an_buf_addf(&m->out, err, "%s: \"", header));
    AN_TRY(write_value(m, name, true, err));
    AN_TRY(write(m, "\"", err));
    if (is_address(address)) {
        AN_TRY(write(m, " <", err));
        for (size_t i = 0; i < address.len; i++)
            if ((unsigned char) address.ptr[i] > ' ' && address.ptr[i] != '<' && address.ptr[i] != '>')
                AN_TRY(an_buf_add(&m->out, an_str_slice(address, i, i + 1), err));
        AN_TRY(write(m, ">", err));
    }
    return write(m, "\n", err);
}

struct naming { const char *header; unsigned name, smtp, address; };

static enum an_code write_naming(struct message *m, const struct level *l, uint32_t folder, const struct naming *n,
                                 struct an_err *err) {
    AN_AUTO(an_buf) name = {0};
    AN_AUTO(an_buf) smtp = {0};
    AN_AUTO(an_buf) address = {0};
    AN_TRY(text_of(m, l, folder, n->name, &name, err));
    AN_TRY(text_of(m, l, folder, n->smtp, &smtp, err));
    AN_TRY(text_of(m, l, folder, n->address, &address, err));
    return write_person(m, n->header, an_buf_str(&name), smtp.len ? an_buf_str(&smtp) : an_buf_str(&address), err);
}

static const struct naming namings[] = {
    {"From", 0x0042, 0x5D02, 0x0065}, {"Sender", 0x0C1A, 0x5D01, 0x0C1F}, {"Delivered-To", 0x0040, 0x5D07, 0x0076},
    {"Delivered-To", 0x0044, 0x5D08, 0x0078}, {"Disposition-Notification-To", 0x004B, 0x5D03, 0x0073},
};

static enum an_code write_recipient(struct message *m, const struct level *l, uint32_t folder, struct an_err *err) {
    enum { HEADER = 8, CC = 2, BCC = 3 };
    uint32_t kind = 1;
    enum an_code code;
    (void) number_of(m, folder, HEADER, RECIPIENT_KIND, &kind, &code, err);
    kind &= 0xF;
    const char *header = kind == CC ? "Cc" : kind == BCC ? "Bcc" : "To";
    const struct naming as[] = {{header, NAME, SMTP, ADDRESS}, {header, RECIPIENT_NAME, SMTP, ADDRESS}};
    for (size_t i = 0; i < AN_COUNT(as) && !code; i++)
        code = write_naming(m, l, folder, &as[i], err);
    return code;
}

// Headers of the Internet that the message came with. What they say of its parts is not so here.
static enum an_code write_transport_headers(struct message *m, const struct level *l, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    struct an_str line;
    bool taken = false;
    AN_TRY(text_of(m, l, l->folder, TRANSPORT_HEADERS, &text, err));
    struct an_str rest = an_buf_str(&text);
    while (an_str_next(&rest, '\n', &line)) {
        while (line.len && (line.ptr[line.len - 1] == '\r' || !line.ptr[line.len - 1]))
            line.len--;
        bool more = line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
        if (!more)
            taken = line.len && memchr(line.ptr, ':', line.len) && !an_mime_is(an_str_slice(line, 0, 8), "content-") &&
                    !an_mime_is(an_str_slice(line, 0, 5), "mime-");
        if (!taken)
            continue;
        AN_TRY(more ? write(m, " ", err) : AN_OK);
        AN_TRY(write_value(m, line, false, err));
        AN_TRY(write(m, "\n", err));
    }
    return AN_OK;
}

// Whether a property is in what was written already, or says how the message is kept.
static bool is_told(const struct level *l, unsigned property) {
    enum { SHOWN_FIRST = 0x0E02, SHOWN_LAST = 0x0E04 };         // names of recipients, in one text
    if (property >= SHOWN_FIRST && property <= SHOWN_LAST)
        return l->has_recipients;

    static const unsigned told[] = {
        TRANSPORT_HEADERS, SUBJECT, BODY, BODY_RTF, BODY_HTML, 0x001A, 0x003D, 0x0E1D, 0x0070, 0x1035, 0x1039, 0x1042, 0x0C1E,
        0x0064, 0x0075, 0x0077, 0x0072, 0x3002, 0x8000,
    };
    for (size_t i = 0; i < AN_COUNT(told); i++)
        if (told[i] == property)
            return true;
    for (size_t i = 0; i < AN_COUNT(namings); i++)
        if (property == namings[i].name || property == namings[i].smtp || property == namings[i].address)
            return true;
    return false;
}

static bool hexadecimal(struct an_str digits, unsigned *ret) {
    *ret = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        unsigned value = c >= '0' && c <= '9' ? (unsigned) (c - '0') : c >= 'A' && c <= 'F' ? (unsigned) (c - 'A' + 10) : 16;
        if (value > 15)
            return false;
        *ret = *ret << 4 | value;
    }
    return digits.len == 8;
}

// Every other text: of a contact, an appointment, a task.
static enum an_code write_others(struct message *m, const struct level *l, struct an_err *err) {
    const struct an_compound *c = m->o->compound;
    static const struct an_str prefix = AN_STR_INIT("__substg1.0_");
    for (uint32_t i = 1; i < c->count; i++) {
        const struct an_compound_entry *e = &c->entries[i];
        unsigned tag;
        if (e->type != AN_COMPOUND_STREAM || e->folder != l->folder || !an_str_eq(an_str_slice(e->name, 0, prefix.len), prefix) ||
            !hexadecimal(an_str_slice(e->name, prefix.len, prefix.len + 8), &tag) || is_told(l, tag >> 16))
            continue;
        unsigned type = tag & 0xFFFF & ~(unsigned) MANY;
        bool lengths = (tag & MANY) && e->name.len == prefix.len + 8;        // of several texts: they have streams of their own
        if ((type != WIDE && type != NARROW) || lengths)
            continue;
        AN_AUTO(an_buf) text = {0};
        char name[32];
        (void) snprintf(name, sizeof name, "X-Property-%04X", tag >> 16);
        AN_TRY(add_text(m, l, i, type == WIDE, &text, err));
        AN_TRY(write_header(m, name, an_buf_str(&text), err));
    }
    return AN_OK;
}

// Bodies.

static enum an_code on_text(void *arg, struct an_str text, unsigned change, struct an_err *err) {
    (void) change;
    return an_buf_add(arg, text, err);
}

static enum an_code on_mark(void *arg, enum an_rtf_mark mark, struct an_err *err) {
    return an_buf_add(arg, mark == AN_RTF_CELL ? AN_STR("\t") : AN_STR("\n"), err);
}

static enum an_code on_aside(void *arg, enum an_rtf_aside kind, struct an_str text, struct an_err *err) {
    (void) kind;
    AN_TRY(an_buf_add(arg, AN_STR("\n"), err));
    AN_TRY(an_buf_add(arg, text, err));
    return an_buf_add(arg, AN_STR("\n"), err);
}

// A body in RTF, where it is all there is, or holds what no other does.
static enum an_code write_rtf(struct message *m, const struct level *l, bool has_text, struct an_err *err) {
    AN_AUTO(an_buf) rtf = {.limit = m->o->reading->limits.memory_bytes};
    AN_AUTO(an_buf) text = {0};
    const struct an_rtf_events events = {&text, on_text, on_mark, on_aside};
    struct an_rtf met;
    struct an_str packed;
    bool whole;
    AN_TRY(bytes_of(m, find(m, l->folder, BODY_RTF, BYTES), &packed, err));
    if (!packed.len)
        return AN_OK;
    enum an_code code = an_lzfu_add(packed, &rtf, &whole, err);
    if (code && code != AN_LIMIT)
        return code;
    if (!whole)
        AN_TRY(lose(m, AN_STR("body in RTF"), "is damaged: what comes behind the damage is not read", AN_COMPOUND_NONE, err));
    AN_TRY(an_rtf_read(an_buf_str(&rtf), true, &events, &met, err));
    if (met.is_text && has_text)
        return AN_OK;
    return write_part(m, l, met.is_html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8", an_buf_str(&text), err);
}

static const char *html_type(unsigned page) {
    static const struct { unsigned page; const char *type; } types[] = {
        {65001, "text/html; charset=utf-8"}, {936, "text/html; charset=gbk"}, {20936, "text/html; charset=gbk"},
        {54936, "text/html; charset=gb18030"}, {950, "text/html; charset=big5"}, {932, "text/html; charset=shift_jis"},
        {949, "text/html; charset=euc-kr"}, {1250, "text/html; charset=windows-1250"}, {1251, "text/html; charset=windows-1251"},
        {1252, "text/html; charset=windows-1252"}, {28591, "text/html; charset=iso-8859-1"},
        {50220, "text/html; charset=iso-2022-jp"},
    };
    for (size_t i = 0; i < AN_COUNT(types); i++)
        if (types[i].page == page)
            return types[i].type;
    return "text/html";
}

static enum an_code write_bodies(struct message *m, const struct level *l, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    AN_AUTO(an_buf) html = {0};
    struct an_str raw;
    AN_TRY(text_of(m, l, l->folder, BODY, &text, err));
    AN_TRY(write_part(m, l, "text/plain; charset=utf-8", an_buf_str(&text), err));
    AN_TRY(bytes_of(m, find(m, l->folder, BODY_HTML, BYTES), &raw, err));
    AN_TRY(write_part(m, l, html_type(l->html_page), raw, err));
    AN_TRY(text_of(m, l, l->folder, BODY_HTML, &html, err));
    AN_TRY(write_part(m, l, "text/html; charset=utf-8", an_buf_str(&html), err));
    return raw.len || html.len ? AN_OK : write_rtf(m, l, text.len, err);
}

// Attachments.

static enum an_code write_file(struct message *m, const struct level *l, uint32_t folder, struct an_str name,
                               struct an_err *err) {
    AN_AUTO(an_buf) type = {0};
    struct an_str bytes;
    uint32_t entry = find(m, folder, DATA, BYTES);
    if (entry == AN_COMPOUND_NONE)
        return lose(m, name, "is attached by a link to where it lies, and not in the message", AN_COMPOUND_NONE, err);
    AN_TRY(bytes_of(m, entry, &bytes, err));
    AN_TRY(text_of(m, l, folder, MIME_TYPE, &type, err));
    bool closed = memmem(an_buf_str(&type).ptr, type.len, "pkcs7-mime", 10);
    AN_TRY(write_boundary(m, l, false, err));
    AN_TRY(an_buf_addf(&m->out, err, "Content-Type: %s\nContent-Transfer-Encoding: base64\n"
                       "Content-Disposition: attachment; filename*=utf-8''",
                       closed ? "application/pkcs7-mime" : "application/octet-stream"));
    for (size_t i = 0; i < name.len; i++)
        AN_TRY(an_buf_addf(&m->out, err, "%%%02X", (unsigned char) name.ptr[i]));
    AN_TRY(write(m, "\n\n", err));
    return write_base64(m, bytes, err);
}

static enum an_code write_message(struct message *m, uint32_t folder, size_t header, unsigned depth, struct an_err *err);

static enum an_code write_attachment(struct message *m, const struct level *l, uint32_t folder, struct an_err *err) {
    enum { HEADER = 8, EMBEDDED = 5, INNER_HEADER = 24 };
    AN_AUTO(an_buf) name = {0};
    uint32_t method = 0, object = find(m, folder, DATA, OBJECT);
    enum an_code code;
    (void) number_of(m, folder, HEADER, METHOD, &method, &code, err);
    AN_TRY(code);
    static const unsigned names[] = {LONG_FILE, SHORT_FILE, NAME};
    for (size_t i = 0; i < AN_COUNT(names) && !name.len; i++)
        AN_TRY(text_of(m, l, folder, names[i], &name, err));
    while (name.len && !name.ptr[name.len - 1])
        name.len--;
    m->parts++;
    if (!name.len)
        AN_TRY(an_buf_addf(&name, err, "attachment %llu", (unsigned long long) m->parts));
    if (object == AN_COMPOUND_NONE)
        return write_file(m, l, folder, an_buf_str(&name), err);
    if (method != EMBEDDED)
        return lose(m, an_buf_str(&name), NULL, object, err);
    if (l->depth + 1 >= DEPTH)
        return lose(m, an_buf_str(&name), "messages inside messages, too deep", AN_COMPOUND_NONE, err);
    AN_TRY(write_boundary(m, l, false, err));
    AN_TRY(write(m, "Content-Type: message/rfc822\n\n", err));
    return write_message(m, object, INNER_HEADER, l->depth + 1, err);
}

static bool begins(struct an_str name, struct an_str with) { return an_str_eq(an_str_slice(name, 0, with.len), with); }

static enum an_code write_each(struct message *m, const struct level *l, struct an_str prefix,
                               enum an_code (*one)(struct message *m, const struct level *l, uint32_t folder, struct an_err *err),
                               struct an_err *err) {
    const struct an_compound *c = m->o->compound;
    for (uint32_t i = 1; i < c->count; i++)
        if (c->entries[i].type == AN_COMPOUND_FOLDER && c->entries[i].folder == l->folder && begins(c->entries[i].name, prefix))
            AN_TRY(one(m, l, i, err));
    return AN_OK;
}

static enum an_code write_message(struct message *m, uint32_t folder, size_t header, unsigned depth, struct an_err *err) {
    struct level l = {.folder = folder, .depth = depth};
    AN_AUTO(an_buf) subject = {0};
    enum an_code code;
    bool known = number_of(m, folder, header, CODE_PAGE, &l.page, &code, err);
    AN_TRY(code);
    (void) number_of(m, folder, header, INTERNET_CODE_PAGE, &l.html_page, &code, err);
    AN_TRY(code);
    l.page = known ? l.page : l.html_page;
    AN_TRY(write_transport_headers(m, &l, err));
    for (size_t i = 0; i < AN_COUNT(namings); i++)
        AN_TRY(write_naming(m, &l, folder, &namings[i], err));
    size_t before = m->out.len;
    AN_TRY(write_each(m, &l, AN_STR("__recip_version1.0_"), write_recipient, err));
    l.has_recipients = m->out.len > before;
    AN_TRY(text_of(m, &l, folder, SUBJECT, &subject, err));
    AN_TRY(write_header(m, "Subject", an_buf_str(&subject), err));
    AN_TRY(write_others(m, &l, err));
    AN_TRY(an_buf_addf(&m->out, err, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_part_%u\"\n\n", depth));
    AN_TRY(write_bodies(m, &l, err));
    AN_TRY(write_each(m, &l, AN_STR("__attach_version1.0_"), write_attachment, err));
    return write_boundary(m, &l, true, err);
}

// Reading.

static enum an_code read_nothing(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    (void) arg, (void) buf, (void) cap, (void) err;
    *ret_len = 0;
    return AN_OK;
}

static enum an_code give_lost(struct message *m, struct an_err *err) {
    struct an_office *o = m->o;
    for (size_t i = 0; i < m->lost_count; i++) {
        const struct lost *l = &m->lost[i];
        AN_TRY(l->folder == AN_COMPOUND_NONE ? an_office_give_unread(o, l->name, AN_INPUT, l->why, err)
                                             : an_office_give_folder(o, l->folder, l->name, err));
    }
    if (m->codepage.lost)
        AN_TRY(an_office_give_unread(o, AN_STR("characters"), AN_INPUT, "some mean nothing in the message's code page", err));
    if (o->compound->damage)
        AN_TRY(an_office_give_unread(o, AN_STR("rest"), AN_INPUT, o->compound->damage, err));
    return o->broken ? an_office_give_unread(o, AN_STR("rest"), o->broken->code, o->broken->text, err) : AN_OK;
}

enum an_code an_msg_give(struct an_office *o, struct an_err *err) {
    enum { HEADER = 32 };
    AN_CLEANUP(release) struct message m = {.o = o, .out.limit = o->reading->limits.memory_bytes};
    struct an_input input = {.uri = o->uri, .read = read_nothing, .depth = o->depth};
    enum an_code code = write_message(&m, o->folder, HEADER, 0, err);
    if (code == AN_LIMIT)
        return an_office_unread(o, AN_LIMIT, "is too large for memory: save its attachments as files", err);
    AN_TRY(code);
    const struct an_sniff sniff = {.head = an_buf_str(&m.out), .line_end = '\n', .whole = true};
    AN_TRY(an_mail_read("msg", false, o->reading, &input, &sniff, err));
    return give_lost(&m, err);
}

static int sniff(const struct an_sniff *s) { return an_office_sniff(s, "msg"); }

static enum an_code read_msg(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_office_read("msg", reading, input, s, err);
}

const struct an_source an_source_msg = {
    .name = "msg",
    .title = {"Outlook messages (MSG)", "Outlook 邮件（MSG）"},
    .spec = "[MS-OXMSG], [MS-OXRTFCP], [MS-OXRTFEX], [MS-CFB]",
    .sniff = sniff,
    .read = read_msg,
};
