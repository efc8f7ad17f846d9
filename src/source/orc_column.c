#include "source/orc_column.h"

#include <endian.h>
#include "base/alloc.h"
#include "base/cell.h"
#include "base/utf8.h"

static const char early[] = "ends early, or is damaged";

void an_orc_column_release(struct an_orc_column *c) {
    for (size_t i = 0; i < AN_ORC_STREAMS; i++)
        an_orc_stream_release(&c->streams[i]);
    an_buf_release(&c->text);
    an_buf_release(&c->made);
    an_buf_release(&c->joined);
    an_blob_release(&c->blob);
    an_free(c->words);
}

void an_orc_column_begin(struct an_orc_column *c, struct an_orc_coding coding) {
    c->dead = c->has_words = false;
    c->coding = coding;
    for (size_t i = 0; i < AN_ORC_STREAMS; i++)
        an_orc_stream_forget(&c->streams[i]);
    if (coding.kind > 3)
        an_orc_column_lose(c, AN_INPUT, "has an encoding that is not known");
    else if (c->type->kind == AN_ORC_UNKNOWN)
        an_orc_column_lose(c, AN_INPUT, "has a type that is not known");
}

void an_orc_column_lose(struct an_orc_column *c, enum an_code what, const char *why) {
    struct an_err own;
    AN_IGNORE(an_fail(&own, what, "%s", why));
    c->why = own;
    c->dead = true;
}

// What a stream did not give.
static void lose(struct an_orc_column *c, const struct an_orc_stream *s) {
    an_orc_column_lose(c, s->fault ? s->fault : AN_INPUT, s->fault ? s->why.text : early);
}

enum an_code an_orc_column_there(struct an_orc_column *c, bool *ret, struct an_err *err) {
    struct an_orc_stream *s = &c->streams[AN_ORC_PRESENT];
    bool good = true;
    *ret = !c->dead;
    if (c->dead || !an_orc_stream_is_there(s))
        return AN_OK;
    AN_TRY(an_orc_truth(s, ret, &good, err));
    if (!good)
        lose(c, s);
    *ret = *ret && good;
    return AN_OK;
}

static bool is_v2(const struct an_orc_column *c) { return c->coding.kind >= 2; }

static enum an_code take_number(struct an_orc_column *c, unsigned stream, bool is_signed, int64_t *ret, struct an_err *err) {
    bool good;
    AN_TRY(an_orc_number(&c->streams[stream], is_signed, is_v2(c), ret, &good, err));
    if (!good)
        lose(c, &c->streams[stream]);
    return AN_OK;
}

static enum an_code take_bytes(struct an_orc_column *c, unsigned stream, uint64_t len, struct an_str *ret, struct an_err *err) {
    bool good;
    AN_TRY(an_orc_bytes(&c->streams[stream], len, &c->joined, ret, &good, err));
    if (!good)
        lose(c, &c->streams[stream]);
    return AN_OK;
}

enum an_code an_orc_column_count(struct an_orc_column *c, uint64_t *ret, struct an_err *err) {
    int64_t n = 0;
    unsigned char tag;
    bool good;
    *ret = 0;
    if (c->type->kind == AN_ORC_UNION) {
        AN_TRY(an_orc_run_byte(&c->streams[AN_ORC_DATA], &tag, &good, err));
        if (!good || tag >= c->type->child_count)
            lose(c, &c->streams[AN_ORC_DATA]);
        else
            *ret = tag;
        return AN_OK;
    }
    AN_TRY(take_number(c, AN_ORC_LENGTH, false, &n, err));
    if (n < 0)
        an_orc_column_lose(c, AN_INPUT, early);
    *ret = c->dead ? 0 : (uint64_t) n;
    return AN_OK;
}

// Texts.

static enum an_code text_of(struct an_orc_column *c, struct an_str bytes, struct an_str *ret, struct an_err *err) {
    *ret = bytes;
    if (c->type->kind != AN_ORC_BINARY && an_utf8_valid(bytes) == bytes.len)
        return AN_OK;
    c->made.len = 0;
    AN_TRY(an_blob_text(&c->blob, bytes, &c->made, err));
    *ret = an_buf_str(&c->made);
    return AN_OK;
}

