#define _GNU_SOURCE
#include "db/db.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "db/handle.h"

enum {
    VALUE_MAX = 256 << 20,          // bytes of one value or row
    SQL_MAX = 1 << 20,
    COLUMNS_MAX = 2000,
    WAIT_MS = 2000,                 // for a writer that holds the file
    HEADER_LEN = 100,               // bytes of a database's header
};

#define STILL "?mode=ro&immutable=1"

// SQLite's own texts may hold names and values of the data: ours do not.
enum an_code an_db_fail(sqlite3 *handle, int rc, struct an_err *err) {
    switch (rc & 0xFF) {
    case SQLITE_NOMEM:          // what a damaged file makes it ask for looks the same as a machine without memory
        return an_fail(err, AN_LIMIT, "database asks for more memory than there is: it is damaged, or too large here");
    case SQLITE_NOTADB:
        return an_fail(err, AN_INPUT, "no SQLite database, or an encrypted one");
    case SQLITE_CORRUPT:
        return an_fail(err, AN_INPUT, "damaged database: make a copy with sqlite3's .recover and read that");
    case SQLITE_TOOBIG:
        return an_fail(err, AN_LIMIT, "value over %d MiB", VALUE_MAX >> 20);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return an_fail(err, AN_IO, "database locked by another program: read a copy, or when it is free");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return an_fail(err, AN_IO, "database cannot be opened");
    case SQLITE_ERROR:
        return an_fail(err, AN_INPUT, "schema that SQLite %s does not understand", sqlite3_libversion());
    default:
        return an_fail(err, AN_IO, "database cannot be read: %s (%d)", sqlite3_errstr(rc),
                       handle ? sqlite3_extended_errcode(handle) : rc);
    }
}

enum an_code an_db_harden(struct an_db *db, bool writes, struct an_err *err) {
    sqlite3 *h = db->handle;
    static const struct { int option, value; } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1}, {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0}, {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    };
    int rc = SQLITE_OK;
    for (size_t i = 0; i < AN_COUNT(options) && rc == SQLITE_OK; i++)
        rc = sqlite3_db_config(h, options[i].option, options[i].value, NULL);
    static const struct { int limit, value; } limits[] = {
        {SQLITE_LIMIT_LENGTH, VALUE_MAX}, {SQLITE_LIMIT_SQL_LENGTH, SQL_MAX}, {SQLITE_LIMIT_COLUMN, COLUMNS_MAX},
        {SQLITE_LIMIT_EXPR_DEPTH, 100}, {SQLITE_LIMIT_ATTACHED, 0}, {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < AN_COUNT(limits); i++)
        (void) sqlite3_limit(h, limits[i].limit, limits[i].value);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(h, WAIT_MS);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(h, writes ? "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0"
                                    : "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON",
                          NULL, NULL, NULL);
    return rc == SQLITE_OK ? AN_OK : an_db_fail(h, rc, err);
}

// Touches the file: opening alone reads nothing.
static int try_read(struct an_db *db) { return sqlite3_exec(db->handle, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL); }

// "file:" URI of a path: whatever is not plain in it is percent-encoded.
enum an_code an_db_uri(const char *path, const char *query, struct an_buf *uri, struct an_err *err) {
    enum an_code code = an_buf_addf(uri, err, "file:");
    for (const char *p = path; *p && !code; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("/._-", *p);
        code = plain ? an_buf_add(uri, (struct an_str) {p, 1}, err) : an_buf_addf(uri, err, "%%%02X", (unsigned char) *p);
    }
    return code ? code : an_buf_add(uri, (struct an_str) {query, strlen(query) + 1}, err);
}

static enum an_code open_uri(struct an_db *db, const char *query, int *ret_rc, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    enum an_code code = an_db_uri(db->path, query, &uri, err);
    if (code)
        return code;
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    *ret_rc = sqlite3_open_v2(uri.ptr, &db->handle, flags, NULL);
    if (*ret_rc != SQLITE_OK)
        return AN_OK;
    code = an_db_harden(db, false, err);
    if (!code)
        *ret_rc = try_read(db);
    return code;
}

