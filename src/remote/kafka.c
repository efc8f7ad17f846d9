// Kafka: each topic a store, each message a record.
//
//     kafka://USER:PASSWORD@HOST:PORT/TOPIC       without TOPIC: all the user may see; kafka+tls:// with TLS
//
// The read is bounded: where each partition begins and ends is asked once, when its topic's turn comes, and what is written
// afterwards is not read. Nothing is written: partitions are read one by one from an offset, without a group (even to look for a
// group's coordinator may create a topic), and topics that are not there are never asked for by name.
//
// librdkafka is loaded when a URL of Kafka is met: it would burden every start of the program (pdf.c does the same).
#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "remote/feed.h"
#include "remote/kafka_conf.h"
#include "remote/message.h"
#include "remote/secret.h"

#define FUNCTIONS(F) \
    F(rd_kafka_conf_new) F(rd_kafka_conf_destroy) F(rd_kafka_conf_set) F(rd_kafka_conf_set_log_cb) F(rd_kafka_conf_set_opaque) \
    F(rd_kafka_conf_set_error_cb) F(rd_kafka_new) F(rd_kafka_destroy) F(rd_kafka_poll) F(rd_kafka_metadata) \
    F(rd_kafka_metadata_destroy) F(rd_kafka_query_watermark_offsets) F(rd_kafka_topic_new) F(rd_kafka_topic_destroy) \
    F(rd_kafka_topic_conf_new) F(rd_kafka_topic_conf_set) F(rd_kafka_topic_conf_destroy) F(rd_kafka_queue_new) \
    F(rd_kafka_queue_destroy) F(rd_kafka_consume_start_queue) F(rd_kafka_consume_stop) F(rd_kafka_consume_batch_queue) \
    F(rd_kafka_message_destroy) F(rd_kafka_message_headers) F(rd_kafka_header_get_all) F(rd_kafka_err2name) \
    F(rd_kafka_AdminOptions_new) F(rd_kafka_AdminOptions_destroy) F(rd_kafka_AdminOptions_set_request_timeout) \
    F(rd_kafka_ConfigResource_new) F(rd_kafka_ConfigResource_destroy) F(rd_kafka_ConfigResource_error) \
    F(rd_kafka_ConfigResource_configs) F(rd_kafka_ConfigEntry_name) F(rd_kafka_ConfigEntry_value) F(rd_kafka_DescribeConfigs) \
    F(rd_kafka_event_DescribeConfigs_result) F(rd_kafka_DescribeConfigs_result_resources) F(rd_kafka_queue_poll) \
    F(rd_kafka_event_error) F(rd_kafka_event_destroy) F(rd_kafka_last_error)

enum {
    PORT = 9092,
    CONNECT_SECONDS = 20,
    TURN_MS = 1000,                         // of waiting for a server that is not there, until it is asked why
    ASK_MS = 20000, ASK_AGAIN_MS = 2000,    // for where a partition begins and ends; after TIMEOUTS_MAX had no answer
    TIMEOUTS_MAX = 3,
    ASK_TRIES = 4, ASK_PAUSE_MS = 250,      // while leaders change
    RULES_MS = 5000,                        // for the server's settings
    DOWN_SECONDS = 5,                       // without a message, until it is looked whether a server is there
    WAIT_SECONDS = 60,                      // for the next message
    POLL_MS = 250,
    BATCH = 1000,                           // messages taken at once
    SLOTS = 8,                              // partitions read at the same time
    TRIES = 8,                              // of a partition whose reading fails
    HEADERS_MAX = 64,                       // of a message; what is beyond is told
    NAME_MAX_BYTES = 249,                   // of a topic
    TOPICS_MAX = 100 * 1000, PARTITIONS_MAX = 100 * 1000,
    HOST_MAX = 300, HOSTS_MAX = 4096,
};

