#include "unit.h"

#include <fcntl.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "sink.h"
#include "source/source.h"
#include "source/walk.h"

static void the_table_is_sorted_and_full(void **state) {
    (void) state;
    assert_true(an_source_count >= 3);
    for (size_t i = 0; i < an_source_count; i++) {
        const struct an_source *s = an_sources[i];
        assert_true(s->name && s->title.en && s->title.zh && s->spec && s->sniff && s->read);
        if (i && strcmp(an_sources[i - 1]->name, s->name) >= 0)
            fail_msg("%s is not in order", s->name);
    }
    assert_null(an_sources[an_source_count]);
}

static void lines_of_text_are_records(void **state) {
    (void) state;
    sink_check("a.log", AN_STR("one\ntwo\n\nfour"),
               "open a.log text utf-8\nline 1 one\nline 2 two\nline 3 \nline 4 four\nclose read 13\n");
    sink_check("dir/mac.txt", AN_STR("one\rtwo\r"),
               "open dir/mac.txt text utf-8\nline 1 one\nline 2 two\nclose read 8\n");
    sink_check("bom", AN_STR("\xEF\xBB\xBFx\n"), "open bom text utf-8\nline 1 x\nclose read 5\n");
}

static void an_empty_store_is_read_and_holds_nothing(void **state) {
    (void) state;
    sink_check("empty.csv", AN_STR(""), "open empty.csv text utf-8\nclose read 0\n");
    sink_check("bom.csv", AN_STR("\xEF\xBB\xBF"), "open bom.csv text utf-8\nclose read 3\n");
}

static void rows_of_csv_are_records(void **state) {
    (void) state;
    sink_check("a.csv", AN_STR("id,name,phone\n1,\"x, y\",13900001234\n\n2,z,13900001235\n"),
               "open a.csv csv utf-8\ncolumns id|name|phone\nrecord 1@14 1|x, y|13900001234\n"
               "record 2@36 2|z|13900001235\nclose read 52\n");
    sink_check("no-header", AN_STR("1,x,13900001234\n2,y,13900001235\n3,z,13900001236\n"),
               "open no-header csv utf-8\ncolumns 1|2|3\nrecord 1@0 1|x|13900001234\n"
               "record 2@16 2|y|13900001235\n"
               "record 3@32 3|z|13900001236\nclose read 48\n");
    sink_check("one.csv", AN_STR("phone\r\n13900001234\r\n"),
               "open one.csv csv utf-8\ncolumns phone\nrecord 1@7 13900001234\nclose read 20\n");
}

static void tables_of_old_macs_are_read(void **state) {
    (void) state;
    sink_check("a.csv", AN_STR("id,name,phone\r1,\"x\ny\",13900001234\r\r2,z,13900001235\r"),
               "open a.csv csv utf-8\ncolumns id|name|phone\nrecord 1@14 1|x\ny|13900001234\n"
               "record 2@35 2|z|13900001235\nclose read 51\n");
    sink_check("a.txt", AN_STR("\xD0\xD5\xC3\xFB\tphone\r\xD5\xC5\xC8\xFD\t13900001234\r\xC0\xEE\xCB\xC4\t13900001235"),
               "open a.txt csv gb18030\ncolumns 姓名|phone\nrecord 1@11 张三|13900001234\n"
               "record 2@28 李四|13900001235\nclose read 44\n");
    static const char wide[] = "\xFF\xFE" "i\0d\0\t\0p\0\r\0" "1\0\t\0" "\x20\x5F" "1\0\r\0" "2\0\t\0" "9\0";
    sink_check("a.tsv", (struct an_str) {wide, sizeof wide - 1},
               "open a.tsv csv utf-16le\ncolumns id|p\nrecord 1@12 1|张1\nrecord 2@22 2|9\nclose read 28\n");
}

static void carriage_returns_in_a_table_of_line_feeds_end_no_row(void **state) {
    (void) state;
    sink_check("a.csv", AN_STR("id,name,phone\n1,x\ry\rz,13900001234\n2,z,13900001235\n"),
               "open a.csv csv utf-8\ncolumns id|name|phone\nrecord 1@14 1|x\ry\rz|13900001234\n"
               "record 2@34 2|z|13900001235\nclose read 50\n");
}

static void a_first_row_that_may_be_a_record_is_given_as_one(void **state) {
    (void) state;
    sink_check("a.csv", AN_STR("bob,paris\nalice,rome\n"),
               "open a.csv csv utf-8\ncolumns bob|paris\nrecord 1@0 bob|paris\nrecord 2@10 alice|rome\n"
               "close read 21\n");
}

