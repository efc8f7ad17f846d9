#include "remote/folders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "remote/object.h"

enum {
    DEPTH_MAX = 64,                 // folders inside each other
    WAITING_MAX = 1000 * 1000,      // folders that were seen and not listed yet
    PATH_BYTES_MAX = 8192,
    SHOWN_MAX = 2048,               // bytes of a path in a store's name
};

struct folder { char *path; size_t len; uint32_t depth; };

struct walk {
    const struct an_folders *t;
    struct an_str root;             // path of the URL, without '/' at its end
    struct folder *waiting; size_t count, cap;      // the last is next
    struct an_buf path, uri;
    uint64_t listed, left_out;
};

static void walk_release(struct walk *w) {
    for (size_t i = 0; i < w->count; i++)
        an_free(w->waiting[i].path);
    an_free(w->waiting);
    an_buf_release(&w->path);
    an_buf_release(&w->uri);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for folders"); }

static enum an_code put(struct walk *w, struct an_str path, uint32_t depth, struct an_err *err) {
    if (!an_alloc_room(&w->waiting, w->count, &w->cap, sizeof *w->waiting))
        return no_memory(err);
    char *copy = an_alloc(path.len + 1);
    if (!copy)
        return no_memory(err);
    memcpy(copy, path.ptr, path.len);
    copy[path.len] = 0;
    w->waiting[w->count++] = (struct folder) {copy, path.len, depth};
    return AN_OK;
}

// The URL as it is shown with another path, U+FFFD in it for what is no text.
static enum an_code make_uri(struct walk *w, struct an_str path, struct an_err *err) {
    const struct an_remote_ask *ask = w->t->ask;
    w->uri.len = 0;
    AN_TRY(an_buf_add(&w->uri, an_str_slice(ask->uri, 0, ask->uri.len - ask->url->raw_path.len), err));
    size_t end = w->uri.len + SHOWN_MAX;
    while (path.len && w->uri.len < end) {
        size_t n = an_utf8_len(path);
        bool plain = n && (unsigned char) path.ptr[0] >= 0x20 && path.ptr[0] != 0x7F;
        AN_TRY(an_buf_add(&w->uri, plain ? an_str_slice(path, 0, n) : AN_STR("\xEF\xBF\xBD"), err));
        path = an_str_slice(path, n ? n : 1, path.len);
    }
    return AN_OK;
}

static enum an_code unread(struct walk *w, struct an_str path, enum an_code what, const char *why, struct an_err *err) {
    AN_TRY(make_uri(w, path, err));
    return an_object_unread(w->t->reading, an_buf_str(&w->uri), what, why, err);
}

static struct an_str last_part(struct an_str path) {
    size_t from = path.len;
    while (from && path.ptr[from - 1] != '/')
        from--;
    return an_str_slice(path, from, path.len);
}

static enum an_code read_file(struct walk *w, struct an_str path, const struct an_listed *item, struct an_err *err) {
    struct an_str why, below = an_str_slice(path, w->root.len, path.len);
    if (below.len && below.ptr[0] == '/')
        below = an_str_slice(below, 1, below.len);
    w->listed++;
    if (!an_remote_wants(w->t->ask, below.len ? below : last_part(path), last_part(path), &why)) {
        w->left_out += why.len > 0;
        return AN_OK;
    }
    if (item->refused)
        return unread(w, path, AN_IO, "the server lists it, and says that it may not be had", err);
    AN_TRY(make_uri(w, path, err));
    return w->t->read(w->t->arg, path, an_buf_str(&w->uri), item->bytes, err);
}

static enum an_code make_path(struct walk *w, const struct folder *f, struct an_str name, struct an_err *err) {
    w->path.len = 0;
    bool top = f->len == 1;
    return an_buf_addf(&w->path, err, "%.*s/%.*s", top ? 0 : (int) f->len, f->path, AN_STR_ARG(name));
}

static int by_name(const void *a, const void *b) {
    const struct an_listed *x = a, *y = b;
    size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    int order = n ? memcmp(x->name.ptr, y->name.ptr, n) : 0;
    return order ? order : (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

static bool is_name(struct an_str s) {
    return s.len && !memchr(s.ptr, '/', s.len) && !memchr(s.ptr, 0, s.len) && !an_str_eq(s, AN_STR(".")) &&
           !an_str_eq(s, AN_STR(".."));
}

static enum an_code tell_rest(struct walk *w, const struct folder *f, const struct an_folder *found, uint64_t twice,
                              struct an_err *err) {
    struct an_err why;
    uint64_t strange = found->strange + twice;
    if (!strange && !found->links)
        return AN_OK;
    (void) an_fail(&why, AN_INPUT, "%llu of its entries lead elsewhere, or are listed over again, and %llu are links: they are "
                                   "not read", (unsigned long long) strange, (unsigned long long) found->links);
    return unread(w, (struct an_str) {f->path, f->len}, strange ? AN_INPUT : AN_IO, why.text, err);
}

static enum an_code read_members(struct walk *w, const struct folder *f, struct an_folder *found, struct an_err *err) {
    uint64_t strange = 0, deep = 0;
    qsort(found->items, found->count, sizeof *found->items, by_name);
    for (size_t i = 0; i < found->count; i++) {
        const struct an_listed *item = &found->items[i];
        bool again = i && by_name(item, item - 1) == 0;
        if (again || !is_name(item->name) || f->len + item->name.len > PATH_BYTES_MAX) {
            strange++;
            continue;
        }
        if (item->folder)
            continue;
        AN_TRY(make_path(w, f, item->name, err));
        AN_TRY(read_file(w, an_buf_str(&w->path), item, err));
    }
    for (size_t i = found->count; i-- > 0;) {
        const struct an_listed *item = &found->items[i];
        bool again = i && by_name(item, item - 1) == 0;
        if (again || !item->folder || !is_name(item->name) || f->len + item->name.len > PATH_BYTES_MAX)
            continue;
        AN_TRY(make_path(w, f, item->name, err));
        if (f->depth == DEPTH_MAX || w->count >= WAITING_MAX)
            deep++;
        else
            AN_TRY(put(w, an_buf_str(&w->path), f->depth + 1, err));
    }
    if (deep)
        AN_TRY(unread(w, (struct an_str) {f->path, f->len}, AN_LIMIT, "folders in it are too deep, or too many: they are not "
                      "read", err));
    return tell_rest(w, f, found, strange, err);
}

static enum an_code read_folder(struct walk *w, const struct folder *f, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct an_folder found = {.bytes = AN_NO_SIZE};
    struct an_str path = {f->path, f->len};
    struct an_err why;
    enum an_code code = w->t->list(w->t->arg, path, &arena, &found, &why);
    if (an_object_is_ours(code)) {
        *err = why;
        return code;
    }
    if (code) {
        w->listed++;
        return unread(w, path, code, why.text, err);
    }
    struct an_listed self = {.name = path, .bytes = found.bytes};
    return found.is_file ? read_file(w, path, &self, err) : read_members(w, f, &found, err);
}

enum an_code an_folders_read(const struct an_folders *t, struct an_err *err) {
    AN_AUTO(walk) w = {.t = t, .root = t->ask->url->path};
    while (w.root.len && w.root.ptr[w.root.len - 1] == '/')
        w.root.len--;
    AN_TRY(put(&w, w.root.len ? w.root : AN_STR("/"), 0, err));
    while (w.count) {
        struct folder f = w.waiting[--w.count];
        enum an_code code = read_folder(&w, &f, err);
        an_free(f.path);
        if (code)
            return code;
    }
    if (w.left_out) {                   // told together: there may be millions
        struct an_err why;
        (void) snprintf(why.text, sizeof why.text, "%llu files left out by --include or --exclude",
                        (unsigned long long) w.left_out);
        return an_remote_skip(t->reading, t->ask, "unknown", (struct an_str) {0}, an_str_from_c(why.text), err);
    }
    return w.listed ? AN_OK : an_remote_skip(t->reading, t->ask, "unknown", (struct an_str) {0}, AN_STR("it holds no file"), err);
}

// Hrefs.

static struct an_str strip(struct an_str path) {
    while (path.len && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

enum an_dav_place an_dav_place(struct an_str server, struct an_str path, struct an_str href, struct an_arena *arena,
                               struct an_str *ret_name) {
    *ret_name = AN_STR("");
    bool whole = href.len > server.len && strncasecmp(href.ptr, server.ptr, server.len) == 0;
    if (whole)
        href = an_str_slice(href, server.len, href.len);
    bool plain = href.len && href.ptr[0] == '/' && !(href.len > 1 && href.ptr[1] == '/') && !memchr(href.ptr, '?', href.len) &&
                 !memchr(href.ptr, '#', href.len);
    if (!plain)
        return AN_DAV_STRANGE;
    struct an_str decoded = an_listing_decode(arena, href, false);
    if (!decoded.ptr) {
        ret_name->ptr = NULL;
        return AN_DAV_STRANGE;
    }
    path = strip(path);
    if (decoded.len < path.len || !an_str_eq(an_str_slice(decoded, 0, path.len), path))
        return AN_DAV_STRANGE;
    struct an_str rest = an_str_slice(decoded, path.len, decoded.len);
    if (rest.len && rest.ptr[0] != '/')
        return AN_DAV_STRANGE;
    rest = an_str_slice(rest, 1, rest.len);
    if (!rest.len)
        return AN_DAV_SELF;
    if (rest.ptr[rest.len - 1] == '/')
        rest.len--;
    if (!is_name(rest))
        return AN_DAV_STRANGE;
    *ret_name = rest;
    return AN_DAV_CHILD;
}
