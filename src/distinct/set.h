// A sorted set of fixed-size rows that grows by adding, folds equal rows together, and spills to disk when memory is
// short.
//
// A row is 32 bytes: a key of 28 and a tag (together its identity and its order, compared as bytes), flags that are
// ORed and a
// count that is added when rows of one identity meet. A group whose count passes 65,535 stands as several rows: full
// ones first,
// then the rest, all with the group's flags. So the result depends only on what was added, never on the order.
//
// Spilled rows go to files that have no name (unlinked as they are made), in $TMPDIR or /tmp. Knows nothing of
// people.
#ifndef AN_DISTINCT_SET_H
#define AN_DISTINCT_SET_H

#include "distinct/block.h"

struct an_run;                      // rows, sorted and folded, in memory or in a file; immutable

struct an_chain {                   // blocks, all full but the first
    struct an_block *first;
    struct an_row *at, *end;        // of the first: where the next row goes, and where none does
    uint64_t blocks;
};

struct an_set {                     // {.budget = &b} is an empty set
    struct an_budget *budget;
    struct an_blocks blocks;        // memory of all rows below
    struct an_run **runs; size_t run_count, run_cap;
    struct an_chain few;            // the first rows, unsorted
    struct an_chain *parts;         // later: 256 chains, by the first byte of the key
    uint64_t part_rows;
};

enum an_code an_set_add_slowly(struct an_set *s, const struct an_row *row, struct an_err *err) AN_MUST_USE;
enum { AN_SET_LOOK = 4096 };        // rows between two looks at the budget

// Adds a row. In line but for what happens seldom.
AN_MUST_USE static inline enum an_code an_set_add(struct an_set *s, const struct an_row *row, struct an_err *err) {
    struct an_chain *c = s->parts ? &s->parts[row->key[0]] : NULL;
    if (!c || c->at == c->end || (s->part_rows + 1) % AN_SET_LOOK == 0)
        return an_set_add_slowly(s, row, err);
    s->part_rows++;
    __builtin_prefetch(c->at + 2, 1);   // the chain's next line: no processor follows 256 of them by itself
    *c->at++ = *row;
    return AN_OK;
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

// Walks the union of the runs of several sealed sets, in order, folded. The sets must not change meanwhile.
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
