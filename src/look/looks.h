// The looks by their names, and what several of them ask.
#ifndef AN_LOOK_LOOKS_H
#define AN_LOOK_LOOKS_H

#include "look/look.h"

#define AN_ROW(x) extern const struct an_look an_look_##x;
#include "look/look_table.h"
#undef AN_ROW

// A day as people and programs write it: 1990-02-28, 1990/2/28, 19900228, 1990年2月28日, 28/02/1990, with a midnight behind it or
// none. False for anything else, and for a moment of a day. Where it cannot be said which number is the month, either will do.
bool an_look_day(struct an_str text, an_day *ret_day);

static inline bool an_look_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool an_look_is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A number with at most one full stop in it, and at least `decimals` digits behind that: up to `most` of whatever sign.
// *ret_whole: its whole part, without the sign. False for anything else.
static inline bool an_look_number(struct an_str s, size_t decimals, unsigned most, unsigned *ret_whole) {
    size_t i = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'), behind = 0, from = i;
    unsigned whole = 0;
    bool stop = false;
    for (; i < s.len; i++) {
        if (s.ptr[i] == '.' && !stop) {
            stop = true;
            continue;
        }
        if (!an_look_is_digit(s.ptr[i]) || (!stop && i - from > 8))
            return false;
        behind += stop;
        whole = stop ? whole : whole * 10 + (unsigned) (s.ptr[i] - '0');
    }
    if (i == from || behind < decimals || (stop && !behind) || whole > most)
        return false;
    *ret_whole = whole;
    return true;
}

// Whether every byte is one of base64's (either alphabet), `=` at the end only.
bool an_look_is_base64(struct an_str s);

#endif
