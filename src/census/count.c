#include "census/count.h"

#include <string.h>
#include "base/key.h"
#include "census/mention.h"
#include "distinct/graph.h"
#include "distinct/group.h"

// Flags of a node of the two graphs, then of a component.
enum { NODE_EXCLUSIVE = 1, NODE_RESIDENT = 2, NODE_MENTION = 4, NODE_BROKEN = 8, NODE_WHOLE = 16,
      TWO_RESIDENTS = 32 };

// Flags of an identifier whose links are made in a second walk over the rows.
enum { LATER_LINK = 1, LATER_BREAK = 2, LATER_DEGREE = 4 };

enum { HELD = 64 };                     // centres of one identifier that are remembered in the first walk

struct walk {
    const struct an_caps *caps;
    struct an_count *count;
    struct an_graph classes;            // exclusive identifiers that certainly are one person's
    struct an_graph links;              // everything the estimate joins
    // (exclusive identifier, identifier) where the latter touches more than the degree cap
    struct an_set touched;
    struct an_set labelled;             // (identifier, class) from it
    struct an_set later;                // identifiers for the second walk
    struct an_set rows;                 // all rows of these, where the first walk met them in no order
    uint64_t lone_mails;                // mail addresses met alone in running text only
    uint64_t others;                    // distinct exclusive identifiers that are no resident IDs
    uint64_t mentions;                  // distinct mentions without an exclusive identifier
};

static void walk_release(struct walk *w) {
    an_graph_release(&w->classes);
    an_graph_release(&w->links);
    an_set_release(&w->touched);
    an_set_release(&w->labelled);
    an_set_release(&w->later);
    an_set_release(&w->rows);
}

struct centre { unsigned char key[AN_NODE_KEY]; uint8_t flags; };

// One identifier: its rows come one after another, ordered by centre.
struct group {
    unsigned char token[AN_TOKEN_BYTES];
    uint8_t tag;
    size_t kind;                        // index
    bool live, exclusive, usable, floor, covered, many_ids, firm, later;
    uint64_t charged;                   // n(x): mentions charged to it
    uint64_t centres, exclusives, residents;
    struct centre held[HELD], last;     // the first of them; the one before
    struct centre near[HELD];           // the first exclusive ones
};

static uint8_t node_flags(uint8_t row_flags) {
    if (!(row_flags & AN_ROW_EXCLUSIVE))
        return NODE_MENTION;
    return (uint8_t) (NODE_EXCLUSIVE | (row_flags & AN_ROW_RESIDENT ? NODE_RESIDENT : 0));
}

static enum an_code join(struct an_graph *g, const struct centre *a, const struct centre *b, struct an_err *err) {
    struct an_join j = {.flags_a = a->flags, .flags_b = b->flags};
    memcpy(j.a, a->key, AN_NODE_KEY);
    memcpy(j.b, b->key, AN_NODE_KEY);
    return an_graph_join(g, &j, err);
}

static enum an_code touch(struct walk *w, const struct group *g, const struct centre *c, struct an_err *err) {
    struct an_row row = {0};
    memcpy(row.key, c->key, AN_NODE_KEY);
    memcpy(row.key + AN_NODE_KEY, g->token, AN_TOKEN_BYTES);
    return an_set_add(&w->touched, &row, err);
}

static enum an_code exclusive_row(struct walk *w, const struct group *g, const struct an_row *row,
                                  const struct centre *c,
                                  struct an_err *err) {
    if (memcmp(g->token, c->key, AN_NODE_KEY) == 0)
        return AN_OK;                   // the centre's row about itself
    bool resident = row->tag == AN_RESIDENT_CODE;
    struct centre self = {.flags = (uint8_t) (NODE_EXCLUSIVE | (resident ? NODE_RESIDENT : 0))};
    memcpy(self.key, g->token, AN_NODE_KEY);
    enum an_code code = join(&w->links, &self, c, err);
    if (!code && row->flags & AN_ROW_SURE)
        code = join(&w->classes, &self, c, err);
    return code;
}

