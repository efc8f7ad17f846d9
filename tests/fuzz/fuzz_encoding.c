// Any bytes: one encoding or none; decoded whole and in parts to the same well-formed text; escapes undone
// without harm.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/bytes.h"
#include "text/encoding.h"
#include "text/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

struct decoding { char *text; size_t len; struct an_damage damage; };

// `step`: bytes that come at a time, of which whole lines are decoded; 0: all at once.
static struct decoding decode(const char *encoding, char line_end, struct an_str raw, size_t step) {
    struct decoding d = {.text = malloc(AN_DECODED_MAX(raw.len))};
    struct an_decoder *decoder;
    struct an_err err;
    MUST(d.text && an_decoder_open(encoding, line_end, &decoder, &err) == AN_OK);
    size_t done = 0, come = step ? 0 : raw.len;
    while (done < raw.len) {
        come = step && come + step < raw.len ? come + step : raw.len;
        struct an_str part = an_str_slice(raw, done, come);
        if (come < raw.len)
            part.len = an_encoding_last_line(encoding, line_end, part);
        while (part.len) {
            struct an_decoded got = an_decoder_run(decoder, part, done, d.text + d.len);
            MUST(got.raw && got.raw <= part.len);
            d.len += got.text;
            done += got.raw;
            part = an_str_slice(part, got.raw, part.len);
        }
    }
    MUST(an_utf8_valid((struct an_str) {d.text, d.len}) == d.len);
    d.damage = *an_decoder_damage(decoder);
    an_decoder_free(decoder);
    return d;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"utf-8", "gb18030", "big5", "utf-16le", "utf-16be", "utf-32le",
                                        "windows-1252", "shift_jis"};
    if (size < 2)
        return 0;
    struct an_str raw = {(const char *) data + 2, size - 2};
    const char *found = an_encoding_detect(raw, data[0] & 1);
    const char *encoding = found && data[0] & 2 ? found : names[data[0] >> 2 & 7];

    char line_end = an_encoding_line_end(encoding, raw);

    MUST(an_bytes_portable.utf8(raw) == an_bytes_best()->utf8(raw));
    MUST(an_bytes_portable.count(raw, '\n') == an_bytes_best()->count(raw, '\n'));
    struct decoding whole = decode(encoding, line_end, raw, 0),
                    parts = decode(encoding, line_end, raw, 1 + data[1]);
    MUST(whole.len == parts.len && (!whole.len || memcmp(whole.text, parts.text, whole.len) == 0));
    MUST(memcmp(&whole.damage, &parts.damage, sizeof whole.damage) == 0);

    struct an_buf plain = {0};
    struct an_err err;
    struct an_str text = {whole.text, whole.len};
    MUST(an_escape_plain(text, &plain, &err) == AN_OK);
    struct an_str after = an_buf_str(&plain);
    MUST(an_utf8_valid(after) == after.len);
    MUST(an_escape_needed(text) || an_str_eq(text, after));
    an_buf_release(&plain);
    free(whole.text);
    free(parts.text);
    return 0;
}
