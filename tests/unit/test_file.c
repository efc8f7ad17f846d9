// Whole files: limits, what is refused, and that a write is all or nothing.
#include "folder.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/file.h"

static void put(const char *path, const char *text, unsigned mode) {
    struct an_err err = {0};
    if (an_file_write(path, an_str_from_c(text), mode, 0, &err))
        fail_msg("%s", err.text);
}

static void assert_holds(const char *path, const char *text) {
    AN_AUTO(an_buf) got = {0};
    struct an_err err = {0};
    if (an_file_read(path, 1 << 20, 0, &got, &err))
        fail_msg("%s", err.text);
    assert_true(an_str_eq(an_buf_str(&got), an_str_from_c(text)));
}

static void a_file_is_read_up_to_its_limit_and_no_byte_more(void **state) {
    (void) state;
    struct an_err err = {0};
    AN_AUTO(an_buf) out = {0};
    char small[5];
    size_t len = 0;
    put("a", "12345", 0600);
    assert_int_equal(an_file_read("a", 5, 0, &out, &err), AN_OK);
    assert_true(an_str_eq(an_buf_str(&out), AN_STR("12345")));
    assert_int_equal(an_file_read("a", 4, 0, &out, &err), AN_LIMIT);
    assert_string_equal(err.text, "a: larger than 4 bytes");
    assert_int_equal(an_file_read_into("a", 0, small, 5, &len, &err), AN_OK);
    assert_int_equal(len, 5);
    assert_int_equal(an_file_read_into("a", 0, small, 4, &len, &err), AN_LIMIT);
    put("a", "", 0600);
    assert_int_equal(an_file_read_into("a", 0, small, 0, &len, &err), AN_OK);
    assert_int_equal(len, 0);
    assert_int_equal(unlink("a"), 0);
}

static void a_file_of_many_pieces_comes_back_as_it_was(void **state) {
    (void) state;
    struct an_err err = {0};
    AN_AUTO(an_buf) in = {0};
    AN_AUTO(an_buf) out = {0};
    for (int i = 0; i < 40000; i++)
        assert_int_equal(an_buf_addf(&in, &err, "%d,", i), AN_OK);
    assert_int_equal(an_file_write("many", an_buf_str(&in), 0600, 0, &err), AN_OK);
    assert_int_equal(an_file_read("many", in.len, 0, &out, &err), AN_OK);
    assert_true(an_str_eq(an_buf_str(&in), an_buf_str(&out)));
    assert_int_equal(an_file_read("many", in.len - 1, 0, &out, &err), AN_LIMIT);
    assert_int_equal(unlink("many"), 0);
}

static void what_is_no_regular_file_is_refused_by_name(void **state) {
    (void) state;
    struct an_err err = {0};
    AN_AUTO(an_buf) out = {0};
    put("a", "x", 0600);
    assert_int_equal(symlink("a", "link"), 0);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(an_file_read("nothing", 9, 0, &out, &err), AN_IO);
    assert_string_equal(err.text, "nothing: cannot be opened: No such file or directory");
    assert_int_equal(an_file_read(".", 9, AN_FILE_STREAM, &out, &err), AN_USAGE);
    assert_string_equal(err.text, ".: not a regular file");
    assert_int_equal(an_file_read("pipe", 9, 0, &out, &err), AN_USAGE);
    assert_int_equal(an_file_read("link", 9, 0, &out, &err), AN_OK);
    assert_int_equal(an_file_read("link", 9, AN_FILE_NOFOLLOW, &out, &err), AN_IO);
    assert_int_equal(an_file_read("/dev/null", 9, AN_FILE_STREAM, &out, &err), AN_OK);
    assert_int_equal(an_file_write("link", AN_STR("y"), 0600, 0, &err), AN_USAGE);
    assert_int_equal(an_file_write("pipe", AN_STR("y"), 0600, 0, &err), AN_USAGE);
    assert_int_equal(an_file_write("link", AN_STR("y"), 0600, AN_FILE_STREAM, &err), AN_OK);
    assert_holds("a", "y");
    assert_int_equal(unlink("a") | unlink("link") | unlink("pipe"), 0);
}

static void a_private_file_is_its_owner_s_alone(void **state) {
    (void) state;
    struct an_err err = {0};
    AN_AUTO(an_buf) out = {0};
    put("key", "x", 0600);
    assert_int_equal(an_file_read("key", 9, AN_FILE_PRIVATE, &out, &err), AN_OK);
    static const mode_t others[] = {0640, 0620, 0604, 0602, 0610, 0601};
    for (size_t i = 0; i < AN_COUNT(others); i++) {
        assert_int_equal(chmod("key", others[i]), 0);
        assert_int_equal(an_file_read("key", 9, AN_FILE_PRIVATE, &out, &err), AN_USAGE);
        assert_string_equal(err.text, "key: others may read or change it; run: chmod 600 key");
    }
    assert_int_equal(chmod("key", 0600), 0);
    assert_int_equal(an_file_create("key", AN_STR("z"), 0600, &err), AN_IO);
    assert_holds("key", "x");
    assert_int_equal(unlink("key"), 0);
}

static void a_write_has_its_mode_and_leaves_nothing_beside_it(void **state) {
    (void) state;
    struct stat st;
    put("a.tmp", "left by a run that was stopped", 0666);
    put("a", "one", 0600);
    put("a", "two", 0600);
    assert_int_equal(stat("a", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_not_equal(access("a.tmp", F_OK), 0);
    assert_holds("a", "two");
    assert_int_equal(unlink("a"), 0);
}

static void what_is_not_committed_was_never_there(void **state) {
    (void) state;
    struct an_err err = {0};
    put("a", "old", 0600);
    {
        AN_AUTO(an_file_out) out = {0};
        assert_int_equal(an_file_begin("a", 0600, &out, &err), AN_OK);
        assert_int_equal(an_file_add(&out, AN_STR("new"), &err), AN_OK);
        assert_holds("a", "old");
    }
    assert_holds("a", "old");
    assert_int_not_equal(access("a.tmp", F_OK), 0);
    assert_int_equal(unlink("a"), 0);
}

static void a_full_disk_is_said_and_the_old_file_stays(void **state) {
    (void) state;
    put("a", "old", 0600);
    pid_t child = fork();
    if (child == 0) {
        static char much[100000];
        struct an_err err = {0};
        struct rlimit most = {.rlim_cur = 4096, .rlim_max = 4096};
        (void) signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &most))
            _exit(9);
        enum an_code code = an_file_write("a", (struct an_str) {much, sizeof much}, 0600, 0, &err);
        _exit(code == AN_IO && strstr(err.text, "a: cannot be written: ") == err.text ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_holds("a", "old");
    assert_int_not_equal(access("a.tmp", F_OK), 0);
    assert_int_equal(unlink("a"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_up_to_its_limit_and_no_byte_more),
        cmocka_unit_test(a_file_of_many_pieces_comes_back_as_it_was),
        cmocka_unit_test(what_is_no_regular_file_is_refused_by_name),
        cmocka_unit_test(a_private_file_is_its_owner_s_alone),
        cmocka_unit_test(a_write_has_its_mode_and_leaves_nothing_beside_it),
        cmocka_unit_test(what_is_not_committed_was_never_there),
        cmocka_unit_test(a_full_disk_is_said_and_the_old_file_stays),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
