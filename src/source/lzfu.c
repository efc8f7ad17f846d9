// RTF as Outlook keeps it.
#include "source/lzfu.h"

#include "source/little.h"

enum { RING = 4096, HEADER = 16 };

static const char beginning[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans Serif"
    "SymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct work { char ring[RING]; size_t at; struct an_buf *out; };

static enum an_code put(struct work *w, char c, struct an_err *err) {
    w->ring[w->at] = c;
    w->at = (w->at + 1) % RING;
    return an_buf_add(w->out, (struct an_str) {&c, 1}, err);
}

// What is packed: eight times a byte, or a place in the ring and a length, as the bits of the byte before them say.
static enum an_code unpack(struct work *w, struct an_str in, bool *ret_ended, struct an_err *err) {
    size_t i = 0;
    *ret_ended = false;
    while (i < in.len) {
        unsigned control = an_little8(in, i++);
        for (unsigned bit = 0; bit < 8 && i < in.len; bit++) {
            if (!(control >> bit & 1)) {
                AN_TRY(put(w, in.ptr[i++], err));
                continue;
            }
            unsigned word = an_little8(in, i) << 8 | an_little8(in, i + 1);
            size_t from = word >> 4, len = (word & 0xF) + 2;
            i += 2;
            *ret_ended = from == w->at;
            if (*ret_ended)
                return AN_OK;
            for (size_t k = 0; k < len; k++)
                AN_TRY(put(w, w->ring[(from + k) % RING], err));
        }
    }
    return AN_OK;
}

enum an_code an_lzfu_add(struct an_str packed, struct an_buf *out, bool *ret_whole, struct an_err *err) {
    enum { PACKED = 0x75465A4C, PLAIN = 0x414C454D };
    uint32_t len = an_little32(packed, 4), kind = an_little32(packed, 8);
    size_t before = out->len;
    struct an_str body = an_str_slice(packed, HEADER, packed.len);
    *ret_whole = false;
    if (kind == PLAIN) {
        *ret_whole = len <= body.len;
        return an_buf_add(out, an_str_slice(body, 0, len), err);
    }
    if (kind != PACKED)
        return AN_OK;
    struct work w = {.at = sizeof beginning - 1, .out = out};
    bool ended;
    memcpy(w.ring, beginning, sizeof beginning - 1);
    AN_TRY(unpack(&w, body, &ended, err));
    *ret_whole = ended && out->len - before >= len;
    return AN_OK;
}
