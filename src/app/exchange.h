// What passes between the two sides of a case: a dossier of the other side, taken into a case file of one's own.
//
// A copy is an entry of the receiver's log whose `from` is the hash of the entry it repeats. The dossier itself, with the
// other side's own chain and signatures, is kept as an object, so that every copy can be held against it.
#ifndef AN_APP_EXCHANGE_H
#define AN_APP_EXCHANGE_H

#include "app/dossier.h"
#include "app/review.h"

struct an_exchange {                    // what is to be taken; borrowed
    const struct an_dossier *dossier;   // verified, nothing in it wrong
    struct an_str file;                 // its bytes
    const struct an_law *law;
    an_day today;
    const char *at, *actor;             // of the entries; actor NULL: nobody in particular
    const struct an_secret *key;        // NULL: entries are not signed
};

struct an_exchange_skip { uint64_t seq; struct an_str why; };   // an entry of the dossier that was not taken

struct an_exchanged {
    uint64_t taken, known, withdrawn;   // entries copied; that were there before; that the other side took back
    struct an_exchange_skip *skipped; size_t skip_count;        // in the arena
};

// The body of the first entry of a case file for the other side of the dossier's case: same id, object, procedure and company.
// NULL: no memory, or the dossier does not show the case's first entry. The caller drops it.
json_t *an_exchange_open(const struct an_dossier *dossier);

// Takes in what the other side has said and the receiver does not have yet, all of it or nothing: from a filer what it files
// (persons, companies, facts, counts, verdicts, events, documents, commitments, its decision to file), from an authority what it
// tells (persons, events, documents, decisions, orders, commitments). Events that the procedure refuses and entries whose
// objects were withheld are skipped and told. Entries that the other side has withdrawn since are withdrawn. Errors: USAGE when
// it is the dossier of another case, or of one's own side; those of the case file.
enum an_code an_exchange_take(const struct an_exchange *x, struct an_case *into, struct an_arena *arena,
                              struct an_exchanged *ret, struct an_err *err) AN_MUST_USE;

#endif
