// Tells digits typed in a pattern.
#include "ident/blocked.h"

#include <string.h>

#include "ident/digits.h"

enum { SHORTEST = 6, PERIOD_MAX = 5, REPEATS = 3 };

// Whether each digit is `step` more than the one before it, 9 followed by 0.
static bool counts(struct an_str d, int step) {
    for (size_t i = 1; i < d.len; i++)
        if ((d.ptr[i] - d.ptr[i - 1] - step) % 10 != 0)
            return false;
    return true;
}

static bool repeats(struct an_str d, size_t period) {
    for (size_t i = period; i < d.len; i++)
        if (d.ptr[i] != d.ptr[i - period])
            return false;
    return true;
}

static uint16_t pair_at(const char *p) {
    uint16_t pair;
    memcpy(&pair, p, sizeof pair);
    return pair;
}

// Whether the first digits could be the beginning of any of them: most numbers end here. Looks at seven digits at most, and
// at six of a number that has no more: a longer period would not fit three times.
static bool may_be_typed(struct an_str d) {
    int step = d.ptr[1] - d.ptr[0];
    uint16_t first = pair_at(d.ptr);
    // sums, not conditions: each would be a jump that nobody can foretell
    int counted = (step == 1) + (step == -1) + (step == 9) + (step == -9);
    int repeated = (pair_at(d.ptr + 1) == first) + (pair_at(d.ptr + 2) == first) + (pair_at(d.ptr + 3) == first) +
                   (pair_at(d.ptr + 4) == first);
    return counted + repeated || (d.len > SHORTEST && pair_at(d.ptr + PERIOD_MAX) == first);
}

bool an_blocked_digits(struct an_str digits) {
    if (digits.len < SHORTEST || !may_be_typed(digits))
        return false;
    bool is_typed = counts(digits, 1) || counts(digits, -1);
    for (size_t period = 1; !is_typed && period <= PERIOD_MAX && period * REPEATS <= digits.len; period++)
        is_typed = repeats(digits, period);
    return is_typed && an_digits_are(digits.ptr, digits.len);
}
