#include "schema/tree.h"

void an_tree_release(struct an_tree *tree) {
    json_decref(tree->root);
    tree->root = NULL;
}

// Depth and number of values, before memory is spent on them. What is malformed is left to the parser.
static enum an_code measure(struct an_str bytes, struct an_err *err) {
    size_t depth = 0, values = 0;
    bool quoted = false;
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.ptr[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
        } else if (c == '"')
            quoted = true;
        else if (c == '[' || c == '{') {
            values++;
            if (++depth > AN_TREE_DEPTH_MAX)
                return an_fail(err, AN_LIMIT, "byte %zu: more than %d arrays and objects inside each other", i,
                               AN_TREE_DEPTH_MAX);
        } else if (c == ']' || c == '}')
            depth -= depth > 0;
        else if (c == ',' || c == ':')
            values++;
        if (values > AN_TREE_VALUES_MAX)
            return an_fail(err, AN_LIMIT, "byte %zu: more than %d values", i, AN_TREE_VALUES_MAX);
    }
    return AN_OK;
}

// jansson's own message may quote the text, which may be anybody's; its code does not.
static const char *fault(enum json_error_code code) {
    switch (code) {
    case json_error_premature_end_of_input: return "it ends too early";
    case json_error_end_of_input_expected: return "something follows the document";
    case json_error_invalid_utf8: return "bytes that are no UTF-8";
    case json_error_null_character:
    case json_error_null_byte_in_key: return "a string that holds U+0000";
    case json_error_duplicate_key: return "a key that the object has already";
    case json_error_numeric_overflow: return "a number that does not fit in 64 bits";
    case json_error_unknown: case json_error_out_of_memory: case json_error_stack_overflow: case json_error_cannot_open_file:
    case json_error_invalid_argument: case json_error_invalid_syntax: case json_error_invalid_format:
    case json_error_wrong_type: case json_error_null_value: case json_error_item_not_found:
    case json_error_index_out_of_range: break;
    }
    return "no JSON from here on";
}

enum an_code an_tree_read(struct an_str bytes, struct an_tree *ret, struct an_err *err) {
    if (bytes.len >= 3 && memcmp(bytes.ptr, "\xEF\xBB\xBF", 3) == 0)
        bytes = an_str_slice(bytes, 3, bytes.len);
    if (bytes.len > AN_TREE_BYTES_MAX)
        return an_fail(err, AN_LIMIT, "%zu bytes; at most %d", bytes.len, AN_TREE_BYTES_MAX);
    enum an_code code = measure(bytes, err);
    if (code)
        return code;
    json_error_t why;
    json_t *root = json_loadb(bytes.len ? bytes.ptr : "", bytes.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (root) {
        ret->root = root;
        return AN_OK;
    }
    if (json_error_code(&why) == json_error_out_of_memory)
        return an_fail(err, AN_NOMEM, "no memory for the document");
    return an_fail_at(err, why.position > 0 ? (size_t) why.position : 0, "line %d, column %d: %s", why.line, why.column,
                      bytes.len ? fault(json_error_code(&why)) : "it is empty");
}

const json_t *an_tree_at(const json_t *from, const char *path) {
    struct an_str rest = an_str_from_c(path), key;
    while (from && an_str_next(&rest, '/', &key))
        from = json_object_getn(from, key.ptr, key.len);
    return from;
}

struct an_str an_tree_text(const json_t *from, const char *path) {
    const json_t *value = an_tree_at(from, path);
    return json_is_string(value) ? (struct an_str) {json_string_value(value), json_string_length(value)} : AN_STR("");
}

size_t an_tree_count(const json_t *from, const char *path) { return json_array_size(an_tree_at(from, path)); }

struct an_str an_tree_canonical(const json_t *value, struct an_arena *arena) {
    enum { FLAGS = JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY };
    size_t n = json_dumpb(value, NULL, 0, FLAGS);
    char *p = n ? an_arena_alloc(arena, n + 1, 1) : NULL;
    if (!p || json_dumpb(value, p, n, FLAGS) != n)
        return (struct an_str) {0};
    return (struct an_str) {p, n};
}

bool an_tree_may_show(struct an_str key) {
    size_t digits = 0;
    for (size_t i = 0; i < key.len; i++) {
        unsigned char k = (unsigned char) key.ptr[i];
        digits = k >= '0' && k <= '9' ? digits + 1 : 0;
        if (k <= ' ' || k >= 0x7F || k == '@' || digits > 4)
            return false;
    }
    return key.len > 0 && key.len <= 64;
}
