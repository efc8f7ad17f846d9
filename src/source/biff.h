// Records of Excel's binary workbooks (BIFF5 and BIFF8), and the texts and numbers in them. Source: [MS-XLS] 2.1.4, 2.5.
#ifndef AN_SOURCE_BIFF_H
#define AN_SOURCE_BIFF_H

#include "base/buf.h"
#include "source/codepage.h"

enum an_biff_type {                     // those that are read
    AN_BIFF_FORMULA = 0x0006, AN_BIFF_EOF = 0x000A, AN_BIFF_HEADER = 0x0014, AN_BIFF_FOOTER = 0x0015, AN_BIFF_NAME = 0x0018,
    AN_BIFF_NOTE = 0x001C, AN_BIFF_DATEMODE = 0x0022, AN_BIFF_EXTERNNAME = 0x0023, AN_BIFF_FILEPASS = 0x002F,
    AN_BIFF_CONTINUE = 0x003C, AN_BIFF_CODEPAGE = 0x0042, AN_BIFF_WRITEACCESS = 0x005C, AN_BIFF_BOUNDSHEET = 0x0085,
    AN_BIFF_SCENARIO = 0x00AF, AN_BIFF_MULRK = 0x00BD, AN_BIFF_SXNUM = 0x00C9, AN_BIFF_SXSTRING = 0x00CD,
    AN_BIFF_RSTRING = 0x00D6, AN_BIFF_XF = 0x00E0, AN_BIFF_DRAWINGS = 0x00EB, AN_BIFF_SST = 0x00FC, AN_BIFF_LABELSST = 0x00FD,
    AN_BIFF_TXO = 0x01B6, AN_BIFF_HLINK = 0x01B8, AN_BIFF_DV = 0x01BE, AN_BIFF_NUMBER = 0x0203, AN_BIFF_LABEL = 0x0204,
    AN_BIFF_BOOLERR = 0x0205, AN_BIFF_STRING = 0x0207, AN_BIFF_RK = 0x027E, AN_BIFF_FORMAT = 0x041E, AN_BIFF_FORMULA4 = 0x0406,
    AN_BIFF_BOF = 0x0809, AN_BIFF_SERIESTEXT = 0x100D,
};

struct an_biff {                        // {.stream}: stands before the first record
    struct an_str stream;
    size_t at;                          // of the next record
    unsigned type;                      // of this one
    struct an_str data;
    bool cut;                           // the stream ends inside a record
    // What reads a text goes on from here to the records that continue this one.
    struct an_str rest;
};

// The next record; those that continue one come as records of their own where nobody took them. False at the end.
bool an_biff_next(struct an_biff *b);

// Goes to the record that continues this one: its data is `rest`. False where none does.
bool an_biff_continue(struct an_biff *b);

struct an_biff_text { bool is_old; unsigned page; struct an_codepage *codepage; };     // is_old: BIFF5, in a code page

// Appends a text of `count` characters that begins at b->rest with its flags (BIFF8: with what is said of its formatting, which
// is passed over) and goes on in records that continue this one. *ret_whole false: it is longer than they are.
enum an_code an_biff_text(struct an_biff *b, const struct an_biff_text *how, size_t count, struct an_buf *out, bool *ret_whole,
                          struct an_err *err) AN_MUST_USE;

// A number as digits. Whole ones beyond what such numbers can hold exactly are written with an exponent.
enum { AN_BIFF_NUMBER_TEXT = 40 };
struct an_str an_biff_number(double value, char out[static AN_BIFF_NUMBER_TEXT]);
double an_biff_double(struct an_str data, size_t at);
double an_biff_rk(uint32_t rk);

// Appends the runs of text in a record's data that may be values, a line each: for records whose form does not matter.
enum an_code an_biff_runs(struct an_str data, struct an_buf *out, struct an_err *err) AN_MUST_USE;

#endif
