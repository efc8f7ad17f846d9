// SQLite: tables as stores, encodings, write-ahead logs, damage; the wrapper that opens them.
#include "sink.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/db.h"

static char folder[] = "/tmp/anshen-test-db-XXXXXX";
static char path[64], log_path[80];

static int make_folder(void **state) {
    (void) state;
    if (!mkdtemp(folder))
        return -1;
    (void) snprintf(path, sizeof path, "%s/app.db", folder);
    (void) snprintf(log_path, sizeof log_path, "%s-wal", path);
    return 0;
}

static void remove_database(void) {
    char shm[80], journal[80];
    (void) snprintf(shm, sizeof shm, "%s-shm", path);
    (void) snprintf(journal, sizeof journal, "%s-journal", path);
    (void) unlink(path);
    (void) unlink(log_path);
    (void) unlink(shm);
    (void) unlink(journal);
}

static int remove_folder(void **state) {
    (void) state;
    remove_database();
    return rmdir(folder);
}

static void make_database(const char *sql) {
    sqlite3 *h;
    remove_database();
    assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
    if (sqlite3_exec(h, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(h));
    assert_int_equal(sqlite3_close(h), SQLITE_OK);
}

static void read_database(struct sink *s) {
    struct an_err err = {0};
    struct an_reading reading = {.sink = &s->sink};
    sink_begin(s);
    assert_int_equal(an_source_read_path(&reading, an_str_from_c(path), &err), AN_OK);
    assert_false(s->open);
}

// The log with the folder's name taken out.
static const char *log_of(struct sink *s) {
    static char text[8192];
    char *to = text;
    for (const char *p = sink_text(s); *p && to < text + sizeof text - 1;)
        if (strncmp(p, folder, strlen(folder)) == 0)
            p += strlen(folder) + 1;
        else
            *to++ = *p++;
    *to = '\0';
    return text;
}

static const char sample[] =
    "CREATE TABLE \"us\"\"er\"(id integer primary key, \"name\" text, score real, photo blob, note);"
    "INSERT INTO \"us\"\"er\" VALUES(1, '\u5f20\u4e09', 0.1, x'89504e470d0a1a0a313339313233343536373800', NULL),"
    "(9007199254740993, 'it''s', 4.40308198001011234e17, x'e5bca0', 'x'), (3, '', 13912345678.0, x'd5c5c8fdbac3', x'');"
    "CREATE VIEW v AS SELECT * FROM \"us\"\"er\"; CREATE TABLE empty(a, b); CREATE INDEX i ON empty(a);"
    "CREATE VIRTUAL TABLE f USING fts4(body); INSERT INTO f VALUES('a@b.cn');";

static void each_table_is_a_store_and_each_row_a_record(void **state) {
    (void) state;
    make_database(sample);
    struct sink s;
    read_database(&s);
    assert_string_equal(log_of(&s),
                        "open app.db!us\"er sqlite -\n"
                        "columns id|name|score|photo|note\n"
                        "record 1@0 1#|张三|0.1#|13912345678\n\n"
                        "record 2@22 3#||13912345678#|张三好|\n"
                        "record 3@43 9007199254740993#|it's|4.4030819800101126e+17#|张|x\n"
                        "close read 89\n"
                        "open app.db!empty sqlite -\n"
                        "columns a|b\n"
                        "close read 0\n"
                        "open app.db!f_content sqlite -\n"
                        "columns docid|c0body\n"
                        "record 1@0 1#|a@b.cn\n"
                        "close read 7\n");
    sink_end(&s);
}

static void a_database_without_tables_is_a_store(void **state) {
    (void) state;
    make_database("PRAGMA user_version = 1");
    struct sink s;
    read_database(&s);
    assert_string_equal(log_of(&s), "open app.db sqlite -\nclose read 0\n");
    sink_end(&s);
}

static void a_database_in_utf16_comes_out_as_utf8(void **state) {
    (void) state;
    make_database("PRAGMA encoding = 'UTF-16le'; CREATE TABLE \u8868(\u540d); INSERT INTO \u8868 VALUES('\u5f20\u4e09')");
    struct sink s;
    read_database(&s);
    assert_string_equal(log_of(&s), "open app.db!表 sqlite -\ncolumns 名\nrecord 1@0 张三\nclose read 6\n");
    sink_end(&s);
}

static void a_database_in_memory_reads_the_same(void **state) {
    (void) state;
    make_database(sample);
    struct sink s;
    struct an_err err = {0};
    struct an_str bytes = sink_file(path);
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.zip!app.db", bytes, 1000, &err), AN_OK);
    assert_int_equal(s.count, 3);
    assert_int_equal(s.stores[0].records, 3);
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    sink_end(&s);

    struct memory memory = {.data = bytes};
    struct an_reading reading = {.sink = &s.sink, .limits = {.memory_bytes = 1000}};
    struct an_input input = {.uri = AN_STR("a.zip!app.db"), .arg = &memory, .read = memory_read};
    sink_begin(&s);
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.stores[0].status, AN_STORE_UNREAD);
    assert_int_equal(s.stores[0].first_trouble_code, AN_LIMIT);
    assert_true(s.stores[0].unknown_lost);
    sink_end(&s);
    an_free((void *) (uintptr_t) bytes.ptr);
}

