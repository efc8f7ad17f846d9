// Avro object container files: each object is written as JSON, which the source of JSON reads, so that records, columns and paths
// are what they are there.
//
// The decoder is our own: Avro's library for C writes past its memory where a schema gives a fixed type a negative size, follows
// a recursive schema without end, and knows neither bzip2 nor zstandard; unpacking is left to zlib, libsnappy and libarchive.
#define _GNU_SOURCE     // memmem
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/utf8.h"
#include "source/avro_codec.h"
#include "source/avro_schema.h"
#include "source/blob.h"
#include "source/objects.h"
#include "source/source.h"

enum {
    SYNC = 16,
    STEP = 256 * 1024,
    HEAD_MAX = 16 << 20,
    OUT = 64 * 1024,                // of JSON that is made at a time
    LEVELS_MAX = 250,               // of a value; source/json.c follows more
    EMPTY_MAX = 1000 * 1000,        // values of a block that take no bytes: there may be any number of them
    DIGITS_MAX = 64,                // bytes of a decimal
};

struct work {
    const struct an_sink *sink;
    struct an_source_limits limits;
    struct an_input *input;
    struct an_str head;             // taken from the input before
    bool whole, ended;
    char *raw;                      // of the input, from `raw_at` on
    size_t raw_len, raw_cap, pos;   // [pos, raw_len) is still to be read
    uint64_t raw_at;
    struct an_avro_schema schema;
    const struct an_avro_codec *codec;
    char sync[SYNC];

    struct an_buf block;            // unpacked
    struct an_str left;             // of it
    uint64_t count, empty;          // objects of the block still to come; values so far that took no bytes
    struct an_blob blob;
    struct an_buf text, *json;      // json: where objects go
    int level;
    uint64_t made;                  // bytes of blocks

    enum an_code fault;             // the first, with where it was; and how many blocks have one, with the objects lost
    struct an_err why;
    uint64_t fault_at, faults, lost;
    bool lost_unknown;
};

static void work_release(struct work *w) {
    an_free(w->raw);
    an_avro_schema_release(&w->schema);
    an_buf_release(&w->block);
    an_buf_release(&w->text);
    an_blob_release(&w->blob);
}

static bool is_ours(enum an_code code) { return code == AN_NOMEM || code == AN_BUG; }

// Remembers what is wrong with a block. `lost`: objects.
static void note(struct work *w, enum an_code what, uint64_t lost, const char *text) {
    if (!w->faults++) {
        w->fault = what;
        w->fault_at = w->raw_at + w->pos;
        AN_IGNORE(an_fail(&w->why, what, "%s", text));
    }
    if (lost == AN_UNKNOWN_COUNT || w->lost > UINT64_MAX / 2 - lost)
        w->lost_unknown = true;
    else
        w->lost += lost;
}

// --- bytes of the input

// Has `n` bytes and more wait, if there are so many.
static enum an_code need(struct work *w, size_t n, bool *ret_there, struct an_err *err) {
    if (w->pos && w->raw_len - w->pos < n) {
        memmove(w->raw, w->raw + w->pos, w->raw_len - w->pos);
        w->raw_at += w->pos;
        w->raw_len -= w->pos;
        w->pos = 0;
    }
    while (w->raw_len - w->pos < n && !w->ended) {
        if (w->raw_cap - w->raw_len < STEP) {
            char *raw = an_realloc(w->raw, w->raw_cap * 2 + STEP);
            if (!raw)
                return an_fail(err, AN_NOMEM, "no memory for a block");
            w->raw = raw;
            w->raw_cap = w->raw_cap * 2 + STEP;
        }
        size_t got = w->head.len < STEP ? w->head.len : STEP;
        enum an_code code = AN_OK;
        struct an_err why = {0};
        if (got)
            memcpy(w->raw + w->raw_len, w->head.ptr, got);
        w->head = an_str_slice(w->head, got, w->head.len);
        if (!got && !w->whole)
            code = w->input->read(w->input->arg, w->raw + w->raw_len, STEP, &got, &why);
        if (is_ours(code)) {
            *err = why;
            return code;
        }
        if (code)
            note(w, code, AN_UNKNOWN_COUNT, why.text);
        w->ended = code || !got;
        w->raw_len += code ? 0 : got;
    }
    *ret_there = w->raw_len - w->pos >= n;
    return AN_OK;
}

