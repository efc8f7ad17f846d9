// Result files of other tools into a case: the file is kept as an object, each finding becomes an entry.
#ifndef AN_APP_EVIDENCE_H
#define AN_APP_EVIDENCE_H

#include "base/date.h"
#include "case/case.h"
#include "evidence/evidence.h"

enum { AN_EVIDENCE_ENTRIES_MAX = 20 * 1000 };       // findings of one file that are taken into a case

struct an_evidence_file {               // what is imported; borrowed
    struct an_str bytes;
    const char *name;                   // that messages call it
    const char *moment, *actor;         // of the entries; actor NULL: nobody in particular
    an_day day;                         // of findings that name none
    const struct an_secret *key;        // NULL: entries are not signed
};

struct an_evidence_imported {
    const struct an_evidence_format *format;
    struct an_hash object;
    uint64_t first, last;               // entries; 0 when there was no finding
    uint64_t pass, fail, unknown, not_applicable, passed_over;
};

// Reads the file, stores it as an object, and appends a `finding` for each finding, all of it or nothing. The id of a finding
// follows from what the tool calls it, so that the next report of the same tool replaces what the last one said of it.
// Errors begin with the file's name: those of an_evidence_read and of the case; USAGE when the case has a finding of this very
// file already; LIMIT beyond AN_EVIDENCE_ENTRIES_MAX.
enum an_code an_evidence_import(struct an_case *c, const struct an_evidence_file *file, struct an_evidence_imported *ret,
                                struct an_err *err) AN_MUST_USE;

#endif
