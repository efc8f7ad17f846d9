// The course of one case through a procedure: where it stands on a day, which periods run, who must act, what may come.
//
// A pure function of the procedure, what happened, the day and the calendars. What happened is taken by its day, and
// within a day in the one order that the procedure allows (first what leaves the phase as it is; then by the order in
// which the procedure declares events), so the order of the list does not matter.
#ifndef AN_PROCEDURE_COURSE_H
#define AN_PROCEDURE_COURSE_H

#include "procedure/procedure.h"

struct an_happening {
    struct an_str event;                // its name
    an_day day;
    struct an_str body;                 // the body it is about, "MIIT"; "" for most
    struct an_str by;                   // the party or body that did it; "": not said, so whoever may
};

struct an_course_question {
    const struct an_procedure *procedure;
    const struct an_happening *happenings; size_t count;
    an_day as_of;
    enum an_side side;                  // a filer is not told of inner events: see an_course.perhaps
    an_calendar_of *calendar;
    const void *calendar_arg;
};

enum an_refusal_kind {
    AN_REFUSED_UNKNOWN,                 // the procedure has no such event
    AN_REFUSED_FUTURE,                  // after the as-of day
    AN_REFUSED_NOT_STARTED,             // before the procedure has begun
    AN_REFUSED_NOT_IN_FORCE,            // the procedure was not law on the day it would begin
    AN_REFUSED_PARTY,                   // by somebody who may not
    AN_REFUSED_BODY,                    // about nobody, or about a body that has no part in it
    AN_REFUSED_NOT_NOW,                 // not in this phase
    AN_REFUSED_NEED,                    // what must have happened before has not, or the contrary has
    AN_REFUSED_TWICE,                   // it happened already
    AN_REFUSED_ENDED,                   // after an outcome
};

struct an_refusal {
    size_t index;                       // into the question's happenings
    enum an_refusal_kind kind;
    struct an_str why, why_zh;          // whole sentence without full stop; names event and day
};

struct an_passage { size_t phase; an_day from, until; };    // until AN_DAY_NONE: it is the phase of the as-of day

// OVER: a right or a state past its last day; AHEAD: a window before the end of another period, not open yet.
enum an_counted_state { AN_COUNTED_RUNS, AN_COUNTED_PAUSED, AN_COUNTED_DONE, AN_COUNTED_OVER, AN_COUNTED_AHEAD };

struct an_counted {                     // one period that has started
    size_t period;
    struct an_str body;                 // "" unless the period is per body
    enum an_counted_state state;
    an_day from;                        // the day it is counted from, itself not counted
    an_day last;                        // last day, pauses and granted extension in; a pause that lasts is as if it ended
                                        // on the as-of day
    an_day longest;                     // the same with the extension that has a length, granted or not
    bool open;                          // nobody can know the last day: a pause lasts, or it may be extended without a cap
    bool extended;                      // the extension was granted
    bool provisional;                   // counted through a year whose calendar is not there
    unsigned used, left;                // working days (days, where the unit is another) to the as-of day or that it was done
    unsigned late_by;                   // the same beyond `last`; 0: in time
    an_day done;                        // the day it was done; AN_DAY_NONE while it runs
    bool untold;                        // it may have been done before, by an event that the filer is not told of: `done` is
                                        // then the latest day, and `late_by` the most it can be
    an_day paused_since;                // AN_DAY_NONE unless PAUSED
};

struct an_may {                         // what may happen next
    size_t event;
    size_t to;                          // phase it leads to; AN_PROCEDURE_NONE: none
    bool inner;
};

// When a phase of a path ends, for those that have not ended, by what is known today. No outcome is implied.
struct an_projection {
    size_t path, phase;
    an_day earliest;                    // the law sets no least time: the as-of day
    an_day nominal;                     // every step on the last day of its period
    an_day longest;                     // and every extension that has a length granted
    bool open;                          // it may be later still: extendable without a cap, paused, late, or without a period
    bool unlimited;                     // the law sets no period for this phase: as if it ended on the day it begins
    bool provisional;
};

struct an_beside_state { size_t beside; an_day since; };
struct an_waiting { size_t party; struct an_str body; };    // who must act: a party, or one body of it

struct an_course {                      // lives in the arena given
    const struct an_procedure *procedure;
    an_day as_of;
    enum an_side side;
    size_t phase;                       // AN_PROCEDURE_NONE: not begun
    size_t outcome;                     // the phase, when it is an outcome; else AN_PROCEDURE_NONE
    size_t *perhaps; size_t perhaps_count;      // phases it may be in without the filer having been told
    size_t stop;                        // the pause that lasts; AN_PROCEDURE_NONE: none
    an_day stopped_since;
    struct an_passage *history; size_t history_count;
    struct an_counted *counted; size_t counted_count;   // in the order they began
    struct an_beside_state *besides; size_t beside_count;       // those that last
    struct an_waiting *waiting; size_t waiting_count;
    struct an_may *next; size_t next_count;
    struct an_projection *projections; size_t projection_count; // path by path, phase by phase
    struct an_refusal *refusals; size_t refusal_count;  // in the order of the list of happenings
};

// Happenings that are refused change nothing, and all are named. LIMIT: more than AN_PROCEDURE_EVENTS_MAX; NOMEM.
enum an_code an_course_run(const struct an_course_question *question, struct an_arena *arena,
                           struct an_course *ret_course, struct an_err *err) AN_MUST_USE;

// That period (of that body, unless "") as it was counted last; NULL when it never started.
const struct an_counted *an_course_counted(const struct an_course *course, struct an_str period, struct an_str body);

// For people: phase, since when, who must act, what runs and is late, what may come, when phases may end, what was
// refused. Bodies are said as `packs` declare them; NULL: as they are spelt.
enum an_code an_course_say(const struct an_course *course, const struct an_packs *packs, enum an_lang lang,
                           struct an_buf *out, struct an_err *err) AN_MUST_USE;

struct an_json;
// One JSON object with the same content in both languages; keys: docs/PROCEDURES.md.
void an_course_json(const struct an_course *course, struct an_json *j);

struct an_ics {
    struct an_str uid;                  // what makes the events' UIDs this case's own: its id
    struct an_str stamp;                // DTSTAMP: "YYYY-MM-DDTHH:MM:SSZ"
    struct an_str title;                // put before each summary; may be ""
    enum an_lang lang;
    unsigned alarm_days;                // an alarm so many days before; 0: none
};

// An iCalendar object (RFC 5545): a whole-day event for the last day of every period that runs, and for the projected
// end of every phase that has a period, marked as provisional. Lines end in CRLF and are folded at 75 octets, never inside
// a character. USAGE: the stamp is no moment.
enum an_code an_course_ics(const struct an_course *course, const struct an_ics *how, struct an_buf *out,
                           struct an_err *err) AN_MUST_USE;

#endif
