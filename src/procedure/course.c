// Walking through a procedure with what happened.
#include "procedure/course.h"

#include <stdlib.h>
#include <string.h>
#include "procedure/walk.h"
#include "rules/list.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

enum an_code an_walk_no_memory(const struct an_walk *w) { return an_fail(w->err, AN_NOMEM, "no memory for a course"); }

static bool is_outcome(const struct an_walk *w) {
    return w->phase != AN_PROCEDURE_NONE && w->p->phases[w->phase].is_outcome;
}

// How often the event happened since the phase began, of that body (of any when NULL).
static size_t happened(const struct an_walk *w, size_t event, const struct an_str *body) {
    size_t n = 0;
    for (size_t i = w->entered; i < w->applied_count; i++)
        n += w->applied[i].event == event && (!body || an_str_eq(w->applied[i].body, *body));
    return n;
}

// A filer is not told of inner events, so that none is known says nothing.
static bool untold(const struct an_walk *w, size_t event) {
    return w->q->side == AN_SIDE_FILER && w->p->events[event].inner;
}

static bool guard_holds(const struct an_walk *w, const struct an_step_to *s) {
    switch (s->guard) {
    case AN_GUARD_NONE:
        return true;
    case AN_GUARD_ANY:
        return happened(w, s->of.at, NULL) > 0 || untold(w, s->of.at);
    case AN_GUARD_NO:
        return happened(w, s->of.at, NULL) == 0;
    case AN_GUARD_ALL:
        break;
    }
    for (size_t i = w->entered; i < w->applied_count; i++)
        if (w->applied[i].event == s->of.at && !happened(w, s->have.at, &w->applied[i].body))
            return false;
    return happened(w, s->of.at, NULL) > 0 || untold(w, s->of.at);
}

static const struct an_step_to *step_in(const struct an_step_to *steps, size_t count, size_t event) {
    for (size_t i = 0; i < count; i++)
        if (steps[i].event.at == event)
            return &steps[i];
    return NULL;
}

// What the event does in a phase; NULL when the phase does not have it.
static const struct an_step_to *step_of(const struct an_walk *w, size_t phase, size_t event) {
    if (phase == AN_PROCEDURE_NONE)
        return step_in(w->p->starts, w->p->start_count, event);
    const struct an_phase *ph = &w->p->phases[phase];
    const struct an_step_to *s = step_in(ph->steps, ph->step_count, event);
    return s || ph->is_outcome ? s : step_in(w->p->anywhere, w->p->anywhere_count, event);
}

static void add_inner(const struct an_walk *w, const struct an_step_to *steps, size_t count, size_t *found, size_t *found_count) {
    for (size_t i = 0; i < count; i++) {
        size_t to = steps[i].to.at, k = 0;
        if (to == AN_PROCEDURE_NONE || to == w->phase || !w->p->events[steps[i].event.at].inner)
            continue;
        while (k < *found_count && found[k] != to)
            k++;
        if (k == *found_count)
            found[(*found_count)++] = to;
    }
}

size_t an_walk_perhaps(const struct an_walk *w, size_t *found) {
    size_t count = 0;
    if (w->q->side != AN_SIDE_FILER || is_outcome(w))
        return 0;
    if (w->phase == AN_PROCEDURE_NONE)
        add_inner(w, w->p->starts, w->p->start_count, found, &count);
    else
        add_inner(w, w->p->phases[w->phase].steps, w->p->phases[w->phase].step_count, found, &count);
    for (size_t i = 0; i < count; i++)          // grows while it is walked; each phase once
        if (!w->p->phases[found[i]].is_outcome)
            add_inner(w, w->p->phases[found[i]].steps, w->p->phases[found[i]].step_count, found, &count);
    return count;
}

