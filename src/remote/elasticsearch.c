// Elasticsearch and OpenSearch: each index is a store, each document a record.
//
// An index is read in pages of a view of it that does not change: a point in time, in the order of `_shard_doc`, where the server
// has both; else a scroll. Pages are made smaller when one is too large. Nothing is written but the view, which is let go.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "remote/feed.h"
#include "remote/hits.h"
#include "remote/http.h"
#include "remote/remote.h"
#include "remote/secret.h"
#include "source/uri.h"

enum {
    PORT = 9200,
    SMALL_MAX = 4 << 20,            // bytes of an answer that is no page
    LIST_MAX = 32 << 20,            // of the list of indices
    PAGE_MAX = 32 << 20,
    DOCUMENT_MAX = 160 << 20,       // of a page of one document; servers take no request over 100 MB
    PAGE_SMALL = 4 << 20,           // the next page may be larger
    SIZE_FIRST = 200,               // documents of a page
    SIZE_MAX_PAGE = 3200,
    CURSOR_MAX = 1 << 20,
    INDEX_MAX = 255,                // bytes of a name, which the servers hold too
    KEY_MAX = 4096,
};

typedef json_t *json;
static void json_release(json *j) { json_decref(*j); }
#define JSON AN_CLEANUP(json_release) json

struct work {
    struct an_reading *reading;
    struct an_remote_ask ask;       // its URI without a path
    struct an_http *http;
    struct an_buf base;             // URL of the server
    struct an_buf url, body, page;
    bool has_pit, open_search;

    // the index that is read
    struct an_buf cursor;           // of its view; empty: none
    struct an_buf lines;            // of the first page
    struct an_buf first;            // `_id` of the first document of the page before
    uint64_t last;                  // sort value of the last document; where any
    uint64_t total, count, without, shards_failed;
    uint32_t size;
    bool any, ended, timed_out, cut;
};

static void work_release(struct work *w) {
    an_http_free(w->http);
    an_buf_release(&w->base);
    an_buf_release(&w->url);
    an_buf_release(&w->body);
    an_buf_release(&w->page);
    an_buf_release(&w->cursor);
    an_buf_release(&w->lines);
    an_buf_release(&w->first);
}

static bool is_ours(enum an_code code) { return code == AN_NOMEM || code == AN_BUG; }

// Asking.

// Sends a request for base/INDEX`rest`, where there is an index. The answer is in w->page.
static enum an_code call(struct work *w, const char *method, struct an_str index, const char *rest, size_t limit,
                         struct an_http_answer *ret, struct an_err *err) {
    static const char *const json_body[] = {"Content-Type: application/json"};
    w->url.len = w->page.len = 0;
    enum an_code code = an_buf_add(&w->url, an_buf_str(&w->base), err);
    if (!code)
        code = an_http_encode(&w->url, index, false, err);
    if (!code)
        code = an_buf_addf(&w->url, err, "%s", rest);
    if (code)
        return code;
    struct an_http_request request = {.method = method, .url = an_buf_str(&w->url), .body = an_buf_str(&w->body),
                                      .headers = json_body, .header_count = w->body.len ? 1 : 0};
    code = an_http_fetch(w->http, &request, limit, &w->page, ret, err);
    an_remote_took(w->reading, &w->ask, w->page.len);
    return code;
}

static enum an_code call_small(struct work *w, const char *method, struct an_str index, const char *rest, size_t limit,
                               struct an_http_answer *answer, json_t **ret, struct an_err *err) {
    enum an_code code = call(w, method, index, rest, limit, answer, err);
    if (code || answer->status != 200)
        return code;
    *ret = json_loadb(w->page.ptr, w->page.len, 0, NULL);
    return *ret ? AN_OK : an_fail(err, AN_INPUT, "the server's answer is no JSON: no Elasticsearch or OpenSearch is there");
}