static struct an_str waiting(const struct work *w) {
    return an_str_slice((struct an_str) {w->raw, w->raw_len}, w->pos, w->raw_len);
}

// A number in groups of seven bits, the lowest first, folded so that small ones are short on both sides of 0.
static bool take_long(struct an_str *s, int64_t *ret) {
    uint64_t n = 0;
    for (unsigned i = 0; i < 10 && i < s->len; i++) {
        unsigned char c = (unsigned char) s->ptr[i];
        n |= (uint64_t) (c & 0x7F) << 7 * i;
        if (c < 0x80) {
            *s = an_str_slice(*s, i + 1, s->len);
            *ret = (int64_t) (n >> 1) ^ -(int64_t) (n & 1);
            return true;
        }
    }
    return false;
}

static bool take_bytes(struct an_str *s, struct an_str *ret) {
    int64_t len;
    if (!take_long(s, &len) || len < 0 || (uint64_t) len > s->len)
        return false;
    *ret = an_str_slice(*s, 0, (size_t) len);
    *s = an_str_slice(*s, (size_t) len, s->len);
    return true;
}

// --- values as JSON

static enum an_code broken(struct an_err *err) {
    return an_fail(err, AN_INPUT, "a block does not hold what its schema says");
}

static enum an_code add(struct work *w, struct an_str s, struct an_err *err) { return an_buf_add(w->json, s, err); }

// Bytes as the text that is in them.
static enum an_code add_text(struct work *w, struct an_str bytes, struct an_err *err) {
    if (an_utf8_valid(bytes) == bytes.len)
        return an_objects_quote(w->json, bytes, err);
    w->text.len = 0;
    AN_TRY(an_blob_text(&w->blob, bytes, &w->text, err));
    return an_objects_quote(w->json, an_buf_str(&w->text), err);
}

static enum an_code add_real(struct work *w, double real, struct an_err *err) {
    char text[40];
    if (!isfinite(real))
        return add(w, AN_STR("null"), err);
    for (int digits = 6; digits <= 17; digits++) {              // the shortest decimal that means this number
        (void) snprintf(text, sizeof text, "%.*g", digits, real);
        if (strtod(text, NULL) == real)
            break;
    }
    return add(w, an_str_from_c(text), err);
}

static double real_of(struct an_str bytes) {
    unsigned char b[8];
    float single;
    double real;
    memcpy(b, bytes.ptr, bytes.len);
    if (bytes.len == sizeof single) {
        memcpy(&single, b, sizeof single);
        char text[32];
        (void) snprintf(text, sizeof text, "%.9g", (double) single);
        for (int digits = 6; digits <= 9; digits++) {
            (void) snprintf(text, sizeof text, "%.*g", digits, (double) single);
            if (strtof(text, NULL) == single)
                break;
        }
        return strtod(text, NULL);
    }
    memcpy(&real, b, sizeof real);
    return real;
}

