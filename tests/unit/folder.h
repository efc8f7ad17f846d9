// A folder of its own for a unit test, which works in it: the group's setup and teardown. It must be left empty.
#ifndef AN_TESTS_FOLDER_H
#define AN_TESTS_FOLDER_H
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/anshen-test-XXXXXX";

static int enter_folder(void **state) {
    (void) state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state) {
    (void) state;
    return chdir("/") || rmdir(folder);
}

#endif
