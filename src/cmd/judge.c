// anshen judge: rules on facts, measured or given.
#include <stdio.h>
#include <string.h>

#include "cmd/session.h"
#include "cmd/verb.h"

static const char usage[] =
    "usage: anshen judge [FILE.census...] [--what-if NAME=VALUE]... [options]\n"
    "\n"
    "Judges rules on facts: those of census files, those of a company file, and those given. Needs no\n"
    "store.\n"
    "\n"
    "  --what-if NAME=VALUE   a fact; count(users_pi_held)=980000..1040000 is an interval. May be repeated\n"
    "  --company FILE         a company file\n"
    "  --explain RULE         print the whole trace of one rule\n"
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

static void explain(const struct an_model_rule *r, enum an_lang lang) {
    printf("%s@%s  %s\n%.*s %.*s\n", r->id, r->version, an_say(r->title, lang), AN_STR_ARG(r->instrument),
           AN_STR_ARG(r->article));
    if (r->quote_zh.len)
        printf("“%.*s”\n", AN_STR_ARG(r->quote_zh));
    for (size_t i = 0; i < r->step_count; i++)
        printf("%*s[%s] %.*s%s%.*s\n", 2 * r->steps[i].depth, "", mark(r->steps[i].verdict),
               AN_STR_ARG(r->steps[i].text),
               r->steps[i].fact.len ? lang == AN_ZH ? "    事实：" : "    fact: " : "", AN_STR_ARG(r->steps[i].fact));
    for (size_t i = 0; i < r->decide_by_count; i++)
        printf("%s%.*s\n", lang == AN_ZH ? "需查明：" : "would decide it: ", AN_STR_ARG(r->decide_by[i]));
    for (size_t i = 0; i < r->duty_count; i++)
        printf("- %.*s\n", AN_STR_ARG(r->duties[i]));
}

static enum an_code show(struct an_session *s, const char *rule, const char *report, struct an_err *err) {
    struct an_model m;
    enum an_code code = an_session_model(s, s->lang, &m, err);
    if (!code && report)
        code = an_session_show(s, &m, "html", report, err);
    if (code)
        return code;
    if (!rule && !s->quiet && !an_session_prints_json(s)) {
        printf("%s\n\n", an_say(m.headline, s->lang));
        for (size_t i = 0; i < m.rule_count; i++)
            printf("%-15s %-9s %s@%s  %s\n", m.rules[i].verdict, m.rules[i].status, m.rules[i].id, m.rules[i].version,
                   an_say(m.rules[i].title, s->lang));
    }
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
    const char *company = NULL, *rule = NULL, *report = NULL;
    const struct an_option table[] = {
        {"--what-if", AN_OPTION_LIST, &s.what_if}, {"--company", AN_OPTION_TEXT, &company},
                {"--explain", AN_OPTION_TEXT, &rule},
        {"--report", AN_OPTION_TEXT, &report}, AN_SESSION_OPTIONS(s), {0},
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
        code = show(&s, rule, report, err);
    *ret_status = an_session_status(&s);
    return code;
}

const struct an_verb an_verb_judge = {
    .name = "judge",
    .summary = {"Judge rules on facts, measured or given", "依据事实（测得或给定）判断规则"},
    .usage = usage,
    .run = run,
};
