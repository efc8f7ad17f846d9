#include "remote/object.h"

#define BODY_MAX ((uint64_t) 1 << 40)   // bytes of an object whose length nobody told

struct body {
    struct an_http *http;
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    uint64_t listed, got, most;
};

static enum an_code read_body(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct body *b = arg;
    enum an_code code = an_http_read(b->http, buf, cap, ret_len, err);
    if (code)
        return code;
    b->got += *ret_len;
    bool listed = b->listed != AN_HTTP_NO_LENGTH;
    if (listed && (b->got > b->listed || (!*ret_len && b->got < b->listed))) {
        *ret_len = 0;
        return an_fail(err, AN_IO, "is not as long as the server's list says: it changed meanwhile; read it again");
    }
    if (b->got > b->most) {
        *ret_len = 0;
        return an_fail(err, AN_LIMIT, "longer than %llu bytes", (unsigned long long) b->most);
    }
    an_remote_took(b->reading, b->ask, *ret_len);
    return AN_OK;
}

enum an_code an_object_unread(struct an_reading *reading, struct an_str uri, enum an_code what, const char *why,
                              struct an_err *err) {
    const struct an_sink *sink = reading->sink;
    struct an_store_info info = {.uri = uri, .format = "unknown"};
    struct an_trouble trouble = {.code = what, .records_lost = AN_UNKNOWN_COUNT, .bytes_lost = AN_UNKNOWN_COUNT,
                                 .text = an_str_from_c(why)};
    enum an_code code = sink->open(sink->arg, &info, err);
    if (!code)
        code = sink->trouble(sink->arg, &trouble, err);
    return code ? code : sink->close(sink->arg, AN_STORE_UNREAD, 0, trouble.text, err);
}

enum an_code an_object_read(struct an_reading *reading, const struct an_remote_ask *ask, struct an_http *http,
                            const struct an_object *object, struct an_err *err) {
    struct an_http_answer answer = {0};
    struct an_err why;
    enum an_code code = an_http_open(http, &(struct an_http_request) {.url = object->url}, &answer, &why);
    if (!code && answer.status != 200)
        code = an_http_refused(&answer, &why);
    if (an_object_is_ours(code)) {
        *err = why;
        return code;
    }
    if (code)
        return an_object_unread(reading, object->uri, code, why.text, err);
    uint64_t most = reading->limits.total_bytes ? reading->limits.total_bytes : BODY_MAX;
    struct body body = {.http = http, .reading = reading, .ask = ask, .listed = object->bytes, .most = most};
    struct an_reading own = *reading;
    own.progress = NULL;                // told by read_body
    own.packed = own.unpacked = 0;
    struct an_input input = {.uri = object->uri, .arg = &body, .read = read_body};
    code = an_source_read(&own, &input, err);
    an_http_close(http);
    return code;
}
