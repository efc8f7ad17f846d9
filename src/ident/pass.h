// A text on its way through the scanner: what scan.c and shape.c share, and nobody else includes.
#ifndef AN_IDENT_PASS_H
#define AN_IDENT_PASS_H

#include <string.h>
#include "ident/scan.h"
#include "match/place.h"
#include "match/trigger.h"

enum {
    KIN_MAX = 12,           // kinds that a column header may mean besides the one it names
    DIGITS_MAX = 32,        // digits in the longest candidate
    WORD_MAX = 40,          // letters and digits in the longest candidate
    AN_IDLE_RUNS = 64,      // runs of digits that are shorter are told to be nothing at a glance
    LIST_MAX = 12,          // kinds that share a shape and a length
};

struct an_kind_list {
    const struct an_ident *kinds[LIST_MAX + 1];     // by rank, NULL-ended
    size_t count;
};

struct an_kin { const struct an_ident *kinds[KIN_MAX]; size_t count; };

struct an_scanner {
    an_day today;
    struct an_kin kin[256];                         // by code of the kind a header names
    struct an_kind_list digits[DIGITS_MAX + 1][10], word[WORD_MAX + 1], mail, colon, dotted, plate;
    bool bare[DIGITS_MAX + 1][10][10];              // some kind takes so many digits by themselves that begin so
    uint16_t idle[AN_IDLE_RUNS][10];        // bit b of idle[n][a]: n digits that begin with a and b are nothing for certain
    uint16_t places[AN_BITMAP_BYTES + AN_PLACES_SLACK];
    size_t unsifted;                                // words of bitmaps whose triggers are left as they are
    uint32_t idle_head, idle_head_mask;             // the last four bytes of what begins a dotted text that no kind takes
    size_t idle_head_len;
    struct an_bitmaps maps;
    struct an_triggers triggers;
    struct an_buf plain;                            // a text with its escapes undone
    struct an_ident_key key;
    char narrow[AN_SCAN_WIDE];                      // a cell in full-width forms, as ASCII
};

// One text on its way through.
struct an_pass {
    struct an_scanner *s;
    struct an_str text;
    const struct an_ident *expected;
    struct an_str cell;             // the trimmed cell; empty for running text
    bool plain;                     // escapes are undone already
    size_t base;                    // offset of `text` as the caller sees it
    size_t piece, piece_to;         // what the scanner's bitmaps are of
    bool piece_at_line;             // it begins where a line does
    size_t done;                    // numbers and words before this have been dealt with
    size_t star_done, colon_done, hidden_to;    // likewise for stars, colons, and lines that hide something
    an_on_hit *each;
    void *arg;
    struct an_err *err;
    enum an_code code;              // set once a callback fails; everything stops
};

// What a byte may be a part of. LEAD: what may stand before a number and belong to it.
enum { DIGIT = 1, ALPHA = 2, HEX = 4, HIGH = 8, JOIN = 16, LOCAL = 32, DOMAIN = 64, LEAD = 128 };
static const uint8_t sorts[256] = {
    ['0' ... '9'] = DIGIT | HEX | LOCAL | DOMAIN, ['A' ... 'F'] = ALPHA | HEX | LOCAL | DOMAIN,
    ['G' ... 'Z'] = ALPHA | LOCAL | DOMAIN, ['a' ... 'f'] = ALPHA | HEX | LOCAL | DOMAIN,
    ['g' ... 'z'] = ALPHA | LOCAL | DOMAIN, ['.'] = LOCAL | DOMAIN, ['-'] = JOIN | LOCAL | DOMAIN, [' '] = JOIN,
    ['_'] = LOCAL, ['+'] = LOCAL | LEAD, ['%'] = LOCAL, ['\''] = LOCAL, [')'] = LEAD, [0x80 ... 0xFF] = HIGH,
};

