#include "app/measure.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "app/resume.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/pool.h"
#include "source/apart.h"
#include "source/uri.h"
#include "source/walk.h"

struct remote {
    struct an_url url;
    const struct an_remote *kind;
    struct an_str uri;                  // as it is shown
};

struct job {
    const struct an_measuring *m;
    struct remote *remotes; size_t remote_count;        // these are read first: nobody knows how large they are
    struct an_found_list found;
    struct an_intake_options options;
    struct an_intake **intakes;         // one a thread
    struct an_apart **aparts;           // likewise
    struct an_census *census;
    pthread_mutex_t lock;               // guards census
    struct an_resume *resume;           // NULL: nothing is kept for a run that goes on
    uint64_t bytes_total;
    _Atomic uint64_t stores_done;
    uint64_t bytes_done;                // written atomically by the sources
    _Atomic bool finished;
};

static void job_release(struct job *j) {
    size_t threads = j->m->threads ? j->m->threads : 1;
    for (size_t i = 0; i < j->remote_count; i++)
        an_url_release(&j->remotes[i].url);
    for (size_t i = 0; j->intakes && i < threads; i++)
        an_intake_free(j->intakes[i]);
    for (size_t i = 0; j->aparts && i < threads; i++)
        an_apart_free(j->aparts[i]);
    an_free(j->intakes);
    an_free(j->aparts);
    an_resume_free(j->resume);
    (void) pthread_mutex_destroy(&j->lock);
}

// A store that cannot even be opened is told to the sink all the same, so that it is counted as unread.
static enum an_code tell_unread(const struct an_sink *sink, const struct an_found *f, struct an_err *err) {
    enum an_code code = sink->open(sink->arg, &(struct an_store_info) {.uri = f->path, .format = "unknown"}, err);
    struct an_trouble t = {
        .code = AN_IO, .text = f->trouble, .records_lost = f->skip ? 0 : AN_UNKNOWN_COUNT, .bytes_lost = f->skip ? 0
                : AN_UNKNOWN_COUNT,
    };
    if (!code && !f->skip)
        code = sink->trouble(sink->arg, &t, err);
    return code ? code : sink->close(sink->arg, f->skip ? AN_STORE_SKIPPED : AN_STORE_UNREAD, 0, f->trouble, err);
}

// Of a store that was opened again after it had been handed over, what the second time says of it: that more is unread.
static void absorb(struct an_store *first, const struct an_store *again) {
    if (first->status == AN_STORE_READ || again->status == AN_STORE_UNREAD)
        first->status = again->status;
    first->records_lost = an_add_unknown(first->records_lost, again->records_lost);
    first->bytes_lost = an_add_unknown(first->bytes_lost, again->bytes_lost);
    first->trouble_total += again->trouble_total;
}

static struct an_store *find_store(const struct an_census *c, struct an_str uri) {
    for (size_t i = 0; i < c->count; i++)
        if (an_str_eq(c->stores[i]->uri, uri))
            return c->stores[i];
    return NULL;
}

static enum an_code add_stores(struct job *j, struct an_store **stores, size_t count, struct an_err *err) {
    (void) pthread_mutex_lock(&j->lock);
    for (size_t i = 0; j->resume && i < count;) {
        bool odd = stores[i]->status == AN_STORE_UNREAD && !stores[i]->records;
        struct an_store *first = odd ? find_store(j->census, stores[i]->uri) : NULL;
        if (first) {
            absorb(first, stores[i]);
            an_store_free(stores[i]);
            stores[i] = stores[--count];
        } else {
            i++;
        }
    }
    enum an_code code = an_census_add(j->census, stores, count, err);
    (void) pthread_mutex_unlock(&j->lock);
    return code;
}

// Hands over what the intake has read, and keeps it for a run that goes on where this one breaks off.
static enum an_code hand_over(struct job *j, struct an_intake *in, const struct an_resume_part *part, struct an_err *err) {
    struct an_store **stores = NULL;
    size_t count = 0;
    AN_TRY(an_intake_take(in, &stores, &count, err));
    if (j->resume)
        an_resume_keep(j->resume, part, stores, count);
    return add_stores(j, stores, count, err);
}