static enum an_code read_words(struct an_orc_column *c, struct an_err *err) {
    uint64_t most = c->file->memory / 4;
    c->has_words = true;
    c->word_count = c->text.len = 0;
    for (uint64_t i = 0; i < c->coding.words && !c->dead; i++) {
        int64_t len = 0;
        struct an_str bytes, text;
        AN_TRY(take_number(c, AN_ORC_LENGTH, false, &len, err));
        if (!c->dead && (len < 0 || (uint64_t) len > most || c->text.len + (uint64_t) len > most || i > most / sizeof *c->words))
            an_orc_column_lose(c, AN_LIMIT, "a dictionary over the memory limit");
        if (!c->dead)
            AN_TRY(take_bytes(c, AN_ORC_DICTIONARY, (uint64_t) len, &bytes, err));
        if (c->dead)
            return AN_OK;
        AN_TRY(text_of(c, bytes, &text, err));
        if (!an_alloc_room(&c->words, c->word_count, &c->word_cap, sizeof *c->words))
            return an_fail(err, AN_NOMEM, "no memory for a dictionary");
        c->words[c->word_count++] = (struct an_span) {(uint32_t) c->text.len, (uint32_t) text.len};
        AN_TRY(an_buf_add(&c->text, text, err));
    }
    return AN_OK;
}

static enum an_code take_string(struct an_orc_column *c, struct an_str *ret, struct an_err *err) {
    int64_t n = 0;
    struct an_str bytes;
    bool words = c->coding.kind & 1;
    if (words && !c->has_words)
        AN_TRY(read_words(c, err));
    if (c->dead)
        return AN_OK;
    AN_TRY(take_number(c, words ? AN_ORC_DATA : AN_ORC_LENGTH, false, &n, err));
    if (!c->dead && (n < 0 || (words && (uint64_t) n >= c->word_count)))
        an_orc_column_lose(c, AN_INPUT, words ? "refers to what its dictionary does not have" : early);
    if (c->dead)
        return AN_OK;
    if (words) {
        *ret = (struct an_str) {(c->text.ptr ? c->text.ptr : "") + c->words[n].at, c->words[n].len};
        return AN_OK;
    }
    AN_TRY(take_bytes(c, AN_ORC_DATA, (uint64_t) n, &bytes, err));
    return c->dead ? AN_OK : text_of(c, bytes, ret, err);
}

// Values in binary.

static enum an_code take_real(struct an_orc_column *c, size_t *ret_len, struct an_err *err) {
    bool is_float = c->type->kind == AN_ORC_FLOAT;
    struct an_str bytes;
    uint32_t half;
    uint64_t whole;
    float real;
    double twice;
    AN_TRY(take_bytes(c, AN_ORC_DATA, is_float ? sizeof real : sizeof twice, &bytes, err));
    if (c->dead)
        return AN_OK;
    if (is_float) {
        memcpy(&half, bytes.ptr, sizeof half);
        half = le32toh(half);
        memcpy(&real, &half, sizeof real);
        *ret_len = an_typed_float(real, c->room);
        return AN_OK;
    }
    memcpy(&whole, bytes.ptr, sizeof whole);
    whole = le64toh(whole);
    memcpy(&twice, &whole, sizeof twice);
    *ret_len = an_typed_real(twice, c->room);
    return AN_OK;
}

// Seconds since 2015, and nanoseconds with how many zeros were taken off their end in the lowest three bits.
static enum an_code take_moment(struct an_orc_column *c, size_t *ret_len, struct an_err *err) {
    enum { EPOCH = 1420070400, MILLI = 999999, SECOND = 1000000000 };
    int64_t seconds = 0, parts = 0;
    AN_TRY(take_number(c, AN_ORC_DATA, true, &seconds, err));
    if (!c->dead)
        AN_TRY(take_number(c, AN_ORC_SECOND, false, &parts, err));
    if (c->dead)
        return AN_OK;
    int64_t nanos = parts >> 3;
    for (unsigned zeros = parts & 7, i = zeros ? zeros + 1 : 0; i && nanos < SECOND && nanos > -SECOND; i--)
        nanos *= 10;
    if (nanos >= SECOND || nanos <= -SECOND || seconds > INT64_MAX / 2 || seconds < INT64_MIN / 2) {
        an_orc_column_lose(c, AN_INPUT, early);
        return AN_OK;
    }
    seconds += EPOCH;
    // Before 1970 writers cut seconds towards zero; some count nanoseconds backwards then.
    seconds -= nanos < 0 || (seconds < 0 && nanos > MILLI);
    nanos += nanos < 0 ? SECOND : 0;
    *ret_len = an_typed_moment(seconds, (uint32_t) nanos, c->type->kind == AN_ORC_INSTANT, c->room);
    return AN_OK;
}

