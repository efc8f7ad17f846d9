// Lines of JSON that look alike: what stands between their values is the same, byte for byte, so only the values are looked at.
//
// A shape is learned from a line that was read token by token. A line that fits it holds the same keys in the same order and
// levels, written in the same way, and so the same columns; strings with escapes and numbers with exponents do not fit.
#ifndef AN_SOURCE_JSON_SHAPE_H
#define AN_SOURCE_JSON_SHAPE_H

#include "base/buf.h"
#include "base/cell.h"

enum { AN_SHAPE_STEPS_MAX = 256, AN_SHAPE_LINE_MAX = 1 << 15 };

struct an_shape_step { uint32_t len, column; };         // bytes before a value; where it goes, AN_NO_COLUMN: it was null

struct an_shape {               // {0} fits nothing
    struct an_buf text;         // what stands between, one after another, and the end of the line
    struct an_shape_step steps[AN_SHAPE_STEPS_MAX];
    size_t count;
};

void an_shape_release(struct an_shape *s);

// Learning: an_shape_begin, a step for each value in order (`before`: what stands since the value before), and the end.
// false: there are too many. Failure: no memory.
void an_shape_begin(struct an_shape *s);
enum an_code an_shape_step(struct an_shape *s, struct an_str before, uint32_t column, bool *ret_fits,
                           struct an_err *err) AN_MUST_USE;
enum an_code an_shape_end(struct an_shape *s, struct an_str rest, struct an_err *err) AN_MUST_USE;

// Whether the line, which lies at `at` of its text, fits, and holds a value that is not null. Then its values are in `row` (by
// column, all cells empty before), as spans of the text. When it does not, `row` may have been written to.
bool an_shape_fits(const struct an_shape *s, struct an_str line, uint32_t at, struct an_span *row);

#endif
