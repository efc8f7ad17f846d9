// Candidates that are no plain numbers: mail, chains of colons or full stops, plates, numbers with stars or a plus
// sign.
#include "ident/pass.h"

#include <string.h>
#include "ident/obscured.h"

enum {
    INTERNATIONAL_MAX = 28, // bytes of the longest number that begins with a plus sign
    MAIL_LOCAL = 65, MAIL_DOMAIN = 256, COLON_MAX = 64,
};

// Reports text[from..to) when it is masked or damaged.
static bool obscured_at(struct an_pass *p, size_t from, size_t to) {
    const struct an_ident *kind = NULL;
    enum an_obscured what = an_obscured_check(an_str_slice(p->text, from, to), &kind);
    if (what == AN_OBSCURED_NO || !kind)
        return false;
    report(p, &(struct an_hit) {.kind = kind, .whole = is_whole(p, from, to), .offset = p->base + from,
                                .form = what == AN_OBSCURED_MASKED ? AN_HIT_MASKED : AN_HIT_DAMAGED});
    return true;
}

void an_shape_mail_at(struct an_pass *p, size_t pos) {
    size_t from = pos, to = pos + 1;
    while (pos - from <= MAIL_LOCAL && from > 0 && is_local(p->text.ptr[from - 1]))
        from--;
    while (to - pos <= MAIL_DOMAIN && is_domain(at(p, to)))
        to++;
    if (before(p, from) != '*') {
        if (from < pos)
            (void) an_pass_offer(p, &p->s->mail, from, to);
        return;
    }
    while (pos - from <= MAIL_LOCAL && from > 0 && (is_local(p->text.ptr[from - 1]) || p->text.ptr[from - 1] == '*'))
        from--;
    (void) obscured_at(p, from, to);
}

// 4.40308E+17: what a spreadsheet makes of a long number.
static void exponent_at(struct an_pass *p, size_t plus) {
    size_t from = plus - 1, to = plus + 1;
    while (from > 0 && plus - from < DIGITS_MAX && (is_digit(before(p, from)) || before(p, from) == '.'))
        from--;
    while (is_digit(at(p, to)))
        to++;
    if (!is_alnum(before(p, from)) && !is_alnum(at(p, to)))
        (void) obscured_at(p, from, to);
}

// +1 (650) 644-3358: a number in international form, whatever stands between its groups.
static void international_at(struct an_pass *p, size_t plus) {
    if (plus < p->done || is_alnum(before(p, plus)) || before(p, plus) == '(')      // "(+86)1...": lead_of's
        return;
    size_t to = plus + 1, end = to, digits = 0;
    while (to - plus < INTERNATIONAL_MAX && at(p, to) && strchr("0123456789 -.()", at(p, to))) {
        if (is_digit(at(p, to++))) {
            digits++;
            end = to;
        }
    }
    if (digits < AN_SCAN_SHORTEST || digits > DIGITS_MAX || !is_right_clean(p, end))
        return;
    if (an_pass_offer(p, kinds_for(p, digits, plus), plus, end))
        p->done = end;
}

void an_shape_star_at(struct an_pass *p, size_t pos) {
    if (p->text.ptr[pos] == '+') {
        if ((before(p, pos) | 0x20) == 'e' && pos > 1 && is_digit(p->text.ptr[pos - 2]))
            exponent_at(p, pos);
        else
            international_at(p, pos);
        return;
    }
    size_t from = pos, to = pos + 1;
    while (from > 0 && (is_digit(before(p, from)) || before(p, from) == '*') && pos - from < DIGITS_MAX)
        from--;
    while (is_digit(at(p, to)) || at(p, to) == '*')
        to++;
    size_t apart = to;                  // 6222 **** **** 1234: in groups
    while (at(p, apart) == ' ' && (at(p, apart + 1) == '*' || is_digit(at(p, apart + 1))) && apart - from < 24)
        for (apart++; is_digit(at(p, apart)) || at(p, apart) == '*'; apart++) {}
    if (has_x(p, to))
        to++;
    p->star_done = to;
    if (is_alnum(before(p, from)))
        return;
    if (!is_alnum(at(p, to)) && obscured_at(p, from, to)) {
        if (to > p->done)
            p->done = to;
    } else if (apart > to && !is_alnum(at(p, apart)) && obscured_at(p, from, apart)) {
        p->star_done = apart;
        if (apart > p->done)
            p->done = apart;
    }
}

size_t an_shape_colon_at(struct an_pass *p, size_t pos) {
    char sep = p->text.ptr[pos];
    size_t from = pos, to = pos + 1;
    while (pos - from < COLON_MAX && from > 0 && (is_hex(p->text.ptr[from - 1]) || p->text.ptr[from - 1] == sep))
        from--;
    while (to - pos < COLON_MAX && (is_hex(at(p, to)) || at(p, to) == sep || (sep == ':' && at(p, to) == '.' &&
            is_digit(at(p, to + 1)))))
        to++;
    if (!is_alnum(before(p, from)) && !is_alnum(at(p, to)) && before(p, from) != '-')
        (void) an_pass_offer(p, &p->s->colon, from, to);
    return to;
}

// Four numbers of at most three digits, with full stops between them; `dot` is the first.
void an_shape_dotted_at(struct an_pass *p, size_t dot) {
    enum { LONGEST = 12 };                          // from the first full stop on
    size_t bit = dot - p->piece, from;
    if (bit >= 4) {                                 // of four bits, the ones at the upper end
        unsigned lead = (unsigned) (bits_from(p->s->maps.of[AN_CLASS_DIGIT], bit - 4) & 0xF);
        from = dot - (size_t) __builtin_clz(~(lead << 28));
    } else {
        from = digits_before(p, dot, 4);
    }
    uint64_t digit = bits_from(p->s->maps.of[AN_CLASS_DIGIT], bit), stop = bits_from(p->s->maps.of[AN_CLASS_DOT], bit);
    uint64_t run = digit | (stop & digit >> 1);     // a full stop behind it is the sentence's
    size_t len = (size_t) __builtin_ctzll(~run | (uint64_t) 1 << 63);
    size_t to = dot + len;
    char c = before(p, from);
    uint64_t stops = stop & run & (((uint64_t) 1 << len) - 1), last = stops & (stops - 1);
    last &= last - 1;                               // the third, when there is one
    bool three = last && !(last & (last - 1));
    if (len <= LONGEST && three && !is_alnum(c) && c != '.' && !is_alnum(at(p, to)))
        (void) an_pass_offer(p, &p->s->dotted, from, to);
}

void an_shape_plate_at(struct an_pass *p, size_t letter) {
    if (letter < 3)
        return;
    unsigned char lead = (unsigned char) p->text.ptr[letter - 3];
    if (lead < 0xE4 || lead > 0xE9)
        return;
    size_t to = letter;
    while (to - letter < 8 && is_alnum(at(p, to)))
        to++;
    if (is_alnum(at(p, to)))
        return;
    size_t with_suffix = is_high(at(p, to)) && to + 3 <= p->text.len ? to + 3 : to;
    if (with_suffix > to && an_pass_offer(p, &p->s->plate, letter - 3, with_suffix))
        return;
    (void) an_pass_offer(p, &p->s->plate, letter - 3, to);
}
