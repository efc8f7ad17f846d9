#include "report/out.h"

#include <stdarg.h>
#include <stdio.h>
#include "base/utf8.h"

enum { PIECE_MAX = 12 };

void an_out_raw(struct an_out *o, const char *markup) {
    if (!o->err.code)
        AN_IGNORE(an_buf_add(o->buf, an_str_from_c(markup), &o->err));
}

void an_out_rawf(struct an_out *o, const char *fmt, ...) {
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t) n >= sizeof text) {
        if (!o->err.code)
            an_fail(&o->err, AN_BUG, "a piece of markup is too long");
        return;
    }
    an_out_raw(o, text);
}

struct range { uint32_t from, to; };

static bool is_in(const struct range *ranges, size_t count, uint32_t c) {
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

// Controls, direction marks and overrides, zero-width blanks, separators, noncharacters. The joiners U+200C
// and U+200D stay: several scripts are wrong without them.
static const struct range unseen[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x61C, 0x61C},     {0x180E, 0x180E},
    {0x200B, 0x200B}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},   {0xFDD0, 0xFDEF},
    {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0xE007F},
};

// East Asian Wide and Fullwidth, in blocks. Source: Unicode UAX #11.
static const struct range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

static const struct range combining[] = {
    {0x300, 0x36F},   {0x591, 0x5BD},   {0x610, 0x61A},   {0x64B, 0x65F},     {0x200C, 0x200D},
    {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF},
};

// What is shown for the character s begins with; how many bytes it took.
static struct an_str piece(struct an_str s, char out[PIECE_MAX], size_t *ret_taken, size_t *ret_columns) {
    bool is_utf8 = an_utf8_len(s) > 0;
    uint32_t c = an_utf8_get(s, ret_taken);
    if (is_utf8 && is_in(unseen, AN_COUNT(unseen), c)) {
        int n = snprintf(out, PIECE_MAX, "<U+%04X>", (unsigned) c);
        *ret_columns = (size_t) n;
        return (struct an_str) {out, (size_t) n};
    }
    *ret_columns = is_in(combining, AN_COUNT(combining), c) ? 0 : is_in(wide, AN_COUNT(wide), c) ? 2 : 1;
    return (struct an_str) {out, an_utf8_put(c, out)};
}

static const char *escape(char c) {
    switch (c) {
    case '&':  return "&amp;";
    case '<':  return "&lt;";
    case '>':  return "&gt;";
    case '"':  return "&quot;";
    case '\'': return "&#39;";
    default:   return NULL;
    }
}

static void put(struct an_out *o, struct an_str s) {
    for (size_t i = 0; i < s.len && !o->err.code; i++) {
        const char *instead = o->html ? escape(s.ptr[i]) : NULL;
        if (instead)
            an_out_raw(o, instead);
        else
            AN_IGNORE(an_buf_add(o->buf, an_str_slice(s, i, i + 1), &o->err));
    }
}

// Bytes at the front of s that are shown as they stand: ASCII but controls and what HTML escapes, and Han characters (U+4000 to
// U+9FFF, none of which is unseen). Nearly all that is ever shown is of these.
static size_t as_it_stands(struct an_str s) {
    size_t i = 0;
    while (i < s.len) {
        unsigned char c = (unsigned char) s.ptr[i];
        if (c >= 0x20 && c < 0x7F && !escape(s.ptr[i]))
            i++;
        else if (c >= 0xE4 && c <= 0xE9 && an_utf8_len(an_str_slice(s, i, s.len)) == 3)
            i += 3;
        else
            break;
    }
    return i;
}

void an_out_text(struct an_out *o, struct an_str s) {
    char text[PIECE_MAX];
    size_t taken, columns;
    for (size_t i = 0; i < s.len; i += taken) {
        taken = as_it_stands(an_str_slice(s, i, s.len));
        if (taken && !o->err.code)
            AN_IGNORE(an_buf_add(o->buf, an_str_slice(s, i, i + taken), &o->err));
        else if (!taken)
            put(o, piece(an_str_slice(s, i, s.len), text, &taken, &columns));
    }
}

void an_out_cstr(struct an_out *o, const char *s) {
    if (s)
        an_out_text(o, an_str_from_c(s));
}

void an_out_words(struct an_out *o, struct an_words w) { an_out_cstr(o, an_say(w, o->lang)); }

void an_out_fill(struct an_out *o, struct an_words w, const struct an_str *args) {
    struct an_str text = an_str_from_c(an_say(w, o->lang));
    size_t from = 0;
    for (size_t i = 0; i + 2 < text.len; i++) {
        if (text.ptr[i] != '{' || text.ptr[i + 2] != '}' || text.ptr[i + 1] < '0' || text.ptr[i + 1] > '9')
            continue;
        an_out_text(o, an_str_slice(text, from, i));
        an_out_text(o, args[text.ptr[i + 1] - '0']);
        from = i + 3;
    }
    an_out_text(o, an_str_slice(text, from, text.len));
}

size_t an_columns(struct an_str s) {
    char text[PIECE_MAX];
    size_t taken, columns, sum = 0;
    for (size_t i = 0; i < s.len; i += taken) {
        if (s.ptr[i] >= 0x20 && s.ptr[i] < 0x7F) {
            taken = 1;
            sum++;
            continue;
        }
        piece(an_str_slice(s, i, s.len), text, &taken, &columns);
        sum += columns;
    }
    return sum;
}

size_t an_out_clip(struct an_out *o, struct an_str s, size_t columns) {
    size_t all = an_columns(s);
    if (all <= columns) {
        an_out_text(o, s);
        return all;
    }
    size_t room = columns - 3, head = room / 3, tail = room - head;
    size_t seen = 0, head_end = 0, head_columns = 0, i = 0, taken, width;
    char text[PIECE_MAX];
    for (; i < s.len && all - seen > tail; i += taken) {
        piece(an_str_slice(s, i, s.len), text, &taken, &width);
        seen += width;
        if (seen <= head) {
            head_end = i + taken;
            head_columns = seen;
        }
    }
    an_out_text(o, an_str_slice(s, 0, head_end));
    an_out_raw(o, "...");
    an_out_text(o, an_str_slice(s, i, s.len));
    return head_columns + 3 + all - seen;
}
