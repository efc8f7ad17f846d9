// Encodings of text: which one it is, and from there to UTF-8, with everything that does not fit counted.
#ifndef AN_TEXT_ENCODING_H
#define AN_TEXT_ENCODING_H

#include "base/err.h"
#include "base/str.h"

// The encoding that `head`, the first bytes of a text (64 KiB are plenty), is written in; `whole` says that
// no more comes. A lower-case name ("utf-8", "utf-16le", "gb18030", "big5", "windows-1252" ...), static; NULL
// when it is no text, or EBCDIC. Byte-order marks and well-formedness decide where they can; between GB18030
// and Big5 the share of frequent characters; then libuchardet's statistics; in doubt GB18030. Empty is "utf-8".
const char *an_encoding_detect(struct an_str head, bool whole);

// Whether `head` looks like text in EBCDIC, the mainframes' encoding: letters and digits above 0x80, blanks of
// 0x40, and nothing of ASCII's. Which code page it is shows nowhere, so it is not decoded.
bool an_encoding_is_ebcdic(struct an_str head);

// Bytes of the byte-order mark of `encoding` that s begins with; 0 when there is none.
size_t an_encoding_mark(const char *encoding, struct an_str s);

// Bytes of one code unit: 1, 2 or 4. A line feed is that many bytes long.
size_t an_encoding_unit(const char *encoding);

// What ends the lines of a text in `encoding` that begins with `head`: '\n', with or without '\r' before it;
// '\r' where there is no line feed but in double quotes, as in tables of old Macs.
char an_encoding_line_end(const char *encoding, struct an_str head);

// The last position in s, behind a `line_end` of `encoding`; 0 when there is none. s begins at a code unit.
size_t an_encoding_last_line(const char *encoding, char line_end, struct an_str s);

// What a decoder met. Lines end as the decoder was told; positions are bytes of the input.
struct an_damage {
    uint64_t lines, sequences, first;   // lines with bytes that mean nothing, such runs, where the first is
    uint64_t mixed, mixed_first;        // lines in another encoding than the rest, where the first is
    const char *mixed_encoding;
    // Of an encoding that statistics guessed: characters beyond ASCII, control characters that no text has,
    // and where the first line with one is.
    uint64_t foreign, controls, controls_first;
};

// Our name of the encoding that others call `name`; NULL when it is none we decode. GB 2312 and GBK are GB18030.
const char *an_encoding_called(struct an_str name);

// Has the system load all it needs to decode: for a process that will lose the right to open files. For good.
void an_encoding_load(void);

struct an_decoder;                          // one object, one thread

// `encoding`: a name an_encoding_detect gives; `line_end`: what an_encoding_line_end gives. Failure: no memory, or
// (USAGE) an encoding this system cannot decode.
enum an_code an_decoder_open(const char *encoding, char line_end, struct an_decoder **ret_decoder,
                             struct an_err *err) AN_MUST_USE;
void an_decoder_free(struct an_decoder *d);     // NULL is fine

struct an_decoded {
    size_t raw, text;       // bytes taken, bytes written
    bool linear;            // the text is the bytes taken, unchanged (else it is one line)
};

// Decodes the front of `raw`, whole lines (the last may lack its end at the end of the text), into
// `out`, which has room for AN_DECODED_MAX(raw.len) bytes: either a run of lines that are UTF-8 as they are,
// or one line. `offset` is where raw begins in the input. A line that is not in the decoder's encoding but
// well-formed UTF-8 (or, in UTF-8, well-formed GB18030) is decoded as that and counted as mixed; else each
// undecodable sequence becomes U+FFFD and is counted.
struct an_decoded an_decoder_run(struct an_decoder *d, struct an_str raw, uint64_t offset, char *out);
#define AN_DECODED_MAX(raw_len) (3 * (raw_len) + 4)

const struct an_damage *an_decoder_damage(const struct an_decoder *d);

// Whether so many of its characters are control characters that the encoding was guessed wrong.
bool an_damage_is_misread(const struct an_damage *damage);

#endif
