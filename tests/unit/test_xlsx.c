// Workbooks: cells as they were typed, headings, titles, damage.
#include "office.h"

#include "source/number.h"

#define T(text) "<c t=\"inlineStr\"><is><t>" text "</t></is></c>"
#define N(number) "<c><v>" number "</v></c>"
#define R(cells) "<row>" cells "</row>"

static void numbers_are_as_they_were_typed(void **state) {
    (void) state;
    static const struct { const char *written, *format, *text; } cases[] = {
        {"13912345678", "General", "13912345678"}, {"1.3912345678E10", "General", "13912345678"}, {"0.10000000000000001", "",
                "0.1"},
        {"-5", "", "-5"}, {"1E-3", "", "0.001"}, {"440308199901011234", "", "440308199901011234"},
        {"440308199901011000", "", "4.40308199901011E+17"}, {"4.4030819990101101E+17", "", "4.40308199901011E+17"},
        {"6222021234567890", "", "6.22202123456789E+15"}, {"622202123456789", "", "622202123456789"},
        {"518000", "000000", "518000"}, {"1234", "000000", "001234"}, {"1234.5", "000000", "1234.5"},
        {"33238", "yyyy-mm-dd", "1990-12-31"}, {"33238.75", "yyyy/m/d h:mm", "1990-12-31 18:00:00"}, {"33238",
                "yyyy/m/d h:mm", "1990-12-31"},
        {"33238.75", "yyyy\"年\"m\"月\"d\"日\"", "1990-12-31"}, {"0.5", "h:mm:ss", "12:00:00"}, {"0.9999999", "[h]:mm",
                "1900-01-01 00:00:00"},
        {"1", "d/m/yy", "1900-01-01"}, {"59", "d/m/yy", "1900-02-28"}, {"61", "d/m/yy", "1900-03-01"},
        {"13912345678", "yyyy-mm-dd", "13912345678"}, {"12", "[Red]0.00;\"d\"", "12"}, {"12", "#,##0\\y", "12"}, {"33238",
                "mmm", "1990-12-31"},
        {"nonsense", "", "nonsense"}, {"", "", ""}, {"1e999", "", "1e999"}, {"0x10", "", "0x10"}, {"12 ", "", "12 "}, {"-1",
                "yyyy", "-1"},
        {"1e22", "", "1e+22"},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        char out[AN_NUMBER_TEXT], text[64];
        struct an_number_format format = an_number_format_of(an_str_from_c(cases[i].format));
        struct an_str s = an_number_text(an_str_from_c(cases[i].written), format, false, out);
        (void) snprintf(text, sizeof text, "%.*s", AN_STR_ARG(s));
        assert_string_equal(text, cases[i].text);
    }
    char out[AN_NUMBER_TEXT];
    struct an_str day = an_number_text(AN_STR("31776"), an_number_format_builtin(14), true, out);
    assert_true(an_str_eq(day, AN_STR("1990-12-31")));
    assert_int_equal(an_number_format_builtin(57).form, AN_NUMBER_DATE);
    assert_int_equal(an_number_format_builtin(10).form, AN_NUMBER_PLAIN);
}

static void a_sheet_is_a_store_under_its_headings(void **state) {
    (void) state;
    office_check_book(
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>"
        "birth</t></is></c>"
        "<c r=\"D1\" t=\"str\"><v>post</v></c><c r=\"E1\" t=\"str\"><v>ok</v></c></row>"
        "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"><v>13912345678</v></c><c r=\"C2\" s=\"1\"><v>33238</v></c>"
        "<c r=\"D2\" s=\"2\"><v>1234</v></c><c r=\"E2\" t=\"b\"><v>1</v></c></row>"
        "<row r=\"3\"><c r=\"B3\"><f>B2</f><v>13912345679</v></c><c r=\"E3\" t=\"e\"><v>#N/A</v></c></row>", "",
        "<sst><si><t>name</t></si><si><t>mobile</t></si><si><r><t>Zhang </t></r><r><t>San</t></r><rPh><t>ZS</t></rPh></si></sst>",
        "open b.xlsx!Sheet1 xlsx -\ncolumns name|mobile|birth|post|ok\n"
        "record 1@0 Zhang San|13912345678#|1990-12-31|001234|TRUE\nrecord 2@0 13912345679#|#N/A\nclose read 489\n");
}

static void strings_that_no_cell_shows_are_given(void **state) {
    (void) state;
    office_check_book(R(T("x")), "", "<sst><si><t>left behind</t></si></sst>",
                      "open b.xlsx!Sheet1 xlsx -\nline 1 x\nclose read 95\nopen b.xlsx xlsx -\nline 1 left behind\nclose "
                      "read 362\n");
}

static void titles_stand_above_headings(void **state) {
    (void) state;
    office_check_book(R(T("Staff 2024")) R(T("by: office") T("")) R(T("name") T("tel") T("city")) R(T("a") N("13912345678")
            T("b"))
                      R(T("c") N("13912345679") T("d")), "", NULL,
                      "open b.xlsx!Sheet1 xlsx -\nline 1 Staff 2024\nline 2 by: office\ncolumns name|tel|city\n"
                      "record 3@0 a|13912345678#|b\nrecord 4@0 c|13912345679#|d\nclose read 556\n");
}

