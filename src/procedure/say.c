// A course in words.
#include "procedure/course.h"

#include "rules/words.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct saying {
    const struct an_course *c;
    const struct an_procedure *p;
    const struct an_packs *packs;
    enum an_lang lang;
    struct an_buf *out;
    struct an_err *err;
};

static struct an_str body_name(const struct saying *s, struct an_str body) {
    return s->packs ? an_name_say(s->packs, AN_NAME_BODY, body, s->lang) : body;
}

static struct an_str title(const struct saying *s, struct an_pair pair) { return an_pair_say(pair, s->lang); }

static bool zh(const struct saying *s) { return s->lang == AN_ZH; }

static enum an_code line(struct saying *s, const char *en, const char *zh_) {
    return an_buf_addf(s->out, s->err, "%s\n", zh(s) ? zh_ : en);
}

static enum an_code where(struct saying *s) {
    const struct an_course *c = s->c;
    char day[AN_DAY_TEXT_MAX];
    struct an_str head = title(s, s->p->head.title);
    TRY(an_buf_addf(s->out, s->err, zh(s) ? "%.*s，截至%s\n" : "%.*s, as of %s\n", AN_STR_ARG(head),
                    an_day_text(c->as_of, day)));
    if (c->phase == AN_PROCEDURE_NONE)
        return line(s, "It has not begun.", "程序尚未开始。");
    const struct an_phase *ph = &s->p->phases[c->phase];
    struct an_str name = title(s, ph->title);
    an_day since = c->history[c->history_count - 1].from;
    if (ph->is_outcome)
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "结果：%.*s（%s）" : "Outcome: %.*s (%s)", AN_STR_ARG(name),
                        an_day_text(since, day)));
    else
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "阶段：%.*s，自%s起" : "Phase: %.*s, since %s", AN_STR_ARG(name),
                        an_day_text(since, day)));
    if (ph->article.len)
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "（第%.*s条）" : " (art. %.*s)", AN_STR_ARG(ph->article)));
    for (size_t i = 0; i < c->perhaps_count; i++) {
        struct an_str other = title(s, s->p->phases[c->perhaps[i]].title);
        const char *before = i ? zh(s) ? "、" : ", " : zh(s) ? "；或者，未经告知：" : "; or, without having been told: ";
        TRY(an_buf_addf(s->out, s->err, "%s%.*s", before, AN_STR_ARG(other)));
    }
    TRY(an_buf_add(s->out, AN_STR("\n"), s->err));
    if (c->stop != AN_PROCEDURE_NONE)
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "期限中止：%.*s，自%s起\n" : "Paused: %.*s, since %s\n",
                        AN_STR_ARG(title(s, s->p->stops[c->stop].title)), an_day_text(c->stopped_since, day)));
    for (size_t i = 0; i < c->beside_count; i++)
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "同时：%.*s，自%s起\n" : "Meanwhile: %.*s, since %s\n",
                        AN_STR_ARG(title(s, s->p->besides[c->besides[i].beside].title)), an_day_text(c->besides[i].since, day)));
    return AN_OK;
}

static enum an_code who(struct saying *s) {
    if (!s->c->waiting_count)
        return AN_OK;
    TRY(an_buf_add(s->out, zh(s) ? AN_STR("须行动者：") : AN_STR("To act: "), s->err));
    for (size_t i = 0; i < s->c->waiting_count; i++) {
        const struct an_waiting *x = &s->c->waiting[i];
        struct an_str name = x->body.len ? body_name(s, x->body) : title(s, s->p->parties[x->party].title);
        TRY(an_buf_addf(s->out, s->err, "%s%.*s", i ? zh(s) ? "、" : ", " : "", AN_STR_ARG(name)));
    }
    return an_buf_add(s->out, AN_STR("\n"), s->err);
}

static enum an_code state(struct saying *s, const struct an_counted *x) {
    char day[AN_DAY_TEXT_MAX];
    bool workdays = s->p->periods[x->period].unit == AN_UNIT_WORKDAYS;
    static const struct an_words units[] = {{"days", "日"}, {"working days", "个工作日"}};
    const char *unit = an_say(units[workdays], s->lang);
    switch (x->state) {
    case AN_COUNTED_AHEAD:
        return an_buf_addf(s->out, s->err, zh(s) ? "；%s之后开始" : "; opens after %s", an_day_text(x->from, day));
    case AN_COUNTED_OVER:
        return an_buf_add(s->out, zh(s) ? AN_STR("；已届满") : AN_STR("; over"), s->err);
    case AN_COUNTED_DONE:
        an_day_text(x->done, day);
        TRY(x->untold ? an_buf_addf(s->out, s->err, zh(s) ? "；不迟于%s完成" : "; done by %s at the latest", day)
                      : an_buf_addf(s->out, s->err, zh(s) ? "；已于%s完成" : "; done on %s", day));
        break;
    case AN_COUNTED_PAUSED:
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "；自%s起中止，按今日恢复计算"
                                              : "; paused since %s, counted as if it went on today",
                        an_day_text(x->paused_since, day)));
        break;
    case AN_COUNTED_RUNS:
        break;
    }
    if (x->state != AN_COUNTED_DONE)
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "；已用%u%s，剩余%u%s" : "; %u %s used, %u %s left", x->used, unit, x->left,
                        unit));
    if (!x->late_by)
        return AN_OK;
    TRY(an_buf_addf(s->out, s->err, zh(s) ? "；逾期%u%s" : "; LATE by %u %s", x->late_by, unit));
    if (!x->untold)
        return AN_OK;
    return an_buf_add(s->out, zh(s) ? AN_STR("，除非此前已完成而未告知当事人")
                                    : AN_STR(", unless it was done before and the party was not told"), s->err);
}

