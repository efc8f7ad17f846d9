// Walking several runs as one: a heap of readers, by the row each stands at.
#include <errno.h>
#include <unistd.h>
#include "base/alloc.h"
#include "distinct/run.h"

struct reader {                     // one run being read
    const struct an_run *run;
    const struct an_row *at, *end;
    const struct an_block *block;   // in memory: the block after this one
    struct an_row *buffer;          // in a file
    uint64_t offset;                // rows of the file read so far; of a few in memory, whether they were
};

struct an_cursor {
    struct reader *readers;
    size_t count;
    struct reader **heap;           // smallest first
    size_t live;
    struct an_row row;              // the one last given out
    uint64_t left;                  // of its count
};

static enum an_code fill(struct reader *r, struct an_err *err) {
    if (r->run->few && !r->offset) {
        r->at = r->run->few;
        r->end = r->at + r->run->rows;
        r->offset = 1;
        return AN_OK;
    }
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
    size_t want = (size_t) (left < AN_RUN_READ ? left : AN_RUN_READ) * sizeof *r->buffer, got = 0;
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
        if (kid + 1 < c->live && an_row_compare(c->heap[kid + 1]->at, c->heap[kid]->at) < 0)
            kid++;
        if (an_row_compare(c->heap[i]->at, c->heap[kid]->at) <= 0)
            return;
        struct reader *r = c->heap[i];
        c->heap[i] = c->heap[kid];
        c->heap[kid] = r;
        i = kid;
    }
}

enum an_code an_cursor_open(struct an_set *const *sets, size_t count, struct an_cursor **ret, struct an_err *err) {
    size_t runs = 0;
    for (size_t i = 0; i < count; i++) {
        AN_TRY(an_set_seal(sets[i], err));
        runs += sets[i]->run_count;
    }
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
            if (r->run->fd >= 0 && !(r->buffer = an_alloc(AN_RUN_READ * sizeof *r->buffer)))
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

// Past the row the first reader stands at.
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

static const struct an_row *give(struct an_cursor *c) {
    c->row.count = (uint16_t) (c->left > AN_ROW_COUNT_MAX ? AN_ROW_COUNT_MAX : c->left);
    c->left -= c->row.count;
    return &c->row;
}

enum an_code an_cursor_next(struct an_cursor *c, const struct an_row **ret, struct an_err *err) {
    *ret = NULL;
    if (c->left) {
        *ret = give(c);
        return AN_OK;
    }
    if (!c->live)
        return AN_OK;
    struct reader *r = c->heap[0];
    if (c->live == 1 && r->at + 1 < r->end) {           // one run is folded already
        *ret = r->at++;
        return AN_OK;
    }
    c->row = *r->at;
    do {
        c->left += c->heap[0]->at->count;
        c->row.flags |= c->heap[0]->at->flags;
        enum an_code code = advance(c, err);
        if (code)
            return code;
    } while (c->live && an_row_is_same(&c->row, c->heap[0]->at));
    *ret = give(c);
    return AN_OK;
}

enum an_code an_cursor_some(struct an_cursor *c, const struct an_row **ret, size_t *ret_count, struct an_err *err) {
    if (!c->left && c->live == 1 && c->heap[0]->at + 1 < c->heap[0]->end) {
        struct reader *r = c->heap[0];
        *ret = r->at;
        *ret_count = (size_t) (r->end - r->at) - 1;     // the last may go on in the next block
        r->at = r->end - 1;
        return AN_OK;
    }
    enum an_code code = an_cursor_next(c, ret, err);
    *ret_count = *ret != NULL;
    return code;
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
