#include "census/batch.h"

#include <sodium.h>
#include <string.h>
#include "base/alloc.h"
#include "ident/keys.h"

enum { PAUSE = 64 };            // calls that are not tried after one that did not pay

struct an_batch {
    bool never, usable, labelled, repeats;
    unsigned pause;
    const struct an_way *ways;
    size_t columns;
    struct an_cell_bits *filled; size_t filled_cap;     // of each column, cells that hold something
    size_t of[AN_PENDING_MENTION], key_count;           // columns that hold identifiers: traces, then in the order of charging
    struct an_keys *keys;                               // what was read of them, and of the column of names at hand
    unsigned char tokens[AN_PENDING_MENTION][AN_KEYS_ROOM][AN_SIPHASH_OUT];
};
enum { NAMES = AN_PENDING_MENTION };

struct an_batch *an_batch_new(bool never, struct an_err *err) {
    struct an_batch *b = an_alloc(sizeof *b);
    struct an_keys *keys = sodium_allocarray(NAMES + 1, sizeof *keys);      // not to be swapped out, where that is allowed
    if (!b || !keys) {
        an_free(b);
        sodium_free(keys);
        AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for rows"));
        return NULL;
    }
    memset(b, 0, sizeof *b);
    memset(keys, 0, (NAMES + 1) * sizeof *keys);
    b->never = never;
    b->keys = keys;
    return b;
}

void an_batch_free(struct an_batch *b) {
    if (!b)
        return;
    sodium_free(b->keys);               // zeroes them
    an_free(b->filled);
    an_free(b);
}

static bool is_key(const struct an_way *way) { return way->how == AN_WAY_KIND || way->how == AN_WAY_TRACE; }

static void add_key_column(struct an_batch *b, size_t column) {
    size_t at = b->key_count++;
    for (; at > 0 && b->ways[b->of[at - 1]].of.order > b->ways[column].of.order; at--)
        b->of[at] = b->of[at - 1];
    b->of[at] = column;
}

enum an_code an_batch_plan(struct an_batch *b, const struct an_way *ways, const struct an_store *store, bool labelled,
                           bool repeats, struct an_err *err) {
    size_t count = store->column_count;
    const struct an_column *first = NULL;               // of those that speak of somebody
    b->ways = ways;
    b->columns = count;
    b->key_count = b->pause = 0;
    b->labelled = labelled;
    b->repeats = repeats && labelled;
    b->usable = !b->never && count;
    for (size_t i = 0; i < count && b->usable; i++) {
        const struct an_column *c = &store->columns[i];
        bool is_silent = ways[i].how == AN_WAY_TEXT || (ways[i].how == AN_WAY_OTHER && !c->header.personal);
        if (ways[i].how == AN_WAY_LONG || is_silent)
            continue;
        first = first ? first : c;
        b->usable = c->group == first->group && (!is_key(&ways[i]) || b->key_count < AN_PENDING_MENTION);
        if (b->usable && is_key(&ways[i]))
            add_key_column(b, i);
    }
    if (count <= b->filled_cap)
        return AN_OK;
    struct an_cell_bits *filled = an_realloc(b->filled, 2 * count * sizeof *filled);
    if (!filled)
        return an_fail(err, AN_NOMEM, "no memory for %zu columns", count);
    b->filled = filled;
    b->filled_cap = 2 * count;
    return AN_OK;
}

// Word by word.
static void join(struct an_cell_bits *to, const struct an_cell_bits *from) {
    for (size_t w = 0; w < AN_CELLS_WORDS; w++)
        to->word[w] |= from->word[w];
}

static struct an_cell_bits both(const struct an_cell_bits *a, const struct an_cell_bits *b) {
    struct an_cell_bits c;
    for (size_t w = 0; w < AN_CELLS_WORDS; w++)
        c.word[w] = a->word[w] & b->word[w];
    return c;
}

static struct an_cell_bits without(const struct an_cell_bits *a, const struct an_cell_bits *b) {
    struct an_cell_bits c;
    for (size_t w = 0; w < AN_CELLS_WORDS; w++)
        c.word[w] = a->word[w] & ~b->word[w];
    return c;
}

