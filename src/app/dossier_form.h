// The parts of a dossier that whoever builds it and whoever checks it must make alike. Inside this folder only.
#ifndef AN_APP_DOSSIER_FORM_H
#define AN_APP_DOSSIER_FORM_H

#include "app/dossier.h"

#define AN_DOSSIER_MANIFEST "manifest.json"
#define AN_DOSSIER_SIGNATURE "manifest.json.minisig"
#define AN_DOSSIER_STEPS "VERIFY.txt"
#define AN_DOSSIER_NAMES "rules/names.jsonl"
#define AN_DOSSIER_UNTRUSTED "signature of a dossier of anshen"

enum { AN_DOSSIER_NAME_MAX = 256 };

struct an_dossier_facts {               // what the manifest says beside its members
    struct an_str case_id, role, tool;
    struct an_hash head;
    uint64_t entries, hidden;
    struct an_str last;                 // moment of the last entry that is shown
    const struct an_hash *withheld; size_t withheld_count;      // objects that entries shown name, but that are not for this role
};

// manifest.json of these members, which are all but itself and its signature, in the archive's order.
enum an_code an_dossier_manifest(const struct an_dossier_facts *facts, const struct an_zip_member *members, size_t count,
                                 struct an_buf *out, struct an_err *err) AN_MUST_USE;

// VERIFY.txt.
enum an_code an_dossier_steps(const struct an_dossier_facts *facts, bool is_signed, struct an_buf *out,
                              struct an_err *err) AN_MUST_USE;

// log.json: the hashes of all entries, and the numbers of those that are hidden.
enum an_code an_dossier_log(const struct an_extract *log, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// facts.json and verdicts.json: the entries of a kind that stand, each {"entry": number, "fact" or "verdict": body}.
enum an_code an_dossier_list(const struct an_extract *log, const char *kind, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// The trusted comment of the manifest's signature.
enum an_code an_dossier_comment(const struct an_dossier_facts *facts, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// The facts of a certificate's form (docs/RULES.md, section 7) out of an object of that form or of a result's `facts`. NULL:
// it is
// neither.
json_t *an_dossier_known(const json_t *facts);

#endif
