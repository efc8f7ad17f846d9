// RTF as Outlook keeps it in messages: compressed, with a dictionary that begins with what RTF begins with.
//
// Source: [MS-OXRTFCP].
#ifndef AN_SOURCE_LZFU_H
#define AN_SOURCE_LZFU_H

#include "base/buf.h"
#include "base/err.h"

// Appends the text. *ret_whole false: it is damaged, and what came before the damage was appended. At most nine bytes come of
// one. Failure: no memory, or out's limit.
enum an_code an_lzfu_add(struct an_str packed, struct an_buf *out, bool *ret_whole, struct an_err *err) AN_MUST_USE;

#endif
