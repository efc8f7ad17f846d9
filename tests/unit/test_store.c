// Databases of our own: made whole, migrated step by step, refused when they are another's; transactions and bound values.
#include "folder.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "db/store.h"

static void remove_database(void) {
    static const char *const names[] = {"a.db", "a.db-wal", "a.db-shm", "a.db.tmp"};
    for (size_t i = 0; i < AN_COUNT(names); i++)
        (void) unlink(names[i]);
}

static int leave_store(void **state) {
    remove_database();
    return leave_folder(state);
}

static void must(enum an_code code, const struct an_err *err) {
    if (code)
        fail_msg("%s", err->text);
}

static enum an_code double_all(struct an_db *db, struct an_err *err) {
    return an_db_run(db, "UPDATE t SET y = 2 * x", NULL, 0, err);
}

static enum an_code refuse(struct an_db *db, struct an_err *err) {
    AN_TRY(an_db_run(db, "DELETE FROM t", NULL, 0, err));
    return an_fail(err, AN_LIMIT, "made up");
}

// Three versions of one made-up format, and one whose third step fails behind its SQL.
static const struct an_db_step steps[] = {
    {.sql = "CREATE TABLE t(x INTEGER) STRICT"},
    {.sql = "ALTER TABLE t ADD COLUMN y INTEGER; CREATE INDEX i ON t(x)", .run = double_all},
    {.sql = "CREATE TABLE u(z INTEGER PRIMARY KEY); CREATE TABLE v(z INTEGER REFERENCES u) STRICT"},
};
static const struct an_db_step failing[] = {
    {.sql = "CREATE TABLE t(x INTEGER) STRICT"},
    {.sql = "ALTER TABLE t ADD COLUMN y INTEGER; CREATE INDEX i ON t(x)", .run = double_all},
    {.sql = "CREATE TABLE half(z)", .run = refuse},
};
static const struct an_db_format version1 = {"made-up file", 0x12345678, steps, 1},
    version2 = {"made-up file", 0x12345678, steps, 2},
    version3 = {"made-up file", 0x12345678, steps, 3}, version3_fails = {"made-up file", 0x12345678, failing, 3},
    other = {"other file", 0x12345679, steps, 1}, high = {"made-up file", 0xF2345678, steps, 1};

static enum an_code fill(void *arg, struct an_db *db, struct an_err *err) {
    const struct an_db_value values[] = {an_db_of_i64(*(int *) arg)};
    return an_db_run(db, "INSERT INTO t(x) VALUES(?)", values, 1, err);
}

static struct an_db *make(const struct an_db_format *format) {
    struct an_db *db = NULL;
    struct an_err err = {0};
    int x = 21;
    remove_database();
    must(an_db_create("a.db", format, fill, &x, &db, &err), &err);
    return db;
}

static int64_t ask(struct an_db *db, const char *sql) {
    struct an_err err = {0};
    int64_t n = -1;
    must(an_db_ask_i64(db, sql, &n, &err), &err);
    return n;
}

