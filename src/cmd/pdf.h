// Documents made into PDF by the programs that know how: LibreOffice for docx, Chromium for HTML.
#ifndef AN_CMD_PDF_H
#define AN_CMD_PDF_H

#include "base/buf.h"

// Adds the PDF of a document ("docx" or "html") to `out`. The program is looked for in $PATH and run without a shell, in a
// folder of its own that is gone afterwards. Errors: USAGE when no such program is there, or for another kind of
// document; IO when it fails or takes longer than three minutes.
enum an_code an_pdf_make(struct an_str document, const char *kind, struct an_buf *out, struct an_err *err) AN_MUST_USE;

#endif
