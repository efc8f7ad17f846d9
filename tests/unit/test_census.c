// The definitions of docs/COUNTING.md: counted from rows, against a plain re-implementation on small random
// populations.
#include "unit.h"
#include "draw.h"

#include <stdio.h>
#include "census/census.h"
#include "census/mention.h"
#include "distinct/order.h"
#include "ident/kinds.h"

enum { PEOPLE = 48, MENTIONS = 260, ITEMS = 8, VALUES = 4096, POPULATIONS = 12000 };

static unsigned below(unsigned n) {
    return (unsigned) (draw() % n);
}

static bool chance(unsigned percent) {
    return below(100) < percent;
}

enum what { RESIDENT, PASSPORT, ACCOUNT, MOBILE, MAIL, WHATS };

struct thing {                          // an identifier in a mention
    enum what what;
    unsigned value;
    bool sure, ceiling_only;            // a 15-digit ID raises no floor
};

struct mention {                        // one role group of one record
    struct thing things[ITEMS];
    size_t count;
    struct an_evidence evidence;
};

struct world {
    struct mention mentions[MENTIONS];
    size_t count;
    unsigned truth;                     // people in some mention or unread record
    uint64_t unread;                    // records nobody read
    struct an_caps caps;
};

static const struct an_ident *kind_of(enum what w) {
    static const struct an_ident *const kinds[] = {
        [RESIDENT] = &an_ident_cn_resident_id, [PASSPORT] = &an_ident_cn_passport, [ACCOUNT] = &an_ident_account,
        [MOBILE] = &an_ident_cn_mobile, [MAIL] = &an_ident_email,
    };
    return kinds[w];
}

static bool is_exclusive(const struct world *w, enum what what) { return w->caps.c[kind_of(what)->code] == 1; }

// What person p holds of a kind: its own values, and for mobiles and mail a shared pool that at most c people draw
// from.
struct person { unsigned resident, passports[2], accounts[3], mobiles[4], mails[2]; size_t mobile_count,
               mail_count; bool has_resident; };

static struct person people[PEOPLE];

static void make_people(unsigned n, unsigned c) {
    unsigned owners[VALUES] = {0}, pool = 1 + below(2 * n + 1);
    for (unsigned p = 0; p < n; p++) {
        struct person *x = &people[p];
        *x = (struct person) {.resident = p, .has_resident = chance(70)};
        for (unsigned k = 0; k < 2; k++)
            x->passports[k] = 10 * p + k;
        for (unsigned k = 0; k < 3; k++)
            x->accounts[k] = 10 * p + k;
        unsigned want = below(5);
        for (unsigned k = 0; k < want; k++) {       // families, recycled numbers: a value may have up to c owners
            unsigned v = below(pool);
            bool mine = false;
            for (size_t i = 0; i < x->mobile_count; i++)
                mine |= x->mobiles[i] == v;
            if (!mine && owners[v] < c) {
                owners[v]++;
                x->mobiles[x->mobile_count++] = v;
            }
        }
        want = below(3);
        for (unsigned k = 0; k < want; k++)
            x->mails[x->mail_count++] = chance(20) ? below(pool) : 1000 + 10 * p + k;
    }
}

static void add(struct mention *m, enum what what, unsigned value, bool sure) {
    if (m->count < ITEMS)
        m->things[m->count++] = (struct thing) {what, value, sure, false};
}

// What one person leaves in a mention; `keep` per cent of what he holds.
static void describe(struct mention *m, const struct person *x, unsigned keep, bool sure) {
    size_t before = m->count;
    if (x->has_resident && chance(keep)) {
        if (chance(10))
            m->evidence.blocked = true;             // a typing error: the check digit fails, and nothing is found
        else {
            add(m, RESIDENT, x->resident, sure);
            m->things[m->count - 1].ceiling_only = chance(15);
        }
    }
    if (chance(keep / 4))
        add(m, PASSPORT, x->passports[below(2)], sure);
    if (chance(keep / 2))
        add(m, ACCOUNT, x->accounts[below(3)], sure);
    for (size_t i = 0; i < x->mobile_count; i++)
        if (chance(keep / 2 + 10))
            add(m, MOBILE, x->mobiles[i], sure);
    for (size_t i = 0; i < x->mail_count; i++)
        if (chance(keep / 2))
            add(m, MAIL, x->mails[i], sure);
    if (chance(5))
        m->evidence.blocked = true;                 // 13800138000
    if (chance(5))
        m->evidence.obscured = true;                // 138****5678
    if (m->count == before)
        m->evidence.name = true;                    // only a name remains
}