static void a_heading_over_several_columns_is_joined_to_those_below(void **state) {
    (void) state;
    office_check_book("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>id</v></c><c r=\"B1\" t=\"str\"><v>buyer</v></c><c r=\"D1\" "
                      "t=\"str\"><v>seller</v>"
                      "</c></row><row r=\"2\"><c r=\"B2\" t=\"str\"><v>name</v></c><c r=\"C2\" t=\"str\"><v>tel</v></c>"
                      "<c r=\"D2\" t=\"str\"><v>name</v></c><c r=\"E2\" t=\"str\"><v>tel</v></c></row>"
                      "<row r=\"3\"><c r=\"A3\"><v>1</v></c><c r=\"B3\" t=\"str\"><v>a</v></c><c r=\"C3\"><v>13912345678</v></c>"
                      "<c r=\"D3\" t=\"str\"><v>b</v></c><c r=\"E3\"><v>13912345679</v></c></row>", "", NULL,
                      "open b.xlsx!Sheet1 xlsx -\ncolumns id|buyer.name|buyer.tel|seller.name|seller.tel\n"
                      "record 1@0 1#|a|13912345678#|b|13912345679#\nclose read 473\n");
}

static void an_empty_row_may_begin_another_table(void **state) {
    (void) state;
    office_check_book("<row r=\"1\">" T("name") T("tel") "</row><row r=\"2\">" T("a") N("13912345678") "</row>"
                      "<row r=\"4\">" T("b") N("13912345679") "</row><row r=\"6\">" T("tel") T("mail") "</row><row r=\"7\">"
                          N("13912345670") T("c@d.cn")
                      "</row>", "", NULL,
                      "open b.xlsx!Sheet1 xlsx -\ncolumns name|tel\nrecord 1@0 a|13912345678#\nrecord 2@0 b|13912345679#\n"
                      "columns name|tel|mail\nrecord 3@0 13912345670#|c@d.cn\nclose read 487\n");
}

static void a_form_names_its_values(void **state) {
    (void) state;
    office_check_book(R(T("登记表")) R(T("姓 名：") T("张三") T("性别") T("男")) R(T("身份证号") N("440308199901011234")
            T("联系电话") N("13912345678"))
                      R(T("家庭成员") T("姓名") T("电话")) R(T("") T("李四") N("13912345679")), "", NULL,
                      "open b.xlsx!Sheet1 xlsx -\ncolumns 姓名|性别|身份证号|联系电话\n"
                      "record 1@0 张三|男|440308199901011234#|13912345678#\nline 2 登记表\nline 3 姓 名：\nline 4 性别\n"
                      "line 5 身份证号\nline 6 联系电话\nline 7 家庭成员\nline 8 姓名\nline 9 电话\n"
                      "columns 姓名|性别|身份证号|联系电话|电话\nrecord 10@0 李四|13912345679#\nclose read 715\n");
}

static void what_stands_beside_the_rows_is_read(void **state) {
    (void) state;
    office_check_book(R(N("1") N("2")),
                      "<headerFooter><oddHeader>&amp;LZhang</oddHeader></headerFooter><hyperlinks><hyperlink ref=\"A1\" "
                      "tooltip=\"a@b.cn\"/></hyperlinks><dataValidations><dataValidation><formula1>\"x,y\"</formula1>"
                      "</dataValidation>"
                      "</dataValidations>", NULL,
                      "open b.xlsx!Sheet1 xlsx -\ncolumns 1|2\nrecord 1@0 1#|2#\nclose read 307\nopen b.xlsx xlsx -\n"
                      "line 1 &LZhang\nline 2 a@b.cn\nline 3 \"x,y\"\nclose read 362\n");
}

static void places_beyond_the_sheet_do_no_harm(void **state) {
    (void) state;
    office_check_book("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c><c r=\"XFE1\"><v>2</v></c><c r=\"-1\"><v>3</v></c></row>"
                      "<row r=\"1048576\"><c r=\"A1048576\"><v>4</v></c></row><row r=\"-7\"><c r=\"99999999999999999999\">"
                      "<v>5</v></c></row>"
                      "<row r=\"99999999999999999999\"><c><v>6</v></c><c t=\"s\"><v>-1</v></c><c t=\"s\"><v>9</v></c></row>",
                      "", NULL,
                      "open b.xlsx!Sheet1 xlsx -\ncolumns 16384\nrecord 1@0 1#|2#|3#\ncolumns 16384|1\nrecord 2@0 "
                      "4#\nrecord 3@0 5#\nrecord 4@0 6#\n"
                      "trouble input@336 5 2 cells name a shared string that is not there\nclose partly 336\n");
}

