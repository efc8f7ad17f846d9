#include "app/canonical.h"

#include "case/kind.h"

enum an_code an_canonical_load(struct an_str text, json_t **ret, struct an_err *err) {
    json_error_t e;
    *ret = NULL;
    AN_CLEANUP(an_json_cleanup) json_t *j = json_loadb(text.ptr ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &e);
    if (!j && json_error_code(&e) == json_error_out_of_memory)
        return an_fail(err, AN_NOMEM, "no memory to read JSON");
    if (!j)                             // jansson's own words may quote the text
        return an_fail_at(err, (size_t) (e.position > 0 ? e.position : 0), "%s (line %d)",
                          json_error_code(&e) == json_error_duplicate_key ? "JSON with a key twice" : "not JSON", e.line);
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
