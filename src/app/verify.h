// What the checks of a dossier share: its state, its notes, and the checks in their order. Inside this folder only.
#ifndef AN_APP_VERIFY_H
#define AN_APP_VERIFY_H

#include "app/dossier_form.h"
#include "rules/recheck.h"

struct an_verify {
    struct an_dossier *d;
    const struct an_dossier_trust *trust;
    struct an_recheck_law law;              // the rules in the dossier
    size_t rules, unshipped;
    size_t proven, unproven;                // certificates; those whose rules are not in the dossier
    struct an_recheck_law shipped;          // all rules at hand, where all of the dossier's are among them
    bool *used;                             // members, by index, that something accounts for
    bool *looked;                           // results, by index of their member
    struct an_err *err;
};

struct an_verify_manifest { struct an_dossier_facts facts; const json_t *members, *withheld; };

enum an_code an_verify_no_memory(struct an_verify *v);

// Both texts take the same values in the same order.
AN_PRINTF(4, 6) AN_PRINTF(5, 6)
enum an_code an_verify_note(struct an_verify *v, enum an_dossier_level level, const char *about, const char *en, const char *zh,
                            ...) AN_MUST_USE;

// What to note of a failure: all but those of the machine.
enum an_code an_verify_fault(struct an_verify *v, const char *about, const char *place, enum an_code code,
                             const struct an_err *why) AN_MUST_USE;

// Whether nothing wrong was noted from that note on.
bool an_verify_is_fine_since(const struct an_verify *v, size_t from);

// The member of that name, which is now accounted for; NULL: there is none.
const struct an_zip_member *an_verify_take(struct an_verify *v, const char *name);

// The object of that hash as JSON; *ret NULL, with a note, where there is none.
enum an_code an_verify_object(struct an_verify *v, const char *about, const char *place, struct an_str hash,
                              json_t **ret) AN_MUST_USE;

bool an_verify_begins(struct an_str s, const char *with);

// The checks. *ret_go_on: whether there is something for the next ones to look at. verify_archive.c
enum an_code an_verify_zip(struct an_verify *v, struct an_str file, bool *ret_go_on) AN_MUST_USE;
enum an_code an_verify_read_manifest(struct an_verify *v, struct an_verify_manifest *ret, bool *ret_go_on) AN_MUST_USE;

// verify_log.c
enum an_code an_verify_log(struct an_verify *v, const struct an_verify_manifest *m, bool *ret_go_on) AN_MUST_USE;
enum an_code an_verify_signature(struct an_verify *v, const struct an_verify_manifest *m) AN_MUST_USE;
enum an_code an_verify_objects(struct an_verify *v, const struct an_verify_manifest *m) AN_MUST_USE;

// verify_rules.c: the rules first, which are what certificates are held to.
enum an_code an_verify_rules(struct an_verify *v) AN_MUST_USE;
enum an_code an_verify_certificates(struct an_verify *v) AN_MUST_USE;

// verify_counts.c
enum an_code an_verify_counts(struct an_verify *v) AN_MUST_USE;

#endif
