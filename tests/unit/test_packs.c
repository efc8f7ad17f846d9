// The law folder: found, read in order, and refused with the file that is wrong.
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "app/due.h"
#include "app/judge.h"
#include "app/packs.h"
#include "rules/words.h"

#define GOOD(id) "rule " id " version 1 {\n title en \"t\" zh \"t\"\n instrument \"i\" article \"1\"\n" \
    " status in_force from 2020-01-01\n quote zh \"q\"\n scope company\n when company.cii = yes\n" \
    " clock c 5 workdays(cn) from event(notice.review)\n test \"t\" given company.cii=yes expect yes\n}\n"

#define NAMES "fact company.cii flag en \"c\" zh \"c\"\nevent notice.review en \"n\" zh \"n\"\n"

static char folder[64];                 // of the test that runs; made and emptied by it

static void put(const char *name, const char *text) {
    char path[160];
    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void put_folder(const char *name) {
    char path[160];
    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static int make(void **state) {
    (void) state;
    (void) snprintf(folder, sizeof folder, "/tmp/anshen-law-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    put_folder("calendar");
    put_folder("b");
    put("calendar/cn.csv", "years,2026,2026\n2026-01-01,x,off\n");
    put("b/z.rule", GOOD("z"));
    put("a.rule", NAMES GOOD("y"));
    put("b/notes.txt", "not a rule");
    put("b/.hidden.rule", "not read");
    return 0;
}

static int empty(void **state) {
    (void) state;
    static const char *const names[] = {"calendar/cn.csv", "calendar", "b/z.rule", "b/notes.txt",
                                        "b/.hidden.rule",
                                        "b/loop", "b/bad.rule", "b", "a.rule", ""};
    for (size_t i = 0; i < AN_COUNT(names); i++) {
        char path[160];
        (void) snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        AN_IGNORE(remove(path));
    }
    return 0;
}

static void open_shipped(struct an_law *law) {
    struct an_err err = {0};
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    char path[4096];
    (void) snprintf(path, sizeof path, "%s/law", root ? root : ".");
    if (an_law_open(path, NULL, law, &err))
        fail_msg("%s", err.text);
}

static void the_shipped_law_opens(void **state) {
    (void) state;
    AN_AUTO(an_law) law = {0};
    open_shipped(&law);
    assert_true(law.packs.rule_count >= 2);
    assert_int_equal(an_law_calendar(&law, AN_STR("cn"))->first_year, 2020);
    assert_int_equal(an_law_calendar(&law, AN_STR("nowhere"))->first_year, 0);
}

static void the_shipped_review_rules_say_what_the_measures_say(void **state) {
    (void) state;
    AN_AUTO(an_law) law = {0};
    struct an_err err = {0};
    open_shipped(&law);
    const struct an_rule *now = an_packs_find(&law.packs, AN_STR("cn.crm.art7"), AN_STR("2022"));
    const struct an_rule *draft = an_packs_find(&law.packs, AN_STR("cn.crm.art6"), AN_STR("draft-2021-07-10"));
    assert_non_null(now);
    assert_non_null(draft);
    an_day first = an_date_to_day((struct an_date) {2022, 2, 15});
    assert_int_equal(an_rule_standing(now, first - 1), AN_STANDING_NOT_YET);
    assert_int_equal(an_rule_standing(now, first), AN_STANDING_IN_FORCE);
    assert_int_equal(an_rule_standing(draft, first), AN_STANDING_DRAFT);
    static const struct { uint64_t length, extend; bool open; } clocks[] =
        {{10, 0, false}, {30, 15, false}, {15, 0, false}, {90, 0, true}};
    assert_int_equal(now->clock_count, AN_COUNT(clocks));
    for (size_t i = 0; i < AN_COUNT(clocks); i++) {
        assert_int_equal(now->clocks[i].unit, AN_UNIT_WORKDAYS);
        assert_int_equal(now->clocks[i].length, clocks[i].length);
        assert_int_equal(now->clocks[i].extend, clocks[i].extend);
        assert_int_equal(now->clocks[i].extend_open, clocks[i].open);
    }
    AN_AUTO(an_buf) said = {0};
    assert_int_equal(an_duty_say(&law.packs, &now->duties[0], AN_ZH, &said, &err), AN_OK);
    assert_true(an_str_eq(an_buf_str(&said), AN_STR("在向国外证券监管机构提出上市申请之前，"
                                                    "向网络安全审查办公室申报网络安全审查")));
}

static void a_choice_of_packs_narrows_what_is_judged(void **state) {
    (void) state;
    AN_AUTO(an_law) law = {0};
    struct an_err err = {0};
    assert_int_equal(an_law_open(folder, NULL, &law, &err), AN_OK);
    const struct an_rule *y = law.packs.rules[0], *z = law.packs.rules[1];
    assert_true(an_law_has(&law, y) && an_law_has(&law, z));
    const char *const one[] = {"b"}, *const wrong[] = {"bb"};
    assert_int_equal(an_law_choose(&law, one, 1, &err), AN_OK);
    assert_true(!an_law_has(&law, y) && an_law_has(&law, z));
    assert_int_equal(an_law_choose(&law, wrong, 1, &err), AN_USAGE);
    assert_non_null(strstr(err.text, "did you mean b?"));
    struct an_facts none = {0};
    struct an_judgement j = {0};
    assert_int_equal(an_judge(&law, &none, z->from, &law.arena, &j, &err), AN_OK);
    assert_int_equal(j.count, 1);
    assert_ptr_equal(j.verdicts[0].rule, z);
}

// A rule about an incident has nothing to judge before one is described; a stock of people describes none.
static void a_rule_about_an_incident_stands_by(void **state) {
    (void) state;
    static const struct { const char *id, *fact; bool stands_by; } cases[] = {
        {"cn.incident.report.cii", NULL, true},
        {"cn.incident.report.cii", "count(people_processed)=2000000", true},
        {"cn.incident.report.cii", "incident.cn_cii_involved=yes", false},
        {"cn.crm.art7", NULL, false},
    };
    AN_AUTO(an_law) law = {0};
    struct an_err err = {0};
    open_shipped(&law);
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct an_facts facts = {0};
        struct an_judgement j = {0};
        struct an_fact fact;
        if (cases[i].fact) {
            assert_int_equal(an_fact_parse(an_str_from_c(cases[i].fact), &law.arena, &fact, &err), AN_OK);
            assert_int_equal(an_facts_set(&facts, fact, &law.arena, &err), AN_OK);
        }
        assert_int_equal(an_judge(&law, &facts, 20780, &law.arena, &j, &err), AN_OK);
        bool found = false;
        for (size_t v = 0; v < j.count; v++)
            if (an_str_eq(j.verdicts[v].rule->id, an_str_from_c(cases[i].id))) {
                assert_int_equal(an_verdict_stands_by(&j.verdicts[v], &law.packs, &facts), cases[i].stands_by);
                found = true;
            }
        assert_true(found);
    }
}

static an_day on(const char *text) {
    an_day day;
    assert_true(an_day_parse(an_str_from_c(text), &day));
    return day;
}

// The clocks of one rule, from what happened and when.
static void clocks_run_from_the_events_that_are_known(void **state) {
    (void) state;
    static const struct { const char *clock, *from, *asked, *given, *due, *latest; bool stopped, provisional; } cases[] = {
        {"30 workdays(cn)", "2025-07-18", NULL, NULL, "2025-08-29", NULL, false, false},
        {"30 workdays(cn)", NULL, NULL, NULL, NULL, NULL, false, false},
        {"30 workdays(cn) from event(a) extend 15", "2026-01-19", NULL, NULL, "2026-03-06", "2026-03-27", false, false},
        // six working days pass between asking and handing in
        {"30 workdays(cn)", "2025-07-18", "2025-08-01", "2025-08-11", "2025-09-08", NULL, false, false},
        {"30 workdays(cn)", "2025-07-18", "2025-08-01", NULL, "2025-08-29", NULL, true, false},
        {"30 workdays(cn)", "2025-07-18", "2025-09-30", "2025-10-20", "2025-08-29", NULL, false, false},    // after its end
        {"30 workdays(cn)", "2025-07-18", "2025-06-30", "2025-07-25", "2025-09-05", NULL, false, false},    // from before
        {"10 workdays(cn)", "2026-12-25", NULL, NULL, "2027-01-08", NULL, false, true},
        {"15 days", "2026-09-16", NULL, NULL, "2026-10-08", NULL, false, false},     // 1 October is off until the 7th
        {"15 days", "2026-09-14", "2026-09-15", "2026-09-17", "2026-10-08", NULL, false, false},
        {"15 days", "2026-09-16", "2026-09-17", "2026-09-19", "2026-10-08", NULL, false, false},
        {"24 hours", "2026-09-30", NULL, NULL, "2026-10-01", NULL, false, false},
        {"72 hours", "2026-02-27", NULL, NULL, "2026-03-02", NULL, false, false},
        {"1 hours", "2026-02-27", NULL, NULL, "2026-02-28", NULL, false, false},
        {"1 months", "2026-01-31", NULL, NULL, "2026-02-28", NULL, false, false},    // worked: the feast moved it
        {"3 months", "2025-11-30", NULL, NULL, "2026-02-28", NULL, false, false},
        {"2 years", "2024-02-29", NULL, NULL, "2026-02-28", NULL, false, false},
    };
    AN_AUTO(an_law) law = {0};
    struct an_err err = {0};
    open_shipped(&law);
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_arena) arena = {0};
        AN_AUTO(an_buf) text = {0};
        struct an_packs packs = {0};
        bool whole = strstr(cases[i].clock, "from") != NULL;
        assert_int_equal(an_buf_addf(&text, &err, "rule r version 1 { clock c %s%s pause event(p) until event(q) }",
                                     cases[i].clock, whole ? "" : " from event(a)"), AN_OK);
        if (an_pack_parse(&packs, "cn/r.rule", an_buf_str(&text), &arena, &err))
            fail_msg("%s", err.text);
        struct an_event events[3];
        struct an_company c = {.events = events};
        const struct { const char *name, *day; } given[] = {{"a", cases[i].from}, {"p", cases[i].asked},
                                                            {"q", cases[i].given}};
        for (size_t k = 0; k < AN_COUNT(given); k++)
            if (given[k].day)
                events[c.event_count++] = (struct an_event) {an_str_from_c(given[k].name), on(given[k].day), 1};
        struct an_due due = an_clock_due(&law, packs.rules[0], &packs.rules[0]->clocks[0], &c);
        char day[AN_DAY_TEXT_MAX] = "", latest[AN_DAY_TEXT_MAX] = "";
        assert_int_equal(due.started, cases[i].due != NULL);
        if (!due.started)
            continue;
        if (strcmp(an_day_text(due.day, day), cases[i].due) != 0)
            fail_msg("%zu: %s, not %s", i, day, cases[i].due);
        if (due.latest != AN_DAY_NONE)
            an_day_text(due.latest, latest);
        assert_string_equal(latest, cases[i].latest ? cases[i].latest : "");
        assert_int_equal(due.stopped, cases[i].stopped);
        assert_int_equal(due.provisional, cases[i].provisional);
    }
}