static enum an_code refused(const struct work *w, const struct an_http_answer *answer, struct an_err *err) {
    if (answer->status == 404 && w->cursor.len)
        return an_fail(err, AN_IO, "the server let its view of the index go before all was read (status 404)");
    if (answer->status == 401)
        return an_fail(err, AN_IO, "wants credentials, or others than these (status 401); set ES_USER and ES_PASSWORD, or "
                                   "ES_API_KEY");
    return an_http_refused(answer, err);
}

// The view of an index.

static bool is_cursor(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= 0x20 || s.ptr[i] >= 0x7F || s.ptr[i] == '"' || s.ptr[i] == '\\')
            return false;
    return s.len && s.len <= CURSOR_MAX;
}

static enum an_code keep_cursor(struct work *w, struct an_str cursor, struct an_err *err) {
    if (!is_cursor(cursor))
        return an_fail(err, AN_INPUT, "the server's name for its view of the index is none");
    w->cursor.len = 0;
    return an_buf_add(&w->cursor, cursor, err);
}

static enum an_code open_pit(struct work *w, struct an_str index, struct an_err *err) {
    struct an_http_answer answer = {0};
    JSON root = NULL;
    const char *rest = w->open_search ? "/_search/point_in_time?keep_alive=5m" : "/_pit?keep_alive=5m";
    w->body.len = 0;
    enum an_code code = call_small(w, "POST", index, rest, SMALL_MAX, &answer, &root, err);
    if (code)
        return code;
    if (answer.status != 200)
        return refused(w, &answer, err);
    const char *id = json_string_value(json_object_get(root, w->open_search ? "pit_id" : "id"));
    return keep_cursor(w, an_str_from_c(id ? id : ""), err);
}

// Lets the view go. A server that does not want to is no fault of what was read: views end by themselves.
static void close_view(struct work *w) {
    struct an_http_answer answer = {0};
    struct an_err err;
    if (!w->cursor.len)
        return;
    const char *rest = !w->has_pit ? "_search/scroll" : w->open_search ? "_search/point_in_time" : "_pit";
    const char *name = !w->has_pit ? "scroll_id" : w->open_search ? "pit_id" : "id";
    w->body.len = 0;
    enum an_code code = an_buf_addf(&w->body, &err, "{\"%s\":%s\"%.*s\"%s}", name, w->has_pit && !w->open_search ? "" : "[",
                                    AN_STR_ARG(an_buf_str(&w->cursor)), w->has_pit && !w->open_search ? "" : "]");
    if (!code)
        AN_IGNORE(call(w, "DELETE", AN_STR(""), rest, SMALL_MAX, &answer, &err));
    w->cursor.len = 0;
}

// Pages.

static enum an_code make_body(struct work *w, struct an_err *err) {
    w->body.len = 0;
    if (!w->has_pit && w->cursor.len)
        return an_buf_addf(&w->body, err, "{\"scroll\":\"5m\",\"scroll_id\":\"%.*s\"}", AN_STR_ARG(an_buf_str(&w->cursor)));
    enum an_code code = an_buf_addf(&w->body, err, "{\"size\":%u,\"sort\":[\"%s\"]", (unsigned) w->size,
                                    w->has_pit ? "_shard_doc" : "_doc");
    if (!code && w->has_pit)
        code = an_buf_addf(&w->body, err, ",\"track_total_hits\":true,\"pit\":{\"id\":\"%.*s\",\"keep_alive\":\"5m\"}",
                           AN_STR_ARG(an_buf_str(&w->cursor)));
    if (!code && w->any && w->has_pit)
        code = an_buf_addf(&w->body, err, ",\"search_after\":[%llu]", (unsigned long long) w->last);
    return code ? code : an_buf_add(&w->body, AN_STR("}"), err);
}

