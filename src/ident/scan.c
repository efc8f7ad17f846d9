// The scanner: walks over a text from trigger to trigger, finds numbers and words itself, and offers what it finds to the
// kinds.
#define _GNU_SOURCE
#include "ident/pass.h"

#include <assert.h>
#include <string.h>
#include "base/alloc.h"
#include "ident/digits.h"
#include "text/escape.h"

enum {
    GROUPS_MAX = 6,         // groups of one number: 0086 1xx xxxx xxxx has four, a card five
    RUN_MAX = 128,          // groups looked at together
    CONTEXT = 48,           // bytes of text on either side that a check may look at
    AHEAD = 64,             // bytes that are looked at behind a piece
    PIECE = AN_BITMAP_BYTES - AHEAD,
    HIDDEN_MAX = 128,       // lines with escapes dealt with at once
};

static void list_add(struct an_kind_list *l, const struct an_ident *kind) {
    assert(l->count < LIST_MAX);
    size_t i = l->count++;
    for (; i > 0 && l->kinds[i - 1]->rank > kind->rank; i--)
        l->kinds[i] = l->kinds[i - 1];
    l->kinds[i] = kind;
}

static void list_word(struct an_scanner *s, const struct an_ident *kind) {
    for (size_t n = kind->min; n <= kind->max && n <= WORD_MAX; n++)
        list_add(&s->word[n], kind);
}

static void list_digits(struct an_scanner *s, const struct an_ident *kind) {
    for (size_t n = kind->min; n <= kind->max && n <= DIGITS_MAX; n++)
        for (unsigned d = 0; d < 10; d++)
            if (!kind->first || kind->first >> d & 1)
                list_add(&s->digits[n][d], kind);
}

static void list_bare(struct an_scanner *s) {
    for (size_t n = 0; n <= DIGITS_MAX; n++)
        for (unsigned a = 0; a < 10; a++)
            for (unsigned b = 0; b < 10; b++)
                for (size_t i = 0; i < s->digits[n][a].count; i++) {
                    const struct an_ident *k = s->digits[n][a].kinds[i];
                    s->bare[n][a][b] |= !k->bare || k->bare(n, a, b);
                }
}

// For a run longer than that, nothing is said.
static void list_idle(struct an_scanner *s) {
    for (size_t n = 2; n < AN_IDLE_RUNS - 1; n++)
        for (unsigned a = 0; a < 10; a++)
            for (unsigned b = 0; b < 10; b++)
                if (n > DIGITS_MAX || !s->bare[n][a][b])
                    s->idle[n][a] |= (uint16_t) (1u << b);
}

// What all kinds of dotted texts say is the beginning of none.
static void find_idle_head(struct an_scanner *s) {
    const struct an_ident *kind = s->dotted.kinds[0];
    size_t len = s->dotted.count == 1 && kind->idle_head ? strlen(kind->idle_head) : 0;
    s->idle_head = 1;                   // which no bytes under a mask of nothing are
    if (len == 0 || len > sizeof s->idle_head)
        return;
    char head[sizeof s->idle_head] = {0}, mask[sizeof head] = {0};
    memcpy(head + sizeof head - len, kind->idle_head, len);
    memset(mask + sizeof mask - len, 0xFF, len);
    memcpy(&s->idle_head, head, sizeof head);
    memcpy(&s->idle_head_mask, mask, sizeof mask);
    s->idle_head_len = len;
}

static bool share_a_header(const struct an_ident *a, const struct an_ident *b) {
    for (const char *const *x = a->headers; *x; x++)
        for (const char *const *y = b->headers; *y; y++)
            if ((*x)[0] == (*y)[0] && (*x)[1] == (*y)[1] && strcmp(*x, *y) == 0)     // all pairs of all kinds: spare the calls
                return true;
    return false;
}

// A header names one kind, but "phone" heads foreign numbers and "passport" other countries' too.
static void find_kin(struct an_scanner *s, const struct an_ident *kind) {
    struct an_kin *kin = &s->kin[kind->code];
    for (size_t i = 0; i < an_ident_count; i++) {
        const struct an_ident *k = an_idents[i];
        if (k == kind || !share_a_header(kind, k) || kin->count == KIN_MAX)
            continue;
        size_t at = kin->count++;
        for (; at > 0 && kin->kinds[at - 1]->rank > k->rank; at--)
            kin->kinds[at] = kin->kinds[at - 1];
        kin->kinds[at] = k;
    }
}