static void rules_of_all_folders_are_read(void **state) {
    (void) state;
    AN_AUTO(an_law) law = {0};
    struct an_err err = {0};
    char link[160];
    (void) snprintf(link, sizeof link, "%s/b/loop", folder);
    assert_int_equal(symlink(folder, link), 0);
    if (an_law_open(folder, NULL, &law, &err))
        fail_msg("%s", err.text);
    assert_int_equal(law.file_count, 2);
    assert_int_equal(law.packs.rule_count, 2);
    assert_true(an_str_eq(law.packs.rules[0]->id, AN_STR("y")));
    assert_string_equal(law.packs.rules[1]->file, "b/z.rule");
    assert_int_equal(law.check.tests_passed, 2);
}

static void the_data_folder_comes_before_the_built_in_ones(void **state) {
    (void) state;
    AN_AUTO(an_law) law = {0};
    struct an_err err = {0};
    char inner[160], outer[160];
    (void) snprintf(outer, sizeof outer, "%s", folder);
    put_folder("law");
    put("law/a.rule", NAMES GOOD("only"));
    assert_int_equal(an_law_load(NULL, outer, &law, &err), AN_OK);
    assert_int_equal(law.packs.rule_count, 1);
    (void) snprintf(inner, sizeof inner, "%s/law/a.rule", folder);
    AN_IGNORE(remove(inner));
    (void) snprintf(inner, sizeof inner, "%s/law", folder);
    AN_IGNORE(remove(inner));
    // The calendar it counts by is not in that folder: a complaint, and nothing may be judged.
    assert_int_equal(law.check.complaint_count, 1);
    assert_non_null(strstr(law.check.complaints[0].text.ptr, "calendar"));
}

