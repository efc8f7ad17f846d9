// Compiling a schema: its keywords, each held to its own form, and where its $refs lead.
#include "schema/compiled.h"

#include <stdlib.h>
#include "base/alloc.h"

enum {
    COMPILE_DEPTH_MAX = 200,            // schemas inside each other
    MATCH_MAX = 1000 * 1000,            // steps of one pattern on one string
};

const struct an_schema_type an_schema_types[AN_SCHEMA_TYPES] = {
    {"null", AN_SCHEMA_NULL}, {"boolean", AN_SCHEMA_BOOLEAN}, {"integer", AN_SCHEMA_INTEGER}, {"number", AN_SCHEMA_NUMBER},
    {"string", AN_SCHEMA_STRING}, {"array", AN_SCHEMA_ARRAY}, {"object", AN_SCHEMA_OBJECT},
};

void an_schema_free(struct an_schema *schema) {
    if (!schema)
        return;
    for (size_t i = 0; i < schema->pattern_count; i++)
        pcre2_code_free(schema->patterns[i]);
    an_free(schema->patterns);
    pcre2_match_context_free(schema->limits);
    an_tree_release(&schema->tree);
    an_arena_release(&schema->arena);
    an_free(schema);
}

struct target { const char *id; const json_t *from; };                     // what a $ref may name by $id
struct made { const json_t *from; const struct an_schema_node *node; };    // what a $ref has led to already

struct compiler {
    struct an_schema *schema;
    struct target *targets; size_t target_count, target_cap;
    struct made *made; size_t made_count, made_cap;
    unsigned depth;
    bool alone;                         // draft-07: nothing counts beside a $ref
    struct an_err *err;
};

