// The reader: the central directory first, then every local header against it, then the bytes.
#include <stdlib.h>
#include <sys/stat.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "zip/form.h"
#include "zip/name.h"
#include "zip/zip.h"

enum { FREE = 1 << 20, ZIP64_EXTRA = 1, NAME_SHOWN = 100 };

struct entry {                      // of the central directory
    struct an_str name;
    unsigned version, flags, method;
    uint32_t crc, packed, size, local;      // local: where its local header begins
    bool is_folder;
    size_t at;                      // of the entry itself
    size_t data, end;               // of its bytes; of its data descriptor, or data's end
};

struct reading {
    struct an_str file;
    struct an_zip_limits limits;
    struct entry *entries;
    size_t count;
    size_t directory;               // where the central directory begins
    struct an_err *err;
};

static unsigned get16(struct an_str s, size_t at) {
    const unsigned char *p = (const unsigned char *) s.ptr + at;
    return p[0] | (unsigned) p[1] << 8;
}

static uint32_t get32(struct an_str s, size_t at) { return get16(s, at) | (uint32_t) get16(s, at + 2) << 16; }

static bool has(const struct reading *r, size_t at, size_t size) {
    return at <= r->file.len && r->file.len - at >= size;
}

static enum an_code bad(const struct reading *r, size_t at, const struct entry *e, const char *what) {
    if (!e->name.ptr)
        return an_fail_at(r->err, at, "at byte %zu: %s", at, what);
    return an_fail_at(r->err, at, "member '%.*s': %s", AN_STR_ARG(an_str_slice(e->name, 0, NAME_SHOWN)), what);
}

// Extra fields are (id, length, bytes), and nothing else.
static enum an_code check_extra(const struct reading *r, const struct entry *e, struct an_str extra, size_t at) {
    if (r->limits.plain && extra.len)
        return bad(r, at, e, "has extra fields, which can hide bytes");
    while (extra.len) {
        if (extra.len < 4 || extra.len - 4 < get16(extra, 2))
            return bad(r, at, e, "its extra fields are damaged");
        if (get16(extra, 0) == ZIP64_EXTRA)
            return bad(r, at, e, "is in the zip64 form, which is not read");
        extra = an_str_slice(extra, 4u + get16(extra, 2), extra.len);
    }
    return AN_OK;
}

static enum an_code check_name(const struct reading *r, struct entry *e, struct an_str name) {
    struct an_str file_name = name;
    e->is_folder = name.len > 1 && name.ptr[name.len - 1] == '/';
    if (e->is_folder)
        file_name.len--;
    const char *wrong = an_zip_name_check(file_name);
    for (size_t i = 0; !wrong && !(e->flags & AN_ZIP_UTF8) && i < name.len; i++)
        if ((unsigned char) name.ptr[i] >= 0x80)
            wrong = "is not said to be UTF-8 and is not ASCII";
    if (wrong)
        return an_fail_at(r->err, e->at, "the name of the member at byte %zu %s", e->at, wrong);
    e->name = name;
    if (e->is_folder && (r->limits.plain || e->size))
        return bad(r, e->at, e, "is a folder");
    return AN_OK;
}

static enum an_code check_kind(const struct reading *r, const struct entry *e, unsigned host, uint32_t attributes) {
    enum { ENCRYPTED = 1 | 1 << 6 | 1 << 13, PATCHED = 1 << 5, DOS_ODD = 0x08 | 0x40 };
    if (e->flags & ENCRYPTED)
        return bad(r, e->at, e, "is encrypted; decrypt it first");
    if (e->flags & PATCHED || (e->method != AN_ZIP_STORED && e->method != AN_ZIP_DEFLATED))
        return bad(r, e->at, e, "is packed by a method other than store and deflate");
    if (r->limits.plain && e->flags & AN_ZIP_HAS_DESCRIPTOR)
        return bad(r, e->at, e, "has a data descriptor");
    mode_t mode = host == AN_ZIP_UNIX ? (mode_t) (attributes >> 16) & S_IFMT : 0;
    if ((mode && mode != (e->is_folder ? S_IFDIR : S_IFREG)) || attributes & DOS_ODD)
        return bad(r, e->at, e, "is a link or a device, not a file");
    return AN_OK;
}

