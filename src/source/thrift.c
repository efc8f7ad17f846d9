#include "source/thrift.h"

enum { DEPTH = 32 };                // of structs, lists and maps inside each other

static uint64_t fail(struct an_thrift *t, bool cut) {
    t->bad = true;
    t->cut = cut;
    t->at = t->bytes.len;
    return 0;
}

static unsigned byte(struct an_thrift *t) {
    return t->at < t->bytes.len ? (unsigned char) t->bytes.ptr[t->at++] : (unsigned) fail(t, true);
}

static uint64_t varint(struct an_thrift *t) {
    uint64_t n = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        uint64_t b = byte(t);
        if (t->bad)
            return 0;
        n |= shift < 64 ? (b & 0x7F) << shift : 0;
        if (b < 0x80)
            return n;
    }
    return fail(t, false);
}

static int64_t zigzag(uint64_t n) { return (int64_t) (n >> 1 ^ (0 - (n & 1))); }

bool an_thrift_next(struct an_thrift *t, struct an_thrift_field *f) {
    unsigned head = t->bad ? 0 : byte(t);
    f->type = head & 15;
    if (f->type == AN_THRIFT_STOP)
        return false;
    int64_t id = head >> 4 ? f->id + (int) (head >> 4) : zigzag(varint(t));
    if (f->type > AN_THRIFT_UUID || id < INT16_MIN || id > INT16_MAX)
        AN_IGNORE(fail(t, false));
    f->id = (int) id;
    return !t->bad;
}

static void pass(struct an_thrift *t, uint64_t n) {
    if (n > t->bytes.len - t->at)
        AN_IGNORE(fail(t, true));
    else
        t->at += (size_t) n;
}

// The head of a list: how many elements of what.
static uint64_t list_head(struct an_thrift *t, unsigned *ret_type) {
    unsigned head = byte(t);
    uint64_t count = head >> 4 == 15 ? varint(t) : head >> 4;
    *ret_type = head & 15;
    return count > t->bytes.len - t->at ? fail(t, true) : count;       // each takes a byte at least
}

static void skip(struct an_thrift *t, unsigned type, bool element, int depth);

static void skip_fields(struct an_thrift *t, int depth) {
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f);)
        skip(t, f.type, false, depth);
}

static void skip_map(struct an_thrift *t, int depth) {
    uint64_t count = varint(t);
    unsigned types = count ? byte(t) : 0;
    if (count > t->bytes.len - t->at)
        AN_IGNORE(fail(t, true));
    for (uint64_t i = 0; i < count && !t->bad; i++) {
        skip(t, types >> 4, true, depth);
        skip(t, types & 15, true, depth);
    }
}

static void skip_list(struct an_thrift *t, int depth) {
    unsigned type;
    uint64_t count = list_head(t, &type);
    for (uint64_t i = 0; i < count && !t->bad; i++)
        skip(t, type, true, depth);
}

// element: of a list or map, where a truth has a byte of its own.
static void skip(struct an_thrift *t, unsigned type, bool element, int depth) {
    if (t->bad || depth == DEPTH) {
        AN_IGNORE(t->bad ? 0 : fail(t, false));
        return;
    }
    switch (type) {
    case AN_THRIFT_TRUE: case AN_THRIFT_FALSE:
        pass(t, element);
        break;
    case AN_THRIFT_BYTE:
        pass(t, 1);
        break;
    case AN_THRIFT_I16: case AN_THRIFT_I32: case AN_THRIFT_I64:
        AN_IGNORE(varint(t));
        break;
    case AN_THRIFT_DOUBLE:
        pass(t, 8);
        break;
    case AN_THRIFT_UUID:
        pass(t, 16);
        break;
    case AN_THRIFT_BINARY:
        pass(t, varint(t));
        break;
    case AN_THRIFT_LIST: case AN_THRIFT_SET:
        skip_list(t, depth + 1);
        break;
    case AN_THRIFT_MAP:
        skip_map(t, depth + 1);
        break;
    case AN_THRIFT_STRUCT:
        skip_fields(t, depth + 1);
        break;
    default:
        AN_IGNORE(fail(t, false));
    }
}

void an_thrift_skip(struct an_thrift *t, const struct an_thrift_field *f) { skip(t, f->type, false, 0); }

int64_t an_thrift_int(struct an_thrift *t, const struct an_thrift_field *f) {
    if (f->type == AN_THRIFT_BYTE)
        return (int8_t) byte(t);
    if (f->type >= AN_THRIFT_I16 && f->type <= AN_THRIFT_I64)
        return zigzag(varint(t));
    an_thrift_skip(t, f);
    return 0;
}

struct an_str an_thrift_binary(struct an_thrift *t, const struct an_thrift_field *f) {
    if (f->type != AN_THRIFT_BINARY) {
        an_thrift_skip(t, f);
        return (struct an_str) {0};
    }
    uint64_t len = varint(t);
    size_t from = t->at;
    pass(t, len);
    return t->bad ? (struct an_str) {0} : an_str_slice(t->bytes, from, t->at);
}

bool an_thrift_bool(const struct an_thrift_field *f) { return f->type == AN_THRIFT_TRUE; }

bool an_thrift_enter(struct an_thrift *t, const struct an_thrift_field *f) {
    if (f->type == AN_THRIFT_STRUCT)
        return !t->bad;
    an_thrift_skip(t, f);
    return false;
}

size_t an_thrift_list(struct an_thrift *t, const struct an_thrift_field *f, unsigned type) {
    struct an_thrift before = *t;
    unsigned found = 0;
    uint64_t count = f->type == AN_THRIFT_LIST ? list_head(t, &found) : 0;
    if (found == type || t->bad)
        return (size_t) count;
    *t = before;
    an_thrift_skip(t, f);
    return 0;
}
