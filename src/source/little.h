// Numbers in bytes, the low byte first, as Windows' formats have them. What lies beyond the bytes is 0.
#ifndef AN_SOURCE_LITTLE_H
#define AN_SOURCE_LITTLE_H

#include "base/str.h"

static inline unsigned an_little8(struct an_str s, size_t at) { return at < s.len ? (unsigned char) s.ptr[at] : 0; }

static inline unsigned an_little16(struct an_str s, size_t at) {
    if (s.len < 2 || at > s.len - 2)
        return 0;
    return (unsigned) (unsigned char) s.ptr[at] | (unsigned) (unsigned char) s.ptr[at + 1] << 8;
}

static inline uint32_t an_little32(struct an_str s, size_t at) {
    if (s.len < 4 || at > s.len - 4)
        return 0;
    return an_little16(s, at) | (uint32_t) an_little16(s, at + 2) << 16;
}

static inline uint64_t an_little64(struct an_str s, size_t at) {
    if (s.len < 8 || at > s.len - 8)
        return 0;
    return an_little32(s, at) | (uint64_t) an_little32(s, at + 4) << 32;
}

#endif
