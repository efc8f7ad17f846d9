// The text of an input in blocks.
//
// Bytes that are UTF-8 as they stand are read into the block itself, checked in place and never copied. From
// the first line that is not, or from the start in another encoding, they go through a decoder line by line.
#include "source/textin.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "text/bytes.h"

enum { CHUNK = 256 * 1024, RAW_CHUNK = 64 * 1024, LIMIT_LEAST = 1024 };

// Where decoded text comes from: from text position `text` on, the input at `raw`; byte for byte (linear), or
// as a line.
struct an_textin_mark { size_t text; uint64_t raw; bool linear; };

static size_t limit(const struct an_textin *in) {
    uint64_t bytes = in->reading->limits.record_bytes;
    return bytes < LIMIT_LEAST ? LIMIT_LEAST : bytes > SIZE_MAX / 16 ? SIZE_MAX / 16 : (size_t) bytes;
}

static enum an_code grow(char **p, size_t *cap, size_t need, size_t most, struct an_err *err) {
    size_t to = 2 * *cap < most ? 2 * *cap : most;
    if (to < need)
        to = need;
    char *grown = an_realloc(*p, to);
    if (!grown)
        return an_fail(err, AN_NOMEM, "no memory for %zu bytes of text", to);
    *p = grown;
    *cap = to;
    return AN_OK;
}

// Moves the block to the front of the buffer, with what stands behind it, and makes room for n more bytes.
static enum an_code make_room(struct an_textin *in, size_t n, struct an_err *err) {
    enum an_code code = AN_OK;
    size_t keep = in->filled - in->start;
    if (in->start && keep)
        memmove(in->buf, in->buf + in->start, keep);
    in->start = 0;
    in->filled = keep;
    if (keep + n + AN_SOURCE_PADDING > in->cap)
        code = grow(&in->buf, &in->cap, keep + n + AN_SOURCE_PADDING, limit(in) + 2 * CHUNK, err);
    in->text.ptr = in->buf;
    return code;
}

// Fills p from the head, then from the input. *ret_len is 0 when the input has ended or broken off.
static enum an_code take(struct an_textin *in, char *p, size_t cap, size_t *ret_len, struct an_err *err) {
    *ret_len = 0;
    if (in->head.len) {
        size_t n = in->head.len < cap ? in->head.len : cap;
        memcpy(p, in->head.ptr, n);
        in->head = an_str_slice(in->head, n, in->head.len);
        *ret_len = n;
    } else if (!in->whole) {
        struct an_err why = {0};
        enum an_code code = in->input->read(in->input->arg, p, cap, ret_len, &why);
        if (code == AN_NOMEM || code == AN_BUG) {
            *err = why;
            return code;
        }
        if (code) {
            in->broken = code;
            in->why = why;
            *ret_len = 0;
        }
    }
    in->taken += *ret_len;
    in->ended = *ret_len == 0 || (in->whole && in->head.len == 0);
    return AN_OK;
}

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// A word that was cut must not look like another, shorter one: what is left of it is blanked.
static void blank_rest_of_word(struct an_textin *in, char *p, size_t n) {
    bool wide = an_encoding_unit(in->encoding) > 1;
    for (size_t i = 0; in->blanking && i < n; i++) {
        in->blanking = is_word(p[i]) || (wide && !p[i]);
        if (!is_word(p[i]))
            continue;
        p[i] = ' ';
        in->blanked++;
    }
}

static bool is_in(char c, const char *set) { return c && strchr(set, c); }

// Where to cut a line that is over the limit so that neither a value nor a character is cut; SIZE_MAX when
// there is no such place. The signs looked for are no part of a longer character in any encoding.
static size_t cut_point(const struct an_textin *in, struct an_str line) {
    static const char *const signs[] = {"\t,\"'&()", " \r!#$%*/"};
    enum { FAR = 64 * 1024 };
    size_t unit = an_encoding_unit(in->encoding), end = line.len / unit * unit;
    size_t nearest = end > FAR ? end - FAR : 0;
    for (size_t k = 0; k < AN_COUNT(signs); k++)
        for (size_t i = end; i > nearest; i--)
            if (is_in(line.ptr[i - 1], signs[k]) && (unit == 1 || (i % unit == 1 && !line.ptr[i])))
                return unit == 1 ? i : i - 1 + unit;
    for (size_t i = end; strcmp(in->encoding, "utf-8") == 0 && i > nearest + 1; i--)
        if (((unsigned char) line.ptr[i - 1] & 0xC0) == 0xC0)
            return i - 1;
    return SIZE_MAX;
}

