// Spot checks: honest answers pass, planted faults are found as often as the formula says, and answers to something else are
// refused.
#define _GNU_SOURCE
#include "unit.h"

#include "app/challenge.h"
#include "census/sample.h"
#include "small_case.h"

static struct an_err err;

enum { ROUNDS = 300 };

struct asked {                          // a dossier of the small case, and the census behind it
    struct small_case s;
    struct an_buf file;
    struct an_dossier d;
    struct an_budget budget;
    struct an_key *key;
    struct an_census census;
    char store[96];                     // the live one
};

// The store as it is when answers are asked for: people from `first` to before `end`, in a table of `columns` as they were
// counted.
static void write_store(const struct asked *a, unsigned first, unsigned end) {
    FILE *f = fopen(a->store, "we");
    assert_non_null(f);
    (void) fputs("id_card,mobile\n", f);
    for (unsigned n = first; n < end; n++) {
        char id[19];
        resident_id(n, id);
        (void) fprintf(f, "%s,139%08u\n", id, 24681357 + n * 7919);
    }
    assert_int_equal(fclose(f), 0);
}

static int set_up(void **state) {
    static struct asked a;
    struct an_dossier_trust trust = {0};
    small_case_make(&a.s);
    struct an_dossier_request r = {.from = a.s.c, .role = "authority", .law = &a.s.law};
    assert_int_equal(an_dossier_build(&r, &a.file, &err), AN_OK);
    assert_int_equal(an_dossier_verify(an_buf_str(&a.file), &trust, &a.d, &err), AN_OK);
    a.budget.limit = 64 << 20;
    assert_int_equal(an_key_from_bytes((unsigned char[AN_KEY_BYTES]) {5}, &a.key, &err), AN_OK);
    make_census(&a.census, &a.budget, a.key, SMALL_PEOPLE);
    (void) snprintf(a.store, sizeof a.store, "%s/users.csv", a.s.folder);
    *state = &a;
    return 0;
}

static int tear_down(void **state) {
    struct asked *a = *state;
    (void) unlink(a->store);
    an_census_release(&a->census);
    an_key_free(a->key);
    an_dossier_release(&a->d);
    an_buf_release(&a->file);
    small_case_release(&a->s);
    return 0;
}

// A challenge to `n` identifiers under a seed, answered from the census and the live store, and what that proves.
static struct an_proven ask(struct asked *a, struct an_str seed, uint64_t n) {
    AN_AUTO(an_buf) challenge = {0}, proof = {0};
    struct an_challenge_request r = {.of = &a->d, .seed = seed, .n = n, .kind = AN_STR("cn-resident-id")};
    struct an_str store = an_str_from_c(a->store);
    struct an_proven got = {0};
    if (an_challenge_make(&r, &challenge, &err))
        fail_msg("%s", err.text);
    struct an_proving p = {.census = &a->census, .key = a->key, .challenge = an_buf_str(&challenge), .stores = &store,
                           .store_count = 1, .today = 20000};
    if (an_prove(&p, &proof, &err) || an_proof_check(&a->d, an_buf_str(&proof), an_buf_str(&challenge), &got, &err))
        fail_msg("%s", err.text);
    return got;
}

static void who_is_in_the_store_is_found_again(void **state) {
    struct asked *a = *state;
    write_store(a, 0, SMALL_PEOPLE);
    struct an_proven got = ask(a, AN_STR("s"), SMALL_PEOPLE);
    assert_true(got.searched);
    assert_int_equal(got.leaves.of, SMALL_PEOPLE);
    assert_int_equal(got.leaves.drawn, SMALL_PEOPLE);
    assert_int_equal(got.leaves.bad, 0);
}

