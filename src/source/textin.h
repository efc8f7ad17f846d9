// The text of an input: decoded to UTF-8, in blocks that end at line ends, however long the input.
//
// What is wrong with the bytes (damaged or mixed encodings, NUL bytes, an input that breaks off, lines over
// the limit) is gathered while reading and told to the sink by an_textin_finish, while a store is open. So:
//
//     AN_AUTO(an_textin) in = {0};
//     sink->open(...); an_textin_open(&in, reading, input, sniff, err);
//     do { use some of in.text; an_textin_more(&in, used, err); } while (in.text.len);
//     an_textin_finish(&in, &status, err); sink->close(..., status, an_textin_bytes(&in), ...);
#ifndef AN_SOURCE_TEXTIN_H
#define AN_SOURCE_TEXTIN_H

#include "source/source.h"
#include "text/encoding.h"

struct an_textin_mark;

struct an_textin {
    // The block: UTF-8, ends at a line end but for the last line and lines over the limit; readable
    // AN_SOURCE_PADDING bytes past its end; valid until the next call.
    struct an_str text;
    bool last;                      // no text comes after the block
    bool full;                      // it is as long as the limit allows: the next call must use some of it

    // the rest is private
    struct an_reading *reading;
    struct an_input *input;
    const char *encoding;
    struct an_decoder *decoder;     // NULL while the text is the bytes of the input as they are
    struct an_str head;             // what was sniffed and is not yet taken
    bool whole, ended;              // head is all there is; nothing is left to take
    // the block, from `start`; then, while there is no decoder, raw bytes up to `filled`
    char *buf;
    size_t cap, start, filled;
    char *raw;                      // with a decoder: raw bytes that wait for the end of their line
    size_t raw_len, raw_cap;
    size_t searched;                // raw bytes waiting that hold no line end
    uint64_t raw_at;                // where in the input the raw bytes waiting begin
    uint64_t taken;                 // bytes taken from the input
    struct an_textin_mark *marks;   // with a decoder: where the block's lines come from
    size_t mark_count, mark_cap, mark_now;
    char line_end;                  // '\r': lines end so, and are given ending in '\n'
    bool blanking;                  // inside a word that was cut
    uint64_t long_lines, long_first, blanked;
    bool has_nul;
    uint64_t nul;
    enum an_code broken;            // how the input broke off
    struct an_err why;
};

// Begins: in->text is the first block after. The byte-order mark is taken off. Failure: no memory.
enum an_code an_textin_open(struct an_textin *in, struct an_reading *reading, struct an_input *input,
                            const struct an_sniff *sniff, struct an_err *err) AN_MUST_USE;

// Takes `used` bytes off the front of the block and puts what comes next behind the rest. in->text is empty
// when nothing is left. Where used is 0 the block grows (to limits.record_bytes at most, then `full`).
enum an_code an_textin_more(struct an_textin *in, size_t used, struct an_err *err) AN_MUST_USE;

// Where in the store the text at `pos` of the block comes from: exact for UTF-8, else the start of its line.
// Ascending positions are cheap.
uint64_t an_textin_offset(struct an_textin *in, size_t pos);

// Bytes of the store read so far.
uint64_t an_textin_bytes(const struct an_textin *in);

// Tells the sink what was wrong; once, before the (last) store is closed. *status becomes PARTLY when
// anything was.
enum an_code an_textin_finish(struct an_textin *in, enum an_store_status *status,
                              struct an_err *err) AN_MUST_USE;

// The block, to undo escapes in place: its bytes may be changed, their number may not.
static inline char *an_textin_writable(struct an_textin *in) { return in->buf + in->start; }

// For readers to whom lines mean nothing: lines over the limit are no trouble, where nothing in them was lost.
static inline void an_textin_excuse_long_lines(struct an_textin *in) {
    if (!in->blanked)
        in->long_lines = 0;
}

void an_textin_release(struct an_textin *in);

#endif
