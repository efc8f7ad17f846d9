#include "remote/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include "base/alloc.h"

enum {
    TRIES = 4,
    PAUSE_MS = 500,
    PAUSE_MAX_MS = 30000,
    STALL_MS = 60000,
    STALL_BYTES = 16 * 1024,
    CONNECT_MS = 20000,
    HEADERS_MAX = 256 * 1024,           // bytes, of all answers to one sending
    REDIRECTS_MAX = 5,
    RESUMES_MAX = 16,
    WAITING_MAX = 1 << 20,              // bytes of a body that wait to be read; more is left in the socket
    URL_MAX_BYTES = 16 * 1024,
};

// Every request that is signed has an empty body, whose SHA-256 this is. Older libcurl does not say so by itself.
static const char empty_body[] = "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct an_http {
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    char *ca_file;
    char *authorization;                // whole header lines; NULL: none
    char *token;
    bool signs;
    uint32_t tries, pause_ms, stall_ms;

    struct an_http_request request;     // being answered; its url is `url`
    struct an_buf url;
    struct an_http_answer answer;
    char location[8192];                // of a redirect
    uint32_t retry_after;               // seconds
    uint64_t range_from, range_total;   // Content-Range
    bool has_range, chunked, has_body;
    bool sent, done, paused;            // the request is under way; and over, with `result`
    CURLcode result;
    size_t header_bytes;
    bool too_many_headers;
    char *waiting;                      // body bytes not read yet: [at, end)
    size_t at, end;
    uint64_t pos;                       // of the body, of the next byte to be read
    uint32_t resumes;                   // of this body
    uint32_t waited_ms, waited_bytes;   // since the last time enough came
};

static void list_release(struct curl_slist **list) {
    curl_slist_free_all(*list);
    *list = NULL;
}

static void url_release(CURLU **url) { curl_url_cleanup(*url); }

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a request"); }

// A copy that is wiped when it goes; NULL when out of memory.
static char *copy_line(const char *before, const char *value) {
    size_t n = strlen(before) + strlen(value) + 1;
    char *p = an_alloc(n);
    if (p)
        (void) snprintf(p, n, "%s%s", before, value);
    return p;
}

static void wipe(char *secret) {
    volatile char *p = secret;
    for (size_t i = 0; p && secret[i]; i++)
        p[i] = 0;
    an_free(secret);
}

// What the server says of its answer.

static bool is_header(struct an_str line, const char *name, struct an_str *ret_value) {
    size_t n = strlen(name);
    if (line.len <= n || line.ptr[n] != ':' || strncasecmp(line.ptr, name, n) != 0)
        return false;
    struct an_str v = an_str_slice(line, n + 1, line.len);
    while (v.len && (v.ptr[0] == ' ' || v.ptr[0] == '\t'))
        v = an_str_slice(v, 1, v.len);
    while (v.len && strchr(" \t\r\n", v.ptr[v.len - 1]))
        v.len--;
    *ret_value = v;
    return true;
}

static void keep(char *to, size_t cap, struct an_str value) {
    size_t n = value.len < cap ? value.len : 0;     // half of it would mean something else
    memcpy(to, value.ptr, n);
    to[n] = 0;
}

// Digits only, from the front of *s; UINT64_MAX when there are none or too many.
static uint64_t take_number(struct an_str *s) {
    uint64_t n = 0;
    size_t i = 0;
    for (; i < s->len && i < 19 && s->ptr[i] >= '0' && s->ptr[i] <= '9'; i++)
        n = n * 10 + (uint64_t) (s->ptr[i] - '0');
    bool bad = !i || (i < s->len && s->ptr[i] >= '0' && s->ptr[i] <= '9');
    *s = an_str_slice(*s, i, s->len);
    return bad ? UINT64_MAX : n;
}

