// Making formulas ready, and their plain three-valued value.
#include "rules/formula.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "rules/lex.h"
#include "rules/list.h"
#include "rules/vocabulary.h"

struct builder {
    const struct an_packs *packs;
    const struct an_rule *root;
    an_day day;
    struct an_arena *arena;
    struct an_formula *f;
    const struct an_rule *path[AN_RULE_DEPTH_MAX + 1];      // rules being written out, outermost first
    size_t path_count;
    struct an_err *err;
};

static enum an_code no_memory(struct an_err *e) { return an_fail(e, AN_NOMEM, "no memory for a formula"); }

static enum an_code fail(struct builder *b, enum an_code code, const struct an_expr *at, const char *what,
                         struct an_str which) {
    return an_fail(b->err, code, "%.80s:%u:%u: %s%.*s", b->path[b->path_count - 1]->file, at->line,
                   at->column, what,
                   AN_STR_ARG(which));
}

static enum an_code variable_of(struct builder *b, struct an_str name, enum an_variable_kind kind,
                                size_t *ret) {
    struct an_formula *f = b->f;
    for (size_t i = 0; i < f->variable_count; i++)
        if (an_str_eq(f->variables[i].name, name)) {
            f->variables[i].mixed |= f->variables[i].kind != kind;
            *ret = i;
            return AN_OK;
        }
    struct an_variable *v = AN_PUSH(b->arena, f->variables, f->variable_count);
    if (!v)
        return no_memory(b->err);
    *v = (struct an_variable) {.name = name, .kind = kind};
    *ret = f->variable_count - 1;
    return AN_OK;
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;
    return (x > y) - (x < y);
}

static void sort_unique(uint64_t *points, size_t *count) {
    size_t n = 0;
    if (*count)
        qsort(points, *count, sizeof *points, by_value);
    for (size_t i = 0; i < *count; i++)
        if (!n || points[n - 1] != points[i])
            points[n++] = points[i];
    *count = n;
}

static enum an_code point_of(struct builder *b, struct an_variable *v, const struct an_const *c,
                             uint64_t *ret) {
    if (c->kind == AN_CONST_NUMBER) {
        *ret = c->number;
    } else if (c->kind == AN_CONST_DAY) {
        *ret = (uint64_t) ((int64_t) c->day + (int64_t) AN_FORMULA_DAY_ZERO);
    } else {
        for (*ret = 0; *ret < v->word_count; (*ret)++)
            if (an_str_eq(v->words[*ret], c->word))
                return AN_OK;
        struct an_str *word = AN_PUSH(b->arena, v->words, v->word_count);
        if (!word)
            return no_memory(b->err);
        *word = c->word;
    }
    return AN_OK;
}

static enum an_code leaf(struct builder *b, const struct an_expr *e, struct an_node *node) {
    static const enum an_variable_kind kinds[] = {
        [AN_CONST_NUMBER] = AN_VAR_NUMBER, [AN_CONST_DAY] = AN_VAR_DAY, [AN_CONST_WORD] = AN_VAR_WORD};
    node->kind = AN_NODE_LEAF;
    node->compare = e->compare;
    node->in = e->kind == AN_EXPR_IN;
    node->points = AN_NEW_N(b->arena, e->const_count, uint64_t);
    if (!node->points)
        return no_memory(b->err);
    for (size_t i = 0; i < e->const_count; i++) {
        enum an_code code = variable_of(b, e->fact, kinds[e->consts[i].kind], &node->variable);
        struct an_variable *v = &b->f->variables[node->variable];
        if (!code)
            code = point_of(b, v, &e->consts[i], &node->points[i]);
        uint64_t *point = code ? NULL : AN_PUSH(b->arena, v->points, v->point_count);
        if (!point)
            return code ? code : no_memory(b->err);
        *point = node->points[i];
    }
    node->point_count = e->const_count;
    sort_unique(node->points, &node->point_count);
    return AN_OK;
}

