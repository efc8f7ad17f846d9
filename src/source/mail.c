#define _GNU_SOURCE     // memmem
#include "source/mail.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "source/mail_lines.h"
#include "source/names.h"
#include "source/uri.h"
#include "text/encoding.h"
#include "text/mime.h"

enum {
    HEADERS_MAX = 1 << 20,              // bytes of one message's
    HEAD = 64 * 1024,                   // of a part, to find out what it is
    PIECE = 64 * 1024 + 16,             // a line, decoded
    TEXT_MAX = 64 << 20,                // of a body whose encoding changes with escapes
    FROM_LINE_MAX = 1000,
};

struct header { struct an_str name, value; };
struct headers { struct an_arena arena; struct header *items; size_t count, cap; };

struct mail {
    struct an_reading *reading;
    const struct an_sink *sink;
    struct an_input *input;
    const char *format;
    struct an_mail_lines lines;
    bool attaching;                     // the second time through: only attachments are given
    enum an_store_status status;
    uint64_t number, message;           // of the last record or line; of the message
    uint64_t attachments, of_message;
    uint64_t long_headers, encrypted, uuencoded, too_deep;
    struct an_names said;               // who was named in this message, and as what
    struct an_names names;              // of attachments
    struct an_buf text, name, address;
    struct an_buf kept;                 // of an input that cannot be opened again, for its attachments
    char *head;                         // of a part
};

// --- which headers are read, and as what

static const struct an_str columns[] = {
    AN_STR_INIT("from.sender_name"), AN_STR_INIT("from.sender_email"), AN_STR_INIT("to.recipient_name"),
    AN_STR_INIT("to.recipient_email"), AN_STR_INIT("cc.recipient_name"), AN_STR_INIT("cc.recipient_email"),
    AN_STR_INIT("bcc.recipient_name"), AN_STR_INIT("bcc.recipient_email"), AN_STR_INIT("reply.recipient_name"),
    AN_STR_INIT("reply.recipient_email"),
};

enum { FROM = 0, TO = 2, CC = 4, BCC = 6, REPLY = 8, NOBODY = -1 };

// Headers that name people, by the first of their two columns.
static const struct { const char *name; int column; } naming[] = {
    {"from", FROM}, {"sender", FROM}, {"resent-from", FROM}, {"resent-sender", FROM}, {"to", TO}, {"resent-to", TO},
    {"apparently-to", TO}, {"cc", CC}, {"resent-cc", CC}, {"bcc", BCC}, {"resent-bcc", BCC}, {"reply-to", REPLY},
    {"mail-reply-to", REPLY}, {"mail-followup-to", REPLY}, {"disposition-notification-to", REPLY},
    // servers wrote these, of people who were mostly named above: they come after
    {"return-path", FROM}, {"delivered-to", TO}, {"x-original-to", TO}, {"envelope-to", TO}, {"errors-to", REPLY},
    {"received", TO},
};
enum { SERVERS_FIRST = 15 };            // of the servers' in this list

// Headers that machines write for machines: numbers of messages look like addresses, and each server on the way leaves its own.
static const char *const unread[] = {
    "message-id", "in-reply-to", "references", "content-id", "received-spf", "dkim-signature", "domainkey-signature",
    "authentication-results", "mime-version", "content-type", "content-transfer-encoding", "content-disposition",
    "content-length", "lines", "status", "x-status", "x-uid", "x-keywords", "date", "delivery-date", "precedence",
    "x-mailman-version", "x-beenthere", "x-received",
};
static const char *const unread_families[] = {"arc-", "list-", "x-spam-", "x-ms-exchange-", "x-mozilla-", "x-google-"};

static bool is_unread(struct an_str name) {
    for (size_t i = 0; i < AN_COUNT(unread); i++)
        if (an_mime_is(name, unread[i]))
            return true;
    for (size_t i = 0; i < AN_COUNT(unread_families); i++)
        if (an_mime_is(an_str_slice(name, 0, strlen(unread_families[i])), unread_families[i]))
            return true;
    return false;
}

static int column_of(struct an_str name) {
    for (size_t i = 0; i < AN_COUNT(naming); i++)
        if (an_mime_is(name, naming[i].name))
            return naming[i].column;
    return NOBODY;
}

static bool is_by_server(struct an_str name) {
    for (size_t i = SERVERS_FIRST; i < AN_COUNT(naming); i++)
        if (an_mime_is(name, naming[i].name))
            return true;
    return false;
}

