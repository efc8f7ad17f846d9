// Object stores that speak S3: AWS, Alibaba OSS, Tencent COS, MinIO, Ceph. Each object is read as a file would be.
//
//     s3://BUCKET/PATH                    where AWS_ENDPOINT_URL says, else AWS's own
//     s3+https://HOST:PORT/BUCKET/PATH    another's (s3+http:// without TLS)
//
// PATH is an object, or a folder: what begins with PATH and '/'. The list is read in pages, each object while its page is held,
// so memory does not grow with their number. The server must list keys in their order, as S3 does: that is how one that lists the
// same again, for ever, is found out.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "remote/aws.h"
#include "remote/listing.h"
#include "remote/object.h"
#include "remote/remote.h"

enum {
    PAGE_MAX = 32 << 20,            // bytes of a page: a thousand keys of 1 KiB, each byte percent-encoded, are 3 MiB
    EMPTY_PAGES_MAX = 1000,         // one after another
    SHOWN_MAX = 1024,               // bytes of a key
    KEY_MAX = 16 * 1024,
    BUCKET_MAX = 255,
};

static const struct an_str aws_domain = AN_STR_INIT(".amazonaws.com");

struct work {
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    struct an_aws aws;
    struct an_http *http;
    struct an_str bucket, path;     // path: without the '/' in front
    struct an_buf base;             // URL of the bucket, ends in '/'
    struct an_buf url, uri;         // of what is asked for now
    struct an_buf last;             // key of the last object listed
    bool ours;                      // the endpoint is AWS's own: another region of it may be gone to
    bool moved;
    uint64_t listed, left_out;      // objects below PATH; those of them that globs leave out
};

static void work_release(struct work *w) {
    an_aws_release(&w->aws);
    an_http_free(w->http);
    an_buf_release(&w->base);
    an_buf_release(&w->url);
    an_buf_release(&w->uri);
    an_buf_release(&w->last);
}

// Where the bucket is.

static bool is_bucket(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] | 0x20) >= 'a' && (s.ptr[i] | 0x20) <= 'z') && !(s.ptr[i] >= '0' && s.ptr[i] <= '9') &&
            !strchr("-._", s.ptr[i]))
            return false;
    return s.len && s.len <= BUCKET_MAX && s.ptr[0] != '.';
}

static bool has_endpoint(const struct an_url *url) { return !an_str_eq(url->scheme, AN_STR("s3")); }

// Splits the path behind the host into bucket and rest.
static void find_bucket(const struct an_url *url, struct an_str *ret_bucket, struct an_str *ret_path) {
    struct an_str rest = an_str_slice(url->path, 1, url->path.len);
    *ret_bucket = url->host;
    if (has_endpoint(url) && !an_str_next(&rest, '/', ret_bucket))
        *ret_bucket = (struct an_str) {0};
    *ret_path = rest;
}

static enum an_code check(const struct an_url *url, struct an_err *err) {
    struct an_str bucket, path;
    find_bucket(url, &bucket, &path);
    if (url->user.ptr || url->password.ptr)
        return an_fail(err, AN_USAGE, "keys do not belong in the URL; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use "
                                      "the files of the AWS command line");
    if (has_endpoint(url) && !url->host.len)
        return an_fail(err, AN_USAGE, "the URL names no host");
    if (!has_endpoint(url) && url->port)
        return an_fail(err, AN_USAGE, "a bucket has no port; for another's server write s3+https://HOST:PORT/BUCKET");
    if (!is_bucket(bucket))
        return an_fail(err, AN_USAGE, "the URL names no bucket");
    return url->raw_query.len ? an_fail(err, AN_USAGE, "a '?' in the URL; one in a key is written %%3F") : AN_OK;
}

static bool ends_in(struct an_str s, struct an_str end) {
    return s.len >= end.len && an_str_eq(an_str_slice(s, s.len - end.len, s.len), end);
}

// Whether a bucket's name can stand in front of a host's, under a certificate for "*.host".
static bool is_label(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') && !(s.ptr[i] >= '0' && s.ptr[i] <= '9') && s.ptr[i] != '-')
            return false;
    return s.len && s.len <= 63;
}

