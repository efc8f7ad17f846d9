// The checks of a set of procedures and gates.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "procedure/gate.h"
#include "rules/canon.h"
#include "rules/list.h"
#include "rules/vocabulary.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct checker {
    const struct an_procedures *set;
    const struct an_packs *packs;
    an_calendar_of *calendar;
    const void *calendar_arg;
    struct an_arena *arena;
    struct an_check *check;
    struct an_err *err;
    const struct an_rule *norm;         // what is being looked at
};

AN_PRINTF(4, 5) static enum an_code complain(struct checker *c, unsigned line, unsigned column, const char *fmt, ...) {
    char text[320];
    va_list ap;
    va_start(ap, fmt);
    (void) vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return an_check_add(c->check, c->norm->file, line ? line : c->norm->line, line ? column : c->norm->column, c->norm->id,
                        text, c->arena, c->err);
}

static enum an_code check_head(struct checker *c, size_t tests) {
    const struct an_rule *n = c->norm;
    const struct { bool there; const char *what; } parts[] = {
        {n->title.en.len && n->title.zh.len, "no title in both languages (title en \"...\" zh \"...\")"},
        {n->instrument.len, "no citation (instrument \"...\" article \"...\")"},
        {n->status != AN_STATUS_NONE, "no status"},
        {n->quote_count || (n->digest.en.len && n->digest.zh.len),
         "no quote of the instrument's words (or a digest in both languages, where they were not seen)"},
        {!n->quote_count || !n->digest.en.len, "a digest stands in place of a quote, not beside it"},
        {tests, "no test"},
    };
    for (size_t i = 0; i < AN_COUNT(parts); i++)
        if (!parts[i].there)
            TRY(complain(c, 0, 0, "%s", parts[i].what));
    for (size_t i = 0; i < n->note_count; i++)
        if (!n->notes[i].en.len || !n->notes[i].zh.len)
            TRY(complain(c, 0, 0, "a note is not in both languages"));
    return AN_OK;
}

static enum an_code check_title(struct checker *c, const char *what, struct an_str name, struct an_pair title) {
    if (title.en.len && title.zh.len)
        return AN_OK;
    return complain(c, 0, 0, "%s %.*s has no title in both languages (en \"...\" zh \"...\")", what,
                    AN_STR_ARG(an_str_slice(name, 0, 64)));
}

static enum an_code check_titles(struct checker *c, const struct an_procedure *p) {
    for (size_t i = 0; i < p->party_count; i++)
        TRY(check_title(c, "party", p->parties[i].name, p->parties[i].title));
    for (size_t i = 0; i < p->event_count; i++)
        TRY(check_title(c, "event", p->events[i].name, p->events[i].title));
    for (size_t i = 0; i < p->phase_count; i++)
        TRY(check_title(c, "phase", p->phases[i].name, p->phases[i].title));
    for (size_t i = 0; i < p->period_count; i++)
        TRY(check_title(c, "period", p->periods[i].name, p->periods[i].title));
    for (size_t i = 0; i < p->beside_count; i++)
        TRY(check_title(c, "state", p->besides[i].name, p->besides[i].title));
    for (size_t i = 0; i < p->path_count; i++)
        TRY(check_title(c, "path", p->paths[i].name, p->paths[i].title));
    for (size_t i = 0; i < p->stop_count; i++)
        TRY(check_title(c, "pause", p->stops[i].from.name, p->stops[i].title));
    return AN_OK;
}

static enum an_code check_objects(struct checker *c, const struct an_procedure *p) {
    static const char *const objects[] = {"listing", "product", "platform", "data_processing"};
    if (!p->object_count)
        TRY(complain(c, 0, 0, "no object (object {listing})"));
    for (size_t i = 0; i < p->object_count; i++) {
        bool known = false;
        for (size_t k = 0; k < AN_COUNT(objects); k++)
            known = known || an_str_eq(p->objects[i], an_str_from_c(objects[k]));
        if (!known)
            TRY(complain(c, 0, 0, "object %.*s is none of listing, product, platform, data_processing",
                         AN_STR_ARG(an_str_slice(p->objects[i], 0, 64))));
    }
    return AN_OK;
}

