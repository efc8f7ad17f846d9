#include "distinct/set.h"

#include <unistd.h>
#include "base/alloc.h"
#include "base/pool.h"
#include "distinct/run.h"
#include "distinct/sort.h"

enum {
    PARTS = 256,
    FEW = 8,                    // blocks of one chain before the set is split into parts
    AHEAD = 12,                 // rows fetched before they are used
};

// A word for each row of a chain, to be sorted instead of the rows: five bytes of its key, then where it is, as the
// number of its block and its place there.
enum { PLACE_BITS = 8, BLOCKS_MAX = 1 << (AN_WORD_LOW - PLACE_BITS) };
_Static_assert(AN_BLOCK_ROWS < 1 << PLACE_BITS, "a place in a block has so many bits");

static void *take(struct an_budget *b, size_t n, struct an_err *err) {
    void *p = an_alloc(n);
    if (!p) {
        AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for %zu bytes", n));
        return NULL;
    }
    atomic_fetch_add_explicit(&b->used, n, memory_order_relaxed);
    return p;
}

static void give(struct an_budget *b, void *p, size_t n) {
    if (!p)
        return;
    an_free(p);
    atomic_fetch_sub_explicit(&b->used, n, memory_order_relaxed);
}

static bool is_over(const struct an_budget *b) {
    return atomic_load_explicit(&b->used, memory_order_relaxed) > b->limit / 2;
}

struct words {
    uint64_t *word;
    struct an_block **blocks;
    size_t count, bytes;
};

static uint64_t rows_in(const struct an_chain *c) {
    return c->blocks * AN_BLOCK_ROWS - (uint64_t) (c->end - c->at);
}

// Rows of a block that is in the chain: all but the first are full.
static size_t rows_of(const struct an_chain *c, const struct an_block *b) {
    return b == c->first ? (size_t) (c->at - b->rows) : AN_BLOCK_ROWS;
}

static enum an_code words_make(struct words *w, struct an_set *s, const struct an_chain *c, size_t depth,
                               struct an_err *err) {
    size_t n = (size_t) rows_in(c);
    w->bytes = 2 * n * sizeof *w->word + c->blocks * sizeof(struct an_block *);
    w->word = take(s->budget, w->bytes, err);
    if (!w->word)
        return AN_NOMEM;
    w->blocks = (struct an_block **) (w->word + 2 * n);
    w->count = 0;
    size_t number = 0;
    for (struct an_block *b = c->first; b; b = b->next, number++) {
        w->blocks[number] = b;
        for (size_t i = 0, rows = rows_of(c, b); i < rows; i++) {
            uint64_t head;
            memcpy(&head, b->rows[i].key + depth, sizeof head);
            w->word[w->count++] = __builtin_bswap64(head) >> AN_WORD_LOW << AN_WORD_LOW | number << PLACE_BITS | i;
        }
    }
    an_words_sort(w->word, w->word + n, n);
    return AN_OK;
}

static inline const struct an_row *row_of(const struct words *w, size_t i) {
    uint64_t place = w->word[i] & (((uint64_t) 1 << AN_WORD_LOW) - 1);
    return &w->blocks[place >> PLACE_BITS]->rows[place & ((1 << PLACE_BITS) - 1)];
}

// Rows whose words are the same in their upper bits: they are put into order whole.
static enum an_code put_equals(struct an_set *s, const struct words *w, size_t from, size_t to, size_t depth,
                               struct an_out *o, struct an_err *err) {
    enum { FEW_EQUALS = 16 };
    struct an_row own[2 * FEW_EQUALS], *rows = own;
    size_t n = to - from, bytes = 2 * n * sizeof *rows;
    if (n > FEW_EQUALS && !(rows = take(s->budget, bytes, err)))
        return AN_NOMEM;
    for (size_t i = 0; i < n; i++)
        rows[i] = *row_of(w, from + i);
    an_rows_sort(rows, rows + n, n, depth);
    enum an_code code = AN_OK;
    for (size_t i = 0; i < n && !code; i++)
        code = an_out_fold(o, &rows[i], err);
    if (!code)
        code = an_out_flush(o, err);
    if (rows != own)
        give(s->budget, rows, bytes);
    return code;
}

