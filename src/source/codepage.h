// Text in Windows' code pages and in UTF-16, as documents from before 2007 hold it.
#ifndef AN_SOURCE_CODEPAGE_H
#define AN_SOURCE_CODEPAGE_H

#include "base/buf.h"
#include "base/err.h"

struct an_codepage {                // {0} is ready; keeps a converter from one text to the next. One object, one thread
    void *converter;
    unsigned number;
    uint64_t lost;                  // characters so far that mean nothing in their code page, or whose code page is unknown
};

void an_codepage_release(struct an_codepage *c);

// Appends `bytes`, in code page `number`, as UTF-8. What means nothing becomes U+FFFD and is counted. 1200 is UTF-16, low byte
// first; 0 is 1252. Failure: no memory, or out's limit.
enum an_code an_codepage_add(struct an_codepage *c, unsigned number, struct an_str bytes, struct an_buf *out,
                             struct an_err *err) AN_MUST_USE;

// Appends UTF-16, low byte first; half of a pair becomes U+FFFD, a byte over is left out.
enum an_code an_utf16_add(struct an_str bytes, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// The code page in which a program of Windows' language `lid` writes. Source: [MS-LCID].
unsigned an_codepage_of_language(unsigned lid);

// The code page of a font's character set. Source: RTF 1.9.1, \fcharset.
unsigned an_codepage_of_charset(unsigned charset);

// Has the system load all of it: for a process that will lose the right to open files. For good.
void an_codepage_load(void);

#endif
