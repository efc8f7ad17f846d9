// ZIP: what is written is read back, and every way an archive can deceive is refused.
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/alloc.h"
#include "zip/zip.h"

static const struct an_zip_member sample[] = {
    {AN_STR_INIT("[Content_Types].xml"), AN_STR_INIT("<Types/>"), false},
    {AN_STR_INIT("word/document.xml"), AN_STR_INIT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), false},
    {AN_STR_INIT("附件/一.txt"), AN_STR_INIT(""), false},
    {AN_STR_INIT("raw"), AN_STR_INIT("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"), true},
};

static struct an_buf written(const struct an_zip_member *members, size_t count) {
    struct an_buf out = {0};
    struct an_err err = {0};
    if (an_zip_write(members, count, &out, &err))
        fail_msg("%s", err.text);
    return out;
}

static enum an_code read_all(struct an_str file, const struct an_zip_limits *limits, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct an_zip zip;
    return an_zip_read(file, limits, &arena, &zip, err);
}

static void refuse(struct an_str file, const struct an_zip_limits *limits, enum an_code code, const char *words) {
    struct an_err err = {0};
    assert_int_equal(read_all(file, limits, &err), code);
    if (!strstr(err.text, words))
        fail_msg("'%s' does not say '%s'", err.text, words);
}

static void what_is_written_is_read_back(void **state) {
    (void) state;
    AN_AUTO(an_buf) file = written(sample, AN_COUNT(sample));
    for (int plain = 0; plain < 2; plain++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_zip zip;
        struct an_err err = {0};
        struct an_zip_limits limits = {.plain = plain};
        assert_int_equal(an_zip_read(an_buf_str(&file), &limits, &arena, &zip, &err), AN_OK);
        assert_int_equal(zip.count, AN_COUNT(sample));
        for (size_t i = 0; i < zip.count; i++) {
            assert_true(an_str_eq(zip.members[i].name, sample[i].name));
            assert_true(an_str_eq(zip.members[i].bytes, sample[i].bytes));
        }
        assert_ptr_equal(an_zip_find(&zip, AN_STR("raw")), &zip.members[3]);
        assert_null(an_zip_find(&zip, AN_STR("RAW")));
    }
}

static void the_same_members_give_the_same_bytes(void **state) {
    (void) state;
    AN_AUTO(an_buf) one = written(sample, AN_COUNT(sample));
    AN_AUTO(an_buf) two = written(sample, AN_COUNT(sample));
    assert_true(an_str_eq(an_buf_str(&one), an_buf_str(&two)));
    struct an_err err;
    assert_int_equal(an_zip_write(sample, AN_COUNT(sample), &two, &err), AN_OK);     // appended: offsets are its own
    struct an_str second = an_str_slice(an_buf_str(&two), one.len, two.len);
    assert_true(an_str_eq(an_buf_str(&one), second));
}

static void an_archive_of_nothing_is_one(void **state) {
    (void) state;
    AN_AUTO(an_buf) file = written(NULL, 0);
    struct an_err err;
    assert_int_equal(file.len, 22);
    assert_int_equal(read_all(an_buf_str(&file), NULL, &err), AN_OK);
}

