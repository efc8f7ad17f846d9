// anshen judge: rules on facts, measured or given.
#include <stdio.h>
#include <string.h>

#include "app/compare.h"
#include "base/json.h"
#include "cmd/session.h"
#include "cmd/verb.h"
#include "report/terms.h"
#include "rules/words.h"

static const char usage[] =
    "usage: anshen judge [FILE.census...] [--what-if NAME=VALUE]... [options]\n"
    "\n"
    "Judges rules on facts: those of census files, those of a company file, and those given. Needs no\n"
    "store.\n"
    "\n"
    "  --what-if NAME=VALUE   a fact; count(users_pi_held)=980000..1040000 is an interval. May be repeated\n"
    "  --company FILE         a company file\n"
    "  --explain RULE         print all of one rule: its words, trace, proof, what follows and by when\n"
    "  --compare-draft NAME   judge drafts beside the law on these facts: what they newly catch, what they\n"
    "                         release, what stays, what is open, and clocks that change. NAME is a rule, a pack,\n"
    "                         or all\n"
    "  --all                  show every rule, not only what applies or cannot be told\n"
    "  --report FILE          write the HTML report, too\n"
    AN_SESSION_HELP
    "\n"
    "Examples:\n"
    "  anshen judge --what-if 'count(users_pi_held)=980000..1040000' --what-if listing.country=US \\\n"
    "               --what-if company.role=network_platform_operator\n"
    "  anshen judge part1.census part2.census --company company.yaml --explain cn.crm.art7\n"
    "\n"
    AN_EXIT_HELP;

static const char *mark(const char *verdict) {
    return strcmp(verdict, "yes") == 0 ? "yes" : strcmp(verdict, "no") == 0 ? "no " : " ? ";
}

static void lines(const char *head, const struct an_str *texts, size_t count) {
    for (size_t i = 0; i < count; i++)
        printf("%s%.*s\n", head, AN_STR_ARG(texts[i]));
}

static void explain_clock(const struct an_model_clock *c, bool zh) {
    char due[AN_DAY_TEXT_MAX], latest[AN_DAY_TEXT_MAX];
    printf("- %.*s", AN_STR_ARG(c->text));
    if (c->due != AN_DAY_NONE)
        printf("%s%s%s%s", zh ? "；届满日：" : "; due ", an_day_text(c->due, due),
               c->stopped ? zh ? "（已中止）" : " (stopped)" : "", c->provisional ? zh ? "（暂定）" : " (provisional)" : "");
    if (c->latest != AN_DAY_NONE)
        printf("%s%s", zh ? "，最迟：" : ", at the latest ", an_day_text(c->latest, latest));
    printf("\n");
}

static void explain(const struct an_model_rule *r, enum an_lang lang) {
    bool zh = lang == AN_ZH;
    printf("%s@%s  %s\n%.*s\n%s: %s\n", r->id, r->version, an_say(r->title, lang), AN_STR_ARG(r->citation),
           an_say(an_term(r->status), lang), an_say(an_term(r->verdict), lang));
    struct an_str quote = r->quote_zh.len ? r->quote_zh : r->quote_en;
    if (quote.len)
        printf("“%.*s”\n", AN_STR_ARG(quote));
    else
        printf("%s%s\n", zh ? "（转述，非引文）" : "(restated, not quoted) ", an_say(r->digest, lang));
    for (size_t i = 0; i < r->step_count; i++)
        printf("%*s[%s] %.*s%s%.*s\n", 2 * r->steps[i].depth, "", mark(r->steps[i].verdict),
               AN_STR_ARG(r->steps[i].text),
               r->steps[i].fact.len ? zh ? "    事实：" : "    fact: " : "", AN_STR_ARG(r->steps[i].fact));
    lines(zh ? "需查明：" : "would decide it: ", r->decide_by, r->decide_by_count);
    lines("- ", r->duties, r->duty_count);
    for (size_t i = 0; i < r->clock_count; i++)
        explain_clock(&r->clocks[i], zh);
    lines(zh ? "- 法律责任：" : "- penalty: ", r->penalties, r->penalty_count);
    if (r->enforced_by.len)
        printf("%s%.*s\n", zh ? "执法：" : "enforced by ", AN_STR_ARG(r->enforced_by));
    for (size_t i = 0; i < r->note_count; i++)
        printf("* %s\n", an_say(r->notes[i], lang));
    printf("%s%.*s\n", zh ? "证书：" : "certificate: ", AN_STR_ARG(r->certificate));
}