static enum an_code check_size(const struct reading *r, const struct entry *e, uint64_t *total) {
    const struct an_zip_limits *l = &r->limits;
    if (e->packed == UINT32_MAX || e->size == UINT32_MAX || e->local == UINT32_MAX)
        return bad(r, e->at, e, "is in the zip64 form, which is not read");
    if (e->method == AN_ZIP_STORED && e->packed != e->size)
        return bad(r, e->at, e, "is stored, and yet its two sizes differ");
    *total += e->size;
    if (e->size > l->member_bytes || *total > l->total_bytes)
        return an_fail(r->err, AN_LIMIT, "member '%.*s': unpacks to %s than the %llu bytes allowed",
                       AN_STR_ARG(an_str_slice(e->name, 0, NAME_SHOWN)),
                       e->size > l->member_bytes ? "more" : "more, with those before it,",
                       (unsigned long long) (e->size > l->member_bytes ? l->member_bytes : l->total_bytes));
    if (e->size > FREE && e->size / l->ratio >= e->packed)
        return an_fail(r->err, AN_LIMIT, "member '%.*s': would unpack to more than %llu times its size",
                       AN_STR_ARG(an_str_slice(e->name, 0, NAME_SHOWN)), (unsigned long long) l->ratio);
    return AN_OK;
}

static enum an_code read_entry(const struct reading *r, size_t *at, struct entry *e, uint64_t *total) {
    struct an_str f = r->file;
    size_t p = *at;
    e->at = p;
    if (!has(r, p, AN_ZIP_ENTRY_SIZE) || get32(f, p) != AN_ZIP_ENTRY)
        return bad(r, p, e, "no entry of the central directory, where one should be");
    e->version = get16(f, p + 6);
    e->flags = get16(f, p + 8);
    e->method = get16(f, p + 10);
    e->crc = get32(f, p + 16);
    e->packed = get32(f, p + 20);
    e->size = get32(f, p + 24);
    e->local = get32(f, p + 42);
    size_t name_len = get16(f, p + 28), extra_len = get16(f, p + 30), comment_len = get16(f, p + 32);
    *at = p + AN_ZIP_ENTRY_SIZE + name_len + extra_len + comment_len;
    if (!has(r, p, *at - p))
        return bad(r, p, e, "the central directory is cut");
    size_t name = p + AN_ZIP_ENTRY_SIZE;
    enum an_code code = check_name(r, e, an_str_slice(f, name, name + name_len));
    if (!code && comment_len)
        code = bad(r, p, e, "has a comment, which can hide bytes");
    if (!code && get16(f, p + 34))
        code = bad(r, p, e, "is on another disk");
    if (!code)
        code = check_extra(r, e, an_str_slice(f, name + name_len, name + name_len + extra_len), p);
    if (!code)
        code = check_kind(r, e, get16(f, p + 4) >> 8, get32(f, p + 38));
    return code ? code : check_size(r, e, total);
}

static enum an_code read_directory(struct reading *r, struct an_arena *arena) {
    struct entry none = {0};
    struct an_str f = r->file;
    if (f.len < AN_ZIP_END_SIZE || (get32(f, 0) != AN_ZIP_LOCAL && get32(f, 0) != AN_ZIP_END))
        return bad(r, 0, &none, "not a ZIP archive");
    size_t end = f.len - AN_ZIP_END_SIZE;
    if (get32(f, end) != AN_ZIP_END)
        return bad(r, end, &none, "the archive does not end with its directory: it is cut, or bytes follow it");
    if (get16(f, end + 20))
        return bad(r, end, &none, "the archive has a comment, which can hide bytes");
    size_t count = get16(f, end + 10), size = get32(f, end + 12), from = get32(f, end + 16);
    if (get16(f, end + 4) || get16(f, end + 6) || get16(f, end + 8) != count)
        return bad(r, end, &none, "the archive is spread over several disks");
    if (count == UINT16_MAX || from == UINT32_MAX || size == UINT32_MAX)
        return bad(r, end, &none, "the archive is in the zip64 form, which is not read");
    if (from > end || end - from != size)
        return bad(r, end, &none, "the central directory is not where the archive's end says");
    if (count > r->limits.members)
        return an_fail(r->err, AN_LIMIT, "the archive has more than %zu members", r->limits.members);
    r->entries = AN_NEW_N(arena, count + 1, struct entry);
    if (!r->entries)
        return an_fail(r->err, AN_NOMEM, "no memory for the archive's directory");
    r->directory = from;
    uint64_t total = 0;
    size_t at = from;
    for (; r->count < count; r->count++) {
        enum an_code code = read_entry(r, &at, &r->entries[r->count], &total);
        if (code)
            return code;
    }
    return at == end ? AN_OK : bad(r, at, &none, "bytes that nothing names, after the central directory");
}

