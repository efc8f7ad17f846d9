// What a report says: a plain model, filled by app/, shown by the writers. Everything in it is borrowed from one
// arena.
#ifndef AN_REPORT_MODEL_H
#define AN_REPORT_MODEL_H

#include <string.h>
#include "base/date.h"
#include "base/lang.h"
#include "base/str.h"

#define AN_INFINITE UINT64_MAX          // a ceiling nobody can state; written as null

struct an_model_people {
    uint64_t floor, linked, ceiling;    // ceiling may be AN_INFINITE
    uint64_t ceiling_read;              // of what was read: always finite
};

struct an_model_kind {                  // one identifier kind, in some scope
    const char *name;
    struct an_words title;
    uint64_t occurrences, distinct, floor_grade;
    uint64_t blocked, masked, damaged;  // occurrences that stand for nobody: placeholders, 138****5678, 4.4E+17
    bool sensitive;
    uint64_t invalid;                   // cells of a column that names the kind, holding no valid one
    uint64_t recognised;                // occurrences in the recognised text of pictures, which stand for nobody
};

struct an_model_column {
    struct an_str name;
    const char *kind;                   // most frequent kind found in it; NULL when none
    double share;                       // of its non-empty values that are of this kind
    const char *role;                   // role group, NULL for the record's own subject
    bool declared_only;                 // the header names the kind, no value bears it out
    // The category beside identifiers; NULL: none. What speaks for it: "heading", nobody can tell by the content; "both";
    // "partly", some cells do; "heading-denied", the content does not bear it out; "content" alone, which makes it likely.
    const char *category, *evidence;
    struct an_words category_title;
    uint64_t looked, like;              // cells looked at, and those that read like the category
    struct an_words like_as;            // what they read like, or what instead; empty: nothing known
};

struct an_model_error {
    struct an_str store, text;          // text never holds data
    uint64_t offset, record;            // 0 when not known
};

struct an_model_store {
    struct an_str uri, location;        // location "" when not declared
    const char *format, *encoding;      // encoding may be NULL
    const char *status;                 // "read", "partly", "unread", "skipped"
    struct an_str why;                  // for skipped and unread
    uint64_t records, bytes;
    uint64_t accounts;                  // distinct account keys; 0 where no key is declared
    uint64_t records_unread, bytes_unread;      // AN_INFINITE: nobody can say
    struct an_model_people people;
    struct an_model_kind *kinds;    size_t kind_count;
    struct an_model_column *columns; size_t column_count;
    struct an_model_error *errors;  size_t error_count;     // the first of them; error_total counts all
    uint64_t error_total;
    bool single_subject;                // declared, or detected: each record of it describes one person per role
};

struct an_model_place {                 // all stores of one location
    struct an_str location;
    size_t stores;
    struct an_model_people people;
};

// Two stores that hold the same people, by their places in `stores`.
struct an_model_copy {
    size_t a, b;
    uint64_t shared;                    // distinct identifiers of persons that stand in both
    double of_a, of_b;                  // the share of either's distinct identifiers that this is
    uint64_t people;                    // at least so many people are described in both: proven
};

struct an_model_held { uint64_t columns, stores, values; struct an_model_people people; };

// Columns whose headings name a category of personal information. The headings are the evidence: the people are those it is held
// of if they are true.
struct an_model_category {
    const char *name;
    struct an_words title;
    bool sensitive;
    const char *source;                 // the law or standard the category comes from
    uint64_t columns, stores, values;
    struct an_model_people people;
    uint64_t borne_out, denied;         // of these columns: those whose content says the same, and whose does not
    struct an_model_held likely;        // columns of other headings whose content alone says it
};

struct an_model_entry {                 // of the company's own inventory, beside what was found there
    struct an_str uri, location, controller, processor, purpose, retention, basis, grade;       // "": not said
    size_t stores, stores_read;         // measured at and below the uri; of those, read in full
    struct an_model_people people;      // whom they describe together; nobody where there is no store
};

// Where the inventory and what was found differ, or what was found wants looking at.
struct an_model_gap {
    const char *code;                   // "undeclared-store", "undeclared-kind", "kind-not-found", "nothing-there",
                                        // "in-the-clear", "abroad", "secret", "password-in-clear", "id-in-log",
                                        // "under-14", "likely-category", "heading-denied", "combination"
    struct an_str store;                // its uri, measured or declared
    const char *kind;                   // NULL where it is about the store as a whole
    struct an_words title;              // of the kind, the secret, the category, the combination
    uint64_t count;                     // distinct identifiers of the kind; people at least; 0 where it has no meaning
    struct an_str column;               // "": the store as a whole, or its running text
    const char *source;                 // the standard that says so; NULL
    // Where only some was looked at: `count` was seen in `looked` of `of`, which are cells, records or bytes; else 0.
    uint64_t looked, of;
    const char *unit;                   // "cells", "records", "bytes"; NULL
};