// "bytes 5-9/10"
static void read_range(struct an_http *h, struct an_str v) {
    if (v.len < 6 || strncasecmp(v.ptr, "bytes ", 6) != 0)
        return;
    v = an_str_slice(v, 6, v.len);
    h->range_from = take_number(&v);
    const char *slash = v.len ? memchr(v.ptr, '/', v.len) : NULL;
    if (!slash)
        return;
    v = an_str_slice(v, (size_t) (slash + 1 - v.ptr), v.len);
    h->range_total = take_number(&v);
    h->has_range = h->range_from != UINT64_MAX && h->range_total != UINT64_MAX;
}

static void keep_region(struct an_http *h, struct an_str v) {
    for (size_t i = 0; i < v.len; i++)
        if (!((v.ptr[i] >= 'a' && v.ptr[i] <= 'z') || (v.ptr[i] >= '0' && v.ptr[i] <= '9') || v.ptr[i] == '-'))
            return;
    keep(h->answer.region, sizeof h->answer.region, v);
}

static void begin_answer(struct an_http *h) {
    h->answer = (struct an_http_answer) {.length = AN_HTTP_NO_LENGTH, .redirected = h->answer.redirected};
    h->location[0] = 0;
    h->retry_after = 0;
    h->has_range = h->chunked = false;
}

static size_t on_header(char *data, size_t size, size_t count, void *arg) {
    struct an_http *h = arg;
    struct an_str line = {data, size * count}, v;
    h->header_bytes += line.len;
    if (h->header_bytes > HEADERS_MAX) {
        h->too_many_headers = true;
        return 0;
    }
    if (line.len >= 5 && memcmp(line.ptr, "HTTP/", 5) == 0)     // 100 Continue is followed by another
        begin_answer(h);
    else if (is_header(line, "content-length", &v))
        h->answer.length = take_number(&v);
    else if (is_header(line, "transfer-encoding", &v))
        h->chunked = v.len >= 7 && strncasecmp(v.ptr + v.len - 7, "chunked", 7) == 0;
    else if (is_header(line, "etag", &v))
        keep(h->answer.etag, sizeof h->answer.etag, v);
    else if (is_header(line, "location", &v))
        keep(h->location, sizeof h->location, v);
    else if (is_header(line, "content-range", &v))
        read_range(h, v);
    else if (is_header(line, "x-amz-bucket-region", &v))
        keep_region(h, v);
    else if (is_header(line, "retry-after", &v)) {
        uint64_t n = take_number(&v);
        h->retry_after = n == UINT64_MAX || n > PAUSE_MAX_MS / 1000 ? 0 : (uint32_t) n;
    }
    return line.len;
}

static size_t on_body(char *data, size_t size, size_t count, void *arg) {
    struct an_http *h = arg;
    size_t n = size * count;
    h->has_body = true;
    if (h->end + n > WAITING_MAX) {
        if (h->at) {
            memmove(h->waiting, h->waiting + h->at, h->end - h->at);
            h->end -= h->at;
            h->at = 0;
        }
        if (h->end + n > WAITING_MAX) {
            h->paused = true;
            return CURL_WRITEFUNC_PAUSE;
        }
    }
    memcpy(h->waiting + h->end, data, n);
    h->end += n;
    return n;
}

// The client.

void an_http_free(struct an_http *h) {
    if (!h)
        return;
    an_http_close(h);
    if (h->easy)
        curl_easy_cleanup(h->easy);
    if (h->multi)
        (void) curl_multi_cleanup(h->multi);
    curl_slist_free_all(h->headers);
    wipe(h->authorization);
    wipe(h->token);
    an_free(h->ca_file);
    an_free(h->waiting);
    an_buf_release(&h->url);
    an_free(h);
}

