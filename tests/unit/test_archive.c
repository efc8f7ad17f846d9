// Archives and compressed files: members as stores, names, limits, damage.
#include "sink.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

enum { ROOM = 1 << 20 };

struct member { const char *name; struct an_str data; __LA_MODE_T type; };

// Packs into `out`, which has room for ROOM bytes. `format` and `filter` as libarchive numbers them.
static struct an_str pack(char *out, int format, int filter, const char *options, const struct member *members, size_t count) {
    struct archive *a = archive_write_new();
    size_t used = 0;
    assert_non_null(a);
    assert_int_equal(archive_write_set_format(a, format), ARCHIVE_OK);
    assert_int_equal(archive_write_add_filter(a, filter), ARCHIVE_OK);
    assert_int_equal(archive_write_set_bytes_per_block(a, 0), ARCHIVE_OK);
    if (options)
        assert_int_equal(archive_write_set_options(a, options), ARCHIVE_OK);
    if (options && strstr(options, "encryption"))
        assert_int_equal(archive_write_set_passphrase(a, "secret"), ARCHIVE_OK);
    assert_int_equal(archive_write_open_memory(a, out, ROOM, &used), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *e = archive_entry_new();
        archive_entry_set_pathname(e, members[i].name);
        archive_entry_set_filetype(e, members[i].type ? members[i].type : AE_IFREG);
        archive_entry_set_perm(e, 0644);
        archive_entry_set_size(e, (la_int64_t) members[i].data.len);
        if (members[i].type == AE_IFLNK)
            archive_entry_set_symlink(e, "/etc/passwd");
        if (archive_write_header(a, e) < ARCHIVE_WARN)
            fail_msg("%s", archive_error_string(a));
        if (members[i].data.len)
            assert_int_equal(archive_write_data(a, members[i].data.ptr, members[i].data.len), members[i].data.len);
        archive_entry_free(e);
    }
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    assert_int_equal(archive_write_free(a), ARCHIVE_OK);
    return (struct an_str) {out, used};
}

static const struct an_str csv = AN_STR_INIT("name,mobile\na,13912345678\nb,13912345679\n");
static const struct member two[] = {
    {"d/", {"", 0}, AE_IFDIR}, {"d/users.csv", AN_STR_INIT("name,mobile\na,13912345678\nb,13912345679\n"), 0},
    {"link", {"", 0}, AE_IFLNK}, {"log.txt", AN_STR_INIT("one\ntwo\n"), 0},
};
static const char two_read[] = "open x!d/users.csv csv utf-8\ncolumns name|mobile\n"
                               "record 1@12 a|13912345678\nrecord 2@26 b|13912345679\nclose read 40\n"
                               "open x!log.txt text utf-8\nline 1 one\nline 2 two\nclose read 8\n";

static const struct { const char *name; int format; } containers[] = {
    {"zip", ARCHIVE_FORMAT_ZIP}, {"tar", ARCHIVE_FORMAT_TAR_PAX_RESTRICTED}, {"ustar", ARCHIVE_FORMAT_TAR_USTAR},
    {"7z", ARCHIVE_FORMAT_7ZIP}
};
static const struct { const char *name; int filter; } filters[] = {
    {"gzip", ARCHIVE_FILTER_GZIP}, {"zstd", ARCHIVE_FILTER_ZSTD}, {"xz", ARCHIVE_FILTER_XZ}, {"bzip2", ARCHIVE_FILTER_BZIP2},
    {"lz4", ARCHIVE_FILTER_LZ4},
};

static char *room_for(struct an_arena *arena) {
    char *p = an_arena_alloc(arena, ROOM, 1);
    assert_non_null(p);
    return p;
}

static void members_of_every_container_are_stores(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    for (size_t i = 0; i < AN_COUNT(containers); i++) {
        struct an_str packed = pack(room_for(&arena), containers[i].format, ARCHIVE_FILTER_NONE, NULL, two, AN_COUNT(two));
        sink_check("x", packed, two_read);
    }
}

static void a_compressed_file_keeps_its_name(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    for (size_t i = 0; i < AN_COUNT(filters); i++) {
        struct member one = {"users.csv", csv, 0};
        struct an_str packed = pack(room_for(&arena), ARCHIVE_FORMAT_RAW, filters[i].filter, NULL, &one, 1);
        sink_check("users.csv.gz", packed, "open users.csv.gz csv utf-8\ncolumns name|mobile\nrecord 1@12 a|13912345678\n"
                                           "record 2@26 b|13912345679\nclose read 40\n");
        packed = pack(room_for(&arena), ARCHIVE_FORMAT_TAR_USTAR, filters[i].filter, NULL, two, AN_COUNT(two));
        sink_check("x", packed, two_read);
    }
}

