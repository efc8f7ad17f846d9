// Who a server is to take us for: from the URL, the environment, or a person at the terminal.
#ifndef AN_REMOTE_SECRET_H
#define AN_REMOTE_SECRET_H

#include "remote/remote.h"

struct an_secret {                  // {0}: nobody
    const char *user;               // NULL: none; borrowed from the URL
    const char *password;           // NULL: none; in `text`, or borrowed from the URL
    char text[AN_SECRET_MAX];
};

void an_secret_release(struct an_secret *s);        // wipes it

// The user is the URL's. The password is the URL's, else that of `variable` in the environment (NULL: there is none), else, where
// the URL has a user, one that is asked for. Errors: NOMEM.
enum an_code an_secret_find(const struct an_remote_ask *ask, const char *variable, struct an_secret *ret,
                            struct an_err *err) AN_MUST_USE;

#endif
