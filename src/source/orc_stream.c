#include "source/orc_stream.h"

#include "base/alloc.h"

enum { BLOCK_HEAD = 3, WINDOW = 1 << 16 };

void an_orc_stream_release(struct an_orc_stream *s) {
    if (s->file)
        s->file->held -= s->raw_held + s->block_cap;
    an_buf_release(&s->raw);
    an_free(s->block);
    *s = (struct an_orc_stream) {0};
}

void an_orc_stream_forget(struct an_orc_stream *s) {
    s->there = false;
    s->fault = AN_OK;
    s->at = s->stop = NULL;
    s->taken = s->ready = s->literal = 0;
    s->same = 0;
    s->bits = 0;
}

void an_orc_stream_begin(struct an_orc_stream *s, struct an_orc_file *file, uint64_t from, uint64_t len) {
    an_orc_stream_forget(s);
    s->file = file;
    s->there = true;
    s->next = from;
    s->end = from + len;
    if (len > file->at->size || from > file->at->size - len)
        s->fault = an_fail(&s->why, AN_INPUT, "the file ends before it: get a whole copy");
}

// Blocks.

static enum an_code fault(struct an_orc_stream *s, enum an_code code, const char *why) {
    s->fault = an_fail(&s->why, code, "%s", why);
    s->at = s->stop = NULL;
    return AN_OK;
}

static const char damaged[] = "damaged data";

// Bytes of the file where `next` is, into `raw`.
static enum an_code get(struct an_orc_stream *s, size_t len, struct an_str *ret, struct an_err *err) {
    struct an_orc_file *file = s->file;
    *ret = (struct an_str) {0};
    if (len > s->end - s->next)
        return fault(s, AN_INPUT, damaged);
    if (file->held - s->raw_held + len > file->memory)
        return fault(s, AN_LIMIT, "blocks over the memory limit");
    s->fault = an_at_get(file->at, s->next, len, &s->raw, ret, &s->why);
    file->held += s->raw.cap - s->raw_held;
    s->raw_held = s->raw.cap;
    s->next += len;
    if (s->fault == AN_NOMEM) {
        *err = s->why;
        return AN_NOMEM;
    }
    return AN_OK;
}

static enum an_code make_block(struct an_orc_stream *s, struct an_err *err) {
    struct an_orc_file *file = s->file;
    if (s->block_cap == file->block)
        return AN_OK;
    if (file->held - s->block_cap + file->block > file->memory)
        return fault(s, AN_LIMIT, "blocks over the memory limit");
    an_free(s->block);
    file->held -= s->block_cap;
    s->block_cap = 0;
    s->block = an_alloc(file->block);
    if (!s->block)
        return an_fail(err, AN_NOMEM, "no memory for a block");
    s->block_cap = file->block;
    file->held += s->block_cap;
    return AN_OK;
}

static void turn_to(struct an_orc_stream *s, struct an_str bytes) {
    s->at = (const unsigned char *) bytes.ptr;
    s->stop = s->at ? s->at + bytes.len : s->at;
    s->file->made += bytes.len;
    if (s->file->made > s->file->most_made)
        AN_IGNORE(fault(s, AN_LIMIT, "blocks that unpack to more than a file of this size may hold"));
}

// The next block that holds something, when the one at hand has nothing left.
static enum an_code more(struct an_orc_stream *s, struct an_err *err) {
    struct an_str bytes;
    while (s->there && !s->fault && s->at == s->stop && s->next < s->end) {
        if (!s->file->packed) {
            AN_TRY(get(s, s->end - s->next < WINDOW ? (size_t) (s->end - s->next) : WINDOW, &bytes, err));
            if (!s->fault)
                turn_to(s, bytes);
            continue;
        }
        AN_TRY(get(s, BLOCK_HEAD, &bytes, err));
        if (s->fault)
            break;
        const unsigned char *head = (const unsigned char *) bytes.ptr;
        size_t word = (size_t) head[0] | (size_t) head[1] << 8 | (size_t) head[2] << 16, len;
        AN_TRY(get(s, word >> 1, &bytes, err));
        if (!s->fault && !(word & 1))
            AN_TRY(make_block(s, err));
        if (s->fault)
            break;
        if (word & 1) {                             // as it was
            turn_to(s, bytes);
            continue;
        }
        enum an_code code = an_codec_unpack(s->file->codec, bytes, s->block, s->block_cap, &len, &s->why);
        if (code == AN_NOMEM) {
            *err = s->why;
            return code;
        }
        if (code)
            return fault(s, code, damaged);
        turn_to(s, (struct an_str) {s->block, len});
    }
    return AN_OK;
}

