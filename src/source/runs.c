#include "source/runs.h"

static bool begin(struct an_runs *r, struct an_str bytes, unsigned width, bool only_bits) {
    const unsigned char *p = (const unsigned char *) bytes.ptr;
    *r = (struct an_runs) {.at = p, .end = p ? p + bytes.len : p, .width = width, .only_bits = only_bits};
    if (only_bits && width)
        r->packed = (uint64_t) bytes.len * 8 / width;
    if (!width)
        r->same = UINT64_MAX;
    return width <= 32;
}

bool an_runs_begin(struct an_runs *r, struct an_str bytes, unsigned width) { return begin(r, bytes, width, false); }
bool an_runs_begin_bits(struct an_runs *r, struct an_str bytes, unsigned width) { return begin(r, bytes, width, true); }

uint64_t an_bits_low(const unsigned char *bytes, size_t bit, unsigned width) {
    const unsigned char *p = bytes + bit / 8;
    unsigned shift = bit % 8, have = 8 - shift;
    uint64_t n = width ? (uint64_t) (*p >> shift) : 0;
    for (; have < width; have += 8)
        n |= (uint64_t) *++p << have;       // what goes over 64 bits is let go
    return width < 64 ? n & (((uint64_t) 1 << width) - 1) : n;
}

static uint32_t bits_high(const unsigned char *bytes, size_t bit, unsigned width) {
    uint32_t n = 0;
    for (unsigned i = 0; i < width; i++, bit++)
        n = n << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1);
    return n;
}

// The head of the next run. False: there is none.
static bool next_run(struct an_runs *r) {
    uint64_t head = 0;
    unsigned shift = 0;
    bool more = true;
    for (; more && r->at < r->end && shift < 35; shift += 7) {
        head |= (uint64_t) (*r->at & 0x7F) << shift;
        more = *r->at++ >= 0x80;
    }
    if (more || head >> 1 > INT32_MAX)
        return false;
    size_t left = (size_t) (r->end - r->at), width = (r->width + 7) / 8;
    if (head & 1) {
        uint64_t whole = (uint64_t) left * 8 / r->width;
        r->packed = (head >> 1) * 8;
        r->packed = r->packed < whole ? r->packed : whole;      // writers leave out the end of the last group
        r->bit = 0;
        return true;
    }
    if (left < width)
        return false;
    r->value = 0;
    for (size_t i = 0; i < width; i++)
        r->value |= (uint32_t) *r->at++ << 8 * i;
    r->same = head >> 1;
    return r->width == 32 || r->value >> r->width == 0;
}

static void take_packed(struct an_runs *r, uint32_t *out, size_t n) {
    for (size_t i = 0; i < n; i++, r->bit += r->width)
        out[i] = r->only_bits ? bits_high(r->at, r->bit, r->width) : (uint32_t) an_bits_low(r->at, r->bit, r->width);
    r->packed -= n;
    r->at += r->bit / 8;
    r->bit %= 8;
    if (!r->packed && r->bit) {             // what is left of the last byte is filling
        r->at++;
        r->bit = 0;
    }
}

size_t an_runs_read(struct an_runs *r, uint32_t *out, size_t n) {
    size_t done = 0;
    while (done < n) {
        size_t left = n - done;
        if (r->same) {
            size_t k = r->same < left ? (size_t) r->same : left;
            for (size_t i = 0; i < k; i++)
                out[done + i] = r->value;
            r->same -= r->width ? k : 0;
            done += k;
        } else if (r->packed) {
            size_t k = r->packed < left ? (size_t) r->packed : left;
            take_packed(r, out + done, k);
            done += k;
        } else if (r->only_bits || r->at >= r->end || !next_run(r)) {
            r->at = r->end;
            return done;
        }
    }
    return done;
}
