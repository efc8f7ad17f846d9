// Dossiers: built the same each time, verified by strangers, and refused after any change.
#define _GNU_SOURCE
#include "unit.h"

#include "app/dossier.h"
#include "app/dossier_form.h"
#include "base/alloc.h"
#include "small_case.h"

static struct an_err err;

static void build(const struct small_case *s, const char *role, bool sign, struct an_buf *out) {
    struct an_dossier_request r = {.from = s->c, .role = role, .law = &s->law, .key = sign ? s->key : NULL};
    if (an_dossier_build(&r, out, &err))
        fail_msg("%s", err.text);
}

static enum an_dossier_level level_of(struct an_str file, const struct an_public *key, const struct an_law *law) {
    AN_AUTO(an_dossier) d;
    struct an_dossier_trust trust = {key, law};
    enum an_code code = an_dossier_verify(file, &trust, &d, &err);
    assert_true(code == AN_OK);
    return d.level;
}

static void expect(struct an_str file, const struct an_public *key, const struct an_law *law, enum an_dossier_level want) {
    AN_AUTO(an_dossier) d;
    struct an_dossier_trust trust = {key, law};
    assert_int_equal(an_dossier_verify(file, &trust, &d, &err), AN_OK);
    if (d.level == want)
        return;
    for (size_t i = 0; i < d.note_count; i++)
        print_message("# %d %s\n", d.notes[i].level, d.notes[i].text.en);
    fail_msg("level %d, not %d", d.level, want);
}

// Whether some note of that level begins so.
static bool tells(struct an_str file, const struct an_dossier_trust *trust, enum an_dossier_level level, const char *words) {
    AN_AUTO(an_dossier) d;
    bool found = false;
    assert_int_equal(an_dossier_verify(file, trust, &d, &err), AN_OK);
    for (size_t i = 0; i < d.note_count; i++)
        found |= d.notes[i].level == level && strstr(d.notes[i].text.en, words);
    return found;
}

static void a_signed_dossier_of_all_verifies(void **state) {
    struct small_case *s = *state;
    AN_AUTO(an_buf) file = {0}, again = {0};
    struct an_public key;
    an_secret_public(s->key, &key);
    build(s, "examiner", true, &file);
    build(s, "examiner", true, &again);
    assert_true(an_str_eq(an_buf_str(&file), an_buf_str(&again)));
    expect(an_buf_str(&file), &key, &s->law, AN_DOSSIER_FINE);
    struct an_dossier_trust trust = {&key, &s->law};
    assert_true(tells(an_buf_str(&file), &trust, AN_DOSSIER_FINE, "certificates: 1,"));
    assert_true(tells(an_buf_str(&file), &trust, AN_DOSSIER_FINE, "counts: 1 measurements"));
    assert_true(tells(an_buf_str(&file), &trust, AN_DOSSIER_FINE, "6 signed and checked"));
}

static void what_is_not_known_is_said(void **state) {
    struct small_case *s = *state;
    AN_AUTO(an_buf) file = {0}, bare = {0};
    struct an_public key;
    AN_CLEANUP(an_secret_cleanup) struct an_secret *other = NULL;
    assert_int_equal(an_secret_from_seed((unsigned char[AN_SIGN_SEED_BYTES]) {8}, &other, &err), AN_OK);
    build(s, "examiner", true, &file);
    build(s, "examiner", false, &bare);
    expect(an_buf_str(&file), NULL, &s->law, AN_DOSSIER_PARTLY);        // signed, but by whom?
    expect(an_buf_str(&bare), NULL, &s->law, AN_DOSSIER_PARTLY);
    an_secret_public(s->key, &key);
    expect(an_buf_str(&file), &key, NULL, AN_DOSSIER_PARTLY);           // no law to compare with
    expect(an_buf_str(&bare), &key, &s->law, AN_DOSSIER_WRONG);         // should be signed, and is not
    an_secret_public(other, &key);
    expect(an_buf_str(&file), &key, &s->law, AN_DOSSIER_WRONG);
}

