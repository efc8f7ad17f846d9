#include "schema/schema.h"

#include <math.h>
#include <stdlib.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include "base/alloc.h"
#include "base/buf.h"
#include "base/date.h"

enum {
    COMPILE_DEPTH_MAX = 200,            // schemas inside each other
    CHECK_DEPTH_MAX = 1000,             // schemas applied inside each other, $ref included: beyond it, they turn in circles
    MATCH_MAX = 1000 * 1000,            // steps of one pattern on one string
};

enum type { TYPE_NULL = 1, TYPE_BOOLEAN = 2, TYPE_INTEGER = 4, TYPE_NUMBER = 8, TYPE_STRING = 16, TYPE_ARRAY = 32,
            TYPE_OBJECT = 64 };
static const struct { const char *name; unsigned bit; } types[] = {
    {"null", TYPE_NULL}, {"boolean", TYPE_BOOLEAN}, {"integer", TYPE_INTEGER}, {"number", TYPE_NUMBER},
    {"string", TYPE_STRING}, {"array", TYPE_ARRAY}, {"object", TYPE_OBJECT},
};

struct node;
struct property { struct an_str key; const struct node *node; };
struct list { const struct node **items; size_t count; };

struct node {                           // one schema; {0} lets everything pass
    const json_t *from;
    bool never;                         // the schema `false`
    const struct node *ref;
    unsigned types;                     // 0: any
    const json_t *values, *value;       // enum, const
    struct property *properties; size_t property_count;     // sorted by key
    struct an_str *required; size_t required_count;
    const struct node *additional, *names, *items, *not;
    struct list all, any, one;
    size_t min_items, max_items, min_properties, max_properties, min_len, max_len;
    bool has_minimum, has_maximum;
    double minimum, maximum, multiple;  // multiple 0: none
    pcre2_code *pattern;
    struct an_str format;
};

