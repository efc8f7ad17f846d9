// The canonical form of a rule: one compact JSON text, the same whatever blanks, comments and spellings the
// file used.
// It is what is hashed, and what an independent checker reads.
#ifndef AN_RULES_CANON_H
#define AN_RULES_CANON_H

#include "base/buf.h"
#include "base/json.h"
#include "rules/pack.h"

// Fills rule->canonical (in `arena`) and rule->hash. UTF-8, keys in a fixed order, numbers exact, days
// "YYYY-MM-DD".
enum an_code an_rule_canonise(struct an_rule *rule, struct an_arena *arena, struct an_err *err) AN_MUST_USE;

// Fills name->canonical (in `arena`): what is declared, without where.
enum an_code an_name_canonise(struct an_name *name, struct an_arena *arena, struct an_err *err) AN_MUST_USE;

// A fact's value: null, "word", [lo, hi] (hi null: no upper end) or {"from": day, "to": day}. NULL is null.
void an_fact_json(struct an_json *j, const struct an_fact *fact);
void an_fact_json_key(struct an_json *j, struct an_str name);

enum { AN_HASH_TEXT_MAX = 2 * AN_RULE_HASH_BYTES + 1 };
const char *an_hash_text(const unsigned char hash[AN_RULE_HASH_BYTES], char out[AN_HASH_TEXT_MAX]);

// BLAKE2b-256 over the hashes of all rules in the set's order, then the canonical forms of the names: what a
// result says it was judged by.
void an_packs_hash(const struct an_packs *packs, unsigned char ret_hash[AN_RULE_HASH_BYTES]);

// A condition as the language writes it, digits grouped: `listing.venue = FOREIGN`, `count(users_pi_held) >
// 1,000,000`.
// For AND, OR and NOT the word alone.
enum an_code an_expr_say(const struct an_expr *expr, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// The whole formula over several lines, indented by `indent` blanks and two more a level.
enum an_code an_formula_say(const struct an_expr *expr, int indent, struct an_buf *out, struct an_err *err)
    AN_MUST_USE;

#endif
