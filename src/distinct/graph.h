// Connected components of a graph too large to hold as objects: nodes are named by 12-byte keys.
//
// Nodes carry flags. When the graph is closed, each component's flags are those of its nodes ORed together, after
// each node's
// own flags went through a map. Memory: 5 bytes a node that appears; edges and keys are in spilling sets. Order-free.
#ifndef AN_DISTINCT_GRAPH_H
#define AN_DISTINCT_GRAPH_H

#include "distinct/set.h"

enum { AN_NODE_KEY = 12 };

struct an_graph {                   // {.nodes.budget = .by_first.budget = .by_second.budget = &b}; see an_graph_init
    struct an_set nodes, by_first, by_second;
};

// An empty graph whose sets share `budget`.
struct an_graph an_graph_init(struct an_budget *budget);
void an_graph_release(struct an_graph *g);

// A node and what is known of it; may be said again, with other flags.
enum an_code an_graph_node(struct an_graph *g, const unsigned char key[AN_NODE_KEY], uint8_t flags,
                           struct an_err *err) AN_MUST_USE;

// An edge between two nodes; both must be (or become) known by an_graph_node.
enum an_code an_graph_edge(struct an_graph *g, const unsigned char a[AN_NODE_KEY], const unsigned char b[AN_NODE_KEY],
                           struct an_err *err) AN_MUST_USE;

struct an_components {
    uint64_t nodes[256];            // nodes, by their own flags before the map
    uint64_t components[256];       // components, by their flags
    uint64_t within[256];           // nodes whose own (mapped) flags hold `counted`, by their component's flags
};

// What a graph is closed with.
struct an_closing {
    uint8_t map[256];               // a node's flags to what it lends its component
    uint8_t once, twice;            // a component gets `twice` when two or more of its nodes lend it `once`
    uint8_t counted;                // see an_components.within
    // Rows to be told their node's component, or NULL: a sealed set of rows whose key begins with a node's key (12
    // bytes, the
    // node may be unknown) followed by 16 bytes of anything. `labelled` receives rows of those 16 bytes and 12 that
    // name the
    // component, and is sealed.
    struct an_set *asked, *labelled;
};

// Ends the graph and says what its components are. To be called once; then only released.
enum an_code an_graph_close(struct an_graph *g, const struct an_closing *closing, struct an_components *ret,
                            struct an_err *err) AN_MUST_USE;

#endif
