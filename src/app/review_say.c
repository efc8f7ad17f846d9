// Where a case stands, for people and for programs.
#include "app/review.h"

#include "app/answer.h"
#include "base/json.h"
#include "rules/fact.h"

static bool zh(enum an_lang lang) { return lang == AN_ZH; }

static enum an_code day_of(struct an_buf *out, const char *before, an_day day, const char *after, struct an_err *err) {
    char text[AN_DAY_TEXT_MAX];
    return an_buf_addf(out, err, "%s%s%s", before, an_day_text(day, text), after);
}

static enum an_code say_head(const struct an_review *r, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    struct an_str name = !zh(lang) && r->company_en.len ? r->company_en : r->company;
    static const struct an_words sides[] = {[AN_SIDE_FILER] = {"filer's side", "申报方"},
                                            [AN_SIDE_AUTHORITY] = {"authority's side", "审查机关"}};
    AN_TRY(an_buf_addf(out, err, "%.*s", AN_STR_ARG(name)));
    AN_TRY(an_buf_addf(out, err, zh(lang) ? "：%.*s（%s）" : ": %.*s (%s)", AN_STR_ARG(r->title),
                       an_say(sides[r->side], lang)));
    return day_of(out, zh(lang) ? "，截至" : ", as of ", r->as_of, "\n", err);
}

static enum an_code say_people(const struct an_review *r, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    char a[AN_GROUPED_MAX], b[AN_GROUPED_MAX];
    if (!r->measurement)
        return an_buf_addf(out, err, "%s\n", zh(lang) ? "人数：尚未测量（anshen review measure）"
                                                       : "People: not measured yet (anshen review measure)");
    struct an_review_people p = an_review_people(r->measurement);
    AN_TRY(an_buf_addf(out, err, zh(lang) ? "人数：不少于 %s，" : "People: at least %s, ", an_grouped(p.floor, a)));
    if (p.ceiling == AN_FACT_INFINITE)
        AN_TRY(an_buf_addf(out, err, "%s", zh(lang) ? "上限不能确定" : "no ceiling can be stated"));
    else
        AN_TRY(an_buf_addf(out, err, zh(lang) ? "不多于 %s" : "at most %s", an_grouped(p.ceiling, b)));
    return day_of(out, zh(lang) ? "（测于" : " (measured ", an_entry_day(r->measurement->body, "day"),
                  zh(lang) ? "）\n" : ")\n", err);
}

// The words of the verdict and of the filer's own decision.
static const struct { const char *word; struct an_words said; } words[] = {
    {"applies", {"applies", "适用"}}, {"does-not-apply", {"does not apply", "不适用"}},
    {"undetermined", {"undetermined", "未能确定"}},
    {"file", {"to file", "申报"}}, {"not-required", {"not required, with reasons", "无须申报并说明理由"}},
    {"consult", {"to consult the review office", "咨询审查办公室"}},
    {"open", {"open", "未完成"}}, {"broken", {"broken", "未履行"}}, {"kept", {"kept", "已履行"}},
    {"met", {"met", "已整改"}}, {"lifted", {"lifted", "已解除"}}, {"done", {"done", "已完成"}},
    {"dropped", {"dropped", "已取消"}},
};

static struct an_str word_said(struct an_str word, enum an_lang lang) {
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (an_str_eq(word, an_str_from_c(words[i].word)))
            return an_str_from_c(an_say(words[i].said, lang));
    return word;
}

static enum an_code say_verdict(const struct an_review *r, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    if (r->verdict) {
        AN_TRY(an_buf_addf(out, err, zh(lang) ? "%s：%.*s" : "%s: %.*s", AN_MAIN_RULE,
                           AN_STR_ARG(word_said(an_entry_text(r->verdict->body, "verdict"), lang))));
        AN_TRY(day_of(out, zh(lang) ? "（判断日" : " (judged for ", an_entry_day(r->verdict->body, "as_of"),
                      zh(lang) ? "）\n" : ")\n", err));
    }
    if (!r->stance)
        return AN_OK;
    AN_TRY(an_buf_addf(out, err, zh(lang) ? "本方决定：%.*s" : "Own decision: %.*s",
                       AN_STR_ARG(word_said(an_entry_text(r->stance->body, "state"), lang))));
    return day_of(out, zh(lang) ? "（" : " (", an_entry_day(r->stance->body, "day"), zh(lang) ? "）\n" : ")\n", err);
}

static enum an_code say_items(const struct an_review_items *list, struct an_words title, enum an_lang lang,
                              struct an_buf *out, struct an_err *err) {
    if (!list->open)
        return AN_OK;
    AN_TRY(an_buf_addf(out, err, zh(lang) ? "%s：%zu 项未完成，其中 %zu 项逾期\n" : "%s: %zu open, %zu of them late\n",
                       an_say(title, lang), list->open, list->late));
    for (size_t i = 0; i < list->count; i++) {
        const struct an_review_item *item = &list->items[i];
        if (!item->is_open)
            continue;
        AN_TRY(an_buf_addf(out, err, "  %c %.*s  %.*s", item->is_late ? '!' : '-', AN_STR_ARG(item->id), AN_STR_ARG(item->text)));
        if (an_str_eq(item->status, AN_STR("broken")))
            AN_TRY(an_buf_addf(out, err, zh(lang) ? "（%.*s）" : " (%.*s)", AN_STR_ARG(word_said(item->status, lang))));
        if (item->due != AN_DAY_NONE)
            AN_TRY(day_of(out, zh(lang) ? "，期限" : ", due ", item->due, "", err));
        AN_TRY(an_buf_add(out, AN_STR("\n"), err));
    }
    return AN_OK;
}

