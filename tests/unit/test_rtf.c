// RTF: code pages and fonts, tables, what stands beside the text, changes, damage.
#include "sink.h"

static void check(const char *rtf, const char *expected) { sink_check("a.rtf", an_str_from_c(rtf), expected); }

#define OPEN "open a.rtf rtf -\n"

static void paragraphs_are_lines(void **state) {
    (void) state;
    check("{\\rtf1\\ansi one\\par\ntw{\\b o}\\line three\\tab x\\sect a\\\\\\{b\\}\\~c\\_d\\-e\\\nf}",
          OPEN "line 1 one\nline 2 two\nline 3 three\tx\nline 4 a\\{b} c-de\nline 5 f\nclose read 72\n");
}

static void characters_are_those_of_the_font(void **state) {
    (void) state;
    // GBK in a font of that set, Big5 in another, Russian in a third; and the document's own where a font says nothing
    check("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fnil Times;}{\\f1\\fnil\\fcharset134 \\'cb\\'ce\\'cc\\'e5;}"
          "{\\f2\\fcharset136 x;}{\\f3\\fcharset204 y;}}"
          "{\\f1\\'d5\\'c5\\'ce\\'b0}{\\f2\\'b1\\'69}{\\f3\\'cc}\\'e9\\plain\\f1 \\'81\\par}",
          OPEN "line 1 \xE5\xBC\xA0\xE4\xBC\x9F\xE5\xBC\xB5\xD0\x9C\xC3\xA9\xEF\xBF\xBD\n"
          "trouble input@0 2 1 characters mean nothing in the code page they are said to be in\nclose partly 202\n");
    check("{\\rtf1\\ansicpg936 \\'d5\\'c5 \\'ce\\'b0}", OPEN "line 1 \xE5\xBC\xA0 \xE4\xBC\x9F\nclose read 36\n");
}

static void unicode_takes_the_place_of_what_follows(void **state) {
    (void) state;
    check("{\\rtf1\\uc1\\u24352?\\u20255\\'3fb{\\uc2\\u-10179 ab\\u-8694 cd}e\\uc0\\u65 B}",
          OPEN "line 1 \xE5\xBC\xA0\xE4\xBC\x9F" "b\xF0\x9F\x98\x8A" "eAB\nclose read 69\n");
}

static void rows_of_tables_are_records(void **state) {
    (void) state;
    check("{\\rtf1 before\\par\\trowd\\cellx1\\cellx2\\pard\\intbl who\\cell post\\cell\\row\\trowd\\pard\\intbl "
          "ann\\par lee\\cell 518000\\cell\\row\\trowd\\intbl bob\\cell{\\b 51}8001\\cell\\row\\pard after}",
          OPEN "line 1 before\ncolumns who|post\nrecord 2@0 ann\nlee|518000\nrecord 3@0 bob|518001\n"
          "line 4 after\nclose read 174\n");
}

static void what_stands_beside_the_text_is_read(void **state) {
    (void) state;
    check("{\\rtf1{\\info{\\author Ann Lee}{\\title T}{\\version3}}{\\stylesheet{\\s1 heading 13912345678;}}"
          "{\\*\\revtbl {Unknown;}{Bob;}}{\\header head\\par}138{\\footnote note {\\b 1}}12345678"
          "{\\field{\\*\\fldinst{HYPERLINK \"mailto:a@b.cn\"}}{\\fldrslt mail}}{\\*\\unknown 13800001111}"
          "{\\*\\unknown2 few}"
          "{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 3}}{\\shptxt box}}}{\\*\\annotation{\\*\\atnref 1}remark}\\par}",
          OPEN "line 1 T\nline 2 head\nline 3 note 1\nline 4 HYPERLINK \"mailto:a@b.cn\"\nline 5 13800001111\nline 6 box\n"
          "line 7 remark\nline 8 13812345678mail\ncolumns author\nrecord 9@0 Ann Lee\nrecord 10@0 Bob\n"
          "close read 362\n");
}

static void both_readings_of_a_change_are_given(void **state) {
    (void) state;
    check("{\\rtf1 a 139{\\deleted 1}{\\revised 2}2345678\\par b}",
          OPEN "line 1 a 13922345678\nline 2 a 13912345678\nline 3 b\nclose read 50\n");
}

static void what_is_not_read_is_told(void **state) {
    (void) state;
    check("{\\rtf1 x{\\object{\\*\\objclass A}{\\*\\objdata 0105}{\\result{\\pict\\wmetafile8 0102}}}"
          "{\\pict\\bin5 {{{}}y}}",
          OPEN "line 1 x\ntrouble limit@0 2 1 embedded objects were not read: open it and save them as files\n"
          "close partly 101\n");
    check("{\\rtf1{\\pict 00}}", OPEN "trouble limit@0 1 unread images: 1, and no text beside them; have a person look, or make "
          "them text\nclose partly 17\n");
    check("{\\rtf1 a{\\b b\\par", OPEN "line 1 ab\ntrouble input@0 2 ends inside a group: the rest is missing; get a whole copy\n"
          "close partly 17\n");
    check("{\\rtf1 a}\n\nxy", OPEN "line 1 a\ntrouble input@0 2 2 bytes stand behind its end and were not read\n"
          "close partly 13\n");
}

static void groups_beyond_the_limit_do_no_harm(void **state) {
    (void) state;
    AN_AUTO(an_buf) deep = {0};
    struct an_err err;
    struct sink s;
    assert_int_equal(an_buf_addf(&deep, &err, "{\\rtf1 "), AN_OK);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(an_buf_addf(&deep, &err, "{"), AN_OK);
    assert_int_equal(an_buf_addf(&deep, &err, "x"), AN_OK);
    for (int i = 0; i < 5001; i++)
        assert_int_equal(an_buf_addf(&deep, &err, "}"), AN_OK);
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.rtf", an_buf_str(&deep), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    assert_int_equal(s.stores[0].records, 1);
    sink_end(&s);
}

static void damage_of_any_kind_ends_well(void **state) {
    (void) state;
    static const struct an_str rtf = AN_STR_INIT(
        "{\\rtf1\\ansicpg936{\\fonttbl{\\f1\\fcharset134 x;}}{\\info{\\author Ann}}\\trowd\\intbl\\f1 \\'d5\\'c5\\cell 1"
        "\\cell\\row\\pard{\\deleted a}\\u-10179\\u-8694\\bin3 abc{\\*\\fldinst x}{\\footnote y}\\par}");
    sink_check_truncations("a.rtf", rtf);
    sink_check_allocations("a.rtf", rtf);
    sink_check_failing("a.rtf", rtf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_are_lines), cmocka_unit_test(characters_are_those_of_the_font),
        cmocka_unit_test(unicode_takes_the_place_of_what_follows), cmocka_unit_test(rows_of_tables_are_records),
        cmocka_unit_test(what_stands_beside_the_text_is_read), cmocka_unit_test(both_readings_of_a_change_are_given),
        cmocka_unit_test(what_is_not_read_is_told), cmocka_unit_test(groups_beyond_the_limit_do_no_harm),
        cmocka_unit_test(damage_of_any_kind_ends_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
