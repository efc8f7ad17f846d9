// Four octets with full stops between them, as addresses of the internet are written.
#ifndef AN_IDENT_DOTTED_H
#define AN_IDENT_DOTTED_H

#include "base/str.h"

// Reads "a.b.c.d", each 0..255 without leading zeros (which are octal to some programs and nothing to
// others), into one number, a in its top byte. False, with *ret untouched, for anything else. Pure.
bool an_dotted_read(struct an_str text, uint32_t *ret);

enum { AN_DOTTED_TEXT_MAX = 16 };
// Writes the address and returns how many bytes; not NUL-ended.
size_t an_dotted_text(uint32_t address, char out[static AN_DOTTED_TEXT_MAX]);

#endif
