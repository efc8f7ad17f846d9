// Procedures, courses and gates: the language, the shipped procedures, and what must hold of every course.
#include "unit.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include "app/due.h"
#include "app/packs.h"
#include "base/alloc.h"
#include "base/json.h"
#include "base/utf8.h"
#include "draw.h"
#include "procedure/course.h"
#include "procedure/describe.h"
#include "procedure/gate.h"
#include "rules/recheck.h"

static struct an_law law;               // the shipped one; read once, never changed

static int open_law(void **state) {
    (void) state;
    struct an_err err = {0};
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    char path[4096];
    (void) snprintf(path, sizeof path, "%s/law", root ? root : ".");
    enum an_code code = an_law_open(path, NULL, &law, &err);
    if (code)
        print_error("%s\n", err.text);
    return code != AN_OK;
}

static int close_law(void **state) {
    (void) state;
    an_law_release(&law);
    return 0;
}

static an_day day(const char *text) {
    an_day d = 0;
    assert_true(an_day_parse(an_str_from_c(text), &d));
    return d;
}

static const struct an_procedure *shipped(const char *id, const char *version) {
    const struct an_procedure *p = an_procedures_find(&law.procedures, an_str_from_c(id), an_str_from_c(version), 0);
    assert_non_null(p);
    return p;
}

static struct an_happening event(const char *name, const char *on, const char *body) {
    return (struct an_happening) {.event = an_str_from_c(name), .day = day(on), .body = an_str_from_c(body)};
}

static struct an_course run_side(const struct an_procedure *p, const struct an_happening *h, size_t count, an_day as_of,
                                 enum an_side side, struct an_arena *arena) {
    struct an_course_question q = {.procedure = p, .happenings = h, .count = count, .as_of = as_of, .side = side,
                                   .calendar = an_law_calendar_of, .calendar_arg = &law};
    struct an_course c = {0};
    struct an_err err = {0};
    if (an_course_run(&q, arena, &c, &err))
        fail_msg("%s", err.text);
    return c;
}

static struct an_course run(const struct an_procedure *p, const struct an_happening *h, size_t count, an_day as_of,
                            struct an_arena *arena) {
    return run_side(p, h, count, as_of, AN_SIDE_AUTHORITY, arena);
}

static void assert_day(an_day got, const char *want) {
    char text[AN_DAY_TEXT_MAX];
    assert_string_equal(an_day_text(got, text), want);
}

static const struct an_projection *projected(const struct an_course *c, const char *path, const char *phase) {
    for (size_t i = 0; i < c->projection_count; i++)
        if (an_str_eq(c->procedure->paths[c->projections[i].path].name, an_str_from_c(path)) &&
            an_str_eq(c->procedure->phases[c->projections[i].phase].name, an_str_from_c(phase)))
            return &c->projections[i];
    fail_msg("%s %s is not projected", path, phase);
    return c->projections;
}

static void the_table_of_periods_of_the_review(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    const struct an_happening h[] = {event("filing.received", "2026-01-05", ""), event("filing.conforming", "2026-01-05", "")};
    struct an_course c = run(shipped("cn.review", "2022"), h, 2, day("2026-01-05"), &arena);
    static const struct { const char *path, *phase, *nominal, *longest; bool open; } rows[] = {
        {"normal", "decision", "2026-01-19", "2026-01-19", false},
        {"normal", "preliminary", "2026-03-06", "2026-03-27", false},
        {"normal", "consultation", "2026-03-27", "2026-04-20", false},
        {"special", "special", "2026-08-06", "2026-08-27", true}};
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        const struct an_projection *x = projected(&c, rows[i].path, rows[i].phase);
        assert_day(x->nominal, rows[i].nominal);
        assert_day(x->longest, rows[i].longest);
        assert_int_equal(x->open, rows[i].open);
        assert_false(x->provisional);
    }
}

// The language.

#define HEAD "title en \"t\" zh \"t\" instrument \"i\" article \"1\" status in_force from 2020-01-01 " \
    "digest en \"d\" zh \"d\" object {listing} "
#define BODY "party a filer en \"a\" zh \"a\" event go by a en \"g\" zh \"g\" event end by a en \"e\" zh \"e\" start go to x " \
    "phase x en \"x\" zh \"x\" { acts a on end to y } outcome y en \"y\" zh \"y\" " \
    "period p 3 days in x must a en \"p\" zh \"p\" test \"t\" { event go on 2026-01-05 as-of 2026-01-05 expect phase x } "
#define GOOD "procedure q version 1 { " HEAD BODY "}"

static enum an_code parse(const char *text, struct an_procedures *set, struct an_arena *arena, struct an_err *err) {
    return an_procedures_parse(set, "a.procedure", an_str_from_c(text), arena, err);
}

static void bad_text_is_refused_with_its_place(void **state) {
    (void) state;
    static const struct { const char *text, *says; } bad[] = {
        {"rule", "a.procedure:1:1: expected procedure or gate, found 'rule'"},
        {"procedure q version 1 {\n perod p", "a.procedure:2:2: 'perod' is not understood here (did you mean 'period'?)"},
        {"procedure q version 1 { start go to x }", "a.procedure:1:31: no event is called go"},
        {"procedure q version 1 { party a filer en \"a\" party a filer en \"a\" }", "'a' said twice"},
        {"procedure q version 1 { party a nobody en \"a\" }", "expected 'authority', found 'nobody'"},
        {"procedure q version 1 { phase none en \"a\" { } }", "none is the phase before the first"},
        {"procedure q version 1 { period p 0 days must a en \"p\" }", "a clock runs for 1 to 10000 units"},
        {"procedure q version 1 { period p 3 days en \"p\" }", "says not whose it is"},
        {"procedure q version 1 { period p 3 days must a en \"p\" }", "says not when it begins"},
        {"procedure q version 1 { period p 3 days must a stands in x en \"p\" }", "only one of must, may, stands and before"},
        {"procedure q version 1 { period p 3 months before period(o) en \"p\" }", "a period before another is of days"},
        {"procedure q version 1 { period p 3 days per body in x must a en \"p\" }", "a period per body begins with an event"},
        {"procedure q version 1 { test \"t\" { expect due p } }", "expected a date (YYYY-MM-DD)"},
        {"procedure q version 1 { test \"t\" { expect much } }", "expected phase, outcome, due"},
        {"procedure q version 1 like r@1 { }", "no procedure r@1 before this one in the file"},
        {"procedure q version 1 { phase x en \"x\" { on go to xx } phase xy en \"x\" { } "
         "event go by a en \"g\" party a filer en \"a\" }",
         "no phase is called xx (did you mean x?)"},
        {"procedure q version 1 { title en \"t\" ", "'the end' is not understood here; expected an item or '}'"},
        {"gate g version 1 { condition c { when a = yes } }", "a condition has `title en"},
        {"gate g version 1 { condition c { title en \"t\" zh \"t\" when a = yes } condition c { } }", "'c' said twice"},
        {"gate g version 1 { then en \"t\" }", "expected 'article'"},
        {"procedure q version 1 { event go by a after event(go) after event(go) en \"g\" }", "'after' said twice"},
    };
    for (size_t i = 0; i < AN_COUNT(bad); i++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_procedures set = {0};
        struct an_err err = {0};
        assert_int_equal(parse(bad[i].text, &set, &arena, &err), AN_INPUT);
        if (!strstr(err.text, bad[i].says))
            fail_msg("%s\n says: %s\n not: %s", bad[i].text, err.text, bad[i].says);
        assert_int_equal(set.count + set.gate_count, 0);
    }
}

