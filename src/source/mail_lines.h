// The lines of a mail file, and where its parts end. For mail.c.
#ifndef AN_SOURCE_MAIL_LINES_H
#define AN_SOURCE_MAIL_LINES_H

#include "base/buf.h"
#include "source/source.h"

enum { AN_MAIL_DEPTH = 32 };            // parts inside parts, messages inside messages

enum an_mail_stop {
    AN_MAIL_GOES_ON,
    AN_MAIL_BOUNDARY,                   // a line that parts a multipart: `level`, and whether it is its last
    AN_MAIL_MESSAGE,                    // the next message of an mbox file
    AN_MAIL_END,
};

struct an_mail_lines {                  // {.input, .many}, then an_mail_lines_begin
    struct an_input *input;
    bool many;                          // an mbox file
    // Where all bytes read are kept as well, or NULL; it is given up (released, NULL) when its limit is reached.
    struct an_buf *keep;
    bool kept_all;

    enum an_mail_stop stop;             // what the line after the last one given is
    size_t level;                       // of AN_MAIL_BOUNDARY
    bool last;                          // likewise: no part of that level comes after
    struct an_buf boundaries[AN_MAIL_DEPTH]; size_t depth;      // of the multiparts around
    uint64_t offset;                    // of the line given last
    enum an_code broken;                // how the input broke off
    struct an_err why;

    // the rest is private
    struct an_str head;                 // what was sniffed and is not yet taken
    bool whole, ended, inside, blank;   // inside: the line given last goes on; blank: it was empty
    char *buf;
    size_t start, end;
    uint64_t taken;
};

// Failure: no memory. `head` comes first; `whole` says it is all.
enum an_code an_mail_lines_begin(struct an_mail_lines *l, struct an_str head, bool whole, struct an_err *err) AN_MUST_USE;
void an_mail_lines_release(struct an_mail_lines *l);

// The next line with its end, or a piece of a very long one; *ret_begins: it is no piece that continues. False at a stop, which
// stays until an_mail_lines_pass. Failure: no memory.
enum an_code an_mail_lines_next(struct an_mail_lines *l, struct an_str *ret_line, bool *ret_begins, bool *ret_more,
                                struct an_err *err) AN_MUST_USE;

// Goes past the line that was the stop.
void an_mail_lines_pass(struct an_mail_lines *l);

// Opens a multipart: its boundary is looked for from here on. False: too deep, or no boundary.
bool an_mail_lines_enter(struct an_mail_lines *l, struct an_buf *boundary);
void an_mail_lines_leave(struct an_mail_lines *l);

#endif
