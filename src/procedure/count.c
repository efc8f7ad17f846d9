// Counting: the periods of a course, who must act, what may come next, and when phases may end.
#include <string.h>

#include "procedure/walk.h"
#include "rules/list.h"
#include "rules/period.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

enum { COUNTED_DAYS_MAX = 40000 };      // longer spans are cut: no count of a person's case comes near

static const struct an_calendar *calendar_of(const struct an_walk *w, const struct an_period *d) {
    static const struct an_calendar none = {0};
    struct an_str rest = an_str_from_c(w->p->head.file), country = d->calendar;
    if (!country.len)
        (void) an_str_next(&rest, '/', &country);
    const struct an_calendar *cal = w->q->calendar ? w->q->calendar(w->q->calendar_arg, country) : NULL;
    return cal || !d->calendar.len ? cal : &none;
}

static bool stops(const struct an_walk *w, const struct an_gap *gap, size_t period) {
    return an_refs_has(&w->p->stops[gap->stop].stops, period);
}

static an_day least(an_day a, an_day b) { return a < b ? a : b; }
static an_day most(an_day a, an_day b) { return a > b ? a : b; }

// Pauses that overlap take out each day once.
static an_day last_of(const struct an_walk *w, const struct an_spell *s, uint64_t length, bool with_pauses, an_day as_of,
                      bool *provisional) {
    const struct an_period *d = &w->p->periods[s->period];
    const struct an_calendar *cal = calendar_of(w, d);
    an_day day = an_period_end(cal, s->from, d->unit, length, provisional), covered = s->from;
    for (size_t i = 0; with_pauses && i < w->gap_count; i++) {
        const struct an_gap *gap = &w->gaps[i];
        an_day until = gap->until == AN_DAY_NONE ? as_of : gap->until;
        if (s->done != AN_DAY_NONE)
            until = least(until, s->done);
        if (!stops(w, gap, s->period) || until <= covered)
            continue;
        day = an_period_paused(cal, s->from, d->unit, day, most(gap->from, covered), until, provisional);
        covered = until;
    }
    return an_period_moved(cal, s->from, d->unit, day, provisional);
}

an_day an_walk_last(const struct an_walk *w, const struct an_spell *s, bool extended, an_day as_of, bool *provisional) {
    const struct an_period *d = &w->p->periods[s->period];
    return last_of(w, s, d->length + (extended ? d->extend : 0), true, as_of, provisional);
}

// Working days, or days, after `from` up to `to`.
static unsigned between(const struct an_calendar *cal, enum an_unit unit, an_day from, an_day to) {
    bool unsure;
    if (to <= from)
        return 0;
    if (unit != AN_UNIT_WORKDAYS || !cal)
        return (unsigned) (to - from);
    return an_calendar_count(cal, from, least(to, from + COUNTED_DAYS_MAX), &unsure);
}

// Whether what the period waits for may have come without this side being told.
static bool is_untold(const struct an_walk *w, const struct an_period *d) {
    if (w->q->side != AN_SIDE_FILER || d->kind != AN_PERIOD_MUST || d->in.at == AN_PROCEDURE_NONE)
        return false;
    const struct an_phase *in = &w->p->phases[d->in.at];
    for (size_t i = 0; i < in->step_count; i++)
        if (in->steps[i].to.at != AN_PROCEDURE_NONE && w->p->events[in->steps[i].event.at].inner)
            return true;
    return false;
}

static void count_one(const struct an_walk *w, const struct an_spell *s, struct an_counted *c) {
    const struct an_period *d = &w->p->periods[s->period];
    const struct an_calendar *cal = calendar_of(w, d);
    an_day seen = s->done == AN_DAY_NONE ? w->q->as_of : s->done;
    bool unsure = false;
    *c = (struct an_counted) {.period = s->period, .body = s->body, .from = s->from, .extended = s->extended, .done = s->done,
                              .open = d->extend_open, .untold = is_untold(w, d), .paused_since = AN_DAY_NONE};
    c->last = an_walk_last(w, s, s->extended, w->q->as_of, &c->provisional);
    c->longest = d->extend ? an_walk_last(w, s, true, w->q->as_of, &unsure) : c->last;
    for (size_t i = 0; i < w->gap_count && s->done == AN_DAY_NONE; i++)
        if (w->gaps[i].until == AN_DAY_NONE && stops(w, &w->gaps[i], s->period) && w->gaps[i].from < c->last)
            c->paused_since = c->paused_since == AN_DAY_NONE ? most(w->gaps[i].from, s->from) : c->paused_since;
    bool paused = c->paused_since != AN_DAY_NONE, lasting = d->kind != AN_PERIOD_MUST && c->last < w->q->as_of;
    c->open |= paused;
    c->state = s->done != AN_DAY_NONE ? AN_COUNTED_DONE : paused ? AN_COUNTED_PAUSED
             : lasting ? AN_COUNTED_OVER : AN_COUNTED_RUNS;
    an_day plain = last_of(w, s, d->length + (s->extended ? d->extend : 0), false, w->q->as_of, &unsure);
    unsigned whole = between(cal, d->unit, s->from, plain);
    c->left = between(cal, d->unit, seen, c->last);
    c->used = whole > c->left ? whole - c->left : 0;
    c->late_by = d->kind == AN_PERIOD_STANDS ? 0 : between(cal, d->unit, c->last, seen);
}

