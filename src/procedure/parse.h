// The parts of reading a file of procedures that stand in files of their own.
#ifndef AN_PROCEDURE_PARSE_H
#define AN_PROCEDURE_PARSE_H

#include "procedure/procedure.h"
#include "rules/read.h"

// One procedure, from the word `procedure` to its closing brace. `known` are those before it in the file, for `like`.
enum an_code an_procedure_read(struct an_reader *p, const struct an_procedures *known, struct an_procedure **ret) AN_MUST_USE;

// One gate, from the word `gate` to its closing brace.
enum an_code an_gate_read(struct an_reader *p, struct an_gate **ret) AN_MUST_USE;

// Finds what every name of the procedure means in it. INPUT at the first that means nothing, with the nearest that does.
enum an_code an_procedure_resolve(struct an_procedure *p, struct an_err *err) AN_MUST_USE;

#endif
