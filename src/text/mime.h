// The grammar of mail: encoded words, parameters, addresses, transfer encodings. RFC 2045 to 2047, 2231, 5322, 6532.
//
// Everything here takes what programs really send: raw characters of any encoding in a header, words cut inside a character,
// names of encodings that are not quite theirs.
#ifndef AN_TEXT_MIME_H
#define AN_TEXT_MIME_H

#include "base/buf.h"
#include "base/err.h"

// Appends `bytes`, said to be in `charset` (as mail names it; empty: nobody says), as UTF-8. What is no text in it is tried as
// UTF-8 and GB18030; what means nothing even so becomes U+FFFD. Failure: no memory.
enum an_code an_mime_text(struct an_str charset, struct an_str bytes, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// Whether bytes that look like ASCII are none in a charset, by escapes or by its units: ISO-2022-*, HZ, UTF-7, UTF-16, UTF-32.
bool an_mime_is_stateful(struct an_str charset);

// Appends a header's value, unfolded, its encoded words decoded, as UTF-8 without control characters.
enum an_code an_mime_words(struct an_str value, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// Appends parameter `name` of a value such as `text/plain; charset=utf-8; name*0*=utf-8''%E5...`; nothing where there is none.
enum an_code an_mime_parameter(struct an_str value, const char *name, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// What stands before the first parameter: "text/plain", "attachment". Borrowed; case as it is.
struct an_str an_mime_main(struct an_str value);

// The next mailbox of an address list: *rest loses it. Name (decoded) and address replace what the buffers held, either may be
// empty; false at the end. Groups are opened, comments are names where there is no other.
bool an_mime_address(struct an_str *rest, struct an_buf *name, struct an_buf *address, enum an_code *ret_code,
                     struct an_err *err) AN_MUST_USE;

enum an_mime_transfer { AN_MIME_PLAIN, AN_MIME_BASE64, AN_MIME_QUOTED };
enum an_mime_transfer an_mime_transfer_called(struct an_str name);

struct an_mime_decoder {                // {.how}
    enum an_mime_transfer how;
    uint32_t bits;                      // base64: of characters not yet given
    unsigned held;                      // how many characters
    uint64_t bad;                       // characters that base64 does not have
};
// Decodes a line (or a piece of one) into `out`, which has room for as many bytes as `in` has and 4. Returns how many. Of quoted
// printable, escapes must not be cut by pieces: pieces are longer than its lines may be.
size_t an_mime_decode(struct an_mime_decoder *d, struct an_str in, char *out);

// Whether two names are the same but for ASCII case.
bool an_mime_is(struct an_str a, const char *b);

#endif
