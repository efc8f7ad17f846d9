#define _GNU_SOURCE
// The case file under attack and in bad luck: bits turned, programs killed between any two writes, full disks, two writers.
#include "case_kit.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

// SQLite's way to the disk, counted: at the n-th write, sync, truncation or removal the process dies, or the call fails.
enum trouble { NONE, DIE, DIE_HALFWAY, FULL, BROKEN };
static struct { enum trouble what; long at, count; sqlite3_vfs *below; } disk;

struct counted { sqlite3_file base; sqlite3_file *below; };

static sqlite3_file *below(sqlite3_file *f) { return ((struct counted *) (void *) f)->below; }

// What becomes of this call: SQLITE_OK to go on.
static int meet(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at) {
    if (++disk.count != disk.at)
        return SQLITE_OK;
    switch (disk.what) {
    case DIE_HALFWAY:
        if (f && n > 1)
            (void) below(f)->pMethods->xWrite(below(f), bytes, n / 2, at);
        (void) kill(getpid(), SIGKILL);
        return SQLITE_ABORT;
    case DIE:
        (void) kill(getpid(), SIGKILL);
        return SQLITE_ABORT;
    case FULL:   return SQLITE_FULL;
    case BROKEN: return SQLITE_IOERR_WRITE;
    case NONE:
    default:     return SQLITE_OK;
    }
}

static int x_close(sqlite3_file *f) { return below(f)->pMethods->xClose(below(f)); }
static int x_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) { return below(f)->pMethods->xRead(below(f), p, n, at); }
static int x_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
    int rc = meet(f, p, n, at);
    return rc ? rc : below(f)->pMethods->xWrite(below(f), p, n, at);
}
static int x_truncate(sqlite3_file *f, sqlite3_int64 n) {
    int rc = meet(NULL, NULL, 0, 0);
    return rc ? rc : below(f)->pMethods->xTruncate(below(f), n);
}
static int x_sync(sqlite3_file *f, int flags) {
    int rc = meet(NULL, NULL, 0, 0);
    return rc ? rc : below(f)->pMethods->xSync(below(f), flags);
}
static int x_size(sqlite3_file *f, sqlite3_int64 *n) { return below(f)->pMethods->xFileSize(below(f), n); }
static int x_lock(sqlite3_file *f, int how) { return below(f)->pMethods->xLock(below(f), how); }
static int x_unlock(sqlite3_file *f, int how) { return below(f)->pMethods->xUnlock(below(f), how); }
static int x_reserved(sqlite3_file *f, int *ret) { return below(f)->pMethods->xCheckReservedLock(below(f), ret); }
static int x_control(sqlite3_file *f, int op, void *arg) { return below(f)->pMethods->xFileControl(below(f), op, arg); }
static int x_sector(sqlite3_file *f) { return below(f)->pMethods->xSectorSize(below(f)); }
static int x_kind(sqlite3_file *f) { return below(f)->pMethods->xDeviceCharacteristics(below(f)); }
static int x_shm_map(sqlite3_file *f, int a, int b, int c, void volatile **p) {
    return below(f)->pMethods->xShmMap(below(f), a, b, c, p);
}
static int x_shm_lock(sqlite3_file *f, int a, int b, int c) { return below(f)->pMethods->xShmLock(below(f), a, b, c); }
static void x_shm_barrier(sqlite3_file *f) { below(f)->pMethods->xShmBarrier(below(f)); }
static int x_shm_unmap(sqlite3_file *f, int a) { return below(f)->pMethods->xShmUnmap(below(f), a); }

static const sqlite3_io_methods methods = {
    2, x_close, x_read, x_write, x_truncate, x_sync, x_size, x_lock, x_unlock, x_reserved, x_control, x_sector, x_kind,
    x_shm_map, x_shm_lock, x_shm_barrier, x_shm_unmap, NULL, NULL,
};

static int x_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out) {
    (void) vfs;
    struct counted *c = (struct counted *) (void *) f;
    c->below = (sqlite3_file *) (c + 1);
    int rc = disk.below->xOpen(disk.below, name, c->below, flags, out);
    c->base.pMethods = rc == SQLITE_OK ? &methods : NULL;
    return rc;
}

