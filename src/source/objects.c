#include "source/objects.h"

extern const struct an_source an_source_json;

struct relay {
    const struct an_objects *objects;
    const struct an_sink *sink;
    struct an_buf out;
    size_t given;                   // of it
    enum an_store_status status;
};

static void relay_release(struct relay *r) { an_buf_release(&r->out); }

static enum an_code read_relay(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct relay *r = arg;
    if (r->given == r->out.len) {
        r->given = r->out.len = 0;
        AN_TRY(r->objects->more(r->objects->arg, &r->out, err));
    }
    size_t n = r->out.len - r->given < cap ? r->out.len - r->given : cap;
    if (n)
        memcpy(buf, r->out.ptr + r->given, n);
    r->given += n;
    *ret_len = n;
    return AN_OK;
}

// The store is whose objects they are: only what is in it goes on.

static enum an_code on_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    (void) arg, (void) info, (void) err;
    return AN_OK;
}

static enum an_code on_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why, struct an_err *err) {
    struct relay *r = arg;
    (void) bytes, (void) why, (void) err;
    r->status = status;
    return AN_OK;
}

static enum an_code on_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    const struct an_sink *sink = ((const struct relay *) arg)->sink;
    return sink->columns(sink->arg, names, count, err);
}

static enum an_code on_record(void *arg, const struct an_record *record, struct an_err *err) {
    const struct an_sink *sink = ((const struct relay *) arg)->sink;
    return sink->record(sink->arg, record, err);
}

static enum an_code on_rows(void *arg, const struct an_rows *rows, struct an_err *err) {
    const struct an_sink *sink = ((const struct relay *) arg)->sink;
    return sink->rows(sink->arg, rows, err);
}

static enum an_code on_lines(void *arg, struct an_str block, uint64_t first, uint64_t offset, struct an_err *err) {
    const struct an_sink *sink = ((const struct relay *) arg)->sink;
    return sink->lines(sink->arg, block, first, offset, err);
}

static enum an_code on_trouble(void *arg, const struct an_trouble *trouble, struct an_err *err) {
    const struct an_sink *sink = ((const struct relay *) arg)->sink;
    return sink->trouble(sink->arg, trouble, err);
}

enum an_code an_objects_read(const struct an_objects *objects, const struct an_reading *reading, struct an_str uri,
                             enum an_store_status *ret_status, struct an_err *err) {
    AN_AUTO(relay) relay = {.objects = objects, .sink = reading->sink};
    const struct an_sink sink = {&relay, on_open, on_columns, on_record, on_lines, on_trouble, on_close,
                                 reading->sink->rows ? on_rows : NULL};
    struct an_reading inner = {.sink = &sink, .limits = reading->limits};
    struct an_input input = {.uri = uri, .arg = &relay, .read = read_relay};
    const struct an_sniff sniff = {.encoding = "utf-8", .line_end = '\n'};
    AN_TRY(an_source_json.read(&inner, &input, &sniff, err));
    *ret_status = relay.status;
    return AN_OK;
}

enum an_code an_objects_quote(struct an_buf *out, struct an_str text, struct an_err *err) {
    size_t from = 0;
    AN_TRY(an_buf_add(out, AN_STR("\""), err));
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char) text.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        AN_TRY(an_buf_add(out, an_str_slice(text, from, i), err));
        AN_TRY(c >= 0x20 ? an_buf_addf(out, err, "\\%c", c) : an_buf_addf(out, err, "\\u%04x", c));
        from = i + 1;
    }
    AN_TRY(an_buf_add(out, an_str_slice(text, from, text.len), err));
    return an_buf_add(out, AN_STR("\""), err);
}
