// The same records taken the short ways and the long way (an_intake_options.plain), and whether all came out the same.
#ifndef AN_TESTS_BOTH_WAYS_H
#define AN_TESTS_BOTH_WAYS_H

#include <string.h>
#include "base/alloc.h"
#include "census/intake.h"

enum { BOTH_ROWS_MAX = 1 << 16 };

struct way_taken {
    struct an_intake *in;
    struct an_budget budget;
    struct an_intake_options options;
    struct an_store **stores;
    size_t count;
};

static inline enum an_code way_begin(struct way_taken *w, const struct an_key *key, bool plain, struct an_err *err) {
    *w = (struct way_taken) {.budget.limit = 1 << 26};
    w->options = (struct an_intake_options) {.key = key, .caps = an_caps_default(), .budget = &w->budget, .today = 20000,
                                             .plain = plain};
    return an_intake_new(&w->options, &w->in, err);
}

// Lets go of what was taken; more may follow.
static inline void way_forget(struct way_taken *w) {
    for (size_t i = 0; i < w->count; i++)
        an_store_free(w->stores[i]);
    an_free(w->stores);
    w->stores = NULL;
    w->count = 0;
}

static inline void way_end(struct way_taken *w) {
    way_forget(w);
    an_intake_free(w->in);
}

static inline enum an_code way_rows(struct an_store *s, struct an_row *ret, size_t *ret_count, struct an_err *err) {
    struct an_set *set = &s->rows;
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    enum an_code code = an_cursor_open(&set, 1, &c, err);
    *ret_count = 0;
    for (const struct an_row *row = NULL; !code && *ret_count < BOTH_ROWS_MAX;) {
        code = an_cursor_next(c, &row, err);
        if (code || !row)
            break;
        ret[(*ret_count)++] = *row;
    }
    return code;
}

// NULL when the only stores of both are the same in every number, column and row; else what is not. Failure counts as a
// difference.
static inline const char *ways_differ(struct way_taken *x, struct way_taken *y) {
    static struct an_row rows_a[BOTH_ROWS_MAX], rows_b[BOTH_ROWS_MAX];
    struct an_err err;
    if (x->count != 1 || y->count != 1)
        return "stores";
    struct an_store *a = x->stores[0], *b = y->stores[0];
    if (memcmp(&a->counts, &b->counts, sizeof a->counts))
        return "counts";
    if (memcmp(a->tally, b->tally, sizeof a->tally))
        return "tallies";
    if (a->records != b->records || a->most_mentions != b->most_mentions || a->column_count != b->column_count)
        return "records";
    for (size_t i = 0; i < a->column_count; i++)
        if (a->columns[i].values != b->columns[i].values ||
            memcmp(a->columns[i].kinds, b->columns[i].kinds, sizeof a->columns[i].kinds))
            return "columns";
    size_t n, m;
    if (way_rows(a, rows_a, &n, &err) || way_rows(b, rows_b, &m, &err))
        return "reading rows";
    return n != m || memcmp(rows_a, rows_b, n * sizeof *rows_a) ? "rows" : NULL;
}

#endif
