#include "source/parquet_column.h"

#include <endian.h>
#include <zlib.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "source/codec.h"

enum {                                  // as the file numbers them
    PLAIN = 0, PLAIN_DICTIONARY = 2, RLE = 3, BIT_PACKED = 4, DELTA_BINARY_PACKED = 5, DELTA_LENGTH_BYTE_ARRAY = 6,
    DELTA_BYTE_ARRAY = 7, RLE_DICTIONARY = 8, BYTE_STREAM_SPLIT = 9,
    DATA_PAGE = 0, DICTIONARY_PAGE = 2, DATA_PAGE_V2 = 3,
    SLACK = 128,                        // bytes that chunks of early writers are longer than they say
};

struct page {                           // what a page's header says
    int64_t type, packed, unpacked, crc, values, encoding, def_encoding, rep_encoding, def_len, rep_len;
    bool has_crc, is_packed;
};

static const char over_memory[] = "pages over the memory limit";

static bool lose(struct an_parquet_column *c, const char *why) {
    AN_IGNORE(an_fail(&c->why, AN_INPUT, "%s", why));
    c->lost = true;
    return false;
}

static void stop(struct an_parquet_column *c, enum an_code code, const char *why) {
    c->broken = an_fail(&c->why, code, "%s", why);
    c->left = 0;
}

void an_parquet_column_release(struct an_parquet_column *c) {
    an_buf_release(&c->raw);
    an_buf_release(&c->text);
    an_buf_release(&c->before);
    an_buf_release(&c->made);
    an_blob_release(&c->blob);
    an_free(c->page);
    an_free(c->words);
}

static bool codec_of(int number, enum an_codec *ret) {
    static const enum an_codec codecs[] = {AN_CODEC_NONE, AN_CODEC_SNAPPY, AN_CODEC_GZIP, AN_CODEC_NONE, AN_CODEC_BROTLI,
                                           AN_CODEC_LZ4_HADOOP, AN_CODEC_ZSTD, AN_CODEC_LZ4};
    enum { LZO = 3 };
    bool known = number >= 0 && number < (int) AN_COUNT(codecs) && number != LZO;
    *ret = known ? codecs[number] : AN_CODEC_NONE;
    return known;
}

void an_parquet_column_begin(struct an_parquet_column *c, const struct an_parquet_chunk *chunk) {
    enum an_codec codec;
    c->broken = AN_OK;
    c->left = 0;
    c->has_words = c->lost = false;
    c->next = chunk->offset;
    c->end = chunk->offset + chunk->bytes;
    c->values = chunk->values;
    c->codec = chunk->codec;
    if (chunk->encrypted)
        stop(c, AN_INPUT, "encrypted: decrypt it first");
    else if (chunk->elsewhere)
        stop(c, AN_INPUT, "in another file, which is not looked for");
    else if (!codec_of(chunk->codec, &codec))
        stop(c, AN_INPUT, chunk->codec == 3 ? "compressed with LZO, which is not read: write it again with another codec"
                                            : "compressed with a codec that is not known");
    else if (chunk->offset > c->file->at->size || chunk->bytes > c->file->at->size - chunk->offset)
        stop(c, AN_INPUT, "the file ends before it: get a whole copy");
}

// Pages.

static void read_data_header(struct an_thrift *t, struct page *p) {
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f);) {
        switch (f.id) {
        case 1: p->values = an_thrift_int(t, &f); break;
        case 2: p->encoding = an_thrift_int(t, &f); break;
        case 3: p->def_encoding = an_thrift_int(t, &f); break;
        case 4: p->rep_encoding = an_thrift_int(t, &f); break;
        default: an_thrift_skip(t, &f);
        }
    }
}

static void read_data_header_v2(struct an_thrift *t, struct page *p) {
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f);) {
        switch (f.id) {
        case 1: p->values = an_thrift_int(t, &f); break;
        case 4: p->encoding = an_thrift_int(t, &f); break;
        case 5: p->def_len = an_thrift_int(t, &f); break;
        case 6: p->rep_len = an_thrift_int(t, &f); break;
        case 7: p->is_packed = an_thrift_bool(&f); an_thrift_skip(t, &f); break;
        default: an_thrift_skip(t, &f);
        }
    }
}