static void make_world(struct world *w) {
    unsigned c = (const unsigned[]) {1, 2, 2, 3, 5, 0}[below(6)], n = 1 + below((const unsigned[]) {3, 8,
            PEOPLE}[below(3)]);
    *w = (struct world) {.caps = an_caps_default()};
    w->caps.degree = (const unsigned[]) {1, 2, 5}[below(3)];
    if (c)
        w->caps.c[kind_of(MOBILE)->code] = c;
    make_people(n, c ? c : n);
    unsigned keep = (const unsigned[]) {20, 40, 70}[below(3)], rounds = 1 + below((const unsigned[]) {6, 20,
            200}[below(3)]);
    bool seen[PEOPLE] = {false};
    for (unsigned i = 0; i < rounds && w->count + 2 < MENTIONS; i++) {
        unsigned p = below(n), q = below(n);
        seen[p] = true;
        if (chance(15)) {                           // nobody reads this record
            w->unread++;
            continue;
        }
        struct mention *m = &w->mentions[w->count++];
        bool sure = chance(60);
        describe(m, &people[p], keep, sure);
        if (p == q || !chance(25))
            continue;
        if (sure) {                                 // two people in a row, told apart by their roles
            seen[q] = true;
            describe(&w->mentions[w->count++], &people[q], keep, true);
            continue;
        }
        bool named = m->evidence.name;              // two people in a line, and nobody can tell
        describe(m, &people[q], keep, false);
        if (named && m->evidence.name && m->count == 0)
            continue;                               // one name after another: the line speaks of one only
        seen[q] = true;
    }
    for (unsigned p = 0; p < n; p++)
        w->truth += seen[p];
}

enum { NODES = 2 * MENTIONS * ITEMS };

struct plain {
    const struct world *w;
    struct thing ids[NODES];            // distinct identifiers
    size_t id_count;
    size_t class_of[NODES], link_of[NODES + 2 * NODES];
};

static size_t id_of(struct plain *p, const struct thing *t) {
    for (size_t i = 0; i < p->id_count; i++)
        if (p->ids[i].what == t->what && p->ids[i].value == t->value)
            return i;
    p->ids[p->id_count] = *t;
    return p->id_count++;
}

static size_t root(size_t *parent, size_t i) {
    while (parent[i] != i)
        i = parent[i];
    return i;
}

static void unite(size_t *parent, size_t a, size_t b) {
    a = root(parent, a);
    b = root(parent, b);
    parent[a > b ? a : b] = a > b ? b : a;
}

// A set of identifiers that is one mention: for the ceiling, or for the estimate.
struct set { size_t ids[ITEMS]; size_t count; bool sure; };
struct sets { struct set s[MENTIONS * ITEMS]; size_t count; };

static void put(struct set *s, size_t id) {
    for (size_t i = 0; i < s->count; i++)
        if (s->ids[i] == id)
            return;
    s->ids[s->count++] = id;
}

static void split(struct plain *p, const struct mention *m, struct sets *ceiling, struct sets *links) {
    struct set sure = {0}, all = {0}, loose = {0};
    size_t residents = 0, by_what[WHATS] = {0};
    bool mixed = false;
    for (size_t i = 0; i < m->count; i++) {
        size_t id = id_of(p, &m->things[i]);
        size_t before = all.count;
        put(&all, id);
        if (all.count > before)
            by_what[m->things[i].what]++;
        put(m->things[i].sure ? &sure : &loose, id);
    }
    for (size_t i = 0; i < sure.count; i++)
        residents += p->ids[sure.ids[i]].what == RESIDENT;
    if (residents > 1) {
        for (size_t i = 0; i < sure.count; i++)
            put(&loose, sure.ids[i]);
        sure.count = 0;
    }
    if (sure.count)
        ceiling->s[ceiling->count++] = sure;
    for (size_t i = 0; i < loose.count; i++)
        ceiling->s[ceiling->count++] = (struct set) {{loose.ids[i]}, 1, false};
    for (size_t k = 0; k < WHATS; k++)
        mixed |= by_what[k] > 1 && loose.count > 0;
    // a kind that stands twice among the sure ones alone is no mixture
    if (mixed && sure.count && loose.count) {
        mixed = false;
        for (size_t i = 0; i < loose.count; i++)
            for (size_t j = 0; j < all.count; j++)
                mixed |= all.ids[j] != loose.ids[i] && p->ids[all.ids[j]].what == p->ids[loose.ids[i]].what;
    }
    if (!all.count)
        return;
    sure.sure = true;
    all.sure = sure.count > 0;
    if (!mixed) {
        links->s[links->count++] = all;
        return;
    }
    if (sure.count)
        links->s[links->count++] = sure;
    for (size_t i = 0; i < loose.count; i++)
        links->s[links->count++] = (struct set) {{loose.ids[i]}, 1, false};
}