// The step that the event makes now: of the phase, else of one that the filer was not told of.
static const struct an_step_to *step_now(const struct an_walk *w, size_t event) {
    const struct an_step_to *s = step_of(w, w->phase, event);
    if (s || w->q->side != AN_SIDE_FILER)
        return s;
    size_t count = an_walk_perhaps(w, w->scratch);
    for (size_t i = 0; i < count && !s; i++)
        s = step_of(w, w->scratch[i], event);
    return s;
}

static struct an_gap *open_gap(const struct an_walk *w, size_t stop) {
    for (size_t i = 0; i < w->gap_count; i++)
        if (w->gaps[i].stop == stop && w->gaps[i].until == AN_DAY_NONE)
            return &w->gaps[i];
    return NULL;
}

// Whether some pause, state or extension lets the event happen, and whether one forbids it because it has had it.
static void look_beside(const struct an_walk *w, size_t event, bool *ret_lets, bool *ret_twice) {
    const struct an_procedure *p = w->p;
    *ret_lets = *ret_twice = false;
    for (size_t i = 0; i < p->stop_count; i++) {
        bool lasts = open_gap(w, i) != NULL;
        *ret_lets |= p->stops[i].until.at == event && lasts;
        *ret_twice |= p->stops[i].from.at == event && lasts;
    }
    for (size_t i = 0; i < p->beside_count; i++)
        *ret_lets |= p->besides[i].until.at == event && w->since[i] != AN_DAY_NONE;
    for (size_t i = 0; i < w->spell_count; i++) {
        const struct an_spell *s = &w->spells[i];
        bool mine = p->periods[s->period].extend_by.at == event && s->done == AN_DAY_NONE;
        *ret_lets |= mine && !s->extended;
        *ret_twice |= mine && s->extended;
    }
    *ret_twice &= !*ret_lets;
}

static bool may_by(const struct an_walk *w, const struct an_procedure_event *e, struct an_str by) {
    bool may = !by.len;
    for (size_t i = 0; i < e->by.count; i++) {
        const struct an_party *party = &w->p->parties[e->by.items[i].at];
        may = may || an_str_eq(party->name, by) || an_party_has(party, by);
    }
    return may;
}

static bool in_force(const struct an_rule *norm, an_day day) {
    return an_rule_standing(norm, day) == AN_STANDING_IN_FORCE;
}

// Whether what must have happened before has, and what must not has not.
static bool fits_before(const struct an_walk *w, const struct an_procedure_event *e, struct an_str body) {
    if (e->after.at != AN_PROCEDURE_NONE && !happened(w, e->after.at, &body) && !untold(w, e->after.at))
        return false;
    return e->unless.at == AN_PROCEDURE_NONE || !happened(w, e->unless.at, &body);
}

bool an_walk_allows(const struct an_walk *w, size_t event, struct an_str body, struct an_str by, an_day day,
                    const struct an_step_to **ret_step, enum an_refusal_kind *ret_why) {
    const struct an_procedure_event *e = &w->p->events[event];
    const struct an_step_to *s = step_now(w, event);
    bool lets, twice;
    *ret_step = s;
    look_beside(w, event, &lets, &twice);
    bool about = e->on.at != AN_PROCEDURE_NONE;
    if (!may_by(w, e, by))
        *ret_why = AN_REFUSED_PARTY;
    else if (about ? !an_party_has(&w->p->parties[e->on.at], body) : body.len > 0)
        *ret_why = AN_REFUSED_BODY;
    else if (w->phase == AN_PROCEDURE_NONE && !s)
        *ret_why = AN_REFUSED_NOT_STARTED;
    else if (w->phase == AN_PROCEDURE_NONE && !in_force(&w->p->head, day))
        *ret_why = AN_REFUSED_NOT_IN_FORCE;
    else if (twice || ((e->once || about) && happened(w, event, &body)))
        *ret_why = AN_REFUSED_TWICE;
    else if (!s && !lets)
        *ret_why = is_outcome(w) ? AN_REFUSED_ENDED : AN_REFUSED_NOT_NOW;
    else if ((s && !lets && !guard_holds(w, s)) || !fits_before(w, e, body))
        *ret_why = AN_REFUSED_NEED;
    else
        return true;
    return false;
}