enum an_code an_scanner_new(an_day today, struct an_scanner **ret, struct an_err *err) {
    struct an_scanner *s = an_alloc(sizeof *s);
    if (!s)
        return an_fail(err, AN_NOMEM, "no memory for a scanner");
    memset(s, 0, sizeof *s);
    s->today = today;
    for (size_t i = 0; i < an_ident_count; i++) {
        const struct an_ident *k = an_idents[i];
        find_kin(s, k);
        switch (k->shape) {
        case AN_SHAPE_DIGITS: list_digits(s, k); break;
        case AN_SHAPE_WORD:   list_word(s, k); break;
        case AN_SHAPE_MAIL:   list_add(&s->mail, k); break;
        case AN_SHAPE_COLON:  list_add(&s->colon, k); break;
        case AN_SHAPE_DOTTED: list_add(&s->dotted, k); break;
        case AN_SHAPE_PLATE:  list_add(&s->plate, k); break;
        case AN_SHAPE_CELL:   break;
        }
    }
    list_bare(s);
    list_idle(s);
    find_idle_head(s);
    *ret = s;
    return AN_OK;
}

void an_scanner_free(struct an_scanner *s) {
    if (!s)
        return;
    an_buf_release(&s->plain);
    memset(&s->key, 0, sizeof s->key);
    memset(s->narrow, 0, sizeof s->narrow);
    an_free(s);
}

// Where the line begins that holds `from`, or CONTEXT bytes before it when that is nearer; from the bitmaps where they reach.
static size_t context_from(const struct an_pass *p, size_t from) {
    size_t low = from > CONTEXT ? from - CONTEXT : 0;
    if (from > p->piece && from <= p->piece_to && p->piece_at_line) {
        const uint64_t *line = p->s->maps.of[AN_CLASS_LINE];
        size_t w = (from - p->piece) / 64, bit = (from - p->piece) % 64;
        uint64_t before = (bit ? line[w] << (64 - bit) : 0) | (w ? (bit ? line[w - 1] >> bit : line[w - 1]) : 0);
        size_t back = before ? (size_t) __builtin_clzll(before) : 64;
        size_t begin = from - p->piece < back ? p->piece : from - back;         // a piece begins where a line does
        return begin > low ? begin : low;
    }
    const char *line = from > low ? memrchr(p->text.ptr + low, '\n', from - low) : NULL;
    return line ? (size_t) (line - p->text.ptr) + 1 : low;
}

static size_t context_to(const struct an_pass *p, size_t to) {
    size_t high = to + CONTEXT < p->text.len ? to + CONTEXT : p->text.len;
    if (to >= p->piece && high <= p->piece_to) {
        const uint64_t *line = p->s->maps.of[AN_CLASS_LINE];
        size_t w = (to - p->piece) / 64, bit = (to - p->piece) % 64;
        uint64_t after = line[w] >> bit | (bit ? line[w + 1] << (64 - bit) : 0);
        size_t end = after ? to + (size_t) __builtin_ctzll(after) : high;
        return end < high ? end : high;
    }
    const char *end = high > to ? memchr(p->text.ptr + to, '\n', high - to) : NULL;
    return end ? (size_t) (end - p->text.ptr) : high;
}

static struct an_context context_of(const struct an_pass *p, size_t from, size_t to) {
    if (is_whole(p, from, to))
        return (struct an_context) {.expected = p->expected, .cell = true, .today = p->s->today};
    return (struct an_context) {
        .expected = p->expected, .today = p->s->today,
        .before = an_str_slice(p->text, context_from(p, from), from), .after = an_str_slice(p->text, to, context_to(p, to)),
    };
}

