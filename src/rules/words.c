// Sentences about rules.
#include "rules/words.h"

#include "rules/vocabulary.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct an_str an_pair_say(struct an_pair pair, enum an_lang lang) {
    struct an_str own = lang == AN_ZH ? pair.zh : pair.en, other = lang == AN_ZH ? pair.en : pair.zh;
    return own.len ? own : other;
}

struct an_str an_name_say(const struct an_packs *packs, enum an_name_kind kind, struct an_str name,
                          enum an_lang lang) {
    const struct an_name *known = an_name_find(packs, kind, name);
    return known ? an_pair_say(known->title, lang) : name;
}

static enum an_code event(const struct an_packs *packs, struct an_str name, enum an_lang lang,
                          struct an_buf *out, struct an_err *err) {
    return an_buf_add(out, an_name_say(packs, AN_NAME_EVENT, name, lang), err);
}

static enum an_code duty_en(const struct an_packs *packs, const struct an_duty *d, struct an_buf *out,
                            struct an_err *err) {
    const struct an_name *verb = an_name_find(packs, AN_NAME_VERB, d->verb);
    struct an_str says = verb && verb->title.en.len ? verb->title.en : d->verb;
    TRY(an_buf_addf(out, err, "%.*s %.*s", AN_STR_ARG(says), AN_STR_ARG(d->what)));
    if (d->to.len) {
        TRY(an_buf_addf(out, err, " %.*s ", AN_STR_ARG(verb ? verb->with : AN_STR("to"))));
        TRY(an_buf_add(out, an_name_say(packs, AN_NAME_BODY, d->to, AN_EN), err));
    }
    if (d->before.len) {
        TRY(an_buf_add(out, AN_STR(", before "), err));
        TRY(event(packs, d->before, AN_EN, out, err));
    }
    if (d->every)
        TRY(an_buf_addf(out, err, ", at least every %llu years", (unsigned long long) d->every));
    if (d->for_years)
        TRY(an_buf_addf(out, err, ", for %llu years", (unsigned long long) d->for_years));
    return AN_OK;
}

static enum an_code duty_zh(const struct an_packs *packs, const struct an_duty *d, struct an_buf *out,
                            struct an_err *err) {
    const struct an_name *verb = an_name_find(packs, AN_NAME_VERB, d->verb);
    struct an_str says = verb ? verb->title.zh : AN_STR("");
    struct an_str what = d->what_zh.len ? d->what_zh : d->what;
    if (d->before.len) {
        TRY(an_buf_add(out, AN_STR("在"), err));
        TRY(event(packs, d->before, AN_ZH, out, err));
        TRY(an_buf_add(out, AN_STR("之前，"), err));
    }
    if (d->every)
        TRY(an_buf_addf(out, err, "每%llu年至少一次，", (unsigned long long) d->every));
    if (d->to.len) {
        TRY(an_buf_add(out, AN_STR("向"), err));
        TRY(an_buf_add(out, an_name_say(packs, AN_NAME_BODY, d->to, AN_ZH), err));
    }
    TRY(an_buf_addf(out, err, "%.*s%.*s", AN_STR_ARG(says), AN_STR_ARG(what)));
    return d->for_years ? an_buf_addf(out, err, "，期限%llu年", (unsigned long long) d->for_years) : AN_OK;
}

enum an_code an_duty_say(const struct an_packs *packs, const struct an_duty *d, enum an_lang lang,
                         struct an_buf *out, struct an_err *err) {
    return lang == AN_ZH ? duty_zh(packs, d, out, err) : duty_en(packs, d, out, err);
}

static struct an_words unit_words(enum an_unit unit) {
    switch (unit) {
    case AN_UNIT_HOURS:    return (struct an_words) {"hours", "小时"};
    case AN_UNIT_DAYS:     return (struct an_words) {"days", "日"};
    case AN_UNIT_WORKDAYS: return (struct an_words) {"working days", "个工作日"};
    case AN_UNIT_MONTHS:   return (struct an_words) {"months", "个月"};
    case AN_UNIT_YEARS:    return (struct an_words) {"years", "年"};
    }
    return (struct an_words) {"?", "?"};
}

enum an_code an_clock_say(const struct an_packs *packs, const struct an_clock *c, enum an_lang lang,
                          struct an_buf *out, struct an_err *err) {
    struct an_str name = an_pair_say(c->title, lang);
    const char *unit = an_say(unit_words(c->unit), lang);
    unsigned long long length = c->length, extend = c->extend;
    bool zh = lang == AN_ZH;
    TRY(an_buf_addf(out, err, "%.*s%s%llu%s%s%s", AN_STR_ARG(name.len ? name : c->name), zh ? "：" : ": ",
                    length,
                    zh ? "" : " ", unit, zh ? "，起算：" : ", counted from: "));
    TRY(event(packs, c->from, lang, out, err));
    if (extend)
        TRY(an_buf_addf(out, err, zh ? "；可延长%llu%s" : "; may be extended by %llu %s", extend, unit));
    if (c->extend_open)
        TRY(an_buf_add(out, zh ? AN_STR("；可延长，无上限")
                       : AN_STR("; may be extended without a fixed limit"), err));
    return AN_OK;
}

