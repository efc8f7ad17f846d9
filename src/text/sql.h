// Reading SQL dumps: tokens out of a window of bytes. Knows how each server quotes; knows no grammar.
//
// Stateless: a token is a function of the window, the position and the dialect, so a caller may go back and read again.
// Sources: MySQL 8.0 reference manual 9.1 and 9.7 (literals, comments), PostgreSQL 15 manual 4.1 (lexical structure) and COPY
// (text format), Transact-SQL reference (delimited identifiers).
#ifndef AN_TEXT_SQL_H
#define AN_TEXT_SQL_H

#include <string.h>
#include <strings.h>

#include "base/str.h"

struct an_sql_dialect {
    bool mysql;             // # begins a comment, /*! code */ is code, "..." is a string
    bool backslash;         // a backslash escapes inside '...'
    bool brackets;          // [x] is a name
};

// What the first bytes of a dump show about who wrote it.
struct an_sql_dialect an_sql_detect(struct an_str head);

enum an_sql_token {
    AN_SQL_MORE,            // the window ends within the token and is not the last
    AN_SQL_END,             // nothing but blanks up to the end of the last window
    AN_SQL_BAD,             // the last window ends within the token that begins at `start`
    AN_SQL_COMMENT,
    AN_SQL_WORD,            // a bare word: keyword or name
    AN_SQL_NAME,            // `x`, "x", [x]; text without the quotes
    AN_SQL_STRING,          // '...', E'...', N'...', $$...$$; text without them
    AN_SQL_HEX,             // 0x..., x'...'; text is the digits
    AN_SQL_NUMBER,          // without a sign
    AN_SQL_MARK,            // any other character, one at a time
};

struct an_sql_piece {       // one token
    enum an_sql_token token;
    size_t start, end;      // in the window, quotes and all
    struct an_str text;     // within the window
    char quote;             // that text was in; 0 for none, '$' for dollar quotes
    bool backslash;         // backslashes in text are escapes
    bool escaped;           // text holds escapes or doubled quotes: see an_sql_unescape
};

// The token at or after `pos`; blanks before it are passed over. For MORE, `start` is where to go on from.
void an_sql_read(struct an_str window, size_t pos, bool last, struct an_sql_dialect dialect, struct an_sql_piece *ret_piece);

// Undoes escapes and doubled quotes of piece->text inside `window` (the same bytes an_sql_read saw, writable), and returns the
// text. It only gets shorter; the bytes this frees become blanks. To be called at most once per piece.
struct an_str an_sql_unescape(char *window, const struct an_sql_piece *piece, struct an_sql_dialect dialect);

// The same for one field of a line of COPY's text format. *ret_null: the field was \N.
struct an_str an_sql_unescape_copy(char *field, size_t len, bool *ret_null);

// The bytes that pairs of hexadecimal digits in `text` (inside `window`) stand for, written over them. Empty when it is no such
// text.
struct an_str an_sql_unhex(char *window, struct an_str text);

// Whether a piece is this word, in any case; one of these words, NULL-ended; a word or a quoted name.
static inline bool an_sql_is_word(const struct an_sql_piece *p, const char *word) {
    size_t len = strlen(word);
    return p->token == AN_SQL_WORD && p->text.len == len && strncasecmp(p->text.ptr, word, len) == 0;
}

static inline bool an_sql_is_one_of(const struct an_sql_piece *p, const char *const *words) {
    for (; *words; words++)
        if (an_sql_is_word(p, *words))
            return true;
    return false;
}

static inline bool an_sql_is_name(const struct an_sql_piece *p) {
    return p->token == AN_SQL_WORD || p->token == AN_SQL_NAME;
}

#endif