bool an_pass_offer(struct an_pass *p, const struct an_kind_list *l, size_t from, size_t to) {
    struct an_str text = {p->text.ptr + from, to - from};
    size_t i = 0;
    while (i < l->count && l->kinds[i]->hopeless && l->kinds[i]->hopeless(text))
        i++;
    if (i == l->count)                              // before context is looked for, which costs more
        return false;
    struct an_context context = context_of(p, from, to);
    for (; i < l->count; i++) {
        enum an_grade grade = l->kinds[i]->check(text, &context, &p->s->key);
        if (grade == AN_GRADE_NONE)
            continue;
        report(p, &(struct an_hit) {.kind = l->kinds[i], .grade = grade, .whole = context.cell,
                                    .offset = p->base + from,
                                    .key = {p->s->key.text, p->s->key.len}});
        return true;
    }
    return false;
}

struct group { size_t from, to; };

static void word_at(struct an_pass *p, size_t from, size_t to) {
    while (is_alnum(before(p, from)))
        from--;
    while (is_alnum(at(p, to)))
        to++;
    if (to > p->done)
        p->done = to;
    if (to - from <= WORD_MAX)
        (void) an_pass_offer(p, &p->s->word[to - from], from, to);
}

// Four or eight hexadecimal digits and a hyphen before the number: it is a part of a UUID.
static bool is_in_uuid(const struct an_pass *p, size_t from) {
    size_t i = from - 1, n = 0;
    while (is_hex(before(p, i)) && n < 9) {
        i--;
        n++;
    }
    return (n == 4 || n == 8) && !is_alnum(before(p, i));
}

// Whether nothing in front of the digits makes them a part of something longer: a word, a fraction, a version.
static bool is_left_clean(const struct an_pass *p, size_t from) {
    char c = before(p, from);
    if (c == '-')
        return !is_in_uuid(p, from);
    if (is_alnum(c) || c == '*')
        return false;
    if ((c == '.' || c == '+') && from > 1)
        return !is_alnum(p->text.ptr[from - 2]);
    return true;
}

// What may stand in front of a number and belong to it: "+", "(86)", "(010)", "+1 (650)". Returns where it begins,
// and adds
// its digits.
static size_t lead_of(const struct an_pass *p, size_t from, size_t *digits) {
    char c = before(p, from);
    if (c == '+')
        return from - 1;
    size_t i = from;
    if (is_join(c))
        i--;
    if (before(p, i) != ')')
        return from;
    size_t open = digits_before(p, i - 1, 5), inside = i - 1 - open;
    if (before(p, open) == '+')
        open--;
    if (inside == 0 || before(p, open) != '(')
        return from;
    *digits += inside;
    open--;
    size_t code = open - is_join(before(p, open)), first = digits_before(p, code, 3);
    if (first == code || before(p, first) != '+')
        return open;
    *digits += code - first;
    return first - 1;
}

// The number groups[first..last] with X or not, first with what leads it, then alone.
static bool offer_number(struct an_pass *p, const struct group *g, size_t first, size_t last, bool x) {
    size_t digits = x, from = g[first].from, to = g[last].to + x;
    for (size_t i = first; i <= last; i++)
        digits += g[i].to - g[i].from;
    if (digits > DIGITS_MAX)
        return false;
    size_t with_lead = digits, lead = first == 0 ? lead_of(p, from, &with_lead) : from;
    if (lead < from && with_lead <= DIGITS_MAX && an_pass_offer(p, kinds_for(p, with_lead, lead), lead, to))
        return true;
    if (lead < from && before(p, from) == '+')      // "+1 ..." is no other number than one in international form
        return false;
    return an_pass_offer(p, kinds_for(p, digits, from), from, to);
}

// 2026-11-01: in nearly every line of a log, and no kind's number.
static bool is_date(const struct an_pass *p, const struct group *g, size_t count) {
    if (count < 3 || g[0].to - g[0].from != 4 || g[1].to - g[1].from != 2 || g[2].to - g[2].from != 2)
        return false;
    const char *d = p->text.ptr + g[0].from;
    return d[4] == '-' && d[7] == '-' && ((d[0] == '1' && d[1] == '9') || (d[0] == '2' && d[1] == '0')) &&
           (d[5] == '0' || d[5] == '1') && d[8] <= '3';
}