static enum an_code new_centre(struct walk *w, struct group *g, const struct centre *c, struct an_err *err) {
    if (g->centres < HELD)
        g->held[g->centres] = *c;
    g->centres++;
    if (!(c->flags & NODE_EXCLUSIVE))
        return AN_OK;
    if (g->exclusives < HELD)
        g->near[g->exclusives] = *c;
    g->exclusives++;
    g->residents += (c->flags & NODE_RESIDENT) != 0;
    if (g->exclusives <= w->caps->degree || g->exclusive)
        return AN_OK;
    enum an_code code = AN_OK;          // one too many: its classes have to be counted
    if (g->exclusives == (uint64_t) w->caps->degree + 1)
        for (size_t i = 0; i < w->caps->degree && i < HELD && !code; i++)
            code = touch(w, g, &g->near[i], err);
    return code ? code : touch(w, g, c, err);
}

static enum an_code add_row(struct walk *w, struct group *g, const struct an_row *row, struct an_err *err) {
    if (!g->usable)
        return AN_OK;
    struct centre c = {.flags = node_flags(row->flags)};
    memcpy(c.key, row->key + AN_TOKEN_BYTES, AN_NODE_KEY);
    g->charged += row->count;
    g->firm |= (row->flags & (AN_ROW_FIRM | AN_ROW_EXCLUSIVE)) != 0;
    g->many_ids |= (row->flags & AN_ROW_MANY_IDS) != 0;
    g->covered |= (row->flags & (AN_ROW_SURE | AN_ROW_EXCLUSIVE)) == (AN_ROW_SURE | AN_ROW_EXCLUSIVE);
    if (g->exclusive)
        return exclusive_row(w, g, row, &c, err);
    if (g->centres > 0 && memcmp(g->last.key, c.key, AN_NODE_KEY) == 0)
        return AN_OK;                   // the same again: its count is too large for one row
    g->last = c;
    w->mentions += (row->flags & AN_ROW_ANCHOR) != 0;
    return new_centre(w, g, &c, err);
}

static enum an_code do_later(struct walk *w, struct group *g, uint8_t what, struct an_err *err) {
    g->later = true;
    struct an_row row = {.flags = what};
    memcpy(row.key, g->token, AN_TOKEN_BYTES);
    return an_set_add(&w->later, &row, err);
}

static enum an_code link_held(struct walk *w, const struct group *g, bool linker, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < g->centres && !code; i++) {
        if (linker && i > 0)
            code = join(&w->links, &g->held[0], &g->held[i], err);
        if (!linker && g->held[i].flags & NODE_MENTION)
            code = an_graph_node(&w->links, g->held[i].key, NODE_MENTION | NODE_BROKEN, err);
    }
    return code;
}

static enum an_code shared_done(struct walk *w, struct group *g, struct an_err *err) {
    struct an_kind_count *k = &w->count->kinds[g->kind];
    uint64_t c = w->caps->c[g->tag], free_places = c == AN_MANY ? UINT64_MAX : c - g->covered;
    k->charged += g->charged < free_places ? g->charged : free_places;
    uint64_t seen = g->residents < 2 && g->many_ids ? 2 : g->residents;
    k->shared += seen > 1;
    if (seen > k->seen_c)
        k->seen_c = (uint32_t) (seen < AN_MANY ? seen : AN_MANY - 1);
    if (c != AN_MANY)
        k->over_cap += seen > c;
    w->lone_mails += g->tag == AN_MAIL_CODE && !g->firm;
    bool linker = an_kind_at(g->kind)->linker && seen <= 1;
    bool too_many = g->exclusives > w->caps->degree;
    if (linker && too_many)
        return do_later(w, g, LATER_DEGREE, err);
    if (g->centres <= HELD)
        return link_held(w, g, linker, err);
    return do_later(w, g, linker ? LATER_LINK : LATER_BREAK, err);
}

static enum an_code group_done(struct walk *w, struct group *g, struct an_err *err) {
    if (!g->live)
        return AN_OK;
    struct an_kind_count *k = &w->count->kinds[g->kind];
    k->distinct++;
    k->floor_grade += g->floor;
    if (!g->usable)
        return AN_OK;
    if (g->exclusive) {
        w->others += g->tag != AN_RESIDENT_CODE;
        return AN_OK;
    }
    return shared_done(w, g, err);
}

