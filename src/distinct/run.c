#include "distinct/run.h"

#include <errno.h>
#include <unistd.h>
#include "base/alloc.h"
#include "distinct/spill.h"

enum an_code an_run_add(struct an_set *s, struct an_run **ret, struct an_err *err) {
    if (!an_alloc_room(&s->runs, s->run_count, &s->run_cap, sizeof(struct an_run *)))
        return an_fail(err, AN_NOMEM, "no memory for %zu runs", s->run_count + 1);
    struct an_run *run = an_alloc(sizeof *run);
    if (!run)
        return an_fail(err, AN_NOMEM, "no memory for a run");
    *run = (struct an_run) {.fd = -1};
    *ret = s->runs[s->run_count++] = run;
    return AN_OK;
}

void an_run_free(struct an_run *run, struct an_budget *budget) {
    if (run->fd >= 0)
        (void) close(run->fd);
    atomic_fetch_sub_explicit(&budget->used, run->few_cap * sizeof *run->few, memory_order_relaxed);
    an_free(run->few);
    an_free(run);
}

enum an_code an_runs_join(struct an_set *s, struct an_set *from, struct an_err *err) {
    while (from->run_count) {
        if (!an_alloc_room(&s->runs, s->run_count, &s->run_cap, sizeof(struct an_run *)))
            return an_fail(err, AN_NOMEM, "no memory for %zu runs", s->run_count + 1);
        s->runs[s->run_count++] = from->runs[--from->run_count];
    }
    return AN_OK;
}

enum an_code an_out_begin(struct an_out *o, struct an_set *set, bool in_file, bool append, struct an_err *err) {
    *o = (struct an_out) {.set = set};
    enum an_code code = AN_OK;
    if (append)
        o->run = set->runs[set->run_count - 1];
    else
        code = an_run_add(set, &o->run, err);
    if (!code && !append && in_file) {
        o->run->fd = an_spill_open(err);
        code = o->run->fd < 0 ? err->code : AN_OK;
    }
    if (code || o->run->fd < 0)
        return code;
    o->buffer = an_alloc(AN_RUN_READ * sizeof *o->buffer);
    return o->buffer ? AN_OK : an_fail(err, AN_NOMEM, "no memory to write a run");
}

static enum an_code write_rows(struct an_out *o, struct an_err *err) {
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
        atomic_fetch_add_explicit(&o->set->budget->spilled, (uint64_t) w, memory_order_relaxed);
    }
    o->buffered = 0;
    return AN_OK;
}

enum an_code an_out_put_slowly(struct an_out *o, const struct an_row *row, struct an_err *err) {
    struct an_run *run = o->run;
    run->rows++;
    if (run->fd >= 0) {
        o->buffer[o->buffered++] = *row;
        return o->buffered == AN_RUN_READ ? write_rows(o, err) : AN_OK;
    }
    struct an_block *b = run->last;
    if (!b || b->count == AN_BLOCK_ROWS) {
        b = an_blocks_take(&o->set->blocks, o->set->budget, err);
        if (!b)
            return AN_NOMEM;
        *(run->last ? &run->last->next : &run->first) = b;
        run->last = b;
    }
    b->rows[b->count++] = *row;
    return AN_OK;
}

enum an_code an_out_flush(struct an_out *o, struct an_err *err) {
    if (!o->has)
        return AN_OK;
    o->has = false;
    do {
        o->row.count = (uint16_t) (o->count > AN_ROW_COUNT_MAX ? AN_ROW_COUNT_MAX : o->count);
        o->count -= o->row.count;
        enum an_code code = an_out_put(o, &o->row, err);
        if (code)
            return code;
    } while (o->count);
    return AN_OK;
}

enum an_code an_out_fold(struct an_out *o, const struct an_row *row, struct an_err *err) {
    if (o->has && an_row_is_same(&o->row, row)) {
        o->row.flags |= row->flags;
        o->count += row->count;
        return AN_OK;
    }
    enum an_code code = an_out_flush(o, err);
    o->row = *row;
    o->count = row->count;
    o->has = true;
    return code;
}

enum an_code an_out_end(struct an_out *o, enum an_code code, struct an_err *err) {
    if (!code)
        code = an_out_flush(o, err);
    if (!code && o->buffered)
        code = write_rows(o, err);
    an_free(o->buffer);
    o->buffer = NULL;
    return code;
}
