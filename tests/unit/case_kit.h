// What the tests of the case file share: a folder, a case with one entry of every kind, and what is asserted of it.
#ifndef AN_TESTS_CASE_KIT_H
#define AN_TESTS_CASE_KIT_H
#include "folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/file.h"
#include "case/case.h"

static void remove_case(void) {
    static const char *const names[] = {
        "x.anshen", "x.anshen-wal", "x.anshen-shm", "x.anshen.tmp", "x.anshen.tmp-wal", "x.anshen.tmp-shm",
        "x.anshen.tmp-journal",
    };
    for (size_t i = 0; i < AN_COUNT(names); i++)
        (void) unlink(names[i]);
}

static int leave_case(void **state) {
    remove_case();
    return leave_folder(state);
}

static inline void must(enum an_code code, const struct an_err *err) {
    if (code)
        fail_msg("%s", err->text);
}

static inline json_t *json_of(const char *text) {
    json_error_t problem;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
    if (!json)
        fail_msg("%s: %s", problem.text, text);
    return json;
}

#define NOW "2026-11-23T08:00:00Z"
#define OBJECT_TEXT "an object that documents and measurements name"

static const char open_body[] =
    "{\"id\":\"5f0c\",\"title\":\"示例出行赴美上市\",\"object\":\"listing\",\"procedure\":\"cn.review\",\"side\":\"filer\","
    "\"company\":{\"id\":\"c1\",\"name\":\"示例出行有限公司\",\"uscc\":\"91110000MA0000000X\"},"
    "\"products\":[{\"id\":\"p1\",\"name\":\"Router\",\"supplier\":\"Example Ltd\"}]}";

// A body of every kind but `open`; $ stands for the hash of OBJECT_TEXT.
static const struct { const char *kind, *body; } samples[] = {
    {"person", "{\"id\":\"li\",\"name\":\"李示例\",\"role\":\"filer\",\"side\":\"filer\",\"title\":\"CISO\","
     "\"body\":\"示例出行\"}"},
    {"company", "{\"id\":\"c2\",\"name\":\"示例数据\",\"name_en\":\"Example Data\","
     "\"parent\":\"c1\",\"uscc\":\"91110000MA0000001X\"}"},
    {"fact", "{\"name\":\"listing.venue\",\"value\":\"FOREIGN\",\"source\":\"board\",\"day\":\"2026-11-20\"}"},
    {"measurement", "{\"label\":\"autumn\",\"day\":\"2026-11-20\",\"stores\":3,\"records\":1200000,\"people\":{\"floor\":980000,"
     "\"linked\":1000000,\"ceiling\":null},"
     "\"users\":{\"floor\":970000,\"ceiling\":null},\"census\":\"$\",\"unread\":0,"
     "\"commitment\":{\"root\":\"$\",\"tokens\":980000,"
     "\"kind\":\"cn-resident-id\",\"key_id\":\"0011\",\"floor\":980000,\"kinds\":[{\"kind\":\"cn-resident-id\",\"count\":980000,"
     "\"m\":1,\"root\":\"$\"}]}}"},
    {"snapshot", "{\"metric\":\"users_pi_held\",\"day\":\"2026-11-20\",\"lo\":980000,\"hi\":null}"},
    {"verdict", "{\"rule\":\"cn.crm.art7\",\"version\":\"2022\",\"verdict\":\"undetermined\",\"as_of\":\"2026-11-23\","
     "\"certificate\":\"$\",\"facts\":\"$\",\"pack\":\"$\"}"},
    {"event", "{\"name\":\"filing-submitted\",\"procedure\":\"cn.review\",\"secrecy\":\"filer\","
     "\"day\":\"2026-11-23\",\"received\":\"2026-11-23\",\"by\":\"li\","
     "\"to\":\"office\","
     "\"body\":\"office\",\"documents\":[\"$\"],\"note\":\"by hand\\nand by mail\"}"},
    {"document", "{\"id\":\"d1\",\"kind\":\"contract\",\"title\":\"Procurement\",\"object\":\"$\",\"media\":"
     "\"application/pdf\","
     "\"size\":46,\"spoken_of\":\"2026-10-01\",\"received\":\"2026-10-03\",\"expires\":\"2027-10-01\",\"secrecy\":\"filer\"}"},
    {"opinion", "{\"body\":\"MIIT\",\"about\":\"preliminary conclusion\",\"agrees\":\"unknown\",\"text\":\"none yet\","
     "\"day\":\"2026-11-23\",\"document\":\"$\"}"},
    {"factor", "{\"factor\":7,\"finding\":\"low\",\"text\":\"seen\",\"evidence\":[\"result.json people\"],"
     "\"day\":\"2026-11-23\"}"},
    {"decision", "{\"id\":\"r1\",\"outcome\":\"passed\",\"day\":\"2026-11-23\",\"by\":\"office\",\"text\":\"passes\","
     "\"conditions\":[{\"id\":\"k1\",\"text\":\"keep data in China\",\"due\":\"2027-01-01\"}],\"document\":\"$\"}"},
    {"commitment", "{\"id\":\"m1\",\"text\":\"no export\",\"due\":\"2027-01-01\",\"status\":\"open\",\"day\":\"2026-11-23\","
     "\"evidence\":[\"d1\"]}"},
    {"order", "{\"id\":\"o1\",\"text\":\"stop new users\",\"day\":\"2026-11-23\",\"status\":\"open\"}"},
    {"stance", "{\"state\":\"file\",\"reasons\":\"over one million\",\"day\":\"2026-11-23\",\"by\":\"board\"}"},
    {"finding", "{\"id\":\"f1\",\"source\":\"scanner\",\"title\":\"old library\",\"result\":\"fail\",\"day\":\"2026-11-23\","
     "\"object\":\"$\",\"control\":\"si-2\",\"severity\":\"high\",\"remarks\":\"update\"}"},
    {"plan", "{\"id\":\"a1\",\"text\":\"update it\","
     "\"due\":\"2026-12-31\",\"status\":\"open\",\"owner\":\"li\",\"finding\":\"f1\"}"},
    {"dossier", "{\"direction\":\"sent\",\"manifest\":\"$\",\"day\":\"2026-11-23\",\"from\":\"filer\",\"to\":\"office\","
     "\"file\":\"$\"}"},
    {"withdraw", "{\"entry\":4,\"why\":\"measured again\"}"},
};

