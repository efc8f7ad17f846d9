// Files in HDFS over its REST interface: each a store, read as a file would be.
//
//     webhdfs://USER@HOST:PORT/PATH       of the name node (or HttpFS); swebhdfs:// with TLS
//
// What a file holds is not at the name node: it leads to a data node, on another host. That is followed when it leads to the same
// file of the same interface, by a client of its own that has no credentials: it sends what the name node wrote into the address,
// and nothing else.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "remote/folders.h"
#include "remote/object.h"
#include "remote/remote.h"

enum {
    PORT = 9870, TLS_PORT = 9871,
    ANSWER_MAX = 64 << 20,              // bytes of a list
    FAULT_MAX = 64 * 1024,
};

static const struct an_str prefix = AN_STR_INIT("/webhdfs/v1");

struct work {
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    struct an_http *names, *data;       // clients for the name node, and for data nodes
    const char *user, *token;
    struct an_buf url, body, place;
    bool whole;                         // the server has no lists in pages
};

static void work_release(struct work *w) {
    an_http_free(w->names);
    an_http_free(w->data);
    if (w->url.ptr)
        explicit_bzero(w->url.ptr, w->url.len);         // a token may be in them
    if (w->place.ptr)
        explicit_bzero(w->place.ptr, w->place.len);
    an_buf_release(&w->url);
    an_buf_release(&w->body);
    an_buf_release(&w->place);
}

static bool has_tls(const struct an_url *url) { return url->scheme.ptr[0] == 's'; }

static enum an_code add_pair(struct work *w, const char *name, struct an_str value, struct an_err *err) {
    AN_TRY(an_buf_addf(&w->url, err, "&%s=", name));
    return an_http_encode(&w->url, value, false, err);
}

static enum an_code make_url(struct work *w, struct an_str path, const char *op, struct an_err *err) {
    const struct an_url *url = w->ask->url;
    bool tls = has_tls(url), brackets = memchr(url->host.ptr, ':', url->host.len);
    unsigned port = url->port ? url->port : tls ? TLS_PORT : PORT;
    w->url.len = 0;
    AN_TRY(an_buf_addf(&w->url, err, brackets ? "%s://[%.*s]:%u" : "%s://%.*s:%u", tls ? "https" : "http", AN_STR_ARG(url->host),
                       port));
    AN_TRY(an_buf_add(&w->url, prefix, err));
    AN_TRY(an_http_encode(&w->url, path, true, err));
    AN_TRY(an_buf_addf(&w->url, err, "?op=%s", op));
    if (w->token)
        return add_pair(w, "delegation", an_str_from_c(w->token), err);
    return w->user ? add_pair(w, "user.name", an_str_from_c(w->user), err) : AN_OK;
}

// What the server says went wrong, where it is something to act upon.
static bool says(const struct work *w, const char *exception) {
    json_t *root = json_loadb(w->body.ptr ? w->body.ptr : "", w->body.len, 0, NULL);
    const char *name = json_string_value(json_object_get(json_object_get(root, "RemoteException"), "exception"));
    bool same = name && strcmp(name, exception) == 0;
    json_decref(root);
    return same;
}

static enum an_code refused(const struct work *w, const struct an_http_answer *answer, struct an_err *err) {
    if (answer->status == 401)
        return an_fail(err, AN_IO, "wants to know who asks, by Kerberos, which is not done here, or by another token (status "
                                   "401): set WEBHDFS_TOKEN to one from GETDELEGATIONTOKEN");
    if (says(w, "StandbyException"))
        return an_fail(err, AN_IO, "this name node is on standby; name the active one");
    return an_http_refused(answer, err);
}

static enum an_code get_list(struct work *w, struct an_str path, struct an_str after, bool page, struct an_http_answer *answer,
                             struct an_err *err) {
    AN_TRY(make_url(w, path, page ? "LISTSTATUS_BATCH" : "LISTSTATUS", err));
    if (after.len)
        AN_TRY(add_pair(w, "startAfter", after, err));
    w->body.len = 0;
    AN_TRY(an_http_fetch(w->names, &(struct an_http_request) {.url = an_buf_str(&w->url)}, ANSWER_MAX, &w->body, answer, err));
    an_remote_took(w->reading, w->ask, w->body.len);
    return AN_OK;
}

static enum an_code get_page(struct work *w, struct an_str path, struct an_str after, struct an_arena *arena,
                             struct an_listing *ret, struct an_err *err) {
    struct an_http_answer answer = {0};
    AN_TRY(get_list(w, path, after, !w->whole, &answer, err));
    if (answer.status == 400 && !w->whole && !after.len) {      // a version that does not know of pages
        AN_TRY(get_list(w, path, after, false, &answer, err));
        w->whole = answer.status == 200;
    }
    return answer.status == 200 ? an_listing_hdfs(an_buf_str(&w->body), arena, ret, err) : refused(w, &answer, err);
}

