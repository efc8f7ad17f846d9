// Sets that spill, forests, graphs: against plain re-implementations.
#include "unit.h"
#include "draw.h"

#include <stdio.h>
#include <stdlib.h>
#include "distinct/forest.h"
#include "distinct/graph.h"
#include "distinct/group.h"
#include "distinct/order.h"
#include "distinct/set.h"

// A row whose identity is one of `distinct`, pseudo-random as tokens are.
static struct an_row row_of(uint64_t which, uint8_t flags, uint16_t count) {
    uint64_t keep = draw_state, words[4];
    draw_state = which * 7919 + 17;
    for (size_t i = 0; i < 4; i++)
        words[i] = draw();
    draw_state = keep;
    struct an_row r = {.flags = flags, .count = count, .tag = (uint8_t) (which % 3)};
    memcpy(r.key, words, sizeof r.key);
    return r;
}

static struct an_cursor *open_all(struct an_set *const *sets, size_t n) {
    struct an_cursor *c = NULL;
    struct an_err err;
    assert_int_equal(an_cursor_open(sets, n, &c, &err), AN_OK);
    return c;
}

static const struct an_row *next(struct an_cursor *c) {
    const struct an_row *r = NULL;
    struct an_err err;
    assert_int_equal(an_cursor_next(c, &r, &err), AN_OK);
    return r;
}

static int by_identity(const void *a, const void *b) { return memcmp(a, b, AN_ROW_KEY + 1); }

// The set holds exactly `distinct` identities, each with its flags ORed and counts added, in order.
static void holds(uint64_t limit, size_t rows, uint64_t distinct, size_t parts, bool must_spill) {
    struct an_budget budget = {.limit = limit};
    struct an_set sets[2] = {{.budget = &budget}, {.budget = &budget}};
    struct an_set *all[] = {&sets[0], &sets[1]};
    struct an_row *want = calloc((size_t) distinct, sizeof *want);
    uint64_t *counts = calloc((size_t) distinct, sizeof *counts);
    assert_true(want && counts);
    struct an_err err;
    for (size_t i = 0; i < rows; i++) {
        uint64_t which = draw() % distinct;
        struct an_row r = row_of(which, (uint8_t) (1u << draw() % 8), (uint16_t) (draw() % 3000));
        uint8_t flags = want[which].flags;
        want[which] = r;
        want[which].flags |= flags;
        counts[which] += r.count;
        want[which].count = 1;                      // seen
        assert_int_equal(an_set_add(&sets[i % parts], &r, &err), AN_OK);
    }
    for (size_t i = 0; i < parts; i++)
        assert_int_equal(an_set_seal(&sets[i], &err), AN_OK);
    assert_true(!must_spill || budget.spilled > 0);
    struct { struct an_row row; uint64_t count; } *sorted = calloc((size_t) distinct, sizeof *sorted);
    size_t n = 0;
    for (uint64_t i = 0; i < distinct; i++)
        if (want[i].count) {
            sorted[n].row = want[i];
            sorted[n++].count = counts[i];
        }
    qsort(sorted, n, sizeof *sorted, by_identity);
    struct an_cursor *c = open_all(all, parts);
    for (size_t i = 0; i < n; i++)
        do {                                        // a large count stands in several rows
            const struct an_row *got = next(c);
            uint64_t piece = sorted[i].count > AN_ROW_COUNT_MAX ? AN_ROW_COUNT_MAX : sorted[i].count;
            assert_non_null(got);
            assert_memory_equal(got->key, sorted[i].row.key, sizeof got->key);
            assert_int_equal(got->tag, sorted[i].row.tag);
            assert_int_equal(got->flags, sorted[i].row.flags);
            assert_int_equal(got->count, piece);
            sorted[i].count -= piece;
        } while (sorted[i].count);
    assert_null(next(c));
    an_cursor_free(c);
    for (size_t i = 0; i < 2; i++)
        an_set_release(&sets[i]);
    assert_int_equal(budget.used, 0);
    free(want);
    free(counts);
    free(sorted);
}

static void a_small_set_is_sorted_and_folded(void **s) {
    (void) s;
    holds(1 << 26, 1000, 300, 1, false);
}

static void a_large_set_is_sorted_and_folded(void **s) {
    (void) s;
    holds(1 << 28, 300000, 200000, 1, false);
}

static void a_set_of_one_identity_is_one_group(void **s) {
    (void) s;
    holds(1 << 26, 20000, 1, 1, false);
}