static void groups_done(struct an_pass *p, const struct group *g, size_t count) {
    for (size_t i = is_date(p, g, count) ? 3 : 0; i < count && !p->code;) {
        bool left = i > 0 ? before(p, g[i].from) == ' ' : is_left_clean(p, g[i].from);
        size_t taken = 0;
        for (size_t last = i + GROUPS_MAX < count ? i + GROUPS_MAX : count; left && last-- > i && !taken;) {
            bool x = has_x(p, g[last].to);
            bool right = last + 1 < count ? at(p, g[last].to) == ' ' : x || is_right_clean(p, g[last].to);
            if (right && offer_number(p, g, i, last, x))
                taken = last - i + 1;
        }
        if (!taken && (is_alpha(before(p, g[i].from)) || is_alpha(at(p, g[i].to))))
            word_at(p, g[i].from, g[i].to);
        if (!taken && i == 0 && before(p, g[0].from) == '+')
            return;                     // an international number of a form we do not know: its tail is no other number
        i += taken ? taken : 1;
    }
}

// Where the digits that begin at i end, from the bitmaps: far quicker than byte by byte.
static size_t digits_end(const struct an_pass *p, size_t i) {
    if (i >= p->piece && i < p->piece_to) {
        size_t bit = (i - p->piece) % 64;
        const uint64_t *d = p->s->maps.of[AN_CLASS_DIGIT] + (i - p->piece) / 64;
        uint64_t others = ~(d[0] >> bit | (bit ? d[1] << (64 - bit) : 0));
        size_t n = others ? (size_t) __builtin_ctzll(others) : 64;
        i = i + n < p->piece_to ? i + n : p->piece_to;
        if (i < p->piece_to && n < 64)
            return i;
    }
    while (is_digit(at(p, i)))
        i++;
    return i;
}

// 2026-11-01 00:00, as most lines of a log begin.
static inline bool is_log_time(const char *p) {
    bool is_century = (p[0] == '2' && p[1] == '0') || (p[0] == '1' && p[1] == '9');
    return is_century && is_like(p, "0000-00-") && is_like(p + 8, "00 00:00") && p[5] <= '1' && p[8] <= '3';
}

// 2026-11-01 at the head of a line, or a bare run that no kind takes: most triggers of a log. Whether it was one; then it is
// done.
static bool is_nothing(struct an_pass *p, size_t pos) {
    enum { DAY = 10, HOUR = 13, LOG_TIME = 16 };    // where they end
    char c = before(p, pos);
    if (is_alnum(c) || is_join(c) || c == '+' || c == ')' || pos < p->done)
        return false;
    char first = p->text.ptr[pos];
    if (pos + LOG_TIME <= p->text.len && is_log_time(p->text.ptr + pos)) {
        p->done = pos + HOUR;
        return true;
    }
    if (pos + DAY < p->text.len && (first == '2' || first == '1') && is_like(p->text.ptr + pos, "0000-00-")) {
        size_t end = pos + DAY;
        struct group g[3] = {{pos, pos + 4}, {pos + 5, pos + 7}, {pos + 8, end}};
        bool short_rest = is_join(at(p, end)) && is_digit(at(p, end + 1)) && is_digit(at(p, end + 2)) && at(p, end + 3) == ':';
        bool ends = !is_alnum(at(p, end)) && (!is_join(at(p, end)) || !is_digit(at(p, end + 1)) || short_rest);
        if (!ends || !is_digit(p->text.ptr[end - 2]) || !is_digit(p->text.ptr[end - 1]) || !is_date(p, g, 3))
            return false;
        p->done = short_rest ? end + 3 : end;
        return true;
    }
    size_t to = digits_end(p, pos), n = to - pos;
    c = at(p, to);
    // A digit by itself is nothing, and has no second one to look at.
    bool may_be = n > 1 && n <= DIGITS_MAX && p->s->bare[n][first - '0'][p->text.ptr[pos + 1] - '0'];
    if (is_alnum(c) || (is_join(c) && is_digit(at(p, to + 1))) || may_be)
        return false;
    p->done = to;
    return true;
}