// Digits of a whole number of any length, the highest byte first, with `scale` of them behind the point.
static enum an_code add_decimal(struct work *w, struct an_str bytes, uint32_t scale, struct an_err *err) {
    unsigned char n[DIGITS_MAX];
    char digits[DIGITS_MAX * 3];
    size_t count = 0;
    bool negative = bytes.len && (unsigned char) bytes.ptr[0] & 0x80;
    if (!bytes.len || bytes.len > sizeof n)
        return add_text(w, bytes, err);
    unsigned carry = negative;
    for (size_t i = bytes.len; i-- > 0;) {
        unsigned byte = (negative ? (unsigned char) ~bytes.ptr[i] : (unsigned char) bytes.ptr[i]) + carry;
        n[i] = (unsigned char) byte;
        carry = byte >> 8;
    }
    for (bool any = true; any;) {                               // by tens, the lowest first
        unsigned rest = 0;
        any = false;
        for (size_t i = 0; i < bytes.len; i++) {
            unsigned value = rest << 8 | n[i];
            n[i] = (unsigned char) (value / 10);
            rest = value % 10;
            any |= n[i] != 0;
        }
        digits[count++] = (char) ('0' + rest);
    }
    if (negative)
        AN_TRY(add(w, AN_STR("-"), err));
    if (count <= scale)
        AN_TRY(add(w, AN_STR("0."), err));
    for (size_t i = count; i < scale; i++)
        AN_TRY(add(w, AN_STR("0"), err));
    while (count) {
        AN_TRY(add(w, (struct an_str) {&digits[--count], 1}, err));
        if (count && count == scale)
            AN_TRY(add(w, AN_STR("."), err));
    }
    return AN_OK;
}

static enum an_code add_uuid(struct work *w, struct an_str bytes, struct an_err *err) {
    AN_TRY(add(w, AN_STR("\""), err));
    for (size_t i = 0; i < bytes.len; i++)
        AN_TRY(an_buf_addf(w->json, err, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                           (unsigned char) bytes.ptr[i]));
    return add(w, AN_STR("\""), err);
}

// Days, and parts of a second since their beginning; as a number where there is no such day.
static enum an_code add_time(struct work *w, enum an_avro_meaning meaning, int64_t n, struct an_err *err) {
    static const int64_t parts[] = {[AN_AVRO_TIME_MILLIS] = 1000, [AN_AVRO_TIME_MICROS] = 1000000, [AN_AVRO_STAMP_MILLIS] = 1000,
                                    [AN_AVRO_STAMP_MICROS] = 1000000, [AN_AVRO_STAMP_NANOS] = 1000000000};
    const int64_t first = -719162, last = 2932896, day_seconds = 86400;        // of the years 1 to 9999
    char day_text[AN_DAY_TEXT_MAX];
    bool is_date = meaning == AN_AVRO_DATE, is_time = meaning == AN_AVRO_TIME_MILLIS || meaning == AN_AVRO_TIME_MICROS;
    int64_t seconds = is_date ? 0 : n / parts[meaning] - (n % parts[meaning] < 0), day = is_date ? n : seconds / day_seconds;
    seconds -= is_date ? 0 : day * day_seconds;
    if (seconds < 0) {
        seconds += day_seconds;
        day--;
    }
    if (day < first || day > last || (is_time && day))
        return an_buf_addf(w->json, err, "%lld", (long long) n);
    AN_TRY(add(w, AN_STR("\""), err));
    if (!is_time)
        AN_TRY(add(w, an_str_from_c(an_day_text((an_day) day, day_text)), err));
    if (!is_date)
        AN_TRY(an_buf_addf(w->json, err, "%s%02d:%02d:%02d", is_time ? "" : " ", (int) (seconds / 3600),
                           (int) (seconds / 60 % 60), (int) (seconds % 60)));
    return add(w, AN_STR("\""), err);
}

static enum an_code add_whole(struct work *w, const struct an_avro_type *type, struct an_err *err) {
    int64_t n;
    if (!take_long(&w->left, &n))
        return broken(err);
    if (type->meaning != AN_AVRO_PLAIN)
        return add_time(w, type->meaning, n, err);
    return an_buf_addf(w->json, err, "%lld", (long long) n);
}

static enum an_code add_bytes(struct work *w, const struct an_avro_type *type, struct an_str bytes, struct an_err *err) {
    if (type->meaning == AN_AVRO_DECIMAL)
        return add_decimal(w, bytes, type->scale, err);
    return type->meaning == AN_AVRO_UUID ? add_uuid(w, bytes, err) : add_text(w, bytes, err);
}

static enum an_code add_value(struct work *w, uint32_t number, struct an_err *err);

