// Secrets that lie in the clear: keys, tokens, passwords that are written out. Data: assets/secrets.tsv.
#ifndef AN_LOOK_SECRET_H
#define AN_LOOK_SECRET_H

#include <stdint.h>
#include "base/lang.h"
#include "base/str.h"

struct an_secret {
    uint8_t code;                       // stable for ever, 1..63, in census files
    const char *name;                   // stable, kebab-case
    struct an_words title;
    const char *source;                 // where the form is documented
    const char *const *patterns;        // as secrets.tsv says; NULL-ended
};

enum { AN_SECRETS_MAX = 64 };

extern const struct an_secret an_secrets[];             // by code
extern const size_t an_secret_count;

const struct an_secret *an_secret_by_code(uint8_t code);        // NULL when there is none

// Adds to count[code] how often each secret stands in the text; what its writer left out (***, <password>, ${PASSWORD}) and
// samples of manuals (EXAMPLE) are none. True when there was any. Nothing of it is kept. Pure; O(n), some five instructions a
// byte.
bool an_secrets_count(struct an_str text, uint64_t count[static AN_SECRETS_MAX]);

#endif