static void ragged_rows_are_loose_and_told_once(void **state) {
    (void) state;
    sink_check("a.csv",
               AN_STR("id,phone\n1,13900001234\n2\n3,13900001235,x\n4,13900001236,,\n5,13900001237\n"),
               "open a.csv csv utf-8\ncolumns id|phone\nrecord 1@9 1|13900001234\nrecord 2@23 2 loose\n"
               "record 3@25 3|13900001235|x loose\nrecord 4@41 4|13900001236\nrecord 5@57 5|13900001237\n"
               "trouble input@23 2 2 rows do not have the 2 cells of the others; what is in them was read, "
               "but not told apart by column\nclose partly 71\n");
}

static void an_unbalanced_quote_costs_its_line_only(void **state) {
    (void) state;
    sink_check("a.csv", AN_STR("id,name\n1,\"open\n2,b\n3,c\n"),
               "open a.csv csv utf-8\ncolumns id|name\n"
               "trouble input@8 1 a quote opens and does not close; its line was read as if it were "
               "not there\n"
               "record 1@8 1|\"open loose\nrecord 2@16 2|b\nrecord 3@20 3|c\nclose partly 24\n");
}

static void many_unbalanced_quotes_are_told_together(void **state) {
    (void) state;
    AN_AUTO(an_buf) text = {0};
    struct an_err err;
    assert_int_equal(an_buf_add(&text, AN_STR("id,name\n"), &err), AN_OK);
    for (int i = 0; i < 50; i++)
        assert_int_equal(an_buf_addf(&text, &err, "%d,\"open\n", i), AN_OK);
    struct sink s;
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.csv", an_buf_str(&text), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].records, 50);
    assert_int_equal(s.stores[0].records_lost, 50);
    assert_int_equal(s.stores[0].troubles, 9);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    sink_end(&s);
}

static void mixed_and_damaged_lines_are_told(void **state) {
    (void) state;
    sink_check("a.log", AN_STR("张三 1\n\xD5\xC5\xC8\xFD 2\nbad \xFF 3\n李四 4\n"),
               "open a.log text utf-8\nline 1 张三 1\nline 2 张三 2\nline 3 bad \xEF\xBF\xBD 3\n"
               "line 4 李四 4\n"
               "trouble input@9 0 1 lines are gb18030 where the rest is utf-8; each was decoded as "
               "what it is\n"
               "trouble input@20 0 1 lines hold bytes that are no utf-8; they were read with U+FFFD in "
               "their place; "
               "export the data again, in one encoding\nclose partly 33\n");
}

static void zero_bytes_are_told_once(void **state) {
    (void) state;
    static const char text[] = "a line of a log\nsecond \0line of the log\nthird line of the log\n"
                               "fourth \0line of the log\n";
    struct sink s;
    struct an_err err;
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.log", (struct an_str) {text, sizeof text - 1}, 0, &err), AN_OK);
    assert_int_equal(s.stores[0].records, 4);
    assert_int_equal(s.stores[0].troubles, 1);
    assert_int_equal(s.stores[0].first_trouble_offset, 23);
    assert_int_equal(s.stores[0].records_lost, 0);
    sink_end(&s);
}

static void utf16_tables_are_read(void **state) {
    (void) state;
    static const char text[] = "\xFF\xFE" "i\0d\0\t\0p\0\r\0\n\0" "1\0\t\0" "\x20\x5F" "1\0\r\0\n"
                               "\0" "2\0\t\0" "9\0";
    sink_check("a.tsv", (struct an_str) {text, sizeof text - 1},
               "open a.tsv csv utf-16le\ncolumns id|p\nrecord 1@14 1|张1\nrecord 2@26 2|9\nclose read 32\n");
}

static struct sink_store read_one(const char *uri, struct an_str data) {
    struct sink s;
    struct an_err err = {0};
    sink_begin(&s);
    s.quiet = true;
    if (sink_read(&s, uri, data, 0, &err))
        fail_msg("%s", err.text);
    assert_int_equal(s.count, 1);
    return s.stores[0];
}

static void programs_and_images_are_skipped(void **state) {
    (void) state;
    static const char elf[] = "\x7F" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0call 13900001234 now\0\1\0\0\0abc\0";
    struct sink_store s = read_one("prog", (struct an_str) {elf, sizeof elf - 1});
    assert_string_equal(s.format, "binary");
    assert_int_equal(s.status, AN_STORE_SKIPPED);
    assert_string_equal(s.why, "it is a program, which holds no records by its nature");
    assert_int_equal(s.records, 1);
    s = read_one("x.bmp", AN_STR("BM\x36\0\0\0\0\0\0\0\x36\0\0\0\xFF\xFE\x80"));
    assert_int_equal(s.status, AN_STORE_SKIPPED);
}