static struct an_check check_text(const char *text, struct an_arena *arena) {
    struct an_procedures set = {0};
    struct an_check check = {0};
    struct an_err err = {0};
    if (parse(text, &set, arena, &err))
        fail_msg("%s", err.text);
    assert_int_equal(an_procedures_check(&set, &law.packs, an_law_calendar_of, &law, arena, &check, &err), AN_OK);
    return check;
}

static void what_makes_no_sense_is_complained_about(void **state) {
    (void) state;
    static const struct { const char *text, *says; } bad[] = {
        {"procedure q version 1 { " BODY "}", "no title in both languages"},
        {"procedure q version 1 { " HEAD "}", "no test"},
        {"procedure q version 1 { " HEAD BODY "event idle by a en \"i\" zh \"i\" }", "event idle can never happen"},
        {"procedure q version 1 { " HEAD BODY "outcome z en \"z\" zh \"z\" }", "phase z can never be reached"},
        {"procedure q version 1 { " HEAD BODY "party b authority {NOBODY} en \"b\" zh \"b\" }", "unknown body NOBODY"},
        {"procedure q version 1 { " HEAD BODY "period o 3 workdays(nowhere) in x must a en \"o\" zh \"o\" }",
         "a calendar that the law folder"},
        {"procedure q version 1 { " HEAD BODY "path z {y} en \"z\" zh \"z\" }", "a path has no outcome in it"},
        {"procedure q version 1 { " HEAD BODY "test \"u\" { as-of 2026-01-05 } }", "test \"u\" expects nothing"},
        {"procedure q version 1 { " HEAD BODY "test \"u\" { event go on 2026-01-05 as-of 2026-01-05 expect due p 2026-01-09 } }",
         "test \"u\" failed: got 2026-01-08"},
        {"procedure q version 1 { " HEAD BODY "test \"u\" { event end on 2026-01-05 as-of 2026-01-05 expect phase none } }",
         "test \"u\" failed: refused 2026-01-05 end"},
        {"procedure q version 1 { " HEAD BODY "test \"u\" { expect phase x } }", "expects something before the first as-of"},
        {GOOD GOOD, "the same version is also in a.procedure"},
        {GOOD "procedure q version 2 like q@1 { " HEAD "start go to x test \"t\" { as-of 2026-01-01 expect phase none } }",
         "in force on the same days as version 1"},
    };
    AN_AUTO(an_arena) arena = {0};
    struct an_check fine = check_text(GOOD, &arena);
    assert_int_equal(fine.complaint_count, 0);
    assert_int_equal(fine.tests_passed, 1);
    for (size_t i = 0; i < AN_COUNT(bad); i++) {
        struct an_check check = check_text(bad[i].text, &arena);
        bool said = false;
        for (size_t k = 0; k < check.complaint_count; k++)
            said = said || strstr(check.complaints[k].text.ptr, bad[i].says);
        if (!said)
            fail_msg("%s\n says: %s", bad[i].text, check.complaint_count ? check.complaints[0].text.ptr : "nothing");
    }
}

static void the_example_of_the_reference_holds(void **state) {
    (void) state;
    static char text[64 * 1024];
    char path[4096];
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    (void) snprintf(path, sizeof path, "%s/docs/PROCEDURES.md", root ? root : ".");
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    assert_int_equal(fclose(f), 0);
    const char *from = strstr(text, "procedure cn.example"), *to = from ? strstr(from, "```") : NULL;
    assert_non_null(to);
    text[to ? to - text : 0] = '\0';
    AN_AUTO(an_arena) arena = {0};
    struct an_check check = check_text(from, &arena);
    if (check.complaint_count)
        fail_msg("%s", check.complaints[0].text.ptr);
    assert_int_equal(check.tests_passed, 1);
}

static void the_canonical_form_is_a_file_that_says_the_same(void **state) {
    (void) state;
    for (size_t i = 0; i < law.procedures.count; i++) {
        AN_AUTO(an_arena) arena = {0};
        const struct an_rule *head = &law.procedures.items[i]->head;
        struct an_procedures set = {0};
        struct an_err err = {0};
        if (an_procedures_parse(&set, head->file, head->canonical, &arena, &err))
            fail_msg("%s", err.text);
        const struct an_procedure *p = an_procedures_find(&set, head->id, head->version, 0);
        assert_non_null(p);
        assert_memory_equal(p->head.hash, head->hash, sizeof head->hash);
        assert_int_equal(p->test_count, law.procedures.items[i]->test_count);
    }
    AN_AUTO(an_arena) arena = {0};
    struct an_procedures set = {0};
    struct an_err err = {0};
    assert_int_equal(parse(GOOD, &set, &arena, &err), AN_OK);
    const char *otherwise = "# said otherwise\n procedure  q\nversion 1 {\n" HEAD "# x\n" BODY "\n}\n";
    assert_int_equal(parse(otherwise, &set, &arena, &err), AN_OK);
    assert_int_equal(parse("procedure q version 1 { title en \"T\" " BODY "}", &set, &arena, &err), AN_OK);
    assert_memory_equal(set.items[0]->head.hash, set.items[1]->head.hash, AN_RULE_HASH_BYTES);
    assert_memory_not_equal(set.items[0]->head.hash, set.items[2]->head.hash, AN_RULE_HASH_BYTES);
}

static void the_version_in_force_is_found(void **state) {
    (void) state;
    const struct an_procedure *then = an_procedures_find(&law.procedures, AN_STR("cn.review"), AN_STR(""), day("2021-07-02"));
    const struct an_procedure *now = an_procedures_find(&law.procedures, AN_STR("cn.review"), AN_STR(""), day("2026-01-05"));
    assert_true(an_str_eq(then->head.version, AN_STR("2020")));
    assert_true(an_str_eq(now->head.version, AN_STR("2022")));
    assert_null(an_procedures_find(&law.procedures, AN_STR("cn.nothing"), AN_STR(""), 0));
}

static void every_refusal_names_event_and_day(void **state) {
    (void) state;
    static const struct { const char *name, *on, *body, *by; enum an_refusal_kind kind; } bad[] = {
        {"filing.lost", "2026-01-05", "", "", AN_REFUSED_UNKNOWN},
        {"notice.review", "2026-01-02", "", "", AN_REFUSED_NOT_STARTED},
        {"filing.received", "2020-01-02", "", "", AN_REFUSED_NOT_IN_FORCE},
        {"filing.conforming", "2026-01-06", "", "MIIT", AN_REFUSED_PARTY},
        {"filing.conforming", "2026-01-06", "MIIT", "", AN_REFUSED_BODY},
        {"opinion.agreed", "2026-03-07", "", "", AN_REFUSED_BODY},
        {"filing.received", "2026-01-06", "", "", AN_REFUSED_NOT_NOW},
        {"opinion.agreed", "2026-03-07", "MSS", "", AN_REFUSED_NEED},
        {"conclusion.clear", "2026-03-09", "", "", AN_REFUSED_NEED},
        {"recommendation.received", "2026-03-08", "MIIT", "", AN_REFUSED_TWICE},
        {"notice.review", "2026-03-20", "", "", AN_REFUSED_ENDED},
        {"measures.required", "2026-04-02", "", "", AN_REFUSED_FUTURE},
    };
    for (size_t i = 0; i < AN_COUNT(bad); i++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_happening h[] = {
            event("filing.received", "2026-01-05", ""), event("filing.conforming", "2026-01-05", ""),
            event("notice.review", "2026-01-19", ""), event("recommendation.received", "2026-03-06", "MIIT"),
            event("opinion.agreed", "2026-03-10", "MIIT"), event("conclusion.clear", "2026-03-12", ""),
            event(bad[i].name, bad[i].on, bad[i].body)};
        h[6].by = an_str_from_c(bad[i].by);
        struct an_course c = run(shipped("cn.review", "2022"), h, AN_COUNT(h), day("2026-04-01"), &arena);
        assert_int_equal(c.refusal_count, 1);
        assert_int_equal(c.refusals[0].index, 6);
        assert_int_equal(c.refusals[0].kind, bad[i].kind);
        assert_non_null(strstr(c.refusals[0].why.ptr, bad[i].name));
        assert_non_null(strstr(c.refusals[0].why.ptr, bad[i].on));
        assert_non_null(strstr(c.refusals[0].why_zh.ptr, bad[i].on));
        assert_true(an_str_eq(c.procedure->phases[c.outcome].name, AN_STR("clear")));   // nothing else has changed
    }
}

