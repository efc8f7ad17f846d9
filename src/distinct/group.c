// Most rows are alone in their group. So a part is first sifted, without a branch that depends on the rows: a map of bits, by a
// hash of the heads, learns what was met once and what twice; in a second pass rows whose bit was met once are alone, and counted
// by what they are like. Only the others are copied, and linked by a table of hashes, each to the one before it in its group.
// What is looked up here and there is asked for some rows ahead, since it may lie far from the processor.
#include "distinct/group.h"

#include "base/alloc.h"
#include "distinct/order.h"

enum {
    LIKES_MAX = 1 << 12, LIKE_BITS = 13,        // so different rows are counted by what they are like; more by themselves
    GROUP_FIRST = 64, AHEAD = 16,
    MARKS = 32,                     // places of the map in a word of it, two bits each
};
#define MORE (1u << 31)             // so fewer rows than that are grouped at once

struct item {                       // a row that may not be alone
    unsigned char head[AN_HEAD], tail[AN_TAIL];
    uint32_t word;                  // tag, flags and count
};

// Of rows that are alone: what they are like, and how many.
struct tally { uint32_t word; bool used, own, is_plain; uint64_t count; };

// The same for rows that never were looked at but in a part, by form (OWN, PAIR) and like.
struct sums {
    struct sums *next;
    const struct an_likes *likes;
    bool is_plain[2][AN_LIKES_MAX];
    uint64_t count[2][AN_LIKES_MAX];
};

struct work {
    const struct an_grouping *to;
    struct tally *tallies; size_t tally_count;      // by hash
    struct sums *sums;
    uint64_t *marks; size_t mark_cap;
    struct item *items; size_t item_cap, item_count;
    uint32_t *slots; size_t slot_cap;               // (hash, number + 1) of the last row of each group so far
    uint32_t *links; size_t link_cap;               // of each: number + 1 of the row before it in its group; MORE: one follows
    struct an_row *rows; size_t row_cap;            // of the group at hand
};

static void work_release(struct work *w) {
    while (w->sums) {
        struct sums *next = w->sums->next;
        an_free(w->sums);
        w->sums = next;
    }
    an_free(w->tallies);
    an_free(w->marks);
    an_free(w->items);
    an_free(w->slots);
    an_free(w->links);
    an_free(w->rows);
}

static enum an_code work_make(struct work *w, const struct an_grouping *to, struct an_err *err) {
    *w = (struct work) {.to = to};
    w->tallies = an_alloc(sizeof *w->tallies << LIKE_BITS);
    if (!w->tallies)
        return an_fail(err, AN_NOMEM, "no memory to group rows");
    memset(w->tallies, 0, sizeof *w->tallies << LIKE_BITS);
    return AN_OK;
}

static struct an_row like_row(uint32_t word) {
    return (struct an_row) {.tag = (uint8_t) word, .flags = (uint8_t) (word >> 8), .count = (uint16_t) (word >> 16)};
}

// NULL: there are too many.
static struct tally *tally_of(struct work *w, uint32_t word, bool own) {
    uint32_t at = (word ^ (uint32_t) own << 31) * 0x9E3779B1u >> (32 - LIKE_BITS);
    for (; w->tallies[at].used; at = (at + 1) % (1 << LIKE_BITS))
        if (w->tallies[at].word == word && w->tallies[at].own == own)
            return &w->tallies[at];
    if (w->tally_count == LIKES_MAX)
        return NULL;
    w->tally_count++;
    struct an_row like = like_row(word);
    w->tallies[at] = (struct tally) {.word = word, .used = true, .own = own, .is_plain = w->to->is_plain(w->to->arg, &like, own)};
    return &w->tallies[at];
}

// Heads are pseudo-random in the main; what is not, is stirred.
static inline uint64_t hash_of(const unsigned char head[static AN_HEAD]) {
    uint64_t low, high;
    memcpy(&low, head, sizeof low);
    memcpy(&high, head + sizeof low, sizeof high);
    return (low ^ (high << 21 | high >> 43)) * 0x9E3779B97F4A7C15u;
}