static void who_may_not_see_an_entry_sees_its_hash(void **state) {
    struct small_case *s = *state;
    struct an_dossier_trust trust = {NULL, &s->law};
    static const struct { const char *role; bool d1, d2; const char *hidden; } roles[] = {
        {"filer", true, false, "log: 1 entries are hidden"}, {"authority", true, false, "log: 1 entries are hidden"},
        {"public", false, false, "log: 8 entries are hidden"}, {"examiner", true, true, NULL},
    };
    for (size_t i = 0; i < AN_COUNT(roles); i++) {
        AN_AUTO(an_buf) file = {0};
        build(s, roles[i].role, true, &file);
        expect(an_buf_str(&file), NULL, &s->law, AN_DOSSIER_PARTLY);
        assert_int_equal(memmem(file.ptr, file.len, "document d1", 11) != NULL, roles[i].d1);
        assert_int_equal(memmem(file.ptr, file.len, "document d2", 11) != NULL, roles[i].d2);
        assert_int_equal(memmem(file.ptr, file.len, "\"d2\"", 4) != NULL, roles[i].d2);
        if (roles[i].hidden)
            assert_true(tells(an_buf_str(&file), &trust, AN_DOSSIER_PARTLY, roles[i].hidden));
    }
    struct an_dossier_request r = {.from = s->c, .role = "king", .law = &s->law};
    AN_AUTO(an_buf) file = {0};
    assert_int_equal(an_dossier_build(&r, &file, &err), AN_USAGE);
}

static void any_altered_byte_is_found(void **state) {
    struct small_case *s = *state;
    AN_AUTO(an_buf) file = {0};
    build(s, "public", true, &file);
    for (size_t at = 0; at < file.len; at++) {
        file.ptr[at] = (char) (file.ptr[at] ^ (1 << at % 8));
        if (level_of(an_buf_str(&file), NULL, NULL) != AN_DOSSIER_WRONG)
            fail_msg("byte %zu of %zu", at, file.len);
        file.ptr[at] = (char) (file.ptr[at] ^ (1 << at % 8));
    }
    expect(an_buf_str(&file), NULL, NULL, AN_DOSSIER_PARTLY);
    for (size_t len = 0; len < file.len; len += len < 300 ? 1 : 37)
        assert_int_equal(level_of((struct an_str) {file.ptr, len}, NULL, NULL), AN_DOSSIER_WRONG);
}

static void any_altered_byte_of_a_whole_dossier_is_found(void **state) {
    struct small_case *s = *state;
    AN_AUTO(an_buf) file = {0};
    build(s, "examiner", true, &file);
    for (size_t at = 0; at < file.len; at += 61) {
        file.ptr[at] = (char) (file.ptr[at] + 1);
        if (level_of(an_buf_str(&file), NULL, NULL) != AN_DOSSIER_WRONG)
            fail_msg("byte %zu of %zu", at, file.len);
        file.ptr[at] = (char) (file.ptr[at] - 1);
    }
}

// Changes that a forger makes with care: the archive and its checksums are right again after them.
struct forging { struct an_arena arena; struct an_zip zip; struct an_buf file, out, manifest; };

static void forging_release(struct forging *f) {
    an_buf_release(&f->file);
    an_buf_release(&f->out);
    an_buf_release(&f->manifest);
    an_arena_release(&f->arena);
}

static void begin(struct forging *f, const struct small_case *s) {
    *f = (struct forging) {0};
    build(s, "examiner", false, &f->file);
    assert_int_equal(an_zip_read(an_buf_str(&f->file), NULL, &f->arena, &f->zip, &err), AN_OK);
    for (size_t i = 0; i < f->zip.count; i++)
        f->zip.members[i].stored = true;
}

static struct an_zip_member *find(struct forging *f, const char *prefix) {
    for (size_t i = 0; i < f->zip.count; i++)
        if (strncmp(f->zip.members[i].name.ptr, prefix, strlen(prefix)) == 0)
            return &f->zip.members[i];
    fail_msg("no %s", prefix);
    return f->zip.members;
}

static void replace(struct forging *f, const char *member, const char *from, const char *to) {
    struct an_zip_member *m = find(f, member);
    const char *at = memmem(m->bytes.ptr, m->bytes.len, from, strlen(from));
    AN_AUTO(an_buf) b = {0};
    if (!at)
        fail_msg("no %s in %s", from, member);
    size_t before = (size_t) (at - m->bytes.ptr);
    assert_int_equal(an_buf_add(&b, an_str_slice(m->bytes, 0, before), &err), AN_OK);
    assert_int_equal(an_buf_add(&b, an_str_from_c(to), &err), AN_OK);
    assert_int_equal(an_buf_add(&b, an_str_slice(m->bytes, before + strlen(from), m->bytes.len), &err), AN_OK);
    m->bytes = an_arena_copy(&f->arena, an_buf_str(&b));
}