static enum an_code check_bodies(struct checker *c, const struct an_procedure *p) {
    for (size_t i = 0; i < p->party_count; i++)
        for (size_t k = 0; k < p->parties[i].body_count; k++) {
            struct an_str body = p->parties[i].bodies[k];
            if (an_name_find(c->packs, AN_NAME_BODY, body))
                continue;
            struct an_str near = an_vocabulary_near(c->packs, body);
            TRY(complain(c, 0, 0, "unknown body %.*s%s%.*s%s", AN_STR_ARG(an_str_slice(body, 0, 64)),
                         near.len ? " (did you mean " : "", AN_STR_ARG(near), near.len ? "?)" : ""));
        }
    return AN_OK;
}

static bool in_steps(const struct an_step_to *steps, size_t count, size_t event) {
    for (size_t i = 0; i < count; i++)
        if (steps[i].event.at == event)
            return true;
    return false;
}

static bool in_some_step(const struct an_procedure *p, size_t event) {
    bool used = in_steps(p->starts, p->start_count, event) || in_steps(p->anywhere, p->anywhere_count, event);
    for (size_t k = 0; k < p->phase_count && !used; k++)
        used = in_steps(p->phases[k].steps, p->phases[k].step_count, event);
    return used;
}

// An event that no step has can happen only where a pause or state is over by it, or a period longer.
static enum an_code check_events(struct checker *c, const struct an_procedure *p) {
    for (size_t i = 0; i < p->event_count; i++) {
        bool used = in_some_step(p, i);
        for (size_t k = 0; k < p->stop_count; k++)
            used = used || p->stops[k].until.at == i;
        for (size_t k = 0; k < p->beside_count; k++)
            used = used || p->besides[k].until.at == i;
        for (size_t k = 0; k < p->period_count; k++)
            used = used || p->periods[k].extend_by.at == i;
        if (!used)
            TRY(complain(c, 0, 0, "event %.*s can never happen", AN_STR_ARG(p->events[i].name)));
    }
    for (size_t i = 0; i < p->stop_count; i++)
        if (!in_some_step(p, p->stops[i].from.at))
            TRY(complain(c, 0, 0, "the pause from %.*s can never begin", AN_STR_ARG(p->stops[i].from.name)));
    for (size_t i = 0; i < p->beside_count; i++)
        if (!in_some_step(p, p->besides[i].from.at))
            TRY(complain(c, 0, 0, "the state %.*s can never begin", AN_STR_ARG(p->besides[i].name)));
    return AN_OK;
}

static void reach_steps(const struct an_step_to *steps, size_t count, bool *reached, bool *ret_more) {
    for (size_t i = 0; i < count; i++)
        if (steps[i].to.at != AN_PROCEDURE_NONE && !reached[steps[i].to.at])
            reached[steps[i].to.at] = *ret_more = true;
}

static bool leads_on(const struct an_procedure *p, const struct an_phase *ph) {
    bool on = ph->is_outcome || ph->lapses.at != AN_PROCEDURE_NONE;
    for (size_t i = 0; i < ph->step_count; i++)
        on = on || ph->steps[i].to.at != AN_PROCEDURE_NONE;
    for (size_t i = 0; i < p->anywhere_count; i++)
        on = on || p->anywhere[i].to.at != AN_PROCEDURE_NONE;
    return on;
}

static enum an_code check_phases(struct checker *c, const struct an_procedure *p) {
    bool reached[AN_PROCEDURE_ITEMS_MAX] = {false}, more = true;
    if (!p->start_count)
        TRY(complain(c, 0, 0, "nothing begins it (start EVENT to PHASE)"));
    reach_steps(p->starts, p->start_count, reached, &more);
    while (more) {
        more = false;
        for (size_t i = 0; i < p->phase_count; i++) {
            const struct an_phase *ph = &p->phases[i];
            if (!reached[i])
                continue;
            reach_steps(ph->steps, ph->step_count, reached, &more);
            if (!ph->is_outcome)
                reach_steps(p->anywhere, p->anywhere_count, reached, &more);
            if (ph->lapses_to.at != AN_PROCEDURE_NONE && !reached[ph->lapses_to.at])
                reached[ph->lapses_to.at] = more = true;
        }
    }
    bool outcome = false;
    for (size_t i = 0; i < p->phase_count; i++) {
        outcome |= reached[i] && p->phases[i].is_outcome;
        if (!reached[i])
            TRY(complain(c, 0, 0, "phase %.*s can never be reached", AN_STR_ARG(p->phases[i].name)));
        if (!leads_on(p, &p->phases[i]))
            TRY(complain(c, 0, 0, "phase %.*s never ends; write `outcome` for an end", AN_STR_ARG(p->phases[i].name)));
    }
    return outcome ? AN_OK : complain(c, 0, 0, "it has no outcome");
}