static void compiler_release(struct compiler *c) {
    an_free(c->targets);
    an_free(c->made);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a schema"); }

// Every $id below `from`. Schemas inside enum and const are values, not schemas, but no $id stands there.
static enum an_code collect(struct compiler *c, const json_t *from) {
    const char *key;
    json_t *kid;
    size_t i;
    enum an_code code = AN_OK;
    const char *id = json_string_value(json_object_get(from, "$id"));
    if (id) {
        if (!an_alloc_room(&c->targets, c->target_count, &c->target_cap, sizeof *c->targets))
            return no_memory(c->err);
        c->targets[c->target_count++] = (struct target) {id, from};
    }
    json_object_foreach((json_t *) (uintptr_t) from, key, kid)
        if (!code)
            code = collect(c, kid);
    json_array_foreach(from, i, kid)
        if (!code)
            code = collect(c, kid);
    return code;
}

static enum an_code compile(struct compiler *c, const json_t *from, const struct an_schema_node **ret);

static const json_t *lead(const struct compiler *c, const char *ref) {
    for (size_t i = 0; i < c->target_count; i++)
        if (strcmp(c->targets[i].id, ref) == 0)
            return c->targets[i].from;
    if (strcmp(ref, "#") == 0)
        return c->schema->tree.root;
    return strncmp(ref, "#/", 2) == 0 ? an_tree_at(c->schema->tree.root, ref + 2) : NULL;
}

static bool is_note(const char *key) {
    static const char *const notes[] = {"$schema", "$id", "$comment", "$defs", "title", "description", "default", "examples",
                                        "definitions", "contentEncoding", "deprecated"};
    for (size_t i = 0; i < AN_COUNT(notes); i++)
        if (strcmp(notes[i], key) == 0)
            return true;
    return false;
}

static enum an_code compile_ref(struct compiler *c, const json_t *from, const json_t *ref, struct an_schema_node *node) {
    const char *key;
    json_t *kid;
    json_object_foreach((json_t *) (uintptr_t) from, key, kid)
        if (c->alone && strcmp(key, "$ref") != 0 && !is_note(key))
            return an_fail(c->err, AN_INPUT, "'%.60s' beside a $ref, which draft-07 passes over", key);
    const char *name = json_string_value(ref);
    const json_t *to = name ? lead(c, name) : NULL;
    if (!to)
        return an_fail(c->err, AN_INPUT, "$ref leads nowhere: %.100s", name ? name : "it is no string");
    for (size_t i = 0; i < c->made_count; i++)
        if (c->made[i].from == to) {
            node->ref = c->made[i].node;
            return AN_OK;
        }
    return compile(c, to, &node->ref);
}

static enum an_code compile_list(struct compiler *c, const json_t *from, struct an_schema_list *ret) {
    size_t i;
    json_t *kid;
    enum an_code code = AN_OK;
    if (!json_array_size(from))
        return an_fail(c->err, AN_INPUT, "no list of schemas");
    ret->items = AN_NEW_N(&c->schema->arena, json_array_size(from), const struct an_schema_node *);
    if (!ret->items)
        return no_memory(c->err);
    json_array_foreach(from, i, kid) {
        if ((code = compile(c, kid, &ret->items[i])))
            return code;
        ret->count++;
    }
    return AN_OK;
}

static int by_key(const void *a, const void *b) {
    const struct an_schema_property *x = a, *y = b;
    size_t n = x->key.len < y->key.len ? x->key.len : y->key.len;
    int c = n ? memcmp(x->key.ptr, y->key.ptr, n) : 0;
    return c ? c : (x->key.len > y->key.len) - (x->key.len < y->key.len);
}

const struct an_schema_node *an_schema_property(const struct an_schema_node *node, struct an_str key) {
    struct an_schema_property wanted = {.key = key};
    const struct an_schema_property *p = node->property_count
        ? bsearch(&wanted, node->properties, node->property_count, sizeof wanted, by_key) : NULL;
    return p ? p->node : NULL;
}

static enum an_code compile_properties(struct compiler *c, const json_t *from, struct an_schema_node *node) {
    const char *key;
    json_t *kid;
    if (!json_is_object(from))
        return an_fail(c->err, AN_INPUT, "no object of schemas");
    node->properties = AN_NEW_N(&c->schema->arena, json_object_size(from) + 1, struct an_schema_property);
    if (!node->properties)
        return no_memory(c->err);
    json_object_foreach((json_t *) (uintptr_t) from, key, kid) {
        struct an_schema_property *p = &node->properties[node->property_count];
        p->key = an_str_from_c(key);
        enum an_code code = compile(c, kid, &p->node);
        if (code)
            return an_err_context(c->err, "/properties/%.60s", key);
        node->property_count++;
    }
    if (node->property_count)
        qsort(node->properties, node->property_count, sizeof *node->properties, by_key);
    return AN_OK;
}

static enum an_code compile_required(struct compiler *c, const json_t *from, struct an_schema_node *node) {
    size_t i;
    json_t *kid;
    if (!json_is_array(from))
        return an_fail(c->err, AN_INPUT, "no list of names");
    node->required = AN_NEW_N(&c->schema->arena, json_array_size(from) + 1, struct an_str);
    if (!node->required)
        return no_memory(c->err);
    json_array_foreach(from, i, kid) {
        if (!json_is_string(kid))
            return an_fail(c->err, AN_INPUT, "no list of names");
        node->required[node->required_count++] = an_str_from_c(json_string_value(kid));
    }
    return AN_OK;
}

static unsigned type_bit(const json_t *name) {
    for (size_t i = 0; json_is_string(name) && i < AN_COUNT(an_schema_types); i++)
        if (strcmp(an_schema_types[i].name, json_string_value(name)) == 0)
            return an_schema_types[i].bit;
    return 0;
}

static enum an_code compile_types(struct compiler *c, const json_t *from, struct an_schema_node *node) {
    size_t i, count = json_is_array(from) ? json_array_size(from) : 1;
    for (i = 0; i < count; i++) {
        unsigned bit = type_bit(json_is_array(from) ? json_array_get(from, i) : from);
        if (!bit)
            return an_fail(c->err, AN_INPUT, "no type that there is");
        node->types |= bit;
    }
    return node->types ? AN_OK : an_fail(c->err, AN_INPUT, "no type at all");
}

static enum an_code compile_pattern(struct compiler *c, const json_t *from, struct an_schema_node *node) {
    const char *text = json_string_value(from);
    int number = 0;
    PCRE2_SIZE at = 0;
    if (!text)
        return an_fail(c->err, AN_INPUT, "no string");
    // In ECMA's patterns \s knows all blanks there are, but \d and \w are of ASCII: PCRE2 has both or neither.
    bool ascii = strstr(text, "\\d") || strstr(text, "\\w") || strstr(text, "\\D") || strstr(text, "\\W");
    uint32_t flags = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | (ascii ? 0 : PCRE2_UCP);
    if (!an_alloc_room(&c->schema->patterns, c->schema->pattern_count, &c->schema->pattern_cap, sizeof *c->schema->patterns))
        return no_memory(c->err);
    node->pattern = pcre2_compile((PCRE2_SPTR) text, json_string_length(from), flags, &number, &at, NULL);
    if (!node->pattern)
        return an_fail(c->err, AN_INPUT, "the pattern cannot be read from its character %zu on", (size_t) at);
    c->schema->patterns[c->schema->pattern_count++] = node->pattern;
    return AN_OK;
}

static enum an_code compile_size(struct compiler *c, const json_t *from, size_t *ret) {
    if (!json_is_integer(from) || json_integer_value(from) < 0)
        return an_fail(c->err, AN_INPUT, "no number of things");
    *ret = (size_t) json_integer_value(from);
    return AN_OK;
}

static enum an_code compile_number(struct compiler *c, const json_t *from, double *ret, bool *ret_has) {
    if (!json_is_number(from))
        return an_fail(c->err, AN_INPUT, "no number");
    *ret = json_number_value(from);
    *ret_has = true;
    return AN_OK;
}

static enum an_code compile_format(struct compiler *c, const json_t *from, struct an_schema_node *node) {
    node->format = json_is_string(from) ? an_schema_format(json_string_value(from)) : NULL;
    return node->format ? AN_OK : an_fail(c->err, AN_INPUT, "no format that can be checked here");
}

static enum an_code compile_keyword(struct compiler *c, const char *key, const json_t *value, struct an_schema_node *node) {
    bool has = false;
    enum an_code code;
    if (is_note(key))
        return AN_OK;
    if (strcmp(key, "type") == 0)
        return compile_types(c, value, node);
    if (strcmp(key, "properties") == 0)
        return compile_properties(c, value, node);
    if (strcmp(key, "required") == 0)
        return compile_required(c, value, node);
    if (strcmp(key, "additionalProperties") == 0)
        return compile(c, value, &node->additional);
    if (strcmp(key, "propertyNames") == 0)
        return compile(c, value, &node->names);
    if (strcmp(key, "items") == 0)
        return compile(c, value, &node->items);
    if (strcmp(key, "not") == 0)
        return compile(c, value, &node->not);
    if (strcmp(key, "allOf") == 0)
        return compile_list(c, value, &node->all);
    if (strcmp(key, "anyOf") == 0)
        return compile_list(c, value, &node->any);
    if (strcmp(key, "oneOf") == 0)
        return compile_list(c, value, &node->one);
    if (strcmp(key, "minItems") == 0)
        return compile_size(c, value, &node->min_items);
    if (strcmp(key, "maxItems") == 0)
        return compile_size(c, value, &node->max_items);
    if (strcmp(key, "minProperties") == 0)
        return compile_size(c, value, &node->min_properties);
    if (strcmp(key, "maxProperties") == 0)
        return compile_size(c, value, &node->max_properties);
    if (strcmp(key, "minLength") == 0)
        return compile_size(c, value, &node->min_len);
    if (strcmp(key, "maxLength") == 0)
        return compile_size(c, value, &node->max_len);
    if (strcmp(key, "minimum") == 0)
        return compile_number(c, value, &node->minimum, &node->has_minimum);
    if (strcmp(key, "maximum") == 0)
        return compile_number(c, value, &node->maximum, &node->has_maximum);
    if (strcmp(key, "multipleOf") == 0) {
        code = compile_number(c, value, &node->multiple, &has);
        return code || node->multiple > 0 ? code : an_fail(c->err, AN_INPUT, "no number above 0");
    }
    if (strcmp(key, "pattern") == 0)
        return compile_pattern(c, value, node);
    if (strcmp(key, "format") == 0)
        return compile_format(c, value, node);
    if (strcmp(key, "const") == 0) {
        node->value = value;
        return AN_OK;
    }
    if (strcmp(key, "enum") == 0) {
        node->values = value;
        return json_array_size(value) ? AN_OK : an_fail(c->err, AN_INPUT, "no list of values");
    }
    return an_fail(c->err, AN_INPUT, "a keyword that is not known here");
}

static enum an_code compile(struct compiler *c, const json_t *from, const struct an_schema_node **ret) {
    struct an_schema_node *node = AN_NEW(&c->schema->arena, struct an_schema_node);
    enum an_code code = AN_OK;
    if (!node || !an_alloc_room(&c->made, c->made_count, &c->made_cap, sizeof *c->made))
        return no_memory(c->err);
    if (++c->depth > COMPILE_DEPTH_MAX)
        return an_fail(c->err, AN_LIMIT, "more than %d schemas inside each other", COMPILE_DEPTH_MAX);
    *node = (struct an_schema_node) {.from = from, .never = json_is_false(from), .max_items = SIZE_MAX,
                                     .max_properties = SIZE_MAX, .max_len = SIZE_MAX};
    *ret = node;
    // Before its parts: a schema may hold itself.
    c->made[c->made_count++] = (struct made) {from, node};
    const json_t *ref = json_object_get(from, "$ref");
    if (ref)
        code = compile_ref(c, from, ref, node);
    if (!code && json_is_object(from)) {
        const char *key;
        json_t *value;
        json_object_foreach((json_t *) (uintptr_t) from, key, value) {
            unsigned depth = c->depth;
            if (strcmp(key, "$ref") == 0)
                continue;
            code = compile_keyword(c, key, value, node);
            c->depth = depth;
            if (code == AN_INPUT && strcmp(key, "properties") != 0)
                code = an_err_context(c->err, "/%.60s", key);
            if (code)
                return code;
        }
    } else if (!code && !json_is_boolean(from))
        code = an_fail(c->err, AN_INPUT, "no schema: neither an object nor true or false");
    c->depth--;
    return code;
}

enum an_code an_schema_compile(struct an_str text, const char *name, struct an_schema **ret, struct an_err *err) {
    struct an_schema *schema AN_CLEANUP(an_schema_cleanup) = an_alloc(sizeof *schema);
    if (!schema)
        return no_memory(err);
    *schema = (struct an_schema) {0};
    enum an_code code = an_tree_read(text, &schema->tree, err);
    struct compiler c AN_CLEANUP(compiler_release) = {.schema = schema, .err = err};
    c.alone = !strstr(an_tree_text(schema->tree.root, "$schema").ptr, "2020-12");
    if (!code)
        code = collect(&c, schema->tree.root);
    if (!code)
        code = compile(&c, schema->tree.root, &schema->root);
    if (code)
        return an_err_context(err, "schema %s", name);
    schema->limits = pcre2_match_context_create(NULL);
    if (!schema->limits)
        return no_memory(err);
    (void) pcre2_set_match_limit(schema->limits, MATCH_MAX);
    (void) pcre2_set_depth_limit(schema->limits, MATCH_MAX);
    (void) pcre2_set_heap_limit(schema->limits, 64 * 1024);
    *ret = AN_TAKE(schema);
    return AN_OK;
}
