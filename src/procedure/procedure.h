// Procedures: what law says must happen one after another, as data. Phases, who acts, events, periods, pauses, outcomes.
//
// The language: docs/PROCEDURES.md. What happened in one case, and where it stands, is a course: course.h. Whether
// something may be done is a gate: gate.h. Everything here is immutable once parsed, shared by every thread, owned by one
// arena.
#ifndef AN_PROCEDURE_PROCEDURE_H
#define AN_PROCEDURE_PROCEDURE_H

#include "rules/check.h"
#include "rules/pack.h"

#define AN_PROCEDURE_NONE SIZE_MAX      // "no event", "no phase", "no party", ...

enum {
    AN_PROCEDURE_ITEMS_MAX = 256,       // of one kind in one procedure
    AN_PROCEDURE_EVENTS_MAX = 1000,     // that happened in one case
};

// A name in a procedure and the place of what it names in the procedure's list; AN_PROCEDURE_NONE when not given.
struct an_ref { struct an_str name; size_t at; unsigned line, column; };
struct an_refs { struct an_ref *items; size_t count; };

enum an_side { AN_SIDE_AUTHORITY, AN_SIDE_FILER };      // whose view of the case it is

struct an_party {
    bool taken;                         // taken over by `like`: may be said anew
    struct an_str name;                 // "filer", "office", "members"
    enum an_side side;
    struct an_str *bodies; size_t body_count;   // as rules declare them: CRO, MIIT; none: it has no name of its own
    bool open;                          // other bodies may belong to it too
    struct an_pair title;
};

struct an_procedure_event {
    bool taken;                         // taken over by `like`: may be said anew
    struct an_str name;                 // as rules and case files spell it: "filing.received"
    struct an_pair title;
    struct an_str article;
    struct an_refs by;                  // parties
    struct an_ref on;                   // it is about one body of this party; NONE: of nobody
    struct an_ref after, unless;        // events: of the same body since the phase began; NONE: no such need
    bool inner;                         // the filer is not told of it
    bool once;                          // once in a phase (of each body)
};

enum an_guard { AN_GUARD_NONE, AN_GUARD_ANY, AN_GUARD_NO, AN_GUARD_ALL };

struct an_step_to {                     // what an event does in a phase
    bool taken;
    struct an_ref event;
    struct an_ref to;                   // phase; NONE: it stays
    enum an_guard guard;                // of what happened since the phase began:
    struct an_ref of, have;             // ANY event `of`; NO event `of`; ALL bodies with `of`, one at least, have `have` too
};

struct an_phase {
    bool taken;                         // taken over by `like`: may be said anew
    struct an_str name;
    struct an_pair title;
    struct an_str article;
    bool is_outcome;                    // the procedure has an end here; what may still follow stands in its steps
    struct an_refs acts;                // parties that must act
    struct an_step_to *steps; size_t step_count;
    struct an_ref lapses, lapses_to;    // when this period is over, on the next day: that phase
};

enum an_period_kind {
    AN_PERIOD_MUST,                     // who must act in it is late afterwards
    AN_PERIOD_MAY,                      // a right, lost afterwards
    AN_PERIOD_STANDS,                   // something lasts so long
    AN_PERIOD_BEFORE,                   // the last `length` units before the end of the period `before`
};

struct an_period {
    bool taken;                         // taken over by `like`: may be said anew
    struct an_str name;
    struct an_pair title;
    struct an_str article;
    enum an_period_kind kind;
    struct an_ref party;                // MUST and MAY
    enum an_unit unit;
    uint64_t length;
    struct an_str calendar;             // "" unless WORKDAYS
    struct an_refs from;                // events that start it; none: the phase does
    struct an_ref in;                   // it runs in this phase only; NONE: until an event, or an outcome
    struct an_ref before;               // BEFORE: a period
    bool per_body;                      // one for each body that `from` is about
    struct an_refs until;               // events that finish it (those of the body, where it is per body)
    uint64_t extend;                    // longer by so much; 0: not by a fixed length
    bool extend_open;                   // longer without a cap
    struct an_ref extend_by;            // the event that does it
};

struct an_stop {                        // a pause: the days between do not count
    bool taken;
    struct an_ref from, until;
    struct an_ref waits;                // the party that must act meanwhile
    struct an_refs stops;               // periods
    struct an_pair title;
    struct an_str article;
};

struct an_beside {                      // a state beside the phase: risk measures required, conditions open
    bool taken;                         // taken over by `like`: may be said anew
    struct an_str name;
    struct an_pair title;
    struct an_str article;
    struct an_ref from, until;
    bool lapses;                        // ends with an outcome
};