static bool read_header(struct an_thrift *t, struct page *p) {
    *p = (struct page) {.type = -1, .packed = -1, .unpacked = -1, .values = -1, .encoding = -1, .is_packed = true};
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f);) {
        switch (f.id) {
        case 1: p->type = an_thrift_int(t, &f); break;
        case 2: p->unpacked = an_thrift_int(t, &f); break;
        case 3: p->packed = an_thrift_int(t, &f); break;
        case 4:
            p->has_crc = true;
            p->crc = an_thrift_int(t, &f);
            break;
        case 5: case 7:
            if (an_thrift_enter(t, &f))
                read_data_header(t, p);
            break;
        case 8:
            if (an_thrift_enter(t, &f))
                read_data_header_v2(t, p);
            break;
        default: an_thrift_skip(t, &f);
        }
    }
    return !t->bad && p->type >= 0 && p->packed >= 0 && p->packed <= INT32_MAX && p->unpacked >= 0 && p->unpacked <= INT32_MAX;
}

// Reads the header at `next` and goes behind it. False: there is none, and the chunk is broken.
static enum an_code next_header(struct an_parquet_column *c, struct page *p, bool *ret_good, struct an_err *err) {
    enum { FIRST = 512, MOST = 16 << 20 };
    uint64_t there = c->file->at->size - c->next, most = c->end + SLACK - c->next;
    there = there < most ? there : most;
    *ret_good = false;
    for (uint64_t window = FIRST;; window *= 16) {
        struct an_str bytes;
        enum an_code code = an_at_get(c->file->at, c->next, (size_t) (window < there ? window : there), &c->raw, &bytes, &c->why);
        if (code == AN_NOMEM) {
            *err = c->why;
            return code;
        }
        c->broken = code;
        if (code)
            return AN_OK;
        struct an_thrift t = {.bytes = bytes};
        *ret_good = read_header(&t, p);
        if (*ret_good)
            c->next += t.at;
        if (*ret_good || !t.cut || window >= there || window >= MOST)
            break;
    }
    *ret_good = *ret_good && (uint64_t) p->packed <= c->file->at->size - c->next &&
                c->next + (uint64_t) p->packed <= c->end + SLACK;
    if (!*ret_good)
        stop(c, AN_INPUT, "the header of a page makes no sense");
    return AN_OK;
}

// Room for the unpacked page. *ret_good false: it is more than may be.
static enum an_code page_room(struct an_parquet_column *c, size_t len, bool *ret_good, struct an_err *err) {
    struct an_parquet_file *file = c->file;
    file->made += len;
    *ret_good = file->held - c->page_cap + len <= file->memory && file->made <= file->most_made;
    if (!*ret_good) {
        c->lost = true;
        c->why = (struct an_err) {0};
        AN_IGNORE(an_fail(&c->why, AN_LIMIT, file->made > file->most_made
                          ? "pages that unpack to more than a file of this size may hold" : over_memory));
        return AN_OK;
    }
    if (len < c->page_cap)
        return AN_OK;
    an_free(c->page);
    file->held -= c->page_cap;
    c->page_cap = 0;
    c->page = an_alloc(len + 1);
    if (!c->page)
        return an_fail(err, AN_NOMEM, "no memory for a page");
    c->page_cap = len + 1;
    file->held += c->page_cap;
    return AN_OK;
}

