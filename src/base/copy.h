// Copies of a few bytes, in line: a call to memcpy costs more than copying an identifier does.
#ifndef AN_BASE_COPY_H
#define AN_BASE_COPY_H

#include <stddef.h>
#include <string.h>

// memcpy. The first and the last bytes are copied at once, and may overlap.
static inline void an_copy_short(void *to, const void *from, size_t n) {
    char *t = to;
    const char *f = from;
    if (n > 32) {
        memcpy(t, f, n);
    } else if (n >= 16) {
        char last[16];
        memcpy(last, f + n - 16, 16);
        memcpy(t, f, 16);
        memcpy(t + n - 16, last, 16);
    } else if (n >= 8) {
        char last[8];
        memcpy(last, f + n - 8, 8);
        memcpy(t, f, 8);
        memcpy(t + n - 8, last, 8);
    } else {
        for (size_t i = 0; i < n; i++)
            t[i] = f[i];
    }
}

#endif