static enum an_code check_periods(struct checker *c, const struct an_procedure *p) {
    for (size_t i = 0; i < p->period_count; i++) {
        const struct an_period *d = &p->periods[i];
        struct an_str name = an_str_slice(d->name, 0, 64);
        if (d->calendar.len && !c->calendar(c->calendar_arg, d->calendar))
            TRY(complain(c, 0, 0, "period %.*s counts by a calendar that the law folder does not have", AN_STR_ARG(name)));
        if (d->before.at != AN_PROCEDURE_NONE && p->periods[d->before.at].kind == AN_PERIOD_BEFORE)
            TRY(complain(c, 0, 0, "period %.*s is before one that is before another", AN_STR_ARG(name)));
        for (size_t k = 0; d->per_body && k < d->from.count; k++)
            if (p->events[d->from.items[k].at].on.at == AN_PROCEDURE_NONE)
                TRY(complain(c, 0, 0, "period %.*s is per body, but %.*s is about none", AN_STR_ARG(name),
                             AN_STR_ARG(d->from.items[k].name)));
    }
    return AN_OK;
}

static bool connected(const struct an_procedure *p, size_t from, size_t to) {
    const struct an_phase *ph = &p->phases[from];
    for (size_t i = 0; i < ph->step_count; i++)
        if (ph->steps[i].to.at == to)
            return true;
    return false;
}

static enum an_code check_paths(struct checker *c, const struct an_procedure *p) {
    for (size_t i = 0; i < p->path_count; i++) {
        const struct an_refs *phases = &p->paths[i].phases;
        for (size_t k = 0; k < phases->count; k++) {
            const struct an_ref *ref = &phases->items[k];
            if (p->phases[ref->at].is_outcome)
                TRY(complain(c, ref->line, ref->column, "a path has no outcome in it"));
            if (k && !connected(p, phases->items[k - 1].at, ref->at))
                TRY(complain(c, ref->line, ref->column, "no step leads from %.*s to %.*s",
                             AN_STR_ARG(phases->items[k - 1].name), AN_STR_ARG(ref->name)));
        }
    }
    return AN_OK;
}

// Running the tests.

struct trial {
    struct checker *c;
    const struct an_procedure *p;
    const struct an_procedure_test *test;
    struct an_happening *happenings; size_t count;
    struct an_course course;
    struct an_arena *arena;
    bool ran;
    bool failed;
};

AN_PRINTF(3, 4) static enum an_code fails(struct trial *t, const struct an_test_line *line, const char *fmt, ...) {
    char text[200];
    va_list ap;
    va_start(ap, fmt);
    (void) vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    t->failed = true;
    struct an_str name = an_str_slice(t->test->name, 0, 90);
    return complain(t->c, line->line, line->column, "test \"%.*s\" failed: %s", AN_STR_ARG(name), text);
}

// Every refusal must be one that the lines up to the next as-of expect.
static enum an_code check_refusals(struct trial *t, size_t at) {
    for (size_t i = 0; i < t->course.refusal_count; i++) {
        const struct an_refusal *r = &t->course.refusals[i];
        bool expected = false;
        for (size_t k = at + 1; k < t->test->line_count && t->test->lines[k].kind != AN_LINE_AS_OF; k++) {
            const struct an_test_line *line = &t->test->lines[k];
            expected = expected || (line->kind == AN_LINE_EXPECT && line->expect == AN_EXPECT_REFUSED &&
                                    an_str_eq(line->name, t->happenings[r->index].event));
        }
        if (!expected)
            return fails(t, &t->test->lines[at], "refused %.*s", AN_STR_ARG(an_str_slice(r->why, 0, 180)));
    }
    return AN_OK;
}

