// Reading a procedure file: the grammar of docs/PROCEDURES.md, by hand.
#include "procedure/parse.h"

#include <string.h>
#include "base/near.h"
#include "procedure/canon.h"
#include "procedure/gate.h"
#include "rules/list.h"
#include "rules/read.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct work {
    struct an_reader *p;
    struct an_procedure *proc;
    unsigned seen;              // items of the norm that were read
};

static enum an_code twice(struct work *w, const struct an_lexeme *at) { return an_read_twice(w->p, at); }

// Room for the item of that name: a new place, or that of one taken over by `like`.
#define PLACE(w, items, count, key, wanted, at, ret) do { \
        size_t i_ = 0; \
        while (i_ < (count) && !an_str_eq((items)[i_].key, (wanted))) \
            i_++; \
        if (i_ < (count) && !(items)[i_].taken) \
            return twice((w), (at)); \
        if (i_ == AN_PROCEDURE_ITEMS_MAX) \
            return an_lex_fail(&(w)->p->lex, (at), (w)->p->err, "more than %d of a kind", AN_PROCEDURE_ITEMS_MAX); \
        if (i_ == (count) && !AN_PUSH((w)->p->arena, (items), (count))) \
            return an_read_no_memory((w)->p); \
        memset(&(items)[i_], 0, sizeof (items)[i_]); \
        (ret) = &(items)[i_]; \
    } while (0)

static enum an_code ref(struct work *w, const char *what, struct an_ref *ret) {
    struct an_lexeme at = w->p->lex.now;
    *ret = (struct an_ref) {.at = AN_PROCEDURE_NONE, .line = at.line, .column = at.column};
    return an_read_name(w->p, what, &ret->name);
}

// WORD(NAME), as in event(NAME)
static enum an_code called(struct work *w, const char *word, struct an_ref *ret) {
    TRY(an_read_mark(w->p, word));
    TRY(an_read_mark(w->p, "("));
    TRY(ref(w, "a name", ret));
    return an_read_mark(w->p, ")");
}

static enum an_code add_ref(struct work *w, struct an_refs *refs, struct an_ref one) {
    if (refs->count == AN_PROCEDURE_ITEMS_MAX)
        return an_lex_fail(&w->p->lex, &w->p->lex.now, w->p->err, "more than %d of a kind", AN_PROCEDURE_ITEMS_MAX);
    struct an_ref *place = AN_PUSH(w->p->arena, refs->items, refs->count);
    if (!place)
        return an_read_no_memory(w->p);
    *place = one;
    return AN_OK;
}

static enum an_code refs(struct work *w, const char *what, struct an_refs *ret) {
    bool more = true;
    while (more) {
        struct an_ref one;
        TRY(ref(w, what, &one));
        TRY(add_ref(w, ret, one));
        TRY(an_read_maybe(w->p, ",", &more));
    }
    return AN_OK;
}

static enum an_code braced_refs(struct work *w, const char *what, struct an_refs *ret) {
    TRY(an_read_mark(w->p, "{"));
    TRY(refs(w, what, ret));
    return an_read_mark(w->p, "}");
}

static enum an_code called_refs(struct work *w, const char *word, struct an_refs *ret) {
    bool more = true;
    while (more) {
        struct an_ref one;
        TRY(called(w, word, &one));
        TRY(add_ref(w, ret, one));
        TRY(an_read_maybe(w->p, ",", &more));
    }
    return AN_OK;
}

static enum an_code names(struct work *w, const char *what, struct an_str **items, size_t *count) {
    bool more = true;
    TRY(an_read_mark(w->p, "{"));
    while (more) {
        struct an_str *name = *count < AN_PROCEDURE_ITEMS_MAX ? AN_PUSH(w->p->arena, *items, *count) : NULL;
        if (!name)
            return *count < AN_PROCEDURE_ITEMS_MAX ? an_read_no_memory(w->p) : an_read_fail_expected(w->p, "fewer names");
        TRY(an_read_name(w->p, what, name));
        TRY(an_read_maybe(w->p, ",", &more));
    }
    return an_read_mark(w->p, "}");
}

