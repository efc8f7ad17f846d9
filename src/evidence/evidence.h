// What other tools found: their result files, each read into plain findings.
//
// A format is told by content, never by a file's name. A finding is pass, fail, unknown or not applicable; what a tool could not
// tell is unknown, and no word that is not known becomes a pass. Taken are names, titles, places and verdicts; never a message or
// an excerpt that quotes the data which was looked at, since that may be anybody's.
// The file itself is the evidence: whoever imports it keeps its bytes. What is read here points into it.
#ifndef AN_EVIDENCE_EVIDENCE_H
#define AN_EVIDENCE_EVIDENCE_H

#include "base/date.h"
#include "base/lang.h"
#include "schema/tree.h"

enum {
    AN_EVIDENCE_BYTES_MAX = 64 * 1024 * 1024,
    AN_EVIDENCE_FINDINGS_MAX = 100 * 1000,      // of one file
    AN_EVIDENCE_TEXT_MAX = 2000,                // bytes of a text that is taken; what is longer is cut and ends in "..."
};

enum an_evidence_result { AN_EVIDENCE_PASS, AN_EVIDENCE_FAIL, AN_EVIDENCE_UNKNOWN, AN_EVIDENCE_NOT_APPLICABLE };

struct an_evidence_finding {            // texts in one line each, UTF-8, "" when the file does not say
    struct an_str id;                   // as the tool names it, with what tells it from others of the file
    struct an_str title;                // never ""
    enum an_evidence_result result;
    const char *severity;               // "critical", "high", "medium", "low", "none"; "" when not said
    struct an_str subject;              // what was looked at: a host, a file, a package
    struct an_str control;              // what it was held against: a control, a CWE, a CCE
    struct an_str remarks;
    an_day day;                         // on which it was found; AN_DAY_NONE when not said
};

struct an_evidence_report {                    // {0} is none
    const struct an_evidence_format *format;
    struct an_str tool, tool_version;   // who found it; tool is never ""
    struct an_evidence_finding *items; size_t count;
    uint64_t passed_over;               // results that are no findings: not selected, informational
    struct an_tree tree;                // of a JSON format: the document, for whoever carries it over
};

struct an_evidence_in {                 // one file, as the formats see it
    struct an_str bytes;
    const json_t *root;                 // NULL: no JSON
    bool is_xml;
    struct an_arena *arena;
};

// One format. Const, static, shared by every thread.
struct an_evidence_format {
    const char *name;                   // stable: "xccdf"
    struct an_words title;
    const char *media;                  // media type
    bool (*is)(const struct an_evidence_in *in);
    // Fills tool, items and passed_over. INPUT says where in the file and what would be right.
    enum an_code (*read)(const struct an_evidence_in *in, struct an_evidence_report *ret, struct an_err *err);
};

extern const struct an_evidence_format *const an_evidence_formats[];    // sorted by name, NULL-ended
extern const size_t an_evidence_format_count;

void an_evidence_report_release(struct an_evidence_report *evidence);     // the tree; all else is the arena's

// Reads a file of evidence; texts live as long as `arena`. Errors begin with `name`. INPUT: of no known format (says which there
// are), or malformed; LIMIT: too long, too deep, too many findings; NOMEM.
enum an_code an_evidence_read(struct an_str bytes, const char *name, struct an_arena *arena, struct an_evidence_report *ret,
                              struct an_err *err) AN_MUST_USE;

// "pass", "fail", "unknown", "not-applicable"
const char *an_evidence_result_name(enum an_evidence_result result);

#endif