struct kafka {
    void *handle;
#define MEMBER(name) __typeof__(&name) name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

static const char library[] = "librdkafka.so.1";

static bool load_library(struct kafka *k) {
    k->handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    bool ok = k->handle;
#define LOAD(name) do { \
        void *f_ = ok ? dlsym(k->handle, #name) : NULL; \
        ok = f_; \
        memcpy(&k->name, &f_, sizeof f_); \
    } while (0);
    FUNCTIONS(LOAD)
#undef LOAD
    return ok;
}

enum state { WAITS, ACTIVE, DONE };

struct part {                               // a partition: [low, high) is to be read
    int32_t number;
    enum state state;
    int64_t low, high, next;
    uint32_t faults;                        // since the last message
};

// What was not read of a topic, or not as it should.
struct losses {
    uint64_t without_leader, unasked, broken, damaged, expired, open, bytes, headers;
    const char *fault;                      // the library's name of what broke a partition; NULL: nothing did
};

struct work {
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    struct kafka k;
    struct an_str base;                     // URI of the server
    rd_kafka_t *asks, *reads;               // asks where partitions end, open transactions included; reads what is committed
    rd_kafka_queue_t *queue;
    rd_kafka_topic_t *topic; const char *name;      // that is being read
    rd_kafka_resp_err_t trouble;            // told last by the library's threads; read and written by ours only
    bool gone;                              // no broker can be reached any more
    uint32_t timeouts;                      // of asking
    struct part *parts; size_t part_count, part_cap, next_part, active;
    struct losses lost;
    int64_t came_at;                        // seconds: the last message, or the beginning
    int64_t looked;                         // how often it was looked for a server since then
    struct an_message_maker maker;
    rd_kafka_message_t *batch[BATCH];
};

static int64_t now(void) {
    struct timespec t;
    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for Kafka"); }

static bool is_ours(enum an_code code) { return code == AN_NOMEM || code == AN_BUG; }

// The server.

static void say_nothing(const rd_kafka_t *rk, int level, const char *facility, const char *text) {
    (void) rk, (void) level, (void) facility, (void) text;
}

static void on_error(rd_kafka_t *rk, int code, const char *reason, void *arg) {
    (void) rk, (void) reason;
    struct work *w = arg;
    // that no broker is left follows from what is told before it
    if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || !w->trouble || w->trouble == RD_KAFKA_RESP_ERR__TRANSPORT)
        w->trouble = (rd_kafka_resp_err_t) code;
}

static enum an_code unreachable(const struct work *w, struct an_err *err) {
    switch ((int) w->trouble) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        return an_fail(err, AN_IO, "the server refuses these credentials, or wants some");
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
        return an_fail(err, AN_IO, "the server does not take this mechanism of logging in; choose one with ?mechanism=");
    case RD_KAFKA_RESP_ERR__SSL:
        return an_fail(err, AN_IO, "TLS failed: the server's certificate is not trusted, or it speaks no TLS");
    case RD_KAFKA_RESP_ERR__RESOLVE:
        return an_fail(err, AN_IO, "no address is known for the server's name");
    default:
        return an_fail(err, AN_IO, "the server cannot be reached, or does not speak Kafka's protocol");
    }
}

static bool is_final(rd_kafka_resp_err_t trouble) {
    return trouble == RD_KAFKA_RESP_ERR__AUTHENTICATION || trouble == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED ||
           trouble == RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM || trouble == RD_KAFKA_RESP_ERR__SSL ||
           trouble == RD_KAFKA_RESP_ERR__RESOLVE;
}

struct login { struct an_kafka_conf conf; struct an_secret secret; const char *user, *password; struct an_buf hosts; };

static void login_release(struct login *l) {
    an_kafka_conf_release(&l->conf);
    an_secret_release(&l->secret);
    an_buf_release(&l->hosts);
}

static bool has_tls(const struct work *w, const struct login *l) {
    return memchr(w->ask->url->scheme.ptr, '+', w->ask->url->scheme.len) || l->conf.tls;
}

// Without TLS, what goes over the network is no password unless somebody asked for that.
static const char *mechanism(const struct work *w, const struct login *l) {
    struct an_str asked = an_url_value(w->ask->url, "mechanism");
    return asked.len ? asked.ptr : l->conf.mechanism[0] ? l->conf.mechanism : has_tls(w, l) ? "PLAIN" : "SCRAM-SHA-512";
}

static enum an_code make_hosts(struct work *w, struct login *l, struct an_err *err) {
    struct an_str rest = w->ask->url->host.len ? w->ask->url->host : AN_STR("localhost"), host;
    unsigned port = w->ask->url->port ? w->ask->url->port : PORT;
    bool many = memchr(rest.ptr, ',', rest.len);
    l->hosts.limit = HOSTS_MAX;
    if (many && memchr(rest.ptr, ':', rest.len))        // with ports of their own
        return an_buf_addf(&l->hosts, err, "%.*s%c", AN_STR_ARG(rest), 0);
    while (an_str_next(&rest, ',', &host)) {
        bool brackets = memchr(host.ptr, ':', host.len);
        AN_TRY(an_buf_addf(&l->hosts, err, brackets ? "%s[%.*s]:%u" : "%s%.*s:%u", l->hosts.len ? "," : "", AN_STR_ARG(host),
                           port));
    }
    return an_buf_add(&l->hosts, (struct an_str) {"", 1}, err);
}

static const char *variable(const char *name) { return getenv(name); }

