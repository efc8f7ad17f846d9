// The independent check of certificates: those of every inline test of the shipped law are accepted, and none that was broken.
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include "app/packs.h"
#include "rules/eval.h"
#include "rules/recheck.h"

static struct an_err err;

static void take(struct an_recheck_law *to, const struct an_packs *packs) {
    for (size_t i = 0; i < packs->rule_count; i++)
        assert_int_equal(an_recheck_add(to, packs->rules[i]->canonical, &err), AN_OK);
    for (size_t i = 0; i < packs->name_count; i++)
        assert_int_equal(an_recheck_add(to, packs->names[i].canonical, &err), AN_OK);
}

static void drop(json_t **j) { json_decref(*j); }

static bool accepts(const struct an_recheck_law *law, const json_t *certificate) {
    struct an_recheck got;
    enum an_code code = an_recheck(law, certificate, NULL, &got, &err);
    assert_true(code == AN_OK || code == AN_INPUT);
    return code == AN_OK;
}

// A copy with one member replaced (or, with NULL, left out).
static json_t *with(const json_t *of, const char *key, json_t *value) {
    json_t *copy = json_deep_copy(of);
    if (value)
        assert_int_equal(json_object_set_new(copy, key, value), 0);
    else
        assert_int_equal(json_object_del(copy, key), 0);
    return copy;
}

static size_t rejects(const struct an_recheck_law *law, json_t *mutant, const char *what) {
    if (accepts(law, mutant)) {
        char *text = json_dumps(mutant, JSON_COMPACT);
        fail_msg("accepted with %s: %.2000s", what, text);
    }
    json_decref(mutant);
    return 1;
}

// Claims that do not follow: the same that tools/check-certificate --mutate makes.
static size_t break_it(const struct an_recheck_law *law, const json_t *c) {
    static const char *const verdicts[] = {"yes", "no", "undetermined"};
    size_t n = 0;
    for (size_t i = 0; i < AN_COUNT(verdicts); i++)
        if (strcmp(verdicts[i], json_string_value(json_object_get(c, "verdict"))) != 0)
            n += rejects(law, with(c, "verdict", json_string(verdicts[i])), "another verdict");
    json_t *zero = json_deep_copy(json_object_get(c, "of"));
    (void) json_object_set_new(zero, "hash", json_string("0000000000000000000000000000000000000000000000000000000000000000"));
    n += rejects(law, with(c, "of", zero), "another hash");
    if (json_object_size(json_object_get(c, "facts")))
        n += rejects(law, with(c, "facts", json_object()), "facts left out");
    n += rejects(law, with(c, "relations", json_pack("[[s,s]]", "count(x)", "count(y)")), "an invented relation");
    n += rejects(law, with(c, "schema", NULL), "no form");
    n += rejects(law, with(c, "as_of", json_string("2026-02-30")), "a day that is none");
    const json_t *proof = json_object_get(c, "proof"), *pieces = json_object_get(proof, "pieces"),
                 *all = json_object_get(proof, "all");
    if (json_object_get(c, "yes_if")) {
        json_t *swapped = with(c, "yes_if", json_deep_copy(json_object_get(c, "no_if")));
        (void) json_object_set(swapped, "no_if", json_object_get(c, "yes_if"));
        n += rejects(law, swapped, "worlds exchanged");
        n += rejects(law, with(c, "yes_if", json_object()), "an empty world");
    }
    for (size_t i = 0; i < json_array_size(pieces); i++) {
        json_t *fewer = json_deep_copy(proof);
        (void) json_array_remove(json_object_get(fewer, "pieces"), i);
        n += rejects(law, with(c, "proof", fewer), "a piece left out");
    }
    if (json_array_size(all)) {
        json_t *fewer = json_deep_copy(proof);
        (void) json_array_remove(json_object_get(fewer, "all"), 0);
        n += rejects(law, with(c, "proof", fewer), "a part left out");
    }
    char *text = json_dumps(proof, JSON_COMPACT);
    if (json_array_size(json_object_get(c, "uses")) && (!text || strstr(text, "\"applies\"")))
        n += rejects(law, with(c, "uses", json_array()), "the rules used left out");
    free(text);
    return n;
}

