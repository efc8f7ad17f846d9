// What the Chinese travel and residence documents share: letters, then digits, no check digit, and so a need
// of context.
#ifndef AN_IDENT_CN_DOCUMENT_H
#define AN_IDENT_CN_DOCUMENT_H

#include "ident/ident.h"

enum { AN_DOCUMENT_MAX = 16 };

// One layout of a document number: one letter or two, then digits.
struct an_document_form {
    const char *first;      // letters the number may begin with
    const char *second;     // letters one of which follows; NULL: the digits come at once
    uint8_t digits;         // how many digits come then
};

// Drops single spaces and hyphens from ASCII letters and digits and raises the letters. Returns the length of
// what was written, 0 for any other text and for more than AN_DOCUMENT_MAX characters.
size_t an_document_read(struct an_str text, char out[static AN_DOCUMENT_MAX]);

// Whether the `len` characters, as an_document_read gives them, are of this form.
bool an_document_is(const char *number, size_t len, const struct an_document_form *form);

// Whether a document number may be taken for `kind`: context names it, or it fills a cell of a column of
// identity documents of any sort (证件号码).
bool an_document_context(const struct an_context *context, const struct an_ident *kind);

// Writes the number as the key. BLOCKED when its last `digits` digits are typed in a pattern, else CEILING:
// no check digit proves it.
enum an_grade an_document_answer(const char *number, size_t len, size_t digits, struct an_ident_key *ret_key);

#endif