// The URL's user; else that of the settings, where they are for this host.
static enum an_code find_login(struct work *w, struct login *l, struct an_err *err) {
    AN_TRY(an_kafka_conf_find(variable, &l->conf, err));
    struct an_str rest = w->ask->url->host, first = {0};
    bool many = rest.len && memchr(rest.ptr, ',', rest.len);
    (void) an_str_next(&rest, ',', &first);
    const char *colon = many && first.len ? memchr(first.ptr, ':', first.len) : NULL;
    first.len = colon ? (size_t) (colon - first.ptr) : first.len;
    if (!an_kafka_conf_is_for(&l->conf, first))
        an_kafka_conf_release(&l->conf);
    const char *of_url = w->ask->url->user.ptr;
    l->user = of_url ? of_url : l->conf.user[0] ? l->conf.user : NULL;
    bool known = l->conf.password[0] && (!of_url || strcmp(of_url, l->conf.user) == 0) && !w->ask->url->password.ptr;
    if (known)
        l->password = l->conf.password;
    else if (of_url)
        AN_TRY(an_secret_find(w->ask, "KAFKA_PASSWORD", &l->secret, err));
    else if (l->user)
        l->password = getenv("KAFKA_PASSWORD");
    if (l->secret.password)
        l->password = l->secret.password;
    if (l->user && !l->password && !of_url) {
        bool any = false;
        AN_TRY(an_remote_secret(w->ask, l->user, l->secret.text, &any, err));
        l->password = any ? l->secret.text : NULL;
    }
    if ((l->user || l->conf.sasl) && (!l->user || !l->password))
        return an_fail(err, AN_IO, "wants a user and a password; set KAFKA_PASSWORD, or KCAT_CONFIG to a file of settings");
    const char *way = mechanism(w, l);
    bool done_here = strcmp(way, "PLAIN") == 0 || strcmp(way, "SCRAM-SHA-256") == 0 || strcmp(way, "SCRAM-SHA-512") == 0;
    return !l->user || done_here ? AN_OK : an_fail(err, AN_IO, "wants a way of logging in that is not done here; there are "
                                                              "PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512");
}

static enum an_code set_up(struct work *w, const struct login *l, bool reads, rd_kafka_conf_t *c, struct an_err *err) {
    bool tls = has_tls(w, l), sasl = l->user;
    const char *ca = getenv("SSL_CERT_FILE"), *settings[][2] = {
        {"bootstrap.servers", l->hosts.ptr},
        {"client.id", "anshen"},
        {"security.protocol", sasl ? tls ? "sasl_ssl" : "sasl_plaintext" : tls ? "ssl" : "plaintext"},
        {"sasl.mechanism", sasl ? mechanism(w, l) : NULL},
        {"sasl.username", sasl ? l->user : NULL},
        {"sasl.password", sasl ? l->password : NULL},
        {"ssl.endpoint.identification.algorithm", tls ? "https" : NULL},
        {"ssl.ca.location", !tls ? NULL : l->conf.ca[0] ? l->conf.ca : ca && *ca ? ca : NULL},
        {"ssl.certificate.location", tls && l->conf.certificate[0] ? l->conf.certificate : NULL},
        {"ssl.key.location", tls && l->conf.key[0] ? l->conf.key : NULL},
        {"ssl.key.password", tls && l->conf.key_password[0] ? l->conf.key_password : NULL},
        {"allow.auto.create.topics", "false"},
        {"auto.offset.reset", "error"},         // what is lost is told
        {"enable.auto.commit", "false"},
        {"enable.partition.eof", "true"},
        {"isolation.level", reads ? "read_committed" : "read_uncommitted"},
        {"check.crcs", "true"},
        {"queued.max.messages.kbytes", "2048"}, // of each partition
        {"reconnect.backoff.max.ms", "2000"},
        {"socket.connection.setup.timeout.ms", "10000"},
        {"socket.timeout.ms", "30000"},
    };
    char unused[8];
    for (size_t i = 0; i < AN_COUNT(settings); i++)
        if (settings[i][1] && w->k.rd_kafka_conf_set(c, settings[i][0], settings[i][1], unused, sizeof unused))
            return an_fail(err, AN_IO, "librdkafka does not take the setting %s", settings[i][0]);
    w->k.rd_kafka_conf_set_log_cb(c, say_nothing);
    w->k.rd_kafka_conf_set_error_cb(c, on_error);
    w->k.rd_kafka_conf_set_opaque(c, w);
    return AN_OK;
}

