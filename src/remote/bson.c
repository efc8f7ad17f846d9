#include "remote/bson.h"

#include <bson/bson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"
#include "remote/feed.h"
#include "source/number.h"

struct work {
    struct an_blob *blob;
    struct an_buf *out;
    struct an_buf text;                 // of one value
    bool encrypted, packed, damaged, deep;
};

static void work_release(struct work *w) { an_buf_release(&w->text); }

// Texts.

static enum an_code put(struct work *w, const char *plain, struct an_err *err) {
    return an_buf_add(w->out, an_str_from_c(plain), err);
}

static enum an_code put_bytes(struct work *w, struct an_str bytes, struct an_err *err) {
    w->text.len = 0;
    enum an_code code = an_blob_text(w->blob, bytes, &w->text, err);
    return code ? code : an_feed_text(w->out, an_buf_str(&w->text), err);
}

static enum an_code put_text(struct work *w, struct an_str text, struct an_err *err) {
    return an_utf8_valid(text) == text.len ? an_feed_text(w->out, text, err) : put_bytes(w, text, err);
}

static enum an_code put_hex(struct work *w, const uint8_t *bytes, size_t len, struct an_err *err) {
    enum an_code code = put(w, "\"", err);
    for (size_t i = 0; i < len && !code; i++)
        code = an_buf_addf(w->out, err, "%02x", bytes[i]);
    return code ? code : put(w, "\"", err);
}

static enum an_code put_id(struct work *w, const bson_oid_t *id, struct an_err *err) {
    return id ? put_hex(w, id->bytes, sizeof id->bytes, err) : put(w, "null", err);
}

// Numbers and times.

#define EXACT 9007199254740992.0        // from 2^53 on not every whole number is one

static enum an_code put_double(struct work *w, double value, struct an_err *err) {
    char text[AN_NUMBER_TEXT], shown[AN_NUMBER_TEXT];
    if (!isfinite(value))
        return put(w, "null", err);
    if (value == floor(value) && fabs(value) < EXACT)
        return an_buf_addf(w->out, err, "%.0f", value);
    if (fabs(value) >= EXACT && fabs(value) < 1e22)         // seen to be damaged, as the same is in a spreadsheet
        return an_buf_addf(w->out, err, "%.14E", value);
    (void) snprintf(text, sizeof text, "%.17g", value);
    struct an_str number = an_number_text(an_str_from_c(text), (struct an_number_format) {0}, false, shown);
    return an_buf_add(w->out, number, err);
}

static enum an_code put_decimal(struct work *w, const bson_decimal128_t *value, struct an_err *err) {
    char text[BSON_DECIMAL128_STRING];
    bson_decimal128_to_string(value, text);
    bool number = (text[0] >= '0' && text[0] <= '9') || (text[0] == '-' && text[1] >= '0' && text[1] <= '9');
    return put(w, number ? text : "null", err);
}

struct an_str an_bson_time(int64_t milliseconds, char out[static AN_BSON_TIME]) {
    const int64_t a_day = 24 * 60 * 60 * 1000, earliest = -719162, latest = 2932896;     // 0001-01-01, 9999-12-31
    int64_t day = milliseconds / a_day, rest = milliseconds % a_day;
    if (rest < 0) {
        rest += a_day;
        day--;
    }
    if (day < earliest || day > latest) {
        int n = snprintf(out, AN_BSON_TIME, "%lld", (long long) milliseconds);
        return (struct an_str) {out, (size_t) n};
    }
    char text[AN_DAY_TEXT_MAX];
    (void) an_day_text((an_day) day, text);
    int n = rest ? snprintf(out, AN_BSON_TIME, "%.10sT%02d:%02d:%02d.%03dZ", text, (int) (rest / 3600000),
                            (int) (rest / 60000 % 60), (int) (rest / 1000 % 60), (int) (rest % 1000))
                 : snprintf(out, AN_BSON_TIME, "%.10s", text);
    return (struct an_str) {out, (size_t) n};
}

