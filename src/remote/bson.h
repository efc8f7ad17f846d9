// A document of MongoDB as a line of JSON, so that it is read as one from a file is.
//
// Values are what a person would have typed: numbers in plain decimals, dates in ISO form, object ids and UUIDs in hexadecimal,
// binary data as the text that is in it. What orders and marks in a document says nothing of people (types, keys of arrays) is
// not kept. Source: BSON 1.1, bsonspec.org.
#ifndef AN_REMOTE_BSON_H
#define AN_REMOTE_BSON_H

#include "source/blob.h"

enum { AN_BSON_DEPTH_MAX = 200 };       // documents inside each other; servers take 100

struct an_bson_lost {                   // documents in which something was not read, and why; one may count for each
    uint64_t encrypted;                 // values that the client encrypted
    uint64_t packed;                    // columns of a time series as the server packs them
    uint64_t damaged;                   // no BSON, from some place on
    uint64_t deep;                      // nested over the limit
};

// Appends `document` as one line. What is wrong in it is left out and added to `lost`: the line always is an object. Errors:
// NOMEM.
enum an_code an_bson_line(struct an_blob *blob, struct an_str document, struct an_bson_lost *lost, struct an_buf *out,
                          struct an_err *err) AN_MUST_USE;

enum { AN_BSON_TIME = 40 };
// "YYYY-MM-DD", with "THH:MM:SS.mmmZ" where it is not midnight; a number where the year has not four digits. NUL-ended.
struct an_str an_bson_time(int64_t milliseconds, char out[static AN_BSON_TIME]);

#endif
