// Documents of MongoDB as lines of JSON.
#include "unit.h"

#include <bson/bson.h>
#include "base/alloc.h"
#include "remote/bson.h"
#include "remote/mongo_stream.h"

// The line of a document that is written by hand; `lost` may be NULL.
static void line_is(const void *bytes, size_t len, const char *want, struct an_bson_lost *lost) {
    AN_AUTO(an_blob) blob = {0};
    AN_AUTO(an_buf) out = {0};
    struct an_bson_lost none = {0};
    struct an_err err;
    // a copy of its very length, so that a byte past it is noticed
    uint8_t *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, len);
    assert_int_equal(an_bson_line(&blob, (struct an_str) {(char *) copy, len}, lost ? lost : &none, &out, &err), AN_OK);
    assert_int_equal(out.ptr[out.len - 1], '\n');
    out.ptr[out.len - 1] = 0;
    assert_string_equal(out.ptr, want);
    free(copy);
}

static void document_is(bson_t *b, const char *want, struct an_bson_lost *lost) {
    line_is(bson_get_data(b), b->len, want, lost);
    bson_destroy(b);
}

static void numbers_are_as_a_person_types_them(void **state) {
    (void) state;
    static const struct { double value; const char *text; } doubles[] = {
        {13800138000.0, "13800138000"}, {-1.5, "-1.5"}, {0.1, "0.1"}, {0, "0"}, {6222020200012340.0, "6222020200012340"},
        {9007199254740991.0, "9007199254740991"}, {440308199901011234.0, "4.40308199901011E+17"}, {1e300, "1e+300"},
        {0.0 / 0.0, "null"}, {1e308 * 10, "null"}, {-440308199901011234.0, "-4.40308199901011E+17"}, {1e-7, "1e-07"},
    };
    for (size_t i = 0; i < AN_COUNT(doubles); i++) {
        char want[64];
        bson_t b = BSON_INITIALIZER;
        assert_true(BSON_APPEND_DOUBLE(&b, "d", doubles[i].value));
        (void) snprintf(want, sizeof want, "{\"d\":%s}", doubles[i].text);
        document_is(&b, want, NULL);
    }
    static const char *const decimals[][2] = {{"13800138000", "13800138000"}, {"12.50", "12.50"}, {"1E+3", "1E+3"},
                                              {"-0.001", "-0.001"}, {"NaN", "null"}, {"-Infinity", "null"}};
    for (size_t i = 0; i < AN_COUNT(decimals); i++) {
        char want[64];
        bson_t b = BSON_INITIALIZER;
        bson_decimal128_t d;
        assert_true(bson_decimal128_from_string(decimals[i][0], &d) && BSON_APPEND_DECIMAL128(&b, "d", &d));
        (void) snprintf(want, sizeof want, "{\"d\":%s}", decimals[i][1]);
        document_is(&b, want, NULL);
    }
    bson_t b = BSON_INITIALIZER;
    assert_true(BSON_APPEND_INT64(&b, "l", INT64_MIN) && BSON_APPEND_INT32(&b, "i", -7) && BSON_APPEND_BOOL(&b, "t", true));
    document_is(&b, "{\"l\":-9223372036854775808,\"i\":-7,\"t\":true}", NULL);
}

static void dates_are_iso(void **state) {
    (void) state;
    static const struct { int64_t at; const char *text; } all[] = {
        {0, "1970-01-01"}, {-1, "1969-12-31T23:59:59.999Z"}, {951782400000, "2000-02-29"},
        {1700000000123, "2023-11-14T22:13:20.123Z"},
        {-62135596800000, "0001-01-01"}, {-62135596800001, "-62135596800001"}, {253402300799999, "9999-12-31T23:59:59.999Z"},
        {253402300800000, "253402300800000"}, {INT64_MIN, "-9223372036854775808"}, {INT64_MAX, "9223372036854775807"},
    };
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        char text[AN_BSON_TIME];
        assert_string_equal(an_bson_time(all[i].at, text).ptr, all[i].text);
    }
}