static enum an_code set_up(struct an_http *h, const struct an_http_options *o, struct an_err *err) {
    CURL *c = h->easy;
    bool ok = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long) CONNECT_MS) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_BUFFERSIZE, 256L * 1024) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_USERAGENT, "anshen") == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HEADERDATA, h) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_WRITEDATA, h) == CURLE_OK;
    if (ok && o->user)
        ok = curl_easy_setopt(c, CURLOPT_USERNAME, o->user) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_PASSWORD, o->password ? o->password : "") == CURLE_OK;
    if (ok && o->user && o->sign)
        ok = curl_easy_setopt(c, CURLOPT_AWS_SIGV4, o->sign) == CURLE_OK;
    else if (ok && o->user)
        ok = curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long) CURLAUTH_BASIC) == CURLE_OK;
    if (ok && o->netrc)
        ok = curl_easy_setopt(c, CURLOPT_NETRC, (long) CURL_NETRC_OPTIONAL) == CURLE_OK;
    if (ok && h->ca_file)
        ok = curl_easy_setopt(c, CURLOPT_CAINFO, h->ca_file) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK;
    return ok ? AN_OK : no_memory(err);
}

enum an_code an_http_new(const struct an_http_options *o, struct an_http **ret, struct an_err *err) {
    struct an_http *h = an_alloc(sizeof *h);
    if (!h)
        return no_memory(err);
    *h = (struct an_http) {
        .signs = o->user && o->sign, .tries = o->tries ? o->tries : TRIES, .pause_ms = o->pause_ms ? o->pause_ms : PAUSE_MS,
        .stall_ms = o->stall_ms ? o->stall_ms : STALL_MS, .url = {.limit = URL_MAX_BYTES},
    };
    h->waiting = an_alloc(WAITING_MAX);
    bool ok = h->waiting != NULL;
    if (ok && o->bearer)
        ok = (h->authorization = copy_line("Authorization: ", o->bearer)) != NULL;
    if (ok && o->token && h->signs)
        ok = (h->token = copy_line("x-amz-security-token: ", o->token)) != NULL;
    if (ok && o->ca_file)
        ok = (h->ca_file = copy_line("", o->ca_file)) != NULL;
    if (ok && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
        h->easy = curl_easy_init();
        h->multi = curl_multi_init();
    }
    enum an_code code = h->easy && h->multi ? set_up(h, o, err) : no_memory(err);
    if (code) {
        an_http_free(h);
        return code;
    }
    *ret = h;
    return AN_OK;
}

// Sending.

void an_http_close(struct an_http *h) {
    if (h->sent)
        (void) curl_multi_remove_handle(h->multi, h->easy);
    h->sent = h->paused = false;
    h->at = h->end = 0;
}

static enum an_code add_header(struct curl_slist **list, const char *line, struct an_err *err) {
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (!longer)
        return no_memory(err);
    *list = longer;
    return AN_OK;
}

static enum an_code make_headers(struct an_http *h, const char *if_match, struct curl_slist **list, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; !code && i < h->request.header_count; i++)
        code = add_header(list, h->request.headers[i], err);
    if (!code && h->authorization)
        code = add_header(list, h->authorization, err);
    if (!code && h->signs)
        code = add_header(list, empty_body, err);
    if (!code && h->token)
        code = add_header(list, h->token, err);
    if (!code && h->request.body.len)               // curl would wait for a "100 Continue"
        code = add_header(list, "Expect:", err);
    if (code || !if_match)
        return code;
    char line[sizeof h->answer.etag + 16];
    (void) snprintf(line, sizeof line, "If-Match: %s", if_match);
    return add_header(list, line, err);
}

// Hands the request to curl. `from` bytes of the body are had already; only then `etag` is the one they had.
static enum an_code send_request(struct an_http *h, uint64_t from, const char *etag, struct an_err *err) {
    AN_CLEANUP(list_release) struct curl_slist *list = NULL;
    enum an_code code = make_headers(h, etag, &list, err);
    if (code)
        return code;
    an_http_close(h);
    char range[32];
    (void) snprintf(range, sizeof range, "%llu-", (unsigned long long) from);
    CURL *c = h->easy;
    struct an_str body = h->request.body;
    bool ok = curl_easy_setopt(c, CURLOPT_URL, h->url.ptr) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HTTPHEADER, list) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_RANGE, from ? range : NULL) == CURLE_OK;
    if (ok && body.len)
        ok = curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) body.len) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS, body.ptr) == CURLE_OK;
    if (ok)
        ok = curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, h->request.method) == CURLE_OK;
    if (!ok)
        return no_memory(err);
    curl_slist_free_all(h->headers);                // the request before had them
    h->headers = AN_TAKE(list);
    h->header_bytes = h->waited_ms = h->waited_bytes = 0;
    h->done = h->has_body = h->too_many_headers = false;
    begin_answer(h);
    if (curl_multi_add_handle(h->multi, c) != CURLM_OK)
        return no_memory(err);
    h->sent = true;
    return AN_OK;
}

