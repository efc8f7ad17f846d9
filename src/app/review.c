#include "app/review.h"

#include "app/answer.h"
#include "app/judge.h"
#include "base/near.h"
#include "rules/vocabulary.h"

an_day an_entry_day(const json_t *body, const char *member) {
    an_day day = AN_DAY_NONE;
    (void) an_day_parse(an_entry_text(body, member), &day);
    return day;
}

struct an_review_people an_review_people(const struct an_entry *measurement) {
    const json_t *p = json_object_get(measurement->body, "people");
    const json_t *ceiling = json_object_get(p, "ceiling");
    return (struct an_review_people) {
        .floor = (uint64_t) json_integer_value(json_object_get(p, "floor")),
        .linked = (uint64_t) json_integer_value(json_object_get(p, "linked")),
        .ceiling = json_is_integer(ceiling) ? (uint64_t) json_integer_value(ceiling) : AN_FACT_INFINITE,
    };
}

// The next entry of a kind that speaks of a day no later than as_of.
static const struct an_entry *next_by(const struct an_case *file, const char *kind, an_day as_of,
                                      const struct an_entry *last) {
    const struct an_entry *e = last;
    while ((e = an_case_next(file, kind, e)) && an_entry_day(e->body, "day") != AN_DAY_NONE &&
           an_entry_day(e->body, "day") > as_of)
        ;
    return e;
}

static const struct an_entry *last_by(const struct an_case *file, const char *kind, an_day as_of) {
    const struct an_entry *found = NULL;
    for (const struct an_entry *e = NULL; (e = next_by(file, kind, as_of, e));)
        found = e;
    return found;
}

static size_t count_of(const struct an_case *file, const char *kind) {
    size_t n = 0;
    for (const struct an_entry *e = NULL; (e = an_case_next(file, kind, e));)
        n++;
    return n;
}

// --- courses

static struct an_str procedure_of(const json_t *event, struct an_str own) {
    struct an_str named = an_entry_text(event, "procedure");
    return named.len ? named : own;
}

static struct an_happening happening(const json_t *event) {
    return (struct an_happening) {
        .event = an_entry_text(event, "name"), .day = an_entry_day(event, "day"),
        .body = an_entry_text(event, "body"), .by = an_entry_text(event, "by"),
    };
}

struct asked {                              // which course of a case, and what is tried on it
    const struct an_case *file;
    const struct an_law *law;
    struct an_str procedure, own;
    enum an_side side;
    const json_t *extra;                    // an event that is not in the file yet; NULL: none
    an_day as_of;
};

static enum an_code run_course(const struct asked *a, struct an_arena *arena, struct an_review_course *ret,
                               struct an_err *err) {
    size_t count = 0, room = count_of(a->file, "event") + 1;
    struct an_happening *list = AN_NEW_N(arena, room, struct an_happening);
    struct an_course *course = AN_NEW(arena, struct an_course);
    if (!list || !course)
        return an_fail(err, AN_NOMEM, "no memory for %zu events", room);
    for (const struct an_entry *e = NULL; (e = next_by(a->file, "event", a->as_of, e));)
        if (an_str_eq(procedure_of(e->body, a->own), a->procedure))
            list[count++] = happening(e->body);
    if (a->extra)
        list[count++] = happening(a->extra);
    an_day begun = a->as_of;
    for (size_t i = 0; i < count; i++)
        begun = list[i].day < begun ? list[i].day : begun;
    const struct an_procedure *p = an_procedures_find(&a->law->procedures, a->procedure, AN_STR(""), begun);
    if (!p)
        return an_fail(err, AN_USAGE, "the law has no procedure '%.*s' (see: anshen law list)", AN_STR_ARG(a->procedure));
    struct an_course_question q = {
        .procedure = p, .happenings = list, .count = count, .as_of = a->as_of, .side = a->side,
        .calendar = an_law_calendar_of, .calendar_arg = a->law,
    };
    *ret = (struct an_review_course) {p->head.id, p, course};
    return an_course_run(&q, arena, course, err);
}

static bool has_course(const struct an_review *r, struct an_str id) {
    for (size_t i = 0; i < r->course_count; i++)
        if (an_str_eq(r->courses[i].id, id))
            return true;
    return false;
}