// Sums of all that rows of the set may be like.
static enum an_code add_sums(struct work *w, const struct an_set *set, struct an_err *err) {
    for (const struct an_likes *l = set->likes; l; l = l->next) {
        struct sums *sums = an_alloc(sizeof *sums);
        if (!sums)
            return an_fail(err, AN_NOMEM, "no memory to group rows");
        *sums = (struct sums) {.next = w->sums, .likes = l};
        w->sums = sums;
        for (uint32_t i = 0; i < l->count; i++) {
            struct an_row like = like_row(l->words[i]);
            sums->is_plain[AN_FORM_OWN][i] = w->to->is_plain(w->to->arg, &like, true);
            sums->is_plain[AN_FORM_PAIR][i] = w->to->is_plain(w->to->arg, &like, false);
        }
    }
    return AN_OK;
}

static struct sums *sums_of(const struct work *w, const struct an_likes *likes) {
    struct sums *s = w->sums;
    while (s->likes != likes)
        s = s->next;
    return s;
}

static inline size_t mark_of(const unsigned char *rest, unsigned bits) {
    uint64_t head;
    memcpy(&head, rest, sizeof head);
    return (size_t) (head * 0x9E3779B97F4A7C15u >> (64 - bits));
}

static inline void mark(uint64_t *marks, size_t at) {
    unsigned shift = 2 * (at % MARKS);
    uint64_t once = marks[at / MARKS] >> shift & 1;
    marks[at / MARKS] |= (1 | once << 1) << shift;
}

static inline void mark_block(struct work *w, const struct an_block *b, enum an_form form, size_t size, size_t rows,
                              unsigned bits) {
    const unsigned char *rest = an_form_rest(form, b->bytes);
    for (size_t i = 0; i < rows; i++)
        mark(w->marks, mark_of(rest + i * size, bits));
}

static inline void read_item(struct item *ret, const unsigned char *at, enum an_form form, unsigned char first,
                             const struct an_likes *likes) {
    ret->word = likes->words[at[AN_HEAD - 1]];
    an_form_head_back(ret->head, first, at);
    memcpy(ret->tail, form == AN_FORM_OWN ? ret->head : at + AN_HEAD, AN_TAIL);
}

// Counts rows that are alone and plain, keeps the others.
static inline void sift_block(struct work *w, const struct an_block *b, enum an_form form, size_t size, size_t rows,
                              unsigned char first, unsigned bits) {
    struct sums *sums = sums_of(w, b->likes);
    struct item *to = &w->items[w->item_count];
    const unsigned char *at = b->bytes;
    for (size_t i = 0; i < rows; i++, at += size) {
        size_t mine = mark_of(at, bits);
        unsigned like = at[AN_HEAD - 1];
        bool alone = !(w->marks[mine / MARKS] >> (2 * (mine % MARKS) + 1) & 1) & sums->is_plain[form][like];
        read_item(to, at, form, first, b->likes);
        to += !alone;
        sums->count[form][like] += alone;
    }
    w->item_count = (size_t) (to - w->items);
}

static void keep_row(struct work *w, const struct an_row *row) {
    struct item *it = &w->items[w->item_count++];
    memcpy(it->head, row->key, AN_ROW_KEY);
    it->word = an_like_word(row->tag, row->flags, row->count);
}

static bool room(void **array, size_t *cap, size_t want, size_t size) {
    if (want <= *cap)
        return true;
    an_free(*array);
    *cap = want + want / 4;                         // parts are much alike
    *array = an_alloc(*cap * size);
    *cap = *array ? *cap : 0;
    return *array;
}

static enum an_code make_room(struct work *w, uint64_t rows, struct an_err *err) {
    w->item_count = 0;
    if (rows >= MORE || !room((void **) &w->items, &w->item_cap, (size_t) rows + 1, sizeof *w->items))
        return an_fail(err, AN_NOMEM, "no memory to group %llu rows", (unsigned long long) rows);
    return AN_OK;
}

