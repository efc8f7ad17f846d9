#include "distinct/set.h"

#include <unistd.h>
#include "base/alloc.h"
#include "distinct/order.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { LINE = 64, LOOK = 4096, FEW_FIRST = 16 };   // rows between two looks at the budget; room for the first rows

bool an_budget_is_over(const struct an_budget *b) {
    return atomic_load_explicit(&b->used, memory_order_relaxed) > b->limit / 2;
}

void an_set_drop_part(struct an_set *s, struct an_part *p) {
    for (size_t f = 0; f < AN_FORMS; f++)
        while (p->form[f].first) {
            struct an_block *b = p->form[f].first;
            p->form[f].first = b->next;
            an_blocks_give(&s->blocks, b);
        }
    *p = (struct an_part) {0};
}

static void drop_few(struct an_set *s) {
    atomic_fetch_sub_explicit(&s->budget->used, s->few_cap * sizeof *s->few, memory_order_relaxed);
    an_free(s->few);
    s->few = NULL;
    s->few_count = s->few_cap = 0;
}

static void drop_parts(struct an_set *s) {
    an_free(s->parts);
    an_free(s->stages);
    s->parts = NULL;
    s->stages = NULL;
    s->part_rows = 0;
    while (s->likes) {
        struct an_likes *l = s->likes;
        s->likes = l->next;
        an_free(l);
    }
}

void an_set_drop_waiting(struct an_set *s) {
    drop_few(s);
    for (size_t k = 0; s->parts && k < AN_PARTS; k++)
        an_set_drop_part(s, &s->parts[k]);
    drop_parts(s);
    if (!s->blocks.live)
        an_blocks_release(&s->blocks, s->budget);
}

// Whole lines, past the cache where the processor can.
static void write_past(unsigned char *to, const unsigned char *from, size_t n) {
#if defined(__x86_64__)
    for (size_t i = 0; i < n; i += sizeof(__m128i))
        _mm_stream_si128((__m128i *) (void *) (to + i), _mm_load_si128((const __m128i *) (const void *) (from + i)));
#else
    memcpy(to, from, n);
#endif
}

// The block that the chain's stage goes to next.
static enum an_code find_block(struct an_set *s, struct an_chain *c, enum an_form form, struct an_err *err) {
    if (c->first && c->filled < an_chain_full(form))
        return AN_OK;
    struct an_block *b = an_blocks_take(&s->blocks, s->budget, err);
    if (!b)
        return AN_NOMEM;
    b->next = c->first;
    b->likes = s->likes;
    c->first = b;
    c->filled = 0;
    c->blocks++;
    return AN_OK;
}

static enum an_form form_of(const struct an_set *s, const struct an_chain *c) {
    return (enum an_form) ((size_t) (c - &s->parts->form[0]) % AN_FORMS);
}

enum an_code an_set_grow(struct an_set *s, struct an_chain *c, struct an_err *err) {
    enum an_form form = form_of(s, c);
    size_t stage = an_form_stage(form);
    AN_TRY(find_block(s, c, form, err));
    c->at = c->end - stage;
    write_past(c->first->bytes + c->filled, c->at, stage);
    c->filled += stage;
    return AN_OK;
}

enum an_code an_set_settle(struct an_set *s, struct an_err *err) {
    for (size_t k = 0; s->parts && k < AN_PARTS; k++)
        for (enum an_form f = 0; f < AN_FORMS; f++) {
            struct an_chain *c = &s->parts[k].form[f];
            const unsigned char *stage = c->end - an_form_stage(f);
            if (c->at == stage)
                continue;
            AN_TRY(find_block(s, c, f, err));
            memcpy(c->first->bytes + c->filled, stage, (size_t) (c->at - stage));
        }
#if defined(__x86_64__)
    _mm_sfence();                       // what was written past the cache may be read by others now
#endif
    return AN_OK;
}

static enum an_code part_add(struct an_set *s, const struct an_row *row, struct an_err *err) {
    unsigned like = an_like_of(s->likes, an_like_word(row->tag, row->flags, row->count));
    if (like != AN_LIKE_NONE)
        return an_set_put(s, an_row_is_own(row) ? AN_FORM_OWN : AN_FORM_PAIR, row->key, row->key + AN_HEAD, like, err);
    struct an_chain *c = &s->parts[row->key[0]].form[AN_FORM_WHOLE];
    if (c->at == c->end)
        AN_TRY(an_set_grow(s, c, err));
    memcpy(c->at, row, sizeof *row);
    c->at += sizeof *row;
    s->part_rows++;
    return AN_OK;
}