// Whether a value is null, and nothing is to be written; what says so is taken then.
static bool take_null(struct work *w, uint32_t number) {
    const struct an_avro_type *type = &w->schema.types[number];
    struct an_str rest = w->left;
    int64_t branch;
    if (type->kind == AN_AVRO_NULL)
        return true;
    if (type->kind != AN_AVRO_UNION || !take_long(&rest, &branch) || branch < 0 || (uint64_t) branch >= type->count)
        return false;
    if (w->schema.types[w->schema.parts[type->first + (size_t) branch].type].kind != AN_AVRO_NULL)
        return false;
    w->left = rest;
    return true;
}

static enum an_code add_record(struct work *w, const struct an_avro_type *type, struct an_err *err) {
    bool any = false;
    AN_TRY(add(w, AN_STR("{"), err));
    for (uint32_t i = 0; i < type->count; i++) {
        const struct an_avro_part *part = &w->schema.parts[type->first + i];
        if (take_null(w, part->type))
            continue;
        if (any)
            AN_TRY(add(w, AN_STR(","), err));
        AN_TRY(add(w, part->name, err));
        AN_TRY(add(w, AN_STR(":"), err));
        AN_TRY(add_value(w, part->type, err));
        any = true;
    }
    return add(w, AN_STR("}"), err);
}

// The items of an array or a map, which come in runs, each with their number, and a 0 behind the last.
static enum an_code add_items(struct work *w, const struct an_avro_type *type, struct an_err *err) {
    bool is_map = type->kind == AN_AVRO_MAP, any = false;
    uint32_t element = w->schema.parts[type->first].type;
    AN_TRY(add(w, is_map ? AN_STR("{") : AN_STR("["), err));
    for (;;) {
        int64_t count, bytes;
        if (!take_long(&w->left, &count) || (count < 0 && !take_long(&w->left, &bytes)))
            return broken(err);
        uint64_t items = count < 0 ? -(uint64_t) count : (uint64_t) count;
        if (!items)
            return add(w, is_map ? AN_STR("}") : AN_STR("]"), err);
        for (; items; items--) {
            struct an_str key;
            size_t before = w->left.len;
            if (is_map && !take_bytes(&w->left, &key))
                return broken(err);
            if (any)
                AN_TRY(add(w, AN_STR(","), err));
            if (is_map)
                AN_TRY(add_text(w, key, err));
            if (is_map)
                AN_TRY(add(w, AN_STR(":"), err));
            AN_TRY(add_value(w, element, err));
            any = true;
            if (before == w->left.len && ++w->empty > EMPTY_MAX)
                return an_fail(err, AN_LIMIT, "a block has more values without a byte than are followed");
        }
    }
}

static enum an_code add_fixed(struct work *w, size_t len, struct an_str *ret, struct an_err *err) {
    if (len > w->left.len)
        return broken(err);
    *ret = an_str_slice(w->left, 0, len);
    w->left = an_str_slice(w->left, len, w->left.len);
    return AN_OK;
}

static enum an_code add_kind(struct work *w, const struct an_avro_type *type, struct an_err *err) {
    struct an_str bytes = {0};
    int64_t n;
    switch (type->kind) {
    case AN_AVRO_NULL:
        return add(w, AN_STR("null"), err);
    case AN_AVRO_BOOLEAN:
        AN_TRY(add_fixed(w, 1, &bytes, err));
        return add(w, bytes.ptr[0] ? AN_STR("true") : AN_STR("false"), err);
    case AN_AVRO_INT:
    case AN_AVRO_LONG:
        return add_whole(w, type, err);
    case AN_AVRO_FLOAT:
    case AN_AVRO_DOUBLE:
        AN_TRY(add_fixed(w, type->kind == AN_AVRO_FLOAT ? 4 : 8, &bytes, err));
        return add_real(w, real_of(bytes), err);
    case AN_AVRO_BYTES:
    case AN_AVRO_STRING:
        return take_bytes(&w->left, &bytes) ? add_bytes(w, type, bytes, err) : broken(err);
    case AN_AVRO_FIXED:
        AN_TRY(add_fixed(w, type->size, &bytes, err));
        return add_bytes(w, type, bytes, err);
    case AN_AVRO_ENUM:
        if (!take_long(&w->left, &n) || n < 0 || (uint64_t) n >= type->count)
            return broken(err);
        return add(w, w->schema.parts[type->first + (size_t) n].name, err);
    case AN_AVRO_UNION:
        if (!take_long(&w->left, &n) || n < 0 || (uint64_t) n >= type->count)
            return broken(err);
        return add_value(w, w->schema.parts[type->first + (size_t) n].type, err);
    case AN_AVRO_ARRAY:
    case AN_AVRO_MAP:
        return add_items(w, type, err);
    case AN_AVRO_RECORD:
        return add_record(w, type, err);
    }
    return an_fail(err, AN_BUG, "a type of Avro that is none");
}