static void close_handle(struct an_db *db) {
    (void) sqlite3_close(db->handle);
    db->handle = NULL;
}

struct an_db *an_db_new(struct an_err *err) {
    struct an_db *db = an_alloc(sizeof *db);
    if (db)
        *db = (struct an_db) {0};
    else
        AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for the database"));
    return db;
}

// Offsets into a database's header, and what stands there (SQLite file format, section 1.3).
enum { PAGE_SIZE_AT = 16, WRITE_VERSION_AT = 18, READ_VERSION_AT = 19, CHANGES_AT = 24, PAGES_AT = 28, VALID_FOR_AT = 92 };

static uint64_t big_endian(const char *p, size_t n) {
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | (unsigned char) p[i];
    return value;
}

static bool is_wal_header(const char *header) { return header[WRITE_VERSION_AT] == 2 || header[READ_VERSION_AT] == 2; }

static bool is_cut_at(const char *header, uint64_t size) {
    uint64_t page = big_endian(header + PAGE_SIZE_AT, 2), pages = big_endian(header + PAGES_AT, 4);
    bool counted = memcmp(header + CHANGES_AT, header + VALID_FOR_AT, 4) == 0;      // old programs leave `pages` stale
    return counted && pages * (page == 1 ? 65536 : page) > size;
}