static enum an_code new_client(struct work *w, const struct login *l, bool reads, rd_kafka_t **ret, struct an_err *err) {
    char unused[8];
    rd_kafka_conf_t *c = w->k.rd_kafka_conf_new();
    enum an_code code = set_up(w, l, reads, c, err);
    if (!code && (*ret = w->k.rd_kafka_new(RD_KAFKA_CONSUMER, c, unused, sizeof unused)))      // it owns `c` now
        return AN_OK;
    w->k.rd_kafka_conf_destroy(c);
    return code ? code : an_fail(err, AN_IO, "the connection cannot be set up: a file of TLS that cannot be read, or settings "
                                             "that do not go together");
}

static enum an_code connect_to(struct work *w, struct an_err *err) {
    AN_AUTO(login) l = {0};
    AN_TRY(find_login(w, &l, err));
    AN_TRY(make_hosts(w, &l, err));
    AN_TRY(new_client(w, &l, false, &w->asks, err));
    AN_TRY(new_client(w, &l, true, &w->reads, err));
    w->queue = w->k.rd_kafka_queue_new(w->reads);
    return w->queue ? AN_OK : no_memory(err);
}

// All topics, as asking for one by name could make it. Waits for a server that is not there only as long as it may come.
static enum an_code list_topics(struct work *w, const struct rd_kafka_metadata **ret, struct an_err *err) {
    int64_t begin = now();
    for (;;) {
        if (!w->k.rd_kafka_metadata(w->asks, 1, NULL, ret, TURN_MS))
            return AN_OK;
        (void) w->k.rd_kafka_poll(w->asks, 0);
        int64_t waited = now() - begin;
        bool down = w->trouble == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || w->trouble == RD_KAFKA_RESP_ERR__TRANSPORT;
        if (is_final(w->trouble) || (down && waited >= 2) || waited >= CONNECT_SECONDS)
            return unreachable(w, err);
    }
}

// Reading partitions.

static void stop(struct work *w, struct part *p) {
    if (p->state == ACTIVE) {
        (void) w->k.rd_kafka_consume_stop(w->topic, p->number);
        w->active--;
    }
    p->state = DONE;
}

static void start(struct work *w, struct part *p) {
    if (w->k.rd_kafka_consume_start_queue(w->topic, p->number, p->next, w->queue)) {
        w->lost.broken++;
        w->lost.fault = w->k.rd_kafka_err2name(w->k.rd_kafka_last_error());
        p->state = DONE;
        return;
    }
    p->state = ACTIVE;
    w->active++;
}

// Takes up partitions as long as there is room.
static void fill(struct work *w) {
    while (w->active < SLOTS && w->next_part < w->part_count) {
        struct part *p = &w->parts[w->next_part++];
        if (p->state == WAITS)
            start(w, p);
    }
}

static struct part *find_part(struct work *w, int32_t number) {
    size_t from = 0, to = w->part_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (w->parts[middle].number < number)
            from = middle + 1;
        else
            to = middle;
    }
    return from < w->part_count && w->parts[from].number == number ? &w->parts[from] : NULL;
}

static enum an_code take_message(struct work *w, rd_kafka_message_t *m, struct an_buf *out, struct an_err *err) {
    struct an_message_header headers[HEADERS_MAX];
    rd_kafka_headers_t *list = NULL;
    bool bytes = false;
    struct an_message message = {
        .key = m->key ? (struct an_str) {m->key, m->key_len} : (struct an_str) {0},
        .value = m->payload ? (struct an_str) {m->payload, m->len} : (struct an_str) {0}, .headers = headers,
    };
    rd_kafka_resp_err_t fault = w->k.rd_kafka_message_headers(m, &list);
    if (fault && fault != RD_KAFKA_RESP_ERR__NOENT)
        w->lost.headers++;
    for (size_t i = 0; !fault && list; i++) {
        const char *name;
        const void *value;
        size_t len;
        if (w->k.rd_kafka_header_get_all(list, i, &name, &value, &len))
            break;
        if (i == HEADERS_MAX) {
            w->lost.headers++;
            break;
        }
        headers[i] = (struct an_message_header) {an_str_from_c(name), {value, value ? len : 0}};
        message.header_count++;
    }
    AN_TRY(an_message_line(&w->maker, &message, out, &bytes, err));
    w->lost.bytes += bytes;
    an_remote_took(w->reading, w->ask, m->len + m->key_len);
    return AN_OK;
}

static void break_off(struct work *w, struct part *p, const char *fault) {
    w->lost.broken++;
    if (!w->lost.fault)
        w->lost.fault = fault;
    stop(w, p);
}

