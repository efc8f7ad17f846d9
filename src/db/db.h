// SQLite, for reading databases of strangers: nothing in the file can run code, and nothing of it is written to.
#ifndef AN_DB_DB_H
#define AN_DB_DB_H

#include "base/err.h"
#include "base/str.h"

struct an_db;                       // one database; one object, one thread
struct an_db_rows;                  // a running query

// How a file came to be open.
enum an_db_mode {
    AN_DB_PLAIN,
    AN_DB_FROZEN,                   // without its write-ahead log or journal: what only stands there is missed
};

// Opens the file at `path` read-only. A database in WAL mode whose log is empty is read as it stands, so that no file has to be
// made beside it; one whose log or journal cannot be joined (its folder cannot be written to) is opened FROZEN. Errors: IO,
// INPUT (no database, or damaged beyond opening), LIMIT, NOMEM.
enum an_code an_db_open(const char *path, struct an_db **ret_db, enum an_db_mode *ret_mode, struct an_err *err) AN_MUST_USE;

// The same for the bytes of a database in memory. They must outlive it, and change only in the two that say whether there is a
// write-ahead log.
enum an_code an_db_open_bytes(char *bytes, size_t len, struct an_db **ret_db, struct an_err *err) AN_MUST_USE;

// Whether the database is shorter than its own header says: its end is missing, which SQLite does not always notice.
bool an_db_is_cut(const struct an_db *db);

// Whether somebody changed a file that was read as it stood: what was read may then be a mixture.
bool an_db_changed(const struct an_db *db);

void an_db_free(struct an_db *db);                  // NULL is fine; no rows of it may be open
static inline void an_db_cleanup(struct an_db **db) { an_db_free(*db); }

// Begins the one statement `sql`.
enum an_code an_db_query(struct an_db *db, struct an_str sql, struct an_db_rows **ret_rows, struct an_err *err) AN_MUST_USE;

// The next row, or *ret_any false behind the last. Errors: INPUT where the database is damaged, LIMIT, IO.
enum an_code an_db_next(struct an_db_rows *rows, bool *ret_any, struct an_err *err) AN_MUST_USE;

void an_db_rows_free(struct an_db_rows *rows);      // NULL is fine
static inline void an_db_rows_cleanup(struct an_db_rows **rows) { an_db_rows_free(*rows); }

enum an_db_type { AN_DB_NULL, AN_DB_INTEGER, AN_DB_REAL, AN_DB_TEXT, AN_DB_BLOB };

// Columns of the current row, from 0. What is given is borrowed until the next row.
int an_db_column_count(const struct an_db_rows *rows);
struct an_str an_db_column_name(const struct an_db_rows *rows, int column);     // UTF-8; never NULL
enum an_db_type an_db_type(const struct an_db_rows *rows, int column);
int64_t an_db_i64(const struct an_db_rows *rows, int column);
double an_db_real(const struct an_db_rows *rows, int column);
// TEXT as UTF-8, whatever the database's encoding (it may still hold bytes that are none); BLOB as it is. ptr NULL with len 0
// where there is no memory.
struct an_str an_db_bytes(const struct an_db_rows *rows, int column);

#endif
