// Tables of dBASE, FoxPro and Visual FoxPro: a row is a record, one marked as deleted too, for it is still there.
//
// The parser is our own: libraries open files by themselves, pass over what is deleted, and know no memos, no types of Visual
// FoxPro and no encodings; what is left of the format is a header and rows of fixed width.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/date.h"
#include "base/utf8.h"
#include "source/blob.h"
#include "source/dbf_head.h"
#include "source/dbf_memo.h"
#include "source/gather.h"
#include "source/source.h"
#include "source/uri.h"

enum {
    END_OF_FILE = 0x1A,
    RAW = 256 * 1024, BLOCK = 1 << 20,
    NUMBER_TEXT = 40,               // most that a value which is no text is written in
    SAMPLE = 64 * 1024,
    MEMO_TIMES = 4,                 // so often all memos may be asked for: each belongs to one record
};

// --- rows

struct work {
    struct an_reading *reading;
    const struct an_sink *sink;
    struct an_input *input;
    const struct an_sniff *sniff;
    struct an_dbf_head h;
    const char *encoding;
    struct an_decoder *decoder;
    struct an_blob blob;
    struct an_dbf_memos memos;
    struct an_arena arena;
    struct an_gather gather;
    char *raw, *text;               // records as they are; their values as text
    size_t text_len;
    struct an_buf memo, texts;      // a memo as it is; what of a record does not fit into `text`
    struct an_value *values;
    uint64_t taken, number, deleted, odd, behind;
    uint64_t memos_missing, memos_bad, memo_bytes;
    enum an_store_status status;
};

static void work_release(struct work *w) {
    an_decoder_free(w->decoder);
    an_blob_release(&w->blob);
    an_dbf_memos_release(&w->memos);
    an_arena_release(&w->arena);
    an_gather_release(&w->gather);
    an_buf_release(&w->memo);
    an_buf_release(&w->texts);
    an_free(w->raw);
    an_free(w->text);
    an_free(w->values);
}

static enum an_code tell(struct work *w, enum an_code what, uint64_t lost, struct an_str text, struct an_err *err) {
    struct an_trouble trouble = {.code = what, .offset = w->taken, .record = w->number, .records_lost = lost, .text = text};
    w->status = AN_STORE_PARTLY;
    AN_TRY(an_gather_flush(&w->gather, err));
    return w->sink->trouble(w->sink->arg, &trouble, err);
}

static bool is_ascii(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char) s.ptr[i] >= 0x80)
            return false;
    return true;
}

// Blanks, and zeros that programs fill up with.
static struct an_str trim(struct an_str s) {
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == 0))
        s.len--;
    while (s.len && s.ptr[0] == ' ')
        s = an_str_slice(s, 1, s.len);
    return s;
}

// A text without the character that was cut at the end of its field.
static struct an_str without_cut(struct an_str s, const char *encoding) {
    bool is_utf8 = strcmp(encoding, "utf-8") == 0, is_gb = strcmp(encoding, "gb18030") == 0;
    bool is_double = is_gb || strcmp(encoding, "big5") == 0 || strcmp(encoding, "uhc") == 0 || strcmp(encoding, "shift_jis") == 0;
    size_t i = 0, n = 1;
    for (; (is_utf8 || is_double) && i < s.len; i += n) {
        unsigned char c = (unsigned char) s.ptr[i], second = i + 1 < s.len ? (unsigned char) s.ptr[i + 1] : 0;
        n = 1;
        if (is_utf8)
            n = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 1;
        else if (c > 0x80 && !(c >= 0xA0 && c < 0xE0 && strcmp(encoding, "shift_jis") == 0))
            n = is_gb && second >= '0' && second <= '9' ? 4 : 2;
    }
    return i > s.len ? an_str_slice(s, 0, i - n) : s;
}

