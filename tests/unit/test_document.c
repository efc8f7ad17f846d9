// Documents: paragraphs, tables, forms, changes, what is embedded; OpenDocument and HTML.
#include "office.h"

#define W(body) "<w:document xmlns:w=\"w\"><w:body>" body "</w:body></w:document>"
#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define TC(text) "<w:tc>" P(text) "</w:tc>"
#define TR(cells) "<w:tr>" cells "</w:tr>"

static void check_word(const char *document, const char *expected) {
    const struct office_part parts[] = {{"[Content_Types].xml", "<Types/>"}, {"word/document.xml", document}};
    office_check("a.docx", parts, AN_COUNT(parts), expected);
}

static void a_number_in_several_runs_is_one(void **state) {
    (void) state;
    check_word(W("<w:p><w:r><w:t>ID 440308</w:t></w:r>\n  <w:r><w:t>19990101</w:t></w:r><w:r><w:t>1234</w:t></w:r></w:p>"
                 P("next")),
               "open a.docx docx -\nline 1 ID 440308199901011234\nline 2 next\nclose read 200\n");
}

static void what_was_deleted_is_read_with_its_word(void **state) {
    (void) state;
    check_word(W("<w:p><w:r><w:t>tel 1391234</w:t></w:r><w:del w:author=\"Li\"><w:r><w:delText>5678</w:delText></w:r></w:del>"
                 "<w:ins w:author=\"Li\"><w:r><w:t>9999</w:t></w:r></w:ins><w:r><w:t> end</w:t></w:r></w:p>"),
               "open a.docx docx -\nline 1 tel 13912349999 end\nline 2 13912345678\ncolumns author\nrecord 3@254 Li\nclose "
               "read 254\n");
}

static void fields_and_links_are_lines(void **state) {
    (void) state;
    const struct office_part parts[] = {
        {"[Content_Types].xml", "<Types/>"},
        {"word/_rels/document.xml.rels", "<Relationships><Relationship Id=\"r\" Target=\"mailto:a@b.cn\"/></Relationships>"},
        {"word/document.xml", W("<w:p><w:r><w:t>write</w:t></w:r><w:r><w:instrText>HYPERLINK \"mailto:c@</w:instrText></w:r>"
                                "<w:r><w:instrText>d.cn\"</w:instrText></w:r></w:p>")},
    };
    office_check("a.docx", parts, AN_COUNT(parts), "open a.docx docx -\nline 1 mailto:a@b.cn\nline 2 write\n"
                 "line 3 HYPERLINK \"mailto:c@d.cn\"\nclose read 277\n");
}

static void tables_are_records_and_forms_name_their_values(void **state) {
    (void) state;
    check_word(W(P("list") "<w:tbl>" TR(TC("name") TC("tel")) TR(TC("a") TC("13912345678")) TR(TC("b") TC("13912345679"))
                 "</w:tbl>"),
               "open a.docx docx -\nline 1 list\ncolumns name|tel\nrecord 2@8 a|13912345678\nrecord 3@8 "
               "b|13912345679\nclose read 460\n");
    check_word(W("<w:tbl>" TR(TC("姓名") TC("张三") TC("身份证号") TC("440308199901011234"))
                 TR(TC("住址") "<w:tc><w:tcPr><w:gridSpan w:val=\"3\"/></w:tcPr>" P("x road") "</w:tc>") "</w:tbl>"),
               "open a.docx docx -\ncolumns 姓名|身份证号|住址\nrecord 1@8 张三|440308199901011234|x road\nline 2 姓名\n"
               "line 3 身份证号\nline 4 住址\nclose read 473\n");
    // an unfilled form names nobody
    check_word(W("<w:tbl>" TR(TC("姓名") TC("") TC("电话") TC("")) TR(TC("性别") TC("") TC("住址") TC("")) "</w:tbl>"),
               "open a.docx docx -\ncolumns 姓名|电话\nrecord 1@8 姓名|电话\nrecord 2@8 性别|住址\nclose read 495\n");
}

