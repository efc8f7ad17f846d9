#include "source/blob.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

enum {
    RUN_MIN = 6,                    // shorter runs of printable characters in binary data are chance
    SNIFF = 64 * 1024,
};

void an_blob_release(struct an_blob *b) {
    an_decoder_free(b->decoder);
    *b = (struct an_blob) {0};
}

// No control characters but those that text has.
static bool is_plain(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char) s.ptr[i] < 0x20 && (s.ptr[i] < '\t' || s.ptr[i] > '\r'))
            return false;
    return true;
}

static enum an_code add_runs(struct an_str bytes, struct an_buf *out, struct an_err *err) {
    size_t start = 0;
    for (size_t i = 0; i <= bytes.len;) {
        size_t n = 0;
        if (i < bytes.len) {
            n = an_utf8_len((struct an_str) {bytes.ptr + i, bytes.len - i});
            if ((unsigned char) bytes.ptr[i] < 0x20 || bytes.ptr[i] == 0x7F)
                n = 0;
        }
        if (n) {
            i += n;
            continue;
        }
        if (i - start >= RUN_MIN) {
            enum an_code code = an_buf_add(out, an_str_slice(bytes, start, i), err);
            if (!code)
                code = an_buf_add(out, AN_STR("\n"), err);
            if (code)
                return code;
        }
        start = ++i;
    }
    return AN_OK;
}

// Decodes into `out`; *ret_good false when some bytes mean nothing in that encoding.
static enum an_code add_decoded(struct an_blob *b, const char *encoding, struct an_str bytes, struct an_buf *out,
                                bool *ret_good, struct an_err *err) {
    if (b->encoding != encoding) {
        an_blob_release(b);
        enum an_code code = an_decoder_open(encoding, '\n', &b->decoder, err);
        if (code)
            return code;
        b->encoding = encoding;
    }
    uint64_t before = an_decoder_damage(b->decoder)->sequences;
    bytes = an_str_slice(bytes, an_encoding_mark(encoding, bytes), bytes.len);
    while (bytes.len) {
        size_t want = AN_DECODED_MAX(bytes.len), start = out->len;
        char *room = an_alloc(want);
        if (!room)
            return an_fail(err, AN_NOMEM, "no memory for a binary value");
        struct an_decoded done = an_decoder_run(b->decoder, bytes, 0, room);
        enum an_code code = an_buf_add(out, (struct an_str) {room, done.text}, err);
        an_free(room);
        if (code)
            return code;
        if (done.raw == 0 || out->len == start)
            break;
        bytes = an_str_slice(bytes, done.raw, bytes.len);
    }
    *ret_good = an_decoder_damage(b->decoder)->sequences == before;
    return AN_OK;
}

enum an_code an_blob_text(struct an_blob *b, struct an_str bytes, struct an_buf *out, struct an_err *err) {
    b->is_bytes = false;
    if (an_utf8_valid(bytes) == bytes.len && is_plain(bytes))
        return an_buf_add(out, bytes, err);
    const char *encoding = an_encoding_detect(an_str_slice(bytes, 0, SNIFF), bytes.len <= SNIFF);
    if (!encoding || strcmp(encoding, "utf-8") == 0) {
        b->is_bytes = true;
        return add_runs(bytes, out, err);
    }
    size_t start = out->len;
    bool good = false;
    enum an_code code = add_decoded(b, encoding, bytes, out, &good, err);
    if (code == AN_USAGE)
        good = false;               // nothing here can decode it
    else if (code)
        return code;
    if (good && is_plain(an_str_slice(an_buf_str(out), start, out->len)))
        return AN_OK;
    out->len = start;
    b->is_bytes = true;
    return add_runs(bytes, out, err);
}
