// Edges are sorted by their first ends, those become numbers; then by their second ends.
#include "distinct/graph_sorted.h"

#include <string.h>
#include "distinct/forest.h"

void an_graph_sorted_release(struct an_graph_sorted *g) {
    an_set_release(&g->nodes);
    an_set_release(&g->by_first);
    an_set_release(&g->by_second);
}

enum an_code an_graph_sorted_node(struct an_graph_sorted *g, const unsigned char key[AN_NODE_KEY], uint8_t flags,
                                  struct an_err *err) {
    struct an_row row = {.flags = flags};
    memcpy(row.key, key, AN_NODE_KEY);
    return an_set_add(&g->nodes, &row, err);
}

enum an_code an_graph_sorted_edge(struct an_graph_sorted *g, const unsigned char a[AN_NODE_KEY],
                                  const unsigned char b[AN_NODE_KEY], struct an_err *err) {
    struct an_row row = {0};
    memcpy(row.key, a, AN_NODE_KEY);
    memcpy(row.key + AN_NODE_KEY, b, AN_NODE_KEY);
    return an_set_add(&g->by_first, &row, err);
}

// Walks a set of edges beside the nodes, both in order, and says each edge's node number.
struct join {
    struct an_cursor *nodes, *edges;
    const struct an_row *node;
    uint32_t number;
};

static void join_release(struct join *j) {
    an_cursor_free(j->nodes);
    an_cursor_free(j->edges);
}

static enum an_code join_open(struct join *j, struct an_set *nodes, struct an_set *edges, struct an_err *err) {
    enum an_code code = an_cursor_open(&nodes, 1, &j->nodes, err);
    if (!code)
        code = an_cursor_open(&edges, 1, &j->edges, err);
    if (!code)
        code = an_cursor_next(j->nodes, &j->node, err);
    return code;
}

static enum an_code join_next(struct join *j, const struct an_row **ret_edge, struct an_err *err) {
    enum an_code code = an_cursor_next(j->edges, ret_edge, err);
    if (code || !*ret_edge)
        return code;
    while (j->node && memcmp(j->node->key, (*ret_edge)->key, AN_NODE_KEY) < 0) {
        code = an_cursor_next(j->nodes, &j->node, err);
        if (code)
            return code;
        j->number++;
    }
    if (!j->node || memcmp(j->node->key, (*ret_edge)->key, AN_NODE_KEY) != 0)
        return an_fail(err, AN_BUG, "an edge of a graph has no node");
    return AN_OK;
}

// First ends become numbers, and the edges are sorted again by their second ends.
static enum an_code number_first(struct an_graph_sorted *g, struct an_err *err) {
    AN_CLEANUP(join_release) struct join j = {0};
    enum an_code code = join_open(&j, &g->nodes, &g->by_first, err);
    for (const struct an_row *edge = NULL; !code;) {
        code = join_next(&j, &edge, err);
        if (code || !edge)
            break;
        struct an_row row = {0};
        memcpy(row.key, edge->key + AN_NODE_KEY, AN_NODE_KEY);
        memcpy(row.key + AN_NODE_KEY, &j.number, sizeof j.number);
        code = an_set_add(&g->by_second, &row, err);
    }
    return code ? code : an_set_seal(&g->by_second, err);
}

static enum an_code unite_all(struct an_graph_sorted *g, struct an_forest *f, struct an_err *err) {
    AN_CLEANUP(join_release) struct join j = {0};
    enum an_code code = join_open(&j, &g->nodes, &g->by_second, err);
    for (const struct an_row *edge = NULL; !code;) {
        code = join_next(&j, &edge, err);
        if (code || !edge)
            break;
        uint32_t first;
        memcpy(&first, edge->key + AN_NODE_KEY, sizeof first);
        an_forest_unite(f, first, j.number);
    }
    return code;
}

static enum an_code node_count(struct an_graph_sorted *g, uint64_t *ret, struct an_components *counts, struct an_err *err) {
    struct an_set *set = &g->nodes;
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    enum an_code code = an_cursor_open(&set, 1, &c, err);
    *ret = 0;
    for (const struct an_row *row = NULL; !code;) {
        code = an_cursor_next(c, &row, err);
        if (code || !row)
            break;
        ++*ret;
        counts->nodes[row->flags]++;
    }
    return code;
}

