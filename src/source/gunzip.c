#include "source/gunzip.h"

#include "base/alloc.h"

enum { GZIP_ONLY = 15 + 16 };       // inflateInit2's windowBits: the largest window, and a gzip header

static voidpf allocate(voidpf arg, uInt count, uInt size) {
    (void) arg;
    return an_alloc((size_t) count * size);
}

static void deallocate(voidpf arg, voidpf p) {
    (void) arg;
    an_free(p);
}

void an_gunzip_release(struct an_gunzip *g) {
    if (g->ready)
        (void) inflateEnd(&g->z);
    g->ready = false;
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory to unpack"); }

static enum an_code damaged(struct an_err *err) {
    return an_fail(err, AN_INPUT, "damaged or cut: what comes after this place is not read; get a whole copy");
}

static enum an_code begin(struct an_gunzip *g, struct an_err *err) {
    g->z.zalloc = allocate;
    g->z.zfree = deallocate;
    int r = g->ready ? inflateReset(&g->z) : inflateInit2(&g->z, GZIP_ONLY);
    if (r == Z_MEM_ERROR)
        return no_memory(err);
    if (r != Z_OK)
        return an_fail(err, AN_BUG, "zlib: %d", r);
    g->ready = g->inside = true;
    return AN_OK;
}

enum an_code an_gunzip_more(struct an_gunzip *g, struct an_str *in, bool last, char *buf, size_t cap, size_t *ret_len,
                            struct an_err *err) {
    *ret_len = 0;
    while (!*ret_len && !g->failed) {
        while (g->ready && !g->inside && in->len && *in->ptr == 0)
            *in = an_str_slice(*in, 1, in->len);
        if (!in->len && !(last && g->inside))
            return AN_OK;
        enum an_code code = g->inside ? AN_OK : begin(g, err);
        if (code)
            return code;
        g->z.next_in = (z_const Bytef *) (uintptr_t) in->ptr;
        g->z.avail_in = (uInt) in->len;
        g->z.next_out = (Bytef *) buf;
        g->z.avail_out = (uInt) cap;
        int r = inflate(&g->z, Z_NO_FLUSH);
        *in = an_str_slice(*in, in->len - g->z.avail_in, in->len);
        *ret_len = cap - g->z.avail_out;
        if (r == Z_MEM_ERROR)
            return no_memory(err);
        if (r == Z_STREAM_END)
            g->inside = false;
        else if (r != Z_OK && !(r == Z_BUF_ERROR && !last))
            g->failed = true;
    }
    return g->failed && !*ret_len ? damaged(err) : AN_OK;
}
