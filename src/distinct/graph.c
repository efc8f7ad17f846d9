#include "distinct/graph.h"

#include <string.h>
#include "base/alloc.h"
#include "distinct/graph_sorted.h"

struct an_node {
    unsigned char key[AN_NODE_KEY];
    uint32_t parent;                // a node of smaller number, or itself
    uint8_t flags, all;             // its own; of a root, those of its component
};

enum { BITS_FIRST = 10 };

struct an_graph an_graph_init(struct an_budget *budget) {
    return (struct an_graph) {
        .budget = budget, .sorted.nodes.budget = budget, .sorted.by_first.budget = budget, .sorted.by_second.budget = budget,
    };
}

static size_t bytes_of(const struct an_graph *g) {
    return g->cap * sizeof *g->nodes + (g->slots ? sizeof *g->slots << g->bits : 0);
}

static void drop_nodes(struct an_graph *g) {
    atomic_fetch_sub_explicit(&g->budget->used, bytes_of(g), memory_order_relaxed);
    an_free(g->nodes);
    an_free(g->slots);
    g->nodes = NULL;
    g->slots = NULL;
    g->count = g->cap = 0;
}

void an_graph_release(struct an_graph *g) {
    drop_nodes(g);
    an_graph_sorted_release(&g->sorted);
}

// Keys are pseudo-random in the main; what is not, is stirred.
static inline uint32_t hash_of(const struct an_graph *g, const unsigned char *key) {
    uint64_t low;
    uint32_t high;
    memcpy(&low, key, sizeof low);
    memcpy(&high, key + sizeof low, sizeof high);
    return (uint32_t) ((low ^ (uint64_t) high << 17) * 0x9E3779B97F4A7C15u >> (64 - g->bits));
}

static void place_all(struct an_graph *g) {
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t at = hash_of(g, g->nodes[i].key);
        while (g->slots[at])
            at = (at + 1) & ((1u << g->bits) - 1);
        g->slots[at] = i + 1;
    }
}

static enum an_code go_large(struct an_graph *g, struct an_err *err) {
    enum an_code code = AN_OK;
    for (uint32_t i = 0; i < g->count && !code; i++) {
        const struct an_node *n = &g->nodes[i];
        code = an_graph_sorted_node(&g->sorted, n->key, n->flags, err);
        if (!code && n->parent != i)
            code = an_graph_sorted_edge(&g->sorted, n->key, g->nodes[n->parent].key, err);
    }
    drop_nodes(g);
    g->is_large = true;
    return code;
}

// Room for the nodes of all joins that wait; or the graph is large.
static enum an_code make_room(struct an_graph *g, struct an_err *err) {
    uint64_t want = (uint64_t) g->count + 2 * AN_GRAPH_WAITING;
    if (g->slots && want <= g->cap)
        return AN_OK;
    unsigned bits = g->slots ? g->bits + 1 : BITS_FIRST;
    uint32_t cap = 1u << (bits - 1);                    // every other slot stays free
    size_t bytes = cap * sizeof *g->nodes + (sizeof *g->slots << bits);
    if (bits > 31 || atomic_load_explicit(&g->budget->used, memory_order_relaxed) + bytes > g->budget->limit / 2)
        return go_large(g, err);
    size_t before = bytes_of(g);
    struct an_node *nodes = an_realloc(g->nodes, cap * sizeof *nodes);
    uint32_t *slots = an_alloc(sizeof *slots << bits);
    if (nodes)
        g->nodes = nodes;
    if (!nodes || !slots) {
        an_free(slots);
        return an_fail(err, AN_NOMEM, "no memory for a graph of %u nodes", cap);
    }
    memset(slots, 0, sizeof *slots << bits);
    an_free(g->slots);
    g->slots = slots;
    g->bits = bits;
    g->cap = cap;
    atomic_fetch_add_explicit(&g->budget->used, bytes - before, memory_order_relaxed);
    place_all(g);
    return AN_OK;
}

// The node of this key, which is made where there is none.
static uint32_t number_of(struct an_graph *g, const unsigned char *key, uint8_t flags) {
    uint32_t at = hash_of(g, key), mask = (1u << g->bits) - 1;
    for (; g->slots[at]; at = (at + 1) & mask) {
        struct an_node *n = &g->nodes[g->slots[at] - 1];
        if (memcmp(n->key, key, AN_NODE_KEY) == 0) {
            n->flags |= flags;
            return g->slots[at] - 1;
        }
    }
    uint32_t number = g->count++;
    g->nodes[number] = (struct an_node) {.parent = number, .flags = flags};
    memcpy(g->nodes[number].key, key, AN_NODE_KEY);
    g->slots[at] = number + 1;
    return number;
}

static uint32_t root_of(struct an_graph *g, uint32_t i) {
    struct an_node *n = g->nodes;
    while (n[i].parent != i) {
        n[i].parent = n[n[i].parent].parent;
        i = n[i].parent;
    }
    return i;
}

static void unite(struct an_graph *g, uint32_t a, uint32_t b) {
    a = root_of(g, a);
    b = root_of(g, b);
    if (a < b)
        g->nodes[b].parent = a;
    else
        g->nodes[a].parent = b;
}