static void text_that_is_gbk_is_read_as_such(void **state) {
    (void) state;
    make_database("CREATE TABLE t(a text); INSERT INTO t VALUES(CAST(x'd5c5c8fdbac3a3acc4e3bac3' AS TEXT))");
    struct sink s;
    read_database(&s);
    assert_non_null(strstr(sink_text(&s), "record 1@0 张三好，你好\n"));
    sink_end(&s);
}

static void what_stands_in_a_write_ahead_log_is_read(void **state) {
    (void) state;
    sqlite3 *h;
    remove_database();
    assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
    assert_int_equal(sqlite3_exec(h, "PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES(1)", NULL, NULL, NULL),
                     SQLITE_OK);
    struct sink s;
    read_database(&s);
    assert_non_null(strstr(sink_text(&s), "record 1@0 1#\n"));
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    sink_end(&s);

    // the log alone, as a file and in an archive
    struct an_err err = {0};
    struct an_str log = sink_file(log_path);
    assert_true(log.len > 32);
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.zip!app.db-wal", log, 0, &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_UNREAD);
    sink_end(&s);
    struct an_reading reading = {.sink = &s.sink};
    sink_begin(&s);
    assert_int_equal(an_source_read_path(&reading, an_str_from_c(log_path), &err), AN_OK);
    assert_int_equal(s.stores[0].status, AN_STORE_SKIPPED);
    sink_end(&s);
    an_free((void *) (uintptr_t) log.ptr);
    assert_int_equal(sqlite3_close(h), SQLITE_OK);
}

static void reading_a_wal_database_at_rest_makes_no_files(void **state) {
    (void) state;
    make_database("PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES(1)");
    assert_int_not_equal(access(log_path, F_OK), 0);
    struct sink s;
    read_database(&s);
    assert_int_equal(s.stores[0].records, 1);
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    sink_end(&s);
    assert_int_not_equal(access(log_path, F_OK), 0);

    struct an_err err = {0};
    struct an_str bytes = sink_file(path);
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.zip!app.db", bytes, 0, &err), AN_OK);
    assert_int_equal(s.stores[0].records, 1);
    sink_end(&s);
    an_free((void *) (uintptr_t) bytes.ptr);
}