static void formats_that_hold_records_are_unread_and_named(void **state) {
    (void) state;
    struct sink_store s = read_one("a.doc", AN_STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0"));
    assert_int_equal(s.status, AN_STORE_UNREAD);
    assert_string_equal(s.trouble, "it is a compound file that is damaged, or holds a document that is not known, "
                                   "which this version cannot read; export its tables as CSV or its text as UTF-8");
    assert_true(s.unknown_lost);
    s = read_one("a.parquet", AN_STR("PAR1\0\0\1\x15\0\0\0\0\0\0"));
    assert_int_equal(s.status, AN_STORE_UNREAD);
    s = read_one("a.pst", AN_STR("!BDN\x11\x22\x33\x44SM\x17\0\x13\0\1\1\xFF"));
    assert_string_equal(s.trouble, "it is an Outlook store (PST or OST), which this version cannot read; "
                                   "make it mbox with readpst -r, or export it from Outlook");
    s = read_one("secret", AN_STR("\x01\x9A\0\xFF\xFE\x07\x13\x88\x90\x01\0\0\x0E\x11\xF2"));
    assert_int_equal(s.status, AN_STORE_UNREAD);
    assert_non_null(strstr(s.trouble, "no format this version knows"));
}

static void runs_in_binaries_do_not_depend_on_reads(void **state) {
    (void) state;
    sink_check("x", AN_STR("\x7F" "ELF\0\1\2phone 13900001234\0short\0\0张三 abc\xE5\xBC\0\xFFlast one"),
               "open x binary -\nline 1 phone 13900001234\nline 2 张三 abc\nline 3 last one\n"
               "close skipped 54\n");
}

static void every_beginning_of_a_store_is_read(void **state) {
    (void) state;
    sink_check_truncations("a.csv",
                           AN_STR("id,姓名,phone\n1,\"x, \"\"y\"\"\",=\"139\"\r\n2,\"z\nz\",13900001235\n"));
    sink_check_truncations("a.csv", AN_STR("id,\xD0\xD5\xC3\xFB\n1,\xD5\xC5\xC8\xFD\n2,\xC0\xEE\xCB\xC4\n"));
    sink_check_truncations("a.txt", AN_STR("\xFF\xFE" "i\0d\0\n\0" "\x3D\xD8\x00\xDE" "1\0\n\0"));
    sink_check_truncations("a.log", AN_STR("张三\n\xD5\xC5\xC8\xFD\n\xF0\x9F\x98\x80\n"));
    sink_check_truncations("a.bin", AN_STR("\x7F" "ELF\0\1\2phone 13900001234\0张三 abc\xE5\xBC\0"));
}

static void a_broken_input_is_partly_read(void **state) {
    (void) state;
    struct an_str text = AN_STR("id,phone\n1,13900001234\n2,13900001235\n3,13900001236\n");
    for (size_t at = 0; at <= text.len; at++) {
        struct sink s;
        struct an_err err;
        struct memory memory = {.data = text, .step = 5, .breaks = true, .break_at = at};
        struct an_input input = {.uri = AN_STR("a.csv"), .arg = &memory, .read = memory_read};
        sink_begin(&s);
        struct an_reading reading = {.sink = &s.sink};
        assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
        assert_int_equal(s.count, 1);
        assert_int_equal(s.stores[0].status, at ? AN_STORE_PARTLY : AN_STORE_UNREAD);
        char want[64];
        (void) snprintf(want, sizeof want, "trouble io@%zu 0 the disk broke as asked\n", at);
        assert_non_null(strstr(sink_text(&s), want));
        assert_true(s.stores[0].unknown_lost);
        sink_end(&s);
    }
}

static void a_failing_sink_stops_the_reading(void **state) {
    (void) state;
    static const char *const texts[] = {"id,phone\n1,\"open\n2,13900001235,x\n", "a line\nand \xFF another\n",
                                        "\177ELF\1\1abcdefgh\1",
                                        "%PDF-1.4 abcdef"};
    for (size_t i = 0; i < AN_COUNT(texts); i++)
        sink_check_failing("a.csv", an_str_from_c(texts[i]));
}

static void every_allocation_may_fail(void **state) {
    (void) state;
    static const char *const texts[] = {"id,phone\n1,\"x\"\"y\"\n2,13900001235,x\n",
                                        "a line\n张\n\xD5\xC5\xC8\xFD\n", "\177ELF\1\1abcdefgh\1"};
    for (size_t i = 0; i < AN_COUNT(texts); i++)
        sink_check_allocations("a.csv", an_str_from_c(texts[i]));
}

// Numbers between commas in one line far longer than the limit: not one may be lost or made up.
static void a_line_over_the_limit_is_read_in_pieces(void **state) {
    (void) state;
    AN_AUTO(an_buf) text = {0};
    struct an_err err;
    enum { NUMBERS = 40000 };
    for (int i = 0; i < NUMBERS; i++)
        assert_int_equal(an_buf_addf(&text, &err, "张139%08d ", i), AN_OK);
    for (int wide = 0; wide < 2; wide++) {
        AN_AUTO(an_buf) raw = {0};
        if (wide) {
            raw.ptr = an_alloc(text.len * 2);
            assert_non_null(raw.ptr);
            iconv_t cd = iconv_open("GB18030", "UTF-8");
            char *in = text.ptr, *out = raw.ptr;
            size_t left = text.len, room = text.len * 2;
            assert_int_equal(iconv(cd, &in, &left, &out, &room), 0);
            iconv_close(cd);
            raw.len = (size_t) (out - raw.ptr);
        }
        struct sink s;
        sink_begin(&s);
        struct memory memory = {.data = an_buf_str(wide ? &raw : &text), .step = 5000};
        struct an_input input = {.uri = AN_STR("a.log"), .arg = &memory, .read = memory_read};
        struct an_reading reading = {.sink = &s.sink, .limits = {.record_bytes = 20000}};
        assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
        assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
        assert_int_equal(s.stores[0].first_trouble_code, AN_LIMIT);
        assert_int_equal(s.stores[0].records_lost, 0);
        assert_true(s.stores[0].records > 1);
        const char *p = sink_text(&s);
        for (int i = 0; i < NUMBERS; i++) {
            char number[32];
            (void) snprintf(number, sizeof number, "张139%08d ", i);
            p = strstr(p, number);
            if (!p)
                fail_msg("%s is missing", number);
        }
        sink_end(&s);
    }
}

// A run of digits without end is cut somewhere; its rest may not look like a number that was not there.
static void a_cut_word_leaves_no_shorter_word(void **state) {
    (void) state;
    AN_AUTO(an_buf) text = {0};
    struct an_err err;
    for (int i = 0; i < 3000; i++)
        assert_int_equal(an_buf_add(&text, AN_STR("12345678901"), &err), AN_OK);
    assert_int_equal(an_buf_add(&text, AN_STR(" 13900001234 end"), &err), AN_OK);
    struct sink s;
    sink_begin(&s);
    struct memory memory = {.data = an_buf_str(&text), .step = 100};
    struct an_input input = {.uri = AN_STR("a.log"), .arg = &memory, .read = memory_read};
    struct an_reading reading = {.sink = &s.sink, .limits = {.record_bytes = 2000}};
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    struct an_str log = an_str_from_c(sink_text(&s)), line;
    assert_non_null(strstr(log.ptr, " 13900001234 end"));
    size_t pieces = 0;
    while (an_str_next(&log, '\n', &line)) {
        size_t run = 0;
        for (size_t i = 7; line.len > 7 && memcmp(line.ptr, "line", 4) == 0 && i <= line.len; i++) {
            if (i < line.len && line.ptr[i] >= '0' && line.ptr[i] <= '9') {
                run++;
                continue;
            }
            if (run && run != 11 && run < 2000)
                fail_msg("a run of %zu digits", run);
            pieces += run >= 2000;
            run = 0;
        }
    }
    assert_true(pieces > 0);
    sink_end(&s);
}

static void text_in_any_step_is_the_same(void **state) {
    (void) state;
    uint64_t seed = 4711;
    static const char *const pieces[] = {"a,b", "\n", "张三", "\xD5\xC5\xC8\xFD", "\xFF", "\"", ",",
                                         "13900001234", "\r\n", "\"\""};
    for (int round = 0; round < 600; round++) {
        AN_AUTO(an_buf) text = {0};
        struct an_err err;
        for (int i = 0; i < 60; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            const char *piece = pieces[(seed >> 33) % AN_COUNT(pieces)];
            bool old_mac = round % 4 > 1 && strchr(piece, '\n');
            assert_int_equal(an_buf_add(&text, an_str_from_c(old_mac ? "\r" : piece), &err), AN_OK);
        }
        struct sink a, b;
        sink_begin(&a);
        sink_begin(&b);
        const char *uri = round % 2 ? "a.csv" : "a.log";
        assert_int_equal(sink_read(&a, uri, an_buf_str(&text), 0, &err), AN_OK);
        assert_int_equal(sink_read(&b, uri, an_buf_str(&text), 1 + (seed >> 40) % 20, &err), AN_OK);
        assert_string_equal(sink_text(&a), sink_text(&b));
        sink_end(&a);
        sink_end(&b);
    }
}

// Text larger than a block, in every mode: rows that cross blocks are whole, and are where they say they are.
static void large_tables_are_whole_and_their_offsets_right(void **state) {
    (void) state;
    static const char *const names[] = {"row", "行", "\xD0\xD0"};
    for (size_t mode = 0; mode < 2 * AN_COUNT(names); mode++) {
        AN_AUTO(an_buf) text = {0};
        struct an_err err;
        const char *name = names[mode % AN_COUNT(names)];
        char end = mode < AN_COUNT(names) ? '\n' : '\r';
        assert_int_equal(an_buf_addf(&text, &err, "id,%s,phone%c", name, end), AN_OK);
        enum { ROWS = 30000 };
        for (int i = 0; i < ROWS; i++)
            assert_int_equal(an_buf_addf(&text, &err, "%d,%s \"\"%d,139%08d%c", i, name, i, i, end), AN_OK);
        struct sink s;
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "a.csv", an_buf_str(&text), mode == 1 ? 10007 : 0, &err), AN_OK);
        assert_int_equal(s.stores[0].records, ROWS);
        assert_int_equal(s.stores[0].values, 3 * ROWS);
        assert_int_equal(s.stores[0].status, AN_STORE_READ);
        struct an_str log = an_str_from_c(sink_text(&s)), line;
        int rows = 0;
        while (an_str_next(&log, '\n', &line)) {
            unsigned long long number, offset;
            char head[64], want[32];
            sink_copy(head, sizeof head, line);
            if (sscanf(head, "record %llu@%llu ", &number, &offset) != 2)
                continue;
            int n = snprintf(want, sizeof want, "%llu,", number - 1);
            assert_memory_equal(text.ptr + offset, want, (size_t) n);
            rows++;
        }
        assert_int_equal(rows, ROWS);
        sink_end(&s);
    }
}