static void a_set_over_its_budget_spills_and_is_the_same(void **s) {
    (void) s;
    holds(1 << 20, 300000, 100000, 1, true);
}

static void two_sets_are_walked_as_one(void **s) {
    (void) s;
    holds(1 << 20, 200000, 50000, 2, true);
}

// Rows of two sets, one joined into the other, are those of a third that was given all: few and many, sealed before, spilled.
static void a_joined_set_is_as_if_all_was_added(void **state) {
    (void) state;
    static const size_t sizes[] = {0, 1, 200, 3000, 70000};
    struct an_err err;
    for (unsigned round = 0; round < 2 * 5 * 5 * 4; round++) {
        uint64_t limit = round % 2 ? 1 << 28 : 1 << 20;
        size_t mine = sizes[round / 2 % 5], others = sizes[round / 10 % 5];
        bool seal_mine = round / 50 & 1, seal_others = round / 50 & 2;
        struct an_budget budget = {.limit = limit};
        struct an_set s = {.budget = &budget}, from = {.budget = &budget}, want = {.budget = &budget};
        for (size_t i = 0; i < mine + others; i++) {
            struct an_row r = row_of(draw() % 50000, (uint8_t) (1u << draw() % 8), (uint16_t) (draw() % 3));
            assert_int_equal(an_set_add(i < mine ? &s : &from, &r, &err), AN_OK);
            assert_int_equal(an_set_add(&want, &r, &err), AN_OK);
        }
        if (seal_mine)
            assert_int_equal(an_set_seal(&s, &err), AN_OK);
        if (seal_others)
            assert_int_equal(an_set_seal(&from, &err), AN_OK);
        assert_int_equal(an_set_join(&s, &from, &err), AN_OK);
        an_set_release(&from);
        for (size_t i = 0; i < 300; i++) {              // it takes more
            struct an_row r = row_of(draw() % 50000, 1, 1);
            assert_int_equal(an_set_add(&s, &r, &err), AN_OK);
            assert_int_equal(an_set_add(&want, &r, &err), AN_OK);
        }
        assert_int_equal(an_set_seal(&s, &err), AN_OK);
        assert_int_equal(an_set_seal(&want, &err), AN_OK);
        struct an_set *one = &s, *other = &want;
        struct an_cursor *a = open_all(&one, 1), *b = open_all(&other, 1);
        for (;;) {
            const struct an_row *x = next(a), *y = next(b);
            assert_int_equal(!x, !y);
            if (!x)
                break;
            assert_memory_equal(x, y, sizeof *x);
        }
        an_cursor_free(a);
        an_cursor_free(b);
        an_set_release(&s);
        an_set_release(&want);
        assert_int_equal(budget.used, 0);
    }
}

static void a_set_sealed_by_several_threads_is_the_same(void **state) {
    (void) state;
    struct an_err err;
    for (unsigned round = 0; round < 12; round++) {
        struct an_budget budget = {.limit = round % 3 ? 1 << 28 : 1 << 22};
        struct an_set s = {.budget = &budget}, want = {.budget = &budget};
        for (size_t i = 0; i < 90000; i++) {
            struct an_row r = row_of(draw() % 60000, (uint8_t) (1u << draw() % 8), (uint16_t) (draw() % 3));
            if (round % 4 == 3)
                r.key[0] = (unsigned char) (r.key[0] & 0x83);           // parts without rows among them
            assert_int_equal(an_set_add(&s, &r, &err), AN_OK);
            assert_int_equal(an_set_add(&want, &r, &err), AN_OK);
        }
        assert_int_equal(an_set_seal_by(&s, 1 + round % 5, &err), AN_OK);
        assert_int_equal(an_set_seal(&want, &err), AN_OK);
        struct an_set *one = &s, *other = &want;
        struct an_cursor *a = open_all(&one, 1), *b = open_all(&other, 1);
        for (const struct an_row *x = next(a), *y = next(b); x || y; x = next(a), y = next(b)) {
            assert_true(x && y);
            assert_memory_equal(x, y, sizeof *x);
        }
        an_cursor_free(a);
        an_cursor_free(b);
        an_set_release(&s);
        an_set_release(&want);
        assert_int_equal(budget.used, 0);
    }
}

// What a grouping tells, as a set that can be walked in order, and how many groups there were.
struct told { struct an_set rows; uint64_t plain, groups; };

// Rows with an even count, and those that are their own.
static bool told_is_plain(void *arg, const struct an_row *like, bool own) {
    (void) arg;
    return own || like->count % 2 == 0;
}

