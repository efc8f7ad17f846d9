// A URL of a store, split and checked (RFC 3986): scheme://user:password@host:port/path?name=value&name=value
//
// Its texts are decoded (%XX undone), UTF-8, without NUL and control characters, and NUL-ended past their length. A part that is
// not there is empty; of user and password ptr then is NULL. Nothing here prints a URL: what may be shown of one is made by
// an_url_show.
#ifndef AN_REMOTE_URL_H
#define AN_REMOTE_URL_H

#include "base/buf.h"

enum { AN_URL_MAX = 8192, AN_URL_PAIRS = 64 };

struct an_url_pair { struct an_str name, value; };

struct an_url {                         // {0} is none
    struct an_str scheme;               // in lower case
    struct an_str user, password;
    // of an IPv6 address without its brackets; several with ports, between commas, as they are written: then port is 0
    struct an_str host;
    uint16_t port;                      // 0: none
    struct an_str path;                 // from the '/' behind the host
    struct an_str raw_path, raw_query;  // as written; the query without its '?'
    struct an_url_pair pairs[AN_URL_PAIRS]; size_t pair_count;      // of the query

    char *text; size_t text_len;        // what all of them lie in; owned, and wiped when released
};

void an_url_release(struct an_url *url);

// The scheme of a text that means to be a URL (begins with one and "://"), as written; empty: it does not.
struct an_str an_url_scheme(struct an_str text);

// Errors: USAGE, saying what is wrong without a byte of the URL; NOMEM.
enum an_code an_url_parse(struct an_str text, struct an_url *ret, struct an_err *err) AN_MUST_USE;

// Appends what may be shown: scheme://host:port/path, with `scheme` in place of its own, without user, password and query.
enum an_code an_url_show(const struct an_url *url, const char *scheme, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// The value of a name of the query; ptr NULL when it is not there. Names are looked for as they are written.
struct an_str an_url_value(const struct an_url *url, const char *name);

#endif