// What the first walk asks of a kind.
struct about { uint8_t index; bool usable, exclusive, linker; uint32_t c; };

static void find_about(const struct an_caps *caps, struct about ret[AN_CODES]) {
    uint8_t index[AN_CODES];
    an_kind_indices(index);
    for (size_t code = 0; code < AN_CODES; code++) {
        ret[code] = (struct about) {.index = index[code]};
        if (index[code] == UINT8_MAX)
            continue;
        const struct an_ident *kind = an_kind_at(index[code]);
        ret[code].usable = kind->use == AN_USE_PERSON;
        ret[code].exclusive = ret[code].usable && caps->c[code] == 1;
        ret[code].linker = kind->linker;
        ret[code].c = caps->c[code];
    }
}

// Whether an identifier of a single row joins nothing to anything: most do not. `own`: the centre is the identifier itself.
static inline bool is_plain(const struct walk *w, const struct an_row *row, bool own, const struct about *about) {
    if (about->exclusive)
        return own;
    bool links = about->linker || row->flags & AN_ROW_EXCLUSIVE;
    return !about->usable || (!(row->flags & AN_ROW_MANY_IDS) && links && w->caps->degree);
}

// So many of them, that are alike but for what they are.
static inline void count_plain(struct walk *w, const struct an_row *row, const struct about *about, uint64_t n) {
    struct an_kind_count *k = &w->count->kinds[about->index];
    unsigned f = row->flags;
    bool of_exclusive = f & AN_ROW_EXCLUSIVE, covered = of_exclusive && f & AN_ROW_SURE;
    k->distinct += n;
    k->floor_grade += f & AN_ROW_FLOOR ? n : 0;
    if (about->exclusive)
        w->others += row->tag != AN_RESIDENT_CODE ? n : 0;
    if (about->exclusive || !about->usable)
        return;
    uint64_t places = about->c == AN_MANY ? UINT64_MAX : about->c - covered;
    k->charged += n * (row->count < places ? row->count : places);
    uint32_t seen = of_exclusive && f & AN_ROW_RESIDENT;
    if (seen > k->seen_c)
        k->seen_c = seen;
    w->mentions += f & AN_ROW_ANCHOR ? n : 0;
    w->lone_mails += row->tag == AN_MAIL_CODE && !(f & (AN_ROW_FIRM | AN_ROW_EXCLUSIVE)) ? n : 0;
}

static void begin_group(struct group *g, const struct an_row *row, const struct about *about) {
    g->live = true;
    g->tag = row->tag;
    g->kind = about->index;
    memcpy(g->token, row->key, AN_TOKEN_BYTES);
    g->usable = about->usable;
    g->exclusive = about->exclusive;
    g->floor = g->covered = g->many_ids = g->firm = g->later = false;
    g->charged = g->centres = g->exclusives = g->residents = 0;
}

static bool is_of(const struct an_row *row, const unsigned char *token, uint8_t tag) {
    return row->tag == tag && memcmp(row->key, token, AN_TOKEN_BYTES) == 0;
}

static enum an_code some_rows(struct walk *w, struct group *g, const struct about *about, const struct an_row *rows, size_t n,
                              struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < n && !code; i++) {
        const struct an_row *row = &rows[i];
        const struct about *a = &about[row->tag];
        if (a->index == UINT8_MAX)
            return an_fail(err, AN_INPUT, "an identifier kind of code %u is not known to this version", row->tag);
        if (!g->live || !is_of(row, g->token, g->tag)) {
            code = group_done(w, g, err);
            g->live = false;
            bool single = i + 1 < n && !is_of(&rows[i + 1], row->key, row->tag);
            if (code)
                break;
            if (single && is_plain(w, row, an_row_is_own(row), a)) {
                count_plain(w, row, a, 1);
                continue;
            }
            begin_group(g, row, a);
        }
        g->floor |= (row->flags & AN_ROW_FLOOR) != 0;
        code = add_row(w, g, row, err);
    }
    return code;
}