static void text_boxes_tables_in_tables_and_notes_are_read(void **state) {
    (void) state;
    check_word(W("<w:p><w:r><w:t>out</w:t><w:txbxContent>" P("box") "</w:txbxContent><w:t>side</w:t></w:r></w:p>"
                 "<w:tbl>" TR("<w:tc>" P("lay") "<w:tbl>" TR(TC("name") TC("tel")) TR(TC("a") TC("13912345678")) "</w:tbl>"
                              P("out") "</w:tc>")
                 "</w:tbl>"),
               "open a.docx docx -\nline 1 box\nline 2 outside\nline 3 lay\ncolumns name|tel\nrecord 4@8 "
               "a|13912345678\nline 5 out\n"
               "close read 537\n");
    const struct office_part parts[] = {
        {"[Content_Types].xml", "<Types/>"}, {"word/document.xml", W(P("a"))},
        {"word/comments.xml", "<w:comments xmlns:w=\"w\"><w:comment w:author=\"Wang\">" P("b") "</w:comment></w:comments>"},
        {"docProps/core.xml", "<coreProperties><creator>Zhao</creator><lastModifiedBy>Wang</lastModifiedBy></coreProperties>"},
        {"word/embeddings/x.csv", "name,tel\na,13912345678\nb,13912345679\n"},
        {"word/media/image1.png", "\x89PNG\r\n\x1A\n"},
    };
    office_check("a.docx", parts, AN_COUNT(parts),
                 "open a.docx docx -\nline 1 a\nline 2 b\ncolumns author\nrecord 3@299 Wang\nrecord 4@299 Zhao\nclose read 299\n"
                 "open a.docx!word/embeddings/x.csv csv utf-8\ncolumns name|tel\nrecord 1@9 a|13912345678\nrecord 2@23 "
                 "b|13912345679\n"
                 "close read 37\nopen a.docx!word/media/image1.png binary -\nclose skipped 0\n");
}

static void a_document_of_pictures_is_partly_read(void **state) {
    (void) state;
    const struct office_part parts[] = {
        {"[Content_Types].xml", "<Types/>"}, {"word/document.xml", W("<w:p/>")}, {"word/media/image1.jpeg", "\xFF\xD8\xFF\xE0"},
    };
    AN_AUTO(an_buf) zip = office_zip(parts, AN_COUNT(parts));
    struct sink s;
    struct an_err err = {0};
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.docx", an_buf_str(&zip), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    assert_true(s.stores[0].unknown_lost);
    assert_non_null(strstr(s.stores[0].trouble, "unread images: 1"));
    assert_int_equal(s.stores[1].status, AN_STORE_SKIPPED);
    sink_end(&s);
    const struct office_part beside[] = {
        {"[Content_Types].xml", "<Types/>"}, {"word/document.xml", W(P("a"))}, {"word/media/image1.jpeg", "\xFF\xD8\xFF\xE0"},
    };
    AN_AUTO(an_buf) both = office_zip(beside, AN_COUNT(beside));
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.docx", an_buf_str(&both), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    assert_string_equal(s.stores[0].why, "unread images: 1; what they show is not counted");
    sink_end(&s);
}

static void broken_markup_is_told(void **state) {
    (void) state;
    check_word("<w:document><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:t>b</oops>",
               "open a.docx docx -\nline 1 a\nline 2 b\n"
               "trouble input@72 3 word/document.xml is no well-formed XML (error 76 of libxml2): the rest of it is not read\n"
               "close partly 72\n");
}

#define ODS_TYPE "application/vnd.oasis.opendocument.spreadsheet"
#define ODS(tables) "<o:document-content xmlns:o=\"o\" xmlns:t=\"t\" xmlns:x=\"x\"><o:body><o:spreadsheet>" tables \
                    "</o:spreadsheet></o:body></o:document-content>"