static void what_is_no_text_gives_the_text_in_it(void **state) {
    (void) state;
    static const uint8_t id[] = {0x5f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, uuid[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    bson_t b = BSON_INITIALIZER;
    bson_oid_t oid;
    bson_oid_init_from_data(&oid, id);
    assert_true(BSON_APPEND_OID(&b, "_id", &oid) && BSON_APPEND_BINARY(&b, "u", BSON_SUBTYPE_UUID, uuid, 16) &&
                BSON_APPEND_BINARY(&b, "o", BSON_SUBTYPE_UUID_DEPRECATED, uuid, 16) &&
                BSON_APPEND_BINARY(&b, "t", BSON_SUBTYPE_BINARY, (const uint8_t *) "\0\1zhang@mail.qq.com\0", 19) &&
                BSON_APPEND_BINARY(&b, "g", BSON_SUBTYPE_USER,
                                   (const uint8_t *) "\xd5\xc5\xce\xb0\xb5\xc4\xb5\xe7\xbb\xb0", 10) &&
                BSON_APPEND_BINARY(&b, "2", BSON_SUBTYPE_BINARY_DEPRECATED, (const uint8_t *) "old text", 8) &&
                BSON_APPEND_REGEX(&b, "r", "^1[3-9]", "i") && BSON_APPEND_CODE(&b, "c", "f(\"x\")") &&
                BSON_APPEND_SYMBOL(&b, "s", "sym") && BSON_APPEND_TIMESTAMP(&b, "ts", 86400, 7) && BSON_APPEND_NULL(&b, "n") &&
                BSON_APPEND_UNDEFINED(&b, "un") && BSON_APPEND_MINKEY(&b, "mi") && BSON_APPEND_MAXKEY(&b, "ma") &&
                BSON_APPEND_DBPOINTER(&b, "p", "users", &oid));
    document_is(&b, "{\"_id\":\"5f0102030405060708090a0b\",\"u\":\"01020304-0506-0708-0900-000000000000\","
                    "\"o\":\"01020304050607080900000000000000\",\"t\":\"zhang@mail.qq.com\\u000a\",\"g\":\"张伟的电话\","
                    "\"2\":\"old text\","
                    "\"r\":\"^1[3-9]\",\"c\":\"f(\\\"x\\\")\",\"s\":\"sym\",\"ts\":\"1970-01-02\",\"n\":null,\"un\":null,"
                    "\"mi\":null,\"ma\":null,\"p\":{\"$ref\":\"users\",\"$id\":\"5f0102030405060708090a0b\"}}", NULL);
}

static void keys_and_texts_may_be_anything(void **state) {
    (void) state;
    bson_t b = BSON_INITIALIZER, in, list;
    assert_true(BSON_APPEND_UTF8(&b, "a.b", "1") && BSON_APPEND_UTF8(&b, "a.b", "2") && BSON_APPEND_UTF8(&b, "$where", "") &&
                bson_append_utf8(&b, "", 0, "a\0b\n\"", 5) && bson_append_utf8(&b, "\xff\xfe", 2, "x", 1) &&
                bson_append_utf8(&b, "bad", 3, "\xd6\xd0\xb9\xfa\xc9\xcf\xba\xa3\xca\xd0", 10) &&
                BSON_APPEND_DOCUMENT_BEGIN(&b, "d", &in) && BSON_APPEND_ARRAY_BEGIN(&in, "l", &list) &&
                BSON_APPEND_INT32(&list, "0", 1) && BSON_APPEND_INT32(&list, "x", 2) && bson_append_array_end(&in, &list) &&
                bson_append_document_end(&b, &in));
    document_is(&b, "{\"a.b\":\"1\",\"a.b\":\"2\",\"$where\":\"\",\"\":\"a\\u0000b\\u000a\\\"\",\"\":\"x\","
                    "\"bad\":\"中国上海市\","
                    "\"d\":{\"l\":[1,2]}}", NULL);
    bson_t scope = BSON_INITIALIZER, c = BSON_INITIALIZER;
    assert_true(BSON_APPEND_UTF8(&scope, "who", "张") && BSON_APPEND_CODE_WITH_SCOPE(&c, "c", "f", &scope));
    bson_destroy(&scope);
    document_is(&c, "{\"c\":{\"code\":\"f\",\"scope\":{\"who\":\"张\"}}}", NULL);
}

static void what_cannot_be_read_is_counted(void **state) {
    (void) state;
    struct an_bson_lost lost = {0};
    bson_t b = BSON_INITIALIZER;
    assert_true(BSON_APPEND_BINARY(&b, "e", BSON_SUBTYPE_ENCRYPTED, (const uint8_t *) "\1cipher-text", 12) &&
                BSON_APPEND_BINARY(&b, "f", BSON_SUBTYPE_ENCRYPTED, (const uint8_t *) "\1cipher-text", 12) &&
                BSON_APPEND_UTF8(&b, "k", "v"));
    document_is(&b, "{\"e\":null,\"f\":null,\"k\":\"v\"}", &lost);
    bson_t p = BSON_INITIALIZER;
    assert_true(BSON_APPEND_BINARY(&p, "c", (bson_subtype_t) 7, (const uint8_t *) "packed", 6));
    document_is(&p, "{\"c\":null}", &lost);
    assert_int_equal(lost.encrypted, 1);            // documents, not values
    assert_int_equal(lost.packed, 1);
    assert_int_equal(lost.damaged + lost.deep, 0);
}

static void damage_leaves_what_came_before(void **state) {
    (void) state;
    static const struct { const char *bytes; size_t len; const char *line; } all[] = {
        {"", 0, "{}"},
        {"\5\0\0\0", 4, "{}"},
        {"\6\0\0\0\0", 5, "{}"},                                                    // longer than it is
        {"\xff\xff\xff\xff\0", 5, "{}"},
        {"\x0c\0\0\0\x10" "a\0\1\0\0\0", 11, "{}"},                                 // cut in the last byte
        {"\x14\0\0\0\x10" "a\0\1\0\0\0\x02" "b\0\x99\0\0\0\0", 20, "{\"a\":1}"},      // a text longer than the document
        {"\x10\0\0\0\x10" "a\0\1\0\0\0\x55" "b\0\0", 16, "{\"a\":1}"},               // no such type
        {"\x0c\0\0\0\x03" "a\0\0\0\0\0\0", 12, "{\"a\":{}}"},                              // one inside that has no length
        {"\x15\0\0\0\x03" "a\0\x0d\0\0\0\x10" "b\0\1\0\0\0\x77\0", 21, "{\"a\":{\"b\":1}}"},
        {"\x0d\0\0\0\x10" "a\0\1\0\0\0\0\0", 13, "{\"a\":1}"},                       // ends before its end
    };
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        struct an_bson_lost lost = {0};
        AN_AUTO(an_blob) blob = {0};
        AN_AUTO(an_buf) out = {0};
        struct an_err err;
        assert_int_equal(an_bson_line(&blob, (struct an_str) {all[i].bytes, all[i].len}, &lost, &out, &err), AN_OK);
        if (lost.damaged != 1 || out.len != strlen(all[i].line) + 1 || memcmp(out.ptr, all[i].line, out.len - 1) != 0)
            fail_msg("%zu: %.*s, damaged %d", i, (int) out.len, out.ptr, (int) lost.damaged);
    }
}

static void depth_has_an_end(void **state) {
    (void) state;
    // documents in documents: each is 8 bytes longer than the one in it
    for (size_t depth = 150; depth <= 5000; depth += 4850) {
        size_t len = 5 + 8 * depth;
        uint8_t *b = calloc(len, 1);
        assert_non_null(b);
        for (size_t i = 0; i <= depth; i++) {
            uint32_t here = (uint32_t) (5 + 8 * (depth - i));
            memcpy(b + 7 * i, &here, 4);
            if (i < depth)
                memcpy(b + 7 * i + 4, "\3a\0", 3);
        }
        AN_AUTO(an_blob) blob = {0};
        AN_AUTO(an_buf) out = {0};
        struct an_bson_lost lost = {0};
        struct an_err err;
        assert_int_equal(an_bson_line(&blob, (struct an_str) {(char *) b, len}, &lost, &out, &err), AN_OK);
        assert_int_equal(lost.damaged, 0);
        assert_int_equal(lost.deep, depth > AN_BSON_DEPTH_MAX);
        free(b);
    }
}

static void every_truncation_gives_an_object(void **state) {
    (void) state;
    bson_t b = BSON_INITIALIZER, in;
    assert_true(BSON_APPEND_UTF8(&b, "name", "张伟") && BSON_APPEND_DOCUMENT_BEGIN(&b, "in", &in) &&
                BSON_APPEND_INT64(&in, "n", 13800138000) && bson_append_document_end(&b, &in) &&
                BSON_APPEND_CODE_WITH_SCOPE(&b, "c", "f", &b) && BSON_APPEND_BINARY(&b, "x", BSON_SUBTYPE_BINARY_DEPRECATED,
                                                                                 (const uint8_t *) "12345678", 8));
    for (uint32_t cut = 0; cut < b.len; cut++)
        for (int mend = 0; mend < 2; mend++) {          // with the length as it was, and as it is
            uint8_t *copy = malloc(cut ? cut : 1);
            assert_non_null(copy);
            memcpy(copy, bson_get_data(&b), cut);
            if (mend && cut >= 5) {
                memcpy(copy, &cut, 4);
                copy[cut - 1] = 0;
            }
            AN_AUTO(an_blob) blob = {0};
            AN_AUTO(an_buf) out = {0};
            struct an_bson_lost lost = {0};
            struct an_err err;
            assert_int_equal(an_bson_line(&blob, (struct an_str) {(char *) copy, cut}, &lost, &out, &err), AN_OK);
            assert_true(out.len >= 3 && out.ptr[0] == '{' && memcmp(out.ptr + out.len - 2, "}\n", 2) == 0);
            free(copy);
        }
    bson_destroy(&b);
}

static void a_message_is_one_document_to_its_end(void **state) {
    (void) state;
#define TEXT(text) {text, sizeof text - 1}
    static const struct an_str good[] = {
        TEXT("\x1a\0\0\0\1\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\0\5\0\0\0\0"),
        TEXT("\x29\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\x8\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\5\0\0\0\0"),
    };
    static const struct { struct an_str message; const char *why; } bad[] = {
        {TEXT(""), "nothing"},
        {TEXT("\x1a\0\0\0\1\0\0\0\0\0\0\0\xdd\7\0"), "no head"},
        {TEXT("\x1b\0\0\0\1\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\0\5\0\0\0\0"), "longer than it is"},
        {TEXT("\x1a\0\0\0\1\0\0\0\0\0\0\0\xdc\7\0\0\0\0\0\0\0\5\0\0\0\0"), "compressed"},
        {TEXT("\x1a\0\0\0\1\0\0\0\0\0\0\0\xdd\7\0\0\1\0\0\0\0\5\0\0\0\0"), "flags"},
        {TEXT("\x1a\0\0\0\1\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\1\5\0\0\0\0"), "another section"},
        {TEXT("\x1a\0\0\0\1\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\0\6\0\0\0\0"), "a longer document"},
        {TEXT("\x1a\0\0\0\1\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\0\5\0\0\0\1"), "no end"},
        {TEXT("\x19\0\0\0\1\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\0\4\0\0\0"), "no document"},
        {TEXT("\x29\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\x8\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2\0\0\0\5\0\0\0\0"), "two"},
        {TEXT("\x1a\0\0\x80\1\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\0\5\0\0\0\0"), "huge"},
    };
#undef TEXT
    for (size_t i = 0; i < AN_COUNT(good); i++)
        assert_true(an_mongo_message_is_whole(good[i]));
    for (size_t i = 0; i < AN_COUNT(bad); i++)
        if (an_mongo_message_is_whole(bad[i].message))
            fail_msg("%s", bad[i].why);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_as_a_person_types_them),
        cmocka_unit_test(dates_are_iso),
        cmocka_unit_test(what_is_no_text_gives_the_text_in_it),
        cmocka_unit_test(keys_and_texts_may_be_anything),
        cmocka_unit_test(what_cannot_be_read_is_counted),
        cmocka_unit_test(damage_leaves_what_came_before),
        cmocka_unit_test(depth_has_an_end),
        cmocka_unit_test(every_truncation_gives_an_object),
        cmocka_unit_test(a_message_is_one_document_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
