// The authority's register of cases.
#define _GNU_SOURCE
#include "cmd/review.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "app/register.h"
#include "base/json.h"
#include "cmd/verb.h"

enum { CASES_MAX = 10000 };

struct files {
    struct an_case **files;
    const char **paths;
    struct an_str *faults;
    size_t count;
};

static void close_all(struct files *f) {
    for (size_t i = 0; i < f->count; i++)
        an_case_free(f->files[i]);
}

static enum an_code put_path(struct an_review_job *job, struct files *f, const char *path) {
    struct an_str copy = an_arena_copy(&job->session.arena, an_str_from_c(path));
    if (f->count == CASES_MAX)
        return an_fail(job->err, AN_LIMIT, "more than %d cases at once", CASES_MAX);
    if (!copy.ptr)
        return an_fail(job->err, AN_NOMEM, "no memory for a path");
    f->paths[f->count++] = copy.ptr;
    return AN_OK;
}

static bool is_case(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && dot != name && strcmp(dot, ".anshen") == 0;
}

static void close_folder(DIR **d) {
    if (*d)
        (void) closedir(*d);
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *) a, *(const char *const *) b); }

// The *.anshen of a folder, not of those below it, by name.
static enum an_code put_folder(struct an_review_job *job, struct files *f, const char *folder) {
    AN_CLEANUP(close_folder) DIR *d = opendir(folder);
    size_t first = f->count;
    if (!d)
        return an_fail(job->err, AN_IO, "%.160s: cannot be listed: %s", folder, strerror(errno));
    for (const struct dirent *e; (e = readdir(d));) {
        AN_AUTO(an_buf) path = {0};
        if (!is_case(e->d_name))
            continue;
        AN_TRY(an_buf_addf(&path, job->err, "%s/%s", folder, e->d_name));
        AN_TRY(an_buf_add(&path, (struct an_str) {"", 1}, job->err));
        AN_TRY(put_path(job, f, path.ptr));
    }
    qsort(f->paths + first, f->count - first, sizeof *f->paths, by_name);
    return AN_OK;
}

// A file that cannot be opened is a line of the register, so that it hides no other.
static enum an_code open_all(struct an_review_job *job, struct files *f) {
    for (size_t i = 0; i < f->count; i++) {
        struct an_err why = {0};
        if (!an_case_open(f->paths[i], false, &f->files[i], &why))
            continue;
        if (why.code == AN_NOMEM)
            return an_fail(job->err, AN_NOMEM, "no memory for %zu cases", f->count);
        f->faults[i] = an_arena_copy(&job->session.arena, an_str_from_c(why.text));
    }
    return AN_OK;
}

enum an_code an_review_register(struct an_review_job *job) {
    struct an_arena *arena = &job->session.arena;
    AN_CLEANUP(close_all) struct files f = {
        .files = AN_NEW_N(arena, CASES_MAX, struct an_case *), .paths = AN_NEW_N(arena, CASES_MAX, const char *),
        .faults = AN_NEW_N(arena, CASES_MAX, struct an_str),
    };
    struct an_json j = {.out = &job->json};
    struct an_register reg;
    struct stat st;
    if (!f.files || !f.paths || !f.faults)
        return an_fail(job->err, AN_NOMEM, "no memory for a register");
    if (!job->arg_count)
        AN_TRY(put_folder(job, &f, "."));
    for (size_t i = 0; i < job->arg_count; i++)
        AN_TRY(stat(job->args[i], &st) == 0 && S_ISDIR(st.st_mode) ? put_folder(job, &f, job->args[i])
                                                                     : put_path(job, &f, job->args[i]));
    AN_TRY(open_all(job, &f));
    AN_TRY(an_session_suppose(&job->session, job->err));
    const struct an_register_question q = {
        .files = f.files, .paths = f.paths, .faults = f.faults, .count = f.count, .law = &job->session.packs,
        .sector = &job->session.facts, .as_of = job->session.as_of,
    };
    AN_TRY(an_register_make(&q, arena, &reg, job->err));
    AN_TRY(an_register_say(&reg, job->session.lang, &job->text, job->err));
    an_register_json(&reg, &j);
    job->status = reg.sum.faults ? AN_EXIT_PARTLY : AN_EXIT_OK;
    return an_json_end(&j, job->err);
}