static void certificates_of_the_shipped_law_are_accepted_and_broken_ones_are_not(void **state) {
    (void) state;
    AN_AUTO(an_law) law = {0};
    AN_AUTO(an_recheck_law) by = {0};
    char path[4096];
    (void) snprintf(path, sizeof path, "%s/law", getenv("ANSHEN_SOURCE_ROOT"));
    if (an_law_open(path, NULL, &law, &err))
        fail_msg("%s", err.text);
    take(&by, &law.packs);
    size_t count = 0, broken = 0;
    for (size_t i = 0; i < law.packs.rule_count; i++) {
        const struct an_rule *rule = law.packs.rules[i];
        for (size_t t = 0; t < rule->test_count; t++) {
            AN_AUTO(an_arena) arena = {0};
            struct an_verdict v;
            struct an_question q = {&rule->tests[t].given, rule->from == AN_DAY_NONE ? 20500 : rule->from};
            if (an_rule_eval(rule, &law.packs, &q, &arena, &v, &err))
                fail_msg("%s", err.text);
            AN_CLEANUP(drop) json_t *c = json_loadb(v.certificate.ptr, v.certificate.len, JSON_REJECT_DUPLICATES, NULL);
            assert_non_null(c);
            if (!accepts(&by, c))
                fail_msg("%.*s: %s", AN_STR_ARG(rule->id), err.text);
            broken += break_it(&by, c);
            count++;
        }
    }
    print_message("# %zu certificates accepted, %zu broken ones rejected\n", count, broken);
    assert_true(count > 500 && broken > 2000);
}

struct small { struct an_arena arena; struct an_packs packs; struct an_recheck_law law; };

static void small_release(struct small *s) {
    an_recheck_law_release(&s->law);
    an_arena_release(&s->arena);
}

static void parse(struct small *s, const char *text) {
    if (an_pack_parse(&s->packs, "t.rule", an_str_from_c(text), &s->arena, &err))
        fail_msg("%s", err.text);
    an_packs_sort(&s->packs);
    take(&s->law, &s->packs);
}

#define NAMES "fact f.w word en \"w\" zh \"w\"\nfact f.x word {A, B} en \"x\" zh \"x\"\nfact f.a flag en \"a\" zh \"a\"\n" \
              "metric u person window stock within p en \"u\" zh \"u\"\nmetric p person window stock en \"p\" zh \"p\"\n"
#define RULE(id, when) "rule " id " version 1 { title en \"t\" zh \"t\" instrument \"i\" article \"1\" " \
                       "status in_force from 2020-01-01 " \
                       "quote en \"q\" scope company when " when " }\n"

static json_t *certificate_of(const struct small *s, const char *rule, json_t *facts, json_t *uses, const char *verdict,
                              const char *key, json_t *proof) {
    const char *hash = NULL;
    char hex[65];
    json_t *c = json_pack("{s:s, s:s, s:s, s:o, s:[], s:o, s:o}", "schema", "anshen.certificate/1", "as_of", "2026-01-01",
                          "verdict", verdict, "facts", facts, "relations", "uses", uses, key, proof);
    for (size_t i = 0; i < s->packs.rule_count; i++)
        if (an_str_eq(s->packs.rules[i]->id, an_str_from_c(rule))) {
            for (size_t b = 0; b < 32; b++)
                (void) snprintf(hex + 2 * b, 3, "%02x", s->packs.rules[i]->hash[b]);
            hash = hex;
        }
    assert_non_null(c);
    assert_int_equal(json_object_set_new(c, "of", json_pack("{s:s, s:s, s:s}", "rule", rule, "version", "1", "hash", hash)), 0);
    return c;
}

static json_t *reference(const json_t *certificate) { return json_deep_copy(json_object_get(certificate, "of")); }

static void an_interval_that_does_not_decide_proves_nothing(void **state) {
    (void) state;
    AN_CLEANUP(small_release) struct small s = {0};
    parse(&s, NAMES RULE("r", "count(u) > 10"));
    static const struct { const char *facts; bool yes, no; } cases[] = {
        {"[11,20]", true, false}, {"[11,null]", true, false}, {"[10,20]", false, false}, {"[0,10]", false, true},
        {"null", false, false}, {"[10,10]", false, true}, {"[12,11]", false, false}, {"\"x\"", false, false},
        {"[11]", false, false},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++)
        for (int yes = 0; yes < 2; yes++) {
            json_t *facts = json_object();
            (void) json_object_set_new(facts, "count(u)", json_loads(cases[i].facts, JSON_DECODE_ANY, NULL));
            AN_CLEANUP(drop) json_t *c = certificate_of(&s, "r", facts, json_array(), yes ? "yes" : "no", "proof",
                                                        json_pack("{s:s}", "fact", "count(u)"));
            assert_int_equal(accepts(&s.law, c), yes ? cases[i].yes : cases[i].no);
        }
}