#define OC(text) "<t:table-cell o:value-type=\"string\"><x:p>" text "</x:p></t:table-cell>"
#define ON(number) "<t:table-cell o:value-type=\"float\" o:value=\"" number "\"><x:p>shown</x:p></t:table-cell>"
#define OR(cells) "<t:table-row>" cells "</t:table-row>"

static void check_ods(const char *content, const char *expected) {
    const struct office_part parts[] = {{"mimetype", ODS_TYPE}, {"content.xml", content}};
    office_check("a.ods", parts, AN_COUNT(parts), expected);
}

static void a_table_of_a_spreadsheet_is_a_store(void **state) {
    (void) state;
    check_ods(ODS("<t:table t:name=\"One\">"
                  OR(OC("name") OC("tel") OC("birth") OC("post")) OR(OC("a<x:s x:c=\"2\"/>b") ON("13912345678")
              "<t:table-cell o:value-type=\"date\" o:date-value=\"1990-12-31T08:00:00\"/>"
              "<t:table-cell o:value-type=\"float\" o:value=\"1234\"><x:p>001234</x:p></t:table-cell>")
              "<t:table-row t:number-rows-repeated=\"1048570\"><t:table-cell t:number-columns-repeated=\"16384\"/></t:table-row>"
              "</t:table><t:table t:name=\"Two\">" OR(OC("x") "<t:table-cell o:value-type=\"boolean\" o:boolean-value=\"true\"/>"
              "<t:table-cell><o:annotation><dc:creator>Li</dc:creator><x:p>note</x:p></o:annotation></t:table-cell>")
                  "</t:table>"),
              "open a.ods!One ods -\ncolumns name|tel|birth|post\nrecord 1@0 a  b|13912345678#|1990-12-31 "
              "08:00:00|001234#\nclose read 0\n"
              "open a.ods!Two ods -\ncolumns x|TRUE\nrecord 1@0 x|TRUE\nclose read 0\n"
              "open a.ods ods -\nline 1 Li\nline 2 note\nclose read 0\n");
}