static enum an_code courses(struct an_review *r, struct an_arena *arena, struct an_err *err) {
    struct asked a = {.file = r->file, .law = r->law, .procedure = r->procedure, .own = r->procedure, .side = r->side,
                      .as_of = r->as_of};
    r->courses = AN_NEW_N(arena, r->law->procedures.count + 1, struct an_review_course);
    if (!r->courses)
        return an_fail(err, AN_NOMEM, "no memory for the procedures of a case");
    AN_TRY(run_course(&a, arena, &r->courses[0], err));
    r->course_count = 1;
    for (const struct an_entry *e = NULL; (e = next_by(r->file, "event", r->as_of, e));) {
        a.procedure = procedure_of(e->body, r->procedure);
        if (has_course(r, a.procedure))
            continue;
        AN_TRY(run_course(&a, arena, &r->courses[r->course_count], err));
        r->course_count++;
    }
    for (size_t i = 0; i < r->course_count; i++)
        for (size_t k = 0; k < r->courses[i].course->counted_count; k++) {
            const struct an_counted *p = &r->courses[i].course->counted[k];
            r->late_periods += p->late_by && p->done == AN_DAY_NONE && !p->untold;
        }
    return AN_OK;
}

static size_t refused(const struct an_course *course, size_t except) {
    size_t n = 0;
    for (size_t i = 0; i < course->refusal_count; i++)
        n += course->refusals[i].index != except;
    return n;
}

static enum an_code refuse(const struct an_review_course *c, const struct an_refusal *r, struct an_str event,
                           struct an_err *err) {
    struct an_str near = AN_STR("");
    size_t best = SIZE_MAX;
    if (r->kind != AN_REFUSED_UNKNOWN)
        return an_fail(err, AN_USAGE, "%.*s: %.*s", AN_STR_ARG(c->id), AN_STR_ARG(r->why));
    for (size_t i = 0; i < c->procedure->event_count; i++)
        if (an_near_better(event, c->procedure->events[i].name, &best))
            near = c->procedure->events[i].name;
    return near.len ? an_fail(err, AN_USAGE, "%.*s: %.*s (did you mean %.*s?)", AN_STR_ARG(c->id), AN_STR_ARG(r->why),
                              AN_STR_ARG(near))
                    : an_fail(err, AN_USAGE, "%.*s: %.*s (see: anshen law show %.*s)", AN_STR_ARG(c->id), AN_STR_ARG(r->why),
                              AN_STR_ARG(c->id));
}

enum an_code an_review_allows(const struct an_case *file, const struct an_law *law, const json_t *event, an_day as_of,
                              struct an_arena *arena, struct an_err *err) {
    const json_t *open = an_case_entry(file, 1)->body;
    struct an_str own = an_entry_text(open, "procedure");
    struct asked a = {
        .file = file, .law = law, .procedure = procedure_of(event, own), .own = own, .as_of = as_of,
        .side = an_str_eq(an_entry_text(open, "side"), AN_STR("authority")) ? AN_SIDE_AUTHORITY : AN_SIDE_FILER,
    };
    struct an_review_course before, after;
    AN_TRY(run_course(&a, arena, &before, err));
    a.extra = event;
    AN_TRY(run_course(&a, arena, &after, err));
    size_t added = 0;                       // its place in the list: behind all that were there
    for (const struct an_entry *e = NULL; (e = next_by(file, "event", as_of, e));)
        added += an_str_eq(procedure_of(e->body, own), a.procedure);
    for (size_t i = 0; i < after.course->refusal_count; i++)
        if (after.course->refusals[i].index == added)
            return refuse(&after, &after.course->refusals[i], an_entry_text(event, "name"), err);
    if (refused(after.course, added) > refused(before.course, SIZE_MAX))
        return an_fail(err, AN_USAGE, "%.*s: an event that is in the case already could not have happened after it; "
                       "withdraw that one first, or look at the day", AN_STR_ARG(a.procedure));
    return AN_OK;
}

static bool knows(const struct an_law *law, struct an_str id, struct an_str event, an_day day) {
    const struct an_procedure *p = an_procedures_find(&law->procedures, id, AN_STR(""), day);
    return p && an_procedure_event_at(p, event) != AN_PROCEDURE_NONE;
}

struct an_str an_review_procedure_of(const struct an_case *file, const struct an_law *law, struct an_str event, an_day day) {
    struct an_str own = an_entry_text(an_case_entry(file, 1)->body, "procedure"), found = AN_STR("");
    if (knows(law, own, event, day))
        return AN_STR("");
    for (size_t i = 0; i < law->procedures.count; i++) {
        struct an_str id = law->procedures.items[i]->head.id;
        if (an_str_eq(id, found) || !knows(law, id, event, day))
            continue;
        if (found.len)
            return AN_STR("");
        found = id;
    }
    return found;
}