static bool has_exclusive(const struct plain *p, const struct set *s) {
    for (size_t i = 0; i < s->count; i++)
        if (is_exclusive(p->w, p->ids[s->ids[i]].what))
            return true;
    return false;
}

static int rank_of(const struct thing *t) { return kind_of(t->what)->charge; }

static void spell(const struct thing *t, char out[16]) {
    (void) snprintf(out, 16, "%u-%06u", (unsigned) t->what, t->value);
}

static size_t charged_to(const struct plain *p, const struct set *s) {
    size_t best = s->ids[0];
    for (size_t i = 1; i < s->count; i++) {
        const struct thing *a = &p->ids[s->ids[i]], *b = &p->ids[best];
        if (rank_of(a) < rank_of(b) || (rank_of(a) == rank_of(b) && a->value < b->value))
            best = s->ids[i];
    }
    return best;
}

struct answer { uint64_t floor, linked, ceiling, classes; };

static struct sets ceiling_sets, link_sets;

static struct answer count_plainly(const struct world *w) {
    static struct plain p;
    memset(&p, 0, sizeof p);
    p.w = w;
    ceiling_sets.count = link_sets.count = 0;
    bool floor_grade[NODES] = {false};
    struct answer a = {0};
    for (size_t i = 0; i < w->count; i++) {
        split(&p, &w->mentions[i], &ceiling_sets, &link_sets);
        for (size_t j = 0; j < w->mentions[i].count; j++) {
            const struct thing *t = &w->mentions[i].things[j];
            floor_grade[id_of(&p, t)] |= !t->ceiling_only && (t->what == RESIDENT || t->what == MOBILE);
        }
    }
    uint64_t residents = 0, mobiles = 0;
    for (size_t i = 0; i < p.id_count; i++) {
        residents += p.ids[i].what == RESIDENT && floor_grade[i];
        mobiles += p.ids[i].what == MOBILE && floor_grade[i];
    }
    // ceiling: classes, and what is charged
    for (size_t i = 0; i < p.id_count; i++)
        p.class_of[i] = i;
    for (size_t i = 0; i < ceiling_sets.count; i++)
        for (size_t j = 0, first = SIZE_MAX; j < ceiling_sets.s[i].count; j++) {
            size_t id = ceiling_sets.s[i].ids[j];
            if (!is_exclusive(w, p.ids[id].what))
                continue;
            if (first == SIZE_MAX)
                first = id;
            unite(p.class_of, first, id);
        }
    uint64_t in_class[NODES] = {0}, n[NODES] = {0};
    bool covered[NODES] = {false}, is_class[NODES] = {false};
    for (size_t i = 0; i < p.id_count; i++)
        if (is_exclusive(w, p.ids[i].what)) {
            is_class[root(p.class_of, i)] = true;
            in_class[root(p.class_of, i)] += p.ids[i].what == RESIDENT;
        }
    for (size_t i = 0; i < ceiling_sets.count; i++) {
        const struct set *s = &ceiling_sets.s[i];
        if (!has_exclusive(&p, s)) {
            n[charged_to(&p, s)]++;
            continue;
        }
        for (size_t j = 0; j < s->count; j++)
            covered[s->ids[j]] = true;
    }
    for (size_t i = 0; i < p.id_count; i++) {
        if (is_class[i])
            a.classes += in_class[i] ? in_class[i] : 1;
        uint64_t c = w->caps.c[kind_of(p.ids[i].what)->code], room = c == AN_MANY ? UINT64_MAX : c - covered[i];
        a.ceiling += n[i] < room ? n[i] : room;
    }
    a.ceiling += a.classes;
    // estimate: linkers, components
    bool linker[NODES];
    for (size_t i = 0; i < p.id_count; i++) {
        size_t ids[NODES], id_count = 0, touched[NODES], touched_count = 0;
        if (is_exclusive(w, p.ids[i].what)) {
            linker[i] = true;
            continue;
        }
        for (size_t k = 0; k < link_sets.count; k++) {
            const struct set *s = &link_sets.s[k];
            bool holds = false;
            for (size_t j = 0; j < s->count; j++)
                holds |= s->ids[j] == i;
            for (size_t j = 0; holds && j < s->count; j++) {
                size_t y = s->ids[j], class = root(p.class_of, y);
                if (!is_exclusive(w, p.ids[y].what))
                    continue;
                bool known = false;
                for (size_t q = 0; q < touched_count; q++)
                    known |= touched[q] == class;
                if (!known)
                    touched[touched_count++] = class;
                known = p.ids[y].what != RESIDENT;
                for (size_t q = 0; q < id_count; q++)
                    known |= ids[q] == y;
                if (!known)
                    ids[id_count++] = y;
            }
        }
        linker[i] = id_count <= 1 && touched_count <= w->caps.degree;
    }
    for (size_t i = 0; i < p.id_count + link_sets.count; i++)
        p.link_of[i] = i;
    for (size_t k = 0; k < link_sets.count; k++)
        for (size_t j = 0; j < link_sets.s[k].count; j++)
            if (linker[link_sets.s[k].ids[j]])
                unite(p.link_of, p.id_count + k, link_sets.s[k].ids[j]);
    bool exclusive[2 * NODES] = {false}, whole[2 * NODES] = {false};
    uint64_t own[2 * NODES] = {0};
    for (size_t i = 0; i < p.id_count; i++)
        if (is_exclusive(w, p.ids[i].what)) {
            exclusive[root(p.link_of, i)] = true;
            own[root(p.link_of, i)] += p.ids[i].what == RESIDENT;
        }
    for (size_t k = 0; k < link_sets.count; k++) {
        bool all = true;
        for (size_t j = 0; j < link_sets.s[k].count; j++)
            all &= linker[link_sets.s[k].ids[j]];
        whole[root(p.link_of, p.id_count + k)] |= all;
    }
    for (size_t r = 0; r < p.id_count + link_sets.count; r++) {
        if (p.link_of[r] != r)
            continue;
        if (exclusive[r])
            a.linked += own[r] ? own[r] : 1;
        else
            a.linked += whole[r];
    }
    // mail addresses alone in lines, where people are known otherwise
    uint64_t distinct[WHATS] = {0}, lone = 0;
    for (size_t i = 0; i < p.id_count; i++) {
        distinct[p.ids[i].what]++;
        bool firm = p.ids[i].what != MAIL;
        for (size_t k = 0; k < link_sets.count; k++)
            for (size_t j = 0; j < link_sets.s[k].count; j++)
                firm |= link_sets.s[k].ids[j] == i && (link_sets.s[k].count > 1 || link_sets.s[k].sure);
        lone += !firm;
    }
    for (size_t k = 0; k < WHATS; k++)
        if (k != MAIL && distinct[k] > distinct[MAIL]) {
            a.linked -= lone;
            lone = 0;
        }
    uint64_t m = w->caps.m[kind_of(MOBILE)->code];
    a.floor = residents > (mobiles + m - 1) / m ? residents : (mobiles + m - 1) / m;
    if (a.linked < a.floor)
        a.linked = a.floor;
    return a;
}