// --- what is told

static enum an_code tell(struct mail *m, enum an_code what, const char *text, struct an_err *err) {
    struct an_trouble trouble = {.code = what, .records_lost = AN_UNKNOWN_COUNT, .bytes_lost = AN_UNKNOWN_COUNT,
                                 .text = an_str_from_c(text)};
    m->status = AN_STORE_PARTLY;
    return m->sink->trouble(m->sink->arg, &trouble, err);
}

static enum an_code pad(struct an_buf *b, struct an_err *err) {
    static const char padding[AN_SOURCE_PADDING];
    size_t len = b->len;
    AN_TRY(an_buf_add(b, (struct an_str) {padding, sizeof padding}, err));
    b->len = len;
    return AN_OK;
}

// Whether this name and address were not yet said, in this message, of this role. Of an address without a name it is enough that
// the address was.
static enum an_code is_new(struct mail *m, int column, bool *ret_new, struct an_err *err) {
    uint32_t role, address, name, before;
    for (size_t i = 0; i < m->address.len; i++)
        if (m->address.ptr[i] >= 'A' && m->address.ptr[i] <= 'Z')
            m->address.ptr[i] = (char) (m->address.ptr[i] | 0x20);
    AN_TRY(an_names_add(&m->said, AN_NO_NAME, columns[column], &role, err));
    before = m->said.count;
    AN_TRY(an_names_add(&m->said, role, an_buf_str(&m->address), &address, err));
    *ret_new = m->said.count > before;
    before = m->said.count;
    if (m->name.len)
        AN_TRY(an_names_add(&m->said, address, an_buf_str(&m->name), &name, err));
    *ret_new |= m->said.count > before;
    return AN_OK;
}

// A person named in a header.
static enum an_code give_person(struct mail *m, int column, struct an_err *err) {
    bool is = false;
    AN_TRY(is_new(m, column, &is, err));
    if (!is)
        return AN_OK;
    AN_TRY(pad(&m->name, err));
    AN_TRY(pad(&m->address, err));
    struct an_value values[2];
    size_t count = 0;
    if (m->name.len)
        values[count++] = (struct an_value) {.text = an_buf_str(&m->name), .column = (uint32_t) column};
    if (m->address.len)
        values[count++] = (struct an_value) {.text = an_buf_str(&m->address), .column = (uint32_t) column + 1};
    struct an_record record = {.values = values, .count = count, .number = ++m->number, .offset = m->lines.offset};
    return m->sink->record(m->sink->arg, &record, err);
}

static enum an_code give_people(struct mail *m, int column, struct an_str value, struct an_err *err) {
    enum an_code code = AN_OK;
    m->name.len = m->address.len = 0;
    while (an_mime_address(&value, &m->name, &m->address, &code, err))
        AN_TRY(give_person(m, column, err));
    return code;
}

// What is in m->text, as a line.
static enum an_code give_line(struct mail *m, struct an_err *err) {
    if (!m->text.len)
        return AN_OK;
    AN_TRY(an_buf_add(&m->text, AN_STR("\n"), err));
    AN_TRY(pad(&m->text, err));
    AN_TRY(m->sink->lines(m->sink->arg, an_buf_str(&m->text), m->number + 1, m->lines.offset, err));
    m->number++;
    m->text.len = 0;
    return AN_OK;
}

// "from x by y for <somebody>; date": only that somebody is of interest, who may be in no other header.
static enum an_code give_received(struct mail *m, struct an_str value, struct an_err *err) {
    const char *mark = value.len ? memmem(value.ptr, value.len, "for <", 5) : NULL;
    const char *end = mark ? memchr(mark, '>', (size_t) (value.ptr + value.len - mark)) : NULL;
    return end ? give_people(m, TO, (struct an_str) {mark + 4, (size_t) (end - mark) - 3}, err) : AN_OK;
}

static enum an_code give_header(struct mail *m, const struct header *h, struct an_err *err) {
    int column = column_of(h->name);
    if (is_unread(h->name))
        return AN_OK;
    if (an_mime_is(h->name, "received"))
        return give_received(m, h->value, err);
    if (column != NOBODY)
        return give_people(m, column, h->value, err);
    m->text.len = 0;
    AN_TRY(an_mime_text((struct an_str) {0}, h->name, &m->text, err));
    AN_TRY(an_buf_add(&m->text, AN_STR(": "), err));
    AN_TRY(an_mime_words(h->value, &m->text, err));
    return give_line(m, err);
}