// The buckets of AWS and of the large Chinese clouds are names of hosts; those of others are mostly paths.
static bool is_host_style(const struct work *w, struct an_str host) {
    if (!is_label(w->bucket) || w->aws.path_style)
        return false;
    return w->aws.host_style || w->ours || ends_in(host, aws_domain) || ends_in(host, AN_STR(".amazonaws.com.cn")) ||
           ends_in(host, AN_STR(".aliyuncs.com")) || ends_in(host, AN_STR(".myqcloud.com")) ||
           ends_in(host, AN_STR(".myhuaweicloud.com")) || ends_in(host, AN_STR(".volces.com"));
}

// Writes the bucket's URL from an endpoint.
static enum an_code make_base(struct work *w, const char *scheme, struct an_str host, uint16_t port, struct an_err *err) {
    bool in_host = is_host_style(w, host), brackets = memchr(host.ptr, ':', host.len) != NULL;
    w->base.len = 0;
    enum an_code code = an_buf_addf(&w->base, err, "%s://", scheme);
    if (!code && in_host)
        code = an_buf_addf(&w->base, err, "%.*s.", AN_STR_ARG(w->bucket));
    if (!code)
        code = an_buf_addf(&w->base, err, brackets ? "[%.*s]" : "%.*s", AN_STR_ARG(host));
    if (!code && port)
        code = an_buf_addf(&w->base, err, ":%u", (unsigned) port);
    if (!code && !in_host)
        code = an_buf_addf(&w->base, err, "/%.*s", AN_STR_ARG(w->bucket));
    return code ? code : an_buf_add(&w->base, AN_STR("/"), err);
}

static enum an_code set_base(struct work *w, struct an_err *err) {
    const struct an_url *url = w->ask->url;
    if (has_endpoint(url))
        return make_base(w, an_str_eq(url->scheme, AN_STR("s3+http")) ? "http" : "https", url->host, url->port, err);
    if (!w->aws.endpoint[0]) {
        char host[80];
        bool china = strncmp(w->aws.region, "cn-", 3) == 0;
        (void) snprintf(host, sizeof host, "s3.%s.amazonaws.com%s", w->aws.region, china ? ".cn" : "");
        w->ours = true;
        return make_base(w, "https", an_str_from_c(host), 0, err);
    }
    AN_AUTO(an_url) endpoint = {0};
    enum an_code code = an_url_parse(an_str_from_c(w->aws.endpoint), &endpoint, err);
    bool web = !code && (an_str_eq(endpoint.scheme, AN_STR("https")) || an_str_eq(endpoint.scheme, AN_STR("http")));
    if (code == AN_NOMEM)
        return code;
    if (!web || !endpoint.host.len || endpoint.user.ptr || endpoint.path.len > 1 || endpoint.raw_query.len)
        return an_fail(err, AN_USAGE, "AWS_ENDPOINT_URL: not https://HOST or https://HOST:PORT");
    return make_base(w, endpoint.scheme.ptr, endpoint.host, endpoint.port, err);
}

static enum an_code connect_to(struct work *w, struct an_err *err) {
    if (!w->aws.region[0])
        (void) snprintf(w->aws.region, sizeof w->aws.region, "us-east-1");
    enum an_code code = set_base(w, err);
    if (code)
        return code;
    char sign[80];
    (void) snprintf(sign, sizeof sign, "aws:amz:%s:s3", w->aws.region);
    bool keys = w->aws.user[0] != 0;
    const char *own = getenv("AWS_CA_BUNDLE");
    struct an_http_options options = {
        .user = keys ? w->aws.user : NULL, .password = keys ? w->aws.password : NULL, .sign = keys ? sign : NULL,
        .token = w->aws.token[0] ? w->aws.token : NULL, .ca_file = own ? own : getenv("SSL_CERT_FILE"),
    };
    an_http_free(AN_TAKE(w->http));
    return an_http_new(&options, &w->http, err);
}

// The list.

static enum an_code make_page_url(struct work *w, struct an_str token, struct an_err *err) {
    w->url.len = 0;
    enum an_code code = an_buf_addf(&w->url, err, "%.*s?", AN_STR_ARG(an_buf_str(&w->base)));
    if (!code && token.len) {           // in the order of their names, as they are signed
        code = an_buf_add(&w->url, AN_STR("continuation-token="), err);
        if (!code)
            code = an_http_encode(&w->url, token, false, err);
        if (!code)
            code = an_buf_add(&w->url, AN_STR("&"), err);
    }
    if (!code)
        code = an_buf_add(&w->url, AN_STR("encoding-type=url&list-type=2&max-keys=1000"), err);
    if (!code && w->path.len)
        code = an_buf_add(&w->url, AN_STR("&prefix="), err);
    return code ? code : an_http_encode(&w->url, w->path, false, err);
}

