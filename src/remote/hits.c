#include "remote/hits.h"

#include "text/json.h"

struct work {
    struct an_json_reader r;
    const struct an_hits_ask *ask;
    struct an_hits *hits;
    struct an_buf *out;
    bool has_hits;
};

static enum an_code malformed(struct an_err *err) {
    return an_fail(err, AN_INPUT, "the server's answer is no page of documents, or breaks off");
}

// The rest of the value that begins with `token`.
static enum an_code skip(struct work *w, enum an_json_token token, struct an_err *err) {
    if (token <= AN_JSON_BAD)
        return malformed(err);
    if (token != AN_JSON_OBJECT && token != AN_JSON_ARRAY)
        return AN_OK;
    uint32_t outside = w->r.depth - 1;
    while (w->r.depth > outside)
        if (an_json_read(&w->r) <= AN_JSON_BAD)
            return malformed(err);
    return AN_OK;
}

// Digits only.
static bool is_number(struct an_str s, uint64_t *ret) {
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        n = n * 10 + (uint64_t) (s.ptr[i] - '0');
    }
    *ret = n;
    return s.len && s.len < 20;
}

typedef enum an_code on_member(struct work *w, struct an_str key, enum an_json_token token, void *arg, struct an_err *err);

// The members of an object that has begun; `each` reads the value whose first token it is given.
static enum an_code read_members(struct work *w, on_member *each, void *arg, struct an_err *err) {
    for (;;) {
        enum an_json_token token = an_json_read(&w->r);
        if (token == AN_JSON_OBJECT_END)
            return AN_OK;
        if (token != AN_JSON_KEY)
            return malformed(err);
        struct an_str key = w->r.text;
        enum an_code code = each(w, key, an_json_read(&w->r), arg, err);
        if (code)
            return code;
    }
}

// A document.

struct hit { struct an_str id, source; uint64_t sort; bool has_sort; };

static enum an_code read_sort(struct work *w, struct hit *hit, struct an_err *err) {
    enum an_json_token token = an_json_read(&w->r);
    hit->has_sort = token == AN_JSON_NUMBER && is_number(w->r.text, &hit->sort);
    while (token != AN_JSON_ARRAY_END) {
        enum an_code code = skip(w, token, err);
        if (code)
            return code;
        token = an_json_read(&w->r);
    }
    return AN_OK;
}

static enum an_code on_hit(struct work *w, struct an_str key, enum an_json_token token, void *arg, struct an_err *err) {
    struct hit *hit = arg;
    if (an_str_eq(key, AN_STR("_id")) && token == AN_JSON_STRING) {
        hit->id = w->r.text;
        return AN_OK;
    }
    if (an_str_eq(key, AN_STR("sort")) && token == AN_JSON_ARRAY)
        return read_sort(w, hit, err);
    if (!an_str_eq(key, AN_STR("_source")) || token != AN_JSON_OBJECT)
        return skip(w, token, err);
    size_t start = w->r.pos - 1;
    enum an_code code = skip(w, token, err);
    hit->source = (struct an_str) {w->r.window + start, w->r.pos - start};
    return code;
}

static bool is_blank(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ' && (s.ptr[i] < '\t' || s.ptr[i] > '\r'))
            return false;
    return true;
}

static enum an_code give(struct work *w, const struct hit *hit, struct an_err *err) {
    struct an_str inside = an_str_slice(hit->source, 1, hit->source.len);       // with its '}'
    bool empty = is_blank(an_str_slice(inside, 0, inside.len - 1));
    size_t from = w->out->len;
    enum an_code code = an_buf_add(w->out, AN_STR("{\"_id\":\""), err);
    if (!code)
        code = an_buf_add(w->out, hit->id, err);
    if (!code)
        code = an_buf_add(w->out, empty ? AN_STR("\"") : AN_STR("\","), err);
    if (!code)
        code = an_buf_add(w->out, inside, err);
    // line ends are between tokens, or in a string that should have had them escaped
    for (size_t i = from; !code && i < w->out->len; i++)
        if (w->out->ptr[i] == '\n' || w->out->ptr[i] == '\r')
            w->out->ptr[i] = ' ';
    return code ? code : an_buf_add(w->out, AN_STR("\n"), err);
}

