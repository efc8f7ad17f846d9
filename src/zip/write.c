// The writer: members as given, no time, no attributes.
#include "base/alloc.h"
#include "zip/form.h"
#include "zip/name.h"
#include "zip/zip.h"

struct placed {                 // what the directory says of a member
    uint32_t crc, packed, local;
    unsigned flags, method;
};

static enum an_code put(struct an_buf *out, const unsigned *fields, const char *widths, struct an_err *err) {
    unsigned char bytes[AN_ZIP_ENTRY_SIZE];
    size_t n = 0;
    for (size_t i = 0; widths[i]; i++)
        for (unsigned shift = 0; shift < 8u * (unsigned) (widths[i] - '0'); shift += 8)
            bytes[n++] = (unsigned char) (fields[i] >> shift);
    return an_buf_add(out, (struct an_str) {(const char *) bytes, n}, err);
}

// `packed` gets the deflated bytes; it stays empty when storing is no longer.
static enum an_code pack(struct an_str in, struct an_buf *packed, struct an_err *err) {
    enum { RAW = -15, LEVEL = 9, MEMORY = 8 };
    z_stream z = {.zalloc = an_zip_allocate, .zfree = an_zip_deallocate};
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, RAW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return an_fail(err, AN_NOMEM, "no memory to pack");
    size_t bound = deflateBound(&z, (uLong) in.len);
    packed->ptr = an_alloc(bound);
    packed->cap = packed->ptr ? bound : 0;
    z.next_in = (z_const Bytef *) (uintptr_t) in.ptr;
    z.avail_in = (uInt) in.len;
    z.next_out = (Bytef *) packed->ptr;
    z.avail_out = (uInt) bound;
    int result = packed->ptr ? deflate(&z, Z_FINISH) : Z_MEM_ERROR;
    packed->len = result == Z_STREAM_END && z.total_out < in.len ? z.total_out : 0;
    (void) deflateEnd(&z);
    return result == Z_STREAM_END ? AN_OK : an_fail(err, AN_NOMEM, "no memory to pack");
}

static enum an_code put_member(const struct an_zip_member *m, struct an_buf *out, size_t start, struct placed *p,
                               struct an_err *err) {
    AN_AUTO(an_buf) packed = {0};
    enum an_code code = m->stored || m->bytes.len < 2 ? AN_OK : pack(m->bytes, &packed, err);
    if (code)
        return code;
    struct an_str bytes = packed.len ? an_buf_str(&packed) : m->bytes;
    *p = (struct placed) {
        .crc = (uint32_t) crc32(0, (const Bytef *) m->bytes.ptr, (uInt) m->bytes.len), .packed = (uint32_t) bytes.len,
        .local = (uint32_t) (out->len - start), .method = packed.len ? AN_ZIP_DEFLATED : AN_ZIP_STORED,
    };
    for (size_t i = 0; i < m->name.len; i++)
        if ((unsigned char) m->name.ptr[i] >= 0x80)
            p->flags = AN_ZIP_UTF8;
    code = put(out, (unsigned[]) {AN_ZIP_LOCAL, AN_ZIP_VERSION, p->flags, p->method, 0, AN_ZIP_DATE, p->crc, p->packed,
                                  (unsigned) m->bytes.len, (unsigned) m->name.len, 0}, "42222244422", err);
    if (!code)
        code = an_buf_add(out, m->name, err);
    return code ? code : an_buf_add(out, bytes, err);
}

static enum an_code put_entry(const struct an_zip_member *m, const struct placed *p, struct an_buf *out,
                              struct an_err *err) {
    enum an_code code = put(out, (unsigned[]) {AN_ZIP_ENTRY, AN_ZIP_VERSION, AN_ZIP_VERSION, p->flags, p->method, 0,
                                               AN_ZIP_DATE, p->crc, p->packed, (unsigned) m->bytes.len,
                                               (unsigned) m->name.len, 0, 0, 0, 0, 0, p->local},
                            "42222224442222244", err);
    return code ? code : an_buf_add(out, m->name, err);
}

static enum an_code check(const struct an_zip_member *members, size_t count, struct an_str *names, struct an_err *err) {
    if (count >= UINT16_MAX)
        return an_fail(err, AN_LIMIT, "more than %d members", UINT16_MAX - 1);
    uint64_t total = AN_ZIP_END_SIZE;
    for (size_t i = 0; i < count; i++) {
        const char *wrong = an_zip_name_check(members[i].name);
        if (wrong)
            return an_fail(err, AN_USAGE, "the name of member %zu %s", i + 1, wrong);
        total += (uint64_t) members[i].bytes.len + 2 * members[i].name.len + AN_ZIP_LOCAL_SIZE + AN_ZIP_ENTRY_SIZE;
        names[i] = members[i].name;
    }
    if (total >= UINT32_MAX)
        return an_fail(err, AN_LIMIT, "an archive of 4 GiB or more");
    enum an_code code = an_zip_names_apart(names, count, err);
    return code == AN_INPUT ? (err->code = AN_USAGE) : code;
}

enum an_code an_zip_write(const struct an_zip_member *members, size_t count, struct an_buf *out, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct placed *placed = AN_NEW_N(&arena, count + 1, struct placed);
    struct an_str *names = AN_NEW_N(&arena, count + 1, struct an_str);
    if (!placed || !names)
        return an_fail(err, AN_NOMEM, "no memory for an archive's directory");
    size_t start = out->len;
    enum an_code code = check(members, count, names, err);
    for (size_t i = 0; i < count && !code; i++)
        code = put_member(&members[i], out, start, &placed[i], err);
    size_t from = out->len - start;
    for (size_t i = 0; i < count && !code; i++)
        code = put_entry(&members[i], &placed[i], out, err);
    if (code)
        return code;
    return put(out, (unsigned[]) {AN_ZIP_END, 0, 0, (unsigned) count, (unsigned) count,
                                  (unsigned) (out->len - start - from), (unsigned) from, 0}, "42222442", err);
}