static enum an_code push(struct an_walk *w, struct an_counted c) {
    struct an_counted *place = AN_PUSH(w->arena, w->course->counted, w->course->counted_count);
    if (!place)
        return an_walk_no_memory(w);
    *place = c;
    return AN_OK;
}

// The last units before the end of another period: counted backwards from its last day, that day in.
static enum an_code count_before(struct an_walk *w, size_t period, const struct an_counted *base) {
    const struct an_period *d = &w->p->periods[period];
    const struct an_calendar *cal = calendar_of(w, d);
    struct an_counted c = {.period = period, .body = AN_STR(""), .last = base->last, .longest = base->last, .open = base->open,
                           .provisional = base->provisional, .done = AN_DAY_NONE, .paused_since = AN_DAY_NONE};
    an_day day = base->last;
    for (uint64_t left = d->length; left && day > base->from; day--) {
        left -= d->unit != AN_UNIT_WORKDAYS || !cal || an_calendar_is_workday(cal, day);
        c.provisional |= cal && !an_calendar_knows(cal, day);
    }
    c.from = day;
    for (size_t i = 0; i < w->applied_count; i++)
        if (w->applied[i].day > base->from && an_refs_has(&d->until, w->applied[i].event) && c.done == AN_DAY_NONE)
            c.done = w->applied[i].day;
    an_day seen = c.done == AN_DAY_NONE ? w->q->as_of : c.done;
    c.state = c.done != AN_DAY_NONE ? AN_COUNTED_DONE : base->done != AN_DAY_NONE || seen > c.last ? AN_COUNTED_OVER
            : seen <= c.from ? AN_COUNTED_AHEAD : AN_COUNTED_RUNS;
    c.left = between(cal, d->unit, most(seen, c.from), c.last);
    c.used = between(cal, d->unit, c.from, least(seen, c.last));
    return push(w, c);
}

static enum an_code count_periods(struct an_walk *w) {
    for (size_t i = 0; i < w->spell_count; i++) {
        struct an_counted c;
        count_one(w, &w->spells[i], &c);
        TRY(push(w, c));
    }
    size_t plain = w->course->counted_count;
    for (size_t i = 0; i < w->p->period_count; i++) {
        const struct an_counted *base = NULL;
        for (size_t k = 0; w->p->periods[i].kind == AN_PERIOD_BEFORE && k < plain; k++)
            if (w->course->counted[k].period == w->p->periods[i].before.at)
                base = &w->course->counted[k];
        if (base) {
            struct an_counted kept = *base;             // the list may move
            TRY(count_before(w, i, &kept));
        }
    }
    return AN_OK;
}

static enum an_code wait_for(struct an_walk *w, size_t party, struct an_str body) {
    struct an_course *c = w->course;
    for (size_t i = 0; i < c->waiting_count; i++)
        if (c->waiting[i].party == party && an_str_eq(c->waiting[i].body, body))
            return AN_OK;
    struct an_waiting *place = AN_PUSH(w->arena, c->waiting, c->waiting_count);
    if (!place)
        return an_walk_no_memory(w);
    *place = (struct an_waiting) {party, body};
    return AN_OK;
}