struct fixture { struct an_key *key; struct an_budget budget; };

static int setup(void **ret) {
    static struct fixture f;
    static const unsigned char bytes[AN_KEY_BYTES] = {1, 2, 3};
    struct an_err err;
    f.budget.limit = 1 << 30;
    *ret = &f;
    return (int) an_key_from_bytes(bytes, &f.key, &err);
}

static int teardown(void **ret) {
    struct fixture *f = *ret;
    an_key_free(f->key);
    return 0;
}

static void add_mention(struct fixture *f, const struct world *w, const struct mention *m, struct an_set *rows,
                        struct an_mention_counts *counts) {
    struct an_sighting found[ITEMS];
    char text[ITEMS][16];
    for (size_t i = 0; i < m->count; i++) {
        spell(&m->things[i], text[i]);
        bool floor = !m->things[i].ceiling_only && (m->things[i].what == RESIDENT || m->things[i].what == MOBILE);
        found[i] = (struct an_sighting) {kind_of(m->things[i].what), floor ? AN_GRADE_FLOOR : AN_GRADE_CEILING,
                                         m->things[i].sure,
                                         an_str_from_c(text[i])};
    }
    struct an_err err;
    uint64_t mentions;
    assert_int_equal(an_mention_add(f->key, &w->caps, found, m->count, m->evidence, rows, counts, &mentions, &err),
                     AN_OK);
}