// The run of digit groups around `pos`, joined by single blanks or hyphens.
static void number_at(struct an_pass *p, size_t pos) {
    if (is_nothing(p, pos))
        return;
    if (pos < p->done) {                // a word ended within this run: what is left of it
        pos = p->done + is_join(at(p, p->done));
        if (!is_digit(at(p, pos)))
            return;
    }
    size_t from = pos;
    while (from > p->done && (is_digit(before(p, from)) || (is_join(before(p, from)) && from > p->done + 1 &&
                                                            is_digit(p->text.ptr[from - 2]))))
        from--;
    struct group g[RUN_MAX];
    bool more = true;
    for (size_t i = from; more && !p->code; i++) {
        size_t count = 0;
        for (;; i++) {
            g[count].from = i;
            i = digits_end(p, i);
            g[count++].to = i;
            more = is_join(at(p, i)) && is_digit(at(p, i + 1));
            if (count == RUN_MAX || !more)
                break;
        }
        p->done = i;
        groups_done(p, g, count);
    }
}

// Whether the escape-like byte at i begins something that hides characters of identifiers: %40, &#64;, full-width
// digits.
static bool is_escape(const struct an_pass *p, size_t i) {
    char c = p->text.ptr[i], d = at(p, i + 1), e = at(p, i + 2);
    if (c == '%')
        return is_hex(d) && is_hex(e);
    if (c == '&')
        return d == '#' || is_alpha(d);
    if ((unsigned char) d == 0xBC)                  // U+FF01..FF3F: digits, capitals, and the signs between them
        return (unsigned char) e >= 0x90 || (unsigned char) e == 0x8B || (unsigned char) e == 0x8D ||
                (unsigned char) e == 0x8E;
    return (unsigned char) d == 0xBD && (unsigned char) e <= 0x9A;
}

#define EACH_BIT(bits, w, from, i) \
    for (uint64_t rest_ = (bits); rest_ && !p->code; rest_ &= rest_ - 1) \
        for (size_t once_ = 1, i = (from) + (w) * 64 + (size_t) __builtin_ctzll(rest_); once_; once_ = 0)

// Four words of a bitmap put together: 0 when none has a bit.
static inline uint64_t four(const uint64_t *w) { return (w[0] | w[1]) | (w[2] | w[3]); }

static void walk_all(struct an_pass *p);

// A line that hides something is scanned with its escapes undone, instead of as it stands.
static void plain_line(struct an_pass *p, struct group line) {
    struct an_buf *plain = &p->s->plain;
    plain->len = 0;
    static const char zeros[AN_SCAN_PADDING];
    if (an_escape_plain(an_str_slice(p->text, line.from, line.to), plain, p->err) ||
        an_buf_add(plain, (struct an_str) {zeros, sizeof zeros}, p->err)) {
        p->code = p->err->code;
        return;
    }
    struct an_pass inner = *p;
    inner.plain = true;
    inner.piece = inner.piece_to = 0;
    inner.done = inner.star_done = inner.colon_done = inner.hidden_to = 0;
    inner.base = p->base + line.from;
    inner.text = (struct an_str) {plain->ptr, plain->len - sizeof zeros};
    inner.cell = p->cell.len && line.from == 0 && line.to == p->text.len ? inner.text : (struct an_str) {0};
    walk_all(&inner);
    p->code = inner.code;
}

// The line around i, but for what lies before `piece`, which was scanned as it stands.
static struct group line_around(const struct an_pass *p, size_t i, size_t piece) {
    const char *nl = i ? memrchr(p->text.ptr, '\n', i) : NULL;
    size_t from = nl ? (size_t) (nl - p->text.ptr) + 1 : 0;
    nl = memchr(p->text.ptr + i, '\n', p->text.len - i);
    if (from < piece)
        from = piece;
    return (struct group) {from, nl ? (size_t) (nl - p->text.ptr) : p->text.len};
}

// The lines of text[from..to) that hide something, in order. Stops when the list is full; *ret_to says how far it
// got.
static size_t hidden_lines(struct an_pass *p, size_t from, size_t *ret_to, struct group lines[HIDDEN_MAX]) {
    const struct an_bitmaps *m = &p->s->maps;
    const uint64_t *wide = m->of[AN_CLASS_WIDE], *escape = m->of[AN_CLASS_ESCAPE];
    size_t count = 0, words = (*ret_to - from + 63) / 64;
    for (size_t w = 0; w < words; w++) {
        if (w + 4 <= words && !(four(wide + w) | four(escape + w))) {
            w += 3;
            continue;
        }
        EACH_BIT(wide[w] | escape[w], w, from, i) {
            if (i >= *ret_to || i < p->hidden_to || !is_escape(p, i))
                continue;
            lines[count] = line_around(p, i, from);
            p->hidden_to = lines[count++].to;
            if (count == HIDDEN_MAX) {
                if (p->hidden_to < *ret_to)
                    *ret_to = p->hidden_to;
                return count;
            }
        }
    }
    return count;
}

