// What the cells of a column read like: a person's name, an address, a birth date, the hash of a password.
//
// One cell proves nothing: believe it of a column, and only as a share of the cells that were looked at. No look is an identifier
// and none is counted as a person; docs/COUNTING.md knows nothing of them.
//
// A look is a list of words (assets/look.tsv, a row each) or a file of this folder with a row in TABLE.
#ifndef AN_LOOK_LOOK_H
#define AN_LOOK_LOOK_H

#include "base/date.h"
#include "base/lang.h"
#include "base/str.h"

enum {
    AN_LOOK_CLASSES = 15,               // a look tells its cells apart by so many classes at most, numbered from 1
    AN_LOOK_SEEN_MAX = 16,              // looks of one cell
    AN_LOOK_ENOUGH = 20,                // fewer cells say nothing of a column by themselves
};

// Characters that a cell is made of, as far as looks ask.
enum {
    AN_LOOK_DIGIT = 1, AN_LOOK_LOWER = 2, AN_LOOK_UPPER = 4, AN_LOOK_HAN = 8, AN_LOOK_HIGH = 16, AN_LOOK_BLANK = 32,
    AN_LOOK_STOP = 64, AN_LOOK_SIGN = 128, AN_LOOK_LETTER = AN_LOOK_LOWER | AN_LOOK_UPPER, AN_LOOK_ANY = 255,
};

struct an_look_cell {
    struct an_str text;                 // without blanks around it; not empty
    unsigned made_of;                   // of its first bytes
    an_day today;
};

struct an_look_example {
    struct an_str text;
    bool is;                            // one
};

struct an_look {
    uint8_t code;                       // stable for ever, 1..255, in census files
    const char *name;                   // stable, kebab-case
    struct an_words title;              // what such a cell reads like
    const char *category;               // of assets/category.tsv; "-": something that is no personal information
    const char *source;                 // the standard that says so

    unsigned made_of;                   // characters that must not be missing
    unsigned only;                      // and those it may be made of; 0: any
    size_t min, max;                    // bytes; max 0: any
    // 0: the cell is none; else its class. NULL: a list of words.
    unsigned (*see)(const struct an_look_cell *cell);

    // When it is believed of a column whose heading does not say so: share of the cells, in a hundred (0: never); classes
    // that must occur, and the share that the largest of them may have, in a hundred (0: any).
    unsigned alone, classes, most;
    // Headings below which it means something else (folded, NULL-ended); NULL: none.
    const char *const *not_below;
    // Whether whatever stands under a heading of the category reads so: where hardly a cell does, the heading is not borne out.
    bool covers;

    const struct an_look_example *examples; size_t example_count;      // at least two that are and two that are not
};

size_t an_look_total(void);                             // how many looks there are
const struct an_look *an_look_of(size_t i);             // lists of words by code, then the files as in TABLE

const struct an_look *an_look_by_code(uint8_t code);    // NULL when there is none

struct an_look_seen { const struct an_look *look; unsigned class; };

// What a cell reads like: how many looks were written, each once. Pure. Cost: a few hundred instructions; of a long cell most
// looks see the beginning only.
size_t an_look_at(struct an_str text, an_day today, struct an_look_seen ret[static AN_LOOK_SEEN_MAX]);

// The lines that hold of a column, by what was counted over the cells looked at.
struct an_look_count {
    const struct an_look *look;
    uint64_t cells;                     // that read so
    uint64_t classes;                   // that occur, leaving out those of fewer than one in fifty
    uint64_t most;                      // cells of the largest
};

enum an_look_word {
    AN_LOOK_UNKNOWN,                    // too few cells, or no look that could tell
    AN_LOOK_DENIED,                     // hardly any cell reads so
    AN_LOOK_MIXED,                      // some do
    AN_LOOK_BORNE_OUT,                  // at least half
};

// What the content says of a column whose heading names `category`. *ret_cells: cells that read like it. *ret_as: the look that
// most of them have, or, where it is denied, what they read like instead; NULL: nothing known.
enum an_look_word an_look_bears_out(const struct an_look_count *counts, size_t count, uint64_t looked, const char *category,
                                    uint64_t *ret_cells, const struct an_look **ret_as);

// The look that content alone says a column of this heading has; NULL: none. *ret_cells: cells that read so.
const struct an_look *an_look_alone(const struct an_look_count *counts, size_t count, uint64_t looked, struct an_str heading,
                                    uint64_t *ret_cells);

#endif
