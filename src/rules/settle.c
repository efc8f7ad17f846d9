// Searching the cases.
#include "rules/settle.h"

#include <string.h>

enum { VISITS_MAX = 4 * 1000 * 1000 };      // nodes looked at for one answer: some 20 ms

enum an_code an_search_start(struct an_search *s, const struct an_formula *f, struct an_arena *arena,
                             struct an_err *err) {
    size_t n = f->variable_count + 1;
    *s = (struct an_search) {.f = f, .visits_left = VISITS_MAX,
                             .split = AN_NEW_N(arena, n, bool),
                             .witness = {AN_NEW_N(arena, n, struct an_box),
                                         AN_NEW_N(arena, n, struct an_box)},
                             .rows = AN_NEW_N(arena, n * (AN_SPLIT_MAX + 1), struct an_box),
                             .live = AN_NEW_N(arena, n, size_t)};
    if (!s->split || !s->witness[0] || !s->witness[1] || !s->rows || !s->live)
        return an_fail(err, AN_NOMEM, "no memory to evaluate a formula");
    return AN_OK;
}

static struct an_box cell_from(const struct an_variable *v, struct an_box whole, uint64_t lo) {
    size_t at = 0, end = v->point_count;        // the first point not below lo
    while (at < end) {
        size_t mid = at + (end - at) / 2;
        if (v->points[mid] < lo)
            at = mid + 1;
        else
            end = mid;
    }
    struct an_box cell = {lo, whole.hi};
    if (at < v->point_count && v->points[at] <= whole.hi)
        cell.hi = v->points[at] == lo ? lo : v->points[at] - 1;
    return cell;
}

struct an_box an_cell_first(const struct an_variable *v, struct an_box whole) {
    return cell_from(v, whole, whole.lo);
}

bool an_cell_next(const struct an_variable *v, struct an_box whole, struct an_box *cell) {
    if (cell->hi == whole.hi)
        return false;
    *cell = cell_from(v, whole, cell->hi + 1);
    return true;
}

// A leaf is live when it and all above it are open: only live leaves can move the answer.
static void count_live(const struct an_node *n, const struct an_box *box, size_t *live) {
    if (an_node_value(n, box) != AN_UNKNOWN)
        return;
    if (n->kind == AN_NODE_LEAF)
        live[n->variable]++;
    for (size_t i = 0; i < n->kid_count; i++)
        count_live(n->kids[i], box, live);
}

size_t an_search_pick(struct an_search *s, const struct an_box *box) {
    const struct an_formula *f = s->f;
    memset(s->live, 0, f->variable_count * sizeof *s->live);
    count_live(f->root, box, s->live);
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < f->variable_count; i++) {
        bool dependent = s->live[i] > 1;
        for (size_t k = 0; k < f->variable_count && s->live[i] && !dependent; k++)
            dependent = k != i && s->live[k] && f->variables[k].group == f->variables[i].group;
        if (dependent && (best == SIZE_MAX || s->live[i] > s->live[best]))
            best = i;
    }
    return best;
}

// Some value of the leaf's variable, inside its box, that makes the leaf `want`; the leaf is open there.
static uint64_t value_for(const struct an_node *n, struct an_box b, bool want) {
    uint64_t k = n->points[0];
    if (!n->in && n->compare == AN_NE)
        want = !want;
    if (n->in || n->compare == AN_EQ || n->compare == AN_NE) {
        uint64_t value = b.lo;                          // outside the list: the first gap in it
        for (size_t i = 0; i < n->point_count; i++) {
            if (want && n->points[i] >= b.lo && n->points[i] <= b.hi)
                return n->points[i];
            value += !want && n->points[i] == value;
        }
        return value;
    }
    // The two values next to the line: the nearest that one can come to the other answer.
    uint64_t below = n->compare == AN_LT || n->compare == AN_GE ? k - 1 : k;
    bool high = (n->compare == AN_GT || n->compare == AN_GE) == want;
    return high ? below + 1 : below;
}

static void force(const struct an_node *n, bool want, struct an_box *box) {
    if (n->kind == AN_NODE_LEAF) {
        uint64_t value = value_for(n, box[n->variable], want);
        box[n->variable] = (struct an_box) {value, value};
        return;
    }
    if (n->kind == AN_NODE_NOT)
        want = !want;
    bool one = n->kind == AN_NODE_AND ? !want : n->kind == AN_NODE_OR ? want : false;
    for (size_t i = 0; i < n->kid_count; i++) {
        if (an_node_value(n->kids[i], box) != AN_UNKNOWN)
            continue;
        force(n->kids[i], want, box);
        if (one)
            return;
    }
}

static void remember(struct an_search *s, bool yes, const struct an_box *box, bool open) {
    if (s->has_witness[yes])
        return;
    size_t n = s->f->variable_count;
    struct an_box *w = s->witness[yes];
    memcpy(w, box, n * sizeof *w);
    if (open)
        force(s->f->root, yes, w);
    AN_IGNORE(an_formula_tighten(s->f, w));
    for (size_t i = 0; i < n; i++)
        w[i].hi = w[i].lo;              // lower ends of a tight box satisfy every tie
    s->has_witness[yes] = true;
}

enum an_tri an_settle(struct an_search *s, const struct an_box *box, unsigned depth) {
    const struct an_formula *f = s->f;
    enum an_tri value = an_node_value(f->root, box);
    if (value != AN_UNKNOWN) {
        remember(s, value == AN_YES, box, false);
        return value;
    }
    uint64_t cost = 2 * f->node_count + f->variable_count;
    size_t v = an_search_pick(s, box);
    if (v == SIZE_MAX) {
        remember(s, false, box, true);
        remember(s, true, box, true);
        return AN_UNKNOWN;
    }
    if (depth == AN_SPLIT_MAX || s->visits_left < cost)
        return AN_UNKNOWN;
    s->visits_left -= cost;
    s->split[v] = true;
    enum an_tri all = AN_UNKNOWN;
    struct an_box *piece = s->rows + (depth + 1) * f->variable_count;
    struct an_box cell = an_cell_first(&f->variables[v], box[v]);
    do {
        memcpy(piece, box, f->variable_count * sizeof *piece);
        piece[v] = cell;
        AN_IGNORE(an_formula_tighten(f, piece));    // never false: in a tight box every value fits the ties
        enum an_tri part = an_settle(s, piece, depth + 1);
        if (part == AN_UNKNOWN || (s->has_witness[0] && s->has_witness[1]))
            return AN_UNKNOWN;
        all = part;
    } while (an_cell_next(&f->variables[v], box[v], &cell));
    return all;
}