// text[from..to), at most PIECE bytes; returns how far it got. Candidates may reach over both ends.
static size_t walk(struct an_pass *p, size_t from, size_t to) {
    struct an_bitmaps *m = &p->s->maps;
    size_t ahead = p->text.len - to < AHEAD ? p->text.len - to : AHEAD;     // what begins here may end behind
    an_bitmaps_make(p->text.ptr + from, to - from + ahead, m);
    p->piece = from;
    p->piece_to = to + ahead;
    p->piece_at_line = from == 0 || p->text.ptr[from - 1] == '\n';
    struct group hidden[HIDDEN_MAX];
    size_t seen_to = p->hidden_to, hidden_count = p->plain ? 0 : hidden_lines(p, from, &to, hidden), next = 0;
    size_t words = (to - from + 63) / 64;
    const struct an_triggers *t = &p->s->triggers;
    an_triggers_make(m, words, is_digit(before(p, from)), is_high(before(p, from)), &p->s->triggers);
    an_sift(p, words);
    struct group skip = {0, seen_to};               // a line begun in the piece before
    for (size_t w = 0; w < words && !p->code; w++) {
        if (w + 4 <= words && !four(t->any + w)) {
            w += 3;
            continue;
        }
        EACH_BIT(t->any[w], w, from, i) {
            while (i >= skip.to && next < hidden_count)
                skip = hidden[next++];
            if (i >= to || (i >= skip.from && i < skip.to))
                continue;
            uint64_t bit = 1ull << (i - from - w * 64);
            if (t->of[AN_TRIGGER_NUMBER][w] & bit) {
                number_at(p, i);
                if (is_digit(p->text.ptr[i]))       // no other begins with one; but a word of the bitmaps may begin in a run
                    continue;
            }
            if (m->of[AN_CLASS_AT][w] & bit)
                an_shape_mail_at(p, i);
            if (t->of[AN_TRIGGER_STAR][w] & bit && i >= p->star_done)
                an_shape_star_at(p, i);
            if (t->of[AN_TRIGGER_COLON][w] & bit && i >= p->colon_done)
                p->colon_done = an_shape_colon_at(p, i);
            if (t->of[AN_TRIGGER_DOTTED][w] & bit)
                an_shape_dotted_at(p, i);
            if (t->of[AN_TRIGGER_PLATE][w] & bit)
                an_shape_plate_at(p, i);
        }
    }
    for (size_t k = 0; k < hidden_count && !p->code; k++)
        plain_line(p, hidden[k]);
    return to;
}

// Where to cut a text longer than the bitmaps: behind a line, else behind a byte that no identifier holds, else
// anywhere.
static size_t cut(struct an_str text, size_t from) {
    size_t to = from + PIECE;
    if (to >= text.len)
        return text.len;
    const char *nl = memrchr(text.ptr + from, '\n', to - from);
    if (nl)
        return (size_t) (nl - text.ptr) + 1;
    for (size_t i = to; i > to - 512; i--) {
        char c = text.ptr[i - 1];
        if (!is_alnum(c) && !is_high(c) && !strchr(" -.:+@*%&_()'", c))
            return i;
    }
    return to;
}

static void walk_all(struct an_pass *p) {
    for (size_t from = 0; from < p->text.len && !p->code;)
        from = walk(p, from, cut(p->text, from));
}

enum an_code an_scan_text(struct an_scanner *s, struct an_str text, an_on_hit *each, void *arg, struct an_err *err) {
    struct an_pass p = {.s = s, .text = text, .each = each, .arg = arg, .err = err};
    walk_all(&p);
    return p.code;
}