static const struct { struct an_words title; const char *code; } changes[] = {
    [AN_CHANGE_CAUGHT] = {{"Newly caught: the draft applies, the law does not", "新增适用：草案适用，现行规定不适用"}, "caught"},
    [AN_CHANGE_RELEASED] = {{"Released: the law applies, the draft does not", "不再适用：现行规定适用，草案不适用"}, "released"},
    [AN_CHANGE_SAME] = {{"Same answer", "结论相同"}, "same"},
    [AN_CHANGE_OPEN] = {{"Undetermined: one of the two cannot be told", "未能确定：两者之一尚不能判断"}, "undetermined"},
};

static enum an_code show_clocks(const struct an_session *s, const struct an_compared *c, struct an_err *err) {
    bool zh = s->lang == AN_ZH;
    for (size_t i = 0; i < c->clock_count; i++) {
        const struct an_clock *both[] = {c->clocks[i].law, c->clocks[i].draft};
        const char *const head[] = {zh ? "现行：" : "law:   ", zh ? "草案：" : "draft: "};
        for (size_t k = 0; k < 2; k++) {
            AN_AUTO(an_buf) said = {0};
            enum an_code code = both[k] ? an_clock_say(&s->packs.packs, both[k], s->lang, &said, err)
                                        : an_buf_addf(&said, err, "%s", zh ? "无此期限" : "no such clock");
            if (code)
                return code;
            printf("      %s%.*s\n", head[k], AN_STR_ARG(an_buf_str(&said)));
        }
    }
    return AN_OK;
}

static enum an_code show_compared(const struct an_session *s, const struct an_compared *c, struct an_err *err) {
    bool zh = s->lang == AN_ZH;
    printf("  %.*s@%.*s  %.*s\n", AN_STR_ARG(c->draft->id), AN_STR_ARG(c->draft->version),
           AN_STR_ARG(an_pair_say(c->draft->title, s->lang)));
    printf(zh ? "      草案：%s；" : "      draft: %s; ", an_say(an_tri_words(c->in_draft), s->lang));
    if (c->law)
        printf("%.*s@%.*s%s%s\n", AN_STR_ARG(c->law->id), AN_STR_ARG(c->law->version), zh ? "：" : ": ",
               an_say(an_tri_words(c->in_law), s->lang));
    else
        printf("%s\n", zh ? "现行无对应规定" : "the law has no such rule");
    for (size_t i = 0; c->change == AN_CHANGE_OPEN && i < c->decide_by_count; i++)
        printf("      %s%.*s\n", zh ? "需查明：" : "settled by ", AN_STR_ARG(c->decide_by[i]));
    return show_clocks(s, c, err);
}

static void put_rule(struct an_json *j, const char *key, const struct an_rule *r, enum an_tri value) {
    an_json_key(j, key);
    if (!r) {
        an_json_null(j);
        return;
    }
    an_json_open(j, '{');
    an_json_key(j, "id");
    an_json_str(j, r->id);
    an_json_key(j, "version");
    an_json_str(j, r->version);
    an_json_key(j, "verdict");
    an_json_cstr(j, an_tri_verdict(value));
    an_json_close(j, '}');
}

static void put_clock(struct an_json *j, const char *key, const struct an_clock *c) {
    an_json_key(j, key);
    if (!c) {
        an_json_null(j);
        return;
    }
    an_json_open(j, '{');
    an_json_key(j, "length");
    an_json_u64(j, c->length);
    an_json_key(j, "unit");
    an_json_cstr(j, an_unit_name(c->unit));
    an_json_key(j, "from");
    an_json_str(j, c->from);
    an_json_close(j, '}');
}

