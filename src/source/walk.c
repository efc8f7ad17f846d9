// The files under some paths.
#define _GNU_SOURCE     // strerror_r that returns the text
#include "source/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"

// A set of files by identity.
struct identity { dev_t dev; ino_t ino; };
struct seen { struct identity *slots; size_t cap, count; };

struct item { struct an_found found; struct identity id; bool is_file; };
struct link { struct an_str path; struct stat to; int error; };     // error: why its target cannot be reached

struct walk {
    struct an_arena *arena;         // of what is returned
    struct an_arena scratch;
    struct seen folders, files;
    struct item *items;
    struct link *links;
    struct an_str *waiting;         // folders still to be read
    size_t item_count, item_cap, link_count, link_cap, waiting_count, waiting_cap;
};

static enum an_code no_memory(struct an_err *err) {
    return an_fail(err, AN_NOMEM, "no memory for the list of files");
}

static size_t slot_of(const struct seen *s, struct identity id) {
    uint64_t mix = ((uint64_t) id.ino ^ (uint64_t) id.dev << 40) * 0x9E3779B97F4A7C15u;
    size_t i = (size_t) (mix >> 20) & (s->cap - 1);
    while (s->slots[i].ino && (s->slots[i].ino != id.ino || s->slots[i].dev != id.dev))
        i = (i + 1) & (s->cap - 1);
    return i;
}

static bool has(const struct seen *s, struct identity id) { return s->cap && s->slots[slot_of(s, id)].ino; }

// *ret_new says whether it was not there before. Inode numbers are never 0.
static enum an_code see(struct seen *s, struct identity id, bool *ret_new, struct an_err *err) {
    if (s->count * 2 >= s->cap) {
        struct seen bigger = {.cap = s->cap ? 2 * s->cap : 256, .count = s->count};
        bigger.slots = an_alloc(bigger.cap * sizeof *bigger.slots);
        if (!bigger.slots)
            return no_memory(err);
        memset(bigger.slots, 0, bigger.cap * sizeof *bigger.slots);
        for (size_t i = 0; i < s->cap; i++)
            if (s->slots[i].ino)
                bigger.slots[slot_of(&bigger, s->slots[i])] = s->slots[i];
        an_free(s->slots);
        *s = bigger;
    }
    size_t i = slot_of(s, id);
    *ret_new = !s->slots[i].ino;
    s->slots[i] = id;
    s->count += *ret_new;
    return AN_OK;
}

static struct identity identity_of(const struct stat *st) {
    return (struct identity) {st->st_dev, st->st_ino};
}

// Makes room for one more in a list.
static void *one_more(void *list, size_t count, size_t *cap, size_t size) {
    if (count < *cap)
        return list;
    size_t to = *cap ? 2 * *cap : 64;
    void *grown = an_realloc(list, to * size);
    if (grown)
        *cap = to;
    return grown;
}

static enum an_code add_item(struct walk *w, struct an_str path, const struct stat *st, struct an_str trouble,
                             bool skip,
                             struct an_err *err) {
    struct item *items = one_more(w->items, w->item_count, &w->item_cap, sizeof *items);
    if (!items)
        return no_memory(err);
    w->items = items;
    struct an_str copy = an_arena_copy(w->arena, path), why = an_arena_copy(w->arena, trouble);
    if (!copy.ptr || !why.ptr)
        return no_memory(err);
    struct item item = {.found = {.path = copy, .trouble = why, .skip = skip}};
    if (st && !trouble.len) {
        item.found.bytes = (uint64_t) st->st_size;
        item.id = identity_of(st);
        item.is_file = true;
    }
    w->items[w->item_count++] = item;
    return AN_OK;
}

static enum an_code add_error(struct walk *w, struct an_str path, int error, struct an_err *err) {
    char text[128];
    struct an_err said;
    AN_IGNORE(an_fail(&said, AN_IO, "cannot be read: %s", strerror_r(error, text, sizeof text)));
    return add_item(w, path, NULL, an_str_from_c(said.text), false, err);
}

static const char *special(mode_t mode) {
    return S_ISSOCK(mode) ? "is a socket" : S_ISFIFO(mode) ? "is a pipe; give it on standard input, as -"
         : S_ISCHR(mode) || S_ISBLK(mode) ? "is a device" : NULL;
}

