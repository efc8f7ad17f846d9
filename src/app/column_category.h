// The category of a column: what its heading says, what its cells read like, and whether the two agree.
#ifndef AN_APP_COLUMN_CATEGORY_H
#define AN_APP_COLUMN_CATEGORY_H

#include "census/store.h"
#include "ident/category.h"

enum an_column_evidence {
    AN_EVIDENCE_HEADING,                // the heading says it, and nobody can tell by the content
    AN_EVIDENCE_BOTH,
    AN_EVIDENCE_PARTLY,                 // the heading says it, and of some cells the content
    AN_EVIDENCE_DENIED,                 // the heading says it, and the content does not bear it out
    AN_EVIDENCE_CONTENT,                // the content alone says it: likely
};
const char *an_evidence_name(enum an_column_evidence evidence);     // "heading", "both", "partly", "heading-denied", "content"

struct an_column_category {
    const struct an_category *category; // NULL: none
    enum an_column_evidence evidence;
    bool counted;                       // as an identifier: its heading names a kind (persons' names, places)
    uint64_t cells;                     // that read like it, of c->looked
    const struct an_look *as;           // what they read like, or what instead; NULL: nothing known
};

// Pure. A column without values has none.
struct an_column_category an_column_category(const struct an_column *c);

// Cells looked at that read so.
uint64_t an_column_cells(const struct an_column *c, const struct an_look *look);

#endif