static void damaged_parts_are_told(void **state) {
    (void) state;
    struct sink s;
    struct an_err err = {0};
    AN_AUTO(an_buf) zip = office_book(R(T("a") T("b")), "<open>", NULL);
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "b.xlsx", an_buf_str(&zip), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    assert_true(s.stores[0].unknown_lost);
    assert_int_equal(s.stores[0].records, 1);
    sink_end(&s);
}

static void an_entity_bomb_is_not_expanded(void **state) {
    (void) state;
    const struct office_part parts[] = {
        {"[Content_Types].xml", "<Types/>"},
        {"xl/worksheets/sheet1.xml",
         "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><worksheet><sheetData>"
                                     "<row><c t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>"},
    };
    struct sink s;
    struct an_err err = {0};
    AN_AUTO(an_buf) zip = office_zip(parts, AN_COUNT(parts));
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "b.xlsx", an_buf_str(&zip), 0, &err), AN_OK);
    assert_string_equal(s.stores[0].uri, "b.xlsx!xl/worksheets/sheet1.xml");
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    assert_non_null(strstr(s.stores[0].trouble, "uses an entity of its own making"));
    sink_end(&s);
}

static void a_wide_row_goes_in_pieces(void **state) {
    (void) state;
    AN_AUTO(an_buf) rows = {0};
    struct an_err err = {0};
    assert_int_equal(an_buf_addf(&rows, &err, "<row>"), AN_OK);
    for (int i = 0; i < 300; i++)
        assert_int_equal(an_buf_addf(&rows, &err, T("value number %d"), i), AN_OK);
    assert_int_equal(an_buf_addf(&rows, &err, "</row>"), AN_OK);
    AN_AUTO(an_buf) zip = office_book(rows.ptr, "", NULL);
    struct sink s;
    sink_begin(&s);
    struct memory memory = {.data = an_buf_str(&zip)};
    struct an_reading reading = {.sink = &s.sink, .limits = {.record_bytes = 2048}};
    struct an_input input = {.uri = AN_STR("b.xlsx"), .arg = &memory, .read = memory_read};
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    assert_true(s.stores[0].records > 1);
    assert_int_equal(s.stores[0].values, 300);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    assert_int_equal(s.stores[0].records_lost, 0);
    sink_end(&s);
}

static struct an_buf full_book(void) {
    return office_book("<row r=\"1\">" T("name") "<c t=\"s\"><v>0</v></c></row><row r=\"2\">" T("a") N("13912345678")
                       "</row>", "<x y=\"a@b.cn\">t</x>",
                       "<sst><si><t>tel</t></si><si><t>gone</t></si></sst>");
}

static void every_truncation_of_a_workbook_is_told(void **state) {
    (void) state;
    AN_AUTO(an_buf) zip = full_book();
    sink_check_truncations("b.xlsx", an_buf_str(&zip));
}

static void every_allocation_and_call_for_a_workbook_may_fail(void **state) {
    (void) state;
    AN_AUTO(an_buf) zip = full_book();
    sink_check_allocations("b.xlsx", an_buf_str(&zip));
    sink_check_failing("b.xlsx", an_buf_str(&zip));
}

static void sample_workbooks_are_read_whole(void **state) {
    (void) state;
    static const struct sink_known known[] = {
        {"docs/hutool_alias.xlsx", "Sheet1", 3}, {"docs/easyexcel_demo.xlsx", "Sheet2", 10},
    };
    for (size_t i = 0; i < AN_COUNT(known); i++) {
        struct sink s;
        if (!sink_read_sample(&s, known[i].file))
            return;
        uint64_t rows = 0;
        for (size_t k = 0; k < s.count; k++) {
            const char *name = strrchr(s.stores[k].uri, '!');
            rows += name && strcmp(name + 1, known[i].table) == 0 ? s.stores[k].records : 0;
            assert_true(s.stores[k].status == AN_STORE_READ || s.stores[k].status == AN_STORE_SKIPPED);
        }
        assert_int_equal(rows, known[i].rows);
        sink_end(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_as_they_were_typed),
        cmocka_unit_test(a_sheet_is_a_store_under_its_headings),
        cmocka_unit_test(strings_that_no_cell_shows_are_given),
        cmocka_unit_test(titles_stand_above_headings),
        cmocka_unit_test(a_heading_over_several_columns_is_joined_to_those_below),
        cmocka_unit_test(an_empty_row_may_begin_another_table),
        cmocka_unit_test(a_form_names_its_values),
        cmocka_unit_test(what_stands_beside_the_rows_is_read),
        cmocka_unit_test(places_beyond_the_sheet_do_no_harm),
        cmocka_unit_test(damaged_parts_are_told),
        cmocka_unit_test(an_entity_bomb_is_not_expanded),
        cmocka_unit_test(a_wide_row_goes_in_pieces),
        cmocka_unit_test(every_truncation_of_a_workbook_is_told),
        cmocka_unit_test(every_allocation_and_call_for_a_workbook_may_fail),
        cmocka_unit_test(sample_workbooks_are_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