static void names_that_lead_astray_are_refused_both_ways(void **state) {
    (void) state;
    static const struct { struct an_str name; const char *words; } cases[] = {
        {AN_STR_INIT("../x"), "leaves"},        {AN_STR_INIT("a/../x"), "leaves"},   {AN_STR_INIT("a/./x"), "leaves"},
        {AN_STR_INIT("/etc/x"), "absolute"},    {AN_STR_INIT("a\\x"), "backslash"},  {AN_STR_INIT("C:x"), "file systems"},
        {AN_STR_INIT("a//x"), "empty part"},    {AN_STR_INIT("x\n"), "file systems"}, {AN_STR_INIT("x\0y"), "file systems"},
        {AN_STR_INIT("a./x"), "ends in a dot"}, {AN_STR_INIT("a /x"), "a space"},    {AN_STR_INIT("\xC0\xAFx"), "UTF-8"},
        {AN_STR_INIT(".."), "leaves"},          {AN_STR_INIT("x?"), "file systems"},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct an_zip_member m = {.name = cases[i].name, .bytes = AN_STR("1")};
        struct an_err err = {0};
        AN_AUTO(an_buf) out = {0};
        assert_int_equal(an_zip_write(&m, 1, &out, &err), AN_USAGE);
        assert_non_null(strstr(err.text, cases[i].words));
        // the same in a file: written under a harmless name of that length, then renamed
        char harmless[16];
        memset(harmless, 'n', sizeof harmless);
        m.name.ptr = harmless;
        AN_AUTO(an_buf) file = written(&m, 1);
        for (size_t at = 0; at + m.name.len <= file.len; at++)
            if (memcmp(file.ptr + at, harmless, m.name.len) == 0)
                memcpy(file.ptr + at, cases[i].name.ptr, m.name.len);
        struct an_str flagged = an_buf_str(&file);
        refuse(flagged, NULL, AN_INPUT, cases[i].words[0] == 'U' ? "" : cases[i].words);
    }
    char longest[256];
    memset(longest, 'a', sizeof longest);
    assert_null(an_zip_name_check((struct an_str) {longest, 255}));
    assert_non_null(an_zip_name_check((struct an_str) {longest, 256}));
    assert_non_null(an_zip_name_check((struct an_str) {"", 0}));
    assert_non_null(an_zip_name_check(AN_STR("folder/")));
    assert_null(an_zip_name_check(AN_STR("word/_rels/document.xml.rels")));
}

static void names_that_meet_are_refused(void **state) {
    (void) state;
    static const struct an_str pairs[][2] = {
        {AN_STR_INIT("a"), AN_STR_INIT("a")}, {AN_STR_INIT("a/B.txt"), AN_STR_INIT("A/b.TXT")},
        {AN_STR_INIT("\u00C9t\u00E9"), AN_STR_INIT("\u00E9T\u00C9")}, {AN_STR_INIT("\u0416"), AN_STR_INIT("\u0436")},
        {AN_STR_INIT("a"), AN_STR_INIT("a/b")}, {AN_STR_INIT("x/A/c"), AN_STR_INIT("X/a")},
    };
    for (size_t i = 0; i < AN_COUNT(pairs); i++) {
        struct an_zip_member two[] = {{pairs[i][0], AN_STR("1"), false}, {pairs[i][1], AN_STR("2"), false}};
        struct an_err err = {0};
        AN_AUTO(an_buf) out = {0};
        assert_int_equal(an_zip_write(two, 2, &out, &err), AN_USAGE);
        assert_int_equal(err.code, AN_USAGE);
    }
    struct an_zip_member two[] = {{AN_STR("aaa"), AN_STR("1"), false}, {AN_STR("aab"), AN_STR("2"), false}};
    AN_AUTO(an_buf) file = written(two, 2);
    for (size_t at = 0; at + 3 <= file.len; at++)
        if (memcmp(file.ptr + at, "aab", 3) == 0)
            memcpy(file.ptr + at, "aAa", 3);
    refuse(an_buf_str(&file), NULL, AN_INPUT, "one name");
}

// Offsets in the archive of one member named "m" that holds "12345", stored: local header 0, data 31, entry 36, end 83.
enum { LOCAL = 0, DATA = 31, ENTRY = 36, END = 83, FILE_LEN = 105 };

struct small { unsigned char bytes[256]; size_t len; };

static struct small small(void) {
    struct an_zip_member m = {AN_STR("m"), AN_STR("12345"), true};
    AN_AUTO(an_buf) file = written(&m, 1);
    struct small s = {.len = file.len};
    assert_int_equal(file.len, FILE_LEN);
    memcpy(s.bytes, file.ptr, file.len);
    return s;
}

static struct an_str str(const struct small *s) { return (struct an_str) {(const char *) s->bytes, s->len}; }

static void set(struct small *s, size_t at, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; i++)
        s->bytes[at + i] = (unsigned char) (value >> 8 * i);
}

static void put_in(struct small *s, size_t at, const char *bytes, size_t n) {
    memmove(s->bytes + at + n, s->bytes + at, s->len - at);
    memcpy(s->bytes + at, bytes, n);
    s->len += n;
}

struct change { size_t at; uint64_t value; size_t width; };

