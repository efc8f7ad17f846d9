#define _GNU_SOURCE
#include "db/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/file.h"
#include "db/handle.h"

enum { WRITE_WAIT_MS = 5000, SCHEMA_MAX = 1 << 20 };

static enum an_code fail(sqlite3 *handle, int rc, struct an_err *err) {
    switch (rc & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return an_fail(err, AN_IO, "another program is writing to it: try again when that is done");
    case SQLITE_FULL:
        return an_fail(err, AN_IO, "the disk is full: nothing was changed");
    case SQLITE_CONSTRAINT:
        return an_fail(err, AN_BUG, "what was to be written breaks a rule of its tables");
    case SQLITE_READONLY:
        return an_fail(err, AN_IO, "it, or its folder, may not be written to here");
    case SQLITE_IOERR:
        return an_fail(err, AN_IO, "the system refused to read or write it (%d): nothing was changed",
                       sqlite3_extended_errcode(handle));
    default:
        return an_db_fail(handle, rc, err);
    }
}

static enum an_code run_sql(struct an_db *db, const char *sql, struct an_err *err) {
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? AN_OK : fail(db->handle, rc, err);
}

static int bind(sqlite3_stmt *stmt, int at, const struct an_db_value *v, bool copied) {
    sqlite3_destructor_type how = copied ? SQLITE_TRANSIENT : SQLITE_STATIC;
    const char *bytes = v->bytes.ptr ? v->bytes.ptr : "";
    switch (v->type) {
    case AN_DB_INTEGER: return sqlite3_bind_int64(stmt, at, v->i64);
    case AN_DB_TEXT:    return sqlite3_bind_text64(stmt, at, bytes, v->bytes.len, how, SQLITE_UTF8);
    case AN_DB_BLOB:    return sqlite3_bind_blob64(stmt, at, bytes, v->bytes.len, how);
    case AN_DB_NULL:    return sqlite3_bind_null(stmt, at);
    case AN_DB_REAL:
    default:            return SQLITE_MISMATCH;
    }
}

static enum an_code prepare(struct an_db *db, const char *sql, const struct an_db_value *values, size_t count, bool copied,
                            struct an_db_rows **ret_rows, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    AN_TRY(an_db_query(db, an_str_from_c(sql), &rows, err));
    if ((int) count != sqlite3_bind_parameter_count(rows->stmt))
        return an_fail(err, AN_BUG, "a statement with %d places got %zu values", sqlite3_bind_parameter_count(rows->stmt), count);
    for (size_t i = 0; i < count; i++) {
        int rc = bind(rows->stmt, (int) i + 1, &values[i], copied);
        if (rc != SQLITE_OK)
            return fail(db->handle, rc, err);
    }
    *ret_rows = AN_TAKE(rows);
    return AN_OK;
}

enum an_code an_db_run(struct an_db *db, const char *sql, const struct an_db_value *values, size_t count, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    AN_TRY(prepare(db, sql, values, count, false, &rows, err));
    int rc = SQLITE_ROW;
    while (rc == SQLITE_ROW)
        rc = sqlite3_step(rows->stmt);
    return rc == SQLITE_DONE ? AN_OK : fail(db->handle, rc, err);
}

enum an_code an_db_ask(struct an_db *db, const char *sql, const struct an_db_value *values, size_t count,
                       struct an_db_rows **ret_rows, struct an_err *err) {
    return prepare(db, sql, values, count, true, ret_rows, err);
}

enum an_code an_db_ask_i64(struct an_db *db, const char *sql, int64_t *ret, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    bool any = false;
    AN_TRY(prepare(db, sql, NULL, 0, true, &rows, err));
    AN_TRY(an_db_next(rows, &any, err));
    if (!any || an_db_type(rows, 0) != AN_DB_INTEGER)
        return an_fail(err, AN_INPUT, "damaged database: a number is missing");
    *ret = an_db_i64(rows, 0);
    return AN_OK;
}