static void a_bad_file_refuses_the_folder_and_is_named(void **state) {
    (void) state;
    AN_AUTO(an_law) law = {0};
    struct an_err err = {0};
    put("b/bad.rule", "rule x version 1 {\n  qoute\n}\n");
    assert_int_equal(an_law_open(folder, NULL, &law, &err), AN_INPUT);
    assert_non_null(strstr(err.text, "b/bad.rule:2:3: 'qoute'"));
    assert_int_equal(law.packs.rule_count, 0);

    assert_int_equal(an_law_load(folder, NULL, &law, &err), AN_OK);     // for those who want to see the list
    assert_int_equal(law.check.complaint_count, 1);
    assert_int_equal(law.packs.rule_count, 2);
}

static void a_failing_test_refuses_the_folder(void **state) {
    (void) state;
    AN_AUTO(an_law) law = {0};
    struct an_err err = {0};
    put("b/bad.rule", "rule x version 1 {\n title en \"t\" zh \"t\"\n instrument \"i\" article \"1\"\n"
        " status in_force from 2020-01-01\n quote zh \"q\"\n scope company\n when company.cii = yes\n"
        " test \"wrong\" given company.cii=yes expect no\n}\n");
    assert_int_equal(an_law_open(folder, NULL, &law, &err), AN_INPUT);
    assert_non_null(strstr(err.text, "b/bad.rule:8:"));
    assert_non_null(strstr(err.text, "expected no, got yes"));
}