// With a manifest that fits again.
static struct an_str finish(struct forging *f, const struct small_case *s) {
    struct an_hash head = an_case_head(s->c);
    struct an_dossier_facts facts = {
        .case_id = AN_STR("c0ffee"), .role = AN_STR("examiner"), .tool = AN_STR("anshen x"), .head = head,
        .entries = an_case_count(s->c), .last = an_case_entry(s->c, an_case_count(s->c))->at,
    };
    assert_int_equal(an_dossier_manifest(&facts, f->zip.members + 1, f->zip.count - 1, &f->manifest, &err), AN_OK);
    f->zip.members[0].bytes = an_buf_str(&f->manifest);
    assert_int_equal(an_zip_write(f->zip.members, f->zip.count, &f->out, &err), AN_OK);
    return an_buf_str(&f->out);
}

static void careful_forgeries_are_found(void **state) {
    struct small_case *s = *state;
    static const struct { const char *member, *from, *to, *told; } forgeries[] = {
        {"log/0000003.json", "\"US\"", "\"HK\"", "its hash does not fit"},
        {"log/0000003.minisig", "anshen case entry 3", "anshen case entry 4", "entry 3: "},
        {"log.json", "\"hidden\":[]", "\"hidden\":[9]", "not as many entries"},
        {"facts.json", "\"US\"", "\"HK\"", "facts.json: is not what follows"},
        {"verdicts.json", "applies", "does-not-apply", "verdicts.json: is not what follows"},
        {"VERIFY.txt", "64 zeros", "60 zeros", "VERIFY.txt: is not what follows"},
        {"objects/", "document", "tocument", "its bytes do not fit its hash"},
        {"rules/", "\"", "'", "its bytes do not fit its hash"},
        {"rules/names.jsonl", "{\"fact\"", "{\"fakt", "rules/names.jsonl"},
    };
    for (size_t i = 0; i < AN_COUNT(forgeries); i++) {
        AN_CLEANUP(forging_release) struct forging f;
        struct an_dossier_trust trust = {NULL, &s->law};
        begin(&f, s);
        if (strcmp(forgeries[i].member, "objects/") == 0) {
            for (size_t k = 0; k < f.zip.count; k++)
                if (memmem(f.zip.members[k].bytes.ptr, f.zip.members[k].bytes.len, "the text of document d1", 23) &&
                    f.zip.members[k].name.ptr[0] == 'o')
                    f.zip.members[k].bytes = AN_STR("the text of tocument d1\n");
        } else {
            replace(&f, forgeries[i].member, forgeries[i].from, forgeries[i].to);
        }
        struct an_str file = finish(&f, s);
        if (!tells(file, &trust, AN_DOSSIER_WRONG, forgeries[i].told)) {
            expect(file, NULL, &s->law, AN_DOSSIER_FINE);
            fail_msg("%s is not told", forgeries[i].told);
        }
    }
}

static void files_more_or_fewer_are_found(void **state) {
    struct small_case *s = *state;
    for (size_t gone = 1; gone < 60; gone++) {
        AN_CLEANUP(forging_release) struct forging f;
        begin(&f, s);
        if (gone >= f.zip.count)
            return;
        struct an_str name = f.zip.members[gone].name;
        memmove(f.zip.members + gone, f.zip.members + gone + 1, (f.zip.count - gone - 1) * sizeof *f.zip.members);
        f.zip.count--;
        bool may_go = name.len > 9 && (memcmp(name.ptr, "calendar/", 9) == 0 || memcmp(name.ptr, "procedure", 9) == 0);
        enum an_dossier_level level = level_of(finish(&f, s), NULL, &s->law);
        if (!may_go && level != AN_DOSSIER_WRONG && memcmp(name.ptr, "rules/", 6) != 0)
            fail_msg("without %.*s", AN_STR_ARG(name));
    }
    fail_msg("more files than expected");
}

