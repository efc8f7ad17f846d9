// What tables in columns are made of: Thrift, packed numbers, differences, codecs, values as text. Vectors are those of the
// specifications, or worked out by hand from them.
#include "unit.h"

#include "source/codec.h"
#include "source/delta.h"
#include "source/orc_stream.h"
#include "source/protobuf.h"
#include "source/runs.h"
#include "source/thrift.h"
#include "source/typed.h"

static void thrift_reads_fields_in_order(void **state) {
    (void) state;
    // 1: i32 -7, 2: binary "ab", 20: true, 21: list of two structs {1: i64 300} {}
    struct an_thrift t = {.bytes = AN_STR("\x15\x0D\x18\x02" "ab\x01\x28\x19\x2C\x16\xD8\x04\x00\x00\x00")};
    struct an_thrift_field f = {0};
    assert_true(an_thrift_next(&t, &f));
    assert_int_equal(f.id, 1);
    assert_int_equal(an_thrift_int(&t, &f), -7);
    assert_true(an_thrift_next(&t, &f));
    assert_true(an_str_eq(an_thrift_binary(&t, &f), AN_STR("ab")));
    assert_true(an_thrift_next(&t, &f));
    assert_int_equal(f.id, 20);
    assert_true(an_thrift_bool(&f));
    assert_true(an_thrift_next(&t, &f));
    assert_int_equal(f.id, 21);
    assert_int_equal(an_thrift_list(&t, &f, AN_THRIFT_STRUCT), 2);
    struct an_thrift_field in = {0};
    assert_true(an_thrift_next(&t, &in));
    assert_int_equal(an_thrift_int(&t, &in), 300);
    assert_false(an_thrift_next(&t, &in));
    in = (struct an_thrift_field) {0};
    assert_false(an_thrift_next(&t, &in));
    assert_false(an_thrift_next(&t, &f));
    assert_false(t.bad);
}

static void thrift_passes_over_what_is_not_asked_for(void **state) {
    (void) state;
    // 1: map {1: "x"}, 2: list of 2 truths, 3: double, 4: set of 1 i32, 5: struct {1: i8}, 6: i32 1
    struct an_thrift t = {.bytes = AN_STR("\x1B\x01\x58\x02\x01x\x19\x21\x01\x02\x17" "12345678\x1A\x15\x02\x1C\x13\x05\x00"
                                          "\x15\x02\x00")};
    struct an_thrift_field f = {0};
    for (int i = 1; i <= 5; i++) {
        assert_true(an_thrift_next(&t, &f));
        assert_int_equal(f.id, i);
        an_thrift_skip(&t, &f);
    }
    assert_true(an_thrift_next(&t, &f));
    assert_int_equal(an_thrift_int(&t, &f), 1);
    assert_false(an_thrift_next(&t, &f));
    assert_false(t.bad);
}

static void thrift_that_lies_is_bad(void **state) {
    static const struct an_str cases[] = {
        AN_STR_INIT(""), AN_STR_INIT("\x18\x05" "abc"), AN_STR_INIT("\x19\xFC\xFF\xFF\xFF\x0F"), AN_STR_INIT("\x1E"),
        AN_STR_INIT("\x15\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"), AN_STR_INIT("\x1B\xFF\x0F\x55"), AN_STR_INIT("\x15"),
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct an_thrift t = {.bytes = cases[i]};
        for (struct an_thrift_field f = {0}; an_thrift_next(&t, &f);)
            an_thrift_skip(&t, &f);
        assert_true(t.bad);
    }
    char deep[200];
    memset(deep, 0x1C, sizeof deep);            // a struct in a struct in a struct
    struct an_thrift t = {.bytes = {deep, sizeof deep}};
    for (struct an_thrift_field f = {0}; an_thrift_next(&t, &f);)
        an_thrift_skip(&t, &f);
    assert_true(t.bad && !t.cut);
}

static void check_runs(struct an_runs *r, const uint32_t *expected, size_t count) {
    uint32_t out[64];
    assert_int_equal(an_runs_read(r, out, 64), count);
    assert_memory_equal(out, expected, count * sizeof *out);
}

