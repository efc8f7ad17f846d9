// Mail: messages with their headers, bodies and attachments, alone (EML) or in a row (mbox).
//
// One store holds the headers and bodies of all messages; each attachment is a store of its own. Stores may not nest, so the
// input is gone through twice when there are attachments: a file is opened again, what is no file is held in memory.
#ifndef AN_SOURCE_MAIL_H
#define AN_SOURCE_MAIL_H

#include "source/source.h"

// How much the head looks like a message: 0 to 100.
int an_mail_looks_like_message(struct an_str head);

// Whether a line begins a message of an mbox file: "From ", whom from, and a date.
bool an_mail_is_from_line(struct an_str line);

// Reads one message, or with `many` as many as there are. `format` is the source's name.
enum an_code an_mail_read(const char *format, bool many, struct an_reading *reading, struct an_input *input,
                          const struct an_sniff *sniff, struct an_err *err) AN_MUST_USE;

#endif