static void shuffle(struct world *w) {
    for (size_t i = w->count; i > 1; i--) {
        size_t j = below((unsigned) i);
        struct mention t = w->mentions[i - 1];
        w->mentions[i - 1] = w->mentions[j];
        w->mentions[j] = t;
    }
}

static void expect_same(uint64_t seed, const struct an_count *a, const struct an_count *b);

// Rows of the first `upto` mentions, spread over `parts` sets. Counted as they came (now and then as many rows are kept), and
// once more when they have been put in order.
static struct an_count census_of(struct fixture *f, const struct world *w, size_t upto, size_t parts,
                                 struct an_mention_counts *counts) {
    struct an_set sets[3] = {{.budget = &f->budget}, {.budget = &f->budget}, {.budget = &f->budget}};
    struct an_set *all[] = {&sets[0], &sets[1], &sets[2]};
    *counts = (struct an_mention_counts) {0};
    for (size_t i = 0; i < upto; i++)
        add_mention(f, w, &w->mentions[i], &sets[i % parts], counts);
    struct an_err err;
    struct an_count count, in_order;
    for (size_t i = 0; i < parts; i++)
        if (upto % 8 == 7 - i)
            assert_int_equal(an_set_split(&sets[i], &err), AN_OK);
    assert_int_equal(an_count_make(all, parts, &w->caps, &f->budget, &count, &err), AN_OK);
    for (size_t i = 0; i < parts; i++)
        assert_int_equal(an_set_seal(&sets[i], &err), AN_OK);
    assert_int_equal(an_count_make(all, parts, &w->caps, &f->budget, &in_order, &err), AN_OK);
    expect_same(upto, &count, &in_order);
    for (size_t i = 0; i < 3; i++)
        an_set_release(&sets[i]);
    return count;
}

static void expect(uint64_t seed, const char *what, uint64_t got, uint64_t want) {
    if (got != want)
        fail_msg("population %llu: %s is %llu, should be %llu", (unsigned long long) seed, what,
                 (unsigned long long) got, (unsigned long long) want);
}

static void expect_at_most(uint64_t seed, const char *what, uint64_t low, uint64_t high) {
    if (low > high)
        fail_msg("population %llu: %s: %llu > %llu", (unsigned long long) seed, what, (unsigned long long) low,
                 (unsigned long long) high);
}

// Field by field: what lies between them is nobody's.
static void expect_same(uint64_t seed, const struct an_count *a, const struct an_count *b) {
    for (size_t i = 0; i < an_kind_count(); i++) {
        const struct an_kind_count *x = &a->kinds[i], *y = &b->kinds[i];
        const uint64_t of_kind[][2] = {
            {x->distinct, y->distinct}, {x->floor_grade, y->floor_grade}, {x->charged, y->charged}, {x->shared, y->shared},
            {x->over_degree, y->over_degree}, {x->over_cap, y->over_cap}, {x->seen_c, y->seen_c}, {x->over_m, y->over_m},
        };
        for (size_t k = 0; k < AN_COUNT(of_kind); k++)
            expect(seed, "a kind's count again", of_kind[k][0], of_kind[k][1]);
    }
    assert_memory_equal(&a->caps, &b->caps, sizeof a->caps);
    const uint64_t of_all[][2] = {
        {a->floor, b->floor}, {a->floor_kind, b->floor_kind}, {a->classes, b->classes}, {a->linked, b->linked},
        {a->ceiling, b->ceiling}, {a->lone, b->lone}, {a->ambiguous, b->ambiguous}, {a->chained, b->chained},
        {a->accounts_mixed, b->accounts_mixed},
    };
    for (size_t k = 0; k < AN_COUNT(of_all); k++)
        expect(seed, "a count again", of_all[k][0], of_all[k][1]);
}