struct sample { const char *path, *format,
                *encoding; uint64_t records; size_t columns; enum an_store_status status; };

static void samples_give_the_rows_they_are_known_to_have(void **state) {
    (void) state;
    static const struct sample samples[] = {
        {"cn/customers_gb18030.csv", "csv", "gb18030", 5000, 9, AN_STORE_READ},
        {"cn/hr_utf16le.txt", "csv", "utf-16le", 300, 6, AN_STORE_READ},
        {"cn/fullwidth_utf8bom.csv", "csv", "utf-8", 200, 4, AN_STORE_READ},
        {"cn/app.log", "text", "utf-8", 5000, 0, AN_STORE_READ},
        {"cn_real/area_codes.csv", "csv", "utf-8", 2978, 4, AN_STORE_READ},
        {"cn_real/csv2json_gbk.csv", "csv", "gb18030", 4, 5, AN_STORE_READ},
        {"cn_real/csv2json_utf8.csv", "csv", "utf-8", 4, 5, AN_STORE_READ},
        {"cn_real/listed_companies_rank_gbk.csv", "csv", "gb18030", 3454, 3, AN_STORE_READ},
        {"docs/easyexcel_demo.csv", "csv", "utf-8", 10, 3, AN_STORE_READ},
        {"docs/easyexcel_no_bom.csv", "csv", "utf-8", 10, 2, AN_STORE_READ},
        {"docs/easyexcel_office_bom.csv", "csv", "utf-8", 10, 2, AN_STORE_READ},
        {"leak/combo_email_pass.txt", "text", "utf-8", 2000, 0, AN_STORE_READ},
        {"leak/phone_dash_gbk.txt", "text", "gb18030", 1000, 0, AN_STORE_READ},
        {"leak/sha1_phone_sorted.txt", "text", "utf-8", 2000, 0, AN_STORE_READ},
        {"logs/Apache_2k.log", "text", "utf-8", 2000, 0, AN_STORE_READ},
        {"logs/OpenSSH_2k.log", "text", "utf-8", 2000, 0, AN_STORE_READ},
        {"tables/Graph.Customers_utf16le.tsv", "csv", "utf-16le", 663, 31, AN_STORE_PARTLY},   // zero bytes
        {"tables/FakeNameGenerator_100.csv", "csv", "utf-8", 100, 45, AN_STORE_READ},
        {"tables/splink_fake_1000.csv", "csv", "utf-8", 1000, 7, AN_STORE_READ},
    };
    size_t seen = 0;
    for (size_t i = 0; i < AN_COUNT(samples); i++) {
        char path[1024];
        if (!sink_sample(path, samples[i].path))
            continue;
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        s.quiet = true;
        uint64_t progress = 0;
        struct an_reading reading = {.sink = &s.sink, .progress = &progress};
        assert_int_equal(an_source_read_path(&reading, an_str_from_c(path), &err), AN_OK);
        const struct sink_store *store = &s.stores[0];
        print_message("# %s: %s %s, %llu records, %zu columns, %s %s\n", samples[i].path, store->format,
                      store->encoding,
                      (unsigned long long) store->records, store->columns,
                          an_store_status_name(store->status), store->trouble);
        assert_int_equal(s.count, 1);
        assert_string_equal(store->format, samples[i].format);
        assert_string_equal(store->encoding, samples[i].encoding);
        assert_int_equal(store->records, samples[i].records);
        assert_int_equal(store->columns, samples[i].columns);
        assert_int_equal(store->status, samples[i].status);
        assert_int_equal(store->bytes, progress);
        seen++;
    }
    if (!seen)
        return;                         // not at hand; cmocka's skip() counts as a failure in TAP
}

