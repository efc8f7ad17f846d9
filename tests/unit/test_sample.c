// Samples: draws that anybody can do again, and what they prove, against exact fractions; and planted faults are found as
// often as the formula says.
#include "unit.h"
#include "draw.h"

#include "base/alloc.h"
#include "census/sample.h"
#include "table_file.h"

static struct an_err err;

static void bounds_are_those_of_exact_fractions(void **state) {
    (void) state;
    struct table_file t = table_open("sample_bound.tsv");
    size_t rows = 0;
    for (; table_next(&t, 5); rows++) {
        uint64_t got = an_sample_most_bad(table_u64(&t, 0), table_u64(&t, 1), table_u64(&t, 2), (unsigned) table_u64(&t, 3));
        if (got != table_u64(&t, 4))
            fail_msg("%s of %s drawn, %s bad, %s: %llu, not %s", t.field[1], t.field[0], t.field[2], t.field[3],
                     (unsigned long long) got, t.field[4]);
    }
    assert_true(rows > 100);
}

static void shares_are_those_of_exact_fractions(void **state) {
    (void) state;
    for (struct table_file t = table_open("sample_share.tsv"); table_next(&t, 4);)
        assert_int_equal(an_sample_most_share(table_u64(&t, 0), table_u64(&t, 1), (unsigned) table_u64(&t, 2)), table_u64(&t, 3));
}

static void so_many_have_to_be_drawn(void **state) {
    (void) state;
    for (struct table_file t = table_open("sample_needed.tsv"); table_next(&t, 4);)
        assert_int_equal(an_sample_needed(table_u64(&t, 0), table_u64(&t, 1), (unsigned) table_u64(&t, 2)), table_u64(&t, 3));
}

static void draws_are_those_of_another_program(void **state) {
    (void) state;
    unsigned char about[32];
    for (size_t i = 0; i < sizeof about; i++)
        about[i] = (unsigned char) i;
    for (struct table_file t = table_open("sample_draw.tsv"); table_next(&t, 4);) {
        uint64_t got[64];
        size_t n = (size_t) table_u64(&t, 1);
        assert_true(n <= AN_COUNT(got));
        assert_int_equal(an_sample_draw(about, table_u64(&t, 0), n, an_str_from_c(t.field[2]), got, &err), AN_OK);
        char *at = t.field[3];
        for (size_t i = 0; i < n; i++, at++)
            assert_int_equal(got[i], strtoull(at, &at, 10));
    }
}

static void another_root_or_seed_draws_others(void **state) {
    (void) state;
    unsigned char one[32] = {1}, two[32] = {2};
    uint64_t a[20], b[20], c[20];
    assert_int_equal(an_sample_draw(one, 1 << 30, 20, AN_STR("s"), a, &err), AN_OK);
    assert_int_equal(an_sample_draw(two, 1 << 30, 20, AN_STR("s"), b, &err), AN_OK);
    assert_int_equal(an_sample_draw(one, 1 << 30, 20, AN_STR("t"), c, &err), AN_OK);
    assert_memory_not_equal(a, b, sizeof a);
    assert_memory_not_equal(a, c, sizeof a);
}

static void all_can_be_drawn(void **state) {
    (void) state;
    enum { MANY = 4096 };
    static uint64_t got[MANY];
    static bool seen[MANY];
    assert_int_equal(an_sample_draw((unsigned char[32]) {0}, MANY, MANY, AN_STR("s"), got, &err), AN_OK);
    for (size_t i = 0; i < MANY; i++) {
        assert_false(seen[got[i]]);
        seen[got[i]] = true;
    }
}

