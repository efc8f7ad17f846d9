#include "distinct/order.h"

#include "base/alloc.h"
#include "distinct/sort.h"

enum { AHEAD = 12 };                // rows fetched before they are used

_Static_assert((int) AN_PART_BLOCKS << (int) AN_PLACE_BITS <= 1 << (int) AN_WORD_LOW, "a word has room for the place");
_Static_assert(AN_BLOCK_BYTES / AN_OWN_BYTES < 1 << AN_PLACE_BITS, "a place in a block has so many bits");

uint64_t an_part_blocks(const struct an_part *p) {
    uint64_t n = 0;
    for (size_t f = 0; f < AN_FORMS; f++)
        n += p->form[f].blocks;
    return n;
}

uint64_t an_part_rows(const struct an_part *p) {
    uint64_t n = 0;
    for (enum an_form f = 0; f < AN_FORMS; f++)
        if (p->form[f].blocks)
            n += (p->form[f].blocks - 1) * (an_chain_full(f) / an_form_bytes(f)) +
                 an_chain_rows(&p->form[f], f, p->form[f].first);
    return n;
}

struct place { const struct an_block *block; enum an_form form; };

struct words {
    uint64_t *word;
    struct place *places;           // by the number of the block
    size_t count, bytes;
    unsigned char first;
};

static enum an_code words_make(struct words *w, struct an_set *s, const struct an_part *p, unsigned char first,
                               struct an_err *err) {
    size_t n = (size_t) an_part_rows(p);
    *w = (struct words) {.first = first, .bytes = 2 * n * sizeof *w->word + (size_t) an_part_blocks(p) * sizeof *w->places};
    w->word = an_alloc(w->bytes);
    if (!w->word)
        return an_fail(err, AN_NOMEM, "no memory for %zu bytes", w->bytes);
    atomic_fetch_add_explicit(&s->budget->used, w->bytes, memory_order_relaxed);
    w->places = (struct place *) (void *) (w->word + 2 * n);
    size_t number = 0;
    for (enum an_form f = 0; f < AN_FORMS; f++) {
        const struct an_chain *c = &p->form[f];
        size_t size = an_form_bytes(f);
        for (const struct an_block *b = c->first; b; b = b->next, number++) {
            w->places[number] = (struct place) {b, f};
            const unsigned char *at = an_form_rest(f, b->bytes);
            for (size_t i = 0, rows = an_chain_rows(c, f, b); i < rows; i++, at += size) {
                uint64_t head;
                memcpy(&head, at, sizeof head);
                w->word[w->count++] = __builtin_bswap64(head) >> AN_WORD_LOW << AN_WORD_LOW | number << AN_PLACE_BITS | i;
            }
        }
    }
    an_words_sort(w->word, w->word + n, n);
    return AN_OK;
}

static inline const unsigned char *find(const struct words *w, size_t i, const struct place **ret) {
    uint64_t place = w->word[i] & (((uint64_t) 1 << AN_WORD_LOW) - 1);
    *ret = &w->places[place >> AN_PLACE_BITS];
    return (*ret)->block->bytes + (place & ((1 << AN_PLACE_BITS) - 1)) * an_form_bytes((*ret)->form);
}

static inline void read(const struct words *w, size_t i, struct an_row *ret) {
    const struct place *p;
    const unsigned char *at = find(w, i, &p);
    an_form_back(ret, p->form, w->first, at, p->block->likes);
}

// Rows whose words are the same in their upper bits: they are put into order whole.
static enum an_code put_equals(const struct words *w, size_t from, size_t to, struct an_out *o, struct an_err *err) {
    enum { FEW_EQUALS = 16 };
    struct an_row own[2 * FEW_EQUALS], *rows = own;
    size_t n = to - from;
    if (n > FEW_EQUALS && !(rows = an_alloc(2 * n * sizeof *rows)))
        return an_fail(err, AN_NOMEM, "no memory for %zu rows", n);
    for (size_t i = 0; i < n; i++)
        read(w, from + i, &rows[i]);
    an_rows_sort(rows, rows + n, n, 1);
    enum an_code code = AN_OK;
    for (size_t i = 0; i < n && !code; i++)
        code = an_out_fold(o, &rows[i], err);
    if (!code)
        code = an_out_flush(o, err);
    if (rows != own)
        an_free(rows);
    return code;
}

// Two such rows: what most of them are, an identifier met again beside the same one.
static enum an_code put_two(struct an_row *a, struct an_row *b, struct an_out *o, struct an_err *err) {
    if (an_row_is_same(a, b)) {
        a->flags |= b->flags;
        a->count = (uint16_t) (a->count + b->count);
        return an_out_put(o, a, err);
    }
    bool is_ordered = an_row_compare(a, b) < 0;
    enum an_code code = an_out_put(o, is_ordered ? a : b, err);
    return code ? code : an_out_put(o, is_ordered ? b : a, err);
}

static enum an_code put_in_order(const struct words *w, struct an_out *o, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0, next; i < w->count && !code; i = next) {
        const struct place *ahead;
        __builtin_prefetch(find(w, i + AHEAD < w->count ? i + AHEAD : i, &ahead));
        for (next = i + 1; next < w->count && w->word[i] >> AN_WORD_LOW == w->word[next] >> AN_WORD_LOW;)
            next++;
        struct an_row a, b;
        if (next - i <= 2)
            read(w, i, &a);
        if (next == i + 1) {
            code = an_out_put(o, &a, err);
            continue;
        }
        if (next == i + 2)
            read(w, i + 1, &b);
        if (next == i + 2 && a.count + b.count <= AN_ROW_COUNT_MAX)
            code = put_two(&a, &b, o, err);
        else
            code = put_equals(w, i, next, o, err);
    }
    return code;
}

enum an_code an_part_order(struct an_set *s, const struct an_part *p, unsigned char first, struct an_out *o,
                           struct an_err *err) {
    struct words w;
    enum an_code code = an_part_blocks(p) ? words_make(&w, s, p, first, err) : AN_OK;
    if (code || !an_part_blocks(p))
        return code;
    code = put_in_order(&w, o, err);
    an_free(w.word);
    atomic_fetch_sub_explicit(&s->budget->used, w.bytes, memory_order_relaxed);
    return code;
}

// The rows of one identity, all counts added: full ones first. Never more than they were.
static size_t put_folded(struct an_row *rows, size_t at, struct an_row row, uint64_t count) {
    do {
        row.count = (uint16_t) (count > AN_ROW_COUNT_MAX ? AN_ROW_COUNT_MAX : count);
        count -= row.count;
        rows[at++] = row;
    } while (count);
    return at;
}

enum an_code an_rows_order(struct an_row *rows, size_t n, size_t depth, size_t *ret_count, struct an_err *err) {
    struct an_row *other = n > AN_SORT_FEW ? an_alloc(n * sizeof *other) : NULL;
    *ret_count = n;
    if (n > AN_SORT_FEW && !other)
        return an_fail(err, AN_NOMEM, "no memory for %zu rows", n);
    an_rows_sort(rows, other, n, depth);
    an_free(other);
    size_t at = 0;
    for (size_t i = 0, next; i < n; i = next) {
        struct an_row row = rows[i];
        uint64_t count = row.count;
        for (next = i + 1; next < n && an_row_is_same(&row, &rows[next]); next++) {
            row.flags |= rows[next].flags;
            count += rows[next].count;
        }
        at = put_folded(rows, at, row, count);
    }
    *ret_count = at;
    return AN_OK;
}