enum an_code an_orc_byte(struct an_orc_stream *s, unsigned char *ret, bool *ret_good, struct an_err *err) {
    if (s->at == s->stop)
        AN_TRY(more(s, err));
    *ret_good = s->at != s->stop;
    *ret = *ret_good ? *s->at++ : 0;
    return AN_OK;
}

enum an_code an_orc_all(struct an_orc_stream *s, size_t most, struct an_buf *out, bool *ret_good, struct an_err *err) {
    do {
        size_t n = (size_t) (s->stop - s->at);
        if (n > most - out->len) {
            *ret_good = false;
            return fault(s, AN_LIMIT, "metadata over the memory limit");
        }
        if (n)
            AN_TRY(an_buf_add(out, (struct an_str) {(const char *) s->at, n}, err));
        s->at = s->stop;
        AN_TRY(more(s, err));
    } while (s->at != s->stop);
    *ret_good = !s->fault;
    return AN_OK;
}

enum an_code an_orc_bytes(struct an_orc_stream *s, uint64_t len, struct an_buf *joined, struct an_str *ret, bool *ret_good,
                          struct an_err *err) {
    *ret_good = true;
    *ret = (struct an_str) {"", 0};
    if (!len)
        return AN_OK;
    if (s->at == s->stop)
        AN_TRY(more(s, err));
    *ret_good = s->at != s->stop;
    if (!*ret_good)
        return AN_OK;
    if (len <= (size_t) (s->stop - s->at)) {
        *ret = (struct an_str) {(const char *) s->at, (size_t) len};
        s->at += len;
        return AN_OK;
    }
    joined->len = 0;
    while (len && *ret_good) {
        size_t n = (size_t) (s->stop - s->at) < len ? (size_t) (s->stop - s->at) : (size_t) len;        // one at least
        if (joined->len + n > s->file->memory / 2) {
            *ret_good = false;
            return fault(s, AN_LIMIT, "a value over the memory limit");
        }
        AN_TRY(an_buf_add(joined, (struct an_str) {(const char *) s->at, n}, err));
        s->at += n;
        len -= n;
        if (len)
            AN_TRY(more(s, err));
        *ret_good = !len || s->at != s->stop;
    }
    *ret = an_buf_str(joined);
    return AN_OK;
}

// Bytes in runs, and truths in them.

enum an_code an_orc_run_byte(struct an_orc_stream *s, unsigned char *ret, bool *ret_good, struct an_err *err) {
    enum { RUN_LEAST = 3 };
    *ret_good = true;
    *ret = s->byte;
    if (!s->same && !s->literal) {
        unsigned char head;
        AN_TRY(an_orc_byte(s, &head, ret_good, err));
        if (!*ret_good)
            return AN_OK;
        if (head < 0x80) {
            AN_TRY(an_orc_byte(s, &s->byte, ret_good, err));
            s->same = *ret_good ? head + RUN_LEAST : 0;
        } else {
            s->literal = 256u - head;
        }
    }
    if (s->literal) {
        AN_TRY(an_orc_byte(s, ret, ret_good, err));
        s->literal--;
        return AN_OK;
    }
    *ret = s->byte;
    s->same -= s->same > 0;
    return AN_OK;
}

enum an_code an_orc_truth(struct an_orc_stream *s, bool *ret, bool *ret_good, struct an_err *err) {
    *ret_good = true;
    *ret = false;
    if (!s->bits) {
        AN_TRY(an_orc_run_byte(s, &s->truths, ret_good, err));
        if (!*ret_good)
            return AN_OK;
        s->bits = 8;
    }
    *ret = s->truths >> --s->bits & 1;
    return AN_OK;
}

// Numbers.

static int64_t unzigzag(uint64_t n) { return (int64_t) (n >> 1 ^ (0 - (n & 1))); }

