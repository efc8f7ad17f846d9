// The program: finds the verb, runs it, shows what went wrong.
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd/verb.h"

#define AN_ROW(verb) extern const struct an_verb an_verb_##verb;
#include "verb_table.h"
#undef AN_ROW

static const struct an_verb *const verbs[] = {
#define AN_ROW(verb) &an_verb_##verb,
#include "verb_table.h"
#undef AN_ROW
};

static bool is(const char *a, const char *b) { return strcmp(a, b) == 0; }

static enum an_lang environment_lang(void) {
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < AN_COUNT(names); i++) {
        const char *v = getenv(names[i]);
        if (v && *v)
            return strncmp(v, "zh", 2) == 0 ? AN_ZH : AN_EN;
    }
    return AN_EN;
}

static int help(FILE *out) {
    enum an_lang lang = environment_lang();
    fputs(lang == AN_ZH ? "用法：anshen <命令> [...]    anshen <命令> --help\n\n"
                        : "usage: anshen <verb> [...]    anshen <verb> --help\n\n", out);
    for (size_t i = 0; i < AN_COUNT(verbs); i++)
        fprintf(out, "  %-9s %s\n", verbs[i]->name, an_say(verbs[i]->summary, lang));
    fputs(lang == AN_ZH ? "\n主要用法：anshen check ./data --listing US\n"
          : "\nThe main job: anshen check ./data --listing US\n", out);
    return out == stdout ? AN_EXIT_OK : AN_EXIT_USAGE;
}

// Whether standard output is a pipe or socket that nobody reads any more.
static bool reader_is_gone(void) {
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP));
}

// The exit status, once all is written. A pipe whose reader had enough (`| head`) ends the program silently by its
// signal, as it does other tools; that signal was ignored until here, so that the files a verb writes are whole.
static int finish(const char *verb, int status) {
    enum { BY_SIGNAL = 128 };
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (reader_is_gone()) {
        (void) signal(SIGPIPE, SIG_DFL);
        (void) raise(SIGPIPE);
        return BY_SIGNAL + SIGPIPE;         // the signal is blocked
    }
    fprintf(stderr, "anshen %s: standard output cannot be written\n", verb);
    return AN_EXIT_FAILED;
}

// What the process holds in memory is personal: no core file may carry it to disk, no other process may read it.
static void guard(void) {
    struct rlimit none = {0, 0};
    (void) setrlimit(RLIMIT_CORE, &none);
    (void) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void) signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char *argv[]) {
    char help_option[] = "--help", version_verb[] = "version";
    guard();
    (void) setlocale(LC_CTYPE, "C.UTF-8");      // archive member names; never number formats
    if (argc < 2)
        return help(stderr);
    if (is(argv[1], "help") || is(argv[1], "--help") || is(argv[1], "-h")) {
        if (argc < 3)
            return finish(argv[1], help(stdout));
        argv[1] = argv[2];
        argv[2] = help_option;
        argc = 3;
    }
    if (is(argv[1], "--version"))
        argv[1] = version_verb;
    for (size_t i = 0; i < AN_COUNT(verbs); i++) {
        if (!is(argv[1], verbs[i]->name))
            continue;
        for (int k = 2; k < argc; k++) {
            if (!is(argv[k], "--help") && !is(argv[k], "-h"))
                continue;
            fputs(verbs[i]->usage, stdout);
            return finish(verbs[i]->name, AN_EXIT_OK);
        }
        struct an_err err = {0};
        int status = AN_EXIT_OK;
        if (verbs[i]->run(argc - 1, argv + 1, &status, &err)) {
            fprintf(stderr, "anshen %s: %s\n", verbs[i]->name, err.text);
            if (err.code == AN_USAGE)
                fprintf(stderr, "try: anshen %s --help\n", verbs[i]->name);
            return err.code == AN_USAGE ? AN_EXIT_USAGE : AN_EXIT_FAILED;
        }
        return finish(verbs[i]->name, status);
    }
    fprintf(stderr, "anshen: no verb '%s' (try: anshen help)\n", argv[1]);
    return AN_EXIT_USAGE;
}