static enum an_code look(struct trial *t, size_t at) {
    const struct an_test_line *line = &t->test->lines[at];
    struct an_happening *seen = AN_NEW_N(t->arena, t->test->line_count, struct an_happening);
    if (!seen)
        return an_fail(t->c->err, AN_NOMEM, "no memory for a test");
    t->happenings = seen;
    t->count = 0;
    for (size_t i = 0; i < t->test->line_count; i++) {
        const struct an_test_line *e = &t->test->lines[i];
        if (e->kind == AN_LINE_EVENT && e->day <= line->day)
            seen[t->count++] = (struct an_happening) {e->name, e->day, e->body, e->by};
    }
    const struct an_course_question q = {.procedure = t->p, .happenings = seen, .count = t->count, .as_of = line->day,
                                         .side = t->test->side, .calendar = t->c->calendar, .calendar_arg = t->c->calendar_arg};
    struct an_err why = {0};
    enum an_code code = an_course_run(&q, t->arena, &t->course, &why);
    if (code == AN_NOMEM)
        return an_fail(t->c->err, code, "%s", why.text);
    t->ran = !code;
    return code ? fails(t, line, "%s", why.text) : check_refusals(t, at);
}

static struct an_str phase_name(const struct trial *t, size_t phase) {
    return phase == AN_PROCEDURE_NONE ? AN_STR("none") : t->p->phases[phase].name;
}

static bool waits_for(const struct trial *t, struct an_str who) {
    for (size_t i = 0; i < t->course.waiting_count; i++) {
        const struct an_waiting *x = &t->course.waiting[i];
        if (an_str_eq(x->body.len ? x->body : t->p->parties[x->party].name, who))
            return true;
    }
    return false;
}

static bool comes_next(const struct trial *t, struct an_str event) {
    for (size_t i = 0; i < t->course.next_count; i++)
        if (an_str_eq(t->p->events[t->course.next[i].event].name, event))
            return true;
    return false;
}

static bool is_beside(const struct trial *t, struct an_str name) {
    for (size_t i = 0; i < t->course.beside_count; i++)
        if (an_str_eq(t->p->besides[t->course.besides[i].beside].name, name))
            return true;
    return false;
}

static bool was_refused(const struct trial *t, struct an_str event) {
    for (size_t i = 0; i < t->course.refusal_count; i++)
        if (an_str_eq(t->happenings[t->course.refusals[i].index].event, event))
            return true;
    return false;
}

static enum an_code expect_ends(struct trial *t, const struct an_test_line *line) {
    char due[AN_DAY_TEXT_MAX], longest[AN_DAY_TEXT_MAX];
    for (size_t i = 0; i < t->course.projection_count; i++) {
        const struct an_projection *x = &t->course.projections[i];
        if (!an_str_eq(t->p->paths[x->path].name, line->name) || !an_str_eq(t->p->phases[x->phase].name, line->second))
            continue;
        if (x->nominal == line->day && x->longest == line->longest && x->open == line->open)
            return AN_OK;
        return fails(t, line, "%.*s ends %s longest %s%s", AN_STR_ARG(line->second), an_day_text(x->nominal, due),
                     an_day_text(x->longest, longest), x->open ? " open" : "");
    }
    return fails(t, line, "no end of %.*s is projected", AN_STR_ARG(an_str_slice(line->second, 0, 64)));
}

static enum an_code expect_day(struct trial *t, const struct an_test_line *line, an_day day) {
    char text[AN_DAY_TEXT_MAX];
    return day == line->day ? AN_OK : fails(t, line, "got %s", an_day_text(day, text));
}

static enum an_code expect_count(struct trial *t, const struct an_test_line *line, unsigned n) {
    return n == line->number ? AN_OK : fails(t, line, "got %u", n);
}

static enum an_code expect_true(struct trial *t, const struct an_test_line *line, bool holds) {
    return holds ? AN_OK : fails(t, line, "%.*s: it is not so", AN_STR_ARG(an_str_slice(line->name, 0, 64)));
}

