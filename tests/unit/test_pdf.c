// PDF documents: pages as lines, forms and metadata as records, pictures that are not read, damage.
#include "sink.h"

#include "source/apart.h"

// A document of hand-made objects: number 1 is the catalog, 2 the pages. `objects` are those from 3 on, NULL-ended.
static struct an_str document(struct an_buf *out, const char *catalog, const char *kids, int count, const char *const *objects,
                              const char *trailer) {
    struct an_err err;
    out->len = 0;
    assert_int_equal(an_buf_addf(out, &err, "%%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R%s>>endobj\n"
                                 "2 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n", catalog, kids, count), AN_OK);
    int number = 3;
    for (; objects[number - 3]; number++)
        assert_int_equal(an_buf_addf(out, &err, "%d 0 obj%s\nendobj\n", number, objects[number - 3]), AN_OK);
    assert_int_equal(an_buf_addf(out, &err, "trailer<</Root 1 0 R/Size %d%s>>\n%%%%EOF\n", number, trailer), AN_OK);
    return an_buf_str(out);
}

#define PAGE(contents) "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents " contents \
                       "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
#define STREAM(text) "<</Length 1000>>stream\n" text "\nendstream"

static const char table[] = STREAM(
    "BT /F 10 Tf 20 150 Td (Name) Tj 150 0 Td (Mobile) Tj ET\n"
    "BT /F 10 Tf 20 130 Td (Li Ming) Tj ET BT /F 10 Tf 170 130 Td (13912345678) Tj ET\n"
    "BT /F 10 Tf 20 110 Td (Wang Wei) Tj ET BT /F 10 Tf 170 110 Td (13912345679) Tj ET");

static void a_row_of_a_table_is_a_line(void **state) {
    AN_AUTO(an_buf) out = {0};
    const char *const objects[] = {PAGE("4 0 R"), table, NULL};
    (void) state;
    struct an_str pdf = document(&out, "", "3 0 R", 1, objects, "");
    struct sink s;
    struct an_err err;
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.pdf", pdf, 0, &err), AN_OK);
    assert_non_null(strstr(sink_text(&s), "line 1 Name  Mobile\nline 2 Li Ming  13912345678\nline 3 Wang Wei  13912345679\n"));
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    sink_end(&s);
}

static void what_it_says_of_itself_and_its_form_are_records(void **state) {
    AN_AUTO(an_buf) out = {0};
    const char *const objects[] = {
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Annots[4 0 R 5 0 R 7 0 R]>>",
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(mobile)/V(13912345678)/Rect[10 10 100 30]/P 3 0 R>>",
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(\xFE\xFF\x67\x4E\x66\x0E)/Rect[10 40 100 60]/P 3 0 R>>",
        "<</Title(Contract)/Author(Li Ming)>>",
        "<</Type/Annot/Subtype/Text/Contents(ask li@example.org)/Rect[0 0 9 9]>>", NULL,
    };
    (void) state;
    document(&out, "/AcroForm<</Fields[4 0 R 5 0 R]>>", "3 0 R", 1, objects, "/Info 6 0 R");
    sink_check("a.pdf", an_buf_str(&out),
               "open a.pdf pdf -\ncolumns document.title|author.full_name|name|mobile\nrecord 1@0 Contract|Li Ming\n"
               "record 2@0 李明|13912345678\nline 3 ask li@example.org\nclose read 607\n");
}

static void pages_that_are_pictures_are_told(void **state) {
    AN_AUTO(an_buf) out = {0};
    static const char drawing[] = STREAM("0 0 1 rg 50 50 100 100 re f");
    const char *const objects[] = {PAGE("4 0 R"), table, PAGE("6 0 R"), drawing, PAGE("8 0 R"), STREAM(" "), NULL};
    const char *const only[] = {PAGE("4 0 R"), drawing, NULL};
    struct sink s;
    struct an_err err;
    (void) state;
    document(&out, "", "3 0 R 5 0 R 7 0 R", 3, objects, "");        // a table, a drawing, an empty page
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.pdf", an_buf_str(&out), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    assert_string_equal(s.stores[0].trouble, "1 of 3 pages are pictures, whose text was not read");
    assert_true(s.stores[0].unknown_lost);
    sink_end(&s);
    document(&out, "", "3 0 R", 1, only, "");
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.pdf", an_buf_str(&out), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_UNREAD);
    sink_end(&s);
}

