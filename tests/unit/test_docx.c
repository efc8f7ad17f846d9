// Filling Word documents: marks cut by Word, blocks, rows, texts that look like markup, templates that are wrong.
#include "unit.h"

#include <stdio.h>

#include "base/alloc.h"
#include "report/paper.h"
#include "zip/zip.h"

#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define VALUE(words) {.text = AN_STR_INIT(words)}

static struct an_paper_field fields[] = {
    {"company.name", {.text = AN_STR_INIT("A&B <w:b/> \u516C\u53F8")}},
    {"people.floor", {.text = AN_STR_INIT("1,300,412"), .evidence = 3}},
    {"lines", VALUE("one\ntwo\r\nthree")},
    {"empty", VALUE("")},
    {"missing", {.is_blank = true}},
    {"hostile", VALUE("a\x01\xFF\u202E{{people.floor}}")},
    {"line", VALUE("outer")},
};
static const char *const columns[] = {"name", "line"};
static struct an_paper_value values[] = {VALUE("first"), {.text = AN_STR_INIT("1"), .evidence = 1}, VALUE("second"),
                                         {.text = AN_STR_INIT("2"), .evidence = 2}};
static struct an_paper_set sets[] = {
    {.name = "stores", .columns = columns, .column_count = 2, .values = values, .row_count = 2},
    {.name = "none", .columns = columns, .column_count = 2},
};
static const struct an_str evidence[] = {AN_STR_INIT("first file"), AN_STR_INIT("second file"), AN_STR_INIT("a count")};
static const struct an_paper paper = {
    .evidence = evidence, .evidence_count = AN_COUNT(evidence),
    .fields = fields, .field_count = AN_COUNT(fields), .sets = sets, .set_count = AN_COUNT(sets), .open = "fact.",
};

static struct an_str document(struct an_arena *arena, const char *body) {
    AN_AUTO(an_buf) xml = {0};
    struct an_err err;
    assert_int_equal(an_buf_addf(&xml, &err, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                                 "<w:document " W "><w:body>%s</w:body></w:document>", body), AN_OK);
    return an_arena_copy(arena, an_buf_str(&xml));
}

static struct an_str packed(struct an_arena *arena, struct an_str part, const char *name) {
    struct an_zip_member m[] = {{AN_STR("[Content_Types].xml"), AN_STR("<Types/>"), false},
                                {an_str_from_c(name), part, false}, {AN_STR("word/document.xml"), AN_STR(""), false}};
    if (strcmp(name, "word/document.xml") != 0)
        m[2].bytes = document(arena, "<w:p/>");
    AN_AUTO(an_buf) file = {0};
    struct an_err err;
    assert_int_equal(an_zip_write(m, strcmp(name, "word/document.xml") == 0 ? 2 : 3, &file, &err), AN_OK);
    return an_arena_copy(arena, an_buf_str(&file));
}

// What the body becomes.
static enum an_code fill(const char *body, char out[8192], struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) made = {0};
    struct an_str file = packed(&arena, document(&arena, body), "word/document.xml");
    enum an_code code = an_paper_docx(&paper, file, &made, err);
    if (code)
        return code;
    struct an_zip zip;
    assert_int_equal(an_zip_read(an_buf_str(&made), NULL, &arena, &zip, err), AN_OK);
    struct an_str xml = an_zip_find(&zip, AN_STR("word/document.xml"))->bytes;
    const char *from = strstr(xml.ptr, "<w:body"), *to = strstr(xml.ptr, "</w:body>");
    if (!to)
        out[0] = 0;                     // <w:body/>
    else
        snprintf(out, 8192, "%.*s", (int) (to - from - 8), from + 8);
    return AN_OK;
}

static void becomes(const char *body, const char *want) {
    char got[8192];
    struct an_err err = {0};
    if (fill(body, got, &err))
        fail_msg("%s: %s", body, err.text);
    assert_string_equal(got, want);
}

static void fails(const char *body, enum an_code code, const char *words) {
    char got[8192];
    struct an_err err = {0};
    assert_int_equal(fill(body, got, &err), code);
    if (!strstr(err.text, words))
        fail_msg("%s: '%s' does not say '%s'", body, err.text, words);
    assert_non_null(strstr(err.text, "word/document.xml"));
}

#define P(words) "<w:p><w:r><w:t>" words "</w:t></w:r></w:p>"
#define T(words) "<w:t xml:space=\"preserve\">" words "</w:t>"
#define EMPTY "<w:t xml:space=\"preserve\"/>"

