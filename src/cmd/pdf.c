#define _GNU_SOURCE
#include "cmd/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/file.h"

extern char **environ;

enum { PATH_ROOM = 4096, PDF_MAX = 512 << 20, SECONDS = 180, ARGUMENTS = 16 };

static bool find(const char *name, char out[PATH_ROOM]) {
    struct an_str rest = an_str_from_c(getenv("PATH")), folder;
    while (an_str_next(&rest, ':', &folder))
        if (folder.len && snprintf(out, PATH_ROOM, "%.*s/%s", AN_STR_ARG(folder), name) < PATH_ROOM && access(out, X_OK) == 0)
            return true;
    return false;
}

static bool find_any(const char *const *names, char out[PATH_ROOM]) {
    for (; *names; names++)
        if (find(*names, out))
            return true;
    return false;
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *at) {
    (void) st, (void) flag, (void) at;
    return remove(path);
}

// Waits without a signal handler: looks ten times a second. The exit status; -1 when it had to be ended.
static int wait_for(pid_t child) {
    const struct timespec tenth = {.tv_nsec = 100 * 1000 * 1000};
    int status = 0;
    for (int i = 0; i < SECONDS * 10; i++) {
        pid_t got = waitpid(child, &status, WNOHANG);
        if (got == child)
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        if (got < 0 && errno != EINTR)
            return -1;
        (void) nanosleep(&tenth, NULL);
    }
    (void) kill(-child, SIGKILL);           // it has a process group of its own
    (void) waitpid(child, &status, 0);
    return -1;
}

static int run(char *const argv[]) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t back;
    pid_t child;
    (void) posix_spawn_file_actions_init(&files);
    (void) posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    (void) posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    (void) posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    (void) posix_spawnattr_init(&how);
    (void) sigemptyset(&back);
    (void) sigaddset(&back, SIGPIPE);
    (void) posix_spawnattr_setsigdefault(&how, &back);
    (void) posix_spawnattr_setpgroup(&how, 0);
    (void) posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    int failed = posix_spawn(&child, argv[0], &files, &how, argv, environ);
    (void) posix_spawn_file_actions_destroy(&files);
    (void) posix_spawnattr_destroy(&how);
    return failed ? -1 : wait_for(child);
}

static enum an_code print(const char *folder, const char *kind, const char *in, const char *pdf, struct an_err *err) {
    static const char *const offices[] = {"soffice", "libreoffice", NULL};
    static const char *const browsers[] = {"chromium", "chromium-browser", "google-chrome", NULL};
    char program[PATH_ROOM], profile[PATH_ROOM], target[PATH_ROOM + 32], source[PATH_ROOM + 32];
    bool is_html = strcmp(kind, "html") == 0;
    if (!find_any(is_html ? browsers : offices, program))
        return an_fail(err, AN_USAGE, "--pdf: neither %s is in $PATH; install it, or open the %s file and print it there",
                       is_html ? "chromium nor google-chrome" : "soffice nor libreoffice", kind);
    (void) snprintf(profile, sizeof profile, is_html ? "--user-data-dir=%s/profile" : "-env:UserInstallation=file://%s/profile",
                    folder);
    (void) snprintf(target, sizeof target, "--print-to-pdf=%s", pdf);
    (void) snprintf(source, sizeof source, "file://%s", in);
    const char *office[ARGUMENTS] = {program, profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", folder,
                                     in};
    const char *browser[ARGUMENTS] = {program, profile, "--headless", "--disable-gpu", "--no-first-run", "--disable-sync",
                                      "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
                                      "--no-pdf-header-footer", target, source};
    size_t n = 0;
    while (browser[n])
        n++;
    if (geteuid() == 0)
        browser[n] = "--no-sandbox";        // it refuses to run as root otherwise
    int status = run((char *const *) (uintptr_t) (is_html ? browser : office));
    return status == 0 && access(pdf, R_OK) == 0 ? AN_OK
           : an_fail(err, AN_IO, "--pdf: %s made no PDF (exit status %d)", program, status);
}

enum an_code an_pdf_make(struct an_str document, const char *kind, struct an_buf *out, struct an_err *err) {
    const char *tmp = getenv("TMPDIR");
    char folder[PATH_ROOM / 2], in[PATH_ROOM], pdf[PATH_ROOM];
    if (strcmp(kind, "docx") != 0 && strcmp(kind, "html") != 0)
        return an_fail(err, AN_USAGE, "--pdf is for papers and for html");
    int n = snprintf(folder, sizeof folder, "%s/anshen-pdf-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (n < 0 || (size_t) n >= sizeof folder || !mkdtemp(folder))
        return an_fail(err, AN_IO, "no folder can be made in %.100s: %s", tmp && *tmp ? tmp : "/tmp", strerror(errno));
    (void) snprintf(in, sizeof in, "%s/paper.%s", folder, kind);
    (void) snprintf(pdf, sizeof pdf, "%s/paper.pdf", folder);
    enum an_code code = an_file_write(in, document, 0600, 0, err);
    if (!code)
        code = print(folder, kind, in, pdf, err);
    if (!code)
        code = an_file_read(pdf, PDF_MAX, 0, out, err);
    (void) nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
    return code;
}
