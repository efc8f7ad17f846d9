// Text recognised in pictures, by Tesseract where it is installed.
//
// What is recognised is a guess: a digit may be misread and still pass a check. It goes to a store of its own that says so
// (an_store_info.recognised), and nobody is counted for it.
#ifndef AN_SOURCE_OCR_H
#define AN_SOURCE_OCR_H

#include "base/buf.h"

enum { AN_OCR_LANGUAGES = 64 };

// The languages to recognise, as Tesseract names them ("chi_sim+eng"), in `out`: those asked for; or, with an empty `asked`,
// Chinese and English as far as they are there. USAGE: the program's library or a language is not installed, with the names of
// Debian's packages; or it is no name.
enum an_code an_ocr_choose(const char *asked, char out[AN_OCR_LANGUAGES], struct an_err *err) AN_MUST_USE;

struct an_ocr;                          // one object, one thread

// NULL: it cannot be had. Loads libraries and models, which takes a part of a second and opens files.
struct an_ocr *an_ocr_new(const char *languages);
void an_ocr_free(struct an_ocr *o);     // NULL is fine

enum an_ocr_result { AN_OCR_DONE, AN_OCR_NO_PICTURE, AN_OCR_TOO_LARGE, AN_OCR_TOO_LONG };

// Appends to `text` what is recognised in a picture, as UTF-8 lines; nothing where there is none. A picture of several pages: the
// first. Bounded in points of the picture and in time. Failure: memory.
enum an_code an_ocr_read(struct an_ocr *o, struct an_str picture, struct an_buf *text, enum an_ocr_result *ret_result,
                         struct an_err *err) AN_MUST_USE;

#endif