static enum an_code walk_in_order(struct walk *w, struct an_set *const *sets, size_t count, const struct about *about,
                                  struct an_err *err) {
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *cursor = NULL;
    struct group g = {0};
    enum an_code code = an_cursor_open(sets, count, &cursor, err);
    while (!code) {
        const struct an_row *rows;
        size_t n;
        code = an_cursor_some(cursor, &rows, &n, err);
        if (code || !n)
            break;
        code = some_rows(w, &g, about, rows, n, err);
    }
    return code ? code : group_done(w, &g, err);
}

// The first walk over rows as they lie.
struct grouped { struct walk *w; const struct about *about; struct group group; };

static bool grouped_is_plain(void *arg, const struct an_row *like, bool own) {
    const struct grouped *g = arg;
    return g->about[like->tag].index != UINT8_MAX && is_plain(g->w, like, own, &g->about[like->tag]);
}

static void grouped_plain(void *arg, const struct an_row *like, bool own, uint64_t n) {
    const struct grouped *g = arg;
    (void) own;
    count_plain(g->w, like, &g->about[like->tag], n);
}

static enum an_code grouped_rows(void *arg, const struct an_row *rows, size_t n, struct an_err *err) {
    struct grouped *of = arg;
    struct walk *w = of->w;
    struct group *g = &of->group;
    const struct about *about = &of->about[rows->tag];
    if (about->index == UINT8_MAX)
        return an_fail(err, AN_INPUT, "an identifier kind of code %u is not known to this version", rows->tag);
    if (n == 1 && is_plain(w, rows, an_row_is_own(rows), about)) {      // several, but the same
        count_plain(w, rows, about, 1);
        return AN_OK;
    }
    begin_group(g, rows, about);
    enum an_code code = AN_OK;
    for (size_t i = 0; i < n && !code; i++) {
        g->floor |= (rows[i].flags & AN_ROW_FLOOR) != 0;
        code = add_row(w, g, &rows[i], err);
    }
    if (!code)
        code = group_done(w, g, err);
    for (size_t i = 0; i < n && g->later && !code; i++)
        code = an_set_add(&w->rows, &rows[i], err);
    return code;
}

// *ret_in_order: rows were met in order. Else w->rows has those that the second walk needs.
static enum an_code first_walk(struct walk *w, struct an_set *const *sets, size_t count, bool *ret_in_order, struct an_err *err) {
    struct about about[AN_CODES];
    find_about(w->caps, about);
    struct grouped g = {.w = w, .about = about};
    const struct an_grouping to = {&g, grouped_is_plain, grouped_plain, grouped_rows};
    bool done;
    enum an_code code = an_sets_group(sets, count, &to, &done, err);
    *ret_in_order = !done;
    return code || done ? code : walk_in_order(w, sets, count, about, err);
}

static enum an_code close_classes(struct walk *w, struct an_err *err) {
    struct an_closing closing = {.once = NODE_RESIDENT, .twice = TWO_RESIDENTS, .asked = &w->touched,
                                 .labelled = &w->labelled};
    for (unsigned f = 0; f < 256; f++)
        closing.map[f] = (uint8_t) f;
    struct an_components got;
    enum an_code code = an_set_seal(&w->touched, err);
    if (!code)
        code = an_graph_close(&w->classes, &closing, &got, err);
    if (code)
        return code;
    uint64_t without = 0;               // classes without a resident ID
    for (unsigned f = 0; f < 256; f++) {
        if (!(f & NODE_RESIDENT))
            without += got.components[f];
        if (f & TWO_RESIDENTS)
            w->count->accounts_mixed += got.components[f];
    }
    w->count->classes = w->count->kinds[an_kind_index(an_kind_by_code(AN_RESIDENT_CODE))].distinct +
                        w->others - got.nodes[NODE_EXCLUSIVE] + without;
    return AN_OK;
}

// How many classes the identifier at hand touches, from the labelled rows (in the same order).
static enum an_code classes_of(struct an_cursor *labels, const struct an_row **at, const unsigned char *token,
                               uint64_t *ret,
                               struct an_err *err) {
    enum an_code code = AN_OK;
    *ret = 0;
    while (!code && *at && memcmp((*at)->key, token, AN_TOKEN_BYTES) <= 0) {
        *ret += memcmp((*at)->key, token, AN_TOKEN_BYTES) == 0;
        code = an_cursor_next(labels, at, err);
    }
    return code;
}

