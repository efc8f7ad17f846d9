// Tables of dBASE and FoxPro: types, encodings, deleted records, memos, and how they may be damaged.
#include "sink.h"

#include <fcntl.h>

#include "folder.h"
#include "source/dbf_memo.h"

struct column { const char *name; char type; unsigned char len, decimals, flags; };

static void add(struct an_buf *b, const void *p, size_t n) {
    struct an_err err;
    assert_int_equal(an_buf_add(b, (struct an_str) {p, n}, &err), AN_OK);
}

static void add_number(struct an_buf *b, uint32_t n, int bytes) {
    for (; bytes-- > 0; n >>= 8)
        add(b, &(unsigned char) {(unsigned char) n}, 1);
}

// The header of a table; records follow it.
static void add_header(struct an_buf *b, unsigned char version, unsigned char language, uint32_t records,
                       const struct column *columns, size_t count) {
    static const char zeros[264];
    bool visual = version >= 0x30 && version <= 0x32;
    uint32_t len = 1;
    for (size_t i = 0; i < count; i++)
        len += columns[i].len + (columns[i].type == 'C' ? (uint32_t) columns[i].decimals << 8 : 0);
    add(b, (unsigned char[]) {version, 24, 11, 23}, 4);
    add_number(b, records, 4);
    add_number(b, (uint32_t) (32 + 32 * count + 1 + (visual ? 263 : 0)), 2);
    add_number(b, len, 2);
    add(b, zeros, 17);
    add(b, &language, 1);
    add(b, zeros, 2);
    for (size_t i = 0; i < count; i++) {
        add(b, columns[i].name, strlen(columns[i].name));
        add(b, zeros, 11 - strlen(columns[i].name));
        add(b, &columns[i].type, 1);
        add(b, zeros, 4);
        add(b, (unsigned char[]) {columns[i].len, columns[i].decimals, columns[i].flags}, 3);
        add(b, zeros, 13);
    }
    add(b, "\r", 1);
    if (visual)
        add(b, zeros, 263);
}

static void add_text(struct an_buf *b, const char *text, size_t width) {
    size_t n = strlen(text);
    add(b, text, n);
    for (; n < width; n++)
        add(b, " ", 1);
}

static void check(const char *name, const struct an_buf *b, const char *expected) {
    sink_check(name, an_buf_str(b), expected);
}

static const struct column people[] = {{"NAME", 'C', 8, 0, 0}, {"ID", 'N', 18, 0, 0}, {"BORN", 'D', 8, 0, 0},
                                       {"MARRIED", 'L', 1, 0, 0}};

static void add_people(struct an_buf *b, unsigned char language) {
    add_header(b, 0x03, language, 3, people, AN_COUNT(people));
    add_text(b, " Li Ming", 9);
    add_text(b, "110105195001010017", 18);
    add_text(b, "19500101T", 9);
    add_text(b, "*Zhao", 9);
    add_text(b, "            12345.", 18);
    add_text(b, "        ?", 9);
    add_text(b, "  ", 9);
    add_text(b, "******************", 18);
    add_text(b, "1950    N\x1A", 10);
}

static void values_are_as_they_are_typed_and_deleted_records_are_read(void **state) {
    AN_AUTO(an_buf) b = {0};
    struct sink s;
    struct an_err err;
    (void) state;
    add_people(&b, 0);
    check("a.dbf", &b,
          "open a.dbf dbf utf-8\ncolumns NAME|ID|BORN|MARRIED\n"
          "record 1@161 Li Ming|110105195001010017#|1950-01-01|T\n"
          "record 2@197 Zhao|12345.#\n"
          "record 3@233 1950|N\n"
          "close read 270\n");
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "x", an_buf_str(&b), 0, &err), AN_OK);
    assert_string_equal(s.stores[0].why, "1 of its 3 records are marked as deleted, and were read like the others");
    sink_end(&s);
    sink_check_truncations("x", an_buf_str(&b));
    sink_check_failing("x", an_buf_str(&b));
    sink_check_allocations("x", an_buf_str(&b));
}

