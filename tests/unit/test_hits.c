// Pages of documents as Elasticsearch and OpenSearch give them.
#include "unit.h"

#include "remote/hits.h"

#define PAGE(total, hits) "{\"pit_id\":\"v\",\"_shards\":{\"failed\":2},\"hits\":{\"total\":" total ",\"hits\":[" hits "]}}"
#define EXACT "{\"value\":7,\"relation\":\"eq\"}"

static enum an_code read_page(const char *text, bool ordered, uint64_t after, struct an_hits *ret, struct an_buf *out,
                              struct an_err *err) {
    struct an_hits_ask ask = {.ordered = ordered, .has_after = after != 0, .after = after};
    return an_hits_read(an_str_from_c(text), &ask, ret, out, err);
}

static void a_page_gives_its_documents_as_lines(void **state) {
    (void) state;
    AN_AUTO(an_buf) out = {0};
    struct an_hits hits;
    struct an_err err;
    assert_int_equal(read_page(PAGE(EXACT, "{\"_id\":\"a\\\"\",\"_source\":{\"k\":\n[1,{\"_source\":{}}]},\"sort\":[5]},"
                                           "{\"sort\":[6],\"_source\":{ },\"_id\":\"b\"},{\"_id\":\"c\",\"sort\":[9]}"),
                               true, 4, &hits, &out, &err), AN_OK);
    assert_true(an_str_eq(an_buf_str(&out), AN_STR("{\"_id\":\"a\\\"\",\"k\": [1,{\"_source\":{}}]}\n{\"_id\":\"b\" }\n")));
    assert_true(an_str_eq(hits.cursor, AN_STR("v")) && an_str_eq(hits.first, AN_STR("a\\\"")));
    assert_true(hits.has_total);
    assert_int_equal(hits.total, 7);
    assert_int_equal(hits.shards_failed, 2);
    assert_int_equal(hits.count, 3);
    assert_int_equal(hits.without, 1);
    assert_int_equal(hits.last, 9);
}

static void a_total_counts_only_when_it_is_exact(void **state) {
    (void) state;
    static const struct { const char *page; bool exact; } all[] = {
        {PAGE(EXACT, ""), true}, {PAGE("7", ""), true}, {PAGE("{\"value\":7,\"relation\":\"gte\"}", ""), false},
        {PAGE("{\"relation\":\"gte\",\"value\":7}", ""), false}, {PAGE("-7", ""), false}, {PAGE("7.5", ""), false},
        {PAGE("99999999999999999999", ""), false}, {PAGE("null", ""), false}, {"{\"hits\":{\"hits\":[]}}", false},
    };
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        AN_AUTO(an_buf) out = {0};
        struct an_hits hits;
        struct an_err err;
        assert_int_equal(read_page(all[i].page, false, 0, &hits, &out, &err), AN_OK);
        assert_int_equal(hits.has_total, all[i].exact);
    }
}

static void a_page_that_is_none_is_refused(void **state) {
    (void) state;
    static const struct { const char *page, *why; } bad[] = {
        {"", "no page"},
        {"[]", "no page"},
        {"{}", "no page"},
        {"{\"hits\":[]}", "no page"},
        {PAGE("1", "") "{}", "no page"},
        {PAGE("1", "7"), "no page"},
        {PAGE("1", "{\"sort\":[1]}"), "no page"},
        {PAGE("1", "{\"_id\":\"a\"}"), "no page"},
        {PAGE("1", "{\"_id\":\"a\",\"sort\":[\"1\"]}"), "no page"},
        {PAGE("1", "{\"_id\":\"a\",\"sort\":[-1]}"), "no page"},
        {PAGE("1", "{\"_id\":\"a\",\"sort\":[1],\"_source\":{"), "no page"},
        {PAGE("1", "],\"hits\":["), "no page"},
        {PAGE("1", "{\"_id\":\"a\",\"sort\":[3]}"), "over and over"},
        {PAGE("1", "{\"_id\":\"a\",\"sort\":[5]},{\"_id\":\"b\",\"sort\":[5]}"), "over and over"},
    };
    for (size_t i = 0; i < AN_COUNT(bad); i++) {
        AN_AUTO(an_buf) out = {0};
        struct an_hits hits;
        struct an_err err = {0};
        assert_int_equal(read_page(bad[i].page, true, 3, &hits, &out, &err), AN_INPUT);
        if (!strstr(err.text, bad[i].why))
            fail_msg("%zu: %s", i, err.text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_gives_its_documents_as_lines),
        cmocka_unit_test(a_total_counts_only_when_it_is_exact),
        cmocka_unit_test(a_page_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