struct second {
    struct an_cursor *rows, *later, *labels;
    const struct an_row *later_at, *label_at;
};

static void second_release(struct second *s) {
    an_cursor_free(s->rows);
    an_cursor_free(s->later);
    an_cursor_free(s->labels);
}

static enum an_code later_row(struct walk *w, const struct an_row *row, bool linker, struct centre *first,
                              bool *has_first,
                              struct an_err *err) {
    struct centre c = {.flags = node_flags(row->flags)};
    memcpy(c.key, row->key + AN_TOKEN_BYTES, AN_NODE_KEY);
    if (!linker)
        return c.flags & NODE_MENTION ? an_graph_node(&w->links, c.key, NODE_MENTION | NODE_BROKEN, err) : AN_OK;
    if (*has_first)
        return join(&w->links, first, &c, err);
    *first = c;
    *has_first = true;
    return AN_OK;
}

static enum an_code second_walk(struct walk *w, struct an_set *const *sets, size_t count, struct an_err *err) {
    struct an_set *later = &w->later, *labelled = &w->labelled;
    if (!later->run_count)
        return AN_OK;
    AN_CLEANUP(second_release) struct second s = {0};
    enum an_code code = an_cursor_open(sets, count, &s.rows, err);
    if (!code)
        code = an_cursor_open(&later, 1, &s.later, err);
    if (!code)
        code = an_cursor_open(&labelled, 1, &s.labels, err);
    if (!code)
        code = an_cursor_next(s.labels, &s.label_at, err);
    const struct an_row *row = NULL;
    if (!code)
        code = an_cursor_next(s.rows, &row, err);
    while (!code) {
        code = an_cursor_next(s.later, &s.later_at, err);
        if (code || !s.later_at)
            break;
        const unsigned char *token = s.later_at->key;
        bool linker = s.later_at->flags & LATER_LINK;
        if (s.later_at->flags & LATER_DEGREE) {
            uint64_t classes;
            code = classes_of(s.labels, &s.label_at, token, &classes, err);
            linker = classes <= w->caps->degree;
        }
        struct centre first;
        bool has_first = false, counted = false;
        while (!code && row && memcmp(row->key, token, AN_TOKEN_BYTES) <= 0) {
            if (memcmp(row->key, token, AN_TOKEN_BYTES) == 0) {
                code = later_row(w, row, linker, &first, &has_first, err);
                if (!counted && !linker && s.later_at->flags & LATER_DEGREE)
                    w->count->kinds[an_kind_index(an_kind_by_code(row->tag))].over_degree++;
                counted = true;
            }
            if (!code)
                code = an_cursor_next(s.rows, &row, err);
        }
    }
    return code;
}

static enum an_code close_links(struct walk *w, struct an_err *err) {
    struct an_closing closing = {.once = NODE_RESIDENT, .twice = TWO_RESIDENTS, .counted = NODE_MENTION};
    for (unsigned f = 0; f < 256; f++)
        closing.map[f] = (uint8_t) (f & NODE_MENTION && !(f & NODE_BROKEN) ? f | NODE_WHOLE
                                    : f & ~(unsigned) NODE_BROKEN);
    struct an_components got;
    enum an_code code = an_graph_close(&w->links, &closing, &got, err);
    if (code)
        return code;
    uint64_t linked = w->count->kinds[an_kind_index(an_kind_by_code(AN_RESIDENT_CODE))].distinct +
                      w->others - got.nodes[NODE_EXCLUSIVE] +
                      w->mentions - got.nodes[NODE_MENTION] - got.nodes[NODE_MENTION | NODE_BROKEN];
    for (unsigned f = 0; f < 256; f++) {
        if (f & NODE_EXCLUSIVE ? !(f & NODE_RESIDENT) : (f & NODE_WHOLE) != 0)
            linked += got.components[f];
        if (!(f & (NODE_EXCLUSIVE | NODE_WHOLE)))
            w->count->ambiguous += got.within[f];
        if (f & TWO_RESIDENTS)
            w->count->chained += got.components[f];
    }
    w->count->linked = linked;
    return AN_OK;
}