// What was to be read next is gone: goes on from where the partition begins now.
static void expired(struct work *w, struct part *p) {
    int64_t low = 0, high = 0;
    w->lost.expired++;
    stop(w, p);
    if (w->k.rd_kafka_query_watermark_offsets(w->asks, w->name, p->number, &low, &high, ASK_MS) || low <= p->next ||
        low >= p->high || ++p->faults > TRIES)
        return;
    p->next = low;
    start(w, p);
}

static bool is_damage(rd_kafka_resp_err_t fault) {
    return fault == RD_KAFKA_RESP_ERR__BAD_MSG || fault == RD_KAFKA_RESP_ERR__BAD_COMPRESSION ||
           fault == RD_KAFKA_RESP_ERR_INVALID_MSG || fault == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE ||
           fault == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || fault == RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED ||
           fault == RD_KAFKA_RESP_ERR__UNDERFLOW;
}

static void take_fault(struct work *w, struct part *p, const rd_kafka_message_t *m) {
    if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        if (m->offset < p->high)            // the rest is of transactions that have not ended
            w->lost.open += (uint64_t) (p->high - m->offset);
        stop(w, p);
    } else if (m->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || m->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
        expired(w, p);
    } else if (m->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED || m->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
               m->err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || m->err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
               ++p->faults > TRIES) {
        break_off(w, p, w->k.rd_kafka_err2name(m->err));
    } else {
        w->lost.damaged += is_damage(m->err);
    }
}

static enum an_code take(struct work *w, rd_kafka_message_t *m, struct an_buf *out, struct an_err *err) {
    struct part *p = find_part(w, m->partition);
    if (!p || p->state != ACTIVE || (!m->err && m->offset < p->next))
        return AN_OK;                       // of one that was stopped meanwhile
    if (m->err) {
        take_fault(w, p, m);
        return AN_OK;
    }
    enum an_code code = m->offset < p->high ? take_message(w, m, out, err) : AN_OK;
    p->next = m->offset + 1;
    p->faults = 0;
    if (p->next >= p->high)
        stop(w, p);
    return code;
}

static void give_up(struct work *w, const char *fault) {
    for (size_t i = 0; i < w->part_count; i++)
        if (w->parts[i].state != DONE)
            break_off(w, &w->parts[i], fault);
}

static enum an_code tell_end(const struct work *w, struct an_err *err) {
    const struct losses *l = &w->lost;
    AN_AUTO(an_buf) text = {0};
    const struct { uint64_t count; const char *words; } all[] = {
        {l->without_leader, "partitions have no leader, and are not read"},
        {l->unasked, "partitions do not say where they begin and end, and are not read"},
        {l->broken, "partitions broke off"},
        {l->expired, "times messages were deleted before they were read: retention was faster"},
        {l->open, "offsets at the end are of transactions that are still open, and not read"},
        {l->damaged, "times messages could not be unpacked"},
        {l->headers, "messages have headers that are not read"},
        {l->bytes, "messages hold bytes that are no text (Avro, Protobuf, numbers ...): only the text in them was read"},
    };
    for (size_t i = 0; i < AN_COUNT(all); i++)
        if (all[i].count)
            AN_TRY(an_buf_addf(&text, err, "%s%llu %s", text.len ? "; " : "", (unsigned long long) all[i].count, all[i].words));
    if (l->fault)
        AN_TRY(an_buf_addf(&text, err, " (%s)", l->fault));
    return text.len ? an_fail(err, AN_IO, "%.*s", (int) text.len, text.ptr) : AN_OK;
}

// Whether any broker still answers: that one is lost is told while messages of it still wait to be read, or long after.
static bool is_there(struct work *w, int64_t looked) {
    const struct rd_kafka_metadata *all = NULL;
    w->looked = looked;
    if (w->k.rd_kafka_metadata(w->reads, 1, NULL, &all, ASK_AGAIN_MS))
        return false;
    w->k.rd_kafka_metadata_destroy(all);
    return true;
}

// The feed of a topic.
static enum an_code more(void *arg, struct an_buf *out, struct an_err *err) {
    struct work *w = arg;
    size_t before = out->len;
    enum an_code code = AN_OK;
    w->came_at = now();
    w->looked = 0;
    for (fill(w); !code && out->len == before && w->active; fill(w)) {
        ssize_t n = w->k.rd_kafka_consume_batch_queue(w->queue, POLL_MS, w->batch, BATCH);
        (void) w->k.rd_kafka_poll(w->reads, 0);
        for (ssize_t i = 0; i < n; i++) {
            if (!code)
                code = take(w, w->batch[i], out, err);
            w->k.rd_kafka_message_destroy(w->batch[i]);
        }
        if (n > 0)
            w->came_at = now();
        int64_t waited = now() - w->came_at;
        if (waited >= DOWN_SECONDS && !w->gone && waited / DOWN_SECONDS != w->looked)
            w->gone = !is_there(w, waited / DOWN_SECONDS);
        if (w->gone || waited >= WAIT_SECONDS)
            give_up(w, w->gone ? "no broker can be reached any more" : "nothing came for 60 seconds");
    }
    if (code) {
        give_up(w, "");
        return code;
    }
    return out->len > before ? AN_OK : tell_end(w, err);
}

