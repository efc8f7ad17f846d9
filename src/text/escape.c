// Writing a value the plain way.
#include "text/escape.h"

#include <string.h>
#include "base/utf8.h"
#include "text/encoding.h"

// Lead bytes of the characters made plain: U+00A0, U+00AD (C2), U+180E (E1), U+200x..U+2212 (E2), U+3000
// (E3), U+FE58..U+FF5E (EF). Common Chinese characters (E4..E9) are not among them.
static bool is_trigger(unsigned char c) {
    return c == '%' || c == '&' || c == 0xC2 || (c >= 0xE1 && c <= 0xE3) || c == 0xEF;
}

bool an_escape_needed(struct an_str s) {
    bool found = false;
    // no early way out, so that the compiler can do many bytes at once
    for (size_t i = 0; i < s.len; i++)
        found |= is_trigger((unsigned char) s.ptr[i]);
    return found;
}

static int hex(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Nobody escapes a control character but a tab or a line's end: "100%13523333233" is a per cent sign and a number.
static bool is_percent(struct an_str s, size_t i) {
    if (i + 2 >= s.len || s.ptr[i] != '%' || hex(s.ptr[i + 1]) < 0 || hex(s.ptr[i + 2]) < 0)
        return false;
    unsigned byte = (unsigned) hex(s.ptr[i + 1]) << 4 | (unsigned) hex(s.ptr[i + 2]);
    return byte >= ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

enum { DROPPED = 0, SAME = 0xFFFFFFFF };

// What a character is written as: itself (SAME), another, or not at all (DROPPED).
static uint32_t plain(uint32_t c) {
    if (c >= 0xFF01 && c <= 0xFF5E)
        return c - 0xFF01 + '!';
    if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
        c == 0x205F || c == 0x3000)
        return ' ';
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE58 || c == 0xFE63)
        return '-';
    if (c == 0xAD || c == 0x180E || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
        (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF)
        return DROPPED;
    return SAME;
}

static enum an_code add(struct an_buf *out, const char *p, size_t n, struct an_err *err) {
    return an_buf_add(out, (struct an_str) {p, n}, err);
}

static enum an_code add_character(struct an_buf *out, uint32_t c, struct an_err *err) {
    char bytes[4];
    return add(out, bytes, an_utf8_put(c, bytes), err);
}

// Appends text that holds no more escapes, made narrow.
static enum an_code narrow(struct an_str s, struct an_buf *out, struct an_err *err) {
    size_t done = 0;
    for (size_t i = 0; i < s.len;) {
        size_t n = 1;
        uint32_t to = SAME;
        if ((unsigned char) s.ptr[i] >= 0x80)
            to = plain(an_utf8_get(an_str_slice(s, i, s.len), &n));
        if (to != SAME) {
            enum an_code code = add(out, s.ptr + done, i - done, err);
            if (!code && to != DROPPED)
                code = add_character(out, to, err);
            if (code)
                return code;
            done = i + n;
        }
        i += n;
    }
    return add(out, s.ptr + done, s.len - done, err);
}

// The bytes of the escapes that s begins with (one after the other) become text, if they are any.
static enum an_code percent(struct an_str s, size_t *ret_used, struct an_buf *out, struct an_err *err) {
    // of bytes escaped side by side; a longer run goes in parts, cut between characters
    enum { RUN = 256 };
    char bytes[RUN], text[AN_DECODED_MAX(RUN)];
    size_t n = 0;
    while (n < RUN && is_percent(s, 3 * n)) {
        bytes[n] = (char) (hex(s.ptr[3 * n + 1]) << 4 | hex(s.ptr[3 * n + 2]));
        n++;
    }
    struct an_str run = {bytes, n};
    size_t valid = an_utf8_valid(run);
    if (valid == n || (n == RUN && n - valid < 4 && valid)) {
        *ret_used = 3 * valid;
        return narrow(an_str_slice(run, 0, valid), out, err);
    }
    // a GBK character's second byte may be plain ASCII and so stand unescaped: %BF\ or %81A
    size_t used = 3 * n;
    size_t high = 0;
    for (size_t i = 0; i < n; i++)
        high = (unsigned char) bytes[i] >= 0x80 && !high;
    bool borrowed = high && n < RUN && used < s.len && s.ptr[used] >= 0x40 && s.ptr[used] != 0x7F;
    if (borrowed) {
        bytes[n++] = s.ptr[used++];
        run.len = n;
    }
    struct an_decoder *decoder;
    enum an_code code = an_decoder_open("gb18030", '\n', &decoder, err);
    if (code)
        return code;
    struct an_decoded decoded = {0};
    size_t text_len = 0;
    for (struct an_str rest = run; rest.len; rest = an_str_slice(rest, decoded.raw, rest.len)) {
        decoded = an_decoder_run(decoder, rest, 0, text + text_len);
        text_len += decoded.text;
    }
    bool good = an_decoder_damage(decoder)->sequences == 0;
    an_decoder_free(decoder);
    if (!good) {
        *ret_used = 1;              // means nothing: the sign stands for itself
        return add(out, "%", 1, err);
    }
    *ret_used = used;
    return narrow((struct an_str) {text, text_len}, out, err);
}

// The character of the entity s begins with, and the entity's length; 0 when it begins with none.
static uint32_t entity(struct an_str s, size_t *ret_len) {
    static const struct { struct an_str name; uint32_t c; } named[] = {
        {AN_STR_INIT("&amp;"), '&'}, {AN_STR_INIT("&lt;"), '<'}, {AN_STR_INIT("&gt;"), '>'},
            {AN_STR_INIT("&quot;"), '"'},
        {AN_STR_INIT("&apos;"), '\''}, {AN_STR_INIT("&nbsp;"), ' '},
    };
    enum { LONGEST = 12 };
    for (size_t i = 0; i < AN_COUNT(named); i++)
        if (an_str_eq(an_str_slice(s, 0, named[i].name.len), named[i].name)) {
            *ret_len = named[i].name.len;
            return named[i].c;
        }
    if (s.len < 4 || s.ptr[1] != '#')
        return 0;
    bool is_hex = (s.ptr[2] | 0x20) == 'x';
    uint32_t c = 0;
    for (size_t i = is_hex ? 3 : 2; i < s.len && i < LONGEST; i++) {
        if (s.ptr[i] == ';') {
            *ret_len = i + 1;
            return c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0 : c;
        }
        int digit = hex(s.ptr[i]);
        if (digit < 0 || (!is_hex && digit > 9) || c > 0x10FFFF)
            return 0;
        c = c * (is_hex ? 16 : 10) + (uint32_t) digit;
    }
    return 0;
}

enum an_code an_escape_plain(struct an_str s, struct an_buf *out, struct an_err *err) {
    size_t done = 0;                // everything before is written
    for (size_t i = 0; i < s.len;) {
        size_t used = 0;
        uint32_t c = 0;
        if (s.ptr[i] == '&')
            c = entity(an_str_slice(s, i, s.len), &used);
        bool is_escape = c || is_percent(s, i);
        if (!is_escape) {
            i++;
            continue;
        }
        enum an_code code = narrow(an_str_slice(s, done, i), out, err);
        if (!code && c) {
            char bytes[4];
            code = narrow((struct an_str) {bytes, an_utf8_put(c, bytes)}, out, err);
        } else if (!code) {
            code = percent(an_str_slice(s, i, s.len), &used, out, err);
        }
        if (code)
            return code;
        i += used;
        done = i;
    }
    return narrow(an_str_slice(s, done, s.len), out, err);
}

size_t an_escape_wide(struct an_str s, char *out, size_t room) {
    const unsigned char *p = (const unsigned char *) s.ptr;
    size_t n = s.len / 3;
    if (s.len % 3 || n > room)
        return 0;
    bool wide = true;
    for (size_t i = 0; i < n; i++, p += 3) {            // EF BC 81..BF are ! to _, EF BD 80..9E are ` to ~
        bool low = p[1] == 0xBC && p[2] > 0x80 && p[2] <= 0xBF, high = p[1] == 0xBD && p[2] >= 0x80 && p[2] <= 0x9E;
        wide &= p[0] == 0xEF && (low || high);
        out[i] = (char) (low ? p[2] - 0x60 : p[2] - 0x20);
    }
    return wide ? n : 0;
}
