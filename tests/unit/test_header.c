#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "ident/category.h"
#include "ident/header.h"
#include "ident/kinds.h"
#include "ident/role.h"

enum { LINE_MAX = 1024, FIELDS = 6, ROWS_MIN = 150 };

static struct an_header read(const char *header) { return an_header_read(an_str_from_c(header)); }

static bool is(const char *flag) { return !strcmp(flag, "1"); }

// tests/vectors/headers.tsv: header, kind or -, role or -, personal, text, weak.
static void every_header_of_the_table_is_understood(void **state) {
    (void) state;
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    assert_non_null(root);
    char path[LINE_MAX], line[LINE_MAX];
    assert_true(snprintf(path, sizeof path, "%s/tests/vectors/headers.tsv", root) < (int) sizeof path);
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("headers.tsv cannot be opened");
    assert_non_null(fgets(line, sizeof line, f));
    size_t rows = 0, bad = 0;
    while (fgets(line, sizeof line, f)) {
        char *field[FIELDS] = {line};
        line[strcspn(line, "\n")] = 0;
        for (size_t i = 1; i < FIELDS; i++) {
            field[i] = field[i - 1] + strcspn(field[i - 1], "\t");
            assert_int_equal(*field[i], '\t');
            *field[i]++ = 0;
        }
        struct an_header h = read(field[0]);
        const char *kind = h.kind ? h.kind->name : "-", *role = h.role ? an_role_name(h.role) : "-";
        bool right = !strcmp(kind, field[1]) && !strcmp(role, field[2]) && h.personal == is(field[3]) &&
                     h.text == is(field[4]) && h.weak == is(field[5]);
        if (!right)
            print_message("# %s: %s, role %s, personal %d, text %d, weak %d\n", field[0], kind, role,
                          h.personal, h.text, h.weak);
        bad += !right;
        rows++;
    }
    (void) fclose(f);
    assert_true(rows >= ROWS_MIN);
    assert_int_equal(bad, 0);
}

static void folding_removes_what_does_not_matter(void **state) {
    (void) state;
    static const struct { const char *header, *folded; } rows[] = {
        {"Receiver_Phone-No.", "receiverphoneno"}, {"ＰＨＯＮＥ（手机）", "phone"},
        {"\"身份证 号码\"", "身份证号码"},
        {"[phone]", "phone"}, {"手机号(必填)", "手机号"}, {"'mobile'", "mobile"},
        {"\xEF\xBB\xBF姓名", "姓名"}, {"姓　名：", "姓名"},
        {"(", ""}, {"", ""}, {"()", ""}, {"a(b", "a"}, {"a)b", "ab"},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        char out[AN_HEADER_MAX];
        if (!an_str_eq(an_header_fold(an_str_from_c(rows[i].header), out), an_str_from_c(rows[i].folded)))
            fail_msg("row %zu: %s", i, rows[i].header);
    }
}

static void a_header_too_long_says_nothing(void **state) {
    (void) state;
    char text[600], out[AN_HEADER_MAX];
    memset(text, 'a', sizeof text);
    memcpy(text + sizeof text - 6, "mobile", 6);
    assert_int_equal(an_header_fold((struct an_str) {text, sizeof text}, out).len, 0);
    assert_int_equal(an_header_fold((struct an_str) {text, AN_HEADER_MAX + 1}, out).len, 0);
    assert_int_equal(an_header_fold((struct an_str) {text, AN_HEADER_MAX}, out).len, AN_HEADER_MAX);
    struct an_header h = an_header_read((struct an_str) {text, sizeof text});
    assert_null(h.kind);
    assert_false(h.personal || h.text || h.weak);
}

