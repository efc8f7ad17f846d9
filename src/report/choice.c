#include "report/choice.h"

#include <stdlib.h>
#include <string.h>

const struct an_model_rule *an_choice_main_rule(const struct an_model *model) {
    for (size_t i = 0; i < model->rule_count; i++)
        if (model->rules[i].main)
            return &model->rules[i];
    return NULL;
}

size_t an_choice_kinds(const struct an_model *model, size_t most, size_t *ret_indices) {
    size_t count = 0;
    for (size_t i = 0; i < model->kind_count; i++) {
        uint64_t n = model->kinds[i].distinct;
        size_t above = 0;
        for (size_t k = 0; k < model->kind_count; k++)
            above += model->kinds[k].distinct > n || (model->kinds[k].distinct == n && k < i);
        if (n && above < most)
            ret_indices[count++] = i;
    }
    return count;
}

bool an_store_is_read(const struct an_model_store *store) {
    return strcmp(store->status, "read") == 0 || strcmp(store->status, "partly") == 0;
}

bool an_store_is_skipped(const struct an_model_store *store) { return strcmp(store->status, "skipped") == 0; }

static int rank(const struct an_model_store *store) {
    return an_store_is_read(store) ? 0 : an_store_is_skipped(store) ? 2 : 1;
}

static int larger_first(uint64_t a, uint64_t b) { return a > b ? -1 : a < b; }

static int compare(const void *a, const void *b) {
    const struct an_model_store *x = *(const struct an_model_store *const *) a;
    const struct an_model_store *y = *(const struct an_model_store *const *) b;
    if (rank(x) != rank(y))
        return rank(x) - rank(y);
    int by_linked = larger_first(x->people.linked, y->people.linked);
    if (by_linked)
        return by_linked;
    int by_ceiling = larger_first(x->people.ceiling_read, y->people.ceiling_read);
    if (by_ceiling)
        return by_ceiling;
    return x < y ? -1 : x > y;      // both in the model's one array
}

const struct an_model_store **an_choice_stores(const struct an_model *model, struct an_arena *arena) {
    const struct an_model_store **stores =
        AN_NEW_N(arena, model->store_count + 1, const struct an_model_store *);
    if (!stores)
        return NULL;
    for (size_t i = 0; i < model->store_count; i++)
        stores[i] = &model->stores[i];
    qsort(stores, model->store_count, sizeof *stores, compare);
    return stores;
}