// --- headers

static void headers_release(struct headers *h) {
    an_arena_release(&h->arena);
    an_free(h->items);
}

static struct an_str value_of(const struct headers *h, const char *name) {
    for (size_t i = 0; i < h->count; i++)
        if (an_mime_is(h->items[i].name, name))
            return h->items[i].value;
    return (struct an_str) {0};
}

static bool is_empty(struct an_str line) {
    return line.len == 0 || line.ptr[0] == '\n' || (line.len == 2 && line.ptr[0] == '\r');
}

// The length of the name of a header that the line begins with; 0 when it begins with none.
static size_t header_name(struct an_str line) {
    size_t n = 0;
    while (n < line.len && line.ptr[n] > ' ' && line.ptr[n] != ':' && line.ptr[n] != 0x7F)
        n++;
    return n < line.len && line.ptr[n] == ':' ? n : 0;
}

// Cuts what was gathered into headers: a line that begins with a blank goes on.
static enum an_code cut_headers(struct mail *m, struct headers *h, struct an_str text, struct an_err *err) {
    while (text.len) {
        size_t n = header_name(text), end = 0;
        do {
            const char *feed = memchr(text.ptr + end, '\n', text.len - end);
            end = feed ? (size_t) (feed - text.ptr) + 1 : text.len;
        } while (end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '\t'));
        if (!an_alloc_room(&h->items, h->count, &h->cap, sizeof *h->items))
            return an_fail(err, AN_NOMEM, "no memory for headers");
        if (n) {
            h->items[h->count++] = (struct header) {an_str_slice(text, 0, n), an_str_slice(text, n + 1, end)};
        } else if (!m->attaching) {             // no header, and yet somebody may be named in it
            m->text.len = 0;
            AN_TRY(an_mime_words(an_str_slice(text, 0, end), &m->text, err));
            AN_TRY(give_line(m, err));
        }
        text = an_str_slice(text, end, text.len);
    }
    return AN_OK;
}

static enum an_code read_headers(struct mail *m, struct headers *h, struct an_err *err) {
    AN_AUTO(an_buf) gathered = {.limit = HEADERS_MAX};
    struct an_str line;
    bool begins, more;
    for (;;) {
        AN_TRY(an_mail_lines_next(&m->lines, &line, &begins, &more, err));
        if (!more || (begins && is_empty(line)))
            break;
        enum an_code code = an_buf_add(&gathered, line, err);
        if (code == AN_LIMIT)
            m->long_headers++;
        else if (code)
            return code;
    }
    struct an_str kept = an_arena_copy(&h->arena, an_buf_str(&gathered));
    AN_TRY(kept.ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for headers"));
    return cut_headers(m, h, kept, err);
}

// --- a part's bytes

struct part {
    struct mail *m;
    struct an_mime_decoder decoder;
    bool in_text;                       // what hides in text is looked for
    bool in_multipart;
    char *out;
    size_t start, end;
    struct an_str head;                 // of what was read to find out what it is, what is not yet taken
};

static void look_into(struct mail *m, struct an_str line) {
    static const struct an_str begin = AN_STR_INIT("begin "), pgp = AN_STR_INIT("-----BEGIN PGP MESSAGE-----");
    m->encrypted += an_str_eq(an_str_slice(line, 0, pgp.len), pgp);
    struct an_str mode = an_str_slice(line, begin.len, begin.len + 4);
    bool is_mode = mode.len == 4 && mode.ptr[3] == ' ';
    for (size_t i = 0; i < 3 && is_mode; i++)
        is_mode = mode.ptr[i] >= '0' && mode.ptr[i] <= '7';
    m->uuencoded += is_mode && an_str_eq(an_str_slice(line, 0, begin.len), begin);
}

static enum an_code end_part(struct part *p, struct an_err *err) {
    const struct an_mail_lines *l = &p->m->lines;
    if (l->broken)
        return an_fail(err, l->broken, "%s", l->why.text);
    if (p->decoder.bad)
        return an_fail(err, AN_INPUT, "its base64 holds %llu characters that are none: it is damaged",
                       (unsigned long long) p->decoder.bad);
    if (p->in_multipart && l->stop != AN_MAIL_BOUNDARY)
        return an_fail(err, AN_INPUT, "the message ends inside it: the rest is missing");
    return AN_OK;
}

static enum an_code read_part(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct part *p = arg;
    struct an_str line;
    bool begins, more;
    *ret_len = 0;
    while (p->start == p->end) {
        AN_TRY(an_mail_lines_next(&p->m->lines, &line, &begins, &more, err));
        if (!more)
            return end_part(p, err);
        if (p->in_text && begins)
            look_into(p->m, line);
        p->start = 0;
        p->end = an_mime_decode(&p->decoder, line, p->out);
    }
    *ret_len = p->end - p->start < cap ? p->end - p->start : cap;
    memcpy(buf, p->out + p->start, *ret_len);
    p->start += *ret_len;
    return AN_OK;
}

static enum an_code drain(struct mail *m, struct an_err *err) {
    struct an_str line;
    bool begins, more = true;
    while (more)
        AN_TRY(an_mail_lines_next(&m->lines, &line, &begins, &more, err));
    return AN_OK;
}

// --- text: read by the source of its format, whose records and lines become ours

static enum an_code adopt_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    (void) arg, (void) info, (void) err;
    return AN_OK;
}

