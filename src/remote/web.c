// One file from a web server, over HTTP or HTTPS.
#include <stdlib.h>
#include <string.h>
#include "remote/object.h"
#include "remote/remote.h"
#include "remote/secret.h"

static enum an_code make_url(const struct an_url *url, struct an_buf *out, struct an_err *err) {
    enum an_code code = an_url_show(url, url->scheme.ptr, out, err);
    if (!code && !url->raw_path.len)
        code = an_buf_add(out, AN_STR("/"), err);
    if (!code && url->raw_query.len)
        code = an_buf_addf(out, err, "?%.*s", AN_STR_ARG(url->raw_query));
    return code;
}

static enum an_code check(const struct an_url *url, struct an_err *err) {
    return url->host.len ? AN_OK : an_fail(err, AN_USAGE, "the URL names no host");
}

static enum an_code read_web(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_AUTO(an_buf) url = {0};
    AN_AUTO(an_secret) secret = {0};
    enum an_code code = make_url(ask->url, &url, err);
    if (!code)
        code = an_secret_find(ask, NULL, &secret, err);
    if (code)
        return code;
    struct an_http_options options = {.user = secret.user, .password = secret.password, .netrc = true,
                                      .ca_file = getenv("SSL_CERT_FILE")};
    AN_CLEANUP(an_http_release) struct an_http *http = NULL;
    code = an_http_new(&options, &http, err);
    struct an_object object = {.uri = ask->uri, .url = an_buf_str(&url), .bytes = AN_HTTP_NO_LENGTH};
    return code ? code : an_object_read(reading, ask, http, &object, err);
}

static const char *const schemes[] = {"http", "https", NULL};

const struct an_remote an_remote_web = {
    .name = "web",
    .schemes = schemes,
    .own_scheme = true,
    .title = {"A file from a web server (HTTP, HTTPS)", "网站服务器上的文件（HTTP、HTTPS）"},
    .spec = "RFC 9110, RFC 9112",
    .check = check,
    .read = read_web,
};
