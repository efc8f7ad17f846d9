#include "app/say.h"

#include <stdarg.h>
#include <stdio.h>

const char *an_sayf(struct an_arena *arena, bool *failed, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n >= 0 ? an_arena_alloc(arena, (size_t) n + 1, 1) : NULL;
    if (!p) {
        *failed = true;
        return "";
    }
    va_start(ap, fmt);
    (void) vsnprintf(p, (size_t) n + 1, fmt, ap);
    va_end(ap);
    return p;
}