// Five of 25 that were counted are nowhere. Draws of 4 meet one of them in 1 - C(20,4)/C(25,4) of all cases; what is measured
// over
// 300 seeds lies within five standard deviations.
static void inventions_are_found_as_often_as_the_formula_says(void **state) {
    struct asked *a = *state;
    enum { NOWHERE = 5, DRAWN = 4 };
    uint64_t met = 0, wrong = 0;
    write_store(a, 0, SMALL_PEOPLE - NOWHERE);
    for (unsigned round = 0; round < ROUNDS; round++) {
        char seed[32];
        size_t len = (size_t) snprintf(seed, sizeof seed, "round %u", round);
        struct an_proven got = ask(a, (struct an_str) {seed, len}, DRAWN);
        met += got.leaves.bad > 0;
        wrong += an_sample_most_bad(SMALL_PEOPLE, DRAWN, got.leaves.bad, AN_SAMPLE_SURE) < NOWHERE;
    }
    double chance = (double) an_sample_chance(SMALL_PEOPLE, NOWHERE, DRAWN) / 1e6, off = (double) met - ROUNDS * chance;
    print_message("# inventions met in %llu of %d draws, expected %.1f; the bound failed %llu times\n",
                  (unsigned long long) met, ROUNDS,
                  ROUNDS * chance, (unsigned long long) wrong);
    assert_true(off * off <= 25 * ROUNDS * chance * (1 - chance));
    assert_true(wrong <= ROUNDS / 20 + 19);     // 5 standard deviations: sqrt(300 * 0.05 * 0.95) = 3.8
}

// Five records of the live store are of people who were not counted; the examiner picks four.
static void omissions_are_found_as_often_as_the_formula_says(void **state) {
    struct asked *a = *state;
    enum { MISSING = 5, PICKED = 4 };
    uint64_t met = 0;
    write_store(a, MISSING, SMALL_PEOPLE + MISSING);
    for (unsigned round = 0; round < ROUNDS; round++) {
        AN_AUTO(an_buf) proof = {0};
        uint64_t rows[PICKED];
        struct an_record_name records[PICKED];
        struct an_proven got;
        char seed[32];
        size_t len = (size_t) snprintf(seed, sizeof seed, "pick %u", round);
        assert_int_equal(an_sample_draw((unsigned char[32]) {1}, SMALL_PEOPLE, PICKED, (struct an_str) {seed, len}, rows,
                                        &err), AN_OK);
        for (size_t i = 0; i < PICKED; i++)
            records[i] = (struct an_record_name) {an_str_from_c(a->store), rows[i] + 1};
        struct an_proving p = {.census = &a->census, .key = a->key, .records = records, .record_count = PICKED, .today = 20000};
        if (an_prove(&p, &proof, &err) || an_proof_check(&a->d, an_buf_str(&proof), AN_STR(""), &got, &err))
            fail_msg("%s", err.text);
        uint64_t missing = 0;
        for (size_t i = 0; i < PICKED; i++)
            missing += rows[i] >= SMALL_PEOPLE - MISSING;
        assert_int_equal(got.picked.drawn, PICKED);
        assert_int_equal(got.picked.bad, missing);
        met += missing > 0;
    }
    double chance = (double) an_sample_chance(SMALL_PEOPLE, MISSING, PICKED) / 1e6, off = (double) met - ROUNDS * chance;
    print_message("# omissions met in %llu of %d picks, expected %.1f\n", (unsigned long long) met, ROUNDS, ROUNDS * chance);
    assert_true(off * off <= 25 * ROUNDS * chance * (1 - chance));
}

static void values_are_looked_up_as_they_are_written(void **state) {
    struct asked *a = *state;
    char id[19], text[256] = {0};
    resident_id(3, id);
    int len = snprintf(text, sizeof text, "%s\n+86 139-%04u-%04u\n\n", id, (24681357 + 3 * 7919) / 10000,
                       (24681357 + 3 * 7919) % 10000);
    AN_AUTO(an_buf) proof = {0};
    struct an_proven got;
    struct an_proving p = {.census = &a->census, .key = a->key, .values = {text, (size_t) len}, .today = 20000};
    if (an_prove(&p, &proof, &err) || an_proof_check(&a->d, an_buf_str(&proof), AN_STR(""), &got, &err))
        fail_msg("%s", err.text);
    assert_int_equal(got.values.drawn, 2);
    assert_int_equal(got.values.bad, 0);
    assert_null(memmem(proof.ptr, proof.len, id, 18));
    memset(text, 0, sizeof text);
    memcpy(text, "hello", 5);
    p.values.len = 5;
    assert_int_equal(an_prove(&p, &proof, &err), AN_INPUT);
    assert_null(strstr(err.text, "hello"));
}

