// Writing a value the plain way: escapes undone, full-width forms made narrow, invisible characters dropped.
#ifndef AN_TEXT_ESCAPE_H
#define AN_TEXT_ESCAPE_H

#include "base/buf.h"

// Whether s holds anything that an_escape_plain would change. Fast: a look at every byte, no more. May say
// yes for nothing, never no for something.
bool an_escape_needed(struct an_str s);

// Appends s to `out`, with
//   %XX            undone where it is hexadecimal: as UTF-8, else as GB18030, else left as it is
//   &amp; &#64; &#x40; and the other entities of XML, and &nbsp;    undone
//   U+FF01..FF5E   as ASCII, U+3000 and the other wide or fixed spaces as a space
//   dashes and minus signs U+2010..2015, U+2212, U+FE58, U+FE63    as '-'
//   zero-width and direction marks, soft hyphen, U+FEFF            dropped
// s is UTF-8; so is what is appended. One pass: what an escape stands for is made narrow, but not looked
// at for more escapes. Failure: no memory, or out's limit.
enum an_code an_escape_plain(struct an_str s, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// Whether s is nothing but full-width forms of ASCII, U+FF01..FF5E, at most `room` of them: then writes them as ASCII, and
// returns how many. Else 0.
size_t an_escape_wide(struct an_str s, char *out, size_t room);

#endif