static void a_new_file_is_its_owner_s_and_set_up_to_last(void **state) {
    (void) state;
    struct an_db *db = make(&version3);
    struct stat st;
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    struct an_err err = {0};
    bool any = false;
    assert_int_equal(stat("a.db", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(ask(db, "SELECT x FROM t"), 21);
    assert_int_equal(ask(db, "PRAGMA user_version"), 3);
    assert_int_equal(ask(db, "PRAGMA application_id"), 0x12345678);
    assert_int_equal(ask(db, "PRAGMA synchronous"), 2);
    assert_int_equal(ask(db, "PRAGMA foreign_keys"), 1);
    assert_int_equal(ask(db, "PRAGMA secure_delete"), 1);
    assert_int_equal(ask(db, "PRAGMA trusted_schema"), 0);
    must(an_db_query(db, AN_STR("PRAGMA journal_mode"), &rows, &err), &err);
    must(an_db_next(rows, &any, &err), &err);
    assert_true(any && an_str_eq(an_db_bytes(rows, 0), AN_STR("wal")));
    an_db_rows_free(AN_TAKE(rows));
    must(an_db_check_schema(db, &version3, &err), &err);
    assert_int_equal(an_db_check_schema(db, &version2, &err), AN_INPUT);
    an_db_free(db);
    assert_int_not_equal(access("a.db-wal", F_OK), 0);
    assert_int_not_equal(access("a.db.tmp", F_OK), 0);
}

static void an_application_s_number_may_have_its_highest_bit(void **state) {
    (void) state;
    struct an_db *db = make(&high);
    struct an_err err = {0};
    an_db_free(db);
    must(an_db_open_write("a.db", &high, &db, &err), &err);
    an_db_free(db);
}

static void an_earlier_version_is_brought_to_this_one(void **state) {
    (void) state;
    struct an_err err = {0};
    struct an_db *db = make(&version1);
    an_db_free(db);
    assert_int_equal(an_db_open_read("a.db", &version3, &db, &err), AN_USAGE);
    assert_string_equal(err.text, "made-up file a.db: of an earlier version (1): open it once for writing");
    must(an_db_open_write("a.db", &version3, &db, &err), &err);
    assert_int_equal(ask(db, "PRAGMA user_version"), 3);
    assert_int_equal(ask(db, "SELECT y FROM t"), 42);
    must(an_db_check_schema(db, &version3, &err), &err);
    an_db_free(db);
    must(an_db_open_read("a.db", &version3, &db, &err), &err);
    assert_int_equal(ask(db, "SELECT y FROM t"), 42);
    assert_int_not_equal(an_db_run(db, "DELETE FROM t", NULL, 0, &err), AN_OK);
    an_db_free(db);
}

static void a_step_that_fails_leaves_the_version_before_it(void **state) {
    (void) state;
    struct an_err err = {0};
    struct an_db *db = make(&version1);
    an_db_free(db);
    assert_int_equal(an_db_open_write("a.db", &version3_fails, &db, &err), AN_LIMIT);
    assert_string_equal(err.text, "made-up file a.db: step to version 3: made up");
    must(an_db_open_write("a.db", &version2, &db, &err), &err);
    assert_int_equal(ask(db, "PRAGMA user_version"), 2);
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), 1);
    must(an_db_check_schema(db, &version2, &err), &err);
    an_db_free(db);
}

static void two_who_migrate_at_once_take_each_step_once(void **state) {
    (void) state;
    pid_t children[4];
    struct an_db *db = make(&version1);
    an_db_free(db);
    for (size_t i = 0; i < AN_COUNT(children); i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct an_err err = {0};
            _exit(an_db_open_write("a.db", &version3, &db, &err) ? 1 : 0);
        }
    }
    for (size_t i = 0; i < AN_COUNT(children); i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    struct an_err err = {0};
    must(an_db_open_read("a.db", &version3, &db, &err), &err);
    an_db_free(db);
}

static void a_newer_version_and_another_s_file_are_refused_unchanged(void **state) {
    (void) state;
    struct an_err err = {0};
    struct an_db *db = make(&version3);
    an_db_free(db);
    assert_int_equal(an_db_open_write("a.db", &version2, &db, &err), AN_USAGE);
    assert_string_equal(err.text, "made-up file a.db: version 3 is newer than this program knows (2): use the program that wrote "
                        "it, or a newer one");
    assert_int_equal(an_db_open_read("a.db", &version2, &db, &err), AN_USAGE);
    assert_int_equal(an_db_open_write("a.db", &other, &db, &err), AN_USAGE);
    assert_string_equal(err.text, "other file a.db: no other file");
    assert_int_equal(an_db_open_read("a.db", &other, &db, &err), AN_USAGE);
    must(an_db_open_read("a.db", &version3, &db, &err), &err);
    an_db_free(db);
}

static enum an_code fail_to_fill(void *arg, struct an_db *db, struct an_err *err) {
    AN_TRY(fill(arg, db, err));
    return an_fail(err, AN_INPUT, "not filled");
}

static void what_cannot_be_filled_was_never_there(void **state) {
    (void) state;
    struct an_err err = {0};
    struct an_db *db = NULL;
    int x = 1;
    remove_database();
    assert_int_equal(an_db_create("a.db", &version3, fail_to_fill, &x, &db, &err), AN_INPUT);
    assert_string_equal(err.text, "made-up file a.db: not filled");
    assert_int_not_equal(access("a.db", F_OK), 0);
    assert_int_not_equal(access("a.db.tmp", F_OK), 0);
    assert_int_equal(an_db_create("nowhere/a.db", &version3, fill, &x, &db, &err), AN_IO);
    an_db_free(make(&version3));
    assert_int_equal(an_db_create("a.db", &version3, fill, &x, &db, &err), AN_USAGE);
}

