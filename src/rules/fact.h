// Facts: named values that rules ask for. Exact, an interval, or not known; never guessed.
#ifndef AN_RULES_FACT_H
#define AN_RULES_FACT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/lang.h"
#include "base/str.h"

struct an_lex;

#define AN_FACT_INFINITE UINT64_MAX         // an upper end that nobody can state

enum an_known {
    AN_KNOWN_NOT,       // absent: unknown, which never becomes no
    AN_KNOWN_WORD,      // a flag ("yes", "no") or a word of an enumeration
    AN_KNOWN_RANGE,     // lo..hi, whole numbers, both ends in; an exact number has lo = hi
    AN_KNOWN_DAYS,      // first..last, both in; an exact date has first = last
};

struct an_fact {
    struct an_str name;         // "company.role", "count(users_pi_held)"
    enum an_known known;
    struct an_str word;
    uint64_t lo, hi;            // hi may be AN_FACT_INFINITE
    an_day first, last;
    const char *from;           // "measured", "declared", ... or NULL: carried along, never looked at
};

struct an_facts {               // {0} knows nothing
    struct an_fact *items;      // in the order they were set; names are unique
    size_t count;
};

// The fact of that name; NULL when there is none.
const struct an_fact *an_facts_find(const struct an_facts *facts, struct an_str name);

// Sets `fact`, in the place of one of the same name. Its texts stay borrowed.
enum an_code an_facts_set(struct an_facts *facts, struct an_fact fact, struct an_arena *arena,
                          struct an_err *err) AN_MUST_USE;

// Shorthands for the caller that measures and declares.
struct an_fact an_fact_word(const char *name, struct an_str word, const char *from);
struct an_fact an_fact_range(const char *name, uint64_t lo, uint64_t hi, const char *from);

// One fact as a person writes it: `listing.venue=HK`, `count(users_pi_held)=1_040_000`, `=980000..1040000`,
// `=[98万..104万]`, `=[980000..]` (no upper end), `listing.planned=2027-03-01`, `company.cii=unknown`.
// INPUT with pos set when it is not of that form. The result's name and word live as long as `arena`, and are
// NUL-ended past their length.
enum an_code an_fact_parse(struct an_str text, struct an_arena *arena, struct an_fact *ret_fact,
                           struct an_err *err) AN_MUST_USE;

// The parts of the above that rule files share; each consumes what it reads.
enum an_code an_fact_name_read(struct an_lex *lex, struct an_str *ret_name, struct an_err *err) AN_MUST_USE;
enum an_code an_fact_value_read(struct an_lex *lex, struct an_fact *fact, struct an_err *err) AN_MUST_USE;

// What conditions call a metric: count(NAME).
enum an_code an_metric_name(struct an_str metric, struct an_arena *arena, struct an_str *ret_name,
                            struct an_err *err) AN_MUST_USE;

// For people: `FOREIGN`, `1,000,000`, `980,000..1,040,000`, `980,000 or more`, `not known`.
enum an_code an_fact_say(const struct an_fact *fact, enum an_lang lang, struct an_buf *out,
                         struct an_err *err) AN_MUST_USE;

enum { AN_GROUPED_MAX = 32 };
// n with a comma at every third digit, NUL-ended; returns `out`.
const char *an_grouped(uint64_t n, char out[AN_GROUPED_MAX]);

#endif
