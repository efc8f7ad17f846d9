#define _GNU_SOURCE
#include "distinct/set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "distinct/spill.h"

enum {
    PARTS = 256,
    SMALL = 2048,               // rows kept flat before the set is split into parts
    BLOCK = 255,                // rows of a block in a chain
    SORTED_BLOCK = 4096,        // rows of a block in a run
    READ_ROWS = 2048,           // rows read at once from a file
    INSERTION = 24,             // rows below which insertion sort wins
};

struct block {
    struct block *next;
    uint64_t count;
    char pad[16];
    struct an_row rows[BLOCK];
};

struct part { struct block *first; uint64_t rows; };

struct sorted { struct sorted *next; uint64_t count; char pad[16]; struct an_row rows[SORTED_BLOCK]; };

struct an_run {
    struct sorted *first, *last;    // in memory; NULL when in a file
    int fd;                         // -1 when in memory
    uint64_t rows;
};

static int compare(const struct an_row *a, const struct an_row *b) { return memcmp(a, b, AN_ROW_KEY + 1); }

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

static bool is_over(const struct an_budget *b, unsigned share_of_four) {
    return atomic_load_explicit(&b->used, memory_order_relaxed) > b->limit / 4 * share_of_four;
}

static uint64_t word_at(const struct an_row *r, size_t depth) {
    uint64_t w;
    memcpy(&w, r->key + depth, sizeof w);
    return __builtin_bswap64(w);
}

// Rows agree on their first `depth` bytes (depth <= 20).
static bool is_before(const struct an_row *a, const struct an_row *b, size_t depth) {
    uint64_t x = word_at(a, depth), y = word_at(b, depth);
    return x != y ? x < y : compare(a, b) < 0;
}

static void insertion(struct an_row *rows, size_t n, size_t depth) {
    for (size_t i = 1; i < n; i++) {
        if (!is_before(&rows[i], &rows[i - 1], depth))
            continue;
        struct an_row r = rows[i];
        size_t k = i;
        do {
            rows[k] = rows[k - 1];
            k--;
        } while (k > 0 && is_before(&r, &rows[k - 1], depth));
        rows[k] = r;
    }
}

static int compare_rows(const void *a, const void *b) { return compare(a, b); }

// Sorts rows[0..n) by their bytes from `depth` on; `other` is as much scratch. Keys are pseudo-random, so a radix
// pass or two
// leaves a handful of rows to each bucket; long runs of one key fall through to qsort.
static void sort(struct an_row *rows, struct an_row *other, size_t n, size_t depth) {
    if (n <= INSERTION) {
        insertion(rows, n, depth);
        return;
    }
    if (depth >= 16) {
        qsort(rows, n, sizeof *rows, compare_rows);
        return;
    }
    size_t start[PARTS + 1] = {0}, at[PARTS];
    for (size_t i = 0; i < n; i++)
        start[rows[i].key[depth] + 1]++;
    for (size_t k = 0; k < PARTS; k++) {
        start[k + 1] += start[k];
        at[k] = start[k];
    }
    for (size_t i = 0; i < n; i++)
        other[at[rows[i].key[depth]]++] = rows[i];
    memcpy(rows, other, n * sizeof *rows);
    for (size_t k = 0; k < PARTS; k++)
        if (start[k + 1] - start[k] > 1)
            sort(rows + start[k], other + start[k], start[k + 1] - start[k], depth + 1);
}

struct fold {
    struct an_row row;
    uint64_t count;
    bool has;
};

// Where folded rows go.
struct out {
    struct an_budget *budget;
    struct an_run *run;
    struct an_row *buffer;          // for files: rows not yet written
    size_t buffered;
};

