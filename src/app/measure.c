#define _GNU_SOURCE
#include "app/measure.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/pool.h"
#include "source/walk.h"

struct job {
    const struct an_measuring *m;
    struct an_found_list found;
    struct an_intake_options options;
    struct an_intake **intakes;         // one a thread
    struct an_census *census;
    pthread_mutex_t lock;               // guards census
    uint64_t bytes_total;
    _Atomic uint64_t stores_done;
    uint64_t bytes_done;                // written atomically by the sources
    _Atomic bool finished;
};

static void job_release(struct job *j) {
    for (size_t i = 0; j->intakes && i < (j->m->threads ? j->m->threads : 1); i++)
        an_intake_free(j->intakes[i]);
    an_free(j->intakes);
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

static enum an_code one(void *arg, size_t item, size_t worker, struct an_err *err) {
    struct job *j = arg;
    const struct an_found *f = &j->found.items[item];
    struct an_intake *in = j->intakes[worker];
    struct an_reading reading = {.sink = an_intake_sink(in), .progress = &j->bytes_done};
    enum an_code code = f->trouble.len ? tell_unread(reading.sink, f, err) : an_source_read_path(&reading, f->path,
            err);
    struct an_store **stores = NULL;
    size_t count = 0;
    if (!code)
        code = an_intake_take(in, &stores, &count, err);
    if (code)
        return an_err_context(err, "%.*s", AN_STR_ARG(f->path));
    (void) pthread_mutex_lock(&j->lock);
    code = an_census_add(j->census, stores, count, err);
    (void) pthread_mutex_unlock(&j->lock);
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
            .stores_done = atomic_load(&j->stores_done), .stores_total = j->found.count, .seconds = now() - start,
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

static enum an_code find(struct job *j, struct an_arena *arena, struct an_err *err) {
    const struct an_measuring *m = j->m;
    const struct an_str *paths = m->paths;
    size_t count = m->path_count;
    struct an_found *remote = NULL;
    size_t remote_count = 0;
    if (!count) {                       // the company's own stores
        struct an_str *own = AN_NEW_N(arena, m->company->store_count + 1, struct an_str);
        remote = AN_NEW_N(arena, m->company->store_count + 1, struct an_found);
        if (!own || !remote)
            return an_fail(err, AN_NOMEM, "no memory for the stores");
        for (size_t i = 0; i < m->company->store_count; i++) {
            struct an_str uri = m->company->stores[i].uri;
            if (memmem(uri.ptr, uri.len, "://", 3))
                remote[remote_count++] = (struct an_found) {
                    .path = uri,
                    .trouble = AN_STR("this version reads files only; export the store to files and declare those"),
                };
            else
                own[count++] = uri;
        }
        paths = own;
    }
    if (count) {
        enum an_code code = an_walk(paths, count, arena, &j->found, err);
        if (code)
            return code;
    }
    if (remote_count) {
        struct an_found *all = AN_NEW_N(arena, j->found.count + remote_count, struct an_found);
        if (!all)
            return an_fail(err, AN_NOMEM, "no memory for the stores");
        if (j->found.count)
            memcpy(all, j->found.items, j->found.count * sizeof *all);
        memcpy(all + j->found.count, remote, remote_count * sizeof *all);
        j->found.items = all;
        j->found.count += remote_count;
    }
    for (size_t i = 0; i < j->found.count; i++)
        j->bytes_total += j->found.items[i].bytes;
    if (j->found.count)
        qsort(j->found.items, j->found.count, sizeof *j->found.items, by_size);
    return AN_OK;
}

// Where there are fewer large inputs than threads, those that are left help with them.
static size_t hands_for(const struct job *j, size_t threads) {
    size_t large = 0;
    for (size_t i = 0; i < j->found.count; i++)
        large += j->found.items[i].bytes >= j->bytes_total / threads / 2;
    return large && large < threads ? (threads - large) / large : 0;
}

static enum an_code read_all(struct job *j, struct an_err *err) {
    size_t threads = j->m->threads ? j->m->threads : 1;
    j->intakes = an_alloc(threads * sizeof(struct an_intake *));
    if (!j->intakes)
        return an_fail(err, AN_NOMEM, "no memory for %zu threads", threads);
    memset(j->intakes, 0, threads * sizeof(struct an_intake *));
    j->options.hands = hands_for(j, threads);
    for (size_t i = 0; i < threads; i++) {
        enum an_code code = an_intake_new(&j->options, &j->intakes[i], err);
        if (code)
            return code;
    }
    pthread_t watcher;
    bool watched = j->m->tick && pthread_create(&watcher, NULL, watch, j) == 0;
    enum an_code code = an_pool_run(threads, j->found.count, one, j, err);
    atomic_store(&j->finished, true);
    if (watched)
        (void) pthread_join(watcher, NULL);
    return code;
}

enum an_code an_measure(const struct an_measuring *m, struct an_census *ret, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    AN_CLEANUP(job_release) struct job j = {
        .m = m, .census = ret, .lock = PTHREAD_MUTEX_INITIALIZER,
        .options = {.key = m->key, .caps = m->company->caps, .budget = m->budget, .today = m->today,
                    .declared = m->company->stores, .declared_count = m->company->store_count},
    };
    an_key_id(m->key, ret->key_id);
    ret->caps = m->company->caps;
    ret->budget = m->budget;
    enum an_code code = find(&j, &arena, err);
    if (!code)
        code = read_all(&j, err);
    return code ? code : an_census_sort(ret, err);
}