// A page into w->page: a smaller one when it is too large, or the server does not give so many documents at once.
static enum an_code get_page(struct work *w, struct an_str index, struct an_err *err) {
    for (;;) {
        struct an_http_answer answer = {0};
        bool goes_on = !w->has_pit && w->cursor.len;        // the size of a scroll's pages is decided by its first
        enum an_code code = make_body(w, err);
        if (!code)
            code = call(w, "POST", w->has_pit || goes_on ? AN_STR("") : index,
                        w->has_pit ? "_search" : goes_on ? "_search/scroll" : "/_search?scroll=5m",
                        w->size == 1 ? DOCUMENT_MAX : PAGE_MAX, &answer, err);
        bool large = code == AN_LIMIT || (!code && (answer.status == 400 || answer.status == 413));
        if (large && w->size > 1 && !goes_on) {
            w->size /= 2;
            continue;
        }
        if (code)
            return code;
        if (answer.status != 200)
            return refused(w, &answer, err);
        if (w->page.len < PAGE_SMALL && w->size <= SIZE_MAX_PAGE / 2)
            w->size *= 2;
        return AN_OK;
    }
}

static enum an_code take_page(struct work *w, const struct an_hits *page, struct an_err *err) {
    bool again = w->any && page->count && an_str_eq(page->first, an_buf_str(&w->first));
    if (!w->any && !page->has_total)
        return an_fail(err, AN_INPUT, "the server does not say how many documents the index holds");
    if (!w->any)
        w->total = page->total;
    w->count += page->count;
    w->without += page->without;
    w->timed_out |= page->timed_out;
    if (page->shards_failed > w->shards_failed)
        w->shards_failed = page->shards_failed;
    if (!page->count) {
        w->ended = true;
        return AN_OK;
    }
    if (again)
        return an_fail(err, AN_INPUT, "the server gives the same documents over and over: the rest is not read");
    if (w->count > w->total)
        return an_fail(err, AN_INPUT, "the server gives more documents than it says the index holds: the rest is not read");
    w->any = true;
    w->last = page->last;
    w->first.len = 0;
    return an_buf_add(&w->first, page->first, err);
}

static enum an_code next_page(struct work *w, struct an_str index, struct an_buf *out, struct an_err *err) {
    enum an_code code = get_page(w, index, err);
    struct an_hits_ask ask = {.ordered = w->has_pit, .has_after = w->any, .after = w->last};
    struct an_hits page;
    if (!code)
        code = an_hits_read(an_buf_str(&w->page), &ask, &page, out, err);
    if (!code && page.cursor.len)
        code = keep_cursor(w, page.cursor, err);
    else if (!code && !w->has_pit)
        code = an_fail(err, AN_INPUT, "the server does not name the scroll to go on with");
    return code ? code : take_page(w, &page, err);
}

// What was not read, where anything was not.
static enum an_code tell_end(const struct work *w, struct an_err *err) {
    if (w->shards_failed)
        return an_fail(err, AN_IO, "the server could not search %llu of the index's shards: what they hold is not read",
                       (unsigned long long) w->shards_failed);
    if (w->timed_out)
        return an_fail(err, AN_IO, "the server gave up a search before its end: documents may be missing");
    if (w->count < w->total)
        return an_fail(err, AN_IO, "the server says that the index holds %llu documents, and gave %llu",
                       (unsigned long long) w->total, (unsigned long long) w->count);
    if (w->without)
        return an_fail(err, AN_IO, "%llu documents came without `_source`, and are not read", (unsigned long long) w->without);
    if (w->cut)
        return an_fail(err, AN_IO, "the mapping of the index leaves fields out of `_source`: what they hold is not kept by the "
                                   "server, except for searches, and not read");
    return AN_OK;
}

// The feed of an index, whose first page is in hand.
static enum an_code more(void *arg, struct an_buf *out, struct an_err *err) {
    struct work *w = arg;
    size_t before = out->len;
    enum an_code code = an_buf_add(out, an_buf_str(&w->lines), err);
    w->lines.len = 0;
    while (!code && !w->ended && out->len == before)
        code = next_page(w, AN_STR(""), out, err);
    return code || out->len > before ? code : tell_end(w, err);
}

// Indices.

enum kept { WHOLE, CUT, NOT_KEPT };

static enum kept kept_by(json_t *source) {
    if (json_is_false(json_object_get(source, "enabled")))
        return NOT_KEPT;
    bool cut = json_array_size(json_object_get(source, "includes")) || json_array_size(json_object_get(source, "excludes"));
    return cut ? CUT : WHOLE;
}

