#define _GNU_SOURCE
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdatomic.h>
#include "base/alloc.h"

struct job {
    size_t count;
    enum an_code (*work)(void *, size_t, size_t, struct an_err *);
    void *arg;
    atomic_size_t next;
    atomic_bool failed;
};

struct worker {
    struct job *job;
    size_t number, failed_item;
    pthread_t thread;
    bool started;
    struct an_err err;
};

static void *run(void *p) {
    struct worker *w = p;
    while (!atomic_load(&w->job->failed)) {
        size_t item = atomic_fetch_add(&w->job->next, 1);
        if (item >= w->job->count)
            break;
        if (w->job->work(w->job->arg, item, w->number, &w->err)) {
            w->failed_item = item;
            atomic_store(&w->job->failed, true);
        }
    }
    return NULL;
}

enum an_code an_pool_run(size_t threads, size_t count,
                         enum an_code (*work)(void *, size_t, size_t, struct an_err *), void *arg,
                                 struct an_err *err) {
    if (threads < 1)
        threads = 1;
    if (threads > count)
        threads = count ? count : 1;
    struct job job = {.count = count, .work = work, .arg = arg};
    struct worker *w = an_alloc(threads * sizeof *w);
    if (!w)
        return an_fail(err, AN_NOMEM, "no memory for %zu threads", threads);
    for (size_t i = 0; i < threads; i++)
        w[i] = (struct worker) {.job = &job, .number = i};
    for (size_t i = 1; i < threads; i++)        // where a thread cannot be had, the others do its share
        w[i].started = pthread_create(&w[i].thread, NULL, run, &w[i]) == 0;
    run(&w[0]);
    const struct worker *first = NULL;
    for (size_t i = 0; i < threads; i++) {
        if (w[i].started)
            (void) pthread_join(w[i].thread, NULL);
        if (w[i].err.code && (!first || w[i].failed_item < first->failed_item))
            first = &w[i];
    }
    enum an_code code = AN_OK;
    if (first) {
        *err = first->err;
        code = err->code;
    }
    an_free(w);
    return code;
}

size_t an_pool_cores(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set))
        return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? (size_t) n : 1;
}