// A whole number of up to 128 bits, seven a byte, and how many of its digits are behind the point.
static enum an_code take_decimal(struct an_orc_column *c, size_t *ret_len, struct an_err *err) {
    unsigned __int128 n = 0;
    unsigned char b = 0x80;
    bool good = true;
    int64_t scale = 0;
    for (unsigned shift = 0; shift < 133 && b >= 0x80 && good; shift += 7) {
        AN_TRY(an_orc_byte(&c->streams[AN_ORC_DATA], &b, &good, err));
        n |= shift < 128 ? (unsigned __int128) (b & 0x7F) << shift : 0;
    }
    if (!good || b >= 0x80)
        lose(c, &c->streams[AN_ORC_DATA]);
    else
        AN_TRY(take_number(c, AN_ORC_SECOND, true, &scale, err));
    if (!c->dead && (scale < 0 || scale > AN_DECIMAL_SCALE))
        an_orc_column_lose(c, AN_INPUT, early);
    if (c->dead)
        return AN_OK;
    char bytes[16];
    n = n >> 1 ^ (0 - (n & 1));
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[sizeof bytes - 1 - i] = (char) (unsigned char) (n >> 8 * i);
    *ret_len = an_typed_decimal((struct an_str) {bytes, sizeof bytes}, (unsigned) scale, c->room);
    return AN_OK;
}

enum an_code an_orc_column_text(struct an_orc_column *c, struct an_str *ret, struct an_err *err) {
    int64_t n = 0;
    size_t len = 0;
    bool truth, good = true;
    unsigned char byte;
    *ret = (struct an_str) {"", 0};
    switch ((enum an_orc_kind) c->type->kind) {
    case AN_ORC_BOOLEAN:
        AN_TRY(an_orc_truth(&c->streams[AN_ORC_DATA], &truth, &good, err));
        if (good)
            *ret = truth ? AN_STR("true") : AN_STR("false");
        else
            lose(c, &c->streams[AN_ORC_DATA]);
        return AN_OK;
    case AN_ORC_BYTE:
        AN_TRY(an_orc_run_byte(&c->streams[AN_ORC_DATA], &byte, &good, err));
        if (!good)
            lose(c, &c->streams[AN_ORC_DATA]);
        len = good ? an_typed_int((int8_t) byte, c->room) : 0;
        break;
    case AN_ORC_SHORT: case AN_ORC_INT: case AN_ORC_LONG: case AN_ORC_DATE:
        AN_TRY(take_number(c, AN_ORC_DATA, true, &n, err));
        len = c->dead ? 0 : c->type->kind == AN_ORC_DATE ? an_typed_date(n, c->room) : an_typed_int(n, c->room);
        break;
    case AN_ORC_FLOAT: case AN_ORC_DOUBLE:
        AN_TRY(take_real(c, &len, err));
        break;
    case AN_ORC_TIMESTAMP: case AN_ORC_INSTANT:
        AN_TRY(take_moment(c, &len, err));
        break;
    case AN_ORC_DECIMAL:
        AN_TRY(take_decimal(c, &len, err));
        break;
    case AN_ORC_STRING: case AN_ORC_BINARY: case AN_ORC_VARCHAR: case AN_ORC_CHAR:
        return take_string(c, ret, err);
    case AN_ORC_LIST: case AN_ORC_MAP: case AN_ORC_STRUCT: case AN_ORC_UNION: case AN_ORC_UNKNOWN:
        return an_fail(err, AN_BUG, "a value of a type that has none");
    }
    *ret = (struct an_str) {c->room, len};
    return AN_OK;
}