static enum an_code expect_period(struct trial *t, const struct an_test_line *line) {
    const struct an_counted *c = an_course_counted(&t->course, line->name, line->body);
    if (!c)
        return fails(t, line, "period %.*s has not begun", AN_STR_ARG(an_str_slice(line->name, 0, 64)));
    switch (line->expect) {
    case AN_EXPECT_DUE:         return expect_day(t, line, c->last);
    case AN_EXPECT_LONGEST:     return expect_day(t, line, c->longest);
    case AN_EXPECT_USED:        return expect_count(t, line, c->used);
    case AN_EXPECT_LEFT:        return expect_count(t, line, c->left);
    case AN_EXPECT_LATE:        return expect_count(t, line, c->late_by);
    case AN_EXPECT_OPEN:        return expect_true(t, line, c->open);
    case AN_EXPECT_PAUSED:      return expect_true(t, line, c->state == AN_COUNTED_PAUSED);
    case AN_EXPECT_DONE:        return expect_true(t, line, c->state == AN_COUNTED_DONE);
    case AN_EXPECT_PROVISIONAL: return expect_true(t, line, c->provisional);
    case AN_EXPECT_PHASE: case AN_EXPECT_OUTCOME: case AN_EXPECT_ACTS: case AN_EXPECT_NEXT: case AN_EXPECT_NOT_NEXT:
    case AN_EXPECT_BESIDE: case AN_EXPECT_REFUSED: case AN_EXPECT_ENDS:
        break;
    }
    return AN_OK;
}

static enum an_code expect_one(struct trial *t, const struct an_test_line *line) {
    if (!t->ran)
        return t->failed ? AN_OK : fails(t, line, "expects something before the first as-of");
    struct an_str got;
    switch (line->expect) {
    case AN_EXPECT_PHASE:
    case AN_EXPECT_OUTCOME:
        got = phase_name(t, line->expect == AN_EXPECT_PHASE ? t->course.phase : t->course.outcome);
        return an_str_eq(got, line->name) ? AN_OK : fails(t, line, "got %.*s", AN_STR_ARG(got));
    case AN_EXPECT_ACTS:     return expect_true(t, line, waits_for(t, line->name));
    case AN_EXPECT_NEXT:     return expect_true(t, line, comes_next(t, line->name));
    case AN_EXPECT_NOT_NEXT: return expect_true(t, line, !comes_next(t, line->name));
    case AN_EXPECT_BESIDE:   return expect_true(t, line, is_beside(t, line->name));
    case AN_EXPECT_REFUSED:  return expect_true(t, line, was_refused(t, line->name));
    case AN_EXPECT_ENDS:     return expect_ends(t, line);
    case AN_EXPECT_DUE: case AN_EXPECT_LONGEST: case AN_EXPECT_OPEN: case AN_EXPECT_USED: case AN_EXPECT_LEFT:
    case AN_EXPECT_LATE: case AN_EXPECT_PAUSED: case AN_EXPECT_DONE: case AN_EXPECT_PROVISIONAL:
        break;
    }
    return expect_period(t, line);
}

static enum an_code run_test(struct checker *c, const struct an_procedure *p, const struct an_procedure_test *test) {
    AN_AUTO(an_arena) scratch = {0};
    struct trial t = {.c = c, .p = p, .test = test, .arena = &scratch};
    bool expects = false;
    for (size_t i = 0; i < test->line_count; i++) {
        const struct an_test_line *line = &test->lines[i];
        if (line->kind == AN_LINE_AS_OF)
            TRY(look(&t, i));
        else if (line->kind == AN_LINE_EXPECT)
            TRY(expect_one(&t, line));
        expects |= line->kind == AN_LINE_EXPECT;
    }
    if (!expects) {
        t.failed = true;
        TRY(complain(c, test->line, test->column, "test \"%.*s\" expects nothing", AN_STR_ARG(an_str_slice(test->name, 0, 90))));
    }
    c->check->tests_passed += !t.failed;
    c->check->tests_failed += t.failed;
    return AN_OK;
}

static enum an_code check_procedure(struct checker *c, const struct an_procedure *p) {
    size_t complaints = c->check->complaint_count;
    c->norm = &p->head;
    TRY(check_head(c, p->test_count));
    TRY(check_titles(c, p));
    TRY(check_objects(c, p));
    TRY(check_bodies(c, p));
    TRY(check_events(c, p));
    TRY(check_phases(c, p));
    TRY(check_periods(c, p));
    TRY(check_paths(c, p));
    if (c->check->complaint_count > complaints)         // what is broken is not run
        return AN_OK;
    for (size_t i = 0; i < p->test_count; i++)
        TRY(run_test(c, p, &p->tests[i]));
    return AN_OK;
}