static enum an_code adopt_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    (void) arg, (void) names, (void) count, (void) err;
    return AN_OK;
}

static enum an_code adopt_record(void *arg, const struct an_record *r, struct an_err *err) {
    struct mail *m = arg;
    struct an_record record = {.values = r->values, .count = r->count, .number = ++m->number, .offset = m->lines.offset,
                               .loose = true};          // our columns are not its
    return m->sink->record(m->sink->arg, &record, err);
}

static enum an_code adopt_lines(void *arg, struct an_str block, uint64_t first, uint64_t offset, struct an_err *err) {
    struct mail *m = arg;
    (void) first, (void) offset;
    AN_TRY(m->sink->lines(m->sink->arg, block, m->number + 1, m->lines.offset, err));
    for (size_t i = 0; i < block.len; i++)
        m->number += block.ptr[i] == '\n';
    m->number += block.ptr[block.len - 1] != '\n';
    return AN_OK;
}

static enum an_code adopt_trouble(void *arg, const struct an_trouble *t, struct an_err *err) {
    struct mail *m = arg;
    struct an_trouble trouble = *t;
    trouble.offset = m->lines.offset;
    trouble.record = 0;
    m->status = AN_STORE_PARTLY;
    return m->sink->trouble(m->sink->arg, &trouble, err);
}

static enum an_code adopt_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why, struct an_err *err) {
    (void) arg, (void) status, (void) bytes, (void) why, (void) err;
    return AN_OK;
}

static const struct an_source *source_called(const char *name) {
    for (size_t i = 0; i < an_source_count; i++)
        if (strcmp(an_sources[i]->name, name) == 0)
            return an_sources[i];
    return NULL;
}

// Text in an encoding whose ASCII bytes may be no ASCII.
static enum an_code give_stateful(struct mail *m, struct part *p, struct an_str charset, struct an_err *err) {
    AN_AUTO(an_buf) raw = {.limit = TEXT_MAX};
    AN_AUTO(an_buf) text = {0};
    char room[4096];
    size_t got = 1;
    struct an_err why;
    while (got) {
        enum an_code code = read_part(p, room, sizeof room, &got, &why);
        if (code == AN_NOMEM || code == AN_BUG)
            return *err = why, code;
        if (code)
            AN_TRY(tell(m, code, why.text, err));
        code = an_buf_add(&raw, (struct an_str) {room, code ? 0 : got}, err);
        if (code == AN_LIMIT)
            return tell(m, AN_LIMIT, "a message is longer than can be decoded from its encoding", err);
        AN_TRY(code);
    }
    AN_TRY(an_mime_text(charset, an_buf_str(&raw), &text, err));
    AN_TRY(pad(&text, err));
    return text.len ? adopt_lines(m, an_buf_str(&text), 0, 0, err) : AN_OK;
}

static enum an_code read_head(struct mail *m, struct part *p, struct an_sniff *sniff, struct an_err *why, struct an_err *err) {
    size_t len = 0, got = 1;
    enum an_code code = AN_OK;
    while (len < HEAD && got && !code) {
        got = 0;
        code = read_part(p, m->head + len, HEAD - len, &got, why);
        len += code ? 0 : got;
    }
    if (code == AN_NOMEM || code == AN_BUG)
        return *err = *why, code;
    if (code)
        AN_TRY(tell(m, code, why->text, err));
    *sniff = (struct an_sniff) {.head = {m->head, len}, .line_end = '\n', .whole = !got || code};
    return AN_OK;
}