struct an_path { bool taken; struct an_str name; struct an_pair title; struct an_refs phases; };  // in order, for projections

enum an_expect {
    AN_EXPECT_PHASE, AN_EXPECT_OUTCOME, AN_EXPECT_DUE, AN_EXPECT_LONGEST, AN_EXPECT_OPEN, AN_EXPECT_USED,
    AN_EXPECT_LEFT, AN_EXPECT_LATE, AN_EXPECT_PAUSED, AN_EXPECT_DONE, AN_EXPECT_PROVISIONAL, AN_EXPECT_ACTS,
    AN_EXPECT_NEXT, AN_EXPECT_NOT_NEXT, AN_EXPECT_BESIDE, AN_EXPECT_REFUSED, AN_EXPECT_ENDS,
};

// What a test does, in its order: a body's event, a day to look from, or what must then be seen.
struct an_test_line {
    enum { AN_LINE_EVENT, AN_LINE_AS_OF, AN_LINE_EXPECT } kind;
    enum an_expect expect;
    struct an_str name, second, body, by;       // event, phase, period, ...; ENDS: the path, then the phase
    an_day day, longest;
    uint64_t number;
    bool open;                                  // ENDS: and it may be later
    unsigned line, column;
};

struct an_procedure_test {
    struct an_str name;
    enum an_side side;
    struct an_test_line *lines; size_t line_count;
    unsigned line, column;
};

struct an_procedure {
    struct an_rule head;                // id, version, title, instrument, status, dates, quotes, digest, notes, sources: as a
                                        // rule's, so that they are read, said and dated alike; canonical and hash are those
                                        // of the whole procedure
    struct an_str *objects; size_t object_count;        // listing, product, platform, data_processing
    struct an_party *parties; size_t party_count;
    struct an_procedure_event *events; size_t event_count;
    struct an_phase *phases; size_t phase_count;
    struct an_step_to *starts; size_t start_count;      // how it begins
    struct an_step_to *anywhere; size_t anywhere_count; // in every phase that is no outcome
    struct an_period *periods; size_t period_count;
    struct an_stop *stops; size_t stop_count;
    struct an_beside *besides; size_t beside_count;
    struct an_path *paths; size_t path_count;
    struct an_procedure_test *tests; size_t test_count;
};

struct an_gate;

struct an_procedures {                  // {0} is an empty set
    struct an_procedure **items; size_t count;      // in the order of their files
    struct an_gate **gates; size_t gate_count;      // gate.h
};

// Adds the procedures and gates of one file to the set. `shown` is the name messages show; it and `text` must live as long
// as `arena`. On failure nothing is added: INPUT "file:line:column: what (did you mean ...)", LIMIT, NOMEM.
// Names inside a procedure are resolved; for sense and tests see an_procedures_check.
enum an_code an_procedures_parse(struct an_procedures *set, const char *shown, struct an_str text, struct an_arena *arena,
                                 struct an_err *err) AN_MUST_USE;

// The calendar of that name; NULL when there is none: then every day counted with it is provisional.
typedef const struct an_calendar *an_calendar_of(const void *arg, struct an_str name);

// What a set must pass before anything is run by it: title in both languages, citation, quote or digest; each object known,
// each body declared in `packs`; each phase reachable, each event of use, each pause stopping something; paths that steps
// can follow; calendars there; versions of one id not in force on the same day; every inline test, of procedures and
// gates, as it expects. Adds to *check. Fails only with NOMEM or BUG.
enum an_code an_procedures_check(const struct an_procedures *set, const struct an_packs *packs, an_calendar_of *calendar,
                                 const void *arg, struct an_arena *arena, struct an_check *check,
                                 struct an_err *err) AN_MUST_USE;

// The procedure of that id and version; version "": the one in force on `day` (the day it begins), else the newest whose
// days have not come or are over. NULL when no file has the id.
const struct an_procedure *an_procedures_find(const struct an_procedures *set, struct an_str id, struct an_str version,
                                              an_day day);

// By name; AN_PROCEDURE_NONE when there is none.
size_t an_procedure_event_at(const struct an_procedure *p, struct an_str name);
size_t an_procedure_phase_at(const struct an_procedure *p, struct an_str name);
size_t an_procedure_period_at(const struct an_procedure *p, struct an_str name);

bool an_party_has(const struct an_party *party, struct an_str body);     // "" has nobody

#endif
