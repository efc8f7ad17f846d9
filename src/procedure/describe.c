// A procedure or gate in full, in words: what `anshen law show` prints.
#include "procedure/describe.h"

#include "rules/canon.h"
#include "rules/words.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct saying {
    const struct an_procedure *p;       // NULL: a gate
    enum an_lang lang;
    struct an_buf *out;
    struct an_err *err;
};

static bool zh(const struct saying *s) { return s->lang == AN_ZH; }

static struct an_str say(const struct saying *s, struct an_pair pair) { return an_pair_say(pair, s->lang); }

static enum an_code put(struct saying *s, const char *en, const char *zh_) {
    return an_buf_addf(s->out, s->err, "%s", zh(s) ? zh_ : en);
}

static enum an_code put_str(struct saying *s, struct an_str text) { return an_buf_add(s->out, text, s->err); }

static enum an_code article(struct saying *s, struct an_str number) {
    return number.len ? an_buf_addf(s->out, s->err, zh(s) ? "（第%.*s条）" : " (art. %.*s)", AN_STR_ARG(number)) : AN_OK;
}

static enum an_code head(struct saying *s, const struct an_rule *n) {
    TRY(an_buf_addf(s->out, s->err, "%.*s %.*s\n%.*s\n", AN_STR_ARG(n->id), AN_STR_ARG(n->version),
                    AN_STR_ARG(say(s, n->title))));
    TRY(an_citation_say(n, s->lang, s->out, s->err));
    TRY(put(s, "\n", "\n"));
    TRY(an_status_say(n, s->lang, s->out, s->err));
    TRY(put(s, "\n", "\n"));
    for (size_t i = 0; i < n->quote_count; i++)
        TRY(an_buf_addf(s->out, s->err, "\n  \"%.*s\"\n", AN_STR_ARG(n->quotes[i].text)));
    if (!n->quote_count)
        TRY(an_buf_addf(s->out, s->err, "\n  %s: %.*s\n", zh(s) ? "转述，非引文" : "restated, not quoted",
                        AN_STR_ARG(say(s, n->digest))));
    return AN_OK;
}

static enum an_code doubts(struct saying *s, const struct an_rule *n) {
    char hash[AN_HASH_TEXT_MAX];
    if (n->note_count)
        TRY(put(s, "\nNotes\n", "\n说明\n"));
    for (size_t i = 0; i < n->note_count; i++)
        TRY(an_buf_addf(s->out, s->err, "  %.*s\n", AN_STR_ARG(say(s, n->notes[i]))));
    if (n->source_count)
        TRY(put(s, "\nSources\n", "\n来源\n"));
    for (size_t i = 0; i < n->source_count; i++)
        TRY(an_buf_addf(s->out, s->err, "  %.*s\n", AN_STR_ARG(n->sources[i])));
    return an_buf_addf(s->out, s->err, "\n%.80s:%u  blake2b-256 %s\n", n->file, n->line, an_hash_text(n->hash, hash));
}

static enum an_code parties(struct saying *s, const struct an_refs *refs) {
    for (size_t i = 0; i < refs->count; i++) {
        TRY(put(s, i ? ", " : "", i ? "、" : ""));
        TRY(put_str(s, say(s, s->p->parties[refs->items[i].at].title)));
    }
    return AN_OK;
}

static struct an_str event_title(const struct saying *s, const struct an_ref *ref) {
    return say(s, s->p->events[ref->at].title);
}

static enum an_code guard(struct saying *s, const struct an_step_to *step) {
    switch (step->guard) {
    case AN_GUARD_NONE:
        return AN_OK;
    case AN_GUARD_ANY:
        TRY(put(s, ", if there was: ", "，须已有："));
        return put_str(s, event_title(s, &step->of));
    case AN_GUARD_NO:
        TRY(put(s, ", if there was not: ", "，须没有："));
        return put_str(s, event_title(s, &step->of));
    case AN_GUARD_ALL:
        break;
    }
    return an_buf_addf(s->out, s->err, zh(s) ? "，须每个“%.*s”均已有“%.*s”" : ", if each \"%.*s\" was followed by \"%.*s\"",
                       AN_STR_ARG(event_title(s, &step->of)), AN_STR_ARG(event_title(s, &step->have)));
}

// `    filing.received: the Office receives ... -> the papers are checked`
static enum an_code step(struct saying *s, const struct an_step_to *x) {
    const struct an_procedure_event *e = &s->p->events[x->event.at];
    TRY(an_buf_addf(s->out, s->err, "    %.*s: %.*s", AN_STR_ARG(e->name), AN_STR_ARG(say(s, e->title))));
    if (e->inner)
        TRY(put(s, " (inner)", "（内部）"));
    if (x->to.at != AN_PROCEDURE_NONE)
        TRY(an_buf_addf(s->out, s->err, " -> %.*s", AN_STR_ARG(say(s, s->p->phases[x->to.at].title))));
    TRY(guard(s, x));
    return put(s, "\n", "\n");
}

static enum an_code steps(struct saying *s, const struct an_step_to *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        TRY(step(s, &list[i]));
    return AN_OK;
}

