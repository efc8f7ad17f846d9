// The kinds there are, in one table, and the question whether context names one.
#include "ident/kinds.h"

#include <string.h>

#include "base/utf8.h"

const struct an_ident *const an_idents[] = {
#define AN_ROW(kind) &an_ident_##kind,
#include "ident/ident_table.h"
#undef AN_ROW
    NULL,
};
const size_t an_ident_count = AN_COUNT(an_idents) - 1;

const struct an_ident *an_ident_find(struct an_str name) {
    for (size_t i = 0; i < an_ident_count; i++)
        if (an_str_eq(an_str_from_c(an_idents[i]->name), name))
            return an_idents[i];
    return NULL;
}

const struct an_ident *an_ident_by_code(uint8_t code) {
    for (size_t i = 0; i < an_ident_count; i++)
        if (an_idents[i]->code == code)
            return an_idents[i];
    return NULL;
}

enum { BEFORE_MAX = 36, ASCII_MIN = 3, HAN_MIN = 6 };      // bytes; a Han character has three

// The words just before a candidate, folded as headers are. `starts` marks where a word of ASCII begins; one
// past the end is marked as well. `first` has a bit for each byte that a header found here can begin with.
struct words {
    size_t len;
    char text[BEFORE_MAX];
    bool starts[BEFORE_MAX + 1];
    uint64_t first[4];
};

static bool is_upper(uint32_t c) { return c >= 'A' && c <= 'Z'; }
static bool is_lower(uint32_t c) { return c >= 'a' && c <= 'z'; }
static bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }

// A set of ASCII characters, one bit each.
struct ascii_set { uint64_t low, high; };

static bool is_among(uint32_t c, struct ascii_set set) {
    return c < 0x80 && ((c < 64 ? set.low : set.high) >> c % 64 & 1);
}

#define LOW(c)  ((uint64_t) 1 << (c))
#define HIGH(c) ((uint64_t) 1 << ((c) - 64))

// What may stand between a key and its value.
static bool is_introducer(uint32_t c) {
    static const struct ascii_set set = {
        LOW(' ') | LOW('\t') | LOW('"') | LOW('\'') | LOW(':') | LOW('=') | LOW('>') | LOW('(') | LOW('#') |
            LOW('*'),
        HIGH('`') | HIGH('[') | HIGH('{') | HIGH('\\'),
    };
    return is_among(c, set) || c == 0x3000 || c == 0x201c || c == 0x300c || c == 0x3010;
}

// What parts a key from what stands before it: 、 。 「 」 as well.
static bool is_separator(uint32_t c) {
    static const struct ascii_set set = {
        LOW(',') | LOW(';') | LOW('\t') | LOW('\r') | LOW('\n') | LOW('"') | LOW('\'') | LOW(':') | LOW('=') |
            LOW('&') | LOW('?') | LOW('!') | LOW('<') | LOW('>') | LOW('(') | LOW(')') | LOW('/'),
        HIGH('|') | HIGH('`') | HIGH('[') | HIGH(']') | HIGH('{') | HIGH('}') | HIGH('\\'),
    };
    return is_among(c, set) || (c >= 0x3001 && c <= 0x3011) || c == 0x201c ||
           c == 0x201d;
}

static uint32_t narrow(uint32_t c) {
    return c >= 0xff01 && c <= 0xff5e ? c - 0xfee0 : c;
}