static struct an_str joined(char *out, struct an_str a, struct an_str b) {
    memcpy(out, a.ptr, a.len);
    memcpy(out + a.len, b.ptr, b.len);
    return (struct an_str) {out, a.len + b.len};
}

static void gzip_streams_are_joined_and_held_to_their_checksums(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    static const char whole[] = "open u.gz csv utf-8\ncolumns name|mobile\nrecord 1@12 a|13912345678\n"
                                "record 2@26 b|13912345679\nrecord 3@40 c|13912345670\nclose read 54\n";
    struct member one = {"u", csv, 0}, more = {"v", AN_STR_INIT("c,13912345670\n"), 0};
    struct an_str first = pack(room_for(&arena), ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, NULL, &one, 1);
    struct an_str both = joined(room_for(&arena), first,
                                pack(room_for(&arena), ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, NULL, &more, 1));
    sink_check("u.gz", both, whole);
    sink_check("u.gz", joined(room_for(&arena), both, AN_STR("\0\0\0\0\0\0\0")), whole);
    enum { JUNK, LENGTH = 1, CHECKSUM = 5 };            // what is wrong: the byte so far from the end
    static const size_t wrong[] = {JUNK, LENGTH, CHECKSUM};
    for (size_t i = 0; i < AN_COUNT(wrong); i++) {
        char *copy = room_for(&arena);
        struct an_str bad = joined(copy, first, wrong[i] == JUNK ? AN_STR("junk") : AN_STR(""));
        if (wrong[i] != JUNK)
            copy[bad.len - wrong[i]] ^= 1;
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "u.gz", bad, 0, &err), AN_OK);
        assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
        assert_int_equal(s.stores[0].records, 2);
        assert_true(s.stores[0].unknown_lost);
        sink_end(&s);
    }
}

static void an_archive_given_as_a_file_reads_the_same(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    for (size_t i = 0; i < AN_COUNT(containers); i++) {
        struct an_str packed = pack(room_for(&arena), containers[i].format, ARCHIVE_FILTER_NONE, NULL, two, AN_COUNT(two));
        char path[] = "/tmp/anshen-test-archive-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, packed.ptr, packed.len), packed.len);
        assert_int_equal(close(fd), 0);
        struct sink s;
        struct an_err err = {0};
        uint64_t progress = 0;
        struct an_reading reading = {.sink = &s.sink, .progress = &progress};
        sink_begin(&s);
        assert_int_equal(an_source_read_path(&reading, an_str_from_c(path), &err), AN_OK);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(s.count, 2);
        assert_string_equal(s.stores[0].format, "csv");
        assert_int_equal(s.stores[0].records, 2);
        assert_string_equal(s.stores[0].uri + strlen(path), "!d/users.csv");
        assert_int_equal(progress, packed.len);
        sink_end(&s);
    }
}

static void an_empty_container_is_a_store(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_str none = pack(room_for(&arena), ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, two, 0);
    sink_check("x.zip", none, "open x.zip zip -\nclose read 0\n");
    struct member nothing = {"a", {"", 0}, 0};
    struct an_str gz = pack(room_for(&arena), ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, NULL, &nothing, 1);
    struct sink s;
    struct an_err err = {0};
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.gz", gz, 0, &err), AN_OK);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    assert_int_equal(s.stores[0].records, 0);
    sink_end(&s);
}

// What a writer that did not come to its end, or something put behind it, leaves in a 7z file.
static void bytes_that_no_header_of_a_7z_describes_are_told(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    static const char nothing[] = "7z\xBC\xAF\x27\x1C\0\4\x8D\x9B\xD5\x0F\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    struct an_str empty = {nothing, sizeof nothing - 1};
    assert_int_equal(empty.len, 32);
    struct an_str whole = pack(room_for(&arena), ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE, NULL, two, AN_COUNT(two));
    struct an_str folder = pack(room_for(&arena), ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE, NULL, two, 1);
    const struct { struct an_str archive, rest; bool is_told; enum an_store_status status; } cases[] = {
        {empty, AN_STR(""), false, AN_STORE_READ},
        {empty, AN_STR("\0\0\0\0"), false, AN_STORE_READ},
        {empty, csv, true, AN_STORE_UNREAD},
        {empty, an_str_slice(whole, 32, whole.len), true, AN_STORE_UNREAD},
        {whole, AN_STR("\0\0\0\0"), false, AN_STORE_READ},
        {whole, whole, true, AN_STORE_PARTLY},
        {folder, AN_STR(""), false, AN_STORE_READ},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        struct an_str all = joined(room_for(&arena), cases[i].archive, cases[i].rest);
        assert_int_equal(sink_read(&s, "x.7z", all, 0, &err), AN_OK);
        const struct sink_store *last = &s.stores[s.count - 1];
        assert_int_equal(last->status, cases[i].status);
        assert_int_equal(last->troubles, cases[i].is_told);
        assert_int_equal(last->unknown_lost, cases[i].is_told);
        if (cases[i].is_told)
            assert_non_null(strstr(last->trouble, "its header does not describe"));
        sink_end(&s);
    }
}

