// Strikes out triggers that come to nothing for certain: the clock readings, order numbers, hexadecimal names and private
// addresses that every line of a log holds.
//
// What is struck out the walk would look at and drop. That it may be dropped unseen takes three things: no kind takes what stands
// there; that shows in its own bytes and the few beside it; and no other trigger is judged in the light of it (an_pass.done). For
// the third, a run of digits or a word that a join ties to further digits is left alone.
#include "ident/pass.h"

#include "match/place.h"

enum {
    BEFORE = 2 + AN_WORD_REACH,         // bytes that are looked at on either side of a trigger
    BEHIND = 2 * AN_WORD_REACH + 2,
    DAY = 10,                           // bytes of 2026-11-01
    KEPT = 4,                           // when more than one trigger in so many stays, looking at them costs more than the walk
    REST = 31,                          // and so many times as much text is left as it is; what is found is the same
    SHORT = 64,                         // words of bitmaps: shorter texts are always sifted, whatever was read before
};

// Which of these a line holds where nobody can foretell, so most of these questions are asked without a jump: `&` and `|` where
// there might be `&&` and `||`.

static inline unsigned sort_of(char c) { return sorts[(unsigned char) c]; }

// The digits of 2026-11-01 and the byte behind it.
static inline bool is_like_a_day(uint64_t digits) { return (digits & 0x7FF) == 0x36F; }

// A day, and no more in its run of digits than an hour. `digits`: a bit for each byte from t on that is one.
static inline bool is_day(const char *t, uint64_t digits) {
    uint16_t century;
    memcpy(&century, t, sizeof century);
    bool is_century = (century == ('2' | '0' << 8)) | (century == ('1' | '9' << 8));
    bool is_shaped = (t[4] == '-') & (t[7] == '-') & (t[5] <= '1') & (t[8] <= '3');
    bool is_hour = ((digits >> DAY & 0xF) == 6) & (t[DAY + 3] == ':');                  // " 12:"
    bool is_led = sort_of(t[-1]) & (ALPHA | DIGIT | LEAD) || (is_join(t[-1]) && sort_of(t[-2]) & (DIGIT | LEAD));
    return is_century & is_shaped & !is_led & (is_hour | !(is_join(t[DAY]) && digits >> (DAY + 1) & 1));
}

static inline bool is_tied(char join, char behind) { return is_join(join) && is_digit(behind); }

// Digits by themselves; or *ret_word: they are a part of a word, which may be idle.
static inline bool is_idle_run(const struct an_scanner *s, const char *t, uint64_t digits, bool *ret_word) {
    size_t n = (size_t) __builtin_ctzll(~digits | (uint64_t) 1 << (AN_IDLE_RUNS - 1));
    unsigned c = sort_of(t[-1]), b = sort_of(t[-2]), d = sort_of(t[n]);
    bool is_led = (c & (DIGIT | LEAD)) | (b & (DIGIT | LEAD) & -(c / JOIN & 1));
    bool is_tied = d / JOIN & digits >> 1 >> n & 1, in_word = (c | d) & ALPHA, has_end = n < AN_IDLE_RUNS - 1;
    *ret_word = !is_led & !is_tied & in_word & has_end;
    bool is_idle = s->idle[n][t[0] - '0'] >> (t[1] & 15) & 1;
    return !is_led & !is_tied & !in_word & is_idle;
}

// The word around n digits, when it is too long, or when none of the kinds of its length has any hope of it.
static bool is_idle_word(const struct an_scanner *s, const char *run, uint64_t digits) {
    const char *end = run + __builtin_ctzll(~digits);
    if ((end[0] | 0x20) == 'x' && !is_alnum(end[1]))        // a check character, perhaps
        return false;
    struct an_word_span span = an_word_around(run);
    const char *from = run - span.before, *to = run + span.after;
    if (span.before == AN_WORD_REACH || span.after == AN_WORD_REACH || from[-1] == '+' || from[-1] == ')' ||
        is_tied(to[0], to[1]) || is_tied(from[-1], from[-2]))
        return false;
    size_t len = span.before + span.after;
    if (len > WORD_MAX)
        return true;
    const struct an_kind_list *l = &s->word[len];
    size_t i = 0;
    while (i < l->count && l->kinds[i]->hopeless && l->kinds[i]->hopeless((struct an_str) {from, len}))
        i++;
    return i == l->count;
}

