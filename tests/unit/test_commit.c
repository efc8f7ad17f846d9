// The commitment: its root is what another program makes of the same tokens, every proof holds, and nothing else does.
#include "unit.h"
#include "draw.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "census/commit.h"
#include "census/count.h"
#include "census/mention.h"
#include "table_file.h"

enum { RESIDENT = 1, PASSPORT = 14, MOBILE = 9, MANY = 700 };

static const unsigned char key_id[AN_KEY_ID_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8};
static struct an_err err;

static struct an_caps caps_of(void) {
    struct an_caps caps = an_caps_default();
    caps.m[PASSPORT] = 3;
    return caps;
}

static struct an_token token_of(unsigned kind, uint64_t i) {
    char text[48];
    unsigned char sum[32];
    int len = snprintf(text, sizeof text, "%u %llu", kind, (unsigned long long) i);
    crypto_hash_sha256(sum, (const unsigned char *) text, (unsigned long long) len);
    struct an_token t;
    memcpy(t.byte, sum, sizeof t.byte);
    return t;
}

static void add_row(struct an_set *s, unsigned kind, uint64_t i, uint8_t flags, uint64_t centre) {
    struct an_row row = {.tag = (uint8_t) kind, .flags = flags, .count = 1};
    struct an_token t = token_of(kind, i);
    memcpy(row.key, t.byte, sizeof t.byte);
    memcpy(row.key + AN_TOKEN_BYTES, &centre, sizeof centre);
    assert_int_equal(an_set_add(s, &row, &err), AN_OK);
}

struct held {                           // tokens of two kinds, gathered and committed to
    struct an_budget budget;
    struct an_set digests;
    struct an_commitment commitment;
};

static void held_release(struct held *h) { an_set_release(&h->digests); }

static void hold_rows(struct held *h, struct an_set *const *rows, size_t count) {
    struct an_caps caps = caps_of();
    for (size_t i = 0; i < count; i++)
        assert_int_equal(an_set_seal(rows[i], &err), AN_OK);
    h->digests.budget = &h->budget;
    assert_int_equal(an_commit_gather(rows, count, &caps, &h->digests, &err), AN_OK);
    assert_int_equal(an_commit_make(&h->digests, &caps, key_id, &h->commitment, &err), AN_OK);
    assert_int_equal(an_commit_check(&h->commitment, &err), AN_OK);
}

static void hold(struct held *h, uint64_t residents, uint64_t others) {
    *h = (struct held) {.budget.limit = 64 << 20};
    struct an_set rows = {.budget = &h->budget}, *all = &rows;
    for (uint64_t i = 0; i < residents; i++)
        add_row(&rows, RESIDENT, i, AN_ROW_FLOOR, i);
    for (uint64_t i = 0; i < others; i++)
        add_row(&rows, PASSPORT, i, AN_ROW_FLOOR, i);
    hold_rows(h, &all, 1);
    an_set_release(&rows);
}

static void roots_are_those_of_another_program(void **state) {
    (void) state;
    for (struct table_file t = table_open("commit.tsv"); table_next(&t, 3);) {
        AN_CLEANUP(held_release) struct held h;
        char hex[2 * AN_COMMIT_HASH + 1];
        hold(&h, table_u64(&t, 0), table_u64(&t, 1));
        assert_string_equal(sodium_bin2hex(hex, sizeof hex, h.commitment.root, AN_COMMIT_HASH), t.field[2]);
    }
}

