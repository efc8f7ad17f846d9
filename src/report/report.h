// The writers: each shows one model in one format.
#ifndef AN_REPORT_REPORT_H
#define AN_REPORT_REPORT_H

#include "base/buf.h"
#include "report/model.h"

struct an_report_options {      // {0}: the defaults
    bool color;                 // screen: ANSI colours beside the words
    unsigned width;             // screen: columns, clamped to 72..120; 0 is 80
    bool all;                   // screen: every rule, not only what applies or cannot be told
};

// One writer. Const, static, shared by every thread.
struct an_report {
    const char *name;           // stable: "html", "json", "screen"
    struct an_words title;

    // Adds the whole of `model` to `out`. Pure: the same model, language and options give the same bytes.
    // Text in the model is hostile and is made safe for the format. `lang` does not change what the JSON
    // writer writes. Errors: NOMEM, or LIMIT when `out` has one; `out` then holds a part.
    enum an_code (*write)(const struct an_model *model, enum an_lang lang,
                          const struct an_report_options *options, struct an_buf *out, struct an_err *err);
};

extern const struct an_report *const an_reports[];      // sorted by name, NULL-ended
extern const size_t an_report_count;

const struct an_report *an_report_find(struct an_str name);     // NULL when there is none

#endif
