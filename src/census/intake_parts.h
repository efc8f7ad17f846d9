// What an intake is made of, and what its parts ask of each other. Inside this folder only.
//
// intake.c opens and closes stores, intake_columns.c says what their columns are, intake_quick.c takes records and rows, and
// intake_long.c whatever in them is out of the ordinary. What runs for each cell is in line, or in one file with its caller.
#ifndef AN_CENSUS_INTAKE_PARTS_H
#define AN_CENSUS_INTAKE_PARTS_H

#include "census/batch.h"
#include "census/intake.h"

enum {
    // identifiers of one record that are looked at together; a longer record goes in pieces
    AN_INTAKE_FOUND = 4096,
    AN_INTAKE_ROLES = 256,      // people of one record that are told apart; the others are taken for one
};

struct an_intake_item {
    struct an_sighting found;   // its key points into `keys` only after the record is complete
    size_t key_at;
    uint16_t role;
};

struct an_intake_role { uint16_t role; struct an_evidence evidence; };

// A record about one person who is known for certain, as far as it was looked at: what the records of most tables are. Its
// identifiers are drafts of `pending`, each of another kind.
struct an_intake_quick {
    bool over;                  // it is not: what was found is in `items` and `roles`
    bool any, name, described;  // something was found, in columns of `role`
    uint16_t role;
    size_t count;
    uint64_t kinds;             // by index
    const struct an_pending_kind *of[AN_PENDING_MENTION];
    enum an_grade grades[AN_PENDING_MENTION];
};

struct an_intake {
    const struct an_intake_options *options;
    struct an_scanner *scanner;
    struct an_sink sink;
    struct an_store **stores; size_t store_count, store_cap;
    struct an_store *store;     // the open one
    const struct an_declared *declared;     // about it; NULL: nothing
    bool personal;              // the open store has columns about persons beside a plain "name"
    bool labelled;              // some column of it has a header that is a word
    bool guessed;               // its first row may be no header at all
    bool recognised;            // its text is a guess, of which nobody is counted
    size_t account;             // index of the account key column, SIZE_MAX when there is none
    struct an_way *ways; size_t way_count, way_cap;        // a way a column
    struct an_pending *pending; // of the open store
    struct an_batch *batch;     // likewise
    struct an_value *values;    // as many as there are ways

    // other threads for the open store
    struct an_intake_options hand_options;
    struct an_intake **hands; size_t hand_count;
    struct an_crew *crew;       // they wait for blocks
    bool shared;                // the store is read by them too: each has a part of it
    bool alone;                 // it is not, and will not be
    uint64_t block_bytes;       // read of it

    // the record at hand
    uint64_t number;            // in its store
    struct an_intake_item *items; size_t item_count;
    struct an_sighting *group;  // items of one role, while it is written
    char *keys; size_t key_len, key_cap;
    struct an_intake_role roles[AN_INTAKE_ROLES]; size_t role_count;
    uint64_t record_mentions;
    struct an_intake_quick quick;
    char narrow[AN_SCAN_WIDE];  // a cell in full-width forms, as ASCII

    // the value at hand
    const struct an_column *column;
    size_t column_index;
    uint16_t role;
    bool loose;
    bool hit;
    uint8_t index[AN_CODES];    // of a kind among those counted

    // the block of lines at hand
    const char *block;
    size_t line_from, line_to, block_len;
};

// intake_columns.c

// Columns of the open store, those it has already among them, and the ways of all.
enum an_code an_intake_add_columns(struct an_intake *in, const struct an_str *names, size_t count,
                                   struct an_err *err) AN_MUST_USE;
// A way for each column the open store has.
enum an_code an_intake_find_ways(struct an_intake *in, struct an_err *err) AN_MUST_USE;

// At most so many bytes of a name are kept, whole characters.
static inline struct an_str an_intake_shorten(struct an_str name) {
    if (name.len <= AN_COLUMN_NAME)
        return name;
    size_t n = AN_COLUMN_NAME;
    while (n > 0 && ((unsigned char) name.ptr[n] & 0xC0) == 0x80)
        n--;
    return an_str_slice(name, 0, n);
}

AN_MUST_USE static inline enum an_code an_intake_copy(struct an_store *s, struct an_str text, struct an_str *ret,
                                                      struct an_err *err) {
    *ret = an_arena_copy(&s->arena, text);
    return ret->ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a store");
}

// intake_quick.c

// A record, and rows: together those that can be, and the others each by itself.
enum an_code an_intake_take_record(struct an_intake *in, const struct an_record *record, struct an_err *err) AN_MUST_USE;
enum an_code an_intake_take_rows(struct an_intake *in, const struct an_rows *rows, struct an_err *err) AN_MUST_USE;

// A name (or, else, another description) of somebody in that role.
enum an_code an_intake_add_evidence(struct an_intake *in, uint16_t role, bool name, struct an_err *err) AN_MUST_USE;

// The record at hand is no quick one, or no longer: what was found in it so far goes to `items` and `roles`.
enum an_code an_intake_give_up_quick(struct an_intake *in, struct an_err *err) AN_MUST_USE;

AN_MUST_USE static inline enum an_code an_intake_end_quick(struct an_intake *in, struct an_err *err) {
    return in->quick.over ? AN_OK : an_intake_give_up_quick(in, err);
}

// intake_long.c

// A value of a record, looked at for everything.
enum an_code an_intake_take_value(struct an_intake *in, const struct an_value *v, struct an_err *err) AN_MUST_USE;
// A block of whole lines: each is a record of running text.
enum an_code an_intake_take_lines(struct an_intake *in, struct an_str block, struct an_err *err) AN_MUST_USE;

// What is known of a role of the record at hand.
struct an_evidence *an_intake_evidence_of(struct an_intake *in, uint16_t role);
// An identifier of the role at hand. sure: its own.
enum an_code an_intake_keep(struct an_intake *in, const struct an_ident *kind, enum an_grade grade, bool sure,
                            struct an_str key, struct an_err *err) AN_MUST_USE;
// The record is complete: mentions are made of its items and roles, and those forgotten.
enum an_code an_intake_record_done(struct an_intake *in, struct an_err *err) AN_MUST_USE;
// What people and programs write where there is nothing.
bool an_intake_is_void(struct an_str text);

#endif
