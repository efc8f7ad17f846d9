// The certificate of a verdict: the least that a stranger needs to check it. Form: docs/RULES.md section 7.
#ifndef AN_RULES_CERTIFICATE_H
#define AN_RULES_CERTIFICATE_H

#include "base/buf.h"
#include "rules/eval.h"
#include "rules/settle.h"

// `box` is what the facts say, tightened; `search` has settled it to `value`. Compact JSON, appended to
// `out`.
enum an_code an_certificate_write(const struct an_rule *rule, const struct an_question *question,
                                  struct an_search *search, const struct an_box *box, enum an_tri value,
                                  struct an_buf *out, struct an_err *err) AN_MUST_USE;

#endif