static void too_many_events_are_refused(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    static struct an_happening h[AN_PROCEDURE_EVENTS_MAX + 1];
    struct an_course_question q = {.procedure = shipped("cn.review", "2022"), .happenings = h, .count = AN_COUNT(h)};
    struct an_course c;
    struct an_err err = {0};
    assert_int_equal(an_course_run(&q, &arena, &c, &err), AN_LIMIT);
}

static void a_window_before_the_end_of_a_period_is_counted_backwards(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    const struct an_procedure *p = shipped("cn.export.assessment", "");
    struct an_happening h[] = {
        event("cn_export.papers_received", "2024-03-25", ""), event("cn_export.conforming", "2024-03-29", ""),
        event("cn_export.accepted", "2024-04-02", ""), event("cn_export.passed", "2024-06-03", "")};
    struct an_course c = run(p, h, 4, day("2026-06-03"), &arena);
    const struct an_counted *window = an_course_counted(&c, AN_STR("renewal"), AN_STR(""));
    assert_int_equal(window->state, AN_COUNTED_AHEAD);
    assert_day(window->last, "2027-06-03");
    bool unsure;
    assert_int_equal(an_calendar_count(an_law_calendar(&law, AN_STR("cn")), window->from, window->last, &unsure), 60);
    an_day opens = window->from + 1;
    c = run(p, h, 4, opens, &arena);
    assert_int_equal(an_course_counted(&c, AN_STR("renewal"), AN_STR(""))->state, AN_COUNTED_RUNS);
    c = run(p, h, 4, day("2027-06-04"), &arena);
    assert_true(an_str_eq(p->phases[c.outcome].name, AN_STR("expired")));
    assert_int_equal(an_course_counted(&c, AN_STR("renewal"), AN_STR(""))->state, AN_COUNTED_OVER);
}

static void a_pause_counts_as_the_rules_clocks_count_it(void **state) {
    (void) state;
    const struct an_rule *rule = an_packs_find(&law.packs, AN_STR("cn.crm.art7"), AN_STR("2022"));
    const struct an_procedure *p = shipped("cn.review", "2022");
    an_day first = day("2022-03-01");
    draw_state = 7;
    for (int n = 0; n < 300; n++) {
        AN_AUTO(an_arena) arena = {0};
        an_day start = first + (an_day) (draw() % 1400), from = start + (an_day) (draw() % 20);
        an_day until = from + (an_day) (draw() % 40);
        struct an_event events[] = {{.name = AN_STR("filing.conforming"), .day = start},
                                    {.name = AN_STR("supplement.requested"), .day = from},
                                    {.name = AN_STR("supplement.received"), .day = until}};
        struct an_company company = {.events = events, .event_count = 3};
        struct an_due due = an_clock_due(&law, rule, &rule->clocks[0], &company);
        struct an_happening h[] = {{.event = AN_STR("filing.received"), .day = start}, {.event = events[0].name, .day = start},
                                   {.event = events[1].name, .day = from}, {.event = events[2].name, .day = until}};
        struct an_course c = run(p, h, 4, until, &arena);
        assert_int_equal(c.refusal_count, 0);
        const struct an_counted *decide = an_course_counted(&c, AN_STR("decide"), AN_STR(""));
        assert_int_equal(decide->last, due.day);
        assert_int_equal(decide->provisional, due.provisional);
        assert_int_equal(decide->used + decide->left, decide->late_by ? decide->used : 10);
    }
}

// What must hold of every course.

static void assert_sound(const struct an_course *c) {
    const struct an_procedure *p = c->procedure;
    assert_int_equal(c->phase == AN_PROCEDURE_NONE, c->history_count == 0);
    for (size_t i = 0; i < c->history_count; i++) {
        bool last = i + 1 == c->history_count;
        assert_int_equal(c->history[i].until, last ? AN_DAY_NONE : c->history[i + 1].from);
        assert_true(c->history[i].from <= c->as_of && (last || c->history[i].from <= c->history[i].until));
    }
    if (c->history_count)
        assert_int_equal(c->history[c->history_count - 1].phase, c->phase);
    bool ended = c->phase != AN_PROCEDURE_NONE && p->phases[c->phase].is_outcome;
    assert_int_equal(c->outcome, ended ? c->phase : AN_PROCEDURE_NONE);
    assert_true(!ended || (c->stop == AN_PROCEDURE_NONE && !c->projection_count && !c->perhaps_count));
    assert_true(ended || c->next_count);
    assert_true(ended || c->phase == AN_PROCEDURE_NONE || c->waiting_count);
    for (size_t i = 0; i < c->counted_count; i++) {
        const struct an_counted *x = &c->counted[i];
        const struct an_period *d = &p->periods[x->period];
        assert_true(x->last >= x->from && x->longest >= x->last);
        assert_int_equal(x->state == AN_COUNTED_DONE, x->done != AN_DAY_NONE);
        assert_int_equal(x->state == AN_COUNTED_PAUSED, x->paused_since != AN_DAY_NONE);
        assert_true(x->state != AN_COUNTED_DONE || x->done >= x->from || d->kind == AN_PERIOD_BEFORE);  // asked too early
        assert_true(x->state != AN_COUNTED_RUNS || d->kind != AN_PERIOD_MUST || (x->late_by > 0) == (x->last < c->as_of) ||
                    d->unit == AN_UNIT_WORKDAYS);
        bool whole = d->unit == AN_UNIT_WORKDAYS && d->kind == AN_PERIOD_MUST && !x->late_by;
        assert_true(!whole || x->used + x->left == d->length + (x->extended ? d->extend : 0));
        assert_true(!ended || d->kind != AN_PERIOD_MUST || x->state == AN_COUNTED_DONE);
    }
    for (size_t i = 0; i < c->projection_count; i++) {
        const struct an_projection *x = &c->projections[i];
        assert_true(x->earliest <= x->nominal && x->nominal <= x->longest);
        if (i && x->path == c->projections[i - 1].path)
            assert_true(x->nominal >= x[-1].nominal && x->longest >= x[-1].longest && (x->open || !x[-1].open));
    }
}

