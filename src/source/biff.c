// Records of Excel's binary workbooks.
#include "source/biff.h"

#include <math.h>
#include <stdio.h>
#include "base/utf8.h"
#include "source/content.h"
#include "source/little.h"

enum { HEADER = 4, RUN_MIN = 3, NARROW_MIN = 6 };

bool an_biff_next(struct an_biff *b) {
    struct an_str left = an_str_slice(b->stream, b->at, b->stream.len);
    if (left.len < HEADER) {
        for (size_t i = 0; i < left.len; i++)
            b->cut |= left.ptr[i];
        return false;
    }
    size_t len = an_little16(left, 2);
    b->type = an_little16(left, 0);
    b->data = b->rest = an_str_slice(left, HEADER, HEADER + len);
    if (!b->type && !len)                   // what fills the last sector
        return false;
    b->cut |= b->data.len < len;
    b->at += HEADER + b->data.len;
    return true;
}

bool an_biff_continue(struct an_biff *b) {
    struct an_str left = an_str_slice(b->stream, b->at, b->stream.len);
    if (an_little16(left, 0) != AN_BIFF_CONTINUE || left.len < HEADER)
        return false;
    b->rest = an_str_slice(left, HEADER, HEADER + (size_t) an_little16(left, 2));
    b->cut |= b->rest.len < an_little16(left, 2);
    b->at += HEADER + b->rest.len;
    return true;
}

static void skip(struct an_biff *b, uint64_t count) {
    do {
        size_t n = b->rest.len < count ? b->rest.len : (size_t) count;
        b->rest = an_str_slice(b->rest, n, b->rest.len);
        count -= n;
    } while (count && an_biff_continue(b));
}

// Characters, each a byte or two; where a record continues another, a byte says anew which.
static enum an_code add_characters(struct an_biff *b, size_t count, bool wide, struct an_buf *out, bool *ret_whole,
                                   struct an_err *err) {
    AN_AUTO(an_buf) units = {0};
    *ret_whole = true;
    while (count) {
        size_t size = wide ? 2 : 1, n = b->rest.len / size < count ? b->rest.len / size : count;
        if (wide) {
            AN_TRY(an_buf_add(&units, an_str_slice(b->rest, 0, 2 * n), err));
        } else {
            for (size_t i = 0; i < n; i++)
                AN_TRY(an_buf_add(&units, (struct an_str) {(const char[]) {b->rest.ptr[i], 0}, 2}, err));
        }
        b->rest = an_str_slice(b->rest, n * size, b->rest.len);
        count -= n;
        if (!count)
            break;
        if (!an_biff_continue(b)) {
            *ret_whole = false;
            break;
        }
        wide = an_little8(b->rest, 0) & 1;
        b->rest = an_str_slice(b->rest, 1, b->rest.len);
    }
    return an_utf16_add(an_buf_str(&units), out, err);
}

enum an_code an_biff_text(struct an_biff *b, const struct an_biff_text *how, size_t count, struct an_buf *out, bool *ret_whole,
                          struct an_err *err) {
    enum { WIDE = 1, EXTENDED = 4, RICH = 8 };
    if (how->is_old) {
        *ret_whole = count <= b->rest.len;
        struct an_str bytes = an_str_slice(b->rest, 0, count);
        b->rest = an_str_slice(b->rest, bytes.len, b->rest.len);
        return an_codepage_add(how->codepage, how->page, bytes, out, err);
    }
    if (!b->rest.len)
        (void) an_biff_continue(b);
    unsigned flags = an_little8(b->rest, 0);
    size_t runs = flags & RICH ? an_little16(b->rest, 1) : 0;
    uint64_t more = flags & EXTENDED ? an_little32(b->rest, flags & RICH ? 3 : 1) : 0;      // phonetic, and the like
    size_t head = (size_t) 1 + (flags & RICH ? 2 : 0) + (flags & EXTENDED ? 4 : 0);
    *ret_whole = b->rest.len >= head;
    b->rest = an_str_slice(b->rest, head, b->rest.len);
    if (!*ret_whole)
        return AN_OK;
    AN_TRY(add_characters(b, count, flags & WIDE, out, ret_whole, err));
    skip(b, 4 * (uint64_t) runs + more);
    return AN_OK;
}

struct an_str an_biff_number(double value, char out[static AN_BIFF_NUMBER_TEXT]) {
    static const double exact = 9007199254740992;       // 2 to the 53rd
    bool beyond = value == floor(value) && fabs(value) > exact;
    int n = snprintf(out, AN_BIFF_NUMBER_TEXT, beyond ? "%.16e" : "%.17g", value);
    return (struct an_str) {out, (size_t) n};
}

double an_biff_double(struct an_str data, size_t at) {
    uint64_t bits = an_little64(data, at);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double an_biff_rk(uint32_t rk) {
    enum { HUNDREDTHS = 1, WHOLE = 2 };
    uint64_t bits = (uint64_t) (rk & ~UINT32_C(3)) << 32;
    double value;
    memcpy(&value, &bits, sizeof value);
    if (rk & WHOLE)
        value = (double) ((int64_t) (rk >> 2) - (rk >> 31 ? INT64_C(1) << 30 : 0));
    return rk & HUNDREDTHS ? value / 100 : value;
}

static bool is_letter(unsigned u) { return (u >= 0x20 && u < 0x7F) || (u >= 0x3400 && u < 0xA000) || (u > 0xFF00 && u < 0xFF5F); }

static enum an_code add_run(struct an_str run, bool wide, struct an_buf *out, struct an_err *err) {
    size_t before = out->len;
    AN_TRY(wide ? an_utf16_add(run, out, err) : an_buf_add(out, run, err));
    if (!an_content_is_worth((struct an_str) {out->ptr + before, out->len - before})) {
        out->len = before;
        return AN_OK;
    }
    return an_buf_add(out, AN_STR("\n"), err);
}

static size_t narrow_run(struct an_str data, size_t at) {
    size_t n = at;
    while (n < data.len && (unsigned char) data.ptr[n] >= 0x20 && (unsigned char) data.ptr[n] < 0x7F)
        n++;
    return n - at;
}

enum an_code an_biff_runs(struct an_str data, struct an_buf *out, struct an_err *err) {
    for (size_t i = 0; i < data.len;) {
        size_t wide = 0, narrow = narrow_run(data, i);
        while (i + 2 * wide + 1 < data.len && is_letter(an_little16(data, i + 2 * wide)))
            wide++;
        if (narrow + 1 >= 2 * wide || narrow_run(data, i + 1) + 1 >= 2 * wide)      // two letters are no Chinese character
            wide = 0;
        if (wide >= RUN_MIN)
            AN_TRY(add_run(an_str_slice(data, i, i + 2 * wide), true, out, err));
        else if (narrow >= NARROW_MIN)
            AN_TRY(add_run(an_str_slice(data, i, i + narrow), false, out, err));
        i += wide >= RUN_MIN ? 2 * wide : narrow >= NARROW_MIN ? narrow : 1;
    }
    return AN_OK;
}
