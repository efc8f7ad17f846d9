// Avro files: types, codecs, paths, and how they may be damaged.
#include "sink.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include "source/avro_codec.h"

static void add(struct an_buf *b, const void *p, size_t n) {
    struct an_err err;
    assert_int_equal(an_buf_add(b, (struct an_str) {p, n}, &err), AN_OK);
}

static void add_long(struct an_buf *b, int64_t n) {
    uint64_t folded = (uint64_t) n << 1 ^ (uint64_t) (n >> 63);
    do {
        unsigned char c = (unsigned char) ((folded & 0x7F) | (folded > 0x7F ? 0x80 : 0));
        add(b, &c, 1);
        folded >>= 7;
    } while (folded);
}

static void add_bytes(struct an_buf *b, const char *text) {
    add_long(b, (int64_t) strlen(text));
    add(b, text, strlen(text));
}

static const char sync_mark[] = "0123456789abcde\xFF";

static void add_head(struct an_buf *b, const char *schema, const char *codec) {
    add(b, "Obj\1", 4);
    add_long(b, codec ? 2 : 1);
    add_bytes(b, "avro.schema");
    add_bytes(b, schema);
    if (codec)
        add_bytes(b, "avro.codec");
    if (codec)
        add_bytes(b, codec);
    add_long(b, 0);
    add(b, sync_mark, 16);
}

static void add_block(struct an_buf *b, int64_t count, const struct an_buf *block) {
    add_long(b, count);
    add_long(b, (int64_t) block->len);
    if (block->len)
        add(b, block->ptr, block->len);
    add(b, sync_mark, 16);
}

static void check(const struct an_buf *b, const char *expected) { sink_check("a.avro", an_buf_str(b), expected); }

static void types_are_what_a_person_would_write(void **state) {
    static const char schema[] =
        "{\"type\":\"record\",\"name\":\"r\",\"namespace\":\"n\",\"fields\":[{\"name\":\"b\",\"type\":\"boolean\"},"
        "{\"name\":\"i\",\"type\":\"int\"},{\"name\":\"l\",\"type\":\"long\"},{\"name\":\"f\",\"type\":\"float\"},"
        "{\"name\":\"d\",\"type\":\"double\"},{\"name\":\"y\",\"type\":\"bytes\"},{\"name\":\"s\",\"type\":\"string\"},"
        "{\"name\":\"u\",\"type\":[\"null\",\"string\"]},{\"name\":\"v\",\"type\":[\"null\",\"string\"]},"
        "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"M\",\"F\"]}},"
        "{\"name\":\"x\",\"type\":{\"type\":\"fixed\",\"name\":\"x\",\"size\":4}},"
        "{\"name\":\"day\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},"
        "{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},"
        "{\"name\":\"before\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},"
        "{\"name\":\"hour\",\"type\":{\"type\":\"int\",\"logicalType\":\"time-millis\"}},"
        "{\"name\":\"far\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},"
        "{\"name\":\"id\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":18,\"scale\":0}},"
        "{\"name\":\"pay\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}},"
        "{\"name\":\"cent\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":3}},"
        "{\"name\":\"uuid\",\"type\":{\"type\":\"fixed\",\"name\":\"g\",\"size\":16,\"logicalType\":\"uuid\"}},"
        "{\"name\":\"again\",\"type\":\"n.e\"}]}";
    AN_AUTO(an_buf) b = {0};
    AN_AUTO(an_buf) o = {0};
    (void) state;
    add(&o, "\1", 1);
    add_long(&o, -7);
    add_long(&o, 110105195001010017);
    add(&o, "\xCD\xCC\xCC\x3D", 4);
    add(&o, "\0\0\0\0\0\0\xF8\x3F", 8);
    add_bytes(&o, "\xD5\xC5\xCE\xB0");          // 张伟 in GBK
    add_bytes(&o, "a \"b\"\n\\");
    add_long(&o, 0);
    add_long(&o, 1);
    add_bytes(&o, "13912345678");
    add_long(&o, 1);
    add(&o, "abcd", 4);
    add_long(&o, 19723);
    add_long(&o, 1704067199500000);
    add_long(&o, -1);
    add_long(&o, 3661000);
    add_long(&o, INT64_MAX);
    add_long(&o, 8);
    add(&o, "\x01\x87\x2c\x17\x6b\xf5\xd7\x61", 8);
    add_long(&o, 2);
    add(&o, "\xFF\x85", 2);
    add_long(&o, 1);
    add(&o, "\x05", 1);
    add(&o, "\0\1\2\3\4\5\6\7\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F", 16);
    add_long(&o, 0);
    add_head(&b, schema, NULL);
    add_block(&b, 1, &o);
    check(&b, "open a.avro avro -\ncolumns b|i|l|f|d|y|s|v|e|x|day|at|before|hour|far|id|pay|cent|uuid|again\n"
              "record 1@0 true|-7#|110105195001010017#|0.1#|1.5#|张伟|a \"b\"\n\\|13912345678|F|abcd|2024-01-01|"
              "2023-12-31 23:59:59|1969-12-31 23:59:59|01:01:01|9223372036854775807#|110105195001010017#|-1.23#|0.005#|"
              "00010203-0405-0607-0809-0a0b0c0d0e0f|M\nclose read 1332\n");
    sink_check_allocations("x", an_buf_str(&b));
    sink_check_failing("x", an_buf_str(&b));
}