struct an_schema {
    struct an_arena arena;
    struct an_tree tree;
    const struct node *root;
    pcre2_code **patterns; size_t pattern_count, pattern_cap;
    pcre2_match_context *limits;
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

// ---- compiling

struct target { const char *id; const json_t *from; };              // what a $ref may name by $id
struct made { const json_t *from; const struct node *node; };       // what a $ref has led to already

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

static enum an_code compile(struct compiler *c, const json_t *from, const struct node **ret);

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

static enum an_code compile_ref(struct compiler *c, const json_t *from, const json_t *ref, struct node *node) {
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

static enum an_code compile_list(struct compiler *c, const json_t *from, struct list *ret) {
    size_t i;
    json_t *kid;
    enum an_code code = AN_OK;
    if (!json_array_size(from))
        return an_fail(c->err, AN_INPUT, "no list of schemas");
    ret->items = AN_NEW_N(&c->schema->arena, json_array_size(from), const struct node *);
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
    const struct property *x = a, *y = b;
    size_t n = x->key.len < y->key.len ? x->key.len : y->key.len;
    int c = n ? memcmp(x->key.ptr, y->key.ptr, n) : 0;
    return c ? c : (x->key.len > y->key.len) - (x->key.len < y->key.len);
}

static enum an_code compile_properties(struct compiler *c, const json_t *from, struct node *node) {
    const char *key;
    json_t *kid;
    if (!json_is_object(from))
        return an_fail(c->err, AN_INPUT, "no object of schemas");
    node->properties = AN_NEW_N(&c->schema->arena, json_object_size(from) + 1, struct property);
    if (!node->properties)
        return no_memory(c->err);
    json_object_foreach((json_t *) (uintptr_t) from, key, kid) {
        struct property *p = &node->properties[node->property_count];
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

static enum an_code compile_required(struct compiler *c, const json_t *from, struct node *node) {
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
    for (size_t i = 0; json_is_string(name) && i < AN_COUNT(types); i++)
        if (strcmp(types[i].name, json_string_value(name)) == 0)
            return types[i].bit;
    return 0;
}

static enum an_code compile_types(struct compiler *c, const json_t *from, struct node *node) {
    size_t i, count = json_is_array(from) ? json_array_size(from) : 1;
    for (i = 0; i < count; i++) {
        unsigned bit = type_bit(json_is_array(from) ? json_array_get(from, i) : from);
        if (!bit)
            return an_fail(c->err, AN_INPUT, "no type that there is");
        node->types |= bit;
    }
    return node->types ? AN_OK : an_fail(c->err, AN_INPUT, "no type at all");
}

static enum an_code compile_pattern(struct compiler *c, const json_t *from, struct node *node) {
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

static enum an_code compile_format(struct compiler *c, const json_t *from, struct node *node) {
    static const char *const known[] = {"date", "date-time", "email", "uri", "uri-reference"};
    for (size_t i = 0; json_is_string(from) && i < AN_COUNT(known); i++)
        if (strcmp(known[i], json_string_value(from)) == 0) {
            node->format = an_str_from_c(known[i]);
            return AN_OK;
        }
    return an_fail(c->err, AN_INPUT, "no format that can be checked here");
}

static enum an_code compile_keyword(struct compiler *c, const char *key, const json_t *value, struct node *node) {
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

static enum an_code compile(struct compiler *c, const json_t *from, const struct node **ret) {
    struct node *node = AN_NEW(&c->schema->arena, struct node);
    enum an_code code = AN_OK;
    if (!node || !an_alloc_room(&c->made, c->made_count, &c->made_cap, sizeof *c->made))
        return no_memory(c->err);
    if (++c->depth > COMPILE_DEPTH_MAX)
        return an_fail(c->err, AN_LIMIT, "more than %d schemas inside each other", COMPILE_DEPTH_MAX);
    *node = (struct node) {.from = from, .never = json_is_false(from), .max_items = SIZE_MAX, .max_properties = SIZE_MAX,
                           .max_len = SIZE_MAX};
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

// ---- checking

struct at {                             // where in the document, as a chain up to its root
    const struct at *up;
    struct an_str key;                  // ptr NULL: an item of an array
    size_t index;
    bool named;                         // the schema names the key, so that it may be shown
    unsigned depth;
};

struct checker {
    const struct an_schema *schema;
    struct an_arena *arena;
    struct an_schema_faults *faults;
    pcre2_match_data *match;
    unsigned trying;                    // inside anyOf, oneOf, not: faults are no faults yet, the deepest is kept
    struct an_schema_fault best;
    unsigned best_depth;
    bool has_best;
    uint64_t steps;
    unsigned depth;
    enum an_code code;                  // of what stops the checking
    struct an_err *err;
};

static void stop(struct checker *c, enum an_code code, const char *why) {
    if (!c->code)
        c->code = an_fail(c->err, code, "%s", why);
}

static enum an_code add_pointer(struct an_buf *out, const struct at *at, struct an_err *err) {
    if (!at)
        return AN_OK;
    enum an_code code = add_pointer(out, at->up, err);
    if (!code && !at->key.ptr)
        code = an_buf_addf(out, err, "/%zu", at->index);
    else if (!code && !at->named && !an_tree_may_show(at->key))
        code = an_buf_add(out, AN_STR("/?"), err);
    else if (!code) {
        code = an_buf_add(out, AN_STR("/"), err);
        for (size_t i = 0; i < at->key.len && !code; i++) {
            char key = at->key.ptr[i];
            code = key == '~' || key == '/' ? an_buf_add(out, key == '~' ? AN_STR("~0") : AN_STR("~1"), err)
                                            : an_buf_add(out, an_str_slice(at->key, i, i + 1), err);
        }
    }
    return code;
}

static bool fail(struct checker *c, const struct at *at, const char *fmt, ...) AN_PRINTF(3, 4);
static bool fail(struct checker *c, const struct at *at, const char *fmt, ...) {
    unsigned depth = at ? at->depth : 0;
    if (c->code || (c->trying && c->has_best && depth <= c->best_depth))
        return false;
    if (!c->trying && c->faults->total++ >= AN_SCHEMA_FAULTS_MAX)
        return false;
    AN_AUTO(an_buf) pointer = {0};
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t) n < sizeof text ? (size_t) n : sizeof text - 1;
    enum an_code code = add_pointer(&pointer, at, c->err);
    struct an_schema_fault fault = {an_arena_copy(c->arena, an_buf_str(&pointer)),
                                    an_arena_copy(c->arena, (struct an_str) {text, len})};
    if (code)
        c->code = code;
    else if (!fault.pointer.ptr || !fault.text.ptr)
        stop(c, AN_NOMEM, "no memory for what is wrong");
    else if (c->trying) {
        c->best = fault;
        c->best_depth = depth;
        c->has_best = true;
    } else
        c->faults->items[c->faults->count++] = fault;
    return false;
}

static unsigned type_of(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT: return TYPE_OBJECT;
    case JSON_ARRAY: return TYPE_ARRAY;
    case JSON_STRING: return TYPE_STRING;
    case JSON_INTEGER: return TYPE_INTEGER | TYPE_NUMBER;
    case JSON_REAL:
        return TYPE_NUMBER | (floor(json_real_value(value)) == json_real_value(value) ? TYPE_INTEGER : 0u);
    case JSON_TRUE: case JSON_FALSE: return TYPE_BOOLEAN;
    case JSON_NULL: break;
    }
    return TYPE_NULL;
}

// "array", or "string or null": in the order of the table.
static const char *type_names(unsigned bits, char *out, size_t room) {
    size_t at = 0;
    *out = '\0';
    for (size_t i = 0; i < AN_COUNT(types); i++)
        if (bits & types[i].bit) {
            int n = snprintf(out + at, room - at, "%s%s", at ? " or " : "", types[i].name);
            at += n > 0 && (size_t) n < room - at ? (size_t) n : 0;
        }
    return out;
}

static bool digits(struct an_str s, size_t from, size_t count, unsigned most) {
    unsigned n = 0;
    for (size_t i = from; i < from + count; i++) {
        if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        n = n * 10 + (unsigned) (s.ptr[i] - '0');
    }
    return n <= most;
}

// RFC 3339; a leap second may be written.
static bool is_moment(struct an_str s) {
    an_day day;
    if (s.len < 20 || !an_day_parse(an_str_slice(s, 0, 10), &day) || (s.ptr[10] | 32) != 't' || !digits(s, 11, 2, 23) ||
        s.ptr[13] != ':' || !digits(s, 14, 2, 59) || s.ptr[16] != ':' || !digits(s, 17, 2, 60))
        return false;
    size_t i = 19;
    if (s.ptr[i] == '.') {
        size_t from = ++i;
        while (i < s.len && digits(s, i, 1, 9))
            i++;
        if (i == from)
            return false;
    }
    if (i + 1 == s.len)
        return (s.ptr[i] | 32) == 'z';
    return i + 6 == s.len && (s.ptr[i] == '+' || s.ptr[i] == '-') && digits(s, i + 1, 2, 23) && s.ptr[i + 3] == ':' &&
           digits(s, i + 4, 2, 59);
}

// The characters of RFC 3986; above ASCII, those of RFC 3987 are let through.
static bool is_reference(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char) s.ptr[i] <= ' ' || s.ptr[i] == 0x7F || strchr("\"<>\\^`{|}", s.ptr[i]))
            return false;
    return true;
}

static bool is_uri(struct an_str s) {
    size_t i = 0;
    while (i < s.len && s.ptr[i] != ':' && s.ptr[i] != '/' && s.ptr[i] != '?' && s.ptr[i] != '#')
        i++;
    bool letter = s.len && ((s.ptr[0] | 32) >= 'a' && (s.ptr[0] | 32) <= 'z');
    return letter && i > 0 && i < s.len && s.ptr[i] == ':' && is_reference(s);
}

static bool is_email(struct an_str s) {
    size_t at = 0, count = 0;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '@') {
            at = i;
            count++;
        } else if ((unsigned char) s.ptr[i] <= ' ')
            return false;
    return count == 1 && at > 0 && at + 1 < s.len;
}

static bool has_format(struct an_str format, struct an_str s) {
    an_day day;
    if (an_str_eq(format, AN_STR("date")))
        return an_day_parse(s, &day);
    if (an_str_eq(format, AN_STR("date-time")))
        return is_moment(s);
    if (an_str_eq(format, AN_STR("email")))
        return is_email(s);
    return an_str_eq(format, AN_STR("uri")) ? is_uri(s) : is_reference(s);
}

static bool matches(struct checker *c, const struct node *node, const json_t *value) {
    int n = pcre2_match(node->pattern, (PCRE2_SPTR) json_string_value(value), json_string_length(value), 0,
                        PCRE2_NO_UTF_CHECK, c->match, c->schema->limits);
    if (n < 0 && n != PCRE2_ERROR_NOMATCH)
        stop(c, AN_LIMIT, "a string takes too long to be held against its pattern");
    return n >= 0;
}

static size_t characters(const json_t *value) {
    const char *s = json_string_value(value);
    size_t count = 0;
    for (size_t i = 0; i < json_string_length(value); i++)
        count += ((unsigned char) s[i] & 0xC0) != 0x80;
    return count;
}

static bool check_string(struct checker *c, const struct node *node, const json_t *value, const struct at *at) {
    struct an_str s = {json_string_value(value), json_string_length(value)};
    const char *means = json_string_value(json_object_get(node->from, "description"));
    size_t len = characters(value);
    if (len < node->min_len || len > node->max_len)
        return fail(c, at, len < node->min_len ? "shorter than %zu characters" : "longer than %zu characters",
                    len < node->min_len ? node->min_len : node->max_len);
    if (node->pattern && !matches(c, node, value)) {
        const char *pattern = json_string_value(json_object_get(node->from, "pattern"));
        if (means)
            return fail(c, at, "not of the form asked for: %.120s", means);
        return fail(c, at, "does not match %.120s", pattern);
    }
    if (node->format.len && !has_format(node->format, s))
        return fail(c, at, "no %.*s", AN_STR_ARG(node->format));
    return true;
}

static bool check_number(struct checker *c, const struct node *node, const json_t *value, const struct at *at) {
    double d = json_number_value(value);
    if (node->has_minimum && d < node->minimum)
        return fail(c, at, "below %g", node->minimum);
    if (node->has_maximum && d > node->maximum)
        return fail(c, at, "above %g", node->maximum);
    if (node->multiple > 0 && fmod(d, node->multiple) != 0)
        return fail(c, at, "no multiple of %g", node->multiple);
    return true;
}

static bool check(struct checker *c, const struct node *node, const json_t *value, const struct at *at);

static bool check_array(struct checker *c, const struct node *node, const json_t *value, const struct at *at) {
    size_t i, count = json_array_size(value);
    json_t *item;
    bool fine = true;
    if (count < node->min_items)
        fine = fail(c, at, "fewer than %zu items", node->min_items);
    if (count > node->max_items)
        fine = fail(c, at, "more than %zu items", node->max_items);
    if (node->items)
        json_array_foreach(value, i, item) {
            struct at here = {.up = at, .index = i, .depth = at ? at->depth + 1 : 1};
            fine &= check(c, node->items, item, &here);
        }
    return fine;
}

static const struct node *property(const struct node *node, struct an_str key) {
    struct property wanted = {.key = key};
    const struct property *p = node->property_count
        ? bsearch(&wanted, node->properties, node->property_count, sizeof wanted, by_key) : NULL;
    return p ? p->node : NULL;
}

static bool check_name(struct checker *c, const struct node *node, const char *key, const struct at *at) {
    json_t *name = json_string(key);
    if (!name) {
        stop(c, AN_NOMEM, "no memory for a name");
        return false;
    }
    c->trying++;
    bool fine = check(c, node->names, name, at);
    c->trying--;
    c->has_best = c->trying && c->has_best;
    json_decref(name);
    return fine || fail(c, at, "a key of a form that is not allowed here");
}

static bool check_object(struct checker *c, const struct node *node, const json_t *value, const struct at *at) {
    const char *key;
    json_t *kid;
    bool fine = true;
    size_t count = json_object_size(value);
    if (count < node->min_properties)
        fine = fail(c, at, "fewer than %zu keys", node->min_properties);
    if (count > node->max_properties)
        fine = fail(c, at, "more than %zu keys", node->max_properties);
    for (size_t i = 0; i < node->required_count; i++)
        if (!json_object_getn(value, node->required[i].ptr, node->required[i].len))
            fine = fail(c, at, "'%.*s' is missing", AN_STR_ARG(node->required[i]));
    json_object_foreach((json_t *) (uintptr_t) value, key, kid) {
        struct at here = {.up = at, .key = an_str_from_c(key), .depth = at ? at->depth + 1 : 1};
        const struct node *named = property(node, here.key);
        here.named = named != NULL;
        if (named)
            fine &= check(c, named, kid, &here);
        else if (node->additional && node->additional->never)
            fine = fail(c, &here, "a key that is not known here");
        else if (node->additional)
            fine &= check(c, node->additional, kid, &here);
        if (node->names)
            fine &= check_name(c, node, key, &here);
        if (c->code)
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

// "one of a, b, c", as far as there is room.
static const char *value_names(const json_t *values, char *out, size_t room) {
    size_t i, at = 0;
    json_t *each;
    *out = '\0';
    json_array_foreach(values, i, each) {
        const char *s = json_is_string(each) ? json_string_value(each) : "...";
        if (at + strlen(s) + 8 > room) {
            (void) snprintf(out + at, room - at, ", ...");
            break;
        }
        at += (size_t) snprintf(out + at, room - at, "%s%s", at ? ", " : "", s);
    }
    return out;
}

// How many of the list let the value pass; of what the others miss, the fault deepest in the document is kept.
static size_t passing(struct checker *c, const struct list *list, const json_t *value, const struct at *at) {
    size_t count = 0;
    c->trying++;
    for (size_t i = 0; i < list->count && !c->code; i++)
        count += check(c, list->items[i], value, at);
    c->trying--;
    return count;
}

static bool check_choice(struct checker *c, const struct node *node, const json_t *value, const struct at *at) {
    bool fine = true, had = c->trying && c->has_best;
    if (!c->trying)
        c->has_best = false;
    for (size_t i = 0; i < node->all.count; i++)
        fine &= check(c, node->all.items[i], value, at);
    if (node->any.count && !passing(c, &node->any, value, at)) {
        fine = false;
        // The best of what was tried says more than that nothing fits; it has its own place.
        if (!c->trying && c->has_best && !c->code && c->faults->total++ < AN_SCHEMA_FAULTS_MAX)
            c->faults->items[c->faults->count++] = c->best;
    } else if (!had)
        c->has_best = false;
    size_t fits = node->one.count ? passing(c, &node->one, value, at) : 1;
    if (fits != 1) {
        fine = false;
        if (fits)
            (void) fail(c, at, "fits %zu of the forms that are allowed, and one only may fit", fits);
        else if (!c->trying && c->has_best && !c->code && c->faults->total++ < AN_SCHEMA_FAULTS_MAX)
            c->faults->items[c->faults->count++] = c->best;
    }
    if (node->not) {
        c->trying++;
        bool passes = check(c, node->not, value, at);
        c->trying--;
        if (passes)
            fine = fail(c, at, "of a form that is ruled out here");
    }
    if (!c->trying)
        c->has_best = false;
    return fine;
}

static bool check_own(struct checker *c, const struct node *node, const json_t *value, const struct at *at) {
    char names[200];
    unsigned type = type_of(value);
    if (node->never)
        return fail(c, at, "nothing may stand here");
    if (node->types && !(node->types & type))
        return fail(c, at, "should be %s", type_names(node->types, names, sizeof names));
    if (node->value && !json_equal(node->value, value))
        return fail(c, at, "should be %s", json_is_string(node->value) ? json_string_value(node->value) : "another value");
    if (node->values && !is_one_of(node->values, value))
        return fail(c, at, "should be one of %s", value_names(node->values, names, sizeof names));
    bool fine = true;
    if (type == TYPE_STRING)
        fine = check_string(c, node, value, at);
    else if (type == TYPE_ARRAY)
        fine = check_array(c, node, value, at);
    else if (type == TYPE_OBJECT)
        fine = check_object(c, node, value, at);
    else if (type & TYPE_NUMBER)
        fine = check_number(c, node, value, at);
    if (node->all.count || node->any.count || node->one.count || node->not)
        fine &= check_choice(c, node, value, at);
    return fine;
}

static bool check(struct checker *c, const struct node *node, const json_t *value, const struct at *at) {
    if (++c->steps > AN_SCHEMA_STEPS_MAX)
        stop(c, AN_LIMIT, "it takes too long to be held against its schema");
    if (at && at->depth > AN_TREE_DEPTH_MAX)
        stop(c, AN_LIMIT, "it is too deep");
    if (++c->depth > CHECK_DEPTH_MAX)
        stop(c, AN_LIMIT, "its schema turns in circles");
    bool fine = !c->code && (!node->ref || check(c, node->ref, value, at)) && check_own(c, node, value, at);
    c->depth--;
    return fine && !c->code;
}

enum an_code an_schema_check(const struct an_schema *schema, const json_t *document, struct an_arena *arena,
                             struct an_schema_faults *ret, struct an_err *err) {
    struct checker c = {.schema = schema, .arena = arena, .faults = ret, .err = err};
    *ret = (struct an_schema_faults) {0};
    c.match = pcre2_match_data_create(1, NULL);
    if (!c.match)
        return no_memory(err);
    bool fine = check(&c, schema->root, document, NULL);
    pcre2_match_data_free(c.match);
    if (c.code)
        return c.code;
    return fine == (ret->total == 0) ? AN_OK : an_fail(err, AN_BUG, "a verdict without its reason");
}

enum an_code an_schema_fail(const struct an_schema_faults *faults, struct an_err *err) {
    if (!faults->total)
        return AN_OK;
    const struct an_schema_fault *first = &faults->items[0];
    if (faults->total == 1)
        return an_fail(err, AN_INPUT, "%.*s: %.*s", AN_STR_ARG(first->pointer), AN_STR_ARG(first->text));
    return an_fail(err, AN_INPUT, "%.*s: %.*s (and %llu more)", AN_STR_ARG(first->pointer), AN_STR_ARG(first->text),
                   (unsigned long long) (faults->total - 1));
}