// Unpacks `packed` to `len` bytes. *ret_good false: the page is lost.
static enum an_code unpack(struct an_parquet_column *c, struct an_str packed, size_t len, bool is_packed, struct an_str *ret,
                           bool *ret_good, struct an_err *err) {
    enum an_codec codec;
    *ret = packed;
    *ret_good = codec_of(c->codec, &codec);
    if (codec == AN_CODEC_NONE || !is_packed || !*ret_good) {
        c->file->made += packed.len;
        return AN_OK;
    }
    size_t got;
    AN_TRY(page_room(c, len, ret_good, err));
    if (!*ret_good)
        return AN_OK;
    struct an_err why;
    enum an_code code = an_codec_unpack(codec, packed, c->page, len, &got, &why);
    if (code == AN_NOMEM) {
        *err = why;
        return code;
    }
    *ret_good = (!code && got == len) || lose(c, "a page's compressed data is damaged");
    *ret = (struct an_str) {c->page, got};
    return AN_OK;
}

// Levels.

static unsigned bits_for(unsigned most) { return most ? 32 - (unsigned) __builtin_clz(most) : 0; }

static uint32_t little_u32(const char *p) {
    uint32_t n;
    memcpy(&n, p, sizeof n);
    return le32toh(n);
}

// Levels at the front of a page of the first version, taken off it.
static bool take_levels(struct an_runs *runs, struct an_str *body, unsigned most, int64_t encoding, uint64_t count) {
    unsigned width = bits_for(most);
    if (!width)
        return an_runs_begin(runs, (struct an_str) {0}, 0);
    size_t head = encoding == BIT_PACKED ? 0 : 4;
    if (body->len < head || (encoding != BIT_PACKED && encoding != RLE))
        return false;
    uint64_t len = head ? little_u32(body->ptr) : (count * width + 7) / 8;
    if (len > body->len - head)
        return false;
    struct an_str bytes = an_str_slice(*body, head, head + (size_t) len);
    *body = an_str_slice(*body, head + (size_t) len, body->len);
    return head ? an_runs_begin(runs, bytes, width) : an_runs_begin_bits(runs, bytes, width);
}

bool an_parquet_column_levels(struct an_parquet_column *c, size_t n, uint32_t *def, uint32_t *rep) {
    bool good = an_runs_read(&c->def, def, n) == n && (!rep || an_runs_read(&c->rep, rep, n) == n);
    for (size_t i = 0; i < n && good; i++)
        good = def[i] <= c->node->def && (!rep || rep[i] <= c->node->rep);
    return good || lose(c, "the levels of a page make no sense");
}

// Values.

static size_t width_of(const struct an_parquet_node *n) {
    static const unsigned char widths[] = {0, 4, 8, 12, 4, 8, 0, 0};
    return n->type == AN_PARQUET_FIXED ? n->length : widths[n->type];
}

static int64_t little_i64(const char *p) {
    uint64_t n;
    memcpy(&n, p, sizeof n);
    return (int64_t) le64toh(n);
}

// Parts of a second to seconds and nanoseconds.
static int64_t to_seconds(int64_t value, unsigned digits, uint32_t *ret_nanos) {
    int64_t parts = digits == 3 ? 1000 : digits == 6 ? 1000000 : 1000000000, rest;
    int64_t seconds = an_floor_div(value, parts, &rest);
    *ret_nanos = (uint32_t) (rest * (1000000000 / parts));
    return seconds;
}

static size_t whole_text(const struct an_parquet_node *n, int64_t value, char *out) {
    uint32_t nanos;
    int64_t seconds;
    switch ((enum an_parquet_form) n->form) {
    case AN_FORM_UNSIGNED:
        return an_typed_uint(n->type == AN_PARQUET_INT32 ? (uint32_t) value : (uint64_t) value, out);
    case AN_FORM_DECIMAL:
        return an_typed_decimal_int(value, n->scale, out);
    case AN_FORM_DATE:
        return an_typed_date(value, out);
    case AN_FORM_TIME:
        seconds = to_seconds(value, n->scale, &nanos);
        return seconds < 0 ? an_typed_int(value, out) : an_typed_time((uint64_t) seconds, nanos, out);
    case AN_FORM_MOMENT:
        seconds = to_seconds(value, n->scale, &nanos);
        return an_typed_moment(seconds, nanos, n->utc, out);
    case AN_FORM_PLAIN: case AN_FORM_TEXT: case AN_FORM_UUID: case AN_FORM_HALF:
        break;
    }
    return an_typed_int(value, out);
}

