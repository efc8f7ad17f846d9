// anshen version.
#include <stdio.h>

#include "cmd/verb.h"

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    if (argc > 1)
        return an_fail(err, AN_USAGE, "takes no argument, but was given '%s'", argv[1]);
    puts("anshen " AN_VERSION);
    *ret_status = AN_EXIT_OK;
    return AN_OK;
}

const struct an_verb an_verb_version = {
    .name = "version",
    .summary = {"Say which version this is", "显示版本"},
    .usage = "usage: anshen version\n\nPrints the program's name and version.\n",
    .run = run,
};