static void a_field_becomes_its_text_and_never_markup(void **state) {
    (void) state;
    becomes(P("x {{company.name}} y"),
            "<w:p><w:r>" T("x ") T("A&amp;B &lt;w:b/&gt; \u516C\u53F8") "</w:r><w:r>" T(" y") "</w:r></w:p>");
    becomes(P("{{ line }}"), "<w:p><w:r>" EMPTY T("outer") "</w:r></w:p>");
    becomes(P("{{empty}}"), "<w:p><w:r>" EMPTY EMPTY "</w:r></w:p>");
    becomes(P("{{hostile}}"), "<w:p><w:r>" EMPTY T("a&lt;U+0001&gt;\uFFFD&lt;U+202E&gt;{{people.floor}}") "</w:r></w:p>");
    becomes(P("no mark {here}"), P("no mark {here}"));
}

static void lines_stay_lines(void **state) {
    (void) state;
    becomes(P("{{lines}}"), "<w:p><w:r>" EMPTY T("one") "<w:br/>" T("two") "<w:br/>" T("three") "</w:r></w:p>");
}

static void a_blank_shows_where_to_write(void **state) {
    (void) state;
    becomes(P("{{missing}}"), "<w:p><w:r>" EMPTY T("(to be completed)") "</w:r></w:p>");
    becomes(P("{{fact.listing.venue}}"), "<w:p><w:r>" EMPTY T("(to be completed)") "</w:r></w:p>");
    fails(P("{{fact.}}"), AN_INPUT, "no field");
}

static void a_mark_cut_by_word_is_one_mark(void **state) {
    (void) state;
    becomes("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>a {</w:t></w:r><w:r><w:t>{comp</w:t></w:r><w:proofErr w:type=\"x\"/>"
            "<w:r><w:rPr><w:i/></w:rPr><w:t>any.name}</w:t></w:r><w:r><w:t>} z</w:t></w:r></w:p>",
            "<w:p><w:r><w:rPr><w:b/></w:rPr>" T("a ") T("A&amp;B &lt;w:b/&gt; \u516C\u53F8") "</w:r><w:r>" EMPTY
            "</w:r><w:proofErr w:type=\"x\"/><w:r><w:rPr><w:i/></w:rPr>" EMPTY "</w:r><w:r>" T(" z") "</w:r></w:p>");
    becomes(P("{{line}}{{line}}-{{line}}"),
            "<w:p><w:r>" EMPTY T("outer") "</w:r><w:r>" T("outer") "</w:r><w:r>" T("-") T("outer") "</w:r></w:p>");
}

static void a_figure_carries_its_evidence_raised(void **state) {
    (void) state;
    becomes("<w:p><w:r><w:rPr><w:b/><w:vertAlign w:val=\"subscript\"/><w:lang w:val=\"zh\"/></w:rPr>"
            "<w:t>{{people.floor}} people</w:t></w:r></w:p>",
            "<w:p><w:r><w:rPr><w:b/><w:vertAlign w:val=\"subscript\"/><w:lang w:val=\"zh\"/></w:rPr>" EMPTY T("1,300,412")
            "</w:r><w:r><w:rPr><w:b/><w:vertAlign w:val=\"superscript\"/><w:lang w:val=\"zh\"/></w:rPr>" T("[1]")
            "</w:r><w:r><w:rPr><w:b/><w:vertAlign w:val=\"subscript\"/><w:lang w:val=\"zh\"/></w:rPr>" T(" people")
            "</w:r></w:p>");
}

static void evidence_is_numbered_by_first_use_and_listed_once(void **state) {
    (void) state;
    becomes(P("{{?evidence}}none yet{{/evidence}}"), "<w:p><w:r>" EMPTY "</w:r></w:p>");
    char got[8192];
    struct an_err err = {0};
    assert_int_equal(fill(P("{{people.floor}}") P("{{#stores}}") P("{{line}}") P("{{/stores}}") P("{{people.floor}}")
                          P("{{#evidence}}") P("{{number}} = {{text}}") P("{{/evidence}}"), got, &err), AN_OK);
    const char *const in_order[] = {">[1]<", ">[2]<", ">[3]<", ">[1]<", ">1<", ">a count<", ">2<", ">first file<", ">3<",
                                    ">second file<"};
    const char *at = got;
    for (size_t i = 0; i < AN_COUNT(in_order); i++) {
        at = strstr(at, in_order[i]);
        assert_non_null(at);
        at++;
    }
}

