#include "base/json.h"

#include <assert.h>
#include <string.h>
#include "base/utf8.h"

static void put(struct an_json *j, struct an_str s) {
    if (!j->err.code)
        AN_IGNORE(an_buf_add(j->out, s, &j->err));
}

static void line(struct an_json *j) {
    if (j->compact)
        return;
    put(j, AN_STR("\n"));
    for (int i = 0; i < j->depth; i++)
        put(j, AN_STR("  "));
}

// What must stand before the next value: nothing after a key, else a comma where one came before.
static void lead(struct an_json *j) {
    if (j->keyed) {
        j->keyed = false;
        return;
    }
    if (j->depth == 0)
        return;
    if (j->filled[j->depth])
        put(j, AN_STR(","));
    j->filled[j->depth] = true;
    line(j);
}

void an_json_open(struct an_json *j, char bracket) {
    lead(j);
    put(j, (struct an_str) {&bracket, 1});
    assert(j->depth + 1 < AN_JSON_DEPTH_MAX);
    j->filled[++j->depth] = false;
}

void an_json_close(struct an_json *j, char bracket) {
    bool had = j->filled[j->depth];
    assert(j->depth > 0);
    j->depth--;
    if (had)
        line(j);
    put(j, (struct an_str) {&bracket, 1});
}

// Whether eight bytes are ASCII that stands for itself in a string. A byte below what is taken from it borrows into its high bit;
// where a lower byte has borrowed, the answer may be a needless no.
static bool is_plain(const char *p) {
    const uint64_t ones = 0x0101010101010101u;
    uint64_t v, quote, backslash;
    memcpy(&v, p, sizeof v);
    quote = v ^ ones * '"';
    backslash = v ^ ones * '\\';
    return !((v | (v - ones * 0x20) | (quote - ones) | (backslash - ones)) & ones * 0x80);
}

static void quoted(struct an_json *j, struct an_str s) {
    put(j, AN_STR("\""));
    size_t from = 0;
    for (size_t i = 0; i < s.len;) {
        while (s.len - i >= sizeof(uint64_t) && is_plain(s.ptr + i))
            i += sizeof(uint64_t);
        if (i == s.len)
            break;
        unsigned char c = (unsigned char) s.ptr[i];
        size_t n = c < 0x80 ? 1 : an_utf8_len(an_str_slice(s, i, s.len));
        if (c >= 0x20 && c != '"' && c != '\\' && n) {
            i += n;
            continue;
        }
        put(j, an_str_slice(s, from, i));
        if (!n)
            put(j, AN_STR("\xEF\xBF\xBD"));
        else if (c == '"' || c == '\\')
            put(j, (struct an_str) {(char[]) {'\\', (char) c}, 2});
        else if (!j->err.code)
            AN_IGNORE(an_buf_addf(j->out, &j->err, "\\u%04x", c));
        from = ++i;
    }
    put(j, an_str_slice(s, from, s.len));
    put(j, AN_STR("\""));
}

void an_json_key(struct an_json *j, const char *key) {
    lead(j);
    quoted(j, an_str_from_c(key));
    put(j, j->compact ? AN_STR(":") : AN_STR(": "));
    j->keyed = true;
}

void an_json_str(struct an_json *j, struct an_str s) {
    lead(j);
    quoted(j, s);
}

void an_json_cstr(struct an_json *j, const char *s) {
    if (!s) {
        an_json_null(j);
        return;
    }
    an_json_str(j, an_str_from_c(s));
}

void an_json_u64(struct an_json *j, uint64_t n) {
    lead(j);
    char digits[20];
    size_t from = sizeof digits;
    do
        digits[--from] = (char) ('0' + n % 10);
    while (n /= 10);
    put(j, (struct an_str) {digits + from, sizeof digits - from});
}

void an_json_i64(struct an_json *j, int64_t n) {
    lead(j);
    if (!j->err.code)
        AN_IGNORE(an_buf_addf(j->out, &j->err, "%lld", (long long) n));
}

void an_json_real(struct an_json *j, double d, int decimals) {
    lead(j);
    if (!j->err.code)
        AN_IGNORE(an_buf_addf(j->out, &j->err, "%.*f", decimals, d));
}

void an_json_raw(struct an_json *j, struct an_str json) {
    lead(j);
    put(j, json);
}

void an_json_bool(struct an_json *j, bool b) {
    lead(j);
    put(j, b ? AN_STR("true") : AN_STR("false"));
}

void an_json_null(struct an_json *j) {
    lead(j);
    put(j, AN_STR("null"));
}

void an_json_put_text(struct an_json *j, const char *key, struct an_str s) {
    an_json_key(j, key);
    if (s.len)
        an_json_str(j, s);
    else
        an_json_null(j);
}

void an_json_put_cstr(struct an_json *j, const char *key, const char *s) {
    an_json_key(j, key);
    an_json_cstr(j, s);
}

void an_json_put_u64(struct an_json *j, const char *key, uint64_t n) {
    an_json_key(j, key);
    if (n == UINT64_MAX)
        an_json_null(j);
    else
        an_json_u64(j, n);
}

void an_json_put_bool(struct an_json *j, const char *key, bool b) {
    an_json_key(j, key);
    an_json_bool(j, b);
}

void an_json_put_day(struct an_json *j, const char *key, an_day day) {
    char text[AN_DAY_TEXT_MAX];
    an_json_put_cstr(j, key, day == AN_DAY_NONE ? NULL : an_day_text(day, text));
}

void an_json_put_open(struct an_json *j, const char *key, char bracket) {
    an_json_key(j, key);
    an_json_open(j, bracket);
}

enum an_code an_json_end(struct an_json *j, struct an_err *err) {
    if (j->err.code)
        *err = j->err;
    return j->err.code;
}