static enum an_code begin(struct an_walk *w, size_t period, struct an_str body, an_day day) {
    for (size_t i = 0; i < w->spell_count; i++)             // begun anew: the one before is done with
        if (w->spells[i].period == period && w->spells[i].done == AN_DAY_NONE && an_str_eq(w->spells[i].body, body))
            w->spells[i].done = day;
    struct an_spell *s = AN_PUSH(w->arena, w->spells, w->spell_count);
    if (!s)
        return an_walk_no_memory(w);
    *s = (struct an_spell) {.period = period, .body = body, .from = day, .done = AN_DAY_NONE};
    return AN_OK;
}

static enum an_code begin_periods(struct an_walk *w, size_t event, struct an_str body, an_day day, bool moved) {
    for (size_t i = 0; i < w->p->period_count; i++) {
        const struct an_period *d = &w->p->periods[i];
        if (d->kind == AN_PERIOD_BEFORE || (d->in.at != AN_PROCEDURE_NONE && d->in.at != w->phase))
            continue;
        if (d->from.count ? an_refs_has(&d->from, event) : moved)
            TRY(begin(w, i, d->per_body ? body : AN_STR(""), day));
    }
    return AN_OK;
}

static void finish_by(struct an_walk *w, size_t event, struct an_str body, an_day day) {
    for (size_t i = 0; i < w->spell_count; i++) {
        struct an_spell *s = &w->spells[i];
        const struct an_period *d = &w->p->periods[s->period];
        if (s->done == AN_DAY_NONE && an_refs_has(&d->until, event) && (!d->per_body || an_str_eq(s->body, body)))
            s->done = day;
        if (s->done == AN_DAY_NONE && d->extend_by.at == event)
            s->extended = true;
    }
}

static void finish_phase(struct an_walk *w, size_t left, bool ended, an_day day) {
    for (size_t i = 0; i < w->spell_count; i++) {
        struct an_spell *s = &w->spells[i];
        const struct an_period *d = &w->p->periods[s->period];
        bool over = (d->in.at != AN_PROCEDURE_NONE && d->in.at == left) || (ended && d->kind == AN_PERIOD_MUST);
        if (over && s->done == AN_DAY_NONE)
            s->done = day;
    }
    for (size_t i = 0; ended && i < w->gap_count; i++)
        if (w->gaps[i].until == AN_DAY_NONE)
            w->gaps[i].until = day;
    for (size_t i = 0; ended && i < w->p->beside_count; i++)
        if (w->p->besides[i].lapses)
            w->since[i] = AN_DAY_NONE;
}

static enum an_code move(struct an_walk *w, size_t to, an_day day) {
    struct an_course *c = w->course;
    finish_phase(w, w->phase, w->p->phases[to].is_outcome, day);
    if (c->history_count)
        c->history[c->history_count - 1].until = day;
    struct an_passage *place = AN_PUSH(w->arena, c->history, c->history_count);
    if (!place)
        return an_walk_no_memory(w);
    *place = (struct an_passage) {to, day, AN_DAY_NONE};
    w->phase = to;
    return AN_OK;
}

static enum an_code stop_and_go(struct an_walk *w, size_t event, an_day day) {
    for (size_t i = 0; i < w->p->stop_count; i++) {
        struct an_gap *gap = open_gap(w, i);
        if (gap && w->p->stops[i].until.at == event)
            gap->until = day;
        if (w->p->stops[i].from.at != event)
            continue;
        if (!(gap = AN_PUSH(w->arena, w->gaps, w->gap_count)))
            return an_walk_no_memory(w);
        *gap = (struct an_gap) {i, day, AN_DAY_NONE};
    }
    for (size_t i = 0; i < w->p->beside_count; i++) {
        if (w->p->besides[i].until.at == event)
            w->since[i] = AN_DAY_NONE;
        if (w->p->besides[i].from.at == event && w->since[i] == AN_DAY_NONE)
            w->since[i] = day;
    }
    return AN_OK;
}