// Where people are known by stronger identifiers in the main, a mail address met alone in running text (a log, a
// note) most
// likely belongs to somebody counted already; where addresses are what people are known by, each is one.
static void set_aside_lone_mails(const struct walk *w) {
    struct an_count *c = w->count;
    const struct an_ident *mail = an_kind_by_code(AN_MAIL_CODE);
    uint64_t strongest = 0;
    for (size_t k = 0; k < an_kind_count(); k++) {
        const struct an_ident *kind = an_kind_at(k);
        if (kind->use == AN_USE_PERSON && kind->charge < mail->charge && c->kinds[k].distinct > strongest)
            strongest = c->kinds[k].distinct;
    }
    if (strongest <= c->kinds[an_kind_index(mail)].distinct)
        return;
    c->lone = w->lone_mails;
    c->linked -= c->lone;
    c->ambiguous += c->lone;
}

static void sum_up(struct an_count *c) {
    c->ceiling = c->classes;
    for (size_t k = 0; k < an_kind_count(); k++) {
        c->ceiling += c->kinds[k].charged;
        if (c->caps.m[an_kind_at(k)->code] == AN_MANY || an_kind_at(k)->code == AN_ACCOUNT_CODE)
            continue;
        uint64_t people = (c->kinds[k].floor_grade + c->caps.m[an_kind_at(k)->code] - 1) / c->caps.m[an_kind_at(k)->code];
        if (people > c->floor) {
            c->floor = people;
            c->floor_kind = k;
        }
    }
    if (c->linked < c->floor)
        c->linked = c->floor;           // possible only where the floor comes from another kind than the resident ID
}

// Where the floor rests on a kind of which a person may hold several, the resident IDs seen with more of them than
// that are
// counted, and the most that any one was seen with. (key: resident ID, then the identifier)
static enum an_code hold_most(struct an_set *held, uint32_t m, uint64_t *ret_over, uint32_t *ret_most,
                              struct an_err *err) {
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    unsigned char id[AN_NODE_KEY];
    uint32_t n = 0;
    enum an_code code = an_cursor_open(&held, 1, &c, err);
    for (const struct an_row *row = NULL; !code;) {
        code = an_cursor_next(c, &row, err);
        if (code || !row)
            break;
        n = n && memcmp(id, row->key, AN_NODE_KEY) == 0 ? n + 1 : 1;
        memcpy(id, row->key, AN_NODE_KEY);
        *ret_over += n == m + 1;
        if (n > *ret_most)
            *ret_most = n;
    }
    return code;
}

// (resident ID, identifier) for each row of the kind that shows both.
struct held { struct an_set pairs; uint8_t code; };

static enum an_code add_held(struct held *h, const struct an_row *row, struct an_err *err) {
    if (row->tag != h->code || !(row->flags & AN_ROW_RESIDENT))
        return AN_OK;
    struct an_row pair = {0};
    memcpy(pair.key, row->key + AN_TOKEN_BYTES, AN_NODE_KEY);
    memcpy(pair.key + AN_NODE_KEY, row->key, AN_TOKEN_BYTES);
    return an_set_add(&h->pairs, &pair, err);
}

static bool held_is_plain(void *arg, const struct an_row *like, bool own) {
    const struct held *h = arg;
    (void) own;
    return like->tag != h->code || !(like->flags & AN_ROW_RESIDENT);
}

static void held_plain(void *arg, const struct an_row *like, bool own, uint64_t n) {
    (void) arg;
    (void) like;
    (void) own;
    (void) n;
}

static enum an_code held_rows(void *arg, const struct an_row *rows, size_t n, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < n && !code; i++)
        code = add_held(arg, &rows[i], err);
    return code;
}

static enum an_code gather_held(struct held *h, struct an_set *const *sets, size_t count, struct an_err *err) {
    const struct an_grouping to = {h, held_is_plain, held_plain, held_rows};
    bool done;
    enum an_code code = an_sets_group(sets, count, &to, &done, err);
    if (code || done)
        return code;
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    code = an_cursor_open(sets, count, &c, err);
    for (const struct an_row *row = NULL; !code;) {
        code = an_cursor_next(c, &row, err);
        if (code || !row)
            break;
        code = add_held(h, row, err);
    }
    return code;
}