// Whatever the damage, there is an end, and what is lost is told.
static void damaged_databases_are_told_and_crash_nothing(void **state) {
    (void) state;
    make_database("CREATE TABLE t(a text); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) "
                  "INSERT INTO t SELECT 'row number ' || i FROM n; CREATE TABLE u(b); INSERT INTO u VALUES(1)");
    struct an_str bytes = sink_file(path);
    assert_true(bytes.len > 2 * 4096);
    char *copy = an_alloc(bytes.len);
    assert_non_null(copy);
    int told = 0;
    for (size_t at = 100; at < bytes.len; at += 37) {
        struct sink s;
        struct an_err err = {0};
        memcpy(copy, bytes.ptr, bytes.len);
        memset(copy + at, 0xA5, at + 8 < bytes.len ? 8 : bytes.len - at);
        sink_begin(&s);
        s.quiet = true;
        assert_int_equal(sink_read(&s, "x.db", (struct an_str) {copy, bytes.len}, 0, &err), AN_OK);
        assert_true(s.count > 0);
        for (size_t i = 0; i < s.count && i < SINK_STORES; i++)
            told += s.stores[i].unknown_lost;
        sink_end(&s);
    }
    assert_true(told > 0);
    for (size_t n = 16; n < bytes.len; n += n < 200 ? 1 : 61) {
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        s.quiet = true;
        assert_int_equal(sink_read(&s, "x.db", (struct an_str) {bytes.ptr, n}, 0, &err), AN_OK);
        bool lost = false;
        for (size_t i = 0; i < s.count && i < SINK_STORES; i++)
            lost |= s.stores[i].unknown_lost;
        if (!lost)
            fail_msg("cut to %zu bytes: nothing told", n);
        sink_end(&s);
    }
    an_free(copy);
    an_free((void *) (uintptr_t) bytes.ptr);
}

static void every_allocation_for_a_database_may_fail(void **state) {
    (void) state;
    make_database(sample);
    struct an_str bytes = sink_file(path);
    sink_check_allocations("x.db", bytes);
    an_free((void *) (uintptr_t) bytes.ptr);
}

static void the_wrapper_neither_writes_nor_follows_views(void **state) {
    (void) state;
    make_database(sample);
    struct an_db *db;
    struct an_db_rows *rows;
    struct an_err err = {0};
    enum an_db_mode mode;
    bool any;
    assert_int_equal(an_db_open(path, &db, &mode, &err), AN_OK);
    assert_int_equal(mode, AN_DB_PLAIN);
    static const struct an_str refused[] = {
        AN_STR_INIT("SELECT * FROM v"), AN_STR_INIT("DELETE FROM empty"), AN_STR_INIT("SELECT load_extension('x')"),
        AN_STR_INIT("ATTACH ':memory:' AS more"), AN_STR_INIT("SELECT * FROM nothing"),
    };
    for (size_t i = 0; i < AN_COUNT(refused); i++) {
        enum an_code code = an_db_query(db, refused[i], &rows, &err);
        if (!code) {
            code = an_db_next(rows, &any, &err);
            an_db_rows_free(rows);
        }
        if (!code)
            fail_msg("allowed: %s", refused[i].ptr);
        assert_null(strstr(err.text, "nothing"));
    }
    assert_false(an_db_changed(db));
    an_db_free(db);
    assert_int_not_equal(an_db_open("/nonexistent/x.db", &db, &mode, &err), AN_OK);
}

static void the_sample_databases_hold_what_is_known_of_them(void **state) {
    (void) state;
    static const struct sink_known known[] = {
        {"cn/crm_utf16.db", "联系人", 940}, {"cn/crm_utf16.db", "audit", 50}, {"db/chinook.sqlite", "Customer", 59},
        {"db/chinook.sqlite", "Employee", 8}, {"docs/testSqlite3b.db", "my_table1", 3}, {"docs/testSqlite3b.db", "my_table2", 2},
    };
    sink_check_samples(known, AN_COUNT(known));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_table_is_a_store_and_each_row_a_record),
        cmocka_unit_test(a_database_without_tables_is_a_store),
        cmocka_unit_test(a_database_in_utf16_comes_out_as_utf8),
        cmocka_unit_test(a_database_in_memory_reads_the_same),
        cmocka_unit_test(text_that_is_gbk_is_read_as_such),
        cmocka_unit_test(what_stands_in_a_write_ahead_log_is_read),
        cmocka_unit_test(reading_a_wal_database_at_rest_makes_no_files),
        cmocka_unit_test(damaged_databases_are_told_and_crash_nothing),
        cmocka_unit_test(every_allocation_for_a_database_may_fail),
        cmocka_unit_test(the_wrapper_neither_writes_nor_follows_views),
        cmocka_unit_test(the_sample_databases_hold_what_is_known_of_them),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