static int x_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    (void) vfs;
    int rc = meet(NULL, NULL, 0, 0);
    return rc ? rc : disk.below->xDelete(disk.below, name, sync);
}

static void count_disk(enum trouble what, long at) {
    static sqlite3_vfs vfs;
    if (!disk.below) {
        disk.below = sqlite3_vfs_find(NULL);
        vfs = *disk.below;
        vfs.zName = "counted";
        vfs.szOsFile = (int) sizeof(struct counted) + disk.below->szOsFile;
        vfs.xOpen = x_open;
        vfs.xDelete = x_delete;
        assert_int_equal(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
    }
    disk.what = what;
    disk.at = at;
    disk.count = 0;
}

static bool was_killed(pid_t child) {
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return true;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("child: status %x", (unsigned) status);
    return false;
}

#define FACT "{\"name\":\"listing.venue\",\"value\":\"FOREIGN\",\"source\":\"board\",\"day\":\"2026-11-20\"}"

static enum an_code add_fact(struct an_case *c, struct an_err *err) { return try_append(c, "fact", NOW, NULL, FACT, NULL, err); }

// Opens what was left, as the next program would, and looks at all of it.
static size_t count_after(void) {
    struct an_case *c = NULL;
    struct an_err err = {0};
    must(an_case_open("x.anshen", true, &c, &err), &err);
    size_t count = an_case_count(c);
    must(add_fact(c, &err), &err);
    an_case_free(c);
    assert_whole(count + 1);
    return count;
}

static void killed_between_any_two_writes_it_opens_whole(void **state) {
    (void) state;
    static const enum trouble ways[] = {DIE, DIE_HALFWAY};
    for (size_t w = 0; w < AN_COUNT(ways); w++) {
        long n = 1;
        for (bool killed = true; killed; n++) {
            struct an_case *c = make_case();
            an_case_free(c);
            (void) unlink("told");
            pid_t child = fork();
            if (child == 0) {
                struct an_err err = {0};
                struct an_hash hash;
                count_disk(ways[w], n);
                if (an_case_open("x.anshen", true, &c, &err) || add_fact(c, &err))
                    _exit(1);
                (void) symlink("one", "told");
                if (an_case_object_put(c, AN_STR(OBJECT_TEXT), &hash, &err) || an_case_begin(c, &err) || add_fact(c, &err) ||
                    add_fact(c, &err) || an_case_commit(c, &err))
                    _exit(2);
                an_case_free(c);
                _exit(0);
            }
            killed = was_killed(child);
            bool told = access("told", F_OK) == 0 || readlink("told", (char[8]) {0}, 8) > 0;
            size_t count = count_after();
            if (!(count == 4 || (killed && count == 2) || (killed && !told && count == 1)))
                fail_msg("write %ld: %zu entries", n, count);
        }
        assert_true(n > 10);
    }
    (void) unlink("told");
}

static void killed_while_it_is_made_there_is_none_or_all_of_it(void **state) {
    (void) state;
    size_t none = 0;
    long n = 1;
    for (bool killed = true; killed; n++) {
        remove_case();
        pid_t child = fork();
        if (child == 0) {
            count_disk(DIE, n);
            an_case_free(make_case());
            _exit(0);
        }
        killed = was_killed(child);
        if (access("x.anshen", F_OK) == 0)
            assert_int_equal(count_after(), 1);
        else
            none++;
        struct an_case *c = make_case();            // what was left is not in the way
        an_case_free(c);
    }
    assert_true(n > 10 && none > 5);
}

static void killed_at_any_moment_it_opens_whole(void **state) {
    (void) state;
    struct an_case *c = make_case();
    an_case_free(c);
    size_t last = 1;
    for (int round = 0; round < 25; round++) {
        pid_t child = fork();
        if (child == 0) {
            struct an_err err = {0};
            if (an_case_open("x.anshen", true, &c, &err))
                _exit(1);
            for (;;)
                if (add_fact(c, &err))
                    _exit(2);
        }
        (void) nanosleep(&(struct timespec) {.tv_nsec = 1000000 + (round * 7919 % 23) * 1000000}, NULL);
        (void) kill(child, SIGKILL);
        assert_true(was_killed(child));
        size_t count = count_after();
        assert_true(count >= last);
        last = count + 1;
    }
}

static void the_log_of_a_killed_program_is_read_or_refused(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_err err = {0};
    an_case_free(c);
    pid_t child = fork();
    if (child == 0) {
        must(an_case_open("x.anshen", true, &c, &err), &err);
        must(add_fact(c, &err), &err);
        (void) kill(getpid(), SIGKILL);
    }
    assert_true(was_killed(child));
    must(an_case_open("x.anshen", false, &c, &err), &err);
    assert_int_equal(an_case_count(c), 2);
    an_case_free(c);
    assert_whole(2);
    (void) unlink("x.anshen-shm");
    assert_int_equal(mkdir("still", 0700), 0);
    assert_int_equal(rename("x.anshen", "still/x.anshen") | rename("x.anshen-wal", "still/x.anshen-wal"), 0);
    assert_int_equal(chmod("still/x.anshen", 0444) | chmod("still/x.anshen-wal", 0444), 0);
    assert_int_equal(chmod("still", 0555) | chmod(".", 0755), 0);
    child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534))
            _exit(9);
        if (an_case_open("still/x.anshen", false, &c, &err) == AN_OK)
            _exit(an_case_count(c) == 2 ? 0 : 1);           // all of it, or none
        _exit(strstr(err.text, "a log stands beside it that cannot be read here") ? 0 : 2);
    }
    assert_false(was_killed(child));
    assert_int_equal(chmod("still", 0700), 0);
    (void) unlink("still/x.anshen-shm");
    assert_int_equal(unlink("still/x.anshen") | unlink("still/x.anshen-wal") | rmdir("still"), 0);
}