static void names_are_brought_to_utf8(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    // "用户.csv" in GBK, as zip programs in China write it; and in UTF-8, which the zip says
    struct member members[] = {{"\xD3\xC3\xBB\xA7.csv", csv, 0}, {"\xE7\x94\xA8\xE6\x88\xB7\x01\n.csv", csv, 0}};
    struct an_str packed = pack(room_for(&arena), ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, members, 2);
    struct sink s;
    struct an_err err = {0};
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "x.zip", packed, 0, &err), AN_OK);
    assert_int_equal(s.count, 2);
    assert_string_equal(s.stores[0].uri, "x.zip!用户.csv");
    assert_string_equal(s.stores[1].uri, "x.zip!用户\xEF\xBF\xBD\xEF\xBF\xBD.csv");
    sink_end(&s);
}

static void what_a_mac_adds_is_skipped(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct member members[] = {{"__MACOSX/._a.csv", csv, 0}, {"d/._b", csv, 0}, {"._", csv, 0}};
    struct sink s;
    struct an_err err = {0};
    sink_begin(&s);
    struct an_str packed = pack(room_for(&arena), ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, members, 3);
    assert_int_equal(sink_read(&s, "x", packed, 0, &err), AN_OK);
    assert_int_equal(s.count, 3);
    assert_int_equal(s.stores[0].status, AN_STORE_SKIPPED);
    assert_int_equal(s.stores[1].status, AN_STORE_SKIPPED);
    assert_int_equal(s.stores[2].status, AN_STORE_READ);
    sink_end(&s);
}

static void an_encrypted_member_is_unread_and_says_so(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct member one = {"a.csv", csv, 0};
    static const char *const options[] = {"zip:encryption=traditional", "zip:encryption=aes256"};
    for (size_t i = 0; i < AN_COUNT(options); i++) {
        struct an_str packed = pack(room_for(&arena), ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, options[i], &one, 1);
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "x.zip", packed, 0, &err), AN_OK);
        assert_true(s.count >= 1);
        assert_string_equal(s.stores[0].uri, "x.zip!a.csv");
        assert_int_equal(s.stores[0].status, AN_STORE_UNREAD);
        assert_true(s.stores[0].unknown_lost);
        assert_non_null(strstr(s.stores[0].trouble, "encrypted"));
        sink_end(&s);
    }
}

// Twenty archives, one inside the other, around a file.
static void nesting_stops_at_its_limit(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_str inner = csv;
    for (int i = 0; i < 20; i++) {
        struct member one = {i ? "n" : "a.csv", inner, 0};
        int filter = i % 3 ? ARCHIVE_FILTER_NONE : ARCHIVE_FILTER_GZIP;
        inner = pack(room_for(&arena), containers[i % 2].format, filter, NULL, &one, 1);
    }
    struct sink s;
    struct an_err err = {0};
    struct memory memory = {.data = inner};
    struct an_reading reading = {.sink = &s.sink, .limits = {.depth = 6}};
    struct an_input input = {.uri = AN_STR("x"), .arg = &memory, .read = memory_read};
    sink_begin(&s);
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.stores[0].status, AN_STORE_UNREAD);
    assert_int_equal(s.stores[0].first_trouble_code, AN_LIMIT);
    assert_true(s.stores[0].unknown_lost);
    sink_end(&s);

    memory = (struct memory) {.data = inner};
    reading.limits.depth = 40;
    reading.limits.expansion = 1000;
    sink_begin(&s);
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.stores[0].records, 2);
    sink_end(&s);
}

