// Why an event was refused, in words.
#include "procedure/walk.h"
#include "rules/list.h"
#include "rules/words.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

// The events that would be possible, at most a few of them.
static enum an_code say_starts(const struct an_walk *w, enum an_lang lang, struct an_buf *out) {
    for (size_t i = 0; i < w->p->start_count; i++) {
        const struct an_procedure_event *e = &w->p->events[w->p->starts[i].event.at];
        TRY(an_buf_addf(out, w->err, "%s%.*s", i ? lang == AN_ZH ? "、" : ", or: " : lang == AN_ZH ? "：" : ": ",
                        AN_STR_ARG(an_pair_say(e->title, lang))));
    }
    return AN_OK;
}

static enum an_code say_phase(const struct an_walk *w, enum an_lang lang, struct an_buf *out) {
    struct an_str title = w->phase == AN_PROCEDURE_NONE ? AN_STR("") : an_pair_say(w->p->phases[w->phase].title, lang);
    return an_buf_addf(out, w->err, lang == AN_ZH ? "（%.*s）" : " (%.*s)", AN_STR_ARG(title));
}

static enum an_code say_need(const struct an_walk *w, size_t event, enum an_lang lang, struct an_buf *out) {
    const struct an_procedure_event *e = &w->p->events[event];
    const struct an_ref *needs[] = {&e->after, &e->unless};
    for (size_t i = 0; i < AN_COUNT(needs); i++) {
        if (needs[i]->at == AN_PROCEDURE_NONE)
            continue;
        struct an_str title = an_pair_say(w->p->events[needs[i]->at].title, lang);
        TRY(an_buf_addf(out, w->err, lang == AN_ZH ? "；%s：%.*s" : "; %s: %.*s",
                        an_say(i ? (struct an_words) {"it cannot be after", "已有"}
                                 : (struct an_words) {"it follows only on", "须在此之后"}, lang), AN_STR_ARG(title)));
    }
    return AN_OK;
}

static enum an_code say(const struct an_walk *w, size_t event, const struct an_refusal *r, enum an_lang lang,
                        struct an_buf *out) {
    static const struct an_words reasons[] = {
        [AN_REFUSED_UNKNOWN] = {"the procedure has no such event", "程序中没有此事件"},
        [AN_REFUSED_FUTURE] = {"it is after the day that is looked at", "晚于所查看的日期"},
        [AN_REFUSED_NOT_STARTED] = {"the procedure has not begun then; it begins with", "程序此时尚未开始，其起点为"},
        [AN_REFUSED_NOT_IN_FORCE] = {"the procedure is not in force on that day", "该程序在当日不具有效力"},
        [AN_REFUSED_PARTY] = {"it is not for that party to do", "不属于该方的行为"},
        [AN_REFUSED_BODY] = {"it is about one of the bodies that take part, and about no other",
                             "须指明参与程序的单位，且仅限该等单位"},
        [AN_REFUSED_NOT_NOW] = {"it cannot happen in this phase", "当前阶段不可能发生"},
        [AN_REFUSED_NEED] = {"what it needs has not happened, or the contrary has", "所需的前提尚未发生，或者已有相反的事件"},
        [AN_REFUSED_TWICE] = {"it has happened already", "已经发生过"},
        [AN_REFUSED_ENDED] = {"the procedure has ended", "程序已经终结"},
    };
    const struct an_happening *h = &w->q->happenings[r->index];
    struct an_str name = an_str_slice(h->event, 0, 64);
    struct an_str title = event == AN_PROCEDURE_NONE ? AN_STR("") : an_pair_say(w->p->events[event].title, lang);
    bool zh = lang == AN_ZH;
    char day[AN_DAY_TEXT_MAX];
    TRY(an_buf_addf(out, w->err, "%s %.*s", an_day_text(h->day, day), AN_STR_ARG(name)));
    if (title.len)
        TRY(an_buf_addf(out, w->err, zh ? "（%.*s）" : " (%.*s)", AN_STR_ARG(title)));
    if (h->body.len)
        TRY(an_buf_addf(out, w->err, " %.*s", AN_STR_ARG(an_str_slice(h->body, 0, 64))));
    TRY(an_buf_addf(out, w->err, "%s%s", zh ? "：" : ": ", an_say(reasons[r->kind], lang)));
    if (r->kind == AN_REFUSED_NOT_STARTED)
        TRY(say_starts(w, lang, out));
    if (r->kind == AN_REFUSED_NOT_NOW || r->kind == AN_REFUSED_ENDED)
        TRY(say_phase(w, lang, out));
    return r->kind == AN_REFUSED_NEED ? say_need(w, event, lang, out) : AN_OK;
}

enum an_code an_walk_say_refusal(const struct an_walk *w, size_t event, struct an_refusal *r) {
    struct an_str *texts[] = {[AN_EN] = &r->why, [AN_ZH] = &r->why_zh};
    for (size_t lang = AN_EN; lang <= AN_ZH; lang++) {
        AN_AUTO(an_buf) out = {0};
        TRY(say(w, event, r, (enum an_lang) lang, &out));
        *texts[lang] = an_arena_copy(w->arena, an_buf_str(&out));
        if (!texts[lang]->ptr)
            return an_walk_no_memory(w);
    }
    return AN_OK;
}