static enum an_code article(struct work *w, struct an_str *ret) {
    bool has;
    TRY(an_read_maybe(w->p, "article", &has));
    return has ? an_read_string(w->p, "the article, as in \"9\"", ret) : AN_OK;
}

static enum an_code article_and_title(struct work *w, struct an_str *ret_article, struct an_pair *title) {
    TRY(article(w, ret_article));
    return an_read_pair(w->p, false, title);
}

static enum an_code item_object(struct work *w) {
    if (w->proc->object_count)
        return an_read_fail_expected(w->p, "one list of objects");
    return names(w, "listing, product, platform or data_processing", &w->proc->objects, &w->proc->object_count);
}

static enum an_code item_party(struct work *w) {
    struct an_lexeme at = w->p->lex.now;
    struct an_party *party;
    struct an_str name;
    bool filer;
    TRY(an_read_name(w->p, "the party's name", &name));
    PLACE(w, w->proc->parties, w->proc->party_count, name, name, &at, party);
    party->name = name;
    TRY(an_read_maybe(w->p, "filer", &filer));
    if (!filer)
        TRY(an_read_mark(w->p, "authority"));
    party->side = filer ? AN_SIDE_FILER : AN_SIDE_AUTHORITY;
    if (an_read_is(w->p, "{"))
        TRY(names(w, "a body, as in CRO", &party->bodies, &party->body_count));
    TRY(an_read_maybe(w->p, "open", &party->open));
    return an_read_pair(w->p, false, &party->title);
}

static enum an_code item_event(struct work *w) {
    struct an_lexeme at = w->p->lex.now;
    struct an_procedure_event *e;
    struct an_str name;
    TRY(an_read_name(w->p, "the event's name", &name));
    PLACE(w, w->proc->events, w->proc->event_count, name, name, &at, e);
    e->name = name;
    e->on.at = e->after.at = e->unless.at = AN_PROCEDURE_NONE;
    TRY(an_read_mark(w->p, "by"));
    TRY(refs(w, "a party", &e->by));
    bool more = true;
    while (more) {
        struct an_ref *one = an_read_is(w->p, "after") ? &e->after : an_read_is(w->p, "unless") ? &e->unless : NULL;
        bool *flag = an_read_is(w->p, "inner") ? &e->inner : an_read_is(w->p, "once") ? &e->once : NULL;
        bool on = an_read_is(w->p, "on");
        more = one || flag || on;
        if (!more)
            break;
        if ((one && one->name.len) || (flag && *flag) || (on && e->on.name.len))
            return twice(w, &w->p->lex.now);
        TRY(an_read_next(w->p));
        if (flag)
            *flag = true;
        else if (on)
            TRY(ref(w, "a party", &e->on));
        else
            TRY(called(w, "event", one));
    }
    return article_and_title(w, &e->article, &e->title);
}

static enum an_code guard(struct work *w, struct an_step_to *step) {
    static const struct { const char *word; enum an_guard guard; } guards[] = {
        {"any", AN_GUARD_ANY}, {"no", AN_GUARD_NO}, {"all", AN_GUARD_ALL}};
    bool has;
    TRY(an_read_maybe(w->p, "if", &has));
    if (!has)
        return AN_OK;
    for (size_t i = 0; i < AN_COUNT(guards); i++)
        if (an_read_is(w->p, guards[i].word))
            step->guard = guards[i].guard;
    if (step->guard == AN_GUARD_NONE)
        return an_read_fail_expected(w->p, "any, no or all");
    TRY(an_read_next(w->p));
    TRY(called(w, "event", &step->of));
    if (step->guard != AN_GUARD_ALL)
        return AN_OK;
    TRY(an_read_mark(w->p, "have"));
    return called(w, "event", &step->have);
}

