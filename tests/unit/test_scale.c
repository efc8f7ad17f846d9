// Fifty million identifiers under 256 MB: sets spill, and the count is exact all the same; so is the commitment to its floor.
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include "census/census.h"
#include "census/commit.h"
#include "ident/kinds.h"

enum { RECORDS = 12500000, LIMIT_MB = 256, OVERHEAD_MB = 48, WIDTH = 19 };

static void write_number(char *out, uint64_t n) {
    for (int i = WIDTH - 1; i >= 0; i--, n /= 10)
        out[i] = (char) ('0' + n % 10);
}

static void fifty_million_identifiers_fit_in_256_mb(void **state) {
    (void) state;
    static const unsigned char bytes[AN_KEY_BYTES] = {9};
    struct an_key *key;
    struct an_err err;
    assert_int_equal(an_key_from_bytes(bytes, &key, &err), AN_OK);
    struct an_budget budget = {.limit = (uint64_t) (LIMIT_MB - OVERHEAD_MB) << 20};
    struct an_set rows = {.budget = &budget}, *all[] = {&rows};
    struct an_caps caps = an_caps_default();
    struct an_mention_counts counts = {0};
    const struct an_ident *kinds[] = {&an_ident_cn_resident_id, &an_ident_cn_mobile, &an_ident_email,
                                      &an_ident_bank_card};
    char text[4][WIDTH];
    struct an_sighting found[4];
    for (size_t k = 0; k < 4; k++)
        found[k] = (struct an_sighting) {kinds[k], AN_GRADE_FLOOR, true, {text[k], WIDTH}};
    for (uint64_t i = 0; i < RECORDS; i++) {        // each record another person, four identifiers of his own
        for (size_t k = 0; k < 4; k++)
            write_number(text[k], 4 * i + k);
        uint64_t mentions;
        assert_int_equal(an_mention_add(key, &caps, found, 4, (struct an_evidence) {0}, &rows, &counts, &mentions,
                                        &err), AN_OK);
    }
    assert_int_equal(an_set_seal(&rows, &err), AN_OK);
    struct an_count c;
    assert_int_equal(an_count_make(all, 1, &caps, &budget, &c, &err), AN_OK);
    assert_int_equal(c.floor, RECORDS);
    assert_int_equal(c.linked, RECORDS);
    assert_int_equal(c.ceiling, RECORDS);
    for (size_t k = 0; k < 4; k++)
        assert_int_equal(c.kinds[an_kind_index(kinds[k])].distinct, RECORDS);
    assert_true(budget.spilled > 0);
    struct an_set digests = {.budget = &budget};    // of resident IDs and mobiles: half of all
    struct an_commitment committed;
    unsigned char id[AN_KEY_ID_BYTES];
    an_key_id(key, id);
    assert_int_equal(an_commit_gather(all, 1, &c.caps, &digests, &err), AN_OK);
    assert_int_equal(an_commit_make(&digests, &c.caps, id, &committed, &err), AN_OK);
    assert_int_equal(an_commit_floor(&committed), RECORDS);
    assert_int_equal(an_commit_tokens(&committed), 2 * RECORDS);
    an_set_release(&digests);
    struct rusage use;
    assert_int_equal(getrusage(RUSAGE_SELF, &use), 0);
    print_message("# %d identifiers, %ld MB resident at most, %llu MB spilled\n", 4 * RECORDS, use.ru_maxrss / 1024,
                  (unsigned long long) (budget.spilled >> 20));
    if (use.ru_maxrss / 1024 >= LIMIT_MB && !getenv("ANSHEN_SANITIZED"))    // a sanitizer's own memory counts, too
        fail_msg("%ld MB were used", use.ru_maxrss / 1024);
    an_set_release(&rows);
    an_key_free(key);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(fifty_million_identifiers_fit_in_256_mb)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