static void a_full_or_broken_disk_is_said_and_loses_nothing(void **state) {
    (void) state;
    static const enum trouble ways[] = {FULL, BROKEN};
    for (size_t w = 0; w < AN_COUNT(ways); w++) {
        pid_t child = fork();
        if (child == 0) {
            struct an_case *c = make_case();
            struct an_err err = {0};
            an_case_free(c);
            count_disk(NONE, 0);
            must(an_case_open("x.anshen", true, &c, &err), &err);
            size_t refused = 0, kept = 1;
            for (long n = 1; n < 40; n++) {
                count_disk(ways[w], n);
                enum an_code code = add_fact(c, &err);
                count_disk(NONE, 0);
                if (code && (code != AN_IO || !strstr(err.text, "nothing was changed")))
                    fail_msg("%s", err.text);
                refused += code != AN_OK;
                kept += code == AN_OK;
                assert_int_equal(an_case_count(c), kept);
                must(add_fact(c, &err), &err);      // the same object goes on
                kept++;
            }
            an_case_free(c);
            assert_true(refused >= 2);
            assert_whole(kept);
            _exit(0);
        }
        assert_false(was_killed(child));
    }
}

static void a_limit_of_the_system_is_said_and_loses_nothing(void **state) {
    (void) state;
    struct an_case *c = make_case();
    an_case_free(c);
    pid_t child = fork();
    if (child == 0) {
        static char much[600000];
        struct an_err err = {0};
        struct an_hash hash;
        struct rlimit most = {.rlim_cur = 400000, .rlim_max = 400000};
        (void) signal(SIGXFSZ, SIG_IGN);
        must(an_case_open("x.anshen", true, &c, &err), &err);
        if (setrlimit(RLIMIT_FSIZE, &most))
            _exit(9);
        assert_int_equal(an_case_object_put(c, (struct an_str) {much, sizeof much}, &hash, &err), AN_IO);
        assert_non_null(strstr(err.text, "nothing was changed"));
        must(add_fact(c, &err), &err);
        an_case_free(c);
        _exit(0);
    }
    assert_false(was_killed(child));
    assert_int_equal(count_after(), 2);
}