// Gates.

static bool is_call(struct an_str fact, const char *head, struct an_str *ret_of) {
    size_t n = strlen(head);
    if (fact.len < n + 2 || memcmp(fact.ptr, head, n) != 0 || fact.ptr[n] != '(')
        return false;
    *ret_of = an_str_slice(fact, n + 1, fact.len - 1);
    return true;
}

// Whether a phase (an outcome, where `outcome`) of some version of that procedure has the name.
static bool phase_exists(const struct checker *c, struct an_str id, struct an_str name, bool outcome) {
    bool found = an_str_eq(name, AN_STR("none"));
    for (size_t i = 0; i < c->set->count && !found; i++) {
        const struct an_procedure *p = c->set->items[i];
        size_t at = an_str_eq(p->head.id, id) ? an_procedure_phase_at(p, name) : AN_PROCEDURE_NONE;
        found = at != AN_PROCEDURE_NONE && (!outcome || p->phases[at].is_outcome);
    }
    return found;
}

static enum an_code check_leaf(struct checker *c, const struct an_expr *e) {
    static const enum an_known known[] = {[AN_CONST_NUMBER] = AN_KNOWN_RANGE, [AN_CONST_DAY] = AN_KNOWN_DAYS,
                                          [AN_CONST_WORD] = AN_KNOWN_WORD};
    struct an_str of;
    bool outcome = is_call(e->fact, "outcome", &of), phase = !outcome && is_call(e->fact, "phase", &of);
    for (size_t i = 0; i < e->const_count && (outcome || phase); i++)
        if (!phase_exists(c, of, e->consts[i].word, outcome))
            return complain(c, e->line, e->column, "no procedure %.*s has the %s %.*s", AN_STR_ARG(an_str_slice(of, 0, 64)),
                            outcome ? "outcome" : "phase", AN_STR_ARG(an_str_slice(e->consts[i].word, 0, 64)));
    if (outcome || phase)
        return AN_OK;
    if (is_call(e->fact, "begun", &of)) {
        for (size_t i = 0; i < c->set->count; i++)
            if (an_str_eq(c->set->items[i]->head.id, of))
                return AN_OK;
        return complain(c, e->line, e->column, "no procedure is called %.*s", AN_STR_ARG(an_str_slice(of, 0, 64)));
    }
    if (is_call(e->fact, "verdict", &of))
        return an_packs_find(c->packs, of, AN_STR("")) ? AN_OK
             : complain(c, e->line, e->column, "no rule is called %.*s", AN_STR_ARG(an_str_slice(of, 0, 64)));
    if (an_str_eq(e->fact, AN_STR("count(open_orders)")) || an_str_eq(e->fact, AN_STR("count(open_conditions)")))
        return AN_OK;
    for (size_t i = 0; i < e->const_count; i++) {
        struct an_err why = {0};
        struct an_fact fact = {.name = e->fact, .known = known[e->consts[i].kind], .word = e->consts[i].word};
        if (an_vocabulary_check(&fact, c->packs, &why))
            return complain(c, e->line, e->column, "%s", why.text);
    }
    return AN_OK;
}

static enum an_code check_expr(struct checker *c, const struct an_expr *e) {
    if (e->kind == AN_EXPR_COMPARE || e->kind == AN_EXPR_IN)
        return check_leaf(c, e);
    for (size_t i = 0; i < e->kid_count; i++)
        TRY(check_expr(c, e->kids[i]));
    return AN_OK;
}

static bool listed(const struct an_gate_test *t, struct an_str name) {
    for (size_t i = 0; i < t->open_count; i++)
        if (an_str_eq(t->open[i], name))
            return true;
    return false;
}

