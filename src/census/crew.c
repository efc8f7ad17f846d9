#define _GNU_SOURCE
#include "census/crew.h"

#include <pthread.h>
#include <string.h>
#include "base/alloc.h"

enum { PLACES = 4 };                // blocks that wait for one hand, or are with it

struct place {
    struct an_crew_block block;     // lies in `bytes`
    char *bytes; size_t cap;
};

struct member {
    struct an_crew *crew;
    void *hand;
    pthread_t thread;
    struct place places[PLACES];
    size_t first, waiting;          // places in use; the first is the one at hand
    struct an_err err;
};

struct an_crew {
    an_crew_take *take;
    pthread_mutex_t lock;           // guards all that follows, but for the blocks at hand
    pthread_cond_t given, taken;
    bool over;
    size_t count, next;             // next: to be asked for a place
    struct member members[];
};

static void *work(void *arg) {
    struct member *m = arg;
    struct an_crew *c = m->crew;
    (void) pthread_mutex_lock(&c->lock);
    for (;;) {
        while (!m->waiting && !c->over)
            (void) pthread_cond_wait(&c->given, &c->lock);
        if (c->over)
            break;
        const struct an_crew_block *block = &m->places[m->first].block;
        bool failed = m->err.code;                      // then the rest is only let go
        (void) pthread_mutex_unlock(&c->lock);
        if (!failed)
            AN_IGNORE(c->take(m->hand, block, &m->err));
        (void) pthread_mutex_lock(&c->lock);
        m->first = (m->first + 1) % PLACES;
        m->waiting--;
        (void) pthread_cond_signal(&c->taken);
    }
    (void) pthread_mutex_unlock(&c->lock);
    return NULL;
}

struct an_crew *an_crew_new(void *const *hands, size_t count, an_crew_take *take) {
    struct an_crew *c = an_alloc(sizeof *c + count * sizeof c->members[0]);
    if (!c)
        return NULL;
    memset(c, 0, sizeof *c + count * sizeof c->members[0]);
    c->take = take;
    if (pthread_mutex_init(&c->lock, NULL) || pthread_cond_init(&c->given, NULL) || pthread_cond_init(&c->taken, NULL)) {
        an_free(c);
        return NULL;
    }
    for (; c->count < count; c->count++) {
        struct member *m = &c->members[c->count];
        m->crew = c;
        m->hand = hands[c->count];
        if (pthread_create(&m->thread, NULL, work, m))
            break;
    }
    if (c->count)
        return c;
    an_crew_free(c);
    return NULL;
}

// Copies the block, the bytes behind it that a source promises with it, and its cells.
static bool fill(struct place *p, const struct an_crew_block *block) {
    const struct an_rows *rows = &block->rows;
    size_t cells = rows->count * rows->columns, from = rows->count ? SIZE_MAX : 0, to = rows->count ? 0 : block->lines.len;
    for (size_t i = 0; i < cells; i++) {
        size_t at = rows->cells[i].at, end = at + rows->cells[i].len;
        from = at < from && end > at ? at : from;
        to = end > to && end > at ? end : to;
    }
    from = from < to ? from : to;                       // all are empty
    size_t text = to - from + AN_SOURCE_PADDING, need = cells * sizeof *rows->cells + text;
    if (need > p->cap) {
        char *bytes = an_alloc(need + need / 4);
        if (!bytes)
            return false;
        an_free(p->bytes);
        p->bytes = bytes;
        p->cap = need + need / 4;
    }
    struct an_span *copies = (struct an_span *) (void *) p->bytes;
    char *copy = p->bytes + cells * sizeof *copies;
    memcpy(copy, (rows->count ? rows->text : block->lines.ptr) + from, text);
    for (size_t i = 0; i < cells; i++)
        copies[i] = (struct an_span) {rows->cells[i].len ? rows->cells[i].at - (uint32_t) from : 0, rows->cells[i].len};
    p->block = *block;
    p->block.rows.text = copy;
    p->block.rows.cells = copies;
    p->block.lines.ptr = copy;
    return true;
}

bool an_crew_give(struct an_crew *c, const struct an_crew_block *block) {
    struct member *m = NULL;
    (void) pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->count && !m; i++) {
        struct member *one = &c->members[(c->next + i) % c->count];
        m = one->waiting < PLACES ? one : NULL;
    }
    c->next++;
    size_t place = m ? (m->first + m->waiting) % PLACES : 0;
    (void) pthread_mutex_unlock(&c->lock);
    // nobody else gives, so the place stays free
    if (!m || !fill(&m->places[place], block))
        return false;
    (void) pthread_mutex_lock(&c->lock);
    m->waiting++;
    (void) pthread_cond_broadcast(&c->given);
    (void) pthread_mutex_unlock(&c->lock);
    return true;
}

enum an_code an_crew_wait(struct an_crew *c, struct an_err *err) {
    enum an_code code = AN_OK;
    (void) pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->count; i++) {
        struct member *m = &c->members[i];
        while (m->waiting)
            (void) pthread_cond_wait(&c->taken, &c->lock);
        if (m->err.code && !code) {
            *err = m->err;
            code = err->code;
        }
        m->err.code = AN_OK;
    }
    (void) pthread_mutex_unlock(&c->lock);
    return code;
}

void an_crew_free(struct an_crew *c) {
    if (!c)
        return;
    (void) pthread_mutex_lock(&c->lock);
    c->over = true;
    (void) pthread_cond_broadcast(&c->given);
    (void) pthread_mutex_unlock(&c->lock);
    for (size_t i = 0; i < c->count; i++) {
        (void) pthread_join(c->members[i].thread, NULL);
        for (size_t k = 0; k < PLACES; k++)
            an_free(c->members[i].places[k].bytes);
    }
    (void) pthread_cond_destroy(&c->given);
    (void) pthread_cond_destroy(&c->taken);
    (void) pthread_mutex_destroy(&c->lock);
    an_free(c);
}