static enum an_code write_out(struct builder *b, const struct an_expr *e, unsigned depth,
                              struct an_node **ret);

static enum an_code applies(struct builder *b, const struct an_expr *e, unsigned depth,
                            struct an_node *node) {
    if (!an_packs_find(b->packs, e->id, e->version))
        return fail(b, AN_INPUT, e, "there is no rule ", e->id);
    const struct an_rule *meant = an_packs_meant(b->packs, e, b->root, b->day);
    if (!meant) {                       // no version is law on that day, so it cannot apply
        node->kind = AN_NODE_NEVER;
        return AN_OK;
    }
    for (size_t i = 0; i < b->path_count; i++)
        if (b->path[i] == meant)
            return fail(b, AN_INPUT, e, "applies() leads in a circle to ", meant->id);
    if (!meant->when)
        return fail(b, AN_INPUT, e, "no formula in ", meant->id);
    bool listed = false;
    for (size_t i = 0; i < b->f->rule_count; i++)
        listed |= b->f->rules[i] == meant;
    if (!listed) {
        const struct an_rule **place = AN_PUSH(b->arena, b->f->rules, b->f->rule_count);
        if (!place)
            return no_memory(b->err);
        *place = meant;
    }
    node->kind = AN_NODE_APPLIES;
    node->rule = meant;
    node->kid_count = 1;
    node->kids = AN_NEW(b->arena, struct an_node *);
    if (!node->kids)
        return no_memory(b->err);
    b->path[b->path_count++] = meant;   // each takes a level of depth, so the path cannot outgrow its array
    enum an_code code = write_out(b, meant->when, depth + 1, &node->kids[0]);
    b->path_count--;
    return code;
}

static enum an_code write_out(struct builder *b, const struct an_expr *e, unsigned depth,
                              struct an_node **ret) {
    if (depth >= AN_RULE_DEPTH_MAX)
        return fail(b, AN_LIMIT, e, "formula nested too deep", AN_STR(""));
    if (++b->f->node_count > AN_RULE_NODES_MAX)
        return fail(b, AN_LIMIT, e, "formula too long once applies() is written out", AN_STR(""));
    struct an_node *node = AN_NEW(b->arena, struct an_node);
    if (!node)
        return no_memory(b->err);
    *ret = node;
    node->expr = e;
    switch (e->kind) {
    case AN_EXPR_COMPARE:
    case AN_EXPR_IN:
        return leaf(b, e, node);
    case AN_EXPR_APPLIES:
        return applies(b, e, depth, node);
    case AN_EXPR_AND:
    case AN_EXPR_OR:
    case AN_EXPR_NOT:
        break;
    }
    node->kind = e->kind == AN_EXPR_AND ? AN_NODE_AND : e->kind == AN_EXPR_OR ? AN_NODE_OR : AN_NODE_NOT;
    node->kid_count = e->kid_count;
    node->kids = AN_NEW_N(b->arena, e->kid_count, struct an_node *);
    if (!node->kids)
        return no_memory(b->err);
    for (size_t i = 0; i < e->kid_count; i++) {
        enum an_code code = write_out(b, e->kids[i], depth + 1, &node->kids[i]);
        if (code)
            return code;
    }
    return AN_OK;
}

static enum an_code add_word(struct builder *b, struct an_variable *v, struct an_str word) {
    uint64_t place = 0;
    while (place < v->word_count && !an_str_eq(v->words[place], word))
        place++;
    struct an_str *room = place < v->word_count ? &v->words[place] : AN_PUSH(b->arena, v->words, v->word_count);
    uint64_t *point = room ? AN_PUSH(b->arena, v->points, v->point_count) : NULL;
    if (!point)
        return no_memory(b->err);
    *room = word;
    *point = place;                     // each word is a case of its own
    return AN_OK;
}

