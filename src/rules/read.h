// Reading the words that rules and procedures share: one lexeme after another, and the items that every norm has.
//
// Each function consumes what it reads; what is not there is refused with file, line and column.
#ifndef AN_RULES_READ_H
#define AN_RULES_READ_H

#include "rules/lex.h"
#include "rules/pack.h"

struct an_reader {
    struct an_lex lex;
    struct an_arena *arena;
    struct an_err *err;
    unsigned depth;             // of the formula being read
    size_t nodes;
};

enum an_code an_read_no_memory(struct an_reader *p);
enum an_code an_read_next(struct an_reader *p) AN_MUST_USE;
bool an_read_is(const struct an_reader *p, const char *word);           // whether lex.now is this name or mark
enum an_code an_read_fail_expected(struct an_reader *p, const char *what);      // "expected WHAT, found ..."
enum an_code an_read_twice(struct an_reader *p, const struct an_lexeme *at);    // "'...' said twice"

enum an_code an_read_mark(struct an_reader *p, const char *word) AN_MUST_USE;   // this name or mark, and no other
enum an_code an_read_maybe(struct an_reader *p, const char *word, bool *ret) AN_MUST_USE;  // *ret: it was there
enum an_code an_read_name(struct an_reader *p, const char *what, struct an_str *ret) AN_MUST_USE;
enum an_code an_read_number(struct an_reader *p, const char *what, uint64_t *ret) AN_MUST_USE;
enum an_code an_read_day(struct an_reader *p, an_day *ret) AN_MUST_USE;
enum an_code an_read_string(struct an_reader *p, const char *what, struct an_str *ret) AN_MUST_USE; // not empty
enum an_code an_read_version(struct an_reader *p, struct an_str *ret) AN_MUST_USE;
enum an_code an_read_event(struct an_reader *p, struct an_str *ret) AN_MUST_USE;        // event(NAME)
enum an_code an_read_id_version(struct an_reader *p, struct an_str *ret_id, struct an_str *ret_version) AN_MUST_USE;
// N UNIT, as in `10 workdays(cn)`: 1 to 10000 of them; *ret_calendar "" unless they are working days.
enum an_code an_read_period(struct an_reader *p, uint64_t *ret_length, enum an_unit *ret_unit,
                            struct an_str *ret_calendar) AN_MUST_USE;
// `en "..."` and `zh "..."`, each at most once, in any order; at least one unless `optional`.
enum an_code an_read_pair(struct an_reader *p, bool optional, struct an_pair *pair) AN_MUST_USE;
// Names to the end of the line, at least one.
enum an_code an_read_names(struct an_reader *p, const char *what, struct an_str **names, size_t *count) AN_MUST_USE;
// A condition (docs/RULES.md section 2).
enum an_code an_read_formula(struct an_reader *p, struct an_expr **ret) AN_MUST_USE;

// What a test gives, up to the word `expect`, which is consumed; and what it expects.
enum an_code an_read_given(struct an_reader *p, struct an_facts *facts) AN_MUST_USE;
enum an_code an_read_answer(struct an_reader *p, enum an_tri *ret) AN_MUST_USE;

// What stands after the word of an item that every norm may have.
enum an_code an_read_title(struct an_reader *p, struct an_rule *norm) AN_MUST_USE;
enum an_code an_read_instrument(struct an_reader *p, struct an_rule *norm) AN_MUST_USE;
enum an_code an_read_status(struct an_reader *p, struct an_rule *norm) AN_MUST_USE;
enum an_code an_read_quote(struct an_reader *p, struct an_rule *norm) AN_MUST_USE;
enum an_code an_read_digest(struct an_reader *p, struct an_rule *norm) AN_MUST_USE;
enum an_code an_read_note(struct an_reader *p, struct an_rule *norm) AN_MUST_USE;
enum an_code an_read_source(struct an_reader *p, struct an_rule *norm) AN_MUST_USE;

#endif