static void only_what_the_floor_counts_is_committed_to(void **state) {
    (void) state;
    AN_CLEANUP(held_release) struct held h = {.budget.limit = 64 << 20}, plain;
    struct an_set rows = {.budget = &h.budget}, *all = &rows;
    for (uint64_t i = 0; i < 20; i++) {
        add_row(&rows, RESIDENT, i, AN_ROW_FLOOR | AN_ROW_SURE, i);
        add_row(&rows, RESIDENT, i, AN_ROW_FLOOR, i + 100);         // the same one beside another centre
        add_row(&rows, RESIDENT, i + 1000, AN_ROW_SURE, i);         // never seen floor-grade
        add_row(&rows, AN_MAIL_CODE, i, AN_ROW_FLOOR, i);           // any number a person
        add_row(&rows, AN_ACCOUNT_CODE, i, AN_ROW_FLOOR, i);
    }
    add_row(&rows, RESIDENT, 2000, 0, 5);
    add_row(&rows, RESIDENT, 2000, AN_ROW_FLOOR, 6);                // floor-grade in one place is enough
    for (uint64_t i = 0; i < 7; i++)
        add_row(&rows, PASSPORT, i, AN_ROW_FLOOR, i);
    hold_rows(&h, &all, 1);
    assert_int_equal(h.commitment.kind_count, 2);
    assert_int_equal(h.commitment.kinds[0].count, 21);
    assert_int_equal(an_commit_tokens(&h.commitment), 28);
    assert_int_equal(an_commit_floor(&h.commitment), 21);
    struct an_caps caps = caps_of();
    struct an_count counted;
    assert_int_equal(an_count_make(&all, 1, &caps, &h.budget, &counted, &err), AN_OK);
    assert_int_equal(counted.floor, 21);
    assert_int_equal(counted.kinds[an_kind_index(an_kind_by_code(RESIDENT))].floor_grade, 21);
    an_set_release(&rows);
    hold(&plain, 1, 7);
    assert_int_equal(an_commit_floor(&plain.commitment), 3);        // seven, of which a person may hold three
    an_set_release(&plain.digests);
}

static void the_root_does_not_depend_on_order_or_split(void **state) {
    (void) state;
    AN_CLEANUP(held_release) struct held once;
    hold(&once, MANY, 33);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        AN_CLEANUP(held_release) struct held h = {.budget.limit = seed % 2 ? 64 << 20 : 1};     // 1: everything is spilled
        struct an_set sets[3] = {{.budget = &h.budget}, {.budget = &h.budget}, {.budget = &h.budget}};
        struct an_set *all[3] = {&sets[0], &sets[1], &sets[2]};
        uint64_t order[MANY];
        draw_state = seed;
        for (uint64_t i = 0; i < MANY; i++)
            order[i] = i;
        for (uint64_t i = MANY; i > 1; i--) {
            uint64_t k = draw() % i, swap = order[k];
            order[k] = order[i - 1];
            order[i - 1] = swap;
        }
        for (uint64_t i = 0; i < MANY; i++)
            for (uint64_t times = 1 + draw() % 2; times > 0; times--)
                add_row(&sets[draw() % 3], RESIDENT, order[i], AN_ROW_FLOOR, draw() % 5);
        for (uint64_t i = 33; i-- > 0;)
            add_row(&sets[draw() % 3], PASSPORT, i, AN_ROW_FLOOR, i);
        hold_rows(&h, all, 3);
        assert_memory_equal(&h.commitment, &once.commitment, sizeof h.commitment);
        for (size_t i = 0; i < 3; i++)
            an_set_release(&sets[i]);
    }
}

static struct an_commit_question ask_digest(unsigned kind, struct an_digest d) {
    return (struct an_commit_question) {.kind = (uint8_t) kind, .by_digest = true, .digest = d};
}

static struct an_digest digest_of(unsigned kind, uint64_t i) { return an_commit_digest((uint8_t) kind, token_of(kind, i).byte); }

static enum an_code verify(const struct held *h, const struct an_commit_question *q, enum an_presence *ret) {
    return an_commit_verify(an_commit_find(&h->commitment, q->kind), &q->proof, &q->digest, ret, &err);
}

