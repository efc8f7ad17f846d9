// Rules: norms of law as data. What a rule file says, parsed; and a set of such files.
//
// The language: docs/RULES.md. Everything here is immutable once parsed, shared by every thread, owned by
// one arena.
#ifndef AN_RULES_PACK_H
#define AN_RULES_PACK_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "rules/fact.h"
#include "rules/tri.h"

enum {
    AN_RULE_DEPTH_MAX = 24,         // levels of a formula, after applies() is written out
    AN_RULE_NODES_MAX = 4096,       // conditions and connectives of a formula, after applies() is written out
    AN_RULE_HASH_BYTES = 32,        // BLAKE2b-256
    AN_PACK_BYTES_MAX = 16 * 1024 * 1024,
};

enum an_expr_kind { AN_EXPR_AND, AN_EXPR_OR, AN_EXPR_NOT, AN_EXPR_COMPARE, AN_EXPR_IN, AN_EXPR_APPLIES };
enum an_compare { AN_EQ, AN_NE, AN_LT, AN_LE, AN_GT, AN_GE };

struct an_const {
    enum { AN_CONST_NUMBER, AN_CONST_DAY, AN_CONST_WORD } kind;
    uint64_t number;
    an_day day;
    struct an_str word;
};

struct an_expr {
    enum an_expr_kind kind;
    enum an_compare compare;                    // COMPARE
    struct an_str fact;                         // COMPARE, IN
    struct an_const *consts; size_t const_count;    // COMPARE has one
    struct an_str id, version;                  // APPLIES; version "" when the date decides
    struct an_expr **kids; size_t kid_count;    // AND, OR have two or more, NOT one
    unsigned line, column;
};

enum an_status { AN_STATUS_NONE, AN_STATUS_DRAFT, AN_STATUS_ADOPTED, AN_STATUS_IN_FORCE, AN_STATUS_SUPERSEDED,
                 AN_STATUS_GUIDANCE };

struct an_quote { struct an_str lang, text; };              // lang "zh" or "en"
struct an_except { struct an_str text; struct an_str *metrics; size_t metric_count; };
struct an_pair { struct an_str en, zh; };                   // the same thing said twice; either may be ""

// What files declare: the names that conditions, duties and clocks may use.
enum an_name_kind { AN_NAME_FACT, AN_NAME_METRIC, AN_NAME_EVENT, AN_NAME_BODY, AN_NAME_VERB, AN_NAME_WORD };
enum an_term_type { AN_TERM_FLAG, AN_TERM_WORD, AN_TERM_NUMBER, AN_TERM_DAY };

enum an_window_kind {
    AN_WINDOW_STOCK,            // held on the day
    AN_WINDOW_SINCE,            // added up from the last MM-DD to the day, both in
    AN_WINDOW_PRECEDING_YEAR,   // added up over the calendar year before the day's
    AN_WINDOW_PEAK,             // the largest stock of the last `months` months
    AN_WINDOW_MEAN_DAILY,       // the mean of the daily stocks of the last `months` months
    AN_WINDOW_MEAN_MONTHLY,     // the mean of the counts of the last `months` whole calendar months
    AN_WINDOW_INCIDENT,         // of one incident
};
struct an_window { enum an_window_kind kind; unsigned months, month, day; };

enum an_census_part { AN_CENSUS_NONE, AN_CENSUS_USERS, AN_CENSUS_PEOPLE };

struct an_name {
    enum an_name_kind kind;
    struct an_str name;         // as conditions write it: "listing.venue", "count(users_pi_held)"
    struct an_pair title;
    enum an_term_type type;     // of a fact; a metric is a number
    struct an_str *values; size_t value_count;  // of a fact that is a word: all it can be; none: any word
    struct an_str unit;         // of a metric: "person", ...
    struct an_window window;
    struct an_str *within; size_t within_count; // metrics in which everybody counted here is counted
    enum an_census_part census; // who answers it when a census was taken
    struct an_str with;         // of a verb: what stands before the body, "with" in: file ... with the Office
    const char *file;
    unsigned line, column;
    struct an_str canonical;    // compact JSON, see canon.h
};

struct an_relation { struct an_str small, large; };     // small <= large, always: users are people processed

struct an_duty {
    struct an_str verb, what, what_zh, to, before;          // file "..." to CRO before event(...)
    uint64_t every, for_years;                              // years; 0 when not said
};

enum an_unit { AN_UNIT_HOURS, AN_UNIT_DAYS, AN_UNIT_WORKDAYS, AN_UNIT_MONTHS, AN_UNIT_YEARS };