// Two such rows: what most of them are, an identifier met again beside the same one.
static enum an_code put_two(const struct an_row *a, const struct an_row *b, struct an_out *o, struct an_err *err) {
    if (an_row_is_same(a, b)) {
        struct an_row row = *a;
        row.flags |= b->flags;
        row.count = (uint16_t) (row.count + b->count);
        return an_out_put(o, &row, err);
    }
    bool is_ordered = an_row_compare(a, b) < 0;
    enum an_code code = an_out_put(o, is_ordered ? a : b, err);
    return code ? code : an_out_put(o, is_ordered ? b : a, err);
}

static inline bool fits_two(const struct an_row *a, const struct an_row *b) { return a->count + b->count <= AN_ROW_COUNT_MAX; }

// Rows of the chain agree on their first `depth` bytes (0 or 1).
static enum an_code emit(struct an_set *s, struct an_chain *c, size_t depth, struct an_out *o, struct an_err *err) {
    if (!c->first)
        return AN_OK;
    struct words w = {0};
    enum an_code code = words_make(&w, s, c, depth, err);
    for (size_t i = 0, next; i < w.count && !code; i = next) {
        __builtin_prefetch(row_of(&w, i + AHEAD < w.count ? i + AHEAD : i));
        for (next = i + 1; next < w.count && w.word[i] >> AN_WORD_LOW == w.word[next] >> AN_WORD_LOW;)
            next++;
        if (next == i + 1)
            code = an_out_put(o, row_of(&w, i), err);
        else if (next == i + 2 && fits_two(row_of(&w, i), row_of(&w, i + 1)))
            code = put_two(row_of(&w, i), row_of(&w, i + 1), o, err);
        else
            code = put_equals(s, &w, i, next, depth, o, err);
    }
    give(s->budget, w.word, w.bytes);
    return code;
}

static void drop(struct an_set *s, struct an_chain *c) {
    while (c->first) {
        struct an_block *b = c->first;
        c->first = b->next;
        an_blocks_give(&s->blocks, b);
    }
    *c = (struct an_chain) {0};
}

static void drop_rows(struct an_set *s) {
    drop(s, &s->few);
    for (size_t k = 0; s->parts && k < PARTS; k++)
        drop(s, &s->parts[k]);
    an_free(s->parts);
    s->parts = NULL;
    s->part_rows = 0;
    if (!s->blocks.live)
        an_blocks_release(&s->blocks, s->budget);
}

static enum an_code flush(struct an_set *s, bool to_file, struct an_err *err) {
    if (!s->few.first && !s->part_rows)
        return AN_OK;
    struct an_out o;
    enum an_code code = an_out_begin(&o, s, to_file, false, err);
    if (!code)
        code = emit(s, &s->few, 0, &o, err);
    for (size_t k = 0; !code && s->parts && k < PARTS; k++) {
        code = emit(s, &s->parts[k], 1, &o, err);
        drop(s, &s->parts[k]);          // its blocks are the next ones' of the run
    }
    code = an_out_end(&o, code, err);
    drop_rows(s);
    return code;
}

static enum an_code chain_grow(struct an_set *s, struct an_chain *c, struct an_err *err) {
    struct an_block *b = an_blocks_take(&s->blocks, s->budget, err);
    if (!b)
        return AN_NOMEM;
    b->next = c->first;
    *c = (struct an_chain) {.first = b, .at = b->rows, .end = b->rows + AN_BLOCK_ROWS, .blocks = c->blocks + 1};
    return AN_OK;
}

static inline enum an_code chain_add(struct an_set *s, struct an_chain *c, const struct an_row *row, struct an_err *err) {
    if (c->at == c->end) {
        enum an_code code = chain_grow(s, c, err);
        if (code)
            return code;
    }
    *c->at++ = *row;
    return AN_OK;
}

static inline enum an_code part_add(struct an_set *s, const struct an_row *row, struct an_err *err) {
    s->part_rows++;
    return chain_add(s, &s->parts[row->key[0]], row, err);
}

