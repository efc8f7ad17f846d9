// The law on disk: rule packs and working-day calendars, found, read and checked.
#ifndef AN_APP_PACKS_H
#define AN_APP_PACKS_H

#include "base/arena.h"
#include "base/err.h"
#include "calendar/calendar.h"
#include "procedure/procedure.h"
#include "rules/check.h"
#include "rules/pack.h"

struct an_law_calendar {
    struct an_str name;                 // "cn", as in workdays(cn): the file calendar/cn.csv
    struct an_calendar calendar;
};

struct an_law {                         // {0} is empty
    struct an_arena arena;              // owns everything below
    const char *folder;                 // where it was read from
    struct an_law_file { const char *path; struct an_str text; } *files;    // *.rule, then *.procedure, below the folder
    size_t file_count, rule_file_count;
    struct an_packs packs;              // sorted by id and version
    struct an_procedures procedures;    // and gates, in the order of their files
    struct an_check check;              // what is wrong with all of them; nothing may be judged unless it is empty
    struct an_law_calendar *calendars; size_t calendar_count;
    struct an_str *only; size_t only_count;     // the packs to judge by; none: all
};

void an_law_release(struct an_law *law);

// Reads and checks every *.rule file below the law folder (no folder behind a link, in the order of their
// paths), every *.procedure file, and every calendar/*.csv. The folder is `path` where given; else the first of
// these that exists: $ANSHEN_DATA/law, with `data` the value of that variable (NULL: not set); the installed
// one; law/ beside the source this was built from.
// What is wrong inside a file is a complaint in ret_law->check, not an error. USAGE: `path` is no folder;
// IO: no folder is found, or a file cannot be read; LIMIT: too many files, or folders nested too deep; NOMEM.
enum an_code an_law_load(const char *path, const char *data, struct an_law *ret_law, struct an_err *err)
    AN_MUST_USE;

// The same for those who judge: INPUT, with the first complaint, when there is any, or no rule at all.
enum an_code an_law_open(const char *path, const char *data, struct an_law *ret_law, struct an_err *err)
    AN_MUST_USE;

// Narrows what is judged to the rules of these folders ("cn", "us/states"); their texts stay borrowed. USAGE with a
// hint for one that holds no rule.
enum an_code an_law_choose(struct an_law *law, const char *const names[], size_t count, struct an_err *err)
    AN_MUST_USE;
bool an_law_has(const struct an_law *law, const struct an_rule *rule);      // whether the choice has it

// A number that changes when a file of the folder is changed, added or removed: compare, do not read.
uint64_t an_law_stamp(const struct an_law *law);

// The calendar of that name; an empty one, all provisional, when there is none.
const struct an_calendar *an_law_calendar(const struct an_law *law, struct an_str name);

// The same for an_course_run: `arg` is a struct an_law; NULL when there is none.
const struct an_calendar *an_law_calendar_of(const void *arg, struct an_str name);

#endif