static enum an_code phase(struct saying *s, const struct an_phase *ph) {
    TRY(an_buf_addf(s->out, s->err, "  %s%.*s: %.*s", ph->is_outcome ? zh(s) ? "结果 " : "outcome " : "", AN_STR_ARG(ph->name),
                    AN_STR_ARG(say(s, ph->title))));
    TRY(article(s, ph->article));
    if (ph->acts.count) {
        TRY(put(s, "; to act: ", "；行动者："));
        TRY(parties(s, &ph->acts));
    }
    TRY(put(s, "\n", "\n"));
    TRY(steps(s, ph->steps, ph->step_count));
    if (ph->lapses.at == AN_PROCEDURE_NONE)
        return AN_OK;
    return an_buf_addf(s->out, s->err, zh(s) ? "    “%.*s”届满次日 -> %.*s\n" : "    the day after the end of \"%.*s\" -> %.*s\n",
                       AN_STR_ARG(say(s, s->p->periods[ph->lapses.at].title)),
                       AN_STR_ARG(say(s, s->p->phases[ph->lapses_to.at].title)));
}

static enum an_code period(struct saying *s, const struct an_period *d) {
    static const struct an_words units[] = {
        [AN_UNIT_HOURS] = {"hours", "小时"}, [AN_UNIT_DAYS] = {"days", "日"}, [AN_UNIT_WORKDAYS] = {"working days", "个工作日"},
        [AN_UNIT_MONTHS] = {"months", "个月"}, [AN_UNIT_YEARS] = {"years", "年"}};
    const char *unit = an_say(units[d->unit], s->lang);
    TRY(an_buf_addf(s->out, s->err, zh(s) ? "  %.*s：%llu%s" : "  %.*s: %llu %s", AN_STR_ARG(say(s, d->title)),
                    (unsigned long long) d->length, unit));
    if (d->before.at != AN_PROCEDURE_NONE)
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "，在“%.*s”届满之前" : " before the end of \"%.*s\"",
                        AN_STR_ARG(say(s, s->p->periods[d->before.at].title))));
    for (size_t i = 0; i < d->from.count; i++)
        TRY(an_buf_addf(s->out, s->err, "%s%.*s", i ? zh(s) ? "、" : "; or: " : zh(s) ? "，自：" : " from: ",
                        AN_STR_ARG(event_title(s, &d->from.items[i]))));
    if (d->per_body)
        TRY(put(s, ", of each body", "，逐单位计算"));
    if (d->extend)
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "，可延长%llu%s" : ", extendable by %llu %s",
                        (unsigned long long) d->extend, unit));
    if (d->extend_open)
        TRY(put(s, ", extendable without a cap", "，可延长（无上限）"));
    if (d->party.at != AN_PROCEDURE_NONE)
        TRY(an_buf_addf(s->out, s->err, "; %.*s", AN_STR_ARG(say(s, s->p->parties[d->party.at].title))));
    if (d->kind == AN_PERIOD_MAY)
        TRY(put(s, " (may)", "（可以）"));
    TRY(article(s, d->article));
    return put(s, "\n", "\n");
}

static enum an_code pause_(struct saying *s, const struct an_stop *x) {
    return an_buf_addf(s->out, s->err, zh(s) ? "  中止：自“%.*s”至“%.*s”的日数不计\n" : "  paused from \"%.*s\" until \"%.*s\"\n",
                       AN_STR_ARG(event_title(s, &x->from)), AN_STR_ARG(event_title(s, &x->until)));
}

enum an_code an_procedure_say(const struct an_procedure *p, enum an_lang lang, struct an_buf *out,
                              struct an_err *err) {
    struct saying s = {p, lang, out, err};
    TRY(head(&s, &p->head));
    TRY(put(&s, "\nBegins with\n", "\n起点\n"));
    TRY(steps(&s, p->starts, p->start_count));
    TRY(put(&s, "\nPhases\n", "\n阶段\n"));
    for (size_t i = 0; i < p->phase_count; i++)
        TRY(phase(&s, &p->phases[i]));
    if (p->anywhere_count)
        TRY(put(&s, "  at any time\n", "  任何阶段\n"));
    TRY(steps(&s, p->anywhere, p->anywhere_count));
    TRY(put(&s, "\nPeriods\n", "\n期限\n"));
    for (size_t i = 0; i < p->period_count; i++)
        TRY(period(&s, &p->periods[i]));
    for (size_t i = 0; i < p->stop_count; i++)
        TRY(pause_(&s, &p->stops[i]));
    if (p->test_count)
        TRY(put(&s, "\nTests\n", "\n测试\n"));
    for (size_t i = 0; i < p->test_count; i++)
        TRY(an_buf_addf(out, err, "  %.*s\n", AN_STR_ARG(p->tests[i].name)));
    return doubts(&s, &p->head);
}

enum an_code an_gate_describe(const struct an_gate *g, enum an_lang lang, struct an_buf *out,
                              struct an_err *err) {
    struct saying s = {NULL, lang, out, err};
    TRY(head(&s, &g->head));
    TRY(an_buf_addf(out, err, "\n%.*s\n", AN_STR_ARG(say(&s, g->question))));
    for (size_t i = 0; i < g->condition_count; i++) {
        TRY(an_buf_addf(out, err, "  %.*s: %.*s", AN_STR_ARG(g->conditions[i].name),
                        AN_STR_ARG(say(&s, g->conditions[i].title))));
        TRY(article(&s, g->conditions[i].article));
        TRY(put(&s, "\n", "\n"));
        TRY(an_formula_say(g->conditions[i].rule->when, 4, out, err));
    }
    for (size_t i = 0; i < g->then_count; i++) {
        TRY(put(&s, i ? "" : "\nWhat begins by doing it\n", i ? "" : "\n一旦办理\n"));
        TRY(an_buf_addf(out, err, "  %.*s", AN_STR_ARG(say(&s, g->thens[i].title))));
        TRY(article(&s, g->thens[i].article));
        TRY(put(&s, "\n", "\n"));
    }
    return doubts(&s, &g->head);
}
