// Checking certificates: whether a proof proves its verdict, without the evaluator that wrote it.
//
// It reads the canonical forms of rules and names and the JSON of a certificate, from anybody, and shares no code with parser,
// evaluator and writer. What is accepted follows from the rules whose hashes the certificate names and from the facts it lists;
// whether those rules are the law, and the facts the truth, is for the caller. Form and meaning: docs/RULES.md, section 7;
// tools/check-certificate is the same in another language.
#ifndef AN_RULES_RECHECK_H
#define AN_RULES_RECHECK_H

#include <jansson.h>
#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"

struct an_recheck_rule;
struct an_recheck_name;

struct an_recheck_law {                 // {0} is empty
    struct an_recheck_rule *rules; size_t rule_count, rule_cap;
    struct an_recheck_name *names; size_t name_count, name_cap;
};
void an_recheck_law_release(struct an_recheck_law *law);

// Adds the canonical form of a rule, a define, or a name; its hash is that of these bytes. INPUT: none of them, or without the
// members that a check needs; LIMIT.
enum an_code an_recheck_add(struct an_recheck_law *law, struct an_str canonical, struct an_err *err) AN_MUST_USE;

// The hash of the i-th rule added, as text.
const char *an_recheck_hash(const struct an_recheck_law *law, size_t i);

enum an_recheck_verdict { AN_RECHECK_NO, AN_RECHECK_UNDETERMINED, AN_RECHECK_YES };

struct an_recheck {                     // what was proven; texts are borrowed from the certificate
    const char *rule, *version, *hash;  // version "" for a define
    enum an_recheck_verdict verdict;
    an_day as_of;
};

// AN_OK: the certificate proves what *ret says. INPUT with the reason for all others; nothing in the certificate may make it
// anything else, but LIMIT where it is larger than any that is written. With `facts` (an object, of each fact what a
// certificate's `facts` has) the certificate must have used just these: a fact that is not there was not known.
enum an_code an_recheck(const struct an_recheck_law *law, const json_t *certificate, const json_t *facts,
                        struct an_recheck *ret, struct an_err *err) AN_MUST_USE;

#endif