struct tree { char root[64]; };

static int make_tree(void **state) {
    struct tree *t = calloc(1, sizeof *t);
    if (!t)
        return -1;
    (void) snprintf(t->root, sizeof t->root, "/tmp/anshen-walk-XXXXXX");
    *state = t;
    return mkdtemp(t->root) ? 0 : -1;
}

static int remove_tree(void **state) {
    struct tree *t = *state;
    char command[128];
    (void) snprintf(command, sizeof command, "rm -rf '%s'", t->root);
    int failed = system(command);
    free(t);
    return failed;
}

static const char *in_tree(const struct tree *t, const char *name, char buf[static 512]) {
    (void) snprintf(buf, 512, "%s/%s", t->root, name);
    return buf;
}

static void write_file(const struct tree *t, const char *name, const char *text) {
    char path[512];
    FILE *f = fopen(in_tree(t, name, path), "wb");
    assert_non_null(f);
    (void) fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

// The list as text: names below the root, a line each; '!' for trouble, '~' for what is skipped.
static void check_walk(const struct tree *t, const char *const *names, size_t count, const char *want) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) got = {0};
    struct an_str paths[8];
    char store[8][512];
    struct an_err err = {0};
    assert_true(count <= 8);
    for (size_t i = 0; i < count; i++)
        paths[i] = an_str_from_c(strcmp(names[i], "-") ? in_tree(t, names[i], store[i]) : "-");
    struct an_found_list list;
    if (an_walk(paths, count, &arena, &list, &err))
        fail_msg("%s", err.text);
    assert_int_equal(an_buf_addf(&got, &err, "%s", ""), AN_OK);
    for (size_t i = 0; i < list.count; i++) {
        const struct an_found *f = &list.items[i];
        assert_int_equal(f->path.ptr[f->path.len], 0);
        assert_true(!f->skip || f->trouble.len);
        size_t root = strlen(t->root) + 1;
        struct an_str below = f->path.len > root ? an_str_slice(f->path, root, f->path.len) : f->path;
        assert_int_equal(an_buf_addf(&got, &err, "%s%.*s\n", f->skip ? "~" : f->trouble.len ? "!" : "",
                                     AN_STR_ARG(below)), AN_OK);
    }
    if (!an_str_eq(an_buf_str(&got), an_str_from_c(want)))
        fail_msg("got\n%.*swanted\n%s", AN_STR_ARG(got), want);
}
#define CHECK_WALK(t, want, ...) do { \
        static const char *const names_[] = {__VA_ARGS__}; \
        check_walk(t, names_, AN_COUNT(names_), want); \
    } while (0)