// Topics.

static int by_number(const void *a, const void *b) {
    int32_t x = ((const struct part *) a)->number, y = ((const struct part *) b)->number;
    return (x > y) - (x < y);
}

static bool passes(rd_kafka_resp_err_t fault) {
    return fault == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || fault == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
           fault == RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE || fault == RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH ||
           fault == RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH || fault == RD_KAFKA_RESP_ERR__TRANSPORT;
}

static rd_kafka_resp_err_t ask_broker(struct work *w, struct part *p) {
    for (int i = 1;; i++) {
        int wait = w->timeouts < TIMEOUTS_MAX ? ASK_MS : ASK_AGAIN_MS;
        rd_kafka_resp_err_t fault = w->k.rd_kafka_query_watermark_offsets(w->asks, w->name, p->number, &p->low, &p->high, wait);
        w->timeouts += fault == RD_KAFKA_RESP_ERR__TIMED_OUT;
        if (!passes(fault) || i == ASK_TRIES)
            return fault;
        (void) w->k.rd_kafka_poll(w->asks, ASK_PAUSE_MS);
    }
}

static void ask_end(struct work *w, struct part *p) {
    rd_kafka_resp_err_t fault = w->gone ? RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN : ask_broker(w, p);
    if (fault) {
        (void) w->k.rd_kafka_poll(w->asks, 0);
        w->gone |= w->trouble == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
        w->lost.unasked++;
        w->lost.fault = w->k.rd_kafka_err2name(fault);
    }
    p->next = p->low;
    p->state = fault || p->low >= p->high ? DONE : WAITS;
}

// Where all partitions begin and end now.
static enum an_code ask_parts(struct work *w, const struct rd_kafka_metadata_topic *t, struct an_err *err) {
    w->lost = (struct losses) {0};
    w->part_count = w->next_part = w->active = 0;
    if (t->err)
        return an_fail(err, AN_IO, "the server refuses it (%s)", w->k.rd_kafka_err2name(t->err));
    if (t->partition_cnt < 1 || t->partition_cnt > PARTITIONS_MAX)
        return an_fail(err, AN_INPUT, "the server says that it has %d partitions", t->partition_cnt);
    for (int i = 0; i < t->partition_cnt; i++) {
        const struct rd_kafka_metadata_partition *has = &t->partitions[i];
        if (!an_alloc_room(&w->parts, w->part_count, &w->part_cap, sizeof *w->parts))
            return no_memory(err);
        struct part *p = &w->parts[w->part_count++];
        *p = (struct part) {.number = has->id, .state = DONE};
        if (has->leader < 0)
            w->lost.without_leader++;
        else
            ask_end(w, p);
    }
    qsort(w->parts, w->part_count, sizeof *w->parts, by_number);
    for (size_t i = 1; i < w->part_count; i++)
        if (w->parts[i].number == w->parts[i - 1].number)
            return an_fail(err, AN_INPUT, "the server names a partition twice");
    if (w->lost.unasked + w->lost.without_leader < w->part_count)
        return AN_OK;
    return tell_end(w, err);
}

static enum an_code begin_topic(struct work *w, const struct rd_kafka_metadata_topic *t, struct an_err *err) {
    if (w->gone)
        return an_fail(err, AN_IO, "no broker can be reached any more");
    w->name = t->topic;
    AN_TRY(ask_parts(w, t, err));
    rd_kafka_topic_conf_t *c = w->k.rd_kafka_topic_conf_new();
    char unused[8];
    bool ok = w->k.rd_kafka_topic_conf_set(c, "auto.offset.reset", "error", unused, sizeof unused) == RD_KAFKA_CONF_OK;
    w->topic = ok ? w->k.rd_kafka_topic_new(w->reads, t->topic, c) : NULL;      // it owns `c` now
    if (!ok)
        w->k.rd_kafka_topic_conf_destroy(c);
    return w->topic ? AN_OK : an_fail(err, AN_IO, "it cannot be opened");
}

static void end_topic(struct work *w) {
    for (size_t i = 0; i < w->part_count; i++)
        stop(w, &w->parts[i]);
    if (w->topic)
        w->k.rd_kafka_topic_destroy(w->topic);
    w->topic = NULL;
}

