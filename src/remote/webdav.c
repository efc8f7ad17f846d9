// Files behind WebDAV (RFC 4918): each a store, read as a file would be.
//
//     webdav://USER@HOST:PORT/PATH        webdavs:// with TLS; dav:// and davs:// are the same
//
// PATH is a folder, which is walked with PROPFIND and Depth: 1, or a file.
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "remote/folders.h"
#include "remote/object.h"
#include "remote/secret.h"

enum { ANSWER_MAX = 256 << 20 };        // bytes of a folder's list

struct work {
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    struct an_http *http;
    struct an_buf server;               // https://host:port
    struct an_buf bare;                 // https://host, where the port is the usual one
    struct an_buf url, xml;
};

static void work_release(struct work *w) {
    an_http_free(w->http);
    an_buf_release(&w->server);
    an_buf_release(&w->bare);
    an_buf_release(&w->url);
    an_buf_release(&w->xml);
}

static bool has_tls(const struct an_url *url) { return url->scheme.ptr[url->scheme.len - 1] == 's'; }

static enum an_code make_server(struct work *w, struct an_err *err) {
    const struct an_url *url = w->ask->url;
    bool tls = has_tls(url), brackets = memchr(url->host.ptr, ':', url->host.len);
    unsigned usual = tls ? 443 : 80, port = url->port ? url->port : usual;
    AN_TRY(an_buf_addf(&w->bare, err, brackets ? "%s://[%.*s]" : "%s://%.*s", tls ? "https" : "http", AN_STR_ARG(url->host)));
    AN_TRY(an_buf_addf(&w->server, err, "%.*s:%u", AN_STR_ARG(an_buf_str(&w->bare)), port));
    if (port != usual)
        w->bare.len = 0;
    return AN_OK;
}

static enum an_code make_url(struct work *w, struct an_str path, struct an_err *err) {
    w->url.len = 0;
    AN_TRY(an_buf_add(&w->url, an_buf_str(&w->server), err));
    return an_http_encode(&w->url, path, true, err);
}

// Asks without a '/' at the end: a server that wants one leads there.
static enum an_code ask_for(struct work *w, struct an_str path, struct an_err *err) {
    static const char *const headers[] = {"Depth: 1", "Content-Type: application/xml"};
    struct an_http_answer answer = {0};
    w->xml.len = 0;
    AN_TRY(make_url(w, path, err));
    const struct an_http_request request = {
        .method = "PROPFIND", .url = an_buf_str(&w->url), .headers = headers, .header_count = AN_COUNT(headers),
        .body = AN_STR("<?xml version=\"1.0\" encoding=\"utf-8\"?><propfind xmlns=\"DAV:\"><prop><resourcetype/>"
                       "<getcontentlength/></prop></propfind>"),
    };
    AN_TRY(an_http_fetch(w->http, &request, ANSWER_MAX, &w->xml, &answer, err));
    an_remote_took(w->reading, w->ask, w->xml.len);
    if (answer.status == 207)
        return AN_OK;
    if (answer.status == 405 || answer.status == 501 || answer.status == 200)
        return an_fail(err, AN_IO, "the server does not speak WebDAV here (status %ld)", answer.status);
    return an_http_refused(&answer, err);
}

static enum an_code list(void *arg, struct an_str path, struct an_arena *arena, struct an_folder *ret, struct an_err *err) {
    struct work *w = arg;
    struct an_listing all;
    bool self = false;
    AN_TRY(ask_for(w, path, err));
    AN_TRY(an_listing_dav(an_buf_str(&w->xml), arena, &all, err));
    struct an_str server = an_buf_str(&w->server), bare = an_buf_str(&w->bare);
    ret->items = all.items;
    for (size_t i = 0; i < all.count; i++) {
        struct an_listed item = all.items[i];
        struct an_str href = item.name;
        size_t n = server.len;
        bool full = href.len > n && strncasecmp(href.ptr, server.ptr, n) == 0 && href.ptr[n] == '/';
        enum an_dav_place place = an_dav_place(full || !bare.len ? server : bare, path, href, arena, &item.name);
        if (!item.name.ptr)
            return an_fail(err, AN_NOMEM, "no memory for a folder");
        if (place == AN_DAV_CHILD) {
            ret->items[ret->count++] = item;
        } else if (place == AN_DAV_SELF) {
            self = true;
            ret->is_file = !item.folder;
            ret->bytes = item.bytes;
        } else {
            ret->strange++;
        }
    }
    if (!self && !ret->count)
        return an_fail(err, AN_INPUT, "the server's list is of something else than was asked for");
    ret->is_file = self && ret->is_file && !ret->count;
    return AN_OK;
}

static enum an_code read_one(void *arg, struct an_str path, struct an_str uri, uint64_t bytes, struct an_err *err) {
    struct work *w = arg;
    AN_TRY(make_url(w, path, err));
    struct an_object object = {.uri = uri, .url = an_buf_str(&w->url), .bytes = bytes};
    return an_object_read(w->reading, w->ask, w->http, &object, err);
}

static enum an_code read_webdav(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_AUTO(work) w = {.reading = reading, .ask = ask};
    AN_AUTO(an_secret) secret = {0};
    AN_TRY(make_server(&w, err));
    AN_TRY(an_secret_find(ask, "WEBDAV_PASSWORD", &secret, err));
    struct an_http_options options = {.user = secret.user, .password = secret.password, .netrc = !secret.user,
                                      .ca_file = getenv("SSL_CERT_FILE")};
    AN_TRY(an_http_new(&options, &w.http, err));
    const struct an_folders all = {.reading = reading, .ask = ask, .arg = &w, .list = list, .read = read_one};
    return an_folders_read(&all, err);
}

static enum an_code check(const struct an_url *url, struct an_err *err) {
    if (!url->host.len)
        return an_fail(err, AN_USAGE, "the URL names no host");
    return url->raw_query.len ? an_fail(err, AN_USAGE, "a '?' in the URL; one in a path is written %%3F") : AN_OK;
}

static const char *const schemes[] = {"webdav", "webdavs", "dav", "davs", NULL};

const struct an_remote an_remote_webdav = {
    .name = "webdav",
    .schemes = schemes,
    .title = {"Files behind WebDAV", "WebDAV 上的文件"},
    .spec = "RFC 4918 (PROPFIND), RFC 9110",
    .check = check,
    .read = read_webdav,
};