static void a_walk_finds_files_sorted(void **state) {
    const struct tree *t = *state;
    char path[512];
    write_file(t, "b.csv", "x");
    write_file(t, "a.csv", "x");
    assert_int_equal(mkdir(in_tree(t, "sub", path), 0700), 0);
    write_file(t, "sub/z", "");
    write_file(t, "sub/new\nline", "");
    write_file(t, ".hidden", "");
    CHECK_WALK(t, ".hidden\na.csv\nb.csv\nsub/new\nline\nsub/z\n", "");
    CHECK_WALK(t, "a.csv\nsub/new\nline\nsub/z\n", "sub", "a.csv", "sub/");
    CHECK_WALK(t, "-\n", "-", "-");
}

static void a_walk_gives_a_file_once(void **state) {
    const struct tree *t = *state;
    char a[512], b[512];
    write_file(t, "one", "x");
    assert_int_equal(link(in_tree(t, "one", a), in_tree(t, "two", b)), 0);
    assert_int_equal(symlink("one", in_tree(t, "three", a)), 0);
    CHECK_WALK(t, "one\n", "");
    CHECK_WALK(t, "one\n", "two", "one");
    CHECK_WALK(t, "one\n", "three");
    CHECK_WALK(t, "one\n", "three", "one", "");
}