// A chain that ends with the sign that the trigger is at; no address does.
static inline bool is_idle_chain(const char *t) {
    return !is_hex(t[1]) & (t[1] != t[0]) & (t[1] != '.') & (t[-1] != t[0]);
}

static inline bool is_idle_address(const struct an_scanner *s, const char *t) {
    uint32_t head;
    memcpy(&head, t - 3, sizeof head);
    return ((head & s->idle_head_mask) == s->idle_head) & !is_digit(t[-(ptrdiff_t) s->idle_head_len]);
}

// Returns whether there was a trigger to strike out.
static inline bool strike(uint64_t *bits, size_t place, bool idle) {
    uint64_t was = bits[place / 64] >> place % 64 & idle;
    bits[place / 64] ^= was << place % 64;
    return was;
}

// Leaves of `count` places, ascending, those from `first` to before `last`; *ret_from is the index of the first of them.
static size_t inner(const uint16_t *places, size_t count, size_t first, size_t last, size_t *ret_from) {
    size_t from = 0;
    while (count && places[count - 1] >= last)
        count--;
    while (from < count && places[from] < first)
        from++;
    *ret_from = from;
    return count;
}

// Both return how many they struck out, and add how many they looked at.
static size_t sift_numbers(struct an_pass *p, size_t words, size_t first, size_t last, size_t *seen) {
    struct an_scanner *s = p->s;
    const uint64_t *digit = s->maps.of[AN_CLASS_DIGIT];
    uint64_t *number = s->triggers.of[AN_TRIGGER_NUMBER];
    const char *text = p->text.ptr + p->piece;
    size_t from, word_count = 0, struck = 0, count = an_places_list(number, number, words, s->places);
    count = inner(s->places, count, first, last, &from);
    for (size_t i = from; i < count; i++) {
        size_t at = s->places[i];
        uint64_t digits = bits_from(digit, at);
        bool is_word = false;
        struck += strike(number, at, is_like_a_day(digits) ? is_day(text + at, digits)
                                                           : is_idle_run(s, text + at, digits, &is_word));
        s->places[word_count] = (uint16_t) at;
        word_count += is_word;
    }
    for (size_t i = 0; i < word_count; i++)
        struck += strike(number, s->places[i], is_idle_word(s, text + s->places[i], bits_from(digit, s->places[i])));
    *seen += count - from;
    return struck;
}

static size_t sift_signs(struct an_pass *p, size_t words, size_t first, size_t last, size_t *seen) {
    struct an_scanner *s = p->s;
    uint64_t *dotted = s->triggers.of[AN_TRIGGER_DOTTED], *chain = s->triggers.of[AN_TRIGGER_COLON];
    const char *text = p->text.ptr + p->piece;
    size_t from, struck = 0, count = an_places_list(dotted, chain, words, s->places);
    count = inner(s->places, count, first, last, &from);
    for (size_t i = from; i < count; i++) {
        size_t at = s->places[i];
        struck += strike(dotted, at, is_idle_address(s, text + at));
        struck += strike(chain, at, is_idle_chain(text + at));
    }
    *seen += count - from;
    return struck;
}

void an_sift(struct an_pass *p, size_t words) {
    bool is_short = words <= SHORT;
    if (!is_short && p->s->unsifted >= words) {
        p->s->unsifted -= words;
        return;
    }
    size_t first = p->piece < BEFORE ? BEFORE - p->piece : 0;
    size_t end = p->text.len - p->piece, last = end > BEHIND ? end - BEHIND : 0;
    size_t seen = 0, struck = sift_numbers(p, words, first, last, &seen);
    struck += sift_signs(p, words, first, last, &seen);
    if (!is_short)
        p->s->unsifted = seen - struck > seen / KEPT ? words * REST : 0;
    struct an_triggers *t = &p->s->triggers;
    const uint64_t *mail = p->s->maps.of[AN_CLASS_AT];
    for (size_t w = 0; w < words; w++) {
        uint64_t any = mail[w];
        for (size_t k = 0; k < AN_TRIGGER_COUNT; k++)
            any |= t->of[k][w];
        t->any[w] = any;
    }
}
