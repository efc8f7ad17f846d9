#define _GNU_SOURCE
// The case file: what goes in and comes out, and what is refused.
#include "case_kit.h"

#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "base/alloc.h"
#include "case/secrecy.h"

static void a_case_keeps_what_it_was_told(void **state) {
    (void) state;
    struct an_err err = {0};
    struct stat st;
    struct an_case *c = make_full_case();
    assert_int_equal(stat("x.anshen", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    struct an_hash head = an_case_head(c);
    an_case_free(c);
    assert_int_not_equal(access("x.anshen-wal", F_OK), 0);
    must(an_case_open("x.anshen", false, &c, &err), &err);
    assert_int_equal(an_case_count(c), AN_COUNT(samples) + 3);
    for (size_t i = 0; i < AN_COUNT(samples); i++) {
        const struct an_entry *e = an_case_entry(c, i + 2);
        json_t *body = sample_body(samples[i].body);
        assert_string_equal(e->kind->name, samples[i].kind);
        assert_true(json_equal(e->body, body));
        json_decref(body);
    }
    assert_string_equal(an_case_head(c).text, head.text);
    assert_int_equal(try_append(c, "fact", NOW, NULL, "{}", NULL, &err), AN_USAGE);
    assert_string_equal(err.text, "case file x.anshen: was opened for reading only");
    an_case_free(c);
    assert_whole(AN_COUNT(samples) + 3);
}

static void every_kind_has_a_sample_and_both_languages(void **state) {
    (void) state;
    assert_int_equal(an_entry_kind_count(), AN_COUNT(samples) + 1);
    for (size_t i = 0; i < AN_COUNT(samples); i++) {
        const struct an_entry_kind *kind = an_entry_kind_find(an_str_from_c(samples[i].kind));
        assert_non_null(kind);
        assert_true(*kind->title.en && *kind->title.zh);
        json_t *body = sample_body(samples[i].body);
        struct an_err err = {0};
        must(an_entry_check(kind, body, NULL, NULL, &err), &err);
        size_t members = 0;             // each sample has every member, so that what follows tries them all
        for (const struct an_member *m = kind->members; m->name; m++)
            members += m->type != AN_MEMBER_KEY;
        assert_int_equal(json_object_size(body), members);
        json_decref(body);
    }
    assert_null(an_entry_kind_find(AN_STR("Fact")));
}

static void assert_refused(const struct an_entry_kind *kind, const json_t *body, const char *member) {
    struct an_err err = {0};
    char *shown = json_dumps(body, 0);
    if (an_entry_check(kind, body, NULL, NULL, &err) != AN_INPUT)
        fail_msg("%s: %s", kind->name, shown);
    if (member && !strstr(err.text, member))
        fail_msg("'%s' does not name %s", err.text, member);
    free(shown);
}

// One fault at a time: without the member, and with each thing in its place that it cannot be.
static void try_faults(const struct an_entry_kind *kind, json_t *whole, json_t *group, const struct an_member *members) {
    static const char *const wrong[] = {
        "null", "true", "1.5", "-1", "12", "\"\"", "\"a\\u0007b\"", "\"a\\u007fb\"", "\"a\\u202eb\"", "[]", "[1]", "[\"\"]", "{}",
        "\"two\\nlines\"", "\"a b\"",
    };
    for (const struct an_member *m = members; m->name; m++) {
        json_t *value = json_incref(json_object_get(group, m->name));
        if (!value)
            continue;
        json_object_del(group, m->name);
        if (!m->is_optional)
            assert_refused(kind, whole, m->name);
        for (size_t i = 0; i < AN_COUNT(wrong); i++) {
            json_error_t problem;
            json_t *bad = json_loads(wrong[i], JSON_DECODE_ANY, &problem);
            bool number = m->type == AN_MEMBER_COUNT || m->type == AN_MEMBER_COUNT_OR_NULL;
            bool fits = (json_is_array(bad) && m->is_list && !json_array_size(bad)) || (number && i == 4 && !m->most) ||
                        (m->type == AN_MEMBER_COUNT_OR_NULL && i == 0) || (m->type == AN_MEMBER_TEXT && i >= 13) ||
                        (m->type == AN_MEMBER_LINE && !m->is_list && i == 14);
            json_object_set_new(group, m->name, bad);
            if (!fits)
                assert_refused(kind, whole, m->type == AN_MEMBER_GROUP ? NULL : m->name);
        }
        json_object_set(group, m->name, value);
        if (m->type == AN_MEMBER_GROUP)
            try_faults(kind, whole, m->is_list ? json_array_get(value, 0) : value, m->members);
        json_decref(value);
    }
    json_object_set_new(group, "unknown_member", json_integer(1));
    assert_refused(kind, whole, "has a member that is not known");
    json_object_del(group, "unknown_member");
}

static void a_body_with_one_fault_is_refused_with_its_member(void **state) {
    (void) state;
    for (size_t i = 0; i < AN_COUNT(samples); i++) {
        const struct an_entry_kind *kind = an_entry_kind_find(an_str_from_c(samples[i].kind));
        struct an_err err = {0};
        json_t *body = sample_body(samples[i].body);
        try_faults(kind, body, body, kind->members);
        must(an_entry_check(kind, body, NULL, NULL, &err), &err);
        json_decref(body);
    }
}

static void a_text_has_its_limit(void **state) {
    (void) state;
    static char text[AN_ENTRY_TEXT_MAX + 2];
    const struct an_entry_kind *order = an_entry_kind_find(AN_STR("order")), *fact = an_entry_kind_find(AN_STR("fact"));
    static const struct { const char *member; size_t most; bool in_order; } limits[] = {
        {"id", AN_ENTRY_ID_MAX, true}, {"text", AN_ENTRY_TEXT_MAX, true}, {"source", AN_ENTRY_LINE_MAX, false},
    };
    for (size_t i = 0; i < AN_COUNT(limits); i++) {
        const struct an_entry_kind *kind = limits[i].in_order ? order : fact;
        json_t *body = sample_body(samples[limits[i].in_order ? 12 : 2].body);
        struct an_err err = {0};
        memset(text, 'x', sizeof text);
        json_object_set_new(body, limits[i].member, json_stringn(text, limits[i].most));
        must(an_entry_check(kind, body, NULL, NULL, &err), &err);
        json_object_set_new(body, limits[i].member, json_stringn(text, limits[i].most + 1));
        assert_refused(kind, body, limits[i].member);
        json_decref(body);
    }
}

static void what_is_referred_to_must_be_there(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_err err = {0};
    static const struct { const char *kind, *actor, *body, *why; } wrong[] = {
        {"fact", "li", "{\"name\":\"a\",\"value\":\"1\",\"source\":\"b\",\"day\":\"2026-11-20\"}", "its actor is no person"},
        {"withdraw", NULL, "{\"entry\":2,\"why\":\"x\"}", "does not stand before it"},
        {"withdraw", NULL, "{\"entry\":1,\"why\":\"x\"}", "or the first"},
        {"withdraw", NULL, "{\"entry\":99,\"why\":\"x\"}", "does not stand before it"},
        {"event", NULL, "{\"name\":\"e\",\"day\":\"2026-11-20\",\"documents\":[\"$\"]}", "is not in the file"},
        {"measurement", NULL, "{\"label\":\"l\",\"day\":\"2026-11-20\",\"stores\":1,\"records\":1,\"unread\":0,\"people\":"
         "{\"floor\":1,\"linked\":1,\"ceiling\":1},\"census\":\"$\"}", "is not in the file"},
        {"nonsense", NULL, "{}", "no kind of entry 'nonsense'"},
        {"open", NULL, open_body, "opens a case that is open"},
    };
    for (size_t i = 0; i < AN_COUNT(wrong); i++) {
        assert_int_equal(try_append(c, wrong[i].kind, NOW, wrong[i].actor, wrong[i].body, NULL, &err), AN_INPUT);
        if (!strstr(err.text, wrong[i].why) || strstr(err.text, "case file x.anshen: ") != err.text)
            fail_msg("%s: %s", wrong[i].why, err.text);
        assert_int_equal(an_case_count(c), 1);
    }
    struct an_hash hash;
    must(an_case_object_put(c, AN_STR(OBJECT_TEXT), &hash, &err), &err);
    append(c, "event", "{\"name\":\"e\",\"day\":\"2026-11-20\",\"documents\":[\"$\"]}");
    json_t *document = sample_body(samples[7].body);
    uint64_t seq;
    json_object_set_new(document, "size", json_integer(47));
    assert_int_equal(an_case_append(c, &(struct an_entry_draft) {"document", NOW, NULL, document, NULL}, &seq, &err), AN_INPUT);
    assert_non_null(strstr(err.text, "another size"));
    json_decref(document);
    an_case_free(c);
    assert_whole(2);
}

static void what_is_withdrawn_is_marked_and_passed_over(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_err err = {0};
    append(c, "person", samples[0].body);
    append(c, "order", "{\"id\":\"o1\",\"text\":\"one\",\"day\":\"2026-11-23\",\"status\":\"open\"}");
    append(c, "order", "{\"id\":\"o1\",\"text\":\"two\",\"day\":\"2026-11-23\",\"status\":\"met\"}");
    append(c, "order", "{\"id\":\"o2\",\"text\":\"three\",\"day\":\"2026-11-23\",\"status\":\"open\"}");
    assert_int_equal(an_case_last(c, "order", "id", AN_STR("o1"))->seq, 4);
    append(c, "withdraw", "{\"entry\":4,\"why\":\"a mistake\"}");
    assert_int_equal(an_case_entry(c, 4)->withdrawn_by, 6);
    assert_int_equal(an_case_last(c, "order", "id", AN_STR("o1"))->seq, 3);
    assert_int_equal(an_case_last(c, "order", NULL, AN_STR(""))->seq, 5);
    assert_null(an_case_last(c, "order", "id", AN_STR("o3")));
    assert_null(an_case_last(c, "fact", NULL, AN_STR("")));
    const struct an_entry *first = an_case_next(c, "order", NULL), *second = an_case_next(c, "order", first);
    assert_int_equal(first->seq, 3);
    assert_int_equal(second->seq, 5);
    assert_null(an_case_next(c, "order", second));
    size_t all = 0;
    for (const struct an_entry *e = NULL; (e = an_case_next(c, NULL, e)) != NULL;)
        all++;
    assert_int_equal(all, 5);
    assert_int_equal(try_append(c, "withdraw", NOW, NULL, "{\"entry\":4,\"why\":\"again\"}", NULL, &err), AN_INPUT);
    assert_non_null(strstr(err.text, "withdraws what entry 6 has"));
    assert_int_equal(try_append(c, "withdraw", NOW, NULL, "{\"entry\":6,\"why\":\"back\"}", NULL, &err), AN_INPUT);
    append(c, "withdraw", "{\"entry\":2,\"why\":\"left\"}");
    assert_int_equal(try_append(c, "order", NOW, "li", samples[12].body, NULL, &err), AN_INPUT);
    an_case_free(c);
    must(an_case_open("x.anshen", false, &c, &err), &err);
    assert_int_equal(an_case_entry(c, 4)->withdrawn_by, 6);
    an_case_free(c);
}

static void a_clock_set_back_is_said(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_err err = {0};
    const char *fact = samples[2].body;
    must(try_append(c, "fact", "2026-11-23T09:00:00Z", NULL, fact, NULL, &err), &err);
    must(try_append(c, "fact", "2026-11-23T09:00:00Z", NULL, fact, NULL, &err), &err);
    assert_int_equal(try_append(c, "fact", "2026-11-23T08:59:59Z", NULL, fact, NULL, &err), AN_USAGE);
    assert_string_equal(err.text, "case file x.anshen: the clock was set back: it is 2026-11-23T08:59:59Z, and the last "
                        "entry was made at 2026-11-23T09:00:00Z");
    static const char *const wrong[] = {"", "2026-11-24", "2026-11-24T24:00:00Z", "2026-11-24T09:60:00Z", "2026-11-24T09:00:60Z",
                                        "2026-11-24T09:00:00z", "2026-11-24 09:00:00Z", "2026-11-31T09:00:00Z",
                                        "2026-11-24T09:00:00+08:00"};
    for (size_t i = 0; i < AN_COUNT(wrong); i++) {
        assert_int_equal(try_append(c, "fact", wrong[i], NULL, fact, NULL, &err), AN_INPUT);
        assert_non_null(strstr(err.text, "its moment is none"));
    }
    assert_int_equal(an_case_count(c), 3);
    an_case_free(c);
}

static void only_a_person_s_own_key_signs(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_secret *key = secret_of(1), *other = secret_of(2);
    struct an_public public;
    struct an_err err = {0};
    char body[256], line[AN_PUBLIC_TEXT_MAX];
    const char *fact = samples[2].body;
    append(c, "person", samples[0].body);
    assert_int_equal(try_append(c, "fact", NOW, "li", fact, key, &err), AN_INPUT);
    assert_non_null(strstr(err.text, "its key is none that a person entry before it gives its actor"));
    assert_int_equal(try_append(c, "fact", NOW, NULL, fact, key, &err), AN_INPUT);
    append_signer(c, key);
    must(try_append(c, "fact", NOW, "wang", fact, key, &err), &err);
    must(try_append(c, "fact", NOW, "wang", fact, NULL, &err), &err);
    assert_int_equal(try_append(c, "fact", NOW, "wang", fact, other, &err), AN_INPUT);
    assert_int_equal(try_append(c, "fact", NOW, "li", fact, key, &err), AN_INPUT);
    assert_true(an_case_entry(c, 3)->signature.len && an_case_entry(c, 4)->signature.len && !an_case_entry(c, 5)->signature.len);

    an_secret_public(other, &public);               // another key for who has one: only signed with that one
    (void) snprintf(body, sizeof body, SIGNER, an_public_text(&public, line));
    assert_int_equal(try_append(c, "person", NOW, NULL, body, NULL, &err), AN_INPUT);
    assert_int_equal(try_append(c, "person", NOW, "li", body, NULL, &err), AN_INPUT);
    assert_int_equal(try_append(c, "person", NOW, "wang", body, other, &err), AN_INPUT);
    must(try_append(c, "person", NOW, "wang", body, key, &err), &err);
    must(try_append(c, "fact", NOW, "wang", fact, other, &err), &err);
    append(c, "withdraw", "{\"entry\":3,\"why\":\"the key was lost\"}");
    assert_int_equal(try_append(c, "fact", NOW, "wang", fact, key, &err), AN_INPUT);
    must(try_append(c, "fact", NOW, "wang", fact, other, &err), &err);
    an_secret_free(key);
    an_secret_free(other);
    an_case_free(c);
    assert_whole(9);
}

static void an_object_is_stored_once_and_comes_back_whole(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_err err = {0};
    struct an_hash hash, again, empty;
    AN_AUTO(an_buf) big = {0};
    AN_AUTO(an_buf) out = {0};
    uint64_t size = 0;
    for (int i = 0; i < 100000; i++)
        must(an_buf_addf(&big, &err, "%d", i), &err);
    must(an_case_object_put(c, an_buf_str(&big), &hash, &err), &err);
    must(an_case_object_put(c, an_buf_str(&big), &again, &err), &err);
    must(an_case_object_put(c, AN_STR(""), &empty, &err), &err);
    assert_string_equal(hash.text, again.text);
    // BLAKE2b-256 of nothing.
    assert_string_equal(empty.text, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    must(an_case_object_get(c, an_hash_str(&hash), &out, &err), &err);
    assert_true(an_str_eq(an_buf_str(&out), an_buf_str(&big)));
    must(an_case_object_size(c, an_hash_str(&hash), &size, &err), &err);
    assert_int_equal(size, big.len);
    hash.text[0] = hash.text[0] == '0' ? '1' : '0';
    assert_int_equal(an_case_object_get(c, an_hash_str(&hash), &out, &err), AN_USAGE);
    assert_int_equal(an_case_object_size(c, an_hash_str(&hash), &size, &err), AN_USAGE);
    assert_int_equal(an_case_object_put(c, (struct an_str) {"", AN_CASE_OBJECT_MAX + 1}, &hash, &err), AN_LIMIT);
    an_case_free(c);
    assert_whole(1);
}

static void a_group_is_kept_as_one_or_not_at_all(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_err err = {0};
    struct an_hash hash, head = an_case_head(c);
    must(an_case_begin(c, &err), &err);
    must(an_case_object_put(c, AN_STR("rolled back"), &hash, &err), &err);
    append(c, "person", samples[0].body);
    append(c, "fact", samples[2].body);
    append(c, "withdraw", "{\"entry\":3,\"why\":\"x\"}");
    an_case_rollback(c);
    assert_int_equal(an_case_count(c), 1);
    assert_string_equal(an_case_head(c).text, head.text);
    uint64_t size;
    assert_int_equal(an_case_object_size(c, an_hash_str(&hash), &size, &err), AN_USAGE);

    must(an_case_begin(c, &err), &err);
    append(c, "fact", samples[2].body);
    assert_int_equal(try_append(c, "fact", NOW, NULL, "{}", NULL, &err), AN_INPUT);
    assert_int_equal(try_append(c, "fact", NOW, NULL, samples[2].body, NULL, &err), AN_IO);
    assert_int_equal(an_case_commit(c, &err), AN_IO);
    assert_string_equal(err.text, "case file x.anshen: nothing was kept, since a part of it failed");
    assert_int_equal(an_case_count(c), 1);

    must(an_case_begin(c, &err), &err);
    assert_int_equal(an_case_begin(c, &err), AN_BUG);
    append(c, "fact", samples[2].body);
    append(c, "withdraw", "{\"entry\":2,\"why\":\"x\"}");
    must(an_case_commit(c, &err), &err);
    assert_int_equal(an_case_commit(c, &err), AN_BUG);
    must(an_case_begin(c, &err), &err);
    append(c, "fact", samples[2].body);
    an_case_free(c);                            // gives the last one up
    assert_whole(3);
}

static void what_is_no_case_file_is_refused_by_name(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_err err = {0};
    json_t *body = json_of(open_body);
    struct an_entry_draft draft = {.kind = "open", .at = NOW, .body = body};
    an_case_free(c);
    assert_int_equal(an_case_create("x.anshen", &draft, &c, &err), AN_USAGE);
    assert_string_equal(err.text, "case file x.anshen: there is a file of that name already");
    static const struct { const char *command; enum an_code code; const char *why; } wrong[] = {
        {"rm -f x.anshen", AN_IO, "No such file"},
        {"mkdir x.anshen", AN_USAGE, "not a regular file"},
        {"rmdir x.anshen; : >x.anshen", AN_USAGE, "no case file"},
        {"head -c 8192 /dev/zero >x.anshen", AN_INPUT, "no SQLite database"},
        {"rm x.anshen; sqlite3 x.anshen 'CREATE TABLE t(x)'", AN_USAGE, "no case file"},
    };
    for (size_t i = 0; i < AN_COUNT(wrong); i++) {
        assert_int_equal(system(wrong[i].command), 0);
        for (int writable = 0; writable < 2; writable++) {
            enum an_code code = an_case_open("x.anshen", writable, &c, &err);
            if (code != wrong[i].code || !strstr(err.text, wrong[i].why) || strstr(err.text, "case file x.anshen: ") != err.text)
                fail_msg("%s: %d %s", wrong[i].command, code, err.text);
        }
    }
    remove_case();
    draft.kind = "fact";
    assert_int_equal(an_case_create("x.anshen", &draft, &c, &err), AN_INPUT);
    draft.kind = "open";
    draft.at = "yesterday";
    assert_int_equal(an_case_create("x.anshen", &draft, &c, &err), AN_INPUT);
    assert_int_not_equal(access("x.anshen", F_OK), 0);
    assert_int_not_equal(access("x.anshen.tmp", F_OK), 0);
    json_decref(body);
}

static void change(const char *sql) {
    sqlite3 *h;
    char *why = NULL;
    assert_int_equal(sqlite3_open("x.anshen", &h), SQLITE_OK);
    if (sqlite3_exec(h, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
    assert_int_equal(sqlite3_close(h), SQLITE_OK);
}

static void a_newer_version_and_strange_tables_are_refused(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_err err = {0};
    an_case_free(c);
    change("PRAGMA user_version = 99");
    for (int writable = 0; writable < 2; writable++) {
        assert_int_equal(an_case_open("x.anshen", writable, &c, &err), AN_USAGE);
        assert_non_null(strstr(err.text, "case file x.anshen: version 99 is newer than this program knows"));
    }
    change("PRAGMA user_version = 1; CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM object; END");
    for (int writable = 0; writable < 2; writable++) {
        assert_int_equal(an_case_open("x.anshen", writable, &c, &err), AN_INPUT);
        assert_string_equal(err.text, "case file x.anshen: its tables are not those of a case file: it was altered");
    }
}

static void all_faults_are_listed_each_with_its_place(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_case_report report;
    struct an_err err = {0};
    struct an_hash hash = an_hash_of(AN_STR(OBJECT_TEXT));
    struct an_case *c = make_full_case();
    an_case_free(c);
    change("UPDATE entry SET text = replace(text, 'FOREIGN', 'MAINLAND') WHERE seq = 4;"
           "UPDATE entry SET text = replace(text, 'o1', 'o9'), hash = replace(hash, 'a', 'b') WHERE seq = 14;"
           "UPDATE entry SET signature = NULL WHERE seq = 21;"
           "DELETE FROM entry WHERE seq = 17;"
           "INSERT INTO stamp VALUES(3, 'x', x'3000');"
           "UPDATE object SET bytes = CAST(bytes || 'x' AS BLOB)");
    verify(&arena, &report);
    static const struct { uint64_t seq; const char *text; } faults[] = {
        {4, "entry 4: its hash does not fit: it was altered"},
        {14, "entry 14: its hash does not fit: it was altered"},
        {15, "entry 15: does not follow the one before it: one of them was altered, or some are missing"},
        {17, "entry 17: is missing"},
        {18, "entry 18: does not follow the one before it: one of them was altered, or some are missing"},
        {21, "entry 21: its signature is missing"},
        {9, "entry 9: document: its object"},
        {3, "entry 3: its time stamp does not fit its hash: it was altered"},
    };
    for (size_t i = 0; i < AN_COUNT(faults); i++) {
        bool found = i == 6;                    // sizes are tried below
        for (size_t k = 0; k < report.fault_count; k++)
            found |= report.faults[k].seq == faults[i].seq && strcmp(report.faults[k].text.ptr, faults[i].text) == 0;
        if (!found)
            fail_msg("not listed: %s", faults[i].text);
    }
    bool object = false, size = false;
    for (size_t k = 0; k < report.fault_count; k++) {
        object |= strcmp(report.faults[k].object.text, hash.text) == 0;
        size |= report.faults[k].seq == 9 && strstr(report.faults[k].text.ptr, "another size");
    }
    assert_true(object && size);
    assert_int_equal(an_case_open("x.anshen", true, &c, &err), AN_INPUT);
    assert_string_equal(err.text, "case file x.anshen: entry 4: its hash does not fit: it was altered");
    change("DELETE FROM object");
    verify(&arena, &report);
    size_t missing = 0;
    for (size_t k = 0; k < report.fault_count; k++)
        missing += strstr(report.faults[k].text.ptr, "is not in the file") != NULL;
    assert_true(missing >= 8);
}

// One who can write the file, and hashes again what he altered, cannot sign it, nor leave a signature out.
static void a_new_chain_does_not_make_a_signature(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_secret *key = secret_of(1);
    struct an_err err = {0};
    AN_AUTO(an_arena) arena = {0};
    struct an_case_report report;
    append_signer(c, key);
    must(try_append(c, "fact", NOW, "wang", samples[2].body, key, &err), &err);
    AN_AUTO(an_buf) text = {0};
    must(an_buf_add(&text, an_case_entry(c, 3)->text, &err), &err);
    must(an_buf_add(&text, (struct an_str) {"", 1}, &err), &err);
    an_case_free(c);
    memcpy(strstr(text.ptr, "FOREIGN"), "HONGKNG", 7);
    unsigned char raw[32];
    char hex[65], sql[2048];
    AN_AUTO(an_buf) hashed = {0};
    struct an_case *again = NULL;
    change("CREATE TABLE t AS SELECT hash FROM entry WHERE seq = 2");
    change("DROP TABLE t");
    must(an_case_open("x.anshen", false, &again, &err), &err);
    must(an_buf_addf(&hashed, &err, "anshen case entry 1\n%s\n%s", an_case_entry(again, 2)->hash.text, text.ptr), &err);
    an_case_free(again);
    crypto_generichash(raw, sizeof raw, (unsigned char *) hashed.ptr, hashed.len, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
    (void) snprintf(sql, sizeof sql, "UPDATE entry SET text = '%s', hash = '%s' WHERE seq = 3", text.ptr, hex);
    change(sql);
    verify(&arena, &report);
    assert_int_equal(report.fault_count, 1);
    assert_string_equal(report.faults[0].text.ptr, "entry 3: signature: does not fit what it is said to sign");
    an_secret_free(key);
}

static void reading_leaves_nothing_beside_and_needs_no_right_to_write(void **state) {
    (void) state;
    struct an_case *c = make_full_case();
    an_case_free(c);
    assert_int_equal(mkdir("still", 0700), 0);
    assert_int_equal(rename("x.anshen", "still/x.anshen"), 0);
    assert_int_equal(chmod("still/x.anshen", 0444) | chmod("still", 0555) | chmod(".", 0755), 0);
    pid_t child = fork();
    if (child == 0) {
        struct an_err err = {0};
        AN_AUTO(an_arena) arena = {0};
        struct an_case_report report;
        if (geteuid() == 0 && setuid(65534))
            _exit(9);
        if (an_case_open("still/x.anshen", false, &c, &err) || an_case_count(c) != AN_COUNT(samples) + 3)
            _exit(1);
        an_case_free(c);
        if (an_case_verify("still/x.anshen", &arena, &report, &err) || report.fault_count)
            _exit(2);
        if (an_case_open("still/x.anshen", true, &c, &err) != AN_IO || !strstr(err.text, "may not be written to"))
            _exit(3);
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(chmod("still", 0700), 0);
    assert_int_equal(unlink("still/x.anshen") | rmdir("still"), 0);         // there is nothing else in it
}

static void no_memory_loses_nothing(void **state) {
    (void) state;
    struct an_case *c = make_case();
    struct an_err err = {0};
    json_t *body = sample_body(samples[2].body);
    struct an_entry_draft draft = {"fact", NOW, NULL, body, NULL};
    enum an_code code = AN_NOMEM;
    uint64_t seq = 0;
    for (uint64_t n = 1; code; n++) {
        an_alloc_fail_nth(n);
        code = an_case_append(c, &draft, &seq, &err);
        an_alloc_fail_nth(0);
        assert_true(code == AN_OK || code == AN_NOMEM);
        assert_int_equal(an_case_count(c), code ? 1 : 2);
    }
    an_case_free(c);
    code = AN_NOMEM;
    for (uint64_t n = 1; code; n++) {
        c = NULL;
        an_alloc_fail_nth(n);
        code = an_case_open("x.anshen", false, &c, &err);
        an_alloc_fail_nth(0);
        assert_true(code == AN_OK || code == AN_NOMEM);
    }
    an_case_free(c);
    code = AN_NOMEM;
    for (uint64_t n = 1; code; n++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_case_report report;
        an_alloc_fail_nth(n);
        code = an_case_verify("x.anshen", &arena, &report, &err);
        an_alloc_fail_nth(0);
        assert_true(code == AN_NOMEM || (code == AN_OK && !report.fault_count));
    }
    json_decref(body);
}

static void a_role_sees_what_the_table_says(void **state) {
    (void) state;
    static const struct { const char *role, *sees; } table[] = {        // one digit a class
        {"public", "1000"}, {"filer", "1100"}, {"adviser", "1100"}, {"body", "1110"}, {"authority", "1110"}, {"examiner", "1111"},
        {"", "0000"}, {"Filer", "0000"}, {"nobody", "0000"},
    };
    for (size_t i = 0; i < AN_COUNT(table); i++)
        for (size_t k = 0; an_secrecy_classes[k]; k++)
            assert_int_equal(an_secrecy_lets(an_str_from_c(table[i].role), an_str_from_c(an_secrecy_classes[k])),
                             table[i].sees[k] == '1');
    assert_false(an_secrecy_lets(AN_STR("examiner"), AN_STR("")));
    assert_false(an_secrecy_lets(AN_STR("examiner"), AN_STR("secret")));
}

static void run(const char *command) {
    int status = system(command);
    if (status)
        fail_msg("status %d: %s", status, command);
}

// The commands of docs/CASE_FILE.md, as they stand there: its n-th indented block under this heading.
static void run_block(int n, const char *ending) {
    char command[512];
    (void) snprintf(command, sizeof command,
                    "awk '/^## /{on = /by hand/; block = 0; in_block = 0} on && /^    /{if (!in_block) block++; in_block = 1; "
                    "if (block == %d) print} !/^    /{in_block = 0}' \"$ANSHEN_SOURCE_ROOT/docs/CASE_FILE.md\" >block.sh && "
                    "test -s block.sh && sh -e block.sh >out 2>&1 %s", n, ending);
    run(command);
}

static void a_case_can_be_checked_by_hand(void **state) {
    (void) state;
    if (system("command -v sqlite3 b2sum minisign >/dev/null"))
        skip();
    struct an_case *c = make_full_case();
    an_case_free(c);
    run_block(1, "&& test ! -s out");
    run_block(2, "&& grep -qx 'Trusted comment: anshen case entry 21' out");
    run("sqlite3 x.anshen \"SELECT writefile('o', bytes) FROM object\" >/dev/null\n"
        "test \"$(b2sum -l 256 o | cut -c 1-64)\" = \"$(sqlite3 x.anshen 'SELECT hash FROM object')\"");
    change("UPDATE entry SET text = replace(text, 'FOREIGN', 'HK') WHERE seq = 4");
    run_block(1, "&& grep -qx 'entry 4 was altered' out");
    run("rm -f block.sh out o e e.minisig");
}

static void put(const char *path, struct an_str bytes) {
    struct an_err err = {0};
    must(an_file_write(path, bytes, 0600, 0, &err), &err);
}

// A time-stamp authority of our own, for the length of this test.
static void a_time_stamp_is_kept_and_verified_by_openssl(void **state) {
    (void) state;
    if (system("command -v openssl >/dev/null"))
        skip();
    struct an_case *c = make_full_case();
    struct an_err err = {0};
    const struct an_entry *e = an_case_entry(c, 4);
    unsigned char digest[AN_CASE_DIGEST];
    char hex[2 * AN_CASE_DIGEST + 1], command[256];
    AN_AUTO(an_buf) token = {0};
    AN_AUTO(an_buf) kept = {0};
    bool any = true;
    run("openssl req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 2 -subj /CN=test "
        "-addext 'extendedKeyUsage=critical,timeStamping' 2>/dev/null; echo 01 >serial");
    put("tsa.cnf", AN_STR("[tsa]\ndefault_tsa = t\n[t]\nserial = serial\nsigner_cert = tsa.pem\nsigner_key = tsa.key\n"
                          "signer_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\n"));
    an_entry_stamp_digest(e, digest);
    (void) snprintf(command, sizeof command, "openssl ts -query -digest %s -sha256 -cert -out q.tsq 2>/dev/null && "
                    "openssl ts -reply -config tsa.cnf -section t -queryfile q.tsq -out r.tsr 2>/dev/null",
                    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest));
    run(command);
    must(an_file_read("r.tsr", AN_CASE_STAMP_MAX, 0, &token, &err), &err);
    must(an_case_stamp_get(c, 4, &kept, &any, &err), &err);
    assert_false(any);
    assert_int_equal(an_case_stamp_add(c, 5, an_buf_str(&token), &err), AN_INPUT);          // of another entry
    assert_int_equal(an_case_stamp_add(c, 4, an_str_slice(an_buf_str(&token), 0, token.len - 1), &err), AN_INPUT);
    assert_int_equal(an_case_stamp_add(c, 99, an_buf_str(&token), &err), AN_USAGE);
    must(an_case_stamp_add(c, 4, an_buf_str(&token), &err), &err);
    assert_int_equal(an_case_stamp_add(c, 4, an_buf_str(&token), &err), AN_USAGE);
    must(an_case_stamp_get(c, 4, &kept, &any, &err), &err);
    assert_true(any && an_str_eq(an_buf_str(&kept), an_buf_str(&token)));
    an_case_free(c);
    assert_whole(AN_COUNT(samples) + 3);
    // By hand, from the file alone.
    static const char check[] = "sqlite3 x.anshen 'SELECT hash FROM entry WHERE seq = 4' | head -c -1 >e; "
                                "sqlite3 x.anshen \"SELECT writefile('k.tsr', token) FROM stamp WHERE seq = 4\" >/dev/null; "
                                "openssl ts -verify -data e -in k.tsr -CAfile tsa.pem >/dev/null 2>&1";
    run(check);
    change("UPDATE entry SET text = replace(text, 'FOREIGN', 'HK'), hash = replace(hash, substr(hash, 1, 4), '0000') "
           "WHERE seq = 4");
    assert_int_not_equal(system(check), 0);
    AN_AUTO(an_arena) arena = {0};
    struct an_case_report report;
    verify(&arena, &report);
    bool told = false;
    for (size_t i = 0; i < report.fault_count; i++)
        told |= strcmp(report.faults[i].text.ptr, "entry 4: its time stamp is not one of this entry") == 0;
    assert_true(told);
    run("rm -f tsa.key tsa.pem tsa.cnf serial serial.old q.tsq r.tsr k.tsr e");
}

// Written by the first version of the format: every later one must read it, and say the same of it.
static void a_file_of_version_1_opens(void **state) {
    (void) state;
    struct an_err err = {0};
    AN_AUTO(an_buf) bytes = {0};
    char path[512];
    struct an_case *c = NULL;
    (void) snprintf(path, sizeof path, "%s/tests/fixtures/case-1.anshen", getenv("ANSHEN_SOURCE_ROOT"));
    remove_case();
    must(an_file_read(path, 1 << 20, 0, &bytes, &err), &err);
    put("x.anshen", an_buf_str(&bytes));
    must(an_case_open("x.anshen", true, &c, &err), &err);
    assert_int_equal(an_case_count(c), 21);
    assert_string_equal(an_case_head(c).text, "1aa9878917bd0e8533eebdce0dc32d57f8fd901a187558003ff43d8d99ce0032");
    append(c, "fact", samples[2].body);
    an_case_free(c);
    assert_whole(22);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_keeps_what_it_was_told),
        cmocka_unit_test(every_kind_has_a_sample_and_both_languages),
        cmocka_unit_test(a_body_with_one_fault_is_refused_with_its_member),
        cmocka_unit_test(a_text_has_its_limit),
        cmocka_unit_test(what_is_referred_to_must_be_there),
        cmocka_unit_test(what_is_withdrawn_is_marked_and_passed_over),
        cmocka_unit_test(a_clock_set_back_is_said),
        cmocka_unit_test(only_a_person_s_own_key_signs),
        cmocka_unit_test(an_object_is_stored_once_and_comes_back_whole),
        cmocka_unit_test(a_group_is_kept_as_one_or_not_at_all),
        cmocka_unit_test(what_is_no_case_file_is_refused_by_name),
        cmocka_unit_test(a_newer_version_and_strange_tables_are_refused),
        cmocka_unit_test(all_faults_are_listed_each_with_its_place),
        cmocka_unit_test(a_new_chain_does_not_make_a_signature),
        cmocka_unit_test(reading_leaves_nothing_beside_and_needs_no_right_to_write),
        cmocka_unit_test(no_memory_loses_nothing),
        cmocka_unit_test(a_role_sees_what_the_table_says),
        cmocka_unit_test(a_case_can_be_checked_by_hand),
        cmocka_unit_test(a_time_stamp_is_kept_and_verified_by_openssl),
        cmocka_unit_test(a_file_of_version_1_opens),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_case);
}