static void every_proof_verifies(void **state) {
    (void) state;
    for (uint64_t n = 1; n <= 70; n++) {
        AN_AUTO(an_arena) arena = {0};
        AN_CLEANUP(held_release) struct held h;
        static struct an_commit_question q[4 * 70];
        enum an_presence presence;
        hold(&h, n, n / 2);
        size_t count = 0;
        for (uint64_t i = 0; i < n; i++) {
            q[count++] = ask_digest(RESIDENT, digest_of(RESIDENT, i));
            q[count++] = ask_digest(RESIDENT, digest_of(RESIDENT, i + 5000));       // nobody's
            q[count++] = (struct an_commit_question) {.kind = RESIDENT, .index = n - 1 - i};
            if (i < n / 2)
                q[count++] = ask_digest(PASSPORT, digest_of(PASSPORT, i));
        }
        assert_int_equal(an_commit_prove(&h.digests, q, count, &arena, &err), AN_OK);
        bool seen[70] = {false};
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(verify(&h, &q[i], &presence), AN_OK);
            bool absent = memcmp(&q[i].digest, &q[1].digest, sizeof q[i].digest) == 0;
            for (uint64_t k = 0; k < n; k++) {
                struct an_digest d = digest_of(RESIDENT, k + 5000);
                absent |= q[i].kind == RESIDENT && memcmp(&q[i].digest, &d, sizeof d) == 0;
            }
            assert_int_equal(presence, absent ? AN_ABSENT : AN_PRESENT);
            if (q[i].kind == RESIDENT && !q[i].by_digest)
                seen[q[i].index] = true;
        }
        for (uint64_t k = 0; k < n; k++)
            assert_true(seen[k]);
    }
}

static void digests_at_the_ends_and_between_have_proofs(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    AN_CLEANUP(held_release) struct held h;
    hold(&h, MANY, 0);
    struct an_commit_question q[2 + 3 * MANY];
    size_t count = 0;
    enum an_presence presence;
    struct an_digest lowest = {0}, highest;
    memset(&highest, 0xFF, sizeof highest);
    q[count++] = ask_digest(RESIDENT, lowest);
    q[count++] = ask_digest(RESIDENT, highest);
    for (uint64_t i = 0; i < MANY; i++)                 // the nearest on both sides of each leaf
        for (int up = -1; up <= 1; up += 2) {
            struct an_digest d = digest_of(RESIDENT, i);
            for (size_t at = AN_COMMIT_DIGEST; at-- > 0;) {
                d.byte[at] = (unsigned char) (d.byte[at] + up);
                if (d.byte[at] != (up > 0 ? 0 : 0xFF))
                    break;
            }
            q[count++] = ask_digest(RESIDENT, d);
        }
    assert_int_equal(an_commit_prove(&h.digests, q, count, &arena, &err), AN_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(verify(&h, &q[i], &presence), AN_OK);
        assert_int_equal(presence, AN_ABSENT);
    }
    assert_int_equal(q[0].index, 0);
    assert_int_equal(q[1].index, MANY - 1);
}

// Whether what was changed is still taken for a proof of the same thing.
static bool still_holds(const struct held *h, const struct an_commit_question *q, const struct an_commit_kind *kind,
                        enum an_presence want) {
    enum an_presence presence = !want;
    (void) h;
    return an_commit_verify(kind, &q->proof, &q->digest, &presence, &err) == AN_OK && presence == want;
}

static void every_altered_byte_fails(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    AN_CLEANUP(held_release) struct held h;
    hold(&h, 77, 5);
    struct an_commit_question q[2] = {ask_digest(RESIDENT, digest_of(RESIDENT, 3)),
                                      ask_digest(RESIDENT, digest_of(RESIDENT, 5003))};
    assert_int_equal(an_commit_prove(&h.digests, q, 2, &arena, &err), AN_OK);
    const struct an_commit_kind *kind = an_commit_find(&h.commitment, RESIDENT);
    for (size_t i = 0; i < 2; i++) {
        enum an_presence want = i ? AN_ABSENT : AN_PRESENT;
        assert_true(still_holds(&h, &q[i], kind, want));
        unsigned char *steps = (unsigned char *) q[i].proof.steps;
        size_t bytes = q[i].proof.step_count * sizeof *q[i].proof.steps;
        for (size_t at = 0; at < bytes; at++)
            for (int bit = 0; bit < 8; bit++) {
                steps[at] ^= (unsigned char) (1 << bit);
                assert_false(still_holds(&h, &q[i], kind, want));
                steps[at] ^= (unsigned char) (1 << bit);
            }
        for (size_t at = 0; at < AN_COMMIT_HASH; at++) {
            struct an_commit_kind other = *kind;
            q[i].proof.leaf[at] ^= 4;
            assert_false(still_holds(&h, &q[i], kind, want));
            q[i].proof.leaf[at] ^= 4;
            other.root[at] ^= 1;
            assert_false(still_holds(&h, &q[i], &other, want));
        }
        q[i].proof.step_count--;
        assert_false(still_holds(&h, &q[i], kind, want));
        q[i].proof.step_count++;
        q[i].proof.kind = MOBILE;
        assert_false(still_holds(&h, &q[i], kind, want));
        q[i].proof.kind = RESIDENT;
        for (uint64_t index = 0; index < 80; index++) {
            if (index == q[i].index)
                continue;
            q[i].proof.index = index;
            assert_false(still_holds(&h, &q[i], kind, want));
        }
        q[i].proof.index = q[i].index;
    }
    q[0].digest.byte[27] ^= 1;              // somebody else: at most a proof that he is not there
    assert_false(still_holds(&h, &q[0], kind, AN_PRESENT));
}