static size_t char_start(struct an_str s) {     // of the last character
    size_t at = s.len - 1;
    while (at && s.len - at < 4 && ((unsigned char) s.ptr[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static uint32_t last_char(struct an_str s, size_t *ret_start) {
    size_t len;
    *ret_start = s.len - 1;
    if ((unsigned char) s.ptr[s.len - 1] < 0x80)
        return (unsigned char) s.ptr[s.len - 1];
    *ret_start = char_start(s);
    uint32_t c = an_utf8_get(an_str_slice(s, *ret_start, s.len), &len);
    if (*ret_start + len == s.len)
        return narrow(c);
    *ret_start = s.len - 1;                     // no character ends here
    return 0xfffd;
}

// The key directly before a value, cut out of what stands before it.
static struct an_str key_before(struct an_str before) {
    if (before.len > BEFORE_MAX)
        before = an_str_slice(before, before.len - BEFORE_MAX, before.len);
    size_t start;
    while (before.len && is_introducer(last_char(before, &start)))
        before.len = start;
    for (struct an_str rest = before; rest.len; rest.len = start)
        if (is_separator(last_char(rest, &start)))
            return an_str_slice(before, rest.len, before.len);
    return before;
}

static void fold_words(struct an_str key, bool is_cut, struct words *ret) {
    ret->len = 0;
    memset(ret->first, 0, sizeof ret->first);
    uint32_t last = 0;                          // a letter or digit directly before, or 0
    bool is_gap = !is_cut;
    size_t len;
    for (; key.len; key.ptr += len, key.len -= len) {
        uint32_t c = (unsigned char) *key.ptr;
        len = 1;
        if (c >= 0x80)
            c = narrow(an_utf8_get(key, &len));
        if (c < 0x80 && !is_upper(c) && !is_lower(c) && !is_digit(c)) {
            is_gap = true;
            last = 0;
            continue;
        }
        bool is_letter = is_upper(c) || is_lower(c);
        // A letter begins a word after a gap, a digit or a Han character, and as a capital after a small one.
        bool was_letter = is_upper(last) || is_lower(last);
        ret->starts[ret->len] = is_gap || is_letter != was_letter || (is_upper(c) && is_lower(last));
        char utf8[4] = {(char) (is_upper(c) ? c - 'A' + 'a' : c)};
        size_t n = c < 0x80 ? 1 : an_utf8_put(c, utf8);
        if (ret->len + n > sizeof ret->text)
            break;
        memcpy(ret->text + ret->len, utf8, n);
        unsigned char byte = (unsigned char) utf8[0];
        if (ret->starts[ret->len] || byte >= 0x80)
            ret->first[byte / 64] |= (uint64_t) 1 << byte % 64;
        for (size_t i = 1; i < n; i++)
            ret->starts[ret->len + i] = false;
        ret->len += n;
        last = c;
        is_gap = false;
    }
    ret->starts[ret->len] = true;
}

static bool says(const struct words *words, const char *header) {
    unsigned char first = (unsigned char) header[0];
    if (!(words->first[first / 64] >> first % 64 & 1))
        return false;
    size_t len = strlen(header);
    bool is_ascii = first < 0x80;
    if (len < (is_ascii ? ASCII_MIN : HAN_MIN) || len > words->len)
        return false;
    for (size_t at = 0; at + len <= words->len; at++) {
        if (words->text[at] != header[0] || (is_ascii && !(words->starts[at] && words->starts[at + len])))
            continue;
        if (!memcmp(words->text + at, header, len))
            return true;
    }
    return false;
}

bool an_context_names(const struct an_context *context, const struct an_ident *kind) {
    if (context->expected == kind)
        return true;
    struct an_str key = key_before(context->before);
    if (!key.len)
        return false;
    // Where the key is cut off at its front, what is left of its first word is not a word.
    bool is_cut = key.ptr > context->before.ptr && !is_separator((unsigned char) key.ptr[-1]) &&
                  key.ptr[-1] != ' ';
    struct words words;
    fold_words(key, is_cut, &words);
    if (!words.len)
        return false;
    for (const char *const *header = kind->headers; *header; header++)
        if (says(&words, *header))
            return true;
    return false;
}

bool an_context_is_labelled(const struct an_context *context) {
    struct an_str before = context->before;
    size_t start;
    bool assigned = false;
    for (uint32_t c; before.len && is_introducer(c = last_char(before, &start)); before.len = start)
        assigned |= c == ':' || c == '=';
    return assigned && key_before(context->before).len > 0;
}