static uint64_t now_ms(void) {
    struct timespec t;
    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t) t.tv_sec * 1000 + (uint64_t) t.tv_nsec / 1000000;
}

static void sleep_ms(uint64_t ms) {
    struct timespec t = {.tv_sec = (time_t) (ms / 1000), .tv_nsec = (long) (ms % 1000) * 1000000};
    (void) nanosleep(&t, NULL);
}

// Whether the server still comes along: enough bytes in each stretch of waiting. A byte now and then does not keep us for ever.
static bool stalls(struct an_http *h, uint64_t waited, size_t came) {
    h->waited_ms += (uint32_t) waited;
    h->waited_bytes += (uint32_t) came;
    if (h->waited_bytes >= STALL_BYTES)
        h->waited_ms = h->waited_bytes = 0;
    return h->waited_ms >= h->stall_ms;
}

// Lets curl work until there is some of the body to read, or no more will come. `headers`: until the headers are there.
static void work(struct an_http *h) {
    if (h->paused) {
        h->paused = false;
        (void) curl_easy_pause(h->easy, CURLPAUSE_CONT);
    }
    while (!h->done && h->end == h->at) {
        uint64_t before = now_ms();
        size_t header_bytes = h->header_bytes;
        int running = 0, left = 0;
        CURLMcode m = curl_multi_perform(h->multi, &running);
        const CURLMsg *message;
        while ((message = curl_multi_info_read(h->multi, &left)))
            if (message->msg == CURLMSG_DONE) {
                h->done = true;
                h->result = message->data.result;
            }
        if (!h->done && h->end == h->at && m == CURLM_OK)
            m = curl_multi_poll(h->multi, NULL, 0, 200, NULL);
        if (m != CURLM_OK) {
            h->done = true;
            h->result = CURLE_OUT_OF_MEMORY;
        }
        if (!h->done && stalls(h, now_ms() - before, h->end - h->at + (h->header_bytes - header_bytes))) {
            h->done = true;
            h->result = CURLE_OPERATION_TIMEDOUT;
        }
    }
    if (h->end > h->at)
        (void) stalls(h, 0, h->end - h->at);
}

static enum an_code failed(const struct an_http *h, struct an_err *err) {
    switch ((int) h->result) {
    case CURLE_OUT_OF_MEMORY:
        return no_memory(err);
    case CURLE_COULDNT_RESOLVE_HOST:
        return an_fail(err, AN_IO, "the server's name cannot be resolved");
    case CURLE_COULDNT_CONNECT:
        return an_fail(err, AN_IO, "the server cannot be reached: nothing answers at its address and port");
    case CURLE_OPERATION_TIMEDOUT:
        return an_fail(err, AN_IO, "the server sends nothing, or too slowly to wait for it");
    case CURLE_PEER_FAILED_VERIFICATION:
        return an_fail(err, AN_IO, "the server's certificate is not one to trust, or is not for this name; "
                                   "for a company's own authority set SSL_CERT_FILE to its certificate");
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
        return an_fail(err, AN_IO, "the connection broke off");
    case CURLE_WRITE_ERROR:
        if (h->too_many_headers)
            return an_fail(err, AN_LIMIT, "the server sends headers without end");
        break;
    default:
        break;
    }
    return an_fail(err, AN_IO, "the request failed: %s", curl_easy_strerror(h->result));
}