enum an_code an_db_begin(struct an_db *db, struct an_err *err) { return run_sql(db, "BEGIN IMMEDIATE", err); }

enum an_code an_db_commit(struct an_db *db, struct an_err *err) {
    enum an_code code = run_sql(db, "COMMIT", err);
    if (code)
        an_db_rollback(db);
    return code;
}

void an_db_rollback(struct an_db *db) {
    if (!sqlite3_get_autocommit(db->handle))
        (void) sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

static enum an_code read_version(struct an_db *db, const struct an_db_format *format, size_t *ret, struct an_err *err) {
    int64_t version = 0;
    AN_TRY(an_db_ask_i64(db, "PRAGMA user_version", &version, err));
    if (version < 0 || (uint64_t) version > format->step_count)
        return an_fail(err, AN_USAGE, "version %lld is newer than this program knows (%zu): use the program that wrote it, or a "
                       "newer one", (long long) version, format->step_count);
    *ret = (size_t) version;
    return AN_OK;
}

static enum an_code step(struct an_db *db, const struct an_db_format *format, size_t number, struct an_err *err) {
    char sql[64];
    size_t now = 0;
    AN_TRY(read_version(db, format, &now, err));
    if (now != number)              // another program took this step while we waited
        return AN_OK;
    AN_TRY(run_sql(db, format->steps[number].sql, err));
    if (format->steps[number].run)
        AN_TRY(format->steps[number].run(db, err));
    (void) snprintf(sql, sizeof sql, "PRAGMA user_version = %zu", number + 1);
    return run_sql(db, sql, err);
}

static enum an_code migrate(struct an_db *db, const struct an_db_format *format, struct an_err *err) {
    size_t version = 0;
    AN_TRY(read_version(db, format, &version, err));
    for (; version < format->step_count; version++) {
        AN_TRY(an_db_begin(db, err));
        enum an_code code = step(db, format, version, err);
        if (!code)
            code = an_db_commit(db, err);
        if (code) {
            an_db_rollback(db);
            return an_err_context(err, "step to version %zu", version + 1);
        }
    }
    return AN_OK;
}

static enum an_code check_id(struct an_db *db, const struct an_db_format *format, struct an_err *err) {
    int64_t id = 0;
    AN_TRY(an_db_ask_i64(db, "PRAGMA application_id", &id, err));
    return (uint32_t) id == format->application_id ? AN_OK : an_fail(err, AN_USAGE, "no %s", format->what);
}

static enum an_code open_handle(struct an_db *db, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    AN_TRY(an_db_uri(db->path, "?mode=rw", &uri, err));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    int rc = sqlite3_open_v2(uri.ptr, &db->handle, flags, NULL);
    if (rc != SQLITE_OK)
        return fail(db->handle, rc, err);
    AN_TRY(an_db_harden(db, true, err));
    if (sqlite3_db_readonly(db->handle, "main"))
        return an_fail(err, AN_IO, "it may not be written to here");
    return sqlite3_busy_timeout(db->handle, WRITE_WAIT_MS) == SQLITE_OK ? AN_OK : an_fail(err, AN_BUG, "no waiting for writers");
}

static enum an_code prepare_to_write(struct an_db *db, struct an_err *err) {
    return run_sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
                       "PRAGMA secure_delete = ON", err);
}

// `path` made absolute and without links: SQLite refuses those.
static enum an_code resolve(const char *path, struct an_db *db, struct an_err *err) {
    db->path = realpath(path, NULL);
    if (!db->path || stat(db->path, &db->before) != 0)
        return an_fail(err, AN_IO, "cannot be opened: %s", strerror(errno));
    return S_ISREG(db->before.st_mode) ? AN_OK : an_fail(err, AN_USAGE, "not a regular file");
}

