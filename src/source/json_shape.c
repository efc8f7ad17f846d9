#include "source/json_shape.h"

#include "source/source.h"
#include "text/find.h"

void an_shape_release(struct an_shape *s) {
    an_buf_release(&s->text);
    s->count = 0;
}

void an_shape_begin(struct an_shape *s) {
    s->text.len = 0;
    s->count = 0;
}

enum an_code an_shape_step(struct an_shape *s, struct an_str before, uint32_t column, bool *ret_fits, struct an_err *err) {
    *ret_fits = s->count < AN_SHAPE_STEPS_MAX;
    if (!*ret_fits)
        return AN_OK;
    s->steps[s->count++] = (struct an_shape_step) {(uint32_t) before.len, column};
    return an_buf_add(&s->text, before, err);
}

enum an_code an_shape_end(struct an_shape *s, struct an_str rest, struct an_err *err) { return an_buf_add(&s->text, rest, err); }

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Behind the number, true or false at i; i where there is none. A null ends there too, and is no value.
static size_t end_of_word(struct an_str line, size_t i, bool *ret_null) {
    const char *p = line.ptr;
    size_t n = line.len, end = i + (p[i] == '-'), whole = end;
    *ret_null = n - i >= 4 && an_load4(p + i) == an_load4("null");
    if (*ret_null || (n - i >= 4 && an_load4(p + i) == an_load4("true")))
        return i + 4;
    if (n - i >= 5 && p[i] == 'f' && an_load4(p + i + 1) == an_load4("alse"))
        return i + 5;
    while (end < n && is_digit(p[end]))
        end++;
    if (end == whole || (end - whole > 1 && p[whole] == '0'))
        return i;
    if (end < n && p[end] == '.') {
        size_t point = end++;
        while (end < n && is_digit(p[end]))
            end++;
        if (end == point + 1)
            return i;
    }
    return end;
}

bool an_shape_fits(const struct an_shape *s, struct an_str line, uint32_t at, struct an_span *row) {
    const char *p = line.ptr, *between = s->text.ptr;
    size_t i = 0, n = line.len, left = s->text.len;
    bool any = false;
    for (size_t k = 0; k < s->count; k++) {
        const struct an_shape_step *step = &s->steps[k];
        if (n - i <= step->len || !an_same_bytes(p + i, between, step->len))
            return false;
        between += step->len;
        left -= step->len;
        i += step->len;
        size_t from = i, to;
        bool null = false;
        if (p[i] == '"') {
            to = an_find_either(p, ++from, n, '"', '\\');
            if (to >= n || p[to] != '"')
                return false;
            i = to + 1;
        } else {
            to = i = end_of_word(line, i, &null);
            if (to == from)
                return false;
        }
        if (null)
            continue;
        if (step->column == AN_NO_COLUMN)
            return false;
        any = true;
        if (to > from)
            row[step->column] = (struct an_span) {at + (uint32_t) from, (uint32_t) (to - from)};
    }
    return any && n - i == left && an_same_bytes(p + i, between, left);
}
