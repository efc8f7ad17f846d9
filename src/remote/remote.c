#define _GNU_SOURCE     // memmem
#include "remote/remote.h"

#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "source/uri.h"

#define AN_ROW(name) extern const struct an_remote an_remote_##name;
#include "remote_table.h"
#undef AN_ROW

const struct an_remote *const an_remotes[] = {
#define AN_ROW(name) &an_remote_##name,
#include "remote_table.h"
#undef AN_ROW
    NULL,
};
const size_t an_remote_count = AN_COUNT(an_remotes) - 1;

const struct an_remote *an_remote_find(struct an_str scheme) {
    for (size_t i = 0; i < an_remote_count; i++)
        for (const char *const *s = an_remotes[i]->schemes; *s; s++)
            if (strlen(*s) == scheme.len && strncasecmp(*s, scheme.ptr, scheme.len) == 0)
                return an_remotes[i];
    return NULL;
}

enum an_code an_remote_parse(struct an_str text, struct an_url *ret, struct an_err *err) {
    enum an_code code = an_url_parse(text, ret, err);
    if (code)
        return code;
    const struct an_remote *remote = an_remote_find(ret->scheme);
    bool many = memchr(ret->host.ptr, ',', ret->host.len) && memchr(ret->host.ptr, ':', ret->host.len);
    if (remote && many && !remote->many_hosts)
        AN_IGNORE(an_fail(err, AN_USAGE, "several hosts with ports: name one"));
    else if (!remote || !remote->check || !remote->check(ret, err))
        return AN_OK;
    an_url_release(ret);
    return an_err_context(err, "%s://", remote->schemes[0]);
}

enum an_code an_remote_show(const struct an_url *url, struct an_buf *out, struct an_err *err) {
    const struct an_remote *remote = an_remote_find(url->scheme);
    return an_url_show(url, remote && !remote->own_scheme ? remote->schemes[0] : url->scheme.ptr, out, err);
}

bool an_remote_glob(struct an_str glob, struct an_str text) {
    size_t g = 0, t = 0, star = SIZE_MAX, from = 0;
    while (t < text.len) {
        size_t n = an_utf8_len(an_str_slice(text, t, text.len));
        if (g < glob.len && glob.ptr[g] == '*') {
            star = g++;                             // to begin with, it stands for nothing
            from = t;
        } else if (g < glob.len && glob.ptr[g] == '?') {
            g++;
            t += n ? n : 1;
        } else if (g < glob.len && glob.ptr[g] == text.ptr[t]) {
            g++;
            t++;
        } else if (star != SIZE_MAX) {
            g = star + 1;
            t = ++from;                             // for one byte more
        } else {
            return false;
        }
    }
    while (g < glob.len && glob.ptr[g] == '*')
        g++;
    return g == glob.len;
}

static bool is_any(const char *const *globs, size_t count, struct an_str name, struct an_str part) {
    for (size_t i = 0; i < count; i++)
        if (an_remote_glob(an_str_from_c(globs[i]), name) || an_remote_glob(an_str_from_c(globs[i]), part))
            return true;
    return false;
}

bool an_remote_wants(const struct an_remote_ask *ask, struct an_str name, struct an_str part, struct an_str *ret_why) {
    const struct an_remote_options *o = ask->options;
    if (is_any(o->exclude, o->exclude_count, name, part)) {
        *ret_why = AN_STR("left out by --exclude");
        return false;
    }
    if (o->include_count && !is_any(o->include, o->include_count, name, part)) {
        *ret_why = AN_STR("not among what --include asks for");
        return false;
    }
    *ret_why = (struct an_str) {0};
    bool had = o->have && o->have(o->have_arg, ask->uri, name);
    if (had)
        (void) an_remote_where(ask, name, part);        // a condition for a table that is not read again was used, too
    return !had;
}

struct an_str an_remote_where(const struct an_remote_ask *ask, struct an_str name, struct an_str part) {
    const struct an_remote_options *o = ask->options;
    for (size_t i = 0; i < o->where_count; i++) {
        struct an_str text = an_str_from_c(o->where[i]), table;
        if (!an_str_next(&text, '=', &table) || !(an_str_eq(table, name) || an_str_eq(table, part)))
            continue;
        if (o->where_used)
            __atomic_store_n(&o->where_used[i], true, __ATOMIC_RELAXED);
        return text;
    }
    return (struct an_str) {0};
}

