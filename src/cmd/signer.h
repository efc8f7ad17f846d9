// Keys on the command line: a secret key file to sign with, a public key to trust.
#ifndef AN_CMD_SIGNER_H
#define AN_CMD_SIGNER_H

#include "base/sign.h"

// The secret key of a file. The password comes from the first line of `password_path`, or where that is NULL from the
// terminal, without echo; it is zeroed. Errors: those of an_secret_read; USAGE when a password is needed and there is no
// terminal to ask on.
enum an_code an_signer_open(const char *path, const char *password_path, struct an_secret **ret_secret,
                            struct an_err *err) AN_MUST_USE;

// --trust: a public key file, or its line of base64. USAGE when it is neither.
enum an_code an_trust_read(const char *text, struct an_public *ret, struct an_err *err) AN_MUST_USE;

#endif