static void paragraphs_between_marks_are_there_once_a_row(void **state) {
    (void) state;
    becomes(P("{{#stores}}") "<w:p w:rsidR=\"1\"><w:r><w:t>{{name}}</w:t></w:r></w:p>" P("{{/stores}}") P("end"),
            "<w:p w:rsidR=\"1\"><w:r>" EMPTY T("first") "</w:r></w:p>"
            "<w:p w:rsidR=\"1\"><w:r>" EMPTY T("second") "</w:r></w:p>" P("end"));
    becomes(P("{{#none}}") P("{{name}}") P("{{/none}}"), "");
    becomes(P("{{#stores}}") P("{{#none}}") P("{{nobody}}") P("{{/none}}") P("{{#stores}}") P("x") P("{{/stores}}")
            P("{{/stores}}"), P("x") P("x") P("x") P("x"));
}

static void blocks_are_there_when_their_field_is(void **state) {
    (void) state;
    static const char *const there[] = {"?line", "?stores", "!empty", "!missing", "!none", "?company.name", "!fact.x"};
    static const char *const gone[] = {"!line", "!stores", "?empty", "?missing", "?none", "?fact.x"};
    char body[512];
    for (size_t i = 0; i < AN_COUNT(there); i++) {
        snprintf(body, sizeof body, P("{{%s}}") P("x") P("{{/%s}}"), there[i], there[i] + 1);
        becomes(body, P("x"));
        snprintf(body, sizeof body, P("a{{%s}}x{{/%s}}b"), there[i], there[i] + 1);
        becomes(body, "<w:p><w:r>" T("axb") "</w:r></w:p>");
    }
    for (size_t i = 0; i < AN_COUNT(gone); i++) {
        snprintf(body, sizeof body, P("{{%s}}") P("{{nobody}}") P("{{/%s}}"), gone[i], gone[i] + 1);
        becomes(body, "");
        snprintf(body, sizeof body, P("a{{%s}}x{{line}}{{/%s}}b{{line}}"), gone[i], gone[i] + 1);
        becomes(body, "<w:p><w:r>" T("ab") T("outer") "</w:r></w:p>");
    }
    becomes(P("{{?line}}{{?stores}}1{{/stores}}{{!stores}}2{{/stores}}{{/line}}3"), "<w:p><w:r>" T("13") "</w:r></w:p>");
}

#define CELL(words) "<w:tc>" P(words) "</w:tc>"
#define NO_TEXT "<w:tc><w:p><w:r><w:t/></w:r></w:p></w:tc>"
#define ROW(a, b) "<w:tr>" CELL(a) CELL(b) "</w:tr>"

static void rows_of_a_table_are_there_once_a_row(void **state) {
    (void) state;
    becomes("<w:tbl><w:tblPr/>" ROW("h", "i") ROW("{{#stores}}x", "y{{/stores}}") "</w:tbl>",
            "<w:tbl><w:tblPr/>" ROW("h", "i")
            "<w:tr><w:tc><w:p><w:r>" T("x") "</w:r></w:p></w:tc><w:tc><w:p><w:r>" T("y") "</w:r></w:p></w:tc></w:tr>"
            "<w:tr><w:tc><w:p><w:r>" T("x") "</w:r></w:p></w:tc><w:tc><w:p><w:r>" T("y") "</w:r></w:p></w:tc></w:tr></w:tbl>");
    becomes("<w:tbl>" ROW("{{#none}}x", "y{{/none}}") "</w:tbl>" P("z"), P("z"));
    becomes("<w:tbl>" ROW("{{#stores}}", "") ROW("1", "2") ROW("", "{{/stores}}") "</w:tbl>",
            "<w:tbl>"
            "<w:tr><w:tc><w:p><w:r>" EMPTY "</w:r></w:p></w:tc>" NO_TEXT "</w:tr>" ROW("1", "2")
            "<w:tr>" NO_TEXT "<w:tc><w:p><w:r>" EMPTY "</w:r></w:p></w:tc></w:tr>"
            "<w:tr><w:tc><w:p><w:r>" EMPTY "</w:r></w:p></w:tc>" NO_TEXT "</w:tr>" ROW("1", "2")
            "<w:tr>" NO_TEXT "<w:tc><w:p><w:r>" EMPTY "</w:r></w:p></w:tc></w:tr></w:tbl>");
    // in one cell, paragraphs are repeated and the row is not
    becomes("<w:tbl><w:tr><w:tc>" P("{{#stores}}") P("x") P("{{/stores}}") "</w:tc></w:tr></w:tbl>",
            "<w:tbl><w:tr><w:tc>" P("x") P("x") "</w:tc></w:tr></w:tbl>");
    // a cell never ends up without a paragraph
    becomes("<w:tbl><w:tr><w:tc>" P("{{#none}}") P("x") P("{{/none}}") "</w:tc></w:tr></w:tbl>",
            "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>");
}

