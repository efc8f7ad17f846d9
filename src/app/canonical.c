#include "app/canonical.h"

static bool is_whole(const json_t *j) {
    const char *key;
    json_t *value;
    size_t i;
    switch (json_typeof(j)) {
    case JSON_OBJECT:
        json_object_foreach((json_t *) (uintptr_t) j, key, value)
            if (!is_whole(value))
                return false;
        return true;
    case JSON_ARRAY:
        json_array_foreach((json_t *) (uintptr_t) j, i, value)
            if (!is_whole(value))
                return false;
        return true;
    case JSON_REAL:
        return false;
    case JSON_STRING:
    case JSON_INTEGER:
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        return true;
    }
    return false;
}

struct adding { struct an_buf *out; struct an_err *err; };

static int add(const char *bytes, size_t len, void *arg) {
    struct adding *a = arg;
    return an_buf_add(a->out, (struct an_str) {bytes, len}, a->err) ? -1 : 0;
}

enum an_code an_canonical(const json_t *json, struct an_buf *out, struct an_err *err) {
    struct an_err inner = {0};
    if (!is_whole(json))
        return an_fail(err, AN_BUG, "a number that is not whole");
    if (json_dump_callback(json, add, &(struct adding) {out, &inner}, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) == 0)
        return AN_OK;
    return inner.code ? an_fail(err, inner.code, "%s", inner.text) : an_fail(err, AN_NOMEM, "no memory to write JSON");
}

enum an_code an_canonical_load(struct an_str text, json_t **ret, struct an_err *err) {
    json_error_t e;
    *ret = NULL;
    AN_CLEANUP(an_json_cleanup) json_t *j = json_loadb(text.ptr ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &e);
    if (!j && json_error_code(&e) == json_error_out_of_memory)
        return an_fail(err, AN_NOMEM, "no memory to read JSON");
    if (!j)                             // jansson's own words may quote the text
        return an_fail_at(err, (size_t) (e.position > 0 ? e.position : 0), "%s (line %d)",
                          json_error_code(&e) == json_error_duplicate_key ? "JSON with a key twice" : "not JSON", e.line);
    if (!is_whole(j))
        return an_fail(err, AN_INPUT, "JSON with a number that is not whole");
    *ret = AN_TAKE(j);
    return AN_OK;
}

enum an_code an_canonical_again(struct an_str text, struct an_buf *out, struct an_err *err) {
    AN_CLEANUP(an_json_cleanup) json_t *j = NULL;
    enum an_code code = an_canonical_load(text, &j, err);
    return code ? code : an_canonical(j, out, err);
}

enum an_code an_canonical_read(struct an_str text, json_t **ret, struct an_err *err) {
    AN_CLEANUP(an_json_cleanup) json_t *j = NULL;
    AN_AUTO(an_buf) again = {0};
    *ret = NULL;
    enum an_code code = an_canonical_load(text, &j, err);
    if (!code)
        code = an_canonical(j, &again, err);
    if (code)
        return code;
    if (!an_str_eq(text, an_buf_str(&again)))
        return an_fail(err, AN_INPUT, "JSON that is not written canonically");
    *ret = AN_TAKE(j);
    return AN_OK;
}

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

bool an_hex_read(struct an_str hex, unsigned char *ret, size_t len) {
    if (hex.len != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++) {
        int high = digit(hex.ptr[2 * i]), low = digit(hex.ptr[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret[i] = (unsigned char) (high << 4 | low);
    }
    return true;
}
