// What stores have in common is what comparing their identifiers one by one finds.
#include "unit.h"
#include "draw.h"

#include "census/mention.h"
#include "census/overlap.h"

enum { SETS = 5, IDS = 60, RESIDENT = AN_RESIDENT_CODE, PLATE_LIKE = 200 };

static struct an_err err;

// Identifier i of a kind in some set: how it is written there, 0 for not at all.
struct truth { uint8_t in[SETS][IDS]; uint8_t kind[IDS]; };

static struct an_token token_of(uint64_t i, uint8_t kind) {
    struct an_token t = {{kind}};
    uint64_t word = i * 0x9E3779B97F4A7C15u;
    memcpy(t.byte + 1, &word, sizeof word);
    return t;
}

static void fill(struct an_set *sets, const struct truth *t) {
    for (size_t s = 0; s < SETS; s++) {
        for (size_t i = 0; i < IDS; i++)
            for (uint8_t r = 0; r < t->in[s][i]; r++) {     // beside so many centres, floor-grade beside the third
                struct an_row row = {.tag = t->kind[i], .flags = r == 2 ? AN_ROW_FLOOR : AN_ROW_SURE, .count = 1};
                struct an_token token = token_of(i, t->kind[i]);
                memcpy(row.key, token.byte, AN_TOKEN_BYTES);
                row.key[AN_TOKEN_BYTES] = (unsigned char) (r + 1);
                assert_int_equal(an_set_add(&sets[s], &row, &err), AN_OK);
            }
        assert_int_equal(an_set_seal(&sets[s], &err), AN_OK);
    }
}

static void compare(const struct truth *t, const struct an_caps *caps, const struct an_overlap *o, size_t count) {
    size_t n = 0;
    for (uint32_t a = 0; a < SETS; a++)
        for (uint32_t b = a + 1; b < SETS; b++) {
            uint64_t shared = 0, residents = 0;
            for (size_t i = 0; i < IDS; i++) {
                const struct an_ident *kind = an_kind_by_code(t->kind[i]);
                bool both = t->in[a][i] && t->in[b][i] && kind && kind->use == AN_USE_PERSON && t->kind[i] != AN_ACCOUNT_CODE;
                shared += both;
                residents += both && t->kind[i] == RESIDENT && t->in[a][i] > 2 && t->in[b][i] > 2;
            }
            if (!shared)
                continue;
            assert_true(n < count);
            assert_int_equal(o[n].a, a);
            assert_int_equal(o[n].b, b);
            assert_int_equal(o[n].shared, shared);
            assert_int_equal(o[n].people, (residents + caps->m[RESIDENT] - 1) / caps->m[RESIDENT]);
            n++;
        }
    assert_int_equal(n, count);
}

static void pairs_are_what_comparing_finds(void **state) {
    (void) state;
    static const uint8_t kinds[] = {RESIDENT, RESIDENT, AN_MAIL_CODE, AN_ACCOUNT_CODE, PLATE_LIKE};
    for (uint64_t seed = 1; seed <= 300; seed++) {
        draw_state = seed;
        struct truth t = {0};
        for (size_t i = 0; i < IDS; i++)
            t.kind[i] = kinds[draw() % AN_COUNT(kinds)];
        for (size_t s = 0; s < SETS; s++)
            for (size_t i = 0; i < IDS; i++)
                t.in[s][i] = (uint8_t) (draw() % 3 ? 0 : draw() % 5);
        struct an_budget budget = {.limit = 64 << 20};
        struct an_set sets[SETS] = {0}, *all[SETS];
        for (size_t s = 0; s < SETS; s++) {
            sets[s].budget = &budget;
            all[s] = &sets[s];
        }
        fill(sets, &t);
        struct an_caps caps = an_caps_default();
        caps.m[RESIDENT] = 1 + (uint32_t) (seed % 3);
        struct an_overlap pairs[SETS * (SETS - 1) / 2];
        size_t count;
        assert_int_equal(an_overlap_make(all, SETS, &caps, pairs, &count, &err), AN_OK);
        compare(&t, &caps, pairs, count);
        for (size_t s = 0; s < SETS; s++)
            an_set_release(&sets[s]);
    }
}

static void nothing_has_nothing_in_common(void **state) {
    (void) state;
    struct an_budget budget = {.limit = 1 << 20};
    struct an_set a = {.budget = &budget}, b = {.budget = &budget}, *all[] = {&a, &b};
    struct an_caps caps = an_caps_default();
    struct an_overlap pair;
    size_t count;
    assert_int_equal(an_overlap_make(all, 0, &caps, &pair, &count, &err), AN_OK);
    assert_int_equal(count, 0);
    assert_int_equal(an_overlap_make(all, 2, &caps, &pair, &count, &err), AN_OK);
    assert_int_equal(count, 0);
    an_set_release(&a);
    an_set_release(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_what_comparing_finds),
        cmocka_unit_test(nothing_has_nothing_in_common),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