static void types_of_foxpro_are_read(void **state) {
    static const struct column columns[] = {{"N", 'I', 4, 0, 0}, {"PAY", 'Y', 8, 0, 0}, {"AT", 'T', 8, 0, 0},
                                            {"X", 'B', 8, 2, 0}, {"V", 'V', 6, 0, 2}, {"RAW", 'C', 6, 0, 4},
                                            {"_NullFlags", '0', 1, 0, 5}};
    static const unsigned char rows[2][42] = {
        {' ', 0xFE, 0xFF, 0xFF, 0xFF, 0x39, 0x30, 0, 0, 0, 0, 0, 0, 0x26, 0x8B, 0x25, 0, 0x10, 0x0E, 0, 0,
         0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 'a', 'b', 'c', 'd', 'e', 'f', 'r', 'a', 'w', '1', '2', '3', 0},
        {' ', 1, 0, 0, 0, 0x60, 0x79, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0,
         0, 0, 0, 0, 0, 0, 0, 0, 'a', 'b', 'c', 0, 0, 3, 0, 1, 2, 3, 4, 5, 1},
    };
    AN_AUTO(an_buf) b = {0};
    (void) state;
    add_header(&b, 0x32, 0x7A, 2, columns, AN_COUNT(columns));
    add(&b, rows, sizeof rows);
    check("a.dbf", &b,
          "open a.dbf dbf gb18030\ncolumns N|PAY|AT|X|V|RAW\n"
          "record 1@520 -2#|1.2345#|2024-05-23 00:00:04|1.5#|abcdef|raw123\n"
          "record 2@562 1#|-10#|0#|abc\n"
          "close read 604\n");
}

static void an_encoding_is_declared_or_guessed(void **state) {
    static const struct { unsigned char language; const char *name, *text, *encoding, *shown; } cases[] = {
        {0x00, "\xD0\xD5\xC3\xFB", "\xD5\xC5\xCE\xB0", "gb18030", "columns 姓名\nrecord 1@65 张伟\n"},
        {0x7A, "\xD0\xD5\xC3\xFB", "\xD5\xC5\xCE\xB0", "gb18030", "columns 姓名\nrecord 1@65 张伟\n"},
        {0x57, "NAME", "\xD5\xC5\xCE\xB0\xD5\xC5\xCE\xB0", "gb18030", "columns NAME\nrecord 1@65 张伟张伟\n"},
        {0x78, "NAME", "\xB1\x69\xB6\xB3", "big5", "columns NAME\nrecord 1@65 張雲\n"},
        {0x03, "NAME", "M\xFCller", "windows-1252", "columns NAME\nrecord 1@65 Müller\n"},
        {0x02, "NAME", "M\x81ller", "cp850", "columns NAME\nrecord 1@65 Müller\n"},
        {0x03, "姓名", "张伟", "utf-8", "columns 姓名\nrecord 1@65 张伟\n"},
        // cut where the field ends, in the middle of a character
        {0x7A, "NAME", "\xD5\xC5\xCE\xB0\xD5\xC5\xCE\xB0\xD5\xC5\xCE", "gb18030", "columns NAME\nrecord 1@65 张伟张伟张\n"},
        {0x03, "\xE5\xA7\x93\xE5\x90\x8D\xE5\xA7\x93\xE5", "张伟", "utf-8", "columns 姓名姓\nrecord 1@65 张伟\n"},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_buf) b = {0};
        char expected[256];
        struct column column = {cases[i].name, 'C', 11, 0, 0};
        add_header(&b, 0x03, cases[i].language, 1, &column, 1);
        add_text(&b, " ", 1);
        add_text(&b, cases[i].text, 11);
        (void) snprintf(expected, sizeof expected, "open a dbf %s\n%sclose read 77\n", cases[i].encoding, cases[i].shown);
        check("a", &b, expected);
    }
}

static void put_file(const char *name, const struct an_buf *b) {
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b->ptr, 1, b->len, f), b->len);
    assert_int_equal(fclose(f), 0);
}

static void read_file(struct sink *s, const char *name) {
    struct an_err err;
    struct an_reading reading = {.sink = &s->sink, .inside = true};
    sink_begin(s);
    assert_int_equal(an_source_read_path(&reading, an_str_from_c(name), &err), AN_OK);
}

