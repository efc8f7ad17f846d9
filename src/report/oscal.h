// What an OSCAL document says: a plain model, filled by app/, and the documents made of it.
//
// OSCAL (NIST) has assessment results: what was observed, found and is at risk; a plan of action and milestones (POA&M): what
// is done about it; and catalogs: what is asked for. Written is version 1.1.2. Everything in a model is borrowed.
//
// A thing is known by its key, unique among things of its sort; its UUID follows from the model's `space` and the key, so the
// same thing has the same UUID in every document and every export. A document's own UUID follows from its content.
// Texts are hostile: bytes that are not UTF-8 become U+FFFD, control characters blanks, and where OSCAL reads Markdown, what
// could open a tag or a code span is escaped.
// Source: OSCAL 1.1.2; docs/OSCAL.md has the mapping.
#ifndef AN_REPORT_OSCAL_H
#define AN_REPORT_OSCAL_H

#include "base/buf.h"
#include "base/date.h"
#include "base/uuid.h"
#include "schema/reference.h"

struct an_oscal_prop {
    const char *name;                   // a token: "count-floor"
    struct an_str value;                // "" is left out
    const char *class;                  // a token, or NULL
};

struct an_oscal_keys { const struct an_str *items; size_t count; };
struct an_oscal_props { const struct an_oscal_prop *items; size_t count; };

enum an_oscal_side { AN_OSCAL_FILER, AN_OSCAL_AUTHORITY };

struct an_oscal_party {
    struct an_str key, name, remarks;
    bool is_person;
    enum an_oscal_side side;
};

struct an_oscal_store {                 // an inventory item: a data store
    struct an_str key, title;
    struct an_oscal_props props;
};

struct an_oscal_evidence {              // a resource of the back matter
    struct an_str key, title, description;
    struct an_str name, media;          // a file's name without a folder, its media type
    struct an_str sha256;               // 64 hexadecimal digits; "" where only a reference is known
    struct an_str bytes;                // held in the document itself; "" when not
    struct an_oscal_props props;
};

struct an_oscal_observation {
    struct an_str key, title, text, remarks;
    const char *method;                 // "TEST", "EXAMINE", "INTERVIEW"
    const char *type;                   // "control-objective", "finding", "historic", "discovery"
    an_day collected, expires;          // expires AN_DAY_NONE: it does not
    struct an_oscal_keys stores, evidence;
    struct an_oscal_props props;
    bool by_tool;                       // our own
};

struct an_oscal_task {                  // a milestone
    struct an_str key, title;
    an_day day;                         // AN_DAY_NONE: no date yet
};

struct an_oscal_risk {
    struct an_str key, title, text, statement;
    const char *status;                 // "open", "remediating", "closed", "deviation-requested" ...
    an_day deadline;                    // AN_DAY_NONE: none known
    struct an_str zone;                 // of its last minute: "+08:00"; "" is "Z"
    struct an_oscal_keys observations;
    struct an_oscal_props props;
    struct an_str remedy, remedy_text;  // what is to be done: title, description; "" when nothing is planned
    const char *lifecycle;              // of the remedy: "recommendation", "planned", "completed"
    const struct an_oscal_task *tasks; size_t task_count;
};

struct an_oscal_finding {
    struct an_str key, title, text;
    const char *target_type;            // "statement-id", "objective-id"
    struct an_str target;               // made a token by the writer
    bool is_satisfied;
    const char *reason;                 // "pass", "fail", "other"
    struct an_str status_remarks, remarks;
    struct an_oscal_props props;
    struct an_oscal_keys observations, risks, evidence;
};

struct an_oscal_item {                  // of a POA&M
    struct an_str key, title, text, remarks;
    struct an_oscal_props props;
    struct an_oscal_keys observations, risks;
};

struct an_oscal_entry {                 // of the assessment log
    struct an_str key, title, text, moment;
    struct an_str party;                // key of who logged it; "" when nobody is named
    enum an_oscal_side side;
    struct an_oscal_props props;
};

struct an_oscal_foreign {               // a document of another tool
    struct an_str name, bytes, sha256;
    const json_t *root;                 // of OSCAL documents that may be merged: they pass the schema that is written; else NULL
    struct an_str media;
};

struct an_oscal {
    struct an_str space;                // what makes this company's or case's UUIDs its own
    struct an_str title, results_title, results_text;
    struct an_str moment;               // of the document: "2026-11-23T09:00:00Z"
    struct an_str version;              // of its content
    struct an_str system;               // whose stores and duties these are
    struct an_str tool_version;
    an_day as_of;
    struct an_oscal_props props;        // of the results
    struct an_str *controls; size_t control_count;  // ids of what was judged by; none: everything
    struct an_oscal_party *parties; size_t party_count;
    struct an_oscal_store *stores; size_t store_count;
    struct an_oscal_evidence *evidence; size_t evidence_count;
    struct an_oscal_observation *observations; size_t observation_count;
    struct an_oscal_risk *risks; size_t risk_count;
    struct an_oscal_finding *findings; size_t finding_count;
    struct an_oscal_item *items; size_t item_count;
    struct an_oscal_entry *log; size_t log_count;
    struct an_oscal_foreign *foreign; size_t foreign_count;
};

struct an_oscal_part { const char *name; struct an_str title, prose; };     // name "statement", "guidance" ...

struct an_oscal_control {
    struct an_str id, title;            // id: made a token by the writer
    const char *class;
    struct an_oscal_props props;
    const struct an_oscal_part *parts; size_t part_count;
    const struct an_str *links; size_t link_count;      // where the words stand
    size_t group;
};

struct an_oscal_catalog {
    struct an_str space, title, moment, version, tool_version;
    struct an_oscal_props props;
    struct an_str *groups; size_t group_count;          // titles: one an instrument
    struct an_oscal_control *controls; size_t control_count;    // in the order of their groups
};

// Whether OSCAL can write the day: its dates begin in 1900 and end in 2999, and of the 20th century lack the leap days. A day
// that it cannot write is left out, or, where one is needed, the document's own is written.
bool an_oscal_has_day(an_day day);

// The documents. The assessment plan that results import, and the thin system security plan that this one imports, are held in
// the back matter, so that the chain of imports needs no other file. In a POA&M stand the risks that items name.
// USAGE: a POA&M without an item, a catalog without a control: OSCAL has no empty ones. NOMEM.
enum an_code an_oscal_results(const struct an_oscal *o, struct an_tree *ret, struct an_err *err) AN_MUST_USE;
enum an_code an_oscal_plan(const struct an_oscal *o, struct an_tree *ret, struct an_err *err) AN_MUST_USE;
enum an_code an_oscal_catalog(const struct an_oscal_catalog *c, struct an_tree *ret, struct an_err *err) AN_MUST_USE;

// A document as bytes: UTF-8, two-space indented, the same for the same document.
enum an_code an_oscal_text(const struct an_tree *document, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// Whether two documents share a UUID, so that only one of them can be carried over; and whether a document is of this `space`, as
// those are that were written for it before. True when out of memory: what is not carried over is held whole.
bool an_oscal_overlaps(const json_t *a, const json_t *b);
bool an_oscal_is_of(struct an_str space, const json_t *root);

// Any text as a token: what may not stand in one becomes '-', and a few digits of a hash keep different texts apart. Those that
// are tokens of ASCII stay as they are. Owned by `arena`; ptr NULL when out of memory.
struct an_str an_oscal_token(struct an_arena *arena, struct an_str text);

#endif
