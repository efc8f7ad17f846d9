// Sets that become one.
#include "base/alloc.h"
#include "distinct/order.h"

// Blocks from `b` on are no longer of the chain: their rows are added one by one, and they are s's to use again.
static enum an_code take_rows(struct an_set *s, const struct an_chain *c, enum an_form form, unsigned char first,
                              struct an_block *b, struct an_err *err) {
    enum an_code code = AN_OK;
    while (b && !code) {
        const unsigned char *at = b->bytes;
        for (size_t i = 0, n = an_chain_rows(c, form, b); i < n && !code; i++, at += an_form_bytes(form)) {
            struct an_row row;
            an_form_back(&row, form, first, at, b->likes);
            code = an_set_add(s, &row, err);
        }
        struct an_block *next = b->next;
        an_blocks_give(&s->blocks, b);
        b = next;
    }
    return code;
}

// Rows of a chain whose memory is s's: full blocks are hung behind the first of `to`, rows of the first are added.
static enum an_code join_chain(struct an_set *s, struct an_chain *to, const struct an_chain *c, enum an_form form,
                               unsigned char first, struct an_err *err) {
    struct an_block *full = c->first ? c->first->next : NULL;
    if (full) {
        size_t rows = an_chain_full(form) / an_form_bytes(form);
        struct an_block *last = full;
        while (last->next)
            last = last->next;
        last->next = to->first ? to->first->next : NULL;
        if (to->first)
            to->first->next = full;
        else
            to->first = full;
        to->filled = to->first == full ? an_chain_full(form) : to->filled;
        to->blocks += c->blocks - 1;
        s->part_rows += (c->blocks - 1) * rows;
        c->first->next = NULL;
    }
    return take_rows(s, c, form, first, c->first, err);
}

// What rows of `from` are like is s's to keep, behind its own; where s spilled all of them, nobody's.
static void join_likes(struct an_set *s, struct an_set *from) {
    if (!s->parts)
        return;
    struct an_likes **last = &s->likes;
    while (*last)
        last = &(*last)->next;
    *last = from->likes;
    from->likes = NULL;
}

enum an_code an_set_join(struct an_set *s, struct an_set *from, struct an_err *err) {
    enum an_code code = from->parts && !s->parts ? an_set_split(s, err) : AN_OK;
    if (code)
        return code;
    AN_TRY(an_set_settle(from, err));
    an_blocks_join(&s->blocks, &from->blocks);
    code = an_runs_join(s, from, err);
    for (size_t i = 0; i < from->few_count && !code; i++)
        code = an_set_add(s, &from->few[i], err);
    for (size_t k = 0; from->parts && k < AN_PARTS; k++)
        for (enum an_form f = 0; f < AN_FORMS; f++) {
            if (!code && !s->parts)                 // it spilled
                code = an_set_split(s, err);
            if (!code)
                code = join_chain(s, &s->parts[k].form[f], &from->parts[k].form[f], f, (unsigned char) k, err);
            from->parts[k].form[f].first = NULL;
        }
    join_likes(s, from);
    from->part_rows = 0;
    an_set_drop_waiting(from);
    return code;
}
