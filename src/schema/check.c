// Holding a document against a compiled schema, value by value.
#include <math.h>
#include "schema/compiled.h"
#include "schema/fault.h"

enum { CHECK_DEPTH_MAX = 1000 };        // schemas applied inside each other, $ref included: beyond it, they turn in circles

struct checker {
    const struct an_schema *schema;
    pcre2_match_data *match;
    uint64_t steps;
    unsigned depth;
    struct an_schema_telling tell;
};

static unsigned type_of(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT: return AN_SCHEMA_OBJECT;
    case JSON_ARRAY: return AN_SCHEMA_ARRAY;
    case JSON_STRING: return AN_SCHEMA_STRING;
    case JSON_INTEGER: return AN_SCHEMA_INTEGER | AN_SCHEMA_NUMBER;
    case JSON_REAL:
        return AN_SCHEMA_NUMBER | (floor(json_real_value(value)) == json_real_value(value) ? AN_SCHEMA_INTEGER : 0u);
    case JSON_TRUE: case JSON_FALSE: return AN_SCHEMA_BOOLEAN;
    case JSON_NULL: break;
    }
    return AN_SCHEMA_NULL;
}

static bool matches(struct checker *c, const struct an_schema_node *node, const json_t *value) {
    int n = pcre2_match(node->pattern, (PCRE2_SPTR) json_string_value(value), json_string_length(value), 0,
                        PCRE2_NO_UTF_CHECK, c->match, c->schema->limits);
    if (n < 0 && n != PCRE2_ERROR_NOMATCH)
        an_schema_stop(&c->tell, AN_LIMIT, "a string takes too long to be held against its pattern");
    return n >= 0;
}

static size_t characters(const json_t *value) {
    const char *s = json_string_value(value);
    size_t count = 0;
    for (size_t i = 0; i < json_string_length(value); i++)
        count += ((unsigned char) s[i] & 0xC0) != 0x80;
    return count;
}

static bool check_string(struct checker *c, const struct an_schema_node *node, const json_t *value,
                         const struct an_schema_at *at) {
    struct an_str s = {json_string_value(value), json_string_length(value)};
    const char *means = json_string_value(json_object_get(node->from, "description"));
    size_t len = characters(value);
    if (len < node->min_len || len > node->max_len)
        return an_schema_tell(&c->tell, at, len < node->min_len ? "shorter than %zu characters" : "longer than %zu characters",
                              len < node->min_len ? node->min_len : node->max_len);
    if (node->pattern && !matches(c, node, value)) {
        const char *pattern = json_string_value(json_object_get(node->from, "pattern"));
        if (means)
            return an_schema_tell(&c->tell, at, "not of the form asked for: %.120s", means);
        return an_schema_tell(&c->tell, at, "does not match %.120s", pattern);
    }
    if (node->format && !node->format->is(s))
        return an_schema_tell(&c->tell, at, "no %s", node->format->name);
    return true;
}

static bool check_number(struct checker *c, const struct an_schema_node *node, const json_t *value,
                         const struct an_schema_at *at) {
    double d = json_number_value(value);
    if (node->has_minimum && d < node->minimum)
        return an_schema_tell(&c->tell, at, "below %g", node->minimum);
    if (node->has_maximum && d > node->maximum)
        return an_schema_tell(&c->tell, at, "above %g", node->maximum);
    if (node->multiple > 0 && fmod(d, node->multiple) != 0)
        return an_schema_tell(&c->tell, at, "no multiple of %g", node->multiple);
    return true;
}

static bool check(struct checker *c, const struct an_schema_node *node, const json_t *value,
                  const struct an_schema_at *at);

static bool check_array(struct checker *c, const struct an_schema_node *node, const json_t *value,
                        const struct an_schema_at *at) {
    size_t i, count = json_array_size(value);
    json_t *item;
    bool fine = true;
    if (count < node->min_items)
        fine = an_schema_tell(&c->tell, at, "fewer than %zu items", node->min_items);
    if (count > node->max_items)
        fine = an_schema_tell(&c->tell, at, "more than %zu items", node->max_items);
    if (node->items)
        json_array_foreach(value, i, item) {
            struct an_schema_at here = {.up = at, .index = i, .depth = at ? at->depth + 1 : 1};
            fine &= check(c, node->items, item, &here);
        }
    return fine;
}

static bool check_name(struct checker *c, const struct an_schema_node *node, const char *key, const struct an_schema_at *at) {
    json_t *name = json_string(key);
    if (!name) {
        an_schema_stop(&c->tell, AN_NOMEM, "no memory for a name");
        return false;
    }
    c->tell.trying++;
    bool fine = check(c, node->names, name, at);
    c->tell.trying--;
    c->tell.has_best = c->tell.trying && c->tell.has_best;
    json_decref(name);
    return fine || an_schema_tell(&c->tell, at, "a key of a form that is not allowed here");
}