static enum an_code read_hit(struct work *w, struct an_err *err) {
    struct hit hit = {0};
    struct an_hits *hits = w->hits;
    enum an_code code = read_members(w, on_hit, &hit, err);
    if (code)
        return code;
    if (!hit.id.ptr || (w->ask->ordered && !hit.has_sort))
        return malformed(err);
    bool has_before = hits->count || w->ask->has_after;
    uint64_t before = hits->count ? hits->last : w->ask->after;
    if (w->ask->ordered && has_before && hit.sort <= before)
        return an_fail(err, AN_INPUT, "the server gives documents out of order, or over and over: the rest is not read");
    hits->last = hit.sort;
    if (!hits->count++)
        hits->first = hit.id;
    if (hit.source.ptr)
        return give(w, &hit, err);
    hits->without++;
    return AN_OK;
}

// The page.

static enum an_code on_total(struct work *w, struct an_str key, enum an_json_token token, void *arg, struct an_err *err) {
    bool *exact = arg;
    if (an_str_eq(key, AN_STR("value")) && token == AN_JSON_NUMBER)
        w->hits->has_total = is_number(w->r.text, &w->hits->total);
    else if (an_str_eq(key, AN_STR("relation")) && token == AN_JSON_STRING)
        *exact = an_str_eq(w->r.text, AN_STR("eq"));
    return skip(w, token, err);
}

static enum an_code on_hits(struct work *w, struct an_str key, enum an_json_token token, void *arg, struct an_err *err) {
    (void) arg;
    bool exact = true;
    if (an_str_eq(key, AN_STR("total")) && token == AN_JSON_NUMBER) {           // before version 7
        w->hits->has_total = is_number(w->r.text, &w->hits->total);
        return AN_OK;
    }
    if (an_str_eq(key, AN_STR("total")) && token == AN_JSON_OBJECT) {
        enum an_code code = read_members(w, on_total, &exact, err);
        w->hits->has_total &= exact;
        return code;
    }
    if (!an_str_eq(key, AN_STR("hits")) || token != AN_JSON_ARRAY)
        return skip(w, token, err);
    if (w->has_hits)                    // a second list
        return malformed(err);
    w->has_hits = true;
    enum an_code code = AN_OK;
    while (!code && (token = an_json_read(&w->r)) != AN_JSON_ARRAY_END)
        code = token == AN_JSON_OBJECT ? read_hit(w, err) : malformed(err);
    return code;
}

static enum an_code on_shards(struct work *w, struct an_str key, enum an_json_token token, void *arg, struct an_err *err) {
    (void) arg;
    if (an_str_eq(key, AN_STR("failed")) && token == AN_JSON_NUMBER && !is_number(w->r.text, &w->hits->shards_failed))
        return malformed(err);
    return skip(w, token, err);
}

static enum an_code on_page(struct work *w, struct an_str key, enum an_json_token token, void *arg, struct an_err *err) {
    (void) arg;
    if (an_str_eq(key, AN_STR("hits")) && token == AN_JSON_OBJECT)
        return read_members(w, on_hits, NULL, err);
    if (an_str_eq(key, AN_STR("_shards")) && token == AN_JSON_OBJECT)
        return read_members(w, on_shards, NULL, err);
    if ((an_str_eq(key, AN_STR("pit_id")) || an_str_eq(key, AN_STR("_scroll_id"))) && token == AN_JSON_STRING)
        w->hits->cursor = w->r.text;
    else if ((an_str_eq(key, AN_STR("timed_out")) || an_str_eq(key, AN_STR("terminated_early"))) && token == AN_JSON_TRUE)
        w->hits->timed_out = true;
    return skip(w, token, err);
}

enum an_code an_hits_read(struct an_str page, const struct an_hits_ask *ask, struct an_hits *ret, struct an_buf *out,
                          struct an_err *err) {
    struct work w = {.r = {.window = page.ptr, .len = page.len, .last = true}, .ask = ask, .hits = ret, .out = out};
    *ret = (struct an_hits) {.cursor = AN_STR(""), .first = AN_STR("")};
    enum an_code code = an_json_read(&w.r) == AN_JSON_OBJECT ? read_members(&w, on_page, NULL, err) : malformed(err);
    if (code)
        return code;
    return w.has_hits && an_json_read(&w.r) == AN_JSON_END ? AN_OK : malformed(err);
}
