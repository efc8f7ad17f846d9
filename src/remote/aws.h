// Who we are to an S3-compatible store, and where it is: from the environment and the files of the AWS command line.
#ifndef AN_REMOTE_AWS_H
#define AN_REMOTE_AWS_H

#include <stdbool.h>
#include "base/err.h"
#include "base/str.h"

struct an_aws {                     // NUL-ended; empty: not known
    char user[256], password[256];  // access key id, secret access key
    char token[8192];               // of a session
    char region[40];
    char endpoint[512];             // "https://host:port": of a store that is not AWS's
    bool path_style, host_style;    // how buckets are addressed, where something says so
};

// A variable of the environment, or NULL.
typedef const char *an_environment(const char *name);

// Reads what the environment says, then, for what is missing, the section of AWS_PROFILE ("default") in the credentials file
// and in the config file (AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE, else ~/.aws/credentials, ~/.aws/config). Files that are
// not there say nothing. Without any key, *ret has none: requests go unsigned, as for a public bucket. Errors: IO, INPUT,
// USAGE (a profile was asked for by name that is in no file). Wipe with an_aws_release.
enum an_code an_aws_find(an_environment *env, struct an_aws *ret, struct an_err *err) AN_MUST_USE;
void an_aws_release(struct an_aws *aws);

// Takes over from the text of such a file what *aws does not have. `config`: sections are called "profile x" but for the
// default's. *ret_found: there is such a section. Errors: INPUT: a value is too long for what it is.
enum an_code an_aws_profile(struct an_str text, struct an_str profile, bool config, struct an_aws *aws, bool *ret_found,
                            struct an_err *err) AN_MUST_USE;

#endif