// Rows of part k of all sets that may not be alone become items; the others are counted.
static enum an_code sift(struct work *w, struct an_set *const *sets, size_t count, size_t k, struct an_err *err) {
    uint64_t rows = 0;
    for (size_t i = 0; i < count; i++)
        rows += sets[i]->parts ? an_part_rows(&sets[i]->parts[k]) : 0;
    unsigned bits = 10;
    while ((uint64_t) 1 << bits < 12 * rows)        // of a hundred rows that are alone, four to eight are kept all the same
        bits++;
    size_t words = ((size_t) 1 << bits) / MARKS;
    AN_TRY(make_room(w, rows, err));
    if (!room((void **) &w->marks, &w->mark_cap, words, sizeof *w->marks))
        return an_fail(err, AN_NOMEM, "no memory to group %llu rows", (unsigned long long) rows);
    memset(w->marks, 0, words * sizeof *w->marks);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < count; i++) {
            const struct an_part *p = sets[i]->parts ? &sets[i]->parts[k] : NULL;
            for (enum an_form f = 0; p && f < AN_FORMS; f++)
                for (const struct an_block *b = p->form[f].first; b; b = b->next) {
                    size_t n = an_chain_rows(&p->form[f], f, b);
                    if (f == AN_FORM_WHOLE && !pass)
                        mark_block(w, b, f, sizeof(struct an_row), n, bits);
                    else if (f == AN_FORM_WHOLE)
                        for (size_t r = 0; r < n; r++)
                            keep_row(w, &b->rows[r]);
                    else if (f == AN_FORM_OWN && !pass)             // loops of their own: what a row's form says is known in each
                        mark_block(w, b, AN_FORM_OWN, AN_OWN_BYTES, n, bits);
                    else if (f == AN_FORM_OWN)
                        sift_block(w, b, AN_FORM_OWN, AN_OWN_BYTES, n, (unsigned char) k, bits);
                    else if (!pass)
                        mark_block(w, b, AN_FORM_PAIR, AN_PAIR_BYTES, n, bits);
                    else
                        sift_block(w, b, AN_FORM_PAIR, AN_PAIR_BYTES, n, (unsigned char) k, bits);
                }
        }
    return AN_OK;
}

static inline bool is_one(const struct item *a, const struct item *b) {
    uint64_t x, y, v, z;
    memcpy(&x, a->head, 8);
    memcpy(&y, a->head + 8, 8);
    memcpy(&v, b->head, 8);
    memcpy(&z, b->head + 8, 8);
    return x == v && y == z && (uint8_t) a->word == (uint8_t) b->word;
}

static inline uint32_t slot_of(uint64_t hash) { return (uint32_t) (hash >> 20); }

// Links each row kept to the one before it in its group.
static void link_items(struct work *w, const struct item *items, size_t n, unsigned bits) {
    uint32_t mask = (1u << bits) - 1, mine = UINT32_MAX;        // bits of an entry that are of the hash: what numbers leave
    while (~mine < n)
        mine <<= 1;
    uint64_t hashes[2 * AHEAD];                         // of rows i to i + 2 * AHEAD
    for (uint32_t k = 0; k < 2 * AHEAD && k < n; k++)
        hashes[k] = hash_of(items[k].head);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t hash = hashes[i % (2 * AHEAD)];
        if (i + 2 * AHEAD < n) {
            uint64_t far = hashes[i % (2 * AHEAD)] = hash_of(items[i + 2 * AHEAD].head);
            __builtin_prefetch(&w->slots[slot_of(far) & mask], 1);
        }
        if (i + AHEAD < n) {
            uint32_t near = w->slots[slot_of(hashes[(i + AHEAD) % (2 * AHEAD)]) & mask];
            __builtin_prefetch(&items[near ? (near & ~mine) - 1 : 0]);
        }
        uint32_t at = slot_of(hash) & mask, part = (uint32_t) hash & mine, entry, before = 0;
        for (; (entry = w->slots[at]); at = (at + 1) & mask) {
            uint32_t other = (entry & ~mine) - 1;
            if ((entry & mine) == part && is_one(&items[other], &items[i])) {
                before = other + 1;
                w->links[other] |= MORE;
                break;
            }
        }
        w->slots[at] = part | (i + 1);
        w->links[i] = before;
    }
}

