#include "remote/feed.h"

#include "base/json.h"
#include "text/json.h"

enum { LINES_FIRST = 2 };           // the JSON source sees from so many that they are lines

// The format of a store is the service's, however it is read.
struct label { const struct an_sink *to; const struct an_feed *feed; };

static enum an_code on_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    const struct label *l = arg;
    struct an_store_info own = {.uri = info->uri, .format = l->feed->format};
    return l->to->open(l->to->arg, &own, err);
}

static enum an_code on_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    const struct label *l = arg;
    return l->to->columns(l->to->arg, names, count, err);
}

static enum an_code on_record(void *arg, const struct an_record *record, struct an_err *err) {
    const struct label *l = arg;
    return l->to->record(l->to->arg, record, err);
}

static enum an_code on_lines(void *arg, struct an_str block, uint64_t first, uint64_t offset, struct an_err *err) {
    const struct label *l = arg;
    return l->to->lines(l->to->arg, block, first, offset, err);
}

static enum an_code on_trouble(void *arg, const struct an_trouble *trouble, struct an_err *err) {
    const struct label *l = arg;
    return l->to->trouble(l->to->arg, trouble, err);
}

static enum an_code on_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why, struct an_err *err) {
    const struct label *l = arg;
    const struct an_trouble *rest = l->feed->rest;
    if (rest && rest->text.len) {
        AN_TRY(l->to->trouble(l->to->arg, rest, err));
        status = status == AN_STORE_READ ? AN_STORE_PARTLY : status;
    }
    if (!why.len && l->feed->why)
        why = an_str_from_c(l->feed->why);
    return l->to->close(l->to->arg, status, bytes, why, err);
}

static enum an_code on_rows(void *arg, const struct an_rows *rows, struct an_err *err) {
    const struct label *l = arg;
    return l->to->rows(l->to->arg, rows, err);
}

// The feed as an input.
struct tap {
    const struct an_feed *feed;
    struct an_buf lines;
    size_t at;
    bool ended;
};

static void tap_release(struct tap *t) { an_buf_release(&t->lines); }

static enum an_code draw(struct tap *t, struct an_err *err) {
    size_t before = t->lines.len;
    enum an_code code = t->ended ? AN_OK : t->feed->more(t->feed->arg, &t->lines, err);
    t->ended |= t->lines.len == before;
    return code;
}

static enum an_code read_tap(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct tap *t = arg;
    *ret_len = 0;
    if (t->at == t->lines.len) {
        t->at = t->lines.len = 0;
        enum an_code code = draw(t, err);
        if (code)
            return code;
    }
    size_t n = t->lines.len - t->at < cap ? t->lines.len - t->at : cap;
    if (n)
        memcpy(buf, t->lines.ptr + t->at, n);
    t->at += n;
    *ret_len = n;
    return AN_OK;
}

// What broke a feed off before there was enough to begin with is told when what there was has been read.
struct broken { struct tap *tap; enum an_code code; struct an_err why; };

static enum an_code read_broken(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct broken *b = arg;
    if (!b->code)
        return read_tap(b->tap, buf, cap, ret_len, err);
    *ret_len = 0;
    *err = b->why;
    return b->code;
}

static size_t count_lines(struct an_str s) {
    size_t n = 0;
    for (struct an_str line; n < LINES_FIRST && an_str_next(&s, '\n', &line);)
        n++;
    return n;
}

static const struct an_source *json_source(void) {
    for (size_t i = 0; i < an_source_count; i++)
        if (an_str_eq(an_str_from_c(an_sources[i]->name), AN_STR("json")))
            return an_sources[i];
    return NULL;
}

enum an_code an_feed_read(struct an_reading *reading, const struct an_feed *feed, struct an_err *err) {
    AN_AUTO(tap) tap = {.feed = feed};
    struct broken broken = {.tap = &tap};
    while (!broken.code && !tap.ended && count_lines(an_buf_str(&tap.lines)) < LINES_FIRST)
        broken.code = draw(&tap, &broken.why);
    if (broken.code == AN_NOMEM || broken.code == AN_BUG) {
        *err = broken.why;
        return broken.code;
    }
    static const char padding[AN_SOURCE_PADDING];
    AN_AUTO(an_buf) head = {0};             // the tap's own buffer moves
    enum an_code code = an_buf_add(&head, an_buf_str(&tap.lines), err);
    if (!code)
        code = an_buf_add(&head, (struct an_str) {padding, sizeof padding}, err);
    if (code)
        return code;
    struct an_str text = {head.ptr, tap.lines.len};
    tap.at = tap.lines.len;
    struct label label = {reading->sink, feed};
    const struct an_sink sink = {&label, on_open, on_columns, on_record, on_lines, on_trouble, on_close,
                                 reading->sink->rows ? on_rows : NULL};
    struct an_reading own = *reading;
    own.sink = &sink;
    own.progress = NULL;                // told by who feeds
    if (!own.limits.record_bytes)
        own.limits.record_bytes = (uint64_t) 64 << 20;
    struct an_input input = {.uri = feed->uri, .arg = &broken, .read = read_broken};
    struct an_sniff sniff = {.name = feed->uri, .head = text, .text = text, .encoding = "utf-8", .line_end = '\n',
                             .whole = tap.ended && !broken.code};
    const struct an_source *json = json_source();
    return json ? json->read(&own, &input, &sniff, err) : an_fail(err, AN_BUG, "no source reads JSON");
}

// Values.

bool an_feed_is_json(struct an_str text) {
    size_t i = 0;
    while (i < text.len && (text.ptr[i] == ' ' || (text.ptr[i] >= '\t' && text.ptr[i] <= '\r')))
        i++;
    if (i == text.len || (text.ptr[i] != '{' && text.ptr[i] != '['))
        return false;
    struct an_json_reader r = {.window = text.ptr, .len = text.len, .last = true};
    enum an_json_token token;
    uint32_t depth = 0;
    bool over = false;
    while ((token = an_json_read(&r)) > AN_JSON_BAD) {
        if (over || r.depth > AN_JSON_LEVELS_MAX - 16)      // a second value; or too deep to be put into another
            return false;
        depth = r.depth;
        over = depth == 0;
    }
    return token == AN_JSON_END && over;
}

enum an_code an_feed_text(struct an_buf *out, struct an_str text, struct an_err *err) {
    struct an_json j = {.out = out, .compact = true};
    an_json_str(&j, text);
    return an_json_end(&j, err);
}

enum an_code an_feed_value(struct an_buf *out, struct an_str text, struct an_err *err) {
    if (!an_feed_is_json(text))
        return an_feed_text(out, text, err);
    size_t from = out->len;
    enum an_code code = an_buf_add(out, text, err);
    // line ends are between tokens, or in a string that should have had them escaped
    for (size_t i = from; !code && i < out->len; i++)
        if (out->ptr[i] == '\n' || out->ptr[i] == '\r')
            out->ptr[i] = ' ';
    return code;
}
