#include "remote/redis_key.h"

#include "base/utf8.h"
#include "remote/feed.h"

enum {
    PART_MAX = 64,                  // bytes of a name
    PARTS_MAX = 8,                  // of a key; what comes behind is the last one's
    DIGITS_MAX = 3,                 // in a row, in a name
    SAME_PLACE_MAX = 8,             // names in one place; more of them are data
    TOP_MAX = 64,                   // likewise, at the beginning of keys
    HEX_MIN = 16,                   // a part of so many hexadecimal digits is no word
};

static const struct an_str star = AN_STR_INIT("*");

void an_redis_keys_release(struct an_redis_keys *k) { an_names_release(&k->names); }

static bool is_hex(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') || c == '-'; }

bool an_redis_is_name(struct an_str part) {
    size_t run = 0, digits = 0, hex = 0;
    if (!part.len || part.len > PART_MAX || an_utf8_valid(part) != part.len)
        return false;
    for (size_t i = 0; i < part.len; i++) {
        char c = part.ptr[i];
        bool digit = c >= '0' && c <= '9';
        run = digit ? run + 1 : 0;
        digits += digit;
        hex += is_hex(c);
        if (run > DIGITS_MAX || c == '@' || c == '*' || (unsigned char) c < 0x20)
            return false;
    }
    return digits < part.len && !(digits && hex == part.len && part.len >= HEX_MIN) &&
           !(part.ptr[0] >= '0' && part.ptr[0] <= '9');
}

// Takes the next part off the front; the last one has all the rest.
static bool next_part(struct an_str *rest, size_t n, struct an_str *ret_part) {
    if (n + 1 < PARTS_MAX)
        return an_str_next(rest, ':', ret_part);
    *ret_part = *rest;
    *rest = (struct an_str) {0};
    return ret_part->len != 0;
}

enum an_code an_redis_keys_learn(struct an_redis_keys *k, struct an_str key, struct an_err *err) {
    uint32_t at = AN_NO_NAME;
    struct an_str part;
    for (size_t n = 0; next_part(&key, n, &part); n++) {
        struct an_redis_place *place = at == AN_NO_NAME ? &k->top : &k->below[at];
        bool named = !place->many && an_redis_is_name(part);
        uint32_t number = an_names_find(&k->names, at, named ? part : star);
        if (number == AN_NO_NAME) {
            if (k->names.count == AN_REDIS_NAMES_MAX)
                return AN_OK;
            enum an_code code = an_names_add(&k->names, at, named ? part : star, &number, err);
            if (code)
                return code;
            k->below[number] = (struct an_redis_place) {0};
            place->named += named;
        }
        place->data += !named;
        place->many |= at == AN_NO_NAME ? place->named > TOP_MAX : place->named > SAME_PLACE_MAX || place->data > place->named;
        at = number;
    }
    return AN_OK;
}

// A key taken apart: names from the top, and what is data.
struct taken { struct an_str names[PARTS_MAX], data[PARTS_MAX]; size_t name_count, data_count; };

static void take_apart(const struct an_redis_keys *k, struct an_str key, struct taken *t) {
    uint32_t at = AN_NO_NAME;
    bool known = true;                  // `at` is a place we have seen
    struct an_str part;
    *t = (struct taken) {0};
    for (size_t n = 0; next_part(&key, n, &part); n++) {
        bool many = known && (at == AN_NO_NAME ? k->top.many : k->below[at].many);
        uint32_t number = known && !many && an_redis_is_name(part) ? an_names_find(&k->names, at, part) : AN_NO_NAME;
        if (number != AN_NO_NAME)
            t->names[t->name_count++] = part;
        else if (part.len)
            t->data[t->data_count++] = part;
        if (number == AN_NO_NAME && known)
            number = an_names_find(&k->names, at, star);
        known = number != AN_NO_NAME;
        at = number;
    }
}

bool an_redis_key_has_data(const struct an_redis_keys *k, struct an_str key) {
    struct taken t;
    take_apart(k, key, &t);
    return t.data_count > 0;
}

static enum an_code add_name(struct an_buf *out, struct an_str name, struct an_err *err) {
    enum an_code code = an_buf_add(out, AN_STR("{"), err);
    if (!code)
        code = an_feed_text(out, name, err);
    return code ? code : an_buf_add(out, AN_STR(":"), err);
}

// Bytes that are no text stand as U+FFFD; control characters are escaped.
static enum an_code add_data(struct an_buf *out, const struct taken *t, struct an_str field, struct an_err *err) {
    enum an_code code = an_buf_add(out, AN_STR(",\"*\":["), err);
    for (size_t i = 0; !code && i < t->data_count; i++) {
        if (i)
            code = an_buf_add(out, AN_STR(","), err);
        if (!code)
            code = an_feed_text(out, t->data[i], err);
    }
    if (!code && field.ptr && t->data_count)
        code = an_buf_add(out, AN_STR(","), err);
    if (!code && field.ptr)
        code = an_feed_text(out, field, err);
    return code ? code : an_buf_add(out, AN_STR("]"), err);
}

enum an_code an_redis_line(const struct an_redis_keys *k, struct an_str key, struct an_str field, struct an_str value,
                           struct an_str score, struct an_buf *out, struct an_err *err) {
    struct taken t;
    take_apart(k, key, &t);
    if (!t.name_count)
        t.names[t.name_count++] = AN_STR("value");
    enum an_code code = AN_OK;
    for (size_t i = 0; !code && i < t.name_count; i++)
        code = add_name(out, t.names[i], err);
    if (!code)
        code = an_buf_add(out, value, err);
    for (size_t i = 1; !code && i < t.name_count; i++)
        code = an_buf_add(out, AN_STR("}"), err);
    if (!code && (t.data_count || field.ptr))
        code = add_data(out, &t, field, err);
    if (!code && score.ptr)
        code = an_buf_add(out, AN_STR(",\"score\":"), err);
    if (!code && score.ptr)
        code = an_feed_text(out, score, err);
    return code ? code : an_buf_add(out, AN_STR("}\n"), err);
}