struct an_clock {
    struct an_str name, from, calendar;                     // calendar "" unless WORKDAYS
    struct an_pair title;
    enum an_unit unit;
    uint64_t length, extend;                                // extend in the same unit; 0 when none
    bool extend_open;                                       // extendable without a cap
    struct an_expr *condition;                              // NULL: always
};

struct an_pause { struct an_str from, until; };
// from AN_DAY_NONE when not said
struct an_penalty { struct an_str citation; struct an_pair amounts; an_day from; };

struct an_rule_test {
    struct an_str name;
    struct an_facts given;
    enum an_tri expect;
    unsigned line, column;
};

struct an_rule {
    bool is_define;                     // a named formula: no status, no duty, only ever meant by applies()
    struct an_str id, version;          // version "" for a define
    const char *file;                   // name given to an_pack_parse
    unsigned line, column;
    struct an_pair title;
    struct an_str instrument, instrument_en, article;
    struct an_str cite;                 // of a define
    enum an_status status;
    an_day from, to, published;         // AN_DAY_NONE when not said; `to` is the last day
    struct an_str final_id, final_version;      // what a draft became
    struct an_quote *quotes; size_t quote_count;
    struct an_pair digest;              // in place of quotes: the statute restated, its words not seen
    struct an_str *drafted_by; size_t drafted_by_count;     // bodies
    struct an_str *enforced_by; size_t enforced_by_count;
    struct an_str scope;
    struct an_expr *when;
    struct an_except *excepts; size_t except_count;
    struct an_duty *duties; size_t duty_count;
    struct an_clock *clocks; size_t clock_count;
    struct an_pause *pauses; size_t pause_count;
    struct an_penalty *penalties; size_t penalty_count;
    struct an_pair *notes; size_t note_count;   // marks of doubt and limits: shown wherever the result is
    struct an_str *sources; size_t source_count;
    struct an_rule_test *tests; size_t test_count;
    struct an_str canonical;            // compact JSON, see canon.h
    unsigned char hash[AN_RULE_HASH_BYTES];     // of `canonical`
};

struct an_packs {                       // {0} is an empty set
    struct an_rule **rules; size_t rule_count;      // sorted by id, then version, once an_packs_sort has run
    struct an_name *names; size_t name_count;       // sorted by kind and name, once an_packs_sort has run
    struct an_relation *relations; size_t relation_count;   // what the metrics' `within` say
};

// Adds the rules and names of one file to the set. `shown` is the name messages show; it and `text` must live as long
// as `arena`.
// On failure nothing is added: INPUT "file:line:column: what (did you mean ...)", LIMIT, NOMEM.
// Parsing says nothing about sense: see an_packs_check (check.h).
enum an_code an_pack_parse(struct an_packs *packs, const char *shown, struct an_str text,
                           struct an_arena *arena, struct an_err *err) AN_MUST_USE;

void an_packs_sort(struct an_packs *packs);

// The rule or define of that id (and version, unless ""); the first in the set's order, NULL when there is
// none.
const struct an_rule *an_packs_find(const struct an_packs *packs, struct an_str id, struct an_str version);

enum an_standing { AN_STANDING_IN_FORCE, AN_STANDING_NOT_YET, AN_STANDING_ENDED, AN_STANDING_DRAFT,
                   AN_STANDING_GUIDANCE };

// What the rule is on that day. A draft is never in force, guidance never a duty.
enum an_standing an_rule_standing(const struct an_rule *rule, an_day day);

// Whether the rule is to be judged on that day: it is in force; or, known by then, it is still to come, a draft
// whose final text is not in force yet, or guidance. A define never is.
bool an_rule_counts(const struct an_packs *packs, const struct an_rule *rule, an_day day);

// Whether the rule's file is in the folder `pack` of the law folder, or in one below it: "cn", "us/states".
bool an_rule_is_of(const struct an_rule *rule, struct an_str pack);

const char *an_status_name(enum an_status status);          // "in_force", ...
struct an_words an_status_words(enum an_status status);
struct an_words an_standing_words(enum an_standing standing);
const char *an_unit_name(enum an_unit unit);                // "workdays", ...
const char *an_window_name(enum an_window_kind kind);       // "stock", "since", ...
const char *an_compare_name(enum an_compare compare);       // "=", "!=", ...

// The version of an id that applies() means on `day`: the one named, else the one in force then. NULL: none
// is, so it cannot apply. `from` is the rule that asks: where it is not in force itself, its question is
// hypothetical, and the newest text answers.
const struct an_rule *an_packs_meant(const struct an_packs *packs, const struct an_expr *applies,
                                     const struct an_rule *from, an_day day);

#endif
