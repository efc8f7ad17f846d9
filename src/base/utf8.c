#include "base/utf8.h"

#include <string.h>

static unsigned char at(struct an_str s, size_t i) { return (unsigned char) s.ptr[i]; }
static bool is_tail(unsigned char c) { return (c & 0xC0) == 0x80; }

size_t an_utf8_len(struct an_str s) {
    if (s.len == 0)
        return 0;
    unsigned char c = at(s, 0);
    if (c < 0x80)
        return 1;
    if (c < 0xC2 || c > 0xF4)
        return 0;
    size_t n = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (s.len < n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if (!is_tail(at(s, i)))
            return 0;
    // overlong three and four byte forms, surrogates, and what lies above the last plane
    unsigned char d = at(s, 1);
    if ((c == 0xE0 && d < 0xA0) || (c == 0xED && d > 0x9F) || (c == 0xF0 && d < 0x90) || (c == 0xF4 && d > 0x8F))
        return 0;
    return n;
}

uint32_t an_utf8_get(struct an_str s, size_t *ret_len) {
    size_t n = an_utf8_len(s);
    *ret_len = n ? n : s.len > 0;
    switch (n) {
    case 1:  return at(s, 0);
    case 2:  return (at(s, 0) & 0x1Fu) << 6 | (at(s, 1) & 0x3Fu);
    case 3:  return (at(s, 0) & 0x0Fu) << 12 | (at(s, 1) & 0x3Fu) << 6 | (at(s, 2) & 0x3Fu);
    case 4:  return (at(s, 0) & 0x07u) << 18 | (at(s, 1) & 0x3Fu) << 12 | (at(s, 2) & 0x3Fu) << 6 | (at(s,
            3) & 0x3Fu);
    default: return 0xFFFD;
    }
}

size_t an_utf8_put(uint32_t c, char out[static 4]) {
    if (c < 0x80) {
        out[0] = (char) c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char) (0xC0 | c >> 6);
        out[1] = (char) (0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char) (0xE0 | c >> 12);
        out[1] = (char) (0x80 | (c >> 6 & 0x3F));
        out[2] = (char) (0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char) (0xF0 | c >> 18);
    out[1] = (char) (0x80 | (c >> 12 & 0x3F));
    out[2] = (char) (0x80 | (c >> 6 & 0x3F));
    out[3] = (char) (0x80 | (c & 0x3F));
    return 4;
}

// A character of three bytes whose first byte alone says that it is neither overlong nor a surrogate: nearly all of Chinese.
static bool is_plain_three(struct an_str s, size_t i) {
    unsigned char c = at(s, i);
    return c >= 0xE1 && c <= 0xEF && c != 0xED && is_tail(at(s, i + 1)) && is_tail(at(s, i + 2));
}

size_t an_utf8_valid(struct an_str s) {
    size_t i = 0;
    while (i < s.len) {
        uint64_t word;
        while (i + sizeof word <= s.len) {
            memcpy(&word, s.ptr + i, sizeof word);
            if (word & 0x8080808080808080u)
                break;
            i += sizeof word;
        }
        while (i < s.len && at(s, i) < 0x80)
            i++;
        size_t before = i;
        while (i + 3 <= s.len && is_plain_three(s, i))
            i += 3;
        if (i > before || i == s.len)
            continue;
        size_t n = an_utf8_len((struct an_str) {s.ptr + i, s.len - i});
        if (!n)
            break;
        i += n;
    }
    return i;
}
