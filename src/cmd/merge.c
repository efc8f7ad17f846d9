// anshen merge: several census files into one.
#include "cmd/session.h"
#include "cmd/verb.h"

static const char usage[] =
    "usage: anshen merge A.census B.census... -o FILE.census [options]\n"
    "\n"
    "Joins census files made under one key into one. The result is the same, byte for byte, as that of\n"
    "one scan of all the\n"
    "stores. Two files that measured the same store are refused.\n"
    "\n"
    "  -o FILE         the census file (mode 0600)\n"
    "  --memory SIZE   memory for counting\n"
    "\n"
    "Exit status: 0 done; 1 a file is damaged or cannot be read; 2 the files do not belong together; 3\n"
    "done, but some store\n"
    "had not been read in full.\n";

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    AN_AUTO(an_session) s = an_session_init();
    const char *out = NULL;
    const struct an_option table[] = {{"-o", AN_OPTION_TEXT, &out}, {"--memory", AN_OPTION_SIZE, &s.memory}, {0}};
    int n = 0;
    enum an_code code = an_options_read(argc, argv, table, &n, err);
    if (code)
        return code;
    if (n < 1 || !out)
        return an_fail(err, AN_USAGE, "give census files, and -o FILE.census");
    code = an_session_open(&s, 0, err);
    if (!code)
        code = an_session_load(&s, argv + 1, (size_t) n, err);
    if (!code)
        code = an_census_write(&s.census, out, err);
    *ret_status = an_session_status(&s);
    return code;
}

const struct an_verb an_verb_merge = {
    .name = "merge",
    .summary = {"Join census files", "合并普查文件"},
    .usage = usage,
    .run = run,
};
