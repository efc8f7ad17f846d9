// anshen scan: stores into a census file.
#include <stdio.h>

#include "cmd/session.h"
#include "cmd/verb.h"

static const char usage[] =
    "usage: anshen scan STORE... -o FILE.census [options]\n"
    "\n"
    "Measures stores and keeps the result as a census file: tokens and numbers, no personal value.\n"
    "Census files made under\n"
    "one key can be merged and counted again. The file is still personal information in law; keep it as\n"
    "such.\n"
    "\n"
    "  -o FILE         the census file (mode 0600)\n"
    "  --company FILE  company file: what it declares of the stores given, and its caps\n"
    AN_PICTURE_HELP
    AN_SESSION_HELP
    "\n"
    AN_REMOTE_HELP
    "\n"
    "Example:\n"
    "  anshen scan /data/part1 -o part1.census --key review.key\n"
    "  anshen scan postgresql://reader@db1/app -o app.census --max-rate 20M\n"
    "\n"
    AN_EXIT_HELP;

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    AN_AUTO(an_session) s = an_session_init();
    const char *out = NULL, *company = NULL;
    const struct an_option table[] = {
        {"-o", AN_OPTION_TEXT, &out}, {"--company", AN_OPTION_TEXT, &company}, AN_SESSION_OPTIONS(s),
        AN_REMOTE_OPTIONS(s), AN_PICTURE_OPTIONS(s), {0},
    };
    int n = 0;
    enum an_code code = an_options_read(argc, argv, table, &n, err);
    if (code)
        return code;
    if (n < 1 || !out)
        return an_fail(err, AN_USAGE, "give at least one file, folder or URL, and -o FILE.census");
    code = an_session_company(&s, company, NULL, NULL, err);
    if (!code)
        code = an_session_open(&s, AN_SESSION_KEY, err);
    if (!code)
        code = an_session_measure(&s, argv + 1, (size_t) n, err);
    if (!code)
        code = an_census_write(&s.census, out, err);
    if (!code)
        code = an_session_json(&s, err);
    if (!code)
        an_session_finish(&s);
    *ret_status = an_session_status(&s);
    return code;
}

const struct an_verb an_verb_scan = {
    .name = "scan",
    .summary = {"Measure stores into a census file", "测量存储并保存为普查文件"},
    .usage = usage,
    .run = run,
};
