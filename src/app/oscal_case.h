// What the parts share that bring a case into the model of an OSCAL document. Inside this folder only.
#ifndef AN_APP_OSCAL_CASE_H
#define AN_APP_OSCAL_CASE_H

#include "app/oscal_fill.h"

static inline struct an_str an_fill_text(const struct an_entry *e, const char *member) { return an_entry_text(e->body, member); }

// AN_DAY_NONE where the member is missing or no day.
an_day an_fill_day(const struct an_entry *e, const char *member);

// AN_INFINITE where it is missing or no number from 0 on.
uint64_t an_fill_number(const json_t *from, const char *key);

static inline bool an_fill_is(struct an_str word, const char *what) { return an_str_eq(word, an_str_from_c(what)); }

bool an_fill_may_see(const struct an_fill *f, const struct an_entry *e);

struct an_fill_current { const struct an_entry **items; size_t count; };

// The last entry of each id, which is what holds, in the order of the log; those that the reader may see.
struct an_fill_current an_fill_current(struct an_fill *f, const char *kind);

// NULL without memory, which `f` then knows.
struct an_oscal_observation *an_fill_observe(struct an_fill *f, struct an_str key, const char *method, an_day day);

// An object of the case as evidence: its SHA-256, and its hash in the case as a property. `ret_bytes` where the caller needs
// them.
enum an_code an_fill_object(struct an_fill *f, struct an_str hash, struct an_str title, struct an_str name, const char *media,
                            bool is_held, struct an_str *ret_key, struct an_str *ret_bytes, struct an_err *err) AN_MUST_USE;

// ---- what was counted, and judged: oscal_measured.c

// *ret_last: the key of the last measurement, as it was where there is none.
enum an_code an_fill_measurements(struct an_fill *f, struct an_str *ret_last, struct an_err *err) AN_MUST_USE;

// `counted` and `stated`: the keys of the observations that a verdict rests on.
enum an_code an_fill_verdicts(struct an_fill *f, struct an_str counted, struct an_str stated, struct an_err *err) AN_MUST_USE;

// ---- what was found by others: oscal_found.c

enum an_code an_fill_findings(struct an_fill *f, const struct an_fill_current *plans, struct an_err *err) AN_MUST_USE;

// ---- what is to be done: oscal_todo.c

// What is to be done about one thing: its risk and its item of the plan, with a milestone where a day is set.
struct an_fill_todo {
    const char *kind, *status, *risk_status;    // "order", "open"; status of the risk
    struct an_str key, title, text, owner, severity, remedy;
    an_day day, due;
    uint64_t seq;
    struct an_str observation;
};

void an_fill_todo(struct an_fill *f, const struct an_fill_todo *t);

// All that was planned, ordered, promised and made a condition.
void an_fill_todos(struct an_fill *f, const struct an_fill_current *plans);

#endif