// What mappings say of `_source`; before version 7 each type of documents has its own.
static enum kept kept_in(json_t *root) {
    enum kept least = WHOLE;
    const char *name, *type;
    json_t *index, *inside;
    json_object_foreach(root, name, index) {
        json_t *mappings = json_object_get(index, "mappings");
        enum kept kept = kept_by(json_object_get(mappings, "_source"));
        least = kept > least ? kept : least;
        json_object_foreach(mappings, type, inside) {
            kept = kept_by(json_object_get(inside, "_source"));
            least = kept > least ? kept : least;
        }
    }
    return least;
}

static enum an_code learn_source(struct work *w, struct an_str index, struct an_err *err) {
    struct an_http_answer answer = {0};
    JSON root = NULL;
    w->body.len = 0;
    enum an_code code = call_small(w, NULL, index, "/_mapping?filter_path=*.mappings._source,*.mappings.*._source", SMALL_MAX,
                                   &answer, &root, err);
    if (code)
        return code;
    if (answer.status != 200)
        return refused(w, &answer, err);
    enum kept kept = kept_in(root);
    w->cut = kept == CUT;
    return kept == NOT_KEPT ? an_fail(err, AN_IO, "its mapping disables `_source`: the server does not keep the documents, and "
                                                  "nothing of them can be read") : AN_OK;
}

// The first page of an index. `listed`: documents it has, as the list of indices says.
static enum an_code begin_index(struct work *w, struct an_str index, uint64_t listed, struct an_err *err) {
    w->cursor.len = w->lines.len = w->first.len = 0;
    w->last = w->total = w->count = w->without = w->shards_failed = 0;
    w->any = w->ended = w->timed_out = w->cut = false;
    w->size = SIZE_FIRST;
    enum an_code code = learn_source(w, index, err);
    if (!code && w->has_pit)
        code = open_pit(w, index, err);
    if (!code)
        code = next_page(w, index, &w->lines, err);
    if (code)
        return code;
    if (!w->count && (w->shards_failed || w->timed_out))
        return tell_end(w, err);
    if (!w->total && listed)            // frozen, or hidden from this user document by document
        return an_fail(err, AN_IO, "the server says that it holds %llu documents, and gives none", (unsigned long long) listed);
    if (w->count && w->without == w->count)
        return an_fail(err, AN_IO, "its documents come without `_source`: nothing of them can be read");
    return AN_OK;
}

static bool is_index(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char) s.ptr[i] <= 0x20 || strchr("\\/*?\"<>|,#:", s.ptr[i]))
            return false;
    bool dots = an_str_eq(s, AN_STR(".")) || an_str_eq(s, AN_STR(".."));
    return s.len && s.len <= INDEX_MAX && !dots && !strchr("-_+", s.ptr[0]);
}

static uint64_t number_of(json_t *text) {
    return json_is_string(text) ? strtoull(json_string_value(text), NULL, 10) : 0;
}

static enum an_code read_index(struct work *w, json_t *row, struct an_err *err) {
    const char *text = json_string_value(json_object_get(row, "index"));
    const char *status = json_string_value(json_object_get(row, "status"));
    struct an_str index = an_str_from_c(text ? text : ""), no;
    struct an_err why;
    if (!is_index(index))
        return an_remote_unread(w->reading, &w->ask, "elasticsearch", (struct an_str) {0}, AN_INPUT,
                                AN_STR("the server lists an index whose name cannot be one"), err);
    if (!an_remote_wants(&w->ask, index, index, &no))
        return an_remote_skip(w->reading, &w->ask, "elasticsearch", index, no, err);
    bool closed = status && strcmp(status, "close") == 0;
    enum an_code fault = closed ? an_fail(&why, AN_IO, "the index is closed; open it to have it read")
                                : begin_index(w, index, number_of(json_object_get(row, "docs.count")), &why);
    enum an_code code = AN_OK;
    if (is_ours(fault)) {
        *err = why;
        code = fault;
    } else if (fault) {
        code = an_remote_unread(w->reading, &w->ask, "elasticsearch", index, fault, an_str_from_c(why.text), err);
    } else {
        AN_AUTO(an_buf) uri = {0};
        code = an_source_uri_below(&uri, w->ask.uri, index, err);
        struct an_feed feed = {.uri = an_buf_str(&uri), .format = "elasticsearch", .more = more, .arg = w};
        if (!code)
            code = an_feed_read(w->reading, &feed, err);
    }
    close_view(w);
    return code;
}