bool an_scan_is_timestamp(struct an_str s) {
    enum { DAY = 10, SECOND = 19, LONGEST = 30 };
    if (s.len < DAY || s.len > LONGEST || !is_like(s.ptr, "0000-00-") || (s.ptr[0] != '1' && s.ptr[0] != '2') ||
        !is_digit(s.ptr[8]) || !is_digit(s.ptr[9]))
        return false;
    if (s.len == DAY)
        return true;
    if (s.ptr[DAY] != ' ' && s.ptr[DAY] != 'T')
        return false;
    bool to_the_second = s.len >= SECOND && is_like(s.ptr + DAY + 1, "00:00:00");
    for (size_t i = to_the_second ? SECOND : DAY; i < s.len; i++)
        if (!is_digit(s.ptr[i]) && !strchr(" T:.+Z", s.ptr[i]))
            return false;
    return true;
}

// Digits alone that no kind takes: a number of an account or an order.
static bool is_mere_number(struct an_scanner *s, struct an_str cell) {
    if (cell.len > DIGITS_MAX || !is_digit(cell.ptr[0]) || !an_digits_are(cell.ptr, cell.len))
        return false;
    struct an_context context = {.cell = true, .today = s->today};
    const struct an_kind_list *l = &s->digits[cell.len][cell.ptr[0] - '0'];
    for (size_t i = 0; i < l->count; i++)
        if (l->kinds[i]->check(cell, &context, &s->key) != AN_GRADE_NONE)
            return false;
    return true;
}

void an_scan_column(struct an_scanner *s, const struct an_cells *cells, struct an_quiet *ret) {
    an_cells_listen(cells, AN_SCAN_SHORTEST, ret);
    for (size_t w = 0; w < AN_CELLS_WORDS; w++)
        for (uint64_t rest = ret->loud.word[w]; rest; rest &= rest - 1) {
            struct an_str cell = an_cells_at(cells, w * 64 + (size_t) __builtin_ctzll(rest));
            if (is_mere_number(s, cell) || an_scan_is_timestamp(cell))
                ret->loud.word[w] &= ~(rest & -rest);
        }
}

static struct an_str trim(struct an_str s) {
    while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t' || s.ptr[0] == '\'' || s.ptr[0] == '\r' ||
                     s.ptr[0] == '\n')) {
        s.ptr++;
        s.len--;
    }
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t' || s.ptr[s.len - 1] == '\r' ||
                     s.ptr[s.len - 1] == '\n'))
        s.len--;
    return s;
}

enum an_code an_scan_cell(struct an_scanner *s, struct an_str cell, const struct an_ident *expected, an_on_hit *each,
                          void *arg,
                          struct an_err *err) {
    struct an_str text = trim(cell);
    if (!text.len)
        return AN_OK;
    struct an_pass p = {.s = s, .text = text, .cell = text, .expected = expected, .each = each, .arg = arg, .err = err};
    if (expected) {
        struct an_context context = {.expected = expected, .cell = true, .today = s->today};
        const struct an_kin *kin = &s->kin[expected->code];
        const struct an_ident *kind = expected;
        struct an_str plain = an_scan_narrow(text, s->narrow);
        enum an_grade grade = kind->check(plain, &context, &s->key);
        for (size_t i = 0; i < kin->count && grade == AN_GRADE_NONE; i++) {
            kind = kin->kinds[i];
            grade = kind->check(plain, &context, &s->key);
        }
        if (grade != AN_GRADE_NONE) {
            report(&p, &(struct an_hit) {.kind = kind, .grade = grade, .whole = true,
                                         .key = {s->key.text, s->key.len}});
            return p.code;
        }
    }
    if (text.len < AN_SCAN_SHORTEST || an_scan_is_timestamp(text))
        return AN_OK;
    if (text.len <= 64) {
        struct an_word word;
        an_word_make(text.ptr, text.len, &word);
        if (word.of[AN_CLASS_DIGIT] == ~0ull >> (64 - text.len)) {      // nothing but digits: one candidate
            if (text.len <= DIGITS_MAX)
                (void) an_pass_offer(&p, kinds_for(&p, text.len, 0), 0, text.len);
            return p.code;
        }
        // escapes may hide what begins there
        uint64_t hidden = word.of[AN_CLASS_WIDE] | word.of[AN_CLASS_ESCAPE];
        if (!hidden && !an_word_has_trigger(&word))
            return AN_OK;
    }
    walk_all(&p);
    return p.code;
}