static bool take_part(struct job *j, const struct an_resume_part *part, bool dated, enum an_code *ret_code, struct an_err *err) {
    struct an_store **stores = NULL;
    size_t count = 0;
    bool have = false;
    *ret_code = an_resume_take(j->resume, part, dated, &stores, &count, &have, err);
    if (have)
        *ret_code = add_stores(j, stores, count, err);
    return have;
}

// A remote as it is read with parts kept: the table or object at hand.
struct unit {
    struct job *job;
    struct an_intake *in;
    struct an_resume_part part;         // "" before the first
    enum an_code code;                  // what went wrong between two; `err` says it
    struct an_err err;
};

// A table or an object begins, so the one before it has ended.
static bool next_unit(void *arg, struct an_str uri, struct an_str name) {
    struct unit *u = arg;
    AN_AUTO(an_buf) whole = {0};
    bool have = false;
    if (!u->code)
        u->code = hand_over(u->job, u->in, &u->part, &u->err);
    if (!u->code)
        u->code = an_source_uri_below(&whole, uri, name, &u->err);
    if (u->code)
        return false;
    u->part = an_resume_of(u->job->resume, an_buf_str(&whole));
    have = take_part(u->job, &u->part, true, &u->code, &u->err);
    if (have)
        u->part.name[0] = 0;
    return have;
}

static enum an_code read_remote(struct job *j, const struct remote *r, struct an_reading *reading, struct unit *u,
                                struct an_err *err) {
    struct an_remote_options options = j->m->remote;
    const struct an_remote_ask ask = {.url = &r->url, .uri = r->uri, .options = &options};
    options.have = j->resume ? next_unit : NULL;
    options.have_arg = u;
    enum an_code code = r->kind->read(reading, &ask, err);
    if (!code && u->code)
        *err = u->err;
    return code ? code : u->code;
}

static enum an_code read_found(struct job *j, const struct an_found *f, struct an_reading *reading, struct unit *u,
                               struct an_err *err) {
    enum an_code code = AN_OK;
    if (f->trouble.len)
        return tell_unread(reading->sink, f, err);
    if (j->resume)
        u->part = an_resume_of_file(j->resume, f->path);
    if (j->resume && take_part(j, &u->part, false, &code, err))
        u->part.name[0] = 0;
    else if (!code)
        code = an_source_read_path(reading, f->path, err);
    return code;
}

static enum an_code one(void *arg, size_t item, size_t worker, struct an_err *err) {
    struct job *j = arg;
    const struct remote *r = item < j->remote_count ? &j->remotes[item] : NULL;
    const struct an_found *f = r ? NULL : &j->found.items[item - j->remote_count];
    struct unit u = {.job = j, .in = j->intakes[worker]};
    struct an_reading reading = {.sink = an_intake_sink(u.in), .progress = &j->bytes_done,
                                 .apart = j->aparts[worker], .ocr = j->m->ocr};
    enum an_code code = r ? read_remote(j, r, &reading, &u, err) : read_found(j, f, &reading, &u, err);
    if (!code)
        code = hand_over(j, u.in, &u.part, err);
    if (code)
        return an_err_context(err, "%.*s", AN_STR_ARG(r ? r->uri : f->path));
    atomic_fetch_add(&j->stores_done, 1);
    return code;
}