static void counts_cannot_be_forged(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    AN_CLEANUP(held_release) struct held h;
    hold(&h, 50, 5);
    struct an_commit_question q[50];
    for (uint64_t i = 0; i < 50; i++)
        q[i] = (struct an_commit_question) {.kind = RESIDENT, .index = i};
    assert_int_equal(an_commit_prove(&h.digests, q, 50, &arena, &err), AN_OK);
    for (uint64_t count = 1; count < 400; count++) {        // another number under the same root: no leaf proves it
        struct an_commit_kind forged = *an_commit_find(&h.commitment, RESIDENT);
        forged.count = count;
        for (size_t i = 0; i < 50 && count != 50; i++)
            assert_false(still_holds(&h, &q[i], &forged, AN_PRESENT));
        struct an_commitment c = h.commitment;
        c.kinds[0].count = count;
        assert_int_equal(an_commit_check(&c, &err), count == 50 ? AN_OK : AN_INPUT);
    }
    struct an_commitment c = h.commitment;
    c.kind_count--;
    assert_int_equal(an_commit_check(&c, &err), AN_INPUT);
    c = h.commitment;
    c.key_id[0] ^= 1;
    assert_int_equal(an_commit_check(&c, &err), AN_INPUT);
    c = h.commitment;
    c.kinds[1] = c.kinds[0];
    assert_int_equal(an_commit_check(&c, &err), AN_INPUT);
    c = h.commitment;
    c.kinds[0].count = c.kinds[1].count = 1ull << 62;
    assert_int_equal(an_commit_check(&c, &err), AN_INPUT);
    c = h.commitment;
    c.kinds[0].m = 0;
    assert_int_equal(an_commit_check(&c, &err), AN_INPUT);
}

// An inner node given out as a leaf: the tree with fewer leaves whose "leaf" is that node. Bytes of a node never hash as a leaf.
static void a_node_is_no_leaf(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    AN_CLEANUP(held_release) struct held h;
    hold(&h, 2, 0);
    struct an_commit_question q = {.kind = RESIDENT};
    assert_int_equal(an_commit_prove(&h.digests, &q, 1, &arena, &err), AN_OK);
    struct an_commit_kind forged = *an_commit_find(&h.commitment, RESIDENT);
    forged.count = 1;
    memcpy(q.proof.leaf, forged.root, sizeof q.proof.leaf);
    q.proof.step_count = 0;
    assert_false(still_holds(&h, &q, &forged, AN_PRESENT));
}

static void what_is_not_there_cannot_be_asked_for(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    AN_CLEANUP(held_release) struct held h;
    hold(&h, 9, 0);
    struct an_commit_question q = {.kind = RESIDENT, .index = 9};
    assert_int_equal(an_commit_prove(&h.digests, &q, 1, &arena, &err), AN_USAGE);
    q = ask_digest(PASSPORT, digest_of(PASSPORT, 0));
    assert_int_equal(an_commit_prove(&h.digests, &q, 1, &arena, &err), AN_USAGE);
    assert_int_equal(an_commit_prove(&h.digests, &q, 0, &arena, &err), AN_OK);
    assert_null(an_commit_find(&h.commitment, PASSPORT));
    assert_int_equal(an_commit_floor(&(struct an_commitment) {0}), 0);
}

