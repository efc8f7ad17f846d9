#include "source/delta.h"

#include "source/runs.h"

enum { MINIS_MAX = 1024, BLOCK_MAX = 1 << 20 };

static bool varint(struct an_delta *d, uint64_t *ret) {
    *ret = 0;
    for (unsigned shift = 0; shift < 64 && d->at < d->end; shift += 7) {
        *ret |= (uint64_t) (*d->at & 0x7F) << shift;
        if (*d->at++ < 0x80)
            return true;
    }
    return false;
}

static bool zigzag(struct an_delta *d, uint64_t *ret) {
    uint64_t n;
    bool good = varint(d, &n);
    *ret = n >> 1 ^ (0 - (n & 1));
    return good;
}

bool an_delta_begin(struct an_delta *d, struct an_str bytes) {
    const unsigned char *p = (const unsigned char *) bytes.ptr;
    uint64_t block, minis, count, value;
    *d = (struct an_delta) {.at = p, .end = p ? p + bytes.len : p, .first = true};
    if (!varint(d, &block) || !varint(d, &minis) || !varint(d, &count) || !zigzag(d, &value))
        return false;
    if (!block || block > BLOCK_MAX || !minis || minis > MINIS_MAX || block % minis || block / minis % 8)
        return false;
    d->left = count;
    d->value = value;
    d->minis = d->mini = (uint32_t) minis;
    d->mini_size = d->used = (uint32_t) (block / minis);
    return true;
}

// Bytes of the miniblock at hand.
static size_t mini_bytes(const struct an_delta *d) { return (size_t) d->widths[d->mini] * d->mini_size / 8; }

// Goes to the next miniblock.
static bool next_mini(struct an_delta *d) {
    if (d->mini < d->minis)
        d->mini++;
    if (d->mini == d->minis) {
        if (!zigzag(d, &d->least) || (size_t) (d->end - d->at) < d->minis)
            return false;
        d->widths = d->at;
        d->at += d->minis;
        d->mini = 0;
    }
    d->used = 0;
    return d->widths[d->mini] <= 64 && mini_bytes(d) <= (size_t) (d->end - d->at);
}

static void end_mini(struct an_delta *d) {
    if (d->used == d->mini_size)
        d->at += mini_bytes(d);
}

size_t an_delta_read(struct an_delta *d, int64_t *out, size_t n) {
    size_t done = 0;
    if (d->first && d->left && n) {
        d->first = false;
        d->left--;
        out[done++] = (int64_t) d->value;
    }
    while (done < n && d->left && !d->bad) {
        if (d->used == d->mini_size && !next_mini(d)) {
            d->bad = true;
            break;
        }
        unsigned width = d->widths[d->mini];
        for (; d->used < d->mini_size && done < n && d->left; d->used++, d->left--) {
            d->value += d->least + (width ? an_bits_low(d->at, (size_t) d->used * width, width) : 0);
            out[done++] = (int64_t) d->value;
        }
        end_mini(d);
    }
    return done;
}

bool an_delta_rest(struct an_delta d, struct an_str *ret) {
    d.left -= d.first && d.left;
    while (d.left) {
        if (d.used == d.mini_size && !next_mini(&d))
            return false;
        uint64_t k = d.mini_size - d.used < d.left ? d.mini_size - d.used : d.left;
        d.used += (uint32_t) k;
        d.left -= k;
        if (!d.left)
            d.used = d.mini_size;           // the last one is filled up
        end_mini(&d);
    }
    *ret = (struct an_str) {(const char *) d.at, (size_t) (d.end - d.at)};
    return true;
}