static void impossible_draws_are_refused(void **state) {
    (void) state;
    uint64_t got[4];
    unsigned char about[32] = {0};
    char seed[AN_SAMPLE_SEED_MAX + 1] = "long";
    assert_int_equal(an_sample_draw(about, 3, 4, AN_STR("s"), got, &err), AN_USAGE);
    assert_int_equal(an_sample_draw(about, 0, 0, AN_STR("s"), got, &err), AN_USAGE);
    assert_int_equal(an_sample_draw(about, 4, 0, AN_STR("s"), got, &err), AN_USAGE);
    assert_int_equal(an_sample_draw(about, 4, 1, AN_STR(""), got, &err), AN_USAGE);
    assert_int_equal(an_sample_draw(about, 4, 1, (struct an_str) {seed, sizeof seed}, got, &err), AN_USAGE);
    assert_int_equal(an_sample_draw(about, 1 << 30, AN_SAMPLE_MAX + 1, AN_STR("s"), got, &err), AN_USAGE);
    an_alloc_fail_nth(1);
    assert_int_equal(an_sample_draw(about, 4, 1, AN_STR("s"), got, &err), AN_NOMEM);
    an_alloc_fail_nth(0);
}

// K of N are bad; samples of n, each under another seed. How many samples hold a bad one is binomial with the chance of the
// formula: five standard deviations are allowed, so that right code fails once in two million sets of seeds, and these are fixed.
static void planted_faults_are_found_as_often_as_the_formula_says(void **state) {
    (void) state;
    enum { ROUNDS = 4000 };
    static const struct { uint64_t N, K, n; } plans[] = {{1000, 10, 59}, {100000, 2000, 50}, {300, 1, 100}, {50, 25, 3}};
    for (size_t p = 0; p < AN_COUNT(plans); p++) {
        uint64_t found = 0, got[128];
        for (uint32_t round = 0; round < ROUNDS; round++) {
            char seed[32];
            size_t len = (size_t) snprintf(seed, sizeof seed, "%zu/%u", p, round);
            assert_int_equal(an_sample_draw((unsigned char[32]) {9}, plans[p].N, plans[p].n, (struct an_str) {seed, len}, got,
                                            &err), AN_OK);
            bool bad = false;
            for (size_t i = 0; i < plans[p].n; i++)
                bad |= got[i] % (plans[p].N / plans[p].K) == 0 && got[i] / (plans[p].N / plans[p].K) < plans[p].K;
            found += bad;
        }
        double chance = (double) an_sample_chance(plans[p].N, plans[p].K, plans[p].n) / 1e6;
        double off = (double) found - ROUNDS * chance;
        print_message("# %llu of %llu planted, %llu drawn: found in %llu of %d, expected %.1f\n", (unsigned long long) plans[p].K,
                      (unsigned long long) plans[p].N, (unsigned long long) plans[p].n, (unsigned long long) found, ROUNDS,
                      ROUNDS * chance);
        assert_true(off * off <= 25 * ROUNDS * chance * (1 - chance) + 1);
    }
}

// What the bound promises: whatever the truth is, it is above the bound in at most 5 % of samples.
static void the_bound_holds_as_often_as_it_promises(void **state) {
    (void) state;
    enum { ROUNDS = 2000, N = 400, n = 40 };
    for (uint64_t K = 1; K < 200; K += 33) {
        uint64_t wrong = 0;
        for (uint32_t round = 0; round < ROUNDS; round++) {
            uint64_t got[n], k = 0;
            char seed[32];
            size_t len = (size_t) snprintf(seed, sizeof seed, "%u:%u", (unsigned) K, round);
            assert_int_equal(an_sample_draw((unsigned char[32]) {4}, N, n, (struct an_str) {seed, len}, got, &err), AN_OK);
            for (size_t i = 0; i < n; i++)
                k += got[i] < K;
            wrong += an_sample_most_bad(N, n, k, AN_SAMPLE_SURE) < K;
        }
        assert_true(wrong <= ROUNDS / 20 + 49);     // 5 standard deviations: sqrt(2000 * 0.05 * 0.95) = 9.7
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_those_of_exact_fractions), cmocka_unit_test(shares_are_those_of_exact_fractions),
        cmocka_unit_test(so_many_have_to_be_drawn), cmocka_unit_test(draws_are_those_of_another_program),
        cmocka_unit_test(another_root_or_seed_draws_others), cmocka_unit_test(all_can_be_drawn),
        cmocka_unit_test(impossible_draws_are_refused),
        cmocka_unit_test(planted_faults_are_found_as_often_as_the_formula_says),
        cmocka_unit_test(the_bound_holds_as_often_as_it_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