static enum an_code add_value(struct work *w, uint32_t number, struct an_err *err) {
    if (w->level == LEVELS_MAX)
        return an_fail(err, AN_LIMIT, "a value is nested more deeply than is followed");
    w->level++;
    enum an_code code = add_kind(w, &w->schema.types[number], err);
    w->level--;
    return code;
}

// --- blocks

// Goes on behind the next mark of a block's end, which is searched from `pos` on.
static enum an_code find_mark(struct work *w, struct an_err *err) {
    bool there = true;
    while (there) {
        struct an_str s = waiting(w);
        const char *mark = s.len >= SYNC ? memmem(s.ptr, s.len, w->sync, SYNC) : NULL;
        if (mark) {
            w->pos += (size_t) (mark - s.ptr) + SYNC;
            return AN_OK;
        }
        if (s.len >= SYNC)
            w->pos += s.len - SYNC + 1;
        AN_TRY(need(w, SYNC, &there, err));
    }
    w->pos = w->raw_len;
    return AN_OK;
}

static enum an_code pass_over(struct work *w, enum an_code what, uint64_t lost, const char *text, struct an_err *err) {
    note(w, what, lost, text);
    return find_mark(w, err);
}

// The length that a block may have in memory.
static uint64_t most_of(const struct work *w) { return w->limits.memory_bytes / 4; }

static enum an_code unpack(struct work *w, struct an_str packed, int64_t count, struct an_err *err) {
    enum { FREE = 1 << 20 };
    uint64_t most = FREE + packed.len * w->limits.expansion;
    struct an_err why = {0};
    w->block.len = 0;
    w->block.limit = most < most_of(w) ? most : most_of(w);
    enum an_code code = w->made > w->limits.total_bytes ? an_fail(&why, AN_LIMIT, "unpacks to more than may come out of one file")
                                                        : w->codec->unpack(packed, &w->block, &why);
    if (is_ours(code)) {
        *err = why;
        return code;
    }
    if (code) {
        char text[256];
        (void) snprintf(text, sizeof text, "a block %s", why.text);
        note(w, code, (uint64_t) count, text);
        return AN_OK;
    }
    w->made += w->block.len;
    w->left = an_buf_str(&w->block);
    w->count = (uint64_t) count;
    w->empty = 0;
    return AN_OK;
}

