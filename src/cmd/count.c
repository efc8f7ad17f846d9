// anshen count: what census files hold.
#include "cmd/session.h"
#include "cmd/verb.h"

static const char usage[] =
    "usage: anshen count FILE.census... [options]\n"
    "\n"
    "Prints the people counted in census files: floor, linked, ceiling, kinds, stores. Judges nothing.\n"
    "\n"
    "  --json FILE     write the result as JSON; - is standard output\n"
    "  --memory SIZE   memory for counting\n"
    "  --lang en|zh    language\n"
    "\n"
    "Exit status: 0 done; 1 a file is damaged or cannot be read; 2 the files do not belong together; 3\n"
    "done, but some store\n"
    "had not been read in full.\n";

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    AN_AUTO(an_session) s = an_session_init();
    const struct an_option table[] = {
        {"--json", AN_OPTION_TEXT, &s.json}, {"--memory", AN_OPTION_SIZE, &s.memory},
                {"--lang", AN_OPTION_LANG, &s.lang}, {0},
    };
    int n = 0;
    enum an_code code = an_options_read(argc, argv, table, &n, err);
    if (code)
        return code;
    if (n < 1)
        return an_fail(err, AN_USAGE, "give at least one census file");
    code = an_session_open(&s, 0, err);
    if (!code)
        code = an_session_load(&s, argv + 1, (size_t) n, err);
    struct an_model m;
    if (!code)
        code = an_session_model(&s, s.lang, &m, err);
    if (!code && !an_session_prints_json(&s))
        code = an_session_show(&s, &m, "screen", NULL, err);
    if (!code)
        code = an_session_json(&s, err);
    *ret_status = an_session_status(&s);
    return code;
}

const struct an_verb an_verb_count = {
    .name = "count",
    .summary = {"Print what census files hold", "显示普查文件的计数"},
    .usage = usage,
    .run = run,
};
