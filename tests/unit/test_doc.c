// Word documents: pieces of text, tables, changes, fields, what is not read, damage.
#include "ole.h"

// A document: FIB, text, a page of runs of characters and one of paragraphs; and a table stream.
struct word { char main[6144], table[1024]; size_t text_len, table_len; };
enum { TEXT_AT = 1536, CHARACTERS_AT = 2048, PARAGRAPHS_AT = 2560 };

static void place(struct word *w, int number, const void *bytes, size_t len) {
    ole_put(w->main + 0x9A + 8 * number, (uint32_t) w->table_len, 4);
    ole_put(w->main + 0x9A + 8 * number + 4, (uint32_t) len, 4);
    memcpy(w->table + w->table_len, bytes, len);
    w->table_len += len;
}

static void page_of(struct word *w, int number, int at) {
    char places[12] = {0};
    ole_put(places + 4, sizeof w->main, 4);
    ole_put(places + 8, (uint32_t) at / 512, 4);
    place(w, number, places, sizeof places);
}

// One run of a page: `changes` of bytes [from, to) of the text.
static void run(struct word *w, int at, uint32_t from, uint32_t to, struct an_str changes) {
    char *page = w->main + at;
    bool paragraphs = at == PARAGRAPHS_AT;
    int count = (unsigned char) page[511], size = paragraphs ? 13 : 1, end = 500 - 32 * (count + 1);
    // entries stand behind the places, which are one more now
    char entries[128];
    memcpy(entries, page + 4 * (count + 1), (size_t) (count * size));
    ole_put(page + 4 * count, TEXT_AT + from, 4);
    ole_put(page + 4 * count + 4, TEXT_AT + to, 4);
    memcpy(page + 4 * (count + 2), entries, (size_t) (count * size));
    page[4 * (count + 2) + count * size] = (char) (end / 2);
    page[end] = (char) (paragraphs ? (changes.len + 3) / 2 + 1 : changes.len);
    memcpy(page + end + (paragraphs ? 3 : 1), changes.ptr, changes.len);
    page[511] = (char) (count + 1);
}

static void begin(struct word *w) {
    *w = (struct word) {.text_len = 0};
    memcpy(w->main, "\xEC\xA5\xC1\0", 4);
    page_of(w, 12, CHARACTERS_AT);
    page_of(w, 13, PARAGRAPHS_AT);
}

// Text in one byte a character, then text in two.
static void text(struct word *w, struct an_str narrow, struct an_str wide) {
    char pieces[64] = "\2";
    size_t wide_at = TEXT_AT + narrow.len + narrow.len % 2;
    memcpy(w->main + TEXT_AT, narrow.ptr, narrow.len);
    memcpy(w->main + wide_at, wide.ptr, wide.len);
    ole_put(pieces + 1, 28, 4);
    ole_put(pieces + 9, (uint32_t) narrow.len, 4);
    ole_put(pieces + 13, (uint32_t) (narrow.len + wide.len / 2), 4);
    ole_put(pieces + 19, TEXT_AT * 2 | 1u << 30, 4);
    ole_put(pieces + 27, (uint32_t) wide_at, 4);
    place(w, 33, pieces, 33);
}

static void check(const struct word *w, const char *expected) {
    const struct ole_part parts[] = {{"WordDocument", {w->main, sizeof w->main}, 0, false},
                                     {"0Table", {w->table, w->table_len}, 0, false}};
    ole_check("a.doc", parts, AN_COUNT(parts), expected);
}

static void pieces_of_both_kinds_are_one_text(void **state) {
    (void) state;
    struct word w;
    begin(&w);
    text(&w, AN_STR("caf\xE9 139\r" "12\x0B" "a\x1E" "b\t5\x1F" "6\x02\x0D" "1380000"),
         AN_STR("1\0" "1\0" "1\0" "1\0\x20\x5F\x1F\x4F\r\0"));
    check(&w, "open a.doc doc -\nline 1 caf\xC3\xA9 139\nline 2 12\nline 3 a-b\t56\nline 4 13800001111\xE5\xBC\xA0\xE4\xBC\x9F\n"
          "close read 6144\n");
}

static void fields_are_told_from_their_results(void **state) {
    (void) state;
    struct word w;
    begin(&w);
    text(&w, AN_STR("a \x13 X \x13 Y\x14" "y\x15 z \x14" "shown\x15 b\r\x13" "left open"), AN_STR(""));
    check(&w, "open a.doc doc -\nline 1  X  Yy z \nline 2 a shown b\nline 3 left open\nclose read 6144\n");
}