// A body that the event may be about now, if any event of that name is left; or nobody.
static struct an_str some_body(const struct an_procedure *p, const struct an_procedure_event *e) {
    if (e->on.at == AN_PROCEDURE_NONE)
        return AN_STR("");
    const struct an_party *party = &p->parties[e->on.at];
    return party->bodies[draw() % party->body_count];
}

enum { WALK_MAX = 24 };

// A course of random events, each of which the one before said may happen. Returns how many.
static size_t walk(const struct an_procedure *p, enum an_side side, struct an_happening *h, struct an_arena *arena) {
    an_day now = (p->head.from == AN_DAY_NONE ? day("2023-01-01") : p->head.from) + (an_day) (draw() % 200);
    size_t count = 0;
    for (int tries = 0; count < WALK_MAX && tries < 3 * WALK_MAX; tries++) {
        struct an_course c = run_side(p, h, count, now, side, arena);
        assert_sound(&c);
        assert_int_equal(c.refusal_count, 0);
        if (!c.next_count)
            break;
        const struct an_procedure_event *e = &p->events[c.next[draw() % c.next_count].event];
        now += (an_day) (draw() % 4 ? draw() % 12 : 0);
        h[count] = (struct an_happening) {.event = e->name, .day = now, .body = some_body(p, e)};
        c = run_side(p, h, count + 1, now, side, arena);
        assert_sound(&c);
        assert_true(!c.refusal_count || e->on.at != AN_PROCEDURE_NONE || p->phases[c.phase].is_outcome);  // lapsed meanwhile
        count += !c.refusal_count;
    }
    return count;
}

static void random_walks_never_come_to_an_impossible_state(void **state) {
    (void) state;
    draw_state = 1;
    for (size_t i = 0; i < law.procedures.count; i++)
        for (int n = 0; n < 60; n++) {
            AN_AUTO(an_arena) arena = {0};
            struct an_happening h[WALK_MAX];
            assert_true(walk(law.procedures.items[i], n % 2 ? AN_SIDE_FILER : AN_SIDE_AUTHORITY, h, &arena) > 0);
        }
}

static bool same_course(const struct an_course *a, const struct an_course *b) {
    bool same = a->phase == b->phase && a->history_count == b->history_count && a->counted_count == b->counted_count &&
                a->refusal_count == b->refusal_count && a->stop == b->stop && a->beside_count == b->beside_count &&
                a->next_count == b->next_count;
    for (size_t i = 0; same && i < a->history_count; i++)
        same = a->history[i].phase == b->history[i].phase && a->history[i].from == b->history[i].from;
    for (size_t i = 0; same && i < a->counted_count; i++)
        same = a->counted[i].period == b->counted[i].period && a->counted[i].last == b->counted[i].last &&
               a->counted[i].done == b->counted[i].done && an_str_eq(a->counted[i].body, b->counted[i].body);
    return same;
}

static void the_order_of_the_list_does_not_matter(void **state) {
    (void) state;
    draw_state = 2;
    for (size_t i = 0; i < law.procedures.count; i++)
        for (int n = 0; n < 60; n++) {
            AN_AUTO(an_arena) arena = {0};
            struct an_happening h[WALK_MAX], mixed[WALK_MAX];
            const struct an_procedure *p = law.procedures.items[i];
            size_t count = walk(p, AN_SIDE_AUTHORITY, h, &arena);
            for (size_t k = 0; k < count; k++) {         // a day earlier or later: some events become impossible, too
                h[k].day += (an_day) (draw() % 3) - 1;
                mixed[k] = h[k];
            }
            for (size_t k = count; k-- > 1;) {
                size_t other = draw() % (k + 1);
                struct an_happening kept = mixed[k];
                mixed[k] = mixed[other];
                mixed[other] = kept;
            }
            struct an_course a = run(p, h, count, h[count - 1].day + 30, &arena);
            struct an_course b = run(p, mixed, count, h[count - 1].day + 30, &arena);
            assert_true(same_course(&a, &b));
        }
}

static void a_pause_never_brings_a_deadline_forward(void **state) {
    (void) state;
    draw_state = 3;
    size_t moved = 0;
    for (size_t i = 0; i < law.procedures.count; i++) {
        const struct an_procedure *p = law.procedures.items[i];
        for (int n = 0; n < 400 && p->stop_count; n++) {
            AN_AUTO(an_arena) arena = {0};
            struct an_happening h[WALK_MAX + 2];
            size_t count = walk(p, AN_SIDE_AUTHORITY, h, &arena);
            an_day as_of = h[count - 1].day + (an_day) (draw() % 30);
            struct an_course before = run(p, h, count, as_of, &arena);
            const struct an_stop *stop = &p->stops[draw() % p->stop_count];
            an_day from = h[0].day + (an_day) (draw() % (uint64_t) (as_of - h[0].day + 1));
            h[count] = (struct an_happening) {.event = stop->from.name, .day = from};
            h[count + 1] = (struct an_happening) {.event = stop->until.name, .day = from + (an_day) (draw() % 20)};
            struct an_course after = run(p, h, count + 2, as_of, &arena);
            bool taken = true;              // the pause began, and the others are as they were: it may make one impossible
            for (size_t k = 0; k < after.refusal_count; k++)
                taken = taken && after.refusals[k].index > count;
            for (size_t k = 0; taken && k < before.counted_count; k++)
                for (size_t m = 0; m < after.counted_count; m++) {
                    const struct an_counted *x = &before.counted[k], *y = &after.counted[m];
                    bool one = x->period == y->period && x->from == y->from && an_str_eq(x->body, y->body) && x->done == y->done;
                    assert_true(!one || y->last >= x->last);
                    moved += one && y->last > x->last;
                }
        }
    }
    assert_in_range(moved, 50, SIZE_MAX);
}

static void time_that_passes_changes_no_past(void **state) {
    (void) state;
    draw_state = 4;
    for (size_t i = 0; i < law.procedures.count; i++)
        for (int n = 0; n < 60; n++) {
            AN_AUTO(an_arena) arena = {0};
            struct an_happening h[WALK_MAX];
            const struct an_procedure *p = law.procedures.items[i];
            size_t count = walk(p, AN_SIDE_AUTHORITY, h, &arena);
            an_day early = h[count - 1].day + (an_day) (draw() % 30), late = early + (an_day) (draw() % 60);
            struct an_course a = run(p, h, count, early, &arena), b = run(p, h, count, late, &arena);
            assert_true(b.history_count >= a.history_count && b.counted_count >= a.counted_count);
            for (size_t k = 0; k < a.history_count; k++)
                assert_true(a.history[k].phase == b.history[k].phase && a.history[k].from == b.history[k].from);
            for (size_t k = 0; k < a.counted_count && p->periods[a.counted[k].period].kind != AN_PERIOD_BEFORE; k++) {
                assert_true(b.counted[k].last >= a.counted[k].last && b.counted[k].used >= a.counted[k].used);
                assert_true(a.counted[k].done == AN_DAY_NONE || b.counted[k].done == a.counted[k].done);
                assert_true(b.counted[k].late_by >= a.counted[k].late_by);
            }
        }
}

