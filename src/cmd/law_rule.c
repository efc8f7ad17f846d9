// A rule in full, in words.
#include <string.h>

#include "cmd/law.h"
#include "rules/canon.h"
#include "rules/words.h"

struct saying {
    const struct an_packs *packs;
    enum an_lang lang;
    struct an_buf *text;
    struct an_err *err;
};

static enum an_code heading(struct saying *job, const char *en, const char *zh) {
    return an_buf_addf(job->text, job->err, "\n%s\n", job->lang == AN_ZH ? zh : en);
}

static enum an_code show_test(struct saying *job, const struct an_rule_test *t) {
    AN_TRY(an_buf_addf(job->text, job->err, "  %.*s\n      ", AN_STR_ARG(t->name)));
    for (size_t i = 0; i < t->given.count; i++) {
        AN_TRY(an_buf_addf(job->text, job->err, "%.*s = ", AN_STR_ARG(t->given.items[i].name)));
        AN_TRY(an_fact_say(&t->given.items[i], job->lang, job->text, job->err));
        AN_TRY(an_buf_add(job->text, AN_STR("; "), job->err));
    }
    return an_buf_addf(job->text, job->err, "-> %s\n", an_tri_name(t->expect));
}

static enum an_code show_duties(struct saying *job, const struct an_rule *r) {
    if (r->duty_count)
        AN_TRY(heading(job, "Duty", "义务"));
    for (size_t i = 0; i < r->duty_count; i++) {
        AN_TRY(an_buf_add(job->text, AN_STR("  "), job->err));
        AN_TRY(an_duty_say(job->packs, &r->duties[i], job->lang, job->text, job->err));
        AN_TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    }
    if (r->clock_count)
        AN_TRY(heading(job, "Clocks", "期限"));
    for (size_t i = 0; i < r->clock_count; i++) {
        AN_TRY(an_buf_add(job->text, AN_STR("  "), job->err));
        AN_TRY(an_clock_say(job->packs, &r->clocks[i], job->lang, job->text, job->err));
        AN_TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    }
    for (size_t i = 0; i < r->pause_count; i++) {
        AN_TRY(an_buf_add(job->text, AN_STR("  "), job->err));
        AN_TRY(an_pause_say(job->packs, &r->pauses[i], job->lang, job->text, job->err));
        AN_TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    }
    if (r->penalty_count)
        AN_TRY(heading(job, "Penalty", "法律责任"));
    for (size_t i = 0; i < r->penalty_count; i++) {
        AN_TRY(an_buf_add(job->text, AN_STR("  "), job->err));
        AN_TRY(an_penalty_say(&r->penalties[i], job->lang, job->text, job->err));
        AN_TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    }
    return AN_OK;
}

static enum an_code show_bodies(struct saying *job, const char *what, const struct an_str *bodies, size_t count) {
    for (size_t i = 0; i < count; i++)
        AN_TRY(an_buf_addf(job->text, job->err, "%s%.*s%s", i ? job->lang == AN_ZH ? "、" : ", " : what,
                        AN_STR_ARG(an_name_say(job->packs, AN_NAME_BODY, bodies[i], job->lang)),
                        i + 1 == count ? "\n" : ""));
    return AN_OK;
}

static enum an_code show_doubts(struct saying *job, const struct an_rule *r) {
    if (r->note_count)
        AN_TRY(heading(job, "Notes", "说明"));
    for (size_t i = 0; i < r->note_count; i++) {
        struct an_str note = an_pair_say(r->notes[i], job->lang);
        AN_TRY(an_buf_addf(job->text, job->err, "  %.*s\n", AN_STR_ARG(note)));
    }
    if (r->source_count)
        AN_TRY(heading(job, "Sources", "来源"));
    for (size_t i = 0; i < r->source_count; i++)
        AN_TRY(an_buf_addf(job->text, job->err, "  %.*s\n", AN_STR_ARG(r->sources[i])));
    if (r->test_count)
        AN_TRY(heading(job, "Tests", "测试"));
    for (size_t i = 0; i < r->test_count; i++)
        AN_TRY(show_test(job, &r->tests[i]));
    return AN_OK;
}

static enum an_code show_one(struct saying *job, const struct an_rule *r) {
    struct an_str title = an_pair_say(r->title, job->lang);
    AN_TRY(an_buf_addf(job->text, job->err, "%.*s %.*s\n%.*s\n", AN_STR_ARG(r->id), AN_STR_ARG(r->version),
                    AN_STR_ARG(title)));
    bool zh = job->lang == AN_ZH;
    AN_TRY(an_citation_say(r, job->lang, job->text, job->err));
    AN_TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    if (!r->is_define) {
        AN_TRY(an_status_say(r, job->lang, job->text, job->err));
        AN_TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    }
    AN_TRY(show_bodies(job, zh ? "起草：" : "drafted by ", r->drafted_by, r->drafted_by_count));
    AN_TRY(show_bodies(job, zh ? "执法：" : "enforced by ", r->enforced_by, r->enforced_by_count));
    for (size_t i = 0; i < r->quote_count; i++)
        AN_TRY(an_buf_addf(job->text, job->err, "\n  \"%.*s\"\n", AN_STR_ARG(r->quotes[i].text)));
    if (!r->quote_count)
        AN_TRY(an_buf_addf(job->text, job->err, "\n  %s: %.*s\n", zh ? "转述，非引文" : "restated, not quoted",
                        AN_STR_ARG(an_pair_say(r->digest, job->lang))));
    AN_TRY(heading(job, "Applies when", "适用条件"));
    AN_TRY(an_formula_say(r->when, 2, job->text, job->err));
    for (size_t i = 0; i < r->except_count; i++)
        AN_TRY(an_buf_addf(job->text, job->err, "  - %.*s\n", AN_STR_ARG(r->excepts[i].text)));
    AN_TRY(show_duties(job, r));
    AN_TRY(show_doubts(job, r));
    return AN_OK;
}

enum an_code an_law_say(const struct an_packs *packs, const struct an_rule *rule, enum an_lang lang,
                        struct an_buf *out, struct an_err *err) {
    struct saying s = {packs, lang, out, err};
    return show_one(&s, rule);
}

const struct an_rule *an_law_meant(const struct an_packs *packs, const char *name, size_t *at) {
    struct an_str id = an_str_from_c(name), version = {0};
    const char *mark = strchr(name, '@');
    if (mark) {
        id.len = (size_t) (mark - name);
        version = an_str_from_c(mark + 1);
    }
    while (*at < packs->rule_count) {
        const struct an_rule *r = packs->rules[(*at)++];
        if (an_str_eq(r->id, id) && (!version.len || an_str_eq(r->version, version)))
            return r;
    }
    return NULL;
}