static enum an_code open_write(const char *path, const struct an_db_format *format, struct an_db **ret_db, struct an_err *err) {
    AN_CLEANUP(an_db_cleanup) struct an_db *db = an_db_new(err);
    if (!db)
        return AN_NOMEM;
    AN_TRY(resolve(path, db, err));
    AN_TRY(open_handle(db, err));
    AN_TRY(check_id(db, format, err));          // before anything is changed: it may be somebody else's
    AN_TRY(prepare_to_write(db, err));
    AN_TRY(migrate(db, format, err));
    *ret_db = AN_TAKE(db);
    return AN_OK;
}

enum an_code an_db_open_write(const char *path, const struct an_db_format *format, struct an_db **ret_db, struct an_err *err) {
    return open_write(path, format, ret_db, err) ? an_err_context(err, "%s %.120s", format->what, path) : AN_OK;
}

static enum an_code open_read(const char *path, const struct an_db_format *format, struct an_db **ret_db, struct an_err *err) {
    AN_CLEANUP(an_db_cleanup) struct an_db *db = NULL;
    enum an_db_mode mode;
    size_t version = 0;
    struct stat st;
    if (stat(path, &st) != 0)
        return an_fail(err, AN_IO, "cannot be opened: %s", strerror(errno));
    if (!S_ISREG(st.st_mode))
        return an_fail(err, AN_USAGE, "not a regular file");
    AN_TRY(an_db_open(path, &db, &mode, err));
    if (mode == AN_DB_FROZEN)
        return an_fail(err, AN_IO, "a log stands beside it that cannot be read here: copy both to a folder of your own");
    if (an_db_is_cut(db))
        return an_fail(err, AN_INPUT, "its end is missing: copy it again from where it came");
    AN_TRY(check_id(db, format, err));
    AN_TRY(read_version(db, format, &version, err));
    if (version < format->step_count)
        return an_fail(err, AN_USAGE, "of an earlier version (%zu): open it once for writing", version);
    *ret_db = AN_TAKE(db);
    return AN_OK;
}

enum an_code an_db_open_read(const char *path, const struct an_db_format *format, struct an_db **ret_db, struct an_err *err) {
    return open_read(path, format, ret_db, err) ? an_err_context(err, "%s %.120s", format->what, path) : AN_OK;
}

struct making {
    const char *path;
    const struct an_db_format *format;
    enum an_code (*fill)(void *arg, struct an_db *db, struct an_err *err);
    void *arg;
    char *temporary;
};

static void remove_temporary(const struct making *m) {
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    AN_AUTO(an_buf) name = {0};
    struct an_err ignored;
    for (size_t i = 0; i < AN_COUNT(ends); i++) {
        name.len = 0;
        if (!an_buf_addf(&name, &ignored, "%s%s", m->temporary, ends[i]))
            (void) unlink(name.ptr);
    }
}

// All that a new file holds; closed, so that no log is left beside it.
static enum an_code make_temporary(const struct making *m, struct an_err *err) {
    AN_CLEANUP(an_db_cleanup) struct an_db *db = an_db_new(err);
    char sql[64];
    if (!db)
        return AN_NOMEM;
    remove_temporary(m);                        // left by a run that was stopped
    AN_TRY(an_file_create(m->temporary, AN_STR(""), 0600, err));
    AN_TRY(resolve(m->temporary, db, err));
    AN_TRY(open_handle(db, err));
    (void) snprintf(sql, sizeof sql, "PRAGMA application_id = %d", (int32_t) m->format->application_id);
    AN_TRY(run_sql(db, sql, err));
    AN_TRY(prepare_to_write(db, err));
    AN_TRY(migrate(db, m->format, err));
    AN_TRY(an_db_begin(db, err));
    enum an_code code = m->fill ? m->fill(m->arg, db, err) : AN_OK;
    if (!code)
        code = an_db_commit(db, err);
    if (code) {
        an_db_rollback(db);
        return code;
    }
    return run_sql(db, "PRAGMA wal_checkpoint(TRUNCATE)", err);
}