enum an_code an_pause_say(const struct an_packs *packs, const struct an_pause *p, enum an_lang lang,
                          struct an_buf *out, struct an_err *err) {
    bool zh = lang == AN_ZH;
    TRY(an_buf_add(out, zh ? AN_STR("期限中止：自") : AN_STR("the clocks stand still from: "), err));
    TRY(event(packs, p->from, lang, out, err));
    TRY(an_buf_add(out, zh ? AN_STR("至") : AN_STR(", until: "), err));
    return event(packs, p->until, lang, out, err);
}

enum an_code an_penalty_say(const struct an_penalty *p, enum an_lang lang, struct an_buf *out,
                            struct an_err *err) {
    char day[AN_DAY_TEXT_MAX];
    struct an_str amounts = an_pair_say(p->amounts, lang);
    TRY(an_buf_addf(out, err, "%.*s", AN_STR_ARG(p->citation)));
    if (p->from != AN_DAY_NONE)
        TRY(an_buf_addf(out, err, lang == AN_ZH ? "（自%s起）" : " (since %s)", an_day_text(p->from, day)));
    return an_buf_addf(out, err, "%s%.*s", lang == AN_ZH ? "：" : ": ", AN_STR_ARG(amounts));
}

enum an_code an_citation_say(const struct an_rule *r, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    struct an_str by = r->is_define ? r->cite : an_pair_say((struct an_pair) {r->instrument_en, r->instrument}, lang);
    bool none = !r->article.len || an_str_eq(r->article, AN_STR("-")), zh = lang == AN_ZH;
    bool number = !none && r->article.ptr[0] >= '0' && r->article.ptr[0] <= '9';
    if (none)
        return an_buf_add(out, by, err);
    return an_buf_addf(out, err, "%.*s%s%.*s%s", AN_STR_ARG(by), !number ? " " : zh ? "第" : ", art. ",
                       AN_STR_ARG(r->article), number && zh ? "条" : "");
}

enum an_code an_status_say(const struct an_rule *r, enum an_lang lang, struct an_buf *out,
                           struct an_err *err) {
    char day[AN_DAY_TEXT_MAX];
    bool zh = lang == AN_ZH;
    TRY(an_buf_addf(out, err, "%s", an_say(an_status_words(r->status), lang)));
    if (r->from != AN_DAY_NONE)
        TRY(an_buf_addf(out, err, zh ? "，自%s起" : " from %s", an_day_text(r->from, day)));
    if (r->to != AN_DAY_NONE)
        TRY(an_buf_addf(out, err, zh ? "至%s" : " to %s", an_day_text(r->to, day)));
    if (r->published != AN_DAY_NONE)
        TRY(an_buf_addf(out, err, zh ? "，%s公布" : ", published %s", an_day_text(r->published, day)));
    if (r->final_id.len)
        TRY(an_buf_addf(out, err, zh ? "，正式文本为%.*s@%.*s" : ", became %.*s@%.*s",
                        AN_STR_ARG(r->final_id),
                        AN_STR_ARG(r->final_version)));
    return AN_OK;
}

static struct an_words unit_of(struct an_str unit) {
    static const struct { const char *unit; struct an_words words; } units[] = {
        {"person", {"people", "人"}},        {"device", {"devices", "设备"}},
        {"account", {"accounts", "账号"}},    {"household", {"households", "户"}},
        {"transaction", {"transactions", "笔交易"}}, {"record", {"records", "条记录"}},
    };
    for (size_t i = 0; i < AN_COUNT(units); i++)
        if (an_str_eq(unit, an_str_from_c(units[i].unit)))
            return units[i].words;
    return (struct an_words) {"number", "数量"};
}

enum an_code an_window_say(const struct an_name *m, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    static const struct an_words windows[] = {
        [AN_WINDOW_STOCK] = {"on the day", "当日"},
        [AN_WINDOW_SINCE] = {"since", "自以下日期起累计："},
        [AN_WINDOW_PRECEDING_YEAR] = {"of the preceding calendar year", "上一自然年度"},
        [AN_WINDOW_PEAK] = {"peak of the last months:", "最近数月峰值，月数："},
        [AN_WINDOW_MEAN_DAILY] = {"mean of the daily numbers of the last months:", "最近数月日均，月数："},
        [AN_WINDOW_MEAN_MONTHLY] = {"mean of the last whole months:", "最近若干整月月均，月数："},
        [AN_WINDOW_INCIDENT] = {"of one incident", "单次事件"},
    };
    const struct an_window *w = &m->window;
    TRY(an_buf_addf(out, err, "%s%s%s", an_say(unit_of(m->unit), lang), lang == AN_ZH ? "，" : ", ",
                    an_say(windows[w->kind], lang)));
    if (w->months)
        return an_buf_addf(out, err, " %u", w->months);
    return w->month ? an_buf_addf(out, err, " %02u-%02u", w->month, w->day) : AN_OK;
}