static void told_plain(void *arg, const struct an_row *like, bool own, uint64_t count) {
    struct told *t = arg;
    assert_true(told_is_plain(t, like, own));
    t->plain += count;
}

static enum an_code told_group(void *arg, const struct an_row *rows, size_t count, struct an_err *err) {
    struct told *t = arg;
    t->groups++;
    assert_true(count > 1 || !told_is_plain(t, rows, an_row_is_own(rows)));
    for (size_t i = 0; i < count; i++) {
        assert_memory_equal(rows[i].key, rows->key, AN_HEAD);
        assert_int_equal(rows[i].tag, rows->tag);
        if (i)
            assert_true(memcmp(&rows[i - 1], &rows[i], AN_ROW_KEY + 1) <= 0);
        assert_int_equal(an_set_add(&t->rows, &rows[i], err), AN_OK);
    }
    return AN_OK;
}

// A row of one of a few heads, of which some are their own tails.
static struct an_row row_of_head(unsigned heads, unsigned flags, unsigned counts) {
    struct an_row head = row_of(draw() % heads, (uint8_t) (1u << draw() % flags), (uint16_t) (draw() % counts));
    struct an_row tail = row_of(draw() % 3, 0, 0);
    memcpy(head.key + AN_HEAD, draw() % 3 ? tail.key : head.key, AN_TAIL);
    return head;
}

// Groups are those that a walk in order finds: in few rows and many, several sets, joined ones, more likes than bytes can tell.
static void rows_are_grouped_as_in_order(void **state) {
    (void) state;
    struct an_err err;
    for (unsigned round = 0; round < 60; round++) {
        struct an_budget budget = {.limit = 1 << 28};
        struct an_set sets[4] = {{.budget = &budget}, {.budget = &budget}, {.budget = &budget}, {.budget = &budget}};
        struct an_set *all[] = {&sets[0], &sets[1], &sets[2]}, *other = &sets[3];
        size_t n = (const size_t[]) {1, 300, 9000, 60000}[round % 4], spread = 1 + round / 4 % 3;
        unsigned heads = round % 5 ? (unsigned) n : 40, counts = round % 3 ? 3 : 2000;
        for (size_t i = 0; i < n; i++) {
            struct an_row r = row_of_head(heads, round % 7 ? 2 : 8, counts);
            assert_int_equal(an_set_add(&sets[i % spread], &r, &err), AN_OK);
            if (i % 3 == 0 && round % 2) {
                r = row_of_head(heads, 2, counts);
                assert_int_equal(an_set_add(other, &r, &err), AN_OK);
            }
        }
        if (round % 3 == 1)
            assert_int_equal(sets[0].parts ? AN_OK : an_set_split(&sets[0], &err), AN_OK);
        assert_int_equal(an_set_join(&sets[round % spread], other, &err), AN_OK);
        struct told t = {.rows.budget = &budget};
        const struct an_grouping to = {&t, told_is_plain, told_plain, told_group};
        bool done = false;
        assert_int_equal(an_sets_group(all, spread, &to, &done, &err), AN_OK);
        assert_true(done);
        struct an_set *told = &t.rows;
        struct an_cursor *a = open_all(all, spread), *b = open_all(&told, 1);
        uint64_t plain = 0, groups = 0;
        const struct an_row *row = next(a), *want = next(b);
        while (row) {                                   // rows of one head come one after another, by head, tail and tag
            struct an_row group[512];
            size_t count = 0;
            do {
                assert_true(count < AN_COUNT(group));
                group[count++] = *row;
            } while ((row = next(a)) && memcmp(row->key, group->key, AN_HEAD) == 0);
            if (count == 1 && told_is_plain(&t, group, an_row_is_own(group))) {
                plain++;
                continue;
            }
            groups++;
            for (size_t i = 0; i < count; i++) {
                assert_non_null(want);
                assert_memory_equal(want, &group[i], sizeof *want);
                want = next(b);
            }
        }
        assert_null(want);
        assert_int_equal(t.plain, plain);
        assert_int_equal(t.groups, groups);
        an_cursor_free(a);
        an_cursor_free(b);
        done = true;
        assert_int_equal(an_sets_group(all, spread, &to, &done, &err), AN_OK);
        assert_false(done);                             // they have been put in order
        an_set_release(&t.rows);
        for (size_t i = 0; i < 4; i++)
            an_set_release(&sets[i]);
        assert_int_equal(budget.used, 0);
    }
}