static void each_lie_in_a_field_is_told(void **state) {
    (void) state;
    static const struct { struct change change[2]; const char *words; } cases[] = {
        {{{ENTRY + 8, 1, 2}, {LOCAL + 6, 1, 2}}, "encrypted"},
        {{{ENTRY + 8, 1 << 6, 2}, {LOCAL + 6, 1 << 6, 2}}, "encrypted"},
        {{{ENTRY + 8, 1 << 13, 2}, {LOCAL + 6, 1 << 13, 2}}, "encrypted"},
        {{{ENTRY + 10, 12, 2}, {LOCAL + 8, 12, 2}}, "method"},
        {{{ENTRY + 4, 3 << 8 | 20, 2}, {ENTRY + 38, 0xA1FF0000u, 4}}, "link"},
        {{{ENTRY + 4, 3 << 8 | 20, 2}, {ENTRY + 38, 0x21FF0000u, 4}}, "link"},
        {{{ENTRY + 38, 0x40, 4}, {0}}, "link"},
        {{{LOCAL + 30, 'x', 1}, {0}}, "contradicts"},
        {{{LOCAL + 14, 0, 4}, {0}}, "contradicts"},
        {{{LOCAL + 18, 4, 4}, {0}}, "contradicts"},
        {{{LOCAL + 22, 9, 4}, {0}}, "contradicts"},
        {{{LOCAL + 8, 8, 2}, {0}}, "contradicts"},
        {{{LOCAL + 6, 1 << 11, 2}, {0}}, "contradicts"},
        {{{ENTRY + 16, 0, 4}, {LOCAL + 14, 0, 4}}, "checksum"},
        {{{ENTRY + 20, 0xFFFFFFFF, 4}, {0}}, "zip64"},
        {{{ENTRY + 42, 0xFFFFFFFF, 4}, {0}}, "zip64"},
        {{{END + 8, 0xFFFF, 2}, {END + 10, 0xFFFF, 2}}, "zip64"},
        {{{END + 16, 0xFFFFFFFF, 4}, {0}}, "zip64"},
        {{{ENTRY + 24, 4, 4}, {LOCAL + 22, 4, 4}}, "sizes differ"},
        {{{ENTRY + 34, 1, 2}, {0}}, "disk"},
        {{{END + 4, 1, 2}, {0}}, "disks"},
        {{{END + 8, 2, 2}, {0}}, "disks"},
        {{{END + 8, 2, 2}, {END + 10, 2, 2}}, "no entry"},
        {{{END + 8, 0, 2}, {END + 10, 0, 2}}, "nothing names"},
        {{{END + 12, 46, 4}, {0}}, "not where"},
        {{{END + 16, 35, 4}, {0}}, "not where"},
        {{{ENTRY + 42, 1, 4}, {0}}, "before the first"},
        {{{LOCAL + 26, 40, 2}, {0}}, "overlaps"},
        {{{ENTRY + 28, 99, 2}, {0}}, "cut"},
        {{{LOCAL, 0, 1}, {0}}, "not a ZIP"},
        {{{END, 0, 1}, {0}}, "does not end"},
        {{{ENTRY + 46, 0xC3, 1}, {LOCAL + 30, 0xC3, 1}}, "UTF-8"},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct small s = small();
        for (size_t k = 0; k < 2; k++)
            set(&s, cases[i].change[k].at, cases[i].change[k].value, cases[i].change[k].width);
        refuse(str(&s), NULL, AN_INPUT, cases[i].words);
    }
}

static void hidden_bytes_are_found_wherever_they_are(void **state) {
    (void) state;
    struct small s = small();
    put_in(&s, DATA + 5, "hide", 4);                // between the member and the directory
    set(&s, END + 4 + 16, ENTRY + 4, 4);
    refuse(str(&s), NULL, AN_INPUT, "hidden bytes after it");
    s = small();
    put_in(&s, 0, "MZhide", 6);                     // before: a program with an archive behind it
    refuse(str(&s), NULL, AN_INPUT, "not a ZIP");
    s = small();
    put_in(&s, END, "hide", 4);                     // between the directory and its end
    refuse(str(&s), NULL, AN_INPUT, "not where");
    s = small();
    put_in(&s, FILE_LEN, "hide", 4);
    refuse(str(&s), NULL, AN_INPUT, "bytes follow it");
    s = small();
    put_in(&s, FILE_LEN, "hide", 4);
    set(&s, END + 20, 4, 2);                        // as the archive's comment
    refuse(str(&s), NULL, AN_INPUT, "does not end");
    s = small();
    put_in(&s, ENTRY + 47, "hide", 4);              // as the member's comment
    set(&s, ENTRY + 32, 4, 2);
    set(&s, END + 4 + 12, 51, 4);
    refuse(str(&s), NULL, AN_INPUT, "comment");
    for (size_t len = 0; len < FILE_LEN; len++) {
        struct an_err err;
        s = small();
        assert_int_equal(read_all(an_str_slice(str(&s), 0, len), NULL, &err), AN_INPUT);
    }
}