static void broken_headers_are_read_without_harm(void **state) {
    (void) state;
    static const char *const rows[] = {
        "", ".", "...", "\xff\xfe", "\xe6\x89", "手机\xe5", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.mobile", "((((((",
        "....mobile", "0.1.2", "0",
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++)
        (void) read(rows[i]);
    assert_ptr_equal(read("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.mobile").kind, &an_ident_cn_mobile);
    assert_ptr_equal(read("....mobile").kind, &an_ident_cn_mobile);
    assert_null(read("0.1.2").kind);
}

static void every_headers_word_names_a_kind_that_has_it(void **state) {
    (void) state;
    for (size_t i = 0; i < an_ident_count; i++)
        for (const char *const *word = an_idents[i]->headers; *word; word++) {
            struct an_header h = read(*word);
            if (!h.kind || h.kind->rank > an_idents[i]->rank)
                print_message("# %s: %s is not read as that or an earlier kind\n", an_idents[i]->name, *word);
            assert_non_null(h.kind);
            assert_true(h.kind->rank <= an_idents[i]->rank);
        }
}

static void every_role_is_said_by_its_words(void **state) {
    (void) state;
    assert_string_equal(an_role_name(0), "");
    assert_string_equal(an_role_name((uint16_t) an_role_count), "");
    for (size_t r = 1; r < an_role_count; r++) {
        assert_string_equal(an_role_name((uint16_t) r), an_roles[r].name);
        for (size_t i = 1; i < r; i++)
            assert_string_not_equal(an_roles[i].name, an_roles[r].name);
        for (const char *const *word = an_roles[r].words; *word; word++) {
            char header[64], folded[AN_HEADER_MAX];
            assert_true(an_str_eq(an_header_fold(an_str_from_c(*word), folded), an_str_from_c(*word)));
            bool han = (unsigned char) **word >= 0x80;
            const char *attribute = han ? "手机号" : strlen(*word) < 3 ? "sjh" : "_mobile";
            assert_true(snprintf(header, sizeof header, "%s%s", *word, attribute) < (int) sizeof header);
            struct an_header h = read(header);
            if (h.kind != &an_ident_cn_mobile || h.role != r)
                fail_msg("%s: role %s, not %s", header, an_role_name(h.role), an_roles[r].name);
        }
    }
}

static void both_sides_of_a_record_get_the_same_role_whatever_the_spelling(void **state) {
    (void) state;
    static const char *const rows[] = {
        "receiver_mobile", "receiverMobile", "receivermobile", "RECEIVER_MOBILE", "receiver.mobile",
        "order.receiver.mobile", "receiver mobile", "收货人手机", "收货人_手机", "收货人.手机", "shr_sjh",
        "shrsjh", "o.receiver_mobile",
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        struct an_header h = read(rows[i]);
        if (h.kind != &an_ident_cn_mobile || strcmp(an_role_name(h.role), "receiver") != 0)
            fail_msg("%s", rows[i]);
    }
}

static void headings_name_categories(void **state) {
    (void) state;
    static const struct { const char *header, *category; } cases[] = {
        {"性别", "sex"}, {"出生日期", "birth-date"}, {"user.home_address", "address"}, {"收货人地址", "address"},
        {"收货地址", "address"},
        {"ip_address", NULL}, {"接口地址", NULL}, {"interface", NULL}, {"face_feature", "biometric"}, {"人脸照片", "biometric"},
        {"sex", "sex"}, {"package", NULL}, {"page", NULL}, {"Age", "age"}, {"averageAge", NULL}, {"passwd", "credential"},
        {"is_disability", NULL}, {"诊断结果", "health"}, {"基本工资（元）", "income"}, {"longitude", "location"}, {"plat", NULL},
        {"lat", "location"}, {"监护人电话", "minor"}, {"信仰", "religion"}, {"username", NULL}, {"", NULL}, {"remark", NULL},
        {"customerDateOfBirth", "birth-date"}, {"民族", "ethnic-group"}, {"race_id", NULL}, {"trace", NULL},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        const struct an_category *c = an_category_of(an_str_from_c(cases[i].header));
        if ((c ? strcmp(c->name, cases[i].category ? cases[i].category : "") : cases[i].category != NULL))
            fail_msg("%s is %s", cases[i].header, c ? c->name : "nothing");
    }
}

static void categories_are_in_order_and_share_no_heading(void **state) {
    (void) state;
    for (size_t i = 0; i < an_category_count; i++) {
        const struct an_category *c = &an_categories[i];
        assert_true(i == 0 || strcmp(an_categories[i - 1].name, c->name) < 0);
        assert_true(*c->title.en && *c->title.zh && *c->source && *c->headings);
        for (const char *const *h = c->headings; *h; h++) {
            char fold[AN_HEADER_MAX];
            assert_true(an_str_eq(an_header_fold(an_str_from_c(*h), fold), an_str_from_c(*h)));
            if (an_category_of(an_str_from_c(*h)) != c)
                fail_msg("%s is not only %s", *h, c->name);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_header_of_the_table_is_understood),
        cmocka_unit_test(folding_removes_what_does_not_matter),
        cmocka_unit_test(a_header_too_long_says_nothing),
        cmocka_unit_test(broken_headers_are_read_without_harm),
        cmocka_unit_test(every_headers_word_names_a_kind_that_has_it),
        cmocka_unit_test(every_role_is_said_by_its_words),
        cmocka_unit_test(both_sides_of_a_record_get_the_same_role_whatever_the_spelling),
        cmocka_unit_test(headings_name_categories), cmocka_unit_test(categories_are_in_order_and_share_no_heading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