static bool is_internal(struct an_str topic) {
    static const char *const names[] = {"__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata"};
    for (size_t i = 0; i < AN_COUNT(names); i++)
        if (an_str_eq(topic, an_str_from_c(names[i])))
            return true;
    return false;
}

static bool is_topic(struct an_str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9') && !strchr("._-", c))
            return false;
    }
    return s.len && s.len <= NAME_MAX_BYTES && !an_str_eq(s, AN_STR(".")) && !an_str_eq(s, AN_STR(".."));
}

static enum an_code read_topic(struct work *w, const struct rd_kafka_metadata_topic *t, bool named, struct an_err *err) {
    struct an_str name = an_str_from_c(t->topic), no;
    struct an_remote_ask own = {.url = w->ask->url, .uri = w->base, .options = w->ask->options};
    AN_AUTO(an_buf) uri = {0};
    if (!is_topic(name))
        return an_remote_unread(w->reading, &own, "kafka", (struct an_str) {0}, AN_INPUT,
                                AN_STR("the server lists a topic whose name cannot be one"), err);
    AN_TRY(an_buf_addf(&uri, err, "%.*s/%.*s", AN_STR_ARG(w->base), AN_STR_ARG(name)));
    own.uri = an_buf_str(&uri);
    if (is_internal(name) && !named)
        return an_remote_skip(w->reading, &own, "kafka", (struct an_str) {0}, AN_STR("the server's own records of who read what"),
                              err);
    if (!an_remote_wants(w->ask, name, name, &no))
        return an_remote_skip(w->reading, &own, "kafka", (struct an_str) {0}, no, err);
    struct an_err why;
    enum an_code code = begin_topic(w, t, &why);
    if (is_ours(code)) {
        *err = why;
    } else if (code) {
        code = an_remote_unread(w->reading, &own, "kafka", (struct an_str) {0}, code, an_str_from_c(why.text), err);
    } else {
        struct an_feed feed = {.uri = own.uri, .format = "kafka", .more = more, .arg = w};
        code = an_feed_read(w->reading, &feed, err);
    }
    end_topic(w);
    return code;
}

// The value of a setting of a broker; NULL: not known, or not shown.
static const char *setting(struct work *w, rd_kafka_event_t *event, const char *name) {
    size_t count = 0, entries = 0;
    const rd_kafka_DescribeConfigs_result_t *result = w->k.rd_kafka_event_DescribeConfigs_result(event);
    const rd_kafka_ConfigResource_t **all = result ? w->k.rd_kafka_DescribeConfigs_result_resources(result, &count) : NULL;
    if (!count || w->k.rd_kafka_ConfigResource_error(all[0]))
        return NULL;
    const rd_kafka_ConfigEntry_t **list = w->k.rd_kafka_ConfigResource_configs(all[0], &entries);
    for (size_t i = 0; i < entries; i++)
        if (strcmp(w->k.rd_kafka_ConfigEntry_name(list[i]), name) == 0)
            return w->k.rd_kafka_ConfigEntry_value(list[i]);
    return NULL;
}

// Whether the server may keep topics from us: it lists those only that this user may see. It keeps none where its settings name
// nobody who decides that. (The library does not tell a refusal from an empty list when rules are asked for: so they are not.)
static bool may_hide(struct work *w, int32_t broker) {
    char number[16], unused[8];
    (void) snprintf(number, sizeof number, "%d", broker);
    rd_kafka_ConfigResource_t *resource = w->k.rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, number);
    rd_kafka_AdminOptions_t *options = w->k.rd_kafka_AdminOptions_new(w->asks, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_queue_t *queue = w->k.rd_kafka_queue_new(w->asks);
    rd_kafka_event_t *event = NULL;
    if (resource && options && queue &&
        !w->k.rd_kafka_AdminOptions_set_request_timeout(options, RULES_MS, unused, sizeof unused)) {
        w->k.rd_kafka_DescribeConfigs(w->asks, &resource, 1, options, queue);
        event = w->k.rd_kafka_queue_poll(queue, RULES_MS);
    }
    const char *decides = event && !w->k.rd_kafka_event_error(event) ? setting(w, event, "authorizer.class.name") : NULL;
    bool hides = !decides || *decides;
    if (event)
        w->k.rd_kafka_event_destroy(event);
    if (queue)
        w->k.rd_kafka_queue_destroy(queue);
    if (options)
        w->k.rd_kafka_AdminOptions_destroy(options);
    if (resource)
        w->k.rd_kafka_ConfigResource_destroy(resource);
    return hides;
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(const struct rd_kafka_metadata_topic *const *) a)->topic,
                  (*(const struct rd_kafka_metadata_topic *const *) b)->topic);
}

