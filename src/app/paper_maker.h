// What the parts of a paper are made with: fields, sets of rows and their evidence, as one paper grows.
#ifndef AN_APP_PAPER_MAKER_H
#define AN_APP_PAPER_MAKER_H

#include "app/papers.h"
#include "app/say.h"
#include "case/kind.h"

enum { AN_PAPER_FIELDS = 400, AN_PAPER_SETS = 40, AN_PAPER_EVIDENCE = 200, AN_PAPER_ROWS = 1000 };

struct an_maker {
    const struct an_paper_source *source;
    enum an_lang lang;
    struct an_arena *arena;
    struct an_paper *paper;             // its arrays have room for the numbers above
    struct an_str evidence[AN_PAPER_EVIDENCE];
    unsigned evidence_count;
    unsigned measured;                  // the evidence of what was counted
    bool *replaced;                     // of each entry of the case: a later one is about the same thing
    bool failed;                        // memory ran out somewhere
};

#define AN_SAY(m, ...) an_str_from_c(an_sayf((m)->arena, &(m)->failed, __VA_ARGS__))
#define AN_IN(m, en, zh) an_str_from_c(an_say((struct an_words) {en, zh}, (m)->lang))

// A field. `text` empty: blank, to be completed by a person.
void an_maker_put(struct an_maker *m, const char *name, struct an_str text, unsigned evidence);
// A field that may say nothing without being a gap.
void an_maker_note(struct an_maker *m, const char *name, struct an_str text);
// The number of an evidence of that text, the same for the same text.
unsigned an_maker_cite(struct an_maker *m, struct an_str text);

// A set with room for `most` rows (clamped to AN_PAPER_ROWS; *ret_left the rest, for a field that says so).
struct an_paper_set *an_maker_set(struct an_maker *m, const char *name, const char *const *columns, size_t column_count,
                                  size_t most);
// The values of the next row, empty ones; the last row again when there is no room.
struct an_paper_value *an_maker_row(struct an_maker *m, struct an_paper_set *set);
struct an_paper_value an_maker_text(struct an_str text);                    // empty: nothing to say
struct an_paper_value an_maker_asked(struct an_str text);                   // empty: blank
struct an_paper_value an_maker_figure(struct an_maker *m, uint64_t n, unsigned evidence);
struct an_str an_maker_number(struct an_maker *m, uint64_t n);              // long form, in the arena
struct an_str an_maker_span(struct an_maker *m, uint64_t lo, uint64_t hi);  // "at least 5 and at most 9"
struct an_str an_maker_day(struct an_maker *m, an_day day);                 // "" for none

const struct an_model_fact *an_maker_fact(const struct an_maker *m, const char *name);      // NULL: unknown
unsigned an_maker_fact_evidence(struct an_maker *m, const struct an_model_fact *fact);
const struct an_model_rule *an_maker_rule(const struct an_maker *m, const char *id);        // in force; NULL when not judged
struct an_str an_maker_verdict(const struct an_maker *m, const char *verdict);              // in words

// The last entry of a kind that was not withdrawn and whose `member` (NULL: any) is `value`; NULL when there is none.
const struct an_paper_entry *an_maker_last(const struct an_maker *m, const char *kind, const char *member, const char *value);
unsigned an_maker_entry_evidence(struct an_maker *m, const struct an_paper_entry *e);

// Marks in m->replaced the entries that a later one of the same kind and id stands for: a commitment once open, now kept.
void an_maker_replaced(struct an_maker *m);

// Words for the words of data: roles, venues, findings; the word itself where it is not known.
struct an_str an_maker_word(const struct an_maker *m, struct an_str word);

// The two halves of every paper's fields.
void an_paper_of_model(struct an_maker *m);
void an_paper_of_case(struct an_maker *m);

#endif
