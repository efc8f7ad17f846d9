#include "base/uuid.h"

#include <stdio.h>

static uint32_t turn(uint32_t x, unsigned n) { return x << n | x >> (32 - n); }

static void block(uint32_t state[5], const unsigned char *p) {
    uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t) p[4 * i] << 24 | (uint32_t) p[4 * i + 1] << 16 | (uint32_t) p[4 * i + 2] << 8 | p[4 * i + 3];
    for (size_t i = 16; i < 80; i++)
        w[i] = turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (size_t i = 0; i < 80; i++) {
        uint32_t f = i < 20 ? ((b & c) | (~b & d)) : i < 40 || i >= 60 ? b ^ c ^ d : ((b & c) | (b & d) | (c & d));
        static const uint32_t k[] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
        uint32_t next = turn(a, 5) + f + e + k[i / 20] + w[i];
        e = d;
        d = c;
        c = turn(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

// Two runs of bytes as one message: the name space and the name.
static void sha1(struct an_str head, struct an_str bytes, unsigned char ret[AN_SHA1_BYTES]) {
    uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    unsigned char part[64];
    size_t used = 0;
    uint64_t bits = (head.len + bytes.len) * UINT64_C(8);
    for (size_t i = 0; i < head.len + bytes.len; i++) {
        part[used++] = (unsigned char) (i < head.len ? head.ptr[i] : bytes.ptr[i - head.len]);
        if (used == sizeof part) {
            block(state, part);
            used = 0;
        }
    }
    part[used++] = 0x80;
    while (used != 56) {
        if (used == sizeof part) {
            block(state, part);
            used = 0;
        } else
            part[used++] = 0;
    }
    for (unsigned i = 0; i < 8; i++)
        part[used++] = (unsigned char) (bits >> (56 - 8 * i));
    block(state, part);
    for (size_t i = 0; i < AN_SHA1_BYTES; i++)
        ret[i] = (unsigned char) (state[i / 4] >> (24 - 8 * (i % 4)));
}

void an_sha1(struct an_str bytes, unsigned char ret[AN_SHA1_BYTES]) { sha1(AN_STR(""), bytes, ret); }

struct an_uuid an_uuid_of(struct an_uuid space, struct an_str name) {
    unsigned char hash[AN_SHA1_BYTES];
    struct an_uuid uuid;
    sha1((struct an_str) {(const char *) space.byte, AN_UUID_BYTES}, name, hash);
    memcpy(uuid.byte, hash, AN_UUID_BYTES);
    uuid.byte[6] = (unsigned char) ((uuid.byte[6] & 0x0F) | 0x50);
    uuid.byte[8] = (unsigned char) ((uuid.byte[8] & 0x3F) | 0x80);
    return uuid;
}

static int digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool an_uuid_parse(struct an_str text, struct an_uuid *ret) {
    struct an_uuid uuid;
    size_t n = 0;
    if (text.len != AN_UUID_TEXT_MAX - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text.ptr[i] != '-')
                return false;
            continue;
        }
        int high = digit(text.ptr[i]), low = digit(text.ptr[i + 1]);
        if (high < 0 || low < 0)
            return false;
        uuid.byte[n++] = (unsigned char) (high << 4 | low);
        i++;
    }
    *ret = uuid;
    return true;
}

const char *an_uuid_text(struct an_uuid uuid, char out[AN_UUID_TEXT_MAX]) {
    size_t at = 0;
    for (size_t i = 0; i < AN_UUID_BYTES; i++) {
        (void) snprintf(out + at, 3, "%02x", uuid.byte[i]);
        at += 2;
        if (i == 3 || i == 5 || i == 7 || i == 9)
            out[at++] = '-';
    }
    out[at] = '\0';
    return out;
}
