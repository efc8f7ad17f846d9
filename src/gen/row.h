// The rows of generated stores: what is written about a person, with all that goes wrong, counted as it is.
#ifndef AN_GEN_ROW_H
#define AN_GEN_ROW_H

#include "gen/random.h"
#include "gen/table.h"
#include "gen/truth.h"

// How often a store has what, in parts per million of its mentions.
struct an_gen_habits {
    uint32_t id, mobile, email, card;
};

// Where in a row something stands. Layouts choose among these.
enum an_gen_cell {
    AN_GEN_C_NUMBER, AN_GEN_C_NAME, AN_GEN_C_SEX, AN_GEN_C_ID, AN_GEN_C_MOBILE, AN_GEN_C_EMAIL, AN_GEN_C_CARD,
    AN_GEN_C_CITY, AN_GEN_C_ADDRESS, AN_GEN_C_REMARK, AN_GEN_C_TIME, AN_GEN_C_ORDER, AN_GEN_C_AMOUNT,
    AN_GEN_C_OTHER_NAME, AN_GEN_C_OTHER_MOBILE,     // a second person of the row
    AN_GEN_CELLS,
};

struct an_gen_mention {                 // one person, as written: empty where nothing is
    struct an_str name, id, mobile, email, card;
    uint64_t person;
    bool male;
    char name_text[32], id_text[64], mobile_text[48], email_text[48], card_text[32];
};

struct an_gen_row {                     // what writing one store's rows needs; one object, one thread
    struct an_gen_keys keys;
    struct an_gen_random chance;
    struct an_gen_shares shares;
    struct an_gen_habits habits;
    struct an_gen_truth *truth;
    uint64_t people;                    // in all stores: nobody beyond lends or borrows a number
    uint64_t rows, row;                 // planned, and written so far
    int64_t clock;                      // milliseconds since 1970-01-01, of the row
    an_day day;                         // of the clock, as written in day_text
    char day_text[AN_DAY_TEXT_MAX];
    bool plain;                         // no spelling but ASCII, no spreadsheet's apostrophe: log lines
    bool talks;                         // remarks hold the resident ID in running text
    struct an_gen_mention self, other;
    char number_text[24], address_text[96], remark_text[256], time_text[32], order_text[24], amount_text[24];
    struct an_str cells[AN_GEN_CELLS];
};

void an_gen_row_init(struct an_gen_row *r, uint64_t seed, uint64_t stream);

// Whether this person uses the number of the person just before, and since when.
enum an_gen_loan { AN_GEN_OWN, AN_GEN_SHARES, AN_GEN_GOT, AN_GEN_HOTLINE };
enum an_gen_loan an_gen_loan(const struct an_gen_keys *k, const struct an_gen_shares *s, uint64_t person);

// Fills the row's cells about `person` (`again`: who was written before, so the spelling may differ), and
// about `other` too unless that is UINT64_MAX. Counts it all.
void an_gen_row_fill(struct an_gen_row *r, uint64_t person, bool again, uint64_t other);

enum an_gen_line { AN_GEN_LINE_NOBODY, AN_GEN_LINE_PERSON, AN_GEN_LINE_MASKED };

// Writes a log line of some 220 bytes to `sink`; about nobody, about `person`, or with that person's mobile
// masked.
void an_gen_row_line(struct an_gen_row *r, enum an_gen_line line, uint64_t person, bool again,
                     struct an_gen_sink *sink);

#endif
