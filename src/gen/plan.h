// Which stores gen writes: their formats, their columns, who is in them.
#ifndef AN_GEN_PLAN_H
#define AN_GEN_PLAN_H

#include "gen/row.h"

enum { AN_GEN_COMPANY_STORES = 9, AN_GEN_LINES_EACH = 200 };   // log lines for each that names somebody

enum an_gen_manner {
    AN_GEN_EACH,            // everybody of the range once, and repeats
    AN_GEN_CHANCE,          // anybody of the range, any number of times
    AN_GEN_LINES,           // EACH, in log lines, among many about nobody
    AN_GEN_CHANCE_LINES,    // CHANCE, in log lines, among many about nobody
};

struct an_gen_store {                       // one to be written
    const char *file, *member;
    const struct an_gen_format *format;
    const struct an_gen_layout *layout;
    enum an_gen_manner manner;
    uint32_t from, to;                      // people, in thousandths of all
    uint32_t per_thousand;                  // CHANCE: rows for each thousand people in all
    struct an_gen_habits habits;
    uint32_t legacy15;                      // parts per million; 0: as the options say
    uint32_t lines_masked;                  // logs: parts per million of all lines
    bool two, chinese, escapes, talks;      // two: a second person in every row
};

// The stores of COMPANY, largest first: several are written at a time. The ranges of EACH hold everybody.
extern const struct an_gen_store an_gen_company[AN_GEN_COMPANY_STORES];

// The one store of the other shapes, to be given a file name.
extern const struct an_gen_store an_gen_one_dense, an_gen_one_users, an_gen_one_sparse;

const struct an_gen_format *an_gen_format_find(const char *name);      // NULL when there is none

#endif