static enum an_code write_rows(struct out *o, struct an_err *err) {
    const char *p = (const char *) o->buffer;
    size_t n = o->buffered * sizeof *o->buffer;
    while (n) {
        ssize_t w = write(o->run->fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return an_fail(err, AN_IO, "temporary file cannot be written: %s (set TMPDIR to a disk with room)",
                           strerror(errno));
        p += w;
        n -= (size_t) w;
        atomic_fetch_add_explicit(&o->budget->spilled, (uint64_t) w, memory_order_relaxed);
    }
    o->buffered = 0;
    return AN_OK;
}

static enum an_code put(struct out *o, const struct an_row *row, struct an_err *err) {
    struct an_run *run = o->run;
    run->rows++;
    if (run->fd >= 0) {
        o->buffer[o->buffered++] = *row;
        return o->buffered == READ_ROWS ? write_rows(o, err) : AN_OK;
    }
    if (!run->last || run->last->count == SORTED_BLOCK) {
        struct sorted *b = take(o->budget, sizeof *b, err);
        if (!b)
            return AN_NOMEM;
        b->next = NULL;
        b->count = 0;
        if (run->last)
            run->last->next = b;
        else
            run->first = b;
        run->last = b;
    }
    run->last->rows[run->last->count++] = *row;
    return AN_OK;
}

static enum an_code fold_end(struct fold *f, struct out *o, struct an_err *err) {
    if (!f->has)
        return AN_OK;
    f->has = false;
    do {
        f->row.count = (uint16_t) (f->count > AN_ROW_COUNT_MAX ? AN_ROW_COUNT_MAX : f->count);
        f->count -= f->row.count;
        enum an_code code = put(o, &f->row, err);
        if (code)
            return code;
    } while (f->count);
    return AN_OK;
}

static enum an_code fold_add(struct fold *f, const struct an_row *row, struct out *o, struct an_err *err) {
    if (f->has && compare(&f->row, row) == 0) {
        f->row.flags |= row->flags;
        f->count += row->count;
        return AN_OK;
    }
    enum an_code code = fold_end(f, o, err);
    *f = (struct fold) {.row = *row, .count = row->count, .has = true};
    return code;
}

static void run_free(struct an_run *run, struct an_budget *budget) {
    if (!run)
        return;
    while (run->first) {
        struct sorted *b = run->first;
        run->first = b->next;
        give(budget, b, sizeof *b);
    }
    if (run->fd >= 0)
        (void) close(run->fd);
    an_free(run);
}

static enum an_code run_new(struct an_set *s, bool in_file, struct out *ret, struct an_err *err) {
    if (s->run_count == s->run_cap) {
        size_t cap = s->run_cap ? s->run_cap * 2 : 4;
        struct an_run **runs = an_realloc(s->runs, cap * sizeof *runs);
        if (!runs)
            return an_fail(err, AN_NOMEM, "no memory for %zu runs", cap);
        s->runs = runs;
        s->run_cap = cap;
    }
    struct an_run *run = an_alloc(sizeof *run);
    if (!run)
        return an_fail(err, AN_NOMEM, "no memory for a run");
    *run = (struct an_run) {.fd = -1};
    s->runs[s->run_count++] = run;
    *ret = (struct out) {.budget = s->budget, .run = run};
    if (!in_file)
        return AN_OK;
    run->fd = an_spill_open(err);
    if (run->fd < 0)
        return err->code;
    ret->buffer = an_alloc(READ_ROWS * sizeof *ret->buffer);
    return ret->buffer ? AN_OK : an_fail(err, AN_NOMEM, "no memory to write a run");
}

static enum an_code out_end(struct out *o, struct an_err *err) {
    enum an_code code = o->run && o->run->fd >= 0 && o->buffered ? write_rows(o, err) : AN_OK;
    an_free(o->buffer);
    o->buffer = NULL;
    return code;
}

static void drop_rows(struct an_set *s) {
    give(s->budget, s->small, SMALL * sizeof *s->small);
    s->small = NULL;
    s->small_count = 0;
    for (size_t k = 0; s->parts && k < PARTS; k++)
        while (s->parts[k].first) {
            struct block *b = s->parts[k].first;
            s->parts[k].first = b->next;
            give(s->budget, b, sizeof *b);
        }
    an_free(s->parts);
    s->parts = NULL;
    s->part_rows = 0;
}

static enum an_code emit(const struct an_row *rows, size_t n, struct out *o, struct an_err *err) {
    struct fold f = {0};
    for (size_t i = 0; i < n; i++) {
        enum an_code code = fold_add(&f, &rows[i], o, err);
        if (code)
            return code;
    }
    return fold_end(&f, o, err);
}

static enum an_code emit_part(struct an_set *s, struct part *p, struct out *o, struct an_err *err) {
    if (!p->rows)
        return AN_OK;
    size_t n = (size_t) p->rows, bytes = 2 * n * sizeof(struct an_row), at = 0;
    struct an_row *rows = take(s->budget, bytes, err);
    if (!rows)
        return AN_NOMEM;
    while (p->first) {
        struct block *b = p->first;
        memcpy(rows + at, b->rows, b->count * sizeof *rows);
        at += b->count;
        p->first = b->next;
        give(s->budget, b, sizeof *b);
    }
    p->rows = 0;
    sort(rows, rows + n, n, 1);
    enum an_code code = emit(rows, n, o, err);
    give(s->budget, rows, bytes);
    return code;
}

static enum an_code flush(struct an_set *s, bool to_file, struct an_err *err) {
    if (!s->small_count && !s->part_rows)
        return AN_OK;
    struct out o = {0};
    enum an_code code = run_new(s, to_file, &o, err);
    if (!code && !s->parts) {
        qsort(s->small, s->small_count, sizeof *s->small, compare_rows);
        code = emit(s->small, s->small_count, &o, err);
    }
    for (size_t k = 0; !code && s->parts && k < PARTS; k++)
        code = emit_part(s, &s->parts[k], &o, err);
    if (code)
        an_free(o.buffer);
    else
        code = out_end(&o, err);
    drop_rows(s);
    return code;
}

static enum an_code part_add(struct an_set *s, const struct an_row *row, struct an_err *err) {
    struct part *p = &s->parts[row->key[0]];
    struct block *b = p->first;
    if (!b || b->count == BLOCK) {
        b = take(s->budget, sizeof *b, err);
        if (!b)
            return AN_NOMEM;
        b->next = p->first;
        b->count = 0;
        p->first = b;
    }
    b->rows[b->count++] = *row;
    p->rows++;
    s->part_rows++;
    return AN_OK;
}

static enum an_code split(struct an_set *s, struct an_err *err) {
    s->parts = an_alloc(PARTS * sizeof *s->parts);
    if (!s->parts)
        return an_fail(err, AN_NOMEM, "no memory for a set");
    memset(s->parts, 0, PARTS * sizeof *s->parts);
    enum an_code code = AN_OK;
    for (size_t i = 0; !code && i < s->small_count; i++)
        code = part_add(s, &s->small[i], err);
    give(s->budget, s->small, SMALL * sizeof *s->small);
    s->small = NULL;
    s->small_count = 0;
    return code;
}

// How many rows a set must hold before spilling it is worth a file: a budget too small for the work is passed, not
// thrashed.
static bool is_worth_spilling(const struct an_set *s) {
    return s->part_rows % 4096 == 0 && s->part_rows * sizeof(struct an_row) * 8 >= s->budget->limit / 4 &&
           is_over(s->budget, 2);
}

enum an_code an_set_add(struct an_set *s, const struct an_row *row, struct an_err *err) {
    if (s->parts) {
        enum an_code code = part_add(s, row, err);
        return !code && is_worth_spilling(s) ? flush(s, true, err) : code;
    }
    if (!s->small) {
        s->small = take(s->budget, SMALL * sizeof *s->small, err);
        if (!s->small)
            return AN_NOMEM;
    }
    s->small[s->small_count++] = *row;
    return s->small_count == SMALL ? split(s, err) : AN_OK;
}

enum an_code an_set_seal(struct an_set *s, struct an_err *err) {
    // in memory the sorted rows stand beside the unsorted ones only part by part, so nothing is doubled
    return flush(s, is_over(s->budget, 2), err);
}

enum an_code an_set_append(struct an_set *s, const struct an_row *rows, size_t count, struct an_err *err) {
    struct out o = {0};
    if (!s->run_count || (s->runs[s->run_count - 1]->fd < 0 && is_over(s->budget, 2))) {
        enum an_code code = run_new(s, is_over(s->budget, 2), &o, err);
        if (code)
            return code;
    } else {
        o = (struct out) {.budget = s->budget, .run = s->runs[s->run_count - 1]};
        if (o.run->fd >= 0 && !(o.buffer = an_alloc(READ_ROWS * sizeof *o.buffer)))
            return an_fail(err, AN_NOMEM, "no memory to write a run");
    }
    enum an_code code = AN_OK;
    for (size_t i = 0; !code && i < count; i++)
        code = put(&o, &rows[i], err);
    if (!code)
        return out_end(&o, err);
    an_free(o.buffer);
    return code;
}

void an_set_release(struct an_set *s) {
    drop_rows(s);
    for (size_t i = 0; i < s->run_count; i++)
        run_free(s->runs[i], s->budget);
    an_free(s->runs);
    *s = (struct an_set) {.budget = s->budget};
}

struct reader {                     // one run being read
    const struct an_run *run;
    const struct an_row *at, *end;
    const struct sorted *block;     // in memory: the block after this one
    struct an_row *buffer;          // in a file
    uint64_t offset;                // rows of the file read so far
};

struct an_cursor {
    struct reader *readers;
    size_t count;
    struct reader **heap;           // by the row each stands at, smallest first
    size_t live;
    struct fold fold;
    struct an_row row;              // the one last given out
};

static enum an_code fill(struct reader *r, struct an_err *err) {
    if (r->run->fd < 0) {
        while (r->block && !r->block->count)
            r->block = r->block->next;
        if (!r->block) {
            r->at = r->end = NULL;
            return AN_OK;
        }
        r->at = r->block->rows;
        r->end = r->at + r->block->count;
        r->block = r->block->next;
        return AN_OK;
    }
    uint64_t left = r->run->rows - r->offset;
    size_t want = (size_t) (left < READ_ROWS ? left : READ_ROWS) * sizeof *r->buffer, got = 0;
    while (got < want) {
        ssize_t n = pread(r->run->fd, (char *) r->buffer + got, want - got,
                          (off_t) (r->offset * sizeof *r->buffer + got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return an_fail(err, AN_IO, "temporary file cannot be read back: %s", n ? strerror(errno)
                           : "it is too short");
        got += (size_t) n;
    }
    r->offset += got / sizeof *r->buffer;
    r->at = r->buffer;
    r->end = r->at + got / sizeof *r->buffer;
    return AN_OK;
}

static void sink_down(struct an_cursor *c, size_t i) {
    for (;;) {
        size_t kid = 2 * i + 1;
        if (kid >= c->live)
            return;
        if (kid + 1 < c->live && compare(c->heap[kid + 1]->at, c->heap[kid]->at) < 0)
            kid++;
        if (compare(c->heap[i]->at, c->heap[kid]->at) <= 0)
            return;
        struct reader *r = c->heap[i];
        c->heap[i] = c->heap[kid];
        c->heap[kid] = r;
        i = kid;
    }
}

enum an_code an_cursor_open(struct an_set *const *sets, size_t count, struct an_cursor **ret, struct an_err *err) {
    size_t runs = 0;
    for (size_t i = 0; i < count; i++)
        runs += sets[i]->run_count;
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = an_alloc(sizeof *c);
    if (!c)
        return an_fail(err, AN_NOMEM, "no memory to read a set");
    *c = (struct an_cursor) {0};
    c->readers = an_alloc((runs + 1) * sizeof *c->readers);
    c->heap = an_alloc((runs + 1) * sizeof(struct reader *));
    if (!c->readers || !c->heap)
        return an_fail(err, AN_NOMEM, "no memory to read %zu runs", runs);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sets[i]->run_count; k++) {
            struct reader *r = &c->readers[c->count++];
            *r = (struct reader) {.run = sets[i]->runs[k], .block = sets[i]->runs[k]->first};
            if (r->run->fd >= 0 && !(r->buffer = an_alloc(READ_ROWS * sizeof *r->buffer)))
                return an_fail(err, AN_NOMEM, "no memory to read a run");
            enum an_code code = fill(r, err);
            if (code)
                return code;
            if (r->at != r->end)
                c->heap[c->live++] = r;
        }
    for (size_t i = c->live / 2; i-- > 0;)
        sink_down(c, i);
    *ret = AN_TAKE(c);
    return AN_OK;
}

static enum an_code advance(struct an_cursor *c, struct an_err *err) {
    struct reader *r = c->heap[0];
    if (++r->at == r->end) {
        enum an_code code = fill(r, err);
        if (code)
            return code;
        if (r->at == r->end)
            c->heap[0] = c->heap[--c->live];
    }
    sink_down(c, 0);
    return AN_OK;
}

enum an_code an_cursor_next(struct an_cursor *c, const struct an_row **ret, struct an_err *err) {
    *ret = NULL;
    if (!c->fold.has) {
        if (!c->live)
            return AN_OK;
        c->fold = (struct fold) {.row = *c->heap[0]->at, .has = true};
        while (c->live && compare(&c->fold.row, c->heap[0]->at) == 0) {
            c->fold.row.flags |= c->heap[0]->at->flags;
            c->fold.count += c->heap[0]->at->count;
            enum an_code code = advance(c, err);
            if (code)
                return code;
        }
    }
    c->row = c->fold.row;
    c->row.count = (uint16_t) (c->fold.count > AN_ROW_COUNT_MAX ? AN_ROW_COUNT_MAX : c->fold.count);
    c->fold.count -= c->row.count;
    c->fold.has = c->fold.count > 0;
    *ret = &c->row;
    return AN_OK;
}

void an_cursor_free(struct an_cursor *c) {
    if (!c)
        return;
    for (size_t i = 0; c->readers && i < c->count; i++)
        an_free(c->readers[i].buffer);
    an_free(c->readers);
    an_free(c->heap);
    an_free(c);
}