static void what_is_not_said_to_come_is_refused(void **state) {
    (void) state;
    draw_state = 5;
    for (size_t i = 0; i < law.procedures.count; i++)
        for (int n = 0; n < 30; n++) {
            AN_AUTO(an_arena) arena = {0};
            struct an_happening h[WALK_MAX + 1];
            const struct an_procedure *p = law.procedures.items[i];
            size_t count = walk(p, AN_SIDE_AUTHORITY, h, &arena);
            an_day now = h[count - 1].day + 1;
            struct an_course c = run(p, h, count, now, &arena);
            for (size_t e = 0; e < p->event_count; e++) {
                bool said = false;
                for (size_t k = 0; k < c.next_count; k++)
                    said = said || c.next[k].event == e;
                if (said || p->events[e].on.at != AN_PROCEDURE_NONE)
                    continue;
                h[count] = (struct an_happening) {.event = p->events[e].name, .day = now};
                struct an_course after = run(p, h, count + 1, now, &arena);
                assert_int_equal(after.refusal_count, 1);
            }
        }
}

// What people and programs read.

static void a_course_is_told_in_both_languages_and_as_json(void **state) {
    (void) state;
    draw_state = 6;
    for (size_t i = 0; i < law.procedures.count; i++)
        for (int n = 0; n < 20; n++) {
            AN_AUTO(an_arena) arena = {0};
            struct an_happening h[WALK_MAX];
            const struct an_procedure *p = law.procedures.items[i];
            enum an_side side = n % 2 ? AN_SIDE_FILER : AN_SIDE_AUTHORITY;
            size_t count = walk(p, side, h, &arena);
            h[count - 1].day += 2000;
            struct an_course c = run_side(p, h, count, h[count - 1].day - 1990, side, &arena);
            for (int lang = AN_EN; lang <= AN_ZH; lang++) {
                AN_AUTO(an_buf) out = {0};
                struct an_err err = {0};
                assert_int_equal(an_course_say(&c, &law.packs, (enum an_lang) lang, &out, &err), AN_OK);
                assert_int_equal(an_utf8_valid(an_buf_str(&out)), out.len);
                assert_true(out.len > 40);
            }
            AN_AUTO(an_buf) json = {0};
            struct an_json j = {.out = &json};
            struct an_err err = {0};
            an_course_json(&c, &j);
            assert_int_equal(an_json_end(&j, &err), AN_OK);
            json_t *root = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
            assert_non_null(root);
            assert_string_equal(json_string_value(json_object_get(root, "schema")), "anshen.course/1");
            assert_int_equal(json_array_size(json_object_get(root, "periods")), c.counted_count);
            json_decref(root);
        }
}

static void a_status_reads_as_it_should(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    const struct an_happening h[] = {
        event("filing.received", "2026-01-05", ""), event("filing.conforming", "2026-01-05", ""),
        event("supplement.requested", "2026-01-08", ""), event("notice.none", "2026-01-08", "")};
    struct an_course c = run_side(shipped("cn.review", "2022"), h, 4, day("2026-01-09"), AN_SIDE_FILER, &arena);
    static const char *const en[] = {
        "Phase: whether a review is needed is decided, since 2026-01-05 (art. 9)",
        "Paused: supplementary material is awaited, since 2026-01-08", "To act: the party",
        "decision whether a review is needed: until 2026-01-20, or later; paused since 2026-01-08,",
        "counted as if it went on today; 3 working days used, 7 working days left",
        "supplement.received: the supplementary material is handed in",
        "2026-01-08 notice.none: the procedure has no such event"};
    static const char *const zh[] = {"阶段：确定是否需要审查，自2026-01-05起（第9条）", "须行动者：当事人",
                                     "已用3个工作日，剩余7个工作日", "2026-01-08 notice.none：程序中没有此事件"};
    AN_AUTO(an_buf) out = {0};
    AN_AUTO(an_buf) out_zh = {0};
    struct an_err err = {0};
    assert_int_equal(an_course_say(&c, &law.packs, AN_EN, &out, &err), AN_OK);
    assert_int_equal(an_course_say(&c, &law.packs, AN_ZH, &out_zh, &err), AN_OK);
    assert_int_equal(an_buf_add(&out, (struct an_str) {"", 1}, &err), AN_OK);
    assert_int_equal(an_buf_add(&out_zh, (struct an_str) {"", 1}, &err), AN_OK);
    for (size_t i = 0; i < AN_COUNT(en); i++)
        if (!strstr(out.ptr, en[i]))
            fail_msg("%s\n is not in\n%s", en[i], out.ptr);
    for (size_t i = 0; i < AN_COUNT(zh); i++)
        if (!strstr(out_zh.ptr, zh[i]))
            fail_msg("%s\n is not in\n%s", zh[i], out_zh.ptr);
}

static void every_procedure_and_gate_is_described(void **state) {
    (void) state;
    struct an_err err = {0};
    for (int lang = AN_EN; lang <= AN_ZH; lang++) {
        AN_AUTO(an_buf) out = {0};
        for (size_t i = 0; i < law.procedures.count; i++)
            assert_int_equal(an_procedure_say(law.procedures.items[i], (enum an_lang) lang, &out, &err), AN_OK);
        for (size_t i = 0; i < law.procedures.gate_count; i++)
            assert_int_equal(an_gate_describe(law.procedures.gates[i], (enum an_lang) lang, &out, &err), AN_OK);
        assert_int_equal(an_utf8_valid(an_buf_str(&out)), out.len);
        assert_true(out.len > 10000);
    }
}

// A strict reader of calendar files (RFC 5545), as far as one with whole-day events and alarms goes.

struct ics { struct an_str lines[2000]; size_t count; };

static void read_ics(const struct an_buf *out, struct an_arena *arena, struct ics *ret) {
    size_t at = 0;
    ret->count = 0;
    while (at < out->len) {
        const char *end = memchr(out->ptr + at, '\r', out->len - at);
        assert_non_null(end);
        size_t n = (size_t) (end - out->ptr) - at;
        assert_true(n <= 75 && end[1] == '\n');
        struct an_str line = {out->ptr + at, n};
        assert_null(memchr(line.ptr, '\n', n));
        assert_int_equal(an_utf8_valid(line), n);           // folded between characters
        at += n + 2;
        if (n && line.ptr[0] == ' ') {
            struct an_str *last = &ret->lines[ret->count - 1];
            char *both = an_arena_alloc(arena, last->len + n, 1);
            memcpy(both, last->ptr, last->len);
            memcpy(both + last->len, line.ptr + 1, n - 1);
            *last = (struct an_str) {both, last->len + n - 1};
            continue;
        }
        assert_true(n > 0 && ret->count < AN_COUNT(ret->lines));
        ret->lines[ret->count++] = line;
    }
}

static bool starts(struct an_str line, const char *with) {
    return an_str_eq(an_str_slice(line, 0, strlen(with)), an_str_from_c(with));
}

static void assert_text(struct an_str value) {
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char) value.ptr[i];
        assert_true(c >= 0x20 && c != 0x7F && c != ';' && c != ',');
        if (c != '\\')
            continue;
        assert_true(i + 1 < value.len && strchr("\\;,n", value.ptr[i + 1]));
        i++;
    }
}

