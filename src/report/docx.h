// What the steps of filling a Word document share. Inside this folder only.
#ifndef AN_REPORT_DOCX_H
#define AN_REPORT_DOCX_H

#include <libxml/tree.h>
#include "base/arena.h"
#include "report/paper.h"

enum { AN_DOCX_SHOWN = 48 };            // bytes of a mark that an error shows

struct an_docx_scope {                      // the row that is being written, and those around it
    const struct an_docx_scope *above;
    const struct an_paper_set *set;
    const struct an_paper_value *row;
};

struct an_docx_uses {                       // evidence, in the order of its use
    unsigned *number;               // of each of the paper's; 0: not used
    struct an_paper_set set;        // {{#evidence}}
    struct an_arena *arena;
};

struct an_docx_fill {
    const struct an_paper *paper;
    struct an_docx_uses *uses;
    const char *part;
    size_t copies, nodes, depth;
    struct an_err *err;
};

struct an_docx_token {
    size_t from, to;                    // with its brackets
    char sign;                          // '#', '?', '!', '/', or 0 for a field
    struct an_str name, mark;           // the mark is the whole of it, as errors show it
};

struct an_docx_piece { xmlNode *node; size_t from, to; };

// The texts of a paragraph or row, one after the other, where each came from, and the marks in them.
struct an_docx_text {
    struct an_arena arena;
    struct an_buf all;
    struct an_docx_piece *pieces;
    size_t count, cap;
    struct an_docx_token *tokens;
    size_t token_count;
};

static inline enum an_code an_docx_no_memory(const struct an_docx_fill *f) {
    return an_fail(f->err, AN_NOMEM, "no memory to fill a document");
}

// INPUT: the part, the mark, and what is wrong with it.
enum an_code an_docx_wrong(const struct an_docx_fill *f, struct an_str mark, const char *what);

// ---- elements: docx_tree.c

// Whether `n` is Word's element of that name.
bool an_docx_is(const xmlNode *n, const char *name);

// Takes it out of the tree and frees it.
void an_docx_drop(xmlNode *n);

// NULL without memory. Adds the elements in it to *nodes.
xmlNode *an_docx_copy(xmlNode *from, size_t *nodes);

// ---- marks: docx_mark.c

// `deep`: also what lies in paragraphs further in.
enum an_code an_docx_read(const struct an_docx_fill *f, xmlNode *in, bool deep, struct an_docx_text *t) AN_MUST_USE;
void an_docx_text_release(struct an_docx_text *t);

// The index of the token that closes tokens[k]; token_count when none does.
size_t an_docx_close(const struct an_docx_text *t, size_t k);

// Without the blanks at both ends.
struct an_str an_docx_trim(struct an_str s);

// ---- names: docx_name.c

enum an_code an_docx_uses_begin(struct an_docx_uses *u, const struct an_paper *paper, struct an_arena *arena,
                                struct an_err *err) AN_MUST_USE;

// The number an evidence has in this document; 0 without memory.
unsigned an_docx_number(const struct an_docx_fill *f, unsigned evidence);

// What a field's name stands for; NULL: nobody knows it.
const struct an_paper_value *an_docx_value(const struct an_docx_fill *f, const struct an_docx_scope *s,
                                           struct an_str name);

// The error for a mark whose name nobody knows.
enum an_code an_docx_unknown(const struct an_docx_fill *f, const struct an_docx_scope *s,
                             const struct an_docx_token *k);

// How often a block is there: for '#' the rows of *ret_set, else 0 or 1.
enum an_code an_docx_times(const struct an_docx_fill *f, const struct an_docx_scope *s, const struct an_docx_token *k,
                           const struct an_paper_set **ret_set, size_t *ret) AN_MUST_USE;

// ---- paragraphs: docx_run.c

// Puts `v` (NULL: nothing) in place of the bytes [from, to) of the gathered text.
enum an_code an_docx_replace(const struct an_docx_fill *f, const struct an_docx_text *t, size_t from, size_t to,
                             const struct an_paper_value *v) AN_MUST_USE;

// Puts what they stand for in place of all marks of one paragraph.
enum an_code an_docx_fill_text(const struct an_docx_fill *f, xmlNode *p, const struct an_docx_scope *s) AN_MUST_USE;

// ---- blocks: docx_block.c

// Fills an element and all below it.
enum an_code an_docx_expand(struct an_docx_fill *f, xmlNode *n, const struct an_docx_scope *s) AN_MUST_USE;

#endif