// Whether a failure of the connection may be gone the next time.
static bool may_pass(const struct an_http *h) {
    switch ((int) h->result) {
    case CURLE_OUT_OF_MEMORY:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WRITE_ERROR:
        return false;
    default:
        return true;
    }
}

static bool is_busy(long status) {
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

// Waits for the headers, and the first of the body or its end.
static enum an_code get_answer(struct an_http *h, struct an_err *err) {
    work(h);
    if (h->done && h->result != CURLE_OK && !h->has_body)
        return failed(h, err);
    bool redirected = h->answer.redirected;
    (void) curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &h->answer.status);
    h->answer.redirected = redirected;
    return AN_OK;
}

static enum an_code try_often(struct an_http *h, uint64_t from, const char *etag, struct an_err *err) {
    uint64_t pause = h->pause_ms;
    for (uint32_t n = 1;; n++) {
        enum an_code code = send_request(h, from, etag, err);
        if (code)
            return code;
        code = get_answer(h, err);
        if (n >= h->tries || !(code ? may_pass(h) : is_busy(h->answer.status)))
            return code;
        uint64_t asked = (uint64_t) h->retry_after * 1000;
        sleep_ms(asked > pause ? asked : pause);
        pause = 2 * pause > PAUSE_MAX_MS ? PAUSE_MAX_MS : 2 * pause;
    }
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart part) {
    char *x = NULL, *y = NULL;
    bool same = curl_url_get(a, part, &x, CURLU_DEFAULT_PORT) == CURLUE_OK &&
                curl_url_get(b, part, &y, CURLU_DEFAULT_PORT) == CURLUE_OK && strcasecmp(x, y) == 0;
    curl_free(x);
    curl_free(y);
    return same;
}

// Puts where a redirect leads into h->url, where that is the same server by the same way.
static enum an_code follow(struct an_http *h, bool *ret_followed, struct an_err *err) {
    AN_CLEANUP(url_release) CURLU *here = curl_url();
    AN_CLEANUP(url_release) CURLU *there = curl_url();
    *ret_followed = false;
    if (!here || !there)
        return no_memory(err);
    if (!h->location[0] || curl_url_set(here, CURLUPART_URL, h->url.ptr, 0) != CURLUE_OK ||
        curl_url_set(there, CURLUPART_URL, h->url.ptr, 0) != CURLUE_OK ||
        curl_url_set(there, CURLUPART_URL, h->location, 0) != CURLUE_OK ||
        !same_part(here, there, CURLUPART_SCHEME) || !same_part(here, there, CURLUPART_HOST) ||
        !same_part(here, there, CURLUPART_PORT))
        return AN_OK;
    if (curl_url_set(there, CURLUPART_USER, NULL, 0) != CURLUE_OK ||
        curl_url_set(there, CURLUPART_PASSWORD, NULL, 0) != CURLUE_OK)
        return no_memory(err);
    char *url = NULL;
    if (curl_url_get(there, CURLUPART_URL, &url, 0) != CURLUE_OK)
        return no_memory(err);
    h->url.len = 0;
    enum an_code code = an_buf_addf(&h->url, err, "%s", url);
    curl_free(url);
    *ret_followed = !code;
    return code;
}

enum an_code an_http_open(struct an_http *h, const struct an_http_request *request, struct an_http_answer *ret_answer,
                          struct an_err *err) {
    h->request = *request;
    h->url.len = h->pos = h->resumes = 0;
    h->answer.redirected = false;
    enum an_code code = an_buf_addf(&h->url, err, "%.*s", AN_STR_ARG(request->url));
    for (int n = 0; !code; n++) {
        code = try_often(h, 0, NULL, err);
        long s = h->answer.status;
        if (code || s < 300 || s > 308 || s == 304)
            break;
        bool followed = false;
        if (n < REDIRECTS_MAX)
            code = follow(h, &followed, err);
        if (!code && !followed) {
            h->answer.redirected = true;
            break;
        }
    }
    if (!code)
        *ret_answer = h->answer;
    ret_answer->location = h->location;
    return code;
}

// The body.