static enum an_code audit_floor(struct an_set *const *sets, size_t count, struct an_budget *budget, struct an_count *ret,
                                uint32_t *ret_most, struct an_err *err) {
    *ret_most = 0;
    size_t k = ret->floor_kind;
    if (!ret->floor || ret->caps.m[an_kind_at(k)->code] <= 1)
        return AN_OK;
    struct held held = {.pairs.budget = budget, .code = an_kind_at(k)->code};
    enum an_code code = gather_held(&held, sets, count, err);
    if (!code)
        code = an_set_seal(&held.pairs, err);
    if (!code)
        code = hold_most(&held.pairs, ret->caps.m[an_kind_at(k)->code], &ret->kinds[k].over_m, ret_most, err);
    an_set_release(&held.pairs);
    return code;
}

static enum an_code count_once(struct an_set *const *sets, size_t count, struct an_budget *budget,
                               struct an_count *ret,
                               struct an_err *err) {
    AN_CLEANUP(walk_release) struct walk w = {
        .caps = &ret->caps, .count = ret, .classes = an_graph_init(budget), .links = an_graph_init(budget),
        .touched.budget = budget, .labelled.budget = budget, .later.budget = budget, .rows.budget = budget,
    };
    struct an_set *put_off = &w.rows;
    bool in_order;
    enum an_code code = first_walk(&w, sets, count, &in_order, err);
    if (!code)
        code = an_set_seal(&w.later, err);
    if (!code)
        code = close_classes(&w, err);
    if (!code)
        code = second_walk(&w, in_order ? sets : &put_off, in_order ? count : 1, err);
    if (!code)
        code = close_links(&w, err);
    if (!code) {
        set_aside_lone_mails(&w);
        sum_up(ret);
    }
    return code;
}

// Raises each finite cap that the data contradict to what was seen. Whether any was.
static bool raise_caps(struct an_caps *caps, const struct an_count *c, uint32_t most_held) {
    bool raised = false;
    for (size_t k = 0; k < an_kind_count(); k++) {
        uint32_t *cap = &caps->c[an_kind_at(k)->code];
        if (*cap != AN_MANY && *cap > 1 && c->kinds[k].seen_c > *cap) {
            *cap = c->kinds[k].seen_c;
            raised = true;
        }
    }
    uint32_t *m = &caps->m[an_kind_at(c->floor_kind)->code];
    if (most_held > *m) {
        *m = most_held;
        raised = true;
    }
    return raised;
}

void an_count_accounts(struct an_count *count) {
    size_t k = an_kind_index(&an_ident_account);
    uint64_t m = count->caps.m[AN_ACCOUNT_CODE], people = m == AN_MANY ? 0 : (count->kinds[k].distinct + m - 1) / m;
    if (people <= count->floor)
        return;
    count->floor = people;
    count->floor_kind = k;
    if (count->linked < people)
        count->linked = people;
}

enum an_code an_count_make(struct an_set *const *sets, size_t count, const struct an_caps *caps, struct an_budget *budget,
                           struct an_count *ret, struct an_err *err) {
    enum { ROUNDS = 8 };                // a raised cap may bring another kind's to the fore
    struct an_count first = {0};
    struct an_caps now = *caps;
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t most_held = 0;
        *ret = (struct an_count) {.caps = now};
        enum an_code code = count_once(sets, count, budget, ret, err);
        if (!code)
            code = audit_floor(sets, count, budget, ret, &most_held, err);
        if (code)
            return code;
        if (round == 0)
            first = *ret;
        for (size_t k = 0; k < an_kind_count(); k++) {      // measured against the caps that were declared
            ret->kinds[k].over_cap = first.kinds[k].over_cap;
            if (ret->kinds[k].over_m < first.kinds[k].over_m)
                ret->kinds[k].over_m = first.kinds[k].over_m;
        }
        if (!raise_caps(&now, ret, most_held))
            break;
        first.kinds[ret->floor_kind].over_m = ret->kinds[ret->floor_kind].over_m;
    }
    return AN_OK;
}