static enum an_code comparison_json(struct an_session *s, const struct an_comparison *all, struct an_err *err) {
    AN_AUTO(an_buf) out = {0};
    struct an_json j = {.out = &out};
    if (!s->json)
        return AN_OK;
    an_json_open(&j, '{');
    an_json_key(&j, "schema");
    an_json_cstr(&j, "anshen.comparison/1");
    an_json_key(&j, "drafts");
    an_json_open(&j, '[');
    for (size_t i = 0; i < all->count; i++) {
        const struct an_compared *c = &all->items[i];
        an_json_open(&j, '{');
        an_json_key(&j, "change");
        an_json_cstr(&j, changes[c->change].code);
        put_rule(&j, "draft", c->draft, c->in_draft);
        put_rule(&j, "law", c->law, c->in_law);
        an_json_key(&j, "decide_by");
        an_json_open(&j, '[');
        for (size_t k = 0; k < c->decide_by_count; k++)
            an_json_str(&j, c->decide_by[k]);
        an_json_close(&j, ']');
        an_json_key(&j, "clocks");
        an_json_open(&j, '[');
        for (size_t k = 0; k < c->clock_count; k++) {
            an_json_open(&j, '{');
            put_clock(&j, "law", c->clocks[k].law);
            put_clock(&j, "draft", c->clocks[k].draft);
            an_json_close(&j, '}');
        }
        an_json_close(&j, ']');
        an_json_close(&j, '}');
    }
    an_json_close(&j, ']');
    an_json_close(&j, '}');
    enum an_code code = an_json_end(&j, err);
    if (!code)
        code = an_buf_add(&out, AN_STR("\n"), err);
    return code ? code : an_session_write(an_buf_str(&out), s->json, err);
}

static enum an_code compare(struct an_session *s, const char *name, struct an_err *err) {
    struct an_comparison all = {0};
    enum an_code code = an_compare_drafts(&s->packs, name, &s->facts, s->as_of, &s->arena, &all, err);
    if (code)
        return code;
    for (size_t change = 0; change < AN_COUNT(changes) && !s->quiet && !an_session_prints_json(s); change++) {
        size_t count = 0;
        for (size_t i = 0; i < all.count && !code; i++) {
            if (all.items[i].change != change)
                continue;
            if (!count++)
                printf("%s\n", an_say(changes[change].title, s->lang));
            code = show_compared(s, &all.items[i], err);
        }
        if (count)
            printf("\n");
    }
    return code ? code : comparison_json(s, &all, err);
}

static enum an_code show(struct an_session *s, const char *rule, const char *report, struct an_err *err) {
    struct an_model m;
    enum an_code code = an_session_model(s, s->lang, &m, err);
    if (!code && report)
        code = an_session_show(s, &m, "html", report, err);
    if (code)
        return code;
    if (!rule && !s->quiet && !an_session_prints_json(s) && (code = an_session_show(s, &m, "screen", NULL, err)))
        return code;
    bool found = !rule;
    for (size_t i = 0; rule && i < m.rule_count; i++)
        if (strcmp(m.rules[i].id, rule) == 0) {
            found = true;
            explain(&m.rules[i], s->lang);
        }
    if (!found)
        return an_fail(err, AN_USAGE, "--explain: no rule '%s' on that day (see: anshen law list)", rule);
    return an_session_json(s, err);
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    AN_AUTO(an_session) s = an_session_init();
    const char *company = NULL, *rule = NULL, *report = NULL, *draft = NULL;
    const struct an_option table[] = {
        {"--what-if", AN_OPTION_LIST, &s.what_if}, {"--company", AN_OPTION_TEXT, &company},
                {"--explain", AN_OPTION_TEXT, &rule},
        {"--compare-draft", AN_OPTION_TEXT, &draft},
        {"--report", AN_OPTION_TEXT, &report}, {"--all", AN_OPTION_FLAG, &s.all}, AN_SESSION_OPTIONS(s), {0},
    };
    int n = 0;
    enum an_code code = an_options_read(argc, argv, table, &n, err);
    if (!code && !n && !s.what_if.count && !company)
        code = an_fail(err, AN_USAGE, "give census files, --company FILE, or --what-if NAME=VALUE");
    if (!code)
        code = an_session_company(&s, company, NULL, NULL, err);
    if (!code)
        code = an_session_open(&s, AN_SESSION_LAW, err);
    if (!code && n)
        code = an_session_load(&s, argv + 1, (size_t) n, err);
    if (!code)
        code = an_session_judge(&s, false, err);
    if (!code)
        code = draft ? compare(&s, draft, err) : show(&s, rule, report, err);
    *ret_status = an_session_status(&s);
    return code;
}

const struct an_verb an_verb_judge = {
    .name = "judge",
    .summary = {"Judge rules on facts, measured or given", "依据事实（测得或给定）判断规则"},
    .usage = usage,
    .run = run,
};