// EVENT [to PHASE] [if ...], of which a list has each event once.
static enum an_code step(struct work *w, struct an_step_to **steps, size_t *count, bool leads) {
    struct an_lexeme at = w->p->lex.now;
    struct an_step_to *s;
    struct an_ref event;
    bool to = true;
    TRY(ref(w, "an event", &event));
    PLACE(w, *steps, *count, event.name, event.name, &at, s);
    *s = (struct an_step_to) {.event = event, .to.at = AN_PROCEDURE_NONE, .of.at = AN_PROCEDURE_NONE,
                              .have.at = AN_PROCEDURE_NONE};
    if (leads)
        TRY(an_read_mark(w->p, "to"));
    else
        TRY(an_read_maybe(w->p, "to", &to));
    if (to)
        TRY(ref(w, "a phase", &s->to));
    return guard(w, s);
}

static enum an_code item_start(struct work *w) { return step(w, &w->proc->starts, &w->proc->start_count, true); }

static enum an_code item_anywhere(struct work *w) {
    return step(w, &w->proc->anywhere, &w->proc->anywhere_count, false);
}

static enum an_code lapses(struct work *w, struct an_phase *phase) {
    if (phase->lapses.name.len)
        return twice(w, &w->p->lex.now);
    TRY(an_read_next(w->p));
    TRY(called(w, "period", &phase->lapses));
    TRY(an_read_mark(w->p, "to"));
    return ref(w, "a phase", &phase->lapses_to);
}

static enum an_code phase_body(struct work *w, struct an_phase *phase) {
    struct an_phase read = *phase;              // the list of phases does not move, but its steps are ours
    TRY(an_read_mark(w->p, "{"));
    while (!an_read_is(w->p, "}")) {
        if (an_read_is(w->p, "on")) {
            TRY(an_read_next(w->p));
            TRY(step(w, &read.steps, &read.step_count, false));
        } else if (an_read_is(w->p, "acts")) {
            TRY(an_read_next(w->p));
            TRY(refs(w, "a party", &read.acts));
        } else if (an_read_is(w->p, "lapses")) {
            TRY(lapses(w, &read));
        } else {
            return an_read_fail_expected(w->p, "acts, on, lapses or '}'");
        }
    }
    *phase = read;
    return an_read_next(w->p);
}

static enum an_code phase(struct work *w, bool is_outcome) {
    struct an_lexeme at = w->p->lex.now;
    struct an_phase *ph;
    struct an_str name;
    TRY(an_read_name(w->p, "the phase's name", &name));
    if (an_str_eq(name, AN_STR("none")))
        return an_lex_fail(&w->p->lex, &at, w->p->err, "none is the phase before the first");
    PLACE(w, w->proc->phases, w->proc->phase_count, name, name, &at, ph);
    *ph = (struct an_phase) {.name = name, .is_outcome = is_outcome, .lapses.at = AN_PROCEDURE_NONE,
                             .lapses_to.at = AN_PROCEDURE_NONE};
    TRY(article_and_title(w, &ph->article, &ph->title));
    if (!is_outcome || an_read_is(w->p, "{"))
        TRY(phase_body(w, ph));
    return AN_OK;
}

static enum an_code item_phase(struct work *w) { return phase(w, false); }
static enum an_code item_outcome(struct work *w) { return phase(w, true); }

static enum an_code extend(struct work *w, struct an_period *d) {
    if (d->extend_by.name.len)
        return twice(w, &w->p->lex.now);
    TRY(an_read_next(w->p));
    TRY(an_read_maybe(w->p, "open", &d->extend_open));
    struct an_lexeme at = w->p->lex.now;
    if (!d->extend_open)
        TRY(an_read_number(w->p, "a number, or open", &d->extend));
    if (!d->extend_open && (!d->extend || d->extend > 10000))
        return an_lex_fail(&w->p->lex, &at, w->p->err, "a period is extended by 1 to 10000 units");
    TRY(an_read_mark(w->p, "by"));
    return called(w, "event", &d->extend_by);
}

