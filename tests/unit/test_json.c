// JSON: tokens however they are cut, records of lines and documents, what is malformed.
#include "sink.h"

#include "text/json.h"

enum { DEEP = 100 * 1000 };

// The tokens of a text as a line, shown to the reader `step` bytes more at a time.
static void tokens_of(struct an_str text, size_t step, struct an_buf *out) {
    static const char *const names[] = {"more", "end", "bad", "{", "}", "[", "]", "key", "str", "num", "true", "false", "null"};
    struct an_err err;
    char *copy = an_alloc(text.len + 1);
    assert_non_null(copy);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    struct an_json_reader r = {.window = copy};
    size_t base = 0;
    for (enum an_json_token token = AN_JSON_MORE; token != AN_JSON_END && token != AN_JSON_BAD;) {
        token = an_json_read(&r);
        if (token == AN_JSON_MORE) {
            assert_false(r.last);
            base += r.pos;
            r.window += r.pos;
            r.len = r.len - r.pos + step;
            if (base + r.len >= text.len)
                r.len = text.len - base;
            r.last = base + r.len == text.len;
            r.pos = 0;
            continue;
        }
        assert_int_equal(an_buf_addf(out, &err, "%s", names[token]), AN_OK);
        if (token == AN_JSON_KEY || token == AN_JSON_STRING || token == AN_JSON_NUMBER) {
            size_t at = (size_t) (r.window - copy);
            struct an_str s = token == AN_JSON_NUMBER ? r.text : an_json_unescape(&r, copy + at);
            assert_int_equal(an_buf_addf(out, &err, "(%.*s)", AN_STR_ARG(s)), AN_OK);
        }
        if (token == AN_JSON_BAD)
            assert_int_equal(an_buf_addf(out, &err, "@%zu %s", base + r.pos, r.why), AN_OK);
        assert_int_equal(an_buf_add(out, AN_STR(" "), &err), AN_OK);
    }
    assert_int_equal(an_buf_add(out, (struct an_str) {"", 1}, &err), AN_OK);
    an_free(copy);
}

static void tokens_are_found_however_the_text_is_cut(void **state) {
    (void) state;
    static const struct { struct an_str text; const char *tokens; } cases[] = {
        {AN_STR_INIT("{\"a\":[1,-2.5e+3,\"x\"],\"b\":{}} "),
         "{ key(a) [ num(1) num(-2.5e+3) str(x) ] key(b) { } } end "},
        {AN_STR_INIT("[true,false,null,NaN,-Infinity,[]]"), "[ true false null null null [ ] ] end "},
        {AN_STR_INIT("{} {}\n[1]"), "{ } { } [ num(1) ] end "},
        {AN_STR_INIT("\"\\u4e2d\\ud83d\\ude00\\n\\\"\\\\\\/\""), "str(\xE4\xB8\xAD\xF0\x9F\x98\x80\n\"\\/) end "},
        {AN_STR_INIT("\"\\ud83d-\\ude00\""), "str(\xEF\xBF\xBD-\xEF\xBF\xBD) end "},
        {AN_STR_INIT("{\"k\" : 1}"), "{ key(k) num(1) } end "},
        {AN_STR_INIT(""), "end "},
        {AN_STR_INIT("{\"a\":}"), "{ key(a) bad@5 no value where one must be "},
        {AN_STR_INIT("{\"a\" 1}"), "{ bad@5 no ':' after a key "},
        {AN_STR_INIT("{\"a\":1,}"), "{ key(a) num(1) bad@7 no key where one must be "},
        {AN_STR_INIT("[1 2]"), "[ num(1) bad@3 no ',' or ']' after a value "},
        {AN_STR_INIT("[01]"), "[ bad@1 number with a leading zero "},
        {AN_STR_INIT("[1.]"), "[ bad@3 number without a digit where one must be "},
        {AN_STR_INIT("[\"abc"), "[ bad@1 no closing quote "},
        {AN_STR_INIT("[\"\\x\"]"), "[ bad@2 no such escape in a string "},
        {AN_STR_INIT("[\"\\u12g4\"]"), "[ bad@2 no such escape in a string "},
        {AN_STR_INIT("[tru]"), "[ bad@1 no value where one must be "},
        {AN_STR_INIT("[1"), "[ num(1) bad@2 the text ends before the value does "},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++)
        for (size_t step = 1; step < 40; step += step < 8 ? 1 : 31) {
            AN_AUTO(an_buf) out = {0};
            tokens_of(cases[i].text, step, &out);
            assert_string_equal(out.ptr, cases[i].tokens);
        }
}