static void attachments_are_stores(void **state) {
    AN_AUTO(an_buf) out = {0};
    const char *const objects[] = {
        PAGE("4 0 R"), table, "<</Type/Filespec/F(b.csv)/EF<</F 6 0 R>>>>",
        "<</Type/EmbeddedFile/Length 30>>stream\nname,mobile\nLi,13912345678\nendstream", NULL,
    };
    struct sink s;
    struct an_err err;
    (void) state;
    document(&out, "/Names<</EmbeddedFiles<</Names[(b) 5 0 R (c) 5 0 R]>>>>", "3 0 R", 1, objects, "");
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.pdf", an_buf_str(&out), 0, &err), AN_OK);
    assert_int_equal(s.count, 3);
    assert_string_equal(s.stores[1].uri, "a.pdf!b.csv");
    assert_string_equal(s.stores[1].format, "csv");
    assert_int_equal(s.stores[1].records, 1);
    assert_string_equal(s.stores[2].uri, "a.pdf!2 b.csv");
    sink_end(&s);
}

static void hostile_documents_end(void **state) {
    AN_AUTO(an_buf) out = {0};
    const char *const loop[] = {"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9/Parent 3 0 R>>", NULL};
    const char *const self[] = {PAGE("3 0 R"), NULL};
    struct an_err err;
    (void) state;
    struct { const char *kids; int count; const char *const *objects; } cases[] = {
        {"3 0 R", 9, loop}, {"2 0 R", 9, loop}, {"3 0 R", 1, self}, {"3 0 R", 100000000, self}, {"3 0 R", -1, self},
        {"77 0 R", 5, self},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct sink s;
        struct an_apart *apart;
        struct memory memory = {.data = document(&out, "", cases[i].kids, cases[i].count, cases[i].objects, "")};
        struct an_input input = {.uri = AN_STR("a.pdf"), .arg = &memory, .read = memory_read};
        assert_int_equal(an_apart_new(&apart, &err), AN_OK);
        sink_begin(&s);
        struct an_reading reading = {.sink = &s.sink, .apart = apart};
        assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
        assert_false(s.open);
        if (i != 2)
            assert_int_not_equal(s.stores[0].status, AN_STORE_READ);
        an_apart_free(apart);
        sink_end(&s);
    }
}

// What is left of a document is never taken for the whole of it.
static void no_beginning_is_taken_for_the_whole(void **state) {
    AN_AUTO(an_buf) out = {0};
    const char *const objects[] = {PAGE("4 0 R"), table, NULL};
    (void) state;
    struct an_str pdf = document(&out, "", "3 0 R", 1, objects, "");
    for (size_t n = 5; n + 2 < pdf.len; n += 13) {
        struct sink s;
        struct an_err err;
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "a.pdf", an_str_slice(pdf, 0, n), 0, &err), AN_OK);
        assert_int_equal(s.count, 1);
        assert_true(s.stores[0].status == AN_STORE_PARTLY || s.stores[0].status == AN_STORE_UNREAD);
        sink_end(&s);
    }
}

static void a_sink_that_fails_stops_it(void **state) {
    AN_AUTO(an_buf) out = {0};
    const char *const objects[] = {PAGE("4 0 R"), table, NULL};
    (void) state;
    sink_check_failing("a.pdf", document(&out, "", "3 0 R", 1, objects, ""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_of_a_table_is_a_line),
        cmocka_unit_test(what_it_says_of_itself_and_its_form_are_records),
        cmocka_unit_test(pages_that_are_pictures_are_told),
        cmocka_unit_test(attachments_are_stores),
        cmocka_unit_test(hostile_documents_end),
        cmocka_unit_test(no_beginning_is_taken_for_the_whole),
        cmocka_unit_test(a_sink_that_fails_stops_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