static void bounds_hold_on_random_populations(void **ret) {
    struct fixture *f = *ret;
    static struct world w;
    for (uint64_t seed = 0; seed < POPULATIONS; seed++) {
        draw_state = seed;
        make_world(&w);
        struct an_mention_counts counts, again;
        struct an_count c = census_of(f, &w, w.count, 1 + below(3), &counts);
        struct an_people p = an_people_of(&c, &counts, w.unread, 2);
        struct answer a = count_plainly(&w);
        bool same_caps = memcmp(&c.caps, &w.caps, sizeof c.caps) == 0;      // the data did not contradict them
        expect(seed, "classes", c.classes, a.classes);
        if (same_caps) {
            expect(seed, "floor", c.floor, a.floor);
            expect(seed, "ceiling", c.ceiling, a.ceiling);
        }
        expect(seed, "linked", c.linked, a.linked);
        expect_at_most(seed, "floor <= truth", p.floor, w.truth);
        expect_at_most(seed, "truth <= ceiling", w.truth, p.ceiling);
        expect_at_most(seed, "floor <= linked", p.floor, p.linked);
        expect_at_most(seed, "linked <= ceiling", p.linked, p.ceiling);
        shuffle(&w);
        struct an_count other = census_of(f, &w, w.count, 1 + below(3), &again);
        expect_same(seed, &c, &other);
        assert_memory_equal(&counts, &again, sizeof counts);
    }
}

static void reading_more_only_narrows(void **ret) {
    struct fixture *f = *ret;
    static struct world w;
    for (uint64_t seed = 0; seed < 300; seed++) {
        draw_state = 1000000 + seed;
        make_world(&w);
        w.unread = 0;
        uint64_t low = 0, high = UINT64_MAX;
        for (size_t k = 0; k <= w.count; k += 1 + w.count / 12) {
            struct an_mention_counts counts;
            struct an_count c = census_of(f, &w, k, 1, &counts);
            if (memcmp(&c.caps, &w.caps, sizeof c.caps) != 0)
                break;                  // a cap was raised: the bounds start anew
            struct an_people p = an_people_of(&c, &counts, w.count - k, ITEMS);
            expect_at_most(seed, "the floor never falls", low, p.floor);
            expect_at_most(seed, "the ceiling never rises", p.ceiling, high);
            low = p.floor;
            high = p.ceiling;
        }
    }
}

#define ONE(...) {.things = {__VA_ARGS__}, .count = sizeof((struct thing[]) {__VA_ARGS__}) / sizeof(struct thing)}
#define R(n) {RESIDENT, n, true, false}
#define M(n) {MOBILE, n, true, false}
#define A(n) {ACCOUNT, n, true, false}

static struct an_people people_of(struct fixture *f, const struct mention *mentions, size_t count, uint32_t c,
                                  uint64_t unread) {
    static struct world w;
    w = (struct world) {.caps = an_caps_default(), .count = count};
    w.caps.c[kind_of(MOBILE)->code] = c;
    memcpy(w.mentions, mentions, count * sizeof *mentions);
    struct an_mention_counts counts;
    struct an_count got = census_of(f, &w, count, 1, &counts);
    return an_people_of(&got, &counts, unread, 1);
}

static void the_worked_example_comes_out(void **ret) {
    static const struct mention rows[] = {
        ONE(R(1), M(1)), ONE(R(1), M(2)), ONE(R(2), M(2)), ONE(R(3)), ONE(R(4), M(3)), ONE(M(3)), ONE(M(2)),
                ONE(M(4)), ONE(M(4)),
        {.evidence.blocked = true},
    };
    struct an_people p = people_of(*ret, rows, AN_COUNT(rows), 3, 0);
    assert_int_equal(p.floor, 4);
    assert_int_equal(p.linked, 6);
    assert_int_equal(p.ceiling, 9);
    assert_int_equal(people_of(*ret, rows, AN_COUNT(rows), 3, 3).ceiling, 12);
    assert_int_equal(people_of(*ret, rows, 7, 3, 3).ceiling, 9);
    assert_int_equal(people_of(*ret, rows, 7, 3, AN_UNKNOWN_COUNT).ceiling, AN_UNKNOWN_COUNT);
}