// The descriptor after a member's bytes, with or without its signature: as long as the gap to what follows.
static enum an_code check_descriptor(const struct reading *r, struct entry *e, size_t next) {
    size_t p = e->data + e->packed, gap = next - p;
    bool is_signed = gap >= 4 && get32(r->file, p) == AN_ZIP_DESCRIPTOR && gap == 16;
    if (gap != 12 && !is_signed)
        return bad(r, p, e, "hidden bytes after it, or a damaged data descriptor");
    size_t q = is_signed ? p + 4 : p;
    if (get32(r->file, q) != e->crc || get32(r->file, q + 4) != e->packed || get32(r->file, q + 8) != e->size)
        return bad(r, q, e, "its data descriptor contradicts the central directory");
    e->end = next;
    return AN_OK;
}

// The local header says what the directory says, and the member ends where the next begins.
static enum an_code check_local(const struct reading *r, struct entry *e, size_t next) {
    struct an_str f = r->file;
    size_t p = e->local;
    if (next < p || next - p < AN_ZIP_LOCAL_SIZE || get32(f, p) != AN_ZIP_LOCAL)
        return bad(r, p, e, "no local header, where the central directory says one is");
    size_t name_len = get16(f, p + 26), extra_len = get16(f, p + 28), name = p + AN_ZIP_LOCAL_SIZE;
    e->data = name + name_len + extra_len;
    if (e->data > next || next - e->data < e->packed)
        return bad(r, p, e, "overlaps what follows it, or is cut");
    bool described = e->flags & AN_ZIP_HAS_DESCRIPTOR;
    uint32_t crc = get32(f, p + 14), packed = get32(f, p + 18), size = get32(f, p + 22);
    bool silent = described && !crc && !packed && !size;
    bool same = get16(f, p + 6) == e->flags && get16(f, p + 8) == e->method &&
                (silent || (crc == e->crc && packed == e->packed && size == e->size)) &&
                an_str_eq(an_str_slice(f, name, name + name_len), e->name);
    if (!same)
        return bad(r, p, e, "its local header contradicts the central directory");
    enum an_code code = check_extra(r, e, an_str_slice(f, name + name_len, e->data), p);
    if (code)
        return code;
    if (described)
        return check_descriptor(r, e, next);
    e->end = e->data + e->packed;
    return e->end == next ? AN_OK : bad(r, e->end, e, "hidden bytes after it");
}

static int by_place(const void *a, const void *b) {
    const struct entry *x = *(struct entry *const *) a, *y = *(struct entry *const *) b;
    return (x->local > y->local) - (x->local < y->local);
}

// Members lie one after the other from the first byte to the central directory.
static enum an_code check_places(struct reading *r, struct an_arena *arena) {
    struct entry none = {0}, **sorted = AN_NEW_N(arena, r->count + 1, struct entry *);
    struct an_str *names = AN_NEW_N(arena, r->count + 1, struct an_str);
    if (!sorted || !names)
        return an_fail(r->err, AN_NOMEM, "no memory for the archive's directory");
    for (size_t i = 0; i < r->count; i++) {
        if (r->entries[i].local >= r->directory)
            return bad(r, r->entries[i].at, &r->entries[i], "its local header is said to be where no member is");
        sorted[i] = &r->entries[i];
        names[i] = r->entries[i].name;
    }
    qsort(sorted, r->count, sizeof *sorted, by_place);
    if (r->count ? sorted[0]->local : r->directory)
        return bad(r, 0, &none, "hidden bytes before the first member");
    for (size_t i = 0; i < r->count; i++) {
        enum an_code code = check_local(r, sorted[i], i + 1 < r->count ? sorted[i + 1]->local : r->directory);
        if (code)
            return code;
    }
    return an_zip_names_apart(names, r->count, r->err);
}

