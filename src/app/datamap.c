#include "app/datamap.h"

#include <stdlib.h>
#include <string.h>
#include "app/hints.h"
#include "census/overlap.h"
#include "rules/list.h"

struct mapper {
    const struct an_findings *f;
    struct an_arena *arena;
    struct an_model *m;
    struct an_err *err;
};

static enum an_code no_memory(struct mapper *k) { return an_fail(k->err, AN_NOMEM, "no memory for the data map"); }

// Copies.

static bool is_person(const struct an_ident *kind) { return kind->use == AN_USE_PERSON && kind->code != AN_ACCOUNT_CODE; }

static uint64_t identifiers_in(const struct an_store *s) {
    uint64_t n = 0;
    for (size_t i = 0; i < an_kind_count(); i++)
        n += is_person(an_kind_at(i)) ? s->count.kinds[i].distinct : 0;
    return n;
}

struct rank { size_t store; uint64_t identifiers; };

static int most_first(const void *a, const void *b) {
    const struct rank *x = a, *y = b;
    if (x->identifiers != y->identifiers)
        return x->identifiers < y->identifiers ? 1 : -1;
    return (x->store > y->store) - (x->store < y->store);
}

static int by_store(const void *a, const void *b) {
    const struct rank *x = a, *y = b;
    return (x->store > y->store) - (x->store < y->store);
}

static int most_shared_first(const void *a, const void *b) {
    const struct an_model_copy *x = a, *y = b;
    if (x->shared != y->shared)
        return x->shared < y->shared ? 1 : -1;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

static double share(uint64_t part, uint64_t all) { return all ? (double) part / (double) all : 0; }

// The stores with most identifiers, as many as can be compared at once.
static enum an_code choose(struct mapper *k, struct rank **ret, size_t *ret_count) {
    const struct an_census *c = k->f->census;
    struct rank *ranks = AN_NEW_N(k->arena, c->count + 1, struct rank);
    size_t n = 0;
    for (size_t i = 0; ranks && i < c->count; i++) {
        uint64_t identifiers = identifiers_in(c->stores[i]);
        if (identifiers)
            ranks[n++] = (struct rank) {i, identifiers};
    }
    if (!ranks)
        return no_memory(k);
    qsort(ranks, n, sizeof *ranks, most_first);
    k->m->stores_to_compare = n;
    *ret_count = n < AN_OVERLAP_SETS ? n : AN_OVERLAP_SETS;
    k->m->stores_compared = *ret_count;
    qsort(ranks, *ret_count, sizeof *ranks, by_store);
    *ret = ranks;
    return AN_OK;
}

static enum an_code copies(struct mapper *k) {
    struct rank *of = NULL;
    size_t n = 0, pairs = 0;
    enum an_code code = choose(k, &of, &n);
    if (code || n < 2)
        return code;
    struct an_set *sets[AN_OVERLAP_SETS];
    for (size_t i = 0; i < n; i++)
        sets[i] = &k->f->census->stores[of[i].store]->rows;
    struct an_overlap *found = AN_NEW_N(k->arena, n * (n - 1) / 2, struct an_overlap);
    k->m->copies = AN_NEW_N(k->arena, n * (n - 1) / 2, struct an_model_copy);
    if (!found || !k->m->copies)
        return no_memory(k);
    code = an_overlap_make(sets, n, &k->f->census->caps, found, &pairs, k->err);
    for (size_t i = 0; i < pairs && !code; i++) {
        const struct rank *a = &of[found[i].a], *b = &of[found[i].b];
        k->m->copies[k->m->copy_count++] = (struct an_model_copy) {
            .a = a->store, .b = b->store, .shared = found[i].shared, .of_a = share(found[i].shared, a->identifiers),
            .of_b = share(found[i].shared, b->identifiers), .people = found[i].people,
        };
    }
    if (k->m->copy_count)
        qsort(k->m->copies, k->m->copy_count, sizeof *k->m->copies, most_shared_first);
    return code;
}

// The inventory.

static enum an_code add_gap(struct mapper *k, const char *code, struct an_str store, const struct an_ident *kind,
                            uint64_t count) {
    struct an_model_gap *gap = AN_PUSH(k->arena, k->m->gaps, k->m->gap_count);
    if (!gap)
        return no_memory(k);
    *gap = (struct an_model_gap) {
        .code = code, .store = store, .kind = kind ? kind->name : NULL,
        .title = kind ? kind->title : (struct an_words) {"", ""}, .count = count,
    };
    return AN_OK;
}

static const struct an_declared *declared_for(const struct mapper *k, const struct an_store *s) {
    return an_declared_for(k->f->company->stores, k->f->company->store_count, s->uri);
}

struct below { const struct mapper *k; const struct an_declared *of; };

static bool is_below(void *arg, const struct an_store *s) {
    const struct below *b = arg;
    return declared_for(b->k, s) == b->of;
}

static uint64_t found_below(const struct mapper *k, const struct an_declared *d, size_t kind) {
    uint64_t n = 0;
    for (size_t i = 0; i < k->f->census->count; i++) {
        const struct an_store *s = k->f->census->stores[i];
        n += declared_for(k, s) == d ? s->tally[kind].found : 0;
    }
    return n;
}

static enum an_code entry(struct mapper *k, size_t at) {
    const struct an_declared *d = &k->f->company->stores[at];
    const struct an_inventory *v = &k->f->company->inventory[at];
    struct an_model_entry *e = &k->m->inventory[k->m->entry_count++];
    *e = (struct an_model_entry) {d->uri, d->location, v->controller, v->processor, v->purpose, v->retention, v->basis,
                                  v->grade, 0, 0, {0, 0, 0, 0}};
    struct an_total total;
    enum an_code code = an_census_total(k->f->census, is_below, &(struct below) {k, d}, &total, k->err);
    if (code)
        return code;
    e->stores = total.stores;
    e->stores_read = total.by_status[AN_STORE_READ] + total.by_status[AN_STORE_SKIPPED];
    e->people = (struct an_model_people) {
        total.people.floor, total.people.linked,
        total.people.ceiling == AN_UNKNOWN_COUNT ? AN_INFINITE : total.people.ceiling, total.people.ceiling_read,
    };
    return AN_OK;
}

static enum an_code undeclared_stores(struct mapper *k) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < k->f->census->count && !code && k->m->entry_count; i++) {
        const struct an_store *s = k->f->census->stores[i];
        if (!declared_for(k, s) && s->status != AN_STORE_SKIPPED)
            code = add_gap(k, "undeclared-store", s->uri, NULL, s->count.floor);
    }
    return code;
}

