// N tokens, each of them met 2.7 times on average, made distinct under a limit of memory: the counting alone, without
// reading or finding. For the curve of cost against size, and for what no text that fits a disk can show.
//
// The k-th token is a hash of k mod D, where D = 0.367 N values are distinct: known before, and what is met again was met long
// ago, which is the worst order for a cache. Making it costs some 2 ns, and counts as time.
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include "distinct/set.h"

enum { THREADS_MAX = 64, OVERHEAD_MB = 32 };

struct job {
    uint64_t from, to, distinct;
    struct an_set set;
    struct an_err err;
    enum an_code code;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

// A bijection of 64 bits whose results look like chance.
static uint64_t mix(uint64_t x) {
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static void *add(void *context) {
    struct job *job = context;
    for (uint64_t k = job->from; k < job->to && !job->code; k++) {
        uint64_t words[2] = {mix(k % job->distinct + 1), mix(k % job->distinct + UINT64_C(0x9e3779b97f4a7c15))};
        struct an_row row = {.tag = 1, .count = 1};
        memcpy(row.key, words, sizeof words);
        job->code = an_set_add(&job->set, &row, &job->err);
    }
    return NULL;
}

static enum an_code gather(struct job *jobs, size_t threads, struct an_err *err) {
    pthread_t running[THREADS_MAX];
    for (size_t i = 1; i < threads; i++)
        if (pthread_create(&running[i], NULL, add, &jobs[i]))
            return an_fail(err, AN_NOMEM, "no thread");
    add(&jobs[0]);
    for (size_t i = 1; i < threads; i++)
        pthread_join(running[i], NULL);
    for (size_t i = 0; i < threads; i++) {
        if (jobs[i].code) {
            *err = jobs[i].err;
            return jobs[i].code;
        }
        AN_TRY(i ? an_set_join(&jobs[0].set, &jobs[i].set, err) : AN_OK);
    }
    return an_set_seal_by(&jobs[0].set, threads, err);
}

static enum an_code walk(struct an_set *set, uint64_t *ret_distinct, uint64_t *ret_met, struct an_err *err) {
    struct an_cursor *c;
    AN_TRY(an_cursor_open(&set, 1, &c, err));
    const struct an_row *rows;
    size_t count = 0;
    enum an_code code;
    *ret_distinct = *ret_met = 0;
    while (!(code = an_cursor_some(c, &rows, &count, err)) && count) {
        *ret_distinct += count;
        for (size_t i = 0; i < count; i++)
            *ret_met += rows[i].count;
    }
    an_cursor_free(c);
    return code;
}

int main(int argc, char *argv[]) {
    uint64_t tokens = argc == 4 ? strtoull(argv[1], NULL, 10) : 0, memory = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
    size_t threads = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
    if (tokens < 1000 || memory <= OVERHEAD_MB || !threads || threads > THREADS_MAX) {
        fprintf(stderr, "usage: bench-distinct TOKENS(1000 at least) MEGABYTES(33 at least) THREADS\n");
        return 2;
    }
    static struct job jobs[THREADS_MAX];
    struct an_budget budget = {.limit = (memory - OVERHEAD_MB) << 20};
    uint64_t distinct = tokens / 1000 * 367, found, met;
    for (size_t i = 0; i < threads; i++)
        jobs[i] = (struct job) {.from = tokens / threads * i, .to = i + 1 == threads ? tokens : tokens / threads * (i + 1),
                                .distinct = distinct, .set = {.budget = &budget}};
    struct an_err err = {0};
    double began = now();
    enum an_code code = gather(jobs, threads, &err);
    double sealed = now();
    code = code ? code : walk(&jobs[0].set, &found, &met, &err);
    double ended = now();
    if (code || found != distinct || met != tokens) {
        fprintf(stderr, "bench-distinct: %s\n", code ? err.text : "the count is not the truth");
        return 1;
    }
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("{\"tokens\": %" PRIu64 ", \"distinct\": %" PRIu64 ", \"seconds\": %.6f, \"adding\": %.6f, \"walking\": %.6f, "
           "\"resident\": %ld, \"spilled\": %" PRIu64 "}\n", tokens, found, ended - began, sealed - began, ended - sealed,
           use.ru_maxrss * 1024, (uint64_t) budget.spilled);
    an_set_release(&jobs[0].set);
}