// A file of zeros packed so that it unpacks to far more than it is.
static struct an_str make_bomb(struct an_arena *arena, int format, int filter, size_t bytes) {
    char *zeros = an_alloc(bytes);
    assert_non_null(zeros);
    memset(zeros, '0', bytes);
    struct member one = {"zeros.txt", {zeros, bytes}, 0};
    struct an_str packed = pack(room_for(arena), format, filter, NULL, &one, 1);
    an_free(zeros);
    return packed;
}

static void a_bomb_is_stopped_and_told(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    for (int i = 0; i < 2; i++) {
        struct an_str bomb = make_bomb(&arena, i ? ARCHIVE_FORMAT_RAW : ARCHIVE_FORMAT_ZIP,
                                       i ? ARCHIVE_FILTER_ZSTD : ARCHIVE_FILTER_NONE, 100 << 20);
        assert_true(bomb.len < ROOM);
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        s.quiet = true;
        assert_int_equal(sink_read(&s, "x", bomb, 0, &err), AN_OK);
        assert_true(s.count >= 1);
        assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
        assert_true(s.stores[0].unknown_lost);
        assert_true(s.stores[0].bytes < 64 << 20);
        assert_non_null(strstr(s.stores[0].trouble, "times its size"));
        sink_end(&s);
    }
}

// Many bombs in one archive cost together what one may.
static void bombs_inside_archives_are_bounded_together(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_str bomb = make_bomb(&arena, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, 20 << 20);
    struct member many[20];
    for (size_t i = 0; i < AN_COUNT(many); i++)
        many[i] = (struct member) {"b.zip", bomb, 0};
    struct an_str packed = pack(room_for(&arena), ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_XZ, NULL, many, AN_COUNT(many));
    struct sink s;
    struct an_err err = {0};
    sink_begin(&s);
    s.quiet = true;
    assert_int_equal(sink_read(&s, "x", packed, 0, &err), AN_OK);
    uint64_t bytes = 0;
    bool lost = false;
    for (size_t i = 0; i < s.count && i < SINK_STORES; i++) {
        bytes += s.stores[i].bytes;
        lost |= s.stores[i].unknown_lost;
    }
    assert_true(lost);
    if (bytes > 64 << 20)
        fail_msg("%llu bytes unpacked", (unsigned long long) bytes);
    sink_end(&s);
}

static void limits_on_members_and_bytes_hold(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct member many[30];
    for (size_t i = 0; i < AN_COUNT(many); i++)
        many[i] = (struct member) {"a.csv", csv, 0};
    struct an_str packed = pack(room_for(&arena), ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, many, AN_COUNT(many));
    for (int i = 0; i < 2; i++) {
        struct sink s;
        struct an_err err = {0};
        struct memory memory = {.data = packed};
        struct an_reading reading = {.sink = &s.sink};
        reading.limits.members = i ? 0 : 10;
        reading.limits.total_bytes = i ? 10 * csv.len : 0;
        struct an_input input = {.uri = AN_STR("x"), .arg = &memory, .read = memory_read};
        sink_begin(&s);
        assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
        struct sink_store *last = &s.stores[s.count - 1];
        assert_string_equal(last->uri, "x");
        assert_int_equal(last->status, AN_STORE_PARTLY);
        assert_int_equal(last->first_trouble_code, AN_LIMIT);
        assert_true(last->unknown_lost);
        assert_true(s.count < 16);
        sink_end(&s);
    }
}

// At every length either something is told, or all of the member was still there.
static void every_truncation_of_an_archive_is_told(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    for (size_t i = 0; i < AN_COUNT(containers) + AN_COUNT(filters); i++) {
        bool wrapper = i >= AN_COUNT(containers);
        int format = wrapper ? ARCHIVE_FORMAT_RAW : containers[i].format;
        int filter = wrapper ? filters[i - AN_COUNT(containers)].filter : ARCHIVE_FILTER_NONE;
        struct member one = {"users.csv", csv, 0};
        struct an_str packed = pack(room_for(&arena), format, filter, NULL, &one, 1);
        for (size_t n = 0; n < packed.len; n++) {
            struct sink s;
            struct an_err err = {0};
            sink_begin(&s);
            char *copy = an_alloc(n);
            assert_non_null(copy);
            if (n)
                memcpy(copy, packed.ptr, n);
            if (sink_read(&s, "x", (struct an_str) {copy, n}, 0, &err))
                fail_msg("format %zu cut to %zu: %s", i, n, err.text);
            an_free(copy);
            assert_true(s.count > 0);
            assert_false(s.open);
            bool told = n < 12, whole = false;          // a few letters are a text
            for (size_t k = 0; k < s.count; k++) {
                told |= s.stores[k].troubles > 0;
                whole |= s.stores[k].records == 2 && s.stores[k].bytes == csv.len;
            }
            if (!told && !whole)
                fail_msg("format %zu cut to %zu: nothing told\n%s", i, n, sink_text(&s));
            sink_end(&s);
        }
    }
}