static bool lists(const struct an_inventory *v, const struct an_ident *kind) {
    for (size_t i = 0; i < v->kind_count; i++)
        if (v->kinds[i] == kind)
            return true;
    return false;
}

static enum an_code undeclared_kinds(struct mapper *k) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < k->f->census->count && !code; i++) {
        const struct an_store *s = k->f->census->stores[i];
        const struct an_declared *d = declared_for(k, s);
        const struct an_inventory *v = d ? &k->f->company->inventory[d - k->f->company->stores] : NULL;
        for (size_t j = 0; v && v->lists_kinds && j < an_kind_count() && !code; j++)
            if (s->tally[j].found && an_kind_at(j)->code != AN_ACCOUNT_CODE && !lists(v, an_kind_at(j)))
                code = add_gap(k, "undeclared-kind", s->uri, an_kind_at(j), s->count.kinds[j].distinct);
    }
    return code;
}

// What is declared and is not there: said only where everything was read.
static enum an_code missing(struct mapper *k) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < k->m->entry_count && !code; i++) {
        const struct an_model_entry *e = &k->m->inventory[i];
        const struct an_declared *d = &k->f->company->stores[i];
        const struct an_inventory *v = &k->f->company->inventory[i];
        for (size_t j = 0; j < v->kind_count && e->stores && e->stores == e->stores_read && !code; j++)
            if (!found_below(k, d, an_kind_index(v->kinds[j])))
                code = add_gap(k, "kind-not-found", e->uri, v->kinds[j], 0);
    }
    for (size_t i = 0; i < k->m->entry_count && !code; i++)
        if (!k->m->inventory[i].stores)
            code = add_gap(k, "nothing-there", k->m->inventory[i].uri, NULL, 0);
    return code;
}

static enum an_code exposed(struct mapper *k) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < k->f->census->count && !code; i++) {
        const struct an_store *s = k->f->census->stores[i];
        for (size_t j = 0; j < an_kind_count() && !code; j++)
            if (an_kind_at(j)->sensitive && s->count.kinds[j].distinct)
                code = add_gap(k, "in-the-clear", s->uri, an_kind_at(j), s->count.kinds[j].distinct);
    }
    for (size_t i = 0; i < k->f->census->count && !code; i++) {
        const struct an_store *s = k->f->census->stores[i];
        if (s->location.len && !an_str_eq(s->location, AN_STR("CN")) && s->counts.mentions)
            code = add_gap(k, "abroad", s->uri, NULL, s->count.floor);
    }
    return code;
}

enum an_code an_datamap_fill(const struct an_findings *f, struct an_arena *arena, struct an_model *m, struct an_err *err) {
    struct mapper k = {.f = f, .arena = arena, .m = m, .err = err};
    m->inventory = AN_NEW_N(arena, f->company->store_count + 1, struct an_model_entry);
    enum an_code code = m->inventory ? copies(&k) : no_memory(&k);
    for (size_t i = 0; i < f->company->store_count && !code; i++)
        code = entry(&k, i);
    if (!code)
        code = undeclared_stores(&k);
    if (!code)
        code = undeclared_kinds(&k);
    if (!code)
        code = missing(&k);
    if (!code)
        code = exposed(&k);
    return code ? code : an_hints_fill(f->census, arena, m, err);
}
