// anshen check: the main job, measured, judged and shown in one go.
#include <stdio.h>
#include <string.h>

#include "app/answer.h"
#include "cmd/session.h"
#include "cmd/verb.h"

static const char usage[] =
    "usage: anshen check STORE... [options]\n"
    "       anshen check COMPANY.yaml [STORE...] [options]\n"
    "\n"
    "Reads every store, counts the distinct people in them (a proven floor, an estimate, a proven\n"
    "ceiling), judges the\n"
    "rules in force, prints the answer, and writes anshen-report.html. A STORE is a file, a folder\n"
    "(read recursively), - for standard input, or a URL such as postgresql://reader@db1/app. A company file\n"
    "says who the company is and where its stores are.\n"
    "\n"
    "  --listing CC    country of the listing: US, HK, SG ...\n"
    "  --role ROLE     network_platform_operator (assumed when nothing is said), data_processor,\n"
    "                  cii_operator, other\n"
    "  --what-if NAME=VALUE   a fact in place of what was measured or declared; may be repeated\n"
    "  --report FILE   where the report goes (default: anshen-report.html); --report none writes none\n"
    "  --all           show every rule, not only what applies or cannot be told\n"
    "  --fail-on WHAT  applies: exit with 4 when a rule in force applies; undetermined: exit with 5 when one is\n"
    "                  and does not merely wait for an incident, a transfer or the like to be described;\n"
    "                  applies:RULE, undetermined:RULE: only when that rule does, such as cn.crm.art7\n"
    AN_PICTURE_HELP
    AN_SESSION_HELP
    "\n"
    AN_REMOTE_HELP
    "\n"
    "Examples:\n"
    "  anshen check ./data --listing US\n"
    "  anshen check users.csv.gz orders.sql --listing HK --lang zh --report review.html\n"
    "  pg_dump app | anshen check - --listing US --json result.json\n"
    "  anshen check postgresql://reader@db1/app --listing US --exclude 'audit_*'\n"
    "  anshen check company.yaml --fail-on applies\n"
    "\n"
    AN_EXIT_HELP
    "With --fail-on also: 4 a rule applies, 5 a rule is undetermined.\n";

static bool is_company_file(const char *path) {
    size_t n = strlen(path);
    return (n > 5 && strcmp(path + n - 5, ".yaml") == 0) || (n > 4 && strcmp(path + n - 4, ".yml") == 0);
}

// applies or undetermined, and after a colon the one rule that is meant.
static bool fails(const char *what, const char *word, const struct an_rule *r) {
    size_t n = strlen(word);
    return strncmp(what, word, n) == 0 && (!what[n] || an_str_eq(r->id, an_str_from_c(what + n + 1)));
}

static int fail_on(const struct an_session *s, const char *what, int status) {
    for (size_t i = 0; what && i < s->judgement.count; i++) {
        const struct an_verdict *v = &s->judgement.verdicts[i];
        if (v->standing != AN_STANDING_IN_FORCE)
            continue;
        if (v->value == AN_YES && fails(what, "applies", v->rule))
            return AN_EXIT_APPLIES;
        bool stands_by = !strchr(what, ':') && an_verdict_stands_by(v, &s->packs.packs, &s->facts);
        if (v->value == AN_UNKNOWN && !stands_by && fails(what, "undetermined", v->rule))
            return AN_EXIT_UNDETERMINED;
    }
    return status;
}

// Known before anything is read, so that a slip costs nothing.
static enum an_code check_fail_on(const struct an_session *s, const char *what, struct an_err *err) {
    const char *rule = what ? strchr(what, ':') : NULL;
    size_t n = rule ? (size_t) (rule - what) : what ? strlen(what) : 0;
    struct an_str word = {what, n};
    if (!what)
        return AN_OK;
    if (!an_str_eq(word, AN_STR("applies")) && !an_str_eq(word, AN_STR("undetermined")))
        return an_fail(err, AN_USAGE, "--fail-on: '%s' is neither applies nor undetermined", what);
    if (rule && !an_packs_find(&s->packs.packs, an_str_from_c(rule + 1), AN_STR("")))
        return an_fail(err, AN_USAGE, "--fail-on: no rule '%s' (see: anshen law list)", rule + 1);
    return AN_OK;
}

static enum an_code show(struct an_session *s, const char *report, struct an_err *err) {
    struct an_model m;
    enum an_code code = an_session_model(s, s->lang, &m, err);
    if (!code && strcmp(report, "none") != 0) {
        m.report_path = an_str_from_c(report);
        code = an_session_show(s, &m, "html", report, err);
    }
    if (!code && !s->quiet && !an_session_prints_json(s))
        code = an_session_show(s, &m, "screen", NULL, err);
    return code ? code : an_session_json(s, err);
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    AN_AUTO(an_session) s = an_session_init();
    const char *country = NULL, *role = NULL, *report = "anshen-report.html", *on = NULL;
    const struct an_option table[] = {
        {"--listing", AN_OPTION_TEXT, &country}, {"--role", AN_OPTION_TEXT, &role},
        {"--report", AN_OPTION_TEXT, &report}, {"--fail-on", AN_OPTION_TEXT, &on},
        {"--what-if", AN_OPTION_LIST, &s.what_if}, {"--all", AN_OPTION_FLAG, &s.all}, AN_SESSION_OPTIONS(s),
        AN_REMOTE_OPTIONS(s), AN_PICTURE_OPTIONS(s), {0},
    };
    int n = 0;
    enum an_code code = an_options_read(argc, argv, table, &n, err);
    if (code)
        return code;
    if (n < 1)
        return an_fail(err, AN_USAGE, "give at least one file, folder or URL, - for standard input, or a company file");
    bool company = is_company_file(argv[1]);
    code = an_session_company(&s, company ? argv[1] : NULL, country, role, err);
    if (!code && company && n == 1 && !s.company.store_count)
        code = an_fail(err, AN_USAGE, "the company file declares no stores; add them, or give files or folders beside it");
    if (!code)
        code = an_session_open(&s, AN_SESSION_KEY | AN_SESSION_LAW, err);
    if (!code)
        code = check_fail_on(&s, on, err);
    if (!code)
        code = an_session_measure(&s, argv + 1 + company, (size_t) n - company, err);
    if (!code)
        code = an_session_judge(&s, !company, err);
    if (!code)
        code = show(&s, report, err);
    if (!code)
        an_session_finish(&s);
    *ret_status = fail_on(&s, on, an_session_status(&s));
    return code;
}

const struct an_verb an_verb_check = {
    .name = "check",
    .summary = {"Count the people in data stores and judge the law on them", "统计数据中的人数并据以判断法律"},
    .usage = usage,
    .run = run,
};
