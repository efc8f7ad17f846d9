#include "source/parquet_tree.h"

#include "base/alloc.h"
#include "source/objects.h"

enum { NOTHING = UINT32_MAX };

void an_parquet_tree_release(struct an_parquet_tree *t) {
    an_free(t->leaves);
    an_free(t->first);
    *t = (struct an_parquet_tree) {0};
}

enum an_code an_parquet_tree_begin(struct an_parquet_tree *t, const struct an_parquet_meta *meta,
                                   struct an_parquet_column *columns, struct an_err *err) {
    t->meta = meta;
    t->columns = columns;
    t->leaves = an_alloc((meta->leaf_count + 1) * sizeof *t->leaves);
    t->first = an_alloc(meta->node_count * sizeof *t->first);
    return t->leaves && t->first ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a table");
}

// Finds the first living leaf of every node: from the last node on, a group's is that of its first child that has one.
static void find_first(struct an_parquet_tree *t) {
    const struct an_parquet_node *nodes = t->meta->nodes;
    for (size_t i = t->meta->node_count; i-- > 0;) {
        uint32_t first = NOTHING;
        for (size_t child = i + 1; child <= i + nodes[i].below && first == NOTHING; child += nodes[child].below + 1)
            first = t->first[child];
        if (!nodes[i].child_count && !t->leaves[nodes[i].leaf].dead)
            first = nodes[i].leaf;
        t->first[i] = first;
    }
}

void an_parquet_tree_group(struct an_parquet_tree *t) {
    for (size_t i = 0; i < t->meta->leaf_count; i++) {
        t->leaves[i].at = t->leaves[i].count = 0;
        t->leaves[i].row = t->row;
        t->leaves[i].dead = false;
    }
    find_first(t);
}

// Leaves a column out from here on. INPUT, which ends the row.
static enum an_code lose(struct an_parquet_tree *t, size_t leaf, enum an_code what, const char *why, struct an_err *err) {
    struct an_err own;
    AN_IGNORE(an_fail(&own, what, "%s", why));
    t->why = own;
    t->what = what;
    t->failed = leaf;
    t->leaves[leaf].dead = true;
    find_first(t);
    return an_fail(err, AN_INPUT, "a column is lost");
}

static const char misfit[] = "does not fit to the other columns";

// Whether the leaf has another entry, which is then read.
static enum an_code look(struct an_parquet_tree *t, size_t i, bool *ret_any, struct an_err *err) {
    struct an_parquet_leaf *leaf = &t->leaves[i];
    struct an_parquet_column *c = &t->columns[i];
    *ret_any = leaf->at < leaf->count;
    if (*ret_any)
        return AN_OK;
    AN_TRY(an_parquet_column_page(c, ret_any, err));
    if (c->broken)
        return lose(t, i, c->broken, c->why.text, err);
    if (!*ret_any)
        return AN_OK;
    size_t n = c->left < AN_PARQUET_BATCH ? (size_t) c->left : AN_PARQUET_BATCH;
    if (c->lost || !an_parquet_column_levels(c, n, leaf->def, leaf->rep))
        return lose(t, i, c->why.code, c->why.text, err);
    c->left -= n;
    leaf->at = 0;
    leaf->count = n;
    return AN_OK;
}

// The levels of the entry that has to come now: the first of a row, or of an element of a list.
static enum an_code need(struct an_parquet_tree *t, size_t i, uint32_t want, uint32_t *ret_def, struct an_err *err) {
    const struct an_parquet_leaf *leaf = &t->leaves[i];
    bool any;
    AN_TRY(look(t, i, &any, err));
    if (!any || leaf->rep[leaf->at] != want)
        return lose(t, i, AN_INPUT, misfit, err);
    *ret_def = leaf->def[leaf->at];
    return AN_OK;
}

static void go_on(struct an_parquet_tree *t, size_t i) {
    t->leaves[i].at++;
    t->leaves[i].row = t->row;
    t->entries++;
}