static enum an_code give_text(struct mail *m, struct part *p, const struct headers *h, bool html, struct an_err *err) {
    AN_AUTO(an_buf) charset = {0};
    const struct an_sink sink = {.arg = m, .open = adopt_open, .columns = adopt_columns, .record = adopt_record,
                                 .lines = adopt_lines, .trouble = adopt_trouble, .close = adopt_close};
    struct an_reading reading = {.sink = &sink, .limits = m->reading->limits, .inside = m->reading->inside,
                                 .apart = m->reading->apart};
    struct an_input input = {.uri = m->input->uri, .arg = p, .read = read_part, .depth = m->input->depth};
    struct an_sniff sniff;
    struct an_err why;
    p->in_text = true;
    AN_TRY(an_mime_parameter(value_of(h, "content-type"), "charset", &charset, err));
    if (an_mime_is_stateful(an_buf_str(&charset)))
        return give_stateful(m, p, an_buf_str(&charset), err);
    AN_TRY(read_head(m, p, &sniff, &why, err));
    if (!sniff.head.len)
        return AN_OK;
    const char *found = an_encoding_detect(sniff.head, sniff.whole), *said = an_encoding_called(an_buf_str(&charset));
    sniff.encoding = said && (!found || strcmp(found, "utf-8") != 0) ? said : found;
    if (sniff.encoding)
        sniff.line_end = an_encoding_line_end(sniff.encoding, sniff.head);
    const struct an_source *source = source_called(!sniff.encoding ? "binary" : html ? "html" : "text");
    source = source ? source : source_called("text");
    return source ? source->read(&reading, &input, &sniff, err) : an_fail(err, AN_BUG, "no source reads text");
}

// --- attachments

static enum an_code name_attachment(struct mail *m, const struct headers *h, struct an_buf *uri, struct an_err *err) {
    AN_AUTO(an_buf) name = {0};
    AN_AUTO(an_buf) below = {0};
    uint32_t number;
    AN_TRY(an_mime_parameter(value_of(h, "content-disposition"), "filename", &name, err));
    if (!name.len)
        AN_TRY(an_mime_parameter(value_of(h, "content-type"), "name", &name, err));
    if (m->lines.many)
        AN_TRY(an_buf_addf(&below, err, "%llu/", (unsigned long long) m->message));
    size_t before = below.len;
    AN_TRY(name.len ? an_buf_add(&below, an_buf_str(&name), err)
                    : an_buf_addf(&below, err, "attachment %llu", (unsigned long long) m->of_message));
    if (an_names_find(&m->names, AN_NO_NAME, an_buf_str(&below)) != AN_NO_NAME) {
        below.len = before;
        AN_TRY(an_buf_addf(&below, err, "%llu %.*s", (unsigned long long) m->of_message, AN_STR_ARG(an_buf_str(&name))));
    }
    AN_TRY(an_names_add(&m->names, AN_NO_NAME, an_buf_str(&below), &number, err));
    return an_source_uri_below(uri, m->input->uri, an_buf_str(&below), err);
}

static enum an_code give_unread(struct mail *m, struct an_str uri, enum an_code what, const char *text, struct an_err *err) {
    struct an_store_info info = {.uri = uri, .format = m->format};
    AN_TRY(m->sink->open(m->sink->arg, &info, err));
    AN_TRY(tell(m, what, text, err));
    return m->sink->close(m->sink->arg, AN_STORE_UNREAD, 0, an_str_from_c(text), err);
}

static bool is_enveloped(const struct headers *h, struct an_str type) {
    struct an_str all = value_of(h, "content-type");
    return (an_mime_is(type, "application/pkcs7-mime") || an_mime_is(type, "application/x-pkcs7-mime")) &&
           !memmem(all.ptr, all.len, "signed-data", 11) && !memmem(all.ptr, all.len, "certs-only", 10);
}