enum an_code an_set_split(struct an_set *s, struct an_err *err) {
    size_t bytes = 0;
    for (enum an_form f = 0; f < AN_FORMS; f++)
        bytes += AN_PARTS * an_form_stage(f);
    s->parts = an_alloc(AN_PARTS * sizeof *s->parts);
    s->likes = an_alloc(sizeof *s->likes);
    s->stages = an_alloc(bytes + LINE);
    if (s->likes)
        memset(s->likes, 0, sizeof *s->likes);
    if (!s->parts || !s->likes || !s->stages) {
        drop_parts(s);
        return an_fail(err, AN_NOMEM, "no memory for a set");
    }
    memset(s->parts, 0, AN_PARTS * sizeof *s->parts);
    unsigned char *stage = (unsigned char *) (((uintptr_t) s->stages + LINE - 1) / LINE * LINE);
    for (enum an_form f = 0; f < AN_FORMS; f++)
        for (size_t k = 0; k < AN_PARTS; k++) {
            s->parts[k].form[f].at = stage;
            s->parts[k].form[f].end = stage += an_form_stage(f);
        }
    s->look_at = LOOK;
    enum an_code code = AN_OK;
    for (size_t i = 0; i < s->few_count && !code; i++)
        code = part_add(s, &s->few[i], err);
    drop_few(s);
    return code;
}

// How many rows a set must hold before spilling it is worth a file: a budget too small for the work is passed, not
// thrashed. A part of more blocks than its words can tell ends a run as well.
enum an_code an_set_look_now(struct an_set *s, struct an_err *err) {
    if (!s->parts)
        return AN_OK;
    s->look_at = s->part_rows + LOOK;
    bool full = false;
    for (size_t k = 0; k < AN_PARTS; k++)
        full |= an_part_blocks(&s->parts[k]) + LOOK / AN_BLOCK_ROWS + AN_FORMS > AN_PART_BLOCKS;
    bool worth = s->part_rows * sizeof(struct an_row) * 8 >= s->budget->limit / 4;
    return full || (worth && an_budget_is_over(s->budget)) ? an_set_seal(s, err) : AN_OK;
}

static enum an_code few_add(struct an_set *s, const struct an_row *row, struct an_err *err) {
    if (s->few_count == s->few_cap) {
        size_t cap = s->few_cap ? 2 * s->few_cap : FEW_FIRST;
        struct an_row *few = an_realloc(s->few, cap * sizeof *few);
        if (!few)
            return an_fail(err, AN_NOMEM, "no memory for %zu rows", cap);
        atomic_fetch_add_explicit(&s->budget->used, (cap - s->few_cap) * sizeof *few, memory_order_relaxed);
        s->few = few;
        s->few_cap = cap;
    }
    s->few[s->few_count++] = *row;
    return s->few_count == AN_FEW_MAX ? an_set_split(s, err) : AN_OK;
}

enum an_code an_set_add(struct an_set *s, const struct an_row *row, struct an_err *err) {
    if (!s->parts)
        return few_add(s, row, err);
    enum an_code code = part_add(s, row, err);
    return code ? code : an_set_look(s, err);
}

enum an_code an_set_append(struct an_set *s, const struct an_row *rows, size_t count, struct an_err *err) {
    bool over = an_budget_is_over(s->budget);
    const struct an_run *last = s->run_count ? s->runs[s->run_count - 1] : NULL;
    struct an_out o;
    enum an_code code = an_out_begin(&o, s, over, last && !last->few && !(last->fd < 0 && over), err);
    for (size_t i = 0; !code && i < count; i++)
        code = an_out_put(&o, &rows[i], err);
    return an_out_end(&o, code, err);
}

void an_set_release(struct an_set *s) {
    an_set_drop_waiting(s);
    for (size_t i = 0; i < s->run_count; i++)
        an_run_free(s->runs[i], s->budget);
    an_free(s->runs);
    an_blocks_release(&s->blocks, s->budget);
    *s = (struct an_set) {.budget = s->budget};
}