// A fact compared only with yes and no is a flag: there is no third word for it. One that was declared with its values
// can be nothing else. All of them become words of the variable, and its list is closed.
static enum an_code close_words(struct builder *b) {
    static struct an_str flag[] = {AN_STR_INIT("yes"), AN_STR_INIT("no")};
    for (size_t i = 0; i < b->f->variable_count; i++) {
        struct an_variable *v = &b->f->variables[i];
        const struct an_name *term = v->kind == AN_VAR_WORD ? an_term_find(b->packs, v->name) : NULL;
        const struct an_str *values = term ? term->values : NULL;
        size_t count = term ? term->value_count : 0;
        bool is_flag = v->kind == AN_VAR_WORD;
        for (size_t k = 0; k < v->word_count; k++)
            is_flag = is_flag && (an_str_eq(v->words[k], flag[0]) || an_str_eq(v->words[k], flag[1]));
        if (is_flag) {
            values = flag;
            count = AN_COUNT(flag);
        }
        v->closed = count > 0;
        for (size_t k = 0; k < count; k++) {
            enum an_code code = add_word(b, v, values[k]);
            if (code)
                return code;
        }
        sort_unique(v->points, &v->point_count);
    }
    return AN_OK;
}

static void find_groups(struct an_formula *f) {
    for (size_t i = 0; i < f->variable_count; i++)
        f->variables[i].group = i;
    for (size_t i = 0; i < f->tie_count; i++) {
        size_t from = f->variables[f->ties[i].large].group, to = f->variables[f->ties[i].small].group;
        for (size_t v = 0; v < f->variable_count; v++)
            if (f->variables[v].group == from)
                f->variables[v].group = to;
    }
}

// Every relation that a chain of relations leads to from the formula's facts becomes a tie; its ends,
// variables.
static enum an_code tie(struct builder *b) {
    struct an_formula *f = b->f;
    const struct an_relation *relations = b->packs->relations;
    size_t count = b->packs->relation_count;
    bool *used = AN_NEW_N(b->arena, count + 1, bool);
    if (!used)
        return no_memory(b->err);
    for (bool more = true; more;) {
        more = false;
        for (size_t r = 0; r < count; r++) {
            struct an_str small = relations[r].small, large = relations[r].large;
            bool near = false;
            for (size_t i = 0; i < f->variable_count; i++)
                near |= f->variables[i].kind == AN_VAR_NUMBER &&
                        (an_str_eq(f->variables[i].name, small) || an_str_eq(f->variables[i].name, large));
            if (!near || used[r])
                continue;
            used[r] = more = true;
            struct an_tie *t = AN_PUSH(b->arena, f->ties, f->tie_count);
            enum an_code code = t ? variable_of(b, small, AN_VAR_NUMBER, &t->small) : no_memory(b->err);
            if (!code)
                code = variable_of(b, large, AN_VAR_NUMBER, &t->large);
            if (code)
                return code;
        }
    }
    find_groups(f);
    return AN_OK;
}

static bool is_given(const struct an_facts *facts, struct an_str name) {
    const struct an_fact *fact = an_facts_find(facts, name);
    return fact && fact->known != AN_KNOWN_NOT;
}

// The only tie of a variable; tie_count when it has none, more than that when it has several.
static size_t only_tie(const struct an_formula *f, size_t v) {
    size_t found = f->tie_count;
    for (size_t t = 0; t < f->tie_count; t++)
        if (f->ties[t].small == v || f->ties[t].large == v) {
            if (found < f->tie_count)
                return f->tie_count + 1;
            found = t;
        }
    return found;
}