static enum an_code give_attachment(struct mail *m, struct part *p, const struct headers *h, struct an_str type,
                                    struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    m->attachments++;
    m->of_message++;
    if (!m->attaching)
        return drain(m, err);
    if (m->attachments > m->reading->limits.members)
        return drain(m, err);
    AN_TRY(name_attachment(m, h, &uri, err));
    if (is_enveloped(h, type)) {
        AN_TRY(give_unread(m, an_buf_str(&uri), AN_INPUT, "is an encrypted message (S/MIME): decrypt it first", err));
    } else if (m->input->depth + 1 >= m->reading->limits.depth) {
        AN_TRY(give_unread(m, an_buf_str(&uri), AN_LIMIT, "containers inside containers, too deep", err));
    } else {
        struct an_input member = {.uri = an_buf_str(&uri), .arg = p, .read = read_part, .depth = m->input->depth + 1};
        AN_TRY(an_source_read(m->reading, &member, err));
    }
    return drain(m, err);
}

// --- parts and messages

static enum an_code read_message(struct mail *m, bool in_multipart, int depth, struct an_err *err);

static bool is_attached(const struct headers *h) {
    return an_mime_is(an_mime_main(value_of(h, "content-disposition")), "attachment");
}

static enum an_code read_leaf(struct mail *m, const struct headers *h, struct an_str type, bool in_multipart,
                              struct an_err *err) {
    bool html = an_mime_is(type, "text/html");
    bool text = html || !type.len || an_mime_is(type, "text/plain") || an_mime_is(type, "text/enriched") ||
                an_mime_is(type, "text") || an_mime_is(type, "message/delivery-status") ||
                an_mime_is(type, "text/rfc822-headers") || !memchr(type.ptr, '/', type.len);
    struct part p = {.m = m, .in_multipart = in_multipart, .out = an_alloc(PIECE),
                     .decoder.how = an_mime_transfer_called(value_of(h, "content-transfer-encoding"))};
    if (!p.out)
        return an_fail(err, AN_NOMEM, "no memory for a part of a message");
    bool body = text && !is_attached(h);
    enum an_code code = !body ? give_attachment(m, &p, h, type, err) : m->attaching ? AN_OK : give_text(m, &p, h, html, err);
    an_free(p.out);
    return code ? code : drain(m, err);
}

// What stands before the first and behind the last boundary: programs write a remark there, people may write anything.
static enum an_code read_between(struct mail *m, struct an_err *err) {
    static const struct headers none = {0};
    struct part p = {.m = m, .out = an_alloc(PIECE)};
    if (!p.out)
        return an_fail(err, AN_NOMEM, "no memory for a part of a message");
    enum an_code code = m->attaching ? AN_OK : give_text(m, &p, &none, false, err);
    an_free(p.out);
    return code ? code : drain(m, err);
}

static enum an_code read_entity(struct mail *m, const struct headers *h, bool in_digest, bool in_multipart, int depth,
                                struct an_err *err);

static enum an_code read_multipart(struct mail *m, struct an_buf *boundary, bool digest, int depth, struct an_err *err) {
    struct an_mail_lines *l = &m->lines;
    if (depth >= AN_MAIL_DEPTH || !an_mail_lines_enter(l, boundary)) {
        m->too_deep++;
        return read_between(m, err);
    }
    size_t level = l->depth - 1;
    enum an_code code = read_between(m, err);
    while (!code && l->stop == AN_MAIL_BOUNDARY && l->level == level && !l->last) {
        AN_CLEANUP(headers_release) struct headers h = {0};
        an_mail_lines_pass(l);
        code = read_headers(m, &h, err);
        if (!code)
            code = read_entity(m, &h, digest, true, depth + 1, err);
    }
    bool ends = l->stop == AN_MAIL_BOUNDARY && l->level == level;
    an_mail_lines_leave(l);
    if (ends && !code) {
        an_mail_lines_pass(l);
        code = read_between(m, err);
    }
    return code;
}

static enum an_code read_entity(struct mail *m, const struct headers *h, bool in_digest, bool in_multipart, int depth,
                                struct an_err *err) {
    AN_AUTO(an_buf) boundary = {0};
    struct an_str type = an_mime_main(value_of(h, "content-type"));
    bool encoded = an_mime_transfer_called(value_of(h, "content-transfer-encoding")) != AN_MIME_PLAIN;
    if (an_mime_is(an_str_slice(type, 0, 10), "multipart/")) {
        m->encrypted += an_mime_is(type, "multipart/encrypted") && !m->attaching;
        AN_TRY(an_mime_parameter(value_of(h, "content-type"), "boundary", &boundary, err));
        return read_multipart(m, &boundary, an_mime_is(type, "multipart/digest"), depth, err);
    }
    bool message = an_mime_is(type, "message/rfc822") || an_mime_is(type, "message/global") || (in_digest && !type.len);
    if (message && !encoded && depth < AN_MAIL_DEPTH)
        return read_message(m, in_multipart, depth + 1, err);
    return read_leaf(m, h, type, in_multipart, err);
}

