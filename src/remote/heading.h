// What a column is headed by: its name, and where that says nothing, what its comment in the database calls it.
#ifndef AN_REMOTE_HEADING_H
#define AN_REMOTE_HEADING_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

// "c7", with the comment "手机号，登录用", becomes "c7: 手机号", if such a heading says what is below it and "c7" does not.
// A comment in which data may stand is left alone. Padded; the arena's. Errors: of memory.
enum an_code an_remote_heading(struct an_str name, struct an_str comment, struct an_arena *arena, struct an_str *ret,
                               struct an_err *err) AN_MUST_USE;

#endif