// What is said once for many rows is the same as each row added.
static void rows_put_by_what_they_are_like_are_the_same(void **state) {
    (void) state;
    struct an_err err;
    for (unsigned round = 0; round < 8; round++) {
        struct an_budget budget = {.limit = round % 2 ? 1 << 28 : 1 << 20};
        struct an_set s = {.budget = &budget}, want = {.budget = &budget};
        for (size_t i = 0; i < 90000; i++) {
            struct an_row r = row_of_head(30000, round < 6 ? 2 : 8, round < 6 ? 3 : 500);
            bool own = an_row_is_own(&r);
            assert_int_equal(an_set_look(&s, &err), AN_OK);
            unsigned like = an_set_like(&s, r.tag, r.flags, r.count);
            enum an_code code = like == AN_LIKE_NONE ? an_set_add(&s, &r, &err) : own ? an_set_put_own(&s, r.key, like, &err)
                                : an_set_put_pair(&s, r.key, r.key + AN_HEAD, like, &err);
            assert_int_equal(code, AN_OK);
            assert_int_equal(an_set_add(&want, &r, &err), AN_OK);
        }
        struct an_set *one = &s, *other = &want;
        struct an_cursor *a = open_all(&one, 1), *b = open_all(&other, 1);
        for (const struct an_row *x = next(a), *y = next(b); x || y; x = next(a), y = next(b)) {
            assert_true(x && y);
            assert_memory_equal(x, y, sizeof *x);
        }
        an_cursor_free(a);
        an_cursor_free(b);
        an_set_release(&s);
        an_set_release(&want);
        assert_int_equal(budget.used, 0);
    }
}

// A few rows take what they need, and some to grow.
static void a_small_set_takes_little_memory(void **state) {
    (void) state;
    struct an_budget budget = {.limit = 1 << 28};
    struct an_set set = {.budget = &budget};
    struct an_err err;
    for (uint64_t i = 0; i < 30; i++) {
        struct an_row r = row_of(i, 1, 1);
        assert_int_equal(an_set_add(&set, &r, &err), AN_OK);
    }
    assert_true(budget.used <= 1024);
    assert_int_equal(an_set_seal(&set, &err), AN_OK);
    assert_int_equal(budget.used, 30 * sizeof(struct an_row));
    an_set_release(&set);
    assert_int_equal(budget.used, 0);
}

static void an_empty_set_has_no_rows(void **s) {
    (void) s;
    struct an_budget budget = {.limit = 1 << 20};
    struct an_set set = {.budget = &budget}, *all[] = {&set};
    struct an_err err;
    assert_int_equal(an_set_seal(&set, &err), AN_OK);
    struct an_cursor *c = open_all(all, 1);
    assert_null(next(c));
    an_cursor_free(c);
    an_set_release(&set);
}

static void a_set_may_be_sealed_and_go_on(void **s) {
    (void) s;
    struct an_budget budget = {.limit = 1 << 24};
    struct an_set set = {.budget = &budget}, *all[] = {&set};
    struct an_err err;
    for (uint64_t round = 0; round < 3; round++) {
        for (uint64_t i = 0; i < 100; i++) {
            struct an_row r = row_of(i, 0, 1);
            assert_int_equal(an_set_add(&set, &r, &err), AN_OK);
        }
        assert_int_equal(an_set_seal(&set, &err), AN_OK);
    }
    struct an_cursor *c = open_all(all, 1);
    size_t n = 0;
    for (const struct an_row *r; (r = next(c)) != NULL; n++)
        assert_int_equal(r->count, 3);
    assert_int_equal(n, 100);
    an_cursor_free(c);
    an_set_release(&set);
}

static void no_temporary_folder_is_an_error_that_says_so(void **s) {
    (void) s;
    const char *before = getenv("TMPDIR");
    char keep[4096];
    assert_true(snprintf(keep, sizeof keep, "%s", before ? before : "") < (int) sizeof keep);
    setenv("TMPDIR", "/nonexistent", 1);
    struct an_budget budget = {.limit = 1 << 16};
    struct an_set set = {.budget = &budget};
    struct an_err err = {0};
    enum an_code code = AN_OK;
    for (uint64_t i = 0; i < 100000 && !code; i++) {
        struct an_row r = row_of(i, 0, 1);
        code = an_set_add(&set, &r, &err);
    }
    assert_int_equal(code, AN_IO);
    assert_non_null(strstr(err.text, "TMPDIR"));
    an_set_release(&set);
    if (before)
        setenv("TMPDIR", keep, 1);
    else
        unsetenv("TMPDIR");
}