// Looks at the file itself: whether it is cut, and whether it is in WAL mode with no log to read, or an empty one.
static void look_at_file(struct an_db *db) {
    char header[HEADER_LEN], log_path[PATH_MAX + 8];
    int fd = open(db->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return;
    bool has_header = read(fd, header, sizeof header) == (ssize_t) sizeof header;
    (void) close(fd);
    if (!has_header)
        return;
    db->cut = is_cut_at(header, (uint64_t) db->before.st_size);
    struct stat log;
    int n = snprintf(log_path, sizeof log_path, "%s-wal", db->path);
    db->still = is_wal_header(header) && n > 0 && n < (int) sizeof log_path && (lstat(log_path, &log) != 0 || log.st_size == 0);
}

enum an_code an_db_open(const char *path, struct an_db **ret_db, enum an_db_mode *ret_mode, struct an_err *err) {
    AN_CLEANUP(an_db_cleanup) struct an_db *db = an_db_new(err);
    if (!db)
        return AN_NOMEM;
    // NOFOLLOW wants a path without links; the way to the file may have some.
    db->path = realpath(path, NULL);
    if (!db->path || stat(db->path, &db->before) != 0)
        return an_fail(err, AN_IO, "database cannot be opened");
    int rc = SQLITE_OK;
    enum an_db_mode mode = AN_DB_PLAIN;
    look_at_file(db);
    enum an_code code = open_uri(db, db->still ? STILL : "?mode=ro", &rc, err);
    // Damaged or locked stays so. What may be left is a log or journal that cannot be joined.
    int kind = rc & 0xFF;
    if (!code && (kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY || kind == SQLITE_IOERR)) {
        close_handle(db);
        db->still = true;
        mode = AN_DB_FROZEN;
        code = open_uri(db, STILL, &rc, err);
    }
    if (code)
        return code;
    if (rc != SQLITE_OK)
        return an_db_fail(db->handle, rc, err);
    *ret_mode = mode;
    *ret_db = AN_TAKE(db);
    return AN_OK;
}

bool an_db_is_cut(const struct an_db *db) { return db->cut; }

bool an_db_changed(const struct an_db *db) {
    struct stat now;
    if (!db->still)
        return false;
    return stat(db->path, &now) != 0 || now.st_ino != db->before.st_ino || now.st_size != db->before.st_size ||
           now.st_mtim.tv_sec != db->before.st_mtim.tv_sec || now.st_mtim.tv_nsec != db->before.st_mtim.tv_nsec;
}

enum an_code an_db_open_bytes(char *bytes, size_t len, struct an_db **ret_db, struct an_err *err) {
    AN_CLEANUP(an_db_cleanup) struct an_db *db = an_db_new(err);
    if (!db)
        return AN_NOMEM;
    db->cut = len < HEADER_LEN || is_cut_at(bytes, len);
    if (len >= HEADER_LEN && is_wal_header(bytes))
        bytes[WRITE_VERSION_AT] = bytes[READ_VERSION_AT] = 1;       // a log in memory cannot be: SQLite would refuse
    int rc = sqlite3_open_v2(":memory:", &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_deserialize(db->handle, "main", (unsigned char *) bytes, (sqlite3_int64) len, (sqlite3_int64) len,
                                 SQLITE_DESERIALIZE_READONLY);
    if (rc != SQLITE_OK)
        return an_db_fail(db->handle, rc, err);
    enum an_code code = an_db_harden(db, false, err);
    if (code)
        return code;
    rc = try_read(db);
    if (rc != SQLITE_OK)
        return an_db_fail(db->handle, rc, err);
    *ret_db = AN_TAKE(db);
    return AN_OK;
}

void an_db_free(struct an_db *db) {
    if (!db)
        return;
    close_handle(db);
    free(db->path);                 // realpath's own
    an_free(db);
}

enum an_code an_db_query(struct an_db *db, struct an_str sql, struct an_db_rows **ret_rows, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = an_alloc(sizeof *rows);
    if (!rows)
        return an_fail(err, AN_NOMEM, "no memory for the database");
    *rows = (struct an_db_rows) {0};
    if (sql.len > SQL_MAX)
        return an_fail(err, AN_LIMIT, "query over %d bytes", SQL_MAX);
    int rc = sqlite3_prepare_v2(db->handle, sql.ptr, (int) sql.len, &rows->stmt, NULL);
    if (rc != SQLITE_OK)
        return an_db_fail(db->handle, rc, err);
    *ret_rows = AN_TAKE(rows);
    return AN_OK;
}

enum an_code an_db_next(struct an_db_rows *rows, bool *ret_any, struct an_err *err) {
    int rc = sqlite3_step(rows->stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return an_db_fail(sqlite3_db_handle(rows->stmt), rc, err);
    *ret_any = rc == SQLITE_ROW;
    return AN_OK;
}

void an_db_rows_free(struct an_db_rows *rows) {
    if (!rows)
        return;
    (void) sqlite3_finalize(rows->stmt);
    an_free(rows);
}

int an_db_column_count(const struct an_db_rows *rows) { return sqlite3_column_count(rows->stmt); }

struct an_str an_db_column_name(const struct an_db_rows *rows, int column) {
    const char *name = sqlite3_column_name(rows->stmt, column);
    return an_str_from_c(name ? name : "");
}

enum an_db_type an_db_type(const struct an_db_rows *rows, int column) {
    switch (sqlite3_column_type(rows->stmt, column)) {
    case SQLITE_INTEGER: return AN_DB_INTEGER;
    case SQLITE_FLOAT:   return AN_DB_REAL;
    case SQLITE_TEXT:    return AN_DB_TEXT;
    case SQLITE_BLOB:    return AN_DB_BLOB;
    default:             return AN_DB_NULL;
    }
}

int64_t an_db_i64(const struct an_db_rows *rows, int column) { return sqlite3_column_int64(rows->stmt, column); }
double an_db_real(const struct an_db_rows *rows, int column) { return sqlite3_column_double(rows->stmt, column); }

struct an_str an_db_bytes(const struct an_db_rows *rows, int column) {
    bool text = sqlite3_column_type(rows->stmt, column) == SQLITE_TEXT;
    const char *p = text ? (const char *) sqlite3_column_text(rows->stmt, column) : sqlite3_column_blob(rows->stmt, column);
    int n = sqlite3_column_bytes(rows->stmt, column);
    return (struct an_str) {p, p && n > 0 ? (size_t) n : 0};
}
