// Working days: the examples that officials printed, and what a calendar file may not say.
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "calendar/calendar.h"

static struct an_arena arena;           // of the group: filled once, read by every test
static struct an_calendar cn;

static int load(void **state) {
    (void) state;
    char path[4096];
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    (void) snprintf(path, sizeof path, "%s/law/calendar/cn.csv", root ? root : ".");
    FILE *f = fopen(path, "rb");
    if (!f)
        return -1;
    char *bytes = an_arena_alloc(&arena, 64 * 1024, 1);
    size_t n = fread(bytes, 1, 64 * 1024, f);
    (void) fclose(f);
    struct an_err err = {0};
    return (int) an_calendar_parse((struct an_str) {bytes, n}, &arena, &cn, &err);
}

static int unload(void **state) {
    (void) state;
    an_arena_release(&arena);
    return 0;
}

static an_day day(const char *text) {
    an_day d = 0;
    assert_true(an_day_parse(an_str_from_c(text), &d));
    return d;
}

static void expect(const char *start, unsigned n, const char *end, bool provisional) {
    an_day last;
    bool unsure;
    char text[AN_DAY_TEXT_MAX];
    an_calendar_add_workdays(&cn, day(start), n, &last, &unsure);
    assert_string_equal(an_day_text(last, text), end);
    assert_int_equal(unsure, provisional);
    if (n)
        assert_int_equal(an_calendar_count(&cn, day(start), last, &unsure), n);
}

static void thirty_working_days_end_where_the_authority_said(void **state) {
    (void) state;
    expect("2025-07-18", 30, "2025-08-29", false);
}

// Working days of reviews that were announced: tests/e2e/cases-cn.json.
static void known_reviews_took_as_long_as_computed(void **state) {
    (void) state;
    static const struct { const char *from, *to; int days; unsigned workdays; } reviews[] = {
        {"2021-07-02", "2022-07-21", 384, 263}, {"2021-07-02", "2023-01-16", 563, 385},    // Didi
        {"2021-07-05", "2022-06-29", 359, 246},                     // Full Truck Alliance, BOSS Zhipin
        {"2022-06-24", "2023-09-01", 434, 299},                     // CNKI
        {"2023-03-31", "2023-05-21", 51, 33},                       // Micron
        {"2026-08-06", "2026-11-23", 109, 73}, {"2026-08-06", "2026-10-14", 69, 45},       // Palo Alto Networks
    };
    for (size_t i = 0; i < AN_COUNT(reviews); i++) {
        bool unsure;
        assert_int_equal(day(reviews[i].to) - day(reviews[i].from), reviews[i].days);
        assert_int_equal(an_calendar_count(&cn, day(reviews[i].from), day(reviews[i].to), &unsure), reviews[i].workdays);
        assert_false(unsure);
    }
}

static void the_review_of_january_2026_ends_as_computed(void **state) {
    (void) state;
    expect("2026-01-05", 10, "2026-01-19", false);      // B
    expect("2026-01-19", 30, "2026-03-06", false);      // C
    expect("2026-03-06", 15, "2026-03-27", false);      // D
    expect("2026-03-27", 90, "2026-08-06", false);      // E
    expect("2026-01-19", 45, "2026-03-27", false);      // C with its extension
    expect("2026-03-27", 15, "2026-04-20", false);
    expect("2026-04-20", 90, "2026-08-27", false);
}

static void the_first_day_is_not_counted(void **state) {
    (void) state;
    expect("2026-01-05", 0, "2026-01-05", false);
    expect("2026-01-05", 1, "2026-01-06", false);
    expect("2026-01-09", 1, "2026-01-12", false);       // a Friday
}

static void moved_days_work_and_rest(void **state) {
    (void) state;
    assert_true(an_calendar_is_workday(&cn, day("2026-02-14")));    // a Saturday that is worked
    assert_false(an_calendar_is_workday(&cn, day("2026-02-16")));   // a Monday that is off
    assert_true(an_calendar_is_workday(&cn, day("2026-01-05")));
    assert_false(an_calendar_is_workday(&cn, day("2026-01-10")));
    assert_false(an_calendar_is_workday(&cn, day("2022-12-31")));   // named in the notice of the year after
}

static void each_year_has_its_known_number_of_working_days(void **state) {
    (void) state;
    static const struct { const char *before, *last; unsigned days; } years[] = {
        {"2019-12-31", "2020-12-31", 249}, {"2020-12-31", "2021-12-31", 250},
            {"2021-12-31", "2022-12-31", 249},
        {"2022-12-31", "2023-12-31", 249}, {"2023-12-31", "2024-12-31", 251},
            {"2024-12-31", "2025-12-31", 248},
        {"2025-12-31", "2026-12-31", 248},
    };
    for (size_t i = 0; i < AN_COUNT(years); i++) {
        bool unsure;
        assert_int_equal(an_calendar_count(&cn, day(years[i].before), day(years[i].last), &unsure),
                         years[i].days);
        assert_false(unsure);
    }
}

