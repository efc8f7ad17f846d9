// Messages of Kafka as lines of JSON, and the settings its users have.
#include "unit.h"

#include "base/alloc.h"
#include "remote/kafka_conf.h"
#include "remote/message.h"

static enum an_code make(const struct an_message *m, struct an_buf *out, bool *ret_bytes, struct an_err *err) {
    AN_AUTO(an_message_maker) maker = {0};
    return an_message_line(&maker, m, out, ret_bytes, err);
}

static void a_message_becomes_a_line_of_what_it_is(void **state) {
    (void) state;
    const struct an_message_header headers[] = {{AN_STR("id"), AN_STR("7")}, {AN_STR("a@b"), AN_STR("x")}, {AN_STR("none"), {0}}};
    const struct { struct an_message message; const char *line; bool bytes; } all[] = {
        {{.value = AN_STR(" {\"a\":\n[1,{\"b\":2}]}\n")}, "{\"a\": [1,{\"b\":2}]}\n", false},
        {{.key = AN_STR("k\""), .value = AN_STR("{\"a\":1}")}, "{\"key\":\"k\\\"\",\"a\":1}\n", false},
        {{.key = AN_STR("{\"id\":1}"), .value = AN_STR("{ }")}, "{\"key\":{\"id\":1}}\n", false},
        {{.value = AN_STR("{ }")}, "{}\n", false},
        {{.key = AN_STR("k")}, "{\"key\":\"k\",\"value\":null}\n", false},
        {{.value = AN_STR("")}, "{\"value\":\"\"}\n", false},
        {{.value = AN_STR("[1,\n2]")}, "{\"value\":[1, 2]}\n", false},
        {{.value = AN_STR("{\"a\":1} x")}, "{\"value\":\"{\\\"a\\\":1} x\"}\n", false},
        {{.value = AN_STR("call\n138")}, "{\"value\":\"call\\u000a138\"}\n", false},
        {{.headers = headers, .header_count = 3, .value = AN_STR("{\"a\":1}")},
         "{\"headers\":{\"id\":\"7\",\"*\":[\"a@b\",\"x\"],\"none\":null},\"a\":1}\n", false},
        {{.value = AN_STR("\0\0\0\0\7{\"a\":1}")}, "{\"a\":1}\n", false},
        {{.value = AN_STR("\0\0\0\0\7\x08" "13900000001\xff")}, "{\"value\":\"13900000001\"}\n", true},
        {{.key = AN_STR("\0\0\0\0\0\0\0\1"), .value = AN_STR("{\"a\":1}")}, "{\"key\":\"\",\"a\":1}\n", true},
    };
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        AN_AUTO(an_buf) out = {0};
        struct an_err err;
        bool bytes = false;
        assert_int_equal(make(&all[i].message, &out, &bytes, &err), AN_OK);
        assert_int_equal(out.len, strlen(all[i].line));
        assert_memory_equal(out.ptr, all[i].line, out.len);
        assert_int_equal(bytes, all[i].bytes);
    }
}

static void memory_that_is_not_there_is_told(void **state) {
    (void) state;
    const struct an_message_header header = {AN_STR("id"), AN_STR("7")};
    const struct an_message m = {.key = AN_STR("\xd5\xc5\xce\xb0 GBK"), .value = AN_STR("{\"a\":1}"), .headers = &header,
                                 .header_count = 1};
    enum an_code code = AN_NOMEM;
    for (uint64_t n = 1; code; n++) {
        AN_AUTO(an_buf) out = {0};
        struct an_err err;
        bool bytes;
        an_alloc_fail_nth(n);
        code = make(&m, &out, &bytes, &err);
        an_alloc_fail_nth(0);
        assert_true(!code || code == AN_NOMEM);
        assert_true(n < 1000);
    }
}

static void settings_are_those_of_kcat_and_of_java(void **state) {
    (void) state;
    struct an_kafka_conf c = {0};
    struct an_err err;
    assert_int_equal(an_kafka_conf_read(AN_STR("# a comment=1\r\n security.protocol = SASL_SSL \r\nsasl.mechanisms=PLAIN\n"
                                               "sasl.username=reader\nsasl.password=a=b\nbatch.size=7\nno value\n"
                                               "bootstrap.servers=SASL_SSL://One:9092, two,[::1]:9"), &c, &err), AN_OK);
    assert_true(c.tls && c.sasl && c.has_protocol);
    assert_string_equal(c.mechanism, "PLAIN");
    assert_string_equal(c.user, "reader");
    assert_string_equal(c.password, "a=b");
    assert_true(an_kafka_conf_is_for(&c, AN_STR("one")) && an_kafka_conf_is_for(&c, AN_STR("TWO")));
    assert_true(an_kafka_conf_is_for(&c, AN_STR("::1")));
    assert_false(an_kafka_conf_is_for(&c, AN_STR("three")) || an_kafka_conf_is_for(&c, AN_STR("")));
    an_kafka_conf_release(&c);
    assert_int_equal(an_kafka_conf_read(AN_STR("sasl.jaas.config=kafka.X required username=\"u\" password=\"p;\";"), &c,
                                        &err), AN_OK);
    assert_string_equal(c.user, "u");
    assert_string_equal(c.password, "p;");
    assert_true(an_kafka_conf_is_for(&c, AN_STR("any")));
}

static void settings_that_are_not_done_are_refused_without_a_word_of_them(void **state) {
    (void) state;
    static const char *const all[] = {"enable.ssl.certificate.verification=secret", "security.protocol=secret",
                                      "sasl.mechanism=secretsecretsecretsecretsecretsecret"};
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        struct an_kafka_conf c = {0};
        struct an_err err;
        assert_int_not_equal(an_kafka_conf_read(an_str_from_c(all[i]), &c, &err), AN_OK);
        assert_null(strstr(err.text, "secret"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_becomes_a_line_of_what_it_is),
        cmocka_unit_test(memory_that_is_not_there_is_told),
        cmocka_unit_test(settings_are_those_of_kcat_and_of_java),
        cmocka_unit_test(settings_that_are_not_done_are_refused_without_a_word_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