// Who must act: in a pause whoever it waits for; else those of the phase, each body that still has to answer by itself.
static enum an_code find_waiting(struct an_walk *w) {
    struct an_course *c = w->course;
    for (size_t i = 0; i < w->gap_count; i++)
        if (w->gaps[i].until == AN_DAY_NONE) {
            c->stop = w->gaps[i].stop;
            c->stopped_since = w->gaps[i].from;
            TRY(wait_for(w, w->p->stops[c->stop].waits.at, AN_STR("")));
        }
    if (c->stop != AN_PROCEDURE_NONE || w->phase == AN_PROCEDURE_NONE)
        return AN_OK;
    const struct an_phase *ph = &w->p->phases[w->phase];
    for (size_t i = 0; i < ph->acts.count; i++) {
        size_t party = ph->acts.items[i].at;
        bool bodies = false;
        for (size_t k = 0; k < c->counted_count; k++) {
            const struct an_counted *one = &c->counted[k];
            const struct an_period *d = &w->p->periods[one->period];
            if (!d->per_body || d->party.at != party || d->in.at != w->phase)
                continue;
            bodies = true;
            if (one->done == AN_DAY_NONE)
                TRY(wait_for(w, party, one->body));
        }
        if (!bodies)
            TRY(wait_for(w, party, AN_STR("")));
    }
    return AN_OK;
}

// Of an event about a body: whether it may happen to any.
static bool may_happen(const struct an_walk *w, size_t event, const struct an_step_to **ret_step) {
    const struct an_procedure_event *e = &w->p->events[event];
    enum an_refusal_kind why;
    if (e->on.at == AN_PROCEDURE_NONE)
        return an_walk_allows(w, event, AN_STR(""), AN_STR(""), w->q->as_of, ret_step, &why);
    const struct an_party *party = &w->p->parties[e->on.at];
    for (size_t i = 0; i < party->body_count; i++)
        if (an_walk_allows(w, event, party->bodies[i], AN_STR(""), w->q->as_of, ret_step, &why))
            return true;
    for (size_t i = w->entered; i < w->applied_count; i++)      // bodies that belong to an open party
        if (w->applied[i].body.len && an_walk_allows(w, event, w->applied[i].body, AN_STR(""), w->q->as_of, ret_step, &why))
            return true;
    return false;
}

static enum an_code find_next(struct an_walk *w) {
    for (size_t i = 0; i < w->p->event_count; i++) {
        const struct an_step_to *step = NULL;
        if (!may_happen(w, i, &step))
            continue;
        struct an_may *place = AN_PUSH(w->arena, w->course->next, w->course->next_count);
        if (!place)
            return an_walk_no_memory(w);
        *place = (struct an_may) {i, step ? step->to.at : AN_PROCEDURE_NONE, w->p->events[i].inner};
    }
    return AN_OK;
}

static bool leads_to(const struct an_step_to *steps, size_t count, size_t event, size_t phase) {
    for (size_t i = 0; i < count; i++)
        if (steps[i].event.at == event && steps[i].to.at == phase)
            return true;
    return false;
}

// Whether the period begins whenever the phase does.
static bool governs(const struct an_procedure *p, const struct an_period *d, size_t phase) {
    if (d->kind != AN_PERIOD_MUST || d->in.at != phase)
        return false;
    bool begins = !d->from.count;
    for (size_t i = 0; i < d->from.count && !begins; i++) {
        size_t event = d->from.items[i].at;
        begins = leads_to(p->starts, p->start_count, event, phase) || leads_to(p->anywhere, p->anywhere_count, event, phase);
        for (size_t k = 0; k < p->phase_count && !begins; k++)
            begins = leads_to(p->phases[k].steps, p->phases[k].step_count, event, phase);
    }
    return begins;
}

// The end of a phase to come, from the day the one before it ends.
static void project_later(const struct an_walk *w, struct an_projection *x, an_day nominal, an_day longest) {
    x->nominal = nominal;
    x->longest = longest;
    for (size_t i = 0; i < w->p->period_count; i++) {
        const struct an_period *d = &w->p->periods[i];
        if (!governs(w->p, d, x->phase))
            continue;
        const struct an_calendar *cal = calendar_of(w, d);
        an_day last = an_period_end(cal, nominal, d->unit, d->length, &x->provisional);
        x->nominal = most(x->nominal, an_period_moved(cal, nominal, d->unit, last, &x->provisional));
        last = an_period_end(cal, longest, d->unit, d->length + d->extend, &x->provisional);
        x->longest = most(x->longest, an_period_moved(cal, longest, d->unit, last, &x->provisional));
        x->unlimited = false;
        x->open |= d->extend_open;
    }
    x->open |= x->unlimited;
}

// Whether a period that governs the phase has begun since it was entered.
static bool has_begun(const struct an_walk *w) {
    const struct an_course *c = w->course;
    an_day since = c->history_count ? c->history[c->history_count - 1].from : w->q->as_of;
    for (size_t i = 0; i < c->counted_count; i++)
        if (c->counted[i].from >= since && governs(w->p, &w->p->periods[c->counted[i].period], w->phase))
            return true;
    return false;
}

