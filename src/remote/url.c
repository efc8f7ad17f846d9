#include "remote/url.h"

#include <string.h>
#include "base/alloc.h"
#include "base/utf8.h"

static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of the scheme that `text` begins with, "://" behind it; 0: none.
static size_t scheme_len(struct an_str text) {
    size_t n = 0;
    if (!text.len || !is_letter(text.ptr[0]))
        return 0;
    while (n < text.len && (is_letter(text.ptr[n]) || is_digit(text.ptr[n]) || memchr("+-.", text.ptr[n], 3)))
        n++;
    return text.len - n >= 3 && memcmp(text.ptr + n, "://", 3) == 0 ? n : 0;
}

struct an_str an_url_scheme(struct an_str text) { return an_str_slice(text, 0, scheme_len(text)); }

void an_url_release(struct an_url *url) {
    if (url->text)
        explicit_bzero(url->text, url->text_len);
    an_free(url->text);
    *url = (struct an_url) {0};
}

static int hex(char c) {
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum an_code wrong(struct an_err *err, const char *what) { return an_fail(err, AN_USAGE, "the URL: %s", what); }

// Writes into the URL's own text, which is long enough for every part with a NUL behind it.
struct writer { char *at; struct an_err *err; };

static struct an_str end_text(struct writer *w, char *from) {
    struct an_str s = {from, (size_t) (w->at - from)};
    *w->at++ = '\0';
    return s;
}

static enum an_code decode(struct writer *w, struct an_str raw, struct an_str *ret) {
    char *from = w->at;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '%') {
            int high = i + 2 < raw.len ? hex(raw.ptr[i + 1]) : -1, low = i + 2 < raw.len ? hex(raw.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return wrong(w->err, "a '%' without two hexadecimal digits; '%' itself is written %25");
            c = (char) (high * 16 + low);
            i += 2;
        }
        if ((unsigned char) c < 0x20 || c == 0x7F)
            return wrong(w->err, "a control character in it");
        *w->at++ = c;
    }
    *ret = end_text(w, from);
    return an_utf8_valid(*ret) == ret->len ? AN_OK : wrong(w->err, "not UTF-8");
}

static struct an_str keep(struct writer *w, struct an_str raw) {
    char *from = w->at;
    if (raw.len)
        memcpy(from, raw.ptr, raw.len);
    w->at += raw.len;
    return end_text(w, from);
}

static size_t find(struct an_str s, char c) {
    const char *p = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return p ? (size_t) (p - s.ptr) : s.len;
}

static enum an_code read_port(struct writer *w, struct an_str digits, uint16_t *ret) {
    uint32_t n = 0;
    for (size_t i = 0; i < digits.len && n <= UINT16_MAX; i++) {
        if (!is_digit(digits.ptr[i]))
            return wrong(w->err, "its port is no number (a '/', '@' or ':' in a password is written %2F, %40, %3A)");
        n = n * 10 + (uint32_t) (digits.ptr[i] - '0');
    }
    if (!n || n > UINT16_MAX)
        return wrong(w->err, "its port is not from 1 to 65535");
    *ret = (uint16_t) n;
    return AN_OK;
}

// Several hosts with ports of their own: they stay as they are written. (A port behind the last alone is that of all.)
static enum an_code read_hosts(struct writer *w, struct an_str s, struct an_url *url) {
    for (size_t i = 0; i < s.len; i++)
        if (strchr(" \"<>\\^`{|}%", s.ptr[i]))
            return wrong(w->err, "a character in its hosts that no host has");
    url->host = keep(w, s);
    return an_utf8_valid(s) == s.len ? AN_OK : wrong(w->err, "not UTF-8");
}

static enum an_code read_host(struct writer *w, struct an_str s, struct an_url *url) {
    size_t end = find(s, ':');
    if (find(an_str_slice(s, end, s.len), ',') < s.len - end)
        return read_hosts(w, s, url);
    if (s.len && s.ptr[0] == '[') {
        end = find(s, ']');
        if (end == s.len)
            return wrong(w->err, "a '[' without its ']'");
        for (size_t i = 1; i < end; i++)
            if (hex(s.ptr[i]) < 0 && s.ptr[i] != ':' && s.ptr[i] != '.')
                return wrong(w->err, "no IPv6 address between its brackets");
        url->host = keep(w, an_str_slice(s, 1, end));
        end++;
    } else {
        struct an_str host = an_str_slice(s, 0, end);
        for (size_t i = 0; i < host.len; i++)
            if (strchr(" \"<>\\^`{|}[]", host.ptr[i]))
                return wrong(w->err, "a character in its host that no host has");
        enum an_code code = decode(w, host, &url->host);
        if (code)
            return code;
        if (find(url->host, ':') < url->host.len)
            return wrong(w->err, "a ':' in its host, which only an address in brackets has");
    }
    if (end == s.len)
        return AN_OK;
    return s.ptr[end] == ':' ? read_port(w, an_str_slice(s, end + 1, s.len), &url->port)
                             : wrong(w->err, "something between its host and its path");
}

