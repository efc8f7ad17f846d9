// What the census knows of one store: where it is, how far it was read, what was counted in it, and its rows.
#ifndef AN_CENSUS_STORE_H
#define AN_CENSUS_STORE_H

#include "base/arena.h"
#include "census/count.h"
#include "census/mention.h"
#include "ident/header.h"
#include "look/look.h"
#include "look/secret.h"
#include "source/source.h"

enum { AN_STORE_TROUBLES = 20, AN_COLUMN_KINDS = 4, AN_COLUMN_NAME = 256 };

enum an_subjects { AN_SUBJECTS_UNDECLARED, AN_SUBJECTS_USERS, AN_SUBJECTS_STAFF, AN_SUBJECTS_CONTACTS,
                  AN_SUBJECTS_OTHER };

// Of one kind in one column: how many were found, and the number of the first record with one.
struct an_column_seen { uint64_t count, first; };

struct an_column {
    struct an_str name;
    struct an_header header;
    uint16_t group;                     // columns of one group and record are one person's
    uint64_t values;                    // not empty
    struct { uint8_t code; uint64_t count; } kinds[AN_COLUMN_KINDS];    // found in it: the kinds first met, in that order
    struct an_column_seen *seen;        // by code, instead, while several threads read the store; else NULL
    uint64_t looked;                    // cells looked at (looking.h); they read like this, by code
    struct an_look_count *looks; size_t look_count;
};

// Notes that identifiers of a kind were found in it, first in the record of that number.
static inline void an_column_saw(struct an_column *c, uint8_t code, uint64_t count, uint64_t number) {
    if (c->seen && count) {
        struct an_column_seen *seen = &c->seen[code];
        if (!seen->count || number < seen->first)
            seen->first = number;
        seen->count += count;
        return;
    }
    if (c->kinds[0].code == code && c->kinds[0].count) {        // nearly always
        c->kinds[0].count += count;
        return;
    }
    for (size_t i = 0; count && i < AN_COLUMN_KINDS; i++) {
        if (c->kinds[i].count && c->kinds[i].code != code)
            continue;
        c->kinds[i].code = code;
        c->kinds[i].count += count;
        return;
    }
}

// Whether it does not matter any more in which order identifiers of this kind and of others are found in it.
static inline bool an_column_is_settled(const struct an_column *c, uint8_t code) {
    bool seen = c->seen, full = true;
    for (size_t i = 0; i < AN_COLUMN_KINDS; i++) {
        seen |= c->kinds[i].count && c->kinds[i].code == code;
        full &= c->kinds[i].count > 0;
    }
    return seen || full;
}

struct an_kind_tally {                  // occurrences
    uint64_t found, blocked, masked, damaged;
    uint64_t invalid;                   // cells of a column that names the kind, holding none
    uint64_t recognised;                // in the text of pictures: guesses, which stand for nobody
};

static inline bool an_kind_tally_is_empty(const struct an_kind_tally *t) {
    return !t->found && !t->blocked && !t->masked && !t->damaged && !t->invalid && !t->recognised;
}

// Secrets seen where cells and lines were looked at.
struct an_secret_seen {
    const struct an_secret *secret;
    uint64_t column;                    // its number; AN_UNKNOWN_COUNT: in running text
    uint64_t count;
};

struct an_looking;

struct an_store_trouble {
    struct an_str text;
    uint64_t offset, record;
};

struct an_store {
    struct an_arena arena;              // owns every text below
    struct an_str uri, location, format, encoding, why;     // location "" and encoding "" when there is none
    enum an_store_status status;
    uint64_t records, bytes;
    uint64_t records_lost, bytes_lost;  // AN_UNKNOWN_COUNT: nobody can say
    uint64_t most_mentions;             // in any one record
    bool declared_single;               // the company file says: one person a record
    enum an_subjects subjects;          // whom the company file says it describes
    struct an_mention_counts counts;
    struct an_kind_tally tally[AN_KINDS_MAX];
    struct an_column *columns; size_t column_count, column_cap;
    struct an_store_trouble *troubles; size_t trouble_count;
    uint64_t trouble_total;
    uint64_t records_looked;            // records that came in cells, and were looked at
    uint64_t text_bytes, text_looked;   // of running text: met, and looked at for secrets
    struct an_secret_seen *secrets; size_t secret_count;
    struct an_looking *looking;         // while it is read
    struct an_set rows;
    struct an_count count;              // of these rows alone, once the store is done
};

struct an_store *an_store_new(struct an_str uri, struct an_budget *budget, struct an_err *err);     // NULL: no memory
void an_store_free(struct an_store *s);

// Reading by several threads: each fills a part, a store for the same columns; what they count comes together in the end, as if
// one had read all.
enum an_code an_store_share(struct an_store *s, struct an_err *err) AN_MUST_USE;
struct an_store *an_store_part(const struct an_store *s, struct an_err *err);       // NULL: no memory. Lives no longer than s
enum an_code an_store_join(struct an_store *s, struct an_store *part, struct an_err *err) AN_MUST_USE;
void an_store_unshare(struct an_store *s);          // when all parts have been joined

// People described in the store: what was read, and the ceiling with what was not (AN_UNKNOWN_COUNT: infinite).
struct an_people { uint64_t floor, linked, ceiling_read, ceiling; };
struct an_people an_people_of(const struct an_count *count, const struct an_mention_counts *counts,
                              uint64_t records_lost,
                              uint64_t most_mentions);

// a + b where either may be AN_UNKNOWN_COUNT.
uint64_t an_add_unknown(uint64_t a, uint64_t b);
void an_kind_tally_add(struct an_kind_tally *into, const struct an_kind_tally *from);
void an_mention_counts_add(struct an_mention_counts *into, const struct an_mention_counts *from);

#endif
