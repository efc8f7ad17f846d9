// What the checks of several kinds share on the way to a canonical form.
#ifndef AN_IDENT_CANON_H
#define AN_IDENT_CANON_H

#include <string.h>
#include "ident/ident.h"

static inline bool an_canon_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool an_canon_is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static inline bool an_canon_is_letter(char c) { return (c >= 'a' && c <= 'z') || an_canon_is_upper(c); }
static inline char an_canon_lower(char c) { return an_canon_is_upper(c) ? (char) (c + 32) : c; }
static inline char an_canon_upper(char c) { return c >= 'a' && c <= 'z' ? (char) (c - 32) : c; }

// Makes the `len` bytes at `text` the canonical form; len must not be over AN_IDENT_KEY_MAX.
static inline void an_canon_put(struct an_ident_key *ret_key, const char *text, size_t len) {
    memcpy(ret_key->text, text, len);
    ret_key->len = len;
}

// ISO/IEC 7812-1 annex B: the sum from the right, every second digit doubled, is a multiple of ten.
static inline bool an_canon_luhn(const char *digits, size_t n) {
    static const uint8_t doubled[10] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    unsigned sum = 0;
    for (size_t i = n; i >= 2; i -= 2)
        sum += (unsigned) (digits[i - 1] - '0') + doubled[digits[i - 2] - '0'];
    if (n % 2)
        sum += (unsigned) (digits[0] - '0');
    return sum % 10 == 0;
}

// Whether the context names `kind`, or the column is headed by a word that could as well have meant it: a
// column "phone" names one kind, but holds other countries' numbers too.
static inline bool an_canon_allows(const struct an_context *context, const struct an_ident *kind) {
    if (an_context_names(context, kind))
        return true;
    if (!context->expected)
        return false;
    for (const char *const *a = context->expected->headers; *a; a++)
        for (const char *const *b = kind->headers; *b; b++)
            if (strcmp(*a, *b) == 0)
                return true;
    return false;
}

#endif