static enum an_code say_papers(const struct an_review *r, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    for (size_t i = 0; i < r->paper_count; i++) {
        const struct an_review_paper *p = &r->papers[i];
        AN_TRY(an_buf_addf(out, err, p->expired ? zh(lang) ? "材料已过期：%.*s" : "Document expired: %.*s"
                                                : zh(lang) ? "材料即将过期：%.*s" : "Document expires soon: %.*s",
                           AN_STR_ARG(an_entry_text(p->entry->body, "title"))));
        AN_TRY(day_of(out, zh(lang) ? "（" : " (", p->expires, zh(lang) ? "）\n" : ")\n", err));
    }
    return AN_OK;
}

enum an_code an_review_say(const struct an_review *r, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    AN_TRY(say_head(r, lang, out, err));
    AN_TRY(say_people(r, lang, out, err));
    AN_TRY(say_verdict(r, lang, out, err));
    for (size_t i = 0; i < r->course_count; i++) {
        AN_TRY(an_buf_add(out, AN_STR("\n"), err));
        AN_TRY(an_course_say(r->courses[i].course, &r->law->packs, lang, out, err));
    }
    if (r->orders.open || r->commitments.open || r->plan.open || r->paper_count)
        AN_TRY(an_buf_add(out, AN_STR("\n"), err));
    AN_TRY(say_items(&r->orders, (struct an_words) {"Orders", "责令和整改要求"}, lang, out, err));
    AN_TRY(say_items(&r->commitments, (struct an_words) {"Conditions and commitments", "附加条件和承诺"}, lang, out, err));
    AN_TRY(say_items(&r->plan, (struct an_words) {"Plan", "行动计划"}, lang, out, err));
    return say_papers(r, lang, out, err);
}

// --- JSON

static void put_items(struct an_json *j, const char *key, const struct an_review_items *list) {
    an_json_key(j, key);
    an_json_open(j, '[');
    for (size_t i = 0; i < list->count; i++) {
        const struct an_review_item *item = &list->items[i];
        an_json_open(j, '{');
        an_json_put_text(j, "id", item->id);
        an_json_put_text(j, "text", item->text);
        an_json_put_text(j, "status", item->status);
        an_json_put_day(j, "due", item->due);
        an_json_key(j, "late");
        an_json_bool(j, item->is_late);
        an_json_put_u64(j, "entry", item->entry->seq);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
}

static void put_people(struct an_json *j, const struct an_review *r) {
    an_json_key(j, "people");
    if (!r->measurement) {
        an_json_null(j);
        return;
    }
    struct an_review_people p = an_review_people(r->measurement);
    an_json_open(j, '{');
    an_json_put_u64(j, "floor", p.floor);
    an_json_put_u64(j, "linked", p.linked);
    an_json_put_u64(j, "ceiling", p.ceiling);
    an_json_put_day(j, "day", an_entry_day(r->measurement->body, "day"));
    an_json_put_u64(j, "entry", r->measurement->seq);
    an_json_close(j, '}');
}

void an_review_json(const struct an_review *r, struct an_json *j) {
    struct an_hash head = an_case_head(r->file);
    an_json_open(j, '{');
    an_json_key(j, "schema");
    an_json_cstr(j, "anshen.review/1");
    an_json_put_text(j, "id", r->id);
    an_json_put_text(j, "title", r->title);
    an_json_put_text(j, "company", r->company);
    an_json_put_text(j, "company_en", r->company_en);
    an_json_put_text(j, "object", r->object);
    an_json_put_text(j, "side", r->side == AN_SIDE_FILER ? AN_STR("filer") : AN_STR("authority"));
    an_json_put_day(j, "as_of", r->as_of);
    an_json_put_u64(j, "entries", an_case_count(r->file));
    an_json_put_text(j, "head", an_hash_str(&head));
    put_people(j, r);
    an_json_put_text(j, "verdict", r->verdict ? an_entry_text(r->verdict->body, "verdict") : AN_STR(""));
    an_json_put_text(j, "stance", r->stance ? an_entry_text(r->stance->body, "state") : AN_STR(""));
    an_json_put_u64(j, "late_periods", r->late_periods);
    an_json_key(j, "courses");
    an_json_open(j, '[');
    for (size_t i = 0; i < r->course_count; i++)
        an_course_json(r->courses[i].course, j);
    an_json_close(j, ']');
    put_items(j, "orders", &r->orders);
    put_items(j, "commitments", &r->commitments);
    put_items(j, "plan", &r->plan);
    an_json_key(j, "papers_expiring");
    an_json_open(j, '[');
    for (size_t i = 0; i < r->paper_count; i++) {
        an_json_open(j, '{');
        an_json_put_text(j, "title", an_entry_text(r->papers[i].entry->body, "title"));
        an_json_put_day(j, "expires", r->papers[i].expires);
        an_json_put_u64(j, "entry", r->papers[i].entry->seq);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_close(j, '}');
}
