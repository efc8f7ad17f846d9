// Finding and reading the law folder.
#include "app/packs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/file.h"
#include "base/near.h"

#ifndef AN_DATA_DIR
// Set by the build: PREFIX/share/anshen.
#define AN_DATA_DIR ""
#endif
#ifndef AN_SOURCE_DIR
// Set by the build: the source tree, so that a build runs where it stands.
#define AN_SOURCE_DIR ""
#endif

enum { DEPTH_MAX = 32, FILES_MAX = 10000 };

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

struct names { char **items; size_t count; };

struct loader {
    struct an_law *law;
    struct names rules, procedures, calendars;     // paths below the folder
    struct an_err *err;
};

void an_law_release(struct an_law *law) {
    an_arena_release(&law->arena);
    *law = (struct an_law) {0};
}

static bool is_folder(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum an_code join(struct an_arena *arena, const char *folder, const char *name, char **ret,
                         struct an_err *err) {
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = an_arena_alloc(arena, n, 1);
    if (!path)
        return an_fail(err, AN_NOMEM, "no memory for a path");
    (void) snprintf(path, n, "%s%s%s", folder, *folder && *name ? "/" : "", name);
    *ret = path;
    return AN_OK;
}

static enum an_code find_folder(const char *path, const char *data, struct loader *l) {
    const char *const places[] = {data ? data : "", AN_DATA_DIR, AN_SOURCE_DIR};
    char *found = NULL;
    if (path) {
        if (!is_folder(path))
            return an_fail(l->err, AN_USAGE, "%.160s: no such folder of law", path);
        TRY(join(&l->law->arena, path, "", &found, l->err));
        l->law->folder = found;
        return AN_OK;
    }
    for (size_t i = 0; i < AN_COUNT(places); i++) {
        if (!*places[i])
            continue;
        TRY(join(&l->law->arena, places[i], "law", &found, l->err));
        if (!is_folder(found))
            continue;
        l->law->folder = found;
        return AN_OK;
    }
    return an_fail(l->err, AN_IO, "no law folder found; name one with --law");
}

static bool ends_with(const char *name, const char *end) {
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

static enum an_code add(struct loader *l, struct names *names, char *path) {
    if (names->count == FILES_MAX)
        return an_fail(l->err, AN_LIMIT, "more than %d files of law", FILES_MAX);
    if ((names->count & (names->count + 1)) == 0) {         // full at 0, 1, 3, 7 ...
        char **bigger = AN_NEW_N(&l->law->arena, names->count * 2 + 1, char *);
        if (!bigger)
            return an_fail(l->err, AN_NOMEM, "no memory for the names of files");
        if (names->count)
            memcpy(bigger, names->items, names->count * sizeof *bigger);
        names->items = bigger;
    }
    names->items[names->count++] = path;
    return AN_OK;
}

static void close_folder(DIR **d) {
    if (*d)
        (void) closedir(*d);
}

static enum an_code list(struct loader *l, const char *below, unsigned depth) {
    char *folder = NULL;
    TRY(join(&l->law->arena, l->law->folder, below, &folder, l->err));
    AN_CLEANUP(close_folder) DIR *d = opendir(folder);
    if (!d)
        return an_fail(l->err, AN_IO, "%.160s: %s", folder, strerror(errno));
    struct dirent *e;
    while ((e = readdir(d)) != NULL) {
        char *path = NULL, *whole = NULL;
        if (e->d_name[0] == '.')
            continue;
        TRY(join(&l->law->arena, below, e->d_name, &path, l->err));
        TRY(join(&l->law->arena, l->law->folder, path, &whole, l->err));
        struct stat st;
        bool folder_here = lstat(whole, &st) == 0 && S_ISDIR(st.st_mode);   // a link may lead in a circle
        if (folder_here && depth == DEPTH_MAX)
            return an_fail(l->err, AN_LIMIT, "%.160s: folders nested more than %d deep", whole, DEPTH_MAX);
        if (folder_here)
            TRY(list(l, path, depth + 1));
        else if (ends_with(e->d_name, ".rule"))
            TRY(add(l, &l->rules, path));
        else if (ends_with(e->d_name, ".procedure"))
            TRY(add(l, &l->procedures, path));
        else if (strcmp(below, "calendar") == 0 && ends_with(e->d_name, ".csv"))
            TRY(add(l, &l->calendars, path));
    }
    return AN_OK;
}

// Whole, into the arena: what is parsed keeps pointing into it.
static enum an_code read_file(struct loader *l, const char *path, struct an_str *ret) {
    char *whole = NULL;
    AN_AUTO(an_buf) bytes = {0};
    TRY(join(&l->law->arena, l->law->folder, path, &whole, l->err));
    TRY(an_file_read(whole, AN_PACK_BYTES_MAX, 0, &bytes, l->err));
    *ret = an_arena_copy(&l->law->arena, an_buf_str(&bytes));
    return ret->ptr ? AN_OK : an_fail(l->err, AN_NOMEM, "no memory for a file of %zu bytes", bytes.len);
}

static enum an_code load_law(struct loader *l, const char *path, bool procedures) {
    struct an_str text = {0};
    struct an_err why = {0};
    struct an_law *law = l->law;
    TRY(read_file(l, path, &text));
    law->files[law->file_count++] = (struct an_law_file) {path, text};
    enum an_code code = procedures ? an_procedures_parse(&law->procedures, path, text, &law->arena, &why)
                                   : an_pack_parse(&law->packs, path, text, &law->arena, &why);
    if (code == AN_INPUT || code == AN_LIMIT)           // its text begins with the place
        return an_check_add(&law->check, path, 0, 0, (struct an_str) {0}, why.text, &law->arena, l->err);
    return code ? an_fail(l->err, code, "%s", why.text) : AN_OK;
}

static enum an_code load_calendar(struct loader *l, const char *path) {
    struct an_str text = {0};
    struct an_err why = {0};
    TRY(read_file(l, path, &text));
    struct an_law *law = l->law;
    struct an_law_calendar *c = &law->calendars[law->calendar_count];
    enum an_code code = an_calendar_parse(text, &law->arena, &c->calendar, &why);
    if (code == AN_INPUT || code == AN_LIMIT) {
        AN_IGNORE(an_err_context(&why, "%.120s", path));
        return an_check_add(&law->check, path, 0, 0, (struct an_str) {0}, why.text, &law->arena, l->err);
    }
    if (code)
        return an_fail(l->err, code, "%s", why.text);
    const char *base = strrchr(path, '/') + 1;
    c->name = (struct an_str) {base, strlen(base) - strlen(".csv")};
    law->calendar_count++;
    return AN_OK;
}

static int by_path(const void *a, const void *b) { return strcmp(*(char *const *) a, *(char *const *) b); }

static void sort(struct names *names) {
    if (names->count)
        qsort(names->items, names->count, sizeof names->items[0], by_path);
}

static enum an_code check_calendars(struct loader *l) {
    const struct an_packs *packs = &l->law->packs;
    for (size_t i = 0; i < packs->rule_count; i++)
        for (size_t k = 0; k < packs->rules[i]->clock_count; k++) {
            const struct an_rule *r = packs->rules[i];
            struct an_str name = r->clocks[k].calendar;
            if (name.len && !an_law_calendar(l->law, name)->first_year)
                TRY(an_check_add(&l->law->check, r->file, r->line, r->column, r->id,
                                 "a clock counts by a calendar that the law folder does not have",
                                 &l->law->arena, l->err));
        }
    return AN_OK;
}

static enum an_code load(const char *path, const char *data, struct loader *l) {
    struct an_law *law = l->law;
    TRY(find_folder(path, data, l));
    TRY(list(l, "", 0));
    sort(&l->rules);
    sort(&l->procedures);
    sort(&l->calendars);
    law->files = AN_NEW_N(&law->arena, l->rules.count + l->procedures.count + 1, struct an_law_file);
    if (!law->files)
        return an_fail(l->err, AN_NOMEM, "no memory for files of law");
    law->calendars = AN_NEW_N(&law->arena, l->calendars.count + 1, struct an_law_calendar);
    if (!law->calendars)
        return an_fail(l->err, AN_NOMEM, "no memory for calendars");
    for (size_t i = 0; i < l->calendars.count; i++)
        TRY(load_calendar(l, l->calendars.items[i]));
    for (size_t i = 0; i < l->rules.count; i++)
        TRY(load_law(l, l->rules.items[i], false));
    law->rule_file_count = law->file_count;
    for (size_t i = 0; i < l->procedures.count; i++)
        TRY(load_law(l, l->procedures.items[i], true));
    TRY(an_packs_check(&law->packs, &law->arena, &law->check, l->err));
    TRY(check_calendars(l));
    return an_procedures_check(&law->procedures, &law->packs, an_law_calendar_of, law, &law->arena, &law->check, l->err);
}

enum an_code an_law_load(const char *path, const char *data, struct an_law *ret_law, struct an_err *err) {
    AN_AUTO(an_law) law = {0};
    struct loader l = {.law = &law, .err = err};
    TRY(load(path, data, &l));
    *ret_law = law;
    law = (struct an_law) {0};
    return AN_OK;
}

enum an_code an_law_open(const char *path, const char *data, struct an_law *ret_law, struct an_err *err) {
    AN_AUTO(an_law) law = {0};
    TRY(an_law_load(path, data, &law, err));
    if (law.check.complaint_count) {
        const struct an_complaint *c = &law.check.complaints[0];
        if (!c->line)
            return an_fail(err, AN_INPUT, "%.*s", AN_STR_ARG(c->text));
        return an_fail(err, AN_INPUT, "%.80s:%u:%u: %.*s", c->file, c->line, c->column, AN_STR_ARG(c->text));
    }
    if (!law.packs.rule_count)
        return an_fail(err, AN_INPUT, "%.160s: no rule in this folder", law.folder);
    *ret_law = law;
    law = (struct an_law) {0};
    return AN_OK;
}

// The folder that a rule's file is in, cut at the level of `name`: what somebody may have meant by it.
static struct an_str folder_like(const struct an_rule *rule, struct an_str name) {
    struct an_str rest = an_str_from_c(rule->file), part;
    size_t levels = 1, end = 0;
    for (size_t i = 0; i < name.len; i++)
        levels += name.ptr[i] == '/';
    while (levels-- && an_str_next(&rest, '/', &part) && rest.len)
        end = (size_t) (part.ptr + part.len - rule->file);
    return an_str_slice(an_str_from_c(rule->file), 0, end);
}

enum an_code an_law_choose(struct an_law *law, const char *const names[], size_t count, struct an_err *err) {
    struct an_str *only = AN_NEW_N(&law->arena, count + 1, struct an_str);
    if (!only)
        return an_fail(err, AN_NOMEM, "no memory for the names of packs");
    for (size_t i = 0; i < count; i++) {
        struct an_str name = an_str_from_c(names[i]), near = AN_STR("");
        size_t best = SIZE_MAX;
        bool found = false;
        for (size_t k = 0; k < law->packs.rule_count && !found; k++) {
            struct an_str folder = folder_like(law->packs.rules[k], name);
            found = an_rule_is_of(law->packs.rules[k], name);
            if (folder.len && an_near_better(name, folder, &best))
                near = folder;
        }
        if (!found)
            return an_fail(err, AN_USAGE, "--pack: no folder of rules is called '%.80s'%s%.*s%s", names[i],
                           near.len ? " (did you mean " : "", AN_STR_ARG(near), near.len ? "?)" : "");
        only[i] = name;
    }
    law->only = only;
    law->only_count = count;
    return AN_OK;
}

bool an_law_has(const struct an_law *law, const struct an_rule *rule) {
    bool has = !law->only_count;
    for (size_t i = 0; i < law->only_count; i++)
        has = has || an_rule_is_of(rule, law->only[i]);
    return has;
}

static uint64_t mix(uint64_t sum, const char *path) {
    struct stat st = {0};
    if (stat(path, &st))
        return sum * 31 + 1;
    return ((sum * 31 + (uint64_t) st.st_mtim.tv_sec) * 31 + (uint64_t) st.st_mtim.tv_nsec) * 31 + (uint64_t) st.st_size;
}

// A file that comes or goes changes the folder it is in, and those are all above the files that are there.
uint64_t an_law_stamp(const struct an_law *law) {
    uint64_t sum = mix(0, law->folder);
    for (size_t i = 0; i < law->file_count; i++) {
        char path[4096];
        int n = snprintf(path, sizeof path, "%s/%s", law->folder, law->files[i].path);
        if (n < 0 || (size_t) n >= sizeof path)
            continue;
        sum = mix(sum, path);
        *strrchr(path, '/') = '\0';
        sum = mix(sum, path);
    }
    return sum;
}

const struct an_calendar *an_law_calendar_of(const void *arg, struct an_str name) {
    const struct an_law *law = arg;
    for (size_t i = 0; i < law->calendar_count; i++)
        if (an_str_eq(law->calendars[i].name, name))
            return &law->calendars[i].calendar;
    return NULL;
}

const struct an_calendar *an_law_calendar(const struct an_law *law, struct an_str name) {
    static const struct an_calendar none = {0};
    const struct an_calendar *found = an_law_calendar_of(law, name);
    return found ? found : &none;
}