static enum an_code list(void *arg, struct an_str path, struct an_arena *arena, struct an_folder *ret, struct an_err *err) {
    struct work *w = arg;
    struct an_str after = AN_STR("");
    struct an_listing page;
    size_t cap = 0;
    do {
        AN_TRY(get_page(w, path, after, arena, &page, err));
        if (page.truncated && an_str_eq(page.next, after))
            return an_fail(err, AN_INPUT, "the server's list does not go on and does not end");
        if (ret->count + page.count > AN_COLLECTED_MAX)
            return an_fail(err, AN_LIMIT, "the server lists more than %d entries of it", AN_COLLECTED_MAX);
        if (ret->count + page.count > cap) {
            cap = 2 * (ret->count + page.count);
            struct an_listed *items = AN_NEW_N(arena, cap, struct an_listed);
            if (!items)
                return an_fail(err, AN_NOMEM, "no memory for a folder");
            if (ret->count)
                memcpy(items, ret->items, ret->count * sizeof *items);
            ret->items = items;
        }
        const struct an_listed *self = NULL;
        for (size_t i = 0; i < page.count; i++) {
            const struct an_listed *item = &page.items[i];
            if (item->link)
                ret->links++;
            else if (item->name.len || item->folder)
                ret->items[ret->count++] = *item;
            else
                self = item;
        }
        if (self) {
            ret->is_file = true;
            ret->bytes = self->bytes;
        }
        after = page.next;
    } while (page.truncated);
    if (ret->is_file && ret->count)
        return an_fail(err, AN_INPUT, "the server says that it is a file, and a folder");
    return AN_OK;
}

// Whether an address leads to this file of a data node: http (or https, which it must be where we came by that), the same path,
// and to be opened.
static bool is_data_of(struct work *w, struct an_str place, struct an_str path) {
    bool tls = place.len > 8 && memcmp(place.ptr, "https://", 8) == 0;
    if (!tls && (has_tls(w->ask->url) || place.len <= 7 || memcmp(place.ptr, "http://", 7) != 0))
        return false;
    AN_AUTO(an_url) url = {0};
    struct an_err unused;
    if (an_url_parse(place, &url, &unused))
        return false;
    bool same = url.path.len == prefix.len + path.len && an_str_eq(an_str_slice(url.path, 0, prefix.len), prefix) &&
                an_str_eq(an_str_slice(url.path, prefix.len, url.path.len), path);
    return same && url.host.len && !url.user.ptr && !url.password.ptr && an_str_eq(an_url_value(&url, "op"), AN_STR("OPEN"));
}

static enum an_code find_data(struct work *w, struct an_str path, uint64_t bytes, bool *ret_here, struct an_err *err) {
    struct an_http_answer answer = {0};
    AN_TRY(make_url(w, path, "OPEN", err));
    if (bytes && bytes != AN_NO_SIZE)       // what is appended meanwhile is not read
        AN_TRY(an_buf_addf(&w->url, err, "&length=%llu", (unsigned long long) bytes));
    AN_TRY(an_http_open(w->names, &(struct an_http_request) {.url = an_buf_str(&w->url)}, &answer, err));
    *ret_here = answer.status == 200;
    if (*ret_here) {
        an_http_close(w->names);
        return AN_OK;
    }
    if (!answer.redirected) {
        w->body.len = 0;
        const struct an_http_request request = {.url = an_buf_str(&w->url)};
        AN_TRY(an_http_fetch(w->names, &request, FAULT_MAX, &w->body, &answer, err));
        return refused(w, &answer, err);
    }
    struct an_str place = an_str_from_c(answer.location);
    if (!is_data_of(w, place, path))
        return an_fail(err, AN_IO, "the name node leads to an address that is not of this file at a data node: it is not "
                                   "followed");
    w->place.len = 0;
    return an_buf_add(&w->place, place, err);
}

static enum an_code read_one(void *arg, struct an_str path, struct an_str uri, uint64_t bytes, struct an_err *err) {
    struct work *w = arg;
    struct an_err why;
    bool here = false;
    enum an_code code = find_data(w, path, bytes, &here, &why);
    if (an_object_is_ours(code)) {
        *err = why;
        return code;
    }
    if (code)
        return an_object_unread(w->reading, uri, code, why.text, err);
    struct an_object object = {.uri = uri, .url = an_buf_str(here ? &w->url : &w->place), .bytes = bytes};
    return an_object_read(w->reading, w->ask, here ? w->names : w->data, &object, err);
}

static enum an_code read_webhdfs(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_AUTO(work) w = {.reading = reading, .ask = ask, .user = ask->url->user.ptr, .token = getenv("WEBHDFS_TOKEN")};
    if (!w.user)
        w.user = getenv("HADOOP_USER_NAME");
    if (w.token && !*w.token)
        w.token = NULL;
    struct an_http_options options = {.ca_file = getenv("SSL_CERT_FILE")};
    AN_TRY(an_http_new(&options, &w.names, err));
    AN_TRY(an_http_new(&options, &w.data, err));
    const struct an_folders all = {.reading = reading, .ask = ask, .arg = &w, .list = list, .read = read_one};
    return an_folders_read(&all, err);
}

static enum an_code check(const struct an_url *url, struct an_err *err) {
    if (!url->host.len)
        return an_fail(err, AN_USAGE, "the URL names no host");
    if (url->password.ptr)
        return an_fail(err, AN_USAGE, "HDFS takes no password; a token goes into WEBHDFS_TOKEN");
    return url->raw_query.len ? an_fail(err, AN_USAGE, "a '?' in the URL; one in a path is written %%3F") : AN_OK;
}

static const char *const schemes[] = {"webhdfs", "swebhdfs", NULL};

const struct an_remote an_remote_webhdfs = {
    .name = "webhdfs",
    .schemes = schemes,
    .title = {"Files in HDFS, over WebHDFS", "HDFS 文件（经 WebHDFS）"},
    .spec = "Apache Hadoop WebHDFS REST API, 2.6 to 3",
    .check = check,
    .read = read_webhdfs,
};