// Each event has one UID, stamp, start and summary, and no UID comes twice. Returns how many.
static size_t assert_calendar(const struct ics *f) {
    struct an_str uids[500];
    size_t events = 0, depth = 0, uid = 0, stamp = 0, begin = 0, summary = 0;
    assert_true(an_str_eq(f->lines[0], AN_STR("BEGIN:VCALENDAR")) && an_str_eq(f->lines[1], AN_STR("VERSION:2.0")));
    assert_true(starts(f->lines[2], "PRODID:"));
    for (size_t i = 0; i < f->count; i++) {
        struct an_str line = f->lines[i];
        depth += starts(line, "BEGIN:");
        if (an_str_eq(line, AN_STR("BEGIN:VEVENT")))
            uid = stamp = begin = summary = 0;
        if (starts(line, "UID:")) {
            for (size_t k = 0; k < events; k++)
                assert_false(an_str_eq(uids[k], line));
            uids[events] = line;
            uid++;
        }
        stamp += an_str_eq(line, AN_STR("DTSTAMP:20260105T101112Z"));
        begin += starts(line, "DTSTART;VALUE=DATE:") && line.len == strlen("DTSTART;VALUE=DATE:20260119");
        summary += starts(line, "SUMMARY:");
        if (starts(line, "SUMMARY:") || starts(line, "DESCRIPTION:"))
            assert_text(an_str_slice(line, strlen(starts(line, "SUMMARY:") ? "SUMMARY:" : "DESCRIPTION:"), line.len));
        if (an_str_eq(line, AN_STR("END:VEVENT"))) {
            assert_true(uid == 1 && stamp == 1 && begin == 1 && summary == 1);
            events++;
        }
        depth -= starts(line, "END:");
        assert_true(i + 1 == f->count ? depth == 0 : depth > 0);
    }
    assert_true(an_str_eq(f->lines[f->count - 1], AN_STR("END:VCALENDAR")));
    return events;
}

static const struct an_ics how = {.uid = AN_STR_INIT("case-1;2,\r\n\\x"), .stamp = AN_STR_INIT("2026-01-05T10:11:12Z"),
                                  .title = AN_STR_INIT("示例出行有限公司, 赴国外上市; 一个非常长的标题，"
                                                       "需要在七十五个八位组处折行而不切断任何汉字"),
                                  .lang = AN_ZH, .alarm_days = 3};

static void deadlines_are_written_as_a_calendar(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    static struct ics file;
    const struct an_happening h[] = {event("filing.received", "2026-01-05", ""), event("filing.conforming", "2026-01-05", "")};
    struct an_course c = run(shipped("cn.review", "2022"), h, 2, day("2026-01-05"), &arena);
    AN_AUTO(an_buf) out = {0};
    struct an_err err = {0};
    assert_int_equal(an_course_ics(&c, &how, &out, &err), AN_OK);
    read_ics(&out, &arena, &file);
    assert_int_equal(assert_calendar(&file), 4);        // the decision; then three phases, each once over both paths
    size_t provisional = 0, alarms = 0, days = 0;
    for (size_t i = 0; i < file.count; i++) {
        provisional += starts(file.lines[i], "SUMMARY:[暂定] ");
        alarms += an_str_eq(file.lines[i], AN_STR("TRIGGER:-P3D"));
        days += an_str_eq(file.lines[i], AN_STR("DTSTART;VALUE=DATE:20260806"));
    }
    assert_int_equal(provisional, 3);
    assert_int_equal(alarms, 4);
    assert_int_equal(days, 1);
    AN_AUTO(an_buf) again = {0};
    assert_int_equal(an_course_ics(&c, &how, &again, &err), AN_OK);
    assert_true(an_str_eq(an_buf_str(&out), an_buf_str(&again)));
    struct an_ics bad = how;
    bad.stamp = AN_STR("yesterday");
    assert_int_equal(an_course_ics(&c, &bad, &again, &err), AN_USAGE);
}

static void every_course_makes_a_valid_calendar(void **state) {
    (void) state;
    static struct ics file;
    draw_state = 8;
    for (size_t i = 0; i < law.procedures.count; i++)
        for (int n = 0; n < 30; n++) {
            AN_AUTO(an_arena) arena = {0};
            struct an_happening h[WALK_MAX];
            const struct an_procedure *p = law.procedures.items[i];
            size_t count = walk(p, AN_SIDE_AUTHORITY, h, &arena);
            struct an_course c = run(p, h, count / 2 + 1, h[count / 2].day, &arena);
            AN_AUTO(an_buf) out = {0};
            struct an_err err = {0};
            assert_int_equal(an_course_ics(&c, &how, &out, &err), AN_OK);
            read_ics(&out, &arena, &file);
            (void) assert_calendar(&file);
        }
}

// Gates.

static enum an_tri ask(const struct an_gate *g, const struct an_gate_question *q) {
    AN_AUTO(an_arena) arena = {0};
    struct an_gate_answer a = {0};
    struct an_err err = {0};
    if (an_gate_ask(g, q, &arena, &a, &err))
        fail_msg("%s", err.text);
    enum an_tri least = AN_YES;
    for (size_t i = 0; i < g->condition_count; i++)
        least = an_tri_and(least, a.verdicts[i].value);
    assert_true(a.value == least || least == AN_UNKNOWN);       // together they may say more, never less
    assert_true(a.whole.certificate.len > 0);
    return a.value;
}

static void a_gate_opens_when_the_review_has_ended_well(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    const struct an_gate *submit = an_gate_find(&law.procedures, AN_STR("cn.listing.submit"), day("2026-04-01"));
    const struct an_gate *complete = an_gate_find(&law.procedures, AN_STR("cn.listing.complete"), day("2026-04-01"));
    struct an_fact items[] = {
        an_fact_word("company.role", AN_STR("network_platform_operator"), NULL),
        an_fact_word("listing.venue", AN_STR("FOREIGN"), NULL),
        an_fact_range("count(users_pi_held)", 2000000, 3000000, NULL),
        an_fact_word("listing.cn_forbidden_by_law", AN_STR("no"), NULL),
        an_fact_word("listing.cn_found_dangerous", AN_STR("no"), NULL), an_fact_word("listing.cn_crime_3y", AN_STR("no"), NULL),
        an_fact_word("listing.cn_under_investigation", AN_STR("no"), NULL),
        an_fact_word("listing.cn_ownership_dispute", AN_STR("no"), NULL)};
    const struct an_facts facts = {items, AN_COUNT(items)};
    const struct an_procedure *review = shipped("cn.review", "2022"), *filing = shipped("cn.csrc.filing", "");
    const struct an_happening h[] = {
        event("filing.received", "2026-01-05", ""), event("filing.conforming", "2026-01-05", ""),
        event("notice.review", "2026-01-19", ""), event("conclusion.clear", "2026-03-25", "")};
    const struct an_happening f[] = {event("csrc.application", "2026-03-26", ""), event("csrc.papers", "2026-03-30", ""),
                                     event("csrc.filed", "2026-04-20", "")};
    struct an_course running = run_side(review, h, 3, day("2026-03-24"), AN_SIDE_FILER, &arena);
    struct an_course clear = run_side(review, h, 4, day("2026-03-25"), AN_SIDE_FILER, &arena);
    struct an_course filed = run_side(filing, f, 3, day("2026-04-20"), AN_SIDE_FILER, &arena);
    struct an_gate_course courses[] = {{AN_STR("cn.review"), NULL}, {AN_STR("cn.csrc.filing"), NULL}};
    struct an_gate_question q = {.packs = &law.packs, .facts = &facts, .courses = courses, .course_count = 2,
                                 .counts_known = true, .as_of = day("2026-04-20")};
    assert_int_equal(ask(submit, &q), AN_NO);           // not begun
    courses[0].course = &running;
    assert_int_equal(ask(submit, &q), AN_NO);
    courses[0].course = &clear;
    assert_int_equal(ask(submit, &q), AN_YES);
    assert_int_equal(ask(complete, &q), AN_NO);         // not filed with CSRC
    courses[1].course = &filed;
    assert_int_equal(ask(complete, &q), AN_YES);
    items[1].word = AN_STR("HK");                       // no duty to file, but a review ex officio is under way
    courses[0].course = &running;
    assert_true(running.perhaps_count > 0);
    assert_int_equal(ask(submit, &q), AN_NO);
    courses[0].course = &clear;
    items[1].word = AN_STR("FOREIGN");
    q.open_orders = 1;
    assert_int_equal(ask(submit, &q), AN_NO);
    q.counts_known = false;
    assert_int_equal(ask(submit, &q), AN_UNKNOWN);
    q.counts_known = true;
    q.open_orders = 0;
    q.course_count = 0;
    assert_int_equal(ask(submit, &q), AN_UNKNOWN);      // whether a review was done is not known
}

