// What the formats share: taking texts, days and severities out of a file, and adding findings.
#ifndef AN_EVIDENCE_TAKE_H
#define AN_EVIDENCE_TAKE_H

#include "evidence/evidence.h"

// Room for one more finding, {.severity = ""} and without a day; NULL with *err filled: NOMEM, or LIMIT for one too many.
struct an_evidence_finding *an_evidence_add(const struct an_evidence_in *in, struct an_evidence_report *e, struct an_err *err);

// A text in one line, cut where it is too long, in the arena; "" when out of memory (the next an_evidence_add will say so).
struct an_str an_evidence_take(const struct an_evidence_in *in, struct an_str text);

// Several as one, with `between` between those that say something.
struct an_str an_evidence_join(const struct an_evidence_in *in, struct an_str a, const char *between, struct an_str b);

// The day a moment begins with; AN_DAY_NONE for anything else.
an_day an_evidence_day(struct an_str moment);

// A severity in our words, whatever the case; "" for a word that is none.
const char *an_evidence_severity(struct an_str word);

// The same for a score of CVSS, 0 to 10.
const char *an_evidence_score(double score);

// One of XCCDF's nine results. False for notselected and informational, which are no findings; any other word is unknown.
bool an_evidence_xccdf(struct an_str word, enum an_evidence_result *ret);

// The values of the first of an object's props with that name; "".
struct an_str an_evidence_prop(const json_t *object, const char *name);

// For documents of OSCAL: the object under the root key, the object with a UUID in a list, and the worst severity of the risks
// that `related` refers to.
const json_t *an_evidence_by_uuid(const json_t *list, struct an_str uuid);
const char *an_evidence_risk_severity(const json_t *risks, const json_t *related);

#endif
