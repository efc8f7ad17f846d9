// What a parser tells the program: the calls of a sink as messages, written by one side and judged by the other.
//
// A message is two 32-bit numbers, what it is and how many bytes follow; then numbers of 64 bits and texts (a length and bytes),
// in the machine's own order: both sides are one program. Names of stores are given without the input's own: "" is the input,
// "!name" a member.
#ifndef AN_SOURCE_APART_TALK_H
#define AN_SOURCE_APART_TALK_H

#include "base/arena.h"
#include "base/buf.h"
#include "source/names.h"
#include "source/source.h"

enum { AN_TALK_OUT = 64 * 1024 };

struct an_talker {                      // the parser's side: {.fd}, then its sink
    int fd;
    struct an_buf out;
};

struct an_sink an_talker_sink(struct an_talker *t);
void an_talker_release(struct an_talker *t);
// The last message: how the reading ended.
enum an_code an_talker_done(struct an_talker *t, enum an_code code, struct an_err *err) AN_MUST_USE;

// The program's side: {.sink, .uri, .record_bytes}, then an_listener_hear. What is told is passed on only if it keeps the
// contract of source.h; texts that people will read hold no control character, no '@' and no long number, whatever was told.
struct an_listener {
    const struct an_sink *sink;
    struct an_str uri;                  // of the input
    uint64_t record_bytes;              // as an_source_limits
    // What the program itself knows of the input: told when the input's own store closes, which is then not read in full.
    struct an_trouble own;              // code AN_OK: nothing

    const char *lie;                    // what was broken, once something was: nothing is heard after. Static text
    bool done, open, troubled;          // the last message came; a store is open; trouble was told in it
    bool opened_input, in_input;        // the input's own store was opened; it is open
    enum an_code ended;                 // with `done`: how the reading ended
    uint64_t records;                   // heard, in all stores

    // the rest is private
    struct an_buf name;
    struct an_names seen;               // stores
    struct an_arena scratch, columns;
    struct an_str *column_names;
    size_t column_count, column_bytes;
    uint64_t number;                    // of the last record or line
};

// Takes whole messages off the front of *bytes, which stay readable AN_SOURCE_PADDING bytes past their end. Failure: memory, or
// the sink's own.
enum an_code an_listener_hear(struct an_listener *l, struct an_str *bytes, struct an_err *err) AN_MUST_USE;
// Bytes of the longest message, head and all.
size_t an_listener_most(const struct an_listener *l);
void an_listener_release(struct an_listener *l);

#endif