static void two_writers_lose_nothing(void **state) {
    (void) state;
    enum { WRITERS = 2, EACH = 60 };
    struct an_case *c = make_case();
    pid_t children[WRITERS];
    an_case_free(c);
    for (int w = 0; w < WRITERS; w++) {
        children[w] = fork();
        if (children[w] == 0) {
            struct an_err err = {0};
            must(an_case_open("x.anshen", true, &c, &err), &err);
            for (int i = 0; i < EACH; i++)
                must(add_fact(c, &err), &err);
            an_case_free(c);
            _exit(0);
        }
    }
    for (int w = 0; w < WRITERS; w++)
        assert_false(was_killed(children[w]));
    assert_whole(1 + WRITERS * EACH);
}

static void a_writer_that_waits_too_long_is_told(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_err err = {0};
    must(an_case_begin(c, &err), &err);
    must(add_fact(c, &err), &err);
    pid_t child = fork();
    if (child == 0) {
        struct an_case *other = NULL;
        must(an_case_open("x.anshen", true, &other, &err), &err);
        assert_int_equal(an_case_count(other), 1);
        assert_int_equal(add_fact(other, &err), AN_IO);
        assert_string_equal(err.text, "case file x.anshen: another program is writing to it: try again when that is done");
        _exit(0);
    }
    assert_false(was_killed(child));
    must(an_case_commit(c, &err), &err);
    an_case_free(c);
    assert_whole(2);
}