static void runs_and_groups_are_unpacked(void **state) {
    static const uint32_t digits[] = {0, 1, 2, 3, 4, 5, 6, 7}, mixed[] = {5, 5, 5, 0, 1, 2, 3, 4, 5, 6, 7}, wide[] = {300, 300};
    struct an_runs r;
    (void) state;
    // the example of Encodings.md: 0 to 7 in three bits are 10001000 11000110 11111010
    assert_true(an_runs_begin(&r, AN_STR("\x03\x88\xC6\xFA"), 3));
    check_runs(&r, digits, 8);
    assert_true(an_runs_begin(&r, AN_STR("\x06\x05\x03\x88\xC6\xFA"), 3));
    check_runs(&r, mixed, 11);
    assert_true(an_runs_begin(&r, AN_STR("\x04\x2C\x01"), 9));
    check_runs(&r, wide, 2);
    // the same in the form that is not used any more: 00000101 00111001 01110111
    assert_true(an_runs_begin_bits(&r, AN_STR("\x05\x39\x77"), 3));
    check_runs(&r, digits, 8);
}

static void runs_that_lie_end_early(void **state) {
    static const uint32_t four[] = {0, 1, 2, 3, 4};
    uint32_t out[8];
    struct an_runs r;
    (void) state;
    // two billion groups, of which are five numbers
    assert_true(an_runs_begin(&r, AN_STR("\xFF\xFF\xFF\xFF\x0F\x88\xC6"), 3));
    check_runs(&r, four, 5);
    assert_true(an_runs_begin(&r, AN_STR("\x06\x09"), 3));                          // a number of four bits in three
    assert_int_equal(an_runs_read(&r, out, 8), 0);
    assert_true(an_runs_begin(&r, AN_STR("\x06"), 3));
    assert_int_equal(an_runs_read(&r, out, 8), 0);
    assert_false(an_runs_begin(&r, AN_STR("\x06"), 33));
    // two billion times the same: no more than asked for
    assert_true(an_runs_begin(&r, AN_STR("\xFE\xFF\xFF\xFF\x0F\x01"), 1));
    assert_int_equal(an_runs_read(&r, out, 8), 8);
}

static void differences_are_added_up(void **state) {
    // the examples of Encodings.md: 1, 2, 3, 4, 5 and 7, 5, 3, 1, 2, 3, 4, 5; blocks of 128 in four miniblocks
    static const int64_t first[] = {1, 2, 3, 4, 5}, second[] = {7, 5, 3, 1, 2, 3, 4, 5};
    struct an_delta d;
    struct an_str rest;
    int64_t out[16];
    (void) state;
    assert_true(an_delta_begin(&d, AN_STR("\x80\x01\x04\x05\x02\x02\x00\x00\x00\x00")));
    assert_int_equal(an_delta_read(&d, out, 16), 5);
    assert_memory_equal(out, first, sizeof first);
    assert_true(an_delta_begin(&d, AN_STR("\x80\x01\x04\x08\x0E\x03\x02\x00\x00\x00\xC0\x3F\x00\x00\x00\x00\x00\x00" "after")));
    assert_true(an_delta_rest(d, &rest));
    assert_true(an_str_eq(rest, AN_STR("after")));
    assert_int_equal(an_delta_read(&d, out, 3), 3);
    assert_int_equal(an_delta_read(&d, out + 3, 16), 5);
    assert_memory_equal(out, second, sizeof second);
    assert_false(d.bad);
}

static void differences_that_lie_are_bad(void **state) {
    static const struct an_str heads[] = {
        AN_STR_INIT(""), AN_STR_INIT("\x80\x01\x00\x05\x02"), AN_STR_INIT("\x00\x04\x05\x02"),
        AN_STR_INIT("\x80\x01\x03\x05\x02"), AN_STR_INIT("\x80\x80\x80\x80\x08\x04\x05\x02"),
    };
    struct an_delta d;
    struct an_str rest;
    int64_t out[16];
    (void) state;
    for (size_t i = 0; i < AN_COUNT(heads); i++)
        assert_false(an_delta_begin(&d, heads[i]));
    assert_true(an_delta_begin(&d, AN_STR("\x80\x01\x04\x08\x0E\x03\x02\x00\x00\x00\xC0")));        // its miniblock is cut off
    assert_false(an_delta_rest(d, &rest));
    assert_int_equal(an_delta_read(&d, out, 16), 1);
    assert_true(d.bad);
    assert_true(an_delta_begin(&d, AN_STR("\x80\x01\x04\x08\x0E\x03\x41\x00\x00\x00\xC0")));        // 65 bits
    assert_int_equal(an_delta_read(&d, out, 16), 1);
    assert_true(d.bad);
}

