// The papers that law asks for: from what was measured, judged and kept in a case to the fields of a template.
//
// Names of fields and sets, with what they hold: docs/PAPERS.md. Every figure names its evidence; what nobody said is blank.
#ifndef AN_APP_PAPERS_H
#define AN_APP_PAPERS_H

#include <jansson.h>
#include "base/arena.h"
#include "report/book.h"
#include "report/model.h"
#include "report/paper.h"

struct an_paper_entry {                 // one entry of a case, case/case.h
    uint64_t seq;
    struct an_str at, actor, kind;
    const json_t *body;
    struct an_str hash;                 // 64 digits
    bool withdrawn;
};

struct an_paper_step {                  // one period of the procedure the case is in
    struct an_str text, article, by;    // by: who must act; "" when nobody
    an_day due, latest;                 // AN_DAY_NONE where not known
    struct an_str state;                // "running", "late", ... in the reader's words
    bool provisional;                   // counted through a year whose calendar is not there
};

struct an_paper_input { struct an_str name, text; };    // what the person who makes the paper adds

struct an_case;
struct an_law;

struct an_paper_source {                // {0} but for `model`: no case, no procedure; all borrowed
    const struct an_model *model;       // in the paper's language
    struct an_case *file;               // for what an entry only has the hash of; NULL without a case
    const char *role;                   // of who will read it; NULL: the case's own side
    const struct an_law *law;           // what was judged by
    const struct an_paper_entry *entries; size_t entry_count;       // withdrawn ones too; by number
    struct an_str state, actor;         // of the procedure: the phase, who acts; in the reader's words; "" not known
    const struct an_paper_step *steps; size_t step_count;
    const struct an_paper_input *inputs; size_t input_count;
    struct an_str drawn_from;           // where the numbers come from when no measurement entry says: "data.census"
};

struct an_paper_kind {
    const char *name;                   // "review-filing": of the format, and of its template (<name>.<lang>.docx)
    struct an_words title;

    // Whether the paper may be made of this at all. NULL: always. Errors: USAGE, with the reason.
    enum an_code (*check)(const struct an_paper_source *source, enum an_lang lang, struct an_err *err);
};

extern const struct an_paper_kind an_paper_kinds[];
extern const size_t an_paper_kind_count;
const struct an_paper_kind *an_paper_kind_find(struct an_str name);     // NULL when there is none

// What an input of `an_paper_source` may be called, with what it is. Ends with a NULL name.
struct an_paper_blank_field { const char *name; struct an_words title; };
extern const struct an_paper_blank_field an_paper_inputs[];

// Fills *ret, which lives as long as `arena` and the source. Errors: what `check` says; USAGE for an input of an unknown name,
// with the nearest; NOMEM.
enum an_code an_paper_make(const struct an_paper_source *source, const struct an_paper_kind *kind, enum an_lang lang,
                           struct an_arena *arena, struct an_paper *ret, struct an_err *err) AN_MUST_USE;

// Everything as a workbook: the data map, people, rules, findings, plan, timeline, log, and a sheet on what the columns mean.
enum an_code an_paper_book(const struct an_paper_source *source, enum an_lang lang, struct an_arena *arena,
                           struct an_book *ret, struct an_err *err) AN_MUST_USE;

// The path of the template of a paper: in $ANSHEN_DATA/templates with `data` the value of that variable (NULL: not set), where
// the program is installed, or beside the build. IO when there is none.
enum an_code an_paper_template(const struct an_paper_kind *kind, enum an_lang lang, const char *data,
                               struct an_arena *arena, const char **ret_path, struct an_err *err) AN_MUST_USE;

#endif