static enum an_code get_page(struct work *w, struct an_str token, struct an_arena *arena, struct an_listing *ret,
                             struct an_err *err) {
    AN_AUTO(an_buf) xml = {0};
    struct an_http_answer answer = {0};
    enum an_code code = make_page_url(w, token, err);
    if (!code)
        code = an_http_fetch(w->http, &(struct an_http_request) {.url = an_buf_str(&w->url)}, PAGE_MAX, &xml, &answer, err);
    if (code)
        return code;
    bool elsewhere = answer.status >= 300 && answer.status < 500 && answer.region[0] &&
                     strcmp(answer.region, w->aws.region) != 0;
    if (elsewhere && w->ours && !w->moved) {
        w->moved = true;
        (void) snprintf(w->aws.region, sizeof w->aws.region, "%s", answer.region);
        code = connect_to(w, err);
        return code ? code : get_page(w, token, arena, ret, err);
    }
    if (elsewhere)
        return an_fail(err, AN_IO, "the bucket is in the region %s; set AWS_REGION to it", answer.region);
    if (answer.status == 403 && !w->aws.user[0])
        return an_fail(err, AN_IO, "no permission to list it, and no keys to ask with; set AWS_ACCESS_KEY_ID and "
                                   "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE");
    return answer.status == 200 ? an_listing_s3(an_buf_str(&xml), arena, ret, err) : an_http_refused(&answer, err);
}