static void what_is_repeated_is_given_again_within_limits(void **state) {
    (void) state;
    check_ods(ODS("<t:table t:name=\"T\">" OR(OC("name") OC("tel"))
              "<t:table-row t:number-rows-repeated=\"2\">" OC("a") ON("13912345678") "</t:table-row></t:table>"),
              "open a.ods!T ods -\ncolumns name|tel\nrecord 1@0 a|13912345678#\nrecord 2@0 a|13912345678#\nclose read 0\n");
    const struct office_part parts[] = {
        {"mimetype", ODS_TYPE},
        {"content.xml", ODS("<t:table t:name=\"T\"><t:table-row t:number-rows-repeated=\"1048576\"><t:table-cell "
                            "t:number-columns-repeated=\"16384\" o:value-type=\"string\"><x:p>a</x:p></t:table-cell>"
                            "</t:table-row></t:table>")},
    };
    AN_AUTO(an_buf) zip = office_zip(parts, AN_COUNT(parts));
    struct sink s;
    struct an_err err = {0};
    sink_begin(&s);
    s.quiet = true;
    assert_int_equal(sink_read(&s, "a.ods", an_buf_str(&zip), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    assert_int_equal(s.stores[0].records + s.stores[0].records_lost, 1048576);
    sink_end(&s);
}

static void an_encrypted_spreadsheet_is_unread_and_says_so(void **state) {
    (void) state;
    const struct office_part parts[] = {
        {"mimetype", ODS_TYPE}, {"content.xml", "\x01\x02\x03\x04rubbish"},
        {"META-INF/manifest.xml",
         "<m:manifest><m:file-entry m:full-path=\"content.xml\"><m:encryption-data/></m:file-entry></m:manifest>"},
    };
    office_check("a.ods", parts, AN_COUNT(parts),
                 "open a.ods!content.xml ods -\ntrouble input@0 0 encrypted: save it without a password\n"
                 "close unread 0\n");
}

static void a_page_of_html_is_lines_and_records(void **state) {
    (void) state;
    sink_check("a.html", AN_STR("<!DOCTYPE html><html><head><title>List</title><style>p {}</style></head><body>\n<p>call "
                                "<b>1391234</b>5678"
                                "<br>now<!-- old: 13912345670 --><a href=\"mailto:a@b.cn\">mail</a></p><table><tr><th>"
                                "name<th>tel</tr>"
                                "<tr><td rowspan=2>a<td>13912345678</tr><tr><td>13912345679</table><input name=mobile "
                                "value=13912345671>"
                                "<script>var x = {\"a\": 1};</script></body></html>"),
               "open a.html html utf-8\nline 1 List\nline 2 call 13912345678\nline 3  old: 13912345670 \nline 4 "
               "mailto:a@b.cn\nline 5 nowmail\n"
               "columns name|tel\nrecord 6@0 a|13912345678\nrecord 7@0 13912345679\nline 8 mobile: 13912345671\nline 9 var "
               "x = {\"a\": 1};\n"
               "close read 355\n");
}

static void html_in_gbk_is_decoded(void **state) {
    (void) state;
    sink_check("a.html", AN_STR("<html><head><meta charset=gb2312></head><body><p>\xD0\xD5"
                                "\xC3\xFB\xA3\xBA\xD5\xC5\xC8\xFD</p></body></html>"),
               "open a.html html gb18030\nline 1 姓名：张三\nclose read 77\n");
}

static void every_truncation_and_allocation_of_documents_may_fail(void **state) {
    (void) state;
    const struct office_part parts[] = {
        {"[Content_Types].xml", "<Types/>"},
        {"word/document.xml", W(P("x") "<w:tbl>" TR(TC("name") TC("tel")) TR(TC("a") TC("13912345678"))
                                "</w:tbl><w:ins w:author=\"a\"/>")},
    };
    const struct office_part sheet[] = {
        {"mimetype", ODS_TYPE}, {"content.xml", ODS("<t:table t:name=\"One\">" OR(OC("name") OC("tel")) OR(OC("a") ON("1"))
                                                    "</t:table>")},
    };
    AN_AUTO(an_buf) word = office_zip(parts, AN_COUNT(parts));
    AN_AUTO(an_buf) ods = office_zip(sheet, AN_COUNT(sheet));
    struct an_str html = AN_STR("<html><p title=\"a@b\">x<table><tr><td>a<td>b<tr><td>1<td>2</table>");
    sink_check_truncations("a.docx", an_buf_str(&word));
    sink_check_allocations("a.docx", an_buf_str(&word));
    sink_check_failing("a.docx", an_buf_str(&word));
    sink_check_truncations("a.ods", an_buf_str(&ods));
    sink_check_allocations("a.ods", an_buf_str(&ods));
    sink_check_failing("a.ods", an_buf_str(&ods));
    sink_check_truncations("a.html", html);
    sink_check_allocations("a.html", html);
    sink_check_failing("a.html", html);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_in_several_runs_is_one),
        cmocka_unit_test(what_was_deleted_is_read_with_its_word),
        cmocka_unit_test(fields_and_links_are_lines),
        cmocka_unit_test(tables_are_records_and_forms_name_their_values),
        cmocka_unit_test(text_boxes_tables_in_tables_and_notes_are_read),
        cmocka_unit_test(a_document_of_pictures_is_partly_read),
        cmocka_unit_test(broken_markup_is_told),
        cmocka_unit_test(a_table_of_a_spreadsheet_is_a_store),
        cmocka_unit_test(what_is_repeated_is_given_again_within_limits),
        cmocka_unit_test(an_encrypted_spreadsheet_is_unread_and_says_so),
        cmocka_unit_test(a_page_of_html_is_lines_and_records),
        cmocka_unit_test(html_in_gbk_is_decoded),
        cmocka_unit_test(every_truncation_and_allocation_of_documents_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