static enum an_code take_text(struct an_parquet_tree *t, size_t i, struct an_str *ret, struct an_err *err) {
    bool good;
    AN_TRY(an_parquet_column_text(&t->columns[i], ret, &good, err));
    return good ? AN_OK : lose(t, i, t->columns[i].why.code, t->columns[i].why.text, err);
}

static enum an_code add(struct an_parquet_tree *t, const char *text, struct an_err *err) {
    return an_buf_add(t->out, an_str_from_c(text), err);
}

// Nothing is there: each leaf below says so with one entry.
static enum an_code pass(struct an_parquet_tree *t, size_t node, uint32_t want, struct an_err *err) {
    const struct an_parquet_node *nodes = t->meta->nodes;
    for (size_t i = node; i <= node + nodes[node].below; i++) {
        uint32_t def = 0;
        if (nodes[i].child_count || t->first[i] == NOTHING)
            continue;
        AN_TRY(need(t, nodes[i].leaf, want, &def, err));
        if (def >= nodes[node].def)
            return lose(t, nodes[i].leaf, AN_INPUT, misfit, err);
        go_on(t, nodes[i].leaf);
    }
    return AN_OK;
}

static bool is_bare(const struct an_parquet_node *n) {
    bool number = n->type == AN_PARQUET_INT32 || n->type == AN_PARQUET_INT64 || n->type == AN_PARQUET_FLOAT ||
                  n->type == AN_PARQUET_DOUBLE;
    return (number && (n->form == AN_FORM_PLAIN || n->form == AN_FORM_UNSIGNED)) || n->form == AN_FORM_DECIMAL ||
           n->form == AN_FORM_HALF || n->type == AN_PARQUET_BOOLEAN;
}

static enum an_code add_leaf(struct an_parquet_tree *t, const struct an_parquet_node *n, uint32_t want, struct an_err *err) {
    uint32_t def = 0;
    struct an_str text;
    AN_TRY(need(t, n->leaf, want, &def, err));
    if (def < n->def)
        return lose(t, n->leaf, AN_INPUT, misfit, err);
    AN_TRY(take_text(t, n->leaf, &text, err));
    go_on(t, n->leaf);
    if (t->out->len - t->from + text.len > t->row_bytes)
        return lose(t, n->leaf, AN_LIMIT, "a row over the memory limit", err);
    if (!is_bare(n))
        return an_objects_quote(t->out, text, err);
    return text.len ? an_buf_add(t->out, text, err) : add(t, "null", err);
}

static enum an_code add_there(struct an_parquet_tree *t, size_t node, uint32_t want, struct an_err *err);

// Whether anything is there of a node that may be absent or repeat; if not, its entries are passed.
static enum an_code is_there(struct an_parquet_tree *t, size_t node, uint32_t want, bool *ret, struct an_err *err) {
    uint32_t def = 0;
    AN_TRY(need(t, t->first[node], want, &def, err));
    *ret = def >= t->meta->nodes[node].def;
    return *ret ? AN_OK : pass(t, node, want, err);
}

static enum an_code add_or_null(struct an_parquet_tree *t, size_t node, uint32_t want, struct an_err *err) {
    bool there;
    AN_TRY(is_there(t, node, want, &there, err));
    return there ? add_there(t, node, want, err) : add(t, "null", err);
}

// The element that a group around it stands for: of a list in three levels the one below the middle.
static size_t element_of(const struct an_parquet_tree *t, size_t list) {
    const struct an_parquet_node *nodes = t->meta->nodes, *middle = &nodes[list + 1];
    static const struct an_str tuple = AN_STR_INIT("_tuple");
    struct an_str name = nodes[list].name;
    bool old = middle->child_count != 1 || an_str_eq(middle->name, AN_STR("array")) ||
               (middle->name.len == name.len + tuple.len && an_str_eq(an_str_slice(middle->name, 0, name.len), name) &&
                an_str_eq(an_str_slice(middle->name, name.len, middle->name.len), tuple));
    return old ? list + 1 : list + 2;
}