// Nanoseconds of a day, and the day's Julian number.
static size_t int96_text(const char *p, char *out) {
    enum { EPOCH = 2440588, DAY = 86400 };
    uint32_t nanos;
    int64_t seconds = to_seconds(little_i64(p), 9, &nanos);
    return an_typed_moment(((int64_t) little_u32(p + 8) - EPOCH) * DAY + seconds, nanos, false, out);
}

static enum an_code bytes_text(struct an_parquet_column *c, struct an_str bytes, struct an_str *ret, struct an_err *err) {
    const struct an_parquet_node *n = c->node;
    *ret = bytes;
    if (n->form == AN_FORM_DECIMAL) {
        *ret = (struct an_str) {c->room, an_typed_decimal(bytes, n->scale, c->room)};
        return AN_OK;
    }
    bool uuid = n->form == AN_FORM_UUID && bytes.len == 16, half = n->form == AN_FORM_HALF && bytes.len == 2;
    if (uuid || half) {
        const unsigned char *b = (const unsigned char *) bytes.ptr;
        size_t len = uuid ? an_typed_uuid(bytes.ptr, c->room) : an_typed_half((uint16_t) (b[0] | b[1] << 8), c->room);
        *ret = (struct an_str) {c->room, len};
        return AN_OK;
    }
    if (n->form == AN_FORM_TEXT && an_utf8_valid(bytes) == bytes.len)
        return AN_OK;
    c->made.len = 0;
    AN_TRY(an_blob_text(&c->blob, bytes, &c->made, err));
    *ret = an_buf_str(&c->made);
    return AN_OK;
}

// A value as the file has it, as text.
static enum an_code text_of(struct an_parquet_column *c, struct an_str bytes, struct an_str *ret, struct an_err *err) {
    uint32_t bits;
    uint64_t wide;
    float real;
    double twice;
    *ret = (struct an_str) {c->room, 0};
    switch ((enum an_parquet_type) c->node->type) {
    case AN_PARQUET_INT32:
        ret->len = whole_text(c->node, (int32_t) little_u32(bytes.ptr), c->room);
        return AN_OK;
    case AN_PARQUET_INT64:
        ret->len = whole_text(c->node, little_i64(bytes.ptr), c->room);
        return AN_OK;
    case AN_PARQUET_INT96:
        ret->len = int96_text(bytes.ptr, c->room);
        return AN_OK;
    case AN_PARQUET_FLOAT:
        bits = little_u32(bytes.ptr);
        memcpy(&real, &bits, sizeof real);
        ret->len = an_typed_float(real, c->room);
        return AN_OK;
    case AN_PARQUET_DOUBLE:
        wide = (uint64_t) little_i64(bytes.ptr);
        memcpy(&twice, &wide, sizeof twice);
        ret->len = an_typed_real(twice, c->room);
        return AN_OK;
    case AN_PARQUET_BOOLEAN:
        *ret = bytes.ptr[0] ? AN_STR("true") : AN_STR("false");
        return AN_OK;
    case AN_PARQUET_BYTES: case AN_PARQUET_FIXED:
        break;
    }
    return bytes_text(c, bytes, ret, err);
}

// The next value where they lie one behind the other.
static bool take_plain(struct an_parquet_column *c, struct an_str *ret) {
    size_t left = (size_t) (c->stop - c->at), len = width_of(c->node);
    if (c->node->type == AN_PARQUET_BYTES) {
        if (left < 4)
            return false;
        len = little_u32(c->at);
        left -= 4;
        c->at += 4;
    }
    if (len > left)
        return false;
    *ret = (struct an_str) {c->at, len};
    c->at += len;
    return true;
}

// Dictionary.

