// Between the program and its keeper.
#ifndef AN_SOURCE_APART_KEEPER_H
#define AN_SOURCE_APART_KEEPER_H

#include "source/ocr.h"
#include "source/source.h"

#define AN_KEEPER_ARGUMENT "--parse-documents-apart"

enum { AN_KEEPER_SOCKET = 0 };              // the keeper's end: standard input

// One message for each document, with two descriptors: the document, and the pipe to write to. The answer, when the parser has
// ended, is its status as waitpid gives it. Before the first, the keeper says whether it can keep: `ready`.
struct an_keeper_ask {
    uint32_t source;                        // its place in an_sources
    uint32_t depth;
    struct an_source_limits limits;
    char ocr[AN_OCR_LANGUAGES];             // languages to be recognised; "": none
};

struct an_keeper_ready { enum an_code code; struct an_err why; };      // AN_OK: it can

// Keeps until the program is gone.
_Noreturn void an_keeper_keep(void);

#endif
