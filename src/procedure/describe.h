// A procedure or gate in full, in words: citation, the words of the statute, steps, periods, conditions, notes, sources.
#ifndef AN_PROCEDURE_DESCRIBE_H
#define AN_PROCEDURE_DESCRIBE_H

#include "base/buf.h"
#include "procedure/gate.h"

// Each is appended to `out`, several lines.
enum an_code an_procedure_say(const struct an_procedure *procedure, enum an_lang lang, struct an_buf *out,
                              struct an_err *err) AN_MUST_USE;
enum an_code an_gate_describe(const struct an_gate *gate, enum an_lang lang, struct an_buf *out,
                              struct an_err *err) AN_MUST_USE;

#endif
