// The HTTP client against a server that says what each test has it say, byte for byte.
#include "unit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "remote/http.h"

// One answer: sent after a request's headers, then the connection is closed; `hold_ms` before that. `repeat`: this text is sent
// again and again until the other side has had enough.
struct answer { const char *text; unsigned hold_ms; const char *repeat; };

struct server {
    int fd;
    uint16_t port;
    pthread_t thread;
    const struct answer *answers;
    size_t count, served;
    char requests[8][2048];             // their headers, as they came
    char url[64];
};

static void send_all(int fd, const char *text, size_t n) {
    while (n) {
        ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        text += sent;
        n -= (size_t) sent;
    }
}

static void serve_one(struct server *s, int fd) {
    char *to = s->requests[s->served % AN_COUNT(s->requests)];
    size_t len = 0;
    while (len + 1 < sizeof s->requests[0] && !strstr(to, "\r\n\r\n")) {
        ssize_t n = recv(fd, to + len, sizeof s->requests[0] - 1 - len, 0);
        if (n <= 0)
            break;
        len += (size_t) n;
        to[len] = 0;
    }
    const struct answer *a = &s->answers[s->served++];
    send_all(fd, a->text, strlen(a->text));
    char one;
    while (a->repeat && recv(fd, &one, 1, MSG_DONTWAIT) != 0 && send(fd, a->repeat, strlen(a->repeat), MSG_NOSIGNAL) > 0)
        continue;
    for (unsigned waited = 0; waited < a->hold_ms && recv(fd, &one, 1, MSG_DONTWAIT) != 0; waited += 5)
        (void) nanosleep(&(struct timespec) {.tv_nsec = 5000000}, NULL);
}

static void *serve(void *arg) {
    struct server *s = arg;
    while (s->served < s->count) {
        int fd = accept(s->fd, NULL, NULL);
        if (fd < 0)
            break;
        serve_one(s, fd);
        (void) shutdown(fd, SHUT_WR);
        (void) close(fd);
    }
    return NULL;
}

static void begin(struct server *s, const struct answer *answers, size_t count) {
    *s = (struct server) {.answers = answers, .count = count};
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(s->fd >= 0);
    assert_int_equal(bind(s->fd, (struct sockaddr *) &a, sizeof a), 0);
    assert_int_equal(listen(s->fd, 8), 0);
    assert_int_equal(getsockname(s->fd, (struct sockaddr *) &a, &len), 0);
    s->port = ntohs(a.sin_port);
    (void) snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u/a/b", (unsigned) s->port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void end(struct server *s) {
    (void) shutdown(s->fd, SHUT_RDWR);
    (void) close(s->fd);
    assert_int_equal(pthread_join(s->thread, NULL), 0);
}

// What came of one request: the whole body, or how it failed.
struct got { struct an_http_answer answer; enum an_code code; struct an_err err; struct an_buf body; };

static void got_release(struct got *g) { an_buf_release(&g->body); }

static void get(struct server *s, struct an_http_options options, size_t limit, struct got *g) {
    struct an_http *http = NULL;
    *g = (struct got) {0};
    options.pause_ms = 1;
    assert_int_equal(an_http_new(&options, &http, &g->err), AN_OK);
    g->code = an_http_fetch(http, &(struct an_http_request) {.url = an_str_from_c(s->url)}, limit, &g->body, &g->answer, &g->err);
    an_http_free(http);
    if (g->code)
        assert_null(strstr(g->err.text, "secret"));
}

#define HOLDS(g, words) assert_non_null(strstr((g).err.text, words))