static double now(void) {
    struct timespec t;
    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static void *watch(void *arg) {
    struct job *j = arg;
    double start = now();
    while (!atomic_load(&j->finished)) {
        (void) nanosleep(&(struct timespec) {.tv_nsec = 250000000}, NULL);
        if (atomic_load(&j->finished))
            break;
        struct an_progress p = {
            .bytes_done = __atomic_load_n(&j->bytes_done, __ATOMIC_RELAXED), .bytes_total = j->bytes_total,
            .stores_done = atomic_load(&j->stores_done), .stores_total = j->remote_count + j->found.count,
            .seconds = now() - start, .remote = j->remote_count > 0,
        };
        j->m->tick(j->m->tick_arg, &p);
    }
    return NULL;
}

// The largest first, so that no thread is left alone with it at the end. The result does not depend on the order.
static int by_size(const void *a, const void *b) {
    uint64_t x = ((const struct an_found *) a)->bytes, y = ((const struct an_found *) b)->bytes;
    return (x < y) - (x > y);
}

// A URL as it is shown.
static enum an_code name_url(const struct an_url *url, struct an_arena *arena, struct an_str *ret, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    AN_TRY(an_remote_show(url, &uri, err));
    *ret = an_arena_copy(arena, an_buf_str(&uri));
    return ret->ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for the stores");
}

// A URL that is to be read. Two ways of writing one store would count it twice.
static enum an_code add_remote(struct job *j, struct an_str text, struct an_arena *arena, struct an_err *err) {
    struct remote *r = &j->remotes[j->remote_count];
    AN_TRY(an_remote_parse(text, &r->url, err));
    j->remote_count++;
    r->kind = an_remote_find(r->url.scheme);
    if (!r->kind)
        return an_fail(err, AN_USAGE, "nothing here reads %.40s:// (see: anshen sources)", r->url.scheme.ptr);
    AN_TRY(name_url(&r->url, arena, &r->uri, err));
    for (size_t i = 0; i + 1 < j->remote_count; i++)
        if (an_str_eq(j->remotes[i].uri, r->uri))
            return an_fail(err, AN_USAGE, "%.*s: given twice", AN_STR_ARG(r->uri));
    return AN_OK;
}

// What is declared of a store at a URL holds for it by the name it is shown by.
static enum an_code declare(struct job *j, struct an_arena *arena, struct an_err *err) {
    const struct an_company *c = j->m->company;
    struct an_declared *declared = AN_NEW_N(arena, c->store_count + 1, struct an_declared);
    if (!declared)
        return an_fail(err, AN_NOMEM, "no memory for the stores");
    for (size_t i = 0; i < c->store_count; i++) {
        declared[i] = c->stores[i];
        if (!an_url_scheme(c->stores[i].uri).len)
            continue;
        struct an_url url;
        AN_TRY(an_remote_parse(c->stores[i].uri, &url, err));
        enum an_code code = name_url(&url, arena, &declared[i].uri, err);
        an_url_release(&url);
        if (code)
            return code;
    }
    j->options.declared = declared;
    return AN_OK;
}

static enum an_code find(struct job *j, struct an_arena *arena, struct an_err *err) {
    const struct an_measuring *m = j->m;
    bool own = !m->path_count;          // the company's own stores
    size_t all = own ? m->company->store_count : m->path_count, count = 0, unknown_count = 0;
    struct an_str *paths = AN_NEW_N(arena, all + 1, struct an_str);
    struct an_found *unknown = AN_NEW_N(arena, all + 1, struct an_found);
    j->remotes = AN_NEW_N(arena, all + 1, struct remote);
    if (!paths || !unknown || !j->remotes)
        return an_fail(err, AN_NOMEM, "no memory for the stores");
    for (size_t i = 0; i < all; i++) {
        struct an_str path = own ? m->company->stores[i].uri : m->paths[i];
        struct an_str scheme = an_url_scheme(path);
        if (!scheme.len)
            paths[count++] = path;
        else if (own && !an_remote_find(scheme))
            unknown[unknown_count++] = (struct an_found) {
                .path = j->options.declared[i].uri,
                .trouble = AN_STR("nothing here reads such a URL; export the store to files and declare those"),
            };
        else
            AN_TRY(add_remote(j, path, arena, err));
    }
    if (count)
        AN_TRY(an_walk(paths, count, arena, &j->found, err));
    if (unknown_count) {
        struct an_found *items = AN_NEW_N(arena, j->found.count + unknown_count, struct an_found);
        if (!items)
            return an_fail(err, AN_NOMEM, "no memory for the stores");
        if (j->found.count)
            memcpy(items, j->found.items, j->found.count * sizeof *items);
        memcpy(items + j->found.count, unknown, unknown_count * sizeof *items);
        j->found.items = items;
        j->found.count += unknown_count;
    }
    for (size_t i = 0; i < j->found.count; i++)
        j->bytes_total += j->found.items[i].bytes;
    if (j->found.count)
        qsort(j->found.items, j->found.count, sizeof *j->found.items, by_size);
    return AN_OK;
}

// Where there are fewer large inputs than threads, those that are left help with them.
static size_t hands_for(const struct job *j, size_t threads) {
    size_t large = j->remote_count;
    for (size_t i = 0; i < j->found.count; i++)
        large += j->found.items[i].bytes >= j->bytes_total / threads / 2;
    return large && large < threads ? (threads - large) / large : 0;
}

static enum an_code read_all(struct job *j, struct an_err *err) {
    size_t threads = j->m->threads ? j->m->threads : 1;
    j->intakes = an_alloc(threads * sizeof(struct an_intake *));
    j->aparts = an_alloc(threads * sizeof(struct an_apart *));
    if (j->intakes)
        memset(j->intakes, 0, threads * sizeof(struct an_intake *));
    if (j->aparts)
        memset(j->aparts, 0, threads * sizeof(struct an_apart *));
    if (!j->intakes || !j->aparts)
        return an_fail(err, AN_NOMEM, "no memory for %zu threads", threads);
    j->options.hands = hands_for(j, threads);
    for (size_t i = 0; i < threads; i++) {
        AN_TRY(an_intake_new(&j->options, &j->intakes[i], err));
        AN_TRY(an_apart_new(&j->aparts[i], err));
    }
    pthread_t watcher;
    bool watched = j->m->tick && pthread_create(&watcher, NULL, watch, j) == 0;
    enum an_code code = an_pool_run(threads, j->remote_count + j->found.count, one, j, err);
    atomic_store(&j->finished, true);
    if (watched)
        (void) pthread_join(watcher, NULL);
    return code;
}

static enum an_code open_resume(struct job *j, struct an_arena *arena, struct an_err *err) {
    const struct an_measuring *m = j->m;
    size_t count = m->remote.where_count;
    if (!m->resume)
        return AN_OK;
    const char **words = AN_NEW_N(arena, count + 2, const char *);
    if (!words)
        return an_fail(err, AN_NOMEM, "no memory for what is finished");
    for (size_t i = 0; i < count; i++)
        words[i] = m->remote.where[i];
    if (m->ocr) {
        words[count++] = "--ocr";
        words[count++] = m->ocr;
    }
    return an_resume_open(m->resume, j->census, &j->options, words, count, &j->resume, err);
}

enum an_code an_measure(const struct an_measuring *m, struct an_census *ret, struct an_resumed *ret_resumed, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    AN_CLEANUP(job_release) struct job j = {
        .m = m, .census = ret, .lock = PTHREAD_MUTEX_INITIALIZER,
        .options = {.key = m->key, .caps = m->company->caps, .budget = m->budget, .today = m->today,
                    .declared_count = m->company->store_count},
    };
    *ret_resumed = (struct an_resumed) {0};
    an_key_id(m->key, ret->key_id);
    ret->caps = m->company->caps;
    ret->budget = m->budget;
    enum an_code code = declare(&j, &arena, err);
    if (!code)
        code = open_resume(&j, &arena, err);
    if (!code)
        code = find(&j, &arena, err);
    if (!code)
        code = read_all(&j, err);
    if (!code && j.resume) {
        ret_resumed->parts = an_resume_taken(j.resume);
        ret_resumed->stopped = an_resume_trouble(j.resume, &ret_resumed->why);
    }
    return code ? code : an_census_sort(ret, err);
}
