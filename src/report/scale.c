#include "report/scale.h"

#include <math.h>

// The linear axis serves while the line stands at least an eighth along it and the bar is at least a fortieth
// of the line.
enum { TIMES_OVER = 8, TIMES_UNDER = 40, STEPS = 5 };

static double round_up(double least) {
    double power = 1;
    while (power * 10 <= least)
        power *= 10;
    static const double leaps[] = {1, 2, 2.5, 5, 10};
    for (size_t i = 0; i < AN_COUNT(leaps); i++)
        if (power * leaps[i] >= least && (power > 1 || leaps[i] != 2.5))
            return power * leaps[i];
    return power * 10;
}

struct an_scale an_scale_for(const struct an_model_people *people, uint64_t line) {
    uint64_t most = people->ceiling;
    if (most == AN_INFINITE)
        most = people->ceiling_read > people->linked ? people->ceiling_read : people->linked;
    double far = most > line ? (double) most : (double) line;
    struct an_scale scale = {.line = line};
    scale.is_log =
        line && most &&
        ((double) most > (double) line * TIMES_OVER || (double) most * TIMES_UNDER < (double) line);
    if (scale.is_log) {
        for (scale.top = 10; scale.top < far * 1.5;)
            scale.top *= 10;
        return scale;
    }
    scale.step = round_up(far / STEPS);
    scale.top = scale.step * (floor(far * 1.08 / scale.step) + 1);
    return scale;
}

static double at(const struct an_scale *scale, double n, double length) {
    if (scale->top <= 0 || n >= scale->top)
        return n > 0 ? length : 0;
    return length * (scale->is_log ? log1p(n) / log1p(scale->top) : n / scale->top);
}

double an_scale_at(const struct an_scale *scale, uint64_t n, double length, double apart) {
    if (n == AN_INFINITE)
        return length;
    double x = at(scale, (double) n, length);
    if (!scale->line || n == scale->line)
        return x;
    double line = at(scale, (double) scale->line, length);
    return n < scale->line ? fmax(0, fmin(x, line - apart)) : fmin(length, fmax(x, line + apart));
}

size_t an_scale_ticks(const struct an_scale *scale, uint64_t ret_ticks[AN_SCALE_TICKS]) {
    size_t count = 0;
    ret_ticks[count++] = 0;
    double n = scale->is_log ? 1 : scale->step;
    while (n <= scale->top && n < (double) UINT64_MAX && count < AN_SCALE_TICKS) {
        ret_ticks[count++] = (uint64_t) n;
        n = scale->is_log ? n * 10 : n + scale->step;
    }
    return count;
}