// Bytes changed anywhere: no crash, no hang.
static void damaged_archives_crash_nothing(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    for (size_t i = 0; i < AN_COUNT(containers); i++) {
        char *room = room_for(&arena);
        int filter = i % 2 ? ARCHIVE_FILTER_NONE : ARCHIVE_FILTER_GZIP;
        struct an_str packed = pack(room, containers[i].format, filter, NULL, two, AN_COUNT(two));
        for (size_t at = 0; at < packed.len; at += packed.len > 2000 ? 13 : 1) {
            struct sink s;
            struct an_err err = {0};
            char kept = room[at];
            room[at] = (char) (kept ^ 0x55);
            sink_begin(&s);
            if (sink_read(&s, "x", packed, 0, &err))
                fail_msg("format %zu byte %zu: %s", i, at, err.text);
            assert_false(s.open);
            sink_end(&s);
            room[at] = kept;
        }
    }
}

static void a_cut_member_is_partly_read(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) lines = {0};
    struct an_err err = {0};
    for (unsigned i = 0; i < 20000; i++)
        assert_int_equal(an_buf_addf(&lines, &err, "%u,%08x\n", i, i * 2654435761u), AN_OK);
    struct member one = {"a.csv", an_buf_str(&lines), 0};
    for (int i = 0; i < 2; i++) {
        struct an_str packed = pack(room_for(&arena), i ? ARCHIVE_FORMAT_ZIP : ARCHIVE_FORMAT_RAW,
                                    i ? ARCHIVE_FILTER_NONE : ARCHIVE_FILTER_GZIP, NULL, &one, 1);
        struct sink s;
        sink_begin(&s);
        s.quiet = true;
        assert_int_equal(sink_read(&s, "x", an_str_slice(packed, 0, packed.len / 2), 0, &err), AN_OK);
        assert_int_equal(s.stores[0].status, AN_STORE_PARTLY);
        assert_true(s.stores[0].unknown_lost);
        assert_true(s.stores[0].records > 1000);
        sink_end(&s);
    }
}

static void every_allocation_for_an_archive_may_fail(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    sink_check_allocations("x", pack(room_for(&arena), ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, two, AN_COUNT(two)));
}

static void the_sample_archives_are_read_whole(void **state) {
    (void) state;
    struct sink s;
    if (!sink_read_sample(&s, "tables/Synthea27Nj_5.4.zip"))
        return;
    uint64_t people = 0, providers = 0;
    for (size_t i = 0; i < s.count; i++) {
        const char *name = strrchr(s.stores[i].uri, '!');
        assert_non_null(name);
        people += strcmp(name, "!PERSON.csv") == 0 ? s.stores[i].records : 0;
        providers += strcmp(name, "!PROVIDER.csv") == 0 ? s.stores[i].records : 0;
        assert_true(s.stores[i].status == AN_STORE_READ || s.stores[i].status == AN_STORE_SKIPPED);
    }
    assert_int_equal(people, 28);
    assert_int_equal(providers, 67);
    sink_end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_every_container_are_stores),
        cmocka_unit_test(a_compressed_file_keeps_its_name),
        cmocka_unit_test(gzip_streams_are_joined_and_held_to_their_checksums),
        cmocka_unit_test(an_archive_given_as_a_file_reads_the_same),
        cmocka_unit_test(an_empty_container_is_a_store),
        cmocka_unit_test(bytes_that_no_header_of_a_7z_describes_are_told),
        cmocka_unit_test(names_are_brought_to_utf8),
        cmocka_unit_test(what_a_mac_adds_is_skipped),
        cmocka_unit_test(an_encrypted_member_is_unread_and_says_so),
        cmocka_unit_test(nesting_stops_at_its_limit),
        cmocka_unit_test(a_bomb_is_stopped_and_told),
        cmocka_unit_test(bombs_inside_archives_are_bounded_together),
        cmocka_unit_test(limits_on_members_and_bytes_hold),
        cmocka_unit_test(every_truncation_of_an_archive_is_told),
        cmocka_unit_test(damaged_archives_crash_nothing),
        cmocka_unit_test(a_cut_member_is_partly_read),
        cmocka_unit_test(every_allocation_for_an_archive_may_fail),
        cmocka_unit_test(the_sample_archives_are_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