static enum an_code read_topics(struct work *w, const struct rd_kafka_metadata *all, struct an_err *err) {
    struct an_remote_ask own = {.url = w->ask->url, .uri = w->base, .options = w->ask->options};
    struct an_str named = an_str_slice(w->ask->url->path, 1, w->ask->url->path.len);
    size_t count = all->topic_cnt > 0 ? (size_t) all->topic_cnt : 0;
    if (count > TOPICS_MAX)
        return an_remote_unread(w->reading, w->ask, "kafka", (struct an_str) {0}, AN_LIMIT,
                                AN_STR("the server lists more topics than there can be"), err);
    const struct rd_kafka_metadata_topic **list = an_alloc((count + 1) * sizeof *list);
    if (!list)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        list[i] = &all->topics[i];
    qsort(list, count, sizeof *list, by_name);
    enum an_code code = AN_OK;
    size_t read = 0;
    for (size_t i = 0; !code && i < count; i++)
        if (!named.len || an_str_eq(named, an_str_from_c(list[i]->topic))) {
            code = read_topic(w, list[i], named.len, err);
            read++;
        }
    an_free(list);
    if (code || (named.len && read))
        return code;
    if (named.len)
        return an_remote_unread(w->reading, w->ask, "kafka", (struct an_str) {0}, AN_IO,
                                AN_STR("there is no topic of this name, or the user may not see it"), err);
    if (!an_str_eq(an_url_value(w->ask->url, "others"), AN_STR("named")) &&
        (w->gone || all->broker_cnt < 1 || may_hide(w, all->brokers[0].id)))
        return an_remote_unread(w->reading, &own, "kafka", (struct an_str) {0}, AN_IO,
                                AN_STR("the server lists only topics that this user may see: there may be others, which are not "
                                       "read; ?others=named says that they are not meant"), err);
    if (read)
        return AN_OK;
    return an_remote_skip(w->reading, &own, "kafka", (struct an_str) {0}, AN_STR("the server holds no topic"), err);
}

static void work_release(struct work *w) {
    if (w->queue)
        w->k.rd_kafka_queue_destroy(w->queue);
    if (w->reads)
        w->k.rd_kafka_destroy(w->reads);
    if (w->asks)
        w->k.rd_kafka_destroy(w->asks);
    an_message_maker_release(&w->maker);
    an_free(w->parts);
    an_free(w);
}

static void work_release_at(struct work **w) { work_release(*w); }

static enum an_code read_kafka(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_CLEANUP(work_release_at) struct work *w = an_alloc(sizeof *w);
    if (!w)
        return no_memory(err);
    *w = (struct work) {.reading = reading, .ask = ask, .base = ask->uri};
    w->base.len -= ask->url->raw_path.len;
    if (!load_library(&w->k))
        return an_remote_unread(reading, ask, "kafka", (struct an_str) {0}, AN_IO,
                                AN_STR("librdkafka is not installed; in Debian its package is librdkafka1"), err);
    const struct rd_kafka_metadata *all = NULL;
    struct an_err why;
    enum an_code code = connect_to(w, &why);
    if (!code)
        code = list_topics(w, &all, &why);
    if (is_ours(code)) {
        *err = why;
        return code;
    }
    if (code)
        return an_remote_unread(reading, ask, "kafka", (struct an_str) {0}, code, an_str_from_c(why.text), err);
    code = read_topics(w, all, err);
    w->k.rd_kafka_metadata_destroy(all);
    return code;
}

static enum an_code check(const struct an_url *url, struct an_err *err) {
    if (url->path.len > 1 && !is_topic(an_str_slice(url->path, 1, url->path.len)))
        return an_fail(err, AN_USAGE, "behind the host stands the name of a topic, or nothing");
    if (url->host.len > HOST_MAX)
        return an_fail(err, AN_USAGE, "its hosts are longer than %d bytes; one is enough", HOST_MAX);
    for (size_t i = 0; i < url->pair_count; i++)
        if (!an_str_eq(url->pairs[i].name, AN_STR("others")) && !an_str_eq(url->pairs[i].name, AN_STR("mechanism")))
            return an_fail(err, AN_USAGE, "behind '?' stands mechanism=, others=named, or nothing");
    return AN_OK;
}

static const char *const schemes[] = {"kafka", "kafka+tls", NULL};

const struct an_remote an_remote_kafka = {
    .name = "kafka",
    .schemes = schemes,
    .title = {"Topics of Apache Kafka", "Apache Kafka 主题"},
    .spec = "Apache Kafka protocol, brokers 0.10 and later; librdkafka 2.0",
    .many_hosts = true,
    .check = check,
    .read = read_kafka,
};
