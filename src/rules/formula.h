// A formula made ready for facts: applies() written out, every fact a numbered variable, every constant a
// point on it.
//
// All values become whole numbers, so that one interval stands for anything that can be known of a variable:
//   numbers  themselves; AN_FACT_INFINITE is no upper end
//   days     day + AN_FORMULA_DAY_ZERO
//   words    their place in the variable's list; one more place stands for "any other word", unless the list is
//            closed: that of a flag, or of a fact that was declared with its values
#ifndef AN_RULES_FORMULA_H
#define AN_RULES_FORMULA_H

#include "rules/pack.h"

#define AN_FORMULA_DAY_ZERO ((uint64_t) 1 << 31)

enum an_variable_kind { AN_VAR_NUMBER, AN_VAR_DAY, AN_VAR_WORD };

struct an_box { uint64_t lo, hi; };             // lo..hi, both in; what is known of one variable

struct an_variable {
    struct an_str name;
    enum an_variable_kind kind;
    bool mixed;                                 // compared with values of different kinds: a mistake
    bool closed;                                // WORD: it can be nothing but its words
    uint64_t *points; size_t point_count;       // the constants it is compared with, ascending, each once
    struct an_str *words; size_t word_count;    // WORD: what each place means
    size_t group;                               // variables of one group are tied by relations
};

enum an_node_kind { AN_NODE_AND, AN_NODE_OR, AN_NODE_NOT, AN_NODE_LEAF, AN_NODE_APPLIES, AN_NODE_NEVER };

struct an_node {
    enum an_node_kind kind;
    const struct an_expr *expr;                 // where it comes from
    const struct an_rule *rule;                 // APPLIES: whose formula the one kid is
    struct an_node **kids; size_t kid_count;
    size_t variable;                            // LEAF
    enum an_compare compare;                    // LEAF with one point
    bool in;                                    // LEAF that asks whether the value is one of `points`
    uint64_t *points; size_t point_count;       // ascending, each once
};

struct an_formula {
    struct an_node *root;
    // those of the leaves first, in order of appearance
    struct an_variable *variables; size_t variable_count;
    size_t leaf_variable_count;
    struct an_tie { size_t small, large; } *ties; size_t tie_count;
    const struct an_rule **rules; size_t rule_count;        // those written out by applies(), each once
    size_t node_count;
};

// Writes out `expr` of `rule` for the law of `day`. INPUT: applies() of an unknown id, or in a circle;
// LIMIT: deeper than AN_RULE_DEPTH_MAX or longer than AN_RULE_NODES_MAX. Errors begin with
// "file:line:column: ".
enum an_code an_formula_build(const struct an_rule *rule, const struct an_expr *expr,
                              const struct an_packs *packs, an_day day, struct an_arena *arena,
                              struct an_formula *ret, struct an_err *err) AN_MUST_USE;

// Leaves out what cannot matter to these facts: counts that are not of the formula, of which nothing is known, and that are
// tied to one other at most. So a certificate names no more than it needs.
void an_formula_prune(struct an_formula *f, const struct an_facts *facts);

// What `facts` say of each variable: box[variable_count]. INPUT when a fact is of another kind than the
// formula needs.
enum an_code an_formula_boxes(const struct an_formula *f, const struct an_facts *facts, struct an_box *box,
                              struct an_err *err) AN_MUST_USE;

// Narrows the boxes by the ties. False when they contradict each other: no values satisfy all.
bool an_formula_tighten(const struct an_formula *f, struct an_box *box);

// The strong Kleene value of a node: sound, exact where every live variable is met once.
enum an_tri an_node_value(const struct an_node *node, const struct an_box *box);

// What is known of a variable, as a fact again. A word outside the list comes back as NOT known.
struct an_fact an_variable_fact(const struct an_variable *v, struct an_box box);

#endif