static enum an_code split(struct an_set *s, struct an_err *err) {
    s->parts = an_alloc(PARTS * sizeof *s->parts);
    if (!s->parts)
        return an_fail(err, AN_NOMEM, "no memory for a set");
    memset(s->parts, 0, PARTS * sizeof *s->parts);
    enum an_code code = AN_OK;
    for (const struct an_block *b = s->few.first; b && !code; b = b->next)
        for (size_t i = 0, n = rows_of(&s->few, b); i < n && !code; i++)
            code = part_add(s, &b->rows[i], err);
    drop(s, &s->few);
    return code;
}

// How many rows a set must hold before spilling it is worth a file: a budget too small for the work is passed, not
// thrashed. A chain longer than its words can tell ends a run as well.
static enum an_code look(struct an_set *s, struct an_err *err) {
    bool full = false;
    for (size_t k = 0; k < PARTS; k++)
        full |= s->parts[k].blocks + AN_SET_LOOK / AN_BLOCK_ROWS + 2 > BLOCKS_MAX;
    bool worth = s->part_rows * sizeof(struct an_row) * 8 >= s->budget->limit / 4;
    return full || (worth && is_over(s->budget)) ? flush(s, is_over(s->budget), err) : AN_OK;
}

enum an_code an_set_add_slowly(struct an_set *s, const struct an_row *row, struct an_err *err) {
    if (s->parts) {
        enum an_code code = part_add(s, row, err);
        return code || s->part_rows % AN_SET_LOOK ? code : look(s, err);
    }
    enum an_code code = chain_add(s, &s->few, row, err);
    return code || s->few.blocks < FEW || s->few.at < s->few.end ? code : split(s, err);
}

enum an_code an_set_seal(struct an_set *s, struct an_err *err) {
    // in memory the sorted rows stand beside the unsorted ones only part by part, so nothing is doubled
    return flush(s, is_over(s->budget), err);
}

enum an_code an_set_append(struct an_set *s, const struct an_row *rows, size_t count, struct an_err *err) {
    bool fresh = !s->run_count || (s->runs[s->run_count - 1]->fd < 0 && is_over(s->budget));
    struct an_out o;
    enum an_code code = an_out_begin(&o, s, is_over(s->budget), !fresh, err);
    for (size_t i = 0; !code && i < count; i++)
        code = an_out_put(&o, &rows[i], err);
    return an_out_end(&o, code, err);
}

// Blocks from `b` on are no longer of the chain: their rows are added one by one, and they are s's to use again.
static enum an_code take_rows(struct an_set *s, struct an_chain *c, struct an_block *b, struct an_err *err) {
    enum an_code code = AN_OK;
    while (b && !code) {
        for (size_t i = 0, n = rows_of(c, b); i < n && !code; i++)
            code = an_set_add(s, &b->rows[i], err);
        struct an_block *next = b->next;
        an_blocks_give(&s->blocks, b);
        b = next;
    }
    return code;
}

// Rows of a chain whose memory is s's: full blocks are hung behind the first of `to`, rows of the first are added.
static enum an_code join_chain(struct an_set *s, struct an_chain *to, struct an_chain *c, struct an_err *err) {
    struct an_block *full = c->first ? c->first->next : NULL;
    if (full) {
        struct an_block *last = full;
        while (last->next)
            last = last->next;
        last->next = to->first ? to->first->next : NULL;
        if (to->first)
            to->first->next = full;
        else
            *to = (struct an_chain) {.first = full, .at = full->rows + AN_BLOCK_ROWS, .end = full->rows + AN_BLOCK_ROWS};
        to->blocks += c->blocks - 1;
        s->part_rows += (c->blocks - 1) * AN_BLOCK_ROWS;
        c->first->next = NULL;
    }
    return take_rows(s, c, c->first, err);
}

static enum an_code join_runs(struct an_set *s, struct an_set *from, struct an_err *err) {
    while (from->run_count) {
        if (!an_alloc_room(&s->runs, s->run_count, &s->run_cap, sizeof(struct an_run *)))
            return an_fail(err, AN_NOMEM, "no memory for %zu runs", s->run_count + 1);
        s->runs[s->run_count++] = from->runs[--from->run_count];
    }
    return AN_OK;
}

