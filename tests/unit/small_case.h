// A small invented case with everything a dossier has: signed entries, facts, a count with its commitment, a verdict with its
// certificate, documents that not everybody may see, a withdrawal.
#ifndef AN_TESTS_SMALL_CASE_H
#define AN_TESTS_SMALL_CASE_H

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>
#include "app/measurement.h"
#include "app/packs.h"
#include "case/case.h"
#include "rules/eval.h"
#include "small_census.h"

enum { SMALL_PEOPLE = 25 };

struct small_case {
    char folder[64], path[96];
    struct an_case *c;
    struct an_secret *key;
    struct an_law law;
    unsigned minutes;
};

static inline void small_append(struct small_case *s, const char *kind, const char *actor, json_t *body) {
    struct an_err err = {0};
    char at[32];
    uint64_t seq;
    assert_non_null(body);
    (void) snprintf(at, sizeof at, "2026-11-20T08:%02u:00Z", s->minutes++);
    struct an_entry_draft draft = {.kind = kind, .at = at, .actor = actor, .body = body, .key = actor ? s->key : NULL};
    if (s->c ? an_case_append(s->c, &draft, &seq, &err) : an_case_create(s->path, &draft, &s->c, &err))
        fail_msg("%s: %s", kind, err.text);
    json_decref(body);
}

static inline struct an_hash small_object(struct small_case *s, struct an_str bytes) {
    struct an_err err = {0};
    struct an_hash hash;
    if (an_case_object_put(s->c, bytes, &hash, &err))
        fail_msg("%s", err.text);
    return hash;
}

static inline void small_document(struct small_case *s, const char *id, const char *secrecy) {
    char text[64];
    size_t len = (size_t) snprintf(text, sizeof text, "the text of document %s\n", id);
    struct an_hash hash = small_object(s, (struct an_str) {text, len});
    small_append(s, "document", "wang", json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "id", id, "kind", "report",
                                                  "title",
                                                  "Report", "object", hash.text, "media", "text/plain", "size", (json_int_t) len,
                                                  "spoken_of", "2026-11-01", "received", "2026-11-02", "secrecy", secrecy));
}

static inline void small_measure(struct small_case *s) {
    struct an_err err = {0};
    struct an_budget budget = {.limit = 64 << 20};
    struct an_key *key;
    struct an_census census;
    AN_AUTO(an_buf) header = {0}, body = {0};
    assert_int_equal(an_key_from_bytes((unsigned char[AN_KEY_BYTES]) {5}, &key, &err), AN_OK);
    make_census(&census, &budget, key, SMALL_PEOPLE);
    assert_int_equal(an_measurement_make(&census, AN_STR("users"), 20777, &header, &body, &err), AN_OK);
    (void) small_object(s, an_buf_str(&header));
    small_append(s, "measurement", "wang", json_loadb(body.ptr, body.len, 0, NULL));
    an_census_release(&census);
    an_key_free(key);
}

static inline void small_verdict(struct small_case *s) {
    struct an_err err = {0};
    AN_AUTO(an_arena) arena = {0};
    struct an_facts facts = {0};
    struct an_verdict v;
    const struct an_rule *rule = an_packs_find(&s->law.packs, AN_STR("cn.crm.art7"), AN_STR(""));
    const struct an_fact given[] = {
        an_fact_word("company.role", AN_STR("network_platform_operator"), NULL),
        an_fact_word("listing.venue", AN_STR("FOREIGN"), NULL), an_fact_range("count(users_pi_held)", 1200000, 1300000, NULL),
    };
    for (size_t i = 0; i < AN_COUNT(given); i++)
        assert_int_equal(an_facts_set(&facts, given[i], &arena, &err), AN_OK);
    assert_int_equal(an_rule_eval(rule, &s->law.packs, &(struct an_question) {&facts, 20777}, &arena, &v, &err), AN_OK);
    struct an_hash c = small_object(s, v.certificate);
    struct an_hash f = small_object(s,
                                    AN_STR("{\"company.role\":{\"value\":\"network_platform_operator\"},\"count(users_pi_held)\":"
                                              "{\"hi\":1300000,\"lo\":1200000},\"listing.venue\":{\"value\":\"FOREIGN\"}}"));
    char version[64];
    (void) snprintf(version, sizeof version, "%.*s", AN_STR_ARG(rule->version));
    small_append(s, "verdict", "wang", json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "rule", "cn.crm.art7", "version", version,
                                                 "verdict",
                                                 "applies", "as_of", "2026-11-20", "certificate", c.text, "facts", f.text));
}

static inline void small_case_make(struct small_case *s) {
    struct an_err err = {0};
    char law[4096];
    struct an_public public;
    char line[AN_PUBLIC_TEXT_MAX];
    *s = (struct small_case) {.folder = "/tmp/small-case-XXXXXX"};
    assert_non_null(mkdtemp(s->folder));
    (void) snprintf(s->path, sizeof s->path, "%s/c.anshen", s->folder);
    (void) snprintf(law, sizeof law, "%s/law", getenv("ANSHEN_SOURCE_ROOT"));
    if (an_law_open(law, NULL, &s->law, &err))
        fail_msg("%s", err.text);
    assert_int_equal(an_secret_from_seed((unsigned char[AN_SIGN_SEED_BYTES]) {7}, &s->key, &err), AN_OK);
    an_secret_public(s->key, &public);
    small_append(s, "open", NULL, json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}}", "id", "c0ffee", "title",
                                            "示例出行赴美上市",
                                            "object", "listing", "procedure", "cn.review", "side", "filer", "company", "id",
                                                "x", "name",
                                            "示例出行有限公司"));
    small_append(s, "person", NULL, json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", "wang", "name", "王某", "role", "filer",
                                              "side", "filer",
                                              "key", an_public_text(&public, line)));
    small_append(s, "fact", "wang", json_pack("{s:s, s:s, s:s, s:s}", "name", "listing.country", "value", "US", "source", "board",
                                              "day", "2026-11-01"));
    small_append(s, "fact", NULL, json_pack("{s:s, s:s, s:s, s:s}", "name", "company.cii", "value", "no", "source", "guess",
                                            "day",
                                            "2026-11-01"));
    small_append(s, "withdraw", "wang", json_pack("{s:i, s:s}", "entry", 4, "why", "nobody knows"));
    small_measure(s);
    small_verdict(s);
    small_document(s, "d1", "filer");
    small_document(s, "d2", "examiner");
}

static inline void small_case_release(struct small_case *s) {
    an_case_free(s->c);
    an_secret_free(s->key);
    an_law_release(&s->law);
    (void) unlink(s->path);
    (void) rmdir(s->folder);
}

#endif