static enum an_code varint(struct an_orc_stream *s, bool is_signed, int64_t *ret, bool *ret_good, struct an_err *err) {
    uint64_t n = 0;
    unsigned char b = 0x80;
    *ret_good = true;
    for (unsigned shift = 0; shift < 70 && b >= 0x80 && *ret_good; shift += 7) {
        AN_TRY(an_orc_byte(s, &b, ret_good, err));
        n |= shift < 64 ? (uint64_t) (b & 0x7F) << shift : 0;
    }
    *ret_good = *ret_good && b < 0x80;
    *ret = is_signed ? unzigzag(n) : (int64_t) n;
    return AN_OK;
}

static enum an_code read_v1(struct an_orc_stream *s, bool is_signed, bool *ret_good, struct an_err *err) {
    enum { RUN_LEAST = 3 };
    unsigned char head, step = 0;
    int64_t value = 0;
    AN_TRY(an_orc_byte(s, &head, ret_good, err));
    if (!*ret_good)
        return AN_OK;
    if (head >= 0x80) {
        for (size_t n = 256u - head; n && *ret_good; n--) {
            AN_TRY(varint(s, is_signed, &value, ret_good, err));
            if (*ret_good)
                s->run[s->ready++] = value;
        }
        *ret_good = s->ready > 0;
        return AN_OK;
    }
    AN_TRY(an_orc_byte(s, &step, ret_good, err));
    if (*ret_good)
        AN_TRY(varint(s, is_signed, &value, ret_good, err));
    for (size_t i = 0; *ret_good && i < (size_t) head + RUN_LEAST; i++)
        s->run[s->ready++] = (int64_t) ((uint64_t) value + (uint64_t) (int64_t) (int8_t) step * i);
    return AN_OK;
}

static unsigned width_of(unsigned code) {
    static const unsigned char wide[] = {26, 28, 30, 32, 40, 48, 56, 64};
    return code < 24 ? code + 1 : wide[code - 24];
}

struct bits { unsigned char byte; unsigned left; };

// The next `width` bits, highest first.
static enum an_code take_bits(struct an_orc_stream *s, struct bits *b, unsigned width, uint64_t *ret, bool *ret_good,
                              struct an_err *err) {
    uint64_t n = 0;
    *ret = 0;
    *ret_good = true;
    while (width) {
        if (!b->left) {
            AN_TRY(an_orc_byte(s, &b->byte, ret_good, err));
            if (!*ret_good)
                return AN_OK;
            b->left = 8;
        }
        unsigned k = width < b->left ? width : b->left;
        b->left -= k;
        n = n << k | (b->byte >> b->left & ((1u << k) - 1));
        width -= k;
    }
    *ret = n;
    return AN_OK;
}

static enum an_code read_packed(struct an_orc_stream *s, unsigned width, size_t count, bool *ret_good, struct an_err *err) {
    struct bits b = {0};
    for (size_t i = 0; i < count; i++) {
        uint64_t n = 0;
        AN_TRY(take_bits(s, &b, width, &n, ret_good, err));
        if (!*ret_good)
            return AN_OK;
        s->run[s->ready++] = (int64_t) n;
    }
    return AN_OK;
}

static enum an_code read_repeat(struct an_orc_stream *s, unsigned head, bool is_signed, bool *ret_good, struct an_err *err) {
    struct bits b = {0};
    uint64_t n = 0;
    AN_TRY(take_bits(s, &b, ((head >> 3 & 7) + 1) * 8, &n, ret_good, err));
    for (size_t i = 0; *ret_good && i < (head & 7) + 3; i++)
        s->run[s->ready++] = is_signed ? unzigzag(n) : (int64_t) n;
    return AN_OK;
}

static enum an_code read_delta(struct an_orc_stream *s, unsigned width, size_t count, bool is_signed, bool *ret_good,
                               struct an_err *err) {
    int64_t base = 0, step = 0;
    struct bits b = {0};
    AN_TRY(varint(s, is_signed, &base, ret_good, err));
    if (*ret_good)
        AN_TRY(varint(s, true, &step, ret_good, err));
    if (!*ret_good)
        return AN_OK;
    s->run[s->ready++] = base;
    uint64_t value = (uint64_t) base;
    for (size_t i = 1; i < count; i++) {
        uint64_t n = (uint64_t) step;
        if (i > 1 && width) {
            AN_TRY(take_bits(s, &b, width, &n, ret_good, err));
            if (!*ret_good)
                return AN_OK;
            n = step < 0 ? 0 - n : n;
        }
        value += n;
        s->run[s->ready++] = (int64_t) value;
    }
    return AN_OK;
}

