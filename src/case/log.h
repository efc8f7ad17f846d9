// The inside of an open case file, shared by those who read, add and verify; not for other folders.
#ifndef AN_CASE_LOG_H
#define AN_CASE_LOG_H

#include "case/case.h"
#include "db/store.h"

struct an_logged { struct an_entry entry; json_t *root; };

enum an_case_group { AN_CASE_SINGLE, AN_CASE_GROUP, AN_CASE_BROKEN };

struct an_case {
    struct an_db *db;
    const char *path;               // in the arena
    bool writable;
    bool looks_at_objects;          // while entries are judged
    struct an_arena arena;
    struct an_logged **entries;     // by seq, one after the other; only a damaged log has gaps
    size_t count, cap;
    struct an_hash head;            // the last row's, as stored; zeros before the first
    uint64_t last_seq;
    enum an_case_group group;
    size_t group_count;             // entries, the head and its number when the group began
    struct an_hash group_head;
    uint64_t group_seq;
};

extern const struct an_db_format an_case_format;

// A case of no file yet and no entry.
struct an_case *an_case_new(const char *path, struct an_err *err);

// One row of the log as stored; borrowed.
struct an_log_row {
    int64_t seq;
    struct an_str text, previous, hash, signature;      // signature empty: none
};

// Called with each fault of a row; what it returns ends the work unless it is AN_OK. NULL: the first fault is an error.
typedef enum an_code an_on_fault(void *arg, uint64_t seq, const struct an_err *why, struct an_err *err);

// Judges a row against all that stand before it and adds it to the case. Errors: INPUT with the place, NOMEM, LIMIT.
enum an_code an_log_take(struct an_case *c, const struct an_log_row *row, an_on_fault *fault, void *arg,
                         struct an_err *err) AN_MUST_USE;
// The rows behind the last one taken, out of the database.
enum an_code an_log_load(struct an_case *c, an_on_fault *fault, void *arg, struct an_err *err) AN_MUST_USE;
// Takes back the entries from `count` on.
void an_log_forget(struct an_case *c, size_t count, struct an_hash head, uint64_t seq);

struct an_logged *an_log_find(const struct an_case *c, uint64_t seq);

// Whether `token` is one whole DER value that holds the entry's digest.
bool an_stamp_fits(struct an_str token, const struct an_entry *entry);

// The number of bytes of a stored object; UINT64_MAX when there is none.
enum an_code an_log_object_size(struct an_case *c, struct an_str hash, uint64_t *ret_size, struct an_err *err) AN_MUST_USE;

#endif