static struct an_cell_bits first_bits(size_t n) {
    struct an_cell_bits c;
    for (size_t w = 0; w < AN_CELLS_WORDS; w++)
        c.word[w] = n >= 64 * (w + 1) ? ~(uint64_t) 0 : n > 64 * w ? ((uint64_t) 1 << (n - 64 * w)) - 1 : 0;
    return c;
}

// What was seen in the rows, a bit a row.
struct seen {
    struct an_cell_bits odd;        // something that the row must be left for
    struct an_cell_bits known;      // an identifier
    struct an_cell_bits told;       // an identifier, or anything else about somebody
    bool unsettled;                 // a column is, as all are in the beginning
};

// Rows that begin as the headings do.
static void see_headings(const struct an_batch *b, const struct an_cells *cells, const struct an_store *store,
                         struct seen *seen) {
    struct an_str name = store->columns[0].name;
    for (size_t i = 0; b->repeats && i < cells->count; i++) {
        struct an_str cell = an_cells_at(cells, i);
        if (cell.len == name.len || (cell.len > name.len && cell.len > AN_COLUMN_NAME))     // longer names are kept cut
            if (memcmp(cell.ptr, name.ptr, name.len) == 0)
                an_cell_bits_add(&seen->odd, i);
    }
}

static void see_keys(const struct an_batch *b, const struct an_cells *cells, size_t column, const struct an_column *c,
                     struct an_keys *keys, struct seen *seen) {
    const struct an_way *way = &b->ways[column];
    an_keys_read(way->of.kind, cells, &way->context, keys);
    b->filled[column] = keys->filled;
    join(&seen->told, &keys->filled);
    bool is_settled = an_column_is_settled(c, way->of.kind->code);
    seen->unsettled |= !is_settled;
    join(&seen->odd, is_settled ? &keys->odd : &keys->filled);      // until it is, cells are looked at in the order of the rows
    if (way->how != AN_WAY_KIND)
        return;
    struct an_cell_bits found = without(&keys->filled, &keys->odd);
    for (size_t k = 0; b->of[k] != column; k++)         // two of one kind are more than one person's, perhaps
        if (b->ways[b->of[k]].index == way->index) {
            struct an_cell_bits other = without(&b->keys[k].filled, &b->keys[k].odd), twice = both(&other, &found);
            join(&seen->odd, &twice);
        }
    join(&seen->known, &found);
}

// Running text: what a cell that is a moment may be let off with, text may not.
static void listen_to_text(const struct an_cells *cells, struct an_quiet *ret) {
    an_cells_listen(cells, 1, ret);
    for (size_t i = 0; i < cells->count; i++) {
        struct an_str s = an_cells_at(cells, i);
        if (s.len > 4 && s.ptr[4] == '-')
            an_cell_bits_add(&ret->loud, i);
    }
}

static void see_column(struct an_batch *b, struct an_scanner *scanner, const struct an_cells *cells, size_t column,
                       const struct an_column *c, struct seen *seen) {
    struct an_quiet quiet;
    if (b->ways[column].how == AN_WAY_NAME) {
        see_keys(b, cells, column, c, &b->keys[NAMES], seen);
        return;
    }
    if (b->ways[column].how == AN_WAY_TEXT)
        listen_to_text(cells, &quiet);
    else
        an_scan_column(scanner, cells, &quiet);
    b->filled[column] = quiet.filled;
    join(&seen->odd, b->ways[column].how == AN_WAY_LONG ? &quiet.filled : &quiet.loud);
    if (c->header.personal)
        join(&seen->told, &quiet.filled);
}

static struct seen see(struct an_batch *b, struct an_scanner *scanner, const struct an_rows *rows, const struct an_store *store) {
    struct seen seen = {0};
    struct an_cells cells = {.text = rows->text, .first = rows->cells, .stride = rows->columns, .count = rows->count};
    see_headings(b, &cells, store, &seen);
    for (size_t k = 0; k < b->key_count; k++) {
        cells.first = rows->cells + b->of[k];
        see_keys(b, &cells, b->of[k], &store->columns[b->of[k]], &b->keys[k], &seen);
    }
    for (size_t i = 0; i < b->columns; i++) {
        cells.first = rows->cells + i;
        if (!is_key(&b->ways[i]))
            see_column(b, scanner, &cells, i, &store->columns[i], &seen);
    }
    return seen;
}

