// A sorted set of fixed-size rows that grows by adding, folds equal rows together, and spills to disk when memory is
// short.
//
// A row is 32 bytes: a key of 28 and a tag (together its identity and its order, compared as bytes), flags that are
// ORed and a
// count that is added when rows of one identity meet. A group whose count passes 65,535 stands as several rows: full
// ones first,
// then the rest, all with the group's flags. So the result depends only on what was added, never on the order.
//
// Rows that were added wait as they came until somebody wants them in order (a cursor, or an_set_seal): what only needs equal
// heads together takes them as they are (group.h), and most sets are never sorted.
//
// Spilled rows go to files that have no name (unlinked as they are made), in $TMPDIR or /tmp. Knows nothing of
// people.
#ifndef AN_DISTINCT_SET_H
#define AN_DISTINCT_SET_H

#include "distinct/block.h"

struct an_run;                      // rows, sorted and folded, in memory or in a file; immutable

// Blocks of rows of one form, all full but the first. Rows are written to a stage of a few lines of the cache; what fills it goes
// to the block past the cache, so that memory need not be read to be written (an_form_stage; an_set_grow).
struct an_chain {
    struct an_block *first;
    unsigned char *at, *end;        // of the stage: where the next row goes, and where none does
    uint64_t filled;                // bytes of the first block that are rows
    uint64_t blocks;
};

struct an_part { struct an_chain form[AN_FORMS]; };

struct an_set {                     // {.budget = &b} is an empty set
    struct an_budget *budget;
    struct an_blocks blocks;        // memory of all rows below
    struct an_run **runs; size_t run_count, run_cap;
    struct an_row *few; size_t few_count, few_cap;      // the first rows, as they came
    struct an_part *parts;          // later: 256, by the first byte of the key
    unsigned char *stages;          // of all their chains
    struct an_likes *likes;         // what their rows are like: the first is for rows to come
    uint64_t part_rows, look_at;    // rows in them; so many when the budget is looked at next
};

// Adds a row.
enum an_code an_set_add(struct an_set *s, const struct an_row *row, struct an_err *err) AN_MUST_USE;

// For many rows that differ in little: what rows of this tag, these flags and this count are like, to be said with each of
// them. AN_LIKE_NONE: they have to be added as rows. Holds until something else is done to the set.
static inline unsigned an_set_like(struct an_set *s, uint8_t tag, uint8_t flags, uint16_t count) {
    return s->parts ? an_like_of(s->likes, an_like_word(tag, flags, count)) : AN_LIKE_NONE;
}

// Looks at the budget, when it is time: the set may spill. To be called before rows are put, for some thousand at most.
enum an_code an_set_look_now(struct an_set *s, struct an_err *err) AN_MUST_USE;
AN_MUST_USE static inline enum an_code an_set_look(struct an_set *s, struct an_err *err) {
    return s->part_rows < s->look_at ? AN_OK : an_set_look_now(s, err);
}

enum an_code an_set_grow(struct an_set *s, struct an_chain *c, struct an_err *err) AN_MUST_USE;

AN_MUST_USE static inline enum an_code an_set_put(struct an_set *s, enum an_form form, const unsigned char head[static AN_HEAD],
                                                  const unsigned char *tail, unsigned like, struct an_err *err) {
    struct an_chain *c = &s->parts[head[0]].form[form];
    if (c->at == c->end) {
        enum an_code code = an_set_grow(s, c, err);
        if (code)
            return code;
    }
    an_form_head(c->at, head, like);
    if (form == AN_FORM_PAIR)
        memcpy(c->at + AN_HEAD, tail, AN_TAIL);
    c->at += an_form_bytes(form);
    s->part_rows++;
    return AN_OK;
}

// The row (head, head[0..12)), of what `like` says.
AN_MUST_USE static inline enum an_code an_set_put_own(struct an_set *s, const unsigned char head[static AN_HEAD], unsigned like,
                                                      struct an_err *err) {
    return an_set_put(s, AN_FORM_OWN, head, NULL, like, err);
}

// The row (head, tail). Where the tail is the head's own beginning, an_set_put_own has to be called.
AN_MUST_USE static inline enum an_code an_set_put_pair(struct an_set *s, const unsigned char head[static AN_HEAD],
                                                       const unsigned char tail[static AN_TAIL], unsigned like,
                                                       struct an_err *err) {
    return an_set_put(s, AN_FORM_PAIR, head, tail, like, err);
}

// Moves all rows of `from` into s, as if they had been added. They share a budget. After a failure some are in neither.
enum an_code an_set_join(struct an_set *s, struct an_set *from, struct an_err *err) AN_MUST_USE;

// Ends the adding: what is in memory becomes a run (kept in memory while the budget allows). May be called again
// after more adds.
enum an_code an_set_seal(struct an_set *s, struct an_err *err) AN_MUST_USE;

// The same by several threads: each puts some of the parts in order.
enum an_code an_set_seal_by(struct an_set *s, size_t threads, struct an_err *err) AN_MUST_USE;

// A sealed set takes rows that are already sorted and folded, in order: for reading a stored set back.
enum an_code an_set_append(struct an_set *s, const struct an_row *rows, size_t count, struct an_err *err) AN_MUST_USE;

void an_set_release(struct an_set *s);      // frees all; *s is {0} but for its budget

// Walks the union of several sets, which are sealed if they were not, in order, folded. The sets must not change meanwhile.
struct an_cursor;
enum an_code an_cursor_open(struct an_set *const *sets, size_t count, struct an_cursor **ret,
                            struct an_err *err) AN_MUST_USE;
// The next row, or NULL at the end. Borrowed until the next call.
enum an_code an_cursor_next(struct an_cursor *c, const struct an_row **ret, struct an_err *err) AN_MUST_USE;
// The same, but as many as lie together, at least one: 0 at the end. Borrowed until the next call of either.
enum an_code an_cursor_some(struct an_cursor *c, const struct an_row **ret, size_t *ret_count, struct an_err *err) AN_MUST_USE;
void an_cursor_free(struct an_cursor *c);
static inline void an_cursor_cleanup(struct an_cursor **c) { an_cursor_free(*c); }

#endif