static void records_and_paths_are_as_in_json(void **state) {
    static const char schema[] =
        "{\"type\":\"record\",\"name\":\"order\",\"fields\":[{\"name\":\"buyer\",\"type\":{\"type\":\"record\","
        "\"name\":\"person\",\"fields\":[{\"name\":\"phone\",\"type\":\"string\"},"
        "{\"name\":\"parent\",\"type\":[\"null\",\"person\"]}]}},"
        "{\"name\":\"items\",\"type\":{\"type\":\"array\",\"items\":\"person\"}},"
        "{\"name\":\"tags\",\"type\":{\"type\":\"map\",\"values\":\"long\"}}]}";
    AN_AUTO(an_buf) b = {0};
    AN_AUTO(an_buf) o = {0};
    (void) state;
    for (int i = 0; i < 2; i++) {
        add_bytes(&o, "p1");
        add_long(&o, 1);
        add_bytes(&o, "p2");
        add_long(&o, 0);
        add_long(&o, i ? -2 : 2);               // a run with its bytes before it, which nobody needs
        if (i)
            add_long(&o, 8);
        for (int k = 0; k < 2; k++) {
            add_bytes(&o, k ? "p4" : "p3");
            add_long(&o, 0);
        }
        add_long(&o, 0);
        add_long(&o, 1);
        add_bytes(&o, i ? "13912345678" : "age");
        add_long(&o, 30 + i);
        add_long(&o, 0);
    }
    add_head(&b, schema, "null");
    add_block(&b, 2, &o);
    check(&b, "open a.avro avro -\ncolumns buyer.phone|buyer.parent.phone|items.phone\nrecord 1@57 p3\nrecord 2@72 p4\n"
              "columns buyer.phone|buyer.parent.phone|items.phone|tags.age\nrecord 3@0 p1|p2|30#\nrecord 4@164 p3\n"
              "record 5@179 p4\ncolumns buyer.phone|buyer.parent.phone|items.phone|tags.age|tags.*\n"
              "record 6@203 13912345678|31#\nrecord 7@107 p1|p2\nclose read 429\n");
}

