// Connected components of a graph whose nodes are named by 12-byte keys.
//
// Nodes carry flags. When the graph is closed, each component's flags are those of its nodes ORed together, after each node's
// own flags went through a map. While there is memory for it (about 32 bytes a node), nodes stand in a table and edges join them
// at once. A graph that outgrows half the budget goes to sets that spill: then memory is 5 bytes a node. Order-free either way.
#ifndef AN_DISTINCT_GRAPH_H
#define AN_DISTINCT_GRAPH_H

#include "distinct/set.h"

enum { AN_NODE_KEY = 12, AN_GRAPH_WAITING = 32 };

struct an_join { unsigned char a[AN_NODE_KEY], b[AN_NODE_KEY]; uint8_t flags_a, flags_b; };

struct an_graph_sorted { struct an_set nodes, by_first, by_second; };

struct an_graph {                   // see an_graph_init
    struct an_budget *budget;
    struct an_node *nodes; uint32_t count, cap;
    uint32_t *slots;                // number of a node plus 1, by the hash of its key; 0 is free
    unsigned bits;                  // of a slot's number
    bool is_large;                  // all is in `sorted`
    size_t waiting;
    struct an_join joins[AN_GRAPH_WAITING];     // said, and not yet done
    struct an_graph_sorted sorted;
};

// An empty graph whose memory is `budget`'s.
struct an_graph an_graph_init(struct an_budget *budget);
void an_graph_release(struct an_graph *g);

// A node and what is known of it; may be said again, with other flags.
enum an_code an_graph_node(struct an_graph *g, const unsigned char key[AN_NODE_KEY], uint8_t flags,
                           struct an_err *err) AN_MUST_USE;

// Two nodes, what is known of each, and an edge between them.
enum an_code an_graph_join(struct an_graph *g, const struct an_join *j, struct an_err *err) AN_MUST_USE;

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
