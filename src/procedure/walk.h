// The inside of a course: what is known while the happenings are taken one by one.
#ifndef AN_PROCEDURE_WALK_H
#define AN_PROCEDURE_WALK_H

#include "procedure/course.h"

struct an_applied { size_t event; an_day day; struct an_str body; };
struct an_spell { size_t period; struct an_str body; an_day from, done; bool extended; };  // a period that has started
struct an_gap { size_t stop; an_day from, until; };                     // a pause; until AN_DAY_NONE while it lasts

struct an_walk {
    const struct an_course_question *q;
    const struct an_procedure *p;
    struct an_arena *arena;
    struct an_course *course;           // being made
    size_t phase;
    size_t entered;                     // into `applied`: what led into the phase
    struct an_applied *applied; size_t applied_count;
    struct an_spell *spells; size_t spell_count;
    struct an_gap *gaps; size_t gap_count;      // by the day they began
    an_day *since;                      // of each state beside; AN_DAY_NONE: it is not
    bool *taken;                        // of each happening
    size_t *scratch;                    // room for all phases
    struct an_err *err;
};

static inline bool an_refs_has(const struct an_refs *refs, size_t at) {
    for (size_t i = 0; i < refs->count; i++)
        if (refs->items[i].at == at)
            return true;
    return false;
}

enum an_code an_walk_no_memory(const struct an_walk *w);

// Whether the event may happen now, and the step it makes (NULL: none); else why not.
bool an_walk_allows(const struct an_walk *w, size_t event, struct an_str body, struct an_str by, an_day day,
                    const struct an_step_to **ret_step, enum an_refusal_kind *ret_why);

// The phases it may be in by inner events that the filer was not told of, each once; how many. `found` has room for all.
size_t an_walk_perhaps(const struct an_walk *w, size_t *found);

// The last day of a spell, with or without its extension, as seen on `as_of`.
an_day an_walk_last(const struct an_walk *w, const struct an_spell *spell, bool extended, an_day as_of, bool *provisional);

// Fills the rest of the course: periods, who must act, what may come, projections.
enum an_code an_walk_count(struct an_walk *w) AN_MUST_USE;

// Says why in both languages.
enum an_code an_walk_say_refusal(const struct an_walk *w, size_t event, struct an_refusal *r) AN_MUST_USE;

#endif