// The end of the phase that is: by the periods that run in it, never before the as-of day.
static void project_now(const struct an_walk *w, struct an_projection *x) {
    const struct an_course *c = w->course;
    an_day since = c->history_count ? c->history[c->history_count - 1].from : w->q->as_of;
    if (!has_begun(w)) {                        // a period per body, and no body has got anything: from the day of the phase
        project_later(w, x, since, since);
    }
    for (size_t i = 0; i < c->counted_count; i++) {
        const struct an_counted *one = &c->counted[i];
        const struct an_period *d = &w->p->periods[one->period];
        if (one->done != AN_DAY_NONE || d->kind != AN_PERIOD_MUST || d->in.at != w->phase)
            continue;
        if (!governs(w->p, d, w->phase))        // an errand within the phase, as naming what is missing
            continue;
        x->nominal = x->unlimited ? one->last : most(x->nominal, one->last);
        x->longest = x->unlimited ? one->longest : most(x->longest, one->longest);
        x->unlimited = false;
        x->open |= one->open;
        x->provisional |= one->provisional;
    }
    an_day today = w->q->as_of;
    x->open |= x->unlimited || x->nominal < today || c->stop != AN_PROCEDURE_NONE;
    x->nominal = most(x->nominal, today);
    x->longest = most(x->longest, x->nominal);
}

// Where the phase that is stands in a path; past its end when it does not.
static size_t stands_at(const struct an_walk *w, size_t path) {
    const struct an_refs *phases = &w->p->paths[path].phases;
    size_t at = 0;
    while (at < phases->count && phases->items[at].at != w->phase)
        at++;
    return at;
}

// Whether the case can be on the path: all phases since the start, or the last outcome, are there, and no earlier path that
// it can be on goes on alike.
static bool is_on(const struct an_walk *w, size_t path) {
    const struct an_refs *phases = &w->p->paths[path].phases;
    const struct an_course *c = w->course;
    for (size_t i = c->history_count; i-- > 0 && !w->p->phases[c->history[i].phase].is_outcome;)
        if (!an_refs_has(phases, c->history[i].phase))
            return false;
    for (size_t k = 0; k < path; k++) {
        const struct an_refs *other = &w->p->paths[k].phases;
        size_t a = stands_at(w, path), b = stands_at(w, k), n = 0;
        while (a + n < phases->count && b + n < other->count && phases->items[a + n].at == other->items[b + n].at)
            n++;
        if (n && a + n == phases->count && b + n == other->count && is_on(w, k))
            return false;
    }
    return true;
}

static enum an_code project(struct an_walk *w, size_t path) {
    const struct an_refs *phases = &w->p->paths[path].phases;
    size_t at = is_on(w, path) ? stands_at(w, path) : phases->count;
    struct an_projection before = {0};
    for (size_t i = at; i < phases->count; i++) {
        struct an_projection x = {.path = path, .phase = phases->items[i].at, .earliest = w->q->as_of, .unlimited = true};
        if (i == at) {
            x.nominal = x.longest = w->q->as_of;
            project_now(w, &x);
        } else {
            x.open = before.open;
            x.provisional = before.provisional;
            project_later(w, &x, before.nominal, before.longest);
        }
        struct an_projection *place = AN_PUSH(w->arena, w->course->projections, w->course->projection_count);
        if (!place)
            return an_walk_no_memory(w);
        *place = before = x;
    }
    return AN_OK;
}

enum an_code an_walk_count(struct an_walk *w) {
    struct an_course *c = w->course;
    c->phase = w->phase;
    if (w->phase != AN_PROCEDURE_NONE && w->p->phases[w->phase].is_outcome)
        c->outcome = w->phase;
    c->perhaps = AN_NEW_N(w->arena, w->p->phase_count + 1, size_t);
    if (!c->perhaps)
        return an_walk_no_memory(w);
    c->perhaps_count = w->phase == AN_PROCEDURE_NONE ? 0 : an_walk_perhaps(w, c->perhaps);
    TRY(count_periods(w));
    for (size_t i = 0; i < w->p->beside_count; i++) {
        struct an_beside_state *place = w->since[i] == AN_DAY_NONE ? NULL : AN_PUSH(w->arena, c->besides, c->beside_count);
        if (!place && w->since[i] != AN_DAY_NONE)
            return an_walk_no_memory(w);
        if (place)
            *place = (struct an_beside_state) {i, w->since[i]};
    }
    TRY(find_waiting(w));
    TRY(find_next(w));
    for (size_t i = 0; i < w->p->path_count && c->outcome == AN_PROCEDURE_NONE; i++)
        TRY(project(w, i));
    return AN_OK;
}