// Whether the next entry of the node begins another element of it.
static enum an_code goes_on(struct an_parquet_tree *t, size_t node, bool *ret, struct an_err *err) {
    const struct an_parquet_leaf *leaf = &t->leaves[t->first[node]];
    AN_TRY(look(t, t->first[node], ret, err));
    *ret = *ret && leaf->rep[leaf->at] == t->meta->nodes[node].rep;
    return AN_OK;
}

// What repeats, of which there is one at least; `element` is it, or the only thing in it.
static enum an_code add_array(struct an_parquet_tree *t, size_t node, size_t element, uint32_t want, struct an_err *err) {
    const char *before = "[";
    for (bool more = true; more; want = t->meta->nodes[node].rep, before = ",") {
        AN_TRY(add(t, before, err));
        AN_TRY(element == node ? add_there(t, node, want, err) : add_or_null(t, element, want, err));
        AN_TRY(goes_on(t, node, &more, err));
    }
    return add(t, "]", err);
}

static bool is_map(const struct an_parquet_tree *t, size_t node) {
    const struct an_parquet_node *n = &t->meta->nodes[node];
    if (!n->map || n->child_count != 1 || n[1].repetition != AN_PARQUET_REPEATED || n[1].child_count != 2)
        return false;
    return !n[2].child_count && n[2].repetition != AN_PARQUET_REPEATED && n[3].repetition != AN_PARQUET_REPEATED &&
           t->first[node + 2] != NOTHING;
}

static enum an_code add_key(struct an_parquet_tree *t, const struct an_parquet_node *key, uint32_t want, struct an_err *err) {
    uint32_t def = 0;
    struct an_str text = {0};
    AN_TRY(need(t, key->leaf, want, &def, err));
    if (def >= key->def)
        AN_TRY(take_text(t, key->leaf, &text, err));
    go_on(t, key->leaf);
    if (t->out->len - t->from + text.len > t->row_bytes)
        return lose(t, key->leaf, AN_LIMIT, "a row over the memory limit", err);
    AN_TRY(an_objects_quote(t->out, text, err));
    return add(t, ":", err);
}

// The entries of a map, one at least: a group of key and value that repeats.
static enum an_code add_map(struct an_parquet_tree *t, size_t node, uint32_t want, struct an_err *err) {
    const char *before = "{";
    for (bool more = true; more; want = t->meta->nodes[node].rep, before = ",") {
        AN_TRY(add(t, before, err));
        AN_TRY(add_key(t, &t->meta->nodes[node + 1], want, err));
        AN_TRY(t->first[node + 2] == NOTHING ? add(t, "null", err) : add_or_null(t, node + 2, want, err));
        AN_TRY(goes_on(t, node, &more, err));
    }
    return add(t, "}", err);
}

// What repeats below a list or a map, which is there but may be empty.
static enum an_code add_repeated(struct an_parquet_tree *t, size_t group, bool map, uint32_t want, struct an_err *err) {
    bool there;
    AN_TRY(is_there(t, group + 1, want, &there, err));
    if (!there)
        return add(t, map ? "{}" : "[]", err);
    return map ? add_map(t, group + 1, want, err) : add_array(t, group + 1, element_of(t, group), want, err);
}

static enum an_code add_object(struct an_parquet_tree *t, size_t node, uint32_t want, struct an_err *err) {
    const struct an_parquet_node *nodes = t->meta->nodes;
    const char *before = "{";
    for (size_t i = node + 1; i <= node + nodes[node].below; i += nodes[i].below + 1) {
        bool there = t->first[i] != NOTHING;
        if (there && nodes[i].repetition != AN_PARQUET_REQUIRED)
            AN_TRY(is_there(t, i, want, &there, err));
        if (!there)
            continue;
        AN_TRY(add(t, before, err));
        AN_TRY(an_objects_quote(t->out, nodes[i].name, err));
        AN_TRY(add(t, ":", err));
        AN_TRY(nodes[i].repetition == AN_PARQUET_REPEATED ? add_array(t, i, i, want, err) : add_there(t, i, want, err));
        before = ",";
    }
    return add(t, *before == '{' ? "{}" : "}", err);
}

