#include "census/mention.h"

#include <sodium.h>
#include <string.h>
#include "base/alloc.h"
#include "distinct/graph.h"

enum { LOCAL = 16 };        // identifiers of a record that need no memory of their own

struct item {
    struct an_sighting found;
    struct an_token token;
    bool exclusive;
};

static bool is_resident(const struct item *i) { return i->found.kind->code == AN_RESIDENT_CODE; }

// The order in which a mention is charged: kind first, then the smaller value. Independent of the key and of reading
// order.
static bool is_before(const struct item *a, const struct item *b) {
    if (a->found.kind != b->found.kind)
        return an_charge_order(a->found.kind) < an_charge_order(b->found.kind);
    size_t n = a->found.key.len < b->found.key.len ? a->found.key.len : b->found.key.len;
    int c = memcmp(a->found.key.ptr, b->found.key.ptr, n);
    return c ? c < 0 : a->found.key.len < b->found.key.len;
}

static bool is_same(const struct item *a, const struct item *b) {
    return a->found.kind == b->found.kind && an_str_eq(a->found.key, b->found.key);
}

// Copies what may stand for a person, each once, in charging order.
static size_t gather(const struct an_key *key, const struct an_caps *caps, const struct an_sighting *found,
                     size_t count,
                     struct item *items) {
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        struct item it = {.found = found[i], .exclusive = caps->c[found[i].kind->code] == 1};
        size_t at = n;
        while (at > 0 && is_before(&it, &items[at - 1]))
            at--;
        if (at > 0 && is_same(&items[at - 1], &it)) {
            struct item *same = &items[at - 1];
            same->found.sure |= it.found.sure;
            if (it.found.grade > same->found.grade)
                same->found.grade = it.found.grade;
            continue;
        }
        memmove(&items[at + 1], &items[at], (n - at) * sizeof *items);
        items[at] = it;
        n++;
    }
    for (size_t i = 0; i < n; i++)
        items[i].token = an_key_token(key, items[i].found.kind->code, items[i].found.key);
    return n;
}

struct centre {
    unsigned char key[AN_NODE_KEY];
    uint8_t flags;
    bool sure;
};

static struct centre centre_of(const struct item *e) {
    struct centre c = {.flags = (uint8_t) (AN_ROW_EXCLUSIVE | (is_resident(e) ? AN_ROW_RESIDENT : 0)),
                       .sure = e->found.sure};
    memcpy(c.key, e->token.byte, AN_NODE_KEY);
    return c;
}

// A name for a mention without an exclusive identifier: its only token, or a hash of all. They stand `stride` bytes apart.
static void name_all(const struct an_token *first, size_t stride, size_t n, unsigned char ret[static AN_NODE_KEY]) {
    if (n == 1) {
        memcpy(ret, first->byte, AN_NODE_KEY);
        return;
    }
    crypto_generichash_state h;
    unsigned char out[crypto_generichash_BYTES_MIN];
    crypto_generichash_init(&h, NULL, 0, sizeof out);
    for (size_t i = 0; i < n; i++)
        crypto_generichash_update(&h, (const unsigned char *) first + i * stride, AN_TOKEN_BYTES);
    crypto_generichash_final(&h, out, sizeof out);
    memcpy(ret, out, AN_NODE_KEY);
}

static enum an_code put(struct an_set *rows, const struct item *x, const struct centre *c, unsigned flags,
                        bool charged,
                        struct an_err *err) {
    struct an_row row = {.tag = x->found.kind->code, .count = charged};
    memcpy(row.key, x->token.byte, AN_TOKEN_BYTES);
    memcpy(row.key + AN_TOKEN_BYTES, c->key, AN_NODE_KEY);
    row.flags = (uint8_t) (c->flags | flags | (x->found.grade == AN_GRADE_FLOOR ? AN_ROW_FLOOR : 0));
    return an_set_add(rows, &row, err);
}

// The exclusive identifiers of a mention: the first of all, and the first certain one.
struct exclusives { const struct item *first, *sure; };

static struct exclusives exclusives_of(const struct item *items, size_t n) {
    struct exclusives e = {0};
    for (size_t i = 0; i < n; i++) {
        if (!items[i].exclusive)
            continue;
        if (!e.first)
            e.first = &items[i];
        if (items[i].found.sure && !e.sure)
            e.sure = &items[i];
    }
    return e;
}