void an_formula_prune(struct an_formula *f, const struct an_facts *facts) {
    size_t v = f->leaf_variable_count;
    while (v < f->variable_count) {
        size_t tie = only_tie(f, v), last = f->variable_count - 1;
        if (tie > f->tie_count || is_given(facts, f->variables[v].name)) {
            v++;
            continue;
        }
        if (tie < f->tie_count)
            f->ties[tie] = f->ties[--f->tie_count];
        f->variables[v] = f->variables[last];           // the last takes its place
        for (size_t t = 0; t < f->tie_count; t++) {
            f->ties[t].small = f->ties[t].small == last ? v : f->ties[t].small;
            f->ties[t].large = f->ties[t].large == last ? v : f->ties[t].large;
        }
        f->variable_count--;
        v = f->leaf_variable_count;                     // what it was tied to may hang on nothing else now
    }
    find_groups(f);
}

enum an_code an_formula_build(const struct an_rule *rule, const struct an_expr *expr,
                              const struct an_packs *packs, an_day day, struct an_arena *arena,
                              struct an_formula *ret, struct an_err *err) {
    struct an_formula f = {0};
    struct builder b = {.packs = packs, .root = rule, .day = day, .arena = arena, .f = &f, .path = {rule},
                        .path_count = 1, .err = err};
    enum an_code code = write_out(&b, expr, 0, &f.root);
    if (!code) {
        f.leaf_variable_count = f.variable_count;
        code = close_words(&b);
    }
    if (!code)
        code = tie(&b);
    if (code)
        return code;
    for (size_t i = 0; i < f.variable_count; i++)
        if (f.variables[i].mixed)
            return an_fail(err, AN_INPUT, "%.80s:%u:%u: %.*s is compared with values of different kinds",
                           rule->file,
                           rule->line, rule->column, AN_STR_ARG(f.variables[i].name));
    *ret = f;
    return AN_OK;
}

static bool is_words(const struct an_variable *v) { return v->kind == AN_VAR_WORD; }

// All that a variable could be when nothing is known of it. Days: those of the years 1 to 9999.
static struct an_box anything(const struct an_variable *v) {
    switch (v->kind) {
    case AN_VAR_NUMBER: return (struct an_box) {0, AN_FACT_INFINITE};
    case AN_VAR_DAY:    return (struct an_box) {AN_FORMULA_DAY_ZERO - 719162, AN_FORMULA_DAY_ZERO + 2932896};
    case AN_VAR_WORD:   return (struct an_box) {0, v->word_count - v->closed};
    }
    return (struct an_box) {0, 0};
}

enum an_code an_formula_boxes(const struct an_formula *f, const struct an_facts *facts, struct an_box *box,
                              struct an_err *err) {
    for (size_t i = 0; i < f->variable_count; i++) {
        const struct an_variable *v = &f->variables[i];
        const struct an_fact *fact = an_facts_find(facts, v->name);
        box[i] = anything(v);
        if (!fact || fact->known == AN_KNOWN_NOT)
            continue;
        enum an_known needs = v->kind == AN_VAR_DAY ? AN_KNOWN_DAYS
                                                    : is_words(v) ? AN_KNOWN_WORD : AN_KNOWN_RANGE;
        if (fact->known != needs)
            return an_fail(err, AN_INPUT, "fact %.*s must be %s", AN_STR_ARG(v->name),
                           needs == AN_KNOWN_RANGE  ? "a number"
                           : needs == AN_KNOWN_DAYS ? "a date" : "a word");
        if (fact->known == AN_KNOWN_RANGE) {
            if (fact->lo > fact->hi)
                return an_fail(err, AN_INPUT, "fact %.*s has an empty interval", AN_STR_ARG(v->name));
            box[i] = (struct an_box) {fact->lo, fact->hi};
        } else if (fact->known == AN_KNOWN_DAYS) {
            box[i].lo = (uint64_t) ((int64_t) fact->first + (int64_t) AN_FORMULA_DAY_ZERO);
            box[i].hi = (uint64_t) ((int64_t) fact->last + (int64_t) AN_FORMULA_DAY_ZERO);
        } else {
            uint64_t place = 0;
            while (place < v->word_count && !an_str_eq(v->words[place], fact->word))
                place++;
            if (place == v->word_count && v->closed)
                return an_fail(err, AN_INPUT, "fact %.*s cannot be that word", AN_STR_ARG(v->name));
            box[i] = (struct an_box) {place, place};
        }
    }
    return AN_OK;
}