static void blocks_are_unpacked(void **state) {
    static const struct { enum an_codec codec; struct an_str packed; } cases[] = {
        {AN_CODEC_NONE, AN_STR_INIT("aaaaaaaaaa")},
        {AN_CODEC_SNAPPY, AN_STR_INIT("\x0A\x00" "a\x22\x01\x00")},
        {AN_CODEC_LZ4, AN_STR_INIT("\xA0" "aaaaaaaaaa")},
        {AN_CODEC_LZ4_HADOOP, AN_STR_INIT("\0\0\0\x0A\0\0\0\x0B\xA0" "aaaaaaaaaa")},
        {AN_CODEC_LZ4_HADOOP, AN_STR_INIT("\0\0\0\x0A\0\0\0\x06\x50" "aaaaa\0\0\0\x06\x50" "aaaaa")},
        {AN_CODEC_LZ4_HADOOP, AN_STR_INIT("\xA0" "aaaaaaaaaa")},
        {AN_CODEC_DEFLATE, AN_STR_INIT("\x4B\x4C\x84\x01\x00")},
        {AN_CODEC_GZIP, AN_STR_INIT("\x78\x9C\x4B\x4C\x84\x01\x00\x14\xE1\x03\xCB")},
        {AN_CODEC_ZSTD, AN_STR_INIT("\x28\xB5\x2F\xFD\x20\x0A\x51\x00\x00" "aaaaaaaaaa")},
        {AN_CODEC_BROTLI, AN_STR_INIT("\x1B\x09\x00\x00\x24\xC2\xE2\x91\x40\x00")},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        char room[64];
        size_t len;
        struct an_err err = {0};
        struct an_str packed = cases[i].packed;
        enum an_code code = an_codec_unpack(cases[i].codec, packed, room, 10, &len, &err);
        assert_int_equal(code, AN_OK);
        assert_true(an_str_eq((struct an_str) {room, len}, AN_STR("aaaaaaaaaa")));
        assert_int_equal(an_codec_unpack(cases[i].codec, packed, room, 9, &len, &err), AN_INPUT);
        assert_int_equal(an_codec_unpack(cases[i].codec, an_str_slice(packed, 0, packed.len - 1), room, 10, &len, &err),
                         cases[i].codec == AN_CODEC_NONE ? AN_OK : AN_INPUT);
    }
}

