// Writing JSON: UTF-8, two-space indented, keys in the order given, integers exact.
//
// A writer never fails half-way: errors are kept and returned once, by an_json_end. Bytes that are not UTF-8
// are written as U+FFFD, so that what comes out is always valid JSON.
#ifndef AN_BASE_JSON_H
#define AN_BASE_JSON_H

#include "base/buf.h"
#include "base/date.h"

enum { AN_JSON_DEPTH_MAX = 128 };

struct an_json {                    // {.out = &buf} is a writer about to write one value into buf
    struct an_buf *out;
    bool compact;                   // no indentation, no line breaks: for canonical forms that are hashed
    int depth;
    bool filled[AN_JSON_DEPTH_MAX];
    bool keyed;
    struct an_err err;              // the first failure; everything after it is ignored
};

void an_json_open(struct an_json *j, char bracket);     // '{' or '['
void an_json_close(struct an_json *j, char bracket);    // '}' or ']'
void an_json_key(struct an_json *j, const char *key);   // next comes its value
void an_json_str(struct an_json *j, struct an_str s);
void an_json_cstr(struct an_json *j, const char *s);    // NULL is written as null
void an_json_u64(struct an_json *j, uint64_t n);
void an_json_i64(struct an_json *j, int64_t n);
void an_json_bool(struct an_json *j, bool b);
void an_json_null(struct an_json *j);
void an_json_real(struct an_json *j, double d, int decimals);   // fixed point, for shares and rates only
void an_json_raw(struct an_json *j, struct an_str json);        // one value that is JSON already, written as it is

// A key with its value. What is empty, no day, or UINT64_MAX (unknown, or without end) is written as null.
void an_json_put_text(struct an_json *j, const char *key, struct an_str s);
void an_json_put_cstr(struct an_json *j, const char *key, const char *s);
void an_json_put_u64(struct an_json *j, const char *key, uint64_t n);
void an_json_put_bool(struct an_json *j, const char *key, bool b);
void an_json_put_day(struct an_json *j, const char *key, an_day day);
void an_json_put_open(struct an_json *j, const char *key, char bracket);    // and opens an object or a list as its value

// AN_OK, or the first thing that went wrong.
enum an_code an_json_end(struct an_json *j, struct an_err *err) AN_MUST_USE;

#endif
