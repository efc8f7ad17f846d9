// A case as it stands on a day: the courses of its procedures, its facts, what is open, what is late, and its gates.
//
// Nothing of this is stored: it is what the entries of the case file say, worked out again each time.
#ifndef AN_APP_REVIEW_H
#define AN_APP_REVIEW_H

#include "app/company.h"
#include "app/packs.h"
#include "case/case.h"
#include "procedure/gate.h"
#include "rules/eval.h"

struct an_review_course {
    struct an_str id;                       // of the procedure
    const struct an_procedure *procedure;
    struct an_course *course;
};

// A thing with an id whose last entry counts: an order, a commitment, a condition of a decision, a line of the plan.
struct an_review_item {
    const struct an_entry *entry;           // the last of that id; of a condition nobody answered: the decision
    struct an_str id, text, status;         // status "open" for a condition nobody answered
    an_day due;                             // AN_DAY_NONE: none
    bool is_open;                           // it still has to be done
    bool is_late;                           // and its day is over
};
struct an_review_items { struct an_review_item *items; size_t count, open, late; };

// A document whose day of expiry is over, or comes within AN_REVIEW_SOON days.
struct an_review_paper { const struct an_entry *entry; an_day expires; bool expired; };

enum { AN_REVIEW_SOON = 30 };

struct an_review {                          // lives in the arena given; borrows from case and law
    const struct an_case *file;
    const struct an_law *law;
    an_day as_of;
    struct an_str id, title, object, procedure, company, company_en;
    enum an_side side;
    struct an_review_course *courses; size_t course_count;      // the case's own first, then others that were begun
    struct an_company declared;             // what the entries declare, in the form rules are asked with
    struct an_facts facts;
    const struct an_entry *measurement;     // the last one; NULL: nothing was measured
    const struct an_entry *verdict;         // the last one on the rule that the one-million line stands in; NULL: none
    const struct an_entry *stance;          // whether the filer means to file; NULL: not said
    struct an_review_items orders, commitments, plan;       // conditions stand with commitments
    struct an_review_paper *papers; size_t paper_count;
    size_t late_periods;                    // of all courses, whoever is late; only those that are late for certain
};

// What the entries say up to and including that day. Errors: USAGE when the law knows no such procedure, or an entry holds
// a fact the law does not know; NOMEM.
enum an_code an_review_look(const struct an_case *file, const struct an_law *law, an_day as_of, struct an_arena *arena,
                            struct an_review *ret, struct an_err *err) AN_MUST_USE;

// Whether an event could be added: OK, or USAGE with why the procedure refuses it, or which later event it would make
// impossible. `as_of` is today: what lies after it has not happened.
enum an_code an_review_allows(const struct an_case *file, const struct an_law *law, const json_t *event, an_day as_of,
                              struct an_arena *arena, struct an_err *err) AN_MUST_USE;

// The procedure that an event of this name belongs to: the case's own if it has one, else the only other one that has. Empty:
// the case's own, or none is meant for certain.
struct an_str an_review_procedure_of(const struct an_case *file, const struct an_law *law, struct an_str event, an_day day);

// Whether the filer is not told of such an event: what happens between the authority's own bodies.
bool an_review_is_inner(const struct an_case *file, const struct an_law *law, const json_t *event);

// Asks a gate. Its verdict() is the last verdict in the case file; its applies() is judged on the case's facts.
enum an_code an_review_ask(const struct an_review *review, const struct an_gate *gate, struct an_arena *arena,
                           struct an_gate_answer *ret, struct an_err *err) AN_MUST_USE;

// One screen for people, and one JSON object (keys: docs/REVIEW.md).
enum an_code an_review_say(const struct an_review *review, enum an_lang lang, struct an_buf *out,
                           struct an_err *err) AN_MUST_USE;
struct an_json;
void an_review_json(const struct an_review *review, struct an_json *j);

// A day member of a body; AN_DAY_NONE when it has none.
an_day an_entry_day(const json_t *body, const char *member);
// The people of a measurement entry; a ceiling that nobody can state is AN_FACT_INFINITE.
struct an_review_people { uint64_t floor, linked, ceiling; };
struct an_review_people an_review_people(const struct an_entry *measurement);

#endif