static enum an_code wait_for_folder(struct walk *w, struct an_str path, const struct stat *st,
                                    struct an_err *err) {
    bool is_new;
    enum an_code code = see(&w->folders, identity_of(st), &is_new, err);
    if (code || !is_new)
        return code;
    struct an_str *waiting = one_more(w->waiting, w->waiting_count, &w->waiting_cap, sizeof *waiting);
    if (!waiting)
        return no_memory(err);
    w->waiting = waiting;
    w->waiting[w->waiting_count++] = path;
    return AN_OK;
}

// `path` is NUL-ended and lives as long as the walk.
static enum an_code add(struct walk *w, struct an_str path, const struct stat *st, struct an_err *err) {
    if (S_ISDIR(st->st_mode))
        return wait_for_folder(w, path, st, err);
    if (special(st->st_mode))
        return add_item(w, path, NULL, an_str_from_c(special(st->st_mode)), true, err);
    if (faccessat(AT_FDCWD, path.ptr, R_OK, AT_EACCESS) != 0)
        return add_error(w, path, errno, err);
    return add_item(w, path, st, (struct an_str) {0}, false, err);
}

static enum an_code add_link(struct walk *w, struct an_str path, struct an_err *err) {
    struct link *links = one_more(w->links, w->link_count, &w->link_cap, sizeof *links);
    if (!links)
        return no_memory(err);
    w->links = links;
    struct link link = {.path = path};
    if (stat(path.ptr, &link.to) != 0)
        link.error = errno;
    w->links[w->link_count++] = link;
    return AN_OK;
}

static enum an_code add_entry(struct walk *w, struct an_str path, struct an_err *err) {
    struct stat st;
    if (lstat(path.ptr, &st) != 0)
        return errno == ENOENT ? AN_OK : add_error(w, path, errno, err);    // gone since the folder was read
    return S_ISLNK(st.st_mode) ? add_link(w, path, err) : add(w, path, &st, err);
}

static int by_bytes(struct an_str a, struct an_str b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_strs(const void *a, const void *b) {
    return by_bytes(*(const struct an_str *) a, *(const struct an_str *) b);
}

static int compare_items(const void *a, const void *b) {
    return by_bytes(((const struct item *) a)->found.path, ((const struct item *) b)->found.path);
}

static struct an_str join(struct walk *w, struct an_str folder, const char *name) {
    size_t n = strlen(name), slash = folder.ptr[folder.len - 1] != '/';
    char *p = an_arena_alloc(&w->scratch, folder.len + slash + n + 1, 1);
    if (!p)
        return (struct an_str) {0};
    memcpy(p, folder.ptr, folder.len);
    if (slash)
        p[folder.len] = '/';
    memcpy(p + folder.len + slash, name, n);
    return (struct an_str) {p, folder.len + slash + n};
}

// All that stands in a folder, by name, so that the walk does not depend on the order the disk keeps.
static enum an_code list_folder(struct walk *w, DIR *d, struct an_str folder, struct an_str **names,
                                size_t *count,
                                struct an_err *err) {
    size_t cap = 0;
    for (;;) {
        errno = 0;
        const struct dirent *e = readdir(d);
        if (!e)
            return errno ? add_error(w, folder, errno, err) : AN_OK;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        struct an_str *grown = one_more(*names, *count, &cap, sizeof *grown);
        if (!grown)
            return no_memory(err);
        *names = grown;
        struct an_str path = join(w, folder, e->d_name);
        if (!path.ptr)
            return no_memory(err);
        (*names)[(*count)++] = path;
    }
}

static enum an_code read_folder(struct walk *w, struct an_str folder, struct an_err *err) {
    int fd = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d) {
        int error = errno;
        if (fd >= 0)
            (void) close(fd);
        return add_error(w, folder, error, err);
    }
    struct an_str *names = NULL;
    size_t count = 0;
    enum an_code code = list_folder(w, d, folder, &names, &count, err);
    (void) closedir(d);
    if (count)
        qsort(names, count, sizeof *names, compare_strs);
    for (size_t i = 0; !code && i < count; i++)
        code = add_entry(w, names[i], err);
    an_free(names);
    return code;
}

static enum an_code read_folders(struct walk *w, struct an_err *err) {
    enum an_code code = AN_OK;
    while (!code && w->waiting_count)
        code = read_folder(w, w->waiting[--w->waiting_count], err);
    return code;
}