static void nesting_stops_at_its_limit_and_says_where(void **state) {
    (void) state;
    static char text[DEEP];
    memset(text, '[', sizeof text);
    struct an_json_reader r = {.window = text, .len = sizeof text, .last = true};
    int levels = 0;
    while (an_json_read(&r) == AN_JSON_ARRAY)
        levels++;
    assert_int_equal(levels, AN_JSON_LEVELS_MAX);
    assert_int_equal(r.pos, AN_JSON_LEVELS_MAX);
    assert_string_equal(r.why, "nested too deeply");
}

static void each_line_of_json_lines_is_a_record(void **state) {
    (void) state;
    sink_check("a.jsonl", AN_STR("{\"id\":1,\"name\":\"\\u5f20\\u4e09\",\"ok\":true,\"none\":null}\n"
                                 "\n"
                                 "{\"id\":2,\"contact\":{\"mobile\":13912345678,\"mail\":\"a@b.cn\"},\"tags\":[\"x\",\"y\"]}\r\n"
                                 "{}"),
               "open a.jsonl json utf-8\n"
               "columns id|name|ok\n"
               "record 1@0 1#|张三|true\n"
               "columns id|name|ok|contact.mobile|contact.mail|tags\n"
               "record 2@54 2#|13912345678#|a@b.cn|x|y\n"
               "record 3@130 \n"
               "close read 132\n");
}

static void an_array_of_objects_gives_a_record_for_each(void **state) {
    (void) state;
    sink_check("a.json", AN_STR("{\"total\": 2,\n \"users\": [\n  {\"n\": \"a\", \"kin\": [{\"n\": \"c\"}]},\n"
                                "  {\"n\": \"b\"}]}\n"),
               "open a.json json utf-8\n"
               "columns total|users.n|users.kin.n\n"
               "record 1@46 c\n"
               "record 2@27 a\n"
               "record 3@62 b\n"
               "record 4@0 2#\n"
               "close read 75\n");
}

static void rows_that_are_arrays_are_loose_records(void **state) {
    (void) state;
    sink_check("a.json", AN_STR("[[\"a\", 1, [2]],\n [\"b\", 2]]"),
               "open a.json json utf-8\n"
               "record 1@1 a|1#|2# loose\n"
               "record 2@17 b|2# loose\n"
               "close read 26\n");
    sink_check("a.json", AN_STR("[\"13912345678\",\n \"13912345679\"]"),
               "open a.json json utf-8\n"
               "record 1@1 13912345678\n"
               "record 2@17 13912345679\n"
               "close read 31\n");
    sink_check("a.json", AN_STR("[\"a\", 1]\n[\"b\", 2]\n"),
               "open a.json json utf-8\n"
               "record 1@0 a|1# loose\n"
               "record 2@9 b|2# loose\n"
               "close read 18\n");
}

static void a_key_that_is_data_is_a_value(void **state) {
    (void) state;
    sink_check("a.json", AN_STR("{\"kind\": 1, \"13912345678\": {\"n\": \"a\"},\n \"a@b.cn\": \"c\"}"),
               "open a.json json utf-8\n"
               "columns kind|*|*.n\n"
               "record 1@12 13912345678|a\n"
               "record 2@40 a@b.cn|c\n"
               "record 3@0 1#\n"
               "close read 54\n");
}

static void a_malformed_line_is_told_and_still_looked_at(void **state) {
    (void) state;
    sink_check("a.jsonl", AN_STR("{\"a\":\"1\"}\n{\"a\":\"13912345678\n{\"a\":\"3\"}\n"),
               "open a.jsonl json utf-8\n"
               "columns a\n"
               "record 1@0 1\n"
               "record 2@10 {\"a\":\"13912345678 loose\n"
               "trouble input@15 2 no closing quote\n"
               "record 3@28 3\n"
               "close partly 38\n");
}