static void a_mobile_of_two_beside_unknown_ones_adds_nobody(void **ret) {
    static const struct mention rows[] = {ONE(R(1), M(0)), ONE(R(2), M(0)), ONE(M(0), M(1)), ONE(M(0), M(2))};
    struct an_people p = people_of(*ret, rows, AN_COUNT(rows), 2, 0);
    assert_int_equal(p.ceiling, 3);
    assert_int_equal(p.linked, 2);
}

static void a_mobile_of_many_accounts_is_no_linker(void **ret) {
    static const struct mention rows[] = {
        ONE(A(0), M(0)), ONE(A(1), M(0)), ONE(A(2), M(0)), ONE(A(3), M(0)), ONE(A(4), M(0)), ONE(A(5), M(0)),
                ONE(M(0)), ONE(M(0)), ONE(M(0)),
    };
    struct an_people p = people_of(*ret, rows, AN_COUNT(rows), 2, 0);
    assert_int_equal(p.ceiling, 7);
    assert_int_equal(p.linked, 6);
}

static void two_ids_of_one_account_keep_the_floor_below_the_ceiling(void **ret) {
    static const struct mention rows[] = {ONE(A(0), R(1)), ONE(A(0), R(2))};
    struct an_people p = people_of(*ret, rows, AN_COUNT(rows), 2, 0);
    assert_int_equal(p.floor, 2);
    assert_int_equal(p.linked, 2);
    assert_int_equal(p.ceiling, 2);
}

static void a_cap_the_data_contradict_is_raised(void **ret) {
    struct fixture *f = *ret;
    static struct world w;
    w = (struct world) {.caps = an_caps_default()};
    size_t mobile = an_kind_index(kind_of(MOBILE));
    w.caps.c[kind_of(MOBILE)->code] = 2;
    static const struct mention rows[] = {ONE(R(1), M(0)), ONE(R(2), M(0)), ONE(R(3), M(0)), ONE(M(1)), ONE(M(1)),
                                          ONE(M(1)), ONE(M(1))};
    memcpy(w.mentions, rows, sizeof rows);
    w.count = AN_COUNT(rows);
    struct an_mention_counts counts;
    struct an_count c = census_of(f, &w, w.count, 1, &counts);
    assert_int_equal(c.caps.c[kind_of(MOBILE)->code], 3);
    assert_int_equal(c.kinds[mobile].over_cap, 1);
    assert_int_equal(c.ceiling, 3 + 3);
}

static void an_identifier_with_a_hundred_mentions_is_handled_like_one_with_two(void **ret) {
    struct fixture *f = *ret;
    static struct world w;
    w = (struct world) {.caps = an_caps_default()};
    for (unsigned i = 0; i < 120; i++)          // one mobile beside 120 different mail addresses: one person
        w.mentions[w.count++] = (struct mention) ONE(M(7), {MAIL, i, true, false});
    struct an_mention_counts counts;
    struct an_count c = census_of(f, &w, w.count, 1, &counts);
    assert_int_equal(c.linked, 1);
    w.mentions[w.count++] = (struct mention) ONE(M(7), R(1));
    w.mentions[w.count++] = (struct mention) ONE(M(7), R(2));
    c = census_of(f, &w, w.count, 1, &counts);
    // it is shared now: what holds only it and a stranger's mail is nobody new
    assert_int_equal(c.linked, 2);
    assert_int_equal(c.ambiguous, 120);
}

static void lone_mails_in_lines_count_only_where_people_are_known_by_mail(void **ret) {
    static const struct mention mails[] = {ONE({MAIL, 1, false, false}), ONE({MAIL, 2, false, false}),
                                           ONE({MAIL, 2, false, false})};
    assert_int_equal(people_of(*ret, mails, AN_COUNT(mails), AN_MANY, 0).linked, 2);
    static const struct mention both[] = {
        ONE({MAIL, 1, false, false}), ONE(M(1)), ONE(M(2)), ONE({MAIL, 3, true, false}),
    };
    struct an_people p = people_of(*ret, both, 3, AN_MANY, 0);
    assert_int_equal(p.linked, 2);
    assert_int_equal(p.ceiling, 3);
    // in a column of its own it is somebody
    assert_int_equal(people_of(*ret, both + 1, 3, AN_MANY, 0).linked, 3);
}