// Writes `s` as UTF-8 to `to`, which has room for AN_DECODED_MAX(s.len) bytes.
static size_t decode(struct work *w, struct an_str s, uint64_t offset, char *to) {
    size_t len = 0;
    if (is_ascii(s) && s.len) {
        memcpy(to, s.ptr, s.len);
        return s.len;
    }
    while (s.len) {
        struct an_decoded done = an_decoder_run(w->decoder, s, offset, to + len);
        if (!done.raw)
            break;
        len += done.text;
        s = an_str_slice(s, done.raw, s.len);
        offset += done.raw;
    }
    return len;
}

static size_t write_day(int64_t day, char *to) {
    char text[AN_DAY_TEXT_MAX];
    const int64_t first = -719162, last = 2932896;              // of the years 1 to 9999
    if (day < first || day > last)
        return 0;
    size_t n = strlen(an_day_text((an_day) day, text));
    memcpy(to, text, n);
    return n;
}

static size_t write_real(double real, char *to) {
    for (int digits = 15; digits <= 17; digits++) {             // the shortest decimal that means this number
        int n = snprintf(to, NUMBER_TEXT, "%.*g", digits, real);
        if (strtod(to, NULL) == real || digits == 17)
            return (size_t) n;
    }
    return 0;
}

static double real_of(const char *p, bool little_end) {
    unsigned char bytes[8];
    double real;
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char) p[little_end ? i : 7 - i];
    if (!little_end) {                                          // of dBASE 7: so written that bytes sort as numbers do
        if (bytes[7] & 0x80)
            bytes[7] ^= 0x80;
        else
            for (int i = 0; i < 8; i++)
                bytes[i] = (unsigned char) ~bytes[i];
    }
    memcpy(&real, bytes, sizeof real);
    return real;
}

static size_t write_whole(const struct an_dbf_head *h, const char *p, char *to) {
    uint32_t n = h->is_7 ? (uint32_t) (unsigned char) p[0] << 24 | (uint32_t) (unsigned char) p[1] << 16 |
                               (uint32_t) (unsigned char) p[2] << 8 | (unsigned char) p[3]
                         : an_dbf_little(p, 4);
    if (h->is_7)
        n ^= 0x80000000u;
    return (size_t) snprintf(to, NUMBER_TEXT, "%d", (int) n);
}

// Ten thousandths.
static size_t write_money(const char *p, char *to) {
    int64_t n = (int64_t) ((uint64_t) an_dbf_little(p + 4, 4) << 32 | an_dbf_little(p, 4));
    uint64_t size = n < 0 ? -(uint64_t) n : (uint64_t) n;
    int len = snprintf(to, NUMBER_TEXT, "%s%llu.%04u", n < 0 ? "-" : "", (unsigned long long) (size / 10000),
                       (unsigned) (size % 10000));
    while (to[len - 1] == '0')
        len--;
    return (size_t) len - (to[len - 1] == '.');
}