// An exclusive identifier: joined to the first, and for certain to the first certain one.
static enum an_code put_exclusive(const struct item *it, const struct exclusives *e, struct an_set *rows,
                                  struct an_err *err) {
    struct centre c = centre_of(e->first);
    enum an_code code = put(rows, it, &c, it->found.sure && c.sure ? AN_ROW_SURE : 0, false, err);
    if (code || !it->found.sure || e->sure == e->first)
        return code;
    c = centre_of(e->sure);
    return put(rows, it, &c, AN_ROW_SURE, false, err);
}

// Another one: seen with the certain ones (one row stands for all, they are one person's) and with each uncertain
// one.
static enum an_code put_shared(const struct item *it, const struct item *items, size_t n, const struct exclusives *e,
                               unsigned flags,
                               bool pays, struct an_set *rows, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < n && !code; i++) {
        const struct item *other = &items[i];
        if (!other->exclusive || (other->found.sure && other != e->sure))
            continue;
        struct centre c = centre_of(other);
        code = put(rows, it, &c, flags | (it->found.sure && c.sure ? AN_ROW_SURE : 0u), pays && other == e->first,
                   err);
    }
    return code;
}

// One mention for the estimate. For the ceiling its sure part is one mention, each unsure identifier another.
static enum an_code link_mention(const struct item *items, size_t n, struct an_set *rows, struct an_err *err) {
    struct exclusives e = exclusives_of(items, n);
    struct centre all = {0};
    if (!e.first)
        name_all(&items->token, sizeof *items, n, all.key);
    const struct item *charged = NULL;      // of the sure part, where no exclusive identifier covers it
    size_t residents = 0;
    for (size_t i = 0; i < n; i++) {
        residents += is_resident(&items[i]);
        if (items[i].found.sure && !charged)
            charged = &items[i];
    }
    enum an_code code = AN_OK;
    for (size_t i = 0; i < n && !code; i++) {
        const struct item *it = &items[i];
        bool pays = it->found.sure ? !e.sure && it == charged : true;
        unsigned flags = residents > 1 ? AN_ROW_MANY_IDS : 0;
        if (!e.first)
            code = put(rows, it, &all, (i == 0 ? AN_ROW_ANCHOR : 0u) | (n > 1 || it->found.sure ? AN_ROW_FIRM : 0u),
                       pays, err);
        else if (it->exclusive)
            code = put_exclusive(it, &e, rows, err);
        else
            code = put_shared(it, items, n, &e, flags, pays, rows, err);
    }
    return code;
}

// No kind stands twice where somebody else's identifier may be among them.
static bool is_linkable(const struct item *items, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (items[i].found.kind == items[i - 1].found.kind && !(items[i].found.sure && items[i - 1].found.sure))
            return false;
    return true;
}

static enum an_code add_items(struct item *items, size_t n, struct an_set *rows, struct an_mention_counts *counts,
                              uint64_t *ret_mentions, struct an_err *err) {
    size_t sure = 0, sure_residents = 0;
    for (size_t i = 0; i < n; i++) {
        sure += items[i].found.sure;
        sure_residents += items[i].found.sure && is_resident(&items[i]);
    }
    if (sure_residents > 1) {           // the group is not about one person after all
        counts->mixed++;
        for (size_t i = 0; i < n; i++)
            items[i].found.sure = false;
        sure = 0;
    }
    *ret_mentions = (sure > 0) + (n - sure);
    if (is_linkable(items, n))
        return link_mention(items, n, rows, err);
    struct item *own = items;           // sure ones to the front, in order; the rest alone
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (items[i].found.sure) {
            struct item it = items[i];
            memmove(&own[kept + 1], &own[kept], (i - kept) * sizeof *own);
            own[kept++] = it;
        }
    enum an_code code = kept ? link_mention(own, kept, rows, err) : AN_OK;
    for (size_t i = kept; i < n && !code; i++)
        code = link_mention(&items[i], 1, rows, err);
    return code;
}

// Counts the mentions that have no usable identifier. The role's own columns make one, unless an identifier of the
// role stands in
// them; what stands elsewhere makes one each.
static uint64_t evidence_in(const struct an_evidence *e, bool has_sure, bool has_any,
                            struct an_mention_counts *counts) {
    uint64_t n = 0;
    bool claimed = has_any;             // somebody is in the estimate for this group already
    bool own = e->name || e->test_name || e->blocked || e->obscured || e->trace || e->described;
    if (!has_sure && (own || (e->unlabelled && !has_any))) {
        bool somebody = e->name || (e->blocked && !e->test_name);
        uint64_t *which = somebody ? claimed ? &counts->beside : &counts->nameless :
                          e->test_name ? &counts->tests : e->obscured ? &counts->obscured : e->trace
                                  ? &counts->traces :
                          e->described ? &counts->described : &counts->unlabelled;
        ++*which;
        claimed |= somebody;
        n = 1;
    }
    if (e->loose_blocked) {
        counts->nameless += !claimed;
        counts->beside += e->loose_blocked - !claimed;
    }
    counts->obscured += e->loose_obscured;
    counts->traces += e->loose_traces;
    return n + e->loose_blocked + e->loose_obscured + e->loose_traces;
}