static void a_walk_does_not_follow_links(void **state) {
    const struct tree *t = *state;
    char a[512];
    assert_int_equal(mkdir(in_tree(t, "in", a), 0700), 0);
    assert_int_equal(mkdir(in_tree(t, "out", a), 0700), 0);
    write_file(t, "in/file", "x");
    write_file(t, "out/other", "x");
    assert_int_equal(symlink("../in", in_tree(t, "in/cycle", a)), 0);
    assert_int_equal(symlink("file", in_tree(t, "in/same", a)), 0);
    assert_int_equal(symlink("../out", in_tree(t, "in/outside", a)), 0);
    assert_int_equal(symlink("nothing", in_tree(t, "in/dangling", a)), 0);
    assert_int_equal(symlink("loop", in_tree(t, "in/loop", a)), 0);
    assert_int_equal(symlink("/dev/null", in_tree(t, "in/null", a)), 0);
    CHECK_WALK(t, "!in/dangling\nin/file\n!in/loop\n~in/null\n!in/outside\n", "in");
    CHECK_WALK(t, "!in/dangling\nin/file\n!in/loop\n~in/null\nout/other\n", "in", "out");
    // a folder is walked into through a link that was given
    assert_int_equal(symlink("out", in_tree(t, "given", a)), 0);
    CHECK_WALK(t, "given/other\n", "given");
}

static void sockets_and_pipes_are_passed_over(void **state) {
    const struct tree *t = *state;
    char a[512];
    write_file(t, "file", "x");
    assert_int_equal(mkfifo(in_tree(t, "pipe", a), 0600), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void) snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", t->root);
    assert_int_equal(bind(fd, (const struct sockaddr *) &address, sizeof address), 0);
    CHECK_WALK(t, "file\n~pipe\n~socket\n", "");
    (void) close(fd);
}

static void what_may_not_be_read_is_told(void **state) {
    const struct tree *t = *state;
    if (geteuid() == 0)
        return;                         // not at hand; cmocka's skip() counts as a failure in TAP
    char a[512];
    write_file(t, "closed", "x");
    assert_int_equal(chmod(in_tree(t, "closed", a), 0), 0);
    assert_int_equal(mkdir(in_tree(t, "locked", a), 0), 0);
    CHECK_WALK(t, "!closed\n!locked\n", "");
}

static void a_path_that_is_not_there_is_refused(void **state) {
    const struct tree *t = *state;
    char a[512];
    AN_AUTO(an_arena) arena = {0};
    struct an_found_list list;
    struct an_err err;
    struct an_str path = an_str_from_c(in_tree(t, "none", a));
    assert_int_equal(an_walk(&path, 1, &arena, &list, &err), AN_USAGE);
    path = AN_STR("");
    assert_int_equal(an_walk(&path, 1, &arena, &list, &err), AN_USAGE);
}

static struct sink_store read_path(const char *path, enum an_code *ret_code) {
    struct sink s;
    struct an_err err;
    sink_begin(&s);
    s.quiet = true;
    struct an_reading reading = {.sink = &s.sink};
    *ret_code = an_source_read_path(&reading, an_str_from_c(path), &err);
    return s.stores[0];
}

static void files_that_cannot_be_read_are_unread_stores(void **state) {
    const struct tree *t = *state;
    char a[512];
    enum an_code code;
    struct sink_store s = read_path(in_tree(t, "none", a), &code);
    assert_int_equal(code, AN_OK);
    assert_int_equal(s.status, AN_STORE_UNREAD);
    assert_true(s.unknown_lost);
    write_file(t, "file", "x\n");
    assert_int_equal(symlink("file", in_tree(t, "link", a)), 0);
    s = read_path(in_tree(t, "link", a), &code);
    assert_int_equal(s.status, AN_STORE_UNREAD);
    assert_string_equal(s.trouble, "is a symbolic link, which is not followed");
    assert_int_equal(mkfifo(in_tree(t, "pipe", a), 0600), 0);
    s = read_path(in_tree(t, "pipe", a), &code);
    assert_int_equal(s.status, AN_STORE_UNREAD);
    s = read_path(t->root, &code);
    assert_int_equal(s.status, AN_STORE_UNREAD);
    s = read_path(in_tree(t, "file", a), &code);
    assert_int_equal(s.status, AN_STORE_READ);
    assert_int_equal(s.records, 1);
}

struct growing { struct sink sink; const struct tree *tree; };