static void a_rule_that_is_not_listed_is_not_used(void **state) {
    (void) state;
    AN_CLEANUP(small_release) struct small s = {0};
    parse(&s, NAMES RULE("r", "applies(t) or f.w = lone") RULE("t", "f.w = other_word"));
    // f.w is some word but `lone`: whether `other_word` is it, a check that never read t could not know.
    json_t *facts = json_pack("{s:n}", "f.w"), *inner = certificate_of(&s, "t", json_object(), json_array(), "no", "proof",
                                                                          json_object());
    json_t *part = json_pack("{s:o, s:{s:s}}", "applies", reference(inner), "proof", "fact", "f.w");
    json_t *proof = json_pack("{s:s, s:[{s:s, s:{s:[O, {s:s}]}}, {s:{s:b}, s:{s:[O, {s:s}]}}]}", "cases", "f.w", "pieces", "is",
                              "lone", "proof", "all", part, "fact", "f.w", "is", "other", 1, "proof", "all", part, "fact", "f.w");
    assert_non_null(proof);
    AN_CLEANUP(drop) json_t *c = certificate_of(&s, "r", facts, json_array(), "no", "proof", proof);
    assert_false(accepts(&s.law, c));
    json_decref(part);
    json_decref(inner);
}

static void a_hash_fixes_the_rule(void **state) {
    (void) state;
    AN_CLEANUP(small_release) struct small one = {0}, two = {0};
    parse(&one, NAMES RULE("r", "count(u) > 10"));
    parse(&two, NAMES RULE("r", "count(u) > 9"));
    AN_CLEANUP(drop) json_t *c = certificate_of(&one, "r", json_pack("{s:[i,i]}", "count(u)", 11, 11), json_array(), "yes",
                                                "proof", json_pack("{s:s}", "fact", "count(u)"));
    assert_true(accepts(&one.law, c));
    assert_false(accepts(&two.law, c));
}

static void only_the_facts_given_may_be_used(void **state) {
    (void) state;
    AN_CLEANUP(small_release) struct small s = {0};
    struct an_recheck got;
    parse(&s, NAMES RULE("r", "count(u) > 10"));
    AN_CLEANUP(drop) json_t *c = certificate_of(&s, "r", json_pack("{s:[i,i]}", "count(u)", 11, 11), json_array(), "yes",
                                                "proof", json_pack("{s:s}", "fact", "count(u)"));
    AN_CLEANUP(drop) json_t *same = json_pack("{s:[i,i], s:s}", "count(u)", 11, 11, "f.x", "A");
    AN_CLEANUP(drop) json_t *other = json_pack("{s:[i,i]}", "count(u)", 11, 12);
    AN_CLEANUP(drop) json_t *none = json_object();
    assert_int_equal(an_recheck(&s.law, c, same, &got, &err), AN_OK);
    assert_int_equal(got.verdict, AN_RECHECK_YES);
    assert_string_equal(got.rule, "r");
    assert_int_equal(an_recheck(&s.law, c, other, &got, &err), AN_INPUT);
    assert_int_equal(an_recheck(&s.law, c, none, &got, &err), AN_INPUT);
}

static void endless_rules_and_proofs_end(void **state) {
    (void) state;
    AN_AUTO(an_recheck_law) law = {0};
    static const char circle[] = "{\"rule\":\"r\",\"version\":\"1\",\"status\":\"in_force\",\"from\":\"2020-01-01\","
                                 "\"when\":{\"or\":[{\"applies\":\"r\"},{\"applies\":\"r\"}]}}";
    struct an_recheck got;
    assert_int_equal(an_recheck_add(&law, an_str_from_c(circle), &err), AN_OK);
    AN_CLEANUP(drop) json_t *of = json_pack("{s:s, s:s, s:s}", "rule", "r", "version", "1", "hash",
                                            an_recheck_hash(&law, 0));
    AN_CLEANUP(drop) json_t *c = json_pack("{s:s, s:O, s:s, s:s, s:{}, s:[], s:[O], s:{}}", "schema", "anshen.certificate/1",
                                           "of", of, "as_of", "2026-01-01", "verdict", "no", "facts", "relations", "uses", of,
                                           "proof");
    assert_int_equal(an_recheck(&law, c, NULL, &got, &err), AN_LIMIT);
}

static void what_is_no_rule_is_refused(void **state) {
    (void) state;
    AN_AUTO(an_recheck_law) law = {0};
    static const char *const wrong[] = {
        "", "[]", "{\"rule\":\"r\"}", "{\"rule\":\"r\",\"when\":7}", "{\"rule\":\"r\",\"when\":{},\"from\":\"soon\"}",
        "{\"rule\":\"\\u001b[2J\",\"when\":{}}", "{\"rule\":\"r\",\"rule\":\"r\",\"when\":{}}",
    };
    for (size_t i = 0; i < AN_COUNT(wrong); i++)
        assert_int_equal(an_recheck_add(&law, an_str_from_c(wrong[i]), &err), AN_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_of_the_shipped_law_are_accepted_and_broken_ones_are_not),
        cmocka_unit_test(an_interval_that_does_not_decide_proves_nothing),
        cmocka_unit_test(a_rule_that_is_not_listed_is_not_used),
        cmocka_unit_test(a_hash_fixes_the_rule), cmocka_unit_test(only_the_facts_given_may_be_used),
        cmocka_unit_test(endless_rules_and_proofs_end), cmocka_unit_test(what_is_no_rule_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
