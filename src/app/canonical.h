// Canonical JSON (an_canonical of case/kind.h) read back: one value has one text, so that texts can be hashed.
#ifndef AN_APP_CANONICAL_H
#define AN_APP_CANONICAL_H

#include <jansson.h>
#include "base/buf.h"

static inline void an_json_cleanup(json_t **j) { json_decref(*j); }

// Adds the canonical text of what a JSON text says.
enum an_code an_canonical_again(struct an_str text, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// Reads a text that has to be canonical, byte for byte. INPUT with the place: no JSON, a key twice, another text than the
// canonical one, a number that is not whole.
enum an_code an_canonical_read(struct an_str text, json_t **ret, struct an_err *err) AN_MUST_USE;

// Reads any JSON without a key twice.
enum an_code an_canonical_load(struct an_str text, json_t **ret, struct an_err *err) AN_MUST_USE;

// 2 * len lower-case hexadecimal digits, and nothing else.
bool an_hex_read(struct an_str hex, unsigned char *ret, size_t len);

#endif