static inline bool is(char c, unsigned sort) { return sorts[(unsigned char) c] & sort; }
static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool is_alpha(char c) { return is(c, ALPHA); }
static inline bool is_alnum(char c) { return is(c, ALPHA | DIGIT); }
static inline bool is_hex(char c) { return is(c, HEX); }
static inline bool is_high(char c) { return is(c, HIGH); }
static inline bool is_join(char c) { return is(c, JOIN); }
static inline bool is_local(char c) { return is(c, LOCAL); }
static inline bool is_domain(char c) { return is(c, DOMAIN); }

// The byte at i or before it; outside the text a NUL, which touches nothing.
static inline char at(const struct an_pass *p, size_t i) {
    return i < p->text.len ? p->text.ptr[i] : 0;
}

static inline char before(const struct an_pass *p, size_t i) {
    return i > 0 ? p->text.ptr[i - 1] : 0;
}

// Whether text[from..to) is all that stands in the cell.
static inline bool is_whole(const struct an_pass *p, size_t from, size_t to) {
    return p->cell.len && p->text.ptr + from == p->cell.ptr && to - from == p->cell.len;
}

// Whether nothing behind the digits makes them a part of something longer.
static inline bool is_right_clean(const struct an_pass *p, size_t to) {
    char c = at(p, to);
    if (is_alnum(c) || c == '*')
        return false;
    if (c == '.' && is_digit(at(p, to + 1)))        // 13812345678.0 is what software makes of an integer
        return at(p, to + 1) == '0' && !is_alnum(at(p, to + 2));
    return true;
}

// 17 digits and an X: the check character of a resident ID, unless the X begins a word.
static inline bool has_x(const struct an_pass *p, size_t to) {
    return (at(p, to) | 0x20) == 'x' && !is_alnum(at(p, to + 1));
}

// Eight bytes that are written like `form`: a digit where it has a 0, else the same byte. In line, since all that comes from a
// constant form is then constant.
static inline __attribute__((always_inline)) bool is_like(const char *p, const char form[static 8]) {
    uint64_t v, f, digit = 0;
    memcpy(&v, p, sizeof v);
    memcpy(&f, form, sizeof f);
    v ^= f;                             // digits become 0..9, and the rest 0
    for (size_t i = 0; i < sizeof v; i++)
        digit |= form[i] == '0' ? (uint64_t) 0x0F << 8 * i : 0;
    return !(v & ~digit) && !((v + (digit & 0x0606060606060606u)) & ~digit);
}

// The 64 bits from `bit` on.
static inline uint64_t bits_from(const uint64_t *map, size_t bit) {
    size_t w = bit / 64, b = bit % 64;
    return map[w] >> b | map[w + 1] << 1 << (63 - b);
}

// Up to `max` digits that end before i. Returns where they begin.
static inline size_t digits_before(const struct an_pass *p, size_t i, size_t max) {
    size_t from = i;
    while (i - from < max && is_digit(before(p, from)))
        from--;
    return from;
}

// The kinds for a number of n digits that stands at text[from..].
static inline const struct an_kind_list *kinds_for(const struct an_pass *p, size_t n, size_t from) {
    while (!is_digit(at(p, from)))
        from++;
    return &p->s->digits[n][at(p, from) - '0'];
}

static inline void report(struct an_pass *p, const struct an_hit *hit) {
    if (!p->code)
        p->code = p->each(p->arg, hit, p->err);
}

// Whether a kind of the list takes text[from..to); reports it if so.
bool an_pass_offer(struct an_pass *p, const struct an_kind_list *l, size_t from, size_t to);

// sift.c: strikes out what certainly comes to nothing among the triggers in the first `words` words of the bitmaps.
void an_sift(struct an_pass *p, size_t words);

// shape.c: the candidate around a place that a trigger marks.
void an_shape_mail_at(struct an_pass *p, size_t pos);           // '@'
void an_shape_star_at(struct an_pass *p, size_t pos);           // '*' or '+': masked, damaged, or international
size_t an_shape_colon_at(struct an_pass *p, size_t pos);        // ':' or '-'; returns where the chain ends
void an_shape_dotted_at(struct an_pass *p, size_t dot);         // the first of three full stops
void an_shape_plate_at(struct an_pass *p, size_t letter);       // a capital behind a Han character

#endif
