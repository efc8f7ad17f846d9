// Names of members: which of a set would meet in one place of a file system.
#ifndef AN_ZIP_NAME_H
#define AN_ZIP_NAME_H

#include "base/arena.h"
#include "base/err.h"

// INPUT when two names are equal without regard to case, or one is a folder that another lies in. Names that end in '/' are
// folders: they may hold others. `names` are well-formed.
enum an_code an_zip_names_apart(const struct an_str *names, size_t count, struct an_err *err) AN_MUST_USE;

#endif