static enum an_code apply(struct an_walk *w, size_t event, struct an_str body, an_day day, const struct an_step_to *step) {
    struct an_applied *a = AN_PUSH(w->arena, w->applied, w->applied_count);
    if (!a)
        return an_walk_no_memory(w);
    *a = (struct an_applied) {event, day, body};
    finish_by(w, event, body, day);
    bool moved = step && step->to.at != AN_PROCEDURE_NONE;
    if (moved) {
        TRY(move(w, step->to.at, day));
        w->entered = w->applied_count - 1;
    }
    TRY(stop_and_go(w, event, day));
    return begin_periods(w, event, body, day, moved);
}

// A phase that ends by itself, on the day after its period.
static enum an_code lapse(struct an_walk *w, an_day day) {
    for (size_t n = 0; n <= w->p->phase_count && w->phase != AN_PROCEDURE_NONE; n++) {
        const struct an_phase *ph = &w->p->phases[w->phase];
        const struct an_spell *spell = NULL;
        for (size_t i = 0; i < w->spell_count; i++)
            if (ph->lapses.at == w->spells[i].period && w->spells[i].done == AN_DAY_NONE)
                spell = &w->spells[i];
        bool provisional = false;
        an_day last = spell ? an_walk_last(w, spell, spell->extended, day, &provisional) : day;
        if (last >= day)
            return AN_OK;
        TRY(move(w, ph->lapses_to.at, last + 1));
        w->entered = w->applied_count;
        TRY(begin_periods(w, AN_PROCEDURE_NONE, AN_STR(""), last + 1, true));
    }
    return AN_OK;
}

struct turn { size_t index, event; const struct an_step_to *step; };    // the happening to take next

// Whether x comes before y of the same day: what stays in the phase first, then by the order of declaration.
static bool sooner(const struct an_walk *w, const struct turn *x, const struct turn *y) {
    const struct an_happening *a = &w->q->happenings[x->index], *b = &w->q->happenings[y->index];
    bool leaves_x = x->step && x->step->to.at != AN_PROCEDURE_NONE, leaves_y = y->step && y->step->to.at != AN_PROCEDURE_NONE;
    if (leaves_x != leaves_y)
        return leaves_y;
    if (x->event != y->event)
        return x->event < y->event;
    size_t n = a->body.len < b->body.len ? a->body.len : b->body.len;
    int c = n ? memcmp(a->body.ptr, b->body.ptr, n) : 0;
    return c ? c < 0 : a->body.len < b->body.len;
}

static bool pick(const struct an_walk *w, const size_t *group, size_t count, struct turn *best) {
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (w->taken[group[i]])
            continue;
        const struct an_happening *h = &w->q->happenings[group[i]];
        struct turn t = {.index = group[i], .event = an_procedure_event_at(w->p, h->event)};
        enum an_refusal_kind why;
        if (t.event == AN_PROCEDURE_NONE || !an_walk_allows(w, t.event, h->body, h->by, h->day, &t.step, &why))
            continue;
        if (!any || sooner(w, &t, best))
            *best = t;
        any = true;
    }
    return any;
}

static enum an_code refuse(struct an_walk *w, size_t index) {
    const struct an_happening *h = &w->q->happenings[index];
    size_t event = an_procedure_event_at(w->p, h->event);
    const struct an_step_to *step;
    struct an_refusal r = {.index = index, .kind = AN_REFUSED_UNKNOWN};
    if (event != AN_PROCEDURE_NONE && h->day > w->q->as_of)
        r.kind = AN_REFUSED_FUTURE;
    else if (event != AN_PROCEDURE_NONE)
        (void) an_walk_allows(w, event, h->body, h->by, h->day, &step, &r.kind);
    TRY(an_walk_say_refusal(w, event, &r));
    struct an_refusal *place = AN_PUSH(w->arena, w->course->refusals, w->course->refusal_count);
    if (!place)
        return an_walk_no_memory(w);
    *place = r;
    return AN_OK;
}

