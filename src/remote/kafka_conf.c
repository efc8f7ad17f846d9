#define _GNU_SOURCE     // memmem
#include "remote/kafka_conf.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/buf.h"
#include "base/file.h"

enum { FILE_MAX = 1 << 20, PATH_BYTES = 4096 };

void an_kafka_conf_release(struct an_kafka_conf *c) { explicit_bzero(c, sizeof *c); }

static void text_release(struct an_buf *b) {
    if (b->ptr)
        explicit_bzero(b->ptr, b->len);
    an_buf_release(b);
}

static struct an_str trim(struct an_str s) {
    while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
        s = an_str_slice(s, 1, s.len);
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t' || s.ptr[s.len - 1] == '\r'))
        s.len--;
    return s;
}

static bool is_word(struct an_str s, const char *word) {
    return s.len == strlen(word) && strncasecmp(s.ptr, word, s.len) == 0;
}

static enum an_code keep(char *to, size_t cap, struct an_str value, const char *name, struct an_err *err) {
    if (value.len >= cap || (value.len && memchr(value.ptr, 0, value.len)))
        return an_fail(err, AN_INPUT, "%s: longer than it may be", name);
    if (value.len)
        memcpy(to, value.ptr, value.len);
    to[value.len] = 0;
    return AN_OK;
}

// Settings that are a text.
static const struct { const char *name; size_t at, cap; } texts[] = {
#define TEXT(name, member) {name, offsetof(struct an_kafka_conf, member), sizeof ((struct an_kafka_conf *) 0)->member}
    TEXT("bootstrap.servers", brokers),
    TEXT("metadata.broker.list", brokers),
    TEXT("sasl.mechanism", mechanism),
    TEXT("sasl.mechanisms", mechanism),
    TEXT("sasl.password", password),
    TEXT("sasl.username", user),
    TEXT("ssl.ca.location", ca),
    TEXT("ssl.certificate.location", certificate),
    TEXT("ssl.key.location", key),
    TEXT("ssl.key.password", key_password),
#undef TEXT
};

static enum an_code take_protocol(struct an_str value, struct an_kafka_conf *c, struct an_err *err) {
    c->tls = is_word(value, "ssl") || is_word(value, "sasl_ssl");
    c->sasl = is_word(value, "sasl_ssl") || is_word(value, "sasl_plaintext");
    c->has_protocol = c->tls || c->sasl || is_word(value, "plaintext");
    return c->has_protocol ? AN_OK : an_fail(err, AN_INPUT, "security.protocol: none that there is");
}

// What stands in quotes behind `name` in a line of Java's login modules: ... username="a" password="b";
static struct an_str quoted(struct an_str line, const char *name) {
    const char *at = line.len ? memmem(line.ptr, line.len, name, strlen(name)) : NULL;
    if (!at)
        return (struct an_str) {0};
    struct an_str rest = an_str_slice(line, (size_t) (at - line.ptr) + strlen(name), line.len);
    const char *end = rest.len ? memchr(rest.ptr, '"', rest.len) : NULL;
    return end ? an_str_slice(rest, 0, (size_t) (end - rest.ptr)) : (struct an_str) {0};
}

static enum an_code take_value(struct an_str name, struct an_str value, struct an_kafka_conf *c, struct an_err *err) {
    for (size_t i = 0; i < AN_COUNT(texts); i++)
        if (an_str_eq(name, an_str_from_c(texts[i].name)))
            return keep((char *) c + texts[i].at, texts[i].cap, value, texts[i].name, err);
    if (an_str_eq(name, AN_STR("security.protocol")))
        return take_protocol(value, c, err);
    if (an_str_eq(name, AN_STR("sasl.jaas.config"))) {
        AN_TRY(keep(c->user, sizeof c->user, quoted(value, "username=\""), "sasl.jaas.config", err));
        return keep(c->password, sizeof c->password, quoted(value, "password=\""), "sasl.jaas.config", err);
    }
    bool checks = !an_str_eq(name, AN_STR("enable.ssl.certificate.verification")) || is_word(value, "true");
    return checks ? AN_OK : an_fail(err, AN_USAGE, "enable.ssl.certificate.verification: certificates are always checked");
}

enum an_code an_kafka_conf_read(struct an_str text, struct an_kafka_conf *c, struct an_err *err) {
    for (struct an_str line; an_str_next(&text, '\n', &line);) {
        line = trim(line);
        const char *equals = line.len && line.ptr[0] != '#' ? memchr(line.ptr, '=', line.len) : NULL;
        if (!equals)
            continue;
        size_t at = (size_t) (equals - line.ptr);
        AN_TRY(take_value(trim(an_str_slice(line, 0, at)), trim(an_str_slice(line, at + 1, line.len)), c, err));
    }
    return AN_OK;
}

bool an_kafka_conf_is_for(const struct an_kafka_conf *c, struct an_str host) {
    struct an_str rest = an_str_from_c(c->brokers), broker;
    if (!rest.len)
        return true;
    while (an_str_next(&rest, ',', &broker)) {
        broker = trim(broker);
        const char *scheme = broker.len ? memmem(broker.ptr, broker.len, "://", 3) : NULL;      // "SASL_SSL://host:port"
        if (scheme)
            broker = an_str_slice(broker, (size_t) (scheme + 3 - broker.ptr), broker.len);
        const char *colon = broker.len ? memrchr(broker.ptr, ':', broker.len) : NULL;
        if (colon)
            broker.len = (size_t) (colon - broker.ptr);
        if (broker.len > 1 && broker.ptr[0] == '[')
            broker = an_str_slice(broker, 1, broker.len - 1);
        if (broker.len == host.len && host.len && strncasecmp(broker.ptr, host.ptr, host.len) == 0)
            return true;
    }
    return false;
}

// *ret_there false: there is no such file, and nobody asked for it.
static enum an_code read_file(const char *path, bool asked, struct an_kafka_conf *c, bool *ret_there, struct an_err *err) {
    AN_CLEANUP(text_release) struct an_buf text = {.limit = FILE_MAX};
    struct an_err why;
    enum an_code code = an_file_read(path, FILE_MAX, 0, &text, &why);
    *ret_there = !code;
    if (code == AN_NOMEM || (code && asked)) {
        *err = why;
        return code;
    }
    if (code)
        return AN_OK;
    return an_kafka_conf_read(an_buf_str(&text), c, err) ? an_err_context(err, "%.120s", path) : AN_OK;
}

enum an_code an_kafka_conf_find(const char *(*env)(const char *name), struct an_kafka_conf *ret, struct an_err *err) {
    static const char *const usual[] = {"kcat.conf", "kafkacat.conf"};
    const char *named = env("KCAT_CONFIG"), *home = env("HOME");
    bool there = false;
    *ret = (struct an_kafka_conf) {0};
    if (!named || !*named)
        named = env("KAFKACAT_CONFIG");
    if (named && *named)
        return read_file(named, true, ret, &there, err);
    for (size_t i = 0; i < AN_COUNT(usual) && home && *home && !there; i++) {
        char path[PATH_BYTES];
        int n = snprintf(path, sizeof path, "%s/.config/%s", home, usual[i]);
        if (n > 0 && (size_t) n < sizeof path)
            AN_TRY(read_file(path, false, ret, &there, err));
    }
    return AN_OK;
}
