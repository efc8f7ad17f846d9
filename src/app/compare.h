// A draft beside the law, on the same facts.
#ifndef AN_APP_COMPARE_H
#define AN_APP_COMPARE_H

#include "app/judge.h"

enum an_change {
    AN_CHANGE_CAUGHT,       // the draft applies, the law does not
    AN_CHANGE_RELEASED,     // the law applies, the draft does not
    AN_CHANGE_SAME,
    AN_CHANGE_OPEN,         // one of the two cannot be told
};

struct an_clock_change { const struct an_clock *law, *draft; };     // one of the two NULL: it came, or went

struct an_compared {
    const struct an_rule *draft;
    const struct an_rule *law;          // NULL: there is no such duty, which counts as one that does not apply
    enum an_tri in_draft, in_law;
    enum an_change change;
    struct an_str *decide_by; size_t decide_by_count;       // OPEN: facts to establish, of either text
    struct an_clock_change *clocks; size_t clock_count;     // only those that differ
};

struct an_comparison { struct an_compared *items; size_t count; };     // in the order of the rules' ids

// Compares each draft that `name` means: a rule's id, id@version, a pack, or "all". The text beside it is its final
// text where it has one, else the text of the same id in force on the day. USAGE when it means no draft.
enum an_code an_compare_drafts(const struct an_law *law, const char *name, const struct an_facts *facts, an_day as_of,
                               struct an_arena *arena, struct an_comparison *ret, struct an_err *err) AN_MUST_USE;

#endif