// Seven accounts are beside it, and three hundred mentions without any: more than are remembered at first.
static void a_busy_identifier_beside_too_many_is_no_linker(void **ret) {
    struct fixture *f = *ret;
    enum { ACCOUNTS = 7, MAILS = 300 };
    static struct world w;
    w = (struct world) {.caps = an_caps_default()};
    struct an_set rows = {.budget = &f->budget}, *all[] = {&rows};
    struct an_mention_counts counts = {0};
    for (unsigned i = 0; i < ACCOUNTS + MAILS; i++) {
        struct mention m = {.things = {{MOBILE, 1, true, false}, {i < ACCOUNTS ? ACCOUNT : MAIL, i, true, false}}, .count = 2};
        add_mention(f, &w, &m, &rows, &counts);
    }
    struct an_err err;
    for (int round = 0; round < 3; round++) {           // as they came, in parts, in order
        struct an_count c;
        assert_int_equal(an_count_make(all, 1, &w.caps, &f->budget, &c, &err), AN_OK);
        assert_int_equal(c.kinds[an_kind_index(&an_ident_cn_mobile)].over_degree, 1);
        assert_int_equal(c.linked, ACCOUNTS);
        assert_int_equal(c.ambiguous, MAILS);
        assert_int_equal(round ? an_set_seal(&rows, &err) : an_set_split(&rows, &err), AN_OK);
    }
    an_set_release(&rows);
}

static void counts_above_65535_are_exact(void **ret) {
    struct fixture *f = *ret;
    struct an_caps caps = an_caps_default();
    struct an_set rows = {.budget = &f->budget}, *all[] = {&rows};
    struct an_mention_counts counts = {0};
    struct an_sighting one = {&an_ident_cn_mobile, AN_GRADE_FLOOR, true, AN_STR("13912345678")};
    struct an_err err;
    uint64_t mentions;
    for (int i = 0; i < 200000; i++)
        assert_int_equal(an_mention_add(f->key, &caps, &one, 1, (struct an_evidence) {0}, &rows, &counts, &mentions,
                                        &err), AN_OK);
    for (int round = 0; round < 2; round++) {
        struct an_count c;
        assert_int_equal(an_count_make(all, 1, &caps, &f->budget, &c, &err), AN_OK);
        assert_int_equal(c.ceiling, 200000);
        assert_int_equal(c.linked, 1);
        assert_int_equal(c.floor, 1);
        assert_int_equal(c.kinds[an_kind_index(&an_ident_cn_mobile)].distinct, 1);
        assert_int_equal(an_set_seal(&rows, &err), AN_OK);
    }
    an_set_release(&rows);
}

static void the_kind_that_counts_people_has_its_code(void **ret) {
    (void) ret;
    assert_ptr_equal(an_kind_by_code(AN_RESIDENT_CODE), &an_ident_cn_resident_id);
    assert_ptr_equal(an_kind_by_code(AN_ACCOUNT_CODE), &an_ident_account);
    assert_ptr_equal(an_kind_by_code(AN_MAIL_CODE), &an_ident_email);
    for (size_t i = 0; i < an_kind_count(); i++)
        assert_int_equal(an_kind_index(an_kind_at(i)), i);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_hold_on_random_populations),
        cmocka_unit_test(reading_more_only_narrows),
        cmocka_unit_test(the_worked_example_comes_out),
        cmocka_unit_test(a_mobile_of_two_beside_unknown_ones_adds_nobody),
        cmocka_unit_test(a_mobile_of_many_accounts_is_no_linker),
        cmocka_unit_test(two_ids_of_one_account_keep_the_floor_below_the_ceiling),
        cmocka_unit_test(a_cap_the_data_contradict_is_raised),
        cmocka_unit_test(an_identifier_with_a_hundred_mentions_is_handled_like_one_with_two),
        cmocka_unit_test(lone_mails_in_lines_count_only_where_people_are_known_by_mail),
        cmocka_unit_test(a_busy_identifier_beside_too_many_is_no_linker),
        cmocka_unit_test(counts_above_65535_are_exact),
        cmocka_unit_test(the_kind_that_counts_people_has_its_code),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