// All that happened on one day, in the order that the procedure allows.
static enum an_code day_of(struct an_walk *w, const size_t *group, size_t count) {
    an_day day = w->q->happenings[group[0]].day;
    struct turn t = {0};
    if (day <= w->q->as_of) {
        TRY(lapse(w, day));
        while (pick(w, group, count, &t)) {
            w->taken[t.index] = true;
            TRY(apply(w, t.event, w->q->happenings[t.index].body, day, t.step));
        }
    }
    for (size_t i = 0; i < count; i++)
        if (!w->taken[group[i]])
            TRY(refuse(w, group[i]));
    return AN_OK;
}

struct dated { an_day day; size_t index; };

static int by_day(const void *a, const void *b) {
    const struct dated *x = a, *y = b;
    if (x->day != y->day)
        return (x->day > y->day) - (x->day < y->day);
    return (x->index > y->index) - (x->index < y->index);
}

static int by_index(const void *a, const void *b) {
    const struct an_refusal *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

static enum an_code walk(struct an_walk *w) {
    const struct an_course_question *q = w->q;
    struct dated *dated = AN_NEW_N(w->arena, q->count + 1, struct dated);
    size_t *order = AN_NEW_N(w->arena, q->count + 1, size_t);
    if (!dated || !order)
        return an_walk_no_memory(w);
    for (size_t i = 0; i < q->count; i++)
        dated[i] = (struct dated) {q->happenings[i].day, i};
    qsort(dated, q->count, sizeof *dated, by_day);
    for (size_t i = 0; i < q->count; i++)
        order[i] = dated[i].index;
    for (size_t i = 0, n; i < q->count; i += n) {
        for (n = 1; i + n < q->count && dated[i + n].day == dated[i].day;)
            n++;
        TRY(day_of(w, &order[i], n));
    }
    TRY(lapse(w, q->as_of));
    if (w->course->refusal_count)
        qsort(w->course->refusals, w->course->refusal_count, sizeof *w->course->refusals, by_index);
    return AN_OK;
}

enum an_code an_course_run(const struct an_course_question *q, struct an_arena *arena, struct an_course *ret_course,
                           struct an_err *err) {
    const struct an_procedure *p = q->procedure;
    struct an_course course = {.procedure = p, .as_of = q->as_of, .side = q->side, .outcome = AN_PROCEDURE_NONE,
                               .stop = AN_PROCEDURE_NONE, .stopped_since = AN_DAY_NONE};
    struct an_walk w = {.q = q, .p = p, .arena = arena, .course = &course, .phase = AN_PROCEDURE_NONE, .err = err};
    if (q->count > AN_PROCEDURE_EVENTS_MAX)
        return an_fail(err, AN_LIMIT, "more than %d events in one procedure", AN_PROCEDURE_EVENTS_MAX);
    w.taken = AN_NEW_N(arena, q->count + 1, bool);
    w.since = AN_NEW_N(arena, p->beside_count + 1, an_day);
    w.scratch = AN_NEW_N(arena, p->phase_count + 1, size_t);
    if (!w.taken || !w.since || !w.scratch)
        return an_walk_no_memory(&w);
    for (size_t i = 0; i < p->beside_count; i++)
        w.since[i] = AN_DAY_NONE;
    TRY(walk(&w));
    TRY(an_walk_count(&w));
    *ret_course = course;
    return AN_OK;
}

const struct an_counted *an_course_counted(const struct an_course *c, struct an_str period, struct an_str body) {
    size_t at = an_procedure_period_at(c->procedure, period);
    const struct an_counted *found = NULL;
    for (size_t i = 0; i < c->counted_count && at != AN_PROCEDURE_NONE; i++)
        if (c->counted[i].period == at && (!body.len || an_str_eq(c->counted[i].body, body)))
            found = &c->counted[i];
    return found;
}
