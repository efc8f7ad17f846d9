#include "unit.h"

#include <stdio.h>
#include "app/combination.h"
#include "ident/category.h"
#include "look/division.h"
#include "look/looks.h"
#include "look/secret.h"

static const an_day today = 20782;      // 2026-11-25

static bool reads_like(const char *cell, const char *name) {
    struct an_look_seen seen[AN_LOOK_SEEN_MAX];
    size_t n = an_look_at(an_str_from_c(cell), today, seen);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(seen[i].look->name, name))
            return true;
    return false;
}

static void every_look_has_examples_and_a_place(void **state) {
    (void) state;
    bool codes[256] = {false};
    for (size_t i = 0; i < an_look_total(); i++) {
        const struct an_look *look = an_look_of(i);
        assert_true(look->code && !codes[look->code]);
        codes[look->code] = true;
        assert_ptr_equal(an_look_by_code(look->code), look);
        assert_true(look->title.en[0] && look->title.zh[0] && look->source[0]);
        assert_true(!strcmp(look->category, "-") || an_category_named(look->category));
        size_t are = 0;
        for (size_t k = 0; k < look->example_count; k++) {
            char text[1024];
            struct an_str example = look->examples[k].text;
            memcpy(text, example.ptr, example.len + 1);
            if (reads_like(text, look->name) != look->examples[k].is)
                fail_msg("%s: %s", look->name, text);
            are += look->examples[k].is;
        }
        assert_true(!look->see || (are && are < look->example_count));
    }
    assert_null(an_look_by_code(255));
}

static void words_are_known_in_either_case_and_of_several_lists(void **state) {
    (void) state;
    assert_true(reads_like("男", "sex-word") && reads_like(" MALE ", "sex-word") && !reads_like("males", "sex-word"));
    assert_true(reads_like("2", "sex-code") && reads_like("2", "age"));
    assert_true(reads_like("ab", "blood-type") && reads_like("South Korea", "nationality-word"));
    assert_true(reads_like("维吾尔族", "ethnic-word") && !reads_like("维吾尔", "ethnic-word"));
    struct an_look_seen seen[AN_LOOK_SEEN_MAX];
    assert_int_equal(an_look_at(AN_STR("  "), today, seen), 0);
}

static void divisions_begin_a_text_by_their_longest_name(void **state) {
    (void) state;
    assert_int_equal(an_look_division_len(AN_STR("北京市朝阳区")), 9);
    assert_int_equal(an_look_division_len(AN_STR("北京朝阳区")), 6);
    assert_int_equal(an_look_division_len(AN_STR("内蒙古自治区")), 18);
    assert_int_equal(an_look_division_len(AN_STR("内蒙")), 0);
    assert_int_equal(an_look_division_len(AN_STR("")), 0);
    assert_int_equal(an_look_division_len(AN_STR("某某区")), 0);
}

static struct an_look_count count(const char *name, uint64_t cells, uint64_t classes, uint64_t most) {
    for (size_t i = 0; i < an_look_total(); i++)
        if (!strcmp(an_look_of(i)->name, name))
            return (struct an_look_count) {an_look_of(i), cells, classes, most};
    fail_msg("no look %s", name);
    return (struct an_look_count) {0};
}

static void a_heading_is_borne_out_by_half_the_cells_and_denied_by_hardly_any(void **state) {
    (void) state;
    uint64_t cells;
    const struct an_look *as;
    struct an_look_count sex[] = {count("sex-word", 50, 2, 30)}, web[] = {count("web-address", 90, 1, 90)};
    assert_int_equal(an_look_bears_out(sex, 1, 100, "sex", &cells, &as), AN_LOOK_BORNE_OUT);
    assert_true(cells == 50 && as == sex[0].look);
    assert_int_equal(an_look_bears_out(sex, 1, 101, "sex", &cells, &as), AN_LOOK_MIXED);
    sex[0].cells = 4;
    assert_int_equal(an_look_bears_out(sex, 1, 100, "birth-date", &cells, &as), AN_LOOK_DENIED);
    assert_null(as);
    assert_int_equal(an_look_bears_out(web, 1, 100, "health", &cells, &as), AN_LOOK_DENIED);
    assert_ptr_equal(as, web[0].look);
    web[0].cells = 79;
    assert_int_equal(an_look_bears_out(web, 1, 100, "health", &cells, &as), AN_LOOK_UNKNOWN);
    assert_int_equal(an_look_bears_out(NULL, 0, 19, "birth-date", &cells, &as), AN_LOOK_UNKNOWN);
    assert_int_equal(an_look_bears_out(NULL, 0, 0, "birth-date", &cells, &as), AN_LOOK_UNKNOWN);
}

static void content_alone_speaks_where_many_different_cells_do(void **state) {
    (void) state;
    uint64_t cells = 0;
    struct an_look_count dates[] = {count("date-of-birth", 95, 6, 30)};
    assert_ptr_equal(an_look_alone(dates, 1, 100, AN_STR("c7"), &cells), dates[0].look);
    assert_int_equal(cells, 95);
    assert_null(an_look_alone(dates, 1, 100, AN_STR("hire_date"), &cells));
    assert_null(an_look_alone(dates, 1, 106, AN_STR("c7"), &cells));
    dates[0].classes = 2;               // all of one time
    assert_null(an_look_alone(dates, 1, 100, AN_STR("c7"), &cells));
    dates[0].classes = 6;
    dates[0].most = 60;
    assert_null(an_look_alone(dates, 1, 100, AN_STR("c7"), &cells));
    struct an_look_count few[] = {count("password-hash", 19, 1, 19)};
    assert_null(an_look_alone(few, 1, 19, AN_STR("c7"), &cells));
    struct an_look_count ages[] = {count("age", 100, 9, 20)};      // a number is nothing by itself
    assert_null(an_look_alone(ages, 1, 100, AN_STR("c7"), &cells));
}

