#include "census/commit.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "census/mention.h"

enum { LEAF, NODE, ROOT, DIGEST };      // first byte of what is hashed

static const unsigned char personal[crypto_generichash_blake2b_PERSONALBYTES] = "anshen.commit/1";

static const uint64_t leaves_max = 1ull << AN_COMMIT_DEPTH;

static void hash(const unsigned char *in, size_t len, unsigned char *out, size_t out_len) {
    int failed = crypto_generichash_blake2b_salt_personal(out, out_len, in, len, NULL, 0, NULL, personal);
    assert(!failed);
}

static unsigned char *put_u64(unsigned char *to, uint64_t n) {
    for (int i = 0; i < 8; i++)
        *to++ = (unsigned char) (n >> 8 * i);
    return to;
}

static unsigned char *put(unsigned char *to, const void *bytes, size_t n) {
    memcpy(to, bytes, n);
    return to + n;
}

struct an_digest an_commit_digest(uint8_t kind, const unsigned char token[AN_TOKEN_BYTES]) {
    struct an_digest d;
    unsigned char in[2 + AN_TOKEN_BYTES] = {DIGEST, kind};
    memcpy(in + 2, token, AN_TOKEN_BYTES);
    hash(in, sizeof in, d.byte, sizeof d.byte);
    return d;
}

static void leaf_hash(uint8_t kind, const struct an_digest *digest, unsigned char ret[AN_COMMIT_HASH]) {
    unsigned char in[2 + AN_COMMIT_DIGEST] = {LEAF, kind};
    memcpy(in + 2, digest->byte, AN_COMMIT_DIGEST);
    hash(in, sizeof in, ret, AN_COMMIT_HASH);
}

static void node_hash(const unsigned char *left, uint64_t left_count, const struct an_digest *bound, const unsigned char *right,
                      uint64_t right_count, unsigned char ret[AN_COMMIT_HASH]) {
    unsigned char in[1 + 2 * AN_COMMIT_HASH + 16 + AN_COMMIT_DIGEST] = {NODE}, *to = in + 1;
    to = put(to, left, AN_COMMIT_HASH);
    to = put_u64(to, left_count);
    to = put(to, bound->byte, AN_COMMIT_DIGEST);
    to = put(to, right, AN_COMMIT_HASH);
    (void) put_u64(to, right_count);
    hash(in, sizeof in, ret, AN_COMMIT_HASH);
}

static void root_hash(const struct an_commitment *c, unsigned char ret[AN_COMMIT_HASH]) {
    enum { ONE = 1 + 8 + AN_COMMIT_HASH };
    unsigned char in[1 + AN_KEY_ID_BYTES + 1 + AN_KINDS_MAX * ONE] = {ROOT}, *to = in + 1;
    to = put(to, c->key_id, AN_KEY_ID_BYTES);
    *to++ = (unsigned char) c->kind_count;
    for (size_t i = 0; i < c->kind_count; i++) {
        *to++ = c->kinds[i].code;
        to = put_u64(to, c->kinds[i].count);
        to = put(to, c->kinds[i].root, AN_COMMIT_HASH);
    }
    hash(in, (size_t) (to - in), ret, AN_COMMIT_HASH);
}

// `right` cut after the first bit in which it differs from `left`, which is smaller.
static struct an_digest bound_between(const struct an_digest *left, const struct an_digest *right) {
    struct an_digest b = {0};
    size_t i = 0;
    while (i < AN_COMMIT_DIGEST - 1 && left->byte[i] == right->byte[i]) {
        b.byte[i] = right->byte[i];
        i++;
    }
    unsigned differ = (unsigned) (left->byte[i] ^ right->byte[i]), keep = 0x80;
    while (keep > 1 && !(differ & keep))
        keep >>= 1;
    b.byte[i] = (unsigned char) (right->byte[i] & ~(keep - 1));
    return b;
}

struct part {                           // leaves that stand together, and have become one node
    unsigned char hash[AN_COMMIT_HASH];
    uint64_t count;
    struct an_digest first, last;
};

struct tree {                           // of one kind, as far as its leaves have come
    struct part parts[AN_COMMIT_DEPTH + 1];     // parts[i] has 2^i leaves, and is there where bit i of count is set
    uint64_t count;
    struct an_commit_question **asked;  // ascending by index
    size_t asked_count;
};