static void protobuf_reads_fields(void **state) {
    (void) state;
    // 1: 300, 2: "ab", 8000: 4 fixed bytes, 3: 8 fixed bytes
    struct an_protobuf p = {.rest = AN_STR("\x08\xAC\x02\x12\x02" "ab\x85\xF4\x03\x01\0\0\0\x19\x02\0\0\0\0\0\0\0")};
    assert_true(an_protobuf_next(&p));
    assert_int_equal(p.field, 1);
    assert_int_equal(p.number, 300);
    assert_true(an_protobuf_next(&p));
    assert_true(an_str_eq(p.bytes, AN_STR("ab")));
    assert_true(an_protobuf_next(&p));
    assert_int_equal(p.field, 8000);
    assert_int_equal(p.number, 1);
    assert_true(an_protobuf_next(&p));
    assert_int_equal(p.number, 2);
    assert_false(an_protobuf_next(&p));
    assert_false(p.bad);
    static const struct an_str lies[] = {
        AN_STR_INIT("\x12\x05" "ab"), AN_STR_INIT("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), AN_STR_INIT("\x0B"),
        AN_STR_INIT("\x00\x01"), AN_STR_INIT("\x19\x02"), AN_STR_INIT("\x08"),
    };
    for (size_t i = 0; i < AN_COUNT(lies); i++) {
        p = (struct an_protobuf) {.rest = lies[i]};
        while (an_protobuf_next(&p))
            continue;
        assert_true(p.bad);
    }
}

// Bytes as a stream of a file that is not packed.
struct spool { struct an_at at; struct an_orc_file file; struct an_orc_stream stream; };

static void spool_begin(struct spool *s, struct an_str bytes) {
    struct an_err err;
    *s = (struct spool) {.at = {.fd = -1, .size = bytes.len}};
    assert_int_equal(an_buf_add(&s->at.held, bytes, &err), AN_OK);
    s->file = (struct an_orc_file) {.at = &s->at, .memory = 1 << 20, .most_made = 1 << 20};
    an_orc_stream_begin(&s->stream, &s->file, 0, bytes.len);
}

static void spool_end(struct spool *s) {
    an_orc_stream_release(&s->stream);
    an_at_release(&s->at);
}

static void check_numbers(struct an_str bytes, bool is_signed, bool v2, const int64_t *expected, size_t count) {
    struct spool s;
    struct an_err err;
    bool good;
    int64_t n;
    spool_begin(&s, bytes);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(an_orc_number(&s.stream, is_signed, v2, &n, &good, &err), AN_OK);
        assert_true(good);
        assert_int_equal(n, expected[i]);
    }
    assert_int_equal(an_orc_number(&s.stream, is_signed, v2, &n, &good, &err), AN_OK);
    assert_false(good);
    spool_end(&s);
    // of one that is cut off, nothing of its last run is taken
    spool_begin(&s, an_str_slice(bytes, 0, bytes.len - 1));
    size_t got = 0;
    for (good = true; good; got += good)
        assert_int_equal(an_orc_number(&s.stream, is_signed, v2, &n, &good, &err), AN_OK);
    assert_true(got < count);
    spool_end(&s);
}

static void numbers_of_orc_are_those_of_its_specification(void **state) {
    static const int64_t sevens[] = {7, 7, 7, 7, 7, 7}, down[] = {6, 5, 4, 3, 2, 1}, few[] = {2, 3, 4, 7, 11},
                         same[] = {10000, 10000, 10000, 10000, 10000}, direct[] = {23713, 43806, 57005, 48879},
                         primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29}, minus[] = {-2, -2, -2};
    int64_t patched[20] = {2030, 2000, 2020, 1000000};
    (void) state;
    for (size_t i = 4; i < 20; i++)
        patched[i] = 2000 + 10 * (int64_t) i;
    check_numbers(AN_STR("\x03\x00\x07"), false, false, sevens, 6);
    check_numbers(AN_STR("\x03\xFF\x06"), false, false, down, 6);
    check_numbers(AN_STR("\xFB\x02\x03\x04\x07\x0B"), false, false, few, 5);
    check_numbers(AN_STR("\x0A\x27\x10"), false, true, same, 5);
    check_numbers(AN_STR("\x00\x03"), true, true, minus, 3);
    check_numbers(AN_STR("\x5E\x03\x5C\xA1\xAB\x1E\xDE\xAD\xBE\xEF"), false, true, direct, 4);
    check_numbers(AN_STR("\xC6\x09\x02\x02\x22\x42\x42\x46"), false, true, primes, 10);
    check_numbers(AN_STR("\x8E\x13\x2B\x21\x07\xD0\x1E\x00\x14\x70\x28\x32\x3C\x46\x50\x5A\x64\x6E\x78\x82\x8C\x96"
                         "\xA0\xAA\xB4\xBE\xFC\xE8"), false, true, patched, 20);
}