static void knowing_more_never_turns_a_gate_round(void **state) {
    (void) state;
    static const char *const flags[] = {"listing.cn_forbidden_by_law", "listing.cn_found_dangerous", "listing.cn_crime_3y",
                                        "listing.cn_under_investigation", "listing.cn_ownership_dispute"};
    static const char *const outcomes[] = {"none", "clear", "prohibited", "withdrawn", "not_needed"};
    draw_state = 9;
    for (int n = 0; n < 400; n++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_facts all = {0}, some = {0};
        struct an_err err = {0};
        struct an_fact facts[10];
        size_t count = 0;
        uint64_t users = draw() % 2000000;
        const char *outcome = outcomes[draw() % AN_COUNT(outcomes)];
        for (size_t i = 0; i < AN_COUNT(flags); i++)
            facts[count++] = an_fact_word(flags[i], draw() % 8 ? AN_STR("no") : AN_STR("yes"), NULL);
        facts[count++] = an_fact_word("company.role", AN_STR("network_platform_operator"), NULL);
        facts[count++] = an_fact_word("listing.venue", draw() % 2 ? AN_STR("HK") : AN_STR("FOREIGN"), NULL);
        facts[count++] = an_fact_range("count(users_pi_held)", users, users, NULL);
        facts[count++] = an_fact_word("outcome(cn.review)", an_str_from_c(outcome), NULL);
        facts[count++] = an_fact_word("begun(cn.review)", strcmp(outcome, "none") ? AN_STR("yes") : AN_STR("no"), NULL);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(an_facts_set(&all, facts[i], &arena, &err), AN_OK);
            if (draw() % 2)
                assert_int_equal(an_facts_set(&some, facts[i], &arena, &err), AN_OK);
        }
        struct an_gate_question q = {.packs = &law.packs, .facts = &all, .counts_known = true, .open_orders = draw() % 3 == 0,
                                     .as_of = day("2026-04-20")};
        for (size_t i = 0; i < law.procedures.gate_count; i++) {
            q.facts = &all;
            enum an_tri whole = ask(law.procedures.gates[i], &q);
            q.facts = &some;
            enum an_tri part = ask(law.procedures.gates[i], &q);
            assert_true(part == AN_UNKNOWN || part == whole);
        }
    }
}

static void a_gate_says_what_it_rests_on(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    const struct an_gate *submit = an_gate_find(&law.procedures, AN_STR("cn.listing.submit"), day("2026-04-01"));
    const struct an_gate_course course = {AN_STR("cn.review"), NULL};
    struct an_gate_question q = {.packs = &law.packs, .courses = &course, .course_count = 1, .as_of = day("2026-04-01")};
    struct an_gate_answer a = {0};
    struct an_err err = {0};
    assert_int_equal(an_gate_ask(submit, &q, &arena, &a, &err), AN_OK);
    assert_int_equal(a.value, AN_UNKNOWN);
    AN_AUTO(an_buf) out = {0};
    AN_AUTO(an_buf) json = {0};
    assert_int_equal(an_gate_say(&a, AN_EN, &out, &err), AN_OK);
    assert_int_equal(an_gate_say(&a, AN_ZH, &out, &err), AN_OK);
    assert_int_equal(an_buf_add(&out, (struct an_str) {"", 1}, &err), AN_OK);
    static const char *const says[] = {"UNDETERMINED", "to find out: company.role", "(art. 9)",
                                       "-> establish whether article 7 applies", "待查明：",
                                       "[YES] no review under way", "within 3 working days of the application"};
    for (size_t i = 0; i < AN_COUNT(says); i++)
        if (!strstr(out.ptr, says[i]))
            fail_msg("%s\n is not in\n%s", says[i], out.ptr);
    struct an_json j = {.out = &json};
    an_gate_json(&a, &j);
    assert_int_equal(an_json_end(&j, &err), AN_OK);
    json_t *root = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "value")), "undetermined");
    assert_int_equal(json_array_size(json_object_get(root, "conditions")), submit->condition_count);
    assert_true(json_is_object(json_object_get(root, "certificate")));
    json_decref(root);
}

// The certificate of a gate proves its answer to one who has only the rules, the names and the gate.
static void a_gates_certificate_stands_by_itself(void **state) {
    (void) state;
    AN_CLEANUP(an_recheck_law_release) struct an_recheck_law known = {0};
    struct an_err err = {0};
    for (size_t i = 0; i < law.packs.rule_count; i++)
        if (law.packs.rules[i]->when)
            assert_int_equal(an_recheck_add(&known, law.packs.rules[i]->canonical, &err), AN_OK);
    for (size_t i = 0; i < law.packs.name_count; i++)
        assert_int_equal(an_recheck_add(&known, law.packs.names[i].canonical, &err), AN_OK);
    for (size_t i = 0; i < law.procedures.gate_count; i++)
        assert_int_equal(an_recheck_add(&known, law.procedures.gates[i]->head.canonical, &err), AN_OK);
    for (size_t i = 0; i < law.procedures.gate_count; i++)
        for (size_t k = 0; k < law.procedures.gates[i]->test_count; k++) {
            AN_AUTO(an_arena) arena = {0};
            const struct an_gate *g = law.procedures.gates[i];
            const struct an_gate_question q = {.packs = &law.packs, .facts = &g->tests[k].given, .as_of = day("2026-04-01")};
            struct an_gate_answer a = {0};
            struct an_recheck proven = {0};
            assert_int_equal(an_gate_ask(g, &q, &arena, &a, &err), AN_OK);
            json_t *certificate = json_loadb(a.whole.certificate.ptr, a.whole.certificate.len, JSON_REJECT_DUPLICATES, NULL);
            assert_non_null(certificate);
            if (an_recheck(&known, certificate, NULL, &proven, &err))
                fail_msg("%s: %s", g->tests[k].name.ptr, err.text);
            assert_int_equal(proven.verdict, (enum an_recheck_verdict) g->tests[k].expect);
            json_decref(certificate);
        }
}

