// Tells digits typed in a pattern.
#include "ident/blocked.h"

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

bool an_blocked_digits(struct an_str digits) {
    if (digits.len < SHORTEST)
        return false;
    bool is_typed = counts(digits, 1) || counts(digits, -1);
    for (size_t period = 1; !is_typed && period <= PERIOD_MAX && period * REPEATS <= digits.len; period++)
        is_typed = repeats(digits, period);
    return is_typed && an_digits_are(digits.ptr, digits.len);
}