// Doubles that are passed off as other people: of a list given twice, the leaves that are in their places are never more than
// the people are, so draws tell.
static void doubles_are_out_of_place(void **state) {
    (void) state;
    enum { PEOPLE = 64 };
    struct part { unsigned char hash[AN_COMMIT_HASH]; struct an_digest first; };
    AN_AUTO(an_arena) arena = {0};
    AN_CLEANUP(held_release) struct held h;
    hold(&h, PEOPLE, 0);
    struct an_commit_question q[PEOPLE];
    for (uint64_t i = 0; i < PEOPLE; i++)
        q[i] = (struct an_commit_question) {.kind = RESIDENT, .index = i};
    assert_int_equal(an_commit_prove(&h.digests, q, PEOPLE, &arena, &err), AN_OK);
    // The forger's tree: the true one on both sides, 128 leaves, and the bound that suits him best.
    const struct an_commit_kind *kind = an_commit_find(&h.commitment, RESIDENT);
    for (size_t cut = 0; cut < PEOPLE; cut += 7) {
        struct an_commit_kind forged = {.code = RESIDENT, .m = 1, .count = 2 * PEOPLE};
        unsigned char in[1 + 2 * AN_COMMIT_HASH + 16 + AN_COMMIT_DIGEST] = {1};
        memcpy(in + 1, kind->root, AN_COMMIT_HASH);
        in[33] = PEOPLE;
        memcpy(in + 41, q[cut].digest.byte, AN_COMMIT_DIGEST);
        memcpy(in + 69, kind->root, AN_COMMIT_HASH);
        in[101] = PEOPLE;
        unsigned char personal[16] = "anshen.commit/1";
        crypto_generichash_blake2b_salt_personal(forged.root, AN_COMMIT_HASH, in, sizeof in, NULL, 0, NULL, personal);
        size_t good = 0;
        for (uint64_t i = 0; i < 2 * PEOPLE; i++) {
            struct an_commit_question leaf = q[i % PEOPLE];
            struct an_commit_step steps[8];
            memcpy(steps, leaf.proof.steps, leaf.proof.step_count * sizeof *steps);
            memcpy(steps[leaf.proof.step_count].hash, kind->root, AN_COMMIT_HASH);
            steps[leaf.proof.step_count].bound = q[cut].digest;
            leaf.proof.steps = steps;
            leaf.proof.step_count++;
            leaf.proof.index = i;
            good += still_holds(&h, &leaf, &forged, AN_PRESENT);
        }
        assert_int_equal(good, PEOPLE);
    }
}

static void a_long_list_is_committed_to_in_little_memory(void **state) {
    (void) state;
    enum { LONG = 400000 };
    struct an_budget budget = {.limit = 4 << 20};
    struct an_set rows = {.budget = &budget}, digests = {.budget = &budget}, *all = &rows;
    struct an_caps caps = caps_of();
    for (uint64_t i = 0; i < LONG; i++)
        add_row(&rows, RESIDENT, i, AN_ROW_FLOOR, i);
    assert_int_equal(an_set_seal(&rows, &err), AN_OK);
    clock_t begin = clock();
    struct an_commitment c;
    assert_int_equal(an_commit_gather(&all, 1, &caps, &digests, &err), AN_OK);
    assert_int_equal(an_commit_make(&digests, &caps, key_id, &c, &err), AN_OK);
    print_message("# %d identifiers committed to in %.2f s\n", LONG, (double) (clock() - begin) / CLOCKS_PER_SEC);
    assert_int_equal(c.kinds[0].count, LONG);
    assert_true(budget.spilled > 0);
    an_set_release(&rows);
    an_set_release(&digests);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_those_of_another_program), cmocka_unit_test(only_what_the_floor_counts_is_committed_to),
        cmocka_unit_test(the_root_does_not_depend_on_order_or_split), cmocka_unit_test(every_proof_verifies),
        cmocka_unit_test(digests_at_the_ends_and_between_have_proofs), cmocka_unit_test(every_altered_byte_fails),
        cmocka_unit_test(counts_cannot_be_forged), cmocka_unit_test(a_node_is_no_leaf),
        cmocka_unit_test(what_is_not_there_cannot_be_asked_for), cmocka_unit_test(doubles_are_out_of_place),
        cmocka_unit_test(a_long_list_is_committed_to_in_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