static void what_may_be_there_once_is_not_copied(void **state) {
    (void) state;
    becomes(P("{{#stores}}") "<w:p xmlns:w14=\"u\" w14:paraId=\"1\"><w:bookmarkStart w:id=\"0\"/></w:p>" P("{{/stores}}"),
            "<w:p xmlns:w14=\"u\"/><w:p xmlns:w14=\"u\"/>");
}

static void text_boxes_headers_and_notes_are_filled(void **state) {
    (void) state;
    becomes("<w:p><w:r><w:pict><w:txbxContent>" P("{{line}}") "</w:txbxContent></w:pict></w:r></w:p>",
            "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r>" EMPTY T("outer") "</w:r></w:p></w:txbxContent></w:pict></w:r></w:p>");
    static const char *const names[] = {"word/header1.xml", "word/footer12.xml", "word/footnotes.xml", "word/endnotes.xml",
                                        "word/headerx.xml"};
    for (size_t i = 0; i < AN_COUNT(names); i++) {
        AN_AUTO(an_arena) arena = {0};
        AN_AUTO(an_buf) out = {0};
        struct an_err err = {0};
        struct an_str file = packed(&arena, AN_STR("<w:hdr " W ">" P("{{line}}") "</w:hdr>"), names[i]);
        assert_int_equal(an_paper_docx(&paper, file, &out, &err), AN_OK);
        struct an_zip zip;
        assert_int_equal(an_zip_read(an_buf_str(&out), NULL, &arena, &zip, &err), AN_OK);
        struct an_str xml = an_zip_find(&zip, an_str_from_c(names[i]))->bytes;
        assert_int_equal(strstr(xml.ptr, "outer") != NULL, i < 4);
    }
}

static void a_wrong_mark_is_named_with_what_would_be_right(void **state) {
    (void) state;
    fails(P("{{compny.name}}"), AN_INPUT, "{{compny.name}}: no field of that name; the nearest: company.name");
    fails(P("{{#store}}") P("{{/store}}"), AN_INPUT, "no repeated part of that name; the nearest: stores");
    fails(P("{{#line}}") P("{{/line}}"), AN_INPUT, "no repeated part");
    fails(P("{{?lin}}x{{/lin}}"), AN_INPUT, "line");
    fails(P("{{#stores}}") P("{{nam}}") P("{{/stores}}"), AN_INPUT, "the nearest: name");
    fails(P("{{name}}"), AN_INPUT, "no field");
    fails(P("x {{line"), AN_INPUT, "not closed by }}");
    fails(P("{{Line}}"), AN_INPUT, "is no mark");
    fails(P("{{}}"), AN_INPUT, "is no mark");
    fails(P("{{line}}{{/line}}"), AN_INPUT, "closes nothing");
    fails(P("{{/line}}"), AN_INPUT, "closes nothing");
    fails(P("{{?line}}x"), AN_INPUT, "is not closed");
    fails(P("{{?line}}"), AN_INPUT, "not closed in the same place");
    fails(P("{{#stores}}") "<w:tbl>" ROW("{{/stores}}", "x") "</w:tbl>", AN_INPUT, "not closed in the same place");
    fails(P("a{{#stores}}b{{/stores}}"), AN_INPUT, "repeats within a line");
    fails("<w:tbl>" ROW("{{#stores}}a", "b") ROW("c", "d") "</w:tbl>", AN_INPUT, "no row of the table ends with its end");
    fails(P("{{?line}}{{?empty}}{{/line}}{{/empty}}"), AN_INPUT, "overlaps");
}