static void rows_and_changes_are_told_by_their_runs(void **state) {
    (void) state;
    static const struct an_str in_table = AN_STR_INIT("\x16\x24\1"), row_end = AN_STR_INIT("\x16\x24\1\x17\x24\1");
    struct word w;
    begin(&w);
    text(&w, AN_STR("who\7post\7\7ann\r\x6C\7\7\7" "139122345678\r"), AN_STR(""));
    run(&w, PARAGRAPHS_AT, 0, 9, in_table);
    run(&w, PARAGRAPHS_AT, 9, 10, row_end);
    run(&w, PARAGRAPHS_AT, 10, 17, in_table);
    run(&w, PARAGRAPHS_AT, 17, 18, row_end);
    run(&w, CHARACTERS_AT, 21, 22, AN_STR("\x00\x08\1"));           // 1 deleted
    run(&w, CHARACTERS_AT, 22, 23, AN_STR("\x01\x08\1"));           // 2 inserted
    check(&w, "open a.doc doc -\ncolumns who|post\nrecord 1@0 who|post\nrecord 2@0 ann\nl\nline 3 13922345678\n"
          "line 4 13912345678\nclose read 6144\n");
}

static void names_beside_the_text_are_read(void **state) {
    (void) state;
    struct word w;
    begin(&w);
    text(&w, AN_STR("x\r"), AN_STR(""));
    place(&w, 51, "\xFF\xFF\2\0\0\0\7\0U\0n\0k\0n\0o\0w\0n\0\3\0A\0n\0n\0", 30);
    place(&w, 36, "\3\0B\0o\0b\0", 8);
    check(&w, "open a.doc doc -\nline 1 x\ncolumns author\nrecord 2@0 Ann\nrecord 3@0 Bob\nclose read 6144\n");
}

static void what_cannot_be_read_is_told(void **state) {
    (void) state;
    struct word w;
    begin(&w);
    w.main[11] = 1;
    check(&w, "open a.doc doc -\ntrouble input@0 1 is encrypted: save it without its password and read that\nclose unread 0\n");
    w.main[0] = '\xDC';
    check(&w, "open a.doc doc -\ntrouble limit@0 1 is of Word 6 or 95, which this version cannot read: save it as DOCX\n"
          "close unread 0\n");
    begin(&w);
    text(&w, AN_STR("x\r"), AN_STR(""));
    ole_put(w.table + 24 + 13, 0x10000000, 4);          // the last piece is longer than all there is
    struct ole_part parts[] = {{"WordDocument", {w.main, sizeof w.main}, 0, false}, {"0Table", {w.table, w.table_len}, 0, false}};
    struct an_buf file = ole_file(parts, 2);
    struct sink s;
    struct an_err err;
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.doc", an_buf_str(&file), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    assert_non_null(strstr(s.stores[0].trouble, "not whole"));
    sink_end(&s);
    an_buf_release(&file);
}

static void damage_of_any_kind_ends_well(void **state) {
    (void) state;
    struct word w;
    begin(&w);
    text(&w, AN_STR("who\7post\7\7" "\x13 X \x14y\x15"), AN_STR("1\0\r\0"));
    run(&w, PARAGRAPHS_AT, 0, 9, AN_STR("\x16\x24\1"));
    run(&w, CHARACTERS_AT, 2, 5, AN_STR("\x00\x08\1\x03\x6A\1\2\3\4"));
    place(&w, 51, "\xFF\xFF\1\0\0\0\3\0A\0n\0n\0", 14);
    const struct ole_part parts[] = {{"WordDocument", {w.main, 3584}, 0, false}, {"0Table", {w.table, w.table_len}, 0, false}};
    struct an_buf file = ole_file(parts, 2);
    sink_check_truncations("a.doc", an_buf_str(&file));
    sink_check_allocations("a.doc", an_buf_str(&file));
    sink_check_failing("a.doc", an_buf_str(&file));
    an_buf_release(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_both_kinds_are_one_text), cmocka_unit_test(fields_are_told_from_their_results),
        cmocka_unit_test(rows_and_changes_are_told_by_their_runs), cmocka_unit_test(names_beside_the_text_are_read),
        cmocka_unit_test(what_cannot_be_read_is_told), cmocka_unit_test(damage_of_any_kind_ends_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
