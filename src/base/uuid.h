// UUIDs that follow from what they name, so that the same input gives the same document.
//
// Version 5 of RFC 9562, section 5.5: SHA-1 of a name space and a name. OSCAL takes versions 4 and 5 only. SHA-1 is here for
// that and nothing else: where somebody could gain by two things with one name, use BLAKE2b.
#ifndef AN_BASE_UUID_H
#define AN_BASE_UUID_H

#include "base/str.h"

enum { AN_UUID_BYTES = 16, AN_UUID_TEXT_MAX = 37, AN_SHA1_BYTES = 20 };

struct an_uuid { unsigned char byte[AN_UUID_BYTES]; };

// The UUID of `name` in the name space `space`. Pure.
struct an_uuid an_uuid_of(struct an_uuid space, struct an_str name);

// Whether `text` is a UUID as RFC 9562 writes it, 8-4-4-4-12 hexadecimal digits of either case; then it is in *ret.
bool an_uuid_parse(struct an_str text, struct an_uuid *ret);

// Writes it in lower case, NUL-ended, and returns `out`.
const char *an_uuid_text(struct an_uuid uuid, char out[AN_UUID_TEXT_MAX]);

// FIPS 180-4. Not for anything that an adversary could gain by.
void an_sha1(struct an_str bytes, unsigned char ret[AN_SHA1_BYTES]);

#endif
