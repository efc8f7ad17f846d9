#include "ident/keys.h"

#include "match/bitmap.h"

// Whether trimming would change the cell. (A cell is not empty.)
static bool is_tight(struct an_str cell) {
    unsigned char first = (unsigned char) cell.ptr[0], last = (unsigned char) cell.ptr[cell.len - 1];
    return first > ' ' && first != '\'' && last > ' ';
}

void an_keys_look(const struct an_ident *kind, const struct an_cells *cells, size_t i, const struct an_context *context,
                  struct an_keys *ret) {
    struct an_str cell = an_cells_at(cells, i);
    enum an_grade grade = is_tight(cell) ? kind->check(an_scan_narrow(cell, ret->narrow), context, &ret->draft)
                                        : AN_GRADE_NONE;
    if (grade >= AN_GRADE_CEILING && kind->use == AN_USE_NAME)
        return;
    if (grade < AN_GRADE_CEILING || ret->draft.len > AN_SIPHASH_SHORT) {
        an_cell_bits_add(&ret->odd, i);
        return;
    }
    memcpy(ret->text[ret->count], ret->draft.text, ret->draft.len);
    an_keys_end(ret, ret->draft.len, grade == AN_GRADE_FLOOR);
}

void an_keys_read_each(const struct an_ident *kind, const struct an_cells *cells, const struct an_context *context,
                       struct an_keys *ret) {
    ret->filled = ret->odd = (struct an_cell_bits) {0};
    ret->count = 0;
    for (size_t i = 0; i < cells->count; i++) {
        if (!cells->first[i * cells->stride].len)
            continue;
        an_cell_bits_add(&ret->filled, i);
        an_keys_look(kind, cells, i, context, ret);
    }
}

void an_keys_read(const struct an_ident *kind, const struct an_cells *cells, const struct an_context *context,
                  struct an_keys *ret) {
    (kind->many && an_bitmap_has_avx2() ? kind->many : an_keys_read_each)(kind, cells, context, ret);
}