static enum an_code period(struct saying *s, const struct an_counted *x) {
    const struct an_period *d = &s->p->periods[x->period];
    char last[AN_DAY_TEXT_MAX], longest[AN_DAY_TEXT_MAX];
    TRY(an_buf_addf(s->out, s->err, "  %.*s", AN_STR_ARG(title(s, d->title))));
    if (x->body.len)
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "（%.*s）" : " (%.*s)", AN_STR_ARG(body_name(s, x->body))));
    TRY(an_buf_addf(s->out, s->err, zh(s) ? "：截止%s" : ": until %s", an_day_text(x->last, last)));
    if (x->longest > x->last)
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "，延长后%s" : ", or %s if extended", an_day_text(x->longest, longest)));
    if (x->extended)
        TRY(an_buf_add(s->out, zh(s) ? AN_STR("（已延长）") : AN_STR(" (extended)"), s->err));
    if (x->open && x->state != AN_COUNTED_DONE)
        TRY(an_buf_add(s->out, zh(s) ? AN_STR("，可能更晚") : AN_STR(", or later"), s->err));
    if (x->provisional)
        TRY(an_buf_addf(s->out, s->err, "%s", zh(s) ? "（暂定：节假日安排未公布）" : " (provisional: holidays not published)"));
    TRY(state(s, x));
    return an_buf_add(s->out, AN_STR("\n"), s->err);
}

static enum an_code periods(struct saying *s) {
    if (s->c->counted_count)
        TRY(line(s, "Periods:", "期限："));
    for (size_t i = 0; i < s->c->counted_count; i++)
        TRY(period(s, &s->c->counted[i]));
    return AN_OK;
}

static enum an_code next(struct saying *s) {
    if (s->c->next_count)
        TRY(line(s, "What may come:", "接下来可能："));
    for (size_t i = 0; i < s->c->next_count; i++) {
        const struct an_may *x = &s->c->next[i];
        const struct an_procedure_event *e = &s->p->events[x->event];
        if (x->inner && s->c->side == AN_SIDE_FILER)
            continue;                       // it would not be told
        TRY(an_buf_addf(s->out, s->err, "  %.*s: %.*s", AN_STR_ARG(e->name), AN_STR_ARG(title(s, e->title))));
        if (x->to != AN_PROCEDURE_NONE)
            TRY(an_buf_addf(s->out, s->err, zh(s) ? "，进入：%.*s" : ", which leads to: %.*s",
                            AN_STR_ARG(title(s, s->p->phases[x->to].title))));
        TRY(an_buf_add(s->out, AN_STR("\n"), s->err));
    }
    return AN_OK;
}

static enum an_code ends(struct saying *s) {
    char nominal[AN_DAY_TEXT_MAX], longest[AN_DAY_TEXT_MAX];
    for (size_t i = 0; i < s->c->projection_count; i++) {
        const struct an_projection *x = &s->c->projections[i];
        if (!i || x->path != s->c->projections[i - 1].path)
            TRY(an_buf_addf(s->out, s->err, zh(s) ? "预计，%.*s：\n" : "Expected, %.*s:\n",
                            AN_STR_ARG(title(s, s->p->paths[x->path].title))));
        TRY(an_buf_addf(s->out, s->err, zh(s) ? "  %.*s：" : "  %.*s: ", AN_STR_ARG(title(s, s->p->phases[x->phase].title))));
        if (x->unlimited && x->open && x->nominal == s->c->as_of)
            TRY(an_buf_add(s->out, zh(s) ? AN_STR("法律未规定期限") : AN_STR("no period is set"), s->err));
        else if (x->longest == x->nominal)
            TRY(an_buf_addf(s->out, s->err, "%s%s", an_day_text(x->nominal, nominal),
                            x->open ? zh(s) ? "，可能更晚" : ", or later" : ""));
        else
            TRY(an_buf_addf(s->out, s->err, zh(s) ? "%s至%s%s" : "%s to %s%s", an_day_text(x->nominal, nominal),
                            an_day_text(x->longest, longest), x->open ? zh(s) ? "，可能更晚" : ", or later" : ""));
        TRY(line(s, x->provisional ? " (provisional)" : "", x->provisional ? "（暂定）" : ""));
    }
    return AN_OK;
}

static enum an_code refusals(struct saying *s) {
    if (s->c->refusal_count)
        TRY(line(s, "Refused, and not counted:", "未予采纳："));
    for (size_t i = 0; i < s->c->refusal_count; i++)
        TRY(an_buf_addf(s->out, s->err, "  %.*s\n", AN_STR_ARG(zh(s) ? s->c->refusals[i].why_zh : s->c->refusals[i].why)));
    return AN_OK;
}

enum an_code an_course_say(const struct an_course *course, const struct an_packs *packs, enum an_lang lang, struct an_buf *out,
                           struct an_err *err) {
    struct saying s = {course, course->procedure, packs, lang, out, err};
    TRY(where(&s));
    TRY(who(&s));
    TRY(periods(&s));
    TRY(next(&s));
    TRY(ends(&s));
    return refusals(&s);
}