static enum an_code period_part(struct work *w, struct an_period *d, bool *kind, bool *ret_more) {
    struct an_reader *p = w->p;
    bool must = an_read_is(p, "must"), may = an_read_is(p, "may");
    bool stands = an_read_is(p, "stands"), before = an_read_is(p, "before");
    *ret_more = true;
    if (must || may || stands || before) {
        if (*kind)
            return an_read_fail_expected(p, "only one of must, may, stands and before");
        *kind = true;
        d->kind = must ? AN_PERIOD_MUST : may ? AN_PERIOD_MAY : stands ? AN_PERIOD_STANDS : AN_PERIOD_BEFORE;
        TRY(an_read_next(p));
        return before ? called(w, "period", &d->before) : stands ? AN_OK : ref(w, "a party", &d->party);
    }
    if (an_read_is(p, "in") && !d->in.name.len) {
        TRY(an_read_next(p));
        return ref(w, "a phase", &d->in);
    }
    if (an_read_is(p, "from") && !d->from.count) {
        TRY(an_read_next(p));
        return called_refs(w, "event", &d->from);
    }
    if (an_read_is(p, "until") && !d->until.count) {
        TRY(an_read_next(p));
        return called_refs(w, "event", &d->until);
    }
    if (an_read_is(p, "per") && !d->per_body) {
        d->per_body = true;
        TRY(an_read_next(p));
        return an_read_mark(p, "body");
    }
    if (an_read_is(p, "extend"))
        return extend(w, d);
    *ret_more = false;
    return AN_OK;
}

static enum an_code item_period(struct work *w) {
    struct an_lexeme at = w->p->lex.now;
    struct an_period *d;
    struct an_str name;
    bool more = true, kind = false;
    TRY(an_read_name(w->p, "the period's name", &name));
    PLACE(w, w->proc->periods, w->proc->period_count, name, name, &at, d);
    d->name = name;
    d->in.at = d->before.at = d->extend_by.at = d->party.at = AN_PROCEDURE_NONE;
    TRY(an_read_period(w->p, &d->length, &d->unit, &d->calendar));
    while (more)
        TRY(period_part(w, d, &kind, &more));
    if (!kind)
        return an_lex_fail(&w->p->lex, &at, w->p->err, "says not whose it is: must PARTY, may PARTY, stands or before period(P)");
    bool bound = d->in.name.len || d->from.count || d->kind == AN_PERIOD_BEFORE;
    if (!bound)
        return an_lex_fail(&w->p->lex, &at, w->p->err, "says not when it begins: from event(E), or in PHASE");
    if (d->kind == AN_PERIOD_BEFORE && (d->from.count || d->per_body || d->extend_by.name.len || d->in.name.len))
        return an_lex_fail(&w->p->lex, &at, w->p->err, "a period before another begins and ends with that one");
    if (d->kind == AN_PERIOD_BEFORE && d->unit != AN_UNIT_WORKDAYS && d->unit != AN_UNIT_DAYS)
        return an_lex_fail(&w->p->lex, &at, w->p->err, "a period before another is of days or working days");
    if (d->per_body && !d->from.count)
        return an_lex_fail(&w->p->lex, &at, w->p->err, "a period per body begins with an event");
    return article_and_title(w, &d->article, &d->title);
}

static enum an_code item_pause(struct work *w) {
    struct an_lexeme at = w->p->lex.now;
    struct an_stop *s;
    struct an_ref from;
    TRY(called(w, "event", &from));
    PLACE(w, w->proc->stops, w->proc->stop_count, from.name, from.name, &at, s);
    s->from = from;
    TRY(an_read_mark(w->p, "until"));
    TRY(called(w, "event", &s->until));
    TRY(an_read_mark(w->p, "waits"));
    TRY(ref(w, "a party", &s->waits));
    TRY(an_read_mark(w->p, "stops"));
    TRY(braced_refs(w, "a period", &s->stops));
    return article_and_title(w, &s->article, &s->title);
}