static enum an_code read_words(struct an_parquet_column *c, struct an_str body, int64_t count, struct an_err *err) {
    bool fixed = c->node->type != AN_PARQUET_BYTES;
    size_t least = fixed ? width_of(c->node) : 4;
    c->text.len = c->word_count = 0;
    c->has_words = false;
    if (!least || count < 0 || (uint64_t) count > body.len / least)
        return lose(c, "a dictionary makes no sense"), AN_OK;
    c->at = body.ptr;
    c->stop = body.ptr + body.len;
    size_t room = (size_t) count * sizeof *c->words;
    if (room > c->file->memory - (c->file->held < c->file->memory ? c->file->held : c->file->memory))
        return lose(c, "a dictionary over the memory limit"), AN_OK;
    for (int64_t i = 0; i < count; i++) {
        struct an_str bytes, text;
        if (!take_plain(c, &bytes))
            return lose(c, "a dictionary makes no sense"), AN_OK;
        AN_TRY(text_of(c, bytes, &text, err));
        if (!an_alloc_room(&c->words, c->word_count, &c->word_cap, sizeof *c->words))
            return an_fail(err, AN_NOMEM, "no memory for a dictionary");
        if (c->text.len + text.len > UINT32_MAX)
            return lose(c, "a dictionary over 4 GiB"), AN_OK;
        c->words[c->word_count++] = (struct an_span) {(uint32_t) c->text.len, (uint32_t) text.len};
        AN_TRY(an_buf_add(&c->text, text, err));
    }
    c->has_words = true;
    return AN_OK;
}

// Encodings.

static bool begin_values(struct an_parquet_column *c, struct an_str body, int64_t encoding) {
    const struct an_parquet_node *n = c->node;
    size_t width = width_of(n);
    bool whole = n->type == AN_PARQUET_INT32 || n->type == AN_PARQUET_INT64;
    c->encoding = (int) encoding;
    c->at = body.ptr;
    c->stop = body.ptr + body.len;
    c->bit = c->taken = c->ready = c->prefix_taken = c->prefix_ready = 0;
    c->before.len = 0;
    switch (encoding) {
    case PLAIN:
        return true;
    case PLAIN_DICTIONARY: case RLE_DICTIONARY:
        c->encoding = RLE_DICTIONARY;
        if (!c->has_words)
            return lose(c, "a page refers to a dictionary that is not there");
        return an_runs_begin(&c->runs, an_str_slice(body, 1, body.len), body.len ? (unsigned char) body.ptr[0] : 0);
    case RLE:
        return n->type == AN_PARQUET_BOOLEAN && body.len >= 4 &&
               an_runs_begin(&c->runs, an_str_slice(body, 4, 4 + (size_t) little_u32(body.ptr)), 1);
    case DELTA_BINARY_PACKED:
        return whole && an_delta_begin(&c->delta, body);
    case DELTA_BYTE_ARRAY:
        if (!an_delta_begin(&c->prefixes, body) || !an_delta_rest(c->prefixes, &body))
            return false;
        __attribute__((fallthrough));
    case DELTA_LENGTH_BYTE_ARRAY:
        if ((n->type != AN_PARQUET_BYTES && n->type != AN_PARQUET_FIXED) || !an_delta_begin(&c->delta, body) ||
            !an_delta_rest(c->delta, &body))
            return false;
        c->at = body.ptr;
        c->stop = body.ptr + body.len;
        return true;
    case BYTE_STREAM_SPLIT:
        return width && width <= AN_TYPED_TEXT && body.len % width == 0;
    default:
        return lose(c, "a page has an encoding that is not known");
    }
}

// The next of the numbers that are read many at once.
static bool take_number(struct an_parquet_column *c, uint32_t *ret) {
    if (c->taken == c->ready) {
        c->taken = 0;
        c->ready = an_runs_read(&c->runs, c->numbers, AN_PARQUET_BATCH);
    }
    *ret = c->taken < c->ready ? c->numbers[c->taken] : 0;
    return c->taken++ < c->ready;
}

static bool take_long(struct an_delta *d, int64_t *longs, size_t *taken, size_t *ready, int64_t *ret) {
    if (*taken == *ready) {
        *taken = 0;
        *ready = an_delta_read(d, longs, AN_PARQUET_BATCH);
    }
    if (*taken == *ready)
        return false;
    *ret = longs[(*taken)++];
    return true;
}

