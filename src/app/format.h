// Formats of a report beside the writers of report/ and the papers: what is made of a case, its numbers and verdicts at once.
#ifndef AN_APP_FORMAT_H
#define AN_APP_FORMAT_H

#include "app/papers.h"

struct an_format {
    const char *name;                   // as --as takes it
    struct an_words title;

    // Adds the whole of it to `out`. The same source gives the same bytes.
    enum an_code (*write)(const struct an_paper_source *source, enum an_lang lang, struct an_buf *out, struct an_err *err);
    bool is_binary;                     // not for a terminal
    bool is_of_law;                     // says nothing of anybody: needs neither stores nor a case
};

extern const struct an_format an_formats[];     // a new format is a row
extern const size_t an_format_count;

#endif