bool an_formula_tighten(const struct an_formula *f, struct an_box *box) {
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < f->tie_count; i++) {
            struct an_box *small = &box[f->ties[i].small], *large = &box[f->ties[i].large];
            if (large->lo < small->lo) {
                large->lo = small->lo;
                more = true;
            }
            if (small->hi > large->hi) {
                small->hi = large->hi;
                more = true;
            }
            if (large->lo > large->hi || small->lo > small->hi)
                return false;
        }
    }
    return true;
}

static enum an_tri among(const struct an_node *n, struct an_box b) {
    uint64_t inside = 0;
    for (size_t i = 0; i < n->point_count; i++)
        inside += n->points[i] >= b.lo && n->points[i] <= b.hi;
    return inside == 0 ? AN_NO : b.hi - b.lo == inside - 1 ? AN_YES : AN_UNKNOWN;
}

static enum an_tri between(bool all, bool none) { return all ? AN_YES : none ? AN_NO : AN_UNKNOWN; }

static enum an_tri leaf_value(const struct an_node *n, struct an_box b) {
    if (n->in)
        return among(n, b);
    uint64_t k = n->points[0];
    switch (n->compare) {
    case AN_EQ: return among(n, b);
    case AN_NE: return an_tri_not(among(n, b));
    case AN_LT: return between(b.hi < k, b.lo >= k);
    case AN_LE: return between(b.hi <= k, b.lo > k);
    case AN_GT: return between(b.lo > k, b.hi <= k);
    case AN_GE: return between(b.lo >= k, b.hi < k);
    }
    return AN_UNKNOWN;
}

enum an_tri an_node_value(const struct an_node *n, const struct an_box *box) {
    enum an_tri t;
    switch (n->kind) {
    case AN_NODE_LEAF:
        return leaf_value(n, box[n->variable]);
    case AN_NODE_NEVER:
        return AN_NO;
    case AN_NODE_APPLIES:
        return an_node_value(n->kids[0], box);
    case AN_NODE_NOT:
        return an_tri_not(an_node_value(n->kids[0], box));
    case AN_NODE_AND:
        t = AN_YES;
        for (size_t i = 0; i < n->kid_count && t != AN_NO; i++)
            t = an_tri_and(t, an_node_value(n->kids[i], box));
        return t;
    case AN_NODE_OR:
        t = AN_NO;
        for (size_t i = 0; i < n->kid_count && t != AN_YES; i++)
            t = an_tri_or(t, an_node_value(n->kids[i], box));
        return t;
    }
    return AN_UNKNOWN;
}

struct an_fact an_variable_fact(const struct an_variable *v, struct an_box box) {
    struct an_fact fact = {.name = v->name};
    struct an_box any = anything(v);
    if (box.lo == any.lo && box.hi == any.hi && (!is_words(v) || any.lo < any.hi))
        return fact;
    if (is_words(v)) {
        assert(box.lo == box.hi);
        if (box.lo < v->word_count) {
            fact.known = AN_KNOWN_WORD;
            fact.word = v->words[box.lo];
        }
        return fact;
    }
    fact.known = v->kind == AN_VAR_DAY ? AN_KNOWN_DAYS : AN_KNOWN_RANGE;
    fact.lo = box.lo;
    fact.hi = box.hi;
    fact.first = v->kind == AN_VAR_DAY ? (an_day) ((int64_t) box.lo - (int64_t) AN_FORMULA_DAY_ZERO) : 0;
    fact.last = v->kind == AN_VAR_DAY ? (an_day) ((int64_t) box.hi - (int64_t) AN_FORMULA_DAY_ZERO) : 0;
    return fact;
}
