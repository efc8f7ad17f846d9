// Identifier kinds: what each is called, how it is recognised, and how two writings of one are made equal.
#ifndef AN_IDENT_IDENT_H
#define AN_IDENT_IDENT_H

#include "base/date.h"
#include "base/err.h"
#include "base/lang.h"
#include "base/str.h"

enum { AN_IDENT_KEY_MAX = 256 };        // bytes in the longest canonical form of any kind

#define AN_MANY UINT32_MAX              // a cap that is not one: any number

// How the scanner delimits a candidate for a kind before its check is called.
enum an_shape {
    // `min`..`max` digits: one run, or several joined by single spaces or hyphens; with what belongs to
    AN_SHAPE_DIGITS,
                        // it in front ("+", "00", "(", ")") and a final X or x. No letter or digit touches it.
    // one run of `min`..`max` ASCII letters and digits, at least one of each. Nothing of the sort touches it.
    AN_SHAPE_WORD,
    AN_SHAPE_MAIL,      // the longest run of address characters around an '@'
    AN_SHAPE_COLON,     // hexadecimal digits grouped by ':' or '-' (or '.'), at least two separators
    AN_SHAPE_DOTTED,    // digits and exactly three full stops
    AN_SHAPE_PLATE,     // a Han character followed by an ASCII letter, and the letters and digits after it
    AN_SHAPE_CELL,      // never looked for in running text: only a whole cell whose column header names the kind
};

#define AN_FIRST_RANGE(a, b) ((2u << (b)) - (1u << (a)))       // digits a..b, for an_ident.first

enum an_use {
    AN_USE_PERSON,      // identifies a natural person: counted, charged, and (where the data allow) linking
    // a device, an address, a vehicle: counted; says that somebody is there, but neither who nor how many
    AN_USE_TRACE,
    AN_USE_NAME,        // says that somebody is described, identifies nobody; never made a token
    AN_USE_NOBODY,      // counted apart, and no sign of a natural person: an organisation, a place
};

enum an_grade {
    AN_GRADE_NONE,      // not one
    AN_GRADE_BLOCKED,   // one in form, but a placeholder or sample that stands for nobody
    AN_GRADE_CEILING,   // good enough to be reported
    AN_GRADE_FLOOR,     // good enough to raise the proven floor
};

// What is known about a candidate beside its own text.
struct an_context {
    const struct an_ident *expected;    // the kind the column's header names, or NULL
    bool cell;                          // the candidate is a whole cell (trimmed), not a piece of running text
    // up to 48 bytes on either side, same line or cell; may be empty; not NUL-ended
    struct an_str before, after;
    an_day today;                       // nobody is born later
};

struct an_ident_key {                   // a canonical form
    size_t len;
    char text[AN_IDENT_KEY_MAX];
};

struct an_ident_example {
    struct an_str text;
    enum an_grade grade;                // what check must answer
    bool in_column;                     // the text is a cell under a header that names the kind
    const char *key;                    // the canonical form, where grade is not NONE; NULL: not looked at
    // what the example shows, a few words; an invalid one is wrong in exactly one way
    const char *why;
};

struct an_cells;
struct an_keys;

// One kind. Const, static, shared by every thread.
struct an_ident {
    uint8_t code;                       // stable for ever, 1..255, in census files
    const char *name;                   // stable, kebab-case: used in JSON, on the command line, in rule packs
    struct an_words title;
    const char *source;                 // the standard or law that defines it, with its number and year
    enum an_shape shape;
    uint16_t min, max;                  // digits (DIGITS) or bytes (WORD); 0 elsewhere
    // DIGITS: a bit for each digit it may begin with (of all its writings); 0: any
    uint16_t first;
    uint16_t rank;                      // of two kinds that both accept a text, the lower rank gets it; unique
    enum an_use use;
    uint8_t charge;                     // PERSON kinds: priority in which a mention is charged, 1 first; 0 elsewhere
    bool linker;                        // PERSON kinds with c > 1: may link mentions when the data allow it
    bool sensitive;                     // sensitive personal information (PIPL art. 28)
    uint32_t m, c;                      // default caps: identifiers a person may hold; people an identifier may have

    // Words that name the kind in a column header or just before a value, already in the form an_header_fold gives
    // (lower case, no separators), Chinese, pinyin and English; NULL-ended.
    const char *const *headers;

    // Whether `text`, delimited as `shape` says, is one of this kind. Unless NONE, writes the canonical form. Pure.
    enum an_grade (*check)(struct an_str text, const struct an_context *context, struct an_ident_key *ret_key);

    // The same for the cells of a column that the kind's name heads (keys.h), where the processor has AVX2. May be NULL.
    void (*many)(const struct an_ident *kind, const struct an_cells *cells, const struct an_context *context,
                 struct an_keys *ret_keys);

    // DIGITS: whether n digits by themselves that begin with a and b may be one: false spares every log's clock readings a closer
    // look. NULL: any may.
    bool (*bare)(size_t n, unsigned a, unsigned b);
    // Whether a text that the shape delimits is none for certain, told at once from itself alone. NULL: never.
    bool (*hopeless)(struct an_str text);
    // DOTTED: how a text begins that is none for certain, up to its first full stop, four bytes at most. NULL: no such beginning.
    const char *idle_head;

    // At least three that are and three that are not. The tests run them all; the manual prints them.
    const struct an_ident_example *examples;
    size_t example_count;
};

extern const struct an_ident *const an_idents[];        // sorted by name, NULL-ended
extern const size_t an_ident_count;

const struct an_ident *an_ident_find(struct an_str name);       // NULL when there is none
const struct an_ident *an_ident_by_code(uint8_t code);          // NULL when there is none

// Whether the column or the words just before the candidate name `kind`: what kinds without a check digit ask for.
bool an_context_names(const struct an_context *context, const struct an_ident *kind);

// Whether some key stands just before the candidate, as in `orderId=` or `"amount": `: where it does not name the
// kind, it says
// that the number is something else.
bool an_context_is_labelled(const struct an_context *context);

#endif
