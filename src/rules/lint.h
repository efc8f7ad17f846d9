// The operator lint: the most expensive typo in law is > for >=.
#ifndef AN_RULES_LINT_H
#define AN_RULES_LINT_H

#include "rules/formula.h"

// The next number in a quote that an operator word goes with: 超过100万 is {GT, 1000000}, 100万人以上 is
// {GE, ...}.
struct an_quoted { enum an_compare compare; uint64_t number; };

// Finds it in text from *at on, and moves *at past it. False when there is none left.
//   > 超过, more than, over, exceeding      >= 以上, 达到, 不少于, 不低于, at least, not less than, or more
//   < 不满, 不足, 少于, 低于, 未达到, less than, fewer than      <= 以下, 不超过, at most, not more than
bool an_quoted_next(struct an_str text, size_t *at, struct an_quoted *ret);

// The texts that the lint reads: a rule's quotes, or the digest in their place.
size_t an_quoted_texts(const struct an_rule *rule);
struct an_str an_quoted_text(const struct an_rule *rule, size_t i);

// Whether the formula says what the quote says of every such number: the number stands in the formula, and
// each comparison with it is one that the quotes use (or its negation, under a `not`). On false writes what
// is wrong.
bool an_lint_operators(const struct an_rule *rule, const struct an_formula *f, char ret_text[static 160]);

#endif
