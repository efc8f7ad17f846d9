#include "remote/message.h"

#include "remote/feed.h"
#include "remote/redis_key.h"

enum { REGISTRY_HEAD = 5 };             // bytes a schema registry's client puts before a value: 0, number of the schema

void an_message_maker_release(struct an_message_maker *m) {
    an_blob_release(&m->blob);
    an_buf_release(&m->text);
}

// The line as it grows: a comma stands before all members but the first.
struct line { struct an_message_maker *m; struct an_buf *out; bool any, bytes; };

static enum an_code add(struct line *l, struct an_str s, struct an_err *err) { return an_buf_add(l->out, s, err); }

static enum an_code begin_member(struct line *l, struct an_str name, struct an_err *err) {
    if (l->any)
        AN_TRY(add(l, AN_STR(","), err));
    l->any = true;
    AN_TRY(an_feed_text(l->out, name, err));
    return add(l, AN_STR(":"), err);
}

// The text of some bytes, in m->text.
static enum an_code make_text(struct line *l, struct an_str bytes, struct an_str *ret, struct an_err *err) {
    l->m->text.len = 0;
    AN_TRY(an_blob_text(&l->m->blob, bytes, &l->m->text, err));
    l->bytes |= l->m->blob.is_bytes;
    *ret = an_buf_str(&l->m->text);
    return AN_OK;
}

static enum an_code add_value(struct line *l, struct an_str bytes, struct an_err *err) {
    struct an_str text;
    if (!bytes.ptr)
        return add(l, AN_STR("null"), err);
    AN_TRY(make_text(l, bytes, &text, err));
    return an_feed_value(l->out, text, err);
}

// A header. What does not look like a name is data, and no part of a column's.
static enum an_code add_header(struct line *l, const struct an_message_header *h, struct an_err *err) {
    struct an_str text;
    if (an_redis_is_name(h->name)) {
        AN_TRY(begin_member(l, h->name, err));
        return add_value(l, h->value, err);
    }
    AN_TRY(begin_member(l, AN_STR("*"), err));
    AN_TRY(add(l, AN_STR("["), err));
    AN_TRY(make_text(l, h->name, &text, err));
    AN_TRY(an_feed_text(l->out, text, err));
    AN_TRY(add(l, AN_STR(","), err));
    AN_TRY(add_value(l, h->value, err));
    return add(l, AN_STR("]"), err);
}

static enum an_code add_headers(struct line *l, const struct an_message *message, struct an_err *err) {
    AN_TRY(begin_member(l, AN_STR("headers"), err));
    AN_TRY(add(l, AN_STR("{"), err));
    l->any = false;
    for (size_t i = 0; i < message->header_count; i++)
        AN_TRY(add_header(l, &message->headers[i], err));
    l->any = true;
    return add(l, AN_STR("}"), err);
}

static struct an_str trim(struct an_str s) {
    while (s.len && (s.ptr[0] == ' ' || (s.ptr[0] >= '\t' && s.ptr[0] <= '\r')))
        s = an_str_slice(s, 1, s.len);
    while (s.len && (s.ptr[s.len - 1] == ' ' || (s.ptr[s.len - 1] >= '\t' && s.ptr[s.len - 1] <= '\r')))
        s.len--;
    return s;
}

static bool is_object(struct an_str text) { return text.len && text.ptr[0] == '{' && an_feed_is_json(text); }

// The members of an object, on one line: line ends are between tokens, or in a string that should have had them escaped.
static enum an_code add_members(struct line *l, struct an_str object, struct an_err *err) {
    struct an_str inside = trim(an_str_slice(object, 1, object.len - 1));
    if (!inside.len)
        return AN_OK;
    if (l->any)
        AN_TRY(add(l, AN_STR(","), err));
    l->any = true;
    size_t from = l->out->len;
    AN_TRY(add(l, inside, err));
    for (size_t i = from; i < l->out->len; i++)
        if (l->out->ptr[i] == '\n' || l->out->ptr[i] == '\r')
            l->out->ptr[i] = ' ';
    return AN_OK;
}

static enum an_code add_body(struct line *l, struct an_str bytes, struct an_err *err) {
    struct an_str text = {0};
    bool bytes_before = l->bytes;
    if (!bytes.ptr) {
        AN_TRY(begin_member(l, AN_STR("value"), err));
        return add(l, AN_STR("null"), err);
    }
    if (bytes.len > REGISTRY_HEAD && !bytes.ptr[0]) {
        AN_TRY(make_text(l, an_str_slice(bytes, REGISTRY_HEAD, bytes.len), &text, err));
        text = trim(text);
        l->bytes = bytes_before;
        if (!l->m->blob.is_bytes && is_object(text))
            return add_members(l, text, err);
    }
    AN_TRY(make_text(l, bytes, &text, err));
    text = trim(text);
    if (is_object(text))
        return add_members(l, text, err);
    AN_TRY(begin_member(l, AN_STR("value"), err));
    return an_feed_value(l->out, text, err);
}

enum an_code an_message_line(struct an_message_maker *m, const struct an_message *message, struct an_buf *out, bool *ret_bytes,
                             struct an_err *err) {
    struct line l = {.m = m, .out = out};
    AN_TRY(add(&l, AN_STR("{"), err));
    if (message->key.ptr) {
        AN_TRY(begin_member(&l, AN_STR("key"), err));
        AN_TRY(add_value(&l, message->key, err));
    }
    if (message->header_count)
        AN_TRY(add_headers(&l, message, err));
    AN_TRY(add_body(&l, message->value, err));
    *ret_bytes = l.bytes;
    return add(&l, AN_STR("}\n"), err);
}