static enum an_code read_message(struct mail *m, bool in_multipart, int depth, struct an_err *err) {
    AN_CLEANUP(headers_release) struct headers h = {0};
    AN_TRY(read_headers(m, &h, err));
    for (int servers = 0; servers < 2 && !m->attaching; servers++)
        for (size_t i = 0; i < h.count; i++)
            AN_TRY(is_by_server(h.items[i].name) == servers ? give_header(m, &h.items[i], err) : AN_OK);
    return read_entity(m, &h, false, in_multipart, depth, err);
}

static enum an_code read_messages(struct mail *m, struct an_err *err) {
    struct an_mail_lines *l = &m->lines;
    struct an_str line;
    bool begins, more;
    m->message = m->attachments = 0;
    if (l->many)                            // the line that begins the first message
        AN_TRY(an_mail_lines_next(l, &line, &begins, &more, err));
    do {
        if (l->stop == AN_MAIL_MESSAGE)
            an_mail_lines_pass(l);
        m->message++;
        m->of_message = 0;
        an_names_release(&m->said);
        AN_TRY(read_message(m, false, 0, err));
        AN_TRY(drain(m, err));                  // a boundary of nobody's cannot be met here
    } while (l->stop == AN_MAIL_MESSAGE);
    return AN_OK;
}

// --- the file

static enum an_code read_file(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    const int *fd = arg;
    ssize_t n = read(*fd, buf, cap);
    *ret_len = n > 0 ? (size_t) n : 0;
    return n < 0 ? an_fail(err, AN_IO, "cannot be read further: %m") : AN_OK;
}

static enum an_code read_nothing(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    (void) arg, (void) buf, (void) cap, (void) err;
    *ret_len = 0;
    return AN_OK;
}

static enum an_code tell_counts(struct mail *m, bool can_attach, struct an_err *err) {
    const struct { uint64_t count; enum an_code code; const char *text; } all[] = {
        {m->encrypted, AN_INPUT, "%llu messages or parts are encrypted (PGP): decrypt them first"},
        {m->uuencoded, AN_INPUT, "%llu attachments are uuencoded, which this version cannot read: save them as files"},
        {m->too_deep, AN_LIMIT, "%llu multiparts have no boundary or are nested too deep: they were read as text"},
        {m->long_headers, AN_LIMIT, "%llu lines of headers over the limit were not read"},
        {can_attach ? 0 : m->attachments, AN_LIMIT,
         "%llu attachments were not read: the mail is in a container or a stream, and too large for memory; read it as a file"},
        {m->attachments > m->reading->limits.members ? m->attachments - m->reading->limits.members : 0, AN_LIMIT,
         "%llu attachments over the limit were not read"},
    };
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        char text[160];
        if (!all[i].count)
            continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void) snprintf(text, sizeof text, all[i].text, (unsigned long long) all[i].count);
#pragma GCC diagnostic pop
        AN_TRY(tell(m, all[i].code, text, err));
    }
    return m->lines.broken ? tell(m, m->lines.broken, m->lines.why.text, err) : AN_OK;
}

// The second time: the same bytes, from the file or from memory.
static enum an_code read_attachments(struct mail *m, struct an_str kept, struct an_err *err) {
    bool many = m->lines.many;
    int fd = m->input->path ? open(m->input->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK) : -1;
    struct an_input again = {.uri = m->input->uri, .arg = &fd, .read = m->input->path ? read_file : read_nothing};
    an_mail_lines_release(&m->lines);
    m->lines = (struct an_mail_lines) {.input = &again, .many = many};
    m->attaching = true;
    enum an_code code = an_mail_lines_begin(&m->lines, kept, !m->input->path, err);
    if (!code && m->input->path && fd < 0)
        code = give_unread(m, m->input->uri, AN_IO, "cannot be opened again", err);
    else if (!code)
        code = read_messages(m, err);
    if (fd >= 0)
        (void) close(fd);
    return code;
}

