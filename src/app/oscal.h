// OSCAL documents from a result and a case. The mapping: docs/OSCAL.md.
#ifndef AN_APP_OSCAL_H
#define AN_APP_OSCAL_H

#include "app/model.h"
#include "base/buf.h"
#include "case/case.h"
#include "schema/schema.h"

enum an_oscal_document { AN_OSCAL_AR, AN_OSCAL_POAM, AN_OSCAL_CATALOG };

struct an_oscal_source {                // what a document is made of; borrowed
    const struct an_model *model;       // NULL: nothing is judged now; verdicts are those that the case has
    struct an_case *kase;               // NULL: there is no case
    const struct an_law *law;           // whose rules a catalog lists; NULL otherwise
    an_day as_of;
    const char *moment;                 // of the document: "YYYY-MM-DDTHH:MM:SSZ"
    const char *data;                   // $ANSHEN_DATA, NULL when not set: where the schemas are looked for first
    const char *role;                   // of who will read it (case/secrecy.h); NULL: who keeps the case
    enum an_lang lang;
};

// Adds the document to `out`. Before that it is held against NIST's schema and the rules of reference; a fault in what is ours is
// a BUG, with its place; faults that came in with documents of other tools stay as they were received.
// The same source gives the same bytes. Errors: USAGE when there is nothing to write (neither model nor case, a POA&M without an
// item, a catalog without a rule); IO when the schemas are not there; those of the case file.
enum an_code an_oscal_make(const struct an_oscal_source *source, enum an_oscal_document which, struct an_buf *out,
                           struct an_err *err) AN_MUST_USE;

// Holds a document of others against the schema that we write (AN_OSCAL_AR, ..): whether it could be merged into one of ours.
// What is wrong goes to *ret. IO when the schema is not there.
enum an_code an_oscal_hold(const json_t *root, enum an_oscal_document which, const char *data, struct an_arena *arena,
                           struct an_schema_faults *ret, struct an_err *err) AN_MUST_USE;

#endif