// Lends each node's flags to its root.
static enum an_code lend(struct an_graph_sorted *g, struct an_forest *f, const struct an_closing *closing,
                         struct an_err *err) {
    struct an_set *set = &g->nodes;
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    enum an_code code = an_cursor_open(&set, 1, &c, err);
    const struct an_row *row = NULL;
    for (uint32_t i = 0; !code; i++) {
        code = an_cursor_next(c, &row, err);
        if (code || !row)
            break;
        uint8_t *root = &f->flags[an_forest_root(f, i)], mine = closing->map[row->flags];
        if (*root & mine & closing->once)
            *root |= closing->twice;
        *root |= mine;
    }
    return code;
}

static enum an_code sum_up(struct an_graph_sorted *g, struct an_forest *f, const struct an_closing *closing,
                           struct an_components *ret, struct an_err *err) {
    struct an_set *set = &g->nodes;
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    enum an_code code = an_cursor_open(&set, 1, &c, err);
    const struct an_row *row = NULL;
    for (uint32_t i = 0; !code; i++) {
        code = an_cursor_next(c, &row, err);
        if (code || !row)
            break;
        uint32_t root = an_forest_root(f, i);
        if (root == i)
            ret->components[f->flags[i]]++;
        if (closing->map[row->flags] & closing->counted)
            ret->within[f->flags[root]]++;
    }
    return code;
}

// Tells each asked row the component of its node: the root's number, or the node's own key when the graph does not
// know it.
static enum an_code label(struct an_graph_sorted *g, struct an_forest *f, const struct an_closing *closing,
                          struct an_err *err) {
    AN_CLEANUP(join_release) struct join j = {0};
    enum an_code code = join_open(&j, &g->nodes, closing->asked, err);
    while (!code) {
        const struct an_row *asked = NULL;
        code = an_cursor_next(j.edges, &asked, err);
        if (code || !asked)
            break;
        while (!code && j.node && memcmp(j.node->key, asked->key, AN_NODE_KEY) < 0) {
            code = an_cursor_next(j.nodes, &j.node, err);
            j.number++;
        }
        struct an_row row = {0};
        memcpy(row.key, asked->key + AN_NODE_KEY, AN_ROW_KEY - AN_NODE_KEY);
        unsigned char *name = row.key + AN_ROW_KEY - AN_NODE_KEY;
        if (j.node && memcmp(j.node->key, asked->key, AN_NODE_KEY) == 0) {
            uint32_t root = an_forest_root(f, j.number);
            memcpy(name, &root, sizeof root);
        } else {
            memcpy(name, asked->key, AN_NODE_KEY);
        }
        if (!code)
            code = an_set_add(closing->labelled, &row, err);
    }
    return code ? code : an_set_seal(closing->labelled, err);
}

enum an_code an_graph_sorted_close(struct an_graph_sorted *g, const struct an_closing *closing, struct an_components *ret,
                                   struct an_err *err) {
    *ret = (struct an_components) {0};
    uint64_t nodes = 0;
    enum an_code code = an_set_seal(&g->nodes, err);
    if (!code)
        code = an_set_seal(&g->by_first, err);
    if (!code)
        code = node_count(g, &nodes, ret, err);
    if (!code && nodes > UINT32_MAX)
        return an_fail(err, AN_LIMIT, "a graph of %llu nodes is over the limit of %u", (unsigned long long) nodes,
                       UINT32_MAX);
    AN_AUTO(an_forest) forest = {0};
    if (!code && nodes) {
        code = number_first(g, err);
        if (!code)
            code = an_forest_make(&forest, (uint32_t) nodes, g->nodes.budget, err);
        if (!code)
            code = unite_all(g, &forest, err);
        if (!code)
            code = lend(g, &forest, closing, err);
        if (!code)
            code = sum_up(g, &forest, closing, ret, err);
    }
    return code || !closing->asked ? code : label(g, &forest, closing, err);
}