// Room for one row more of the group at hand: folding may make it.
static enum an_code group_room(struct work *w, size_t *count, struct an_err *err) {
    if (*count < w->row_cap)
        return AN_OK;
    if (*count)
        AN_TRY(an_rows_order(w->rows, *count, AN_HEAD, count, err));
    if (*count < w->row_cap / 2)
        return AN_OK;
    size_t cap = w->row_cap ? 2 * w->row_cap : GROUP_FIRST;
    struct an_row *rows = an_realloc(w->rows, cap * sizeof *rows);
    if (!rows)
        return an_fail(err, AN_NOMEM, "no memory to group %zu rows", cap);
    w->rows = rows;
    w->row_cap = cap;
    return AN_OK;
}

static inline bool is_own(const struct item *it) {
    uint64_t a, b;
    uint32_t c, d;
    memcpy(&a, it->head, 8);
    memcpy(&b, it->tail, 8);
    memcpy(&c, it->head + 8, 4);
    memcpy(&d, it->tail + 8, 4);
    return a == b && c == d;
}

static void read_row(struct an_row *row, const struct item *it) {
    *row = like_row(it->word);
    memcpy(row->key, it->head, AN_ROW_KEY);
}

// A row that is alone, or has become so when others were folded into it.
static enum an_code tell_one(struct work *w, const struct item *it, struct an_err *err) {
    bool own = is_own(it);
    struct tally *t = tally_of(w, it->word, own);
    if (t && t->is_plain) {
        t->count++;
        return AN_OK;
    }
    struct an_row row;
    read_row(&row, it);
    if (!t && w->to->is_plain(w->to->arg, &row, own)) {
        w->to->plain(w->to->arg, &row, own, 1);
        return AN_OK;
    }
    return w->to->group(w->to->arg, &row, 1, err);
}

// Two rows: what most groups are that have several.
static enum an_code tell_two(struct work *w, const struct item *a, const struct item *b, struct an_err *err) {
    struct an_row rows[2];
    uint32_t count = (a->word >> 16) + (b->word >> 16);
    int order = memcmp(a->tail, b->tail, AN_TAIL);
    if (!order && count <= AN_ROW_COUNT_MAX) {
        struct item both = *a;
        both.word = ((a->word | b->word) & UINT16_MAX) | count << 16;       // their tags are the same
        return tell_one(w, &both, err);
    }
    read_row(&rows[0], order < 0 ? a : b);
    read_row(&rows[1], order < 0 ? b : a);
    size_t n = 2;
    if (!order)
        AN_TRY(an_rows_order(rows, n, AN_HEAD, &n, err));
    return w->to->group(w->to->arg, rows, n, err);
}

// The group whose last row this is.
static enum an_code tell_group(struct work *w, const struct item *items, uint32_t last, struct an_err *err) {
    uint32_t before = w->links[last], earlier = w->links[before - 1] & ~MORE;
    if (!earlier)
        return tell_two(w, &items[before - 1], &items[last], err);
    size_t count = 0;
    for (uint32_t link = last + 1; link; link = w->links[link - 1] & ~MORE) {
        AN_TRY(group_room(w, &count, err));
        read_row(&w->rows[count++], &items[link - 1]);
    }
    AN_TRY(an_rows_order(w->rows, count, AN_HEAD, &count, err));
    if (count > 1)
        return w->to->group(w->to->arg, w->rows, count, err);
    struct item it = {.word = an_like_word(w->rows->tag, w->rows->flags, w->rows->count)};
    memcpy(it.head, w->rows->key, AN_ROW_KEY);
    return tell_one(w, &it, err);
}

static enum an_code tell_items(struct work *w, struct an_err *err) {
    _Static_assert(offsetof(struct item, tail) == AN_HEAD, "head and tail are a row's key");
    const struct item *items = w->items;
    size_t n = w->item_count;
    unsigned bits = 4;
    while ((size_t) 2 << bits < 3 * n)              // at most two slots of three are taken
        bits++;
    if (!room((void **) &w->slots, &w->slot_cap, (size_t) 1 << bits, sizeof *w->slots) ||
        !room((void **) &w->links, &w->link_cap, n, sizeof *w->links))
        return an_fail(err, AN_NOMEM, "no memory to group %zu rows", n);
    memset(w->slots, 0, sizeof *w->slots << bits);
    link_items(w, items, n, bits);
    enum an_code code = AN_OK;
    for (uint32_t i = 0; i < n && !code; i++) {
        uint32_t far = i + AHEAD < n ? w->links[i + AHEAD] & ~MORE : 0;
        __builtin_prefetch(&items[far ? far - 1 : i]);
        if (w->links[i] & MORE)
            continue;
        code = w->links[i] ? tell_group(w, items, i, err) : tell_one(w, &items[i], err);
    }
    return code;
}