// The next block with objects; *ret_any false at the end.
static enum an_code next_block(struct work *w, bool *ret_any, struct an_err *err) {
    enum { NUMBERS = 20 };
    while (!w->count) {
        bool there;
        AN_TRY(need(w, NUMBERS, &there, err));
        struct an_str s = waiting(w);
        int64_t count = 0, size = 0;
        *ret_any = s.len > 0;
        if (!s.len)
            return AN_OK;
        bool is_cut = !take_long(&s, &count) || !take_long(&s, &size);
        if (is_cut || count < 0 || size < 0) {
            is_cut &= waiting(w).len < NUMBERS;
            AN_TRY(pass_over(w, AN_INPUT, AN_UNKNOWN_COUNT, is_cut ? "ends in the middle of a block: get a whole copy"
                                                                   : "a block does not begin as one", err));
            continue;
        }
        if ((uint64_t) size > most_of(w)) {
            AN_TRY(pass_over(w, AN_LIMIT, AN_UNKNOWN_COUNT, "a block is longer than is held of one", err));
            continue;
        }
        size_t head = waiting(w).len - s.len, len = (size_t) size;
        AN_TRY(need(w, head + len + SYNC, &there, err));
        s = an_str_slice(waiting(w), head, waiting(w).len);
        if (!there) {
            AN_TRY(pass_over(w, AN_INPUT, (uint64_t) count, "ends in the middle of a block: get a whole copy", err));
            continue;
        }
        if (memcmp(s.ptr + len, w->sync, SYNC) != 0) {
            AN_TRY(pass_over(w, AN_INPUT, AN_UNKNOWN_COUNT, "a block does not end as it should", err));
            continue;
        }
        AN_TRY(unpack(w, an_str_slice(s, 0, len), count, err));
        w->pos += head + len + SYNC;
    }
    *ret_any = true;
    return AN_OK;
}

// The next object behind what `json` holds. One that is damaged costs itself and the rest of its block.
static enum an_code next_object(struct work *w, struct an_err *err) {
    size_t json = w->json->len, left = w->left.len;
    struct an_err why = {0};
    w->level = 0;
    enum an_code code = add_value(w, 0, &why);
    if (!code)
        code = add(w, AN_STR("\n"), &why);
    if (!code && left == w->left.len && ++w->empty > EMPTY_MAX)
        code = an_fail(&why, AN_LIMIT, "a block has more values without a byte than are followed");
    if (is_ours(code)) {
        *err = why;
        return code;
    }
    if (code) {
        w->json->len = json;
        note(w, code, w->count, why.text);
        w->count = 0;
        return AN_OK;
    }
    w->count--;
    if (!w->count && w->left.len)
        note(w, AN_INPUT, AN_UNKNOWN_COUNT, "a block holds more than its objects");
    return AN_OK;
}

static enum an_code more_objects(void *arg, struct an_buf *out, struct an_err *err) {
    struct work *w = arg;
    bool any = true;
    w->json = out;
    out->limit = w->limits.memory_bytes / 2;
    while (any && out->len < OUT) {
        AN_TRY(next_block(w, &any, err));
        if (any)
            AN_TRY(next_object(w, err));
    }
    return AN_OK;
}

// --- the file

static enum an_code tell_faults(struct work *w, struct an_err *err) {
    struct an_trouble trouble = {.code = w->fault, .offset = w->fault_at, .bytes_lost = AN_UNKNOWN_COUNT,
                                 .records_lost = w->lost_unknown ? AN_UNKNOWN_COUNT : w->lost,
                                 .text = an_str_from_c(w->why.text)};
    char text[320];
    if (w->faults > 1) {
        (void) snprintf(text, sizeof text, "%s; there are %llu such faults, and blocks with them were left out", w->why.text,
                        (unsigned long long) w->faults);
        trouble.text = an_str_from_c(text);
    }
    return w->sink->trouble(w->sink->arg, &trouble, err);
}

static enum an_code give_objects(struct an_reading *reading, struct work *w, struct an_err *err) {
    const struct an_objects objects = {more_objects, w};
    struct an_store_info info = {.uri = w->input->uri, .format = "avro"};
    enum an_store_status status = AN_STORE_READ;
    AN_TRY(w->sink->open(w->sink->arg, &info, err));
    AN_TRY(an_objects_read(&objects, reading, w->input->uri, &status, err));
    if (w->faults) {
        status = AN_STORE_PARTLY;
        AN_TRY(tell_faults(w, err));
    }
    return w->sink->close(w->sink->arg, status, w->raw_at + w->pos, (struct an_str) {0}, err);
}