static enum an_code do_sorted(struct an_graph *g, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < g->waiting && !code; i++) {
        const struct an_join *j = &g->joins[i];
        bool is_node = memcmp(j->a, j->b, AN_NODE_KEY) == 0;
        code = an_graph_sorted_node(&g->sorted, j->a, j->flags_a | (is_node ? j->flags_b : 0), err);
        if (!code && !is_node)
            code = an_graph_sorted_node(&g->sorted, j->b, j->flags_b, err);
        if (!code && !is_node)
            code = an_graph_sorted_edge(&g->sorted, j->a, j->b, err);
    }
    g->waiting = 0;
    return code;
}

// What waits is done, in three rounds, so that memory is asked for many nodes at once: slots, then nodes, then the joins.
static enum an_code do_waiting(struct an_graph *g, struct an_err *err) {
    enum an_code code = g->is_large ? AN_OK : make_room(g, err);
    if (code || g->is_large)
        return code ? code : do_sorted(g, err);
    for (size_t i = 0; i < g->waiting; i++) {
        __builtin_prefetch(&g->slots[hash_of(g, g->joins[i].a)]);
        __builtin_prefetch(&g->slots[hash_of(g, g->joins[i].b)]);
    }
    for (size_t i = 0; i < g->waiting; i++) {
        uint32_t a = g->slots[hash_of(g, g->joins[i].a)], b = g->slots[hash_of(g, g->joins[i].b)];
        __builtin_prefetch(&g->nodes[a ? a - 1 : 0], 1);
        __builtin_prefetch(&g->nodes[b ? b - 1 : 0], 1);
    }
    for (size_t i = 0; i < g->waiting; i++) {
        const struct an_join *j = &g->joins[i];
        uint32_t a = number_of(g, j->a, j->flags_a);
        unite(g, a, number_of(g, j->b, j->flags_b));
    }
    g->waiting = 0;
    return AN_OK;
}

enum an_code an_graph_join(struct an_graph *g, const struct an_join *j, struct an_err *err) {
    g->joins[g->waiting++] = *j;
    return g->waiting == AN_GRAPH_WAITING ? do_waiting(g, err) : AN_OK;
}

enum an_code an_graph_node(struct an_graph *g, const unsigned char key[AN_NODE_KEY], uint8_t flags,
                           struct an_err *err) {
    struct an_join j = {.flags_a = flags};
    memcpy(j.a, key, AN_NODE_KEY);
    memcpy(j.b, key, AN_NODE_KEY);
    return an_graph_join(g, &j, err);
}

// Lends each node's flags to its root, and sums up.
static void sum_up(struct an_graph *g, const struct an_closing *closing, struct an_components *ret) {
    for (uint32_t i = 0; i < g->count; i++) {
        g->nodes[i].all = 0;
        ret->nodes[g->nodes[i].flags]++;
    }
    for (uint32_t i = 0; i < g->count; i++) {
        uint8_t *root = &g->nodes[root_of(g, i)].all, mine = closing->map[g->nodes[i].flags];
        if (*root & mine & closing->once)
            *root |= closing->twice;
        *root |= mine;
    }
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t root = root_of(g, i);
        if (root == i)
            ret->components[g->nodes[i].all]++;
        if (closing->map[g->nodes[i].flags] & closing->counted)
            ret->within[g->nodes[root].all]++;
    }
}

// Tells each asked row the component of its node: the root's number, or the node's own key when the graph does not know it.
static enum an_code label(struct an_graph *g, const struct an_closing *closing, struct an_err *err) {
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    enum an_code code = an_cursor_open(&closing->asked, 1, &c, err);
    while (!code) {
        const struct an_row *asked = NULL;
        code = an_cursor_next(c, &asked, err);
        if (code || !asked)
            break;
        struct an_row row = {0};
        memcpy(row.key, asked->key + AN_NODE_KEY, AN_ROW_KEY - AN_NODE_KEY);
        unsigned char *name = row.key + AN_ROW_KEY - AN_NODE_KEY;
        uint32_t at = g->slots ? hash_of(g, asked->key) : 0;
        while (g->slots && g->slots[at] && memcmp(g->nodes[g->slots[at] - 1].key, asked->key, AN_NODE_KEY) != 0)
            at = (at + 1) & ((1u << g->bits) - 1);
        if (g->slots && g->slots[at]) {
            uint32_t root = root_of(g, g->slots[at] - 1);
            memcpy(name, &root, sizeof root);
        } else {
            memcpy(name, asked->key, AN_NODE_KEY);
        }
        code = an_set_add(closing->labelled, &row, err);
    }
    return code ? code : an_set_seal(closing->labelled, err);
}

enum an_code an_graph_close(struct an_graph *g, const struct an_closing *closing, struct an_components *ret,
                            struct an_err *err) {
    *ret = (struct an_components) {0};
    enum an_code code = g->waiting ? do_waiting(g, err) : AN_OK;
    if (code)
        return code;
    if (g->is_large)
        return an_graph_sorted_close(&g->sorted, closing, ret, err);
    sum_up(g, closing, ret);
    return closing->asked ? label(g, closing, err) : AN_OK;
}
