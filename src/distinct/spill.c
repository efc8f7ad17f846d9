#define _GNU_SOURCE
#include "distinct/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int an_spill_open(struct an_err *err) {
    const char *dir = getenv("TMPDIR");
    if (!dir || !*dir)
        dir = "/tmp";
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    char path[4096];
    if (snprintf(path, sizeof path, "%s/anshen-XXXXXX", dir) >= (int) sizeof path) {
        AN_IGNORE(an_fail(err, AN_USAGE, "TMPDIR is too long"));
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);         // file systems without O_TMPFILE: named for an instant
    if (fd < 0)
        AN_IGNORE(an_fail(err, AN_IO, "no temporary file in %s: %s (set TMPDIR)", dir, strerror(errno)));
    else
        (void) unlink(path);
    return fd;
}