static size_t first_from(const struct tree *t, uint64_t index) {
    size_t from = 0, to = t->asked_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (t->asked[middle]->index < index)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static void step_up(struct tree *t, uint64_t from, uint64_t to, const struct part *other, const struct an_digest *bound) {
    for (size_t i = first_from(t, from); i < t->asked_count && t->asked[i]->index < to; i++) {
        struct an_commit_proof *p = &t->asked[i]->proof;
        struct an_commit_step *s = &p->steps[p->step_count++];
        memcpy(s->hash, other->hash, sizeof s->hash);
        s->bound = *bound;
    }
}

// *right becomes both. `end`: the index behind the last leaf of right.
static void join(struct tree *t, const struct part *left, struct part *right, uint64_t end) {
    struct an_digest bound = bound_between(&left->last, &right->first);
    if (t->asked_count) {
        uint64_t middle = end - right->count;
        step_up(t, middle - left->count, middle, right, &bound);
        step_up(t, middle, end, left, &bound);
    }
    node_hash(left->hash, left->count, &bound, right->hash, right->count, right->hash);
    right->first = left->first;
    right->count += left->count;
}

static enum an_code add_leaf(struct tree *t, uint8_t kind, const struct an_digest *digest, struct an_err *err) {
    if (t->count == leaves_max)
        return an_fail(err, AN_LIMIT, "too many identifiers to commit to");
    struct part p = {.count = 1, .first = *digest, .last = *digest};
    leaf_hash(kind, digest, p.hash);
    for (size_t i = first_from(t, t->count); i < t->asked_count && t->asked[i]->index == t->count; i++) {
        memcpy(t->asked[i]->proof.leaf, p.hash, sizeof p.hash);
        if (!t->asked[i]->by_digest)
            t->asked[i]->digest = *digest;
    }
    size_t level = 0;
    for (; t->count >> level & 1; level++)
        join(t, &t->parts[level], &p, t->count + 1);
    t->parts[level] = p;
    t->count++;
    return AN_OK;
}

static void end_tree(struct tree *t, unsigned char ret_root[AN_COMMIT_HASH]) {
    size_t level = 0;
    while (!(t->count >> level & 1))
        level++;
    struct part p = t->parts[level];
    for (level++; t->count >> level; level++)
        if (t->count >> level & 1)
            join(t, &t->parts[level], &p, t->count);
    memcpy(ret_root, p.hash, AN_COMMIT_HASH);
}

struct forest { struct tree *of[AN_CODES]; };       // by kind code; NULL where no leaf came

static void forest_release(struct forest *f) {
    for (size_t i = 0; i < AN_CODES; i++)
        an_free(f->of[i]);
}

static struct tree *tree_of(struct forest *f, uint8_t kind, struct an_err *err) {
    struct tree **t = &f->of[kind];
    if (*t)
        return *t;
    *t = an_alloc(sizeof **t);
    if (*t)
        memset(*t, 0, sizeof **t);
    else
        AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for a commitment"));
    return *t;
}

static enum an_code grow(struct forest *f, struct an_set *digests, struct an_err *err) {
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    enum an_code code = an_cursor_open(&digests, 1, &c, err);
    for (const struct an_row *row = NULL; !code;) {
        code = an_cursor_next(c, &row, err);
        if (code || !row)
            break;
        struct an_digest d;
        memcpy(d.byte, row->key, sizeof d.byte);
        struct tree *t = tree_of(f, row->tag, err);
        code = t ? add_leaf(t, row->tag, &d, err) : AN_NOMEM;
    }
    return code;
}

enum an_code an_commit_gather(struct an_set *const *rows, size_t count, const struct an_caps *caps, struct an_set *digests,
                              struct an_err *err) {
    _Static_assert((int) AN_COMMIT_DIGEST == (int) AN_ROW_KEY, "a digest is a row's key");
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    struct an_row last = {0};
    bool any = false;
    enum an_code code = an_cursor_open(rows, count, &c, err);
    for (const struct an_row *row = NULL; !code;) {
        code = an_cursor_next(c, &row, err);
        if (code || !row)
            break;
        bool counts = row->flags & AN_ROW_FLOOR && row->tag != AN_ACCOUNT_CODE && caps->m[row->tag] != AN_MANY;
        if (!counts || (any && last.tag == row->tag && memcmp(last.key, row->key, AN_TOKEN_BYTES) == 0))
            continue;
        any = true;
        last = *row;
        struct an_digest d = an_commit_digest(row->tag, row->key);
        struct an_row leaf = {.tag = row->tag};
        memcpy(leaf.key, d.byte, sizeof d.byte);
        code = an_set_add(digests, &leaf, err);
    }
    return code ? code : an_set_seal(digests, err);
}

enum an_code an_commit_make(struct an_set *digests, const struct an_caps *caps, const unsigned char key_id[AN_KEY_ID_BYTES],
                            struct an_commitment *ret, struct an_err *err) {
    AN_CLEANUP(forest_release) struct forest f = {0};
    enum an_code code = grow(&f, digests, err);
    if (code)
        return code;
    *ret = (struct an_commitment) {0};
    memcpy(ret->key_id, key_id, sizeof ret->key_id);
    for (size_t i = 0; i < AN_CODES; i++) {
        if (!f.of[i])
            continue;
        struct an_commit_kind *k = &ret->kinds[ret->kind_count++];
        *k = (struct an_commit_kind) {.code = (uint8_t) i, .m = caps->m[i], .count = f.of[i]->count};
        end_tree(f.of[i], k->root);
    }
    root_hash(ret, ret->root);
    return AN_OK;
}

enum an_code an_commit_check(const struct an_commitment *c, struct an_err *err) {
    unsigned char root[AN_COMMIT_HASH];
    uint64_t left = leaves_max;
    for (size_t i = 0; i < c->kind_count; i++) {
        const struct an_commit_kind *k = &c->kinds[i];
        if (i && c->kinds[i - 1].code >= k->code)
            return an_fail(err, AN_INPUT, "commitment: its kinds are out of order");
        if (!k->count || k->count > left || !k->m || k->m == AN_MANY)
            return an_fail(err, AN_INPUT, "commitment: it holds an impossible number");
        left -= k->count;
    }
    root_hash(c, root);
    return memcmp(root, c->root, sizeof root) == 0 ? AN_OK
        : an_fail(err, AN_INPUT, "commitment: its root is not that of its kinds");
}

const struct an_commit_kind *an_commit_find(const struct an_commitment *c, uint8_t kind) {
    for (size_t i = 0; i < c->kind_count; i++)
        if (c->kinds[i].code == kind)
            return &c->kinds[i];
    return NULL;
}

uint64_t an_commit_tokens(const struct an_commitment *c) {
    uint64_t n = 0;
    for (size_t i = 0; i < c->kind_count; i++)
        n += c->kinds[i].count;
    return n;
}

uint64_t an_commit_floor(const struct an_commitment *c) {
    uint64_t floor = 0;
    for (size_t i = 0; i < c->kind_count; i++) {
        uint64_t people = (c->kinds[i].count - 1) / c->kinds[i].m + 1;
        floor = people > floor ? people : floor;
    }
    return floor;
}

static int by_kind_and_digest(const void *a, const void *b) {
    const struct an_commit_question *x = *(struct an_commit_question *const *) a, *y = *(struct an_commit_question *const *) b;
    int order = (x->kind > y->kind) - (x->kind < y->kind);
    return order ? order : memcmp(x->digest.byte, y->digest.byte, AN_COMMIT_DIGEST);
}

static int by_kind_and_index(const void *a, const void *b) {
    const struct an_commit_question *x = *(struct an_commit_question *const *) a, *y = *(struct an_commit_question *const *) b;
    int order = (x->kind > y->kind) - (x->kind < y->kind);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

// Questions of one kind, and how far along its leaves we are.
struct asking { struct an_commit_question **next, **end; uint64_t count; struct an_digest last; };

static void split_by_kind(struct an_commit_question **asked, size_t count, struct asking ret[AN_CODES]) {
    for (size_t i = 0; i < count; i++) {
        struct asking *a = &ret[asked[i]->kind];
        if (!a->end)
            a->next = a->end = &asked[i];
        a->end++;
    }
}

// Where the digests asked for before this leaf are, or would be: where the bounds lead.
static void pass_leaf(struct asking *a, const struct an_digest *leaf) {
    struct an_digest bound = a->count ? bound_between(&a->last, leaf) : *leaf;
    for (; a->next < a->end && memcmp((*a->next)->digest.byte, leaf->byte, AN_COMMIT_DIGEST) <= 0; a->next++) {
        bool before = a->count && memcmp((*a->next)->digest.byte, bound.byte, AN_COMMIT_DIGEST) < 0;
        (*a->next)->index = a->count - before;
    }
    a->last = *leaf;
    a->count++;
}

// Fills in the index of every question by digest, and the number of leaves of every kind.
static enum an_code find_places(struct an_set *digests, struct an_commit_question **asked, size_t count,
                                uint64_t ret_leaves[AN_CODES], struct an_err *err) {
    struct asking by_kind[AN_CODES] = {0};
    split_by_kind(asked, count, by_kind);
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    enum an_code code = an_cursor_open(&digests, 1, &c, err);
    for (const struct an_row *row = NULL; !code;) {
        code = an_cursor_next(c, &row, err);
        if (code || !row)
            break;
        struct an_digest d;
        memcpy(d.byte, row->key, sizeof d.byte);
        pass_leaf(&by_kind[row->tag], &d);
    }
    for (size_t i = 0; i < AN_CODES; i++) {
        ret_leaves[i] = by_kind[i].count;
        for (; by_kind[i].next < by_kind[i].end; by_kind[i].next++)
            (*by_kind[i].next)->index = by_kind[i].count - 1;       // behind the last
    }
    return code;
}

static enum an_code prepare(struct forest *f, struct an_commit_question **asked, size_t count,
                            const uint64_t leaves[AN_CODES], struct an_arena *arena, struct an_err *err) {
    for (size_t i = 0; i < count; i++) {
        struct an_commit_question *q = asked[i];
        if (!leaves[q->kind])
            return an_fail(err, AN_USAGE, "nothing of the kind %u is committed to", q->kind);
        if (q->index >= leaves[q->kind])
            return an_fail(err, AN_USAGE, "leaf %llu of kind %u: there are only %llu", (unsigned long long) q->index, q->kind,
                           (unsigned long long) leaves[q->kind]);
        struct tree *t = tree_of(f, q->kind, err);
        if (!t)
            return AN_NOMEM;
        if (!t->asked_count)
            t->asked = &asked[i];
        t->asked_count++;
        size_t most = leaves[q->kind] > 1 ? 64 - (size_t) __builtin_clzll(leaves[q->kind] - 1) : 1;
        q->proof = (struct an_commit_proof) {.kind = q->kind, .index = q->index,
                                             .steps = AN_NEW_N(arena, most, struct an_commit_step)};
        if (!q->proof.steps)
            return an_fail(err, AN_NOMEM, "no memory for proofs");
    }
    return AN_OK;
}

enum an_code an_commit_prove(struct an_set *digests, struct an_commit_question *questions, size_t count, struct an_arena *arena,
                             struct an_err *err) {
    AN_CLEANUP(forest_release) struct forest f = {0};
    struct an_commit_question **asked = AN_NEW_N(arena, count + 1, struct an_commit_question *);
    uint64_t leaves[AN_CODES];
    size_t by_digest = 0, by_index = count;
    if (!asked)
        return an_fail(err, AN_NOMEM, "no memory for proofs");
    for (size_t i = 0; i < count; i++)
        asked[questions[i].by_digest ? by_digest++ : --by_index] = &questions[i];
    qsort(asked, by_digest, sizeof *asked, by_kind_and_digest);
    enum an_code code = find_places(digests, asked, by_digest, leaves, err);
    qsort(asked, count, sizeof *asked, by_kind_and_index);
    if (!code)
        code = prepare(&f, asked, count, leaves, arena, err);
    if (!code)
        code = grow(&f, digests, err);
    unsigned char root[AN_COMMIT_HASH];
    for (size_t i = 0; i < AN_CODES && !code; i++)
        if (f.of[i])
            end_tree(f.of[i], root);    // the last steps up
    return code;
}

enum an_code an_commit_verify(const struct an_commit_kind *kind, const struct an_commit_proof *proof,
                              const struct an_digest *digest, enum an_presence *ret, struct an_err *err) {
    struct { bool right; uint64_t other; } turns[AN_COMMIT_DEPTH];      // from the root down
    size_t depth = 0;
    if (proof->kind != kind->code)
        return an_fail(err, AN_INPUT, "proof: of another kind");
    if (kind->count > leaves_max || proof->index >= kind->count)
        return an_fail(err, AN_INPUT, "proof: of a leaf that does not exist");
    for (uint64_t index = proof->index, n = kind->count; n > 1; depth++) {
        uint64_t left = 1ull << (63 - __builtin_clzll(n - 1));
        turns[depth].right = index >= left;
        turns[depth].other = turns[depth].right ? left : n - left;
        index -= turns[depth].right ? left : 0;
        n = turns[depth].right ? n - left : left;
    }
    if (proof->step_count != depth)
        return an_fail(err, AN_INPUT, "proof: has %zu steps where the tree has %zu", proof->step_count, depth);
    unsigned char h[AN_COMMIT_HASH], mine[AN_COMMIT_HASH];
    memcpy(h, proof->leaf, sizeof h);
    uint64_t count = 1;
    for (size_t i = 0; i < depth; i++) {
        const struct an_commit_step *s = &proof->steps[i];
        bool right = turns[depth - 1 - i].right;
        uint64_t other = turns[depth - 1 - i].other;
        if (right != (memcmp(digest->byte, s->bound.byte, AN_COMMIT_DIGEST) >= 0))
            return an_fail(err, AN_INPUT, "proof: a bound on the way leads elsewhere");
        if (right)
            node_hash(s->hash, other, &s->bound, h, count, h);
        else
            node_hash(h, count, &s->bound, s->hash, other, h);
        count += other;
    }
    if (memcmp(h, kind->root, sizeof h) != 0)
        return an_fail(err, AN_INPUT, "proof: does not lead to the root");
    leaf_hash(proof->kind, digest, mine);
    *ret = memcmp(mine, proof->leaf, sizeof mine) == 0 ? AN_PRESENT : AN_ABSENT;
    return AN_OK;
}