voidpf an_zip_allocate(voidpf arg, uInt count, uInt size) {
    (void) arg;
    return an_alloc((size_t) count * size);
}

void an_zip_deallocate(voidpf arg, voidpf p) {
    (void) arg;
    an_free(p);
}

// A raw deflate stream that takes all of `in` and makes all of `out`, to the byte.
static enum an_code unpack(const struct reading *r, const struct entry *e, struct an_str in, char *out) {
    enum { RAW = -15 };
    z_stream z = {.zalloc = an_zip_allocate, .zfree = an_zip_deallocate};
    if (inflateInit2(&z, RAW) != Z_OK)
        return an_fail(r->err, AN_NOMEM, "no memory to unpack");
    z.next_in = (z_const Bytef *) (uintptr_t) in.ptr;
    z.avail_in = (uInt) in.len;
    z.next_out = (Bytef *) out;
    z.avail_out = e->size;
    int result = inflate(&z, Z_FINISH);
    bool whole = result == Z_STREAM_END && !z.avail_in && !z.avail_out;
    (void) inflateEnd(&z);
    if (result == Z_MEM_ERROR)
        return an_fail(r->err, AN_NOMEM, "no memory to unpack");
    return whole ? AN_OK : bad(r, e->data, e, "its packed bytes are damaged, or are not of the size said");
}

static enum an_code read_member(const struct reading *r, const struct entry *e, struct an_arena *arena,
                                struct an_zip_member *ret) {
    struct an_str packed = an_str_slice(r->file, e->data, e->data + e->packed);
    char *bytes = an_arena_alloc(arena, (size_t) e->size + 1, 1);
    if (!bytes)
        return an_fail(r->err, AN_NOMEM, "no memory to unpack %u bytes", (unsigned) e->size);
    if (e->method == AN_ZIP_STORED) {
        memcpy(bytes, packed.ptr, packed.len);
    } else {
        enum an_code code = unpack(r, e, packed, bytes);
        if (code)
            return code;
    }
    if (crc32(0, (const Bytef *) bytes, e->size) != e->crc)
        return bad(r, e->data, e, "its checksum is wrong");
    *ret = (struct an_zip_member) {an_arena_copy(arena, e->name), {bytes, e->size}, e->method == AN_ZIP_STORED};
    return ret->name.ptr ? AN_OK : an_fail(r->err, AN_NOMEM, "no memory for a name");
}

enum an_code an_zip_read(struct an_str file, const struct an_zip_limits *limits, struct an_arena *arena,
                         struct an_zip *ret, struct an_err *err) {
    AN_AUTO(an_arena) scratch = {0};
    struct reading r = {.file = file, .err = err};
    if (limits)
        r.limits = *limits;
    if (!r.limits.members)
        r.limits.members = 4096;
    if (!r.limits.member_bytes)
        r.limits.member_bytes = 256u << 20;
    if (!r.limits.total_bytes)
        r.limits.total_bytes = 1u << 30;
    if (!r.limits.ratio)
        r.limits.ratio = 250;
    enum an_code code = read_directory(&r, &scratch);
    if (!code)
        code = check_places(&r, &scratch);
    if (code)
        return code;
    struct an_zip zip = {.members = AN_NEW_N(arena, r.count + 1, struct an_zip_member)};
    if (!zip.members)
        return an_fail(err, AN_NOMEM, "no memory for the archive's members");
    for (size_t i = 0; i < r.count; i++) {
        if (r.entries[i].is_folder)
            continue;
        code = read_member(&r, &r.entries[i], arena, &zip.members[zip.count]);
        if (code)
            return code;
        zip.count++;
    }
    *ret = zip;
    return AN_OK;
}

const struct an_zip_member *an_zip_find(const struct an_zip *zip, struct an_str name) {
    for (size_t i = 0; i < zip->count; i++)
        if (an_str_eq(zip->members[i].name, name))
            return &zip->members[i];
    return NULL;
}