bool an_review_is_inner(const struct an_case *file, const struct an_law *law, const json_t *event) {
    struct an_str id = procedure_of(event, an_entry_text(an_case_entry(file, 1)->body, "procedure"));
    const struct an_procedure *p = an_procedures_find(&law->procedures, id, AN_STR(""), an_entry_day(event, "day"));
    size_t at = p ? an_procedure_event_at(p, an_entry_text(event, "name")) : AN_PROCEDURE_NONE;
    return at != AN_PROCEDURE_NONE && p->events[at].inner;
}

// --- what is declared

static enum an_code add_given(struct an_review *r, size_t *at, const struct an_entry *e, struct an_str text, an_day day,
                              struct an_arena *arena, struct an_err *err) {
    struct an_fact fact;
    if (an_fact_parse(text, arena, &fact, err))
        return an_err_context(err, "entry %llu", (unsigned long long) e->seq);
    fact.from = day == AN_DAY_NONE ? "declared" : "snapshots";
    size_t place = day == AN_DAY_NONE ? 0 : *at;
    while (place < *at && !an_str_eq(r->declared.given[place].fact.name, fact.name))
        place++;                            // a later entry on the same fact takes the place of the earlier
    r->declared.given[place] = (struct an_given) {fact, day, (size_t) e->seq};
    *at += place == *at;
    return AN_OK;
}

static int by_day(const void *a, const void *b) {
    const struct an_given *x = a, *y = b;
    return x->day != y->day ? (x->day > y->day) - (x->day < y->day) : (x->line > y->line) - (x->line < y->line);
}

// `name=value`, as people give facts to other verbs. ptr NULL: no memory.
static struct an_str fact_text(const struct an_entry *e, struct an_arena *arena, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    struct an_str name = an_entry_text(e->body, "name"), value = an_entry_text(e->body, "value");
    return an_buf_addf(&text, err, "%.*s=%.*s", AN_STR_ARG(name), AN_STR_ARG(value)) ? (struct an_str) {0}
           : an_arena_copy(arena, an_buf_str(&text));
}

static struct an_str snapshot_text(const struct an_entry *e, struct an_arena *arena, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    const json_t *hi = json_object_get(e->body, "hi");
    struct an_str metric = an_entry_text(e->body, "metric");
    enum an_code code = an_buf_addf(&text, err, "count(%.*s)=[%lld..", AN_STR_ARG(metric),
                                    json_integer_value(json_object_get(e->body, "lo")));
    if (!code && json_is_integer(hi))
        code = an_buf_addf(&text, err, "%lld", json_integer_value(hi));
    if (!code)
        code = an_buf_add(&text, AN_STR("]"), err);
    return code ? (struct an_str) {0} : an_arena_copy(arena, an_buf_str(&text));
}

static enum an_code declared(struct an_review *r, struct an_arena *arena, struct an_err *err) {
    struct an_company *c = &r->declared;
    size_t facts = count_of(r->file, "fact"), shots = count_of(r->file, "snapshot"), events = count_of(r->file, "event");
    *c = (struct an_company) {
        .file = "case entry", .name = r->company, .role = AN_STR(""), .cii = AN_STR(""), .country = AN_STR(""),
        .exchange = AN_STR(""), .planned = AN_DAY_NONE, .caps = an_caps_default(),
        .given = AN_NEW_N(arena, facts + shots + 1, struct an_given), .events = AN_NEW_N(arena, events + 1, struct an_event),
    };
    if (!c->given || !c->events)
        return an_fail(err, AN_NOMEM, "no memory for %zu facts", facts + shots);
    size_t at = 0;
    for (const struct an_entry *e = NULL; (e = next_by(r->file, "fact", r->as_of, e));) {
        struct an_str text = fact_text(e, arena, err);
        AN_TRY(text.ptr ? add_given(r, &at, e, text, AN_DAY_NONE, arena, err) : an_fail(err, AN_NOMEM, "no memory for a fact"));
    }
    size_t first = at;
    for (const struct an_entry *e = NULL; (e = next_by(r->file, "snapshot", r->as_of, e));) {
        struct an_str text = snapshot_text(e, arena, err);
        AN_TRY(text.ptr ? add_given(r, &at, e, text, an_entry_day(e->body, "day"), arena, err)
                        : an_fail(err, AN_NOMEM, "no memory for a snapshot"));
    }
    if (at > first)
        qsort(c->given + first, at - first, sizeof *c->given, by_day);
    c->given_count = at;
    for (const struct an_entry *e = NULL; (e = next_by(r->file, "event", r->as_of, e));) {
        struct an_str name = an_entry_text(e->body, "name");
        if (an_name_find(&r->law->packs, AN_NAME_EVENT, name))      // the others are the procedures' own
            c->events[c->event_count++] = (struct an_event) {name, an_entry_day(e->body, "day"), (size_t) e->seq};
    }
    return AN_OK;
}