static void memos_are_read_from_the_file_beside(void **state) {
    static const struct column foxpro[] = {{"ID", 'C', 2, 0, 0}, {"NOTE", 'M', 4, 0, 0}};
    static const struct column dbase[] = {{"ID", 'C', 2, 0, 0}, {"NOTE", 'M', 10, 0, 0}};
    static const struct { const char *table, *memos; unsigned char version; } cases[] = {
        {"a.dbf", "a.fpt", 0x30}, {"B.DBF", "B.FPT", 0xF5}, {"c.dbf", "c.dbt", 0x83}, {"d.dbf", "d.dbt", 0x8B},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_buf) table = {0};
        AN_AUTO(an_buf) memos = {0};
        struct sink s;
        bool is_foxpro = i < 2, is_iv = i == 3;
        uint32_t block = is_foxpro ? 64 : 512;
        add_header(&table, cases[i].version, 0x7A, 3, is_foxpro ? foxpro : dbase, 2);
        for (uint32_t k = 0; k < 3; k++) {
            add(&table, " A1", 3);
            if (is_foxpro)
                add_number(&table, 512 / block + k * 10, 4);
            else
                add_text(&table, k == 0 ? "         1" : k == 1 ? "         2" : "        99", 10);
        }
        if (is_foxpro)
            add(&memos, "\0\0\0\x20\0\0\0\x40", 8);
        else
            add(&memos, is_iv ? "\x09\0\0\0\0\0\0\0D\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0"
                              : "\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0", 24);
        while (memos.len < 512)
            add(&memos, "\0", 1);
        for (uint32_t k = 0; k < 2; k++) {
            const char *text = k ? "call 13912345678" : "\xC0\xEE\xC3\xF7 1\n2";        // 李明 in GBK
            if (is_foxpro)
                add(&memos, (unsigned char[]) {0, 0, 0, 1, 0, 0, 0, (unsigned char) strlen(text)}, 8);
            else if (is_iv)
                add(&memos, (unsigned char[]) {0xFF, 0xFF, 8, 0, (unsigned char) (strlen(text) + 8), 0, 0, 0}, 8);
            add(&memos, text, strlen(text));
            add(&memos, "\x1A", 1);
            while (memos.len < 512 + (size_t) (k + 1) * (is_foxpro ? 640 : 512))
                add(&memos, "\0", 1);
        }
        put_file(cases[i].table, &table);
        put_file(cases[i].memos, &memos);
        read_file(&s, cases[i].table);
        if (!strstr(sink_text(&s), " A1|李明 1\n2\n") || !strstr(sink_text(&s), " A1|call 13912345678\n"))
            fail_msg("%s: %s", cases[i].table, sink_text(&s));
        assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);         // the third lies nowhere
        assert_true(s.stores[0].unknown_lost);
        sink_end(&s);
        read_file(&s, cases[i].memos);
        assert_int_equal(s.stores[0].status, AN_STORE_SKIPPED);
        sink_end(&s);
        assert_int_equal(unlink(cases[i].memos), 0);
        read_file(&s, cases[i].table);
        assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
        assert_string_equal(s.stores[0].trouble, "3 memos lie in a file beside it (.dbt, .fpt) that is not at hand: put both in "
                                                 "a folder and read that");
        sink_end(&s);
        assert_int_equal(unlink(cases[i].table), 0);
        put_file(cases[i].memos, &memos);
        read_file(&s, cases[i].memos);                                  // alone, it is no part of anything
        assert_int_equal(s.stores[0].status, AN_STORE_UNREAD);
        sink_end(&s);
        assert_int_equal(unlink(cases[i].memos), 0);
    }
}

static void a_file_beside_says_the_encoding(void **state) {
    static const struct column column = {"NAME", 'C', 11, 0, 0};
    static const char *const said[] = {"GBK\r\n", "936", "OEM 936", "ANSI 936\n"};
    AN_AUTO(an_buf) b = {0};
    (void) state;
    add_header(&b, 0x03, 0x03, 1, &column, 1);
    add_text(&b, " \xD5\xC5\xCE\xB0", 12);
    put_file("a.dbf", &b);
    for (size_t i = 0; i < AN_COUNT(said); i++) {
        struct sink s;
        AN_AUTO(an_buf) page = {0};
        add(&page, said[i], strlen(said[i]));
        put_file("a.cpg", &page);
        read_file(&s, "a.dbf");
        assert_string_equal(s.stores[0].encoding, "gb18030");
        sink_end(&s);
    }
    assert_int_equal(unlink("a.dbf") || unlink("a.cpg"), 0);
}