static void values_go_in_and_come_out_as_they_are(void **state) {
    (void) state;
    struct an_err err = {0};
    struct an_db *db = make(&version3);
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    bool any = false;
    const struct an_db_value values[] = {
        an_db_of_i64(INT64_MIN), an_db_of_text(AN_STR("'; DROP TABLE t; --")), an_db_of_blob(AN_STR("a\0b")),
        {.type = AN_DB_NULL},
        an_db_of_text((struct an_str) {0}), an_db_of_blob((struct an_str) {0}),
    };
    must(an_db_ask(db, "SELECT ?, ?, ?, ?, ?, ?", values, AN_COUNT(values), &rows, &err), &err);
    must(an_db_next(rows, &any, &err), &err);
    assert_int_equal(an_db_i64(rows, 0), INT64_MIN);
    assert_true(an_str_eq(an_db_bytes(rows, 1), values[1].bytes));
    assert_int_equal(an_db_type(rows, 2), AN_DB_BLOB);
    assert_true(an_str_eq(an_db_bytes(rows, 2), values[2].bytes));
    assert_int_equal(an_db_type(rows, 3), AN_DB_NULL);
    assert_int_equal(an_db_type(rows, 4), AN_DB_TEXT);
    assert_int_equal(an_db_type(rows, 5), AN_DB_BLOB);
    assert_int_equal(an_db_bytes(rows, 4).len + an_db_bytes(rows, 5).len, 0);
    assert_int_equal(an_db_run(db, "INSERT INTO t(x) VALUES(?)", values, 2, &err), AN_BUG);
    an_db_rows_free(AN_TAKE(rows));
    assert_int_equal(an_db_run(db, "INSERT INTO v(z) VALUES(1)", NULL, 0, &err), AN_BUG);     // there is no such u
    assert_int_equal(ask(db, "SELECT count(*) FROM v"), 0);
    an_db_free(db);
}

static void a_transaction_is_all_or_nothing(void **state) {
    (void) state;
    struct an_err err = {0};
    struct an_db *db = make(&version1);
    int x = 5;
    must(an_db_begin(db, &err), &err);
    must(fill(&x, db, &err), &err);
    an_db_rollback(db);
    an_db_rollback(db);                         // without one: nothing
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), 1);
    must(an_db_begin(db, &err), &err);
    must(fill(&x, db, &err), &err);
    must(an_db_commit(db, &err), &err);
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), 2);
    uint64_t damages = 1;
    must(an_db_check(db, &damages, &err), &err);
    assert_int_equal(damages, 0);
    must(an_db_run(db, "PRAGMA max_page_count = 3", NULL, 0, &err), &err);
    enum an_code code = AN_OK;
    must(an_db_begin(db, &err), &err);
    for (int i = 0; i < 10000 && !code; i++)
        code = fill(&x, db, &err);
    assert_int_equal(code, AN_IO);
    assert_string_equal(err.text, "the disk is full: nothing was changed");
    an_db_rollback(db);
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), 2);
    an_db_free(db);
}

static void no_memory_is_an_error_and_no_leak(void **state) {
    (void) state;
    struct an_err err = {0};
    int x = 21;
    enum an_code code = AN_NOMEM;
    for (uint64_t n = 1; code; n++) {
        struct an_db *db = NULL;
        remove_database();
        an_alloc_fail_nth(n);
        code = an_db_create("a.db", &version3, fill, &x, &db, &err);
        an_alloc_fail_nth(0);
        assert_true(code == AN_OK || code == AN_NOMEM);
        an_db_free(db);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_file_is_its_owner_s_and_set_up_to_last),
        cmocka_unit_test(an_application_s_number_may_have_its_highest_bit),
        cmocka_unit_test(an_earlier_version_is_brought_to_this_one),
        cmocka_unit_test(a_step_that_fails_leaves_the_version_before_it),
        cmocka_unit_test(two_who_migrate_at_once_take_each_step_once),
        cmocka_unit_test(a_newer_version_and_another_s_file_are_refused_unchanged),
        cmocka_unit_test(what_cannot_be_filled_was_never_there),
        cmocka_unit_test(values_go_in_and_come_out_as_they_are),
        cmocka_unit_test(a_transaction_is_all_or_nothing),
        cmocka_unit_test(no_memory_is_an_error_and_no_leak),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_store);
}
