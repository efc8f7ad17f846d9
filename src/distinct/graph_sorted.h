// A graph too large for memory: nodes and edges in sets that spill. Inside this folder only.
#ifndef AN_DISTINCT_GRAPH_SORTED_H
#define AN_DISTINCT_GRAPH_SORTED_H

#include "distinct/graph.h"

// What graph.h says of these. Both ends of an edge have to be (or become) known as nodes.
void an_graph_sorted_release(struct an_graph_sorted *g);
// A node may be said again, with other flags.
enum an_code an_graph_sorted_node(struct an_graph_sorted *g, const unsigned char key[AN_NODE_KEY], uint8_t flags,
                                  struct an_err *err) AN_MUST_USE;
enum an_code an_graph_sorted_edge(struct an_graph_sorted *g, const unsigned char a[AN_NODE_KEY],
                                  const unsigned char b[AN_NODE_KEY], struct an_err *err) AN_MUST_USE;
// To be called once; then only released.
enum an_code an_graph_sorted_close(struct an_graph_sorted *g, const struct an_closing *closing, struct an_components *ret,
                                   struct an_err *err) AN_MUST_USE;

#endif
