#include "source/protobuf.h"

bool an_protobuf_varint(struct an_str *rest, uint64_t *ret) {
    *ret = 0;
    for (unsigned i = 0; i < 10 && i < rest->len; i++) {
        uint64_t b = (unsigned char) rest->ptr[i];
        *ret |= i < 9 ? (b & 0x7F) << 7 * i : b << 63;
        if (b < 0x80) {
            *rest = an_str_slice(*rest, i + 1, rest->len);
            return true;
        }
    }
    return false;
}

static bool fixed(struct an_protobuf *p, size_t len) {
    if (p->rest.len < len)
        return false;
    for (size_t i = 0; i < len; i++)
        p->number |= (uint64_t) (unsigned char) p->rest.ptr[i] << 8 * i;
    p->rest = an_str_slice(p->rest, len, p->rest.len);
    return true;
}

bool an_protobuf_next(struct an_protobuf *p) {
    enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };
    uint64_t key, len;
    p->number = 0;
    p->bytes = (struct an_str) {0};
    if (!p->rest.len || p->bad)
        return false;
    p->bad = !an_protobuf_varint(&p->rest, &key) || key >> 3 == 0 || key >> 3 > INT32_MAX;
    if (p->bad)
        return false;
    p->field = (uint32_t) (key >> 3);
    switch (key & 7) {
    case VARINT:
        p->bad = !an_protobuf_varint(&p->rest, &p->number);
        break;
    case FIXED64: case FIXED32:
        p->bad = !fixed(p, (key & 7) == FIXED64 ? 8 : 4);
        break;
    case BYTES:
        p->bad = !an_protobuf_varint(&p->rest, &len) || len > p->rest.len;
        if (!p->bad) {
            p->bytes = an_str_slice(p->rest, 0, (size_t) len);
            p->rest = an_str_slice(p->rest, (size_t) len, p->rest.len);
        }
        break;
    default:
        p->bad = true;
    }
    return !p->bad;
}
