#include "remote/secret.h"

#include <stdlib.h>
#include <string.h>

void an_secret_release(struct an_secret *s) {
    explicit_bzero(s->text, sizeof s->text);
    s->user = s->password = NULL;
}

enum an_code an_secret_find(const struct an_remote_ask *ask, const char *variable, struct an_secret *ret, struct an_err *err) {
    const struct an_url *url = ask->url;
    *ret = (struct an_secret) {.user = url->user.ptr, .password = url->password.ptr};
    if (!ret->password && variable)
        ret->password = getenv(variable);
    if (!ret->user || ret->password || !ask->options->secret)
        return AN_OK;
    bool any = false;
    enum an_code code = an_remote_secret(ask, ret->user, ret->text, &any, err);
    if (!code && any)
        ret->password = ret->text;
    return code;
}