static void hostile_documents_are_refused(void **state) {
    (void) state;
    static const struct { const char *xml, *words; } cases[] = {
        {"<!DOCTYPE x [<!ENTITY a \"b\">]><w:document " W "/>", "document type"},
        {"<w:document " W "><w:body>", "not well-formed"},
        {"", "not well-formed"},
        {"<w:document " W ">&a;</w:document>", "not well-formed"},
        {"<w:document>\x01</w:document>", "not well-formed"},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_arena) arena = {0};
        AN_AUTO(an_buf) out = {0};
        struct an_err err = {0};
        struct an_str file = packed(&arena, an_str_from_c(cases[i].xml), "word/document.xml");
        assert_int_equal(an_paper_docx(&paper, file, &out, &err), AN_INPUT);
        if (!strstr(err.text, cases[i].words) || !strstr(err.text, "word/document.xml"))
            fail_msg("%s", err.text);
    }
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) deep = {0}, out = {0};
    struct an_err err;
    for (int i = 0; i < 300; i++)
        assert_int_equal(an_buf_add(&deep, AN_STR("<w:tbl>"), &err), AN_OK);
    struct an_str file = packed(&arena, document(&arena, an_arena_copy(&arena, an_buf_str(&deep)).ptr), "word/document.xml");
    assert_int_equal(an_paper_docx(&paper, file, &out, &err), AN_INPUT);
    assert_int_equal(an_paper_docx(&paper, AN_STR("PK\x03\x04 no"), &out, &err), AN_INPUT);
    struct an_zip_member m[] = {{AN_STR("[Content_Types].xml"), AN_STR("<Types/>"), false},
                                {AN_STR("word/document.xml"), AN_STR("<a/>"), false},
                                {AN_STR("word/vbaProject.bin"), AN_STR("x"), false}};
    AN_AUTO(an_buf) macro = {0};
    assert_int_equal(an_zip_write(m, 3, &macro, &err), AN_OK);
    assert_int_equal(an_paper_docx(&paper, an_buf_str(&macro), &out, &err), AN_INPUT);
    assert_non_null(strstr(err.text, "macros"));
}

static void blocks_that_multiply_are_stopped(void **state) {
    (void) state;
    AN_AUTO(an_buf) body = {0};
    struct an_err err;
    for (int i = 0; i < 20; i++)
        assert_int_equal(an_buf_add(&body, AN_STR(P("{{#stores}}")), &err), AN_OK);
    for (int i = 0; i < 20; i++)
        assert_int_equal(an_buf_add(&body, AN_STR(P("{{/stores}}")), &err), AN_OK);
    assert_int_equal(an_buf_add(&body, (struct an_str) {"", 1}, &err), AN_OK);
    fails(body.ptr, AN_LIMIT, "repeated parts");
    body.len = 0;
    for (int i = 0; i < 40; i++)
        assert_int_equal(an_buf_add(&body, AN_STR(P("{{?line}}")), &err), AN_OK);
    for (int i = 0; i < 40; i++)
        assert_int_equal(an_buf_add(&body, AN_STR(P("{{/line}}")), &err), AN_OK);
    assert_int_equal(an_buf_add(&body, (struct an_str) {"", 1}, &err), AN_OK);
    fails(body.ptr, AN_LIMIT, "deep");
}

static void the_same_paper_gives_the_same_bytes(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) one = {0}, two = {0};
    struct an_err err;
    struct an_str file = packed(&arena, document(&arena, P("{{people.floor}}")), "word/document.xml");
    assert_int_equal(an_paper_docx(&paper, file, &one, &err), AN_OK);
    assert_int_equal(an_paper_docx(&paper, file, &two, &err), AN_OK);
    assert_true(an_str_eq(an_buf_str(&one), an_buf_str(&two)));
}

static void every_allocation_of_ours_may_fail(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_str file = packed(&arena, document(&arena, P("{{#stores}}") P("{{name}} {{lines}}") P("{{/stores}}")),
                                "word/document.xml");
    bool done = false;
    for (uint64_t n = 1; !done; n++) {
        AN_AUTO(an_buf) out = {0};
        struct an_err err = {0};
        an_alloc_fail_nth(n);
        enum an_code code = an_paper_docx(&paper, file, &out, &err);
        an_alloc_fail_nth(0);
        assert_true(code == AN_OK || code == AN_NOMEM);
        done = code == AN_OK;
        assert_true(n < 2000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_becomes_its_text_and_never_markup),
        cmocka_unit_test(lines_stay_lines),
        cmocka_unit_test(a_blank_shows_where_to_write),
        cmocka_unit_test(a_mark_cut_by_word_is_one_mark),
        cmocka_unit_test(a_figure_carries_its_evidence_raised),
        cmocka_unit_test(evidence_is_numbered_by_first_use_and_listed_once),
        cmocka_unit_test(paragraphs_between_marks_are_there_once_a_row),
        cmocka_unit_test(blocks_are_there_when_their_field_is),
        cmocka_unit_test(rows_of_a_table_are_there_once_a_row),
        cmocka_unit_test(what_may_be_there_once_is_not_copied),
        cmocka_unit_test(text_boxes_headers_and_notes_are_filled),
        cmocka_unit_test(a_wrong_mark_is_named_with_what_would_be_right),
        cmocka_unit_test(hostile_documents_are_refused),
        cmocka_unit_test(blocks_that_multiply_are_stopped),
        cmocka_unit_test(the_same_paper_gives_the_same_bytes),
        cmocka_unit_test(every_allocation_of_ours_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