static enum an_code put_time(struct work *w, int64_t milliseconds, struct an_err *err) {
    char text[AN_BSON_TIME];
    return an_feed_text(w->out, an_bson_time(milliseconds, text), err);
}

// Binary data.

// Subtypes beyond those libbson 1.23 knows: bsonspec.org.
enum { SUBTYPE_COLUMN = 7, SUBTYPE_VECTOR = 9 };

static enum an_code put_uuid(struct work *w, const uint8_t *b, struct an_err *err) {
    return an_buf_addf(w->out, err, "\"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x\"", b[0], b[1], b[2],
                       b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

static enum an_code put_binary(struct work *w, const bson_iter_t *at, struct an_err *err) {
    bson_subtype_t subtype = BSON_SUBTYPE_BINARY;
    const uint8_t *data = NULL;
    uint32_t len = 0;
    bson_iter_binary(at, &subtype, &len, &data);
    switch ((unsigned) subtype) {
    case BSON_SUBTYPE_ENCRYPTED:
        w->encrypted = true;
        return put(w, "null", err);
    case SUBTYPE_COLUMN:
        w->packed = true;
        return put(w, "null", err);
    case SUBTYPE_VECTOR:
        return put(w, "null", err);
    case BSON_SUBTYPE_UUID:
        if (len == 16)
            return put_uuid(w, data, err);
        break;
    case BSON_SUBTYPE_UUID_DEPRECATED:          // drivers differ in the order of its bytes
    case BSON_SUBTYPE_MD5:
        if (len == 16)
            return put_hex(w, data, len, err);
        break;
    default:
        break;
    }
    return put_bytes(w, (struct an_str) {data ? (const char *) data : "", len}, err);
}

// Documents.

static enum an_code put_document(struct work *w, bson_iter_t *at, bool array, unsigned depth, struct an_err *err);

static enum an_code put_below(struct work *w, const bson_iter_t *at, bool array, unsigned depth, struct an_err *err) {
    bson_iter_t inside;
    if (depth == AN_BSON_DEPTH_MAX) {
        w->deep = true;
        return put(w, "null", err);
    }
    if (bson_iter_recurse(at, &inside))
        return put_document(w, &inside, array, depth + 1, err);
    w->damaged = true;
    return put(w, "null", err);
}

static enum an_code put_scoped_code(struct work *w, const bson_iter_t *at, unsigned depth, struct an_err *err) {
    uint32_t len = 0, scope_len = 0;
    const uint8_t *scope = NULL;
    const char *code_text = bson_iter_codewscope(at, &len, &scope_len, &scope);
    bson_iter_t inside;
    AN_TRY(put(w, "{\"code\":", err));
    AN_TRY(put_text(w, (struct an_str) {code_text ? code_text : "", code_text ? len : 0}, err));
    bool has_scope = scope && depth < AN_BSON_DEPTH_MAX && bson_iter_init_from_data(&inside, scope, scope_len);
    w->damaged |= !has_scope;
    if (has_scope) {
        AN_TRY(put(w, ",\"scope\":", err));
        AN_TRY(put_document(w, &inside, false, depth + 1, err));
    }
    return put(w, "}", err);
}

static enum an_code put_pointer(struct work *w, const bson_iter_t *at, struct an_err *err) {
    uint32_t len = 0;
    const char *collection = NULL;
    const bson_oid_t *id = NULL;
    bson_iter_dbpointer(at, &len, &collection, &id);
    AN_TRY(put(w, "{\"$ref\":", err));
    AN_TRY(put_text(w, (struct an_str) {collection ? collection : "", collection ? len : 0}, err));
    AN_TRY(put(w, ",\"$id\":", err));
    AN_TRY(put_id(w, id, err));
    return put(w, "}", err);
}

static enum an_code put_value(struct work *w, const bson_iter_t *at, unsigned depth, struct an_err *err) {
    uint32_t len = 0, increment = 0;
    const char *text = NULL;
    bson_decimal128_t decimal;
    switch (bson_iter_type(at)) {
    case BSON_TYPE_DOUBLE:
        return put_double(w, bson_iter_double(at), err);
    case BSON_TYPE_INT32:
        return an_buf_addf(w->out, err, "%d", bson_iter_int32(at));
    case BSON_TYPE_INT64:
        return an_buf_addf(w->out, err, "%lld", (long long) bson_iter_int64(at));
    case BSON_TYPE_DECIMAL128:
        return bson_iter_decimal128(at, &decimal) ? put_decimal(w, &decimal, err) : put(w, "null", err);
    case BSON_TYPE_UTF8:
        text = bson_iter_utf8(at, &len);
        return put_text(w, (struct an_str) {text, len}, err);
    case BSON_TYPE_SYMBOL:
        text = bson_iter_symbol(at, &len);
        return put_text(w, (struct an_str) {text ? text : "", text ? len : 0}, err);
    case BSON_TYPE_CODE:
        text = bson_iter_code(at, &len);
        return put_text(w, (struct an_str) {text ? text : "", text ? len : 0}, err);
    case BSON_TYPE_REGEX:
        text = bson_iter_regex(at, NULL);
        return put_text(w, an_str_from_c(text ? text : ""), err);
    case BSON_TYPE_BOOL:
        return put(w, bson_iter_bool(at) ? "true" : "false", err);
    case BSON_TYPE_DATE_TIME:
        return put_time(w, bson_iter_date_time(at), err);
    case BSON_TYPE_TIMESTAMP:
        bson_iter_timestamp(at, &len, &increment);
        return put_time(w, (int64_t) len * 1000, err);
    case BSON_TYPE_OID:
        return put_id(w, bson_iter_oid(at), err);
    case BSON_TYPE_BINARY:
        return put_binary(w, at, err);
    case BSON_TYPE_DOCUMENT:
        return put_below(w, at, false, depth, err);
    case BSON_TYPE_ARRAY:
        return put_below(w, at, true, depth, err);
    case BSON_TYPE_CODEWSCOPE:
        return put_scoped_code(w, at, depth, err);
    case BSON_TYPE_DBPOINTER:
        return put_pointer(w, at, err);
    case BSON_TYPE_EOD:
    case BSON_TYPE_UNDEFINED:
    case BSON_TYPE_NULL:
    case BSON_TYPE_MAXKEY:
    case BSON_TYPE_MINKEY:
        break;
    }
    return put(w, "null", err);
}

static enum an_code put_document(struct work *w, bson_iter_t *at, bool array, unsigned depth, struct an_err *err) {
    AN_TRY(put(w, array ? "[" : "{", err));
    for (bool first = true; bson_iter_next(at); first = false) {
        if (!first)
            AN_TRY(put(w, ",", err));
        if (!array) {
            AN_TRY(put_text(w, (struct an_str) {bson_iter_key(at), bson_iter_key_len(at)}, err));
            AN_TRY(put(w, ":", err));
        }
        AN_TRY(put_value(w, at, depth, err));
    }
    w->damaged |= at->err_off != 0;
    return put(w, array ? "]" : "}", err);
}

enum an_code an_bson_line(struct an_blob *blob, struct an_str document, struct an_bson_lost *lost, struct an_buf *out,
                          struct an_err *err) {
    AN_CLEANUP(work_release) struct work w = {.blob = blob, .out = out};
    bson_iter_t at;
    if (bson_iter_init_from_data(&at, (const uint8_t *) document.ptr, document.len)) {
        AN_TRY(put_document(&w, &at, false, 1, err));
    } else {
        w.damaged = true;
        AN_TRY(put(&w, "{}", err));
    }
    lost->encrypted += w.encrypted;
    lost->packed += w.packed;
    lost->damaged += w.damaged;
    lost->deep += w.deep;
    return put(&w, "\n", err);
}