// The list also has what is hidden: backing indices of data streams, and the system's.
static enum an_code list_indices(struct work *w, json_t **ret, struct an_err *err) {
    static const char all[] = "_cat/indices?format=json&h=index,status,docs.count&expand_wildcards=all";
    static const char old[] = "_cat/indices?format=json&h=index,status,docs.count";      // before 7.7, when none were hidden
    struct an_http_answer answer = {0};
    w->body.len = 0;
    enum an_code code = call_small(w, NULL, AN_STR(""), all, LIST_MAX, &answer, ret, err);
    if (!code && answer.status == 400)
        code = call_small(w, NULL, AN_STR(""), old, LIST_MAX, &answer, ret, err);
    if (code)
        return code;
    if (answer.status != 200)
        return refused(w, &answer, err);
    return json_is_array(*ret) ? AN_OK : an_fail(err, AN_INPUT, "the server's list of indices is none");
}

// A server does not list what a user has no right to. *why empty: nothing is hidden, or the person says that it is not meant.
static enum an_code find_hidden(struct work *w, size_t listed, struct an_err *why, struct an_err *err) {
    struct an_http_answer answer = {0};
    JSON root = NULL;
    why->text[0] = 0;
    if (an_str_eq(an_url_value(w->ask.url, "others"), AN_STR("named")))
        return AN_OK;
    w->body.len = 0;
    enum an_code code = call_small(w, NULL, AN_STR(""), "_cluster/stats?filter_path=indices.count", SMALL_MAX, &answer, &root,
                                   err);
    if (is_ours(code))
        return code;
    json_t *count = json_object_get(json_object_get(root, "indices"), "count");
    if (code || !json_is_integer(count))
        (void) an_fail(why, AN_IO, "the user may not ask how many indices there are: those it has no right to are not listed, "
                                   "and not read; ?others=named says that they are not meant");
    else if (json_integer_value(count) > (json_int_t) listed)
        (void) an_fail(why, AN_IO, "%lld indices are there that are not listed for this user, and not read; ?others=named says "
                                   "that they are not meant", (long long) json_integer_value(count) - (long long) listed);
    return AN_OK;
}

// The server.

static enum an_code make_base(struct work *w, struct an_err *err) {
    const struct an_url *url = w->ask.url;
    bool tls = memchr(url->scheme.ptr, '+', url->scheme.len), brackets = memchr(url->host.ptr, ':', url->host.len);
    return an_buf_addf(&w->base, err, brackets ? "%s://[%.*s]:%u/" : "%s://%.*s:%u/", tls ? "https" : "http",
                       AN_STR_ARG(url->host), (unsigned) (url->port ? url->port : PORT));
}

static enum an_code connect_to(struct work *w, struct an_err *err) {
    AN_AUTO(an_secret) secret = {0};
    char key[KEY_MAX];
    const char *token = getenv("ES_API_KEY");
    bool by_key = token && *token && !w->ask.url->user.ptr;
    if (by_key && (size_t) snprintf(key, sizeof key, "ApiKey %s", token) >= sizeof key)
        return an_fail(err, AN_USAGE, "ES_API_KEY is longer than a key can be");
    enum an_code code = by_key ? AN_OK : an_secret_find(&w->ask, "ES_PASSWORD", &secret, err);
    const char *user = secret.user ? secret.user : getenv("ES_USER");
    if (!code && !by_key && user && !secret.password) {
        bool any = false;
        code = an_remote_secret(&w->ask, user, secret.text, &any, err);
        secret.password = any ? secret.text : NULL;
    }
    struct an_http_options options = {
        .user = by_key ? NULL : user, .password = by_key ? NULL : secret.password, .bearer = by_key ? key : NULL,
        .netrc = !by_key && !user, .ca_file = getenv("SSL_CERT_FILE"),
    };
    if (!code)
        code = an_http_new(&options, &w->http, err);
    explicit_bzero(key, sizeof key);
    return code ? code : make_base(w, err);
}