static void a_body_comes_with_its_length_or_in_chunks(void **state) {
    (void) state;
    static const struct answer answers[] = {
        {.text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"e1\"\r\n\r\nhello"},
        {.text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"},
    };
    struct server s;
    struct got g;
    begin(&s, answers, AN_COUNT(answers));
    get(&s, (struct an_http_options) {0}, 100, &g);
    assert_int_equal(g.code, AN_OK);
    assert_int_equal(g.answer.status, 200);
    assert_int_equal(g.answer.length, 5);
    assert_string_equal(g.answer.etag, "\"e1\"");
    assert_true(an_str_eq(an_buf_str(&g.body), AN_STR("hello")));
    got_release(&g);
    get(&s, (struct an_http_options) {0}, 100, &g);
    assert_int_equal(g.code, AN_OK);
    assert_true(g.answer.length == AN_HTTP_NO_LENGTH);
    assert_true(an_str_eq(an_buf_str(&g.body), AN_STR("hello")));
    got_release(&g);
    end(&s);
}

static void a_body_whose_end_nobody_told_may_be_cut(void **state) {
    (void) state;
    static const struct answer answers[] = {{.text = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello"}};
    struct server s;
    struct got g;
    begin(&s, answers, AN_COUNT(answers));
    get(&s, (struct an_http_options) {0}, 100, &g);
    assert_int_equal(g.code, AN_IO);
    HOLDS(g, "may be cut");
    assert_true(an_str_eq(an_buf_str(&g.body), AN_STR("hello")));
    got_release(&g);
    end(&s);
}

static void a_server_that_is_busy_is_asked_again(void **state) {
    (void) state;
    static const struct answer answers[] = {
        {.text = "HTTP/1.1 503 Slow Down\r\nContent-Length: 4\r\n\r\nbusy"},
        {.text = "HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n"},
        {.text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
    };
    struct server s;
    struct got g;
    begin(&s, answers, AN_COUNT(answers));
    get(&s, (struct an_http_options) {0}, 100, &g);
    assert_int_equal(g.code, AN_OK);
    assert_true(an_str_eq(an_buf_str(&g.body), AN_STR("ok")));
    assert_int_equal(s.served, 3);
    got_release(&g);
    end(&s);
}

static void a_server_that_stays_busy_is_given_up(void **state) {
    (void) state;
    static const struct answer answers[] = {
        {.text = "HTTP/1.1 503 a\r\nContent-Length: 0\r\n\r\n"}, {.text = "HTTP/1.1 503 b\r\nContent-Length: 0\r\n\r\n"},
    };
    struct server s;
    struct got g;
    begin(&s, answers, AN_COUNT(answers));
    get(&s, (struct an_http_options) {.tries = 2}, 100, &g);
    assert_int_equal(g.code, AN_OK);
    assert_int_equal(g.answer.status, 503);
    assert_int_equal(an_http_refused(&g.answer, &g.err), AN_IO);
    HOLDS(g, "status 503");
    assert_int_equal(s.served, 2);
    got_release(&g);
    end(&s);
}

static void what_breaks_off_goes_on_where_it_broke(void **state) {
    (void) state;
    static const struct answer answers[] = {
        {.text = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"x\"\r\n\r\n0123"},
        {.text = "HTTP/1.1 206 Partial\r\nContent-Length: 6\r\nETag: \"x\"\r\nContent-Range: bytes 4-9/10\r\n\r\n45"},
        {.text = "HTTP/1.1 206 Partial\r\nContent-Length: 4\r\nETag: \"x\"\r\nContent-Range: bytes 6-9/10\r\n\r\n6789"},
    };
    struct server s;
    struct got g;
    begin(&s, answers, AN_COUNT(answers));
    get(&s, (struct an_http_options) {0}, 100, &g);
    assert_int_equal(g.code, AN_OK);
    assert_true(an_str_eq(an_buf_str(&g.body), AN_STR("0123456789")));
    assert_non_null(strstr(s.requests[1], "Range: bytes=4-\r\n"));
    assert_non_null(strstr(s.requests[1], "If-Match: \"x\"\r\n"));
    assert_non_null(strstr(s.requests[2], "Range: bytes=6-\r\n"));
    got_release(&g);
    end(&s);
}

static void what_breaks_off_does_not_go_on_with_other_content(void **state) {
    (void) state;
    static const char *const others[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"x\"\r\n\r\nabcdefghij",
        "HTTP/1.1 206 Partial\r\nContent-Length: 6\r\nETag: \"y\"\r\nContent-Range: bytes 4-9/10\r\n\r\n456789",
        "HTTP/1.1 206 Partial\r\nContent-Length: 6\r\nETag: \"x\"\r\nContent-Range: bytes 3-8/10\r\n\r\n345678",
        "HTTP/1.1 206 Partial\r\nContent-Length: 6\r\nETag: \"x\"\r\nContent-Range: bytes 4-9/11\r\n\r\n456789",
        "HTTP/1.1 206 Partial\r\nContent-Length: 6\r\nETag: \"x\"\r\n\r\n456789",
        "HTTP/1.1 412 Changed\r\nContent-Length: 0\r\n\r\n",
    };
    for (size_t i = 0; i < AN_COUNT(others); i++) {
        const struct answer answers[] = {
            {.text = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"x\"\r\n\r\n0123"}, {.text = others[i]},
        };
        struct server s;
        struct got g;
        begin(&s, answers, AN_COUNT(answers));
        get(&s, (struct an_http_options) {0}, 100, &g);
        assert_int_equal(g.code, AN_IO);
        HOLDS(g, "broke off");
        assert_true(an_str_eq(an_buf_str(&g.body), AN_STR("0123")));
        got_release(&g);
        end(&s);
    }
}

static void what_breaks_off_without_a_strong_tag_is_cut(void **state) {
    (void) state;
    static const struct answer answers[] = {{.text = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: W/\"x\"\r\n\r\n0123"}};
    struct server s;
    struct got g;
    begin(&s, answers, AN_COUNT(answers));
    get(&s, (struct an_http_options) {0}, 100, &g);
    assert_int_equal(g.code, AN_IO);
    HOLDS(g, "broke off");
    assert_int_equal(s.served, 1);
    got_release(&g);
    end(&s);
}

static void a_redirect_is_followed_on_the_same_server_only(void **state) {
    (void) state;
    static const char *const elsewhere[] = {
        "file:///etc/passwd", "https://127.0.0.1/x", "http://169.254.169.254/latest/meta-data/", "http://localhost/x",
        "//127.0.0.2/x", "ftp://127.0.0.1/x", "",
    };
    static const struct answer same[] = {
        {.text = "HTTP/1.1 302 Found\r\nLocation: /c\r\nContent-Length: 0\r\n\r\n"},
        {.text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
    };
    struct server s;
    struct got g;
    begin(&s, same, AN_COUNT(same));
    get(&s, (struct an_http_options) {0}, 100, &g);
    assert_int_equal(g.code, AN_OK);
    assert_true(an_str_eq(an_buf_str(&g.body), AN_STR("ok")));
    assert_true(strncmp(s.requests[1], "GET /c HTTP", 11) == 0);
    got_release(&g);
    end(&s);
    for (size_t i = 0; i < AN_COUNT(elsewhere); i++) {
        char text[256];
        (void) snprintf(text, sizeof text, "HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", elsewhere[i]);
        const struct answer answers[] = {{.text = text}};
        begin(&s, answers, AN_COUNT(answers));
        get(&s, (struct an_http_options) {.user = "u", .password = "secret"}, 100, &g);
        assert_int_equal(g.code, AN_OK);
        assert_true(g.answer.redirected);
        assert_int_equal(an_http_refused(&g.answer, &g.err), AN_IO);
        HOLDS(g, "not followed");
        assert_int_equal(s.served, 1);
        got_release(&g);
        end(&s);
    }
}

static void redirects_in_a_circle_end(void **state) {
    (void) state;
    struct answer answers[6];
    for (size_t i = 0; i < AN_COUNT(answers); i++)
        answers[i] = (struct answer) {.text = "HTTP/1.1 302 Found\r\nLocation: /a/b\r\nContent-Length: 0\r\n\r\n"};
    struct server s;
    struct got g;
    begin(&s, answers, AN_COUNT(answers));
    get(&s, (struct an_http_options) {0}, 100, &g);
    assert_int_equal(g.code, AN_OK);
    assert_true(g.answer.redirected);
    assert_int_equal(s.served, AN_COUNT(answers));
    got_release(&g);
    end(&s);
}

static void headers_without_end_are_cut_off(void **state) {
    (void) state;
    static const struct answer answers[] = {{.text = "HTTP/1.1 200 OK\r\n",
                                             .repeat = "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"}};
    struct server s;
    struct got g;
    begin(&s, answers, AN_COUNT(answers));
    get(&s, (struct an_http_options) {.tries = 1}, 100, &g);
    assert_true(g.code == AN_LIMIT || g.code == AN_IO);
    got_release(&g);
    end(&s);
}

static void a_body_without_end_stops_at_its_limit(void **state) {
    (void) state;
    static const struct answer answers[] = {
        {.text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .repeat = "8\r\naaaaaaaa\r\n"},
    };
    struct server s;
    struct got g;
    begin(&s, answers, AN_COUNT(answers));
    get(&s, (struct an_http_options) {0}, 5000000, &g);
    assert_int_equal(g.code, AN_LIMIT);
    HOLDS(g, "longer than 5000000 bytes");
    got_release(&g);
    end(&s);
}

static void a_server_that_falls_silent_is_not_waited_for(void **state) {
    (void) state;
    static const char *const silent[] = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123"};
    for (size_t i = 0; i < AN_COUNT(silent); i++) {
        const struct answer answers[] = {{.text = silent[i], .hold_ms = 20000}};
        struct server s;
        struct got g;
        begin(&s, answers, AN_COUNT(answers));
        get(&s, (struct an_http_options) {.tries = 1, .stall_ms = 300}, 100, &g);
        assert_int_equal(g.code, AN_IO);
        HOLDS(g, "too slowly");
        got_release(&g);
        end(&s);
    }
}

static void nonsense_is_no_answer(void **state) {
    (void) state;
    static const char *const nonsense[] = {
        "", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: -5\r\n\r\nhello",
    };
    for (size_t i = 0; i < AN_COUNT(nonsense); i++) {
        const struct answer answers[] = {{.text = nonsense[i]}};
        struct server s;
        struct got g;
        begin(&s, answers, AN_COUNT(answers));
        get(&s, (struct an_http_options) {.tries = 1}, 100, &g);
        assert_int_equal(g.code, AN_IO);
        got_release(&g);
        end(&s);
    }
}

static void credentials_go_in_their_header_and_nowhere_else(void **state) {
    (void) state;
    static const struct answer answers[] = {
        {.text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}, {.text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
        {.text = "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"},
    };
    struct server s;
    struct got g;
    begin(&s, answers, AN_COUNT(answers));
    get(&s, (struct an_http_options) {.user = "u", .password = "secret"}, 100, &g);
    assert_non_null(strstr(s.requests[0], "Authorization: Basic dTpzZWNyZXQ=\r\n"));
    got_release(&g);
    get(&s, (struct an_http_options) {.bearer = "ApiKey secret"}, 100, &g);
    assert_non_null(strstr(s.requests[1], "Authorization: ApiKey secret\r\n"));
    got_release(&g);
    get(&s, (struct an_http_options) {.user = "K", .password = "secret", .sign = "aws:amz:r1:s3", .token = "T"}, 100, &g);
    assert_int_equal(g.answer.status, 403);
    assert_non_null(strstr(s.requests[2], "Credential=K/"));
    assert_non_null(strstr(s.requests[2], "/r1/s3/aws4_request"));
    assert_non_null(strstr(s.requests[2], "x-amz-security-token: T\r\n"));
    assert_non_null(strstr(s.requests[2], "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"));
    assert_null(strstr(s.requests[2], "secret"));
    got_release(&g);
    end(&s);
}

static void nothing_listens_and_nothing_resolves(void **state) {
    (void) state;
    struct server s = {.url = "http://127.0.0.1:1/"};
    struct got g;
    get(&s, (struct an_http_options) {.tries = 1}, 100, &g);
    assert_int_equal(g.code, AN_IO);
    HOLDS(g, "nothing answers");
    got_release(&g);
    (void) snprintf(s.url, sizeof s.url, "file:///etc/passwd");
    get(&s, (struct an_http_options) {.tries = 1}, 100, &g);
    assert_int_equal(g.code, AN_IO);
    assert_int_equal(g.body.len, 0);
    got_release(&g);
}

static void names_are_percent_encoded(void **state) {
    (void) state;
    struct an_err err;
    AN_AUTO(an_buf) out = {0};
    assert_int_equal(an_http_encode(&out, AN_STR("a/b =+%\xE5\0~"), true, &err), AN_OK);
    assert_true(an_str_eq(an_buf_str(&out), AN_STR("a/b%20%3D%2B%25%E5%00~")));
    out.len = 0;
    assert_int_equal(an_http_encode(&out, AN_STR("a/b"), false, &err), AN_OK);
    assert_true(an_str_eq(an_buf_str(&out), AN_STR("a%2Fb")));
}

int main(void) {
    (void) unsetenv("http_proxy");
    (void) unsetenv("all_proxy");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_comes_with_its_length_or_in_chunks),
        cmocka_unit_test(a_body_whose_end_nobody_told_may_be_cut),
        cmocka_unit_test(a_server_that_is_busy_is_asked_again),
        cmocka_unit_test(a_server_that_stays_busy_is_given_up),
        cmocka_unit_test(what_breaks_off_goes_on_where_it_broke),
        cmocka_unit_test(what_breaks_off_does_not_go_on_with_other_content),
        cmocka_unit_test(what_breaks_off_without_a_strong_tag_is_cut),
        cmocka_unit_test(a_redirect_is_followed_on_the_same_server_only),
        cmocka_unit_test(redirects_in_a_circle_end),
        cmocka_unit_test(headers_without_end_are_cut_off),
        cmocka_unit_test(a_body_without_end_stops_at_its_limit),
        cmocka_unit_test(a_server_that_falls_silent_is_not_waited_for),
        cmocka_unit_test(nonsense_is_no_answer),
        cmocka_unit_test(credentials_go_in_their_header_and_nowhere_else),
        cmocka_unit_test(nothing_listens_and_nothing_resolves),
        cmocka_unit_test(names_are_percent_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
