#include "text/json.h"

#include <string.h>

#include "base/utf8.h"
#include "text/find.h"

enum { TOP, VALUE, ITEM_OR_END, KEY, KEY_OR_END, AFTER };    // what may come next

// The reader's parts are small and called for every token: inlined into one loop-free function they are a third faster.
#define HOT static inline __attribute__((always_inline))
#define COLD static __attribute__((cold, noinline))

COLD enum an_json_token bad(struct an_json_reader *r, size_t pos, const char *why) {
    r->pos = pos;
    r->why = why;
    return AN_JSON_BAD;
}

static bool in_object(const struct an_json_reader *r) {
    uint32_t i = r->depth - 1;
    return r->objects[i / 64] >> i % 64 & 1;
}

static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

HOT size_t skip_blanks(const char *p, size_t i, size_t n) {
    while (i < n && is_blank(p[i]))
        i++;
    return i;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    int low = c | 0x20;
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

COLD enum an_json_token cut_short(struct an_json_reader *r, size_t start, const char *why) {
    return r->last ? bad(r, start, why) : AN_JSON_MORE;
}

// Behind the escape whose backslash is at i; 0 when the window ends in it; SIZE_MAX when there is no such escape.
static size_t check_escape(struct an_json_reader *r, size_t i) {
    const char *p = r->window;
    if (i + 1 >= r->len)
        return 0;
    if (p[i + 1] != 'u')
        return p[i + 1] != '\0' && strchr("\"\\/bfnrt", p[i + 1]) ? i + 2 : SIZE_MAX;
    for (size_t n = 2; n < 6; n++) {
        if (i + n >= r->len)
            return 0;
        if (hex_digit(p[i + n]) < 0)
            return SIZE_MAX;
    }
    return i + 6;
}

// The string whose opening quote is at `start`. Sets text, escaped and pos.
HOT enum an_json_token read_string(struct an_json_reader *r, size_t start, enum an_json_token token) {
    const char *p = r->window;
    bool escaped = false;
    for (size_t i = start + 1;;) {
        i = an_find_either(p, i, r->len, '"', '\\');
        if (i >= r->len)
            return cut_short(r, start, "no closing quote");
        if (p[i] == '"') {
            r->text = (struct an_str) {p + start + 1, i - start - 1};
            r->escaped = escaped;
            r->pos = i + 1;
            return token;
        }
        escaped = true;
        size_t next = check_escape(r, i);
        if (next == 0)
            return cut_short(r, start, "no closing quote");
        if (next == SIZE_MAX)
            return bad(r, i, "no such escape in a string");
        i = next;
    }
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// number = [ "-" ] int [ frac ] [ exp ], as RFC 8259 section 6 has it.
HOT enum an_json_token read_number(struct an_json_reader *r, size_t start) {
    const char *p = r->window;
    size_t n = r->len, i = start + (p[start] == '-');
    bool good = i < n && is_digit(p[i]);
    size_t whole = i;
    while (i < n && is_digit(p[i]))
        i++;
    if (i - whole > 1 && p[whole] == '0')
        return bad(r, start, "number with a leading zero");
    if (good && i < n && p[i] == '.') {
        good = ++i < n && is_digit(p[i]);
        while (i < n && is_digit(p[i]))
            i++;
    }
    if (good && i < n && (p[i] == 'e' || p[i] == 'E')) {
        i++;
        if (i < n && (p[i] == '+' || p[i] == '-'))
            i++;
        good = i < n && is_digit(p[i]);
        while (i < n && is_digit(p[i]))
            i++;
    }
    if (i >= n && !r->last)
        return AN_JSON_MORE;
    if (!good)
        return bad(r, i, "number without a digit where one must be");
    r->text = (struct an_str) {p + start, i - start};
    r->escaped = false;
    r->pos = i;
    return AN_JSON_NUMBER;
}

static enum an_json_token read_word(struct an_json_reader *r, size_t start) {
    static const struct { struct an_str word; enum an_json_token token; } words[] = {
        {AN_STR_INIT("true"), AN_JSON_TRUE}, {AN_STR_INIT("false"), AN_JSON_FALSE}, {AN_STR_INIT("null"), AN_JSON_NULL},
        {AN_STR_INIT("NaN"), AN_JSON_NULL}, {AN_STR_INIT("Infinity"), AN_JSON_NULL}, {AN_STR_INIT("-Infinity"), AN_JSON_NULL},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct an_str word = words[i].word;
        size_t have = r->len - start < word.len ? r->len - start : word.len;
        if (r->window[start] != word.ptr[0] || memcmp(r->window + start, word.ptr, have) != 0)
            continue;
        if (have < word.len)
            return cut_short(r, start, "a value cut short");
        r->pos = start + word.len;
        return words[i].token;
    }
    return bad(r, start, "no value where one must be");
}

HOT enum an_json_token open_level(struct an_json_reader *r, size_t start, bool object) {
    if (r->depth == AN_JSON_LEVELS_MAX)
        return bad(r, start, "nested too deeply");
    uint64_t bit = UINT64_C(1) << r->depth % 64, *word = &r->objects[r->depth / 64];
    *word = object ? *word | bit : *word & ~bit;
    r->depth++;
    r->pos = start + 1;
    r->expect = object ? KEY_OR_END : ITEM_OR_END;
    return object ? AN_JSON_OBJECT : AN_JSON_ARRAY;
}

HOT enum an_json_token close_level(struct an_json_reader *r, size_t start) {
    bool object = in_object(r);
    r->depth--;
    r->pos = start + 1;
    r->expect = r->depth ? AFTER : TOP;
    return object ? AN_JSON_OBJECT_END : AN_JSON_ARRAY_END;
}

HOT enum an_json_token read_value(struct an_json_reader *r, size_t i) {
    enum an_json_token token;
    switch (r->window[i]) {
    case '{':
        return open_level(r, i, true);
    case '[':
        return open_level(r, i, false);
    case '"':
        token = read_string(r, i, AN_JSON_STRING);
        break;
    case '-':
        if (i + 1 < r->len && r->window[i + 1] == 'I') {
            token = read_word(r, i);
            break;
        }
        __attribute__((fallthrough));
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        token = read_number(r, i);
        break;
    default:
        token = read_word(r, i);
    }
    if (token > AN_JSON_BAD)
        r->expect = r->depth ? AFTER : TOP;
    return token;
}

HOT enum an_json_token read_key(struct an_json_reader *r, size_t start) {
    if (r->window[start] != '"')
        return bad(r, start, "no key where one must be");
    size_t before = r->pos;
    enum an_json_token token = read_string(r, start, AN_JSON_KEY);
    if (token != AN_JSON_KEY)
        return token;
    size_t i = skip_blanks(r->window, r->pos, r->len);
    if (i >= r->len) {
        r->pos = before;
        return cut_short(r, start, "a key without a value");
    }
    if (r->window[i] != ':')
        return bad(r, i, "no ':' after a key");
    r->pos = i + 1;
    r->expect = VALUE;
    return AN_JSON_KEY;
}

enum an_json_token an_json_read(struct an_json_reader *r) {
    const char *p = r->window;
    size_t i = skip_blanks(p, r->pos, r->len);
    if (i < r->len && r->expect == AFTER) {
        char c = p[i];
        if (c == (in_object(r) ? '}' : ']'))
            return close_level(r, i);
        if (c != ',')
            return bad(r, i, in_object(r) ? "no ',' or '}' after a value" : "no ',' or ']' after a value");
        r->pos = i + 1;
        r->expect = in_object(r) ? KEY : VALUE;
        i = skip_blanks(p, i + 1, r->len);
    }
    if (i >= r->len) {
        if (!r->last)
            return AN_JSON_MORE;
        return r->expect == TOP ? AN_JSON_END : bad(r, r->len, "the text ends before the value does");
    }
    switch (r->expect) {
    case KEY_OR_END:
        if (p[i] == '}')
            return close_level(r, i);
        return read_key(r, i);
    case KEY:
        return read_key(r, i);
    case ITEM_OR_END:
        if (p[i] == ']')
            return close_level(r, i);
        return read_value(r, i);
    default:
        return read_value(r, i);
    }
}

bool an_json_read_key(struct an_json_reader *r, struct an_str key) {
    const char *p = r->window;
    size_t i = skip_blanks(p, r->pos, r->len);
    if (r->expect == AFTER) {
        if (i >= r->len || p[i] != ',' || !in_object(r))
            return false;
        i = skip_blanks(p, i + 1, r->len);
    } else if (r->expect != KEY && r->expect != KEY_OR_END) {
        return false;
    }
    // quotes, key and colon
    if (i >= r->len || r->len - i < key.len + 3 || p[i] != '"' || p[i + 1 + key.len] != '"' ||
        !an_same_bytes(p + i + 1, key.ptr, key.len))
        return false;
    size_t colon = skip_blanks(p, i + key.len + 2, r->len);
    if (colon >= r->len || p[colon] != ':')
        return false;
    r->text = (struct an_str) {p + i + 1, key.len};
    r->escaped = false;
    r->pos = colon + 1;
    r->expect = VALUE;
    return true;
}

static uint32_t hex4(const char *p) {
    return (uint32_t) (hex_digit(p[0]) << 12 | hex_digit(p[1]) << 8 | hex_digit(p[2]) << 4 | hex_digit(p[3]));
}

// The scalar value that the \u escape at p stands for, and how many bytes of p it takes. The reader has checked the digits.
static uint32_t read_u(const char *p, size_t n, size_t *ret_len) {
    uint32_t c = hex4(p + 2);
    *ret_len = 6;
    if (c >= 0xD800 && c < 0xDC00 && n >= 12 && p[6] == '\\' && p[7] == 'u') {
        uint32_t low = hex4(p + 8);
        if (low >= 0xDC00 && low < 0xE000) {
            *ret_len = 12;
            return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return c >= 0xD800 && c < 0xE000 ? 0xFFFD : c;
}

struct an_str an_json_unescape(struct an_json_reader *r, char *window) {
    if (!r->escaped)
        return r->text;
    char *start = window + (r->text.ptr - r->window), *end = start + r->text.len, *out = start;
    for (const char *p = start; p < end;) {
        const char *stop = memchr(p, '\\', (size_t) (end - p));
        size_t plain = (size_t) ((stop ? stop : end) - p);
        memmove(out, p, plain);
        out += plain;
        p += plain;
        if (!stop)
            break;
        size_t n = 2;
        switch (p[1]) {
        case 'b': *out++ = '\b'; break;
        case 'f': *out++ = '\f'; break;
        case 'n': *out++ = '\n'; break;
        case 'r': *out++ = '\r'; break;
        case 't': *out++ = '\t'; break;
        case 'u': {
            char utf8[4];
            size_t len = an_utf8_put(read_u(p, (size_t) (end - p), &n), utf8);
            memcpy(out, utf8, len);
            out += len;
            break;
        }
        default: *out++ = p[1];
        }
        p += n;
    }
    memset(out, ' ', (size_t) (end - out));
    r->text = (struct an_str) {start, (size_t) (out - start)};
    r->escaped = false;
    return r->text;
}
