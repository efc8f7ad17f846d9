// A measurement: its commitment and header are what the census says, and come back from JSON as they were.
#define _GNU_SOURCE
#include "unit.h"

#include <sodium.h>
#include "app/canonical.h"
#include "app/measurement.h"
#include "case/kind.h"
#include "small_census.h"

static struct an_err err;

enum { PEOPLE = 40 };

struct made { struct an_budget budget; struct an_key *key; struct an_census census; struct an_buf header, body; };

static void made_release(struct made *m) {
    an_census_release(&m->census);
    an_key_free(m->key);
    an_buf_release(&m->header);
    an_buf_release(&m->body);
}

static void make(struct made *m) {
    *m = (struct made) {.budget.limit = 64 << 20};
    assert_int_equal(an_key_from_bytes((unsigned char[AN_KEY_BYTES]) {3}, &m->key, &err), AN_OK);
    make_census(&m->census, &m->budget, m->key, PEOPLE);
    assert_int_equal(an_measurement_make(&m->census, AN_STR("年度"), 20000, &m->header, &m->body, &err), AN_OK);
}

static void the_body_says_what_was_counted(void **state) {
    (void) state;
    AN_CLEANUP(made_release) struct made m;
    AN_CLEANUP(an_json_cleanup) json_t *body = NULL;
    make(&m);
    assert_int_equal(an_canonical_read(an_buf_str(&m.body), &body, &err), AN_OK);
    assert_string_equal(json_string_value(json_object_get(body, "label")), "年度");
    assert_string_equal(json_string_value(json_object_get(body, "day")), "2024-10-04");
    assert_int_equal(json_integer_value(json_object_get(body, "stores")), 1);
    assert_int_equal(json_integer_value(json_object_get(body, "records")), PEOPLE);
    assert_int_equal(json_integer_value(json_object_get(body, "unread")), 0);
    json_t *people = json_object_get(body, "people");
    assert_int_equal(json_integer_value(json_object_get(people, "floor")), PEOPLE);
    assert_int_equal(json_integer_value(json_object_get(people, "ceiling")), PEOPLE);
    struct an_commitment c;
    assert_int_equal(an_commitment_read(json_object_get(body, "commitment"), &c, &err), AN_OK);
    assert_int_equal(an_commit_floor(&c), PEOPLE);
    assert_int_equal(c.kind_count, 2);              // resident IDs, and mobiles of which a person may hold 20
    assert_int_equal(c.kinds[1].m, 20);
    unsigned char sum[32], said[32];
    (void) crypto_generichash(sum, sizeof sum, (const unsigned char *) m.header.ptr, m.header.len, NULL, 0);
    assert_true(an_hex_read(an_str_from_c(json_string_value(json_object_get(body, "census"))), said, sizeof said));
    assert_memory_equal(sum, said, sizeof sum);
}

static void the_header_holds_no_value(void **state) {
    (void) state;
    AN_CLEANUP(made_release) struct made m;
    AN_CLEANUP(an_json_cleanup) json_t *header = NULL;
    make(&m);
    assert_int_equal(an_canonical_read(an_buf_str(&m.header), &header, &err), AN_OK);
    json_t *store = json_array_get(json_object_get(header, "stores"), 0);
    assert_string_equal(json_string_value(json_object_get(store, "uri")), "users.csv");
    assert_int_equal(json_array_size(json_object_get(store, "columns")), 2);
    for (unsigned n = 0; n < PEOPLE; n++) {
        char id[19];
        resident_id(n, id);
        assert_null(memmem(m.header.ptr, m.header.len, id, 18));
        assert_null(memmem(m.body.ptr, m.body.len, id, 18));
    }
}

static void a_measurement_is_the_same_each_time(void **state) {
    (void) state;
    AN_CLEANUP(made_release) struct made a, b;
    make(&a);
    make(&b);
    assert_true(an_str_eq(an_buf_str(&a.header), an_buf_str(&b.header)));
    assert_true(an_str_eq(an_buf_str(&a.body), an_buf_str(&b.body)));
}

// What was changed in a commitment's JSON, one thing at a time.
static void an_altered_commitment_is_refused(void **state) {
    (void) state;
    AN_CLEANUP(made_release) struct made m;
    AN_CLEANUP(an_json_cleanup) json_t *body = NULL;
    make(&m);
    assert_int_equal(an_canonical_read(an_buf_str(&m.body), &body, &err), AN_OK);
    static const struct { const char *key; const char *value; } changes[] = {
        {"tokens", "81"}, {"floor", "41"}, {"root", "\"00\""}, {"key_id", "\"0000000000000000\""},
        {"kinds", "[]"}, {"kinds", "7"}, {"more", "1"},
        {"kinds", "[{\"kind\":\"nothing\",\"m\":1,\"root\":\"\",\"count\":1}]"},
    };
    for (size_t i = 0; i < AN_COUNT(changes); i++) {
        struct an_commitment c;
        AN_CLEANUP(an_json_cleanup) json_t *copy = json_deep_copy(json_object_get(body, "commitment"));
        assert_int_equal(json_object_set_new(copy, changes[i].key, json_loads(changes[i].value, JSON_DECODE_ANY, NULL)), 0);
        assert_int_equal(an_commitment_read(copy, &c, &err), AN_INPUT);
    }
    struct an_commitment c;
    AN_CLEANUP(an_json_cleanup) json_t *copy = json_deep_copy(json_object_get(body, "commitment"));
    json_t *kind = json_array_get(json_object_get(copy, "kinds"), 0);
    assert_int_equal(json_object_set_new(kind, "count", json_integer(PEOPLE - 1)), 0);
    assert_int_equal(an_commitment_read(copy, &c, &err), AN_INPUT);
}

static void the_body_is_one_of_a_case(void **state) {
    (void) state;
    AN_CLEANUP(made_release) struct made m;
    AN_CLEANUP(an_json_cleanup) json_t *body = NULL;
    make(&m);
    assert_int_equal(an_canonical_read(an_buf_str(&m.body), &body, &err), AN_OK);
    if (an_entry_check(an_entry_kind_find(AN_STR("measurement")), body, NULL, NULL, &err))
        fail_msg("%s", err.text);
}

static void only_one_text_of_a_value_is_canonical(void **state) {
    (void) state;
    static const char *const wrong[] = {
        "", "{", "{\"a\":1,\"a\":1}", "{\"b\":1,\"a\":1}", "{ \"a\":1}", "{\"a\":1}\n", "{\"a\":1.5}", "{\"a\":1.0}",
        "{\"a\":\"\\u0041\"}", "{\"a\":1}x", "{\"a\":\"\\u0000\"}", "{\"a\":-0}", "{\"a\":99999999999999999999}",
    };
    for (size_t i = 0; i < AN_COUNT(wrong); i++) {
        json_t *j;
        if (an_canonical_read(an_str_from_c(wrong[i]), &j, &err) != AN_INPUT)
            fail_msg("accepted: %s", wrong[i]);
        assert_null(j);
    }
    AN_CLEANUP(an_json_cleanup) json_t *j = NULL;
    assert_int_equal(an_canonical_read(AN_STR("{\"a\":[1,null,\"北\"],\"b\":{}}"), &j, &err), AN_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_body_says_what_was_counted), cmocka_unit_test(the_header_holds_no_value),
        cmocka_unit_test(a_measurement_is_the_same_each_time), cmocka_unit_test(an_altered_commitment_is_refused),
        cmocka_unit_test(the_body_is_one_of_a_case), cmocka_unit_test(only_one_text_of_a_value_is_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