static void a_malformed_document_goes_on_as_text(void **state) {
    (void) state;
    struct sink s;
    struct an_err err = {0};
    sink_begin(&s);
    struct an_str text = AN_STR("[{\"a\": 1},\n {\"a\": 2, \"b\" 3},\n {\"a\": 4}]\n");
    // long enough that the fault lies behind what the sniffer sees
    AN_AUTO(an_buf) all = {0};
    assert_int_equal(an_buf_add(&all, AN_STR("[{\"a\": 0},\n"), &err), AN_OK);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(an_buf_add(&all, AN_STR(" {\"a\": 1},\n"), &err), AN_OK);
    assert_int_equal(an_buf_add(&all, an_str_slice(text, 11, text.len), &err), AN_OK);
    assert_int_equal(sink_read(&s, "a.json", an_buf_str(&all), 0, &err), AN_OK);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    assert_true(s.stores[0].unknown_lost);
    assert_int_equal(s.stores[0].first_trouble_offset, 11 + 10000 * 11 + 14);
    assert_string_equal(s.stores[0].trouble, "no ':' after a key");
    assert_non_null(strstr(sink_text(&s), "record 10002@110012 2# loose\n"));
    assert_non_null(strstr(sink_text(&s), "line 10004  {\"a\": 4}]\n"));
    sink_end(&s);
}

static void deep_json_is_a_trouble_and_no_crash(void **state) {
    (void) state;
    static char text[2 * DEEP + 32];
    for (int objects = 0; objects < 2; objects++) {
        size_t n = 0;
        while (n + 6 < (objects ? sizeof text : DEEP)) {
            memcpy(text + n, objects ? "{\"a\":" : "[", objects ? 5 : 1);
            n += objects ? 5 : 1;
        }
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        s.quiet = true;
        assert_int_equal(sink_read(&s, "deep.json", (struct an_str) {text, n}, 0, &err), AN_OK);
        assert_int_equal(s.count, 1);
        sink_end(&s);
    }
}

static void what_begins_like_json_but_is_a_log_is_no_json(void **state) {
    (void) state;
    static const struct an_str texts[] = {
        AN_STR_INIT("[2026-01-01 10:00:00] INFO started\n[2026-01-01 10:00:01] INFO went on\n"),
        AN_STR_INIT("[1234] started\n[1235] went on\n"),
        AN_STR_INIT("{not json}\n"),
        AN_STR_INIT("[main] {\"a\": 1}\n"),
    };
    for (size_t i = 0; i < AN_COUNT(texts); i++) {
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "a.json", texts[i], 0, &err), AN_OK);
        assert_string_not_equal(s.stores[0].format, "json");
        sink_end(&s);
    }
}

static void paths_beyond_the_limit_have_no_column(void **state) {
    (void) state;
    AN_AUTO(an_buf) all = {0};
    struct an_err err = {0};
    assert_int_equal(an_buf_add(&all, AN_STR("{"), &err), AN_OK);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(an_buf_addf(&all, &err, "%s\"k%d\":%d\n", i ? "," : "", i, i), AN_OK);
    assert_int_equal(an_buf_add(&all, AN_STR("}"), &err), AN_OK);
    struct sink s;
    sink_begin(&s);
    s.quiet = true;
    assert_int_equal(sink_read(&s, "wide.json", an_buf_str(&all), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].records, 1);
    assert_int_equal(s.stores[0].values, 5000);
    assert_int_equal(s.stores[0].columns, 4096);
    sink_end(&s);
}

static void a_record_over_the_limit_comes_in_loose_pieces(void **state) {
    (void) state;
    AN_AUTO(an_buf) all = {0};
    struct an_err err = {0};
    assert_int_equal(an_buf_add(&all, AN_STR("{\"a\":[\n"), &err), AN_OK);
    for (int i = 0; i < 500; i++)
        assert_int_equal(an_buf_addf(&all, &err, "%s\"%011d\"\n", i ? "," : "", i), AN_OK);
    assert_int_equal(an_buf_add(&all, AN_STR("]}"), &err), AN_OK);
    struct sink s;
    sink_begin(&s);
    s.quiet = true;
    struct memory memory = {.data = an_buf_str(&all), .step = 100};
    struct an_reading reading = {.sink = &s.sink, .limits = {.record_bytes = 4096}};
    struct an_input input = {.uri = AN_STR("a.json"), .arg = &memory, .read = memory_read};
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    assert_int_equal(s.stores[0].values, 500);
    assert_int_equal(s.stores[0].records, s.stores[0].loose);
    assert_true(s.stores[0].records > 3);
    assert_int_equal(s.stores[0].first_trouble_code, AN_LIMIT);
    assert_int_equal(s.stores[0].records_lost, 0);
    sink_end(&s);
}