// Days of the Julian calendar's count, and thousandths of a second.
static size_t write_time(const char *p, char *to) {
    uint32_t day = an_dbf_little(p, 4), seconds = (an_dbf_little(p + 4, 4) + 500) / 1000;
    size_t n = day ? write_day((int64_t) day - 2440588, to) : 0;
    if (n && seconds)
        n += (size_t) snprintf(to + n, NUMBER_TEXT - n, " %02u:%02u:%02u", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    return n;
}

static bool are_digits(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return true;
}

// A value that is no text: at most NUMBER_TEXT bytes. False: what there is is to be taken as text.
static bool write_number(const struct an_dbf_head *h, const struct an_dbf_field *f, struct an_str s, char *to, size_t *ret_len) {
    struct an_str plain = trim(s);
    *ret_len = 0;
    switch (f->type) {
    case 'I':
    case '+':
        if (f->len != 4)
            return false;
        *ret_len = write_whole(h, s.ptr, to);
        return true;
    case 'Y':
        if (f->len != 8)
            return false;
        *ret_len = write_money(s.ptr, to);
        return true;
    case 'B':
    case 'O':
        if (f->len != 8)
            return false;
        *ret_len = write_real(real_of(s.ptr, f->type == 'B'), to);
        return true;
    case 'T':
    case '@':
        if (f->len != 8)
            return false;
        *ret_len = write_time(s.ptr, to);
        return true;
    case 'D':
        if (plain.len != 8 || !are_digits(plain))
            return false;
        *ret_len = (size_t) snprintf(to, NUMBER_TEXT, "%.4s-%.2s-%.2s", plain.ptr, plain.ptr + 4, plain.ptr + 6);
        return true;
    case 'N':
    case 'F':                   // stars: the number did not fit
        return plain.len && plain.ptr[0] == '*' && plain.ptr[plain.len - 1] == '*';
    case 'L':
        return plain.len == 1 && plain.ptr[0] == '?';
    default:
        return false;
    }
}

// The number of the block where a memo begins; 0 where there is none.
static uint64_t memo_of(struct an_str s) {
    if (s.len == 4)
        return an_dbf_little(s.ptr, 4);
    uint64_t n = 0;
    for (size_t i = 0; i < s.len && i < 10; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            n = n * 10 + (uint64_t) (s.ptr[i] - '0');
    return n;
}

static bool is_memo(const struct an_dbf_head *h, const struct an_dbf_field *f) {
    return strchr("MGPW", f->type) || (f->type == 'B' && !h->is_visual);
}

// Appends the memo's text to `texts`.
static enum an_code add_memo(struct work *w, const struct an_dbf_field *f, struct an_str s, struct an_err *err) {
    uint64_t number = memo_of(s);
    bool ok, is_text;
    if (!number)
        return AN_OK;
    if (!w->memos.descriptor) {
        w->memos_missing++;
        return AN_OK;
    }
    AN_TRY(an_dbf_memo(&w->memos, number, &w->memo, &ok, &is_text, err));
    struct an_str bytes = an_buf_str(&w->memo);
    w->memo_bytes += bytes.len;
    bool is_much = w->memo_bytes > MEMO_TIMES * w->memos.size || w->texts.len + bytes.len > w->memo.limit;
    w->memos_bad += !ok || is_much;
    if (!bytes.len || is_much)
        return AN_OK;
    if (!is_text || f->binary || f->type != 'M')
        return an_blob_text(&w->blob, bytes, &w->texts, err);
    char *room = an_alloc(AN_DECODED_MAX(bytes.len));
    if (!room)
        return an_fail(err, AN_NOMEM, "no memory for a memo");
    size_t n = decode(w, bytes, w->taken, room);
    enum an_code code = an_buf_add(&w->texts, (struct an_str) {room, n}, err);
    an_free(room);
    return code;
}

// Whether the record's flags say that the field is shorter than its room.
static bool is_short(const struct an_dbf_head *h, const struct an_dbf_field *f, const char *record) {
    uint32_t byte = (uint32_t) f->short_bit / 8;
    return f->short_bit >= 0 && byte < h->flags_len && h->flags_at + byte < h->record_len &&
           (unsigned char) record[h->flags_at + byte] >> (f->short_bit & 7) & 1;
}

// Adds the value of a field, if it has one: to `text` or to `texts`, of which the place is not known yet (ptr NULL).
static enum an_code add_value(struct work *w, const struct an_dbf_field *f, const char *record, size_t *count,
                              struct an_err *err) {
    const struct an_dbf_head *h = &w->h;
    struct an_str s = an_str_slice((struct an_str) {record, h->record_len}, f->at, f->at + f->len);
    struct an_value value = {.column = f->column};
    size_t before = w->texts.len;
    char *to = w->text + w->text_len;
    if (s.len < f->len || f->type == '0')
        return AN_OK;
    if (is_short(h, f, record))
        s = an_str_slice(s, 0, (unsigned char) s.ptr[s.len - 1] < s.len ? (unsigned char) s.ptr[s.len - 1] : s.len - 1);
    if (is_memo(h, f)) {
        AN_TRY(add_memo(w, f, s, err));
        value.text.len = w->texts.len - before;
    } else if (f->type == 'Q' || f->binary) {
        AN_TRY(an_blob_text(&w->blob, trim(s), &w->texts, err));
        value.text.len = w->texts.len - before;
    } else {
        value.text.ptr = to;
        if (!write_number(h, f, s, to, &value.text.len))
            value.text.len = decode(w, trim(without_cut(s, w->encoding)), w->taken + f->at, to);
        else if (value.text.len && strchr("IY+BO", f->type))
            value.flags = AN_VALUE_NUMBER;
        if (f->type == 'N' || f->type == 'F')
            value.flags = AN_VALUE_NUMBER;
        w->text_len += value.text.len;
    }
    if (value.text.len)
        w->values[(*count)++] = value;
    return AN_OK;
}

static enum an_code give_row(struct work *w, const char *record, struct an_err *err) {
    static const char padding[AN_SOURCE_PADDING];
    const struct an_dbf_head *h = &w->h;
    size_t count = 0;
    if (w->text_len + AN_DECODED_MAX((size_t) h->record_len) + h->field_count * (NUMBER_TEXT + 4) > BLOCK) {
        AN_TRY(an_gather_flush(&w->gather, err));
        w->text_len = 0;
    }
    w->texts.len = 0;
    for (size_t i = 0; i < h->field_count; i++)
        AN_TRY(add_value(w, &h->fields[i], record, &count, err));
    if (w->texts.len)
        AN_TRY(an_buf_add(&w->texts, (struct an_str) {padding, sizeof padding}, err));
    const char *text = w->texts.ptr;            // only now it stays where it is
    for (size_t i = 0; i < count; i++)
        if (!w->values[i].text.ptr) {
            w->values[i].text.ptr = text;
            text += w->values[i].text.len;
        }
    w->deleted += record[0] == '*';
    w->odd += record[0] != '*' && record[0] != ' ';
    struct an_record r = {.values = w->values, .count = count, .number = ++w->number, .offset = w->taken};
    AN_TRY(an_gather_add(&w->gather, (struct an_str) {w->text, w->text_len}, &r, err));
    w->taken += h->record_len;
    return AN_OK;
}

// Whether a record begins here: those behind the last of which the header knows were added by a program that did not come to
// write it.
static bool goes_on(const struct work *w, char first) { return w->number < w->h.count ? true : first == ' ' || first == '*'; }

static enum an_code give_rest(struct work *w, char *raw, size_t len, struct an_err *err) {
    const struct an_dbf_head *h = &w->h;
    if (len > 1 && goes_on(w, raw[0])) {
        memset(raw + len, ' ', h->record_len - len);
        AN_TRY(give_row(w, raw, err));
        AN_TRY(tell(w, AN_INPUT, 0, AN_STR("ends in the middle of a record"), err));
    }
    return AN_OK;
}

// Records from `head` on, which was taken from the input before.
static enum an_code give_rows(struct work *w, struct an_str head, enum an_code *ret_broken, struct an_err *why,
                              struct an_err *err) {
    size_t len = 0, step = w->h.record_len;
    bool ended = false, behind = false;
    while (!ended) {
        size_t got = head.len < RAW - len ? head.len : RAW - len, at = 0;
        if (got)
            memcpy(w->raw + len, head.ptr, got);
        head = an_str_slice(head, got, head.len);
        if (!got && !w->sniff->whole)
            *ret_broken = w->input->read(w->input->arg, w->raw + len, RAW - len, &got, why);
        ended = *ret_broken || !got;
        len += *ret_broken ? 0 : got;
        for (; !behind && len - at >= step && goes_on(w, w->raw[at]); at += step)
            AN_TRY(give_row(w, w->raw + at, err));
        if (len > at && (behind || !goes_on(w, w->raw[at]))) {      // nothing but what fills up comes now
            for (size_t i = at; i < len; i++)
                w->behind += w->raw[i] != 0 && w->raw[i] != END_OF_FILE;
            w->taken += len - at;
            at = len;
            behind = true;
        }
        memmove(w->raw, w->raw + at, len - at);
        len -= at;
    }
    return give_rest(w, w->raw, len, err);
}

// --- the table

// Texts as they are, for those who guess their encoding: names, then fields of text.
static enum an_code take_sample(const struct work *w, struct an_buf *sample, struct an_err *err) {
    const struct an_dbf_head *h = &w->h;
    struct an_str head = w->sniff->head;
    for (size_t i = 0; i < h->field_count; i++) {
        AN_TRY(an_buf_add(sample, without_cut(h->fields[i].name, "utf-8"), err));
        AN_TRY(an_buf_add(sample, AN_STR("\n"), err));
    }
    for (size_t at = h->len; at + h->record_len <= head.len; at += h->record_len)
        for (size_t i = 0; i < h->field_count; i++) {
            const struct an_dbf_field *f = &h->fields[i];
            struct an_str s = trim(an_str_slice(head, at + f->at, at + f->at + f->len));
            if ((f->type != 'C' && f->type != 'V') || f->binary || !s.len || memchr(s.ptr, 0, s.len))
                continue;
            AN_TRY(an_buf_add(sample, s.len == f->len ? without_cut(s, "utf-8") : s, err));
            AN_TRY(an_buf_add(sample, AN_STR("\n"), err));
        }
    return AN_OK;
}

static enum an_code choose_encoding(struct work *w, struct an_err *err) {
    AN_AUTO(an_buf) sample = {0};
    AN_TRY(take_sample(w, &sample, err));
    struct an_str text = an_str_slice(an_buf_str(&sample), 0, SAMPLE);
    bool is_utf8 = !is_ascii(text) && an_utf8_valid(text) + 3 >= text.len;       // whatever else it says
    w->encoding = is_utf8 ? "utf-8" : an_dbf_encoding_beside(w->input->path);
    if (!w->encoding)
        w->encoding = an_dbf_encoding_of_driver(w->h.language);
    if (!w->encoding)
        w->encoding = an_encoding_detect(text, text.len < SAMPLE);
    if (!w->encoding || an_encoding_unit(w->encoding) != 1)
        w->encoding = "gb18030";
    if (an_decoder_open(w->encoding, '\n', &w->decoder, err) == AN_OK)
        return AN_OK;
    w->encoding = "windows-1252";
    return an_decoder_open(w->encoding, '\n', &w->decoder, err);
}

static enum an_code give_columns(struct work *w, struct an_err *err) {
    const struct an_dbf_head *h = &w->h;
    struct an_str *names = AN_NEW_N(&w->arena, h->field_count, struct an_str);
    size_t count = 0;
    for (size_t i = 0; names && i < h->field_count; i++) {
        if (h->fields[i].column == AN_NO_COLUMN)
            continue;
        char text[AN_DECODED_MAX(32)];
        size_t n = decode(w, trim(without_cut(h->fields[i].name, w->encoding)), 0, text);
        names[count] = an_source_padded(&w->arena, (struct an_str) {text, n});
        if (!names[count++].ptr)
            names = NULL;
    }
    if (!names)
        return an_fail(err, AN_NOMEM, "no memory for columns");
    AN_TRY(w->sink->columns(w->sink->arg, names, count, err));
    return an_gather_begin(&w->gather, w->sink, count, err);
}

static enum an_code tell_values(struct work *w, struct an_err *err) {
    const struct an_damage *damage = an_decoder_damage(w->decoder);
    char text[224];
    if (!w->h.adds_up)
        AN_TRY(tell(w, AN_INPUT, AN_UNKNOWN_COUNT, AN_STR("its fields are not as long as its records together: what was read may "
                                                          "be cut at wrong places; restore it from where it came"), err));
    if (w->odd) {
        (void) snprintf(text, sizeof text, "%llu records begin with neither of the marks that records have: it is damaged",
                        (unsigned long long) w->odd);
        AN_TRY(tell(w, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(text), err));
    }
    if (w->behind)
        AN_TRY(tell(w, AN_INPUT, AN_UNKNOWN_COUNT, AN_STR("has bytes behind its last record, which were not read"), err));
    if (an_damage_is_misread(damage))
        AN_TRY(tell(w, AN_INPUT, AN_UNKNOWN_COUNT, AN_STR("its encoding was guessed wrong: names in it may be misread; put a "
                                                          "file beside it that says which (.cpg)"), err));
    if (damage->lines) {
        (void) snprintf(text, sizeof text, "%llu values hold bytes that are no %s; they were read with U+FFFD in their place",
                        (unsigned long long) damage->lines, w->encoding);
        AN_TRY(tell(w, AN_INPUT, damage->lines, an_str_from_c(text), err));
    }
    if (w->memos_missing) {
        (void) snprintf(text, sizeof text, "%llu memos lie in a file beside it (.dbt, .fpt) that is not at hand: put both in a "
                        "folder and read that", (unsigned long long) w->memos_missing);
        AN_TRY(tell(w, AN_IO, AN_UNKNOWN_COUNT, an_str_from_c(text), err));
    }
    if (w->memos_bad) {
        (void) snprintf(text, sizeof text, "%llu memos could not be read to their end: their file is damaged, or they are too "
                        "long", (unsigned long long) w->memos_bad);
        AN_TRY(tell(w, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(text), err));
    }
    return AN_OK;
}

static enum an_code give_table(struct work *w, struct an_err *err) {
    char text[160] = "";
    enum an_code broken = AN_OK;
    struct an_err why = {0};
    AN_TRY(give_columns(w, err));
    w->taken = w->h.len;
    AN_TRY(give_rows(w, an_str_slice(w->sniff->head, w->h.len, w->sniff->head.len), &broken, &why, err));
    AN_TRY(an_gather_flush(&w->gather, err));
    if (broken == AN_NOMEM || broken == AN_BUG) {
        *err = why;
        return broken;
    }
    if (broken)
        AN_TRY(tell(w, broken, AN_UNKNOWN_COUNT, an_str_from_c(why.text), err));
    if (w->number < w->h.count) {
        (void) snprintf(text, sizeof text, "ends after %llu of the %u records it says it has: get a whole copy",
                        (unsigned long long) w->number, w->h.count);
        AN_TRY(tell(w, AN_INPUT, w->h.count - w->number, an_str_from_c(text), err));
    }
    AN_TRY(tell_values(w, err));
    (void) snprintf(text, sizeof text, "%llu of its %llu records are marked as deleted, and were read like the others",
                    (unsigned long long) w->deleted, (unsigned long long) w->number);
    return w->sink->close(w->sink->arg, w->status, w->taken, w->deleted ? an_str_from_c(text) : (struct an_str) {0}, err);
}

// Without a parser for it: as bytes.
static enum an_code give_unread(struct work *w, struct an_str text, struct an_err *err) {
    AN_TRY(tell(w, AN_INPUT, AN_UNKNOWN_COUNT, text, err));
    return w->sink->close(w->sink->arg, AN_STORE_UNREAD, 0, text, err);
}

static enum an_code read_table(struct work *w, struct an_err *err) {
    struct an_store_info info = {.uri = w->input->uri, .format = "dbf"};
    AN_TRY(choose_encoding(w, err));
    info.encoding = w->encoding;
    w->memo.limit = w->reading->limits.record_bytes;
    w->raw = an_alloc(RAW + AN_SOURCE_PADDING);
    w->text = an_alloc(BLOCK + AN_SOURCE_PADDING);
    w->values = an_alloc(w->h.field_count * sizeof *w->values);
    if (!w->raw || !w->text || !w->values)
        return an_fail(err, AN_NOMEM, "no memory for a table");
    memset(w->text, 0, BLOCK + AN_SOURCE_PADDING);
    if (w->input->path)
        (void) an_dbf_memos_open(&w->memos, w->input->path);
    w->gather.sink = w->sink;
    AN_TRY(w->sink->open(w->sink->arg, &info, err));
    if (w->h.encrypted && !w->h.is_visual)
        return give_unread(w, AN_STR("is encrypted: copy it with dBASE to a table without protection"), err);
    return give_table(w, err);
}

// --- files beside a table

// What `name` ends in, in lower case.
static struct an_str ending_of(struct an_str name, char to[4]) {
    for (size_t i = 0; i < 4 && name.len >= 4; i++) {
        char c = name.ptr[name.len - 4 + i];
        to[i] = (char) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return (struct an_str) {to, name.len >= 4 ? 4 : 0};
}

// Block sizes and, with dBASE, a mark of the version stand in the first block.
static bool is_memo_file(const struct an_sniff *s, struct an_str ending) {
    if (an_str_eq(ending, AN_STR(".dbt")))
        return an_dbf_little(s->head.ptr, 4) >= 1 && (s->head.ptr[16] == 3 || s->head.ptr[16] == 0);
    return (an_str_eq(ending, AN_STR(".fpt")) || an_str_eq(ending, AN_STR(".dct"))) && !s->head.ptr[4] && !s->head.ptr[5] &&
           (s->head.ptr[2] || s->head.ptr[3]);
}

// Keys of a table's records in another order: those of FoxPro and of dBASE that hold several indexes.
// Source: Microsoft, "Compact Index File Structure (.cdx)"; dBASE IV, multiple index files.
static bool is_index_file(const struct an_sniff *s, struct an_str ending) {
    enum { COMPACT = 0x20, COMPOUND = 0x40, NAME = 10, TAG = 32, TAGS = 48 };
    const char *p = s->head.ptr;
    if (an_str_eq(ending, AN_STR(".mdx")))
        return p[0] == 2 && p[25] == TAGS && p[26] == TAG;
    return (an_str_eq(ending, AN_STR(".cdx")) || an_str_eq(ending, AN_STR(".dcx"))) && an_dbf_little(p + 12, 2) == NAME &&
           (p[14] & COMPACT) && (p[14] & COMPOUND) && p[15] == 1;
}

static const char *beside_of(const struct an_sniff *s) {
    char text[4];
    struct an_str ending = ending_of(s->name, text);
    if (s->head.len < 32 || s->encoding)
        return NULL;
    return is_memo_file(s, ending) ? "memos of the table beside it, read with the table"
         : is_index_file(s, ending) ? "an index: keys of the table beside it, whose records were read" : NULL;
}

extern const struct an_source an_source_binary;

static enum an_code read_beside(struct an_reading *reading, struct an_input *input, const struct an_sniff *s,
                                struct an_err *err) {
    const char *what = beside_of(s);
    if (!what || !input->path || !an_dbf_has_table(input->path))
        return an_source_binary.read(reading, input, s, err);
    struct an_store_info info = {.uri = input->uri, .format = "dbf"};
    AN_TRY(reading->sink->open(reading->sink->arg, &info, err));
    return reading->sink->close(reading->sink->arg, AN_STORE_SKIPPED, 0, an_str_from_c(what), err);
}

static enum an_code read_dbf(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    struct work *w = an_alloc(sizeof *w);
    if (!w)
        return an_fail(err, AN_NOMEM, "no memory for a table");
    *w = (struct work) {.reading = reading, .sink = reading->sink, .input = input, .sniff = s};
    enum an_code code = an_dbf_head_read(s->head, &w->h) ? read_table(w, err) : read_beside(reading, input, s, err);
    work_release(w);
    an_free(w);
    return code;
}

static int sniff(const struct an_sniff *s) {
    struct an_dbf_head *h = an_alloc(sizeof *h);
    int sure = 0;
    if (h && an_dbf_head_read(s->head, h) && an_dbf_head_is_sound(h, s->head))
        sure = h->adds_up ? 97 : !s->encoding ? 60 : 0;
    else if (beside_of(s))
        sure = 92;
    an_free(h);
    return sure;
}

const struct an_source an_source_dbf = {
    .name = "dbf",
    .title = {"dBASE and FoxPro tables (DBF)", "dBASE、FoxPro 数据表（DBF）"},
    .spec = "dBASE III+, IV, 7 table files; Microsoft, Table File Structure (.dbc, .dbf), Memo File Structure (.fpt)",
    .sniff = sniff,
    .read = read_dbf,
};
