// What the names in a procedure mean.
#include <stddef.h>

#include "base/near.h"
#include "procedure/parse.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

// A list of things that have names.
struct list { const char *what; const void *items; size_t count, size, name; };

struct resolver {
    const struct an_procedure *p;
    struct an_err *err;
    struct list parties, events, phases, periods;
};

#define LIST(what, items, count) {(what), (items), (count), sizeof *(items), offsetof(__typeof__(*(items)), name)}

static struct an_str name_of(const struct list *l, size_t i) {
    return *(const struct an_str *) (const void *) ((const char *) l->items + i * l->size + l->name);
}

static size_t place_of(const struct list *l, struct an_str name) {
    size_t i = 0;
    while (i < l->count && !an_str_eq(name_of(l, i), name))
        i++;
    return i < l->count ? i : AN_PROCEDURE_NONE;
}

// A name that was not written stays NONE.
static enum an_code one(const struct resolver *r, const struct list *l, struct an_ref *ref) {
    ref->at = AN_PROCEDURE_NONE;
    if (!ref->name.len || (ref->at = place_of(l, ref->name)) != AN_PROCEDURE_NONE)
        return AN_OK;
    struct an_str near = AN_STR(""), shown = an_str_slice(ref->name, 0, 64);
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < l->count; i++)
        if (an_near_better(ref->name, name_of(l, i), &best))
            near = name_of(l, i);
    return an_fail(r->err, AN_INPUT, "%.80s:%u:%u: no %s is called %.*s%s%.*s%s", r->p->head.file, ref->line, ref->column,
                   l->what, AN_STR_ARG(shown), near.len ? " (did you mean " : "", AN_STR_ARG(an_str_slice(near, 0, 64)),
                   near.len ? "?)" : "");
}

static enum an_code each(const struct resolver *r, const struct list *l, struct an_refs *refs) {
    for (size_t i = 0; i < refs->count; i++)
        TRY(one(r, l, &refs->items[i]));
    return AN_OK;
}

static enum an_code steps(const struct resolver *r, struct an_step_to *steps, size_t count) {
    for (size_t i = 0; i < count; i++) {
        TRY(one(r, &r->events, &steps[i].event));
        TRY(one(r, &r->phases, &steps[i].to));
        TRY(one(r, &r->events, &steps[i].of));
        TRY(one(r, &r->events, &steps[i].have));
    }
    return AN_OK;
}

static enum an_code periods(const struct resolver *r, struct an_procedure *p) {
    for (size_t i = 0; i < p->period_count; i++) {
        struct an_period *d = &p->periods[i];
        TRY(one(r, &r->parties, &d->party));
        TRY(each(r, &r->events, &d->from));
        TRY(each(r, &r->events, &d->until));
        TRY(one(r, &r->phases, &d->in));
        TRY(one(r, &r->periods, &d->before));
        TRY(one(r, &r->events, &d->extend_by));
    }
    return AN_OK;
}

static enum an_code phases(const struct resolver *r, struct an_procedure *p) {
    for (size_t i = 0; i < p->phase_count; i++) {
        TRY(each(r, &r->parties, &p->phases[i].acts));
        TRY(steps(r, p->phases[i].steps, p->phases[i].step_count));
        TRY(one(r, &r->periods, &p->phases[i].lapses));
        TRY(one(r, &r->phases, &p->phases[i].lapses_to));
    }
    return AN_OK;
}

enum an_code an_procedure_resolve(struct an_procedure *p, struct an_err *err) {
    const struct resolver r = {
        p, err, LIST("party", p->parties, p->party_count), LIST("event", p->events, p->event_count),
        LIST("phase", p->phases, p->phase_count), LIST("period", p->periods, p->period_count)};
    for (size_t i = 0; i < p->event_count; i++) {
        struct an_procedure_event *e = &p->events[i];
        TRY(each(&r, &r.parties, &e->by));
        TRY(one(&r, &r.parties, &e->on));
        TRY(one(&r, &r.events, &e->after));
        TRY(one(&r, &r.events, &e->unless));
    }
    TRY(phases(&r, p));
    TRY(steps(&r, p->starts, p->start_count));
    TRY(steps(&r, p->anywhere, p->anywhere_count));
    TRY(periods(&r, p));
    for (size_t i = 0; i < p->stop_count; i++) {
        TRY(one(&r, &r.events, &p->stops[i].from));
        TRY(one(&r, &r.events, &p->stops[i].until));
        TRY(one(&r, &r.parties, &p->stops[i].waits));
        TRY(each(&r, &r.periods, &p->stops[i].stops));
    }
    for (size_t i = 0; i < p->beside_count; i++) {
        TRY(one(&r, &r.events, &p->besides[i].from));
        TRY(one(&r, &r.events, &p->besides[i].until));
    }
    for (size_t i = 0; i < p->path_count; i++)
        TRY(each(&r, &r.phases, &p->paths[i].phases));
    return AN_OK;
}

size_t an_procedure_event_at(const struct an_procedure *p, struct an_str name) {
    return place_of(&(const struct list) LIST("", p->events, p->event_count), name);
}

size_t an_procedure_phase_at(const struct an_procedure *p, struct an_str name) {
    return place_of(&(const struct list) LIST("", p->phases, p->phase_count), name);
}

size_t an_procedure_period_at(const struct an_procedure *p, struct an_str name) {
    return place_of(&(const struct list) LIST("", p->periods, p->period_count), name);
}