static void a_challenge_of_ones_own_choice_is_refused(void **state) {
    struct asked *a = *state;
    AN_AUTO(an_buf) challenge = {0}, proof = {0};
    struct an_proven got;
    struct an_challenge_request r = {.of = &a->d, .seed = AN_STR("seed"), .n = 2};
    assert_int_equal(an_challenge_make(&r, &challenge, &err), AN_OK);
    struct an_proving p = {.census = &a->census, .challenge = an_buf_str(&challenge)};
    assert_int_equal(an_prove(&p, &proof, &err), AN_OK);
    assert_int_equal(an_proof_check(&a->d, an_buf_str(&proof), an_buf_str(&challenge), &got, &err), AN_OK);
    assert_false(got.searched);
    assert_int_equal(got.leaves.bad, 0);
    for (size_t at = 0; at < challenge.len; at++) {         // any change of it
        challenge.ptr[at] = (char) (challenge.ptr[at] ^ 1);
        assert_int_equal(an_proof_check(&a->d, an_buf_str(&proof), an_buf_str(&challenge), &got, &err), AN_INPUT);
        challenge.ptr[at] = (char) (challenge.ptr[at] ^ 1);
    }
    size_t taken = 0;
    for (size_t at = 0; at < proof.len; at++) {             // any change of the answers: refused, or counted as bad
        proof.ptr[at] = (char) (proof.ptr[at] ^ 1);
        taken += !an_proof_check(&a->d, an_buf_str(&proof), an_buf_str(&challenge), &got, &err) && !got.leaves.bad;
        proof.ptr[at] = (char) (proof.ptr[at] ^ 1);
    }
    assert_int_equal(taken, 0);
}

static void what_cannot_be_asked_is_refused(void **state) {
    struct asked *a = *state;
    AN_AUTO(an_buf) out = {0};
    static const struct { const char *seed, *kind, *store; uint64_t n, rows, entry; } wrong[] = {
        {"", "", "", 1, 0, 0}, {"s", "", "", 0, 0, 0}, {"s", "email", "", 1, 0, 0}, {"s", "", "", SMALL_PEOPLE + 1, 0, 0},
        {"s", "", "nowhere.csv", 1, 1, 0}, {"s", "", "", 1, 1, 0}, {"s", "", "", 1, 0, 3}, {"s", "", "users.csv", 1, 26, 0},
        {"s", "", "", AN_SAMPLE_MAX + 1, 0, 0},
    };
    for (size_t i = 0; i < AN_COUNT(wrong); i++) {
        struct an_challenge_request r = {.of = &a->d, .seed = an_str_from_c(wrong[i].seed), .kind = an_str_from_c(wrong[i].kind),
                                         .store = an_str_from_c(wrong[i].store), .n = wrong[i].n, .rows = wrong[i].rows,
                                         .entry = wrong[i].entry};
        if (an_challenge_make(&r, &out, &err) != AN_USAGE)
            fail_msg("row %zu", i);
    }
}

static void it_is_said_in_two_languages(void **state) {
    (void) state;
    struct an_proven p = {.entry = 6, .kind = "cn-resident-id", .searched = true, .leaves = {1200000, 299, 0},
                          .rows = {1000, 100, 1}, .picked = {0, 10, 0}, .values = {0, 2, 1}, .without = 3};
    AN_AUTO(an_buf) en = {0}, zh = {0}, json = {0};
    assert_int_equal(an_proven_say(&p, 9500, AN_EN, &en, &err), AN_OK);
    assert_int_equal(an_proven_say(&p, 9500, AN_ZH, &zh, &err), AN_OK);
    assert_int_equal(an_proven_json(&p, 9500, &json, &err), AN_OK);
    assert_non_null(memmem(en.ptr, en.len, "299 drawn of 1,200,000", 22));
    assert_non_null(memmem(en.ptr, en.len, "(1.00 %)", 8));         // rounded up: a bound stays one
    assert_non_null(memmem(zh.ptr, zh.len, "置信度", strlen("置信度")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_in_the_store_is_found_again), cmocka_unit_test(inventions_are_found_as_often_as_the_formula_says),
        cmocka_unit_test(omissions_are_found_as_often_as_the_formula_says),
        cmocka_unit_test(values_are_looked_up_as_they_are_written), cmocka_unit_test(a_challenge_of_ones_own_choice_is_refused),
        cmocka_unit_test(what_cannot_be_asked_is_refused), cmocka_unit_test(it_is_said_in_two_languages),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
