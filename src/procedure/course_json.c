// A course as JSON: docs/PROCEDURES.md section 6.
#include "base/json.h"
#include "procedure/course.h"
#include "procedure/key.h"
#include "rules/canon.h"

static struct an_str phase_name(const struct an_procedure *p, size_t phase) {
    return phase == AN_PROCEDURE_NONE ? AN_STR("") : p->phases[phase].name;
}

static const char *state_name(enum an_counted_state state) {
    switch (state) {
    case AN_COUNTED_RUNS:   return "runs";
    case AN_COUNTED_PAUSED: return "paused";
    case AN_COUNTED_DONE:   return "done";
    case AN_COUNTED_OVER:   return "over";
    case AN_COUNTED_AHEAD:  return "ahead";
    }
    return "";
}

static const char *kind_name(enum an_period_kind kind) {
    switch (kind) {
    case AN_PERIOD_MUST:   return "must";
    case AN_PERIOD_MAY:    return "may";
    case AN_PERIOD_STANDS: return "stands";
    case AN_PERIOD_BEFORE: return "before";
    }
    return "";
}

static const char *refusal_name(enum an_refusal_kind kind) {
    switch (kind) {
    case AN_REFUSED_UNKNOWN:      return "unknown";
    case AN_REFUSED_FUTURE:       return "future";
    case AN_REFUSED_NOT_STARTED:  return "not-started";
    case AN_REFUSED_NOT_IN_FORCE: return "not-in-force";
    case AN_REFUSED_PARTY:        return "party";
    case AN_REFUSED_BODY:         return "body";
    case AN_REFUSED_NOT_NOW:      return "not-now";
    case AN_REFUSED_NEED:         return "need";
    case AN_REFUSED_TWICE:        return "twice";
    case AN_REFUSED_ENDED:        return "ended";
    }
    return "";
}

static void counted(struct an_json *j, const struct an_procedure *p, const struct an_counted *c) {
    const struct an_period *d = &p->periods[c->period];
    an_json_open(j, '{');
    key_str(j, "period", d->name);
    key_pair(j, "title", d->title);
    an_json_put_text(j, "article", d->article);
    an_json_put_text(j, "body", c->body);
    an_json_key(j, "kind");
    an_json_cstr(j, kind_name(d->kind));
    an_json_put_text(j, "party", d->party.at == AN_PROCEDURE_NONE ? AN_STR("") : p->parties[d->party.at].name);
    an_json_key(j, "state");
    an_json_cstr(j, state_name(c->state));
    an_json_key(j, "unit");
    an_json_cstr(j, d->unit == AN_UNIT_WORKDAYS ? "workdays" : "days");
    an_json_put_day(j, "from", c->from);
    an_json_put_day(j, "last", c->last);
    an_json_put_day(j, "longest", c->longest);
    an_json_put_bool(j, "open", c->open);
    an_json_put_bool(j, "extended", c->extended);
    an_json_put_bool(j, "provisional", c->provisional);
    an_json_put_u64(j, "used", c->used);
    an_json_put_u64(j, "left", c->left);
    an_json_put_u64(j, "late_by", c->late_by);
    an_json_put_day(j, "done", c->done);
    an_json_put_bool(j, "untold", c->untold);
    an_json_put_day(j, "paused_since", c->paused_since);
    an_json_close(j, '}');
}

static void projection(struct an_json *j, const struct an_procedure *p, const struct an_projection *x) {
    an_json_open(j, '{');
    key_str(j, "path", p->paths[x->path].name);
    key_str(j, "phase", p->phases[x->phase].name);
    key_pair(j, "title", p->phases[x->phase].title);
    an_json_put_day(j, "earliest", x->earliest);
    an_json_put_day(j, "nominal", x->nominal);
    an_json_put_day(j, "longest", x->longest);
    an_json_put_bool(j, "open", x->open);
    an_json_put_bool(j, "unlimited", x->unlimited);
    an_json_put_bool(j, "provisional", x->provisional);
    an_json_close(j, '}');
}