static enum an_code add_given(struct walk *w, struct an_str given, struct an_err *err) {
    if (an_str_eq(given, AN_STR("-")))
        return add_item(w, given, NULL, (struct an_str) {0}, false, err);
    struct an_str path = an_arena_copy(&w->scratch, given);
    if (!path.ptr)
        return no_memory(err);
    struct stat st, itself;
    if (stat(path.ptr, &st) != 0) {
        if (errno == ENOENT || errno == ENOTDIR || !given.len)
            return an_fail(err, AN_USAGE, "%.*s: there is no such file or folder", AN_STR_ARG(given));
        return add_error(w, path, errno, err);
    }
    if (special(st.st_mode))            // given by name, so somebody holds it for a store: it is not passed over
        return an_fail(err, AN_USAGE, "%.*s: %s", AN_STR_ARG(given), special(st.st_mode));
    if (special(st.st_mode))        // asked for by name: whatever would come out of it is missing
        return add_item(w, path, NULL, an_str_from_c(special(st.st_mode)), false, err);
    // files are opened without following links: what a link given leads to is known by its own path
    if (!S_ISDIR(st.st_mode) && lstat(path.ptr, &itself) == 0 && S_ISLNK(itself.st_mode)) {
        char real[PATH_MAX];
        if (!realpath(path.ptr, real))
            return add_error(w, path, errno, err);
        path = an_arena_copy(&w->scratch, an_str_from_c(real));
        if (!path.ptr)
            return no_memory(err);
    }
    return add(w, path, &st, err);
}

// Links inside folders, once all that can be reached is known.
static enum an_code judge_links(struct walk *w, struct an_err *err) {
    for (size_t i = 0; i < w->item_count; i++) {
        bool is_new;
        enum an_code code = w->items[i].is_file ? see(&w->files, w->items[i].id, &is_new, err) : AN_OK;
        if (code)
            return code;
    }
    for (size_t i = 0; i < w->link_count; i++) {
        const struct link *l = &w->links[i];
        struct identity id = identity_of(&l->to);
        struct an_str why = AN_STR("is a symbolic link to something else; give what it leads to as a path");
        bool skip = false;
        if (l->error == ENOENT)
            why = AN_STR("is a symbolic link that leads nowhere");
        else if (l->error == ELOOP)
            why = AN_STR("is a loop of symbolic links");
        else if (l->error)
            why = AN_STR("is a symbolic link to something that cannot be reached");
        else if (has(&w->folders, id) || has(&w->files, id))
            continue;
        else if (special(l->to.st_mode))
            skip = true;
        enum an_code code = add_item(w, l->path, NULL, why, skip, err);
        if (code)
            return code;
    }
    return AN_OK;
}

// Sorted; the first of several ways to one file stays.
static enum an_code finish(struct walk *w, struct an_found_list *ret_list, struct an_err *err) {
    struct seen given = {0};
    struct an_found_list list = {.items = AN_NEW_N(w->arena, w->item_count, struct an_found)};
    enum an_code code = list.items ? AN_OK : no_memory(err);
    if (w->item_count)
        qsort(w->items, w->item_count, sizeof *w->items, compare_items);
    for (size_t i = 0; !code && i < w->item_count; i++) {
        const struct item *item = &w->items[i];
        bool is_new = true;
        if (item->is_file)
            code = see(&given, item->id, &is_new, err);
        else if (list.count)
            is_new = !an_str_eq(item->found.path, list.items[list.count - 1].path);
        if (is_new)
            list.items[list.count++] = item->found;
    }
    an_free(given.slots);
    if (!code)
        *ret_list = list;
    return code;
}

enum an_code an_walk(const struct an_str *paths, size_t count, struct an_arena *arena,
                     struct an_found_list *ret_list,
                     struct an_err *err) {
    struct walk w = {.arena = arena};
    struct an_str *sorted = AN_NEW_N(&w.scratch, count, struct an_str);
    enum an_code code = sorted ? AN_OK : no_memory(err);
    if (!code && count) {
        memcpy(sorted, paths, count * sizeof *paths);
        qsort(sorted, count, sizeof *sorted, compare_strs);
    }
    // one given path after the other: which name a file goes by does not depend on their order
    for (size_t i = 0; !code && i < count; i++) {
        code = add_given(&w, sorted[i], err);
        if (!code)
            code = read_folders(&w, err);
    }
    if (!code)
        code = judge_links(&w, err);
    if (!code)
        code = finish(&w, ret_list, err);
    an_free(w.folders.slots);
    an_free(w.files.slots);
    an_free(w.items);
    an_free(w.links);
    an_free(w.waiting);
    an_arena_release(&w.scratch);
    return code;
}