static enum an_code facts(struct an_review *r, struct an_arena *arena, struct an_err *err) {
    AN_TRY(declared(r, arena, err));
    if (!r->measurement)
        return an_company_facts(&r->law->packs, &r->declared, r->as_of, arena, &r->facts, err);
    struct an_review_people p = an_review_people(r->measurement);
    const json_t *users = json_object_get(r->measurement->body, "users");
    struct an_total total = {.people = {.floor = p.floor, .linked = p.linked, .ceiling = p.ceiling}};
    struct an_people some = total.people;
    if (users) {
        const json_t *most = json_object_get(users, "ceiling");
        some.floor = (uint64_t) json_integer_value(json_object_get(users, "floor"));
        some.ceiling = json_is_integer(most) ? (uint64_t) json_integer_value(most) : AN_UNKNOWN_COUNT;
    }
    return an_facts_make(&r->law->packs, &total, &some, &r->declared, r->as_of, false, arena, &r->facts, err);
}

// --- orders, commitments, conditions, the plan

static struct an_review_item *item_of(struct an_review_items *list, struct an_str id) {
    for (size_t i = 0; i < list->count; i++)
        if (an_str_eq(list->items[i].id, id))
            return &list->items[i];
    return NULL;
}

static void put_item(struct an_review_items *list, const struct an_entry *e, const json_t *body, an_day as_of) {
    struct an_review_item *known = item_of(list, an_entry_text(body, "id"));
    struct an_str status = an_entry_text(body, "status");
    an_day due = an_entry_day(body, "due");
    struct an_review_item item = {
        .entry = e, .id = an_entry_text(body, "id"), .text = an_entry_text(body, "text"),
        .status = status.len ? status : AN_STR("open"), .due = due == AN_DAY_NONE && known ? known->due : due,
    };
    item.is_open = an_str_eq(item.status, AN_STR("open")) || an_str_eq(item.status, AN_STR("broken"));
    item.is_late = item.is_open && item.due != AN_DAY_NONE && item.due < as_of;
    if (known)
        *known = item;
    else
        list->items[list->count++] = item;
}

static void tally(struct an_review_items *list) {
    for (size_t i = 0; i < list->count; i++) {
        list->open += list->items[i].is_open;
        list->late += list->items[i].is_late;
    }
}

static enum an_code items(struct an_review *r, const char *kind, struct an_review_items *ret, struct an_arena *arena,
                          struct an_err *err) {
    size_t room = count_of(r->file, kind) + 1;
    for (const struct an_entry *e = NULL; ret == &r->commitments && (e = next_by(r->file, "decision", r->as_of, e));)
        room += json_array_size(json_object_get(e->body, "conditions"));
    ret->items = AN_NEW_N(arena, room, struct an_review_item);
    if (!ret->items)
        return an_fail(err, AN_NOMEM, "no memory for %zu entries of kind %s", room, kind);
    for (const struct an_entry *e = NULL; ret == &r->commitments && (e = next_by(r->file, "decision", r->as_of, e));) {
        size_t i;
        const json_t *condition;
        json_array_foreach(json_object_get(e->body, "conditions"), i, condition)
            put_item(ret, e, condition, r->as_of);
    }
    for (const struct an_entry *e = NULL; (e = next_by(r->file, kind, r->as_of, e));)
        put_item(ret, e, e->body, r->as_of);
    tally(ret);
    return AN_OK;
}

