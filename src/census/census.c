#include "census/census.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"

void an_census_release(struct an_census *c) {
    for (size_t i = 0; i < c->count; i++)
        an_store_free(c->stores[i]);
    an_free(c->stores);
    c->stores = NULL;
    c->count = c->cap = 0;
}

enum an_code an_census_add(struct an_census *c, struct an_store **stores, size_t count, struct an_err *err) {
    if (c->cap - c->count < count) {
        size_t cap = 2 * c->cap + count;
        struct an_store **all = an_realloc(c->stores, cap * sizeof(struct an_store *));
        if (!all) {
            for (size_t i = 0; i < count; i++)
                an_store_free(stores[i]);
            an_free(stores);
            return an_fail(err, AN_NOMEM, "no memory for %zu stores", cap);
        }
        c->stores = all;
        c->cap = cap;
    }
    for (size_t i = 0; i < count; i++)
        c->stores[c->count++] = stores[i];
    an_free(stores);
    return AN_OK;
}

static int compare_uri(const struct an_store *a, const struct an_store *b) {
    size_t n = a->uri.len < b->uri.len ? a->uri.len : b->uri.len;
    int c = memcmp(a->uri.ptr, b->uri.ptr, n);
    return c ? c : (a->uri.len > b->uri.len) - (a->uri.len < b->uri.len);
}

static int compare_stores(const void *a, const void *b) {
    return compare_uri(*(struct an_store *const *) a, *(struct an_store *const *) b);
}

enum an_code an_census_sort(struct an_census *c, struct an_err *err) {
    if (c->count)
        qsort(c->stores, c->count, sizeof(struct an_store *), compare_stores);
    for (size_t i = 1; i < c->count; i++)
        if (compare_uri(c->stores[i - 1], c->stores[i]) == 0)
            return an_fail(err, AN_USAGE, "store %.*s was measured twice; leave one of the two out",
                           AN_STR_ARG(c->stores[i]->uri));
    return AN_OK;
}

// Unread records of different stores may hold different numbers of people each: the largest number seen anywhere
// counts for all.
enum an_code an_census_total(const struct an_census *c, bool (*in)(void *, const struct an_store *), void *arg,
                             struct an_total *ret, struct an_err *err) {
    *ret = (struct an_total) {0};
    struct an_set **sets = an_alloc((c->count + 1) * sizeof(struct an_set *));
    if (!sets)
        return an_fail(err, AN_NOMEM, "no memory to count %zu stores", c->count);
    const struct an_store *only = NULL, *best = NULL;
    for (size_t i = 0; i < c->count; i++) {
        struct an_store *s = c->stores[i];
        if (in && !in(arg, s))
            continue;
        only = s;
        if (!best || s->count.floor > best->count.floor)
            best = s;
        sets[ret->stores++] = &s->rows;
        ret->by_status[s->status]++;
        ret->records += s->records;
        ret->bytes += s->bytes;
        ret->records_lost = an_add_unknown(ret->records_lost, s->records_lost);
        ret->bytes_lost = an_add_unknown(ret->bytes_lost, s->bytes_lost);
        if (s->most_mentions > ret->most_mentions)
            ret->most_mentions = s->most_mentions;
        an_mention_counts_add(&ret->mentions, &s->counts);
        for (size_t k = 0; k < an_kind_count(); k++)
            an_kind_tally_add(&ret->tally[k], &s->tally[k]);
    }
    enum an_code code = AN_OK;
    if (only && ret->stores == 1)       // it was counted when it was read
        ret->count = only->count;
    else
        code = an_count_make(sets, ret->stores, &c->caps, c->budget, &ret->count, err);
    an_free(sets);
    if (!code && best && best->count.floor > ret->count.floor) {    // accounts are counted store by store
        ret->count.floor = best->count.floor;
        ret->count.floor_kind = best->count.floor_kind;
        if (ret->count.linked < ret->count.floor)
            ret->count.linked = ret->count.floor;
    }
    ret->people = an_people_of(&ret->count, &ret->mentions, ret->records_lost, ret->most_mentions);
    return code;
}