static enum an_code item_beside(struct work *w) {
    struct an_lexeme at = w->p->lex.now;
    struct an_beside *b;
    struct an_str name;
    TRY(an_read_name(w->p, "the state's name", &name));
    PLACE(w, w->proc->besides, w->proc->beside_count, name, name, &at, b);
    b->name = name;
    TRY(an_read_mark(w->p, "from"));
    TRY(called(w, "event", &b->from));
    TRY(an_read_mark(w->p, "until"));
    TRY(called(w, "event", &b->until));
    TRY(an_read_maybe(w->p, "lapses", &b->lapses));
    return article_and_title(w, &b->article, &b->title);
}

static enum an_code item_path(struct work *w) {
    struct an_lexeme at = w->p->lex.now;
    struct an_path *path;
    struct an_str name;
    TRY(an_read_name(w->p, "the path's name", &name));
    PLACE(w, w->proc->paths, w->proc->path_count, name, name, &at, path);
    path->name = name;
    TRY(braced_refs(w, "a phase", &path->phases));
    return an_read_pair(w->p, false, &path->title);
}

// What `expect` may be followed by, and the form of what follows: n a name, b a name and perhaps `of BODY`, d a day, u a
// number, e path, phase, day and perhaps longest and open.
static const struct { const char *word, *form; enum an_expect expect; } expects[] = {
    {"phase", "n", AN_EXPECT_PHASE}, {"outcome", "n", AN_EXPECT_OUTCOME}, {"due", "bd", AN_EXPECT_DUE},
    {"longest", "bd", AN_EXPECT_LONGEST}, {"open", "b", AN_EXPECT_OPEN}, {"used", "bu", AN_EXPECT_USED},
    {"left", "bu", AN_EXPECT_LEFT}, {"late", "bu", AN_EXPECT_LATE}, {"paused", "b", AN_EXPECT_PAUSED},
    {"done", "b", AN_EXPECT_DONE}, {"provisional", "b", AN_EXPECT_PROVISIONAL}, {"acts", "n", AN_EXPECT_ACTS},
    {"next", "n", AN_EXPECT_NEXT}, {"not", "n", AN_EXPECT_NOT_NEXT}, {"beside", "n", AN_EXPECT_BESIDE},
    {"refused", "n", AN_EXPECT_REFUSED}, {"ends", "e", AN_EXPECT_ENDS},
};

static enum an_code ends(struct an_reader *p, struct an_test_line *line) {
    bool longest;
    TRY(an_read_name(p, "the path", &line->name));
    TRY(an_read_name(p, "the phase", &line->second));
    TRY(an_read_day(p, &line->day));
    line->longest = line->day;
    TRY(an_read_maybe(p, "longest", &longest));
    if (longest)
        TRY(an_read_day(p, &line->longest));
    return an_read_maybe(p, "open", &line->open);
}

static enum an_code expect_line(struct an_reader *p, struct an_test_line *line) {
    size_t i = 0;
    bool of = false;
    while (i < AN_COUNT(expects) && !an_read_is(p, expects[i].word))
        i++;
    if (i == AN_COUNT(expects))
        return an_read_fail_expected(p, "phase, outcome, due, longest, open, used, left, late, paused, done, provisional, "
                                        "acts, next, not, beside, refused or ends");
    line->expect = expects[i].expect;
    TRY(an_read_next(p));
    if (expects[i].form[0] == 'e')
        return ends(p, line);
    TRY(an_read_name(p, "a name", &line->name));
    if (expects[i].form[0] == 'b')
        TRY(an_read_maybe(p, "of", &of));
    if (of)
        TRY(an_read_name(p, "a body, as in CRO", &line->body));
    if (expects[i].form[1] == 'd')
        return an_read_day(p, &line->day);
    return expects[i].form[1] == 'u' ? an_read_number(p, "a number", &line->number) : AN_OK;
}

