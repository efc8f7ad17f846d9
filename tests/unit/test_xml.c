// XML documents: which elements are records, names of columns, damage.
#include "sink.h"

static void repeated_elements_are_records(void **state) {
    (void) state;
    sink_check("a.xml", AN_STR("<?xml version=\"1.0\"?>\n<users v=\"1\">\n <user id=\"1\"><name>Zhang &amp; San</name><tel>"
                               "13912345678</tel>"
                               "<tel kind=\"home\">13912345679</tel><at><city>x</city></at></user>\n"
                               " <user id=\"2\"><name>b</name></user><!-- 13912345670 --></users>"),
               "open a.xml xml utf-8\ncolumns id|name|tel|tel.kind|at.city\n"
               "record 1@0 1|Zhang & San|13912345678|home|13912345679|x\nrecord 2@0 2|b\nline 3  13912345670 \n"
               "columns id|name|tel|tel.kind|at.city|v\nrecord 4@0 1\nclose read 228\n");
    sink_check("a.xml", AN_STR("<r><row Id=\"1\" Tel=\"13912345678\"/><row Id=\"2\" Tel=\"13912345679\"/></r>"),
               "open a.xml xml utf-8\ncolumns Id|Tel\nrecord 1@0 1|13912345678\nrecord 2@0 2|13912345679\nclose read 69\n");
}

static void repeated_elements_inside_are_records_of_their_own(void **state) {
    (void) state;
    sink_check("a.xml", AN_STR("<r><p><n>a</n><o><i><s>1</s></i><i><s>2</s></i></o></p><p><n>b</n></p></r>"),
               "open a.xml xml utf-8\ncolumns o.i.s\nrecord 1@0 1\nrecord 2@0 2\ncolumns o.i.s|n\nrecord 3@0 a\nrecord 4@0 b\n"
               "close read 74\n");
}

static void a_document_without_repetition_is_one_record(void **state) {
    (void) state;
    sink_check("a.xml", AN_STR("<person><name>a</name><tel>13912345678</tel>more</person>"),
               "open a.xml xml utf-8\ncolumns name|tel|person\nrecord 1@0 a|13912345678|more\nclose read 57\n");
}

static void chinese_encodings_are_read_whatever_is_declared(void **state) {
    (void) state;
    sink_check("a.xml", AN_STR("<?xml version=\"1.0\" encoding=\"gb2312\"?><p><name>\xD5\xC5\xE9\x46</name><tel>1</tel></p>"),
               "open a.xml xml gb18030\ncolumns name|tel\nrecord 1@0 张镕|1\nclose read 75\n");
}

static void what_follows_a_fault_is_read_as_text(void **state) {
    (void) state;
    sink_check("a.xml", AN_STR("<a><b>x</b><c>1</d>\n13912345678 rest"),
               "open a.xml xml utf-8\ncolumns b|c\nrecord 1@0 x|1\n"
               "trouble input@19 2 is no well-formed XML (error 76 of libxml2): from here on it is read as text\n"
               "line 2 13912345678 rest\nclose partly 36\n");
}

static void entities_are_not_expanded(void **state) {
    (void) state;
    struct sink s;
    struct an_err err = {0};
    struct an_str bomb = AN_STR("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"xxxxxxxxxx\"><!ENTITY y \"&x;&x;&x;\">"
                                "<!ENTITY z SYSTEM \"file:///etc/passwd\">]><a><b>&z;&y;</b></a>");
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.xml", bomb, 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    assert_true(s.stores[0].unknown_lost);
    assert_null(strstr(sink_text(&s), "root:"));
    sink_end(&s);
}

static void deep_nesting_is_told(void **state) {
    (void) state;
    enum { DEEP = 5000 };
    AN_AUTO(an_buf) text = {0};
    struct an_err err = {0};
    struct sink s;
    assert_int_equal(an_buf_addf(&text, &err, "<?xml version=\"1.0\"?>"), AN_OK);
    for (int i = 0; i < DEEP; i++)
        assert_int_equal(an_buf_addf(&text, &err, "<a>"), AN_OK);
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.xml", an_buf_str(&text), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    sink_end(&s);
}

static void excel_of_2003_is_rows(void **state) {
    (void) state;
    sink_check("a.xml", AN_STR("<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">"
                               "<Worksheet><Table>"
                               "<Row><Cell><Data>name</Data></Cell><Cell><Data>tel</Data></Cell></Row>"
                               "<Row><Cell><Data>a</Data></Cell><Cell><Data>13912345678</Data></Cell></Row></Table>"
                               "</Worksheet></Workbook>"),
               "open a.xml xml utf-8\ncolumns name|tel\nrecord 1@0 a|13912345678\nclose read 278\n");
}

static void every_truncation_and_allocation_for_xml_may_fail(void **state) {
    (void) state;
    struct an_str text = AN_STR("<r><p i=\"1\"><n>a</n><o>x</o></p><p i=\"2\"><n>b</n>t</p><!-- c --></r>");
    sink_check_truncations("a.xml", text);
    sink_check_allocations("a.xml", text);
    sink_check_failing("a.xml", text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeated_elements_are_records),
        cmocka_unit_test(repeated_elements_inside_are_records_of_their_own),
        cmocka_unit_test(a_document_without_repetition_is_one_record),
        cmocka_unit_test(chinese_encodings_are_read_whatever_is_declared),
        cmocka_unit_test(what_follows_a_fault_is_read_as_text),
        cmocka_unit_test(entities_are_not_expanded),
        cmocka_unit_test(deep_nesting_is_told),
        cmocka_unit_test(excel_of_2003_is_rows),
        cmocka_unit_test(every_truncation_and_allocation_for_xml_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
