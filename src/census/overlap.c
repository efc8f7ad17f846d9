#include "census/overlap.h"

#include <string.h>
#include "base/alloc.h"
#include "census/ids.h"
#include "census/mention.h"

// Of each pair a < b, by a * count + b: identifiers, and by floor kind those that may prove people.
struct work {
    struct an_ids sides[AN_OVERLAP_SETS];
    size_t count;
    uint8_t slot[AN_CODES];             // of a kind: 0, no person's; 1, a person's; from 2, one that proves
    uint32_t m[AN_CODES];               // of a slot
    size_t slots;
    uint64_t *shared;                   // [pair][slot]: in slot 1 all of them
};

static void work_release(struct work *w) {
    for (size_t i = 0; i < w->count; i++)
        an_ids_release(&w->sides[i]);
    an_free(w->shared);
}

static void choose_slots(struct work *w, const struct an_caps *caps) {
    w->slots = 2;
    for (size_t i = 0; i < an_kind_count(); i++) {
        const struct an_ident *kind = an_kind_at(i);
        if (kind->use != AN_USE_PERSON || kind->code == AN_ACCOUNT_CODE)
            continue;
        bool proves = caps->c[kind->code] == 1 && caps->m[kind->code] != AN_MANY;
        w->slot[kind->code] = proves ? (uint8_t) w->slots : 1;
        if (proves)
            w->m[w->slots++] = caps->m[kind->code];
    }
}

// Sets that stand at the smallest identifier.
static size_t find_least(const struct work *w, uint32_t ret[static AN_OVERLAP_SETS]) {
    size_t n = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (!w->sides[i].live)
            continue;
        int c = n ? an_ids_compare(&w->sides[i], &w->sides[ret[0]]) : 0;
        if (c < 0)
            n = 0;
        if (c <= 0)
            ret[n++] = (uint32_t) i;
    }
    return n;
}

static void note_pairs(struct work *w, const uint32_t *in, size_t n) {
    const struct an_row *first = &w->sides[in[0]].at;
    size_t slot = w->slot[first->tag];
    for (size_t i = 0; slot && i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            uint64_t *of = w->shared + (in[i] * w->count + in[k]) * w->slots;
            of[1]++;
            of[slot] += slot > 1 && w->sides[in[i]].at.flags & w->sides[in[k]].at.flags & AN_ROW_FLOOR;
        }
}

static enum an_code walk(struct work *w, struct an_err *err) {
    enum an_code code = AN_OK;
    for (;;) {
        uint32_t in[AN_OVERLAP_SETS];
        size_t n = find_least(w, in);
        if (!n || code)
            return code;
        if (n > 1)
            note_pairs(w, in, n);
        for (size_t i = 0; i < n && !code; i++)
            code = an_ids_next(&w->sides[in[i]], err);
    }
}

static enum an_code open_sets(struct work *w, struct an_set *const *sets, size_t count, struct an_err *err) {
    w->shared = an_alloc((count * count * w->slots + 1) * sizeof *w->shared);
    if (!w->shared)
        return an_fail(err, AN_NOMEM, "no memory to compare %zu stores", count);
    memset(w->shared, 0, (count * count * w->slots + 1) * sizeof *w->shared);
    enum an_code code = AN_OK;
    for (; w->count < count && !code; w->count++)
        code = an_ids_open(&w->sides[w->count], &sets[w->count], 1, err);
    return code;
}

enum an_code an_overlap_make(struct an_set *const *sets, size_t count, const struct an_caps *caps, struct an_overlap *ret,
                             size_t *ret_count, struct an_err *err) {
    *ret_count = 0;
    if (count > AN_OVERLAP_SETS)
        return an_fail(err, AN_BUG, "%zu stores cannot be compared at once", count);
    struct work w = {0};
    choose_slots(&w, caps);
    enum an_code code = open_sets(&w, sets, count, err);
    if (!code)
        code = walk(&w, err);
    for (size_t a = 0; a < count && !code; a++)
        for (size_t b = a + 1; b < count; b++) {
            const uint64_t *of = w.shared + (a * count + b) * w.slots;
            if (!of[1])
                continue;
            struct an_overlap *o = &ret[(*ret_count)++];
            *o = (struct an_overlap) {.a = (uint32_t) a, .b = (uint32_t) b, .shared = of[1]};
            for (size_t k = 2; k < w.slots; k++) {
                uint64_t people = of[k] / w.m[k] + (of[k] % w.m[k] > 0);
                o->people = people > o->people ? people : o->people;
            }
        }
    work_release(&w);
    return code;
}
