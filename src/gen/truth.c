#include "gen/truth.h"

#include <string.h>
#include "base/alloc.h"

#define MANY UINT16_MAX

static uint64_t word_count(const struct an_gen_truth *t) { return (t->people + 63) / 64; }
static uint64_t hub_count(const struct an_gen_truth *t) { return (t->people + AN_GEN_HUB - 1) / AN_GEN_HUB; }

enum an_code an_gen_truth_init(struct an_gen_truth *t, uint64_t lo, uint64_t hi, struct an_err *err) {
    *t = (struct an_gen_truth) {.first = lo / AN_GEN_HUB * AN_GEN_HUB};
    t->people = hi - t->first;
    for (unsigned i = 0; i < AN_GEN_SETS; i++) {
        size_t size = word_count(t) * sizeof **t->sets;
        t->sets[i] = an_alloc(size ? size : 1);
        if (!t->sets[i])
            return an_fail(err, AN_NOMEM, "no memory to keep count of the people");
        memset(t->sets[i], 0, size);
    }
    size_t size = hub_count(t) * sizeof *t->hubs;
    t->hubs = an_alloc(size ? size : 1);
    if (!t->hubs)
        return an_fail(err, AN_NOMEM, "no memory to keep count of the people");
    memset(t->hubs, 0, size);
    return AN_OK;
}

void an_gen_truth_release(struct an_gen_truth *t) {
    for (unsigned i = 0; i < AN_GEN_SETS; i++)
        an_free(t->sets[i]);
    an_free(t->hubs);
    *t = (struct an_gen_truth) {0};
}

static uint16_t meet(uint16_t a, uint16_t b) { return a == b || !b ? a : !a ? b : MANY; }

void an_gen_truth_mark_hub(struct an_gen_truth *t, uint64_t hub, uint64_t person) {
    uint16_t *h = &t->hubs[hub - t->first / AN_GEN_HUB];
    *h = meet(*h, (uint16_t) (1 + person % AN_GEN_HUB));
}

void an_gen_truth_join(struct an_gen_truth *all, const struct an_gen_truth *one) {
    uint64_t shift = (one->first - all->first) / 64;        // a multiple of AN_GEN_HUB people
    for (unsigned k = 0; k < AN_GEN_SETS; k++)
        for (uint64_t i = 0; i < word_count(one); i++)
            all->sets[k][shift + i] |= one->sets[k][i];
    for (uint64_t i = 0; i < hub_count(one); i++) {
        uint16_t *h = &all->hubs[shift * 64 / AN_GEN_HUB + i];
        *h = meet(*h, one->hubs[i]);
    }
    for (unsigned k = 0; k < AN_GEN_KINDS; k++) {
        all->written[k] += one->written[k];
        all->placeholders[k] += one->placeholders[k];
        all->masked[k] += one->masked[k];
    }
    all->records += one->records;
    all->bytes += one->bytes;
    all->mentions += one->mentions;
    all->bare += one->bare;
    all->old_ids += one->old_ids;
    all->variants += one->variants;
    all->typos += one->typos;
    all->damaged += one->damaged;
}

static uint64_t bits(uint64_t word) { return (uint64_t) __builtin_popcountll(word); }

uint64_t an_gen_truth_size(const struct an_gen_truth *t, enum an_gen_set set) {
    uint64_t n = 0;
    for (uint64_t i = 0; i < word_count(t); i++)
        n += bits(t->sets[set][i]);
    return n;
}

struct numbers { uint64_t distinct, shared, recycled; };

static struct numbers count_mobiles(const struct an_gen_truth *t, bool (*is_recycled)(const void *, uint64_t),
                                    const void *arg) {
    struct numbers n = {0};
    for (uint64_t i = 0; i < word_count(t); i++) {
        // Only people of odd number borrow: the number borrowed is the bit to the right, in the same word.
        uint64_t own = t->sets[AN_GEN_HAS_MOBILE][i], lent = t->sets[AN_GEN_HAS_LENT][i] >> 1;
        n.distinct += bits(own | lent);
        for (uint64_t both = own & lent; both; both &= both - 1) {
            bool moved = is_recycled(arg, t->first + i * 64 + (uint64_t) __builtin_ctzll(both) + 1);
            n.recycled += moved;
            n.shared += !moved;
        }
    }
    for (uint64_t i = 0; i < hub_count(t); i++) {
        n.distinct += t->hubs[i] != 0;
        n.shared += t->hubs[i] == MANY;
    }
    return n;
}

static void write_number(struct an_json *j, const char *key, uint64_t n) {
    an_json_key(j, key);
    an_json_u64(j, n);
}

static void write_kind(struct an_json *j, const char *name, uint64_t written, uint64_t distinct) {
    an_json_key(j, name);
    an_json_open(j, '{');
    write_number(j, "occurrences", written);
    write_number(j, "distinct", distinct);
    an_json_close(j, '}');
}

static void write_three(struct an_json *j, const char *key, const uint64_t n[AN_GEN_KINDS]) {
    an_json_key(j, key);
    an_json_open(j, '{');
    write_number(j, "cn-resident-id", n[AN_GEN_ID]);
    write_number(j, "cn-mobile", n[AN_GEN_MOBILE]);
    write_number(j, "email", n[AN_GEN_EMAIL]);
    an_json_close(j, '}');
}

void an_gen_truth_write(const struct an_gen_truth *t, bool (*is_recycled)(const void *, uint64_t),
                        const void *arg,
                        struct an_json *j) {
    uint64_t any_id = 0, new_id = an_gen_truth_size(t, AN_GEN_HAS_ID);
    for (uint64_t i = 0; i < word_count(t); i++)
        any_id += bits(t->sets[AN_GEN_HAS_ID][i] | t->sets[AN_GEN_HAS_OLD_ID][i]);
    struct numbers mobiles = count_mobiles(t, is_recycled, arg);

    write_number(j, "people", an_gen_truth_size(t, AN_GEN_SEEN));
    write_number(j, "floor", new_id);
    write_number(j, "records", t->records);
    write_number(j, "bytes", t->bytes);
    write_number(j, "mentions", t->mentions);
    write_number(j, "mentions_without_identifier", t->bare);
    an_json_key(j, "identifiers");
    an_json_open(j, '{');
    write_kind(j, "bank-card", t->written[AN_GEN_CARD], an_gen_truth_size(t, AN_GEN_HAS_CARD));
    write_kind(j, "cn-mobile", t->written[AN_GEN_MOBILE], mobiles.distinct);
    write_kind(j, "cn-resident-id", t->written[AN_GEN_ID], any_id);
    write_kind(j, "email", t->written[AN_GEN_EMAIL], an_gen_truth_size(t, AN_GEN_HAS_EMAIL));
    write_kind(j, "ipv4", t->written[AN_GEN_IP], an_gen_truth_size(t, AN_GEN_HAS_IP));
    an_json_close(j, '}');
    write_number(j, "legacy15", t->old_ids);
    write_number(j, "variants", t->variants);
    write_number(j, "typos", t->typos);
    write_number(j, "damaged", t->damaged);
    write_three(j, "placeholders", t->placeholders);
    write_three(j, "masked", t->masked);
    write_number(j, "shared_mobiles", mobiles.shared);
    write_number(j, "recycled_mobiles", mobiles.recycled);
}