static void overwrite(const struct an_buf *bytes) {
    FILE *f = fopen("x.anshen", "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes->ptr, 1, bytes->len, f), bytes->len);
    assert_int_equal(fclose(f), 0);
}

// Whether some fault names the entry (or, for 0, the object).
static bool names(const struct an_case_report *report, uint64_t seq, const char *object) {
    for (size_t i = 0; i < report->fault_count; i++)
        if (seq ? report->faults[i].seq == seq : strcmp(report->faults[i].object.text, object) == 0)
            return true;
    return false;
}

// Turns one bit of each byte of `content` where it stands in the file; each must be found, and its place told.
static size_t turn_bits(struct an_buf *file, struct an_str content, uint64_t seq, const char *object) {
    char *place = memmem(file->ptr, file->len, content.ptr, content.len);
    assert_non_null(place);
    for (size_t i = 0; i < content.len; i++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_case_report report = {0};
        struct an_err err = {0};
        place[i] = (char) (place[i] ^ 1 << i % 8);
        overwrite(file);
        must(an_case_verify("x.anshen", &arena, &report, &err), &err);
        if (!names(&report, seq, object))
            fail_msg("entry %llu, object %s: byte %zu of %zu (%zu faults)", (unsigned long long) seq, object, i, content.len,
                     report.fault_count);
        place[i] = (char) (place[i] ^ 1 << i % 8);
    }
    return content.len;
}

static void any_byte_altered_of_what_is_stored_is_found_and_placed(void **state) {
    (void) state;
    struct an_case *c = make_full_case();
    struct an_err err = {0};
    struct an_hash hash = an_hash_of(AN_STR(OBJECT_TEXT));
    AN_AUTO(an_buf) file = {0};
    size_t tried = 0;
    unsigned char token[4 + AN_CASE_DIGEST] = {0x30, 2 + AN_CASE_DIGEST, 4, AN_CASE_DIGEST};     // the least that fits
    struct an_str stamp = {(const char *) token, sizeof token};
    an_entry_stamp_digest(an_case_entry(c, 4), token + 4);
    must(an_case_stamp_add(c, 4, stamp, &err), &err);
    an_case_free(c);
    must(an_file_read("x.anshen", 1 << 20, 0, &file, &err), &err);
    must(an_case_open("x.anshen", false, &c, &err), &err);
    static const uint64_t entries[] = {1, 2, 5, 20, 21};
    for (size_t i = 0; i < AN_COUNT(entries); i++) {
        const struct an_entry *e = an_case_entry(c, entries[i]);
        // In the file a row is: text, previous, hash, signature, with nothing between.
        AN_AUTO(an_buf) row = {0};
        must(an_buf_add(&row, e->text, &err), &err);
        if (entries[i] == 1)
            must(an_buf_addf(&row, &err, "%064d", 0), &err);
        else
            must(an_buf_add(&row, an_hash_str(&an_case_entry(c, e->seq - 1)->hash), &err), &err);
        must(an_buf_add(&row, an_hash_str(&e->hash), &err), &err);
        must(an_buf_add(&row, e->signature, &err), &err);
        tried += turn_bits(&file, an_buf_str(&row), e->seq, "-");
    }
    tried += turn_bits(&file, AN_STR(OBJECT_TEXT), 0, hash.text);
    tried += turn_bits(&file, stamp, 4, "-");
    an_case_free(c);
    assert_true(tried > 2000);
}

// Everything a case says, as text.
static void dump(struct an_case *c, struct an_buf *out) {
    struct an_err err = {0};
    struct an_hash hash = an_hash_of(AN_STR(OBJECT_TEXT));
    for (uint64_t seq = 1; seq <= an_case_count(c); seq++) {
        const struct an_entry *e = an_case_entry(c, seq);
        must(an_buf_addf(out, &err, "%.*s\n%s\n%.*s\n", AN_STR_ARG(e->text), e->hash.text, AN_STR_ARG(e->signature)), &err);
    }
    must(an_case_object_get(c, an_hash_str(&hash), out, &err), &err);
}

static void a_bit_turned_anywhere_is_found_or_changes_nothing(void **state) {
    (void) state;
    struct an_case *c = make_full_case();
    struct an_err err = {0};
    AN_AUTO(an_buf) file = {0};
    AN_AUTO(an_buf) whole = {0};
    size_t found = 0, harmless = 0;
    dump(c, &whole);
    an_case_free(c);
    must(an_file_read("x.anshen", 1 << 20, 0, &file, &err), &err);
    uint64_t random = 1;
    for (int i = 0; i < 1500; i++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_case_report report = {0};
        random = random * 6364136223846793005u + 1442695040888963407u;
        size_t at = i < 100 ? (size_t) i : (size_t) (random >> 33) % file.len;        // the header too
        char bit = (char) (1 << (random >> 20) % 8);
        file.ptr[at] = (char) (file.ptr[at] ^ bit);
        overwrite(&file);
        enum an_code code = an_case_verify("x.anshen", &arena, &report, &err);
        if (code || report.fault_count) {
            assert_true(code ? err.text[0] != '\0' : report.faults[0].text.len > 0);
            found++;
        } else {
            AN_AUTO(an_buf) now = {0};
            must(an_case_open("x.anshen", false, &c, &err), &err);
            dump(c, &now);
            an_case_free(c);
            if (!an_str_eq(an_buf_str(&now), an_buf_str(&whole)))
                fail_msg("byte %zu, bit %d", at, bit);
            harmless++;
        }
        file.ptr[at] = (char) (file.ptr[at] ^ bit);
    }
    assert_true(found > 150 && harmless > 150);
}

static void a_file_cut_anywhere_is_found(void **state) {
    (void) state;
    struct an_case *c = make_full_case();
    struct an_err err = {0};
    AN_AUTO(an_buf) file = {0};
    an_case_free(c);
    must(an_file_read("x.anshen", 1 << 20, 0, &file, &err), &err);
    size_t whole = file.len;
    for (size_t len = 0; len < whole; len += 509) {
        AN_AUTO(an_arena) arena = {0};
        struct an_case_report report = {0};
        file.len = len;
        overwrite(&file);
        if (!an_case_verify("x.anshen", &arena, &report, &err) && !report.fault_count)
            fail_msg("%zu of %zu bytes", len, whole);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_between_any_two_writes_it_opens_whole),
        cmocka_unit_test(killed_while_it_is_made_there_is_none_or_all_of_it),
        cmocka_unit_test(killed_at_any_moment_it_opens_whole),
        cmocka_unit_test(the_log_of_a_killed_program_is_read_or_refused),
        cmocka_unit_test(a_full_or_broken_disk_is_said_and_loses_nothing),
        cmocka_unit_test(a_limit_of_the_system_is_said_and_loses_nothing),
        cmocka_unit_test(two_writers_lose_nothing),
        cmocka_unit_test(a_writer_that_waits_too_long_is_told),
        cmocka_unit_test(any_byte_altered_of_what_is_stored_is_found_and_placed),
        cmocka_unit_test(a_bit_turned_anywhere_is_found_or_changes_nothing),
        cmocka_unit_test(a_file_cut_anywhere_is_found),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_case);
}