// The next value where the lengths come first, and perhaps what is the same as in the one before.
static enum an_code take_suffix(struct an_parquet_column *c, struct an_str *ret, bool *ret_good, struct an_err *err) {
    int64_t len, same = 0;
    bool parts = c->encoding == DELTA_BYTE_ARRAY;
    *ret_good = take_long(&c->delta, c->longs, &c->taken, &c->ready, &len) && len >= 0 && len <= c->stop - c->at &&
                (!parts || take_long(&c->prefixes, c->prefix, &c->prefix_taken, &c->prefix_ready, &same)) && same >= 0 &&
                (uint64_t) same <= c->before.len;
    if (!*ret_good)
        return AN_OK;
    *ret = (struct an_str) {c->at, (size_t) len};
    c->at += len;
    if (parts) {
        c->before.len = (size_t) same;
        AN_TRY(an_buf_add(&c->before, *ret, err));
        *ret = an_buf_str(&c->before);
    }
    *ret_good = c->node->type != AN_PARQUET_FIXED || ret->len == c->node->length;
    return AN_OK;
}

// The next value where their first bytes come first, then their second ones.
static bool take_split(struct an_parquet_column *c, char to[static AN_TYPED_TEXT], struct an_str *ret) {
    size_t width = width_of(c->node), count = (size_t) (c->stop - c->at) / width;
    if (c->bit >= count)
        return false;
    for (size_t i = 0; i < width; i++)
        to[i] = c->at[i * count + c->bit];
    c->bit++;
    *ret = (struct an_str) {to, width};
    return true;
}

static bool take_truth(struct an_parquet_column *c, char *to) {
    bool there = c->bit / 8 < (size_t) (c->stop - c->at);
    *to = there && (c->at[c->bit / 8] >> c->bit % 8 & 1);
    c->bit++;
    return there;
}

// A whole number by its difference, in the bytes its type has.
static struct an_str as_bytes(int64_t value, char *to) {
    uint64_t n = htole64((uint64_t) value);
    memcpy(to, &n, sizeof n);
    return (struct an_str) {to, sizeof n};
}

static enum an_code take_value(struct an_parquet_column *c, char small[static AN_TYPED_TEXT], struct an_str *ret, bool *ret_good,
                               struct an_err *err) {
    uint32_t n;
    int64_t value;
    switch (c->encoding) {
    case RLE:
        *ret_good = take_number(c, &n);
        small[0] = (char) n;
        *ret = (struct an_str) {small, 1};
        return AN_OK;
    case DELTA_BINARY_PACKED:
        *ret_good = take_long(&c->delta, c->longs, &c->taken, &c->ready, &value);
        *ret = *ret_good ? as_bytes(value, small) : (struct an_str) {0};
        return AN_OK;
    case DELTA_LENGTH_BYTE_ARRAY: case DELTA_BYTE_ARRAY:
        return take_suffix(c, ret, ret_good, err);
    case BYTE_STREAM_SPLIT:
        *ret_good = take_split(c, small, ret);
        return AN_OK;
    default:
        *ret = (struct an_str) {small, 1};
        *ret_good = c->node->type == AN_PARQUET_BOOLEAN ? take_truth(c, small) : take_plain(c, ret);
        return AN_OK;
    }
}

enum an_code an_parquet_column_text(struct an_parquet_column *c, struct an_str *ret, bool *ret_good, struct an_err *err) {
    char small[AN_TYPED_TEXT];
    struct an_str bytes = {0};
    uint32_t n;
    if (c->encoding == RLE_DICTIONARY) {
        *ret_good = take_number(c, &n) && n < c->word_count;
        if (*ret_good)
            *ret = (struct an_str) {(c->text.ptr ? c->text.ptr : "") + c->words[n].at, c->words[n].len};
        else
            lose(c, "a page refers to what its dictionary does not have, or ends early");
        return AN_OK;
    }
    AN_TRY(take_value(c, small, &bytes, ret_good, err));
    if (*ret_good)
        return text_of(c, bytes, ret, err);
    lose(c, "a page has fewer values than it says");
    return AN_OK;
}

