// Workbooks: numbers stay numbers, texts stay texts, the same book gives the same bytes.
#include "unit.h"

#include <stdio.h>

#include "report/book.h"
#include "zip/zip.h"

#define TEXT(words) {.is = AN_CELL_TEXT, .text = AN_STR_INIT(words)}
#define NUMBER(n) {.is = AN_CELL_NUMBER, .number = (n)}

static const struct an_column_head columns[] = {
    {{"Name", "名称"}, {"what it is called", "叫什么"}, 20}, {{"Count", "数量"}, {"how many", "多少"}, 12},
    {{"Day", "日期"}, {"when", "何时"}, 12},
};
static struct an_cell cells[] = {
    TEXT("=1+1"), NUMBER(1300412), {.is = AN_CELL_DAY, .day = 20781},
    TEXT("http://example.invalid/"), NUMBER(9007199254740993u), {.is = AN_CELL_DAY, .day = AN_DAY_NONE},
    TEXT("a\x01\u202E<b>&"), {.is = AN_CELL_SHARE, .share = 0.5}, {.is = AN_CELL_DAY, .day = -40000},
};
static struct an_sheet sheets[] = {
    {{"Data map", "数据地图"}, {"One row for each", "每项一行"}, columns, 3, cells, 3},
    {{"Empty", "空"}, {"Nothing", "无"}, columns, 3, NULL, 0},
};
static const struct an_book book = {
    .title = {"A book", "一本"}, .company = AN_STR_INIT("公司<&>"), .day = 20781, .sheets = sheets, .sheet_count = 2,
};

static void make(enum an_lang lang, struct an_buf *out) {
    struct an_err err = {0};
    if (an_book_xlsx(&book, lang, NULL, out, &err))
        fail_msg("%s", err.text);
}

static struct an_str part(const struct an_buf *file, struct an_arena *arena, const char *name) {
    struct an_zip zip;
    struct an_err err = {0};
    if (an_zip_read(an_buf_str(file), NULL, arena, &zip, &err))
        fail_msg("%s", err.text);
    const struct an_zip_member *m = an_zip_find(&zip, an_str_from_c(name));
    assert_non_null(m);
    return an_arena_copy(arena, m->bytes);
}

static void has(struct an_str xml, const char *words) {
    if (!strstr(xml.ptr, words))
        fail_msg("no %s in %s", words, xml.ptr);
}

static void has_not(struct an_str xml, const char *words) {
    if (strstr(xml.ptr, words))
        fail_msg("%s in %s", words, xml.ptr);
}

static void numbers_are_numbers_and_days_are_days(void **state) {
    (void) state;
    AN_AUTO(an_buf) file = {0};
    AN_AUTO(an_arena) arena = {0};
    make(AN_EN, &file);
    struct an_str sheet = part(&file, &arena, "xl/worksheets/sheet1.xml");
    has(sheet, "<v>1300412</v>");
    has(sheet, "<v>46350</v>");                     // 2026-11-24, as spreadsheets count
    has(sheet, "<v>0.5</v>");
    has_not(sheet, "900719925474099");              // above 2^53 it would be rounded: it is a text
    has(part(&file, &arena, "xl/sharedStrings.xml"), "9007199254740993");
}

static void texts_are_never_formulas_or_links(void **state) {
    (void) state;
    AN_AUTO(an_buf) file = {0};
    AN_AUTO(an_arena) arena = {0};
    make(AN_EN, &file);
    struct an_str sheet = part(&file, &arena, "xl/worksheets/sheet1.xml"), texts = part(&file, &arena, "xl/sharedStrings.xml");
    has_not(sheet, "<f>");
    has_not(sheet, "hyperlink");
    has(texts, ">=1+1<");
    has(texts, "a&lt;U+0001&gt;&lt;U+202E&gt;&lt;b&gt;&amp;");
}

static void every_column_is_in_the_dictionary(void **state) {
    (void) state;
    for (int lang = AN_EN; lang <= AN_ZH; lang++) {
        AN_AUTO(an_buf) file = {0};
        AN_AUTO(an_arena) arena = {0};
        make((enum an_lang) lang, &file);
        has(part(&file, &arena, "xl/workbook.xml"), lang == AN_ZH ? "数据字典" : "Data dictionary");
        struct an_str texts = part(&file, &arena, "xl/sharedStrings.xml");
        for (size_t i = 0; i < AN_COUNT(columns); i++) {
            has(texts, an_say(columns[i].title, (enum an_lang) lang));
            has(texts, an_say(columns[i].meaning, (enum an_lang) lang));
        }
    }
}

static void the_same_book_gives_the_same_bytes(void **state) {
    (void) state;
    AN_AUTO(an_buf) one = {0}, two = {0};
    AN_AUTO(an_arena) arena = {0};
    make(AN_ZH, &one);
    make(AN_ZH, &two);
    assert_true(an_str_eq(an_buf_str(&one), an_buf_str(&two)));
    has(part(&one, &arena, "docProps/core.xml"), "2026-11-24T12:00:00Z");
}

static void a_folder_that_is_not_there_is_told(void **state) {
    (void) state;
    AN_AUTO(an_buf) out = {0};
    struct an_err err = {0};
    assert_int_equal(an_book_xlsx(&book, AN_EN, "/nowhere/at/all", &out, &err), AN_IO);
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_numbers_and_days_are_days),
        cmocka_unit_test(texts_are_never_formulas_or_links),
        cmocka_unit_test(every_column_is_in_the_dictionary),
        cmocka_unit_test(the_same_book_gives_the_same_bytes),
        cmocka_unit_test(a_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