static enum an_code run_gate_test(struct checker *c, const struct an_gate *g, const struct an_gate_test *t) {
    AN_AUTO(an_arena) scratch = {0};
    struct an_gate_answer a = {0};
    struct an_err why = {0};
    const struct an_gate_question q = {.packs = c->packs, .facts = &t->given, .as_of = an_rule_test_day(&g->head)};
    struct an_str name = an_str_slice(t->name, 0, 90);
    enum an_code code = an_gate_ask(g, &q, &scratch, &a, &why);
    if (code == AN_NOMEM)
        return an_fail(c->err, code, "%s", why.text);
    c->check->tests_failed++;                   // until it has passed
    if (code)
        return complain(c, t->line, t->column, "test \"%.*s\" failed: %s", AN_STR_ARG(name), why.text);
    if (a.value != t->expect)
        return complain(c, t->line, t->column, "test \"%.*s\" failed: expected %s, got %s", AN_STR_ARG(name),
                        an_tri_name(t->expect), an_tri_name(a.value));
    for (size_t i = 0; i < g->condition_count && t->open_count; i++)
        if ((a.verdicts[i].value != AN_YES) != listed(t, g->conditions[i].name))
            return complain(c, t->line, t->column, "test \"%.*s\" failed: condition %.*s is %s", AN_STR_ARG(name),
                            AN_STR_ARG(g->conditions[i].name), an_tri_name(a.verdicts[i].value));
    c->check->tests_failed--;
    c->check->tests_passed++;
    return AN_OK;
}

static enum an_code check_gate(struct checker *c, const struct an_gate *g) {
    size_t complaints = c->check->complaint_count;
    c->norm = &g->head;
    TRY(check_head(c, g->test_count));
    if (!g->question.en.len || !g->question.zh.len)
        TRY(complain(c, 0, 0, "no question in both languages (question en \"...\" zh \"...\")"));
    if (!g->condition_count)
        TRY(complain(c, 0, 0, "no condition"));
    for (size_t i = 0; i < g->condition_count; i++)
        TRY(check_expr(c, g->conditions[i].rule->when));
    for (size_t i = 0; i < g->test_count; i++)
        for (size_t k = 0; k < g->tests[i].open_count; k++) {
            bool known = false;
            for (size_t n = 0; n < g->condition_count; n++)
                known = known || an_str_eq(g->conditions[n].name, g->tests[i].open[k]);
            if (!known)
                TRY(complain(c, g->tests[i].line, g->tests[i].column, "no condition is called %.*s",
                             AN_STR_ARG(an_str_slice(g->tests[i].open[k], 0, 64))));
        }
    if (c->check->complaint_count > complaints)
        return AN_OK;
    for (size_t i = 0; i < g->test_count; i++)
        TRY(run_gate_test(c, g, &g->tests[i]));
    return AN_OK;
}

static bool same_days(const struct an_rule *a, const struct an_rule *b) {
    bool law = a->from != AN_DAY_NONE && b->from != AN_DAY_NONE && a->status != AN_STATUS_DRAFT && b->status != AN_STATUS_DRAFT;
    return law && (a->to == AN_DAY_NONE || b->from <= a->to) && (b->to == AN_DAY_NONE || a->from <= b->to);
}

static enum an_code check_versions(struct checker *c, const struct an_rule *a, const struct an_rule *b) {
    c->norm = b;
    if (!an_str_eq(a->id, b->id))
        return AN_OK;
    if (an_str_eq(a->version, b->version))
        return complain(c, 0, 0, "the same version is also in %.100s, line %u", a->file, a->line);
    return same_days(a, b) ? complain(c, 0, 0, "in force on the same days as version %.*s", AN_STR_ARG(a->version)) : AN_OK;
}

enum an_code an_procedures_check(const struct an_procedures *set, const struct an_packs *packs, an_calendar_of *calendar,
                                 const void *arg, struct an_arena *arena, struct an_check *check, struct an_err *err) {
    struct checker c = {set, packs, calendar, arg, arena, check, err, NULL};
    for (size_t i = 0; i < set->count; i++)
        for (size_t k = 0; k < i; k++)
            TRY(check_versions(&c, &set->items[k]->head, &set->items[i]->head));
    for (size_t i = 0; i < set->gate_count; i++)
        for (size_t k = 0; k < i; k++)
            TRY(check_versions(&c, &set->gates[k]->head, &set->gates[i]->head));
    for (size_t i = 0; i < set->count; i++)
        TRY(check_procedure(&c, set->items[i]));
    for (size_t i = 0; i < set->gate_count; i++)
        TRY(check_gate(&c, set->gates[i]));
    return AN_OK;
}
