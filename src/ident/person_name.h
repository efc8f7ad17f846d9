// Names of people, as far as a cell's own text can tell.
#ifndef AN_IDENT_PERSON_NAME_H
#define AN_IDENT_PERSON_NAME_H

#include "ident/ident.h"

// Whether the cell (UTF-8, trimmed) is two to four Han characters, the first or the first two a known
// surname, the last not the word for a place (区, 县, 路 ...) or a body (公司, 店, 部 ...). Many words pass:
// believe it of a column, not of one cell. Pure.
bool an_person_name_looks_han(struct an_str cell);

#endif