static enum an_code event_line(struct an_reader *p, struct an_test_line *line) {
    bool has;
    TRY(an_read_name(p, "an event", &line->name));
    TRY(an_read_mark(p, "on"));
    TRY(an_read_day(p, &line->day));
    TRY(an_read_maybe(p, "body", &has));
    if (has)
        TRY(an_read_name(p, "a body, as in CRO", &line->body));
    TRY(an_read_maybe(p, "by", &has));
    return has ? an_read_name(p, "a party or body", &line->by) : AN_OK;
}

static enum an_code test_line(struct an_reader *p, struct an_test_line *line) {
    *line = (struct an_test_line) {.line = p->lex.now.line, .column = p->lex.now.column};
    if (an_read_is(p, "event")) {
        line->kind = AN_LINE_EVENT;
        TRY(an_read_next(p));
        return event_line(p, line);
    }
    if (an_read_is(p, "as-of")) {
        line->kind = AN_LINE_AS_OF;
        TRY(an_read_next(p));
        return an_read_day(p, &line->day);
    }
    line->kind = AN_LINE_EXPECT;
    TRY(an_read_mark(p, "expect"));
    return expect_line(p, line);
}

static enum an_code item_test(struct work *w) {
    struct an_procedure_test *t = AN_PUSH(w->p->arena, w->proc->tests, w->proc->test_count);
    bool side, filer;
    if (!t)
        return an_read_no_memory(w->p);
    t->line = w->p->lex.now.line;
    t->column = w->p->lex.now.column;
    TRY(an_read_string(w->p, "what the test shows", &t->name));
    TRY(an_read_maybe(w->p, "side", &side));
    if (side) {
        TRY(an_read_maybe(w->p, "filer", &filer));
        if (!filer)
            TRY(an_read_mark(w->p, "authority"));
        t->side = filer ? AN_SIDE_FILER : AN_SIDE_AUTHORITY;
    }
    TRY(an_read_mark(w->p, "{"));
    while (!an_read_is(w->p, "}")) {
        if (t->line_count == AN_PROCEDURE_EVENTS_MAX)
            return an_read_fail_expected(w->p, "a shorter test");
        struct an_test_line *line = AN_PUSH(w->p->arena, t->lines, t->line_count);
        if (!line)
            return an_read_no_memory(w->p);
        TRY(test_line(w->p, line));
    }
    return an_read_next(w->p);
}

#define NORM(name) static enum an_code item_##name(struct work *w) { return an_read_##name(w->p, &w->proc->head); }
NORM(title) NORM(instrument) NORM(status) NORM(quote) NORM(digest) NORM(note) NORM(source)

static const struct item {
    const char *word;
    enum an_code (*read)(struct work *);
    bool many;
} items[] = {
    {"title", item_title, true},    {"instrument", item_instrument, false}, {"status", item_status, false},
    {"quote", item_quote, true},    {"digest", item_digest, false},         {"note", item_note, true},
    {"source", item_source, true},  {"object", item_object, false},         {"party", item_party, true},
    {"event", item_event, true},    {"start", item_start, true},            {"anywhere", item_anywhere, true},
    {"phase", item_phase, true},    {"outcome", item_outcome, true},        {"period", item_period, true},
    {"pause", item_pause, true},    {"beside", item_beside, true},          {"path", item_path, true},
    {"test", item_test, true},
};