static void a_file_that_nothing_accounts_for_is_found(void **state) {
    struct small_case *s = *state;
    static const char *const names[] = {"zz.txt", "objects/zz", "log/0000099.json", "log/0000001.txt", "result"};
    for (size_t i = 0; i < AN_COUNT(names); i++) {
        AN_CLEANUP(forging_release) struct forging f;
        begin(&f, s);
        struct an_zip_member *all = AN_NEW_N(&f.arena, f.zip.count + 1, struct an_zip_member);
        memcpy(all, f.zip.members, f.zip.count * sizeof *all);
        all[f.zip.count] = (struct an_zip_member) {.name = an_str_from_c(names[i]), .bytes = AN_STR("x"), .stored = true};
        f.zip.members = all;
        f.zip.count++;
        expect(finish(&f, s), NULL, &s->law, AN_DOSSIER_WRONG);
    }
}

static void a_dossier_packed_again_is_found(void **state) {
    struct small_case *s = *state;
    AN_CLEANUP(forging_release) struct forging f;
    begin(&f, s);
    f.zip.members[2].stored = false;            // deflated: the same files, other bytes
    struct an_str file;
    assert_int_equal(an_zip_write(f.zip.members, f.zip.count, &f.out, &err), AN_OK);
    file = an_buf_str(&f.out);
    expect(file, NULL, &s->law, AN_DOSSIER_WRONG);
}

static void what_is_no_dossier_is_refused(void **state) {
    struct small_case *s = *state;
    static const struct an_zip_member other[] = {{AN_STR_INIT("a.txt"), AN_STR_INIT("x"), true}};
    AN_AUTO(an_buf) zip = {0};
    assert_int_equal(an_zip_write(other, 1, &zip, &err), AN_OK);
    expect(an_buf_str(&zip), NULL, &s->law, AN_DOSSIER_WRONG);
    expect(AN_STR(""), NULL, &s->law, AN_DOSSIER_WRONG);
    expect(AN_STR("PK"), NULL, &s->law, AN_DOSSIER_WRONG);
}

static void the_report_says_the_same(void **state) {
    struct small_case *s = *state;
    AN_AUTO(an_buf) file = {0}, report = {0};
    AN_AUTO(an_dossier) d;
    struct an_dossier_trust trust = {NULL, &s->law};
    build(s, "filer", true, &file);
    assert_int_equal(an_dossier_verify(an_buf_str(&file), &trust, &d, &err), AN_OK);
    assert_int_equal(an_dossier_report(&d, &report, &err), AN_OK);
    assert_non_null(memmem(report.ptr, report.len, "\"outcome\":\"partly\"", 18));
}

static void the_want_of_memory_is_told(void **state) {
    struct small_case *s = *state;
    AN_AUTO(an_buf) file = {0};
    build(s, "filer", true, &file);
    struct an_dossier_trust trust = {NULL, NULL};
    for (uint64_t n = 1; n < 2000; n += 7) {
        AN_AUTO(an_dossier) d;
        an_alloc_fail_nth(n);
        enum an_code code = an_dossier_verify(an_buf_str(&file), &trust, &d, &err);
        an_alloc_fail_nth(0);
        assert_true(code == AN_OK || code == AN_NOMEM);
        if (code == AN_OK && d.level == AN_DOSSIER_WRONG)
            fail_msg("no memory at allocation %llu is told as a fault: %s", (unsigned long long) n,
                     d.notes[d.note_count - 1].text.en);
    }
}

static int set_up(void **state) {
    static struct small_case s;
    small_case_make(&s);
    *state = &s;
    return 0;
}

static int tear_down(void **state) {
    small_case_release(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_dossier_of_all_verifies), cmocka_unit_test(what_is_not_known_is_said),
        cmocka_unit_test(who_may_not_see_an_entry_sees_its_hash), cmocka_unit_test(any_altered_byte_is_found),
        cmocka_unit_test(any_altered_byte_of_a_whole_dossier_is_found), cmocka_unit_test(careful_forgeries_are_found),
        cmocka_unit_test(files_more_or_fewer_are_found), cmocka_unit_test(a_file_that_nothing_accounts_for_is_found),
        cmocka_unit_test(a_dossier_packed_again_is_found), cmocka_unit_test(what_is_no_dossier_is_refused),
        cmocka_unit_test(the_report_says_the_same), cmocka_unit_test(the_want_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