static void a_document_on_one_long_line_is_read_whole(void **state) {
    (void) state;
    AN_AUTO(an_buf) all = {0};
    struct an_err err = {0};
    assert_int_equal(an_buf_add(&all, AN_STR("["), &err), AN_OK);
    for (int i = 0; i < 2000; i++)
        assert_int_equal(an_buf_addf(&all, &err, "%s{\"n\":\"%011d\"}", i ? "," : "", i), AN_OK);
    assert_int_equal(an_buf_add(&all, AN_STR("]"), &err), AN_OK);
    struct sink s;
    sink_begin(&s);
    s.quiet = true;
    struct memory memory = {.data = an_buf_str(&all)};
    struct an_reading reading = {.sink = &s.sink, .limits = {.record_bytes = 2048}};
    struct an_input input = {.uri = AN_STR("a.json"), .arg = &memory, .read = memory_read};
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    assert_int_equal(s.stores[0].records, 2000);
    assert_int_equal(s.stores[0].loose, 0);
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    sink_end(&s);
}

static const struct an_str mixed = AN_STR_INIT(
    "{\"id\":1,\"n\":\"\\u5f20\",\"c\":{\"m\":\"13912345678\"},\"l\":[{\"x\":1},[2,3],4]}\n{\"1391234567\":[1,{\"y\":2}]}\n");

static void every_truncation_of_json_is_read(void **state) {
    (void) state;
    sink_check_truncations("a.jsonl", mixed);
    sink_check_truncations("a.json", AN_STR("{\n\"id\": 1, \"l\": [{\"x\": \"\\ud83d\\ude00\"},\n [2, 3.5e1], true]}\n"));
}

static void every_allocation_for_json_may_fail(void **state) {
    (void) state;
    sink_check_allocations("a.jsonl", mixed);
}

static void every_call_of_the_sink_may_fail_on_json(void **state) {
    (void) state;
    sink_check_failing("a.jsonl", mixed);
}

static void the_sample_members_are_two_thousand(void **state) {
    (void) state;
    struct sink s;
    if (!sink_read_sample(&s, "cn/members.jsonl"))
        return;
    assert_int_equal(s.count, 1);
    assert_string_equal(s.stores[0].format, "json");
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    assert_int_equal(s.stores[0].records, 2000);
    sink_end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_found_however_the_text_is_cut),
        cmocka_unit_test(nesting_stops_at_its_limit_and_says_where),
        cmocka_unit_test(each_line_of_json_lines_is_a_record),
        cmocka_unit_test(an_array_of_objects_gives_a_record_for_each),
        cmocka_unit_test(rows_that_are_arrays_are_loose_records),
        cmocka_unit_test(a_key_that_is_data_is_a_value),
        cmocka_unit_test(a_malformed_line_is_told_and_still_looked_at),
        cmocka_unit_test(a_malformed_document_goes_on_as_text),
        cmocka_unit_test(deep_json_is_a_trouble_and_no_crash),
        cmocka_unit_test(what_begins_like_json_but_is_a_log_is_no_json),
        cmocka_unit_test(paths_beyond_the_limit_have_no_column),
        cmocka_unit_test(a_record_over_the_limit_comes_in_loose_pieces),
        cmocka_unit_test(a_document_on_one_long_line_is_read_whole),
        cmocka_unit_test(every_truncation_of_json_is_read),
        cmocka_unit_test(every_allocation_for_json_may_fail),
        cmocka_unit_test(every_call_of_the_sink_may_fail_on_json),
        cmocka_unit_test(the_sample_members_are_two_thousand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
