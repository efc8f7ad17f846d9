// What a column header says: which kind of identifier stands below it, and about which person of the record.
#ifndef AN_IDENT_HEADER_H
#define AN_IDENT_HEADER_H

#include "ident/ident.h"

enum { AN_HEADER_MAX = 128 };           // a longer header says nothing

// What one header was understood to mean. {0}: nothing.
struct an_header {
    const struct an_ident *kind;        // named by the header, or NULL
    uint16_t role;                      // 0: the record's own subject; else a role's number, see an_role_name
    bool personal;                      // an attribute of a person (name, sex, birth ...), identifier or not
    bool text;                          // free text (remark, content, memo ...): may speak of anybody
    bool weak;                          // generic ("name"): believe `kind` only beside other personal columns
};

// Folds a header for comparison: UTF-8 in, ASCII lower-cased, full-width forms narrowed; quotes, blanks,
// punctuation, and what stands in brackets removed (unless all of it does). Returns the folded bytes in
// `out`; empty when they are too many.
struct an_str an_header_fold(struct an_str header, char out[AN_HEADER_MAX]);

// Reads a header (or a JSON path with '.' between its keys). Pure. Compares with every word of every kind:
// once a column, not once a cell.
//
// The kind is that whose word the header is; else the one it is when the word for a person in front
// (receiver_, 收货人) is taken off; else the one whose word, the longest, it ends in: Latin words only where
// a word of the header begins, at '_', '-', '.', a blank or a capital. The role comes from any part of a
// path, the kind from its last. Words that only say "number", "code" or "name" name nothing.
struct an_header an_header_read(struct an_str header);

// The length of the longest of `words` (folded, NULL-ended) that the header's last part is, or ends in where a word of it begins;
// 0: of none. A header that asks a question (is_, 是否) is of none.
size_t an_header_ends_in(struct an_str header, const char *const *words);

// "receiver", "guardian", ...; "" for 0. Stable names, used in JSON.
const char *an_role_name(uint16_t role);

#endif