// A file made meanwhile is not written over, where the file system can tell.
static enum an_code publish(const struct making *m, struct an_err *err) {
    int rc = renameat2(AT_FDCWD, m->temporary, AT_FDCWD, m->path, RENAME_NOREPLACE);
    if (rc && (errno == EINVAL || errno == ENOSYS))
        rc = rename(m->temporary, m->path);
    if (rc)
        return errno == EEXIST ? an_fail(err, AN_USAGE, "there is a file of that name already")
                               : an_fail(err, AN_IO, "cannot be made: %s", strerror(errno));
    return an_file_sync_folder(m->path, err);
}

static enum an_code make(struct making *m, struct an_err *err) {
    struct stat st;
    if (lstat(m->path, &st) == 0)
        return an_fail(err, AN_USAGE, "there is a file of that name already");
    size_t size = strlen(m->path) + sizeof ".tmp";
    m->temporary = an_alloc(size);
    if (!m->temporary)
        return an_fail(err, AN_NOMEM, "no memory for its name");
    (void) snprintf(m->temporary, size, "%s.tmp", m->path);
    enum an_code code = make_temporary(m, err);
    if (!code)
        code = publish(m, err);
    if (code)
        remove_temporary(m);
    an_free(m->temporary);
    return code;
}

enum an_code an_db_create(const char *path, const struct an_db_format *format,
                          enum an_code (*fill)(void *arg, struct an_db *db, struct an_err *err), void *arg,
                          struct an_db **ret_db, struct an_err *err) {
    struct making m = {.path = path, .format = format, .fill = fill, .arg = arg};
    if (make(&m, err))
        return an_err_context(err, "%s %.120s", format->what, path);
    return an_db_open_write(path, format, ret_db, err);
}

enum an_code an_db_check(struct an_db *db, uint64_t *ret_damages, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    uint64_t damages = 0;
    bool any = false;
    AN_TRY(an_db_query(db, AN_STR("PRAGMA integrity_check(100)"), &rows, err));
    AN_TRY(an_db_next(rows, &any, err));
    while (any) {
        damages += !an_str_eq(an_db_bytes(rows, 0), AN_STR("ok"));
        AN_TRY(an_db_next(rows, &any, err));
    }
    *ret_damages = damages;
    return AN_OK;
}

static enum an_code dump_schema(struct an_db *db, struct an_buf *out, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    bool any = false;
    AN_TRY(an_db_query(db, AN_STR("SELECT type, name, tbl_name, ifnull(sql, '') FROM sqlite_schema ORDER BY name, type"), &rows,
                       err));
    AN_TRY(an_db_next(rows, &any, err));
    while (any) {
        for (int i = 0; i < 4; i++) {
            AN_TRY(an_buf_add(out, an_db_bytes(rows, i), err));
            AN_TRY(an_buf_add(out, AN_STR("\n"), err));
        }
        AN_TRY(an_db_next(rows, &any, err));
    }
    return AN_OK;
}

// The schema that the steps make, made in memory.
static enum an_code make_schema(const struct an_db_format *format, struct an_buf *out, struct an_err *err) {
    AN_CLEANUP(an_db_cleanup) struct an_db *db = an_db_new(err);
    if (!db)
        return AN_NOMEM;
    int rc = sqlite3_open_v2(":memory:", &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK)
        return fail(db->handle, rc, err);
    AN_TRY(migrate(db, format, err));
    return dump_schema(db, out, err);
}

enum an_code an_db_check_schema(struct an_db *db, const struct an_db_format *format, struct an_err *err) {
    AN_AUTO(an_buf) is = {.limit = SCHEMA_MAX};
    AN_AUTO(an_buf) should = {.limit = SCHEMA_MAX};
    AN_TRY(make_schema(format, &should, err));
    AN_TRY(dump_schema(db, &is, err));
    return an_str_eq(an_buf_str(&is), an_buf_str(&should)) ? AN_OK
        : an_fail(err, AN_INPUT, "its tables are not those of a %s: it was altered", format->what);
}