static int compare(struct an_str a, struct an_str b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

// Whether a key is the path, or below it.
static bool is_below(const struct work *w, struct an_str key) {
    if (key.len < w->path.len || !an_str_eq(an_str_slice(key, 0, w->path.len), w->path))
        return false;
    return !w->path.len || w->path.ptr[w->path.len - 1] == '/' || key.len == w->path.len || key.ptr[w->path.len] == '/';
}

// The objects.

// SCHEME://BUCKET/KEY, with U+FFFD for what is no text.
static enum an_code make_uri(struct work *w, struct an_str key, struct an_err *err) {
    const struct an_url *url = w->ask->url;
    size_t whole = w->ask->uri.len, without = url->raw_path.len;
    w->uri.len = 0;
    enum an_code code = an_buf_add(&w->uri, an_str_slice(w->ask->uri, 0, whole - without), err);
    if (!code && has_endpoint(url))
        code = an_buf_addf(&w->uri, err, "/%.*s", AN_STR_ARG(w->bucket));
    if (!code)
        code = an_buf_add(&w->uri, AN_STR("/"), err);
    size_t end = w->uri.len + SHOWN_MAX;
    while (key.len && !code && w->uri.len < end) {
        size_t n = an_utf8_len(key);
        bool plain = n && (unsigned char) key.ptr[0] >= 0x20 && key.ptr[0] != 0x7F;
        code = an_buf_add(&w->uri, plain ? an_str_slice(key, 0, n) : AN_STR("\xEF\xBF\xBD"), err);
        key = an_str_slice(key, n ? n : 1, key.len);
    }
    return code;
}

static struct an_str last_part(struct an_str key) {
    size_t from = key.len;
    while (from && key.ptr[from - 1] != '/')
        from--;
    return an_str_slice(key, from, key.len);
}

static enum an_code read_object(struct work *w, const struct an_listed *o, struct an_err *err) {
    struct an_str why;
    if (!o->bytes && o->name.ptr[o->name.len - 1] == '/')      // what consoles make to show a folder
        return AN_OK;
    if (!an_remote_wants(w->ask, o->name, last_part(o->name), &why)) {
        w->left_out += why.len > 0;
        return AN_OK;
    }
    enum an_code code = make_uri(w, o->name, err);
    if (code)
        return code;
    if (o->cold)
        return an_object_unread(w->reading, an_buf_str(&w->uri), AN_IO,
                                "is in an archive class, which cannot be read before it is restored", err);
    w->url.len = 0;
    code = an_buf_add(&w->url, an_buf_str(&w->base), err);
    if (!code)
        code = an_http_encode(&w->url, o->name, true, err);
    struct an_object object = {.uri = an_buf_str(&w->uri), .url = an_buf_str(&w->url), .bytes = o->bytes};
    return code ? code : an_object_read(w->reading, w->ask, w->http, &object, err);
}

// Reads a page's objects. *fault: why the list cannot be believed any more.
static enum an_code read_page(struct work *w, const struct an_listing *page, enum an_code *fault, struct an_err *why,
                              struct an_err *err) {
    for (size_t i = 0; i < page->count; i++) {
        const struct an_listed *o = &page->items[i];
        if (w->last.len && compare(o->name, an_buf_str(&w->last)) <= 0) {
            *fault = an_fail(why, AN_INPUT, "the server lists its objects out of order, or over and over: the rest is not read");
            return AN_OK;
        }
        w->last.len = 0;
        enum an_code code = an_buf_add(&w->last, o->name, err);
        if (!code && is_below(w, o->name)) {
            w->listed++;
            code = read_object(w, o, err);
        }
        if (code)
            return code;
    }
    return AN_OK;
}

// All pages. What ends the list early is in *fault.
static enum an_code read_pages(struct work *w, enum an_code *fault, struct an_err *why, struct an_err *err) {
    AN_AUTO(an_buf) token = {.limit = KEY_MAX};
    size_t empty = 0;
    for (;;) {
        AN_AUTO(an_arena) arena = {0};
        struct an_listing page = {0};
        *fault = get_page(w, an_buf_str(&token), &arena, &page, why);
        enum an_code code = *fault ? AN_OK : read_page(w, &page, fault, why, err);
        if (code || *fault || !page.truncated)
            return code;
        empty = page.count ? 0 : empty + 1;
        if (an_str_eq(page.next, an_buf_str(&token)) || empty > EMPTY_PAGES_MAX) {
            *fault = an_fail(why, AN_INPUT, "the server's list does not go on and does not end: the rest is not read");
            return AN_OK;
        }
        token.len = 0;
        code = an_buf_add(&token, page.next, err);
        if (code)
            return code;
    }
}

static enum an_code unread(struct work *w, enum an_code what, const struct an_err *why, struct an_err *err) {
    if (an_object_is_ours(what)) {
        *err = *why;
        return what;
    }
    return an_remote_unread(w->reading, w->ask, "unknown", (struct an_str) {0}, what, an_str_from_c(why->text), err);
}

static const char *variable(const char *name) { return getenv(name); }

static enum an_code read_s3(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_AUTO(work) w = {.reading = reading, .ask = ask};
    struct an_err why = {0};
    find_bucket(ask->url, &w.bucket, &w.path);
    enum an_code fault = an_aws_find(variable, &w.aws, &why);
    if (!fault)
        fault = connect_to(&w, &why);
    enum an_code code = fault ? AN_OK : read_pages(&w, &fault, &why, err);
    if (code)
        return code;
    if (fault)
        return unread(&w, fault, &why, err);
    if (w.left_out) {                   // told together: there may be millions
        (void) snprintf(why.text, sizeof why.text, "%llu objects left out by --include or --exclude",
                        (unsigned long long) w.left_out);
        return an_remote_skip(reading, ask, "unknown", (struct an_str) {0}, an_str_from_c(why.text), err);
    }
    if (w.listed)
        return AN_OK;
    if (!w.path.len)
        return an_remote_skip(reading, ask, "unknown", (struct an_str) {0}, AN_STR("the bucket holds no object"), err);
    return unread(&w, an_fail(&why, AN_IO, "there is no object of this name, and none below it"), &why, err);
}

static const char *const schemes[] = {"s3", "s3+https", "s3+http", NULL};

const struct an_remote an_remote_s3 = {
    .name = "s3",
    .schemes = schemes,
    .own_scheme = true,
    .title = {"Objects in S3-compatible stores (AWS, OSS, COS, MinIO)", "S3 兼容对象存储中的对象（AWS、OSS、COS、MinIO）"},
    .spec = "Amazon S3 API 2006-03-01 (ListObjectsV2, GetObject); AWS Signature Version 4",
    .check = check,
    .read = read_s3,
};