static void stands(struct an_json *j, const struct an_course *c) {
    const struct an_procedure *p = c->procedure;
    an_json_put_text(j, "phase", phase_name(p, c->phase));
    if (c->phase != AN_PROCEDURE_NONE)
        key_pair(j, "title", p->phases[c->phase].title);
    an_json_put_text(j, "outcome", phase_name(p, c->outcome));
    an_json_put_open(j, "perhaps", '[');
    for (size_t i = 0; i < c->perhaps_count; i++)
        an_json_str(j, phase_name(p, c->perhaps[i]));
    an_json_close(j, ']');
    an_json_key(j, "paused");
    if (c->stop == AN_PROCEDURE_NONE) {
        an_json_null(j);
    } else {
        an_json_open(j, '{');
        an_json_put_day(j, "since", c->stopped_since);
        key_pair(j, "title", p->stops[c->stop].title);
        an_json_close(j, '}');
    }
    an_json_put_open(j, "beside", '[');
    for (size_t i = 0; i < c->beside_count; i++) {
        an_json_open(j, '{');
        key_str(j, "name", p->besides[c->besides[i].beside].name);
        key_pair(j, "title", p->besides[c->besides[i].beside].title);
        an_json_put_day(j, "since", c->besides[i].since);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_put_open(j, "waiting", '[');
    for (size_t i = 0; i < c->waiting_count; i++) {
        an_json_open(j, '{');
        key_str(j, "party", p->parties[c->waiting[i].party].name);
        key_pair(j, "title", p->parties[c->waiting[i].party].title);
        an_json_put_text(j, "body", c->waiting[i].body);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
}

static void may(struct an_json *j, const struct an_procedure *p, const struct an_may *x) {
    an_json_open(j, '{');
    key_str(j, "event", p->events[x->event].name);
    key_pair(j, "title", p->events[x->event].title);
    an_json_put_text(j, "to", phase_name(p, x->to));
    an_json_put_bool(j, "inner", x->inner);
    an_json_put_open(j, "by", '[');
    for (size_t i = 0; i < p->events[x->event].by.count; i++)
        an_json_str(j, p->events[x->event].by.items[i].name);
    an_json_close(j, ']');
    an_json_put_text(j, "on", p->events[x->event].on.name);
    an_json_close(j, '}');
}

void an_course_json(const struct an_course *c, struct an_json *j) {
    const struct an_procedure *p = c->procedure;
    char hash[AN_HASH_TEXT_MAX];
    an_json_open(j, '{');
    an_json_key(j, "schema");
    an_json_cstr(j, "anshen.course/1");
    key_str(j, "procedure", p->head.id);
    key_str(j, "version", p->head.version);
    an_json_key(j, "hash");
    an_json_cstr(j, an_hash_text(p->head.hash, hash));
    an_json_put_day(j, "as_of", c->as_of);
    an_json_key(j, "side");
    an_json_cstr(j, c->side == AN_SIDE_FILER ? "filer" : "authority");
    stands(j, c);
    an_json_put_open(j, "history", '[');
    for (size_t i = 0; i < c->history_count; i++) {
        an_json_open(j, '{');
        key_str(j, "phase", phase_name(p, c->history[i].phase));
        an_json_put_day(j, "from", c->history[i].from);
        an_json_put_day(j, "until", c->history[i].until);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_put_open(j, "periods", '[');
    for (size_t i = 0; i < c->counted_count; i++)
        counted(j, p, &c->counted[i]);
    an_json_close(j, ']');
    an_json_put_open(j, "next", '[');
    for (size_t i = 0; i < c->next_count; i++)
        may(j, p, &c->next[i]);
    an_json_close(j, ']');
    an_json_put_open(j, "projections", '[');
    for (size_t i = 0; i < c->projection_count; i++)
        projection(j, p, &c->projections[i]);
    an_json_close(j, ']');
    an_json_put_open(j, "refused", '[');
    for (size_t i = 0; i < c->refusal_count; i++) {
        an_json_open(j, '{');
        an_json_put_u64(j, "index", c->refusals[i].index);
        an_json_key(j, "kind");
        an_json_cstr(j, refusal_name(c->refusals[i].kind));
        key_pair(j, "why", (struct an_pair) {c->refusals[i].why, c->refusals[i].why_zh});
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_close(j, '}');
}