static enum an_code read_authority(struct writer *w, struct an_str s, struct an_url *url) {
    size_t at = find(s, '@');
    if (at == s.len)
        return read_host(w, s, url);
    struct an_str who = an_str_slice(s, 0, at), rest = an_str_slice(s, at + 1, s.len);
    if (find(rest, '@') < rest.len)
        return wrong(w->err, "two '@'; one in a name or password is written %40");
    size_t colon = find(who, ':');
    enum an_code code = decode(w, an_str_slice(who, 0, colon), &url->user);
    if (!code && colon < who.len)
        code = decode(w, an_str_slice(who, colon + 1, who.len), &url->password);
    return code ? code : read_host(w, rest, url);
}

static enum an_code read_query(struct writer *w, struct an_str s, struct an_url *url) {
    for (struct an_str rest = s, pair; an_str_next(&rest, '&', &pair);) {
        if (!pair.len)
            continue;
        if (url->pair_count == AN_URL_PAIRS)
            return wrong(w->err, "more than 64 parameters");
        size_t equals = find(pair, '=');
        struct an_url_pair *p = &url->pairs[url->pair_count++];
        enum an_code code = decode(w, an_str_slice(pair, 0, equals), &p->name);
        if (!code)
            code = decode(w, an_str_slice(pair, equals + 1, pair.len), &p->value);
        if (code)
            return code;
    }
    return AN_OK;
}

static enum an_code split(struct writer *w, struct an_str text, struct an_url *url) {
    size_t n = scheme_len(text);
    if (!n)
        return wrong(w->err, "no scheme and \"://\" at its beginning");
    char *scheme = w->at;
    for (size_t i = 0; i < n; i++)
        *w->at++ = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? (char) (text.ptr[i] | 0x20) : text.ptr[i];
    url->scheme = end_text(w, scheme);
    text = an_str_slice(text, n + 3, text.len);
    if (find(text, '#') < text.len)
        return wrong(w->err, "a '#'; one in a name or password is written %23");
    size_t query = find(text, '?');
    struct an_str before = an_str_slice(text, 0, query), after = an_str_slice(text, query + 1, text.len);
    size_t path = find(before, '/');
    enum an_code code = read_authority(w, an_str_slice(before, 0, path), url);
    struct an_str raw_path = an_str_slice(before, path, before.len);
    if (!code)
        code = decode(w, raw_path, &url->path);
    url->raw_path = keep(w, raw_path);
    url->raw_query = keep(w, after);
    return code ? code : read_query(w, after, url);
}

enum an_code an_url_parse(struct an_str text, struct an_url *ret, struct an_err *err) {
    *ret = (struct an_url) {0};
    if (text.len > AN_URL_MAX)
        return wrong(err, "longer than 8192 bytes");
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char) text.ptr[i] <= 0x20 || text.ptr[i] == 0x7F)
            return wrong(err, "a blank or control character in it; a blank is written %20");
    size_t cap = 3 * text.len + 2 * AN_URL_PAIRS + 16;
    char *own = an_alloc(cap);
    if (!own)
        return an_fail(err, AN_NOMEM, "no memory for a URL");
    ret->text = own;
    ret->text_len = cap;
    memset(own, 0, cap);
    struct writer w = {.at = own, .err = err};
    enum an_code code = split(&w, text, ret);
    if (code)
        an_url_release(ret);
    return code;
}

// A host as a URL writes it: a socket's folder, which it may be, has its '/' encoded.
static enum an_code show_host(struct an_str host, struct an_buf *out, struct an_err *err) {
    bool many = find(host, ',') < host.len, brackets = !many && find(host, ':') < host.len;
    enum an_code code = brackets ? an_buf_add(out, AN_STR("["), err) : AN_OK;
    for (size_t i = 0; i < host.len && !code; i++) {
        char c = host.ptr[i];
        bool plain = is_letter(c) || is_digit(c) || strchr("-._~:,", c) || (unsigned char) c >= 0x80 ||
                     (many && strchr("[]", c));
        if (c >= 'A' && c <= 'Z' && host.ptr[0] != '/')
            c = (char) (c | 0x20);
        code = plain ? an_buf_add(out, (struct an_str) {&c, 1}, err) : an_buf_addf(out, err, "%%%02X", (unsigned char) c);
    }
    return code || !brackets ? code : an_buf_add(out, AN_STR("]"), err);
}

enum an_code an_url_show(const struct an_url *url, const char *scheme, struct an_buf *out, struct an_err *err) {
    enum an_code code = an_buf_addf(out, err, "%s://", scheme);
    if (!code)
        code = show_host(url->host, out, err);
    if (!code && url->port)
        code = an_buf_addf(out, err, ":%u", (unsigned) url->port);
    return code ? code : an_buf_add(out, url->raw_path, err);
}

struct an_str an_url_value(const struct an_url *url, const char *name) {
    for (size_t i = 0; i < url->pair_count; i++)
        if (an_str_eq(url->pairs[i].name, an_str_from_c(name)))
            return url->pairs[i].value;
    return (struct an_str) {0};
}