static void bytes_and_truths_of_orc_are_those_of_its_specification(void **state) {
    struct spool s;
    struct an_err err;
    struct an_str bytes;
    AN_AUTO(an_buf) joined = {0};
    unsigned char byte;
    bool good, truth;
    (void) state;
    spool_begin(&s, AN_STR("\x00\x07\xFE\x44\x45"));
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(an_orc_run_byte(&s.stream, &byte, &good, &err), AN_OK);
        assert_true(good);
        assert_int_equal(byte, i < 3 ? 7 : 0x41 + i);
    }
    assert_int_equal(an_orc_run_byte(&s.stream, &byte, &good, &err), AN_OK);
    assert_false(good);
    spool_end(&s);
    spool_begin(&s, AN_STR("\xFF\x80"));
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(an_orc_truth(&s.stream, &truth, &good, &err), AN_OK);
        assert_true(good && truth == !i);
    }
    assert_int_equal(an_orc_truth(&s.stream, &truth, &good, &err), AN_OK);
    assert_false(good);
    spool_end(&s);
    // blocks that are as they were, and a value that lies in both
    spool_begin(&s, AN_STR("\x0B\0\0hello\x0B\0\0world"));
    s.file.packed = true;
    assert_int_equal(an_orc_bytes(&s.stream, 3, &joined, &bytes, &good, &err), AN_OK);
    assert_true(good && an_str_eq(bytes, AN_STR("hel")));
    assert_int_equal(an_orc_bytes(&s.stream, 4, &joined, &bytes, &good, &err), AN_OK);
    assert_true(good && an_str_eq(bytes, AN_STR("lowo")));
    assert_int_equal(an_orc_bytes(&s.stream, 4, &joined, &bytes, &good, &err), AN_OK);
    assert_false(good);
    spool_end(&s);
    spool_begin(&s, AN_STR("\x0D\0\0hello"));            // a block that goes over the end
    s.file.packed = true;
    assert_int_equal(an_orc_byte(&s.stream, &byte, &good, &err), AN_OK);
    assert_false(good);
    assert_int_equal(s.stream.fault, AN_INPUT);
    spool_end(&s);
}

#define TEXT(call, expected) do { \
        char out_[AN_TYPED_TEXT]; \
        size_t len_ = call; \
        assert_int_equal(len_, sizeof expected - 1); \
        assert_memory_equal(out_, expected, len_); \
    } while (0)

static void values_are_written_as_people_do(void **state) {
    (void) state;
    TEXT(an_typed_int(INT64_MIN, out_), "-9223372036854775808");
    TEXT(an_typed_int(0, out_), "0");
    TEXT(an_typed_uint(UINT64_MAX, out_), "18446744073709551615");
    TEXT(an_typed_real(13912345678.0, out_), "13912345678");
    TEXT(an_typed_real(0.1, out_), "0.1");
    TEXT(an_typed_float(0.1f, out_), "0.1");
    TEXT(an_typed_half(0x3C00, out_), "1");
    TEXT(an_typed_half(0xC100, out_), "-2.5");
    TEXT(an_typed_half(0x7C00, out_), "");
    TEXT(an_typed_date(0, out_), "1970-01-01");
    TEXT(an_typed_date(-719162, out_), "0001-01-01");
    TEXT(an_typed_date(2932897, out_), "2932897");
    TEXT(an_typed_moment(-1, 999000000, true, out_), "1969-12-31 23:59:59.999Z");
    TEXT(an_typed_moment(951782400, 0, false, out_), "2000-02-29 00:00:00");
    TEXT(an_typed_time(3661, 1, out_), "01:01:01.000000001");
    TEXT(an_typed_decimal(AN_STR("\xFF\x85"), 2, out_), "-1.23");
    TEXT(an_typed_decimal(AN_STR("\x01"), 5, out_), "0.00001");
    TEXT(an_typed_decimal(AN_STR("\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), 0, out_), "-170141183460469231731687303715884105728");
    TEXT(an_typed_decimal(AN_STR(""), 0, out_), "0");
    TEXT(an_typed_decimal_int(-5, 3, out_), "-0.005");
    TEXT(an_typed_uuid("\x12\x3e\x45\x67\xe8\x9b\x12\xd3\xa4\x56\x42\x66\x14\x17\x40\x00", out_),
         "123e4567-e89b-12d3-a456-426614174000");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thrift_reads_fields_in_order),
        cmocka_unit_test(thrift_passes_over_what_is_not_asked_for),
        cmocka_unit_test(thrift_that_lies_is_bad),
        cmocka_unit_test(runs_and_groups_are_unpacked),
        cmocka_unit_test(runs_that_lie_end_early),
        cmocka_unit_test(differences_are_added_up),
        cmocka_unit_test(differences_that_lie_are_bad),
        cmocka_unit_test(blocks_are_unpacked),
        cmocka_unit_test(protobuf_reads_fields),
        cmocka_unit_test(numbers_of_orc_are_those_of_its_specification),
        cmocka_unit_test(bytes_and_truths_of_orc_are_those_of_its_specification),
        cmocka_unit_test(values_are_written_as_people_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
