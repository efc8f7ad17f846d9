// What waits in a set becomes a run: rows in order, folded, in memory or in a file.
#include "base/alloc.h"
#include "base/pool.h"
#include "distinct/order.h"

// A few rows stay where they are.
static enum an_code seal_few(struct an_set *s, struct an_err *err) {
    struct an_run *run;
    size_t count;
    enum an_code code = an_rows_order(s->few, s->few_count, 0, &count, err);
    if (!code)
        code = an_run_add(s, &run, err);
    if (code)
        return code;
    struct an_row *less = an_realloc(s->few, count * sizeof *less);
    if (less) {
        atomic_fetch_sub_explicit(&s->budget->used, (s->few_cap - count) * sizeof *less, memory_order_relaxed);
        s->few = less;
        s->few_cap = count;
    }
    run->few = AN_TAKE(s->few);
    run->few_cap = s->few_cap;
    run->rows = count;
    s->few_count = s->few_cap = 0;
    return AN_OK;
}

static enum an_code seal_parts(struct an_set *s, struct an_err *err) {
    struct an_out o;
    // in memory the sorted rows stand beside the unsorted ones only part by part, so nothing is doubled
    enum an_code code = an_out_begin(&o, s, an_budget_is_over(s->budget), false, err);
    for (size_t k = 0; !code && k < AN_PARTS; k++) {
        code = an_part_order(s, &s->parts[k], (unsigned char) k, &o, err);
        an_set_drop_part(s, &s->parts[k]);          // its blocks are the next ones' of the run
    }
    code = an_out_end(&o, code, err);
    an_set_drop_waiting(s);
    return code;
}

enum an_code an_set_seal(struct an_set *s, struct an_err *err) {
    if (s->few_count)                   // too few to be worth a file
        return seal_few(s, err);
    if (!s->part_rows)
        return AN_OK;
    AN_TRY(an_set_settle(s, err));
    return seal_parts(s, err);
}

static enum an_code seal_range(void *arg, size_t item, size_t worker, struct an_err *err) {
    struct an_set *ranges = arg;
    (void) worker;
    return seal_parts(&ranges[item], err);
}

// Some of a set's parts, as a set of its own while they are sealed. (What they are like stays the set's.)
static enum an_code make_range(struct an_set *s, struct an_set *range, size_t from, size_t to, struct an_err *err) {
    *range = (struct an_set) {.budget = s->budget};
    range->parts = an_alloc(AN_PARTS * sizeof *range->parts);
    if (!range->parts)
        return an_fail(err, AN_NOMEM, "no memory for a set");
    memset(range->parts, 0, AN_PARTS * sizeof *range->parts);
    for (size_t k = from; k < to; k++) {
        range->parts[k] = s->parts[k];
        range->part_rows += an_part_rows(&s->parts[k]);
        range->blocks.live += an_part_blocks(&s->parts[k]);
        s->blocks.live -= an_part_blocks(&s->parts[k]);
        s->parts[k] = (struct an_part) {0};
    }
    return AN_OK;
}

// The run that `range` was sealed into follows the last of s, where both are in memory.
static void hang_on(struct an_set *s, struct an_set *range) {
    struct an_run *last = s->run_count ? s->runs[s->run_count - 1] : NULL;
    struct an_run *run = range->run_count == 1 ? range->runs[0] : NULL;
    if (!last || !run || !last->last || !run->first)
        return;
    last->last->next = run->first;
    last->last = run->last;
    last->rows += run->rows;
    an_run_free(run, s->budget);
    range->run_count = 0;
}

enum an_code an_set_seal_by(struct an_set *s, size_t threads, struct an_err *err) {
    enum { WORTH = 1 << 16, MOST = 16 };            // rows; threads
    threads = threads < MOST ? threads : MOST;
    if (threads < 2 || !s->parts || s->part_rows < WORTH || s->run_count)
        return an_set_seal(s, err);
    struct an_set ranges[MOST];
    enum an_code code = an_set_settle(s, err);
    if (code)
        return code;
    for (size_t i = 0; i < threads; i++) {
        enum an_code made = make_range(s, &ranges[i], i * AN_PARTS / threads, (i + 1) * AN_PARTS / threads, err);
        code = code ? code : made;
    }
    if (!code)
        code = an_pool_run(threads, threads, seal_range, ranges, err);
    for (size_t i = 0; i < threads; i++) {
        struct an_set *range = &ranges[i];
        an_blocks_join(&s->blocks, &range->blocks);
        if (i > 0)
            hang_on(s, range);
        if (!code)
            code = an_runs_join(s, range, err);
        an_set_release(range);
    }
    an_set_drop_waiting(s);
    return code;
}