// The row of one of them, put as shortly as the set allows.
static inline enum an_code put_sure(const struct an_sure *it, const unsigned char centre[static AN_NODE_KEY], bool own,
                                    uint8_t flags, bool charged, struct an_set *rows, struct an_err *err) {
    unsigned like = an_set_like(rows, it->code, flags, charged);
    if (like != AN_LIKE_NONE)
        return own ? an_set_put_own(rows, it->token.byte, like, err) : an_set_put_pair(rows, it->token.byte, centre, like, err);
    struct an_row row = {.tag = it->code, .flags = flags, .count = charged};
    memcpy(row.key, it->token.byte, AN_TOKEN_BYTES);
    memcpy(row.key + AN_TOKEN_BYTES, centre, AN_NODE_KEY);
    return an_set_add(rows, &row, err);
}

enum an_code an_mention_add_sure(const struct an_sure *items, size_t count, struct an_set *rows, struct an_err *err) {
    const struct an_sure *first = NULL;
    for (size_t i = count; i-- > 0;)
        if (items[i].exclusive)
            first = &items[i];
    unsigned char name[AN_NODE_KEY];
    const unsigned char *centre = first ? first->token.byte : name;
    if (!first)
        name_all(&items->token, sizeof *items, count, name);
    const struct an_sure *self = first ? first : count == 1 ? items : NULL;     // what is the centre itself
    unsigned resident = first && first->code == AN_RESIDENT_CODE ? AN_ROW_RESIDENT : 0;
    unsigned common = first ? AN_ROW_EXCLUSIVE | AN_ROW_SURE | resident : AN_ROW_FIRM;
    enum an_code code = an_set_look(rows, err);
    for (size_t i = 0; i < count && !code; i++) {
        bool charged = !first && i == 0;
        unsigned flags = common | (charged ? AN_ROW_ANCHOR : 0u) | (items[i].floor ? AN_ROW_FLOOR : 0u);
        code = put_sure(&items[i], centre, &items[i] == self, (uint8_t) flags, charged, rows, err);
    }
    return code;
}

enum an_code an_mention_add_trace(const struct an_sure *item, struct an_set *rows, struct an_err *err) {
    struct an_row row = {.tag = item->code, .flags = item->floor ? AN_ROW_FLOOR : 0};
    memcpy(row.key, item->token.byte, AN_TOKEN_BYTES);
    return an_set_add(rows, &row, err);
}

enum an_code an_mention_add(const struct an_key *key, const struct an_caps *caps, const struct an_sighting *found,
                            size_t count,
                            struct an_evidence evidence, struct an_set *rows, struct an_mention_counts *counts,
                            uint64_t *ret_mentions, struct an_err *err) {
    *ret_mentions = 0;
    enum an_code code = AN_OK;
    if (count <= LOCAL) {
        struct item items[LOCAL];
        size_t n = gather(key, caps, found, count, items);
        if (n)
            code = add_items(items, n, rows, counts, ret_mentions, err);
    } else {
        struct item *items = an_alloc(count * sizeof *items);
        if (!items)
            return an_fail(err, AN_NOMEM, "no memory for a record of %zu identifiers", count);
        size_t n = gather(key, caps, found, count, items);
        code = add_items(items, n, rows, counts, ret_mentions, err);
        an_free(items);
    }
    bool sure = false;
    for (size_t i = 0; i < count; i++)
        sure |= found[i].sure;
    if (!code)
        *ret_mentions += evidence_in(&evidence, sure, count > 0, counts);
    counts->mentions += *ret_mentions;
    return code;
}

enum an_code an_mention_trace(const struct an_key *key, const struct an_ident *kind, struct an_str value,
                              bool floor_grade,
                              struct an_set *rows, struct an_err *err) {
    struct an_sure it = {.token = an_key_token(key, kind->code, value), .code = kind->code, .floor = floor_grade};
    return an_mention_add_trace(&it, rows, err);
}