// Turns to the data page whose bytes are in `raw`. False: its values are lost.
static enum an_code begin_page(struct an_parquet_column *c, const struct page *p, struct an_str raw, bool *ret_good,
                               struct an_err *err) {
    const struct an_parquet_node *n = c->node;
    struct an_str body;
    bool good;
    if (p->type == DATA_PAGE) {
        AN_TRY(unpack(c, raw, (size_t) p->unpacked, true, &body, ret_good, err));
        if (!*ret_good)
            return AN_OK;
        good = take_levels(&c->rep, &body, n->rep, p->rep_encoding, (uint64_t) p->values) &&
               take_levels(&c->def, &body, n->def, p->def_encoding, (uint64_t) p->values);
    } else {
        uint64_t rep = (uint64_t) p->rep_len, levels = rep + (uint64_t) p->def_len;
        good = p->rep_len >= 0 && p->def_len >= 0 && levels <= raw.len && levels <= (uint64_t) p->unpacked &&
               an_runs_begin(&c->rep, an_str_slice(raw, 0, (size_t) rep), bits_for(n->rep)) &&
               an_runs_begin(&c->def, an_str_slice(raw, (size_t) rep, (size_t) levels), bits_for(n->def));
        if (good) {
            struct an_str rest = an_str_slice(raw, (size_t) levels, raw.len);
            AN_TRY(unpack(c, rest, (size_t) ((uint64_t) p->unpacked - levels), p->is_packed, &body, ret_good, err));
            if (!*ret_good)
                return AN_OK;
        }
    }
    if (!good) {
        *ret_good = lose(c, "the levels of a page make no sense");
        return AN_OK;
    }
    *ret_good = begin_values(c, body, p->encoding);
    if (!*ret_good && !c->lost)
        lose(c, "the values of a page make no sense");
    return AN_OK;
}

static enum an_code take_page(struct an_parquet_column *c, struct page *p, struct an_err *err) {
    struct an_str raw, body;
    bool good;
    c->lost = false;
    if (c->file->held - c->raw_held + (uint64_t) p->packed > c->file->memory)
        return stop(c, AN_LIMIT, over_memory), AN_OK;
    enum an_code code = an_at_get(c->file->at, c->next, (size_t) p->packed, &c->raw, &raw, &c->why);
    c->file->held += c->raw.cap - c->raw_held;
    c->raw_held = c->raw.cap;
    c->next += (uint64_t) p->packed;
    if (code == AN_NOMEM) {
        *err = c->why;
        return code;
    }
    if (code) {
        c->broken = code;
        return AN_OK;
    }
    bool is_data = p->type == DATA_PAGE || p->type == DATA_PAGE_V2;
    if (!is_data && p->type != DICTIONARY_PAGE)
        return AN_OK;
    if (is_data && p->values < 0)
        return stop(c, AN_INPUT, "the header of a page makes no sense"), AN_OK;
    if (is_data)
        c->left = (uint64_t) p->values;
    if (p->has_crc && (uint32_t) p->crc != (uint32_t) crc32_z(0, (const unsigned char *) raw.ptr, raw.len))
        return lose(c, "a page does not have the checksum it says"), AN_OK;
    if (is_data)
        return begin_page(c, p, raw, &good, err);
    AN_TRY(unpack(c, raw, (size_t) p->unpacked, true, &body, &good, err));
    return good ? read_words(c, body, p->values, err) : AN_OK;
}

enum an_code an_parquet_column_page(struct an_parquet_column *c, bool *ret_any, struct an_err *err) {
    while (!c->left && !c->broken) {
        struct page p;
        bool good;
        if (c->next >= c->end || (!c->values && c->next + SLACK >= c->end && c->next < c->end))
            break;
        AN_TRY(next_header(c, &p, &good, err));
        if (good)
            AN_TRY(take_page(c, &p, err));
        c->values -= c->left < c->values ? c->left : c->values;
    }
    *ret_any = c->left > 0;
    return AN_OK;
}