// How many of the raw bytes waiting may become text now: whole lines; all at the end; a part of a line over
// the limit.
static size_t ready(struct an_textin *in, struct an_str raw, size_t most) {
    if (in->ended)
        return raw.len;
    size_t unit = an_encoding_unit(in->encoding), from = in->searched / unit * unit, n;
    struct an_str news = an_str_slice(raw, from, raw.len);
    n = an_encoding_last_line(in->encoding, in->line_end, news);
    if (n)
        return from + n;
    in->searched = raw.len;
    if (raw.len < most)
        return 0;
    if (!in->long_lines++)
        in->long_first = in->raw_at;
    n = cut_point(in, raw);
    in->blanking = n == SIZE_MAX;
    return in->blanking ? raw.len / unit * unit : n;
}

static void finish_text(struct an_textin *in, char *p, size_t n, uint64_t raw) {
    const char *nul = in->has_nul || !n ? NULL : memchr(p, 0, n);
    if (nul) {
        in->has_nul = true;
        in->nul = raw + (in->decoder ? 0 : (uint64_t) (nul - p));
    }
    if (in->line_end == '\r')
        an_source_feed_lines(p, n);
}

static enum an_code add_mark(struct an_textin *in, struct an_textin_mark mark, struct an_err *err) {
    if (in->mark_count == in->mark_cap) {
        size_t cap = in->mark_cap ? 2 * in->mark_cap : 256;
        struct an_textin_mark *marks = an_realloc(in->marks, cap * sizeof *marks);
        if (!marks)
            return an_fail(err, AN_NOMEM, "no memory for %zu lines", cap);
        in->marks = marks;
        in->mark_cap = cap;
    }
    in->marks[in->mark_count++] = mark;
    return AN_OK;
}

static enum an_code reserve_raw(struct an_textin *in, size_t n, struct an_err *err) {
    if (in->raw_len + n <= in->raw_cap)
        return AN_OK;
    return grow(&in->raw, &in->raw_cap, in->raw_len + n, limit(in) + 2 * CHUNK, err);
}

// From here on the bytes behind the block go through a decoder.
static enum an_code start_decoding(struct an_textin *in, struct an_err *err) {
    size_t pending = in->filled - in->start - in->text.len;
    enum an_code code = reserve_raw(in, pending + RAW_CHUNK, err);
    if (!code && in->text.len)
        code = add_mark(in, (struct an_textin_mark) {0, in->raw_at - in->text.len, true}, err);
    if (!code)
        code = an_decoder_open(in->encoding, in->line_end, &in->decoder, err);
    if (code)
        return code;
    if (pending)
        memcpy(in->raw, in->buf + in->start + in->text.len, pending);
    in->raw_len = pending;
    in->filled -= pending;
    in->searched = 0;
    return AN_OK;
}

// Decodes whole lines to the end of the block.
static enum an_code decode_part(struct an_textin *in, struct an_str part, struct an_err *err) {
    enum an_code code = make_room(in, AN_DECODED_MAX(part.len), err);
    while (!code && part.len) {
        char *out = in->buf + in->filled;
        struct an_decoded decoded = an_decoder_run(in->decoder, part, in->raw_at, out);
        code = add_mark(in, (struct an_textin_mark) {in->filled, in->raw_at, decoded.linear}, err);
        finish_text(in, out, decoded.text, in->raw_at);
        in->filled += decoded.text;
        in->text.len += decoded.text;
        in->raw_at += decoded.raw;
        part = an_str_slice(part, decoded.raw, part.len);
    }
    return code;
}

// The first n raw bytes waiting become text, decoded.
static enum an_code decode(struct an_textin *in, size_t n, struct an_err *err) {
    enum an_code code = AN_OK;
    struct an_str rest = {in->raw, n};
    while (!code && rest.len) {
        // many short lines in parts, a long line alone: the room made stays in proportion
        struct an_str part = an_str_slice(rest, 0, RAW_CHUNK);
        size_t lines = an_encoding_last_line(in->encoding, in->line_end, part);
        part.len = lines ? lines : rest.len;
        code = decode_part(in, part, err);
        rest = an_str_slice(rest, part.len, rest.len);
    }
    in->raw_len -= n;
    if (in->raw_len)
        memmove(in->raw, in->raw + n, in->raw_len);
    in->searched = 0;
    return code;
}