static void extra_fields_pass_in_documents_and_not_in_evidence(void **state) {
    (void) state;
    struct small s = small();
    put_in(&s, DATA, "\x20\xA2\x02\x00zz", 6);      // local only: what Word leaves for later growth
    set(&s, LOCAL + 28, 6, 2);
    set(&s, END + 6 + 16, ENTRY + 6, 4);
    struct an_err err;
    assert_int_equal(read_all(str(&s), NULL, &err), AN_OK);
    refuse(str(&s), &(struct an_zip_limits) {.plain = true}, AN_INPUT, "extra fields");
    s.bytes[DATA + 2] = 3;
    refuse(str(&s), NULL, AN_INPUT, "extra fields are damaged");
    s.bytes[DATA + 2] = 2;
    s.bytes[DATA] = 1;
    s.bytes[DATA + 1] = 0;
    refuse(str(&s), NULL, AN_INPUT, "zip64");
}

static void data_descriptors_must_agree(void **state) {
    (void) state;
    for (size_t size = 12; size <= 16; size += 4) {
        struct small s = small();
        unsigned char d[16] = "PK\x07\x08";
        memcpy(d + size - 12, s.bytes + ENTRY + 16, 12);
        put_in(&s, DATA + 5, (const char *) d, size);
        size_t entry = ENTRY + size, end = END + size;
        set(&s, LOCAL + 6, 8, 2);
        set(&s, entry + 8, 8, 2);
        set(&s, LOCAL + 14, 0, 4);
        set(&s, LOCAL + 18, 0, 4);
        set(&s, LOCAL + 22, 0, 4);
        set(&s, end + 16, entry, 4);
        struct an_err err;
        assert_int_equal(read_all(str(&s), NULL, &err), AN_OK);
        refuse(str(&s), &(struct an_zip_limits) {.plain = true}, AN_INPUT, "descriptor");
        s.bytes[DATA + 5 + size - 1] ^= 1;
        refuse(str(&s), NULL, AN_INPUT, "descriptor");
        s.bytes[DATA + 5 + size - 1] ^= 1;
        put_in(&s, DATA + 5, "h", 1);
        set(&s, end + 1 + 16, entry + 1, 4);
        refuse(str(&s), NULL, AN_INPUT, "hidden bytes");
    }
}

static void two_members_cannot_share_bytes(void **state) {
    (void) state;
    struct an_zip_member two[] = {{AN_STR("a"), AN_STR("11111"), true}, {AN_STR("b"), AN_STR("22222"), true}};
    AN_AUTO(an_buf) file = written(two, 2);
    enum { SECOND = 72 + 47 };
    file.ptr[SECOND + 42] = 0;                      // both at the first local header
    refuse(an_buf_str(&file), NULL, AN_INPUT, "no local header");
    file.ptr[SECOND + 42] = 72;                     // in the directory
    refuse(an_buf_str(&file), NULL, AN_INPUT, "where no member is");
    file.ptr[SECOND + 45] = 0x7F;                   // beyond the end of the file
    refuse(an_buf_str(&file), NULL, AN_INPUT, "where no member is");
}

