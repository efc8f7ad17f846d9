// Pictures: what they say of themselves, and how it may be damaged.
#include "sink.h"

#include "source/apart.h"
#include "source/ocr.h"

static struct an_str fixture(const char *name) {
    char path[1024];
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    (void) snprintf(path, sizeof path, "%s/tests/fixtures/images/%s", root ? root : ".", name);
    struct an_str bytes = sink_file(path);
    assert_non_null(bytes.ptr);
    return bytes;
}

static void fixture_free(struct an_str bytes) {
    char *p;
    memcpy(&p, &bytes.ptr, sizeof p);
    an_free(p);
}

static void pictures_say_where_and_whose(void **state) {
    static const struct { const char *name, *has[5]; } cases[] = {
        {"exif.jpg", {"39.907500,-116.397000|Li Ming|Wang Wei|call 13912345678|李明|by li@example.cn\n", " Zhao Lei\n",
                      "Qian Duo", " a remark\n", NULL}},
        {"exif.webp", {"Li Ming|(c) Li Ming|call 13912345678|李明\n", NULL}}, {"exif.tiff", {"record 1@0 Li Ming\n", NULL}},
        {"text.png", {"Li Ming|(c) Li Ming|call 13912345678|李明\n", "line 2 Zhao Lei\n", "line 3 联系 13912345670\n", NULL}},
        {"plain.png", {"open x image -\nclose skipped 79\n", NULL}},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct an_str bytes = fixture(cases[i].name);
        struct sink s;
        struct an_err err;
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "x", bytes, 0, &err), AN_OK);
        for (size_t k = 0; cases[i].has[k]; k++)
            if (!strstr(sink_text(&s), cases[i].has[k]))
                fail_msg("%s: %s", cases[i].name, sink_text(&s));
        assert_int_equal(s.stores[0].status, AN_STORE_SKIPPED);
        assert_non_null(strstr(s.stores[0].why, "the picture, which holds no records by its nature, was not"));
        sink_end(&s);
        fixture_free(bytes);
    }
}

static void a_picture_is_read_apart(void **state) {
    struct an_str bytes = fixture("exif.jpg");
    struct an_apart *apart;
    struct an_err err;
    struct sink s[2];
    (void) state;
    assert_int_equal(an_apart_new(&apart, &err), AN_OK);
    for (size_t i = 0; i < 2; i++) {
        struct memory memory = {.data = bytes};
        sink_begin(&s[i]);
        struct an_reading reading = {.sink = &s[i].sink, .apart = apart, .inside = i};
        struct an_input input = {.uri = AN_STR("x.jpg"), .arg = &memory, .read = memory_read};
        assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    }
    assert_string_equal(sink_text(&s[0]), sink_text(&s[1]));
    assert_int_equal(s[0].stores[0].status, AN_STORE_SKIPPED);
    sink_end(&s[0]);
    sink_end(&s[1]);
    an_apart_free(apart);
    fixture_free(bytes);
}

// Where Tesseract is installed, as it is wherever all tests are run.
static void text_in_a_picture_is_a_store_of_its_own(void **state) {
    char languages[AN_OCR_LANGUAGES];
    struct an_err err;
    (void) state;
    if (an_ocr_choose("eng", languages, &err))
        return;
    struct an_ocr *recogniser = an_ocr_new(languages);
    struct an_apart *apart;
    assert_non_null(recogniser);
    assert_int_equal(an_apart_new(&apart, &err), AN_OK);
    static const char *const names[] = {"number.png", "number.jpg", "plain.png", "exif.jpg"};
    for (size_t i = 0; i < 2 * AN_COUNT(names); i++) {
        struct an_str bytes = fixture(names[i / 2]);
        struct memory memory = {.data = bytes};
        struct sink s;
        sink_begin(&s);
        struct an_reading reading = {.sink = &s.sink, .apart = apart, .inside = i % 2, .ocr = languages,
                                     .recogniser = recogniser};
        struct an_input input = {.uri = AN_STR("x.png"), .arg = &memory, .read = memory_read};
        assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
        if (i < 4) {
            if (!strstr(sink_text(&s), "open x.png!(recognised text) image -\nline 1 110105195001080504\n"
                                       "line 2 call 13934705114\n"))
                fail_msg("%s: %s", names[i / 2], sink_text(&s));
            assert_int_equal(s.count, 2);
            assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
            assert_true(s.stores[0].unknown_lost);
            assert_int_equal(s.stores[1].status, AN_STORE_READ);
        } else {
            assert_int_equal(s.count, 1);
            assert_int_equal(s.stores[0].status, AN_STORE_SKIPPED);
            assert_non_null(strstr(s.stores[0].why, "no text was recognised in the picture"));
        }
        sink_end(&s);
        fixture_free(bytes);
    }
    static const struct { struct an_str bytes; bool started; const char *trouble; } unread[] = {
        {AN_STR_INIT("\xFF\xD8\xFF\xD9............"), true,
         "its text could not be recognised: it is damaged, or packed in a way that is not known there"},
        {AN_STR_INIT("\xFF\xD8\xFF\xD9............"), false,
         "its text was not recognised: Tesseract could not be started apart"},
    };
    for (size_t i = 0; i < AN_COUNT(unread); i++) {
        struct memory memory = {.data = unread[i].bytes};
        struct sink s;
        sink_begin(&s);
        struct an_reading reading = {.sink = &s.sink, .inside = true, .ocr = languages,
                                     .recogniser = unread[i].started ? recogniser : NULL};
        struct an_input input = {.uri = AN_STR("x.jpg"), .arg = &memory, .read = memory_read};
        assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
        assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
        assert_string_equal(s.stores[0].trouble, unread[i].trouble);
        sink_end(&s);
    }
    an_apart_free(apart);
    an_ocr_free(recogniser);
}

static void languages_are_chosen_by_what_is_there(void **state) {
    char out[AN_OCR_LANGUAGES];
    struct an_err err;
    (void) state;
    assert_int_equal(an_ocr_choose("../eng", out, &err), AN_USAGE);
    assert_int_equal(an_ocr_choose("xx_none", out, &err), AN_USAGE);
    assert_non_null(strstr(err.text, "tesseract-ocr-chi-sim"));
    assert_null(an_ocr_new("xx_none"));
}

static void damage_is_told_and_ends(void **state) {
    static const char *const names[] = {"exif.webp", "exif.tiff", "text.png"};
    (void) state;
    for (size_t i = 0; i < AN_COUNT(names); i++) {
        struct an_str bytes = fixture(names[i]);
        sink_check_truncations("x", bytes);
        fixture_free(bytes);
    }
    struct an_str png = fixture("text.png");
    struct sink s;
    struct an_err err;
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "x", an_str_slice(png, 0, 100), 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
    assert_string_equal(s.stores[0].trouble,
                        "its parts do not follow each other as they should: what it says of itself may be missing");
    sink_end(&s);
    sink_check_failing("x", png);
    fixture_free(png);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_say_where_and_whose),
        cmocka_unit_test(a_picture_is_read_apart),
        cmocka_unit_test(text_in_a_picture_is_a_store_of_its_own),
        cmocka_unit_test(languages_are_chosen_by_what_is_there),
        cmocka_unit_test(damage_is_told_and_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