// The first n raw bytes waiting become text as they are, up to the first line that is not UTF-8.
static enum an_code check(struct an_textin *in, size_t n, struct an_err *err) {
    char *p = in->buf + in->start + in->text.len;
    struct an_str raw = {p, n};
    size_t valid = n ? an_bytes_best()->utf8(raw) : 0;
    size_t good = valid == n ? n : an_encoding_last_line("utf-8", in->line_end, an_str_slice(raw, 0, valid));
    finish_text(in, p, good, in->raw_at);
    in->text.len += good;
    in->raw_at += good;
    in->searched = 0;
    return good == n ? AN_OK : start_decoding(in, err);
}

static enum an_code take_more(struct an_textin *in, struct an_err *err) {
    size_t got, room = RAW_CHUNK;
    char *to;
    enum an_code code;
    if (in->decoder) {
        code = reserve_raw(in, room, err);
        if (code)
            return code;
        to = in->raw + in->raw_len;
    } else {
        size_t used = in->filled - in->start + AN_SOURCE_PADDING;
        room = in->whole ? in->head.len : in->cap > used + CHUNK / 4 ? in->cap - used : CHUNK;
        code = make_room(in, room, err);
        if (code)
            return code;
        to = in->buf + in->filled;
    }
    code = take(in, to, room < CHUNK ? room : CHUNK, &got, err);
    if (code)
        return code;
    blank_rest_of_word(in, to, got);
    if (in->decoder)
        in->raw_len += got;
    else
        in->filled += got;
    return AN_OK;
}

static void drop(struct an_textin *in, size_t used) {
    in->start += used;
    in->text = an_str_slice(in->text, used, in->text.len);
    size_t first = 0;
    while (first + 1 < in->mark_count && in->marks[first + 1].text <= used)
        first++;
    for (size_t i = first; i < in->mark_count; i++) {
        struct an_textin_mark m = in->marks[i];
        size_t before = m.text < used ? used - m.text : 0;
        m.text -= m.text < used ? m.text : used;
        m.raw += m.linear ? before : 0;
        in->marks[i - first] = m;
    }
    in->mark_count = in->text.len ? in->mark_count - first : 0;
    in->mark_now = 0;
}

enum an_code an_textin_more(struct an_textin *in, size_t used, struct an_err *err) {
    assert(used <= in->text.len);
    drop(in, used);
    enum an_code code = make_room(in, 0, err);      // marks count from the front of the buffer
    in->full = in->text.len >= limit(in);
    size_t before = in->text.len;
    while (!code && !in->full && in->text.len == before) {
        struct an_str raw = {in->buf + in->start + in->text.len, in->filled - in->start - in->text.len};
        if (in->decoder)
            raw = (struct an_str) {in->raw, in->raw_len};
        // decoding makes up to three bytes of one
        size_t n = ready(in, raw, in->decoder ? limit(in) / 3 : limit(in));
        if (n)
            code = in->decoder ? decode(in, n, err) : check(in, n, err);
        else if (in->ended)
            break;
        else
            code = take_more(in, err);
    }
    size_t waiting = in->decoder ? in->raw_len : in->filled - in->start - in->text.len;
    in->last = in->ended && !waiting;
    return code;
}

enum an_code an_textin_open(struct an_textin *in, struct an_reading *reading, struct an_input *input,
                            const struct an_sniff *sniff, struct an_err *err) {
    const char *encoding = sniff->encoding ? sniff->encoding : "utf-8";
    size_t mark = an_encoding_mark(encoding, sniff->head);
    *in = (struct an_textin) {
        .reading = reading, .input = input, .encoding = encoding, .whole = sniff->whole,
        .line_end = sniff->line_end,
        .head = an_str_slice(sniff->head, mark, sniff->head.len), .raw_at = mark, .taken = mark,
    };
    in->ended = in->whole && in->head.len == 0;
    enum an_code code = AN_OK;
    if (strcmp(encoding, "utf-8") != 0)
        code = start_decoding(in, err);
    return code ? code : an_textin_more(in, 0, err);
}