static enum an_code read_mail(struct mail *m, const struct an_sniff *sniff, struct an_err *err) {
    struct an_store_info info = {.uri = m->input->uri, .format = m->format};
    m->kept.limit = m->reading->limits.memory_bytes;
    m->lines.keep = m->input->path ? NULL : &m->kept;
    if (m->input->depth == 0)
        m->reading->packed = m->reading->unpacked = 0;
    m->head = an_alloc(HEAD + AN_SOURCE_PADDING);
    AN_TRY(m->head ? AN_OK : an_fail(err, AN_NOMEM, "no memory to read mail"));
    AN_TRY(m->sink->open(m->sink->arg, &info, err));
    AN_TRY(m->sink->columns(m->sink->arg, columns, AN_COUNT(columns), err));
    AN_TRY(an_mail_lines_begin(&m->lines, sniff->head, sniff->whole, err));
    AN_TRY(read_messages(m, err));
    bool can_attach = m->input->path || m->lines.kept_all;
    AN_TRY(tell_counts(m, can_attach, err));
    uint64_t bytes = m->lines.taken;
    if (m->input->depth == 0)
        m->reading->packed = bytes;
    AN_TRY(m->sink->close(m->sink->arg, m->status, bytes, (struct an_str) {0}, err));
    return m->attachments && can_attach ? read_attachments(m, an_buf_str(&m->kept), err) : AN_OK;
}

static void mail_release(struct mail *m) {
    an_mail_lines_release(&m->lines);
    an_names_release(&m->said);
    an_names_release(&m->names);
    an_buf_release(&m->text);
    an_buf_release(&m->name);
    an_buf_release(&m->address);
    an_buf_release(&m->kept);
    an_free(m->head);
}

enum an_code an_mail_read(const char *format, bool many, struct an_reading *reading, struct an_input *input,
                          const struct an_sniff *sniff, struct an_err *err) {
    AN_CLEANUP(mail_release) struct mail m = {.reading = reading, .sink = reading->sink, .input = input, .format = format,
                                              .lines = {.input = input, .many = many}};
    return read_mail(&m, sniff, err);
}

// --- what it looks like

bool an_mail_is_from_line(struct an_str line) {
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    if (line.len < 20 || line.len > FROM_LINE_MAX || memcmp(line.ptr, "From ", 5) != 0)
        return false;
    for (size_t i = 0; i < AN_COUNT(days); i++) {
        const char *day = memmem(line.ptr, line.len, days[i], 3);
        size_t at = day ? (size_t) (day - line.ptr) : 0;
        struct an_str rest = an_str_slice(line, at, line.len);
        const char *colon = at > 4 && line.ptr[at - 1] == ' ' ? memchr(rest.ptr, ':', rest.len) : NULL;
        if (colon && colon[-1] >= '0' && colon[-1] <= '9')
            return true;
    }
    return false;
}

int an_mail_looks_like_message(struct an_str head) {
    // a header counts what it says about the rest being mail
    static const struct { const char *name; int weight; } known[] = {
        {"received", 3}, {"return-path", 3}, {"message-id", 3}, {"delivered-to", 3}, {"mime-version", 2}, {"from", 1}, {"to", 1},
        {"subject", 1}, {"date", 1}, {"reply-to", 1}, {"cc", 1}, {"content-type", 1}, {"content-transfer-encoding", 1},
        {"sender", 1},
    };
    enum { ENOUGH = 4, HEADERS = 400 };
    unsigned seen = 0;
    int weight = 0;
    bool has_person = false;
    for (int i = 0; i < HEADERS && head.len; i++) {
        struct an_str line;
        if (!an_str_next(&head, '\n', &line) || is_empty(line) || an_str_eq(line, AN_STR("\r")))
            break;
        if (i && (line.ptr[0] == ' ' || line.ptr[0] == '\t'))
            continue;
        size_t n = header_name(line);
        if (!n)
            return 0;
        for (size_t k = 0; k < AN_COUNT(known); k++) {
            if (seen >> k & 1 || !an_mime_is(an_str_slice(line, 0, n), known[k].name))
                continue;
            seen |= 1u << k;
            weight += known[k].weight;
            has_person |= column_of(an_str_slice(line, 0, n)) != NOBODY;
        }
    }
    return weight >= ENOUGH && has_person ? 85 : 0;
}
