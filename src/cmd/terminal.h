// Asking a person at the terminal.
#ifndef AN_CMD_TERMINAL_H
#define AN_CMD_TERMINAL_H

#include "base/lang.h"
#include "base/str.h"

// Asks for a secret on the terminal of the process, without echo, whatever standard input and output are. False when there is
// no terminal, nothing was said, or it does not fit `cap` with its NUL.
bool an_terminal_secret(struct an_str what, enum an_lang lang, char *to, size_t cap);

#endif
