// Reading JSON (RFC 8259): tokens out of a window of bytes, with no memory of its own and no recursion.
//
// The window may hold only a part of the text: when it ends before a token does, the reader says MORE and consumes nothing of
// that token. The caller then shows a window that begins at `pos` with more behind it. Several values one after another (JSON
// Lines, concatenated documents) are one stream. Wider than the RFC in two places where nothing is in doubt: control characters
// inside strings are let through, and NaN, Infinity and -Infinity (as Python writes them) count as null.
#ifndef AN_TEXT_JSON_H
#define AN_TEXT_JSON_H

#include "base/str.h"

enum { AN_JSON_LEVELS_MAX = 1000 };     // arrays and objects inside each other; one more is BAD

enum an_json_token {
    AN_JSON_MORE,           // show more, or set `last`
    AN_JSON_END,            // the window is the last and every value in it was complete
    AN_JSON_BAD,            // malformed: `why` at `pos`
    AN_JSON_OBJECT, AN_JSON_OBJECT_END,
    AN_JSON_ARRAY, AN_JSON_ARRAY_END,
    AN_JSON_KEY,            // its colon is consumed with it
    AN_JSON_STRING,
    AN_JSON_NUMBER,         // as written
    AN_JSON_TRUE, AN_JSON_FALSE, AN_JSON_NULL,
};

struct an_json_reader {     // {.window = ..., .len = ...} is a reader before its first value
    const char *window;     // borrowed
    size_t len;
    bool last;              // nothing comes after the window
    size_t pos;             // first byte not consumed
    struct an_str text;     // of the last KEY, STRING or NUMBER: within the window, without its quotes
    bool escaped;           // text holds escapes: see an_json_unescape
    const char *why;        // after BAD
    uint32_t depth;         // arrays and objects open
    uint8_t expect;         // the reader's own
    uint64_t objects[(AN_JSON_LEVELS_MAX + 63) / 64];   // the reader's own: which of the open ones are objects
};

// The next token. After BAD the reader must be set to {0} before it is used again. O(bytes consumed).
enum an_json_token an_json_read(struct an_json_reader *r);

// Whether the next token is this key, written without escapes: it is consumed then, as if read; else nothing is. Cheaper than
// reading it, for those who know what tends to come.
bool an_json_read_key(struct an_json_reader *r, struct an_str key);

// Undoes the escapes of r->text inside `window` (the same bytes as r->window, writable) and returns it. It only gets shorter;
// the bytes this frees become blanks. A surrogate without its partner becomes U+FFFD. At most once per token.
struct an_str an_json_unescape(struct an_json_reader *r, char *window);

#endif
