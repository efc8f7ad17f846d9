// SQLite for files of our own: made whole or not at all, migrated from every earlier version, written in transactions that
// are on the disk when they are committed. Rows are read as in db.h.
#ifndef AN_DB_STORE_H
#define AN_DB_STORE_H

#include "base/buf.h"
#include "db/db.h"

// One step from a version to the next: its SQL, then `run` when there is one. Both in one transaction.
struct an_db_step {
    const char *sql;
    enum an_code (*run)(struct an_db *db, struct an_err *err);
};

// A kind of file. Its version is the number of steps it has gone through (SQLite's user_version).
struct an_db_format {
    const char *what;               // "case file", for errors
    uint32_t application_id;
    const struct an_db_step *steps;
    size_t step_count;
};

// Makes the file at `path` (mode 0600), which may not be there yet: under its name with ".tmp" added, with all steps done
// and with what `fill` writes to it; then it gets its name, and is open for writing. Errors: USAGE when something is at
// `path`, IO, and fill's; nothing is then at `path`.
enum an_code an_db_create(const char *path, const struct an_db_format *format,
                          enum an_code (*fill)(void *arg, struct an_db *db, struct an_err *err), void *arg,
                          struct an_db **ret_db, struct an_err *err) AN_MUST_USE;

// Opens the file at `path` for writing: WAL, synchronous = FULL, foreign keys, secure_delete; nothing in it can run code. One
// of an earlier version is brought to this one. Errors: USAGE when it is of another format or a newer version, INPUT when it
// is damaged, IO.
enum an_code an_db_open_write(const char *path, const struct an_db_format *format, struct an_db **ret_db,
                              struct an_err *err) AN_MUST_USE;

// Opens it for reading only; the folder need not be writable. Errors as above; IO also when a write-ahead log stands beside
// it that cannot be read here; USAGE also when it is of an earlier version, which only writing can change.
enum an_code an_db_open_read(const char *path, const struct an_db_format *format, struct an_db **ret_db,
                             struct an_err *err) AN_MUST_USE;

// A value to bind.
struct an_db_value {
    enum an_db_type type;           // NULL, INTEGER, TEXT or BLOB
    int64_t i64;
    struct an_str bytes;
};
static inline struct an_db_value an_db_of_i64(int64_t n) { return (struct an_db_value) {.type = AN_DB_INTEGER, .i64 = n}; }
static inline struct an_db_value an_db_of_text(struct an_str s) { return (struct an_db_value) {.type = AN_DB_TEXT, .bytes = s}; }
static inline struct an_db_value an_db_of_blob(struct an_str s) { return (struct an_db_value) {.type = AN_DB_BLOB, .bytes = s}; }

// Runs one statement to its end with values for its `?`, in their order.
enum an_code an_db_run(struct an_db *db, const char *sql, const struct an_db_value *values, size_t count,
                       struct an_err *err) AN_MUST_USE;
// Begins one; its rows are read with an_db_next. The values are copied.
enum an_code an_db_ask(struct an_db *db, const char *sql, const struct an_db_value *values, size_t count,
                       struct an_db_rows **ret_rows, struct an_err *err) AN_MUST_USE;
// The one whole number that a statement answers. Errors: INPUT when it answers none.
enum an_code an_db_ask_i64(struct an_db *db, const char *sql, int64_t *ret, struct an_err *err) AN_MUST_USE;

// A transaction. Beginning one takes the right to write; somebody else's is waited for, and IO says so when that takes too
// long. After a commit the data is on the disk; after a failed one, and after a rollback, it is as before. A rollback without
// a transaction does nothing.
enum an_code an_db_begin(struct an_db *db, struct an_err *err) AN_MUST_USE;
enum an_code an_db_commit(struct an_db *db, struct an_err *err) AN_MUST_USE;
void an_db_rollback(struct an_db *db);

// How many damages SQLite's own check finds (it stops at 100).
enum an_code an_db_check(struct an_db *db, uint64_t *ret_damages, struct an_err *err) AN_MUST_USE;

// Whether the schema is exactly the format's: no table, index, trigger or view more or less. Errors: INPUT.
enum an_code an_db_check_schema(struct an_db *db, const struct an_db_format *format, struct an_err *err) AN_MUST_USE;

#endif