static enum an_code fail_item(struct an_reader *p) {
    struct an_str seen = an_lex_seen(&p->lex);
    const char *near = NULL;
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < AN_COUNT(items); i++)
        if (p->lex.now.kind == AN_LEX_NAME && an_near_better(p->lex.now.raw, an_str_from_c(items[i].word), &best))
            near = items[i].word;
    return an_lex_fail(&p->lex, &p->lex.now, p->err, "'%.*s' is not understood here%s%s%s", AN_STR_ARG(seen),
                       near ? " (did you mean '" : "; expected an item or '}'", near ? near : "", near ? "'?)" : "");
}

static enum an_code body(struct work *w) {
    TRY(an_read_mark(w->p, "{"));
    while (!an_read_is(w->p, "}")) {
        size_t i = 0;
        while (i < AN_COUNT(items) && !an_read_is(w->p, items[i].word))
            i++;
        if (i == AN_COUNT(items))
            return fail_item(w->p);
        if (!items[i].many && (w->seen & 1u << i))
            return twice(w, &w->p->lex.now);
        w->seen |= 1u << i;
        TRY(an_read_next(w->p));
        TRY(items[i].read(w));
    }
    return AN_OK;               // the closing brace is still there: the canonical form ends with it
}

#define TAKE(w, from, items, count) do { \
        for (size_t i_ = 0; i_ < (from)->count; i_++) { \
            __typeof__((from)->items) place_ = AN_PUSH((w)->p->arena, (w)->proc->items, (w)->proc->count); \
            if (!place_) \
                return an_read_no_memory((w)->p); \
            *place_ = (from)->items[i_]; \
            place_->taken = true; \
        } \
    } while (0)

// All but its head, objects, starts and tests; each may be said anew.
static enum an_code like(struct work *w, const struct an_procedure *other) {
    TAKE(w, other, parties, party_count);
    TAKE(w, other, events, event_count);
    TAKE(w, other, phases, phase_count);
    TAKE(w, other, anywhere, anywhere_count);
    TAKE(w, other, periods, period_count);
    TAKE(w, other, stops, stop_count);
    TAKE(w, other, besides, beside_count);
    TAKE(w, other, paths, path_count);
    return AN_OK;
}

enum an_code an_procedure_read(struct an_reader *p, const struct an_procedures *known, struct an_procedure **ret) {
    struct work w = {.p = p, .proc = AN_NEW(p->arena, struct an_procedure)};
    const struct an_procedure *other = NULL;
    bool has;
    if (!w.proc)
        return an_read_no_memory(p);
    struct an_rule *head = &w.proc->head;
    *head = (struct an_rule) {.file = p->lex.file, .line = p->lex.now.line, .column = p->lex.now.column,
                              .from = AN_DAY_NONE, .to = AN_DAY_NONE, .published = AN_DAY_NONE, .scope = AN_STR("listing")};
    size_t from = p->lex.now.pos;
    TRY(an_read_mark(p, "procedure"));
    TRY(an_read_name(p, "the procedure's id", &head->id));
    TRY(an_read_mark(p, "version"));
    TRY(an_read_version(p, &head->version));
    TRY(an_read_maybe(p, "like", &has));
    if (has) {
        struct an_lexeme at = p->lex.now;
        struct an_str id, version = {0};
        TRY(an_read_id_version(p, &id, &version));
        for (size_t i = 0; i < known->count; i++)
            if (an_str_eq(known->items[i]->head.id, id) && an_str_eq(known->items[i]->head.version, version))
                other = known->items[i];
        if (!other)
            return an_lex_fail(&p->lex, &at, p->err, "no procedure %.*s@%.*s before this one in the file", AN_STR_ARG(id),
                               AN_STR_ARG(version));
        TRY(like(&w, other));
    }
    TRY(body(&w));
    struct an_str own = an_str_slice(p->lex.text, from, p->lex.now.pos + 1);
    TRY(an_read_next(p));
    TRY(an_procedure_resolve(w.proc, p->err));
    TRY(an_norm_canonise(head, other ? &other->head : NULL, own, p->arena, p->err));
    *ret = w.proc;
    return AN_OK;
}
