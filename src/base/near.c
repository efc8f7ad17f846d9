// The distance between two words (Damerau-Levenshtein, neighbours swapped once).
#include "base/near.h"

#include <stdint.h>

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

size_t an_near_distance(struct an_str a, struct an_str b) {
    size_t row[3][AN_NEAR_MAX + 1];
    if (a.len > AN_NEAR_MAX || b.len > AN_NEAR_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.len; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = a.ptr[i - 1] == b.ptr[j - 1];
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + !same);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return row[a.len % 3][b.len];
}

bool an_near_better(struct an_str word, struct an_str known, size_t *best) {
    size_t d = an_near_distance(word, known);
    if (d >= *best || d > 1 + word.len / 4)     // beyond that a hint would mislead
        return false;
    *best = d;
    return true;
}
