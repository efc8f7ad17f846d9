// The words of the rule language: names, numbers, dates, strings, marks, each with its place in the text.
#ifndef AN_RULES_LEX_H
#define AN_RULES_LEX_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

#define AN_NUMBER_MAX ((uint64_t) INT64_MAX)    // the largest number a rule or a fact may name

enum an_lexeme_kind { AN_LEX_END, AN_LEX_NAME, AN_LEX_NUMBER, AN_LEX_DATE, AN_LEX_YEARLY, AN_LEX_STRING, AN_LEX_MARK };

struct an_lexeme {
    enum an_lexeme_kind kind;
    struct an_str raw;          // as written; for a string without its quotes, escapes undone
    uint64_t number;            // NUMBER: with 万 and 亿 multiplied in
    an_day day;                 // DATE
    unsigned month, month_day;  // YEARLY, a day of every year: 04-01
    size_t pos;                 // byte offset into the text
    unsigned line, column;      // from 1; columns are characters
    bool first;                 // nothing but blanks before it on its line
};

struct an_lex {
    struct an_str text;
    const char *file;           // for messages; NULL: messages give no place
    struct an_arena *arena;
    size_t at;                  // where we are
    // a place on this line whose column is known: so a column costs no second walk
    size_t known_at;
    unsigned line, known_column;
    bool fresh;                 // no lexeme on this line yet
    struct an_lexeme now;       // the lexeme not yet consumed
};

// Begins with the first lexeme in lex->now. Refuses text that is not UTF-8. `file` and `text` stay borrowed.
enum an_code an_lex_start(struct an_lex *lex, const char *file, struct an_str text, struct an_arena *arena,
                          struct an_err *err) AN_MUST_USE;
enum an_code an_lex_next(struct an_lex *lex, struct an_err *err) AN_MUST_USE;

bool an_lex_is(const struct an_lex *lex, const char *word);     // whether lex->now is this name or mark

// INPUT with "file:line:column: " before the words, at the lexeme given.
enum an_code an_lex_fail(const struct an_lex *lex, const struct an_lexeme *at, struct an_err *err,
                         const char *fmt, ...) AN_PRINTF(4, 5);

// What lex->now is, for "... but found X": `'quot'`, `the end`.
struct an_str an_lex_seen(const struct an_lex *lex);

#endif