// The sample with its hashes filled in.
static inline json_t *sample_body(const char *text) {
    AN_AUTO(an_buf) filled = {0};
    struct an_err err = {0};
    struct an_hash hash = an_hash_of(AN_STR(OBJECT_TEXT));
    for (; *text; text++)
        must(an_buf_add(&filled, *text == '$' ? an_hash_str(&hash) : (struct an_str) {text, 1}, &err), &err);
    must(an_buf_add(&filled, (struct an_str) {"", 1}, &err), &err);
    return json_of(filled.ptr);
}

static inline enum an_code try_append(struct an_case *c, const char *kind, const char *at, const char *actor, const char *body,
                                      const struct an_secret *key, struct an_err *err) {
    uint64_t seq = 0;
    json_t *json = sample_body(body);
    enum an_code code = an_case_append(c, &(struct an_entry_draft) {kind, at, actor, json, key}, &seq, err);
    if (!code)
        assert_int_equal(seq, an_case_count(c));
    json_decref(json);
    return code;
}

static inline void append(struct an_case *c, const char *kind, const char *body) {
    struct an_err err = {0};
    must(try_append(c, kind, NOW, NULL, body, NULL, &err), &err);
}

static inline struct an_case *make_case(void) {
    struct an_case *c = NULL;
    struct an_err err = {0};
    json_t *body = json_of(open_body);
    remove_case();
    must(an_case_create("x.anshen", &(struct an_entry_draft) {.kind = "open", .at = NOW, .body = body}, &c, &err), &err);
    json_decref(body);
    return c;
}

static inline struct an_secret *secret_of(unsigned char first) {
    struct an_secret *s = NULL;
    struct an_err err = {0};
    unsigned char seed[AN_SIGN_SEED_BYTES] = {first};
    must(an_secret_from_seed(seed, &s, &err), &err);
    return s;
}

#define SIGNER "{\"id\":\"wang\",\"name\":\"王示例\",\"role\":\"examiner\",\"side\":\"authority\",\"key\":\"%s\"}"

static inline void append_signer(struct an_case *c, const struct an_secret *key) {
    struct an_public public;
    struct an_err err = {0};
    char body[256], line[AN_PUBLIC_TEXT_MAX];
    an_secret_public(key, &public);
    (void) snprintf(body, sizeof body, SIGNER, an_public_text(&public, line));
    must(try_append(c, "person", NOW, "wang", body, key, &err), &err);
}

// A case with an object, an entry of every kind and two signed ones.
static inline struct an_case *make_full_case(void) {
    struct an_case *c = make_case();
    struct an_secret *key = secret_of(1);
    struct an_err err = {0};
    struct an_hash hash;
    must(an_case_object_put(c, AN_STR(OBJECT_TEXT), &hash, &err), &err);
    for (size_t i = 0; i < AN_COUNT(samples); i++)
        append(c, samples[i].kind, samples[i].body);
    append_signer(c, key);
    static const char order[] = "{\"id\":\"o2\",\"text\":\"t\",\"day\":\"2026-11-23\",\"status\":\"open\"}";
    must(try_append(c, "order", NOW, "wang", order, key, &err), &err);
    an_secret_free(key);
    return c;
}

static inline void verify(struct an_arena *arena, struct an_case_report *report) {
    struct an_err err = {0};
    must(an_case_verify("x.anshen", arena, report, &err), &err);
}

static inline void assert_whole(uint64_t entries) {
    AN_AUTO(an_arena) arena = {0};
    struct an_case_report report;
    verify(&arena, &report);
    if (report.fault_count)
        fail_msg("%s", report.faults[0].text.ptr);
    assert_int_equal(report.entries, entries);
}

#endif