// The cases that the world knows: when the law's periods would have ended, and how long it took.
static void the_published_cases_took_longer_than_the_periods(void **state) {
    (void) state;
    static const struct { const char *id, *procedure, *end, *outcome, *preliminary, *special; } cases[] = {
        {"didi", "cn.review", "conclusion.conditions", "clear_conditions", "2021-08-13", "2021-11-11"},
        {"ymm", "cn.review", "conclusion.clear", "clear", "2021-08-16", "2021-11-12"},
        {"boss", "cn.review", "conclusion.clear", "clear", "2021-08-16", "2021-11-12"},
        {"cnki", "cn.review", "conclusion.conditions", "clear_conditions", "2022-08-05", "2023-01-06"},
        {"micron", "cn.review.product", "conclusion.prohibited", "prohibited", "2023-05-16", "2023-10-17"},
        {"panw", "cn.review.product", NULL, "none", "2026-09-17", "2027-02-17"}};
    char path[4096];
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    (void) snprintf(path, sizeof path, "%s/tests/e2e/cases-cn.json", root ? root : ".");
    json_t *data = json_load_file(path, JSON_REJECT_DUPLICATES, NULL), *one;
    size_t at, seen = 0;
    assert_non_null(data);
    json_array_foreach(json_object_get(data, "cases"), at, one) {
        AN_AUTO(an_arena) arena = {0};
        const char *id = json_string_value(json_object_get(one, "id"));
        json_t *took = json_array_get(json_object_get(one, "durations"), 0);
        an_day start = day(json_string_value(json_array_get(took, 0))), end = day(json_string_value(json_array_get(took, 1)));
        size_t i = 0;
        while (i < AN_COUNT(cases) && strcmp(cases[i].id, id) != 0)
            i++;
        assert_true(i < AN_COUNT(cases));
        const struct an_procedure *p = an_procedures_find(&law.procedures, an_str_from_c(cases[i].procedure), AN_STR(""), start);
        const struct an_happening h[] = {{.event = AN_STR("notice.review"), .day = start},
                                         {.event = an_str_from_c(cases[i].end), .day = end}};
        struct an_course first = run_side(p, h, 1, start, AN_SIDE_FILER, &arena);
        assert_day(an_course_counted(&first, AN_STR("preliminary"), AN_STR(""))->last, cases[i].preliminary);
        assert_day(projected(&first, "special", "special")->nominal, cases[i].special);
        struct an_course last = run_side(p, h, cases[i].end ? 2 : 1, end, AN_SIDE_FILER, &arena);
        assert_int_equal(last.refusal_count, 0);
        const struct an_counted *x = an_course_counted(&last, AN_STR("preliminary"), AN_STR(""));
        assert_int_equal(end - start, json_integer_value(json_array_get(took, 2)));
        assert_int_equal(x->used + x->late_by, json_integer_value(json_array_get(took, 3)));
        struct an_str outcome = last.outcome == AN_PROCEDURE_NONE ? AN_STR("none") : p->phases[last.outcome].name;
        assert_true(an_str_eq(outcome, an_str_from_c(cases[i].outcome)));
        seen++;
    }
    assert_int_equal(seen, AN_COUNT(cases));
    json_decref(data);
}

// The recommendation is sent without a word to the filer, so nothing it knows makes the Office late for certain.
static void a_filer_calls_nobody_late_for_what_it_is_not_told(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) said = {0};
    struct an_err err = {0};
    const struct an_procedure *p = an_procedures_find(&law.procedures, AN_STR("cn.review"), AN_STR(""), day("2026-01-05"));
    const struct an_happening h[] = {event("filing.received", "2026-01-05", ""), event("filing.conforming", "2026-01-05", ""),
                                     event("notice.review", "2026-01-20", "")};
    for (int side = AN_SIDE_AUTHORITY; side <= AN_SIDE_FILER; side++) {
        struct an_course c = run_side(p, h, AN_COUNT(h), day("2026-04-01"), (enum an_side) side, &arena);
        const struct an_counted *decide = an_course_counted(&c, AN_STR("decide"), AN_STR(""));
        const struct an_counted *preliminary = an_course_counted(&c, AN_STR("preliminary"), AN_STR(""));
        assert_true(decide->late_by == 1 && !decide->untold);
        assert_true(preliminary->late_by > 0 && preliminary->untold == (side == AN_SIDE_FILER));
    }
    struct an_course c = run_side(p, h, AN_COUNT(h), day("2026-04-01"), AN_SIDE_FILER, &arena);
    assert_int_equal(an_course_say(&c, NULL, AN_EN, &said, &err), AN_OK);
    assert_int_equal(an_buf_add(&said, (struct an_str) {"", 1}, &err), AN_OK);
    assert_non_null(strstr(said.ptr, "unless"));
}

static void memory_that_runs_out_is_an_error(void **state) {
    (void) state;
    const struct an_happening h[] = {event("filing.received", "2026-01-05", ""), event("filing.conforming", "2026-01-05", ""),
                                     event("notice.none", "2026-01-06", "")};
    struct an_course_question q = {.procedure = shipped("cn.review", "2022"), .happenings = h, .count = 3,
                                   .as_of = day("2026-01-07"), .calendar = an_law_calendar_of, .calendar_arg = &law};
    for (uint64_t nth = 1, failed = 1; failed; nth++) {
        AN_AUTO(an_arena) arena = {0};
        AN_AUTO(an_buf) out = {0};
        struct an_procedures set = {0};
        struct an_check check = {0};
        struct an_course c = {0};
        struct an_err err = {0};
        uint64_t before = an_alloc_count();
        an_alloc_fail_nth(nth);
        enum an_code code = parse(GOOD, &set, &arena, &err);
        if (!code)
            code = an_procedures_check(&set, &law.packs, an_law_calendar_of, &law, &arena, &check, &err);
        if (!code)
            code = an_course_run(&q, &arena, &c, &err);
        if (!code)
            code = an_course_say(&c, &law.packs, AN_EN, &out, &err);
        if (!code)
            code = an_course_ics(&c, &how, &out, &err);
        failed = an_alloc_count() - before >= nth;
        an_alloc_fail_nth(0);
        assert_true(code == (failed ? AN_NOMEM : AN_OK));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_periods_of_the_review),
        cmocka_unit_test(bad_text_is_refused_with_its_place),
        cmocka_unit_test(what_makes_no_sense_is_complained_about),
        cmocka_unit_test(the_example_of_the_reference_holds),
        cmocka_unit_test(the_canonical_form_is_a_file_that_says_the_same),
        cmocka_unit_test(the_version_in_force_is_found),
        cmocka_unit_test(every_refusal_names_event_and_day),
        cmocka_unit_test(too_many_events_are_refused),
        cmocka_unit_test(a_window_before_the_end_of_a_period_is_counted_backwards),
        cmocka_unit_test(a_pause_counts_as_the_rules_clocks_count_it),
        cmocka_unit_test(random_walks_never_come_to_an_impossible_state),
        cmocka_unit_test(the_order_of_the_list_does_not_matter),
        cmocka_unit_test(a_pause_never_brings_a_deadline_forward),
        cmocka_unit_test(time_that_passes_changes_no_past),
        cmocka_unit_test(what_is_not_said_to_come_is_refused),
        cmocka_unit_test(a_course_is_told_in_both_languages_and_as_json),
        cmocka_unit_test(a_status_reads_as_it_should),
        cmocka_unit_test(every_procedure_and_gate_is_described),
        cmocka_unit_test(deadlines_are_written_as_a_calendar),
        cmocka_unit_test(every_course_makes_a_valid_calendar),
        cmocka_unit_test(a_gate_opens_when_the_review_has_ended_well),
        cmocka_unit_test(knowing_more_never_turns_a_gate_round),
        cmocka_unit_test(a_gate_says_what_it_rests_on),
        cmocka_unit_test(a_gates_certificate_stands_by_itself),
        cmocka_unit_test(the_published_cases_took_longer_than_the_periods),
        cmocka_unit_test(a_filer_calls_nobody_late_for_what_it_is_not_told),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, open_law, close_law);
}