static void children_are_told_by_the_day(void **state) {
    (void) state;
    assert_true(reads_like("2012-11-26", "under-14") && !reads_like("2012-11-25", "under-14"));
    assert_true(reads_like("110101201301011239", "under-14") && !reads_like("110101199001011237", "under-14"));
    assert_false(reads_like("110101201301011230", "under-14"));    // another check character
    assert_false(reads_like("2026-11-26", "under-14"));
}

static uint64_t secrets_in(const char *text, const char *name) {
    uint64_t found[AN_SECRETS_MAX] = {0};
    bool any = an_secrets_count(an_str_from_c(text), found);
    uint64_t all = 0;
    for (size_t i = 0; i < AN_SECRETS_MAX; i++)
        all += found[i];
    assert_true(any == (all > 0));
    for (size_t i = 0; i < an_secret_count; i++)
        if (!strcmp(an_secrets[i].name, name))
            return found[an_secrets[i].code];
    fail_msg("no secret %s", name);
    return 0;
}

// Written in halves, so that nobody takes this page for a leak.
static void secrets_are_found_and_what_stands_for_one_is_not(void **state) {
    (void) state;
    assert_int_equal(secrets_in("key=AKIA" "ABCDEFGHIJKLMNOP; key=AKIA" "BCDEFGHIJKLMNOPQ", "aws-key"), 2);
    assert_int_equal(secrets_in("key=AKIA" "IOSFODNN7EXAMPLE", "aws-key"), 0);         // a manual's
    assert_int_equal(secrets_in("xAKIA" "ABCDEFGHIJKLMNOP", "aws-key"), 0);
    assert_int_equal(secrets_in("AKIA" "ABCDEFGHIJKLMNO", "aws-key"), 0);
    assert_int_equal(secrets_in("-----BEGIN RSA " "PRIVATE KEY-----\nMIIE", "private-key"), 1);
    assert_int_equal(secrets_in("-----BEGIN PUBLIC KEY-----", "private-key"), 0);
    assert_int_equal(secrets_in("Authorization: BEARER abcdefghijklmnopqrstuvwx", "bearer-token"), 1);
    assert_int_equal(secrets_in("bearer of good news and much else besides", "bearer-token"), 0);
    assert_int_equal(secrets_in("postgresql://app:s3cr3tpw@db1/app", "url-password"), 1);
    assert_int_equal(secrets_in("postgresql://app:${PGPASSWORD}@db1/app", "url-password"), 0);
    assert_int_equal(secrets_in("postgresql://app@db1:5432/app", "url-password"), 0);
    assert_int_equal(secrets_in("https://example.com:8080/a", "url-password"), 0);
    assert_int_equal(secrets_in("POST user=li&Password=hunter22&x=1", "password"), 1);
    assert_int_equal(secrets_in("password=******", "password"), 0);
    assert_int_equal(secrets_in("password=short", "password"), 0);
    assert_int_equal(secrets_in("用户口令：abc12345", "password"), 1);
    assert_int_equal(secrets_in("eyJhbGciOiJIUzI1NiJ9" ".eyJzdWIiOiIxMjM0In0" ".abcdefghijklmnopqrstu", "jwt"), 1);
    assert_int_equal(secrets_in("eyJhbGciOiJIUzI1NiJ9.eyJ", "jwt"), 0);
}

static void patterns_are_well_formed(void **state) {
    (void) state;
    for (size_t i = 0; i < an_secret_count; i++) {
        assert_true(an_secrets[i].code > 0 && an_secrets[i].code < AN_SECRETS_MAX);
        assert_true(!i || an_secrets[i - 1].code < an_secrets[i].code);
        for (const char *const *p = an_secrets[i].patterns; *p; p++) {
            const char *text = *p + (**p == '~');
            assert_true(strlen(text) > 2 && text[0] != '[' && text[1] != '[');
            for (const char *set = strchr(text, '['); set; set = strchr(set, '[')) {
                set = strpbrk(set, "}");
                assert_non_null(set);
            }
        }
    }
}

static void combinations_are_of_known_parts(void **state) {
    (void) state;
    for (size_t i = 0; i < an_combination_count; i++) {
        assert_true(!i || strcmp(an_combinations[i - 1].name, an_combinations[i].name) < 0);
        if (!an_combination_is_known(&an_combinations[i]))
            fail_msg("%s has a part that is no kind and no category", an_combinations[i].name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_look_has_examples_and_a_place),
        cmocka_unit_test(words_are_known_in_either_case_and_of_several_lists),
        cmocka_unit_test(divisions_begin_a_text_by_their_longest_name),
        cmocka_unit_test(a_heading_is_borne_out_by_half_the_cells_and_denied_by_hardly_any),
        cmocka_unit_test(content_alone_speaks_where_many_different_cells_do),
        cmocka_unit_test(children_are_told_by_the_day),
        cmocka_unit_test(secrets_are_found_and_what_stands_for_one_is_not),
        cmocka_unit_test(patterns_are_well_formed),
        cmocka_unit_test(combinations_are_of_known_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