static enum an_code papers(struct an_review *r, struct an_arena *arena, struct an_err *err) {
    r->papers = AN_NEW_N(arena, count_of(r->file, "document") + 1, struct an_review_paper);
    if (!r->papers)
        return an_fail(err, AN_NOMEM, "no memory for the documents of a case");
    for (const struct an_entry *e = NULL; (e = an_case_next(r->file, "document", e));) {
        an_day expires = an_entry_day(e->body, "expires"), received = an_entry_day(e->body, "received");
        if (received <= r->as_of && expires != AN_DAY_NONE && expires <= r->as_of + AN_REVIEW_SOON)
            r->papers[r->paper_count++] = (struct an_review_paper) {e, expires, expires < r->as_of};
    }
    return AN_OK;
}

static const struct an_entry *main_verdict(const struct an_review *r) {
    const struct an_entry *found = NULL;
    for (const struct an_entry *e = NULL; (e = an_case_next(r->file, "verdict", e));)
        if (an_str_eq(an_entry_text(e->body, "rule"), AN_STR(AN_MAIN_RULE)) && an_entry_day(e->body, "as_of") <= r->as_of)
            found = e;
    return found;
}

enum an_code an_review_look(const struct an_case *file, const struct an_law *law, an_day as_of, struct an_arena *arena,
                            struct an_review *ret, struct an_err *err) {
    const json_t *open = an_case_entry(file, 1)->body, *company = json_object_get(open, "company");
    *ret = (struct an_review) {
        .file = file, .law = law, .as_of = as_of, .id = an_entry_text(open, "id"), .title = an_entry_text(open, "title"),
        .object = an_entry_text(open, "object"), .procedure = an_entry_text(open, "procedure"),
        .company = an_entry_text(company, "name"), .company_en = an_entry_text(company, "name_en"),
        .side = an_str_eq(an_entry_text(open, "side"), AN_STR("authority")) ? AN_SIDE_AUTHORITY : AN_SIDE_FILER,
        .measurement = last_by(file, "measurement", as_of), .stance = last_by(file, "stance", as_of),
    };
    ret->verdict = main_verdict(ret);
    AN_TRY(courses(ret, arena, err));
    AN_TRY(facts(ret, arena, err));
    AN_TRY(items(ret, "order", &ret->orders, arena, err));
    AN_TRY(items(ret, "commitment", &ret->commitments, arena, err));
    AN_TRY(items(ret, "plan", &ret->plan, arena, err));
    return papers(ret, arena, err);
}

// --- gates

static enum an_tri tri_of(struct an_str verdict) {
    for (enum an_tri v = AN_NO; v <= AN_YES; v++)
        if (an_str_eq(verdict, an_str_from_c(an_verdict_name(v))))
            return v;
    return AN_UNKNOWN;
}

enum an_code an_review_ask(const struct an_review *r, const struct an_gate *gate, struct an_arena *arena,
                           struct an_gate_answer *ret, struct an_err *err) {
    size_t all = r->law->procedures.count, count = 0, verdict_count = 0;
    struct an_gate_course *list = AN_NEW_N(arena, all + r->course_count + 1, struct an_gate_course);
    struct an_gate_verdict *verdicts = AN_NEW_N(arena, count_of(r->file, "verdict") + 1, struct an_gate_verdict);
    if (!list || !verdicts)
        return an_fail(err, AN_NOMEM, "no memory for the conditions of a gate");
    for (size_t i = 0; i < r->course_count; i++)
        list[count++] = (struct an_gate_course) {r->courses[i].id, r->courses[i].course};
    for (size_t i = 0; i < all; i++) {      // a procedure without an event in the case was not begun
        struct an_str id = r->law->procedures.items[i]->head.id;
        if (!has_course(r, id))
            list[count++] = (struct an_gate_course) {id, NULL};
    }
    for (const struct an_entry *e = NULL; (e = an_case_next(r->file, "verdict", e));) {
        struct an_str rule = an_entry_text(e->body, "rule");
        size_t at = 0;
        if (an_entry_day(e->body, "as_of") > r->as_of)
            continue;
        while (at < verdict_count && !an_str_eq(verdicts[at].rule, rule))
            at++;
        verdict_count += at == verdict_count;
        verdicts[at] = (struct an_gate_verdict) {rule, tri_of(an_entry_text(e->body, "verdict"))};
    }
    struct an_gate_question q = {
        .packs = &r->law->packs, .facts = &r->facts, .courses = list, .course_count = count, .verdicts = verdicts,
        .verdict_count = verdict_count, .counts_known = true, .open_orders = r->orders.open,
        .open_conditions = r->commitments.late, .as_of = r->as_of,
    };
    return an_gate_ask(gate, &q, arena, ret, err);
}