// Which ways of reading the server has. One that does not say so to this user has the oldest.
static enum an_code learn_version(struct work *w, struct an_err *err) {
    struct an_http_answer answer = {0};
    JSON root = NULL;
    enum an_code code = call_small(w, NULL, AN_STR(""), "", SMALL_MAX, &answer, &root, err);
    if (code || answer.status == 403)
        return code;
    if (answer.status != 200)
        return refused(w, &answer, err);
    json_t *version = json_object_get(root, "version");
    const char *number = json_string_value(json_object_get(version, "number"));
    const char *kind = json_string_value(json_object_get(version, "distribution"));
    char *end = NULL;
    if (!number)
        return an_fail(err, AN_INPUT, "the server does not say its version: no Elasticsearch or OpenSearch is there");
    unsigned long major = strtoul(number, &end, 10), minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
    w->open_search = kind && strcmp(kind, "opensearch") == 0;
    // the releases that first sort by `_shard_doc`
    w->has_pit = w->open_search ? major > 3 || (major == 3 && minor >= 3) : major > 7 || (major == 7 && minor >= 12);
    return AN_OK;
}

static enum an_code unread(struct work *w, enum an_code what, const struct an_err *why, struct an_err *err) {
    if (is_ours(what)) {
        *err = *why;
        return what;
    }
    return an_remote_unread(w->reading, &w->ask, "elasticsearch", (struct an_str) {0}, what, an_str_from_c(why->text), err);
}

static enum an_code read_elasticsearch(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_AUTO(work) w = {.reading = reading, .ask = *ask, .cursor = {.limit = CURSOR_MAX}};
    JSON list = NULL;
    struct an_err why = {0};
    w.ask.uri.len -= ask->url->raw_path.len;
    enum an_code fault = connect_to(&w, &why);
    if (!fault)
        fault = learn_version(&w, &why);
    if (!fault)
        fault = list_indices(&w, &list, &why);
    if (fault)
        return unread(&w, fault, &why, err);
    size_t count = json_array_size(list);
    enum an_code code = find_hidden(&w, count, &why, err);
    if (!code && why.text[0])
        code = unread(&w, AN_IO, &why, err);
    else if (!code && !count)
        code = an_remote_skip(reading, &w.ask, "elasticsearch", (struct an_str) {0}, AN_STR("the server holds no index"), err);
    for (size_t i = 0; !code && i < count; i++)
        code = read_index(&w, json_array_get(list, i), err);
    return code;
}

static enum an_code check(const struct an_url *url, struct an_err *err) {
    if (!url->host.len)
        return an_fail(err, AN_USAGE, "the URL names no host");
    if (url->path.len > 1)
        return an_fail(err, AN_USAGE, "nothing stands behind the host; choose indices with --include and --exclude");
    for (size_t i = 0; i < url->pair_count; i++)
        if (!an_str_eq(url->pairs[i].name, AN_STR("others")))
            return an_fail(err, AN_USAGE, "behind '?' stands others=named, or nothing");
    return AN_OK;
}

static const char *const schemes[] = {"elasticsearch", "elasticsearch+https", "opensearch", "opensearch+https", NULL};

const struct an_remote an_remote_elasticsearch = {
    .name = "elasticsearch",
    .schemes = schemes,
    .own_scheme = true,
    .title = {"Indices of Elasticsearch and OpenSearch", "Elasticsearch 与 OpenSearch 索引"},
    .spec = "Elasticsearch REST API, 5 to 9; OpenSearch REST API, 1 to 3",
    .check = check,
    .read = read_elasticsearch,
};
