// Where a number of people stands on a drawn axis, on paper or in a terminal.
#ifndef AN_REPORT_SCALE_H
#define AN_REPORT_SCALE_H

#include "report/model.h"

enum { AN_SCALE_TICKS = 24 };

struct an_scale {
    double top;             // the number at the far end
    double step;            // between two ticks; 0 on a logarithmic axis
    uint64_t line;          // the threshold; 0: there is none
    bool is_log;            // equal distances are equal factors; n stands at log(1+n), so that 0 has a place
};

// The axis that shows these people and the line together. Linear, unless the range is so wide that one of
// them would vanish.
struct an_scale an_scale_for(const struct an_model_people *people, uint64_t line);

// Where n stands on an axis of this length: 0..length; AN_INFINITE is its end. A number that is not the line
// is drawn at least `apart` from it, on its own side: a drawing must not show as reached what is not.
double an_scale_at(const struct an_scale *scale, uint64_t n, double length, double apart);

// The numbers to write along the axis, ascending, from 0.
size_t an_scale_ticks(const struct an_scale *scale, uint64_t ret_ticks[AN_SCALE_TICKS]);

#endif
