// What the reading and the writing half of the wrapper share; not for other folders.
#ifndef AN_DB_HANDLE_H
#define AN_DB_HANDLE_H

#include <sqlite3.h>
#include <sys/stat.h>
#include "base/buf.h"
#include "db/db.h"

struct an_db {
    sqlite3 *handle;
    char *path;                     // resolved; NULL in memory
    bool still;                     // opened as if nobody changed it
    bool cut;
    struct stat before;             // the file when it was opened
};

struct an_db_rows { sqlite3_stmt *stmt; };

// Fills *err for SQLite's result `rc`.
enum an_code an_db_fail(sqlite3 *handle, int rc, struct an_err *err);

// Turns off whatever a hostile file could use; `writes` leaves writing on.
enum an_code an_db_harden(struct an_db *db, bool writes, struct an_err *err) AN_MUST_USE;

struct an_db *an_db_new(struct an_err *err);

// "file:" and the path, percent-encoded, and `query`: NUL-ended.
enum an_code an_db_uri(const char *path, const char *query, struct an_buf *uri, struct an_err *err) AN_MUST_USE;

#endif
