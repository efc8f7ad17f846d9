// The dossier: one ZIP of a case for somebody outside, which he can check without trusting who sent it. Form: docs/DOSSIER.md.
#ifndef AN_APP_DOSSIER_H
#define AN_APP_DOSSIER_H

#include "app/extract.h"
#include "app/packs.h"
#include "base/lang.h"
#include "zip/zip.h"

#define AN_DOSSIER_FORM "anshen.dossier/1"
enum {
    AN_DOSSIER_BYTES_MAX = 1 << 30,         // of the file
    AN_DOSSIER_RESULTS_MAX = 32,
    AN_DOSSIER_FAULTS_MAX = 200,            // told; more are counted
};

struct an_dossier_request {
    struct an_case *from;
    const char *role;                       // of who receives it: a word of an_secrecy_roles
    const struct an_law *law;               // where rules, calendars and procedures are looked up
    const struct an_secret *key;            // NULL: not signed
    const struct an_str *results; size_t result_count;      // texts of result JSONs to go with it
    size_t *ret_missing;                    // how often a certificate names a rule that the law does not have so; or NULL
};

// Adds the ZIP to `out`: the same case, role and law give the same bytes, whenever and wherever. Errors: USAGE for a role that
// there is none of; INPUT for a case that was altered.
enum an_code an_dossier_build(const struct an_dossier_request *r, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// What was looked at, and what was found. PARTLY: nothing is wrong, but something could not be looked at.
enum an_dossier_level { AN_DOSSIER_FINE, AN_DOSSIER_PARTLY, AN_DOSSIER_WRONG };
struct an_dossier_note {
    enum an_dossier_level level;
    const char *about;                      // stable: "zip", "manifest", "signature", "log", "objects", "rules"...
    struct an_words text;                   // in the arena
};

struct an_dossier {                         // {0} is empty
    struct an_arena arena;
    struct an_zip zip;
    json_t *manifest;                       // NULL where it could not be read
    struct an_hash manifest_hash;           // BLAKE2b-256 of manifest.json
    struct an_extract log;
    struct an_dossier_note *notes; size_t note_count,
        note_cap;     // wrong ones where they were found; one at the end of each part
    size_t untold;                          // faults beyond AN_DOSSIER_FAULTS_MAX
    enum an_dossier_level level;            // the worst
};
void an_dossier_release(struct an_dossier *d);

struct an_dossier_trust {
    const struct an_public *key;            // that its signature must be of; NULL: none is known
    const struct an_law *law;               // to compare its rules with; NULL: none is at hand
};

// Checks all of it: whatever is wrong is a note. Errors: NOMEM, and LIMIT for what is too large to look at.
// `file` must outlive *ret.
enum an_code an_dossier_verify(struct an_str file, const struct an_dossier_trust *trust, struct an_dossier *ret,
                               struct an_err *err) AN_MUST_USE;

// The report as canonical JSON, "anshen.verification/1".
enum an_code an_dossier_report(const struct an_dossier *d, struct an_buf *out, struct an_err *err) AN_MUST_USE;

#endif