// A node that is there; of one that repeats, one element.
static enum an_code add_there(struct an_parquet_tree *t, size_t node, uint32_t want, struct an_err *err) {
    const struct an_parquet_node *n = &t->meta->nodes[node];
    if (!n->child_count)
        return add_leaf(t, n, want, err);
    if (is_map(t, node))
        return add_repeated(t, node, true, want, err);
    bool list = (n->list || n->map) && n->child_count == 1 && n[1].repetition == AN_PARQUET_REPEATED;
    if (list && t->first[element_of(t, node)] != NOTHING)
        return add_repeated(t, node, false, want, err);
    return add_object(t, node, want, err);
}

// Goes to the next row in a column that may stand within one.
static enum an_code catch_up(struct an_parquet_tree *t, size_t i, struct an_err *err) {
    const struct an_parquet_leaf *leaf = &t->leaves[i];
    for (bool any = true; any;) {
        struct an_str ignored;
        AN_TRY(look(t, i, &any, err));
        if (!any || (leaf->row == t->row && !leaf->rep[leaf->at]))
            break;
        if (leaf->def[leaf->at] == t->columns[i].node->def)
            AN_TRY(take_text(t, i, &ignored, err));
        go_on(t, i);
    }
    return AN_OK;
}

// Whether any column has another row; those that have none while others do are lost.
static enum an_code look_for_row(struct an_parquet_tree *t, bool *ret_any, struct an_err *err) {
    size_t without = SIZE_MAX;
    *ret_any = false;
    for (size_t i = 0; i < t->meta->leaf_count; i++) {
        bool any;
        if (t->leaves[i].dead)
            continue;
        AN_TRY(look(t, i, &any, err));
        *ret_any |= any;
        if (!any)
            without = i;
    }
    return *ret_any && without != SIZE_MAX ? lose(t, without, AN_INPUT, "has fewer values than the others", err) : AN_OK;
}

// The row at hand was lost: the other columns go to the next one. Those that cannot are left out too.
static enum an_code catch_up_all(struct an_parquet_tree *t, struct an_err *err) {
    size_t failed = t->failed;
    struct an_err why = t->why;
    enum an_code what = t->what;
    for (size_t i = 0; i < t->meta->leaf_count; i++) {
        enum an_code code = t->leaves[i].dead ? AN_OK : catch_up(t, i, err);
        if (code && code != AN_INPUT)
            return code;
    }
    t->failed = failed;
    t->why = why;
    t->what = what;
    return AN_OK;
}

static enum an_code take_row(struct an_parquet_tree *t, enum an_parquet_step *ret_step, struct an_err *err) {
    bool any = true;
    *ret_step = AN_PARQUET_LESS;
    AN_TRY(look_for_row(t, &any, err));
    *ret_step = any ? AN_PARQUET_LOST : AN_PARQUET_END;
    if (!any)
        return AN_OK;
    t->row++;
    AN_TRY(add_object(t, 0, 0, err));
    AN_TRY(add(t, "\n", err));
    *ret_step = AN_PARQUET_ROW;
    return AN_OK;
}

enum an_code an_parquet_tree_row(struct an_parquet_tree *t, struct an_buf *out, enum an_parquet_step *ret_step,
                                 struct an_err *err) {
    struct an_err why;
    t->out = out;
    t->from = out->len;
    enum an_code code = take_row(t, ret_step, &why);
    if (code == AN_INPUT) {                     // of a column
        out->len = t->from;
        code = *ret_step == AN_PARQUET_LOST ? catch_up_all(t, &why) : AN_OK;
    }
    if (code)
        *err = why;
    return code;
}
