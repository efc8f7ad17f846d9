// The identifier kinds as the census numbers them, and the caps each is counted under.
#ifndef AN_CENSUS_KINDS_H
#define AN_CENSUS_KINDS_H

#include "ident/ident.h"

enum { AN_KINDS_MAX = 64, AN_CODES = 256, AN_ACCOUNT_CODE = 255, AN_ACCOUNT_CHARGE = 7 };

// The key column of a store that is declared to hold accounts: one owner each, any number a person, only inside its
// store.
extern const struct an_ident an_ident_account;

size_t an_kind_count(void);                         // recognised kinds and the account
const struct an_ident *an_kind_at(size_t index);    // 0: the account; then an_idents in order
size_t an_kind_index(const struct an_ident *kind);
// the same for every code at once; UINT8_MAX where there is no kind
void an_kind_indices(uint8_t ret_index[AN_CODES]);
const struct an_ident *an_kind_by_code(uint8_t code);   // account included; NULL when there is none

// What one person may hold and one identifier may stand for, kind by kind. Printed with every count.
struct an_caps {
    uint32_t m[AN_CODES], c[AN_CODES];  // by kind code; AN_MANY is no cap
    uint32_t degree;                                // exclusive identifiers a linker may touch
};
struct an_caps an_caps_default(void);

#endif