// Bits of a patch are kept as wide as the next width there is.
static unsigned patch_width(unsigned width) {
    unsigned code = 0;
    while (code < 31 && width_of(code) < width)
        code++;
    return width_of(code);
}

static enum an_code read_patched(struct an_orc_stream *s, unsigned width, size_t count, bool *ret_good, struct an_err *err) {
    unsigned char third, fourth = 0;
    struct bits b = {0};
    uint64_t base = 0, patch;
    AN_TRY(an_orc_byte(s, &third, ret_good, err));
    if (*ret_good)
        AN_TRY(an_orc_byte(s, &fourth, ret_good, err));
    if (!*ret_good)
        return AN_OK;
    unsigned base_bits = ((third >> 5) + 1u) * 8, patch_bits = width_of(third & 31), gap_bits = (fourth >> 5) + 1u;
    AN_TRY(take_bits(s, &b, base_bits, &base, ret_good, err));
    if (*ret_good)
        AN_TRY(read_packed(s, width, count, ret_good, err));
    if (!*ret_good)
        return AN_OK;
    uint64_t sign = (uint64_t) 1 << (base_bits - 1);
    base = base & sign ? 0 - (base & (sign - 1)) : base;
    size_t at = 0;
    b = (struct bits) {0};
    for (unsigned i = 0, wide = patch_width(gap_bits + patch_bits); i < (fourth & 31u); i++) {
        AN_TRY(take_bits(s, &b, wide, &patch, ret_good, err));
        if (!*ret_good)
            return AN_OK;
        at += (size_t) (patch_bits < 64 ? patch >> patch_bits : 0) & ((1u << gap_bits) - 1);
        uint64_t high = patch_bits < 64 ? patch & (((uint64_t) 1 << patch_bits) - 1) : patch;
        if (at < count && width < 64)
            s->run[at] = (int64_t) ((uint64_t) s->run[at] | high << width);
    }
    for (size_t i = 0; i < s->ready; i++)
        s->run[i] = (int64_t) ((uint64_t) s->run[i] + base);
    return AN_OK;
}

static enum an_code read_v2(struct an_orc_stream *s, bool is_signed, bool *ret_good, struct an_err *err) {
    enum { REPEAT, DIRECT, PATCHED, DELTA };
    unsigned char head, second = 0;
    AN_TRY(an_orc_byte(s, &head, ret_good, err));
    if (*ret_good && head >> 6 != REPEAT)
        AN_TRY(an_orc_byte(s, &second, ret_good, err));
    if (!*ret_good)
        return AN_OK;
    size_t count = (size_t) ((head & 1) << 8 | second) + 1;
    unsigned code = head >> 1 & 31;
    switch (head >> 6) {
    case REPEAT:
        return read_repeat(s, head, is_signed, ret_good, err);
    case DELTA:
        return read_delta(s, code ? width_of(code) : 0, count, is_signed, ret_good, err);
    case PATCHED:
        return read_patched(s, width_of(code), count, ret_good, err);
    default:
        break;
    }
    AN_TRY(read_packed(s, width_of(code), count, ret_good, err));
    for (size_t i = 0; is_signed && i < s->ready; i++)
        s->run[i] = unzigzag((uint64_t) s->run[i]);
    return AN_OK;
}

enum an_code an_orc_number(struct an_orc_stream *s, bool is_signed, bool v2, int64_t *ret, bool *ret_good, struct an_err *err) {
    *ret_good = true;
    if (s->taken == s->ready) {
        s->taken = s->ready = 0;
        AN_TRY(v2 ? read_v2(s, is_signed, ret_good, err) : read_v1(s, is_signed, ret_good, err));
        if (!*ret_good)                 // a run that breaks off may be wrong as a whole
            s->ready = 0;
    }
    *ret_good = s->taken < s->ready;
    *ret = *ret_good ? s->run[s->taken++] : 0;
    return AN_OK;
}