// What a codec makes of `bytes`, by other means than ours.
static void pack(const char *codec, const struct an_buf *bytes, struct an_buf *out) {
    char packed[4096];
    size_t used = 0;
    if (strcmp(codec, "null") == 0) {
        add(out, bytes->ptr, bytes->len);
    } else if (strcmp(codec, "deflate") == 0) {
        z_stream z = {0};
        void *from = bytes->ptr, *to = packed;
        assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
        z.next_in = from;
        z.avail_in = (uInt) bytes->len;
        z.next_out = to;
        z.avail_out = sizeof packed;
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        add(out, packed, sizeof packed - z.avail_out);
        (void) deflateEnd(&z);
    } else if (strcmp(codec, "snappy") == 0) {
        // a literal, and then the same again as copies of all three forms: 4 bytes, 60 bytes, and the rest
        const void *p = bytes->ptr;
        size_t half = bytes->len / 2;
        uint32_t check = __builtin_bswap32((uint32_t) crc32(0, p, (uInt) bytes->len));
        assert_true(half > 128 && half < 256 && memcmp(bytes->ptr, bytes->ptr + half, half) == 0);
        add(out, (unsigned char[]) {(unsigned char) (bytes->len | 0x80), (unsigned char) (bytes->len >> 7)}, 2);
        add(out, (unsigned char[]) {60 << 2, (unsigned char) (half - 1)}, 2);
        add(out, bytes->ptr, half);
        add(out, (unsigned char[]) {1, (unsigned char) half}, 2);
        add(out, (unsigned char[]) {2 | 59 << 2, (unsigned char) half, 0}, 3);
        for (size_t left = half - 64, n; left; left -= n) {
            n = left < 64 ? left : 64;
            add(out, (unsigned char[]) {(unsigned char) (3 | (n - 1) << 2), (unsigned char) half, 0, 0, 0}, 5);
        }
        add(out, &check, 4);
    } else {
        struct archive *a = archive_write_new();
        struct archive_entry *e = archive_entry_new();
        assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
        assert_int_equal((strcmp(codec, "xz") == 0 ? archive_write_add_filter_xz
                          : strcmp(codec, "bzip2") == 0 ? archive_write_add_filter_bzip2
                          : archive_write_add_filter_zstd)(a), ARCHIVE_OK);
        assert_int_equal(archive_write_set_bytes_in_last_block(a, 1), ARCHIVE_OK);
        assert_int_equal(archive_write_open_memory(a, packed, sizeof packed, &used), ARCHIVE_OK);
        archive_entry_set_filetype(e, AE_IFREG);
        assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
        assert_int_equal(archive_write_data(a, bytes->ptr, bytes->len), (la_ssize_t) bytes->len);
        assert_int_equal(archive_write_close(a), ARCHIVE_OK);
        archive_entry_free(e);
        assert_int_equal(archive_write_free(a), ARCHIVE_OK);
        add(out, packed, used);
    }
}

static const char *const codecs[] = {"null", "deflate", "snappy", "zstandard", "bzip2", "xz"};
static const char text_schema[] = "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"phone\",\"type\":\"string\"}]}";

static void every_codec_gives_the_same(void **state) {
    (void) state;
    for (size_t i = 0; i < AN_COUNT(codecs); i++) {
        AN_AUTO(an_buf) b = {0};
        AN_AUTO(an_buf) o = {0};
        AN_AUTO(an_buf) packed = {0};
        struct sink s;
        struct an_err err;
        for (int k = 0; k < 24; k++)
            add_bytes(&o, k % 12 ? "13912345678" : "13812345678");
        pack(codecs[i], &o, &packed);
        add_head(&b, text_schema, codecs[i]);
        add_block(&b, 24, &packed);
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "x", an_buf_str(&b), 0, &err), AN_OK);
        if (s.stores[0].status != AN_STORE_READ || s.stores[0].records != 24)
            fail_msg("%s: %s", codecs[i], sink_text(&s));
        assert_non_null(strstr(sink_text(&s), " 13812345678\nrecord 14@"));
        sink_end(&s);
        sink_check_truncations("x", an_buf_str(&b));
        sink_check_allocations("x", an_buf_str(&b));
        for (size_t at = b.len - 16 - packed.len; at < b.len - 16; at++) {      // no damage of a block is a crash
            AN_AUTO(an_buf) copy = {0};
            add(&copy, b.ptr, b.len);
            copy.ptr[at] = (char) ~copy.ptr[at];
            sink_begin(&s);
            assert_int_equal(sink_read(&s, "x", an_buf_str(&copy), 0, &err), AN_OK);
            sink_end(&s);
        }
    }
}