// Asks for the rest of a body that broke off.
static enum an_code resume(struct an_http *h, struct an_err *err) {
    struct an_http_answer first = h->answer;
    struct an_err broken;
    enum an_code code = failed(h, &broken);
    bool strong = first.etag[0] == '"';
    bool can = may_pass(h) && first.status == 200 && strong && !h->request.method;
    if (!can) {
        *err = broken;
        return code;
    }
    code = try_often(h, h->pos, first.etag, err);
    if (code)
        return code;
    bool same = h->answer.status == 206 && strcmp(h->answer.etag, first.etag) == 0 && h->has_range &&
                h->range_from == h->pos && (first.length == AN_HTTP_NO_LENGTH || h->range_total == first.length);
    if (!same) {
        h->at = h->end = 0;
        return an_fail(err, AN_IO, "the connection broke off, and the server does not go on with the same content");
    }
    h->answer.status = first.status;
    h->answer.length = first.length;
    return AN_OK;
}

enum an_code an_http_read(struct an_http *h, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    *ret_len = 0;
    while (h->end == h->at) {
        if (h->done && h->result == CURLE_OK) {
            if (h->answer.length == AN_HTTP_NO_LENGTH && !h->chunked && h->has_body)
                return an_fail(err, AN_IO, "the server does not say where the content ends: it may be cut");
            return AN_OK;
        }
        if (h->done) {
            if (h->resumes++ >= RESUMES_MAX)        // it sends a byte, and breaks off, each time
                return failed(h, err);
            enum an_code code = resume(h, err);
            if (code)
                return code;
            continue;
        }
        work(h);
    }
    size_t n = h->end - h->at < cap ? h->end - h->at : cap;
    memcpy(buf, h->waiting + h->at, n);
    h->at += n;
    if (h->at == h->end)
        h->at = h->end = 0;
    h->pos += n;
    *ret_len = n;
    return AN_OK;
}

enum an_code an_http_fetch(struct an_http *h, const struct an_http_request *request, size_t limit, struct an_buf *out,
                           struct an_http_answer *ret_answer, struct an_err *err) {
    char piece[16 * 1024];
    size_t total = 0, n = 0;
    enum an_code code = an_http_open(h, request, ret_answer, err);
    while (!code) {
        code = an_http_read(h, piece, sizeof piece, &n, err);
        if (code || !n)
            break;
        total += n;
        code = total > limit ? an_fail(err, AN_LIMIT, "the server's answer is longer than %zu bytes", limit)
                             : an_buf_add(out, (struct an_str) {piece, n}, err);
    }
    an_http_close(h);
    return code;
}

// Texts.

enum an_code an_http_refused(const struct an_http_answer *answer, struct an_err *err) {
    int s = (int) answer->status;
    if (answer->redirected)
        return an_fail(err, AN_IO, "leads to another server, port or scheme (status %d), which is not followed; "
                                   "give the address it leads to", s);
    if (s == 401 || s == 407)
        return an_fail(err, AN_IO, "wants credentials, or others than these (status %d)", s);
    if (s == 403)
        return an_fail(err, AN_IO, "no permission to read it (status 403)");
    if (s == 404 || s == 410)
        return an_fail(err, AN_IO, "is not there (status %d)", s);
    if (s == 429 || s >= 500)
        return an_fail(err, AN_IO, "the server could not answer, however often it was asked (status %d)", s);
    return an_fail(err, AN_IO, "the server refused (status %d)", s);
}

enum an_code an_http_encode(struct an_buf *out, struct an_str s, bool slash, struct an_err *err) {
    static const char digits[] = "0123456789ABCDEF";
    enum an_code code = AN_OK;
    for (size_t i = 0; !code && i < s.len; i++) {
        unsigned char c = (unsigned char) s.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c && strchr("-._~", c)) ||
                     (slash && c == '/');
        char triple[3] = {'%', digits[c >> 4], digits[c & 15]};
        code = an_buf_add(out, plain ? an_str_slice(s, i, i + 1) : (struct an_str) {triple, 3}, err);
    }
    return code;
}