static enum an_code give_unread(struct work *w, const struct an_err *why, struct an_err *err) {
    struct an_store_info info = {.uri = w->input->uri, .format = "avro"};
    struct an_trouble trouble = {.code = why->code, .records_lost = AN_UNKNOWN_COUNT, .bytes_lost = AN_UNKNOWN_COUNT,
                                 .text = an_str_from_c(why->text)};
    AN_TRY(w->sink->open(w->sink->arg, &info, err));
    AN_TRY(w->sink->trouble(w->sink->arg, &trouble, err));
    return w->sink->close(w->sink->arg, AN_STORE_UNREAD, w->raw_at + w->pos, trouble.text, err);
}

static enum an_code take_entry(struct work *w, struct an_str key, struct an_str value, struct an_err *why) {
    if (an_str_eq(key, AN_STR("avro.schema"))) {
        an_avro_schema_release(&w->schema);
        return an_avro_schema_read(&w->schema, value, why);
    }
    if (an_str_eq(key, AN_STR("avro.codec")))
        w->codec = an_avro_codec_named(value);
    return w->codec ? AN_OK : an_fail(why, AN_INPUT, "is packed in a way that this version does not know: write it with deflate");
}

// Entries of the header, from `s` on; *ret_more: it goes on behind what there is.
static enum an_code read_entries(struct work *w, struct an_str *s, bool *ret_more, struct an_err *why) {
    *ret_more = true;
    for (;;) {
        int64_t count, bytes;
        if (!take_long(s, &count) || (count < 0 && !take_long(s, &bytes)))
            return AN_OK;
        for (uint64_t i = count < 0 ? -(uint64_t) count : (uint64_t) count; i; i--) {
            struct an_str key, value;
            if (!take_bytes(s, &key) || !take_bytes(s, &value))
                return AN_OK;
            AN_TRY(take_entry(w, key, value, why));
        }
        if (!count) {
            *ret_more = false;
            return AN_OK;
        }
    }
}

// The header, which says what the rest is. `why`: what is wrong with it.
static enum an_code read_head(struct work *w, struct an_err *why, struct an_err *err) {
    enum { MAGIC = 4 };
    size_t want = STEP;
    bool more = true, there = true;
    w->codec = an_avro_codec_named((struct an_str) {0});
    while (more) {
        AN_TRY(need(w, want, &there, err));
        struct an_str s = an_str_slice(waiting(w), MAGIC, waiting(w).len);
        enum an_code code = read_entries(w, &s, &more, why);
        if (is_ours(code))
            *err = *why;
        if (code)
            return is_ours(code) ? code : AN_OK;
        if (!more && s.len >= SYNC) {
            memcpy(w->sync, s.ptr, SYNC);
            w->pos = w->raw_len - s.len + SYNC;
            if (!w->schema.type_count)
                AN_IGNORE(an_fail(why, AN_INPUT, "has no schema: nobody can tell what its bytes are"));
            return AN_OK;
        }
        more = true;
        if (!there || want > HEAD_MAX) {
            AN_IGNORE(an_fail(why, there ? AN_LIMIT : AN_INPUT, there ? "has a longer header than is read"
                                                                       : "ends in its header: get a whole copy"));
            return AN_OK;
        }
        want *= 2;
    }
    return AN_OK;
}

static enum an_code read_avro(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    AN_CLEANUP(work_release) struct work w = {.sink = reading->sink, .limits = reading->limits, .input = input, .head = s->head,
                                              .whole = s->whole};
    struct an_err why = {0};
    AN_TRY(read_head(&w, &why, err));
    return why.code ? give_unread(&w, &why, err) : give_objects(reading, &w, err);
}

static int sniff(const struct an_sniff *s) { return an_str_eq(an_str_slice(s->head, 0, 4), AN_STR("Obj\1")) ? 100 : 0; }

const struct an_source an_source_avro = {
    .name = "avro",
    .title = {"Avro files", "Avro 文件"},
    .spec = "Apache Avro 1.11.1 specification, object container files",
    .sniff = sniff,
    .read = read_avro,
};