static void a_damaged_block_costs_itself(void **state) {
    static const struct { int64_t count, size; const char *bytes; size_t len; const char *trouble; uint64_t lost; } cases[] = {
        {1, 3, "\4abX", 4, "a block does not end as it should", AN_UNKNOWN_COUNT},
        {2, 3, "\4ab", 3, "a block does not hold what its schema says", 1},
        {1, 4, "\4abc", 4, "a block holds more than its objects", AN_UNKNOWN_COUNT},
        {5, 3, "\6ab", 3, "a block does not hold what its schema says", 5},
        {-1, 3, "\4ab", 3, "a block does not begin as one", AN_UNKNOWN_COUNT},
        {1, INT64_C(1) << 40, "\4ab", 3, "a block is longer than is held of one", AN_UNKNOWN_COUNT},
        {1, 1 << 20, "\4ab", 3, "ends in the middle of a block: get a whole copy", 1},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_buf) b = {0};
        AN_AUTO(an_buf) o = {0};
        struct sink s;
        struct an_err err;
        add_bytes(&o, "13912345678");
        add_head(&b, text_schema, NULL);
        add_block(&b, 1, &o);
        add_long(&b, cases[i].count);
        add_long(&b, cases[i].size);
        add(&b, cases[i].bytes, cases[i].len);
        add(&b, sync_mark, 16);
        add_block(&b, 1, &o);
        for (size_t step = 0; step < 4; step += 3) {
            sink_begin(&s);
            assert_int_equal(sink_read(&s, "x", an_buf_str(&b), step, &err), AN_OK);
            assert_string_equal(s.stores[0].trouble, cases[i].trouble);
            assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
            assert_int_equal(s.stores[0].unknown_lost ? AN_UNKNOWN_COUNT : s.stores[0].records_lost, cases[i].lost);
            assert_true(s.stores[0].records >= 2);          // those before and behind
            sink_end(&s);
        }
    }
}

static void a_header_that_cannot_be_read_is_told(void **state) {
    static const struct { const char *schema, *codec, *trouble; } cases[] = {
        {"{", NULL, "its schema is no JSON that can be read"},
        {"\"nobody\"", NULL, "its schema uses a type that it does not define"},
        {"{\"type\":\"record\",\"name\":\"r\"}", NULL, "a record in its schema has no list of fields"},
        {"{\"type\":\"fixed\",\"name\":\"r\",\"size\":-2}", NULL, "its schema has a type of an impossible size"},
        {"{\"type\":{}}", NULL, "a type in its schema does not say what it is"},
        {"{\"type\":\"array\"}", NULL, "a type is missing in its schema"},
        {"\"string\"", "lz4", "is packed in a way that this version does not know: write it with deflate"},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_buf) b = {0};
        struct sink s;
        struct an_err err;
        add_head(&b, cases[i].schema, cases[i].codec);
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "x", an_buf_str(&b), 0, &err), AN_OK);
        assert_string_equal(s.stores[0].trouble, cases[i].trouble);
        assert_int_equal(s.stores[0].status, AN_STORE_UNREAD);
        assert_true(s.stores[0].unknown_lost);
        sink_end(&s);
    }
    AN_AUTO(an_buf) deep = {0};
    AN_AUTO(an_buf) b = {0};
    struct sink s;
    struct an_err err;
    for (int i = 0; i < 300; i++)
        add(&deep, "{\"type\":\"array\",\"items\":", 24);
    add(&deep, "\"int\"", 5);
    for (int i = 0; i < 300; i++)
        add(&deep, "}", 1);
    add(&deep, "\0", 1);
    add_head(&b, deep.ptr, NULL);
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "x", an_buf_str(&b), 0, &err), AN_OK);
    assert_string_equal(s.stores[0].trouble, "its schema is nested more deeply than is followed");
    sink_end(&s);
}

static void what_would_never_end_does(void **state) {
    static const struct { const char *schema, *bytes; size_t len; int64_t count; const char *trouble; } cases[] = {
        {"{\"type\":\"record\",\"name\":\"r\",\"fields\":[]}", "", 0, INT64_MAX,
         "a block has more values without a byte than are followed"},
        {"{\"type\":\"array\",\"items\":\"null\"}", "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F\0", 10, 1,
         "a block has more values without a byte than are followed"},
        {"{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"r\",\"type\":\"r\"}]}", "", 0, 1,
         "a value is nested more deeply than is followed"},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_buf) b = {0};
        AN_AUTO(an_buf) o = {0};
        struct sink s;
        struct an_err err;
        add(&o, cases[i].bytes, cases[i].len);
        add_head(&b, cases[i].schema, NULL);
        add_block(&b, cases[i].count, &o);
        sink_begin(&s);
        s.quiet = true;
        assert_int_equal(sink_read(&s, "x", an_buf_str(&b), 0, &err), AN_OK);
        assert_string_equal(s.stores[0].trouble, cases[i].trouble);
        sink_end(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_what_a_person_would_write),
        cmocka_unit_test(records_and_paths_are_as_in_json),
        cmocka_unit_test(every_codec_gives_the_same),
        cmocka_unit_test(a_damaged_block_costs_itself),
        cmocka_unit_test(a_header_that_cannot_be_read_is_told),
        cmocka_unit_test(what_would_never_end_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