static void damage_is_told(void **state) {
    static const struct { size_t at; const char *with; size_t len; size_t cut; const char *trouble; bool unknown; } cases[] = {
        {0, "", 0, 40, "ends in the middle of a record", false},
        {0, "", 0, 37, "ends after 2 of the 3 records it says it has: get a whole copy", false},
        {4, "\xFF\xFF\xFF\xFF", 4, 0, "ends after 3 of the 4294967295 records it says it has: get a whole copy", false},
        {15, "\1", 1, 0, "is encrypted: copy it with dBASE to a table without protection", true},
        {197, "?", 1, 0, "1 records begin with neither of the marks that records have: it is damaged", true},
        {4, "\2", 1, 0, NULL, false},           // one more than it knows of
        {4, "\1", 1, 0, NULL, false},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_buf) b = {0};
        struct sink s;
        struct an_err err;
        add_people(&b, 0);
        memcpy(b.ptr + cases[i].at, cases[i].with, cases[i].len);
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "x", an_str_slice(an_buf_str(&b), 0, b.len - cases[i].cut), 0, &err), AN_OK);
        assert_string_equal(s.stores[0].trouble, cases[i].trouble ? cases[i].trouble : "");
        assert_int_equal(s.stores[0].unknown_lost, cases[i].unknown);
        assert_int_equal(s.stores[0].status == AN_STORE_READ, !cases[i].trouble);
        if (!cases[i].trouble)
            assert_int_equal(s.stores[0].records, 3);
        sink_end(&s);
    }
    AN_AUTO(an_buf) b = {0};
    struct sink s;
    struct an_err err;
    add_people(&b, 0);
    add(&b, "hidden", 6);
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "x", an_buf_str(&b), 1, &err), AN_OK);
    assert_string_equal(s.stores[0].trouble, "has bytes behind its last record, which were not read");
    sink_end(&s);
}

static void an_index_is_skipped_beside_its_table_only(void **state) {
    static const struct { const char *name; size_t at; const char *head; size_t len; } indexes[] = {
        {"a.cdx", 12, "\x0A\0\xE0\1", 4}, {"a.mdx", 25, "\x30\x20", 2},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(indexes); i++) {
        AN_AUTO(an_buf) table = {0};
        AN_AUTO(an_buf) b = {0};
        struct sink s;
        add_people(&table, 0);
        while (b.len < 1024)
            add(&b, b.len ? "\0" : "\2", 1);
        memcpy(b.ptr + indexes[i].at, indexes[i].head, indexes[i].len);
        put_file(indexes[i].name, &b);
        read_file(&s, indexes[i].name);
        assert_int_equal(s.stores[0].status, AN_STORE_UNREAD);
        sink_end(&s);
        put_file("a.dbf", &table);
        read_file(&s, indexes[i].name);
        assert_int_equal(s.stores[0].status, AN_STORE_SKIPPED);
        sink_end(&s);
        b.ptr[12] = b.ptr[26] = 1;                                      // it is no index
        put_file(indexes[i].name, &b);
        read_file(&s, indexes[i].name);
        assert_int_equal(s.stores[0].status, AN_STORE_UNREAD);
        sink_end(&s);
        assert_int_equal(unlink("a.dbf") || unlink(indexes[i].name), 0);
    }
}

static void a_field_may_be_wider_than_a_byte_says(void **state) {
    static const struct column wide = {"NOTE", 'C', 44, 1, 0};      // 300 bytes
    AN_AUTO(an_buf) b = {0};
    (void) state;
    add_header(&b, 0x03, 0, 1, &wide, 1);
    add_text(&b, " a", 300);
    add(&b, "z\x1A", 2);
    char expected[512];
    (void) snprintf(expected, sizeof expected, "open a dbf utf-8\ncolumns NOTE\nrecord 1@65 a%298sz\nclose read 367\n", "");
    check("a", &b, expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_as_they_are_typed_and_deleted_records_are_read),
        cmocka_unit_test(types_of_foxpro_are_read),
        cmocka_unit_test(an_encoding_is_declared_or_guessed),
        cmocka_unit_test(memos_are_read_from_the_file_beside),
        cmocka_unit_test(a_file_beside_says_the_encoding),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(an_index_is_skipped_beside_its_table_only),
        cmocka_unit_test(a_field_may_be_wider_than_a_byte_says),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