struct an_model_fact {
    const char *name;
    enum { AN_FACT_UNKNOWN, AN_FACT_VALUE, AN_FACT_RANGE } is;
    struct an_str value;                // VALUE: as text
    uint64_t lo, hi;                    // RANGE; hi may be AN_INFINITE
    const char *from;                   // "measured", "declared", "derived", "assumed", "what-if"
};

// Whether nobody gave it, and it was taken to be so.
static inline bool an_model_is_assumed(const struct an_model_fact *f) {
    return f->is == AN_FACT_VALUE && strcmp(f->from, "assumed") == 0;
}

struct an_model_step {                  // one line of a verdict's trace, in the order of the tree
    int depth;
    const char *verdict;                // "yes", "no", "undetermined"
    struct an_str text, fact;           // the condition; what is known of it ("" for a connective)
};

struct an_model_clock {                 // one period of a rule
    struct an_str text;                 // in words
    an_day due, latest;                 // its last day; with its extension. AN_DAY_NONE: not known, none
    bool provisional, stopped;          // see app/due.h
};

struct an_model_open {                  // a fact that nobody gave
    const char *name;
    struct an_words title;
    size_t rules;                       // that it could help to decide
};

struct an_model_rule {
    const char *id, *version, *status;  // status "in_force", "draft", ...
    an_day from, to;                    // AN_DAY_NONE when open
    struct an_words title;
    struct an_str instrument, article;
    struct an_str citation;             // the two in words
    struct an_str quote_zh, quote_en;   // "" when the pack has none
    struct an_words digest;             // the statute restated, where its words were not seen; else ""
    const char *verdict;                // "applies", "does-not-apply", "undetermined"
    const char *scope;                  // what it speaks about: "company", "listing", "incident", "transfer" ...
    // undetermined, and only because nothing of that sort was described: there is nothing to judge until there is
    bool stands_by;
    struct an_model_step *steps; size_t step_count;
    struct an_str certificate;          // canonical JSON
    struct an_str *decide_by; size_t decide_by_count;
    // undetermined for want of a count: the stores whose unread part could move it
    struct an_str *read_by; size_t read_by_count;
    struct an_str *duties; size_t duty_count;       // in words
    struct an_model_clock *clocks; size_t clock_count;
    struct an_str *penalties; size_t penalty_count;
    struct an_str enforced_by;          // names of bodies, "" when not said
    struct an_words *notes; size_t note_count;      // marks of doubt and limits of the rule itself
    bool main;                          // the rule the main answer is about
};

struct an_model_assumption {
    const char *id;
    struct an_words text;
    uint64_t contradictions;
};

struct an_model_part {                  // what the ceiling (of what was read) is made of; parts add up to it
    // "exclusive", "mobile" (charged kinds by name), "nameless", "obscured", "trace", "unread"
    const char *id;
    struct an_words text;
    uint64_t people;
};

struct an_model {
    const char *version, *detectors, *token;
    struct an_str key_id;               // hexadecimal
    an_day as_of;
    struct an_str company;              // name, or ""
    bool measured;                      // false: facts were given, nothing was read; people and scope mean nothing
    uint64_t threshold;                 // the line of the main rule: 1,000,000
    struct an_model_people people;
    struct {
        uint64_t pictures;              // in whose recognised text there are what looks like identifiers of persons
        uint64_t stores, stores_unread, stores_partly, stores_skipped, bytes, records, records_unread, bytes_unread;
        uint64_t mentions, ambiguous, test_records;
    } scope;
    struct an_model_kind *kinds; size_t kind_count;
    struct an_model_category *categories; size_t category_count;
    struct an_model_store *stores; size_t store_count;
    struct an_model_place *places; size_t place_count;
    struct an_model_copy *copies; size_t copy_count;        // most shared first
    size_t stores_compared;             // for copies: those with most identifiers, of all that hold any
    size_t stores_to_compare;
    struct an_model_entry *inventory; size_t entry_count;   // as the company file lists them
    struct an_model_gap *gaps; size_t gap_count;            // by code, in the order above
    struct an_model_fact *facts; size_t fact_count;
    struct an_model_rule *rules; size_t rule_count;
    struct an_model_open *open; size_t open_count;      // of undetermined rules in force, most rules first
    struct an_model_assumption *assumptions; size_t assumption_count;
    struct an_model_part *parts; size_t part_count;
    struct an_model_error *errors; size_t error_count;      // of the run itself
    struct an_words headline;           // the answer on the one-million rule in one sentence
    // why, what next, by when; undetermined: what would settle it
    struct an_words *advice; size_t advice_count;
    // break-even, collision bound, caps: statements that must be printed
    struct an_words *method; size_t method_count;
    double seconds;                     // how long the run took; never in JSON (it is not reproducible)
    struct an_str report_path;          // where the HTML went, "" when none
};

#endif