// Known cases of the review, counted from the day it was opened (as those who reported them counted).
static void durations_of_known_cases_agree(void **state) {
    (void) state;
    bool unsure;
    assert_int_equal(an_calendar_count(&cn, day("2021-07-02"), day("2022-07-21"), &unsure), 263);
    assert_int_equal(an_calendar_count(&cn, day("2021-07-02"), day("2023-01-16"), &unsure), 385);
    assert_int_equal(an_calendar_count(&cn, day("2021-07-05"), day("2022-06-29"), &unsure), 246);
    assert_int_equal(an_calendar_count(&cn, day("2022-06-24"), day("2023-09-01"), &unsure), 299);
    assert_int_equal(an_calendar_count(&cn, day("2023-03-31"), day("2023-05-21"), &unsure), 33);
    expect("2026-08-06", 45, "2026-10-14", false);
}

static void a_period_into_a_year_without_data_is_provisional(void **state) {
    (void) state;
    expect("2026-12-30", 1, "2026-12-31", false);
    expect("2026-12-30", 2, "2027-01-01", true);
    expect("2019-12-31", 1, "2020-01-02", false);
    expect("2019-12-30", 1, "2019-12-31", true);
    struct an_calendar none = {0};
    an_day last;
    bool unsure;
    an_calendar_add_workdays(&none, day("2026-01-05"), 5, &last, &unsure);
    assert_int_equal(last, day("2026-01-12"));
    assert_true(unsure);
}

static void calendar_days_roll_over_rest_days(void **state) {
    (void) state;
    an_day last;
    bool unsure;
    an_calendar_add_days(&cn, day("2026-01-05"), 4, &last, &unsure);
    assert_int_equal(last, day("2026-01-09"));
    an_calendar_add_days(&cn, day("2026-01-05"), 5, &last, &unsure);    // a Saturday
    assert_int_equal(last, day("2026-01-12"));
    an_calendar_add_days(&cn, day("2026-09-21"), 10, &last, &unsure);   // into the autumn holiday
    assert_int_equal(last, day("2026-10-08"));
    assert_false(unsure);
}

static void a_malformed_file_is_refused_with_its_line(void **state) {
    (void) state;
    static const struct { const char *text, *says; } bad[] = {
        {"2026-01-01,x,off\n2026-13-01,x,off\n", "line 2"},
        {"2026-01-01,x,maybe\n", "line 1"},
        {"2026-01-01\n", "line 1"},
        {"years,2026,2020\n", "line 1"},
        {"years,20x6,2026\n", "line 1"},
        {"years,2020,2021\nyears,2020,2021\n", "line 2"},
        {"2026-01-01,x,off\n2026-01-01,y,off\n", "stands twice"},
    };
    for (size_t i = 0; i < AN_COUNT(bad); i++) {
        AN_AUTO(an_arena) own = {0};
        struct an_calendar cal = {0};
        struct an_err err = {0};
        assert_int_equal(an_calendar_parse(an_str_from_c(bad[i].text), &own, &cal, &err), AN_INPUT);
        if (!strstr(err.text, bad[i].says))
            fail_msg("\"%s\" does not say \"%s\"", err.text, bad[i].says);
        assert_null(cal.moved);
    }
}

static void comments_carriage_returns_and_no_final_line_feed_are_fine(void **state) {
    (void) state;
    AN_AUTO(an_arena) own = {0};
    struct an_calendar cal = {0};
    struct an_err err = {0};
    const char *text = "# c\r\nyears,2026,2026\r\ndate,name,kind\r\n2026-01-02,b,off\r\n2026-01-01,a,off";
    assert_int_equal(an_calendar_parse(an_str_from_c(text), &own, &cal, &err), AN_OK);
    assert_int_equal(cal.moved_count, 2);
    assert_int_equal(cal.moved[0].day, day("2026-01-01"));
    assert_int_equal(cal.last_year, 2026);
}

static void running_out_of_memory_is_an_error(void **state) {
    (void) state;
    AN_AUTO(an_arena) own = {0};
    struct an_calendar cal = {0};
    struct an_err err = {0};
    an_alloc_fail_nth(1);
    assert_int_equal(an_calendar_parse(AN_STR("2026-01-01,a,off"), &own, &cal, &err), AN_NOMEM);
    an_alloc_fail_nth(0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thirty_working_days_end_where_the_authority_said),
        cmocka_unit_test(the_review_of_january_2026_ends_as_computed),
        cmocka_unit_test(known_reviews_took_as_long_as_computed),
        cmocka_unit_test(the_first_day_is_not_counted),
        cmocka_unit_test(moved_days_work_and_rest),
        cmocka_unit_test(each_year_has_its_known_number_of_working_days),
        cmocka_unit_test(durations_of_known_cases_agree),
        cmocka_unit_test(a_period_into_a_year_without_data_is_provisional),
        cmocka_unit_test(calendar_days_roll_over_rest_days),
        cmocka_unit_test(a_malformed_file_is_refused_with_its_line),
        cmocka_unit_test(comments_carriage_returns_and_no_final_line_feed_are_fine),
        cmocka_unit_test(running_out_of_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
