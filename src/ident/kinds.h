// Every kind by its own name: what checks that ask about another kind, or about their own, include.
#ifndef AN_IDENT_KINDS_H
#define AN_IDENT_KINDS_H

#include "ident/ident.h"

#define AN_ROW(kind) extern const struct an_ident an_ident_##kind;
#include "ident/ident_table.h"
#undef AN_ROW

#endif