uint64_t an_textin_offset(struct an_textin *in, size_t pos) {
    if (!in->decoder)
        return in->raw_at - in->text.len + pos;
    if (!in->mark_count)
        return in->raw_at;
    if (in->marks[in->mark_now].text > pos)
        in->mark_now = 0;
    while (in->mark_now + 1 < in->mark_count && in->marks[in->mark_now + 1].text <= pos)
        in->mark_now++;
    struct an_textin_mark m = in->marks[in->mark_now];
    return m.raw + (m.linear && pos > m.text ? pos - m.text : 0);
}

uint64_t an_textin_bytes(const struct an_textin *in) { return in->taken; }

static enum an_code tell(struct an_textin *in, enum an_store_status *status, struct an_trouble trouble,
                         const char *text, struct an_err *err) {
    *status = AN_STORE_PARTLY;
    trouble.text = an_str_from_c(text);
    return in->reading->sink->trouble(in->reading->sink->arg, &trouble, err);
}

static enum an_code tell_mixed(struct an_textin *in, const struct an_damage *damage,
                               enum an_store_status *status, struct an_err *err) {
    char text[160];
    (void) snprintf(text, sizeof text,
                    "%llu lines are %s where the rest is %s; each was decoded as what it is",
                    (unsigned long long) damage->mixed, damage->mixed_encoding, in->encoding);
    struct an_trouble trouble = {.code = AN_INPUT, .offset = damage->mixed_first};
    return tell(in, status, trouble, text, err);
}

static enum an_code tell_damage(struct an_textin *in, const struct an_damage *damage,
                                enum an_store_status *status, struct an_err *err) {
    char text[200];
    (void) snprintf(text, sizeof text, "%llu lines hold bytes that are no %s; they were read with U+FFFD in "
                    "their place; export the data again, in one encoding",
                    (unsigned long long) damage->lines, in->encoding);
    struct an_trouble trouble = {.code = AN_INPUT, .offset = damage->first, .records_lost = damage->lines};
    return tell(in, status, trouble, text, err);
}

static enum an_code tell_misread(struct an_textin *in, const struct an_damage *damage,
                                 enum an_store_status *status, struct an_err *err) {
    char text[200];
    (void) snprintf(text, sizeof text, "read as %s, which was guessed, it holds %llu control characters that no "
                    "text has; convert it to UTF-8 from the encoding it was written in",
                    in->encoding, (unsigned long long) damage->controls);
    struct an_trouble trouble = {.code = AN_INPUT, .offset = damage->controls_first,
                                 .records_lost = AN_UNKNOWN_COUNT, .bytes_lost = AN_UNKNOWN_COUNT};
    return tell(in, status, trouble, text, err);
}

static enum an_code tell_long_lines(struct an_textin *in, enum an_store_status *status, struct an_err *err) {
    char text[160];
    (void) snprintf(text, sizeof text, "a line is longer than %zu bytes and was read in pieces", limit(in));
    struct an_trouble trouble = {.code = AN_LIMIT, .offset = in->long_first, .bytes_lost = in->blanked};
    return tell(in, status, trouble, text, err);
}

static enum an_code tell_broken(struct an_textin *in, enum an_store_status *status, struct an_err *err) {
    struct an_trouble trouble = {.code = in->broken, .offset = in->taken, .records_lost = AN_UNKNOWN_COUNT,
                                 .bytes_lost = AN_UNKNOWN_COUNT};
    return tell(in, status, trouble, in->why.text, err);
}

enum an_code an_textin_finish(struct an_textin *in, enum an_store_status *status, struct an_err *err) {
    const struct an_damage none = {0}, *damage = in->decoder ? an_decoder_damage(in->decoder) : &none;
    enum an_code code = AN_OK;
    if (in->has_nul)
        code = tell(in, status, (struct an_trouble) {.code = AN_INPUT, .offset = in->nul},
                    "zero bytes in the text; each was taken as a separator", err);
    if (!code && damage->mixed)
        code = tell_mixed(in, damage, status, err);
    if (!code && damage->lines)
        code = tell_damage(in, damage, status, err);
    if (!code && an_damage_is_misread(damage))
        code = tell_misread(in, damage, status, err);
    if (!code && in->long_lines)
        code = tell_long_lines(in, status, err);
    if (!code && in->broken)
        code = tell_broken(in, status, err);
    return code;
}

void an_textin_release(struct an_textin *in) {
    an_decoder_free(in->decoder);
    an_free(in->buf);
    an_free(in->raw);
    an_free(in->marks);
    *in = (struct an_textin) {0};
}
