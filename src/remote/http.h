// Reading from a server over HTTP (RFC 9110, 9112) through libcurl, which gives what comes only as it is asked for.
//
// The server is taken to be hostile. Bounded: headers, redirects, waiting, tries. Never done: following to another scheme, host
// or port; sending credentials anywhere but to the host asked for; doing without TLS's checks where the scheme is https; putting
// a byte of an answer, a password or the query of a URL into an error.
#ifndef AN_REMOTE_HTTP_H
#define AN_REMOTE_HTTP_H

#include <stdbool.h>
#include "base/buf.h"

struct an_http;                     // a client and its connection; one thread

struct an_http_options {            // {0}: no credentials, usual limits. Borrowed only by an_http_new.
    const char *user, *password;    // sent as Basic, or used to sign; NULL: none
    const char *sign;               // CURLOPT_AWS_SIGV4: "aws:amz:REGION:s3"; NULL: Basic
    const char *token;              // of a session, goes with every request that is signed; NULL: none
    const char *bearer;             // value of `Authorization` as it is ("ApiKey ..."); NULL: none
    const char *ca_file;            // certificates to trust instead of the system's; NULL: the system's
    uint32_t tries;                 // of a request; 0: TRIES
    uint32_t pause_ms;              // before the second try, doubling after; 0: PAUSE_MS
    uint32_t stall_ms;              // of waiting in which fewer than STALL_BYTES come; 0: STALL_MS
    bool netrc;                     // without a user: who ~/.netrc says for this host
};

enum an_code an_http_new(const struct an_http_options *options, struct an_http **ret, struct an_err *err) AN_MUST_USE;
void an_http_free(struct an_http *h);       // NULL is fine
static inline void an_http_release(struct an_http **h) { an_http_free(*h); }

struct an_http_request {            // borrowed until its answer's body is read or closed
    const char *method;             // NULL: GET
    struct an_str url;              // percent-encoded as it is to be sent; without credentials
    const char *const *headers;     // "Name: value"
    size_t header_count;
    struct an_str body;             // empty: none
};

#define AN_HTTP_NO_LENGTH UINT64_MAX
struct an_http_answer {
    long status;
    uint64_t length;                // of the body, as the server says; AN_HTTP_NO_LENGTH when it does not
    char etag[128];                 // with its quotes; empty: none, or too long
    char region[40];                // x-amz-bucket-region, letters, digits and '-' only; empty: none
    bool redirected;                // led elsewhere (another scheme, host or port, too often), which was not followed
    const char *location;           // where it led then, as the server wrote it; valid until the next request, never shown
};

// Sends a request and waits for the answer's headers; its body is read by an_http_read. Whatever was open before is closed.
// Tried again after failures of the connection and 429, 500, 502, 503, 504 (GET and requests whose repetition does no harm are
// all there is here). A redirect is followed within the same scheme, host and port. Errors: IO (no answer), NOMEM, LIMIT.
enum an_code an_http_open(struct an_http *h, const struct an_http_request *request, struct an_http_answer *ret_answer,
                          struct an_err *err) AN_MUST_USE;

// The next bytes of the body; *ret_len 0 only at its end. A GET that breaks off goes on where it broke when the server still has
// the same ETag (a strong one), else it fails. Errors: IO: broke off, or ended without the server having said where it ends.
enum an_code an_http_read(struct an_http *h, char *buf, size_t cap, size_t *ret_len, struct an_err *err) AN_MUST_USE;

void an_http_close(struct an_http *h);      // lets the rest of the body go

// Both at once, for answers that are small: the body is added to `out`. Errors: also LIMIT, when it is longer than `limit`.
enum an_code an_http_fetch(struct an_http *h, const struct an_http_request *request, size_t limit, struct an_buf *out,
                           struct an_http_answer *ret_answer, struct an_err *err) AN_MUST_USE;

// Says in words why an answer that is not 2xx is of no use, with its status.
enum an_code an_http_refused(const struct an_http_answer *answer, struct an_err *err);

// Appends s percent-encoded: all but letters, digits, "-._~" and, where `slash`, '/'.
enum an_code an_http_encode(struct an_buf *out, struct an_str s, bool slash, struct an_err *err) AN_MUST_USE;

#endif