enum an_code an_set_join(struct an_set *s, struct an_set *from, struct an_err *err) {
    enum an_code code = from->parts && !s->parts ? split(s, err) : AN_OK;
    if (code)
        return code;
    an_blocks_join(&s->blocks, &from->blocks);
    code = join_runs(s, from, err);
    if (!code)
        code = take_rows(s, &from->few, from->few.first, err);
    from->few = (struct an_chain) {0};
    for (size_t k = 0; from->parts && k < PARTS; k++) {
        if (!code && !s->parts)                     // it spilled
            code = split(s, err);
        if (!code)
            code = join_chain(s, &s->parts[k], &from->parts[k], err);
        from->parts[k] = (struct an_chain) {0};
    }
    from->part_rows = 0;
    return code;
}

void an_set_release(struct an_set *s) {
    drop_rows(s);
    for (size_t i = 0; i < s->run_count; i++) {
        if (s->runs[i]->fd >= 0)
            (void) close(s->runs[i]->fd);
        an_free(s->runs[i]);
    }
    an_free(s->runs);
    an_blocks_release(&s->blocks, s->budget);
    *s = (struct an_set) {.budget = s->budget};
}

static enum an_code seal_range(void *arg, size_t item, size_t worker, struct an_err *err) {
    struct an_set *ranges = arg;
    (void) worker;
    return an_set_seal(&ranges[item], err);
}

// Some of a set's parts, as a set of its own while they are sealed.
static enum an_code make_range(struct an_set *s, struct an_set *range, size_t from, size_t to, struct an_err *err) {
    *range = (struct an_set) {.budget = s->budget};
    range->parts = an_alloc(PARTS * sizeof *range->parts);
    if (!range->parts)
        return an_fail(err, AN_NOMEM, "no memory for a set");
    memset(range->parts, 0, PARTS * sizeof *range->parts);
    for (size_t k = from; k < to; k++) {
        range->parts[k] = s->parts[k];
        range->part_rows += rows_in(&s->parts[k]);
        range->blocks.live += s->parts[k].blocks;
        s->blocks.live -= s->parts[k].blocks;
        s->parts[k] = (struct an_chain) {0};
    }
    return AN_OK;
}

// The run that `range` was sealed into follows the last of s, where both are in memory.
static void hang_on(struct an_set *s, struct an_set *range) {
    struct an_run *last = s->run_count ? s->runs[s->run_count - 1] : NULL;
    struct an_run *run = range->run_count == 1 ? range->runs[0] : NULL;
    if (!last || !run || last->fd >= 0 || run->fd >= 0 || !last->last || !run->first)
        return;
    last->last->next = run->first;
    last->last = run->last;
    last->rows += run->rows;
    an_free(run);
    range->run_count = 0;
}

enum an_code an_set_seal_by(struct an_set *s, size_t threads, struct an_err *err) {
    enum { WORTH = 1 << 16, MOST = 16 };            // rows; threads
    threads = threads < MOST ? threads : MOST;
    if (threads < 2 || !s->parts || s->part_rows < WORTH || s->run_count)
        return an_set_seal(s, err);
    struct an_set ranges[MOST];
    enum an_code code = AN_OK;
    for (size_t i = 0; i < threads; i++) {
        enum an_code made = make_range(s, &ranges[i], i * PARTS / threads, (i + 1) * PARTS / threads, err);
        code = code ? code : made;
    }
    an_free(s->parts);
    s->parts = NULL;
    s->part_rows = 0;
    if (!code)
        code = an_pool_run(threads, threads, seal_range, ranges, err);
    for (size_t i = 0; i < threads; i++) {
        struct an_set *range = &ranges[i];
        an_blocks_join(&s->blocks, &range->blocks);
        if (i > 0)
            hang_on(s, range);
        if (!code)
            code = join_runs(s, range, err);
        an_set_release(range);
    }
    return code;
}