void an_remote_took(struct an_reading *reading, const struct an_remote_ask *ask, uint64_t bytes) {
    if (reading->progress)
        (void) __atomic_fetch_add(reading->progress, bytes, __ATOMIC_RELAXED);
    an_rate_take(ask->options->rate, bytes);
}

static enum an_code open_store(struct an_reading *reading, const struct an_remote_ask *ask, const char *format,
                               struct an_str name, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    enum an_code code = name.len ? an_source_uri_below(&uri, ask->uri, name, err) : an_buf_add(&uri, ask->uri, err);
    struct an_store_info info = {.uri = an_buf_str(&uri), .format = format};
    return code ? code : reading->sink->open(reading->sink->arg, &info, err);
}

enum an_code an_remote_unread(struct an_reading *reading, const struct an_remote_ask *ask, const char *format, struct an_str name,
                              enum an_code what, struct an_str text, struct an_err *err) {
    const struct an_sink *sink = reading->sink;
    struct an_trouble trouble = {.code = what, .records_lost = AN_UNKNOWN_COUNT, .bytes_lost = AN_UNKNOWN_COUNT, .text = text};
    enum an_code code = open_store(reading, ask, format, name, err);
    if (!code)
        code = sink->trouble(sink->arg, &trouble, err);
    return code ? code : sink->close(sink->arg, AN_STORE_UNREAD, 0, text, err);
}

enum an_code an_remote_skip(struct an_reading *reading, const struct an_remote_ask *ask, const char *format, struct an_str name,
                            struct an_str why, struct an_err *err) {
    if (!why.len)
        return AN_OK;
    enum an_code code = open_store(reading, ask, format, name, err);
    return code ? code : reading->sink->close(reading->sink->arg, AN_STORE_SKIPPED, 0, why, err);
}

enum an_code an_remote_tell(struct an_reading *reading, enum an_code what, uint64_t record, uint64_t lost, const char *text,
                            struct an_err *err) {
    struct an_trouble trouble = {.code = what, .record = record, .records_lost = lost, .text = an_str_from_c(text)};
    return reading->sink->trouble(reading->sink->arg, &trouble, err);
}

enum an_code an_remote_plain(const char *text, struct an_str secret, struct an_buf *out, struct an_err *err) {
    enum { MOST = 400 };
    struct an_str message = an_str_from_c(text);
    size_t end = out->len + MOST;
    enum an_code code = AN_OK;
    if (secret.len && memmem(message.ptr, message.len, secret.ptr, secret.len))
        message = AN_STR("refused");
    for (bool blank = true; message.len && !code && out->len < end;) {
        size_t n = an_utf8_len(message);
        bool plain = n && (unsigned char) message.ptr[0] > 0x20 && message.ptr[0] != 0x7F;
        if (plain || !blank)
            code = an_buf_add(out, plain ? an_str_slice(message, 0, n) : AN_STR(" "), err);
        blank = !plain;
        message = an_str_slice(message, n ? n : 1, message.len);
    }
    while (out->len && out->ptr[out->len - 1] == ' ')
        out->len--;
    return code;
}

enum an_code an_remote_below(struct an_str uri, struct an_str name, struct an_buf *out, struct an_err *err) {
    while (uri.len && uri.ptr[uri.len - 1] == '/')
        uri.len--;
    enum an_code code = an_buf_add(out, uri, err);
    if (!code)
        code = an_buf_add(out, AN_STR("/"), err);
    for (size_t i = 0; i < name.len && !code; i++) {
        unsigned char c = (unsigned char) name.ptr[i];
        code = c > 0x20 && c != 0x7F && !strchr("/%?#!", c) ? an_buf_add(out, an_str_slice(name, i, i + 1), err)
                                                            : an_buf_addf(out, err, "%%%02X", c);
    }
    return code;
}

enum an_code an_remote_secret(const struct an_remote_ask *ask, const char *user, char to[static AN_SECRET_MAX], bool *ret_any,
                              struct an_err *err) {
    AN_AUTO(an_buf) what = {0};
    *ret_any = false;
    if (!ask->options->secret)
        return AN_OK;
    enum an_code code = user && *user ? an_buf_addf(&what, err, "%.100s at ", user) : AN_OK;
    if (!code)
        code = an_buf_add(&what, ask->uri, err);
    return code ? code : ask->options->secret(ask->options->secret_arg, an_buf_str(&what), to, AN_SECRET_MAX, ret_any, err);
}