static void tell_plain(const struct work *w) {
    for (size_t i = 0; i < 1 << LIKE_BITS; i++) {
        const struct tally *t = &w->tallies[i];
        struct an_row like = like_row(t->word);
        if (t->count)
            w->to->plain(w->to->arg, &like, t->own, t->count);
    }

    for (const struct sums *of = w->sums; of; of = of->next)
        for (uint32_t i = 0; i < of->likes->count; i++)
            for (enum an_form f = AN_FORM_OWN; f <= AN_FORM_PAIR; f++)
                if (of->count[f][i]) {
                    struct an_row like = like_row(of->likes->words[i]);
                    w->to->plain(w->to->arg, &like, f == AN_FORM_OWN, of->count[f][i]);
                }
}

static enum an_code group_parts(struct an_set *const *sets, size_t count, const struct an_grouping *to, struct an_err *err) {
    AN_CLEANUP(work_release) struct work w;
    enum an_code code = work_make(&w, to, err);
    for (size_t i = 0; i < count && !code; i++) {
        code = an_set_settle(sets[i], err);
        if (!code)
            code = add_sums(&w, sets[i], err);
    }
    for (size_t k = 0; k < AN_PARTS && !code; k++) {
        code = sift(&w, sets, count, k, err);
        if (!code)
            code = tell_items(&w, err);
    }
    if (!code)
        tell_plain(&w);
    return code;
}

static enum an_code group_few(struct an_set *const *sets, size_t count, uint64_t rows, const struct an_grouping *to,
                              struct an_err *err) {
    AN_CLEANUP(work_release) struct work w;
    enum an_code code = work_make(&w, to, err);
    if (!code)
        code = make_room(&w, rows, err);
    for (size_t i = 0; i < count && !code; i++)
        for (size_t k = 0; k < sets[i]->few_count; k++)
            keep_row(&w, &sets[i]->few[k]);
    if (!code)
        code = tell_items(&w, err);
    if (!code)
        tell_plain(&w);
    return code;
}

// Few rows of several sets, and those of others that have parts: the few are copied into a set of their own.
static enum an_code group_many(struct an_set *const *sets, size_t count, struct an_set *copies, const struct an_grouping *to,
                               bool *ret_done, struct an_err *err) {
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sets[i]->few_count; k++)
            AN_TRY(an_set_add(copies, &sets[i]->few[k], err));
    if (copies->few_count)
        AN_TRY(an_set_split(copies, err));
    *ret_done = !copies->run_count;                 // else there was no room for them
    if (!*ret_done)
        return AN_OK;
    struct an_set **all = an_alloc((count + 1) * sizeof(struct an_set *));
    if (!all)
        return an_fail(err, AN_NOMEM, "no memory to group %zu sets", count);
    for (size_t i = 0; i < count; i++)
        all[i] = sets[i];
    all[count] = copies;
    enum an_code code = group_parts(all, count + 1, to, err);
    an_free(all);
    return code;
}

enum an_code an_sets_group(struct an_set *const *sets, size_t count, const struct an_grouping *to, bool *ret_done,
                           struct an_err *err) {
    enum { FEW = 1 << 16 };                         // rows that are copied at once
    bool any_sealed = false, any_parts = false;
    uint64_t few = 0;
    for (size_t i = 0; i < count; i++) {
        any_sealed |= sets[i]->run_count > 0;
        any_parts |= sets[i]->parts != NULL;
        few += sets[i]->few_count;
    }
    *ret_done = !any_sealed;
    if (any_sealed || !count)
        return AN_OK;
    if (!few)
        return group_parts(sets, count, to, err);
    if (!any_parts && few <= FEW)
        return group_few(sets, count, few, to, err);
    struct an_set copies = {.budget = sets[0]->budget};
    enum an_code code = group_many(sets, count, &copies, to, ret_done, err);
    an_set_release(&copies);
    return code;
}