static bool check_object(struct checker *c, const struct an_schema_node *node, const json_t *value,
                         const struct an_schema_at *at) {
    const char *key;
    json_t *kid;
    bool fine = true;
    size_t count = json_object_size(value);
    if (count < node->min_properties)
        fine = an_schema_tell(&c->tell, at, "fewer than %zu keys", node->min_properties);
    if (count > node->max_properties)
        fine = an_schema_tell(&c->tell, at, "more than %zu keys", node->max_properties);
    for (size_t i = 0; i < node->required_count; i++)
        if (!json_object_getn(value, node->required[i].ptr, node->required[i].len))
            fine = an_schema_tell(&c->tell, at, "'%.*s' is missing", AN_STR_ARG(node->required[i]));
    json_object_foreach((json_t *) (uintptr_t) value, key, kid) {
        struct an_schema_at here = {.up = at, .key = an_str_from_c(key), .depth = at ? at->depth + 1 : 1};
        const struct an_schema_node *named = an_schema_property(node, here.key);
        here.named = named != NULL;
        if (named)
            fine &= check(c, named, kid, &here);
        else if (node->additional && node->additional->never)
            fine = an_schema_tell(&c->tell, &here, "a key that is not known here");
        else if (node->additional)
            fine &= check(c, node->additional, kid, &here);
        if (node->names)
            fine &= check_name(c, node, key, &here);
        if (c->tell.code)
            return false;
    }
    return fine;
}

static bool is_one_of(const json_t *values, const json_t *value) {
    size_t i;
    json_t *each;
    json_array_foreach(values, i, each)
        if (json_equal(each, value))
            return true;
    return false;
}

// How many of the list let the value pass; of what the others miss, the fault deepest in the document is kept.
static size_t passing(struct checker *c, const struct an_schema_list *list, const json_t *value,
                      const struct an_schema_at *at) {
    size_t count = 0;
    c->tell.trying++;
    for (size_t i = 0; i < list->count && !c->tell.code; i++)
        count += check(c, list->items[i], value, at);
    c->tell.trying--;
    return count;
}

static bool check_choice(struct checker *c, const struct an_schema_node *node, const json_t *value,
                         const struct an_schema_at *at) {
    bool fine = true, had = c->tell.trying && c->tell.has_best;
    if (!c->tell.trying)
        c->tell.has_best = false;
    for (size_t i = 0; i < node->all.count; i++)
        fine &= check(c, node->all.items[i], value, at);
    if (node->any.count && !passing(c, &node->any, value, at)) {
        fine = false;
        // The best of what was tried says more than that nothing fits; it has its own place.
        an_schema_tell_best(&c->tell);
    } else if (!had)
        c->tell.has_best = false;
    size_t fits = node->one.count ? passing(c, &node->one, value, at) : 1;
    if (fits != 1) {
        fine = false;
        if (fits)
            (void) an_schema_tell(&c->tell, at, "fits %zu of the forms that are allowed, and one only may fit", fits);
        else
            an_schema_tell_best(&c->tell);
    }
    if (node->not) {
        c->tell.trying++;
        bool passes = check(c, node->not, value, at);
        c->tell.trying--;
        if (passes)
            fine = an_schema_tell(&c->tell, at, "of a form that is ruled out here");
    }
    if (!c->tell.trying)
        c->tell.has_best = false;
    return fine;
}

static bool check_own(struct checker *c, const struct an_schema_node *node, const json_t *value,
                      const struct an_schema_at *at) {
    char names[200];
    unsigned type = type_of(value);
    if (node->never)
        return an_schema_tell(&c->tell, at, "nothing may stand here");
    if (node->types && !(node->types & type))
        return an_schema_tell(&c->tell, at, "should be %s", an_schema_type_names(node->types, names, sizeof names));
    if (node->value && !json_equal(node->value, value))
        return an_schema_tell(&c->tell, at, "should be %s",
                              json_is_string(node->value) ? json_string_value(node->value) : "another value");
    if (node->values && !is_one_of(node->values, value))
        return an_schema_tell(&c->tell, at, "should be one of %s", an_schema_value_names(node->values, names, sizeof names));
    bool fine = true;
    if (type == AN_SCHEMA_STRING)
        fine = check_string(c, node, value, at);
    else if (type == AN_SCHEMA_ARRAY)
        fine = check_array(c, node, value, at);
    else if (type == AN_SCHEMA_OBJECT)
        fine = check_object(c, node, value, at);
    else if (type & AN_SCHEMA_NUMBER)
        fine = check_number(c, node, value, at);
    if (node->all.count || node->any.count || node->one.count || node->not)
        fine &= check_choice(c, node, value, at);
    return fine;
}

static bool check(struct checker *c, const struct an_schema_node *node, const json_t *value,
                  const struct an_schema_at *at) {
    if (++c->steps > AN_SCHEMA_STEPS_MAX)
        an_schema_stop(&c->tell, AN_LIMIT, "it takes too long to be held against its schema");
    if (at && at->depth > AN_TREE_DEPTH_MAX)
        an_schema_stop(&c->tell, AN_LIMIT, "it is too deep");
    if (++c->depth > CHECK_DEPTH_MAX)
        an_schema_stop(&c->tell, AN_LIMIT, "its schema turns in circles");
    bool fine = !c->tell.code && (!node->ref || check(c, node->ref, value, at)) && check_own(c, node, value, at);
    c->depth--;
    return fine && !c->tell.code;
}

enum an_code an_schema_check(const struct an_schema *schema, const json_t *document, struct an_arena *arena,
                             struct an_schema_faults *ret, struct an_err *err) {
    struct checker c = {.schema = schema, .tell = {.arena = arena, .faults = ret, .err = err}};
    *ret = (struct an_schema_faults) {0};
    c.match = pcre2_match_data_create(1, NULL);
    if (!c.match)
        return an_fail(err, AN_NOMEM, "no memory for a schema");
    bool fine = check(&c, schema->root, document, NULL);
    pcre2_match_data_free(c.match);
    if (c.tell.code)
        return c.tell.code;
    return fine == (ret->total == 0) ? AN_OK : an_fail(err, AN_BUG, "a verdict without its reason");
}
