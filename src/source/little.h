// Numbers in bytes, the low byte first, as Windows' formats have them. What lies beyond the bytes is 0.
#ifndef AN_SOURCE_LITTLE_H
#define AN_SOURCE_LITTLE_H

#include "base/str.h"

static inline bool an_little_has(struct an_str s, size_t at, size_t bytes) {
    return s.ptr && s.len >= bytes && at <= s.len - bytes;
}

static inline unsigned an_little8(struct an_str s, size_t at) { return an_little_has(s, at, 1) ? (unsigned char) s.ptr[at] : 0; }

static inline unsigned an_little16(struct an_str s, size_t at) {
    return an_little_has(s, at, 2) ? an_little8(s, at) | an_little8(s, at + 1) << 8 : 0;
}

static inline uint32_t an_little32(struct an_str s, size_t at) {
    return an_little_has(s, at, 4) ? an_little16(s, at) | (uint32_t) an_little16(s, at + 2) << 16 : 0;
}

static inline uint64_t an_little64(struct an_str s, size_t at) {
    return an_little_has(s, at, 8) ? an_little32(s, at) | (uint64_t) an_little32(s, at + 4) << 32 : 0;
}

#endif
