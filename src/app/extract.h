// The extract of a log: the entries that somebody may see, and of the others the hashes, so that it still is one chain.
#ifndef AN_APP_EXTRACT_H
#define AN_APP_EXTRACT_H

#include "case/case.h"

// Whether a person of this role may see this entry of the case: by the classes of case/secrecy.h. The first entry, which says
// what
// the case is, goes with every extract.
bool an_extract_shows(const struct an_case *c, const struct an_entry *entry, struct an_str role);

// Whether the object may be seen: no document entry of the case that this role may not see is about it, and it is no dossier
// that came in.
bool an_extract_shows_object(const struct an_case *c, struct an_str hash, struct an_str role);

struct an_extract_entry {
    struct an_hash hash;
    struct an_str text, signature;      // text empty: hidden; signature empty: not signed
    // What follows is filled in by an_extract_check.
    json_t *root;                       // owned
    const json_t *body;
    const struct an_entry_kind *kind;
    struct an_str at, actor;
    uint64_t withdrawn_by;              // by an entry that is shown; 0: none
    enum { AN_EXTRACT_UNSIGNED, AN_EXTRACT_SIGNED, AN_EXTRACT_UNKNOWN_KEY } signer;     // UNKNOWN_KEY: its person is hidden
};

struct an_extract {                     // entries[i] has the number i + 1
    struct an_extract_entry *entries; size_t count;
};
void an_extract_release(struct an_extract *x);      // the roots only

// Called for each fault. What it returns ends the check unless it is AN_OK.
typedef enum an_code an_on_extract_fault(void *arg, uint64_t seq, const char *what, struct an_err *err);

// Whether the entries are one log: each shown text is canonical, hashes to its hash behind the hash before it, has a body that
// its
// kind may have, moments that do not go back, and a signature by a key that a person entry before it gives its actor.
enum an_code an_extract_check(struct an_extract *x, an_on_extract_fault *fault, void *arg, struct an_err *err) AN_MUST_USE;

// The next entry of that kind that is shown and stands, after `last` (0: the first); its number, 0 behind the last.
uint64_t an_extract_next(const struct an_extract *x, const char *kind, uint64_t last);

#endif
