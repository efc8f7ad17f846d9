#define _GNU_SOURCE
#include "app/resume.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"

enum { DIGEST = 32 };
static const char suffix[] = ".census";
static const char label[] = "anshen part 1 " AN_VERSION " " AN_DETECTORS;

struct an_resume {
    const char *folder;
    struct an_census like;              // key id, caps, budget; no stores
    crypto_generichash_state base;      // of all that goes for every part
    pthread_mutex_t lock;               // guards `trouble`
    struct an_err trouble;
    _Atomic bool stopped;
    _Atomic size_t taken;
};

// Each field with its length before it, so that no two lists of fields look alike.
static void add(crypto_generichash_state *state, const void *bytes, size_t len) {
    uint64_t count = len;
    (void) crypto_generichash_update(state, (const unsigned char *) &count, sizeof count);
    (void) crypto_generichash_update(state, bytes, len);
}

static void add_text(crypto_generichash_state *state, struct an_str text) { add(state, text.len ? text.ptr : "", text.len); }

static enum an_code open_folder(const char *folder, struct an_err *err) {
    struct stat st;
    if (mkdir(folder, 0700) && errno != EEXIST)
        return an_fail(err, AN_IO, "--resume %s: cannot be made: %s", folder, strerror(errno));
    if (lstat(folder, &st))
        return an_fail(err, AN_IO, "--resume %s: %s", folder, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return an_fail(err, AN_USAGE, "--resume %s: is no folder", folder);
    if (st.st_mode & (S_IRWXG | S_IRWXO) || st.st_uid != geteuid())
        return an_fail(err, AN_USAGE, "--resume %s: others may use this folder; chmod 700 it, or give one of your own", folder);
    return AN_OK;
}

enum an_code an_resume_open(const char *folder, const struct an_census *census, const struct an_intake_options *options,
                            const char *const *words, size_t word_count, struct an_resume **ret, struct an_err *err) {
    AN_TRY(open_folder(folder, err));
    struct an_resume *r = an_alloc(sizeof *r);
    if (!r)
        return an_fail(err, AN_NOMEM, "no memory for --resume");
    memset(r, 0, sizeof *r);
    r->folder = folder;
    r->like.caps = census->caps;
    r->like.budget = census->budget;
    memcpy(r->like.key_id, census->key_id, sizeof r->like.key_id);
    (void) pthread_mutex_init(&r->lock, NULL);
    (void) crypto_generichash_init(&r->base, NULL, 0, DIGEST);
    add(&r->base, label, sizeof label);
    add(&r->base, census->key_id, sizeof census->key_id);
    add(&r->base, &census->caps, sizeof census->caps);
    for (size_t i = 0; i < options->declared_count; i++) {
        const struct an_declared *d = &options->declared[i];
        const unsigned char kinds[] = {d->single_subject, (unsigned char) d->subjects};
        add_text(&r->base, d->uri);
        add_text(&r->base, d->location);
        add_text(&r->base, d->account);
        add(&r->base, kinds, sizeof kinds);
    }
    add(&r->base, "", 0);
    for (size_t i = 0; i < word_count; i++)
        add_text(&r->base, an_str_from_c(words[i]));
    *ret = r;
    return AN_OK;
}

void an_resume_free(struct an_resume *r) {
    if (!r)
        return;
    (void) pthread_mutex_destroy(&r->lock);
    an_free(r);
}

static struct an_resume_part name_part(crypto_generichash_state *state) {
    struct an_resume_part part;
    unsigned char digest[DIGEST];
    (void) crypto_generichash_final(state, digest, sizeof digest);
    (void) sodium_bin2hex(part.name, sizeof part.name, digest, sizeof digest);
    memcpy(part.name + 2 * DIGEST, suffix, sizeof suffix);
    return part;
}

struct an_resume_part an_resume_of(const struct an_resume *r, struct an_str uri) {
    crypto_generichash_state state = r->base;
    add_text(&state, uri);
    return name_part(&state);
}

struct an_resume_part an_resume_of_file(const struct an_resume *r, struct an_str path) {
    crypto_generichash_state state = r->base;
    char name[4096];
    struct stat st;
    if (path.len >= sizeof name)
        return (struct an_resume_part) {""};
    memcpy(name, path.ptr, path.len);
    name[path.len] = 0;
    if (stat(name, &st) || !S_ISREG(st.st_mode))
        return (struct an_resume_part) {""};
    const int64_t stamp[] = {(int64_t) st.st_dev, (int64_t) st.st_ino, st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
                             st.st_ctim.tv_sec, st.st_ctim.tv_nsec};
    add_text(&state, path);
    add(&state, stamp, sizeof stamp);
    return name_part(&state);
}

static enum an_code path_of(const struct an_resume *r, const struct an_resume_part *part, struct an_buf *out,
                            struct an_err *err) {
    return an_buf_addf(out, err, "%s/%s%c", r->folder, part->name, '\0');
}

// Says of a store when it was read.
static enum an_code date(struct an_store *s, const char *path, struct an_err *err) {
    struct stat st = {0};
    char day[AN_DAY_TEXT_MAX], text[120];
    enum { DAY = 86400 };
    (void) stat(path, &st);
    (void) an_day_text((an_day) (st.st_mtim.tv_sec / DAY), day);
    (void) snprintf(text, sizeof text, "taken over from a run that broke off: as it was on %s (UTC), not later as the others",
                    day);
    struct an_store_trouble *all = AN_NEW_N(&s->arena, AN_STORE_TROUBLES, struct an_store_trouble);
    struct an_str copy = an_arena_copy(&s->arena, an_str_from_c(text));
    if (!all || !copy.ptr)
        return an_fail(err, AN_NOMEM, "no memory for a store");
    size_t kept = s->trouble_count < AN_STORE_TROUBLES ? s->trouble_count : AN_STORE_TROUBLES - 1;
    all[0] = (struct an_store_trouble) {.text = copy};
    if (kept)
        memcpy(all + 1, s->troubles, kept * sizeof *all);
    s->troubles = all;
    s->trouble_count = kept + 1;
    s->trouble_total++;
    return AN_OK;
}

enum an_code an_resume_take(struct an_resume *r, const struct an_resume_part *part, bool dated, struct an_store ***ret_stores,
                            size_t *ret_count, bool *ret_have, struct an_err *err) {
    AN_AUTO(an_buf) path = {0};
    struct an_census kept = r->like;
    struct an_err why;
    *ret_have = false;
    if (!*part->name)
        return AN_OK;
    AN_TRY(path_of(r, part, &path, err));
    if (access(path.ptr, F_OK))
        return AN_OK;
    enum an_code code = an_census_read(&kept, path.ptr, &why);
    for (size_t i = 0; dated && i < kept.count && !code; i++)
        code = date(kept.stores[i], path.ptr, &why);
    if (code) {
        an_census_release(&kept);
        if (code == AN_NOMEM)
            *err = why;
        return code == AN_NOMEM ? code : AN_OK;
    }
    *ret_stores = kept.stores;
    *ret_count = kept.count;
    *ret_have = true;
    atomic_fetch_add(&r->taken, 1);
    return AN_OK;
}

void an_resume_keep(struct an_resume *r, const struct an_resume_part *part, struct an_store **stores, size_t count) {
    AN_AUTO(an_buf) path = {0};
    struct an_census whole = r->like;
    struct an_err err;
    if (!*part->name || atomic_load(&r->stopped))
        return;
    for (size_t i = 0; i < count; i++)
        if (stores[i]->status != AN_STORE_READ && stores[i]->status != AN_STORE_SKIPPED)
            return;
    struct an_store **sorted = an_alloc((count + 1) * sizeof(struct an_store *));
    enum an_code code = sorted ? path_of(r, part, &path, &err) : an_fail(&err, AN_NOMEM, "no memory for a part");
    if (!code) {
        memcpy(sorted, stores, count * sizeof(struct an_store *));
        whole.stores = sorted;
        whole.count = count;
        code = an_census_sort(&whole, &err);
    }
    if (!code)
        code = an_census_write(&whole, path.ptr, &err);
    an_free(sorted);
    if (!code || atomic_exchange(&r->stopped, true))
        return;
    (void) pthread_mutex_lock(&r->lock);
    r->trouble = err;
    (void) pthread_mutex_unlock(&r->lock);
}

bool an_resume_trouble(const struct an_resume *r, struct an_err *ret) {
    *ret = r->trouble;
    return atomic_load(&r->stopped);
}

size_t an_resume_taken(const struct an_resume *r) { return atomic_load(&r->taken); }

static bool is_part(const char *name) {
    return strlen(name) == 2 * DIGEST + sizeof suffix - 1 && strspn(name, "0123456789abcdef") == 2 * DIGEST
           && strcmp(name + 2 * DIGEST, suffix) == 0;
}

void an_resume_remove(const char *folder) {
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (is_part(e->d_name))
            (void) unlinkat(dirfd(dir), e->d_name, 0);
    if (dir)
        (void) closedir(dir);
    (void) rmdir(folder);
}