static void a_forest_over_its_budget_is_the_same(void **s) {
    (void) s;
    enum { N = 1000 };
    struct an_budget rich = {.limit = 1 << 20}, poor = {.limit = 16};
    struct an_forest a, b;
    struct an_err err;
    assert_int_equal(an_forest_make(&a, N, &rich, &err), AN_OK);
    assert_int_equal(an_forest_make(&b, N, &poor, &err), AN_OK);
    for (int i = 0; i < 700; i++) {
        uint32_t x = (uint32_t) (draw() % N), y = (uint32_t) (draw() % N);
        an_forest_unite(&a, x, y);
        an_forest_unite(&b, y, x);
    }
    for (uint32_t i = 0; i < N; i++)
        assert_int_equal(an_forest_root(&a, i), an_forest_root(&b, i));
    an_forest_release(&a);
    an_forest_release(&b);
}

// Components and their flags of a random graph, against union-find over numbers.
static void components_of_random_graphs(void **s) {
    (void) s;
    enum { NODES = 400 };
    for (int round = 0; round < 60; round++) {
        struct an_budget budget = {.limit = round % 2 ? 1 << 24 : 1 << 14};
        struct an_graph g = an_graph_init(&budget);
        struct an_err err;
        uint32_t parent[NODES];
        uint8_t flags[NODES] = {0};
        unsigned char key[NODES][AN_NODE_KEY];
        for (uint32_t i = 0; i < NODES; i++) {
            uint64_t a = draw(), b = draw();
            memcpy(key[i], &a, 8);
            memcpy(key[i] + 8, &b, 4);
            parent[i] = i;
            flags[i] = (uint8_t) (1u << draw() % 3);
            assert_int_equal(an_graph_node(&g, key[i], flags[i], &err), AN_OK);
        }
        for (int e = 0; e < round * 8; e++) {
            uint32_t a = (uint32_t) (draw() % NODES), b = (uint32_t) (draw() % NODES), x = a, y = b;
            struct an_join j = {.flags_a = 0};
            memcpy(j.a, key[a], sizeof j.a);
            memcpy(j.b, key[b], sizeof j.b);
            assert_int_equal(an_graph_join(&g, &j, &err), AN_OK);
            while (parent[x] != x)
                x = parent[x];
            while (parent[y] != y)
                y = parent[y];
            parent[x > y ? x : y] = x > y ? y : x;
        }
        uint8_t all[NODES] = {0};
        uint64_t want[256] = {0}, within[256] = {0};
        for (uint32_t i = 0; i < NODES; i++) {
            uint32_t r = i;
            while (parent[r] != r)
                r = parent[r];
            if (all[r] & flags[i] & 1)
                all[r] |= 128;
            all[r] |= flags[i];
        }
        for (uint32_t i = 0; i < NODES; i++) {
            uint32_t r = i;
            while (parent[r] != r)
                r = parent[r];
            want[all[i]] += r == i;
            within[all[r]] += (flags[i] & 2) != 0;
        }
        struct an_closing closing = {.once = 1, .twice = 128, .counted = 2};
        for (unsigned f = 0; f < 256; f++)
            closing.map[f] = (uint8_t) f;
        struct an_components got;
        assert_int_equal(an_graph_close(&g, &closing, &got, &err), AN_OK);
        assert_memory_equal(got.components, want, sizeof want);
        assert_memory_equal(got.within, within, sizeof within);
        an_graph_release(&g);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_set_is_sorted_and_folded),
        cmocka_unit_test(a_large_set_is_sorted_and_folded),
        cmocka_unit_test(a_set_of_one_identity_is_one_group),
        cmocka_unit_test(a_set_over_its_budget_spills_and_is_the_same),
        cmocka_unit_test(two_sets_are_walked_as_one),
        cmocka_unit_test(a_joined_set_is_as_if_all_was_added),
        cmocka_unit_test(a_set_sealed_by_several_threads_is_the_same),
        cmocka_unit_test(rows_are_grouped_as_in_order),
        cmocka_unit_test(rows_put_by_what_they_are_like_are_the_same),
        cmocka_unit_test(a_small_set_takes_little_memory),
        cmocka_unit_test(an_empty_set_has_no_rows),
        cmocka_unit_test(a_set_may_be_sealed_and_go_on),
        cmocka_unit_test(no_temporary_folder_is_an_error_that_says_so),
        cmocka_unit_test(a_forest_over_its_budget_is_the_same),
        cmocka_unit_test(components_of_random_graphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