static enum an_code grow_on_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    struct growing *g = arg;
    char path[512];
    FILE *f = fopen(in_tree(g->tree, "log", path), "ab");
    assert_non_null(f);
    (void) fputs("one more line\n", f);
    (void) fclose(f);
    return sink_on_open(&g->sink, info, err);
}

static enum an_code grow_lines(void *arg, struct an_str block, uint64_t first, uint64_t offset,
                               struct an_err *err) {
    return sink_on_lines(&((struct growing *) arg)->sink, block, first, offset, err);
}

static enum an_code grow_trouble(void *arg, const struct an_trouble *trouble, struct an_err *err) {
    return sink_on_trouble(&((struct growing *) arg)->sink, trouble, err);
}

static enum an_code grow_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why,
                               struct an_err *err) {
    return sink_on_close(&((struct growing *) arg)->sink, status, bytes, why, err);
}

static void a_file_that_changes_while_it_is_read_is_partly_read(void **state) {
    const struct tree *t = *state;
    char path[512];
    AN_AUTO(an_buf) text = {0};
    struct an_err err;
    for (int i = 0; i < 20000; i++)
        assert_int_equal(an_buf_addf(&text, &err, "line %d of a log\n", i), AN_OK);
    assert_int_equal(an_buf_add(&text, (struct an_str) {"\0", 1}, &err), AN_OK);
    text.len--;
    write_file(t, "log", text.ptr);
    struct growing g = {.tree = t};
    sink_begin(&g.sink);
    g.sink.quiet = true;
    const struct an_sink sink = {&g, grow_on_open, NULL, NULL, grow_lines, grow_trouble, grow_close, NULL};
    struct an_reading reading = {.sink = &sink};
    assert_int_equal(an_source_read_path(&reading, an_str_from_c(in_tree(t, "log", path)), &err), AN_OK);
    assert_int_equal(g.sink.stores[0].status, AN_STORE_PARTLY);
    assert_non_null(strstr(g.sink.stores[0].trouble, "changed while it was read"));
    assert_int_equal(g.sink.stores[0].records, 20000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_sorted_and_full),
        cmocka_unit_test(lines_of_text_are_records),
        cmocka_unit_test(an_empty_store_is_read_and_holds_nothing),
        cmocka_unit_test(rows_of_csv_are_records),
        cmocka_unit_test(tables_of_old_macs_are_read),
        cmocka_unit_test(carriage_returns_in_a_table_of_line_feeds_end_no_row),
        cmocka_unit_test(a_first_row_that_may_be_a_record_is_given_as_one),
        cmocka_unit_test(ragged_rows_are_loose_and_told_once),
        cmocka_unit_test(an_unbalanced_quote_costs_its_line_only),
        cmocka_unit_test(many_unbalanced_quotes_are_told_together),
        cmocka_unit_test(mixed_and_damaged_lines_are_told),
        cmocka_unit_test(zero_bytes_are_told_once),
        cmocka_unit_test(utf16_tables_are_read),
        cmocka_unit_test(programs_and_images_are_skipped),
        cmocka_unit_test(formats_that_hold_records_are_unread_and_named),
        cmocka_unit_test(runs_in_binaries_do_not_depend_on_reads),
        cmocka_unit_test(every_beginning_of_a_store_is_read),
        cmocka_unit_test(a_broken_input_is_partly_read),
        cmocka_unit_test(a_failing_sink_stops_the_reading),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(a_line_over_the_limit_is_read_in_pieces),
        cmocka_unit_test(a_cut_word_leaves_no_shorter_word),
        cmocka_unit_test(text_in_any_step_is_the_same),
        cmocka_unit_test(large_tables_are_whole_and_their_offsets_right),
        cmocka_unit_test(samples_give_the_rows_they_are_known_to_have),
        cmocka_unit_test_setup_teardown(a_walk_finds_files_sorted, make_tree, remove_tree),
        cmocka_unit_test_setup_teardown(a_walk_gives_a_file_once, make_tree, remove_tree),
        cmocka_unit_test_setup_teardown(a_walk_does_not_follow_links, make_tree, remove_tree),
        cmocka_unit_test_setup_teardown(sockets_and_pipes_are_passed_over, make_tree, remove_tree),
        cmocka_unit_test_setup_teardown(what_may_not_be_read_is_told, make_tree, remove_tree),
        cmocka_unit_test_setup_teardown(a_path_that_is_not_there_is_refused, make_tree, remove_tree),
        cmocka_unit_test_setup_teardown(files_that_cannot_be_read_are_unread_stores, make_tree, remove_tree),
        cmocka_unit_test_setup_teardown(a_file_that_changes_while_it_is_read_is_partly_read, make_tree,
                                        remove_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