static void folders_are_left_out_and_hold_nothing(void **state) {
    (void) state;
    struct an_zip_member two[] = {{AN_STR("d1"), AN_STR(""), true}, {AN_STR("d0f"), AN_STR("2"), true}};
    AN_AUTO(an_buf) file = written(two, 2);
    for (size_t at = 0; at + 3 <= file.len; at++) {
        if (memcmp(file.ptr + at, "d1", 2) == 0)
            file.ptr[at + 1] = '/';
        if (memcmp(file.ptr + at, "d0f", 3) == 0)
            file.ptr[at + 1] = '/';
    }
    AN_AUTO(an_arena) arena = {0};
    struct an_zip zip;
    struct an_err err = {0};
    if (an_zip_read(an_buf_str(&file), NULL, &arena, &zip, &err))
        fail_msg("%s", err.text);
    assert_int_equal(zip.count, 1);
    assert_true(an_str_eq(zip.members[0].name, AN_STR("d/f")));
    refuse(an_buf_str(&file), &(struct an_zip_limits) {.plain = true}, AN_INPUT, "folder");
}

static void bombs_do_not_go_off(void **state) {
    (void) state;
    enum { BIG = 3 << 20 };
    char *zeros = calloc(1, BIG);
    struct an_zip_member two[] = {{AN_STR("a"), {zeros, BIG}, false}, {AN_STR("b"), {zeros, BIG}, true}};
    AN_AUTO(an_buf) file = written(two, 2);
    AN_AUTO(an_buf) fair = written(two + 1, 1);
    free(zeros);
    refuse(an_buf_str(&file), NULL, AN_LIMIT, "250 times");
    struct an_err err;
    assert_int_equal(read_all(an_buf_str(&file), &(struct an_zip_limits) {.ratio = 2000}, &err), AN_OK);
    refuse(an_buf_str(&file), &(struct an_zip_limits) {.ratio = 2000, .total_bytes = BIG}, AN_LIMIT, "those before it");
    refuse(an_buf_str(&file), &(struct an_zip_limits) {.ratio = 2000, .members = 1}, AN_LIMIT, "1 members");
    assert_int_equal(read_all(an_buf_str(&fair), NULL, &err), AN_OK);
    refuse(an_buf_str(&fair), &(struct an_zip_limits) {.member_bytes = BIG - 1}, AN_LIMIT, "allowed");
}

static void a_stream_that_lies_about_its_size_is_refused(void **state) {
    (void) state;
    struct an_zip_member m = sample[1];
    m.name = AN_STR("m");
    for (int delta = -1; delta <= 1; delta += 2) {
        AN_AUTO(an_buf) file = written(&m, 1);
        size_t packed = (unsigned char) file.ptr[18], entry = DATA + packed;
        file.ptr[22] = (char) (file.ptr[22] + delta);
        file.ptr[entry + 24] = (char) (file.ptr[entry + 24] + delta);
        refuse(an_buf_str(&file), NULL, AN_INPUT, "not of the size said");
    }
    AN_AUTO(an_buf) file = written(&m, 1);
    file.ptr[DATA] = 7;                             // no such block type
    refuse(an_buf_str(&file), NULL, AN_INPUT, "damaged");
}

static void every_allocation_may_fail(void **state) {
    (void) state;
    AN_AUTO(an_buf) file = written(sample, AN_COUNT(sample));
    bool done = false;
    for (uint64_t n = 1; !done; n++) {
        AN_AUTO(an_buf) out = {0};
        struct an_err err = {0};
        an_alloc_fail_nth(n);
        enum an_code code = an_zip_write(sample, AN_COUNT(sample), &out, &err);
        if (!code)
            code = read_all(an_buf_str(&file), NULL, &err);
        an_alloc_fail_nth(0);
        assert_true(code == AN_OK || code == AN_NOMEM);
        done = code == AN_OK;
        assert_true(n < 1000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(the_same_members_give_the_same_bytes),
        cmocka_unit_test(an_archive_of_nothing_is_one),
        cmocka_unit_test(names_that_lead_astray_are_refused_both_ways),
        cmocka_unit_test(names_that_meet_are_refused),
        cmocka_unit_test(each_lie_in_a_field_is_told),
        cmocka_unit_test(hidden_bytes_are_found_wherever_they_are),
        cmocka_unit_test(extra_fields_pass_in_documents_and_not_in_evidence),
        cmocka_unit_test(data_descriptors_must_agree),
        cmocka_unit_test(two_members_cannot_share_bytes),
        cmocka_unit_test(folders_are_left_out_and_hold_nothing),
        cmocka_unit_test(bombs_do_not_go_off),
        cmocka_unit_test(a_stream_that_lies_about_its_size_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