static void a_folder_without_rules_or_none_at_all_is_an_error(void **state) {
    (void) state;
    AN_AUTO(an_law) law = {0};
    struct an_err err = {0};
    char path[160];
    (void) snprintf(path, sizeof path, "%s/calendar", folder);
    assert_int_equal(an_law_open(path, NULL, &law, &err), AN_INPUT);
    assert_non_null(strstr(err.text, "no rule in this folder"));
    (void) snprintf(path, sizeof path, "%s/nothing", folder);
    assert_int_equal(an_law_open(path, NULL, &law, &err), AN_USAGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_law_opens),
        cmocka_unit_test(the_shipped_review_rules_say_what_the_measures_say),
        cmocka_unit_test(a_rule_about_an_incident_stands_by),
        cmocka_unit_test(clocks_run_from_the_events_that_are_known),
        cmocka_unit_test_setup_teardown(a_choice_of_packs_narrows_what_is_judged, make, empty),
        cmocka_unit_test_setup_teardown(rules_of_all_folders_are_read, make, empty),
        cmocka_unit_test_setup_teardown(the_data_folder_comes_before_the_built_in_ones, make, empty),
        cmocka_unit_test_setup_teardown(a_bad_file_refuses_the_folder_and_is_named, make, empty),
        cmocka_unit_test_setup_teardown(a_failing_test_refuses_the_folder, make, empty),
        cmocka_unit_test_setup_teardown(a_folder_without_rules_or_none_at_all_is_an_error, make, empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
