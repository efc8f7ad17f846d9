#include "census/store.h"

#include "base/alloc.h"

struct an_store *an_store_new(struct an_str uri, struct an_budget *budget, struct an_err *err) {
    struct an_store *s = an_alloc(sizeof *s);
    if (s) {
        *s = (struct an_store) {.rows.budget = budget};
        s->uri = an_arena_copy(&s->arena, uri);
        s->troubles = AN_NEW_N(&s->arena, AN_STORE_TROUBLES, struct an_store_trouble);
    }
    if (s && s->uri.ptr && s->troubles)
        return s;
    an_store_free(s);
    AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for a store"));
    return NULL;
}

void an_store_free(struct an_store *s) {
    if (!s)
        return;
    an_set_release(&s->rows);
    an_arena_release(&s->arena);
    an_free(s);
}

uint64_t an_add_unknown(uint64_t a, uint64_t b) {
    return a > AN_UNKNOWN_COUNT - b ? AN_UNKNOWN_COUNT : a + b;
}

void an_mention_counts_add(struct an_mention_counts *into, const struct an_mention_counts *from) {
    into->mentions += from->mentions;
    into->nameless += from->nameless;
    into->beside += from->beside;
    into->tests += from->tests;
    into->obscured += from->obscured;
    into->traces += from->traces;
    into->described += from->described;
    into->unlabelled += from->unlabelled;
    into->mixed += from->mixed;
}

// A kind declared to have one owner, which it has not by its nature, while one mention or another shows two resident IDs for one
// owner: the declaration is false, and no ceiling follows from it.
static bool is_overdeclared(const struct an_count *count) {
    for (size_t k = 0; count->accounts_mixed && k < an_kind_count(); k++)
        if (count->kinds[k].distinct && count->caps.c[an_kind_at(k)->code] == 1 && an_kind_at(k)->c != 1)
            return true;
    return false;
}

struct an_people an_people_of(const struct an_count *count, const struct an_mention_counts *counts,
                              uint64_t records_lost,
                              uint64_t most_mentions) {
    struct an_people p = {
        .floor = count->floor,
        .linked = count->linked + counts->nameless,
        .ceiling_read = count->ceiling + counts->nameless + counts->beside + counts->tests + counts->obscured + counts->traces +
                        counts->described + counts->unlabelled,
    };
    uint64_t per_record = most_mentions ? most_mentions : 1;
    bool endless = is_overdeclared(count) || records_lost == AN_UNKNOWN_COUNT ||
                   (records_lost && records_lost > UINT64_MAX / 2 / per_record);
    p.ceiling = endless ? AN_UNKNOWN_COUNT : an_add_unknown(p.ceiling_read, records_lost * per_record);
    return p;
}