static size_t first_of(const struct an_cell_bits *b) {
    size_t w = 0;
    while (w + 1 < AN_CELLS_WORDS && !b->word[w])
        w++;
    return w * 64 + (b->word[w] ? (size_t) __builtin_ctzll(b->word[w]) : 0);
}

// Adds up what is counted cell by cell, over the rows taken; `number` is the first row's.
static void count_cells(const struct an_batch *b, const struct an_cell_bits *taken, uint64_t number, struct an_store *store) {
    for (size_t i = 0; i < b->columns; i++) {
        struct an_cell_bits mine = both(&b->filled[i], taken);
        size_t n = an_cell_bits_count(&mine);
        store->columns[i].values += n;
        if (!is_key(&b->ways[i]) && b->ways[i].how != AN_WAY_NAME)
            continue;
        store->tally[b->ways[i].index].found += n;
        an_column_saw(&store->columns[i], b->ways[i].of.kind->code, n, AN_COLUMN_KINDS + number + first_of(&mine));
    }
}

static void make_tokens(struct an_batch *b) {
    for (size_t k = 0; k < b->key_count; k++) {
        struct an_keys *keys = &b->keys[k];
        an_siphash_texts(keys->text, keys->len, keys->count, b->ways[b->of[k]].of.part, b->tokens[k]);
        sodium_memzero(keys->text, keys->count * sizeof *keys->text);
    }
}

// The identifiers of each row taken, in the order of charging, are one mention's; traces stand beside it.
static enum an_code put_mentions(const struct an_batch *b, const struct an_cell_bits *taken, size_t count, struct an_set *rows,
                                 struct an_err *err) {
    size_t at[AN_PENDING_MENTION] = {0};                // of each column's identifiers, how many were passed
    enum an_code code = AN_OK;
    for (size_t r = 0; r < count && !code; r++) {
        struct an_sure items[AN_PENDING_MENTION];
        size_t n = 0;
        for (size_t k = 0; k < b->key_count; k++) {
            const struct an_keys *keys = &b->keys[k];
            if (!an_cell_bits_has(&keys->filled, r) || an_cell_bits_has(&keys->odd, r))
                continue;
            size_t i = at[k]++;
            const struct an_pending_kind *of = &b->ways[b->of[k]].of;
            items[n] = (struct an_sure) {.code = of->kind->code, .floor = keys->floor[i], .exclusive = of->exclusive};
            memcpy(items[n].token.byte, b->tokens[k][i], AN_TOKEN_BYTES);
            if (b->ways[b->of[k]].how != AN_WAY_TRACE)
                n++;
            else if (an_cell_bits_has(taken, r) && !code)
                code = an_mention_add_trace(&items[n], rows, err);
        }
        if (n && an_cell_bits_has(taken, r) && !code)
            code = an_mention_add_sure(items, n, rows, err);
    }
    return code;
}

enum an_code an_batch_take(struct an_batch *b, struct an_scanner *scanner, const struct an_rows *rows, struct an_store *store,
                           struct an_cell_bits *ret_odd, struct an_err *err) {
    struct an_cell_bits all = first_bits(rows->count);
    *ret_odd = all;
    if (!b->usable || rows->columns != b->columns || (b->pause && b->pause--))
        return AN_OK;
    struct seen seen = see(b, scanner, rows, store);
    make_tokens(b);
    // somebody, and no identifier: which claim that is depends on more; where nothing says what the columns are, any row is one
    struct an_cell_bits nobody = without(b->labelled ? &seen.told : &all, &seen.known);
    join(&seen.odd, &nobody);
    struct an_cell_bits taken = without(&all, &seen.odd), mentions = both(&taken, &seen.known);
    *ret_odd = seen.odd;
    size_t count = an_cell_bits_count(&taken);
    if (2 * count < rows->count && !seen.unsettled)
        b->pause = PAUSE;
    store->records += count;
    count_cells(b, &taken, rows->number, store);
    count = an_cell_bits_count(&mentions);
    store->counts.mentions += count;
    if (count && !store->most_mentions)
        store->most_mentions = 1;
    return put_mentions(b, &mentions, rows->count, &store->rows, err);
}
